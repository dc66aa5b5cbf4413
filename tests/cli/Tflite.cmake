# To be included: TensorFlow Lite files, where FlatBuffers is found; else such a file is refused with a word.
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/damaged.tflite "abcdTFL3 and so on")
if(NOT TARGET incuse_tflite_models)
  incuse_cli_test(tflite.without 2 "the program was built without FlatBuffers" check
    ${CMAKE_CURRENT_BINARY_DIR}/damaged.tflite)
  return()
endif()
set(models ${INCUSE_TFLITE_MODELS})
incuse_cli_test(tflite.damaged 2 "damaged.tflite: the file is damaged: it points outside of itself"
  check ${CMAKE_CURRENT_BINARY_DIR}/damaged.tflite)
incuse_cli_test(tflite.check 0 "layers are quantised anew.*the input is signed bytes times 0.0079.*: fits MAX78000: "
  check ${models}/int8_channels.tflite)
incuse_cli_test(tflite.check_powers 0 "the input is signed bytes times 2\\^-7.*output 'fc' is that of layer fc: signed bytes times 2\\^-4"
  check ${models}/int8_powers.tflite)
incuse_cli_test(tflite.check_all 0 "MAX78000 +fits.*MAX78002 +fits.*K210 +" check ${models}/int8_powers.tflite --device all)
incuse_cli_test(tflite.refused 1 "node strided \\(CONV_2D\\): strides are 2x2.*node larger \\(RESIZE_BILINEAR\\).*does not fit MAX78000: "
  check ${models}/refused.tflite)
incuse_cli_test(tflite.plan 0 "conv1" plan ${models}/int8_powers.tflite)
incuse_cli_test(tflite.import 0 "made by `incuse import` from int8_powers.tflite; do not edit.*Conv2d<.*using Chip = Deployment"
  import ${models}/int8_powers.tflite --name digits)

# For the K210: a type with parameters. Those of the quantised model run; a model of real numbers needs inputs.
incuse_cli_test(tflite.ranges 2 "the model does not know the ranges of its tensors .input.: give typical inputs with --input"
  import ${models}/float_residual.tflite --device k210 --name residual)
incuse_cli_test(tflite.import_refused 1 "node larger .RESIZE_BILINEAR.: networks have no layer for it"
  import ${models}/refused.tflite --device k210 --name refused)
incuse_cli_test(tflite.import_k210 0
  "Softmax<as<\"classes\">>.*Range input.*\\{\"logits\", weights.*using Chip = incuse::Deployment<Net, incuse::k210_kpu, parameters>;"
  import ${models}/float_residual.tflite --device k210 --name residual --input ${CMAKE_CURRENT_BINARY_DIR}/typical.npy)
foreach(method IN ITEMS min-max percentile kl)
  incuse_cli_test(tflite.ranges_${method} 0 "Range input.*using Chip = incuse::Deployment<Net, incuse::k210_kpu, parameters>;"
    import ${models}/float_residual.tflite --device k210 --name residual --ranges ${method}
    --input ${CMAKE_CURRENT_BINARY_DIR}/typical.npy)
  set_property(TEST cli.tflite.ranges_${method} PROPERTY FIXTURES_REQUIRED tflite_typical)
endforeach()
# What codes lose of every tensor: a table beside the header, and a picture.
set(losses ${CMAKE_CURRENT_BINARY_DIR}/losses)
incuse_cli_test(tflite.losses 0 "tensor +from +to +dB +% saturated +% zero\n +input +.*\n +conv3 +[-0-9.]+ +[0-9.]+ +[0-9.]+ +0.00 "
  import ${models}/float_residual.tflite --device k210 --name residual --input ${CMAKE_CURRENT_BINARY_DIR}/typical.npy
  --output ${losses}.hpp --report ${losses}.svg)
