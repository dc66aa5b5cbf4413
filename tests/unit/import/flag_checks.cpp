// What every flag means for the checks: a network that breaks a rule with it and none without it, or the other way
// round, or a flag that no rule asks for.
#include <incuse/hosted/strings.hpp>
#include <incuse/import/flags.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <incuse/import/description_graph.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/max7800x/rules.hpp>

namespace test_flag_checks {

using namespace incuse;

namespace {

using Names = std::set<std::string>;

struct Network {
  std::string layers{};
  std::vector<LayerTensors> tensors{};
  Shape input{3, 8, 8};
  bool same_weights = false;  ///< in all layers
};

/// The rules that a described network breaks with these settings on a part.
Names broken_rules(const Network& network, const FlagSettings& settings, const max7800x::Device& device = max78000) {
  Names names;
  const auto add_errors = [&](const std::vector<Problem>& problems) {
    for (const Problem& problem : problems)
      if (problem.severity == Severity::error) names.insert(problem.rule);
  };
  const auto add_findings = [&](const Findings& findings) {
    for (const Finding& finding : findings)
      if (finding.rule->severity != Severity::notice) names.insert(string_of(finding.rule->id));
  };
  NetworkDescription description =
      parse_description("arch: test\ndataset: digits\nlayers:\n" + network.layers, "net.yaml", device);
  add_errors(description.problems);
  if (!description.complete) return names;
  apply(settings, description);
  DescribedGraph described = graph_from(description, network.tensors, network.input, device);
  add_errors(described.problems);
  if (described.graph.size == 0) return names;
  apply(settings, described.graph);
  for (int i = 0; i < described.graph.size; ++i) {
    if (settings.drops_bias(i)) described.graph[i].bias = false;
    if (network.same_weights && i > 0) described.graph[i].same_weights_as = 0;
  }
  apply_to_bound(settings, described.graph);
  const auto planned = max7800x::arrange_and_plan(described.graph, device, settings);
  add_findings(max7800x::inspect(planned.graph, planned.plan, device, planned.options));
  return names;
}

LayerTensors weights(std::vector<int> shape, int bias_values = 0) { return {std::move(shape), bias_values, {}, {}}; }

/// A flag with its value, and what becomes of a network with it.
struct Consequence {
  const char* flag;
  std::string value;
  Network network;
  Names without;
  Names with;
  std::vector<std::string> further{};  ///< flags that the network needs in both cases
};

void set_flag(std::string_view flag, const std::string& value, FlagSettings& settings) {
  const auto number = [&] { return std::stoi(value, nullptr, 0); };
  for (const flags::Layers& row : flags::layers)
    if (flags::is_one_of(flag, row.names)) return (settings.*row.member).push_back(number());
  if (const flags::Switch* row = flags::row_of(flag, flags::switches)) {
    settings.*row->member = row->value;
  } else if (const flags::Number* numeric = flags::row_of(flag, flags::numbers)) {
    settings.*numeric->member = number();
  } else if (const flags::Path* path = flags::row_of(flag, flags::paths)) {
    settings.input_path = path->path;
  } else if (const flags::FeatureFlag* feature = flags::row_of(flag, flags::feature_flags)) {
    settings.features |= bit_of(feature->feature);
  } else {
    FAIL("no flag ", std::string(flag));
  }
}

FlagSettings settings_of(const std::vector<std::string>& words) {
  FlagSettings settings;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    set_flag(word.substr(0, equals), equals == std::string::npos ? "" : word.substr(equals + 1), settings);
  }
  complete(settings);
  return settings;
}

const std::string conv = "- {op: conv2d, activate: none, pad: 1, processors: ";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}
Network changed(Network network, const std::string& from, const std::string& to) {
  network.layers = replaced(network.layers, from, to);
  return network;
}

const LayerTensors to_4 = weights({4, 3, 3, 3}), on_4 = weights({4, 4, 3, 3});
const Network one{conv + "7, output_processors: 0xf, out_offset: 0x2000}\n", {to_4}};
const Network two{one.layers + conv + "0xf, output_processors: 0xf0, out_offset: 0x4000}\n", {to_4, on_4}};
const std::vector<std::string> fifo{"--fifo"};

