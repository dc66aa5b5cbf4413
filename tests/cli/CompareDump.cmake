# To be included: the verb compare-dump. The dumps are what the virtual chip's memories hold (--virtual-chip --output),
# with a bit flipped or cut off.
set(dumped ${small} --weights small --after conv2)
set(equal "layer 1 \\(conv2\\): equal \\(96 values\\)\nno difference\n$")

incuse_cli_test(compare_dump.virtual_chip 0
  "layer 0 \\(conv1\\): equal \\(256 values\\)\n.*layer 2 \\(fc\\): equal \\(5 values\\)\nno difference\n$"
  compare-dump ${small} --weights small --virtual-chip)
incuse_cli_test(compare_dump.verified_writes 0 "\nno difference\n$" compare-dump ${small} --weights small --virtual-chip
  --verify-writes)
incuse_cli_test(compare_dump.text 0 "layer 0 \\(conv1\\): not in the dump.*${equal}"
  compare-dump ${dumped} --dump dumps/conv2.txt)
incuse_cli_test(compare_dump.raw 0 "equal as far as the dump goes \\(64 values\\), .* the word at 0x50408000 \\(channel 4, row 0"
  compare-dump ${dumped} --dump dumps/conv2.bin@0x50400000)
incuse_cli_test(compare_dump.fault 1
  "conv2\\): channel 5, row 1, column 1 differs: expected 43, actual 42, at 0x50408014 \\(1 of 96 values differ\\)\nfirst difference: layer 1 \\(conv2\\), channel 5, row 1, column 1\n$"
  compare-dump ${dumped} --dump dumps/conv2_faulty.txt)
incuse_cli_test(compare_dump.other_input 1 "first difference: layer 1" compare-dump small.yaml --input input.npy
  --weights small --no-bias --after 1 --dump dumps/conv2.txt)
incuse_cli_test(compare_dump.cut_off 2
  "conv2_cut_off.txt: line 3, column 22: expected a word of 8 hexadecimal digits, found '0000'"
  compare-dump ${dumped} --dump dumps/conv2_cut_off.txt)
incuse_cli_test(compare_dump.raw_cut_off 2 "conv2_cut_off.bin: the file is cut off: its last word has 3 of 4 bytes"
  compare-dump ${dumped} --dump dumps/conv2_cut_off.bin@50400000)
incuse_cli_test(compare_dump.no_dump 2 "input.npy: line 1, column 1: expected an address .*, found '.NUMPY"
  compare-dump ${dumped} --dump input.npy)
incuse_cli_test(compare_dump.elsewhere 2 "the dump has no word of any layer's output"
  compare-dump ${dumped} --dump dumps/conv2.bin@0x50800000)
incuse_cli_test(compare_dump.address 2 "'0xhere' is no hexadecimal address"
  compare-dump ${dumped} --dump dumps/conv2.bin@0xhere)
incuse_cli_test(compare_dump.nothing 2 "give --dump files or --virtual-chip" compare-dump ${dumped})
incuse_cli_test(compare_dump.no_layer 2 "no layer 'conv3': --after takes a name or a number from 0 to 2" compare-dump
  ${small} --weights small --after conv3 --dump dumps/conv2.txt)
incuse_cli_test(compare_dump.no_weights 2 "nothing can run without weights" compare-dump ${small} --virtual-chip)
incuse_cli_test(compare_dump.kmodel 2 "for networks on the MAX7800x family, not for kmodels" compare-dump small.kmodel
  --input kmodel_input.npy --virtual-chip)

set(written ${CMAKE_CURRENT_BINARY_DIR}/written_dump.txt)
incuse_cli_test(compare_dump.write 0 "no difference" compare-dump ${dumped} --virtual-chip --output ${written})
incuse_cli_test(compare_dump.read_again 0 "conv1\\): equal \\(2[0-9]+ values\\)\n.*${equal}" compare-dump ${dumped} --dump ${written})
set_tests_properties(cli.compare_dump.write PROPERTIES FIXTURES_SETUP written_dump)
set_tests_properties(cli.compare_dump.read_again PROPERTIES FIXTURES_REQUIRED written_dump)

# What is written is the memory of a first inference, also where a rolling buffer keeps rows for the next one.
set(rolling_dump ${CMAKE_CURRENT_BINARY_DIR}/rolling_dump.txt)
set(rolled rolling.yaml --input rolling_input.npy --place --after 2)
incuse_cli_test(compare_dump.write_rolling 0 "no difference" compare-dump ${rolled} --virtual-chip --output ${rolling_dump})
incuse_cli_test(compare_dump.read_rolling 0 "layer 2: equal \\([0-9]+ values\\)\nno difference\n$" compare-dump ${rolled}
  --dump ${rolling_dump})
set_tests_properties(cli.compare_dump.write_rolling PROPERTIES FIXTURES_SETUP rolling_dump)
set_tests_properties(cli.compare_dump.read_rolling PROPERTIES FIXTURES_REQUIRED rolling_dump)

# Tables that the chip cannot run are no misuse: they are told as check tells them.
set(starved fifo_regions.yaml --weights small --fifo --vendor-stream)
set(untrue "the tables do not compute what the network does: the virtual chip does not")
incuse_cli_test(compare_dump.starved 1 "layer 0 \\(conv1\\): ${untrue} complete the layer; this is how the vendor's [^\n]*\\[proof\\]"
  compare-dump ${starved} --input input.npy --virtual-chip)
incuse_cli_test(proof.starved 1 "error: ${untrue} [^\n]*\\[proof\\].*1 error" check ${starved} --input-shape 2x8x8)
incuse_cli_test(compare_dump.fed 0 "\nno difference\n$" compare-dump fifo_regions.yaml --weights small --fifo --input
  input.npy --virtual-chip)
