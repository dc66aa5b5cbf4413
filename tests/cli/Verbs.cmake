# To be included: the tests of every verb, and the reference cases whose headers are compiled. All of them run in
# fixtures/; the fixtures are made by make_fixtures.py.
set(small small.yaml --input input.npy)

incuse_cli_test(help 0 "check .*plan .*run .*import .*Exit codes: 0 .*Examples:" --help)
# Help shows what matters first; --help-all the chip's and the vendor's flags behind it.
set(weights_from "description FILE REQUIRED.*Options:.*--checkpoint,.*--weights FILE.*--bias FILE")
set(general "--input-shape SHAPE.*--place.*--device max78000.max78002.ai84.k210(.all)?\n[^\n]*\n+$")
incuse_cli_test(help.check 0 "${weights_from}.*--input,.*${general}" check --help)
incuse_cli_test(help.plan 0 "${weights_from}.*--output FILE.*--format text.svg.csv.*--compare .*--input,.*${general}" plan --help)
incuse_cli_test(help.run 0 "${weights_from}.*--input,[^\n]*REQUIRED.*--expected FILE.*--layer LAYER.*--output FILE.*${general}" run --help)
incuse_cli_test(help.import 0 "${weights_from}.*--name NAME REQUIRED.*--output FILE.*--input,.*${general}" import --help)
incuse_cli_test(help.export 0 "${weights_from}.*--output FOLDER.*--input,.*--prefix NAME.*${general}" export --help)
incuse_cli_test(help.compare_dump 0 "${weights_from}.*--input FILE.*--dump FILE.*--after LAYER.*--virtual-chip .*${general}"
  compare-dump --help)
foreach(verb check plan report run import export compare-dump attribute)
  incuse_cli_test(help_all.${verb} 0 "Options:.*--device max78000.max78002.ai84.k210.*(Changes of the network:.*Options of the deployment|Options of the deployment:.*Changes of the network):"
    ${verb} --help-all)
endforeach()
incuse_cli_test(version 0 "^incuse ${PROJECT_VERSION}\n$" --version)
incuse_cli_test(unknown_verb 2 "^incuse: 'chek' is no verb; did you mean 'check'[?] There are: check, plan, report, run, import, export, compare-dump, attribute, quantize, fold-batch-norm, weights, new, train, evaluate, search\n$"
  chek small.yaml)
incuse_cli_test(unknown_verb.no_relative 2 "^incuse: 'x\\\\ny' is no verb; there are: check, " "x\ny")
incuse_cli_test(unknown_option 2 "--wieghts.*did you mean '--weights'" check small.yaml --wieghts small)
incuse_cli_test(unknown_option.vendor 2 "--overide-start; did you mean '--override-start'" check small.yaml --overide-start)
incuse_cli_test(unknown_option.begun 2 "--riscv-excl; did you mean '--riscv-exclusive'" check small.yaml --riscv-excl)
# Messages have the name that stands on the command line.
incuse_cli_test(bad_value.typed 2 "^incuse: --override-delta1: '99' is not 0 to 31" check small.yaml --override-delta1 99)
incuse_cli_test(bad_value.own 2 "^incuse: --stream-delta1-override: '99' is not 0 to 31" check small.yaml --stream-delta1-override 99)
incuse_cli_test(refused_option.typed 2 "there is no --rtl-sim: simulations" export small.yaml --rtl-sim)
incuse_cli_test(refused_option.for_export_only 0 "fits MAX78000" check ${small} --weights small --rtl-sim)
incuse_cli_test(check.useless_option 0 "notice: an option has no effect on this network and chip .stream_start_override."
  check ${small} --weights small --override-start 50)
incuse_cli_test(refused_option 2 "there is no --weight-input: --weights names the files" check small.yaml --weight-input w.npy)
incuse_cli_test(unknown_option.several 2 "no flag --timr; did you mean '--timer'..\nincuse: there is no flag --comp; did you mean '--compact-data' or '--compact-weights'"
  check small.yaml --timr 3 --comp)
# Parameters are called like the description's layers, wherever they come from.
incuse_cli_test(import.layer_names 0 "conv1_weight.*conv2_weight.*fc_weight" import ${small} --name m
  --weights small/conv1.weight.npy small/conv2.weight.npy small/fc.weight.npy)
# A flag of other verbs is one, and what stands where a verb has to stand is named.
incuse_cli_test(unknown_option.of_others 2 "^incuse: weights has no flag --no-proof; [^\n]* have it\n$"
  weights ${small} --no-proof)
incuse_cli_test(unknown_option.of_another 2 "^incuse: check has no flag --compare; plan has it\n$" check small.yaml --compare)
incuse_cli_test(no_verb 2 "^Convolutional networks on small accelerators.*Usage: incuse.*check +List everything")
incuse_cli_test(unknown_option.first 2 "^incuse: '--foo' comes too early: a verb is first; there are: check, plan, " --foo)
incuse_cli_test(unknown_option.too_early 2 "^incuse: '--place' comes too early: a verb is first" --place check small.yaml)
# A list behind a name that stands for all layers, too, is blamed by that name.
incuse_cli_test(bad_list.typed 2 "^incuse: --no-bias needs numbers of layers, 0 to 2\n$" check ${small} --weights small
  --no-bias 7)
incuse_cli_test(bad_list.value 2 "^incuse: --no-bias: '0,200' is no list of layers" check small.yaml --no-bias 0,200)
# Values of flags without effect are checked; of what is refused, a number that changes nothing is taken.
incuse_cli_test(neutral_value.number 2 "^incuse: --timer: 'abc' is not 0 to 5" check small.yaml --timer abc)
incuse_cli_test(neutral_value.choice 2 "^incuse: --clock-divider: '3' is not 1, 2, 4, 8 or 16" check small.yaml --clock-divider 3)
incuse_cli_test(neutral_value.pin 2 "^incuse: --boost: '99.x' is not a port and a pin" check small.yaml --boost 99.x)
incuse_cli_test(refused_option.number 2 "there is no --skip-yaml-layers: leave the layers out" check small.yaml --skip-yaml-layers 1)
incuse_cli_test(refused_option.zero 0 "fits MAX78000" check ${small} --weights small --skip-yaml-layers 0
  --skip-checkpoint-layers 0 --balance-speed --no-compact-data --apb --ignore-energy-warning --timer 0 --clock-divider 16)
incuse_cli_test(apb_base 0 "fits MAX78000" check ${small} --weights small --apb-base 0x50000000)
incuse_cli_test(apb_base.import 0 "device = incuse::max7800x::with_apb_base\\(incuse::max78000, 0x40000000\\);\nusing Chip = incuse::Deployment<Net, device, "
  import ${small} --weights small --name m --apb-base 0x40000000)
