# To be included: ONNX files, made of the small network and taken instead of it.
set(onnx ${CMAKE_CURRENT_BINARY_DIR}/small.onnx)
incuse_cli_test(onnx.export 0 "^$" export ${small} --checkpoint small.pth.tar --onnx --output ${onnx})
set_property(TEST cli.onnx.export PROPERTY FIXTURES_SETUP small_onnx)
incuse_cli_test(onnx.check 0 "the input is signed bytes times 2\\^-7.*: fits MAX78000: " check ${onnx})
incuse_cli_test(onnx.check_all 0 "MAX78000 +fits.*AI84 +no.*K210 +" check ${onnx} --device all)
incuse_cli_test(onnx.check_k210 1 "does not fit K210" check ${onnx} --device k210)
incuse_cli_test(onnx.plan 0 "conv1" plan ${onnx})
incuse_cli_test(onnx.plan_k210 1 "small.onnx: error: " plan ${onnx} --device k210)
incuse_cli_test(onnx.report 0 "fits the MAX78000.*<section id=\"graph\"" report ${onnx})
incuse_cli_test(onnx.report_k210 1 "does not fit the K210.*class=\"error\"" report ${onnx} --device k210)
incuse_cli_test(onnx.run 0 "equals output.npy" run ${onnx} --input input.npy --expected output.npy)
incuse_cli_test(onnx.import 0 "made by `incuse import` from small.onnx; do not edit.*Conv2d<.*using Chip = Deployment"
  import ${onnx} --name digits)
incuse_cli_test(onnx.again 0 "^$" export ${onnx} --onnx --output ${CMAKE_CURRENT_BINARY_DIR}/again.onnx)
incuse_cli_test(onnx.weights 2 "small.onnx: an ONNX model has its weights" check ${onnx} --weights small)
incuse_cli_test(onnx.yaml 0 "arch: small\ndataset: inputs\n.*name: conv1" export ${onnx} --yaml)
# Every verb that does not take a model for the K210 says which way leads there.
foreach(words IN ITEMS "run@--input@input.npy" "export@--input@input.npy@--output@none" "export@--yaml" "export@--pytorch"
                       "export@--onnx" "attribute@--input@input.npy" "compare-dump@--virtual-chip@--input@input.npy")
  string(REPLACE "@" ";" words ${words})
  list(JOIN words "_" name)
  list(POP_FRONT words verb)
  incuse_cli_test(onnx.k210.${name} 2 "checked, planned, reported and imported.*'incuse import [^ ]*small.onnx --device k210 --input" ${verb}
    ${onnx} --device k210 ${words})
  set_property(TEST cli.onnx.k210.${name} PROPERTY FIXTURES_REQUIRED small_onnx)
endforeach()
foreach(verb IN ITEMS yaml check check_all check_k210 plan plan_k210 report report_k210 run import again weights)
  set_property(TEST cli.onnx.${verb} PROPERTY FIXTURES_REQUIRED small_onnx)
endforeach()
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/damaged.onnx "no model")
incuse_cli_test(onnx.damaged 2 "^incuse: .*damaged.onnx: the file is damaged, or no ONNX model"
  check ${CMAKE_CURRENT_BINARY_DIR}/damaged.onnx)
incuse_cli_test(onnx.without_weights 0 "^$" export ${small} --onnx --output ${CMAKE_CURRENT_BINARY_DIR}/open.onnx)
