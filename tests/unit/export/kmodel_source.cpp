#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/export/kmodel.hpp>
#include <incuse/export/kmodel_source.hpp>
#include <incuse/import/kmodel.hpp>
#include <incuse/k210/layer_arguments.hpp>

using namespace incuse;
using namespace incuse::k210;

namespace {

constexpr std::uint8_t weights[54]{}, batch_norm[24]{}, activation[activation_bytes]{};

KpuLayer layer_of_shape(Shape in, int out_channels, KpuPool pool = KpuPool::none) {
  KpuLayer layer;
  layer.in = in;
  layer.out_channels = out_channels;
  layer.pool = pool;
  layer.arg_x = -7;
  return layer;
}

kmodel3::Conv conv(const KpuLayer& layer, int from, int to) {
  KpuAddresses at;
  at.src_line = from;
  at.dst_line = to;
  kmodel3::Conv node;
  node.flags = 0;
  node.tables = {encode(arguments_of(layer, at, k210_kpu)),
                 {weights, static_cast<std::size_t>(layer.out_channels * layer.channel_weights())},
                 {batch_norm, static_cast<std::size_t>(8 * layer.out_channels)},
                 {activation, sizeof activation}};
  return node;
}

kmodel3::Dequantize dequantize(std::uint32_t count) {
  kmodel3::Dequantize node;
  node.count = count;
  node.out = 512;
  node.code = {0.5f, -1.0f};
  return node;
}

template <class... Nodes>
cpp::KmodelSource source_of(const Nodes&... nodes) {
  Kmodel3Writer writer;
  writer.main_bytes = 2048;
  writer.outputs = {{KmodelMemory::main, KmodelType::f32, 512, 64}};
  (writer.add(nodes), ...);
  const std::vector<std::uint8_t> bytes = writer.bytes();
  const KmodelFile file = parse_kmodel({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  REQUIRE_MESSAGE(file.ok(), file.error);
  return cpp::kmodel_source(file.model(), "tiny");
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a chain of layers becomes a network, pooling in front of the next layer") {
  kmodel3::Conv last = conv(layer_of_shape({3, 8, 8}, 2, KpuPool::left_top_2x2), 500, 0);
  last.flags = 1;
  const cpp::KmodelSource source =
      source_of(conv(layer_of_shape({2, 16, 16}, 3, KpuPool::max_2x2), 0, 500), last, dequantize(32));
  REQUIRE_MESSAGE(source.ok(), source.error);
  CHECK(contains(source.text,
                 "using Net = Network<\n    Input<2, 16, 16>,\n    Conv2d<3, kernel<1>, as<\"conv0\">>,\n"
                 "    Fused<MaxPool2d<2>, Conv2d<2, kernel<1>, as<\"conv1\">>>,\n    Subsample2d<2>>;"));
  CHECK(contains(source.text, ".arg_x = -7"));
  CHECK(contains(source.text, "output_scales[] = {\n    {0.5f, -1.0f},\n};"));
  CHECK(contains(source.text, "namespace tiny {"));
}

TEST_CASE("every pooling of the KPU has a layer") {
  for (int i = 1; i < k210::pool_types; ++i) {
    const KpuLayer layer = layer_of_shape({2, 17, 19}, 1, static_cast<KpuPool>(i));
    kmodel3::Conv only = conv(layer, 0, 500);
    only.flags = 1;
    const cpp::KmodelSource source = source_of(only, dequantize(static_cast<std::uint32_t>(layer.out().elements())));
    REQUIRE_MESSAGE(source.ok(), source.error);
    CHECK(contains(source.text, "Pool2d<") != contains(source.text, "Subsample2d<"));
  }
}

TEST_CASE("what headers do not have is refused with its node") {
  const auto error_of = [](const auto&... nodes) { return source_of(nodes...).error; };
  kmodel3::Conv only = conv(layer_of_shape({2, 16, 16}, 1), 0, 500);
  only.flags = 1;
  kmodel3::Softmax softmax;
  softmax.count = 4;
  CHECK(error_of(only, softmax) == "node 1 (softmax): headers have no such layer");
  CHECK(error_of(only, dequantize(16)) ==
        "node 1 (dequantize): it does not read the output of the last layer of the KPU");
  CHECK(error_of(only) == "the model does not end with floats made of the last layer's codes");
  CHECK(error_of(conv(layer_of_shape({2, 16, 16}, 3), 0, 500), conv(layer_of_shape({3, 16, 16}, 1), 400, 0)) ==
        "node 1 (k210_conv): it does not continue the chain of layers");
}