incuse_cli_test(apb_base.odd 2 "^incuse: --apb-base: '0x40000001' is no multiple of 4" check small.yaml --apb-base 0x40000001)
incuse_test(cli.flags sh ${CMAKE_CURRENT_LIST_DIR}/flags.sh ${program} ${PROJECT_SOURCE_DIR}/docs/flags.md
  ${INCUSE_GOLDEN_DIR}/../seeds/max78000-manual-2021.txt)
# With --place no part refuses an order, and none leaves layers out for it.
foreach(device IN ITEMS max78000 max78002)
  foreach(key IN ITEMS next_sequence simulated_sequence)
    file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/${key}.yaml "arch: jumping
dataset: none
layers:
- {op: Passthrough, processors: 0xf, out_offset: 0x2000, ${key}: 2}
- {op: Passthrough, processors: 0xf, out_offset: 0}
- {op: Passthrough, in_sequences: 0, processors: 0xf, out_offset: 0x1000}
")
    set(placed ${CMAKE_CURRENT_BINARY_DIR}/${key}.yaml --device ${device} --input-shape 4x8x8 --place)
    incuse_cli_test(check.placed_order.${key}.${device} 0 "fits MAX" check ${placed})
  endforeach()
  incuse_cli_test(check.placed_order.${device} 0 "'next_sequence' and 'snoop_sequence' do not count with --place.*fits MAX"
    check ${CMAKE_CURRENT_BINARY_DIR}/next_sequence.yaml --device ${device} --input-shape 4x8x8 --place)
  foreach(layer RANGE 2)
    incuse_cli_test(run.placed_order.${device}.${layer} 0 "output of layer ${layer}, 2x8x8" run
      ${CMAKE_CURRENT_BINARY_DIR}/next_sequence.yaml --device ${device} --input input.npy --place --layer ${layer})
  endforeach()
endforeach()
incuse_cli_test(check.stop_at_passed_layer 2 "^incuse: --stop-after: 'next_sequence' passes layer 1 by, or stops before it\n$"
  check ${CMAKE_CURRENT_BINARY_DIR}/next_sequence.yaml --device max78002 --input-shape 4x8x8 --stop-after 1)
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/bypassed.yaml "arch: bypassed
dataset: none
layers:
- {op: Conv2d, pad: 1, activate: ReLU, processors: 0xf, out_offset: 0x4000, bypass: true, quantization: 4}
")
incuse_cli_test(check.bypassed_bits 0 "yaml:4:[0-9]+: notice: 'quantization' does not count with 'bypass'[^\n]*\\[N1\\]"
  check ${CMAKE_CURRENT_BINARY_DIR}/bypassed.yaml --device max78002 --input-shape 4x8x8)
# An order that cannot be is one finding, also where no order counts.
incuse_cli_test(check.order 1 "^(jumping.yaml:[^\n]* notice: [^\n]*\n|jumping.yaml:6:3: error: the next layer has to be a later one[^\n]*\n)+jumping.yaml: does not fit MAX78002: 1 error, 3 notices\n$"
  check jumping.yaml --input-shape 4x8x8 --device max78002 --place)
incuse_cli_test(neutral_options 0 "bias 0 of .*1 notice" check ${small} --weights small --no-bias 0,2 --init-tram -v -L -D
  --log-filename run.log --boost 2.5 --no-kat --prefix any --test-dir there --input-offset 0x100)

incuse_cli_test(check 0 "small.yaml: fits MAX78000: 3 layers, weights 372 of .*bias 9 of" check ${small} --weights small)
incuse_cli_test(check.assumed 0 "note: no weights given: .*fits MAX78000" check small.yaml --input-shape 2x8x8)
incuse_cli_test(check.notices 0 "notice: layer 2 \\(fc\\): .*needs 6, the next multiple has 8; .*; 1 notice" check ${small}
  --weights small)
incuse_cli_test(check.all 0 "MAX78000 +fits +3 of 32 .*MAX78002 +fits +3 of 128 .*\\(estimated\\)" check ${small} --weights small
                --device all)
# A part that refuses the network tells what is known of it, and why other figures are not.
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/all_parts/large.yaml "arch: large
dataset: none
layers:
- {name: a, op: Conv2d, kernel_size: 3x3, pad: 1, activate: ReLU, out_channels: 512}
- {name: b, op: Conv2d, kernel_size: 3x3, pad: 1, activate: ReLU, out_channels: 64}
")
incuse_cli_test(check.all.headroom 0 "MAX78000 +no: [^\n]* 2 of 32 +589,824 of 442,368 [^\n]*\n.*MAX78002 +fits +2 of 128 +589,824 of 2,396,160 "
  check ${CMAKE_CURRENT_BINARY_DIR}/all_parts/large.yaml --place --input-shape 64x8x8 --device all --no-proof)
# Maps lie at both ends of AI RAM: what counts is how much of it is needed at once.
incuse_cli_test(check.all.k210_headroom 0 "K210 +fits.* 1,024 of 2,097,152" check ai84.yaml --weights ai84 --input-shape 3x8x8
  --device all)
incuse_cli_test(check.all.k210_time 0 "MAX78000 +fits [^\n]*[0-9] cycles, [0-9.]+ [mu]s at 50 MHz\n.*K210 +fits [^\n]* at least [0-9,]+ cycles, [0-9.]+ [mu]s at 400 MHz\n"
  check ai84.yaml --weights ai84 --input-shape 3x8x8 --device all)
incuse_cli_test(check.all.k210_watts 0 "K210 +fits [^\n]* at least [0-9,]+ cycles, [0-9.]+ [mu]s at 300 MHz, [0-9.]+ [un]J at 300.0 mW\n"
  check ai84.yaml --weights ai84 --input-shape 3x8x8 --device all --watts 0.3 --megahertz 300)
incuse_cli_test(check.all.k210 0 "K210 +(fits|no: )" check ${small} --weights small --device all)
# What is wrong with the file is wrong for all chips, and said once.
incuse_cli_test(check.all_refuse 1 "MAX78000 +no: 2 errors .*MAX78002 +no: 2 errors .*K210 +no: 2 errors [^\n]*\n.*\nmisspelt.yaml:5:5: error[^\n]*\nmisspelt.yaml:[0-9:]* error[^\n]*\n$"
                check misspelt.yaml --input-shape 2x8x8 --device all)
