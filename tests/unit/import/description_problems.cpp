// What the reader of descriptions says of files that are wrong.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/description.hpp>

#include <support/described.hpp>
#include <support/temporary_folder.hpp>

namespace test_description_problems {

using namespace incuse;
using namespace incuse::test;

TEST_CASE("files that are no descriptions") {
  const incuse::test::TemporaryFolder own;
  const std::string path = own.file("net.yaml"), folder = own.text();
  CHECK(read_description(path, max78000).problems[0].text() ==
        path + ": error: cannot be opened: No such file or directory [Y1]");
  CHECK(read_description(folder, max78000).problems[0].text() == folder + ": error: is a folder, not a file [Y1]");
  std::ofstream(path).close();
  CHECK(read_description(path, max78000).problems[0].text() == path + ": error: the file is empty [Y1]");
  std::ofstream(path) << network("- {processors: 1, out_offset: 0, op: none}\n");
  CHECK(read_description(path, max78000).ok());
  CHECK(problems_of("arch: [1, 2\nlayers: 3") ==
        Texts{"net.yaml:2:7: error: this is not YAML: end of sequence flow not found [Y1]"});
  CHECK(problems_of("just words") ==
        Texts{"net.yaml: error: this is not a network description: it must be one mapping of keys to values [Y1]"});
  CHECK(problems_of("a: 1\n---\nb: 2\n") ==
        Texts{"net.yaml: error: this is not a network description: it must be one mapping of keys to values [Y1]"});
  CHECK(problems_of("a: 1\n...\nb: 2\n") ==
        Texts{"net.yaml: error: this is not a network description: it must be one mapping of keys to values [Y1]"});
  CHECK_FALSE(parse("&&&&-,-\narch: test\ndata\n\nla}dataset: x\n").ok());
  CHECK(parse("%YAML 1.1\n# comment\n---\n" + network("- {processors: 1, out_offset: 0, op: none}\n") + "...\n# end\n")
            .ok());
  CHECK_FALSE(parse(std::string(100000, '[')).ok());
}

TEST_CASE("keys of the network") {
  CHECK(problems_of("arch: a\ndataset: b\nlayer:\n- processors: 1\n") ==
        Texts{"net.yaml:3:1: error: unknown key 'layer'; did you mean 'layers'? [Y3]",
              "net.yaml: error: 'layers' is missing [Y4]"});
  CHECK(problems_of("layers:\n- {processors: 1, out_offset: 0, op: none}\n") ==
        Texts{"net.yaml: error: 'arch' is missing [Y4]", "net.yaml: error: 'dataset' is missing [Y4]"});
  CHECK(problems_of("arch: a\narch: b\ndataset: c\nlayers:\n- {processors: 1, out_offset: 0, op: none}\n") ==
        Texts{"net.yaml:2:1: error: 'arch' is given twice [Y2]"});
  CHECK(problems_of("arch: a\ndataset: b\nlayers: 7\n") ==
        Texts{"net.yaml:3:9: error: 'layers' must be a list of layers, not '7' [Y4]"});
  CHECK(problems_of("arch: a\ndataset: b\n[1]: 2\nlayers:\n- {processors: 1, out_offset: 0, op: none}\n") ==
        Texts{"net.yaml:3:1: error: a key must be a word, not a list of 1 [Y2]"});
  CHECK(problems_of("arch: a\ndataset: b\noutput_map: 0\nlayers:\n- {processors: 1, out_offset: 0, op: none}\n") ==
        Texts{"net.yaml:3:13: error: 'output_map' must be a map of processors, a number from 1 to 0xffffffffffffffff, "
              "not '0' [Y9]"});
  CHECK(problems_of("arch: a\ndataset: b\nsnoop: [1]\nlayers:\n- {processors: 1, out_offset: 0, op: none}\n") ==
        Texts{"net.yaml:3:8: error: 'snoop' is not available on MAX78000 [D1]"});
  CHECK(problems_of("arch: a\ndataset: b\nunload:\n- {processors: 1, chanels: 2, dim: 1, offset: 0}\nlayers:\n"
                    "- {processors: 1, out_offset: 0, op: none}\n") ==
        Texts{"net.yaml:4:19: error: unknown key 'chanels' for 'unload'; did you mean 'channels'? [Y27]",
              "net.yaml:4:3: error: an entry of 'unload' has no 'channels' [Y27]"});
}

TEST_CASE("keys of a layer") {
  CHECK(problem_of("  op: none\n  colour: red\n") == "net.yaml:8:3: error: unknown key 'colour' for a layer [Y5]");
  CHECK(problem_of("  op: none\n  ouput_shift: 1\n") ==
        "net.yaml:8:3: error: unknown key 'ouput_shift' for a layer; did you mean 'output_shift'? [Y5]");
  CHECK(problem_of("  op: none\n  streami: 1\n") ==
        "net.yaml:8:3: error: unknown key 'streami' for a layer; did you mean 'streaming'? [Y5]");
  CHECK(problem_of("  op: none\n  processors: 5\n") ==
        "net.yaml:8:3: error: 'processors' is given twice in one layer [Y2]");
  CHECK(problem_of("  op: none\n  activate: ReLU\n  activation: ReLU\n") ==
        "net.yaml:9:3: error: 'activation' and 'activate' mean the same: one of them is too many [Y12]");
  CHECK(problem_of("  op: none\n  in_skip: 0\n  read_gap: 0\n") ==
        "net.yaml:9:3: error: 'read_gap' and 'in_skip' mean the same: one of them is too many [Y12]");
  CHECK(problem_of("  op: none\n  operation: none\n") ==
        "net.yaml:8:3: error: 'operation' and 'op' mean the same: one of them is too many [Y12]");
  CHECK(problem_of("  op: none\n  pad:\n") == "net.yaml:8:3: error: 'pad' has no value [Y17]");
  CHECK(problems_of(network("- 5\n")) ==
        Texts{"net.yaml:4:3: error: a layer must be a mapping of keys to values, not '5' [Y5]"});
  CHECK(problems_of(network("- op: none\n")) ==
        Texts{"net.yaml:4:3: error: the layer has no 'processors' [Y8]",
              "net.yaml:4:3: warning: the layer has no 'out_offset': it writes at 0 [Y13]"});
  CHECK(problems_of(network("- {processors: 1, out_offset: 0}\n")) ==
        Texts{"net.yaml:4:3: warning: the layer has no 'operation': it is a Conv2d [Y15]"});
  CHECK(problem_of("  op: none\n  max_pool: 2\n") ==
        "net.yaml:5:3: warning: the layer pools without 'pool_stride': the stride is 1 [Y29]");
}

TEST_CASE("values of a layer's keys") {
  CHECK(problem_of("  op: none\n  output_processors: 0\n") ==
        "net.yaml:8:22: error: 'output_processors' must be a map of processors, a number from 1 to 0xffffffffffffffff, "
        "not '0' [Y9]");
  CHECK(problem_of("  op: none\n  output_processors: 0x10000000000000000\n") ==
        "net.yaml:8:22: error: 'output_processors' must be a map of processors, a number from 1 to 0xffffffffffffffff, "
        "not '0x10000000000000000' [Y9]");
  CHECK(problem_of("  op: none\n  quantization: 3\n") ==
        "net.yaml:8:17: error: 'quantization' must be 1, 2, 4, 8 or binary, not '3' [Y10]");
  CHECK(problem_of("  op: none\n  in_dim: [1, 2, 3]\n") ==
        "net.yaml:8:11: error: 'in_dim' must be a number or a list of 2 numbers, not a list of 3 [Y11]");
  CHECK(problem_of("  op: none\n  activate: Relux\n") ==
        "net.yaml:8:13: error: unknown value 'Relux' for 'activate'; did you mean 'relu'? There is: ReLU, Abs, None "
        "[Y14]");
  CHECK(problem_of("  op: conv3d\n") ==
        "net.yaml:7:7: error: unknown value 'conv3d' for 'op'; did you mean 'conv1d' or 'conv2d'? There is: Conv1d, "
        "Conv2d, "
        "ConvTranspose2d, Linear (FC, MLP), Passthrough (None), Add, Sub, Or, Xor [Y14]");
  CHECK(
      problem_of("  op: none\n  eltwise: mul\n") ==
      "net.yaml:8:12: error: unknown value 'mul' for 'eltwise': the processor computes it, from the output of the last "
      "layer; there is: Add, Sub, Or, Xor [Y14]");
  CHECK(problem_of("  op: none\n  data_format: planar\n") ==
        "net.yaml:8:16: error: unknown value 'planar' for 'data_format'; there is: HWC (little), CHW (big) [Y14]");
  CHECK(problem_of("  op: none\n  streaming: maybe\n") ==
        "net.yaml:8:14: error: 'streaming' must be true or false, not 'maybe' [Y14]");
  CHECK(problem_of("  op: conv2d\n  pad: -1\n") ==
        "net.yaml:8:8: error: 'pad' must be a number from 0 to 32767, not '-1' [Y17]");
  CHECK(problem_of("  op: conv2d\n  pad: [1, 1]\n") ==
        "net.yaml:8:8: error: 'pad' must be one number of 0 or more, for both dimensions, not a list of 2 [Y17]");
  CHECK(problem_of("  op: conv2d\n  output_pad: 1.5\n") ==
        "net.yaml:8:15: error: 'output_pad' must be a number from 0 to 32767, not '1.5' [Y17]");
}

TEST_CASE("keys that belong to other operators, and values that they limit") {
  CHECK(problem_of("  op: none\n  dilation: 2\n")
            .find("net.yaml:8:13: error: 'dilation' belongs to a convolution, and the layer has none [Y18]") == 0);
  CHECK(problem_of("  op: none\n  operands: 2\n") ==
        "net.yaml:8:13: error: 'operands' belongs to an element-wise operation, and the layer has none [Y19]");
  CHECK(problem_of("  op: add\n  operands: 17\n") ==
        "net.yaml:8:13: error: 'operands' must be a number from 2 to 16, not '17' [Y19]");
  CHECK(problem_of("  op: none\n  output_width: 16\n") ==
        "net.yaml:8:17: error: 'output_width' must be 8 or 32, not '16' [Y20]");
  CHECK(problem_of("  op: mlp\n  kernel_size: 1x1\n") ==
        "net.yaml:8:16: error: a linear layer takes no 'kernel_size' [Y21]");
  CHECK(problem_of("  op: conv2d\n  kernel_size: 5x5\n") ==
        "net.yaml:8:16: error: 'kernel_size' must be 1x1 or 3x3 for Conv2d, not '5x5' [Y22]");
  CHECK(problem_of("  op: convtranspose2d\n  kernel_size: 1x1\n") ==
        "net.yaml:8:16: error: 'kernel_size' must be 3x3 for ConvTranspose2d, not '1x1' [Y22]");
  CHECK(problem_of("  op: none\n  kernel_size: 5x5\n") ==
        "net.yaml:8:16: error: 'kernel_size' must be left out: the layer has no convolution, not '5x5' [Y22]");
  CHECK(problem_of("  op: conv1d\n  kernel_size: 10\n") ==
        "net.yaml:8:16: error: 'kernel_size' must be a number from 1 to 9 for Conv1d, not '10' [Y22]");
  CHECK(problem_of("  op: conv2d\n  stride: [1, 2]\n") ==
        "net.yaml:8:11: error: 'stride' must be the same in both dimensions [Y23]");
  CHECK(problem_of("  op: conv2d\n  stride: 2\n  max_pool: 2\n  pool_stride: 2\n") ==
        "net.yaml:8:11: error: a layer that pools has a 'stride' of 1 [Y23]");
  CHECK(problem_of("  op: convtranspose2d\n  stride: 3\n") ==
        "net.yaml:8:11: error: ConvTranspose2d has a 'stride' of 2 [Y23]");
  CHECK(problem_of("  op: none\n  pool_dilation: 2\n") ==
        "net.yaml:8:18: error: 'pool_dilation' belongs to pooling, and the layer does not pool [Y24]");
  CHECK(problem_of("  op: none\n  pool_first: false\n") ==
        "net.yaml:8:15: error: 'pool_first: false' needs both pooling and an element-wise operation [Y30]");
  CHECK(problem_of("  op: none\n  max_pool: 0\n  pool_stride: 1\n") ==
        "net.yaml:8:13: error: 'max_pool' must be a number from 1 to 32767, not '0' [H33]");
  CHECK(problem_of("  op: none\n  bias_group: 4\n") ==
        "net.yaml:8:15: error: 'bias_group' must be a number from 0 to 3, not '4' [H29]");
  CHECK(problem_of("  op: none\n  in_offset: -4\n") ==
        "net.yaml:8:14: error: 'in_offset' must be a number from 0 to 1048576, not '-4' [L9]");
  CHECK(problem_of("  op: none\n  calcx4: true\n") ==
        "net.yaml:8:11: error: 'calcx4' is not available on MAX78000 [D1]");
  CHECK(problem_of("  op: none\n  read_gap: 1\n") ==
        "net.yaml:8:13: error: 'read_gap' is not available on MAX78000 [D1]");
  CHECK(problem_of("  op: none\n  data_format: chw\n") ==
        "net.yaml:5:3: error: only the first layer can read CHW data [I14]");
}

TEST_CASE("the list of snoop registers: 32 numbers of 32 bits, also those that only the vendor's tool reads") {
  const auto problems_with = [](std::size_t at, const std::string& value) {
    std::string list;
    for (std::size_t i = 0; i < 32; ++i) list += (i == 0 ? "" : ", ") + (i == at ? value : std::to_string(i));
    const NetworkDescription read = parse_description(
        "arch: a\ndataset: b\nsnoop: [" + list + "]\nlayers:\n- {processors: 1, out_offset: 0, op: none}\n", "net.yaml",
        max78002);
    if (read.ok()) {
      for (std::size_t i = 0; i < max7800x::Snoop::registers; ++i)
        CHECK(read.snoop.values[i] == (i == at ? 0xffff'ffffu : i));
    }
    return read.problems.size();
  };
  for (std::size_t at = 0; at < 32; ++at) {
    CAPTURE(at);
    CHECK(problems_with(at, "0xffffffff") == 0);
    for (const char* value : {"0x100000000", "-1", "word", "[1]", "{a: 1}", "''", "true"})
      CHECK(problems_with(at, value) == 1);
  }
}

TEST_CASE("keys for what only some parts have: an error on every part that lacks it, and on no other") {
  struct Key {
    const char* line;
    bool (*available)(const max7800x::Device&);
  };
  using max7800x::Device, max7800x::Feature;
  const Key keys[] = {
      {"bypass: true", [](const Device& part) { return part.kernel_bypass; }},
      {"calcx4: true", [](const Device& part) { return part.has(Feature::parallel_outputs); }},
      {"readahead: true", [](const Device& part) { return part.has(Feature::read_ahead); }},
      {"read_gap: 1", [](const Device& part) { return part.has(Feature::read_gap); }},
      {"snoop_sequence: 1", [](const Device& part) { return part.has(Feature::snooping); }},
  };
  for (const Device* part : max7800x::Devices::all)
    for (const Key& key : keys) {
      CAPTURE(string_of(part->name));
      CAPTURE(key.line);
      const std::string text = network(std::string("- {processors: 1, out_offset: 0, op: none, ") + key.line +
                                       "}\n- {processors: 1, out_offset: 4, op: none}\n");
      const NetworkDescription read = parse_description(text, "net.yaml", *part);
      Texts errors;
      for (const Problem& problem : read.problems)
        if (problem.severity == Severity::error) errors.push_back(problem.text());
      if (key.available(*part)) {
        CHECK(errors.empty());
        continue;
      }
      const std::string word = std::string(key.line).substr(0, std::string(key.line).find(':'));
      CHECK(errors == Texts{"net.yaml:4:" + std::to_string(46 + word.size()) + ": error: '" + word +
                            "' is not available on " + string_of(part->name) + " [D1]"});
    }
}

TEST_CASE("names, numbers and references of layers") {
  CHECK(problem_of("  op: none\n  name: STOP\n") ==
        "net.yaml:8:9: error: 'stop' is reserved and cannot be a name [Y25]");
  CHECK(problem_of("  op: none\n  name: First\n") == "net.yaml:5:3: error: two layers have the name 'First' [Y25]");
  CHECK(problem_of("  op: none\n  in_sequences: nobody\n") ==
        "net.yaml:8:17: error: 'in_sequences' refers to layer 'nobody', which does not exist [Y25]");
  CHECK(problem_of("  op: none\n  in_sequences: [0, 9]\n") ==
        "net.yaml:8:21: error: 'in_sequences' refers to layer 9, which does not exist [Y25]");
  CHECK(problem_of("  op: none\n  in_sequences: []\n") ==
        "net.yaml:8:17: error: 'in_sequences' must be a layer or a list of 1 to 16 layers, not an empty list [Y25]");
  CHECK(problem_of("  op: none\n  sequence: 0\n") == "net.yaml:5:3: error: layer number 0 is given twice [Y7]");
  CHECK(problem_of("  op: none\n  sequence: 32\n") ==
        "net.yaml:5:3: error: layer number 32 is too high: MAX78000 has 32 layers [Y6]");
  CHECK(problem_of("  op: none\n  buffer_shift: 1\n") ==
        "net.yaml:8:17: error: 'buffer_shift' needs 'in_sequences' [Y26]");
  CHECK(problem_of("  op: none\n  buffer_insert: 0\n") ==
        "net.yaml:8:18: error: 'buffer_insert' must be a number from 1 to 32767, not '0' [Y26]");
  CHECK(problems_of(
            "arch: a\ndataset: b\ndata_buffer:\n- {processors: 1, channels: 1, dim: [1, 1], offset: 0, name: ring}\n"
            "layers:\n- {processors: 1, out_offset: 0, op: none, in_sequences: Ring}\n") ==
        Texts{"net.yaml:6:3: error: a layer that reads the data buffer needs 'in_offset', 'out_offset', 'in_dim' and "
              "'in_channels' [Y28]"});
  CHECK(problems_of(
            "arch: a\ndataset: b\ndata_buffer:\n- {processors: 1, channels: 1, dim: [1, 1], offset: 0, name: ring}\n"
            "layers:\n- {processors: 1, out_offset: 0, op: none, in_sequences: Ring, kernel_siz: 3}\n")
            .size() == 2);
}

TEST_CASE("all problems of a file are reported together") {
  CHECK(
      problems_of(
          "arch: a\nlayers:\n- {op: conv2, processors: 0}\n- {op: none, processors: 1, out_offset: 0, x: 1}\n") ==
      Texts{
          "net.yaml:3:8: error: unknown value 'conv2' for 'op'; did you mean 'conv2d'? There is: Conv1d, Conv2d, "
          "ConvTranspose2d, Linear (FC, MLP), Passthrough (None), Add, Sub, Or, Xor [Y14]",
          "net.yaml:3:27: error: 'processors' must be a map of processors, a number from 1 to 0xffffffffffffffff, not "
          "'0' [Y8]",
          "net.yaml:3:3: warning: the layer has no 'out_offset': it writes at 0 [Y13]",
          "net.yaml:4:44: error: unknown key 'x' for a layer [Y5]", "net.yaml: error: 'dataset' is missing [Y4]"});
}

TEST_CASE("a convolution that does not mention its activation is worth a notice") {
  const auto problems = parse(network("- {processors: 1, out_offset: 0, op: conv2d}\n"
                                      "- {processors: 1, out_offset: 0, op: conv2d, activate: none}\n"
                                      "- {processors: 1, out_offset: 0, op: linear}\n"
                                      "- {processors: 1, out_offset: 0, op: none}\n"))
                            .problems;
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].text() == "net.yaml:4:3: notice: the convolution has no 'activate': it has no activation [Y16]");
}

TEST_CASE("every kind of problem that the readers report has a row, and every row is reported") {
  const std::filesystem::path folder = std::filesystem::path(__FILE__).parent_path() / "../../../include/incuse/import";
  std::set<std::string> reported, listed;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string header = entry.path().filename();
    if (header.rfind("description", 0) != 0 || header == "description_rules.hpp") continue;
    std::ifstream in(entry.path());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::regex id("\"([A-Z][0-9]+)\"");
    for (std::sregex_iterator found(text.begin(), text.end(), id), end; found != end; ++found)
      reported.insert((*found)[1]);
  }
  for (const Rule& rule : description_rules::catalogue) {
    listed.insert(string_of(rule.id));
    CHECK(!rule.sentence.empty());
    CHECK(!rule.remedy.empty());
    CHECK(!rule.source.empty());
  }
  CHECK(reported == listed);
}

