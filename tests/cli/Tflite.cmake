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
incuse_cli_test(tflite.weights 2 "a TensorFlow Lite model has its weights" check ${models}/int8_powers.tflite
  --weights small)
