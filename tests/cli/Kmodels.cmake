# To be included: tests of the verbs with kmodels; make_kmodel_fixtures.py makes the fixtures.
set(kmodel small.kmodel --input kmodel_input.npy)

incuse_cli_test(kmodel.check 0 "small.kmodel: runs on the K210: kmodel of version 3, 1 nodes" check small.kmodel)
incuse_cli_test(kmodel.check.damaged 2 "input.npy.kmodel: cannot be opened" check input.npy.kmodel)
incuse_cli_test(kmodel.check.weights 2 "has weights and input shape of its own" check small.kmodel --weights small)
incuse_cli_test(kmodel.plan 0 "0  fully_connected  2 f32 at 0  2 f32 at 8.*0: flags 1, .*activation 1, weights 4 values"
  plan small.kmodel)
incuse_cli_test(kmodel.plan.svg 2 "come as text only" plan small.kmodel --format svg)
incuse_cli_test(kmodel.run 0 "output 0, 2 floats:\n  0 1.5\n.*equals kmodel_output.npy" run ${kmodel} --expected
  kmodel_output.npy)
incuse_cli_test(kmodel.run.differs 1 "element 0: expected 1, actual 0 .2 of 2 values differ" run ${kmodel} --expected
  kmodel_input.npy)
incuse_cli_test(kmodel.run.input 2 "the model reads 1x1x2 floats" run small.kmodel --input input.npy)
incuse_cli_test(kmodel.run.result 2 "there is no output 1" run ${kmodel} --result 1)
incuse_cli_test(kmodel.run.layer 2 "there is no node '1'" run ${kmodel} --layer 1)
incuse_cli_test(kmodel.import.refused 1 "node 0 .fully_connected.: headers have no such layer" import small.kmodel --name m)
incuse_cli_test(kmodel.import.name 2 "not '3d'" import small.kmodel --name 3d)

# Detectors, from the file to the header to the virtual KPU.
foreach(model IN ITEMS facedetect_v3 yolo20_v3)
  set(folder ${INCUSE_GOLDEN_DIR}/k210/models/${model})
  if(EXISTS ${folder}/model.kmodel)
    incuse_test(cli.kmodel.import.${model} ${CMAKE_COMMAND} -D MODEL=${folder} -D PROGRAM=${program}
      -D COMPILER=${CMAKE_CXX_COMPILER} -D INCLUDE_DIR=${PROJECT_SOURCE_DIR}/include
      -D WORK_DIR=${CMAKE_CURRENT_BINARY_DIR}/${model} -P ${CMAKE_CURRENT_LIST_DIR}/ImportKmodel.cmake)
  endif()
endforeach()