# A mistake in the file is one for the K210, too; what is about other parts or about places is none, and it says itself
# what there is against it.
file(READ ${CMAKE_CURRENT_LIST_DIR}/fixtures/ai84.yaml one_layer)
set(all_parts ${CMAKE_CURRENT_BINARY_DIR}/all_parts)
set(everywhere --weights ai84 --input-shape 3x8x8 --device all --no-proof)
string(REPLACE "name: conv\n" "name: conv\n    maxpool: 2\n" changed "${one_layer}")
file(WRITE ${all_parts}/unknown_key.yaml "${changed}")
incuse_cli_test(check.all.unknown_key 1 "AI84 +no: 1 error .*K210 +no: 1 error .*\n[^\n]*unknown key 'maxpool'[^\n]*\n$"
  check ${all_parts}/unknown_key.yaml ${everywhere})
string(REPLACE "out_offset: 0x2000" "out_offset: 0x1000000" changed "${one_layer}")
file(WRITE ${all_parts}/far_offset.yaml "${changed}")
incuse_cli_test(check.all.places 0 "MAX78000 +no: .*AI84 +no: .*K210 +fits " check ${all_parts}/far_offset.yaml
  ${everywhere})
string(REPLACE "out_offset: 0x2000" "out_offset: -4\n    in_offset: 99999999\n    bias_group: 9" changed "${one_layer}")
file(WRITE ${all_parts}/no_places.yaml "${changed}")
incuse_cli_test(check.all.no_places 0 "MAX78000 +no: .*AI84 +no: .*K210 +fits " check ${all_parts}/no_places.yaml
  --input-shape 3x8x8 --device all --no-proof)
incuse_cli_test(check.place.no_places 0 "fits AI84" check ${all_parts}/no_places.yaml --weights ai84 --input-shape 3x8x8
  --device ai84 --place)
string(REPLACE "out_offset: 0x2000" "out_offset: far" changed "${one_layer}")
file(WRITE ${all_parts}/no_number.yaml "${changed}")
incuse_cli_test(check.all.no_number 1 "K210 +no: 1 error " check ${all_parts}/no_number.yaml ${everywhere})
# Every part has the name of its die, too, and its number alone, as the vendor's tools take it.
foreach(name IN ITEMS 85=MAX78000 ai85=MAX78000 78000=MAX78000 87=MAX78002 AI87=MAX78002 78002=MAX78002 84=AI84 ai84=AI84)
  string(REGEX MATCH "^(.*)=(.*)$" matched ${name})
  incuse_cli_test(device.${CMAKE_MATCH_1} 0 "fits ${CMAKE_MATCH_2}: " check ai84.yaml --weights ai84 --input-shape 3x8x8
    --device ${CMAKE_MATCH_1})
endforeach()
incuse_cli_test(device.unknown 2 "unknown device '8'; there are: max78000, max78002, ai84, k210" check small.yaml --device 8)
# What is said of the same part is said once.
incuse_test(cli.check.all.once sh ${CMAKE_CURRENT_LIST_DIR}/once.sh ${program} ${CMAKE_CURRENT_LIST_DIR}/fixtures)
# Snooping runs the layers again, and FIFOs have their input once: one verdict for all verbs.
# Inputs that are not compared are no proof.
incuse_cli_test(check.snoop_hit 0 "warning: with 3 of 3 random inputs a snoop unit finds its word, [^\n]* is not proved.*fits MAX78002: [^;]*; 1 warning"
  check snoop_hit.yaml --device max78002 --input-shape 4x8x8)
# A hit that changes nothing, since there is no jump: all is proved.
file(READ ${CMAKE_CURRENT_LIST_DIR}/fixtures/snoop_hit.yaml changed)
string(REPLACE "0, 0, 3, 0" "0, 0, 0x82022005, 0x3000" changed "${changed}")
file(WRITE ${all_parts}/snoop_jump.yaml "${changed}")
incuse_cli_test(check.snoop_without_jump 0 "fits MAX78002: [^;]*; tables proved with 3 random inputs"
  check ${all_parts}/snoop_jump.yaml --device max78002 --input-shape 4x8x8)
# What is known of a network with too many layers, and of one that nobody has placed.
set(changed "arch: deep\ndataset: none\nlayers:\n")
foreach(layer RANGE 1 40)
  string(APPEND changed "- {op: Conv2d, kernel_size: 3x3, pad: 1, activate: ReLU, out_channels: 4}\n")
endforeach()
file(WRITE ${all_parts}/many_layers.yaml "${changed}")
incuse_cli_test(check.all.too_many 0 "MAX78000 +no: 1 error +40 of 32 .*MAX78002 +fits +40 of 128 "
  check ${all_parts}/many_layers.yaml --place --input-shape 4x8x8 --device all --no-proof)
incuse_cli_test(check.all.unplaced 0 "MAX78000 +no: .*K210 +fits +40 .*MAX78000, MAX78002, AI84: -: not known, because layers have no processors; add --place"
  check ${all_parts}/many_layers.yaml --input-shape 4x8x8 --device all --no-proof)
incuse_cli_test(check.all.repeated 0 "MAX78000 +fits +3 of 32 [^\n]* 1,477 cycles.*MAX78002 +fits +3 of 128 "
  check ai84.yaml --weights ai84 --input-shape 3x8x8 --device all --no-proof --repetitions 3)
# A flag of the vendor's tool that asks for what a part lacks.
incuse_cli_test(check.mexpress.ai84 2 "^incuse: --mexpress asks for packed weights: leave it out, since there are none on the AI84"
  check ai84.yaml --weights ai84 --input-shape 3x8x8 --device ai84 --mexpress)
incuse_cli_test(check.mexpress.all 0 "MAX78000 +fits" check ai84.yaml --weights ai84 --input-shape 3x8x8 --device all --mexpress)
set(snooping small.yaml --input input.npy --weights small --device max78002 --fifo --snooping)
foreach(verb check plan run)
  incuse_cli_test(${verb}.snooping_fifo 1 "find no input in the FIFOs any more .snooping.; [^\n]*repeated_input" ${verb} ${snooping})
endforeach()
foreach(layers IN ITEMS 33 128 129)
  set(changed "arch: deep\ndataset: none\nlayers:\n")
  foreach(layer RANGE 1 ${layers})
    math(EXPR place "${layer} % 2 * 8192")
    string(APPEND changed "- {op: Conv2d, pad: 1, activate: ReLU, processors: 0xf, out_offset: ${place}}\n")
  endforeach()
  file(WRITE ${all_parts}/layers_${layers}.yaml "${changed}")
endforeach()
set(deep --input-shape 4x8x8 --device all --no-proof)
incuse_cli_test(check.all.33_layers 0 "MAX78000 +no: 1 error .*MAX78002 +fits .*AI84 +no: .*K210 +fits +33 .*MAX78000: [^\n]*there are 33 layers: MAX78000 has 32 \\[Y6\\]"
  check ${all_parts}/layers_33.yaml ${deep})