Network with_relu() { return changed(one, "none", "relu"); }
Network streaming() { return changed(two, "pad: 1", "pad: 1, streaming: true"); }
Network pooled() { return changed(one, "pad: 1", "pad: 1, max_pool: 2, pool_stride: 2"); }
Network biased() {
  Network net = streaming();
  net.tensors[0].bias_values = 4;
  return net;
}
/// Biases of both layers in one group.
Network crowded() {
  Network net = two;
  for (int i = 0; i < 2; ++i) net = changed(net, "pad: 1, proc", "pad: 1, bias_group: 0, proc");
  net = changed(net, "output_processors: 0xf0", "output_processors: 0xffffffffffffffff");
  net.tensors = {weights({4, 3, 3, 3}, 4), weights({512, 4, 3, 3}, 512)};
  return net;
}
/// Layers with the same weights.
Network twins() {
  Network net{"", {}, {64, 4, 4}, true};
  for (int i = 0; i < 13; ++i) {
    net.layers += conv + "0xffffffffffffffff, output_processors: 0xffffffffffffffff, out_offset: " +
                  (i % 2 == 0 ? "0x2000}\n" : "0}\n");
    net.tensors.push_back(weights({64, 64, 3, 3}));
  }
  return net;
}

/// Of flags that change what is computed, or when.
std::vector<Consequence> consequences_of_options() {
  const std::vector<std::string> both{"--fifo", "--streaming-layers=0", "--streaming-layers=1"};
  const std::vector<std::string> first{"--fifo", "--streaming-layers=0"};
  return {
      {"--overlap-data", "", changed(one, "0x2000", "0"), {"tensor_overwritten"}, {"output_trails_input"}},
      {"--any-bias-group",
       "",
       changed(one, "pad: 1", "pad: 1, bias_group: 2"),
       {"bias_groups"},
       {},
       {"--vendor-stream"}},
      {"--mlator-unload", "", changed(one, "pad: 1", "pad: 1, output_width: 32"), {}, {"mlator_output"}},
      {"--runs-on-risc-v", "", one, {"fast_fifo_core"}, {}, {"--fast-fifo"}},
      {"--deep-sleep", "", one, {}, {"deep_sleep_core"}},
      {"--no-bias", "", biased(), {"streaming_bias"}, {}, fifo},
      {"--no-bias-in", "0", biased(), {"streaming_bias"}, {}, fifo},
      {"--no-bias-in", "1", biased(), {"streaming_bias"}, {"streaming_bias"}, fifo},
      {"--no-bias-in", "1", crowded(), {"bias_memory"}, {}},
      {"--ignore-activation", "", changed(with_relu(), "pad: 1", "pad: 1, output_width: 32"), {"wide_activation"}, {}},
      {"--ignore-streaming", "", streaming(), {"streaming_input"}, {}},
      {"--separate-weights", "", twins(), {}, {"weight_memory"}},
      {"--stream-start-margin", "8000", two, {}, {"tensor_outside"}, both},
      {"--stream-delta1-margin", "31", two, {}, {"register_field"}, both},
      {"--stream-delta2-margin", "4096", two, {}, {"register_field"}, both},
      {"--stream-start-override", "63", one, {}, {"stream_overrides"}, fifo},
      {"--stream-start-override", "64", one, {}, {}, fifo},
      {"--stream-delta1-override", "0", pooled(), {}, {"stream_overrides"}, first},
      {"--stream-delta2-override", "0", pooled(), {}, {"stream_overrides"}, first},
      {"--stream-rollover-override", "1", pooled(), {}, {"stream_overrides"}, first},
      {"--stream-rollover-override", "9000", pooled(), {}, {"tensor_outside", "tensor_overwritten"}, first},
  };
}

/// Of flags that say where something lies, or how the input arrives.
std::vector<Consequence> consequences_of_places() {
  return {
      {"--first-weight-column", "768", one, {}, {"weight_memory"}},
      {"--processors-per-pass", "2", one, {}, {"processor_range"}},
      {"--processors-per-pass", "16", two, {}, {}},
      {"--processors-per-pass", "7", two, {}, {"processor_range"}},
      {"--repetitions", "33", two, {}, {"repetitions"}},
      {"--first-layer", "1", one, {}, {"first_layer"}},
      {"--synthesized-words", "7", one, {}, {"synthesized_input"}, fifo},
      {"--synthesized-step", "1", one, {}, {"synthesized_input_path"}},
      {"--output-width", "32", with_relu(), {}, {"wide_activation"}},
      {"--stop-after", "0", changed(two, "0xf0", "0x70"), {"output_processors"}, {}},
      {"--stop-after", "0", changed(two, "pad: 1", "output_width: 32, pad: 1"), {"wide_inside"}, {}},
      {"--input-offset", "0x7f04", one, {}, {"input_memory"}},
      {"--streaming-layers", "1", two, {}, {"streaming_order"}, fifo},
      {"--fifo", "", changed(one, "7", "0x70"), {}, {"fifo_processors"}},
      {"--fast-fifo", "", one, {}, {"fast_fifo_core"}},
      {"--quad-fast-fifo", "", one, {}, {"fast_fifo_core"}},
      {"--quad-fast-fifo", "", changed(one, "7", "0x70000"), {}, {"fifo_processors"}, {"--runs-on-risc-v"}},
  };
}

