# To be included: the verbs quantize and fold-batch-norm; float/ is made by make_float_fixtures.py.
set(quantised ${CMAKE_CURRENT_BINARY_DIR}/quantised)
set(table "layer +bits +shift +weights +dB +% saturated +% zero\n")
set(either "note: float/[^\n]*: 'conv1' could also be a transposed convolution; [^\n]*\n")
incuse_cli_test(help.quantize 0 "input FILE REQUIRED.*--output FILE REQUIRED.*--method,--clip-method MAX_BIT_SHIFT.STDDEV.*--layer-bits LAYER=BITS"
  quantize --help)
incuse_cli_test(help.fold_batch_norm 0 "input FILE REQUIRED.*--batch-norm-epsilon NUMBER" fold-batch-norm --help)
incuse_cli_test(quantize 0 "^${either} *${table} *conv1 +4 +0 +72 +[0-9.]+ .*\n *up +8 +-1 +108 .*\n *fc +8 +-3 +960 .*\n$"
  quantize float/state.pt --output ${quantised}.pth.tar --layer-bits conv1=4 --arch smallnet)
foreach(source IN ITEMS state-legacy.pt stored.npz deflated.npz)
  incuse_cli_test(quantize.${source} 0 "^${either} *${table} *conv1 +8 +0 +72 " quantize float/${source}
    --output ${quantised}.${source}.pth.tar)
endforeach()
foreach(method IN ITEMS STDDEV MAX AVGMAX SCALE)
  incuse_cli_test(quantize.${method} 0 "\n *fc +2 +0 +960 " quantize float/state.pt --method ${method} --bits 2
    --output ${quantised}-${method}.pth.tar)
endforeach()
incuse_cli_test(fold_batch_norm 0 "^${either}$" fold-batch-norm float/state.pt --output ${quantised}-folded.pth.tar)
# Against PyTorch's own modules, where there is a Python with it.
incuse_test(cli.fold_batch_norm.pytorch sh ${CMAKE_CURRENT_LIST_DIR}/../pytorch/fold_batch_norms.sh ${program}
  ${quantised}-pytorch)
set_property(TEST cli.fold_batch_norm.pytorch PROPERTY SKIP_REGULAR_EXPRESSION "^PyTorch tests skipped")
incuse_cli_test(quantize.no_batch_norm 2
  "^incuse: --batch-norm-epsilon has no effect, since no batch norm of small.pth.tar is folded: leave it out\n$" fold-batch-norm
  small.pth.tar --output ${quantised}-none.pth.tar --batch-norm-epsilon 1e-3)
incuse_cli_test(quantize.no_pair 2 "--batch-norm takes a layer and the batch norm behind it, as in conv1=bn1, not 'conv1'" quantize
  float/state.pt --output ${quantised}-none.pth.tar --batch-norm conv1)
incuse_cli_test(quantize.ai84 1 "layer 0 .conv1.: [0-9] of its 4 biases do not fit 8 bits.*train without bias" quantize float/state.pt
  --network float/net.yaml --input-shape 2x8x8 --calibrate float/inputs.npy --device ai84 --output ${quantised}-none.pth.tar)
incuse_cli_test(quantize.again 1 "all weights are whole numbers of a signed byte: the source is quantised already" quantize small.pth.tar
  --output ${quantised}-again.pth.tar)
incuse_cli_test(quantize.no_layer 1 "there is no layer 'conv'; did you mean 'conv1'" quantize float/state.pt
  --output ${quantised}-none.pth.tar --layer-bits conv=4)
incuse_cli_test(quantize.bits 2 "--layer-bits takes a layer and 1, 2, 4 or 8 bits, as in conv1=4, not 'conv1=3'" quantize
  float/state.pt --output ${quantised}-none.pth.tar --layer-bits conv1=3)
incuse_cli_test(weights.k210 2 "for the K210 give a kmodel, or an ONNX .*incuse weights brings tensors by name into it" weights small.yaml
  float/state.pt --device k210 --name small --output never.hpp)
