// Every rule of the KPU is broken by a network or a layer of its own, and by nothing less.
#include <incuse/hosted/strings.hpp>
#include <incuse/k210/planning.hpp>
#include <incuse/model/early_exit.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include <incuse/k210/tables/byte_networks.hpp>
#include <incuse/k210/tables/real_networks.hpp>

#include <support/kpu_layers.hpp>
#include <support/layers.hpp>
#include <support/longest_sentence.hpp>

namespace test_rules {

using namespace incuse;
using namespace incuse::k210;
using namespace incuse::test;

namespace {

using Net = Graph<40>;

std::string words(Text text) { return string_of(text); }

Findings check(const Net& graph) { return k210::check(graph, plan_if_possible(graph, k210_kpu), k210_kpu); }

/// Ids and numbers: "width 600 4 512".
std::vector<std::string> summary(const Findings& found) {
  std::vector<std::string> lines;
  for (const Finding& f : found) {
    std::string line = words(f.rule->id);
    for (int i = 0; i < f.needs.count; ++i) line += ' ' + std::to_string(f.needs.values[i]);
    for (int i = 0; i < f.has.count; ++i) line += ' ' + std::to_string(f.has.values[i]);
    if (!f.part.empty()) line += ' ' + words(f.part);
    lines.push_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

/// What is said of one layer on a 3 x 16 x 16 input.
Lines of(const Layer& layer) { return summary(check(network({3, 16, 16}, {layer}))); }

Lines of(const KpuLayer& layer, const KpuAddresses& at = {}) { return summary(k210::check(layer, k210_kpu, at)); }

}  // namespace

TEST_CASE("Whatever names and numbers are, every rule's words, remedy and advice are in its sentence") {
  for_each_rule([](const Rule& rule) {
    CAPTURE(string_of(rule.id));
    CHECK(test::keeps_what_matters(rule));
    CHECK(test::is_whole_in_errors(rule));
  });
}

TEST_CASE("every rule has words, and a name of its own") {
  std::set<std::string> names;
  for_each_rule([&](const Rule& rule) {
    CHECK(names.insert(words(rule.id)).second);
    CHECK_FALSE(rule.sentence.empty());
    CHECK_FALSE(rule.remedy.empty());
    CHECK_FALSE(rule.source.empty());
  });
  CHECK(names.size() == 75);
}

// Rules that no network type can break: warnings; what conversion or the language prevents; what other rules catch
// first; what only weights from elsewhere can do.
TEST_CASE("every other rule has a network type that compilers refuse") {
  const std::set<std::string> unreachable = {"other_placement",   "kernel_groups",   "depthwise_channels",
                                             "depthwise_pooling", "load_size",       "argument_field",
                                             "accumulator_bits",  "batch_norm_bits", "no_gap",
                                             "input_layout",      "lost_precision",  "range_without_zero"};
  const std::filesystem::path folder = std::filesystem::path(__FILE__).parent_path() / "../../fail/k210";
  for_each_rule([&](const Rule& rule) {
    CAPTURE(words(rule.id));
    CHECK(std::filesystem::exists(folder / (words(rule.id) + ".cpp")) == (unreachable.count(words(rule.id)) == 0));
  });
}

TEST_CASE("nothing is wrong with an ordinary network") {
  Layer relu = conv2d(8);
  relu.activation = Activation::relu;
  CHECK(summary(check(network({3, 32, 32}, {relu, pooled(2, conv2d(12)), conv2d(5, 1, 0)}))).empty());
}

TEST_CASE("layers that the KPU does not have") {
  Layer linear = conv2d(4, 1, 0);
  linear.op = Operator::linear;
  CHECK(of(linear) == Lines{"not_on_kpu Linear"});
  Layer one_dimensional = conv2d(4, 1, 0);
  one_dimensional.op = Operator::conv1d;
  CHECK(of(one_dimensional) == Lines{"one_dimensional"});
  Layer transposed = conv2d(4);
  transposed.op = Operator::conv_transpose2d;
  CHECK(of(transposed) == Lines{"transposed_convolution"});
  transposed.on_cpu = true;
  transposed.stride = {2, 2};
  CHECK(summary(check(network({3, 16, 16}, {software(Software::dequantize), transposed}))).empty());
  transposed.dilation = {2, 1};
  CHECK(summary(check(network({3, 16, 16}, {software(Software::dequantize), transposed}))) == Lines{"cpu_kernel 3 3"});
  Layer sum;
  sum.elementwise = Elementwise::add;
  sum.operands = 3;
  CHECK(of(sum) == Lines{"not_on_kpu Add"});
  Layer join = conv2d(2);
  join.sources.push(0);
  join.sources.push(network_input);
  CHECK(summary(check(network({3, 16, 16}, {conv2d(3), join}))) == Lines{"one_source 2 1"});
  Layer view = conv2d(2);
  view.in_extent = {8, 32};
  CHECK(of(view) == Lines{"reshaped_input"});
}

namespace {

Layer sum_of(std::initializer_list<int> sources) { return on_processor(adding_of(sources)); }

/// What is said of a network that reads codes of 3 x 16 x 16, or real numbers.
Lines said(std::initializer_list<Layer> layers, bool real_input = false) {
  Net graph = network({3, 16, 16}, layers);
  graph.real_input = real_input;
  return summary(check(graph));
}

const Layer dequantize_layer = software(Software::dequantize), quantize_layer = software(Software::quantize),
            upload_layer = software(Software::upload), join = on_processor({});

}  // namespace

TEST_CASE("layers that the processor does not have") {
  Layer sub = sum_of({0, network_input});
  sub.elementwise = Elementwise::sub;
  CHECK(said({conv2d(3), sub}) == Lines{"element_operation Sub"});
  CHECK(said({dequantize_layer, on_processor(conv2d(4))}).empty());
  CHECK(said({on_processor(pooled(Pooling::pick, {2, 2}, {2, 2}, {}))}) == Lines{"no_task"});
  // The processor pools and computes a Linear layer, but has no task that does both.
  CHECK(said({dequantize_layer, pooled(2, on_processor(linear(4)))}) == Lines{"no_task Linear"});
  Layer pooled_sum = pooled(2, sum_of({0, network_input}));
  CHECK(said({conv2d(3), pooled_sum}) == Lines{"no_task Add"});
  Layer normalised = on_processor(linear(4));
  normalised.batch_norm = normalised.flatten = true;
  CHECK(said({dequantize_layer, normalised}) == Lines{"cpu_batch_norm"});
  Layer wide = on_processor(linear(4));
  wide.wide = wide.flatten = true;
  CHECK(said({dequantize_layer, wide}) == Lines{"wide_output"});
  Layer shifted = on_processor(linear(4));
  shifted.flatten = true;
  shifted.output_shift = 100000;
  CHECK(said({dequantize_layer, shifted}) == Lines{"output_shift 100000 -15 15"});
  Layer magnitudes = software(Software::requantize);
  magnitudes.activation = Activation::abs;
  CHECK(said({magnitudes}) == Lines{"activation_function"});
  Layer view = on_processor(pooled(2, {}));
  view.in_extent = {8, 32};
  CHECK(said({view}) == Lines{"reshaped_input"});
  Layer twins = sum_of({});
  twins.operands = 3;
  CHECK(said({twins}) == Lines{"two_operands 1 2"});
}

TEST_CASE("layers that move values fit the tensors that they read") {
  Layer slice = software(Software::slice);
  slice.with.parts[2] = {15, -1, -2};
  CHECK(said({slice}).empty());
  slice.with.parts[2] = {16, -1, -2};
  CHECK(said({slice}) == Lines{"cpu_slice 16 16"});
  slice.with.parts[2] = {15, -2, -2};
  CHECK(said({slice}) == Lines{"cpu_slice -2 16"});
  Layer cut = software(Software::pad);
  cut.with.before[1] = -8;
  cut.with.after[1] = -7;
  CHECK(said({cut}).empty());
  cut.with.after[1] = -8;
  CHECK(said({cut}) == Lines{"nothing_left 3 16 16"});
  Layer blocks = software(Software::space_to_depth);
  for (int block : {1, 2, 4, 8, 16}) {
    blocks.with.block = block;
    CHECK(said({blocks}).empty());
  }
  blocks.with.block = 3;
  CHECK(said({blocks}) == Lines{"cpu_blocks 3 16 16 3"});
  blocks.software = Software::depth_to_space;
  CHECK(said({blocks}) == Lines{"cpu_blocks 3 16 16 3"});
  blocks.software = Software::channel_shuffle;
  CHECK(said({blocks}).empty());
}

TEST_CASE("windows of the processor with a border, and convolutions in groups") {
  Layer window = on_processor(pooled(Pooling::max, {3, 3}, {2, 2}, {}));
  window.with.border = {2, 2, 2, 2};
  CHECK(said({window}).empty());
  window.with.border.right = 3;
  CHECK(said({window}) == Lines{"cpu_border 3 3"});
  window.with.border = {1, 0, 0, 0};
  window.pool_same = true;
  CHECK(said({window}) == Lines{"cpu_border 3 3"});
  Layer grouped = on_processor(conv2d(6));
  grouped.groups = 3;
  CHECK(said({dequantize_layer, grouped}).empty());
  grouped.out_channels = 5;
  CHECK(said({dequantize_layer, grouped}) == Lines{"cpu_groups 3 3"});
  Layer convolution = on_processor(conv2d(6));
  convolution.stride = {0, 1};
  CHECK(said({dequantize_layer, convolution}) == Lines{"cpu_kernel 3 3"});
}

TEST_CASE("codes and real numbers") {
  const Layer softmax = software(Software::softmax), mean = software(Software::global_average);
  CHECK(said({softmax}) == Lines{"reads_codes softmax"});
  CHECK(said({softmax}, true).empty());
  CHECK(said({conv2d(4), mean}) == Lines{"reads_codes global average pool"});
  CHECK(said({on_processor(pooled(Pooling::average, {2, 2}, {2, 2}, {}))}) == Lines{"reads_codes average pool"});
  CHECK(said({conv2d(4)}, true) == Lines{"reads_real_numbers layer of the KPU"});
  CHECK(said({pooled(2, {})}, true) == Lines{"reads_real_numbers layer of the KPU"});
  CHECK(said({Layer{}}, true) == Lines{"reads_real_numbers layer of the KPU"});
  CHECK(said({on_processor(pooled(2, {}))}, true).empty());
  CHECK(said({upload_layer}, true) == Lines{"reads_real_numbers upload"});
  CHECK(said({dequantize_layer, dequantize_layer}) == Lines{"reads_real_numbers dequantize"});
  CHECK(said({dequantize_layer, quantize_layer, quantize_layer}) == Lines{"reads_codes quantize"});
  CHECK(said({dequantize_layer, sum_of({network_input, 0})}) == Lines{"mixed_elements"});
  CHECK(said({dequantize_layer, reading(join, {0, network_input})}) == Lines{"mixed_elements"});
  CHECK(said({dequantize_layer, reading(join, {0, 0})}).empty());
}

TEST_CASE("tensors in the right memory") {
  const Layer pool = on_processor(pooled(2, {}));
  CHECK(said({pool, conv2d(4)}) == Lines{"not_uploaded"});
  CHECK(said({pool, pooled(2, {})}) == Lines{"not_uploaded"});
  CHECK(said({pool, Layer{}}) == Lines{"not_uploaded"});
  CHECK(said({pool, upload_layer, conv2d(4)}).empty());
  CHECK(said({upload_layer, upload_layer}) == Lines{"uploaded_only"});
  CHECK(said({upload_layer, pool}) == Lines{"uploaded_only"});
  CHECK(said({conv2d(4), upload_layer}).empty());
  // Handing a tensor on does not move it; the KPU's copy does.
  CHECK(said({upload_layer, Layer{}, pool}) == Lines{"uploaded_only"});
  Layer copy;
  copy.output = true;
  CHECK(said({upload_layer, copy, pool}).empty());
}

TEST_CASE("sizes of what the processor works on") {
  const Layer padding = software(Software::add_padding), without = software(Software::remove_padding);
  CHECK(said({conv2d(4), sum_of({network_input, 0})}) == Lines{"joined_shapes 3 16 16 4 16 16"});
  CHECK(said({conv2d(4), reading(join, {network_input, 0})}).empty());
  CHECK(said({pooled(2, {}), reading(join, {network_input, 0})}) == Lines{"joined_shapes 3 16 16 3 8 8"});
  CHECK(said({conv2d(3), sum_of({network_input, 0, 0})}) == Lines{"two_operands 3 2"});
  CHECK(said({dequantize_layer, on_processor(linear(4))}) == Lines{"single_values 16 16 1 1"});
  CHECK(said({dequantize_layer, software(Software::global_average), on_processor(linear(4))}).empty());
  CHECK(said({padding}) == Lines{"single_values 16 16 1 1"});
  CHECK(said({without}) == Lines{"padded_maps 16 16 4 4"});
  CHECK(said({conv2d(2), pooled(4, {}), without}).empty());
  const Layer mean = software(Software::global_average);
  CHECK(said({dequantize_layer, mean, quantize_layer, padding, conv2d(8, 1, 0), without}).empty());
  CHECK(said({dequantize_layer, mean, quantize_layer, conv2d(8, 1, 0)}) == Lines{"not_uploaded"});

  Layer dilated = on_processor(pooled(2, {}));
  dilated.pool_dilation = {2, 2};
  CHECK(said({dilated}) == Lines{"cpu_window 2 2"});
  Layer same = on_processor(pooled(Pooling::max, {3, 3}, {1, 1}, {}));
  same.pool_same = true;
  CHECK(said({same}).empty());
  same.pooling = Pooling::average;
  CHECK(said({dequantize_layer, same}) == Lines{"cpu_window 3 3"});
  CHECK(said({on_processor(pooled(17, {}))}) == Lines{"nothing_left 17 17 16 16"});
  CHECK(said({on_processor(pooled(Pooling::max, {0, 0}, {1, 1}, {}))}) == Lines{"cpu_window 0 0"});
  Layer vanished = software(Software::resize);
  vanished.resized = {0, 5};
  CHECK(said({vanished}) == Lines{"nothing_left 3 16 16"});
  Layer both = software(Software::dequantize);
  both.operands = 3;
  CHECK(said({both}) == Lines{"no_task"});

  Layer huge = software(Software::resize);
  huge.with.scale_factor = {1000, 1000};
  CHECK(said({huge}) == Lines{"tensor_size 768000000 6291456"});
  CHECK(said({conv2d(30000, 1, 0)}) == Lines{"tensor_size 7680000 6291456"});
  CHECK(summary(check(network({1 << 20, 1 << 20, 1 << 20}, {pooled(2, conv2d(2))}))).front() ==
        "tensor_size 1152921504606846976 6291456");
  Layer many = reading(join, {});
  for (int i = 0; i < 17; ++i) many.sources.push(network_input);
  CHECK(said({many}) == Lines{"source_count 17 16"});
  CHECK(summary(check(network({1 << 20, 1, 1}, {padding}))) == Lines{"tensor_size 16777216 6291456"});
  CHECK(summary(check(network({2048, 1, 1}, {padding, conv2d(8, 1, 0)}))) == Lines{"channels 2048 1024"});
}

TEST_CASE("memory of the processor") {
  Net graph = network({64, 128, 128}, {software(Software::logistic)});
  graph.real_input = true;
  CHECK(summary(check(graph)) == Lines{"main_memory 8388608 6291456"});
  graph.input = {48, 128, 128};
  CHECK(check(infer(graph)).ok());
}

TEST_CASE("options that the KPU's own tables make meaningless") {
  const auto said_of_tables = [](const Layer& layer) {
    return summary(check_tables(network({3, 16, 16}, {layer}), k210_kpu));
  };
  CHECK(said_of_tables(conv2d(4)).empty());
  for (void (*change)(Layer&) : {+[](Layer& l) { l.activation = Activation::relu; }, +[](Layer& l) { l.bias = true; },
                                 +[](Layer& l) { l.batch_norm = true; }, +[](Layer& l) { l.output_shift = 1; },
                                 +[](Layer& l) { l.weight_bits = 4; }, +[](Layer& l) { l.pad_value = 1; }}) {
    Layer changed = conv2d(4);
    change(changed);
    CHECK(said_of_tables(changed).front().find("table_option") == 0);
  }
  Layer function = software(Software::requantize);
  CHECK(said_of_tables(function).empty());
  function.activation = Activation::relu;
  CHECK(said_of_tables(function).front().find("table_option") == 0);
}

TEST_CASE("the input has no layout of its own") {
  Net graph = network({3, 16, 16}, {conv2d(4)});
  CHECK(check(graph).empty());
  graph.input_format = DataFormat::chw;
  CHECK(summary(check(graph)) == Lines{"input_layout"});
  CHECK(check(graph).ok());
}

TEST_CASE("parameters of the processor's layers") {
  const auto said_of_bytes = [](std::initializer_list<Layer> layers) {
    return summary(check_bytes(network({3, 16, 16}, layers), k210_kpu));
  };
  CHECK(said_of_bytes({software(Software::requantize)}) == Lines{"one_range"});
  Layer function = on_processor(linear(4));
  function.activation = Activation::function;
  CHECK(said_of_bytes({dequantize_layer, function}).empty());
  Layer normed = conv2d(4);
  normed.batch_norm = true;
  CHECK(said_of_bytes({normed}) == Lines{"byte_batch_norm"});
  CHECK(of(normed).empty());  // real numbers have one
  Layer padded = conv2d(4);
  padded.pad_value = 128;
  CHECK(said_of_bytes({padded}) == Lines{"pad_byte 128 -128 127"});
  Layer alone = conv2d(4, 1, 0);
  alone.pad_value = 1;
  CHECK(of(alone) == Lines{"pad_value_alone"});

  const auto said_if = [](const auto& rules, const auto& subject) {
    Findings found;
    apply(rules, subject, {found});
    return summary(found);
  };
  CHECK(said_if(count_rules, ParameterCount{2, 3}) == Lines{"parameter_count 3 2"});
  CHECK(said_if(input_rules, InputRange{true, false}) == Lines{"input_range"});
  CHECK(said_if(input_rules, InputRange{false, false}).empty());
  CHECK(said_if(copy_rules, GivenStep{true}) == Lines{"copied_map"});
  CHECK(said_if(joining_rules, JoinedCodes{false}) == Lines{"unlike_codes"});
  CHECK(said_if(parameter_rules, StepParameters{"a", 4}) == Lines{"quantisation a"});
  CHECK(said_if(parameter_rules, StepParameters{{}, 4}) == Lines{"lost_precision 4"});
  CHECK(said_if(parameter_rules, StepParameters{{}, 1}).empty());
  CHECK(said_if(parameter_rules, StepParameters{{}, 0, 127}) == Lines{"range_without_zero 128 127"});
  CHECK(said_if(parameter_rules, StepParameters{{}, 0, 128}).empty());
  SumScales sum;
  CHECK(said_if(sum_rules, OneSum{sum}).empty());
  sum.b.shift = 63;
  CHECK(said_if(sum_rules, OneSum{sum}) == Lines{"sum_shift 63 0 62"});
  sum.b.shift = -1;
  CHECK(said_if(sum_rules, OneSum{sum}) == Lines{"sum_shift -1 0 62"});

  const float values[] = {1, 2, 3, 4};
  Layer connected = on_processor(linear(2));
  connected.in = connected.pooled = {2, 1, 1};
  connected.out = {2, 1, 1};
  const auto problem = [&](const Layer& layer, const RealLayer& own) { return words(problem_of_cpu(layer, own)); };
  CHECK(problem(connected, {"fc", values}).empty());
  CHECK(problem(connected, {"fc"}) == "another number of weights than the layer has");
  CHECK(problem(connected, {"fc", values, values}) == "the parameters have a bias, but the layer has no option bias");
  connected.bias = true;
  CHECK(problem(connected, {"fc", values}) == "the layer has the option bias, but the parameters have none for it");
  CHECK(problem(connected, {"fc", values, values}) == "another number of biases than output channels");
  CHECK(problem(quantize_layer, {"codes", values}) == "there are weights or biases, but the layer has none");
  CHECK(problem(quantize_layer, {"codes"}) == "ranges that contain nothing");
  CHECK(problem(quantize_layer, {"codes", {}, {}, {}, {}, {0, 1}}).empty());
  RealLayer normalised{"codes", {}, {}, {}, {}, {0, 1}};
  normalised.batch_norm.gamma = values;
  CHECK(problem(quantize_layer, normalised) == "there is a batch norm, which the processor has none of");
}

TEST_CASE("kernels") {
  CHECK(of(conv2d(2, 5, 2)) == Lines{"kernel_size 5 5 3 3"});
  Layer valid = conv2d(2);
  valid.padding = {0, 0};
  CHECK(of(valid) == Lines{"kernel_padding 0 0 1 1"});
  Layer padded = conv2d(2, 1, 0);
  padded.padding = {1, 1};
  CHECK(of(padded) == Lines{"kernel_padding 1 1 0 0"});
  Layer strided = conv2d(2);
  strided.stride = {2, 2};
  CHECK(of(strided) == Lines{"kernel_stride 2 2 1 1"});
  Layer dilated = conv2d(2);
  dilated.dilation = {2, 2};
  CHECK(of(dilated) == Lines{"kernel_dilation 2 2 1 1"});
  Layer grouped = conv2d(6);
  grouped.groups = 3;
  CHECK(of(grouped) == Lines{"kernel_groups 3 3"});
  Layer bypassed = conv2d(2);
  bypassed.bypass = true;
  CHECK(of(bypassed) == Lines{"kernel_bypass"});
  Layer depthwise = conv2d(3);
  depthwise.groups = 3;
  CHECK(of(depthwise).empty());
}

TEST_CASE("pooling windows") {
  CHECK(of(pooled(3, conv2d(2))) == Lines{"pooling_window 3 3"});
  CHECK(of(pooled(Pooling::max, {2, 2}, {1, 1}, conv2d(2))) == Lines{"pooling_window 2 2"});
  CHECK(of(pooled(4, conv2d(2))).empty());
  CHECK(of(pooled(Pooling::average, {2, 2}, {2, 2}, conv2d(2))).empty());
  CHECK(of(pooled(Pooling::max, {1, 1}, {4, 4}, conv2d(2))).empty());
  Layer same = pooled(Pooling::max, {2, 2}, {1, 1}, conv2d(2));
  same.pool_same = true;
  CHECK(of(same).empty());
  Layer second = pooled(Pooling::pick, {2, 2}, {2, 2}, conv2d(2));
  second.pool_column = 1;
  CHECK(of(second).empty());
  second.pool_column = 2;
  CHECK(of(second) == Lines{"pooling_window 2 2"});
  // Whole windows only, as on the KPU.
  CHECK(summary(check(network({3, 17, 17}, {pooled(Pooling::pick, {2, 2}, {2, 2}, conv2d(2))}))).empty());
  CHECK(of(pooled(Pooling::average, {3, 3}, {3, 3}, conv2d(2))) == Lines{"average_window 3 3"});
  CHECK(of(pooled(Pooling::max, {1, 1}, {3, 3}, conv2d(2))) == Lines{"pooling_window 1 1"});
  // Every second pixel of 17 are 9 in the model language, 8 on the KPU.
  CHECK(summary(check(network({3, 17, 16}, {pooled(Pooling::max, {1, 1}, {2, 2}, conv2d(2))}))) ==
        Lines{"pooling_window 1 1"});
  CHECK(summary(check(network({3, 1, 16}, {pooled(2, conv2d(2))}))) == Lines{"nothing_left 2 2 1 16"});
}

TEST_CASE("an early exit is refused once, whatever its layers are like") {
  Layer excess = incuse::detail::exit_draft({ExitTest::excess, 0, 9}).layer;
  Layer any = incuse::detail::exit_draft({ExitTest::any, 0, 9}).layer;
  CHECK(summary(check(network({3, 16, 16}, {conv2d(2), excess, any}))) == Lines{"no_early_exit"});
}

TEST_CASE("activation functions, widths and shifts") {
  Layer layer = conv2d(2);
  layer.activation = Activation::abs;
  CHECK(of(layer) == Lines{"activation_function"});
  layer = conv2d(2);
  layer.wide = true;
  CHECK(of(layer) == Lines{"wide_output"});
  layer = conv2d(2);
  layer.output_shift = 16;
  CHECK(of(layer) == Lines{"output_shift 16 -15 15"});
  layer.output_shift = 15;
  CHECK(of(layer).empty());
  layer = conv2d(2);
  layer.streaming = true;
  CHECK(of(layer) == Lines{"other_placement"});
  CHECK(check(network({3, 16, 16}, {layer})).ok());  // a warning
}

TEST_CASE("sizes of maps") {
  CHECK(summary(check(network({3, 16, 16}, {conv2d(1025, 1, 0)}))) == Lines{"channels 1025 1024"});
  CHECK(of(kpu_layer({0, 16, 16}, 3)) == Lines{"channels 0 1024"});
  CHECK(summary(check(network({3, 16, 513}, {conv2d(2)}))) == Lines{"width 513 4 512"});
  CHECK(summary(check(network({3, 16, 512}, {conv2d(2)}))).empty());
  CHECK(summary(check(network({3, 257, 16}, {conv2d(2)}))) == Lines{"height 257 4 256"});
  CHECK(of(kpu_layer({1, 3, 8}, 1)) == Lines{"height 3 4 256"});
  CHECK(of(kpu_layer({1, 8, 3}, 1)) == Lines{"width 3 4 512"});
  // One finding for one mistake.
  CHECK(of(kpu_layer({1, 3, 3}, 1)) == Lines{"map_size 3 3 4 4"});
  CHECK(summary(check(network({3, 6, 6}, {conv2d(2), pooled(2, Layer{})}))) == Lines{"output_size 3 3 4 4"});
}

TEST_CASE("depth-wise layers") {
  KpuLayer layer = kpu_layer({8, 8, 8}, 6, 3);
  layer.depthwise = true;
  CHECK(of(layer) == Lines{"depthwise_channels 6 8"});
  layer.out_channels = 8;
  CHECK(of(layer).empty());
  layer.pool = KpuPool::max_2x2;
  CHECK(of(layer) == Lines{"depthwise_pooling"});
  // Within a network the pooling gets a layer of its own.
  Layer depthwise = conv2d(3);
  depthwise.groups = 3;
  const Net net = network({3, 16, 16}, {depthwise, pooled(2, conv2d(4))});
  CHECK(summary(check(net)).empty());
  CHECK(plan(net, k210_kpu).graph.size == 3);
}

TEST_CASE("weights") {
  CHECK(of(kpu_layer({512, 7, 7}, 512, 3)) == Lines{"load_count 86 64"});  // the vendor's compiler overlooks it
  CHECK(of(kpu_layer({512, 7, 7}, 384, 3)).empty());
  Device small = k210_kpu;
  small.load_bytes = 100;
  CHECK(summary(k210::check(kpu_layer({12, 7, 7}, 8, 3), small)) == Lines{"load_size 108 100"});
  small.buffer_bytes = 50;
  KpuLayer depthwise = kpu_layer({8, 7, 7}, 8, 3);
  depthwise.depthwise = true;
  CHECK(summary(k210::check(depthwise, small)) == Lines{"load_size 72 50"});
}

TEST_CASE("outputs that are streamed") {
  const KpuLayer layer = kpu_layer({1, 240, 320}, 1);
  CHECK(of(layer).empty());
  CHECK(of(layer, {.dst_line = 2000, .sends_output = true}) == Lines{"streamed_channel 76800 65536"});
  CHECK(of(kpu_layer({1, 256, 256}, 1), {.dst_line = 2000, .sends_output = true}).empty());
}

TEST_CASE("AI RAM") {
  CHECK(of(kpu_layer({1, 128, 256}, 63)).empty());
  CHECK(of(kpu_layer({1, 128, 256}, 64)) == Lines{"layer_memory 33280 32768"});
  Layer kept = conv2d(55, 1, 0);
  kept.output = true;
  const Net three = network({2, 128, 128}, {kept, kept, kept});
  CHECK(summary(check(three)) == Lines{"live_maps 42240 32768"});
  const PlacedMap maps[] = {{0, 10, 0, 1}, {not_placed, 20, 1, 1}};
  Findings found;
  apply(plan_rules, {maps, 2, 30, k210_kpu}, {found});
  CHECK(summary(found) == Lines{"no_gap 20"});
}

TEST_CASE("fields of the words") {
  KpuLayer layer = kpu_layer({4, 8, 8}, 4);
  layer.arg_add = 1LL << 39;
  CHECK(of(layer) == Lines{"argument_field 549755813888 -549755813888 549755813887 arg_add"});
  layer.arg_add = 0;
  layer.shr_x = 16;
  CHECK(of(layer) == Lines{"argument_field 16 0 15 shr_x"});
}

namespace {

/// A 3x3 layer of 1024 channels with 16-bit weights of one value.
Lines values(int weight, BatchNorm entry, int arg_x = 0) {
  KpuLayer layer = kpu_layer({1024, 4, 4}, 1, 3);
  layer.weight_bytes = 2;
  layer.arg_x = arg_x;
  const std::vector<int> weights(1024 * 9, weight);
  const ValueBounds bounds = layer_bounds(
      layer, [&](int) { return weights.data(); }, [&](int) { return entry; }, 36);
  return summary(k210::check(layer, bounds, k210_kpu));
}

}  // namespace

TEST_CASE("36 bits, decided from the actual weights") {
  const long long most = (1LL << 35) - 1;
  // 9216 weights of w and pixels of 255: 14620 is the last w for which the sums stay below 2^35.
  CHECK(values(14620, {1, 0, 0}).empty());
  CHECK(values(14621, {1, 0, 0}) ==
        Lines{"accumulator_bits " + std::to_string(14621LL * 9216 * 255) + " -34359738368 " + std::to_string(most)});
  CHECK(values(14621, {1, 0, 0}, -14621).empty());  // the zero point takes it away again
  CHECK(values(0, {1, 0, 0}, -14621) ==
        Lines{"accumulator_bits " + std::to_string(-14621LL * 9216 * 255) + " -34359738368 " + std::to_string(most)});
  CHECK(values(14620, {3, 1, 0}) == Lines{"batch_norm_bits " + std::to_string(14620LL * 9216 * 255 * 3 / 2) +
                                          " -34359738368 " + std::to_string(most)});
  CHECK(values(14620, {-3, 2, 0}).empty());
}

TEST_CASE("bounds of a layer are those of all its channels") {
  struct Pair {
    int codes[2];
    int operator[](int i) const { return codes[i]; }
  };
  for (int channels = 1; channels <= 4; ++channels)
    for (int first = 0; first < 12; ++first) {
      const KpuLayer layer = kpu_layer({2, 1, 1}, channels);
      const auto number = [&](int i) { return (first + i) * 7919 % 509; };
      const auto weights = [&](int o) {
        CHECK(o < channels);
        return Pair{{number(2 * o) % 256, number(2 * o + 1) % 256}};
      };
      const auto entry = [&](int o) {
        CHECK(o < channels);
        return BatchNorm{number(o) - 250, 3, number(o + 5) - 250};
      };
      ValueBounds expected = bounds_of(layer, weights(0), entry(0), 36);
      for (int o = 1; o < channels; ++o) {
        const ValueBounds own = bounds_of(layer, weights(o), entry(o), 36);
        expected.accumulator = {std::min(expected.accumulator.low, own.accumulator.low),
                                std::max(expected.accumulator.high, own.accumulator.high)};
        expected.normalised = {std::min(expected.normalised.low, own.normalised.low),
                               std::max(expected.normalised.high, own.normalised.high)};
      }
      const ValueBounds bounds = layer_bounds(layer, weights, entry, 36);
      CHECK(bounds.accumulator.low == expected.accumulator.low);
      CHECK(bounds.accumulator.high == expected.accumulator.high);
      CHECK(bounds.normalised.low == expected.normalised.low);
      CHECK(bounds.normalised.high == expected.normalised.high);
    }
}

TEST_CASE("bounds are reached") {
  KpuLayer layer = kpu_layer({3, 1, 1}, 1);
  layer.arg_x = -5;
  layer.shr_x = 2;
  layer.arg_w = 3;
  layer.shr_w = 1;
  layer.arg_add = 7;
  const int weights[] = {9, 0, 2};
  const ValueBounds bounds = bounds_of(layer, weights, {-3, 1, 10}, 36);
  Interval seen{1LL << 40, -(1LL << 40)}, seen_values = seen;
  for (int code = 0; code < 8; ++code) {
    std::uint8_t pixels[16]{}, padded[16]{}, activated[16]{}, plane[16]{}, out[16]{};
    long long terms[16]{}, sums[16]{};
    for (int i = 0; i < 3; ++i) pixels[i] = (code >> i & 1) != 0 ? 255 : 0;
    ActivationTable table{};
    run_layer(
        layer, pixels, [&](int) { return weights; },
        [](int) {
          return BatchNorm{-3, 1, 10};
        },
        table, 36, {padded, terms, sums, activated, plane}, PlanarOutput{out});
    seen.add({sums[0], sums[0]});
    const long long value = normalise(sums[0], {-3, 1, 10});
    seen_values.add({value, value});
  }
  CHECK(bounds.accumulator.low == seen.low);
  CHECK(bounds.accumulator.high == seen.high);
  CHECK(bounds.normalised.low == seen_values.low);
  CHECK(bounds.normalised.high == seen_values.high);
}

TEST_CASE("networks of signed bytes never need more than 36 bits") {
  const KpuLayer layer = with_byte_sums(kpu_layer({1024, 4, 4}, 1, 3));
  const std::vector<int> lowest(1024 * 9, 0), highest(1024 * 9, 255);
  for (int shift : {-15, 0, 7, 15})
    for (int bias : {-128, 127})
      for (const auto* weights : {&lowest, &highest}) {
        const ValueBounds bounds = bounds_of(layer, weights->data(), batch_norm_of({shift, false}, bias), 36);
        CHECK(bounds.accumulator.fits(36));
        CHECK(bounds.normalised.fits(36));
      }
}

TEST_CASE("findings name the author's layer") {
  Layer named = conv2d(1025);
  named.name = "late";
  // The pooling in front of the first layer takes a step of its own.
  const Findings found = check(network({3, 8, 16}, {pooled(2, conv2d(2)), named}));
  REQUIRE(found.size == 1);
  CHECK(words(sentence_of(found[0], k210_kpu.name).text()) ==
        "layer 1 (late): the number of channels is out of range: needs 1025, K210 has 1024; use fewer channels");
}

TEST_CASE("One mistake is one finding: what a layer delivers is blamed there, not where it is read or passed on") {
  const auto kept = conv2d(2);
  CHECK(summary(check(network({3, 16, 600}, {kept, kept, kept}))) == Lines{"width 600 4 512"});
  CHECK(summary(check(network({3, 300, 16}, {kept, kept}))) == Lines{"height 300 4 256"});
  CHECK(summary(check(network({3, 16, 16}, {conv2d(1025), kept}))) == Lines{"channels 1025 1024"});
  CHECK(summary(check(network({3, 7, 16}, {kept, pooled(2, kept), kept}))) == Lines{"output_size 3 8 4 4"});
  CHECK(summary(check(network({3, 7, 600}, {kept, pooled(2, kept), kept}))) ==
        Lines{"width 600 4 512", "output_size 3 300 4 4"});
}

}  // namespace test_rules
