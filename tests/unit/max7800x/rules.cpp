// Every rule of the chip is broken by a network of its own; the sentence is compared word by word.
#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/max7800x/rules.hpp>
#include <incuse/model/network.hpp>
#include <incuse/model/parameter_rules.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <support/longest_sentence.hpp>
#include <support/random.hpp>

#include "broken_networks.hpp"
#include "followed_advice.hpp"

namespace test_rules {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::test;
using namespace incuse::test::broken;

namespace {

/// Rules whose numbers are no need and no limit: a divisor, the only possible size.
bool unlike_a_limit(const Rule& rule) {
  for (const Rule* other : {&rules::synthesized_input, &rules::offset_alignment, &rules::buffer_alignment,
                            &rules::depthwise_processors, &rules::column_rows})
    if (rule == *other) return true;
  return false;
}

/// Whether some component of what is needed exceeds what the chip has, or is less than anything can be; if another
/// tensor or map has it, whether it differs.
bool shows_a_lack(const Finding& finding) {
  const Quantity &needs = finding.needs, &has = finding.has;
  bool differs = needs.count != has.count, exceeds = false;
  for (int i = 0; i < needs.count; ++i) {
    const long long limit = has.values[i < has.count ? i : has.count - 1];
    const auto bits = [](long long value) { return static_cast<unsigned long long>(value); };
    differs = differs || needs.values[i] != limit;
    exceeds = exceeds || (needs.is_map ? (bits(needs.values[i]) & ~bits(limit)) != 0 : needs.values[i] > limit) ||
              needs.values[i] < 0 || (needs.values[i] == 0 && limit != 0);
  }
  return finding.has_whose.empty() ? exceeds : differs;
}

/// Gives the layers that an advice names weights of as few bits as it says.
void take(const Advice& advice, Net& net) {
  const int bits = advice.change[0] - '0';
  if (advice.layer >= 0) net[advice.layer].weight_bits = bits;
  for (int further : advice.further_layers) net[further].weight_bits = bits;
  for (int i = 0; i < net.size && advice.all_layers; ++i) net[i].weight_bits = std::min(net[i].weight_bits, bits);
}

/// What a finding may name only of a chip that has it. A feature that is asked for has a rule of its own.
struct Named {
  Feature feature;
  const char* words;
};
const Named named_features[] = {
    {Feature::narrow_weights, "fewer bits"},
    {Feature::narrow_weights, "bits or more"},
    {Feature::narrow_weights, "-bit weights"},
    {Feature::narrow_weights, "more bits"},
    {Feature::fifo, "FIFO"},
    {Feature::fifo, "fifo_input"},
    {Feature::risc_v, "runs_on_risc_v"},
    {Feature::elementwise, "combine the tensors"},
    {Feature::passthrough, "pool in a layer"},
    {Feature::passthrough, "pool in several layers"},
    {Feature::passthrough, "pass-through"},
    {Feature::one_by_one, "1x1 Conv2d"},
    {Feature::transposed, "ConvTranspose2d"},
    {Feature::linear, "Linear"},
    {Feature::dilation, "dilate a"},
};

}  // namespace

TEST_CASE("What is advised the chip can do") {
  std::set<std::string> said;
  for (const Broken& broken : networks())
    for (const Device* device : Devices::all) {
      Broken here = broken;
      here.device = device;
      for (const Finding& finding : findings_of(here)) {
        const std::string remedy = string_of(finding.rule->remedy) + "; " + string_of(finding.advice.change);
        for (const Named& row : named_features)
          if (!device->has(row.feature) && remedy.find(row.words) != std::string::npos)
            said.insert(string_of(device->name) + " " + name_of(*finding.rule) + ": " + row.words);
      }
    }
  for (const std::string& line : said) MESSAGE(line);
  CHECK(said.empty());
}

TEST_CASE("Every rule names the layer, what is needed, what there is and what to change") {
  for (const Broken& broken : networks()) {
    CAPTURE(name_of(*broken.rule));
    std::vector<std::string> said;
    for (const Finding& finding : findings_of(broken))
      if (finding.rule == broken.rule) said.push_back(sentence(finding, *broken.device));
    CHECK(said == std::vector<std::string>{broken.sentence});
  }
}

TEST_CASE("Whatever names and numbers are, every rule's words, remedy and advice are in its sentence") {
  const auto check_rule = [](const Rule& rule) {
    CAPTURE(name_of(rule));
    CHECK(keeps_what_matters(rule));
    CHECK(is_whole_in_errors(rule));
  };
  for_each_rule(check_rule);
  for (const Rule* rule : language::catalogue) check_rule(*rule);
  for (const Rule* rule : parameter::catalogue) check_rule(*rule);
}

TEST_CASE("Numbers show what is wrong: a need differs from what there is, and exceeds what a chip has") {
  for (const Broken& broken : networks())
    for (const Device* device : Devices::all) {
      Broken here = broken;
      here.device = device;
      for (const Finding& finding : findings_of(here)) {
        if (finding.needs.count == 0 || finding.has.count == 0 || unlike_a_limit(*finding.rule)) continue;
        CAPTURE(sentence(finding, *device));
        CHECK(shows_a_lack(finding));
      }
    }
}

TEST_CASE("An advice that names a number is followed, and the layer is not refused for it again") {
  std::set<std::string> followed;
  for (const Broken& broken : networks())
    for (const Device* device : Devices::all) {
      Broken here = broken;
      here.device = device;
      const Findings before = findings_of(here);
      for (const Finding& finding : before) {
        if (finding.advice.change.empty()) continue;
        Broken mended = here;
        if (!follow(finding, mended)) continue;
        CAPTURE(sentence(finding, *device));
        const Findings after = findings_of(mended);
        for (const Finding& left : after) {
          CAPTURE(sentence(left, *device));
          const bool again = left.layer == finding.layer && *left.rule == *finding.rule;
          const bool fresh = finding.rule == broken.rule && left.layer == finding.layer &&
                             left.rule->severity == Severity::error && !before.contains(*left.rule);
          CHECK_FALSE((again || fresh));
        }
        followed.insert(string_of(finding.advice.change));
      }
    }
  CHECK(followed.size() == advised.size());
}

TEST_CASE("where an advice with a number is about the only mistake, the network is taken as soon as it is followed") {
  int taken = 0;
  for (const Broken& broken : networks())
    for (const Device* device : Devices::all) {
      Broken here = broken;
      here.device = device;
      const Findings before = findings_of(here);
      // Offsets that were chosen for one part may lie outside of another one's memories.
      const bool elsewhere = device != broken.device && here.graph.placed_by_hand();
      if (before.errors() != 1 || here.tamper != nullptr || elsewhere) continue;
      for (const Finding& finding : before) {
        Broken mended = here;
        if (finding.rule->severity != Severity::error || !follow(finding, mended)) continue;
        CAPTURE(sentence(finding, *device));
        const Findings after = findings_of(mended);
        for (const Finding& left : after) {
          CAPTURE(sentence(left, *device));
          CHECK(left.rule->severity != Severity::error);
        }
        ++taken;
      }
    }
  CHECK(taken > 40);
}

TEST_CASE("images that registers cannot count: the advised size is taken, and the next one is not") {
  const auto errors = [](const Net& net, const Device& device) {
    Findings found;
    for (const Finding& finding : findings_of({nullptr, net, "", {}, nullptr, &device}))
      if (finding.rule->severity == Severity::error) found.push(finding);
    return found;
  };
  int advised_sizes = 0;
  for (const Device* device : Devices::all)
    for (const int padding : {1, 2})
      for (const int window : {1, 2})
        for (const bool rows : {true, false})
          for (int beyond = 0; beyond < 6; ++beyond) {
            const auto with = [&](int size) {
              const Layer layer = conv2d(4, 3, padding);
              Net net = network({1, rows ? size : 4, rows ? 4 : size}, {window == 1 ? layer : pooled(window, layer)});
              return in_chw(net);
            };
            const int size = device->max_dimension - beyond;
            const Findings found = errors(with(size), *device);
            if (!found.contains(rules::register_field)) continue;
            CAPTURE(string_of(device->name));
            CAPTURE(size);
            CAPTURE(padding);
            CAPTURE(window);
            REQUIRE(found.size == 1);
            REQUIRE(found[0].advice.from == Quantity(size));
            const int to = number_of(found[0].advice.to);
            CHECK(errors(with(to), *device).ok());
            CHECK_FALSE(errors(with(to + 1), *device).ok());
            ++advised_sizes;
          }
  CHECK(advised_sizes > 20);
}

// A part that lacks a feature says so; what else is wrong with how the feature is asked for does not matter then.
TEST_CASE("what the AI84 lacks or has in few sizes is one finding, also where further rules are about it") {
  const auto line = [](int length, int window) {
    Layer layer = conv1d(4, 9);
    layer.stride = {3, 1};
    layer.padding = {3, 0};
    return network({4, length, 1}, {window == 1 ? layer : pooled({window, 1}, layer)});
  };
  const auto one = [](const Layer& layer) { return network({4, 16, 16}, {layer}); };
  const auto with = [](auto change, const Layer& layer = conv2d(4)) { return changed(layer, change); };
  struct Case {
    const Rule* rule;
    Net net;
    Options options{};
  };
  const Case cases[] = {
      {&rules::column_pooling, line(54, 2)},
      {&rules::column_pooling, line(27, 2)},
      {&rules::column_pooling, line(28, 4)},
      {&rules::column_rows, line(28, 1)},
      {&rules::feature, one(with([](Layer& l) { l.wide = true; }))},
      {&rules::feature, one(with([](Layer& l) { l.wide = true, l.activation = Activation::relu; }))},
      {&rules::feature,
       network({4, 16, 16}, {with([](Layer& l) { l.wide = true, l.activation = Activation::relu; }), conv2d(4)})},
      {&rules::feature, network({4, 48, 48}, {with([](Layer& l) { l.wide = true, l.activation = Activation::relu; })})},
      {&rules::feature, one(with([](Layer& l) { l.weight_bits = 3; }))},
      {&rules::feature, one(with([](Layer& l) { l.weight_bits = 1, l.binary_weights = true; }))},
      {&rules::weight_bits, one(with([](Layer& l) { l.weight_bits = 9; }))},
      {&rules::pool_sizes, one(pooled({2, 1}, conv2d(4)))},
      {&rules::pool_sizes, one(pooled({3, 3}, conv2d(4)))},
      {&rules::pool_size, one(pooled({17, 17}, conv2d(4)))},
      {&rules::pool_size, one(pooled({8, 8}, conv2d(4)))},
      {&rules::pool_dilation, one(with(
                                  [](Layer& l) {
                                    l.pool_dilation = {3, 3};
                                  },
                                  pooled({2, 2}, conv2d(4))))},
      {&rules::streaming_count, one(with([](Layer& l) { l.streaming = true; }))},
      {&rules::streaming_count, one(with([](Layer& l) { l.streaming = l.bias = true; }, conv2d(4, 3, 0)))},
      {&rules::feature, one(conv2d(4)), options_of<fifo_input, repetitions<2>>()},
      {&rules::feature, one(conv2d(4, 3, 0)), options_of<mlator_unload>()},
      {&rules::feature, network({4, 15, 15}, {conv2d(4)}), options_of<mlator_unload>()},
      {&rules::feature, one(with([](Layer& l) { l.placement.next = 0; }))},
  };
  for (const Case& here : cases) {
    CAPTURE(&here - cases);
    const Findings found = findings_of({nullptr, here.net, "", here.options, nullptr, &ai84});
    REQUIRE(found.size > 0);
    CAPTURE(sentence(found[found.size - 1], ai84));
    CHECK(found.size == 1);
    CHECK(*found[0].rule == *here.rule);
  }
}

TEST_CASE("Every rule of the catalogue is broken by a network") {
  const std::vector<Broken> all = networks();
  for_each_rule([&](const Rule& rule) {
    CAPTURE(name_of(rule));
    CHECK(std::any_of(all.begin(), all.end(), [&](const Broken& b) { return b.rule == &rule; }));
    CHECK(!rule.sentence.empty());
    CHECK(!rule.remedy.empty());
    CHECK(!rule.source.empty());
  });
}

TEST_CASE("what an author says is meant is not asked again") {
  const auto breaks = [](const Rule& rule, const Net& net) { return check(infer(net), max78000).contains(rule); };
  CHECK(breaks(rules::linear_map, network({16, 8, 8}, {linear(10)})));
  CHECK_FALSE(breaks(rules::linear_map, network({16, 8, 8}, {flattened(linear(10))})));
  CHECK_FALSE(breaks(rules::linear_map, network({16, 1, 1}, {linear(10)})));
  CHECK(breaks(rules::conv1d_map, network({4, 8, 8}, {conv1d(4, 3)})));
  CHECK_FALSE(breaks(rules::conv1d_map, network({4, 64, 1}, {conv1d(4, 3)})));
  Net net = concatenation_of_sizes();
  CHECK(breaks(rules::concatenated_sizes, net));
  net[2].in_extent = {10, 10};
  CHECK_FALSE(breaks(rules::concatenated_sizes, net));
  // One mistake: that the values do not fill the image that nobody has named is a consequence.
  net[2].in_extent = {0, 0};
  net[1].out_channels = 8;
  CHECK(breaks(rules::concatenated_sizes, net));
  CHECK_FALSE(breaks(rules::reshape, net));
}

TEST_CASE("weights beyond everything that is planned are refused with their columns") {
  for (int channels = 64; channels <= 1024; channels += 64)
    for (int bits : {1, 2, 4, 8}) {
      Net net = network({channels, 2, 2}, {conv2d(channels)});
      net[0].weight_bits = bits;
      const long long needed = (channels / 64 * channels * 9LL * bits + 71) / 72;
      const Findings found = check(infer(net), max78000);
      CAPTURE(channels);
      CAPTURE(bits);
      CHECK(found.contains(rules::weight_memory) == (needed > 768));
      if (needed > 768) CHECK(found[0].needs.values[0] >= needed);
      if (needed > 2 * 768) CHECK(found[0].needs.values[0] == needed);  // not even planned
    }
}

TEST_CASE("one mistake is one finding, also where several layers or rules meet it") {
  const auto found = [](const Net& net, const Options& options, std::initializer_list<const Rule*> rules) {
    int count = 0;
    for (const Finding& finding : findings_of({nullptr, net, "", options}))
      for (const Rule* rule : rules) count += *finding.rule == *rule ? 1 : 0;
    return count;
  };
  // An odd offset is written to by one layer and read by two.
  Net odd = network({4, 8, 8}, {placed(conv2d(4), 0xf, 0xf0, 0, 0x1001), placed(conv2d(4), 0xf0, 0xf, 0x1001, 0x2000),
                                placed(reading(conv2d(4), {0}), 0xf0, 0xf, 0x1001, 0x3000)});
  CHECK(found(odd, {}, {&rules::offset_alignment}) == 1);
  odd[1].placement.out_offset = 0x2002;
  CHECK(found(odd, {}, {&rules::offset_alignment}) == 2);
  // What leaves its memory needs another offset anyway, and that which is advised is a multiple of 4.
  odd = network({4, 8, 8}, {placed(conv2d(4), 0xf, 0xf0, 0, 0x7ffd)});
  CHECK(found(odd, {}, {&rules::offset_alignment, &rules::output_memory}) == 1);
  odd[0].placement.in_offset = 0x7fff;
  odd[0].placement.out_offset = 0x1000;
  CHECK(found(odd, {}, {&rules::offset_alignment, &rules::input_memory}) == 1);
  // The last row is not inserted any more: the rows that the shift vacates keep their values.
  Options overlap;
  overlap.overlap_data = true;
  Net kept = keeping_rows();
  kept[2].buffer_insert = 0;
  CHECK(found(kept, overlap, {&rules::buffer_writer, &rules::buffer_rest}) == 1);
  kept[1].buffer_shift = 0;
  CHECK(found(kept, overlap, {&rules::buffer_writer, &rules::buffer_rest}) == 1);
  // Of more channels than the fast FIFO has no processors are right.
  const Net three = in_chw(network(rgb, {placed(conv2d(4), 0x111, 0xf, 0, 0x1000)}));
  for (const InputPath path : {InputPath::fast_fifo, InputPath::quad_fast_fifo})
    CHECK(found(three, fifo(path),
                {&rules::fifo_processors, &rules::fast_fifo_channels, &rules::fast_fifo_processors}) == 1);
}

TEST_CASE("maps beyond the option processors_per_pass are one finding, whatever other sizes lead to") {
  const Layer layer = placed(conv2d(32), 0xffff'ffff, 0xffff'ffff, 0, 0x2000);
  Net net = network({32, 8, 8}, {layer, layer, placed(pooled(2), 0xffff'ffff, 0xffff'ffff, 0x2000, 0x4000)});
  net[1].placement.in_offset = 0x2000, net[1].placement.out_offset = 0x2000;
  for (const int most : {1, 4, 16, 24, 31}) {
    Options options;
    options.processors_per_pass = most;
    CAPTURE(most);
    const Findings found = findings_of({nullptr, net, "", options});
    REQUIRE(found.size == 1);
    CHECK(*found[0].rule == rules::processor_range);
    CHECK(found[0].layer == 0);
    CHECK(sentence(found[0]).find("--max-proc") != std::string::npos);
    CHECK(sentence(found[0]).find("MAX78000") == std::string::npos);
    // The planner keeps what an option says.
    CHECK_FALSE(check(infer(without_placement(net)), max78000, options).contains(rules::processor_range));
  }
}

// Columns that are kept free count as needed. The first advice is to keep fewer of them, if that is enough.
TEST_CASE("columns that the option first_weight_column keeps free are among those that are needed") {
  int lowered = 0, narrowed = 0;
  for (int layers = 1; layers <= 16; layers += 3)
    for (const int first : {1, 64, 500, 700, 767, 768}) {
      Net net = network({64, 8, 8}, {});
      for (int i = 0; i < layers; ++i) net[net.size++] = conv2d(64);
      Options options;
      options.first_weight_column = first;
      const Findings found = check(infer(net), max78000, options);
      const int kept = round_up(first, 4), needed = kept + 64 * layers;
      CAPTURE(layers);
      CAPTURE(first);
      REQUIRE(found.contains(rules::weight_memory) == (needed > 768));
      if (needed <= 768) continue;
      CHECK(found[0].needs == Quantity(needed));
      CHECK(found[0].shares[0].amount == kept);
      CHECK(string_of(found[0].shares[0].name) ==
            (first == kept ? "the option first_weight_column" : "the option first_weight_column, in fours"));
      const Advice advice = found[0].advice;
      const bool lower = sentence(found[0]).find("--weight-start") != std::string::npos;
      CHECK(lower == (64 * layers <= 768));
      if (lower) {
        CHECK(advice.from == Quantity(first));
        options.first_weight_column = number_of(advice.to);
        ++lowered;
      } else if (!advice.change.empty()) {
        take(advice, net);
        ++narrowed;
      }
      CHECK(check(infer(net), max78000, options).ok() == !advice.change.empty());
    }
  CHECK(lowered > 10);
  CHECK(narrowed > 0);
  // Of weights that exceed the memory by so much that nothing is planned, likewise.
  Options half;
  half.first_weight_column = 384;
  const Findings far = check(infer(network({1024, 2, 2}, {conv2d(1024, 1, 0)})), max78000, half);
  REQUIRE(far.contains(rules::weight_memory));
  CHECK(far[0].needs == Quantity(384 + 1024 * 16 / 9 + 1));
}

TEST_CASE("of too many layers those are named that can be fused, and no others") {
  const auto advice = [](const Net& net, const Device& device = max78000) {
    const Findings found = check(infer(net), device);
    REQUIRE(found.contains(rules::layer_count));
    return found[0].advice;
  };
  for (const Device* device : {&ai84, &max78000}) CHECK(advice(times(40, conv2d(4)), *device).change.empty());
  Net net = times(30, conv2d(4));
  const auto add = [&](const Layer& layer) { net[net.size++] = layer; };
  for (int i = 0; i < 3; ++i) add(pooled(1)), add(conv2d(4));
  CHECK(advice(net).change.empty());  // a window of one pixel pools nothing
  for (const int i : {30, 32, 34}) net[i] = changed(pooled(2), [](Layer& l) { l.pool_stride = {1, 1}; });
  CHECK(advice(net).from == Quantity(36));
  CHECK(advice(net).to == Quantity(33));
  net[35] = pooled(2, conv2d(4));  // pools itself
  CHECK(advice(net).to == Quantity(34));
  net[33] = reading(conv2d(4), {30});  // two read the first, and none the second
  CHECK(advice(net).change.empty());
}

TEST_CASE(
    "Of a CHW input behind FIFOs one thing is said, and the standard FIFOs take the processors that are advised") {
  const auto errors = [](ProcessorMap map, InputPath path) {
    const Net net = infer(in_chw(network({bit_count(map), 8, 8}, {placed(conv2d(4), map, 0xf, 0, 0x1000)})));
    const Options options = fifo(path);
    Findings found;
    for (const Finding& finding : inspect(net, plan_if_possible(net, max78000, options), max78000, options))
      if (finding.rule->severity == Severity::error) found.push(finding);
    return found;
  };
  for (const unsigned map : {0x3u, 0x7u, 0x11u, 0x111u, 0xfu, 0xf0u, 0x1111u})
    for (const InputPath path : {InputPath::fifo, InputPath::fast_fifo, InputPath::quad_fast_fifo}) {
      CAPTURE(map);
      const Findings found = errors(map, path);
      REQUIRE(found.size == 1);
      CHECK(*found[0].rule == (path == InputPath::fifo ? rules::fifo_processors : rules::fast_fifo_channels));
      REQUIRE(found[0].advice.to.is_map);
      CHECK(errors(static_cast<ProcessorMap>(found[0].advice.to.values[0]), InputPath::fifo).ok());
    }
  // No processors are right: nothing is advised but to load the input.
  CHECK(errors(0x1f, InputPath::fifo)[0].advice.change.empty());
  CHECK(errors(0x1f, InputPath::fast_fifo)[0].advice.change.empty());
}

TEST_CASE("of more layers than a finding lists the largest are named, also by compilers") {
  constexpr auto found = [] {
    Graph<14> net;
    net.input = {64, 2, 2};
    net.size = 14;
    for (int i = 0; i < net.size; ++i) {
      net[i].op = Operator::conv2d;
      net[i].kernel = {3, 3};
      net[i].padding = {1, 1};
      net[i].out_channels = i % 2 == 0 ? 128 : 64;
    }
    return check(infer(net), max78000);
  };
  const auto expect_shares = [](const Findings& findings) {
    REQUIRE(findings.contains(rules::weight_memory));
    const auto& shares = findings[0].shares;
    CHECK(shares.size == 12);
    CHECK(shares.dropped == 2);
    for (int i = 1; i < shares.size; ++i) CHECK(shares[i - 1].amount >= shares[i].amount);
  };
#ifndef __SANITIZE_ADDRESS__  // with sanitizers, GCC does not compare the address of a register's field at compile time
  static constexpr Findings compiled = found();
  expect_shares(compiled);
#endif
  expect_shares(found());
}

// Weights that exceed the memory by little and by much, of few and of many layers: with the advised bits they fit.
TEST_CASE("narrower weights as the advice names them fit") {
  int helped = 0;
  for (int channels = 64; channels <= 160; channels += 8)
    for (int layers = 5; layers <= 12; ++layers) {
      Net net = network({16, 8, 8}, {});
      for (int i = 0; i < layers; ++i) net[net.size++] = conv2d(i % 3 == 0 ? channels / 2 : channels);
      const Findings found = check(infer(net), max78000);
      if (!found.contains(rules::weight_memory)) continue;
      CAPTURE(channels);
      CAPTURE(layers);
      CHECK(found.errors() == 1);
      const Advice advice = found[0].advice;
      REQUIRE_FALSE(advice.change.empty());
      take(advice, net);
      CHECK(check(infer(net), max78000).ok());
      ++helped;
    }
  CHECK(helped > 20);
}

TEST_CASE("more layers than an advice names: narrower weights in all of them") {
  Net net = network({3, 8, 8}, {});
  for (int i = 0; i < 12; ++i) net[net.size++] = conv2d(128);
  const Findings found = check(infer(net), max78000);
  REQUIRE(found.errors() == 1);
  CHECK(sentence(found[0], max78000).find("; 2-bit weights in all layers: 2944 -> 736 columns") != std::string::npos);
  take(found[0].advice, net);
  CHECK(check(infer(net), max78000).ok());
}

// Not planned, as one layer alone exceeds the memory by far: still the sum of all and their shares are told.
TEST_CASE("weights far beyond the memory: the sum, the shares, and what helps if anything does") {
  Net net = network({64, 8, 8}, {conv2d(1024), conv2d(1024), conv2d(64)});
  Findings found = check(infer(net), max78000);
  REQUIRE(found.errors() == 1);
  CHECK(sentence(found[0], max78000)
            .find("needs 18432 columns, MAX78000 has 768 columns (layer 1: 16384 columns, "
                  "layer 0: 1024 columns, layer 2: 1024 columns)") != std::string::npos);
  CHECK(found[0].advice.change.empty());
  for (int channels = 320; channels <= 448; channels += 64) {
    net = network({64, 8, 8}, {conv2d(channels), conv2d(channels), conv2d(64)});
    found = check(infer(net), max78000);
    REQUIRE(found.errors() == 1);
    REQUIRE(found[0].advice.all_layers);
    take(found[0].advice, net);
    CHECK(check(infer(net), max78000).ok());
  }
}

// Rules that no network type can break have nothing to be refused: the language or the planner prevents it.
TEST_CASE("Every other rule has a network type that compilers refuse") {
  const std::set<const Rule*> unreachable = {
      &rules::input_shape,        &rules::source_order,           &rules::one_dimensional_data,
      &rules::linear_kernel,      &rules::convolution_groups,     &rules::groups_divide,
      &rules::pool_last_operands, &rules::pool_last_meaning,      &rules::operand_count,
      &rules::operand_sources,    &rules::passthrough_padding,    &rules::passthrough_shift,
      &rules::passthrough_wide,   &rules::passthrough_activation, &rules::flatten_useless,
      &rules::weight_bits,        &rules::wide_activation,        &rules::streaming_bias,
      &rules::mlator_output,      &rules::offset_alignment,       &rules::unaligned_weights,
      &rules::weights_overlap,    &rules::weights_outside,        &rules::bias_overlap,
      &rules::bias_outside,       &rules::stream_overrides,       &rules::buffer_missing,
      &rules::buffer_shift,       &rules::kernel_bypass,          &rules::bypassed_bits,
      &rules::elementwise_bias};
  const std::filesystem::path folder = std::filesystem::path(__FILE__).parent_path() / "../../fail/rules";
  for_each_rule([&](const Rule& rule) {
    CAPTURE(name_of(rule));
    CHECK(std::filesystem::exists(folder / (name_of(rule) + ".cpp")) == (unreachable.count(&rule) == 0));
  });
}

TEST_CASE("What a chip does not have is said once, and nothing that it does not have is advised") {
  const auto told = [](const Net& graph) {
    std::string all;
    const auto planned = arrange_and_plan<most_layers>(infer(graph), ai84);
    for (const Finding& finding : inspect(planned.graph, planned.plan, ai84, planned.options))
      if (finding.rule->severity == Severity::error) all += sentence(finding, ai84) + "\n";
    return all;
  };
  const Layer reader = conv2d(4, 3, 1);
  Layer fused = adding_of({-1, 0}, biased(reader));
  const std::string sum = told(network({4, 8, 8}, {reader, fused}));
  CHECK(std::count(sum.begin(), sum.end(), '\n') == 1);
  CHECK(sum.find("(element-wise operations)") != std::string::npos);
  const Layer wide = conv2d(64, 3, 1);
  const std::string weights = told(network({64, 8, 8}, {wide, wide, wide}));
  CHECK(weights.find("needs 192 columns, AI84 has 128 columns") != std::string::npos);
  CHECK(weights.find("-bit weights in") == std::string::npos);
}

TEST_CASE("One mistake is one error") {
  // These break a second rule by their nature: nothing remains of the image, the planner leaves no space in front of
  // the output, 36 processors share instances.
  const std::set<const Rule*> more = {&rules::dilation_range, &rules::dilation_padding, &rules::streaming_bias,
                                      &rules::chw_passes};
  for (const Broken& broken : networks()) {
    if (more.count(broken.rule) > 0) continue;
    CAPTURE(name_of(*broken.rule));
    CHECK(findings_of(broken).size == 1);
  }
}

TEST_CASE("What a layer delivers is blamed there, not where it is read or passed on") {
  const auto blamed = [](const Rule& rule, const Net& graph) {
    std::vector<int> layers;
    for (const Finding& finding : check(infer(graph), max78000))
      if (*finding.rule == rule) layers.push_back(finding.layer);
    return layers;
  };
  const Layer many = conv2d(1025, 1, 0), few = conv2d(4, 1, 0);
  CHECK(blamed(rules::channels, network(rgb, {many, pooled(2), few})) == std::vector<int>{0});
  CHECK(blamed(rules::channels, network(rgb, {many, many, few})) == std::vector<int>{0, 1});
  CHECK(blamed(rules::channels, network({1025, 4, 4}, {pooled(2), few})) == std::vector<int>{0});
  CHECK(blamed(rules::dimension, network({1, 2000, 8}, {few, few, few})) == std::vector<int>{0});
  CHECK(blamed(rules::empty_output, network({3, 9, 9}, {few, pooled(20, few)})).empty());
  CHECK(blamed(rules::pool_size, network({3, 9, 9}, {few, pooled(20, few)})) == std::vector<int>{1});
  CHECK(blamed(rules::empty_output, network({3, 9, 9}, {few, pooled(10, few)})) == std::vector<int>{1});
}

TEST_CASE("All violations are found at once, each in its layer") {
  const Net graph = infer(network({3, 8, 8}, {conv2d(4, 5, 2), conv2d(4, 3, 3), shifted(20, conv2d(4))}));
  const Findings found = check(graph, max78000);
  REQUIRE(found.size == 3);
  CHECK(found[0].rule == &rules::kernel_size);
  CHECK(found[1].rule == &rules::padding_range);
  CHECK(found[2].rule == &rules::shift_range);
  for (int i = 0; i < 3; ++i) CHECK(found[i].layer == i);
}

TEST_CASE("Layers behind an impossible one are not blamed") {
  const Net graph = infer(network({3, 8, 8}, {pooled(9, conv2d(4)), conv2d(4), conv2d(4)}));
  const Findings found = check(graph, max78000);
  REQUIRE(found.size == 1);
  CHECK(found[0].layer == 0);
}

TEST_CASE("In the vendor's stream a bias may lie in any group if the options say so") {
  const Net graph = infer(network({3, 8, 8}, {changed(placed(conv2d(4), 0x7, 0xf, 0, 0x1000), [](Layer& l) {
                                    l.bias = true;
                                    l.placement.bias_groups = 2;
                                  })}));
  CHECK(check(graph, max78000).contains(rules::bias_groups));
  CHECK(check(graph, max78000, options_of<any_bias_group>()).contains(rules::bias_groups));
  CHECK(check(graph, max78000, options_of<any_bias_group, vendor_stream>()).empty());
}

TEST_CASE("What the vendor's tool only warns of is no violation, but nothing to deploy") {
  const Net graph =
      infer(network({3, 8, 8}, {placed(conv2d(4), 0x7, 0xf, 0, 0x1000), placed(conv2d(4), 0xf, 0xf, 0x1400, 0x2000)}));
  const Plan<40> plan = plan_if_possible(graph, max78000);
  CHECK(check(graph, plan, max78000).ok());
  CHECK(inspect(graph, plan, max78000).contains(rules::read_offset));
}

TEST_CASE("Operands may fit where they are written, but not where they are read, word by word in turn") {
  // 64x64 words of each operand are 16384 bytes; both together fill an instance from its first byte on.
  const auto found = [](int offset) {
    const Net graph =
        infer(network({4, 64, 64}, {placed(conv2d(4), 0xf, 0xf0, 0, offset, 1), placed(conv2d(4), 0xf0, 0xf0, 0, 4, 1),
                                    placed(adding_of({0, 1}), 0xf0, 0xf0, offset, 0)}));
    return check(graph, plan_if_possible(graph, max78000), max78000);
  };
  CHECK_FALSE(found(0).contains(rules::input_memory));
  CHECK(found(4).contains(rules::input_memory));
}

TEST_CASE("The quad fast FIFO delivers to the processors of the first group") {
  const auto found = [](ProcessorMap processors) {
    const Net graph = infer(network({4, 8, 8}, {placed(conv2d(4), processors, 0xf, 0, 0x1000)}));
    const Options options = fifo(InputPath::quad_fast_fifo);
    return check(graph, plan_if_possible(graph, max78000, options), max78000, options);
  };
  CHECK(found(0xf).ok());
  CHECK(found(0xf'0000).contains(rules::fifo_processors));
  CHECK(found(0x1'0001'0001'0001).contains(rules::fifo_processors));
}

TEST_CASE("Whatever processors a FIFO has been given, those that are advised are right") {
  int tried = 0;
  const auto finding = [](const Options& options, DataFormat format, int channels, ProcessorMap processors) {
    Net net = network({channels, 8, 8}, {placed(conv2d(4), processors, 0xf, 0, 0x1000)});
    net.input_format = format;
    net = infer(net);
    for (const Finding& found : inspect(net, plan_if_possible(net, max78000, options), max78000, options))
      if (*found.rule == rules::fifo_processors || *found.rule == rules::fast_fifo_processors) return found;
    return Finding{};
  };
  for (InputPath path : {InputPath::fifo, InputPath::fast_fifo, InputPath::quad_fast_fifo})
    for (DataFormat format : {DataFormat::hwc, DataFormat::chw})
      for (int channels : {1, 2, 3, 4, 8, 16})
        for (ProcessorMap pattern : {~ProcessorMap{0}, ProcessorMap{0x1111'1111'1111'1111}, fifo_processors_hwc,
                                     fifo_processors_chw, ~fifo_processors_hwc}) {
          const bool fast = path != InputPath::fifo, chw = format == DataFormat::chw;
          if (channels > (fast ? 4 : 16) / (chw ? 4 : 1)) continue;  // more than the FIFOs deliver
          const ProcessorMap processors = advice::first_of(pattern << 4 * channels % 60, channels);
          if (bit_count(processors) != channels) continue;
          const Options options = fifo(path);
          const Finding found = finding(options, format, channels, processors);
          if (found.rule == nullptr) continue;
          CAPTURE(channels);
          CAPTURE(processors);
          REQUIRE(found.advice.to.is_map);
          const auto better = static_cast<ProcessorMap>(found.advice.to.values[0]);
          CHECK(bit_count(better) == channels);
          CHECK(finding(options, format, channels, better).rule == nullptr);
          ++tried;
        }
  CHECK(tried > 30);
  CHECK(finding(fifo(InputPath::quad_fast_fifo), DataFormat::hwc, 4, 0x1'0001'0001'0001).advice.to ==
        Quantity::map(0xf));
}

TEST_CASE("A wide output inside a network is one error of the layer that makes it, whoever reads it") {
  const auto errors = [](const Net& net) {
    std::vector<std::string> rules;
    const Net graph = infer(net);
    for (const Finding& f : inspect(graph, plan_if_possible(graph, max78000), max78000))
      if (f.rule->severity == Severity::error) rules.push_back(name_of(*f.rule) + std::to_string(f.layer));
    return rules;
  };
  const std::vector<std::string> expected{"wide_inside0"};
  const Layer wide = wide_output(conv2d(4));
  CHECK(errors(network({3, 8, 8}, {wide, conv2d(4)})) == expected);
  CHECK(errors(network({3, 8, 8}, {wide, flattened(linear(4))})) == expected);
  CHECK(errors(network({3, 8, 8}, {wide, pooled(2, conv2d(4))})) == expected);
  CHECK(errors(network({3, 8, 8}, {wide, conv2d(4), reading(conv2d(4), {0})})) == expected);
  CHECK(errors(network({3, 8, 8}, {wide, conv2d(4), adding_of({0, 1})})) == expected);
  CHECK(errors(network({3, 8, 8}, {changed(wide, [](Layer& l) { l.activation = Activation::relu; }), conv2d(4)})) ==
        expected);
  CHECK(errors(network({3, 8, 8}, {conv2d(4), wide})).empty());
}

TEST_CASE("The same findings at compile time") {
  static constexpr Findings found = [] {
    Graph<1> graph;
    graph.input = {3, 8, 8};
    graph[0].op = Operator::conv2d;
    graph[0].out_channels = 4;
    graph[0].kernel = {5, 5};
    graph[0].name = "conv3";
    graph.size = 1;
    return check(infer(graph), max78000);
  }();
  static_assert(found.size == 1 && !found.ok());
  CHECK(sentence(found[0]) ==
        "layer 0 (conv3): a Conv2d kernel has to be 1x1 or 3x3: needs 5x5, MAX78000 has 3x3; put several 3x3 "
        "convolutions one behind the other; 3x3 kernels that reach as far: 5x5 -> 2 kernels");
}

namespace {

/// Networks whose members have random values.
class Nonsense {
 public:
  bool one_in(int times) { return random_.one_in(times); }

  Net network() {
    Net graph;
    graph.input = {rarely(3), rarely(8), rarely(8)};
    graph.input_format = static_cast<DataFormat>(random_.below(3));
    graph.input_offset = rarely(Placement::not_given);
    graph.size = random_.below(5);
    for (int i = 0; i < graph.size; ++i) {
      fill(graph[i]);
      for (int k = random_.below(4); k > 1; --k) graph[i].sources.push(rarely(i - 1));
      if (one_in(2)) place(graph[i].placement);
    }
    return graph;
  }

 private:
  int number() {
    constexpr int lowest = std::numeric_limits<int>::min(), highest = std::numeric_limits<int>::max();
    return random_.one_of({lowest, -1, 0, 1, 1, 1, 2, 3, 4, 7, 8, 16, 17, 64, 65, 256, 1024, 4096, 1 << 20, highest});
  }
  int rarely(int usual) { return one_in(8) ? number() : usual; }

  void fill(Layer& l) {
    l.op = static_cast<Operator>(random_.below(5));
    l.out_channels = rarely(4);
    l.kernel = {rarely(3), rarely(3)};
    l.padding = {rarely(1), rarely(1)};
    l.stride = {rarely(1), rarely(1)};
    l.dilation = {rarely(1), rarely(1)};
    l.output_padding = rarely(0);
    l.groups = rarely(1);
    l.pooling = static_cast<Pooling>(random_.below(3));
    l.pool = {rarely(1), rarely(1)};
    l.pool_stride = {rarely(1), rarely(1)};
    l.pool_dilation = {rarely(1), rarely(1)};
    l.elementwise = static_cast<Elementwise>(one_in(16) ? 1 : 0);
    l.operands = rarely(1);
    l.pool_first = !one_in(8);
    l.activation = static_cast<Activation>(random_.below(3));
    l.flatten = one_in(8);
    l.bias = one_in(2);
    l.wide = one_in(8);
    l.weight_bits = rarely(8);
    l.output_shift = rarely(0);
    l.streaming = one_in(8);
    if (one_in(8)) l.in_channels = number();
    if (one_in(8)) l.in_extent = {number(), number()};
  }
  void place(Placement& placement) {
    placement.processors = one_in(4) ? random_.bits() : 0xf;
    placement.output_processors = one_in(4) ? random_.bits() : 0xf;
    placement.in_offset = rarely(0);
    placement.out_offset = rarely(0x1000);
    placement.write_gap = rarely(0);
    placement.bias_groups = static_cast<unsigned>(rarely(0));
  }

  test::Random random_{1};
};

}  // namespace

// Whatever the numbers: findings, no undefined behaviour (which the sanitizers of the build would report).
TEST_CASE("Nonsense is survived") {
  Nonsense nonsense;
  int planned = 0;
  for (int round = 0; round < 20000; ++round) {
    const Net graph = infer(nonsense.network());
    Options options = nonsense.one_in(4) ? fifo() : Options{};
    options.overlap_data = nonsense.one_in(2);
    const Plan<40> plan = plan_if_possible(graph, max78000);
    if (plan.size > 0) ++planned;
    for (const Finding& finding : inspect(graph, plan, max78000, options)) CHECK(!sentence(finding).empty());
  }
  CHECK(planned > 500);  // else the rules about plans were not tried
}

}  // namespace test_rules