incuse_cli_test(check.all.128_layers 0 "MAX78002 +fits .*K210 +fits +128 " check ${all_parts}/layers_128.yaml ${deep})
incuse_cli_test(check.all.129_layers 1 "K210 +no: 1 error .*MAX78002: [^\n]*: MAX78002 has 128 \\[Y6\\].*K210: [^\n]*there are 129 layers: a description for the K210 has 128 \\[Y6\\]\n$"
  check ${all_parts}/layers_129.yaml ${deep})
file(WRITE ${all_parts}/jumping.yaml "arch: jumping
dataset: none
layers:
- {op: Conv2d, pad: 1, activate: ReLU, processors: 0xf, out_offset: 0x2000, next_sequence: 2}
- {op: Conv2d, pad: 1, activate: ReLU, processors: 0xf, out_offset: 0}
- {op: Conv2d, pad: 1, activate: ReLU, in_sequences: 0, processors: 0xf, out_offset: 0}
")
incuse_cli_test(check.all.order 0 "MAX78000 +no: .*K210 +fits.*1 warning .*MAX78000: [^\n]*\\[I7\\].*K210: [^\n]*'next_sequence'[^\n]*executes layers in their order"
  check ${all_parts}/jumping.yaml ${deep})
incuse_cli_test(check.watts 0 "[0-9] cycles, 0.0[0-9] ms at 60 MHz, [0-9]+.[0-9] uJ at 25.0 mW; tables" check ${small} --weights small
  --watts 0.025 --megahertz 60)
incuse_cli_test(check.no_watts 0 "^[^J]*$" check ${small} --weights small --megahertz 60)
incuse_cli_test(check.negative_watts 2 "^incuse: --watts: '-1' is no number from 0.001 to 1000000\n" check ${small} --weights small --watts=-1)
incuse_cli_test(check.no_number_of_watts 2 "^incuse: --watts: 'nan' is no number from 0.001 to 1000000\n" check ${small} --weights small --watts nan)
incuse_cli_test(check.no_clock 2 "^incuse: --megahertz: '0' is no number from 0.001 to 1000000\n" check ${small} --weights small --megahertz 0)
incuse_cli_test(check.no_power 2 "--watts: '1e300' is no number from 0.001 to 1000000\n" check ${small} --weights small --watts 1e300)
incuse_cli_test(plan.watts 0 "cycles, 0.0[0-9] ms at 50 MHz, [0-9]+.[0-9] uJ at 25.0 mW, for " plan ${small} --weights small
  --watts 0.025)
incuse_cli_test(plan.all 2 "only check answers for all chips" plan small.yaml --input-shape 2x8x8 --device all)
# What is wrong with the network comes first.
incuse_cli_test(export.refused_first 1 "narrow weights" export ${small} --weights small --device ai84 --output
  ${CMAKE_CURRENT_BINARY_DIR}/no_interrupt)
incuse_cli_test(export.no_interrupt 2 "C relies on the accelerator's interrupt, which AI84 does not have: in C.. the driver"
  export ai84.yaml --weights ai84 --input-shape 3x8x8 --device ai84 --output ${CMAKE_CURRENT_BINARY_DIR}/no_interrupt)
incuse_cli_test(check.features 1 "error: the chip does not have a feature that is asked for \\(PLL\\).*\\(pipeline\\)|pipeline.*PLL"
  check ${small} --weights small --pll --pipeline)
incuse_cli_test(check.layers_without_bias 0 "bias 0 of" check ${small} --weights small --no-bias-in 0,2)
# The vendor's tool separates members of a list by blanks.
incuse_cli_test(check.layers_apart 0 "bias 0 of" check ${small} --weights small --no-bias-in 0 2)
incuse_cli_test(check.layers_apart.vendor 0 "bias 0 of" check --no-bias 0 2 ${small} --weights small)
incuse_cli_test(check.layers_apart.equals 0 "bias 0 of" check --no-bias-in=0 2 ${small} --weights small)
incuse_cli_test(check.layers_apart.wrong 2 "^incuse: --no-bias needs numbers of layers, 0 to 2\n$" check ${small} --weights small
  --no-bias 0 7)
incuse_cli_test(check.no_layers 2 "'0,x' is no list of layers" check ${small} --weights small --no-bias-in 0,x)
incuse_cli_test(check.output_width 2 "'9' is not 8 or 32" check ${small} --weights small --output-width 9)
foreach(words IN ITEMS "--synthesize-words;8" "--synthesize-words=8")
  list(LENGTH words form)
  incuse_cli_test(check.synthesized_words.${form} 0 "note: --synthesize-words has no effect without --synthesize-input, .*--synthesized-words 8 makes the input"
    check ${small} --weights small ${words})
endforeach()
incuse_cli_test(check.synthesized_step 1 "synthesized_input_path" check ${small} --weights small --synthesize-input 0)
incuse_cli_test(check.synthesized 1 "synthesized_input_path" check ${small} --weights small --synthesize-input 16)
incuse_cli_test(check.misspelt 1
  "misspelt.yaml:5:5: error: unknown key 'kernal_size' .*'kernel_size'.*misspelt.yaml:6:10: error: 'pad' .*2 errors"
  check misspelt.yaml)
incuse_cli_test(check.all_findings 1
  "yaml:13:5: error: layer 1 \\(second\\): .*needs 17x17, MAX78000 has 16; .*\\[pool_size\\].*\\[padding_kernel\\].*\\[output_memory\\].*3 errors"
  check too_large.yaml)
incuse_cli_test(check.other_shape 1 "made for 2 inputs per output, but the layer reads 3"
  check small.yaml --weights small --input-shape 3x8x8)
# One-dimensional data: a window of one number has one column of it; with two columns nothing is left, and only that is
# said. Causes come before what follows from them.
incuse_cli_test(check.pooled_1d 0 "^[^\n]*fits MAX78000: 3 layers[^\n]*\n$" check pooled_1d.yaml --input-shape 1x64
  --weights pooled_1d/conv.npy pooled_1d/fc.npy)
incuse_cli_test(import.pooled_1d 0 "MaxPool2d<Window{8, 1}, stride<8>" import pooled_1d.yaml --input-shape 1x64
  --weights pooled_1d/conv.npy pooled_1d/fc.npy --name m)
incuse_cli_test(check.pooled_away 1 "^pooled_away.yaml:7:5: error: layer 1: [^\n]*empty_output.\n[^\n]*: 1 error\n$" check
  pooled_away.yaml --input-shape 1x64 --weights pooled_1d/conv.npy pooled_1d/fc.npy)
incuse_cli_test(check.by_layer 1 "yaml:5:5: error: layer 0[^\n]*padding_kernel.*yaml:7:26: error: .calcx4. is not available"
  check by_layer.yaml --input-shape 2x8x8)
incuse_cli_test(check.no_streaming_layer 2 "--streaming-layers needs numbers of layers, 0 to 2" check ${small} --weights
  small --streaming-layers 3)
# A description without any placement, and without weights, says enough; nothing of what it says is dropped in silence.
set(rolling rolling.yaml --input-shape 4x2x2 --place)
incuse_cli_test(check.rolling 0 "^rolling.yaml:7:3: notice.*\nrolling.yaml: fits MAX78000: 4 layers[^\n]*; tables proved with 3 random inputs;"
  check ${rolling})
incuse_cli_test(check.rolling_by_hand 1 "has no 'processors' .Y27.*has no 'offset' .Y27.*'buffer_insert' needs 'out_offset'" check
  rolling.yaml --input-shape 4x2x2)
incuse_cli_test(check.unused_buffer 0 "fits MAX78000: 1 layer" check ${rolling} --stop-after 0)
incuse_cli_test(import.rolling 0 "RollingBuffer<4, 6, as<\"past\">>.*ShiftBuffer<1>.*struct parameters {};" import ${rolling} --name r)
incuse_cli_test(check.unwritten 1 "^unwritten.yaml: error: a rolling buffer that no layer writes to is placed by hand only.*: 1 error, 1 notice\n$"
  check unwritten.yaml --input-shape 4x2x2 --place)
incuse_cli_test(check.misplaced_buffer 1 "needs 4098 bytes, a word has 4 bytes[^\n]*4098 -> 4096 .buffer_alignment.*: 1 error, 1 notice\n$" check
  misplaced_buffer.yaml --input-shape 4x2x2 --overlap-data)
set(streamed streamed.yaml --input-shape 4x16x16 --place)
incuse_cli_test(check.unstreamed 0 "yaml:5:3: notice: 'streaming' does not count with --place.*yaml:6:3: notice: 'streaming' does not.*fits"
  check ${streamed})
incuse_cli_test(check.streamed 1 "streaming_last_padding" check ${streamed} --streaming-layers 0,1 --fifo)
incuse_cli_test(check.no_layer_without_bias 2 "--no-bias-in needs numbers of layers, 0 to 2" check ${small} --weights
  small --no-bias-in 7)
incuse_cli_test(check.first_column 1 "needs 7[0-9]+ columns, MAX78000 has 768 .*weight_memory" check ${small} --weights small
  --weight-start 764)
incuse_cli_test(check.in_place 1 "tensor that is still needed.*or let the layer write behind .* flag --overlap-data" check
  in_place.yaml --input-shape 4x8x8)
incuse_cli_test(check.max_proc 1 "processor_range" check ${small} --weights small --max-proc 5)
incuse_cli_test(check.no_shape 2 "does not say how large the input is" check small.yaml)
incuse_cli_test(check.bad_shape 2 "--input-shape needs .*not '2x'" check small.yaml --input-shape 2x)
incuse_cli_test(check.no_file 2 "nothing.yaml: cannot be opened" check nothing.yaml)
incuse_cli_test(check.folder 2 "small: is a folder, not a file" check small)
incuse_cli_test(check.device 2 "unknown device 'max78k'; there are: max78000, max78002, ai84, k210\n$" check small.yaml --device max78k)
incuse_cli_test(check.k210 2 "descriptions are for the MAX7800x family: for the K210 give a kmodel" check small.yaml --device K210)
incuse_cli_test(import.k210 2 "incuse weights brings tensors by name into it .docs/k210.md" import small.yaml --device k210
  --name small)
incuse_cli_test(check.no_name 2 "--weights: .*FILE missing" check ${small} --weights "")
incuse_cli_test(plan.no_name 2 "--output: .*FILE missing" plan ${small} --output "")
incuse_cli_test(plan.empty_name 2 "--output: .*the name is empty|--output: .*FILE missing" plan ${small} --output=)
incuse_cli_test(check.biases_of_folder 2 "--bias goes with files: a folder of weights has its own biases" check ${small}
  --weights small --bias small/conv1.bias.npy)

# Files that are no descriptions: what they are instead, or that they are none, in one line.
incuse_cli_test(check.array 2 "^incuse: input.npy: this is an array of NumPy: give it with --weights or --input\n$" check
  input.npy)
foreach(checkpoint IN ITEMS small.pth.tar small-legacy.pth.tar)
  incuse_cli_test(check.checkpoint.${checkpoint} 2
    "^incuse: ${checkpoint}: this is a checkpoint of PyTorch: give it with --checkpoint\n$" check ${checkpoint})
endforeach()
incuse_cli_test(check.program 2 "^incuse: [^ ]*: this is no text: byte 4 is 0x0[12]\n$" check ${program})
incuse_cli_test(check.words 2 "^incuse: .*CMakeLists.txt.*: this is not [^\n]*\n$" check ${CMAKE_CURRENT_LIST_DIR}/CMakeLists.txt)
incuse_cli_test(check.other_yaml 2 "^incuse: ../../../.clang-format: this is not a network description: it has none of the keys arch, dataset and layers\n$"
  check ../../../.clang-format)

incuse_cli_test(check.no_weights 2 "nowhere: cannot be opened" check ${small} --weights nowhere)
incuse_cli_test(check.too_many_weights 1 "there are 4 arrays of weights, but 3 layers" check ${small} --weights
  small/conv1.weight.npy small/conv2.weight.npy small/fc.weight.npy small/fc.weight.npy)
incuse_cli_test(check.damaged_weights 2 "small.yaml: array 0: this is not a .npy file" check ${small} --weights small.yaml)
incuse_cli_test(check.damaged_checkpoint 2 "input.npy: this is no checkpoint of PyTorch" check ${small} --checkpoint
  input.npy)
incuse_cli_test(check.hostile_checkpoint 2
  "^incuse: hostile.pth.tar: data.pkl: byte [0-9]+: it names 'posix.system', which no checkpoint needs; nothing was executed. Of a module or another object save the state_dict.. instead\n$"
  check ${small} --checkpoint hostile.pth.tar)
foreach(file IN ITEMS module.pt module-legacy.pt)
  incuse_cli_test(check.${file} 2 "^incuse: ${file}: this is a whole module, pickled: save its state_dict\\(\\) instead\n$"
    check ${small} --checkpoint ${file})
endforeach()
incuse_cli_test(check.script.pt 2 "^incuse: script.pt: this is a whole module, compiled to TorchScript: save its state_dict"
  check ${small} --checkpoint script.pt)
incuse_cli_test(check.other_key.pt 2
  "^incuse: other_key.pt: this is no checkpoint: it has no dictionary 'state_dict', but 'epoch', 'model\\\\n_state'\n$"
  check ${small} --checkpoint other_key.pt)
incuse_cli_test(check.other_checkpoint 1 "one of 'othernet', but the description of 'smallnet'" check ${small}
  --checkpoint other.pth.tar)
incuse_cli_test(check.both_weights 2 "--checkpoint" check ${small} --checkpoint small.pth.tar --weights small)

# One verdict, whatever is asked for.
function(incuse_verdict_tests name rule)
  set(regex "${name}.yaml:[0-9]+:[0-9]+: error: layer 2 .*\\[${rule}\\]")
  set(network ${name}.yaml --input input.npy)
  incuse_cli_test(verdict.${name}.check 1 "${regex}" check ${network})
  incuse_cli_test(verdict.${name}.plan 1 "${regex}" plan ${network})
  incuse_cli_test(verdict.${name}.compare 1 "${regex}" plan ${network} --compare)
  incuse_cli_test(verdict.${name}.run 1 "${regex}" run ${network})
  incuse_cli_test(verdict.${name}.import 1 "${regex}" import ${network} --name verdict)
  incuse_cli_test(verdict.${name}.export 1 "${regex}" export ${network} --output ${CMAKE_CURRENT_BINARY_DIR}/verdict)
  incuse_cli_test(verdict.${name}.compare_dump 1 "${regex}" compare-dump ${network} --virtual-chip)
endfunction()
incuse_verdict_tests(torn_operands read_gap)
incuse_verdict_tests(overwritten tensor_overwritten)

# The tables are tried on a virtual chip.
incuse_cli_test(proof 0 "fullest instance; tables proved with 3 random inputs; " check ${small} --weights small)
incuse_cli_test(proof.no_weights 0 "; tables proved with 3 random inputs and random weights" check ${small})
incuse_cli_test(proof.none 0 "fullest instance; [0-9]+ notice" check ${small} --weights small --no-proof)
# Clearing unused layers leaves those of the network alone, unless it is done as the vendor's tool does it.
foreach(part IN ITEMS max78000 max78002)
  incuse_cli_test(proof.unused_layers.${part} 0 "tables proved with 3 random inputs" check ${small} --weights small
    --zero-unused --device ${part})
endforeach()
incuse_cli_test(proof.unused_layers.ai84 0 "tables proved with 3 random inputs" check ai84.yaml --weights ai84
  --input-shape 3x8x8 --zero-unused --device ai84)
incuse_cli_test(proof.unused_layers.fifo 0 "tables proved with 3 random inputs" check fifo_regions.yaml --weights small
  --input input.npy --fifo --zero-unused)
incuse_cli_test(proof.cleared_layer 1 "clear the registers of a layer that is used: it computes nothing; leave the option vendor_stream out, [^\n]*\\[cleared_layer\\].*: 1 error, "
  check fifo_regions.yaml --weights small --input input.npy --fifo --zero-unused --vendor-stream)
set(vendor check narrow_passes.yaml --input-shape 100x6x6 --vendor-stream)
incuse_cli_test(proof.difference 1
  "layer 0: the tables do not compute what the network does: on a virtual chip channel .* differs: expected .*\\[proof\\].*1 error"
  ${vendor})
incuse_cli_test(proof.difference_unseen 0 "fits MAX78000" ${vendor} --no-proof)
# All verbs are of one voice about them.
set(vendor narrow_passes.yaml --input-shape 100x6x6 --vendor-stream)
foreach(verb IN ITEMS plan "plan --compare" report "export --yaml" "export --pytorch" "export --onnx")
  separate_arguments(words UNIX_COMMAND "${verb}")
  string(REPLACE " --" "_" name ${verb})
  incuse_cli_test(proof.one_voice.${name} 1 "layer 0: the tables do not compute what the network does: [^\n]*\\[proof\\]" ${words}
    ${vendor} --output ${CMAKE_CURRENT_BINARY_DIR}/one_voice_${name})
endforeach()
incuse_cli_test(report.says_why 1
  "^narrow_passes.yaml(:[0-9:]*)?: error: layer 0: the tables [^\n]*\\[proof\\]\nnarrow_passes.yaml: does not fit the MAX78000\n$"
  report ${vendor} --output ${CMAKE_CURRENT_BINARY_DIR}/says_why.html)
incuse_cli_test(proof.one_voice.run 1 "the tables do not compute what the network does: [^\n]*\\[proof\\]\n.*not run: "
  run fifo_regions.yaml --weights small --fifo --vendor-stream --input input.npy)
incuse_cli_test(proof.one_voice.unseen 0 "Layers\n" plan ${vendor} --no-proof)
incuse_cli_test(proof.one_voice.run_unseen 0 "output of layer 2" run fifo_regions.yaml --weights small --fifo
  --vendor-stream --input input.npy --no-proof)
incuse_cli_test(proof.one_voice.right 0 "output of layer 2" run ${small} --weights small --vendor-stream)

# One description, and options once.
set(twice "^incuse: the description")
incuse_cli_test(twice.same 2 "${twice} 'small.yaml' is given twice\n$" check small.yaml --config-file small.yaml --weights small)
incuse_cli_test(twice.other 2 "${twice} is given twice, as 'rolling.yaml' and as 'small.yaml': what is no description needs a flag in front of it\n$"
  check small.yaml --weights small --config-file=rolling.yaml)
incuse_cli_test(twice.flag_missing 2 "${twice} is given twice, as 'small.yaml' and as 'input.npy': " plan small.yaml input.npy)
incuse_cli_test(twice.config_file 2 "${twice} is given twice" check --config-file small.yaml --config-file=rolling.yaml)
incuse_cli_test(config_file.equals 0 "fits MAX78000" check --config-file=small.yaml --input-shape 2x8x8)
incuse_cli_test(twice.option 2 "^incuse: --device is given more than once: it takes one value\n$" check small.yaml --device ai84
  --device max78000)
incuse_cli_test(twice.alias 2 "^incuse: --checkpoint-file is given more than once: it takes one value\n$" check small.yaml
  --checkpoint a --checkpoint-file b)
incuse_cli_test(twice.word 2 "^incuse: 'more' is one word too many\n$" new --board max78000fthr there more)

incuse_cli_test(plan 0 "Layers\n.*Placement\n.*Data memory .*0x1000 - 0x10ff.*Weight memory .*Bias memory " plan ${small}
  --weights small)
incuse_cli_test(plan.svg 0 "^<[?]xml .*<svg .*conv1.*Weight memory.*</svg>\n$" plan ${small} --weights small --format svg)
incuse_cli_test(plan.too_large 1 "output_memory.*no plan: the network does not fit" plan too_large.yaml)
incuse_cli_test(plan.picture_by_name 0 "" plan ${small} --weights small --output ${CMAKE_CURRENT_BINARY_DIR}/plan.SVG)
incuse_test(cli.plan.picture_by_name.content grep -c "^</svg>" ${CMAKE_CURRENT_BINARY_DIR}/plan.SVG)
set_tests_properties(cli.plan.picture_by_name PROPERTIES FIXTURES_SETUP plan_picture)
set_tests_properties(cli.plan.picture_by_name.content PROPERTIES FIXTURES_REQUIRED plan_picture)
# The picture that README.md and docs/index.md show is what the program draws.
set(picture ${CMAKE_CURRENT_BINARY_DIR}/page_picture.svg)
incuse_cli_test(plan.page_picture 0 "" plan fashion_bn_mixed.yaml --input-shape 1x28x28 --place --output ${picture})
incuse_test(cli.plan.page_picture.content ${CMAKE_COMMAND} -E compare_files ${picture}
  ${PROJECT_SOURCE_DIR}/docs/images/plan.svg)
set_tests_properties(cli.plan.page_picture PROPERTIES FIXTURES_SETUP page_picture)
set_tests_properties(cli.plan.page_picture.content PROPERTIES FIXTURES_REQUIRED page_picture)
set(report report ${small} --weights small)
incuse_cli_test(report 0 "^<!DOCTYPE html>.*fits the MAX78000.*<section id=\"graph\".*Weight memory.*</html>\n$" ${report})
incuse_cli_test(report.no_weights 0 "fits the MAX78000; tables proved with [0-9] random inputs? and random weights" report ${small})
foreach(address IN ITEMS "javascript:alert(1)" "JavaScript:x" "data:text/html,x" "vbscript:x" "file:///etc/passwd" " javascript:x")
  string(MAKE_C_IDENTIFIER "${address}" name)
  incuse_cli_test(report.rules_page.${name} 2 "--rules-page: '.*' (is no address of the web|has blanks in it)" ${report}
    --rules-page "${address}")
endforeach()
# A rule comes behind a #, so what has one, or no page, leads nowhere.
foreach(address IN ITEMS "https://x.org/rules.html#top" "#x" "rules.md#" "http:" "https://" "https:///rules.html" "http:/rules.html"
        "http:rules.html" "https://:80/x" "//" "?a=b")
  string(MD5 name "${address}")
  incuse_cli_test(report.rules_page.${name} 2 "--rules-page: '.*' (has a #|names no host|names no page)" ${report}
    --rules-page "${address}")
endforeach()
foreach(address IN ITEMS "https://example.org/rules.html" "../a:b/rules.md" "rules.md?a=b:c" "https://example.org")
  string(MAKE_C_IDENTIFIER "${address}" name)
  incuse_cli_test(report.rules_page.${name} 0 "href=\"" ${report} --rules-page "${address}")
endforeach()
incuse_cli_test(report.rules_page 0 "href=\"docs/rules.md#channels_of_four\"" ${report} --rules-page docs/rules.md)
# Readers have no sheets in which limits are numbered.
incuse_cli_test(report.stands_alone 0 "What is wrong.*multiple of 4[^<]*</dd></div>[^<]*<div><dt>What to change</dt><dd>[^<]*</dd></div>[^<]*</dl>"
  ${report})
incuse_cli_test(report.energy 0 "Cycles and energy.* uJ" ${report} --watts 0.02)
incuse_cli_test(report.misfit 1 "does not fit the MAX78000.*made for 2 inputs.*id=\"rule-L6\"" report small.yaml
  --weights small --input-shape 1x10x10)
foreach(fault IN ITEMS "key:unknown key 'accurracy'; there are: accuracy, quantisation_error"
        "layer:there is no layer 'conv9'" "confusion:counts needs a row and a column for each class"
        "picture:a picture needs one or three values for each pixel" "broken:broken.json: " "missing:missing.json: cannot be read"
        "epoch:an epoch without validation loss" "share:accuracy is a share, 0 to 1: 0.93 for 93 %"
        "twice:the key 'accuracy' is there twice" "same:'conv1' is a layer that is there already"
        "nested:accuracy: the key 'a' is there twice" "curves:curves: the key 'loss' is there twice"
        "text:accuracy needs a finite number, not the text '0.5'" "behind:(something stands behind the end|end of map)"
        "two:something stands behind the end" "half:confusion: counts needs a whole number from 0 to 1000000000000, not '1.5'"
        "many:confusion: counts needs a whole number .*, not '1e20'" "quoted:confusion: counts needs .*, not the text '1'"
        "inner:confusion: unknown key 'count'; there are: classes, counts" "label:worst: unknown key 'label'; there are: title"
        "nan:curves: 'loss' needs a finite number, not 'NaN'" "infinite:curves: 'loss' needs a finite number, not '1e999'")
  string(REGEX MATCH "^([a-z]+):(.*)$" unused "${fault}")
  incuse_cli_test(report.measures.${CMAKE_MATCH_1} 2 "${CMAKE_MATCH_2}" ${report} --measures measures/${CMAKE_MATCH_1}.json)
endforeach()
incuse_cli_test(report.measures 0 "93[.]10 %.*Error of quantising.*layer 1 .conv2.: 0[.]00410.*Confusion.*data:image/bmp"
  ${report} --measures measures/all.json)
# What two files have is not taken from one of them in silence.
foreach(file "all:confusion matrix, too" "accuracy:'Accuracy, real numbers', too" "again:'loss', too" "layers:'quantisation_error of layer 0', too")
  string(REGEX MATCH "^([a-z_]+):(.*)$" unused "${file}")
  incuse_cli_test(report.measures.two_files_${CMAKE_MATCH_1} 2 "an earlier file has (a )?${CMAKE_MATCH_2}" ${report}
    --measures measures/all.json measures/${CMAKE_MATCH_1}.json)
endforeach()
incuse_cli_test(report.measures.one_epoch 0 "M 90 [0-9]+ h 4" ${report} --measures measures/epoch_one.json)
# Numbers of any size are drawn.
incuse_cli_test(report.measures.large 0 "conv1.: 1e[+]308.*>-1e[+]308<.*>1e[+]308<" ${report} --measures measures/large.json)
incuse_cli_test(report.measures.training 0 "Accuracy, chip</dt><dd>80[.]00 %.*1 taken for 0: 2.*validation accuracy"
  ${report} --measures measures/evaluation.json measures/epochs.json)
incuse_cli_test(report.measures.layers 0 "Error of quantising.*layer 1 .conv2.: 0[.]01250"
  ${report} --measures measures/evaluation.json)
incuse_cli_test(plan.other_picture 2 "pictures are svg, not 'png'" plan ${small} --output plan.png)
incuse_cli_test(plan.csv_by_name 2 "csv needs --compare" plan ${small} --output plan.csv)
incuse_cli_test(plan.compare.svg_by_name 2 "--compare prints text or csv" plan ${small} --compare --output plan.svg)
incuse_cli_test(plan.format 2 "--format" plan ${small} --format png)
# Without processors and offsets, and with a sum that needs two copies.
set(unplaced unplaced.yaml --input input.npy --weights small)
incuse_cli_test(check.unplaced 1 "unplaced.yaml:5:5: error: the layer has no 'processors' .*4 errors" check ${unplaced})
incuse_cli_test(check.place 0 "^[^\n]*channels_of_four.\nunplaced.yaml: fits MAX78000: 6 layers, " check ${unplaced} --place)
incuse_cli_test(check.place.assumed 2 "a layer without processors says nothing about channels" check unplaced.yaml --place
  --input input.npy)
incuse_cli_test(plan.place 0 "copy, which the chip needs .*copy, which the chip needs .*Add of 2" plan ${unplaced} --place)
incuse_cli_test(plan.place.compare 2 "--compare excludes --place|--place excludes --compare" plan ${small} --place --compare)
incuse_cli_test(run.place 0 "output of layer 3 .fc., 5x1x1, 32 bits:\n  -6969 -7153 1305 -1441 -11841\n" run ${unplaced}
  --place)
incuse_cli_test(import.place 0 "Add<from<\"conv1\", \"conv1\">, as<\"sum\">>,\n *Fused<MaxPool2d<2>, Conv2d<6, kernel<3>, pad<1>, ReLU, as<\"conv2\">>>"
  import ${unplaced} --place --name small)

incuse_cli_test(plan.compare 0
  "all outputs are equal.*peak bytes +least .*small.yaml +4,352 +256 .*placed by Incuse on MAX78000"
  plan ${small} --weights small --compare)
incuse_cli_test(plan.compare.csv 0 "network,peak_bytes_by_hand,.*\nsmall.yaml,4352,256," plan ${small} --weights small
  --compare --format csv)
incuse_cli_test(plan.compare.too_large 1 "nothing to compare with" plan too_large.yaml --compare)
incuse_cli_test(plan.csv 2 "csv needs --compare" plan ${small} --format csv)

incuse_cli_test(run 0 "layer 2 \\(fc\\), 5x1x1, 32 bits:\n  -6551 .*equals output.npy" run ${small} --weights small
  --expected output.npy)
incuse_cli_test(run.checkpoint 0 "equals output.npy" run ${small} --checkpoint small.pth.tar --expected output.npy)
incuse_cli_test(run.legacy_checkpoint 0 "equals output.npy" run ${small} --checkpoint small-legacy.pth.tar --expected
  output.npy)
incuse_cli_test(run.files 0 "output of layer 2" run ${small} --weights small/conv1.weight.npy small/conv2.weight.npy
  small/fc.weight.npy --bias small/conv1.bias.npy)
incuse_cli_test(run.differs 1
  "differs from output.npy: channel 0, row 0, column 0: expected -6551, actual .* of 5 values differ" run ${small}
  --weights small --no-bias --expected output.npy)
incuse_cli_test(run.layer 0 "output of layer 1 \\(conv2\\), 6x4x4, 8 bits" run ${small} --weights small --layer conv2)
incuse_cli_test(run.no_layer 2 "no layer 'conv9'" run ${small} --weights small --layer conv9)
incuse_cli_test(run.simulated 0 "output of layer 0 .early., 2x7x7" run simulated.yaml --input input.npy --place)
incuse_cli_test(run.not_simulated 2 "layer 1 is not computed: .*'simulated_sequence' passes it by" run simulated.yaml --input
  input.npy --place --layer 1)
incuse_cli_test(run.no_weights 2 "nothing can run without weights" run ${small})
incuse_cli_test(run.output 0 "" run ${small} --weights small --output ${CMAKE_CURRENT_BINARY_DIR}/written.npy)
incuse_cli_test(run.output_again 0 "equals .*written.npy" run ${small} --weights small --expected
  ${CMAKE_CURRENT_BINARY_DIR}/written.npy)
set_tests_properties(cli.run.output PROPERTIES FIXTURES_SETUP written_output)
set_tests_properties(cli.run.output_again PROPERTIES FIXTURES_REQUIRED written_output)
incuse_cli_test(help.attribute 0 "${weights_from}.*--input,.*REQUIRED.*--output FILE.*--baseline VALUE.*--patch SHAPE.*--permutations NUMBER.*${general}"
  attribute --help)
incuse_cli_test(attribute 0 "input.npy, 4 patches:\n.*baseline.*-6551" attribute ${small} --weights small --patch 4x4)
incuse_cli_test(attribute.no_weights 2 "nothing can run without weights" attribute ${small})
incuse_cli_test(attribute.kmodel 2 "what a kmodel puts out are real numbers" attribute small.kmodel --input kmodel_input.npy)
incuse_test(cli.attribute.sums sh ${CMAKE_CURRENT_LIST_DIR}/attribute.sh ${program} ${CMAKE_CURRENT_LIST_DIR}/fixtures
  ${CMAKE_CURRENT_BINARY_DIR}/attribute)
incuse_cli_test(run.no_output_folder 2 "nowhere/out.npy: cannot be written" run ${small} --weights small --output
  nowhere/out.npy)

incuse_cli_test(import 0 "namespace small {.*Conv2d<4, kernel<3>, pad<1>, ReLU, bits<4>, bias, as<\"conv1\">, place<.*Fused<MaxPool2d<2>, Conv2d<6.*Flatten,\n    Linear<5, .*struct parameters {.*using Chip = incuse::Deployment<Net, incuse::max78000, parameters, incuse::max78" import ${small} --weights small
  --name small --average-pool-rounding)
incuse_cli_test(import.name 2 "--name needs a word .*not '3d'" import ${small} --weights small --name 3d)
incuse_cli_test(import.no_weights 2 "a header needs weights" import ${small} --name small)

# Trained networks, one or more cases of most families, and different ways for the input to come in.
set(imported_cases
  net-mnist-chw-ai85 net-ai85-bayer2rgb net-kws20-v3-hwc net-svhn-tinierssd
  mut-conv1d-multilayer-relu mut-eltwiseadd-pool-sub mut-fifostream-pool-hwc-pool3 mut-nonsquare-rnd07
  mut-upsample-nonsquare-pad1A-pad0 mut-widein-bias-quad02 mut-pooling3x3s2-passcat test-mpadd-minimal)
incuse_cli_test(flag.unlike_any 2 "there is no flag --quux; the nearest is '--" check ${small} --quux)
