# The verb export: C for the vendor's SDK. What the files do is tested in tests/c_source.
set(exported ${CMAKE_CURRENT_BINARY_DIR}/exported)
incuse_cli_test(export 0 "/cnn.h\n.*/cnn.c\n.*/weights.h\n.*/sampledata.h\n.*/sampleoutput.h\n.*/main.c\n"
  export ${small} --weights small --output ${exported})
incuse_cli_test(export.prefix 0 "note: no --input given: .*/digits_cnn.h\n.*/digits_main.c\n"
  export small.yaml --weights small --input-shape 2x8x8 --prefix digits --output ${exported})
# As a script for the vendor's tool has it: the prefix names a folder.
incuse_cli_test(export.pasted 0 "/pasted/ai85-small/cnn.h\n.*/pasted/ai85-small/main.c\n" export --verbose --log --test-dir
  ${CMAKE_CURRENT_BINARY_DIR}/pasted --prefix ai85-small --checkpoint-file small.pth.tar --config-file small.yaml --device
  MAX78000 --compact-data --mexpress --timer 0 --display-checkpoint --sample-input input.npy --board-name FTHR_RevA --energy)
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/pasted)
# Neither is there in front of the first run of the test.
file(REMOVE_RECURSE ${CMAKE_CURRENT_BINARY_DIR}/new)
incuse_cli_test(export.new_folder 0 "/new/x/cnn.h\n" export ${small} --weights small --test-dir
  ${CMAKE_CURRENT_BINARY_DIR}/new --prefix x)
incuse_cli_test(export.bad_prefix 2 "--prefix needs a word that can begin a C name, not '9lives'"
  export ${small} --weights small --prefix 9lives --output ${exported})
incuse_cli_test(export.no_parent 2 "^incuse: no/such/dir: there is no folder no/such to make it in\n$" export ${small}
  --weights small --output no/such/dir)
incuse_cli_test(export.no_prefix 2 "^incuse: --test-dir needs --prefix: the name of the folder in it\n$" export ${small}
  --weights small --test-dir made)
incuse_cli_test(export.no_folder 2 "small.yaml: is no folder" export ${small} --weights small --output small.yaml)
incuse_cli_test(export.no_weights 2 "C needs weights: give --weights or --checkpoint" export ${small} --output ${exported})
incuse_cli_test(export.no_output 2 "^incuse: --output is required: the folder to write the files to\n$" export ${small} --weights small)
incuse_cli_test(export.misspelt_output 2 "^incuse: there is no flag --outptu; did you mean '--output'[?]\n$"
  export ${small} --weights small --outptu folder)
incuse_cli_test(export.other_input 2 "output.npy: an input holds signed bytes"
  export small.yaml --weights small --input-shape 2x8x8 --input output.npy --output ${exported})

# Where one file cannot be written, none is.
set(blocked ${CMAKE_CURRENT_BINARY_DIR}/blocked)
file(MAKE_DIRECTORY ${blocked}/weights.h)
incuse_cli_test(export.blocked 2 "weights.h: is a folder" export ${small} --weights small --output ${blocked})
incuse_test(cli.export.blocked_folder find ${blocked} -type f)
set_tests_properties(cli.export.blocked_folder PROPERTIES DEPENDS cli.export.blocked FAIL_REGULAR_EXPRESSION ".")

# Descriptions: with the places that were given, or planned. Read again, they fit.
set(placed ${CMAKE_CURRENT_BINARY_DIR}/placed.yaml)
incuse_cli_test(export.yaml 0 "arch: smallnet.*name: conv2\n    processors: 0x000000000000000f\n    out_offset: 0x0000\n"
  export small.yaml --weights small --input-shape 2x8x8 --yaml)
incuse_cli_test(export.yaml_placed 0 "^$" export small.yaml --weights small --input-shape 2x8x8 --place --fifo
  --avg-pool-rounding --yaml --output ${placed})
incuse_cli_test(export.yaml_read_again 0 "placed.yaml: fits MAX78000: 3 layers.*tables proved" check ${placed} --weights small
  --input-shape 2x8x8 --fifo)
incuse_test(cli.export.yaml_flags grep -x "# Flags that belong to it: --avg-pool-rounding --fifo" ${placed})
set_property(TEST cli.export.yaml_read_again cli.export.yaml_flags PROPERTY DEPENDS cli.export.yaml_placed)
incuse_cli_test(export.yaml_rolling 0 "data_buffer:\n  - name: past\n    channels: 4\n    dim: 6\n    processors: 0x.*buffer_shift: 1"
  export rolling.yaml --input rolling_input.npy --place --overlap-data --yaml)
incuse_cli_test(export.yaml_unfit 1 "unplaced.yaml: no description: the network does not fit" export unplaced.yaml --weights small
  --input-shape 2x8x8 --yaml)
incuse_cli_test(export.yaml_first_layer 2 "--start-layer has no place in a description" export ${small} --weights small --yaml
  --start-layer 1)

# What the planner may do, and nobody by hand.
incuse_cli_test(export.yaml_beyond_passes 1 "processors_per_pass.*no description: nobody may place the network by hand as it is planned"
  export small.yaml --weights small --input-shape 2x8x8 --place --max-proc 8 --yaml)

# Modules of PyTorch.
incuse_cli_test(export.pytorch 0 "class Net.Network.:.*self.conv1 = Conv2d.2, 4, .3, 3., .*bits=4, activation=torch.relu.*return x3"
  export small.yaml --weights small --input-shape 2x8x8 --pytorch)
incuse_cli_test(export.pytorch_without_weights 0 "note: no weights given.*class Digits.*self.conv2 = Conv2d.*bias=True"
  export small.yaml --input-shape 2x8x8 --pytorch --prefix Digits)
incuse_cli_test(export.pytorch_rolling 1 "rolling.yaml: error: the rolling buffer" export rolling.yaml --place --input rolling_input.npy
  --pytorch)
incuse_cli_test(export.pytorch_name 1 "error: 'class' cannot be the name of a class" export small.yaml --weights small
  --input-shape 2x8x8 --pytorch --prefix class)
incuse_cli_test(export.one_format 2 "--yaml excludes --pytorch" export ${small} --weights small --yaml --pytorch)
