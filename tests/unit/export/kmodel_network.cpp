// Network types, exported as kmodels, read back and run: they put out what a driver does.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/export/kmodel_conversion.hpp>
#include <incuse/export/kmodel_network.hpp>
#include <incuse/hosted/strings.hpp>

#include <support/kmodel_comparison.hpp>
#include <support/kmodel_files.hpp>
#include <support/processor_networks.hpp>

namespace test_kmodel_network {

using namespace incuse;
using k210::KmodelNode;

namespace {

// clang-format off
struct TwoOutputs : Network<
    Input<3, 24, 20>,
    Conv2d<8, kernel<3>, pad<1>, ReLU, shift<-3>>,
    Fused<MaxPool2d<2>, Conv2d<12, kernel<3>, pad<1>, bias, output, shift<-4>>>,
    DepthwiseConv2d<kernel<3>, pad<1>, shift<-1>>,
    Conv2d<5, kernel<1>, bias, shift<-2>>> {};
// clang-format on
using OnKpu = Deployment<TwoOutputs, k210_kpu, test::RandomParameters<TwoOutputs>>;

/// Exports a deployment, and compares what kmodel and driver make of one input.
template <class Chip>
void check_export(std::size_t least_distinct) {
  const std::vector<std::uint8_t> bytes = kmodel_of<Chip>();
  const std::vector<std::uint8_t> input = test::patterned_input(Chip::graph.input.elements(), Chip::graph.real_input);
  const auto expected = test::driver_outputs<Chip>(input);
  REQUIRE(static_cast<int>(expected.size()) == Chip::image.output_count);
  std::string error;
  const auto outputs = test::kmodel_outputs(bytes, input, error);
  REQUIRE_MESSAGE(error.empty(), error);
  CHECK(test::differences(expected, outputs) == 0);
  for (const std::vector<float>& output : outputs) CHECK(test::distinct_values(output) >= least_distinct);
}

template <class Chip>
std::string nodes_of() {
  const std::vector<std::uint8_t> bytes = kmodel_of<Chip>();
  const KmodelFile file = parse_kmodel({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  REQUIRE_MESSAGE(file.ok(), file.error);
  CHECK(kmodel_bytes(file.model()) == bytes);
  std::string names;
  for (const KmodelNode& node : file.nodes) {
    const Text name = k210::node_name(3, node.opcode);
    if (!names.empty()) names += ' ';
    names += string_of(name);
  }
  return names;
}

template <class Net>
constexpr Findings refusals = kmodel_findings<Deployment<Net, k210_kpu, test::RandomParameters<Net>>>;

}  // namespace

TEST_CASE("exported networks put out what a driver does") {
  check_export<OnKpu>(30);
  check_export<test::ByteProcessorChip>(3);
  check_export<test::RealProcessorChip>(3);
  check_export<test::TableProcessorChip>(2);
}

TEST_CASE("every layer becomes a node, and codes of outputs become numbers at once") {
  CHECK(nodes_of<OnKpu>() == "k210_conv k210_conv dequantize k210_conv k210_conv dequantize");
  CHECK(nodes_of<test::ByteProcessorChip>() ==
        "k210_conv k210_conv dequantize quantized_add k210_upload k210_conv k210_conv dequantize quantized_max_pool2d "
        "quantized_concat dequantize quantized_resize_nearest_neighbor dequantize average_pool2d fully_connected "
        "quantize k210_add_padding k210_conv k210_remove_padding dequantize softmax");
  CHECK(nodes_of<test::RealProcessorChip>() ==
        "k210_conv k210_conv k210_conv requantize dequantize resize_nearest_neighbor l2_normalization add dequantize "
        "global_average_pool2d global_average_pool2d concat fully_connected logistic tensorflow_flatten "
        "fully_connected");
  CHECK(nodes_of<test::TableProcessorChip>() ==
        "fully_connected quantize k210_add_padding k210_conv k210_remove_padding dequantize channelwise_dequantize "
        "add");
}

TEST_CASE("the lowest line and main memory are what the nodes use") {
  const std::vector<std::uint8_t> bytes = kmodel_of<OnKpu>();
  const KmodelFile file = parse_kmodel({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  const k210::Kmodel model = file.model();
  CHECK(model.first_line == 0);
  // The larger output's codes, then the numbers of both.
  CHECK(model.main_bytes == 12 * 12 * 10 + 4 * 12 * 12 * 10 + 4 * 5 * 12 * 10);
}

// What firmware cannot do.

namespace {

using Convolution = Conv2d<3, kernel<3>, pad<1>>;
struct Begins : Network<Input<3, 8, 8>, MaxPool2d<2, on_cpu>, Upload<>, Convolution> {};
struct SumsInput : Network<Input<3, 8, 8>, Residual<Convolution, on_cpu>> {};
struct WideChannel : Network<Input<1, 256, 512>, Conv2d<1, kernel<1>, output>, MaxPool2d<2>> {};
struct EndsInRam : Network<Input<3, 8, 8>, Convolution, MaxPool2d<2, on_cpu>, Upload<>> {};
template <class... Rest>
struct Padded
    : Network<Input<3, 8, 8>, Convolution, Dequantize<>, GlobalAvgPool2d<>, Quantize<>, AddPadding<>, Rest...> {};
using Single = Conv2d<3, kernel<1>>;
struct Shrinks : Network<Input<3, 8, 8>, Convolution, Dequantize<>, GlobalAvgPool2d<>, Linear<3, on_cpu, Sigmoid>> {};

}  // namespace

TEST_CASE("what firmware cannot do is refused") {
  CHECK(refusals<Begins>.contains(firmware::rules::first_node));
  CHECK(refusals<SumsInput>.contains(firmware::rules::input_in_ram));
  CHECK(refusals<WideChannel>.contains(k210::rules::streamed_channel));
  CHECK(refusals<EndsInRam>.contains(firmware::rules::output_in_ram));
  CHECK(refusals<Padded<Convolution>>.contains(firmware::rules::loose_maps));
  CHECK(refusals<Padded<Single>>.contains(firmware::rules::loose_maps));
  CHECK(refusals<Padded<Single, Single, MaxPool2d<4, on_cpu>>>.contains(firmware::rules::loose_maps));
  CHECK(refusals<Padded<Single, Single, RemovePadding<>>>.ok());
  for (const Findings* found : {&refusals<Begins>, &refusals<SumsInput>, &refusals<WideChannel>, &refusals<EndsInRam>,
                                &refusals<Padded<Single>>})
    CHECK(found->errors() == 1);
}

TEST_CASE("refusals name the layer and what would help") {
  CHECK(std::string(sentence_of(refusals<SumsInput>[0], "K210").characters) ==
        "layer 1: firmware puts an input that the KPU reads into AI RAM only (add codes); let the layer of the "
        "processor read what a layer of the KPU makes of the input");
}

namespace {

/// Version 4: two numbers times a matrix, these turned around, both joined in turns, and a function of each. `function`
/// is the node with its opcode and size, of which `body` bytes follow.
std::string small_version4(const kmodel_files::FileBytes& function, std::uint32_t opcode, std::uint32_t bytes) {
  kmodel_files::FileBytes file;
  file.u32({0x4B4D444C, 4, 0, 1, 16, 56, 4, 1, 1, 0});
  file.u32({1, 0, 0, 8}).u32({1, 1, 1, 2}).u32({1, 0, 40, 16}).f32({0.5f, -1.0f, 0.25f, 2.0f});
  file.u32({0x04, 76, 0x0d, 116, 0x01, 68, opcode, bytes});
  file.u32({1, 0, 0, 8}).u32({0, 0, 0, 16}).u32({1, 0, 8, 8}).u32({1, 2, 2}).f32({-3.40282347e+38f, 3.40282347e+38f});
  file.f32({0.0f, 0.0f});
  file.u32({1, 0, 8, 8}).u32({1, 0, 16, 8}).u32({1, 1, 1, 2}).u32({0, 0, 0, 1}).u32({1, 1, 1, 0xffffffff});
  file.u32({1, 1, 1, 0xffffffff}).u32({0, 0, 0, 0, 0});
  file.u32({1, 0, 24, 16}).u32({4, 2, 2}).u32({1, 0, 8, 8}).u32({1, 0, 16, 8}).u32({1, 1});
  return file.text() + function.text();
}
std::string with_logistic() {
  return small_version4(kmodel_files::FileBytes().u32({1, 0, 24, 16}).u32({1, 0, 40, 16}).u32({0x23260305, 0xa0434005}),
                        0x14, 40);
}
std::string with_magnitude() {
  return small_version4(kmodel_files::FileBytes().u32({1, 0, 24, 16}).u32({1, 0, 40, 16}).u32({0}), 0x0e, 36);
}

}  // namespace

TEST_CASE("a model of version 4 becomes one of version 3, node by node") {
  const std::string text = with_logistic();
  const KmodelFile file = parse_kmodel(text);
  REQUIRE_MESSAGE(file.ok(), file.error);
  const KmodelConversion made = converted_to_version_3(file.model());
  for (const std::string& error : made.errors) FAIL_CHECK(error);
  REQUIRE(made.ok());
  REQUIRE(made.notes.size() == 1);
  CHECK(made.notes[0].starts_with("node 3 (NNILUnaryMethod): the exponential function"));
  const KmodelFile read = parse_kmodel({reinterpret_cast<const char*>(made.bytes.data()), made.bytes.size()});
  REQUIRE_MESSAGE(read.ok(), read.error);
  std::string names;
  for (const KmodelNode& node : read.nodes) names += string_of(k210::node_name(3, node.opcode)) + ' ';
  CHECK(names == "fully_connected concat concat logistic ");
  std::string error;
  const std::vector<std::uint8_t> input = test::patterned_input(2, true);
  const auto before = test::kmodel_outputs({text.begin(), text.end()}, input, error);
  REQUIRE_MESSAGE(error.empty(), error);
  const auto behind = test::kmodel_outputs(made.bytes, input, error);
  REQUIRE_MESSAGE(error.empty(), error);
  REQUIRE(before.size() == 1);
  REQUIRE(before[0].size() == 4);
  REQUIRE(behind[0].size() == 4);
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(static_cast<double>(behind[0][i]) == doctest::Approx(static_cast<double>(before[0][i])).epsilon(1e-6));
  CHECK(before[0][0] != before[0][1]);
  CHECK(before[0][0] == before[0][3]);
  // Of version 3 it stays what it is.
  CHECK(converted_to_version_3(read.model()).bytes == made.bytes);
}

TEST_CASE("nodes that version 3 does not have are named") {
  const std::string text = with_magnitude();
  const KmodelFile file = parse_kmodel(text);
  REQUIRE_MESSAGE(file.ok(), file.error);
  const KmodelConversion made = converted_to_version_3(file.model());
  CHECK(made.bytes.empty());
  CHECK(made.errors == std::vector<std::string>{"node 3 (Unary): version 3 has no node for it"});
}

}  // namespace test_kmodel_network
