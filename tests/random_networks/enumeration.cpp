// Small networks by the thousand, for every way in which kernels can lie in the weight memory and biases in the bias
// memory: a network is refused by a rule, or the tables that Incuse makes for it compute on the virtual chip what the
// reference executor computes. Prints how many are refused for which reason, and every difference.
//   incuse_random_networks enumeration [family [part]]
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <incuse/host/random_parameters.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/incuse.hpp>
#include <incuse/model/unplaced.hpp>

#include <support/layers.hpp>
#include <support/one_in.hpp>
#include <support/random.hpp>
#include <support/round_trip.hpp>
#include "commands.hpp"

namespace test_enumeration {

namespace {

using namespace incuse;
using namespace incuse::test;
using max7800x::groups;
using max7800x::InputPath;
using max7800x::Options;
using Net = Graph<max7800x::most_layers>;
using Deployed = host::DeployedNetwork<Net::capacity>;

// What becomes of a network -------------------------------------------------------------------------------------------

/// A part of the family, and what its virtual chip computes otherwise than the executor; empty: nothing.
struct Part {
  const char* name;
  const max7800x::Device& device;
  std::string (*difference)(const Deployed&, const std::vector<std::vector<int>>&);
};

template <const max7800x::Device& Device>
std::string difference_on(const Deployed& network, const std::vector<std::vector<int>>& inputs) {
  static const auto chip = std::make_unique<max7800x::VirtualChip<Device, 4 << 20>>();
  return text_of(host::prove(network, *chip, inputs));
}

const Part parts[] = {
    {"max78000", max78000, difference_on<max78000>},
    {"max78002", max78002, difference_on<max78002>},
};
const Part& max78000_part = parts[0];
const Part& max78002_part = parts[1];

struct Tally {
  int enumerated = 0;
  int agreeing = 0;
  std::map<std::string, int> refused{};
  std::map<std::string, std::string> example{};  ///< of every reason
  std::vector<std::string> differences{};

  void refuse(const std::string& reason, const std::string& what) {
    ++refused[reason];
    example.emplace(reason, what);
  }
};

/// The rule that refuses a planned network; empty: none does.
std::string refusal(const max7800x::PlannedNetwork<Net::capacity>& planned, const max7800x::Device& device) {
  for (const Finding& finding : max7800x::inspect(planned.graph, planned.plan, device, planned.options))
    if (finding.rule->severity == Severity::error) return string_of(finding.rule->id);
  return {};
}

class Enumeration {
 public:
  explicit Enumeration(const Part& part) : part_(part) {}

  /// Placed by hand, and by the planner: whatever can be placed by hand has to find a place.
  void add(const Net& layers, const Options& options, const std::string& what, bool equal_parameters = false,
           unsigned inferences = 1) {
    ++seed_;
    if (test::left_out(seed_)) return;
    const Net net = infer(layers);
    const std::string by_hand = run(net, options, what, equal_parameters, hand_, inferences);
    const std::string planned =
        run(without_placement(net), options, what + ", planned", equal_parameters, planned_, inferences);
    if (by_hand.empty() && !planned.empty())
      planned_.differences.push_back(what + ": refused by the planner only: " + planned);
  }

  /// True if there is no difference.
  bool report(const std::string& family, const std::string& part) {
    const bool well = print(part + ", " + family + ", by hand", hand_);
    const bool also = print(part + ", " + family + ", planned", planned_);
    hand_ = planned_ = {};
    return well && also;
  }

 private:
  const Part& part_;
  unsigned seed_ = 0;
  Tally hand_{}, planned_{};

  /// The rule that refuses; empty: none does.
  std::string run(const Net& net, const Options& options, const std::string& what, bool equal_parameters, Tally& tally,
                  unsigned inferences) {
    ++tally.enumerated;
    host::RandomParameters parameters = host::random_parameters(net, seed_);
    for (std::size_t i = 1; equal_parameters && i < parameters.layers.size(); ++i) {
      parameters.layers[i].weight = parameters.layers[0].weight;
      parameters.layers[i].bias = parameters.layers[0].bias;
    }
    const auto planned = max7800x::arrange_and_plan(bind(net, parameters.view()), part_.device, options);
    const std::string reason = refusal(planned, part_.device);
    if (!reason.empty()) {
      tally.refuse(reason, what);
      return reason;
    }
    const Deployed network{planned.graph, planned.plan, part_.device, planned.options, parameters.view()};
    std::vector<std::vector<int>> inputs;
    for (unsigned n = 0; n < inferences; ++n) inputs.push_back(host::random_input(net, seed_ + n));
    const std::string difference = part_.difference(network, inputs);
    if (difference.empty())
      ++tally.agreeing;
    else
      tally.differences.push_back(what + ": " + difference);
    return {};
  }