incuse_cli_test(quantize.k210 2 "for the K210 give a kmodel, or an ONNX .*incuse weights brings tensors by name into it" quantize float/state.pt
  --network small.yaml --calibrate none.npy --device k210 --output never.pth.tar)
incuse_cli_test(quantize.epsilon 2 "--batch-norm-epsilon: '-1' is no number from 0 on" quantize float/state.pt
  --output ${quantised}-none.pth.tar --batch-norm-epsilon=-1)
incuse_cli_test(quantize.one_file 2 "none.pth.tar: two results would be written there" quantize float/state.pt
  --output none.pth.tar --report ./none.pth.tar)
incuse_cli_test(quantize.no_output 2 "--output is required" quantize float/state.pt)
incuse_cli_test(quantize.no_file 2 "nowhere.pt: cannot be opened" quantize nowhere.pt --output ${quantised}-none.pth.tar)
incuse_cli_test(quantize.other_file 2 "small.yaml: this is neither a checkpoint of PyTorch nor .npz nor .npy" quantize
  small.yaml --output ${quantised}-none.pth.tar)
incuse_cli_test(quantize.onto_itself 2 "float/stored.npz" quantize float/stored.npz --output float/stored.npz)
find_package(Python3 QUIET COMPONENTS Interpreter)
if(Python3_FOUND)
  incuse_test(cli.quantize.flags ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/quantize_flags.py ${program}
    ${CMAKE_CURRENT_LIST_DIR}/fixtures ${quantised}-flags)
endif()
incuse_cli_test(quantize.other_method 2 "^incuse: --scale goes with --method SCALE: give that as well, or leave --scale out\n$" quantize
  float/state.pt --output ${quantised}-none.pth.tar --scale 0.5)
incuse_cli_test(quantize.bits_of_network 2 "^incuse: --bits has no effect with --calibrate, since --network says how many bits" quantize
  float/state.pt --bits 4 --calibrate float/inputs.npy --network float/net.yaml --output ${quantised}-none.pth.tar)
incuse_cli_test(run.flags_of_kmodels 2 "^incuse: --emulator goes with a kmodel: leave it out\n$" run small.yaml --weights small
  --input input.npy --emulator older)

# With a network and its inputs; what becomes of them is a checkpoint of the network like any other.
set(network --network float/net.yaml --input-shape 2x8x8)
set(calibrated ${quantised}-calibrated.pth.tar)
incuse_cli_test(quantize.calibrated 0
  "layer +bits +shift +scale +dB .*\n *0 +conv1 +8 +-2 +2.2 +40.. .*\n *1 +up +8 +-1 +2.2 .*\n *2 +fc +8 +0 +wide\n$"
  quantize float/state.pt ${network} --calibrate float/inputs.npy --output ${calibrated})
incuse_cli_test(quantize.calibrated.runs 0 "" run float/net.yaml --checkpoint ${calibrated} --input input.npy)
set_property(TEST cli.quantize.calibrated PROPERTY FIXTURES_SETUP calibrated)
set_property(TEST cli.quantize.calibrated.runs PROPERTY FIXTURES_REQUIRED calibrated)
incuse_cli_test(quantize.calibrated.no_network 2 "--network" quantize float/state.pt --calibrate float/inputs.npy
  --output ${quantised}-none.pth.tar)
incuse_cli_test(quantize.calibrated.other_input 2 "elements of type .<f4. are not supported" quantize float/state.pt
  ${network} --calibrate float/outputs.npy --output ${quantised}-none.pth.tar)
incuse_cli_test(quantize.calibrated.other_network 2 "pooled_1d: its tensors do not fit the network float/net.yaml" quantize pooled_1d ${network}
  --calibrate float/inputs.npy --output ${quantised}-none.pth.tar)
