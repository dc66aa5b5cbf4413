# To be included: tests of the verbs with kmodels; make_kmodel_fixtures.py makes the fixtures.
set(kmodel small.kmodel --input kmodel_input.npy)

incuse_cli_test(kmodel.check 0 "small.kmodel: runs on the K210: kmodel of version 3, 1 nodes.*
  main memory: 16 bytes; with the file 108 of 6,291,456, which leaves 6,291,348 for firmware
  AI RAM: none in use
  firmware: with the C code of kendryte-standalone-sdk, for models of nncase 0.1\n$" check small.kmodel)
incuse_cli_test(kmodel.check.no_time 0 "working memory; time: not known: the accelerator has no layer\n  main memory: " check small.kmodel --megahertz 300)
incuse_cli_test(kmodel.check.memory 1 "needs 7,500,000 bytes to work in and 92 bytes for the file, K210 has 6,291,456 bytes"
  check large.kmodel)
# Every flag of the MAX7800x's placement and deployment, on networks for the K210.
incuse_test(cli.kmodel.flags_of_others sh ${CMAKE_CURRENT_LIST_DIR}/flags_of_others.sh ${program}
  ${CMAKE_CURRENT_LIST_DIR}/fixtures/small.kmodel)
incuse_cli_test(onnx.flags_of_others 2 "^incuse: --stop-after has no effect on the K210: leave it out\n$" check small.yaml
  --device k210 --stop-after 2)
incuse_cli_test(kmodel.check.full 0 "runs on the K210" check full.kmodel)
incuse_cli_test(kmodel.run.overfull 1 "needs 6,291,365 bytes to work in" run overfull.kmodel --input kmodel_input.npy)
incuse_cli_test(kmodel.check.overfull 1 "needs 6,291,365 bytes to work in" check overfull.kmodel)
incuse_cli_test(kmodel.plan.memory 1 "needs 7,500,000 bytes to work in" plan large.kmodel)
incuse_cli_test(kmodel.import.memory 1 "needs 7,500,000 bytes to work in" import large.kmodel --name m)
# One verdict, whoever asks: a node that reads across the border of a tensor, an output that nobody has written.
foreach(verb IN ITEMS "check" "plan" "run@--input@kmodel_input.npy" "import@--name@m")
  string(REPLACE "@" ";" words ${verb})
  list(POP_FRONT words name)
  incuse_cli_test(kmodel.torn.${name} 1
    "torn.kmodel: error: node 1 .fully_connected.: it reads bytes 12 to 19 of main memory, but node 0 wrote bytes 8 to 15\n"
    ${name} torn.kmodel ${words})
  incuse_cli_test(kmodel.unwritten.${name} 1
    "unwritten.kmodel: error: output 0: it reads bytes 16 to 23 of main memory, which nobody has written\n"
    ${name} unwritten.kmodel ${words})
endforeach()
incuse_cli_test(kmodel.check.damaged 2 "input.npy.kmodel: cannot be opened" check input.npy.kmodel)
incuse_cli_test(kmodel.check.chip 0 "small.kmodel: runs on the K210" check small.kmodel --device k210)
incuse_cli_test(kmodel.check.other_chip 2 "a kmodel is a model of the K210: leave --device out" check small.kmodel --device
  max78000)
incuse_cli_test(kmodel.check.garbage 2 "^incuse: garbage.kmodel: this is not a kmodel of version 3, 4 or later\n$" check
  garbage.kmodel)
# By their content, whatever they are called: in a kfpkg too, stored or compressed.
foreach(file IN ITEMS model_by_another_name.yaml stored.kfpkg deflated.zip)
  incuse_cli_test(kmodel.content.${file} 0 "${file}: runs on the K210: kmodel of version 3, 1 nodes, 92 bytes" check ${file})
  incuse_cli_test(kmodel.content.run.${file} 0 "equals kmodel_output.npy" run ${file} --input kmodel_input.npy --expected
    kmodel_output.npy)
endforeach()
# Version 5, of which the layers of the KPU are read, and a file whose words are big-endian.
set(models ${INCUSE_GOLDEN_DIR}/k210_import)
if(EXISTS ${models}/v5/yolox_a.kmodel)
  set(v5 ${models}/v5/yolox_a.kmodel)
  incuse_cli_test(kmodel.version5.check 0 "fits the K210's memories: kmodel of version 5, 120 layers of the KPU, 1066456 bytes"
    check ${v5})
  # Whatever the version, main memory, AI RAM and the firmware are told, by the plan too.
  file(GLOB imported ${models}/*/*.kmodel)
  foreach(model IN LISTS imported)
    cmake_path(GET model PARENT_PATH name)
    cmake_path(GET name STEM name)
    cmake_path(GET model STEM stem)
    foreach(verb IN ITEMS check plan)
      incuse_cli_test(kmodel.needs.${verb}.${name}.${stem} 0 "\n  main memory: [0-9,]+ bytes; with the file [0-9,]+ of 6,291,456, which leaves [0-9,]+ for firmware
  AI RAM: (lines up to [0-9,]+ of 32,768 in use; most at once [0-9,]+ .[0-9,]+ bytes.|[0-9,]+ of 2,097,152 bytes).*
  firmware: (with the [^\n]*(nncase 0.1|nncase 0.2|nncase 1.x)|none reads these big-endian words: [^\n]*)\n" ${verb} ${model})
    endforeach()
  endforeach()
  incuse_cli_test(kmodel.version4.check 0 "kmodel of version 4, .*AI RAM: lines up to.*\n  firmware: with the C.. runtime of nncase 0.2\n$"
    check ${models}/mnist_v4/model.kmodel)
  incuse_cli_test(kmodel.version5.plan 0
    "120 layers of the KPU, 79 transfers.*124 functions: 2 Binary, 27 Call, 3 Copy, 51 Dequantize, 25 Quantize.*\
input: 1x3x224x224 u8.* 1  Binary sub .*123  Transpose +36  f32 +1x85x1029.*Layers of the KPU
.*0 +0  3x3 +12x112x112  16x112x112 +1,728" plan ${v5})
  incuse_cli_test(kmodel.version5.plan.svg 0 "^<[?]xml .*K210, 120 steps.*AI RAM over time.*</svg>\n$" plan ${v5} --format svg)
  incuse_cli_test(kmodel.version5.report 0 "fits the K210's memories.*<section id=\"graph\".*</html>\n$" report ${v5})
  set(time "at least [0-9,]+ cycles, [0-9.]+ ms at 300 MHz, [0-9.,]+ uJ at 300.0 mW, without the processor")
  foreach(verb check plan report)
    incuse_cli_test(kmodel.version5.${verb}.time 0 "${time}" ${verb} ${v5} --megahertz 300 --watts 0.3)
    incuse_cli_test(kmodel.big_endian.${verb}.time 0 "${time}" ${verb} ${models}/big_endian/model.kmodel --megahertz 300 --watts 0.3)
  endforeach()
  foreach(verb IN ITEMS "run@--input@kmodel_input.npy" "import@--name@m")
    string(REPLACE "@" ";" words ${verb})
    list(POP_FRONT words name)
    incuse_cli_test(kmodel.version5.${name} 2 "of a kmodel of version 5 the layers of the KPU can be listed" ${name} ${v5}
      ${words})
  endforeach()
  incuse_cli_test(kmodel.big_endian 0
    "runs on the K210: kmodel of version 3, 24 nodes, 388776 bytes.*firmware: none reads these big-endian words: convert it .incuse export MODEL --kmodel"
    check ${models}/big_endian/model.kmodel)
else()
  incuse_test(cli.kmodel.version5 ${CMAKE_COMMAND} -E echo "skipped: there is no ${models}")
  set_property(TEST cli.kmodel.version5 PROPERTY SKIP_REGULAR_EXPRESSION "^skipped")
endif()
set(description ${CMAKE_CURRENT_BINARY_DIR}/description.kmodel)
configure_file(${CMAKE_CURRENT_LIST_DIR}/fixtures/small.yaml ${description} COPYONLY)
incuse_cli_test(kmodel.content.description 0 "description.kmodel: fits MAX78000: 3 layers" check ${description} --input
  input.npy)
incuse_cli_test(kmodel.content.none 2 "^incuse: no_model.kfpkg: this is a zip file without a kmodel\n$" check no_model.kfpkg)
incuse_cli_test(kmodel.content.several 2
  "^incuse: several.kfpkg: this zip file has several kmodels: unpack one of a.kmodel, b\\\\n.kmodel\n$" check several.kfpkg)
incuse_cli_test(kmodel.check.weights 2 "has weights and input shape of its own" check small.kmodel --weights small)
incuse_cli_test(kmodel.plan 0 "0  fully_connected  2 f32 at 0  2 f32 at 8.*0: flags 1, .*activation 1, weights 4 values"
  plan small.kmodel)
incuse_cli_test(kmodel.plan.svg 0 "^<[?]xml .*Main memory over time.*</svg>\n$" plan small.kmodel --format svg)
incuse_cli_test(kmodel.plan.csv 2 "come as text or svg" plan small.kmodel --format csv)
incuse_cli_test(kmodel.report 0 "runs on the K210.*<section id=\"graph\".*</html>\n$" report small.kmodel)
incuse_cli_test(kmodel.run 0 "output 0, 2 floats:\n  0 1.5\n.*equals kmodel_output.npy" run ${kmodel} --expected
  kmodel_output.npy)
incuse_cli_test(kmodel.run.differs 1 "element 0: expected 1, actual 0 .2 of 2 values differ" run ${kmodel} --expected
  kmodel_input.npy)
incuse_cli_test(kmodel.run.input 2 "the model reads 1x1x2 floats" run small.kmodel --input input.npy)
incuse_cli_test(kmodel.run.result 2 "there is no output 1" run ${kmodel} --result 1)
incuse_cli_test(kmodel.run.layer 2 "there is no node '1'" run ${kmodel} --layer 1)
incuse_cli_test(kmodel.import 0 "Input<2, 1, 1, real>,.*Linear<2, ReLU, bias, on_cpu, as<.fully_connected0.>>> ..;" import
  small.kmodel --name m)
incuse_cli_test(kmodel.import.name 2 "not '3d'" import small.kmodel --name 3d)

# Models of the vendor, from the file to the header to the virtual KPU: detectors of both versions, and one that begins
# on the processor. INCUSE_FULL_MATRIX adds further ones.
set(of_the_vendor facedetect_v3 iris_v3 yolo20_v4 iris_v4)
set(of_the_processor dae_a_v4 dronet_cpu_v4 mnist_v4)
if(INCUSE_FULL_MATRIX)
  list(APPEND of_the_vendor yolo20_v3 slim320_v4)
  list(APPEND of_the_processor lffd_plate_v4 mb025_v4 segmentation_v4)
endif()
set(models_dir ${INCUSE_GOLDEN_DIR}/k210/models)
if(NOT EXISTS ${models_dir})
  incuse_test(cli.kmodel.import.models ${CMAKE_COMMAND} -E echo
    "import tests skipped: no ${models_dir}; -DINCUSE_GOLDEN_DIR=<folder> says where the reference tables are")
  set_property(TEST cli.kmodel.import.models PROPERTY SKIP_REGULAR_EXPRESSION "^import tests skipped")
endif()
list(JOIN include_flags " " flags)
foreach(model IN LISTS of_the_vendor)
  if(EXISTS ${models_dir}/${model}/model.kmodel)
    incuse_test(cli.kmodel.import.${model} ${CMAKE_COMMAND} -D MODEL=${models_dir}/${model} -D PROGRAM=${program}
      -D COMPILER=${CMAKE_CXX_COMPILER} -D "FLAGS=${flags}"
      -D WORK_DIR=${CMAKE_CURRENT_BINARY_DIR}/${model} -P ${CMAKE_CURRENT_LIST_DIR}/ImportKmodel.cmake)
  endif()
endforeach()
# Public models of version 4 whose layers the processor runs: convolutions, means, padding, sums with constants.
foreach(model IN LISTS of_the_processor)
  if(EXISTS ${models}/${model}/model.kmodel)
    incuse_test(cli.kmodel.import.${model} ${CMAKE_COMMAND} -D MODEL=${models}/${model} -D PROGRAM=${program}
      -D COMPILER=${CMAKE_CXX_COMPILER} -D "FLAGS=${flags}"
      -D WORK_DIR=${CMAKE_CURRENT_BINARY_DIR}/${model} -P ${CMAKE_CURRENT_LIST_DIR}/ImportKmodel.cmake)
  endif()
endforeach()
# Version 3 of version 4, as far as it has the nodes; and of itself, in the usual order.
incuse_cli_test(kmodel.export 0 "^$" export small.kmodel --kmodel --output ${CMAKE_CURRENT_BINARY_DIR}/again.kmodel)
incuse_cli_test(kmodel.export.other 2 "a kmodel cannot be exported as C, ONNX, description or module: --kmodel" export
  small.kmodel --onnx --output ${CMAKE_CURRENT_BINARY_DIR}/none.onnx)
incuse_cli_test(kmodel.export.description 2 "--kmodel takes a kmodel; one of a network type is made by kmodel_of" export
  small.yaml --weights small --input-shape 2x8x8 --kmodel)
if(EXISTS ${models_dir}/yolo20_v4/model.kmodel AND EXISTS ${models}/big_endian/model.kmodel)
  set(converted ${CMAKE_CURRENT_BINARY_DIR}/converted)
  incuse_cli_test(kmodel.export.yolo20 0 "node 16 .Dequantize.: version 3 rounds its numbers twice: they differ by up to 1.9e-06\n$"
    export ${models_dir}/yolo20_v4/model.kmodel --kmodel --output ${converted}.kmodel)
  incuse_cli_test(kmodel.export.yolo20_runs 0 "runs on the K210: kmodel of version 3, 17 nodes" check ${converted}.kmodel)
  set_property(TEST cli.kmodel.export.yolo20_runs PROPERTY DEPENDS cli.kmodel.export.yolo20)
  incuse_cli_test(kmodel.export.refused 1 "node 6 .Conv2D.: version 3 has no convolutions of real numbers\n" export
    ${models}/mb025_v4/model.kmodel --kmodel --output ${converted}_none.kmodel)
  incuse_cli_test(kmodel.export.big_endian 0 "^$" export ${models}/big_endian/model.kmodel --kmodel --output
    ${converted}_turned.kmodel)
endif()
# What no layer does: the nodes are named.
if(EXISTS ${models_dir}/rfb320_v4/model.kmodel)
  incuse_cli_test(kmodel.import.rfb320_v4 1
    "model.kmodel: error: node 16 .Transpose.: it has several images, and networks have one\n.*model.kmodel: error: node [0-9]+ .*\n$"
    import ${models_dir}/rfb320_v4/model.kmodel --name m)
endif()