  static bool print(const std::string& family, const Tally& tally) {
    int refused = 0;
    for (const auto& [reason, times] : tally.refused) refused += times;
    std::printf("%s: %d networks, %d agree, %d are refused, %zu differ\n", family.c_str(), tally.enumerated,
                tally.agreeing, refused, tally.differences.size());
    for (const auto& [reason, times] : tally.refused)
      std::printf("  %5d %s, as %s\n", times, reason.c_str(), tally.example.at(reason).c_str());
    constexpr std::size_t most = 20;
    for (std::size_t i = 0; i < tally.differences.size() && i < most; ++i)
      std::printf("  DIFFERS %s\n", tally.differences[i].c_str());
    if (tally.differences.size() > most) std::printf("  ... and %zu more\n", tally.differences.size() - most);
    return tally.differences.empty() && tally.agreeing > 0;
  }
};

// What networks are made of -------------------------------------------------------------------------------------------

struct Kernel {
  const char* name;
  Layer layer;
  Extent input;
};

const Kernel kernels[] = {
    {"1x1", conv2d(0, 1, 0), {2, 3}},
    {"3x3", conv2d(0), {3, 2}},
    {"transposed", transposed(0), {2, 2}},
    {"linear", linear(0), {1, 1}},
    {"flatten 2x1", flattened(linear(0)), {2, 1}},
    {"flatten 3x3", flattened(linear(0)), {3, 3}},
    {"1-d 1", conv1d(0, 1), {3, 1}},
    {"1-d 2", conv1d(0, 2), {4, 1}},
    {"1-d 3", conv1d(0, 3, 1), {3, 1}},
    {"1-d 4", conv1d(0, 4, 2), {4, 1}},
    {"1-d 5", conv1d(0, 5), {6, 1}},
    {"1-d 7", conv1d(0, 7), {8, 1}},
    {"1-d 9", conv1d(0, 9), {9, 1}},
    {"1-d 3 dilated", conv1d(0, 3, 0, 2), {6, 1}},
    {"1-d 3 folded", conv1d(0, 3, 0, 5), {12, 1}},
};

/// Output maps for so many channels, from processor 0 on.
std::vector<ProcessorMap> maps_of(int channels, unsigned seed) {
  std::vector<ProcessorMap> maps;
  const auto add = [&](int width, ProcessorMap pattern) {  // the pattern is repeated, and cut behind the last channel
    ProcessorMap map = 0;
    int left = channels;
    for (int p = 0; p < 64 && left > 0; ++p)
      if ((pattern >> p % width & 1) != 0) map |= ProcessorMap{1} << p, --left;
    if (left == 0) maps.push_back(map);
  };
  add(1, 1);
  for (int lane = 1; lane < 4; ++lane)
    if (channels + lane <= 64) maps.push_back(processor_range(lane, channels));
  add(2, 0b01);                          // every second lane
  add(2, 0b10);                          // … from lane 1 on
  add(4, 0b0001);                        // a channel for each block
  add(4, 0b0011);                        // half of each block
  add(5, 0b10111);                       // uneven
  add(12, 0b0000'0000'1111);             // whole blocks between
  add(8, 0b1100'0000);                   // two lanes behind a block and a half
  if (channels > 1 && channels <= 32) {  // in two groups
    const int half = channels / 2;
    maps.push_back(processor_range(2, half) | processor_range(32, channels - half));
  }
  ProcessorMap any = 0;
  incuse::test::Random random(seed);
  for (int p = random.below(7), left = channels; p < 64 && left > 0; ++p)
    if (64 - p == left || random.byte() > 100) any |= ProcessorMap{1} << p, --left;
  if (bit_count(any) == channels) maps.push_back(any);
  return maps;
}

ProcessorMap first_processors(int channels) { return processor_range(0, max7800x::passes_of(channels).channels); }

Net single(Shape input, Layer layer, ProcessorMap processors, ProcessorMap outputs) {
  layer.placement.processors = processors;
  layer.placement.output_processors = outputs;
  layer.placement.out_offset = 0x2000;
  Net net;
  net.input = input;
  net.input_format = DataFormat::hwc;
  net[net.size++] = layer;
  return net;
}

/// Attributes that have nothing to do with each other take turns.
Layer decorated(Layer layer, int turn) {
  layer.bias = turn % 2 == 0;
  const int kind = turn / 2 % 4;
  if (kind == 0) layer.activation = Activation::relu;
  if (kind == 1) layer.activation = Activation::abs;
  if (kind == 2) layer.wide = true;
  return layer;
}

std::string described(const Kernel& kernel, const Net& net) {
  const Layer& layer = net[net.size - 1];
  char text[200];
  std::snprintf(text, sizeof text, "%s, %d bits, %d to %d channels, 0x%llx to 0x%llx%s%s%s", kernel.name,
                layer.weight_bits, net.input.channels, layer.out_channels,
                static_cast<unsigned long long>(net[0].placement.processors),
                static_cast<unsigned long long>(layer.placement.output_processors), layer.bias ? ", bias" : "",
                layer.wide ? ", wide" : "", layer.activation == Activation::abs ? ", abs" : "");
  return text;
}

// Families ------------------------------------------------------------------------------------------------------------

/// Kernels, bits, channels of full and short passes on both sides, output maps.
void packing(Enumeration& all) {
  int turn = 0;
  for (const Kernel& kernel : kernels)
    for (int bits : {8, 4, 2, 1})
      for (int in : {1, 3, 17, 66, 100})
        for (int out : {1, 2, 3, 5, 8, 11, 66}) {
          if (in > 60 && out > 60 && bits % 4 != 0) continue;  // covered by the others
          const int per_pass = max7800x::passes_of(out).channels;
          for (ProcessorMap map : maps_of(per_pass, static_cast<unsigned>(++turn))) {
            ++turn;
            if (turn % 5 != 0) continue;
            Layer layer = decorated(kernel.layer, turn / 5);
            layer.out_channels = out;
            layer.weight_bits = bits;
            if (turn % 4 == 0) layer.placement.write_gap = 1 + turn / 4 % 2;
            const int start = turn % 3 * 8;
            const int room = 63 - last_bit(map);
            const Net net = single({in, kernel.input.height, kernel.input.width}, layer, first_processors(in),
                                   map << (start <= room ? start : room / 4 * 4));
            Options options;
            options.first_weight_column = turn % 7 * 4;
            options.clear_memories = turn % 11 == 0;
            options.express_weights = turn % 13 != 0;
            all.add(net, options, described(kernel, net));
          }
        }
}

/// Passes of few processors: many of them, on both sides, and groups that take turns with few positions.
void passes(Enumeration& all) {
  int turn = 0;
  for (InputPath path : {InputPath::data_memory, InputPath::quad_fast_fifo})
    for (int processors : {1, 2, 3, 4, 5, 8, 12})
      for (const Kernel& kernel : kernels)
        for (int bits : {8, 4, 2, 1})
          for (int in : {1, 3, 4, 7, 13})
            for (int out : {1, 2, 3, 5, 7, 9, 20}) {
              if (++turn % 3 != 0 || (path == InputPath::quad_fast_fifo && in > min_of(4, processors))) continue;
              Layer layer = decorated(kernel.layer, turn / 3);
              layer.out_channels = out;
              layer.weight_bits = bits;
              const auto map_of = [&](int channels) {
                return processor_range(0, max7800x::passes_of(channels, processors).channels);
              };
              const Net net = single({in, kernel.input.height, kernel.input.width}, layer, map_of(in), map_of(out));
              Options options;
              options.processors_per_pass = processors;
              options.input_path = path;
              options.runs_on_risc_v = options.uses_fast_fifo();
              all.add(net, options, std::to_string(processors) + " processors, " + described(kernel, net));
            }
}

/// Ways in which the input comes in, with and without streaming; fan-out above all.
struct Entrance {
  const char* name;
  InputPath path;
  DataFormat format;
  int channels;
  ProcessorMap processors;
};
const Entrance entrances[] = {
    {"CHW", InputPath::data_memory, DataFormat::chw, 1, 0x1},
    {"CHW", InputPath::data_memory, DataFormat::chw, 5, 0x11111},
    {"FIFO, HWC", InputPath::fifo, DataFormat::hwc, 3, 0x7},
    {"FIFO, HWC", InputPath::fifo, DataFormat::hwc, 7, 0x7000f},
    {"FIFO, HWC", InputPath::fifo, DataFormat::hwc, 2, 0xc},
    {"FIFO, HWC", InputPath::fifo, DataFormat::hwc, 4, 0x6000000060000},
    {"FIFO, CHW", InputPath::fifo, DataFormat::chw, 2, 0x10001},
    {"FIFO, CHW", InputPath::fifo, DataFormat::chw, 1, 0x100000000},
    {"fast FIFO, HWC", InputPath::fast_fifo, DataFormat::hwc, 4, 0xf},
    {"fast FIFO, HWC", InputPath::fast_fifo, DataFormat::hwc, 2, 0xc},
    {"fast FIFO, CHW", InputPath::fast_fifo, DataFormat::chw, 1, 0x1},
    {"quad fast FIFO, HWC", InputPath::quad_fast_fifo, DataFormat::hwc, 1, 0x1},
    {"quad fast FIFO, HWC", InputPath::quad_fast_fifo, DataFormat::hwc, 3, 0x7},
    {"quad fast FIFO, HWC", InputPath::quad_fast_fifo, DataFormat::hwc, 2, 0x6},
    {"quad fast FIFO, HWC", InputPath::quad_fast_fifo, DataFormat::hwc, 4, 0xf},
    {"quad fast FIFO, CHW", InputPath::quad_fast_fifo, DataFormat::chw, 1, 0x1},
};

Options options_for(const Entrance& entrance) {
  Options options;
  options.input_path = entrance.path;
  options.runs_on_risc_v = options.uses_fast_fifo();
  return options;
}

void inputs(Enumeration& all) {
  int turn = 0;
  for (const Entrance& entrance : entrances)
    for (const Kernel& kernel : kernels)
      for (int bits : {8, 4, 2, 1})
        for (int out : {1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 17, 33, 66})
          for (ProcessorMap map : maps_of(max7800x::passes_of(out).channels, static_cast<unsigned>(++turn))) {
            ++turn;
            const bool quad = entrance.path == InputPath::quad_fast_fifo;
            if (turn % (quad ? 5 : 29) != 0) continue;
            Layer layer = decorated(kernel.layer, turn / 5);
            layer.out_channels = out;
            layer.weight_bits = bits;
            Net net =
                single({entrance.channels, kernel.input.height, kernel.input.width}, layer, entrance.processors, map);
            net.input_format = entrance.format;
            all.add(net, options_for(entrance), std::string(entrance.name) + ", " + described(kernel, net));
          }
}

/// One or two layers that stream, and one that does not.
void streams(Enumeration& all) {
  int turn = 0;
  const Kernel* const chosen[] = {&kernels[0], &kernels[1]};
  for (const Entrance& entrance : entrances)
    for (int streaming : {1, 2})
      for (int bits : {8, 4, 2, 1})
        for (int out : {1, 2, 3, 4, 5, 7, 8, 11, 16, 20}) {
          if (entrance.path == InputPath::data_memory) continue;
          for (ProcessorMap map : maps_of(out, static_cast<unsigned>(++turn))) {
            if (++turn % 5 != 0) continue;
            const Kernel& kernel = *chosen[turn / 5 % 2];
            Net net;
            net.input = {entrance.channels, 9, 8};
            net.input_format = entrance.format;
            for (int i = 0; i < 3; ++i) {
              Layer layer = kernels[1].layer;
              if (i == 0) layer = decorated(kernel.layer, turn / 5);
              if (layer.wide) layer.wide = false;
              if (i == 1) layer.bias = turn % 3 == 0;
              layer.out_channels = i == 0 ? out : 5;
              layer.weight_bits = i == 0 ? bits : 8 >> turn % 4;
              layer.streaming = i < streaming;
              layer.placement.processors = i == 0 ? entrance.processors : i == 1 ? map : 0x1f0;
              layer.placement.output_processors = i == 0 ? map : i == 1 ? 0x1f0 : 0xf100;
              layer.placement.out_offset = 0x1000 * (i + 1);
              net[net.size++] = layer;
            }
            net[0].name = "first";
            char text[120];
            std::snprintf(text, sizeof text, "%s, %d stream, %s, %d bits, to 0x%llx%s%s", entrance.name, streaming,
                          kernel.name, bits, static_cast<unsigned long long>(map), net[0].bias ? ", bias" : "",
                          net[1].bias ? ", bias behind" : "");
            all.add(net, options_for(entrance), text);
          }
        }
}

/// Layers without weights, and those that combine or pool in front of a convolution.
void combining(Enumeration& all) {
  int turn = 0;
  struct Windows {
    Pooling kind;
    Extent window, step;
  };
  const Windows windows[] = {{Pooling::none, {1, 1}, {1, 1}},
                             {Pooling::max, {2, 2}, {2, 2}},
                             {Pooling::average, {2, 2}, {1, 1}},
                             {Pooling::average, {3, 2}, {2, 2}},
                             {Pooling::max, {1, 1}, {2, 2}}};
  for (int operands : {1, 2, 3, 5})
    for (int channels : {1, 3, 4, 5, 17, 33, 66, 130})
      for (const Windows& window : windows)
        for (const Kernel* kernel : {static_cast<const Kernel*>(nullptr), &kernels[0], &kernels[1], &kernels[2]})
          for (int variant = 0; variant < 3; ++variant) {
            ++turn;
            Layer layer;
            if (kernel != nullptr) layer = decorated(kernel->layer, turn);
            layer.operands = operands;
            const Elementwise functions[] = {Elementwise::add, Elementwise::sub, Elementwise::bitwise_or,
                                             Elementwise::bitwise_xor};
            if (operands > 1) layer.elementwise = functions[turn % 4];
            layer.pooling = window.kind;
            layer.pool = window.window;
            layer.pool_stride = window.step;
            layer.pool_first = variant != 1 || window.kind == Pooling::none || operands == 1;
            if (kernel != nullptr) layer.out_channels = 6;
            if (kernel != nullptr) layer.weight_bits = 8 >> turn % 4;
            layer.placement.write_gap = variant == 2 ? 1 + turn % 2 : 0;
            ProcessorMap outputs = kernel != nullptr ? 0x3f0 : first_processors(channels);
            if (kernel == nullptr && turn % 5 < 4 && channels < 10) outputs <<= 2 * (turn % 5);
            const Net net = single({channels * operands, 5, 6}, layer, first_processors(channels), outputs);
            Options options;
            options.average_pool_rounding = turn % 2 == 0;
            char text[160];
            std::snprintf(
                text, sizeof text, "%d operands of %d channels, function %d, pooling %d %dx%d/%d%s, %s, gap %d",
                operands, channels, static_cast<int>(layer.elementwise), static_cast<int>(window.kind),
                window.window.height, window.window.width, window.step.height, layer.pool_first ? "" : " last",
                kernel != nullptr ? kernel->name : "no kernel", layer.placement.write_gap);
            all.add(net, options, text);
          }
}

/// Two layers with equal weights and biases on the same processors, whose output maps differ.
void sharing(Enumeration& all) {
  int turn = 0;
  for (int kernel : {0, 1, 8})
    for (int bits : {8, 4, 2, 1})
      for (int channels : {1, 3, 5, 8})
        for (ProcessorMap first : maps_of(channels, static_cast<unsigned>(++turn)))
          for (ProcessorMap second : maps_of(channels, static_cast<unsigned>(++turn))) {
            if (++turn % 7 != 0) continue;
            Net net;
            net.input = {channels, kernel == 8 ? 6 : 3, kernel == 8 ? 1 : 3};
            net.input_format = DataFormat::hwc;
            for (int i = 0; i < 2; ++i) {
              Layer layer = kernels[kernel].layer;
              layer.out_channels = channels;
              layer.weight_bits = bits;
              layer.bias = true;
              layer.placement.processors = first;
              layer.placement.output_processors = i == 0 ? first : second;
              layer.placement.out_offset = i == 0 ? 0x2000 : 0x4000;
              net[net.size++] = layer;
            }
            net[0].output = true;
            char text[120];
            std::snprintf(text, sizeof text, "%s, %d bits, twice, 0x%llx to 0x%llx", kernels[kernel].name, bits,
                          static_cast<unsigned long long>(first), static_cast<unsigned long long>(second));
            all.add(net, {}, text, true);
          }
}

/// Several layers whose kernels and biases lie side by side.
void chains(Enumeration& all) {
  incuse::test::Random random(7);
  for (int n = 0; n < 1500; ++n) {
    Net net;
    net.input = {1 + random.below(70), 4, 3};
    net.input_format = DataFormat::hwc;
    ProcessorMap in = first_processors(net.input.channels);
    std::string text = "chain " + std::to_string(n) + ": " + std::to_string(net.input.channels);
    const int layers = 2 + random.below(3);
    for (int i = 0; i < layers; ++i) {
      Layer layer = decorated(kernels[random.below(2)].layer, random.one_in(3) ? random.below(4) : 6 + random.below(2));
      layer.out_channels = random.one_in(4) ? 1 + random.below(80) : 1 + random.below(9);
      layer.weight_bits = 8 >> random.below(4);
      layer.output = random.one_in(4);
      layer.wide = layer.wide && i + 1 == layers;
      const auto maps = maps_of(max7800x::passes_of(layer.out_channels).channels, static_cast<unsigned>(n + i));
      ProcessorMap out = random.one_of(maps);
      const int room = (63 - last_bit(out)) / 4;
      out <<= 4 * random.below(1 + room);
      layer.placement.processors = in;
      layer.placement.output_processors = out;
      layer.placement.out_offset = 0x800 * (1 + i);
      char to[100];
      std::snprintf(to, sizeof to, " -> %d (%dx%d, %d bits%s, 0x%llx)", layer.out_channels, layer.kernel.height,
                    layer.kernel.width, layer.weight_bits, layer.bias ? ", bias" : "",
                    static_cast<unsigned long long>(out));
      text += to;
      in = out;
      net[net.size++] = layer;
    }
    all.add(net, {}, text);
  }
}

/// Layers that leave rows out at the top and the bottom of what they read: of one tensor, of operands, of tensors side
/// by side.
void crops(Enumeration& all) {
  enum Reads { one, operands, joined };
  int turn = 0;
  for (int channels : {1, 3, 4, 20, 32, 66, 130})
    for (int width : {1, 4})
      for (Reads reads : {one, operands, joined})
        for (int top : {0, 1, 3})
          for (int bottom : {0, 2})
            for (const Kernel* kernel : {static_cast<const Kernel*>(nullptr), &kernels[0], &kernels[1], &kernels[9]}) {
              const bool line = kernel == &kernels[9];
              if ((line && (width > 1 || reads == operands)) || (reads == joined && channels > 32)) continue;
              ++turn;
              const int tensors = reads == one ? 1 : 2, passes = max7800x::passes_of(channels).count;
              Net net;
              net.input = {channels, 8, width};
              net.input_format = DataFormat::hwc;
              const ProcessorMap map = first_processors(channels);
              for (int i = 0; i < tensors; ++i) {
                Layer copy;
                copy.sources.push(network_input);
                copy.placement.processors = map;
                copy.placement.output_processors = reads == joined ? map << 32 * i : map;
                copy.placement.in_offset = 0;
                copy.placement.out_offset = 0x1000 + (reads == operands ? 4 * i : 0);
                copy.placement.write_gap = reads == operands ? 1 : 0;
                if (reads == joined) copy.op = Operator::conv2d, copy.out_channels = channels;
                net[net.size++] = copy;
              }
              Layer layer;
              if (kernel != nullptr) layer = decorated(kernel->layer, turn);
              layer.crop_top = top;
              layer.crop_bottom = bottom;
              if (reads == operands) layer.elementwise = Elementwise::sub, layer.operands = 2;
              for (int i = 0; i < tensors; ++i) layer.sources.push(i);
              if (turn % 3 == 0 && width > 1) layer.pooling = Pooling::max, layer.pool = layer.pool_stride = {2, 2};
              if (kernel != nullptr) layer.out_channels = 6;
              layer.placement.processors = reads == joined ? map | map << 32 : map;
              layer.placement.output_processors = kernel != nullptr ? 0x3f0 : layer.placement.processors;
              layer.placement.in_offset = 0x1000 + 4 * top * width * passes * (reads == operands ? 2 : 1);
              layer.placement.out_offset = 0x4000;
              net[net.size++] = layer;
              char text[160];
              std::snprintf(text, sizeof text, "rows %d to %d of 8x%d, %d channels, %d tensors %s, %s, pool %d", top,
                            7 - bottom, width, channels, tensors, reads == joined ? "side by side" : "",
                            kernel != nullptr ? kernel->name : "no kernel", layer.pool.height);
              all.add(net, {}, text);
            }
}

/// A rolling buffer: rows of every size, moved by some, replaced by some, read by a convolution or flattened; a few
/// inferences one behind the other.
void buffers(Enumeration& all) {
  int turn = 0;
  for (int channels : {1, 3, 4, 20, 64, 66, 130})
    for (int rows : {1, 2, 5, 12})
      for (int shift : {0, 1, 2, 4})
        for (int insert : {1, 2, 4})
          for (int reader = 0; reader < 4; ++reader)
            for (bool insert_first : {false, true}) {
              ++turn;
              if (turn % 2 != 0 && channels > 20) continue;
              const max7800x::Passes passes = max7800x::passes_of(channels);
              Net net;
              net.input = {3, insert + 2, 3};
              net.input_format = DataFormat::hwc;
              const ProcessorMap kept = processor_range(passes.channels <= 32 ? 32 : 0, passes.channels);
              net.buffer = {"rows", channels, rows, kept, 0x6000 + turn % 3 * 4};
              Layer first = conv2d(0, 1, 0);
              first.out_channels = 5;
              first.placement.processors = 0x7;
              first.placement.output_processors = 0x1f0;
              first.placement.out_offset = 0x1000;
              net[net.size++] = first;
              Layer moves;
              moves.buffer_shift = shift;
              moves.sources.push(rolling_buffer);
              moves.placement.processors = moves.placement.output_processors = kept;
              moves.placement.in_offset = net.buffer.offset + 4 * passes.count * shift;
              moves.placement.out_offset = net.buffer.offset;
              Layer adds = decorated(conv2d(0, 3, 0), turn);
              adds.wide = false;
              adds.out_channels = channels;
              adds.buffer_insert = insert;
              adds.sources.push(0);
              adds.placement.processors = 0x1f0;
              adds.placement.output_processors = kept;
              adds.placement.in_offset = 0x1000;
              adds.placement.out_offset = max_of(0, net.buffer.offset + 4 * passes.count * (rows - insert));
              if (shift > 0 && !insert_first) net[net.size++] = moves;
              net[net.size++] = adds;
              if (shift > 0 && insert_first) net[net.size++] = moves;
              Layer reads = decorated(kernels[7].layer, turn);  // a line of three taps
              if (reader == 1) reads = flattened(linear(0));
              if (reader == 2) reads = Layer{}, reads.crop_top = 1;
              if (reader == 3) reads = decorated(conv1d(0, 3, 0, 5), turn);
              if (reader != 2) reads.out_channels = 6;
              reads.sources.push(rolling_buffer);
              reads.placement.processors = kept;
              reads.placement.output_processors = reader == 2 ? kept : 0x3f0;
              reads.placement.in_offset = net.buffer.offset + 4 * passes.count * reads.crop_top;
              reads.placement.out_offset = 0x2000;
              net[net.size++] = reads;
              Options options;
              options.overlap_data = true;
              char text[160];
              std::snprintf(text, sizeof text, "%d rows of %d channels, moved by %d, %d inserted%s, reader %d", rows,
                            channels, shift, insert, insert_first ? " first" : "", reader);
              all.add(net, options, text, false, 4);
            }
}

}  // namespace

int run(int argc, char** argv) {
  struct Family {
    const char* name;
    void (*enumerate)(Enumeration&);
    const Part* part = &max78000_part;  ///< unless another one is named
  };
  const Family families[] = {{"packing", packing}, {"passes", passes},       {"inputs", inputs},
                             {"streams", streams}, {"combining", combining}, {"sharing", sharing, &max78002_part},
                             {"chains", chains},   {"crops", crops},         {"buffers", buffers}};
  const auto start = std::chrono::steady_clock::now();
  bool well = true, any = false;
  for (const Family& family : families) {
    if (argc > 1 && std::string(argv[1]) != family.name) continue;
    for (const Part& part : parts) {
      if (argc > 2 ? std::string(argv[2]) != part.name : &part != family.part) continue;
      any = true;
      Enumeration all(part);
      family.enumerate(all);
      well = all.report(family.name, part.name) && well;
    }
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("%.1f seconds\n", seconds.count());
  return well && any ? 0 : 1;
}

}  // namespace test_enumeration

int random_networks::enumeration(int argc, char** argv) { return test_enumeration::run(argc, argv); }