incuse_cli_test(quantize.calibrated.other_names 2
  "do not fit the network float/net.yaml\n.*layer 1 .up.: there are no weights for it.*'conv2[a-z.]*weight' belongs to no layer"
  quantize small.pth.tar ${network} --calibrate float/inputs.npy --output ${quantised}-none.pth.tar)
# As few bits as a memory asks for, where the description says nothing; and what is lost as a picture.
incuse_cli_test(quantize.budget 0 "step +layer +bits +bytes +dB\n +0 +1,140 .*\n +1 +fc +4 +660 .*\n *0 +conv1 +8 .*\n *2 +fc +4 "
  quantize float/state.pt ${network} --calibrate float/inputs.npy --weight-memory 700 --report ${quantised}.svg
  --output ${quantised}-budget.pth.tar)
incuse_test(cli.quantize.budget_picture grep "Outputs of float/net.yaml" ${quantised}.svg)
incuse_cli_test(quantize.budget_runs 0 "" run float/net.yaml --checkpoint ${quantised}-budget.pth.tar --input input.npy)
set_property(TEST cli.quantize.budget PROPERTY FIXTURES_SETUP budget)
set_property(TEST cli.quantize.budget_picture cli.quantize.budget_runs PROPERTY FIXTURES_REQUIRED budget)
incuse_cli_test(quantize.budget_too_small 1 "the weights take 206 bytes with as few bits as possible, more than the 60" quantize
  float/state.pt ${network} --calibrate float/inputs.npy --weight-memory 60 --output ${quantised}-none.pth.tar)
# An output that would replace one of the files of a folder that is read.
set(folder ${CMAKE_CURRENT_BINARY_DIR}/float_folder)
file(ARCHIVE_EXTRACT INPUT ${CMAKE_CURRENT_LIST_DIR}/fixtures/float/stored.npz DESTINATION ${folder})
foreach(verb IN ITEMS quantize fold-batch-norm)
  incuse_cli_test(${verb}.folder_kept 2 "conv1.weight.npy: is read as well: it would be lost; choose another name\n$" ${verb}
    ${folder} --output ${folder}/conv1.weight.npy)
endforeach()

# Parameters of a type, by its layers, and of a description. The header compiles.
set(digits ${CMAKE_CURRENT_BINARY_DIR}/digits_parameters.hpp)
incuse_cli_test(weights 0 "^$" weights float/layers.yaml float/state.pt --name digits --output ${digits})
incuse_test(cli.weights.header ${CMAKE_CXX_COMPILER} -std=c++20 -fsyntax-only -x c++ -I${PROJECT_SOURCE_DIR}/include
  -DHEADER="${digits}" ${CMAKE_CURRENT_LIST_DIR}/weights_header.cpp)
incuse_cli_test(weights.description 0 "^$" weights float/net.yaml float/stored.npz --input-shape 2x8x8 --name digits
  --output ${digits}-described)
incuse_test(cli.weights.same sh -c "tail -n +2 $1 >$1.rest && tail -n +2 $2 | cmp - $1.rest" sh ${digits} ${digits}-described)
set_property(TEST cli.weights cli.weights.description PROPERTY FIXTURES_SETUP digits_parameters)
set_property(TEST cli.weights.header cli.weights.same PROPERTY FIXTURES_REQUIRED digits_parameters)
incuse_cli_test(weights.other_layers 1 "pooled_1d: .*layer 0 .conv1.: the parameters have no weights" weights float/layers.yaml pooled_1d
  --matching names --name digits --output ${digits}-none)
foreach(flag IN ITEMS --input-shape=2x8x8 --device=max78000)
  incuse_cli_test(weights.type_with${flag} 2 "goes with a network description, and float/layers.yaml tells the layers of a type: leave --"
    weights float/layers.yaml float/state.pt ${flag} --name digits --output ${digits}-none)
endforeach()
incuse_cli_test(weights.no_layers 2 "^incuse: small.kmodel: " weights small.kmodel float/state.pt --name digits --output
  ${digits}-none)
