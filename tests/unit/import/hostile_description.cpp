// Descriptions that nobody wrote: each is refused in few words and little time.
#include <incuse/import/description.hpp>

#include <cstddef>
#include <string>

#include <doctest/doctest.h>

namespace test_hostile_description {

using namespace incuse;

namespace {

constexpr const char* head = "arch: a\ndataset: b\n";

/// The only problem of a text.
std::string only_problem(const std::string& text) {
  const NetworkDescription read = parse_description(text, "net.yaml", max78000);
  CHECK_FALSE(read.complete);
  REQUIRE(read.problems.size() == 1);
  return read.problems[0].text();
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("what is no text") {
  CHECK(only_problem("") == "net.yaml: error: the file is empty [Y1]");
  CHECK(only_problem(std::string("arch\0", 5)) == "net.yaml: error: this is no text: byte 4 is 0x00 [Y1]");
  CHECK(only_problem("\x1b[31mred") == "net.yaml: error: this is no text: byte 0 is 0x1b [Y1]");
  // UTF-16 is a text.
  CHECK(only_problem(std::string("\xff\xfe"
                                 "a\0:\0 \0"
                                 "1\0",
                                 10)) ==
        "net.yaml: error: this is not a network description: it has none of the keys arch, dataset and layers [Y1]");
}

TEST_CASE("other YAML is no network") {
  const std::string none = "net.yaml: error: this is not a network description: it ";
  CHECK(only_problem("name: value\nother: [1, 2]\n") == none + "has none of the keys arch, dataset and layers [Y1]");
  CHECK(only_problem("{\"version\": 1}") == none + "has none of the keys arch, dataset and layers [Y1]");
  CHECK(only_problem("words") == none + "must be one mapping of keys to values [Y1]");
  CHECK(only_problem("a: \"\\\x01\"").find("[Y1]") != std::string::npos);
}

TEST_CASE("as large as nothing that is a network" * doctest::timeout(120)) {
  const auto too_large = [](std::size_t bytes) {
    return "net.yaml: error: this is no network description: a description has at most 1 MiB besides comments, but "
           "here "
           "are " +
           std::to_string(bytes) + " bytes [Y1]";
  };
  CHECK(only_problem("arch: " + std::string(50'000'000, 'a')) == too_large(50'000'006));
  const std::string layer = "  - {op: none, processors: 1, out_offset: 0}\n";
  const std::string layers = repeated(layer, 200'000);
  CHECK(only_problem(head + ("layers:\n" + layers)) == too_large(8 * 2 + 3 + 8 + layers.size()));
  // Few enough bytes, too many layers.
  const NetworkDescription many =
      parse_description(head + ("layers:\n" + repeated(layer, 20'000)), "net.yaml", max78000);
  REQUIRE_FALSE(many.problems.empty());
  CHECK(many.problems[0].text() == "net.yaml:36:5: error: there are 20000 layers: MAX78000 has 32 [Y6]");
  // Comments do not count, and lines keep their numbers.
  const std::string comments = repeated("   # " + std::string(95, '-') + "\n", 100'000);
  const NetworkDescription read =
      parse_description(comments + head + "layers:\n" + layer + "  - 5\n", "net.yaml", max78000);
  REQUIRE(read.problems.size() == 1);
  CHECK(read.problems[0].line == 100'005);
}

TEST_CASE("much from little: references to the same part, one more wrong than the other" * doctest::timeout(120)) {
  std::string keys, references;
  for (int i = 0; i < 2'000; ++i) {
    keys += "  k" + std::to_string(i) + ": 1\n";
    references += "*a,";
  }
  for (const char* key : {"layers", "unload", "data_buffer"}) {
    const std::string text = "weights: &a\n" + keys + head + key + ": [" + references + "]\n";
    const NetworkDescription read = parse_description(text, "net.yaml", max78000);
    REQUIRE(read.problems.size() < 1'000);
    CHECK(read.problems.back().message == "there is more that is wrong");
    CHECK_FALSE(read.complete);
  }
}

TEST_CASE("deep as no network is" * doctest::timeout(120)) {
  for (const char* part : {"[", "{", "{a: ", "[[{"})
    CHECK(only_problem("layers: " + repeated(part, 20'000)).find("it is nested far too deeply") != std::string::npos);
  for (const char* part : {"- ", "? "})
    CHECK(only_problem("layers: " + repeated(part, 20'000)).find("this is not YAML") != std::string::npos);
}

TEST_CASE("names that would break a line") {
  const auto problem = [](const std::string& keys) {
    const NetworkDescription read = parse_description(keys, "a\nb.yaml", max78000);
    REQUIRE_FALSE(read.problems.empty());
    return read.problems[0].text();
  };
  CHECK(problem("arch: \"a\\nb\"\ndataset: b\nlayers: []\n") ==
        "a\\nb.yaml:1:7: error: 'arch' must be a word, not 'a?b' [Y4]");
  const std::string layer = "layers:\n  - op: none\n    processors: 1\n    out_offset: 0\n";
  CHECK(problem(head + layer + "    name: \"\\x1b[31m\"\n") ==
        "a\\nb.yaml:7:11: error: 'name' must be a word, not '?[31m' [Y25]");
  CHECK(problem(head + layer + "    in_sequences: \"a\\tb\"\n") ==
        "a\\nb.yaml:7:19: error: 'in_sequences' refers to layer 'a\\tb', which does not exist [Y25]");
}

}  // namespace test_hostile_description
