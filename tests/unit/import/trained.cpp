#include <string>

#include <doctest/doctest.h>

#include <incuse/import/trained.hpp>

#include <support/temporary_folder.hpp>

namespace test_trained {

using namespace incuse;

namespace {

/// A folder with arrays.
struct Folder : incuse::test::TemporaryFolder {
  std::string save(const std::string& name, const std::vector<NpyArray>& arrays) const {
    std::ofstream out(file(name), std::ios::binary);
    for (const NpyArray& array : arrays) out << npy_bytes(array);
    return file(name);
  }
};

NetworkDescription two_layers() {
  NetworkDescription network = parse_description(
      "{arch: test, dataset: d, layers: [{op: Linear, processors: 3, name: first}, {op: None, processors: 3}, {op: "
      "Linear, processors: 3}]}",
      "net.yaml", max78000);
  REQUIRE(network.ok());
  return network;
}

NpyArray weights(std::vector<std::int64_t> values) { return {NpyType::i8, {2, 2}, std::move(values)}; }

}  // namespace

TEST_CASE("one array per layer with weights: in files, in one file, or along the first axis") {
  const Folder folder;
  const NetworkDescription network = two_layers();
  const NpyArray a = weights({1, 2, 3, 4}), b = weights({-5, 6, 7, -128});
  const NpyArray both{NpyType::i8, {2, 2, 2}, {1, 2, 3, 4, -5, 6, 7, -128}};
  const std::vector<std::vector<std::string>> ways = {
      {folder.save("a", {a}), folder.save("b", {b})}, {folder.save("ab", {a, b})}, {folder.save("both", {both})}};
  for (const auto& files : ways) {
    const TrainedLayers trained = trained_from_npy(files, {}, network);
    REQUIRE(trained.ok());
    REQUIRE(trained.layers.size() == 2);
    CHECK(trained.layers[0].weight == "\x01\x02\x03\x04");
    CHECK(trained.layers[1].weight == "\xfb\x06\x07\x80");
    CHECK(trained.layers[1].weight_shape == std::vector<int>{2, 2});
    CHECK(trained.layers[1].bias.empty());
  }
}

TEST_CASE("biases: none for layers behind the last one, none for an empty array") {
  const Folder folder;
  const std::string file = folder.save("ab", {weights({1, 2, 3, 4}), weights({1, 2, 3, 4})});
  const NpyArray bias{NpyType::i8, {2}, {1, -1}}, none{NpyType::i8, {0}, {}};
  TrainedLayers trained = trained_from_npy({file}, {folder.save("one", {bias})}, two_layers());
  REQUIRE(trained.ok());
  CHECK(trained.layers[0].bias == "\x01\xff");
  CHECK(trained.layers[1].bias.empty());
  trained = trained_from_npy({file}, {folder.save("two", {none, bias})}, two_layers());
  REQUIRE(trained.ok());
  CHECK(trained.layers[0].bias.empty());
  CHECK(trained.layers[1].bias == "\x01\xff");
}

TEST_CASE("arrays that do not fit are refused by name") {
  const Folder folder;
  const auto error_of = [&](const std::vector<NpyArray>& arrays, const std::vector<NpyArray>& biases = {}) {
    const std::string file = folder.save("w.npy", arrays), bias = folder.save("b.npy", biases);
    const TrainedLayers trained = trained_from_npy(
        {file}, biases.empty() ? std::vector<std::string>() : std::vector<std::string>{bias}, two_layers());
    CHECK(!trained.unreadable);
    REQUIRE(!trained.ok());
    const std::string& error = trained.errors[0];
    return error.substr(error.find(".npy") - 1);
  };
  const NpyArray good = weights({1, 2, 3, 4});
  CHECK(error_of({good}) == "w.npy: there are 1 arrays of weights, but 2 layers with weights");
  CHECK(error_of({good, weights({1, 2, 3, 128})}) ==
        "w.npy: the weights of layer 2 contain 128, which is no signed byte");
  CHECK(error_of({{NpyType::i1, {4}, {1, 2, 3, 4}}, good}) ==
        "w.npy: the weights of layer 0 (first) need 2 dimensions, but have the shape 4");
  CHECK(error_of({good, good}, {good, good}) ==
        "b.npy: the bias of layer 0 (first) needs one dimension, but has the shape 2x2");
  CHECK(error_of({good, good}, {{NpyType::i4, {1}, {-129}}}) ==
        "b.npy: the bias of layer 0 (first) contains -129, which is no signed byte");
}

TEST_CASE("missing and damaged files are told from those that do not fit") {
  const Folder folder;
  const TrainedLayers missing = trained_from_npy({folder.file("nothing")}, {}, two_layers());
  CHECK(missing.unreadable);
  CHECK(missing.errors ==
        std::vector<std::string>{folder.file("nothing") + ": cannot be opened: No such file or directory"});
  folder.save("first.weight.npy", {weights({1, 2, 3, 4})});
  const TrainedLayers half = trained_from_folder(folder.text(), two_layers());
  CHECK(half.unreadable);
  CHECK(half.errors ==
        std::vector<std::string>{folder.file("2.weight.npy") + ": cannot be opened: No such file or directory"});
}

TEST_CASE("a folder has files named after the layers, or their numbers") {
  const Folder folder;
  folder.save("first.weight.npy", {weights({1, 2, 3, 4})});
  folder.save("first.weight_bits.npy", {{NpyType::i1, {1}, {4}}});
  folder.save("2.weight.npy", {weights({5, 6, 7, 8})});
  folder.save("2.bias.npy", {{NpyType::i1, {2}, {9, 10}}});
  folder.save("2.output_shift.npy", {{NpyType::i1, {}, {-3}}});
  const TrainedLayers trained = trained_from_folder(folder.text(), two_layers());
  REQUIRE(trained.ok());
  CHECK(trained.layers[0].weight_bits == 4);
  CHECK(!trained.layers[0].output_shift);
  CHECK(trained.layers[1].bias == "\x09\x0a");
  CHECK(trained.layers[1].output_shift == -3);
}

}  // namespace test_trained