incuse_cli_test(weights.bad_name 2 "--name needs a word that can name a C.. namespace" weights float/layers.yaml float/state.pt --name class
  --output ${digits}-none)
incuse_cli_test(weights.onto_input 2 "float/state.pt: is read as well" weights float/layers.yaml float/state.pt --name digits
  --output float/state.pt)

# The same of a type for the K210, with ranges that typical inputs tell; on the virtual KPU it computes what PyTorch does.
set(kpu ${CMAKE_CURRENT_BINARY_DIR}/kpu_parameters.hpp)
set(kpu_network float/k210_network.yaml float/state.pt)
set(kpu_inputs --input float/real_inputs.npy)
add_executable(incuse_weights_k210_text weights_k210.cpp)
target_link_libraries(incuse_weights_k210_text PRIVATE incuse::incuse incuse_warnings)
incuse_test(cli.weights.k210_text sh -c "$1 | cmp - $2" sh $<TARGET_FILE:incuse_weights_k210_text>
  ${CMAKE_CURRENT_LIST_DIR}/fixtures/float/k210_network.yaml)
incuse_cli_test(weights.k210_header 0 "^ *tensor +from +to +dB .*\n *input +-1.000 .*\n *conv1 " weights ${kpu_network} ${kpu_inputs}
  --name digits --output ${kpu} --report ${kpu}.svg)
incuse_test(cli.weights.k210_picture grep "Tensors of float/k210_network.yaml" ${kpu}.svg)
set_property(TEST cli.weights.k210_header PROPERTY FIXTURES_SETUP kpu_picture)
set_property(TEST cli.weights.k210_picture PROPERTY FIXTURES_REQUIRED kpu_picture)
set(kpu_built ${CMAKE_CURRENT_BINARY_DIR}/kpu_built.hpp)
add_custom_command(OUTPUT ${kpu_built} WORKING_DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/fixtures
  COMMAND incuse_cli weights ${kpu_network} ${kpu_inputs} --name digits --output ${kpu_built}
  DEPENDS incuse_cli fixtures/float/k210_network.yaml fixtures/float/state.pt fixtures/float/real_inputs.npy VERBATIM)
add_executable(incuse_weights_k210 weights_k210.cpp ${kpu_built})
target_compile_definitions(incuse_weights_k210 PRIVATE HEADER="${kpu_built}")
incuse_not_optimised(incuse_weights_k210)
target_link_libraries(incuse_weights_k210 PRIVATE incuse::incuse incuse_warnings)
incuse_test(cli.weights.k210_runs incuse_weights_k210 ${CMAKE_CURRENT_LIST_DIR}/fixtures/float)
incuse_cli_test(weights.k210_no_input 2 "the ranges of its tensors are not known: give typical inputs with --input" weights
  ${kpu_network} --name digits --output ${kpu}-none)
incuse_cli_test(weights.k210_other_input 2 "an array has 30 values, but the network reads 128" weights
  ${kpu_network} --input float/outputs.npy --name digits --output ${kpu}-none)
incuse_cli_test(weights.k210_other_tensors 1 "pooled_1d: .*conv1" weights float/k210_network.yaml pooled_1d ${kpu_inputs}
  --name digits --output ${kpu}-none)
incuse_cli_test(weights.k210_percentile 2 "--percentile goes with --ranges percentile" weights ${kpu_network} ${kpu_inputs}
  --ranges kl --percentile 99 --name digits --output ${kpu}-none)
incuse_cli_test(weights.k210_layers_alone 2 "tells layers with weights alone.*network_text" weights float/layers.yaml
  float/state.pt --device k210 --name digits --output ${kpu}-none)
incuse_cli_test(weights.input_without_k210 2 "--input is for network types for the K210" weights float/layers.yaml
  float/state.pt ${kpu_inputs} --name digits --output ${digits}-none)