std::vector<Consequence> consequences() {
  std::vector<Consequence> all = consequences_of_options();
  for (const Consequence& consequence : consequences_of_places()) all.push_back(consequence);
  for (const char* feature : {"--pipeline", "--pll", "--full-speed", "--parallel-outputs", "--read-ahead",
                              "--linked-layers", "--single-steps", "--early-start", "--snooping"})
    all.push_back({feature, "", one, {}, {"feature"}});
  return all;
}

/// Flags that no rule asks for: registers, the order of writes, arithmetic.
const Names without_consequences = {
    "--average-pool-rounding", "--plain-weights", "--simple-1bit", "--write-zero-registers", "--exact-write-order",
    "--verify-writes", "--clear-memories", "--clear-unused-layers", "--external-ready", "--power-down-unused",
    "--ready-selection", "--fifo-ready-selection", "--always-on-ready-selection", "--vendor-stream",
    // These have some on the MAX78002.
    "--no-pipeline", "--ignore-limits"};

std::string text_of(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += name + ' ';
  return text;
}

template <class Table>
void add_flags(const Table& table, Names& all) {
  for (const auto& row : table) all.insert(std::string(row.names).substr(0, std::string(row.names).find(',')));
}

}  // namespace

TEST_CASE("what every flag means for the checks") {
  for (const Consequence& row : consequences()) {
    CAPTURE(std::string(row.flag));
    std::vector<std::string> words = row.further;
    CHECK(text_of(broken_rules(row.network, settings_of(words))) == text_of(row.without));
    words.push_back(row.flag + (row.value.empty() ? "" : "=" + row.value));
    CHECK(text_of(broken_rules(row.network, settings_of(words))) == text_of(row.with));
  }
}

TEST_CASE("every flag means something for the checks, or is known to mean nothing") {
  Names all, known = without_consequences;
  add_flags(flags::switches, all);
  add_flags(flags::numbers, all);
  add_flags(flags::layers, all);
  add_flags(flags::paths, all);
  add_flags(flags::feature_flags, all);
  for (const Consequence& row : consequences()) {
    const std::string_view flag = row.flag;
    if (const auto* path = flags::row_of(flag, flags::paths))
      known.insert(std::string(path->names).substr(0, std::string(path->names).find(',')));
    else
      known.insert(std::string(flag));
    CHECK(without_consequences.count(std::string(flag)) == 0);
  }
  CHECK(text_of(all) == text_of(known));
}

// A flag takes what the largest part has. The rules know what the chosen one has.
TEST_CASE("a number that only a larger part has is an error of the smaller one") {
  struct Limit {
    const char* flag;
    long long smaller, larger;  ///< the highest number on the MAX78000 and on the MAX78002
    Names with{};               ///< what a higher one breaks
    std::vector<std::string> further{};
  };
  const std::vector<std::string> streams{"--fifo", "--streaming-layers=0"};
  const Limit limits[] = {
      {"--stream-start-override", 0x3fff, 0x7fff, {"register_field"}, fifo},
      {"--stream-delta2-override", 0xfff, 0x3fff, {"register_field"}, streams},
      {"--repetitions", 32, 128, {"repetitions"}},
      {"--first-layer", 0, 127, {"first_layer"}},
  };
  for (const Limit& limit : limits) {
    CAPTURE(std::string(limit.flag));
    const auto broken = [&](long long number, const max7800x::Device& device) {
      std::vector<std::string> words = limit.further;
      words.push_back(limit.flag + ('=' + std::to_string(number)));
      return text_of(broken_rules(one, settings_of(words), device));
    };
    CHECK(broken(limit.smaller, max78000).empty());
    CHECK(broken(limit.larger, max78002).empty());
    CHECK(broken(limit.smaller + 1, max78000) == text_of(limit.with));
    CHECK(broken(limit.larger, max78000) == text_of(limit.with));
    CHECK(flags::row_of(limit.flag, flags::numbers)->most == limit.larger);
  }
  // What lies in memories is an error of the memory.
  for (const char* flag : {"--first-weight-column=5120", "--input-offset=0x4fffc"})
    for (const max7800x::Device* device : {&max78000, &max78002}) {
      CAPTURE(std::string(flag));
      CHECK(!broken_rules(one, settings_of({flag}), *device).empty());
    }
}

}  // namespace test_flag_checks