TEST_CASE("what a problem has said, a finding of the same row and layer does not say again") {
  using description_rules::names;
  CHECK(names("checks I16", "I16"));
  CHECK(names("checks Y17, I24, H15; device 4", "H15"));
  CHECK(names("placement 2; checks Q1, Q2", "Q2"));
  CHECK_FALSE(names("checks H15; device 4", "H1"));
  CHECK_FALSE(names("checks H15; device H4", "H4"));
  CHECK_FALSE(names("", "H1"));

  const NetworkDescription read =
      parse(network("- {sequence: 3, processors: 1, out_offset: 0, op: none}\n"
                    "- {sequence: 5, processors: 1, out_offset: 0, op: none}\n"));
  static constexpr Rule order{"source_order", "the order is wrong", "", "checks I16"};
  static constexpr Rule size{"reshape", "the size is wrong", "", "checks I17, M8"};
  const std::vector<Problem> problems{{.rule = "I16", .layer = 5}};
  CHECK(said_already({.rule = &order, .layer = 1}, read, problems));
  CHECK_FALSE(said_already({.rule = &order, .layer = 0}, read, problems));
  CHECK_FALSE(said_already({.rule = &size, .layer = 1}, read, problems));
  CHECK_FALSE(said_already({.rule = &order, .layer = -1}, read, problems));
}

}  // namespace test_description_problems
