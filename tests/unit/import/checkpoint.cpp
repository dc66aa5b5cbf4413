#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include <incuse/import/checkpoint_layers.hpp>

namespace test_checkpoint {

using namespace incuse;

namespace {

const std::filesystem::path fixtures = std::filesystem::path(__FILE__).parent_path() / "../../cli/fixtures";
const std::filesystem::path regressions = std::filesystem::path(__FILE__).parent_path() / "../../fuzz/regressions";

std::string file(const std::string& name) {
  std::string bytes, error;
  REQUIRE(read_file((fixtures / name).string(), bytes, error));
  return bytes;
}

NetworkDescription description(const std::string& text) {
  NetworkDescription network = parse_description(text, "net.yaml", max78000);
  REQUIRE(network.ok());
  return network;
}

NetworkDescription small() { return description(file("small.yaml")); }

TrainedLayers trained(const Checkpoint& checkpoint, const NetworkDescription& network) {
  return trained_from_checkpoint("a.pth", checkpoint, network, max78000);
}

/// A tensor of float32 numbers that owns nothing: the storage has to live on.
CheckpointTensor tensor_of(const std::string& name, std::vector<std::int64_t> shape, const std::vector<float>& values,
                           std::string& storage) {
  storage.assign(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  CheckpointTensor tensor;
  tensor.name = name;
  tensor.shape = std::move(shape);
  tensor.count = static_cast<std::int64_t>(values.size());
  tensor.storage = storage;
  tensor.strides.assign(tensor.shape.size(), 1);
  for (std::size_t d = tensor.shape.size(); d-- > 1;) tensor.strides[d - 1] = tensor.strides[d] * tensor.shape[d];
  return tensor;
}

/// Whether all elements of all tensors lie in their storages.
bool lie_in_storage(const Checkpoint& checkpoint) {
  for (const CheckpointTensor& tensor : checkpoint.tensors) {
    std::int64_t count = 1, last = tensor.offset;
    for (std::size_t d = 0; d < tensor.shape.size(); ++d) {
      if (tensor.shape[d] < 0 || tensor.strides.at(d) < 0) return false;
      count *= tensor.shape[d];
      last += (tensor.shape[d] - 1) * tensor.strides[d];
    }
    const auto bytes = static_cast<std::int64_t>(detail::bytes_of(tensor.type));
    const auto elements = static_cast<std::int64_t>(tensor.storage.size()) / bytes;
    if (tensor.count != count || tensor.offset < 0 || (count > 0 && last >= elements)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("both containers hold the same tensors") {
  const std::string zip = file("small.pth.tar"), legacy = file("small-legacy.pth.tar");
  const Checkpoint a = parse_checkpoint(zip), b = parse_checkpoint(legacy);
  REQUIRE_MESSAGE(a.ok(), a.error);
  REQUIRE_MESSAGE(b.ok(), b.error);
  CHECK(a.arch == "smallnet");
  REQUIRE(a.tensors.size() == 11);
  REQUIRE(b.tensors.size() == 11);
  for (std::size_t i = 0; i < a.tensors.size(); ++i) {
    CHECK(a.tensors[i].name == b.tensors[i].name);
    CHECK(a.tensors[i].type == b.tensors[i].type);
    CHECK(a.tensors[i].shape == b.tensors[i].shape);
    CHECK(a.tensors[i].bytes() == b.tensors[i].bytes());
  }
  const CheckpointTensor* bits = a.find("conv1.weight_bits");
  REQUIRE(bits != nullptr);
  CHECK(bits->type == ElementType::int64);
  CHECK(bits->numbers() == std::vector<double>{4});
}

TEST_CASE("a checkpoint gives what the arrays of its layers give") {
  const NetworkDescription network = small();
  const TrainedLayers arrays = trained_from_folder((fixtures / "small").string(), network);
  const TrainedLayers own = trained(parse_checkpoint(file("small.pth.tar")), network);
  REQUIRE(arrays.ok());
  REQUIRE(own.ok());
  REQUIRE(own.layers.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(own.layers[i].name == arrays.layers[i].name);
    CHECK(own.layers[i].weight_shape == arrays.layers[i].weight_shape);
    CHECK(own.layers[i].weight == arrays.layers[i].weight);
    CHECK(own.layers[i].bias == arrays.layers[i].bias);
    CHECK(own.layers[i].weight_bits == arrays.layers[i].weight_bits);
    CHECK(own.layers[i].output_shift == arrays.layers[i].output_shift);
  }
}

TEST_CASE("every shorter file is refused") {
  for (const char* name : {"small.pth.tar", "small-legacy.pth.tar"}) {
    const std::string whole = file(name);
    for (std::size_t size = 0; size < whole.size(); size += size < 300 ? 1 : 37) {
      const Checkpoint checkpoint = parse_checkpoint(std::string_view(whole).substr(0, size));
      CHECK_MESSAGE(!checkpoint.ok(), name << " cut to " << size);
      CHECK(checkpoint.tensors.empty());
    }
  }
}

TEST_CASE("no changed byte makes a crash, or a tensor that reaches beyond its storage") {
  for (const char* name : {"small.pth.tar", "small-legacy.pth.tar"}) {
    const std::string whole = file(name);
    const NetworkDescription network = small();
    for (std::size_t at = 0; at < whole.size(); ++at)
      for (char flipped : {'\x01', '\x80', '\xff'}) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ flipped);
        const Checkpoint checkpoint = parse_checkpoint(changed);
        CHECK(lie_in_storage(checkpoint));
        trained(checkpoint, network);
      }
  }
}

TEST_CASE("inputs that once made trouble") {
  REQUIRE(std::filesystem::is_directory(regressions));
  for (const auto& entry : std::filesystem::directory_iterator(regressions)) {
    std::string bytes, error;
    REQUIRE(read_file(entry.path().string(), bytes, error));
    trained(parse_checkpoint(bytes), small());
    parse_pickle(bytes);
    parse_npy_list(bytes);
    parse_description(bytes, "fuzz.yaml", max78000);
  }
}

TEST_CASE("tensors that no layer can use") {
  const NetworkDescription network = description("{arch: a, dataset: d, layers: [{op: Conv2d, processors: 1}]}");
  std::string storage;
  const auto error_of = [&](std::vector<std::int64_t> shape, const std::vector<float>& values) {
    Checkpoint checkpoint;
    checkpoint.tensors.push_back(tensor_of("conv.weight", std::move(shape), values, storage));
    const TrainedLayers result = trained(checkpoint, network);
    return result.ok() ? std::string() : result.errors[0];
  };
  CHECK(error_of({1, 1, 1, 1}, {3}).empty());
  CHECK(error_of({1, 1, 1, 2}, {3, 0.25F}) ==
        "a.pth: 'conv.weight' holds 0.25, which is no whole number: the checkpoint has to be quantized first");
  CHECK(error_of({1, 1, 1, 1}, {200}) == "a.pth: 'conv.weight' holds 200, which does not fit a signed byte");
  CHECK(error_of({1}, {3}) ==
        "a.pth: 'conv.weight' has one dimension: batch normalisation has to be folded into the convolutions");
  CHECK(error_of({1, 1, 1}, {3}) ==
        "a.pth: 'conv.weight' has the shape 1x1x1, but layer 0 needs weights of 4 dimensions");
  CHECK(trained({}, network).errors[0] ==
        "a.pth: there are 0 weight tensors, but the description has 1 layers with weights");
}

TEST_CASE("kernels of transposed convolutions are turned, their channels swapped") {
  const NetworkDescription network =
      description("{arch: a, dataset: d, layers: [{op: ConvTranspose2d, processors: 1}]}");
  std::string storage;
  Checkpoint checkpoint;
  checkpoint.tensors.push_back(
      tensor_of("up.op.weight", {2, 3, 1, 2}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, storage));
  const TrainedLayers result = trained(checkpoint, network);
  REQUIRE(result.ok());
  CHECK(result.layers[0].name == "up");
  CHECK(result.layers[0].weight_shape == std::vector<int>{3, 2, 1, 2});
  CHECK(result.layers[0].weight == std::string("\x02\x01\x08\x07\x04\x03\x0a\x09\x06\x05\x0c\x0b"));
}

TEST_CASE("the first tensors count, further ones are not used; multi-GPU names are shortened") {
  const NetworkDescription network = description("{arch: a, dataset: d, layers: [{op: Linear, processors: 1}]}");
  std::string storages[4];
  Checkpoint checkpoint;
  checkpoint.tensors.push_back(tensor_of("module.fc.op.weight", {1, 1}, {-3}, storages[0]));
  checkpoint.tensors.push_back(tensor_of("module.fc.output_shift", {1}, {-2}, storages[1]));
  checkpoint.tensors.push_back(tensor_of("module.fc.weight_bits", {1}, {0}, storages[2]));
  checkpoint.tensors.push_back(tensor_of("fc.op.weight", {1, 1}, {5}, storages[3]));
  const TrainedLayers result = trained(checkpoint, network);
  REQUIRE(result.ok());
  REQUIRE(result.layers.size() == 1);
  CHECK(result.layers[0].name == "fc");
  CHECK(result.layers[0].weight == "\xfd");
  CHECK(result.layers[0].output_shift == -2);
  CHECK(result.layers[0].weight_bits == 8);
}

TEST_CASE("biases are divided by what the width stands for, toward minus infinity") {
  const NetworkDescription network = description("{arch: a, dataset: d, layers: [{op: Linear, processors: 1}]}");
  std::string storages[3];
  Checkpoint checkpoint;
  checkpoint.tensors.push_back(tensor_of("fc.op.weight", {2, 1}, {1, 0}, storages[0]));
  checkpoint.tensors.push_back(tensor_of("fc.op.bias", {2}, {-9, 9}, storages[1]));
  checkpoint.tensors.push_back(tensor_of("fc.weight_bits", {1}, {4}, storages[2]));
  const TrainedLayers result = trained(checkpoint, network);
  REQUIRE(result.ok());
  CHECK(result.layers[0].bias == "\xfe\x01");
  CHECK(result.layers[0].weight_bits == 4);
}

TEST_CASE("views, half precision and empty tensors") {
  CheckpointTensor tensor;
  const std::string storage("\x00\x01\x02\x03\x04\x05", 6);
  tensor.type = ElementType::int8;
  tensor.storage = storage;
  tensor.offset = 1;
  tensor.shape = {2, 2};
  tensor.strides = {1, 2};
  tensor.count = 4;
  CHECK(tensor.numbers() == std::vector<double>{1, 3, 2, 4});
  tensor.shape = {2, 0};
  tensor.count = 0;
  CHECK(tensor.numbers().empty());
  CHECK(detail::element_number("\x00\x3c", ElementType::float16) == 1.0);
  CHECK(detail::element_number("\x01\x80", ElementType::float16) == -std::ldexp(1.0, -24));
  CHECK(detail::element_number("\xc0\x3f", ElementType::bfloat16) == 1.5);
  CHECK(detail::element_number("\xff\xff", ElementType::int16) == -1);
}

}  // namespace test_checkpoint
