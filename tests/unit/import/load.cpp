#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/load.hpp>
#include <incuse/incuse.hpp>

#include <support/temporary_folder.hpp>

namespace test_load {

using namespace incuse;
using import::LoadedLayers;
using import::LoadOptions;
using import::NamedTensor;
using import::NamedTensors;

namespace {

/// Values that tell where they come from: 0.5, 1.5, ...
NamedTensor counted(const std::string& name, std::vector<int> shape, float first = 0.5F) {
  NamedTensor tensor{name, std::move(shape), {}};
  std::size_t count = 1;
  for (const int size : tensor.shape) count *= static_cast<std::size_t>(size);
  for (std::size_t i = 0; i < count; ++i) tensor.values.push_back(first + static_cast<float>(i));
  return tensor;
}

NamedTensors source_of(std::vector<NamedTensor> tensors) {
  NamedTensors source;
  source.file = "net.pt";
  source.tensors = std::move(tensors);
  return source;
}

struct Net : Network<Input<2, 4, 4>, Conv2d<3, kernel<3>, pad<1>, ReLU, bias, as<"conv1">>,
                     Conv2d<4, kernel<1>, ReLU, as<"block_conv2">>, Flatten, Linear<5, as<"fc">>> {};

std::vector<NamedTensor> net_tensors() {
  return {counted("conv1.weight", {3, 2, 3, 3}), counted("conv1.bias", {3}),
          counted("block.conv2.weight", {4, 3, 1, 1}), counted("fc.weight", {5, 64})};
}

LoadedLayers load_net(const std::vector<NamedTensor>& tensors, const LoadOptions& options = {}) {
  return import::load(graph_of<Net>(), source_of(tensors), options);
}

std::string errors(const LoadedLayers& loaded) {
  std::string all;
  for (const std::string& error : loaded.errors) all += error + '\n';
  return all;
}

/// Where the library's own tensor in PyTorch's order has value i.
template <int N>
std::vector<float> turned(const Graph<N>& graph, int layer, const std::vector<float>& values) {
  std::string places;
  for (std::size_t i = 0; i < values.size(); ++i) places += static_cast<char>(i);
  Tensor tensor = parameter::tensor_of(places.data(), parameter::pytorch_shape(graph[layer]));
  tensor = tensor.in_pytorch_order().read_by(graph[layer]);
  std::vector<float> all;
  for (int i = 0; i < tensor.count; ++i) all.push_back(values[static_cast<std::size_t>(tensor[i])]);
  return all;
}

}  // namespace

TEST_CASE("layers are matched by name, in whatever order the tensors come") {
  std::vector<NamedTensor> tensors = net_tensors();
  std::swap(tensors[0], tensors[3]);
  const LoadedLayers loaded = load_net(tensors);
  REQUIRE_MESSAGE(loaded.ok(), errors(loaded));
  REQUIRE(loaded.layers.size() == 3);
  CHECK(loaded.layers[0].name == "conv1");
  CHECK(loaded.layers[0].weight == tensors[3].values);
  CHECK(loaded.layers[0].bias == tensors[1].values);
  CHECK(loaded.layers[0].shape == std::vector<int>{3, 2, 3, 3});
  CHECK(loaded.layers[1].name == "block.conv2");
  CHECK(loaded.layers[2].weight == tensors[0].values);
  CHECK(loaded.layers[2].shape == std::vector<int>{5, 64});
}

TEST_CASE("layers are matched in order where no name fits") {
  std::vector<NamedTensor> tensors = net_tensors();
  for (std::size_t i = 0; i < tensors.size(); ++i)
    tensors[i].name = std::vector<std::string>{"a.weight", "a.bias", "features.3.weight", "z.weight"}[i];
  const LoadedLayers loaded = load_net(tensors);
  REQUIRE_MESSAGE(loaded.ok(), errors(loaded));
  CHECK(loaded.layers[1].name == "features.3");
  CHECK(loaded.layers[2].weight == tensors[3].values);

  LoadOptions by_name;
  by_name.matching = import::Matching::names;
  CHECK(load_net(tensors, by_name).errors.size() == 6);  // three are missing, three are extra
}

TEST_CASE("names of npy files, of arguments of numpy.savez and of the reference's modules") {
  for (const std::string stem : {"conv1", "conv1.op", "module.conv1.op", "conv1.conv2d", "module.conv1"}) {
    std::vector<NamedTensor> tensors = net_tensors();
    tensors[0].name = stem + ".weight";
    tensors[1].name = stem + ".bias";
    const LoadedLayers loaded = load_net(tensors);
    REQUIRE_MESSAGE(loaded.ok(), stem << ": " << errors(loaded));
    CHECK(loaded.layers[0].name == "conv1");
    CHECK(loaded.layers[0].bias.size() == 3);
  }
  std::vector<NamedTensor> tensors = net_tensors();
  tensors[0].name = "conv1_weight";
  tensors[1].name = "conv1_bias";
  tensors[3].name = "fc";
  CHECK(load_net(tensors).ok());
}

TEST_CASE("missing, extra and misshapen tensors are told together, with the nearest name") {
  std::vector<NamedTensor> tensors = net_tensors();
  tensors[0].name = "conv_1.weight";
  tensors[1].name = "conv_1.bias";
  tensors[3].shape = {5, 32};
  tensors[3].values.resize(160);
  tensors.push_back(counted("head.weight", {7, 5}));
  CHECK(errors(load_net(tensors)) ==
        "net.pt: 'conv_1.weight' belongs to no layer of the network\n"
        "net.pt: 'head.weight' belongs to no layer of the network\n"
        "net.pt: layer 0 (conv1): the parameters have no weights for this layer (conv1.weight): needs 3x2x3x3; give "
        "one entry per weighted layer, in the order of the layers; did you mean 'conv_1'?\n"
        "net.pt: layer 2 (fc): a tensor has another shape than its layer (fc.weight): needs 5x64, the tensor has 5x32; "
        "correct the layer, or export the parameters anew\n");
}

TEST_CASE("extra tensors can be tolerated, and are noted") {
  std::vector<NamedTensor> tensors = net_tensors();
  for (int i = 0; i < 30; ++i) tensors.push_back(counted("more." + std::to_string(i) + ".weight", {2, 2}));
  CHECK(load_net(tensors).errors.size() == 21);
  LoadOptions tolerant;
  tolerant.tolerate_extra = true;
  const LoadedLayers loaded = load_net(tensors, tolerant);
  CHECK(loaded.ok());
  REQUIRE(loaded.notes.size() == 21);
  CHECK(loaded.notes.back() == "net.pt: 10 more tensors belong to no layer");
}

TEST_CASE("of a layer that is there twice the first counts") {
  std::vector<NamedTensor> tensors = net_tensors();
  tensors.erase(tensors.begin() + 1);
  tensors[0].name = "module.conv1.op.weight";
  tensors.push_back(counted("conv1.op.weight", {3, 2, 3, 3}, 100));
  tensors.push_back(counted("conv1.op.bias", {3}));
  const LoadedLayers loaded = load_net(tensors);
  CHECK(errors(loaded) ==
        "net.pt: layer 0 (conv1): the layer has the option bias, but the parameters have none for it "
        "(conv1): needs 3; leave out the option, or export the bias\n");
  CHECK(loaded.layers[0].weight == tensors[0].values);
  CHECK(loaded.notes ==
        std::vector<std::string>{"net.pt: 'conv1.op.weight' is not used: an earlier tensor is of the same layer"});
}

TEST_CASE("biases need the option, and a value per output") {
  std::vector<NamedTensor> tensors = net_tensors();
  tensors.push_back(counted("fc.bias", {5}));
  CHECK(errors(load_net(tensors)).find("layer 2 (fc): the parameters have a bias, but the layer has no option bias") !=
        std::string::npos);
  tensors.back().values.assign(5, 0.0F);
  CHECK(load_net(tensors).ok());
  tensors[1] = counted("conv1.bias", {4});
  CHECK(errors(load_net(tensors)).find("(conv1.bias): needs 3, the tensor has 4") != std::string::npos);
}

struct Turning
    : Network<Input<4, 3, 3>, ConvTranspose2d<6, kernel<3>, pad<1>, as<"up">>,
              DepthwiseConv2d<kernel<3>, pad<1>, as<"each">>, ConvTranspose2d<2, kernel<3>, pad<1>, as<"again">>> {};

TEST_CASE("transposed convolutions are turned as Tensor::in_pytorch_order turns them, grouped ones as well") {
  auto graph = graph_of<Turning>();
  graph[0].groups = 2;
  const LoadedLayers loaded =
      import::load(graph, source_of({counted("up.weight", {4, 3, 3, 3}), counted("each.weight", {6, 1, 3, 3}),
                                     counted("again.weight", {6, 2, 3, 3})}));
  REQUIRE_MESSAGE(loaded.ok(), errors(loaded));
  CHECK(loaded.layers[0].shape == std::vector<int>{6, 2, 3, 3});
  CHECK(loaded.layers[0].weight == turned(graph, 0, counted("", {4, 3, 3, 3}).values));
  CHECK(loaded.layers[1].weight == counted("", {6, 1, 3, 3}).values);
  CHECK(loaded.layers[2].shape == std::vector<int>{2, 6, 3, 3});
  CHECK(loaded.layers[2].weight == turned(graph, 2, counted("", {6, 2, 3, 3}).values));
}

TEST_CASE("a Linear layer reads the convolution over its map, a kernel of 1 the Linear layer") {
  std::vector<NamedTensor> tensors = net_tensors();
  tensors[2].shape = {4, 3};
  tensors[3].shape = {5, 4, 4, 4};
  const LoadedLayers loaded = load_net(tensors);
  REQUIRE_MESSAGE(loaded.ok(), errors(loaded));
  CHECK(loaded.layers[1].shape == std::vector<int>{4, 3, 1, 1});
  CHECK(loaded.layers[2].shape == std::vector<int>{5, 64});
}

namespace {

std::vector<NamedTensor> norm(const std::string& stem, int channels) {
  return {counted(stem + ".weight", {channels}, 1), counted(stem + ".bias", {channels}, -1),
          counted(stem + ".running_mean", {channels}, 2), counted(stem + ".running_var", {channels}, 3),
          counted(stem + ".num_batches_tracked", {})};
}

struct Normalised : Network<Input<2, 4, 4>, ConvTranspose2d<3, kernel<3>, pad<1>, bias, as<"conv1">>,
                            Conv2d<3, kernel<1>, bias, as<"conv2">>> {};

}  // namespace

TEST_CASE("batch norms are folded into the outputs of the layer that they are named like, or stand behind") {
  const auto& graph = graph_of<Normalised>();
  struct Way {
    std::string conv1, conv2, bn1, bn2;
    double factor;
    bool behind;  // every batch norm stands behind its layer
  };
  for (const Way& way :
       {Way{"conv1", "conv2", "bn1", "bn2", 1, false}, Way{"net.0", "net.3", "net.1", "net.4", 1, true},
        Way{"conv1.op", "conv2.op", "conv1.bn", "conv2.bn", 0.25, false},
        Way{"a.conv1", "b.conv1", "a.bn1", "b.bn1", 1, false}}) {
    const NamedTensor first = counted(way.conv1 + ".weight", {2, 3, 3, 3}),
                      second = counted(way.conv2 + ".weight", {3, 3, 1, 1});
    std::vector<NamedTensor> tensors;
    const auto add = [&](const std::vector<NamedTensor>& more) {
      tensors.insert(tensors.end(), more.begin(), more.end());
    };
    add({first});
    if (way.behind) add(norm(way.bn1, 3));
    add({second});
    if (!way.behind) add(norm(way.bn2, 3));
    add(norm(way.behind ? way.bn2 : way.bn1, 3));
    LoadOptions options;
    options.batch_norm_epsilon = 0.5F;
    const LoadedLayers loaded = import::load(graph, source_of(tensors), options);
    REQUIRE_MESSAGE(loaded.ok(), way.conv1 << ": " << errors(loaded));
    const std::vector<float> plain[] = {turned(graph, 0, first.values), second.values};
    for (std::size_t layer = 0; layer < 2; ++layer) {
      const import::LoadedLayer& own = loaded.layers[layer];
      const std::size_t each = own.weight.size() / 3;
      for (std::size_t o = 0; o < 3; ++o) {
        const auto channel = static_cast<double>(o);
        const double root = std::sqrt(3 + channel + 0.5), scale = way.factor * (1 + channel) / root;
        for (std::size_t i = o * each; i < (o + 1) * each; ++i)
          REQUIRE(static_cast<double>(own.weight[i]) ==
                  doctest::Approx(scale * static_cast<double>(plain[layer][i])).epsilon(1e-6));
        CHECK(static_cast<double>(own.bias[o]) ==
              doctest::Approx(-(2 + channel) * scale + way.factor * (channel - 1)).epsilon(1e-5));
      }
    }
  }
}

TEST_CASE("batch norms that fit no layer are told") {
  const auto& graph = graph_of<Normalised>();
  std::vector<NamedTensor> tensors = {counted("conv1.weight", {2, 3, 3, 3}), counted("conv2.weight", {3, 3, 1, 1})};
  for (const NamedTensor& tensor : norm("bn1", 4)) tensors.push_back(tensor);
  for (const NamedTensor& tensor : norm("bn2", 3)) tensors.push_back(tensor);
  for (const NamedTensor& tensor : norm("last", 3)) tensors.push_back(tensor);
  CHECK(
      errors(import::load(graph, source_of(tensors))) ==
      "net.pt: 'last': the batch norm belongs to no layer: none has its name or number (bn2 for conv2), and the one in "
      "front of it, 'bn2', is a batch norm; one of the input needs a layer to be folded into: put a 1x1 convolution in "
      "front of it\n"
      "net.pt: layer 0 (conv1): 'bn1': the batch norm has another number of channels than its layer\n");
}

TEST_CASE("trained facts are read, and checked") {
  std::vector<NamedTensor> tensors = net_tensors();
  tensors.push_back({"conv1.weight_bits", {1}, {4}});
  tensors.push_back({"conv1.output_shift", {1}, {-3}});
  tensors.push_back({"conv1.shift_quantile", {1}, {0.5F}});
  tensors.push_back({"fc.weight_bits", {}, {0}});
  tensors.push_back({"fc.bias_bits", {}, {8}});
  const LoadedLayers loaded = load_net(tensors);
  REQUIRE_MESSAGE(loaded.ok(), errors(loaded));
  CHECK(loaded.layers[0].weight_bits == 4);
  CHECK(loaded.layers[0].output_shift == -3);
  CHECK(loaded.layers[0].shift_quantile == 0.5F);
  CHECK_FALSE(loaded.layers[2].weight_bits.has_value());

  tensors[4].values = {3};
  tensors[5].values = {0.5F};
  tensors[6].values = {2};
  CHECK(errors(load_net(tensors)) ==
        "net.pt: 'conv1.weight_bits' is not one whole number: 1, 2, 4 and 8 bits are possible\n"
        "net.pt: 'conv1.output_shift' is not one whole number from -1000 to 1000\n"
        "net.pt: 'conv1.shift_quantile' is not one number from 0 to 1\n");
}

TEST_CASE("numbers that are not finite are refused") {
  std::vector<NamedTensor> tensors = net_tensors();
  tensors[0].values[7] = std::nanf("");
  tensors[3].values[0] = INFINITY;
  CHECK(errors(load_net(tensors)) ==
        "net.pt: layer 0 (conv1): 'conv1.weight' holds nan at [0, 0, 2, 1], which is no finite 32-bit number\n"
        "net.pt: layer 2 (fc): 'fc.weight' holds inf at [0, 0], which is no finite 32-bit number\n");
}

TEST_CASE("arrays of .npy files have the names of their files, and any type") {
  const test::TemporaryFolder folder;
  REQUIRE(write_npy(folder.file("conv1.weight.npy"), {NpyType::i2, {1, 2}, {300, -300}}));
  const auto bytes = [](const NpyTensor& tensor) { return npy_bytes(tensor); };
  std::ofstream(folder.file("half.npy"), std::ios::binary) << bytes({NpyType::f2, {2}, {0, 0x3c, 0, 0xc0}, {}});
  std::ofstream(folder.file("single.npy"), std::ios::binary) << bytes({NpyType::f4, {}, {0, 0, 0x80, 0x3f}, {}});
  std::ofstream(folder.file("double.npy"), std::ios::binary)
      << bytes({NpyType::f8, {1, 1}, {0, 0, 0, 0, 0, 0, 0xf8, 0x3f}, {}});
  const NamedTensors read = import::tensors_of_npy(
      {folder.file("conv1.weight.npy"), folder.file("half.npy"), folder.file("single.npy"), folder.file("double.npy")});
  REQUIRE_MESSAGE(read.ok(), read.error);
  CHECK(read.tensors[0].name == "conv1.weight");
  CHECK(read.tensors[0].values == std::vector<float>{300, -300});
  CHECK(read.tensors[1].values == std::vector<float>{1, -2});
  CHECK(read.tensors[2].values == std::vector<float>{1});
  CHECK(read.tensors[3].values == std::vector<float>{1.5F});
  CHECK(import::tensors_of_npy({"nowhere.npy"}).error == "nowhere.npy: cannot be opened: No such file or directory");
}

}  // namespace test_load