set_property(TEST cli.tflite.losses PROPERTY FIXTURES_REQUIRED tflite_typical)
incuse_cli_test(tflite.losses_other 2 "--report is for headers with real numbers, for the K210" import
  ${models}/int8_powers.tflite --name digits --report none.svg)
incuse_cli_test(tflite.ranges_alone 2 "--percentile goes with --ranges percentile" import ${models}/float_residual.tflite
  --device k210 --name residual --ranges kl --percentile 99 --input none.npy)
incuse_cli_test(tflite.ranges_other 2 "--ranges is for headers with real numbers, for the K210" import
  ${models}/int8_powers.tflite --name digits --ranges kl)
incuse_test(cli.tflite.typical sh ${CMAKE_CURRENT_SOURCE_DIR}/typical.sh ${PROJECT_SOURCE_DIR}/README.md
  ${CMAKE_CURRENT_BINARY_DIR}/typical.npy)
set_property(TEST cli.tflite.typical PROPERTY FIXTURES_SETUP tflite_typical)
set_property(TEST cli.tflite.import_k210 PROPERTY FIXTURES_REQUIRED tflite_typical)
# Arrays with channels last, as the file has them, would be read as other pictures.
incuse_test(cli.tflite.channels_last_files sh -c
  "sh \"$0/typical.sh\" \"$1\" one_last.npy '8, 8, 3' 192 && sh \"$0/typical.sh\" \"$1\" two_last.npy '2, 12, 10, 3' 720"
  ${CMAKE_CURRENT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/README.md)
set_tests_properties(cli.tflite.channels_last_files PROPERTIES FIXTURES_SETUP tflite_last
  WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
incuse_cli_test(tflite.channels_last 2 "one_last.npy: the input is 8x8x3, but the network reads channels first, 3x8x8"
  run ${models}/int8_channels.tflite --input ${CMAKE_CURRENT_BINARY_DIR}/one_last.npy)
incuse_cli_test(tflite.channels_last_k210 2 "two_last.npy: the input is 12x10x3, but the network reads channels first, 3x12x10"
  import ${models}/float_residual.tflite --device k210 --name residual --input ${CMAKE_CURRENT_BINARY_DIR}/two_last.npy)
set_property(TEST cli.tflite.channels_last cli.tflite.channels_last_k210 PROPERTY FIXTURES_REQUIRED tflite_last)
set(imported ${CMAKE_CURRENT_BINARY_DIR}/tflite/imported.hpp)
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/tflite)
add_custom_command(OUTPUT ${imported}
  COMMAND incuse_cli import ${models}/int8_channels.tflite --device k210 --name imported --output ${imported}
  DEPENDS incuse_cli incuse_tflite_files VERBATIM)
set(residual ${CMAKE_CURRENT_BINARY_DIR}/tflite/residual.hpp)
add_custom_command(OUTPUT ${residual}
  COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/typical.sh ${PROJECT_SOURCE_DIR}/README.md ${CMAKE_CURRENT_BINARY_DIR}/made.npy
  COMMAND incuse_cli import ${models}/float_residual.tflite --device k210 --name residual
          --input ${CMAKE_CURRENT_BINARY_DIR}/made.npy --output ${residual}
  DEPENDS incuse_cli incuse_tflite_files typical.sh VERBATIM)
add_executable(incuse_tflite_k210 ../tflite/k210_header.cpp ${imported} ${residual})
target_include_directories(incuse_tflite_k210 PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/tflite)
incuse_not_optimised(incuse_tflite_k210)
target_link_libraries(incuse_tflite_k210 PRIVATE incuse::incuse incuse_warnings incuse_tflite_models)
incuse_test(cli.tflite.k210_runs incuse_tflite_k210 ${PROJECT_SOURCE_DIR}/tests/tflite/models/int8_channels.txt 0.06)

incuse_cli_test(tflite.weights 2 "a TensorFlow Lite model has its weights" check ${models}/int8_powers.tflite
  --weights small)
