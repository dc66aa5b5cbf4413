#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/import/description_graph.hpp>
#include <incuse/max7800x/devices.hpp>
#include <incuse/train/space_file.hpp>

namespace test_space_file {

using namespace incuse;

namespace {

const std::string space = R"(arch: digits
dataset: none
search:
  width: [8, 0x10]
  depth: [0, 2]
  bits: [2, 8]
layers:
  - {name: first, op: Conv2d, kernel_size: 3x3, pad: 1, out_channels: $width}
  - repeat: $depth
    layers:
      - {name: deep, op: Conv2d, kernel_size: 3x3, pad: 1, out_channels: $width, quantization: $bits}
      - {name: sum, op: none, eltwise: add, in_sequences: [deep, first]}
  - {name: last, op: Conv2d, kernel_size: 1x1, out_channels: 2 * $width, in_sequences: sum}
)";

NetworkDescription description(const std::vector<int>& values) {
  const train::SpaceFile file = train::parse_space(space, "space.yaml");
  REQUIRE(file.error == "");
  return parse_description(file.description(values), "net.yaml", max78000, PlacementKeys::optional);
}

std::string error_of(const std::string& text) { return train::parse_space(text, "s.yaml").error; }

/// The space with one part replaced.
std::string changed(const std::string& part, const std::string& by) {
  std::string text = space;
  const std::size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), by);
}

}  // namespace

TEST_CASE("a space of descriptions has the choices of its file") {
  const train::SpaceFile file = train::parse_space(space, "space.yaml");
  REQUIRE(file.ok());
  REQUIRE(file.choices.size() == 3);
  CHECK(file.choices[0].name == "width");
  CHECK(file.choices[0].values == std::vector<int>{8, 16});
  CHECK(file.choices[2].values == std::vector<int>{2, 8});
}

TEST_CASE("numbers stand where their names were, and layers that are repeated read each other") {
  const NetworkDescription network = description({16, 2, 2});
  REQUIRE(network.ok());
  REQUIRE(network.layers.size() == 6);
  std::vector<std::string> names;
  std::vector<int> channels, bits;
  for (const DescribedLayer& layer : network.layers) {
    names.push_back(layer.name);
    channels.push_back(layer.out_channels);
    bits.push_back(layer.layer.weight_bits);
  }
  CHECK(names == std::vector<std::string>{"first", "deep", "sum", "deep_2", "sum_2", "last"});
  CHECK(channels == std::vector<int>{16, 16, 0, 16, 0, 32});
  CHECK(bits[1] == 2);
  CHECK(bits[3] == 2);
  CHECK(network.layers[4].sources == std::vector<int>{3, 0});
  CHECK(network.layers[5].sources == std::vector<int>{4});
}

TEST_CASE("a layer that reads what is not there is a mistake of that member") {
  CHECK(!description({8, 0, 8}).ok());
  const std::string text = changed(", in_sequences: sum", "");
  const train::SpaceFile file = train::parse_space(text, "space.yaml");
  REQUIRE(file.ok());
  CHECK(parse_description(file.description({8, 0, 8}), "", max78000, PlacementKeys::optional).layers.size() == 2);
}

TEST_CASE("quotes stay, and what is nested is no more than a thousand layers") {
  std::string text = changed("name: first", "name: \"0x12\"");
  CHECK(train::parse_space(text, "").description({8, 0, 8}).find("\"0x12\"") != std::string::npos);
  text = "search: {n: [60000]}\nlayers:\n- repeat: 9999 * $n\n  layers:\n  - repeat: $n\n    layers: [{op: none}]\n";
  const std::string member = train::parse_space(text, "").description({60000});
  CHECK(member.size() > 1000 * 10);
  CHECK(member.size() < 2000 * 20);
}

TEST_CASE("mistakes in spaces have their place") {
  CHECK(error_of("") == "s.yaml: the file is empty");
  CHECK(error_of("[1]") == "s.yaml:1:1: a description is a mapping with the key layers");
  CHECK(error_of("layers: []") ==
        "s.yaml:1:1: the key search says what differs: a mapping of names to lists of numbers");
  CHECK(error_of("search: {a: [1]}") == "s.yaml:1:1: the key layers lists the layers");
  CHECK(error_of("search: {a: [1]}\nlayers: [b]") == "s.yaml:2:10: a layer is a mapping");
  CHECK(error_of("{") != "");
  CHECK(error_of(changed("[8, 0x10]", "8")) == "s.yaml:4:10: $width has a list of numbers");
  CHECK(error_of(changed("[8, 0x10]", "[]")) == "s.yaml:4:10: $width has a list of numbers");
  CHECK(error_of(changed("[8, 0x10]", "[8, wide]")) == "s.yaml:4:14: 'wide' is no number from 0 to 65536");
  CHECK(error_of(changed("[8, 0x10]", "[16, 0x10]")) == "s.yaml:4:15: '0x10' is there already");
  CHECK(error_of(changed("width: [", "2: [")) == "s.yaml:4:3: '2' is no name: letters, digits and _");
  CHECK(error_of(changed("depth: [", "width: [")) == "s.yaml:5:3: 'width' is there already");
  CHECK(error_of(changed("2 * $width", "$wide")) == "s.yaml:13:62: search has no 'wide'");
  CHECK(error_of(changed("2 * $width", "$width + 1")) == "s.yaml:13:62: '$width + 1' is neither $name nor 2 * $name");
  CHECK(error_of(changed("2 * $width", "two * $width")) ==
        "s.yaml:13:62: 'two * $width' is neither $name nor 2 * $name");
  CHECK(error_of(changed("quantization: $bits", "quantization: 8")) == "s.yaml:6:3: nothing uses $bits");
  CHECK(error_of(changed("repeat: $depth", "repeat: often")) == "s.yaml:9:13: 'often' is no number of repetitions");
  CHECK(error_of(changed("repeat: $depth", "repeat: $depth\n    name: block")) ==
        "s.yaml:9:5: what is repeated has the keys repeat and layers, and no others");
  CHECK(train::read_space("none.yaml").error.find("none.yaml") != std::string::npos);
}

}  // namespace test_space_file
