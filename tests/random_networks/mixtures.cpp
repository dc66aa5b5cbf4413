// Random networks of one to three small layers that mix whatever the language has: options of layers, of deployments
// and of placement by hand, on every chip of the family. A network is refused by a rule, or the tables that Incuse
// makes for it compute on the virtual chip what the reference executor computes. Prints every difference.
//   incuse_random_networks mixtures [networks for each chip] [first seed]
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>

#include <incuse/host/random_parameters.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/incuse.hpp>

#include <support/layers.hpp>
#include <support/random.hpp>
#include <support/round_trip.hpp>
#include "commands.hpp"

namespace test_mixtures {

namespace {

using namespace incuse;
using namespace incuse::test;
using max7800x::InputPath;
using max7800x::Options;
using Net = Graph<8>;
using Planned = max7800x::PlannedNetwork<max7800x::most_layers>;

ProcessorMap any_map(int channels, Random& random) {
  const int count = max7800x::passes_of(channels).channels;
  const int room = (64 - count) / 4;
  const int start = random.one_in(2) ? 0 : random.one_in(2) ? 4 * random.below(room + 1) : random.below(65 - count);
  return processor_range(start, count);
}

Layer any_operator(Random& random) {
  switch (random.below(8)) {
    case 0:
    case 1:
      return conv2d(0);
    case 2:
      return conv2d(0, 1, 0);
    case 3:
      return transposed(0);
    case 4:
      return conv1d(0, 1 + random.below(9), 0);
    case 5:
      return linear(0);
    case 6:
      return conv2d(0, 3, random.below(3));
    default:
      return {};
  }
}

Extent any_window(int most, Random& random) {
  const int rows = 1 + random.below(most);
  return {rows, random.one_in(4) ? 1 + random.below(most) : rows};
}

/// What a layer does with its input, and how its numbers are kept: each of it seldom, so that most networks are sound.
Layer any_layer(Random& random) {
  Layer layer = any_operator(random);
  const auto seldom = [&] { return random.one_in(7); };
  const int channels[] = {1, 2, 4, 4, 7, 8, 8, 16, 20, 66};
  if (layer.weighted()) layer.out_channels = random.one_of(channels);
  if (layer.weighted()) layer.activation = seldom() ? Activation::relu : Activation::none;
  if (layer.weighted()) layer.bias = seldom();
  if (layer.weighted() && seldom()) layer.weight_bits = 8 >> random.below(4);
  if (layer.weighted() && seldom()) layer.weight_bits = 1, layer.binary_weights = true;
  if (layer.weighted() && seldom()) layer.groups = layer.out_channels = 0;
  if (layer.weighted() && seldom()) layer.bypass = true;
  if (layer.weighted() && seldom()) layer.wide = true;
  if (layer.op == Operator::linear) layer.flatten = !random.one_in(4);
  if (layer.one_dimensional() && random.one_in(3)) layer.dilation.height = 1 + random.below(9);
  if (layer.one_dimensional() && random.one_in(3)) layer.padding.height = random.below(3);
  if (random.one_in(4)) layer.pooling = random.one_in(2) ? Pooling::max : Pooling::average;
  if (layer.pooling != Pooling::none) layer.pool = layer.pool_stride = any_window(3, random);
  if (seldom()) layer.pool_stride = any_window(3, random);
  if (layer.pooling != Pooling::none && seldom()) layer.pool_dilation = any_window(3, random);
  if (layer.one_dimensional()) layer.pool.width = layer.pool_stride.width = layer.pool_dilation.width = 1;
  if (seldom()) layer.elementwise = random.one_in(2) ? Elementwise::add : Elementwise::sub;
  if (layer.elementwise != Elementwise::none) layer.operands = 2 + random.below(2);
  if (layer.elementwise != Elementwise::none) layer.pool_first = !seldom();
  return layer;
}

Options any_options(Random& random) {
  Options options;
  if (random.one_in(6)) options.processors_per_pass = 1 + random.below(12);
  if (random.one_in(10)) options.repetitions = 1 + random.below(3);
  if (random.one_in(10)) options.first_layer = random.below(4);
  if (random.one_in(6)) options.input_path = static_cast<InputPath>(random.below(4));
  if (random.one_in(10)) options.average_pool_rounding = true;
  if (random.one_in(20)) options.features |= bit_of(max7800x::Feature::linked_layers);
  options.runs_on_risc_v = options.uses_fast_fifo();
  options.overlap_data = random.one_in(8);
  return options;
}

/// What the layer reads: the layer in front, or now and then something else, some of it twice.
void choose_sources(Layer& layer, int index, Random& random) {
  if (!random.one_in(4)) return;
  const int count = layer.operands > 1 && random.one_in(2) ? layer.operands : random.one_in(6) ? 2 : 1;
  for (int i = 0; i < count; ++i) layer.sources.push(random.below(index + 1) - 1);
}

void place_by_hand(Net& net, Random& random) {
  ProcessorMap in = any_map(net[0].in.channels, random);
  for (int i = 0; i < net.size; ++i) {
    Layer& layer = net[i];
    const bool keeps = !layer.weighted() || layer.groups > 1;
    ProcessorMap own = in;
    int offset = i == 0 ? 0 : 0x2000 * i;
    if (layer.sources.size == 1 && layer.sources[0] < i - 1) {
      own = layer.sources[0] < 0 ? net[0].placement.processors : net[layer.sources[0]].placement.output_processors;
      offset = 0x2000 * (layer.sources[0] + 1);
    }
    layer.placement.processors = own;
    layer.placement.in_offset = offset;
    in = keeps && !random.one_in(4) ? own : any_map(layer.out.channels, random);
    layer.placement.output_processors = in;
    layer.placement.out_offset = 0x2000 * (i + 1);
    if (random.one_in(8)) layer.placement.write_gap = random.below(3);
    if (random.one_in(12)) layer.placement.read_gap = random.below(3);
    if (random.one_in(20)) layer.placement.next = i + random.below(4) - 1;
    if (random.one_in(20)) layer.placement.read_ahead = true;
    if (random.one_in(20)) layer.placement.parallel_outputs = true;
  }
}

Net any_network(Random& random, const Options& options) {
  Net net;
  const int channels[] = {1, 1, 3, 4, 4, 8, 12, 16, 20, 66};
  net.input = {random.one_of(channels), 1 + random.below(9), random.one_in(3) ? 1 : 1 + random.below(9)};
  if (random.one_in(4)) net.input_format = random.one_in(2) ? DataFormat::hwc : DataFormat::chw;
  net.size = 1 + random.below(3);
  const bool narrow = random.one_in(8);  // first processors of groups have columns of their own
  if (narrow) net.input.channels = 1;
  const int streaming = options.uses_fifo() && random.one_in(2) ? 1 + random.below(net.size) : 0;
  for (int i = 0; i < net.size; ++i) {
    net[i] = any_layer(random);
    if (narrow && net[i].out_channels > 0) net[i].out_channels = i + 1 < net.size ? 1 : 16;
    net[i].streaming = i < streaming;
    net[i].output = random.one_in(5);
    choose_sources(net[i], i, random);
  }
  if (net[0].operands > 1 && net[0].sources.empty()) net.input.channels *= net[0].operands;
  net = infer(net);
  if (!random.one_in(3)) place_by_hand(net, random);
  return net;
}

// Words of a network, for the report ----------------------------------------------------------------------------------

void say(std::string& text, const char* word, long long value, long long usual = 0) {
  if (value != usual) text += ' ' + std::string(word) + ' ' + std::to_string(value);
}
void say_map(std::string& text, const char* word, ProcessorMap map) {
  char buffer[24];
  std::snprintf(buffer, sizeof buffer, "0x%llx", static_cast<unsigned long long>(map));
  if (map != 0) text += ' ' + std::string(word) + ' ' + buffer;
}
std::string size_of(Extent e) { return std::to_string(e.height) + 'x' + std::to_string(e.width); }

std::string words_of(const Layer& l) {
  std::string text = " | op " + std::to_string(static_cast<int>(l.op)) + ' ' + size_of(l.kernel) + " of " +
                     std::to_string(l.in.channels) + 'x' + size_of(l.in.extent()) + " to " +
                     std::to_string(l.out.channels) + 'x' + size_of(l.out.extent());
  say(text, "pad", l.padding.height);
  say(text, "dilation", l.dilation.height, 1);
  say(text, "groups", l.groups, 1);
  say(text, "pooling", static_cast<int>(l.pooling));
  if (l.pool != Extent{1, 1}) text += " pool " + size_of(l.pool);
  if (l.pool_stride != Extent{1, 1}) text += " pool_stride " + size_of(l.pool_stride);
  if (l.pool_dilation != Extent{1, 1}) text += " pool_dilation " + size_of(l.pool_dilation);
  say(text, "operands", l.operands, 1);
  say(text, "pool_first", l.pool_first, 1);
  say(text, "flatten", l.flatten);
  say(text, "bias", l.bias);
  say(text, "wide", l.wide);
  say(text, "bits", l.weight_bits, 8);
  say(text, "binary", l.binary_weights);
  say(text, "bypass", l.bypass);
  say(text, "streams", l.streaming);
  for (int source : l.sources) say(text, "from", source, -9);
  const Placement& p = l.placement;
  say_map(text, "in", p.processors);
  say_map(text, "out", p.output_processors);
  say(text, "at", p.in_offset, Placement::not_given);
  say(text, "to", p.out_offset, Placement::not_given);
  say(text, "write_gap", p.write_gap);
  say(text, "read_gap", p.read_gap);
  say(text, "next", p.next, Placement::not_given);
  say(text, "read_ahead", p.read_ahead);
  say(text, "parallel", p.parallel_outputs);
  return text;
}

std::string words_of(const Net& net, const Options& options) {
  std::string text = "input " + std::to_string(net.input.channels) + 'x' + size_of(net.input.extent());
  say(text, "format", static_cast<int>(net.input_format));
  say(text, "processors_per_pass", options.processors_per_pass, 64);
  say(text, "repetitions", options.repetitions, 1);
  say(text, "first_layer", options.first_layer);
  say(text, "path", static_cast<int>(options.input_path));
  say(text, "rounds", options.average_pool_rounding);
  say(text, "overlaps", options.overlap_data);
  for (int i = 0; i < net.size; ++i) text += words_of(net[i]);
  return text;
}

// Judgement -----------------------------------------------------------------------------------------------------------

struct Tally {
  int agreeing = 0, differing = 0, refused = 0;
  std::map<std::string, int> rules{};
};

/// The rule that refuses a planned network; empty: none does.
std::string refusal(const Planned& planned, const max7800x::Device& device) {
  for (const Finding& finding : max7800x::inspect(planned.graph, planned.plan, device, planned.options))
    if (finding.rule->severity == Severity::error) return string_of(finding.rule->id);
  return {};
}

template <const max7800x::Device& Part>
void judge(std::uint32_t seed, max7800x::VirtualChip<Part, 4 << 20>& chip, Tally& tally) {
  Random random(seed);
  const Options options = any_options(random);
  const Net net = any_network(random, options);
  const auto plan = [&](const Net& graph) {
    return max7800x::arrange_and_plan<max7800x::most_layers>(graph, Part, options);
  };
  const std::string rule = refusal(plan(net), Part);
  if (!rule.empty()) {  // its shapes may be nonsense: there need not be parameters for it
    ++tally.refused, ++tally.rules[rule];
    return;
  }
  const host::RandomParameters parameters = host::random_parameters(net, seed, Part.max_shift);
  const Planned planned = plan(bind(net, parameters.view()));
  const host::DeployedNetwork<max7800x::most_layers> network{planned.graph, planned.plan, Part, planned.options,
                                                             parameters.view()};
  const std::string difference = text_of(host::prove(network, chip));
  if (difference.empty()) {
    ++tally.agreeing;
    return;
  }
  if (tally.differing++ < 40)
    std::printf("  DIFFERS %s %u: %s\n    %s\n", string_of(Part.name).c_str(), seed, words_of(net, options).c_str(),
                difference.c_str());
}

template <const max7800x::Device& Part>
bool judge_all(std::uint32_t first, int networks) {
  const auto chip = std::make_unique<max7800x::VirtualChip<Part, 4 << 20>>();
  Tally tally;
  for (int n = 0; n < networks; ++n) judge<Part>(first + static_cast<std::uint32_t>(n), *chip, tally);
  std::printf("%s: %d networks, %d agree, %d are refused, %d differ\n", string_of(Part.name).c_str(), networks,
              tally.agreeing, tally.refused, tally.differing);
  for (const auto& [rule, times] : tally.rules) std::printf("  %5d %s\n", times, rule.c_str());
  return tally.differing == 0 && tally.agreeing > 0;
}

}  // namespace

int run(int argc, char** argv) {
  const int networks = argc > 1 ? std::atoi(argv[1]) : 3000;
  const auto first = static_cast<std::uint32_t>(argc > 2 ? std::atoi(argv[2]) : 1);
  bool well = judge_all<max78000>(first, networks);
  well = judge_all<max78002>(first, networks) && well;
  well = judge_all<ai84>(first, networks) && well;
  return well ? 0 : 1;
}

}  // namespace test_mixtures

int random_networks::mixtures(int argc, char** argv) { return test_mixtures::run(argc, argv); }
