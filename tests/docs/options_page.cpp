// Writes docs/options.md: every word of the model language, and what becomes of it on each kind of chip. A word that a
// deployment neither turns into tables nor speaks of is dropped: then the program fails.
#include <incuse/host/random_parameters.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/incuse.hpp>
#include <incuse/k210/deployment.hpp>
#include <incuse/k210/tables/table_networks.hpp>
#include <incuse/max7800x/devices.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/max7800x/unload.hpp>
#include <incuse/model/activations.hpp>
#include <incuse/model/software.hpp>

#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <support/parameters.hpp>

using namespace incuse;

namespace {

/// Everything that is written to a chip, as one list of numbers, to compare two deployments.
struct Tables {
  std::vector<long long> numbers{};
  Findings found{};

  void add(long long number) { numbers.push_back(number); }
  void add(const Shape& shape) {
    add(shape.channels);
    add(shape.height);
    add(shape.width);
  }
  void add(const max7800x::RegisterWrite& write) {
    add(write.address);
    add(write.value);
  }
};

// MAX7800x ------------------------------------------------------------------------------------------------------------

template <int N>
void add_max7800x(const Graph<N>& graph, const max7800x::Device& device, const max7800x::Options& wanted,
                  const host::RandomParameters& parameters, Tables& tables) {
  using namespace max7800x;
  const auto planned = arrange_and_plan<most_layers>(bind(graph, parameters.view()), device, wanted);
  const auto& [arranged, options, plan, fits] = planned;
  tables.found = inspect(arranged, plan, device, options);
  if (!tables.found.ok()) return;
  const auto word = [&](auto value) { tables.add(value); };
  emit_configure(arranged, plan, device, options, word);
  emit_weights(arranged, plan, device, parameters.view(), options, word);
  for (int group = 0; group < max7800x::groups; ++group)
    emit_bias(arranged, plan, parameters.view(), group, [&](std::uint8_t value) { tables.add(value); });
  emit_unload(arranged, plan, device, [&](const auto& access) { tables.add(access); });
}

template <int N>
Tables on_max7800x(const Graph<N>& graph, const max7800x::Device& device, const max7800x::Options& options) {
  Tables tables;
  add_max7800x(graph, device, options, host::random_parameters(graph, 1, device.max_shift), tables);
  return tables;
}

/// The same network without 1x1 kernels, which not every part has: with 3x3 ones in their place.
template <int N>
Graph<N> widened(Graph<N> graph) {
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].op == Operator::conv2d && graph[i].kernel == Extent{1, 1}) {
      graph[i].kernel = {3, 3};
      graph[i].padding = {1, 1};
    }
  return infer(graph);
}

// K210 ----------------------------------------------------------------------------------------------------------------

void add(const k210::CpuLayer& layer, Tables& tables) {
  tables.add(static_cast<int>(layer.task));
  tables.add(layer.out);
  tables.add(layer.window.kernel.area());
  tables.add(layer.window.stride.area());
  tables.add(layer.window.padding.area());
  tables.add(layer.dilation.area());
  const k210::CpuConvolution& convolution = layer.convolution;
  for (int number : {convolution.kernel.area(), convolution.stride.area(), convolution.dilation.area(),
                     convolution.spread.area(), convolution.top, convolution.left, convolution.groups})
    tables.add(number);
  tables.add(static_cast<int>(layer.activation));
  const SoftwareOptions& with = layer.with;
  for (int d = 0; d < tensor_dimensions; ++d) {
    for (int number : {with.before[d], with.after[d], with.order[d], with.parts[d].begin, with.parts[d].step})
      tables.add(number);
    tables.add(with.reduced[d]);
  }
  tables.add(with.block);
  tables.add(with.channels_first);
  tables.add(static_cast<int>(with.reduction));
  tables.add(static_cast<int>(with.pairing));
}

void add(const k210::CpuStepImage& step, Tables& tables) {
  add(step.layer, tables);
  tables.add(static_cast<long long>(step.parameters.added));
  tables.add(static_cast<long long>(1e6f * step.parameters.code.scale));
  tables.add(static_cast<long long>(1e6f * step.parameters.byte_unit));
  tables.add(step.parameters.sum.a.multiplier);
  for (int i = 0; step.parameters.table != nullptr && i < 256; ++i) tables.add(step.parameters.table[i]);
}

template <int Steps, int Outputs, int CpuSteps>
void add(const k210::Image<Steps, Outputs, CpuSteps>& image, Tables& tables) {
  for (int i = 0; i < Steps; ++i) {
    const k210::StepImage& step = image.steps[i];
    for (std::uint64_t word : step.words.words) tables.add(static_cast<long long>(word));
    const int channels = static_cast<int>(k210::decode(step.words).o_ch_num) + 1;
    for (int o = 0; o < channels; ++o) tables.add(static_cast<long long>(step.batch_norm[o]));
    for (std::uint8_t byte : step.activation->bytes) tables.add(byte);
    tables.add(step.weights[0]);
  }
  for (int i = 0; i < CpuSteps; ++i) add(image.cpu_steps[i], tables);
  for (int i = 0; i < Outputs; ++i) {
    tables.add(image.outputs[i].layout.shape);
    tables.add(image.outputs[i].line);
  }
}

using test::RandomParameters;

/// Real numbers for any of these networks, the same for all of them.
template <class Net>
struct Reals {
  static constexpr test::Numbers<8192> numbers{1, 0.5f};
  static constexpr float ones[64] = {1.5f, 0.5f, 2.0f, 1.0f, 1.25f, 0.75f, 1.0f, 3.0f};
  static constexpr k210::Elements<Net::graph.capacity> elements = k210::elements_of(Net::graph);

  static constexpr k210::Reals take(const float* from, long long size) {
    k210::Reals reals;
    reals.values = from;
    reals.count = static_cast<int>(size);
    return reals;
  }
  static constexpr k210::RealLayer entry(const Layer& layer) {
    const int channels = layer.out.channels;
    k210::RealLayer own{.convolved = {-4, 4}, .output = {-4, 4}};
    if (!layer.trained()) return own;
    own.weights = take(numbers.values, 1LL * channels * layer.weight_in_channels() * layer.kernel.area());
    if (layer.bias) own.bias = take(numbers.values, channels);
    if (layer.batch_norm) own.batch_norm = {own.bias, take(ones, channels), take(ones, channels), own.bias};
    if (layer.batch_norm && !layer.bias) own.batch_norm.mean = own.batch_norm.beta = take(numbers.values, channels);
    return own;
  }
  static constexpr int count = k210::entry_index(Net::graph, elements, Net::graph.size);
  struct List {
    k210::RealLayer items[count > 0 ? count : 1]{};
  };
  static constexpr List list = [] {
    List result;
    int next = 0;
    for (int i = 0; i < Net::graph.size; ++i)
      if (k210::has_entry(Net::graph, elements, i)) result.items[next++] = entry(Net::graph[i]);
    return result;
  }();
};
template <class Net>
struct SomeReals : Reals<Net> {
  static constexpr k210::Range input{0.0f, 1.0f};
  static constexpr const auto& real_layers = Reals<Net>::list.items;
};
/// Networks without layers that have entries.
template <class Net>
struct NoReals {
  static constexpr k210::Range input{0.0f, 1.0f};
};
template <class Net>
using RealsOf = std::conditional_t<(Reals<Net>::count > 0), SomeReals<Net>, NoReals<Net>>;

template <class Net>
Tables on_k210_with_bytes() {
  Tables tables;
  constexpr Findings found = k210::detail::CheckedBytes<Net, k210_kpu, RandomParameters<Net>>::findings;
  tables.found = found;
  if constexpr (found.ok()) add(Deployment<Net, k210_kpu, RandomParameters<Net>>::image, tables);
  return tables;
}
template <class Net>
Tables on_k210_with_reals() {
  Tables tables;
  constexpr Findings found = k210::detail::CheckedReals<Net, k210_kpu, RealsOf<Net>>::findings;
  tables.found = found;
  if constexpr (found.ok()) add(Deployment<Net, k210_kpu, RealsOf<Net>>::image, tables);
  return tables;
}
/// Tables come from elsewhere: the words of the layers are all that the type decides.
template <class Net>
Tables on_k210_with_tables() {
  using namespace k210;
  Tables tables;
  const auto planned = plan_if_possible(Net::graph, k210_kpu);
  tables.found = check(Net::graph, planned, k210_kpu);
  tables.found.add(check_tables(Net::graph, k210_kpu));
  if (!tables.found.ok()) return tables;
  for (int i = 0; i < planned.graph.size; ++i) {
    const KpuStep& step = planned.graph[i];
    tables.add(step.copies);
    tables.add(step.output);
    add(step.cpu, tables);
    tables.add(step.out());
    if (step.on_cpu()) continue;
    const LayerArguments arguments = arguments_of(step.layer, k210::detail::addresses_of(planned, i), k210_kpu);
    for (std::uint64_t word : encode(arguments).words) tables.add(static_cast<long long>(word));
  }
  return tables;
}

// The table -----------------------------------------------------------------------------------------------------------

bool dropped = false;

/// The rules in `found` that are not in `others`, each once, in the order of the findings.
std::string rules_in(const Findings& found, const Findings& others) {
  std::string said;
  for (const Finding& finding : found) {
    const std::string rule = '`' + string_of(finding.rule->id) + '`';
    if (others.contains(*finding.rule) || said.find(rule) != std::string::npos) continue;
    said += (said.empty() ? "" : ", ") + rule + (finding.rule->severity == Severity::error ? "" : " (warning)");
  }
  return said;
}

/// "yes" if the word changes what the chip is told, or the rules that refuse it or warn of it. Where the network is
/// refused without the word too, there is no other way to use it.
std::string verdict(const Tables& with, const Tables& without) {
  const std::string said = rules_in(with.found, without.found);
  if (!said.empty()) return said;
  const bool changes = without.found.ok() && with.numbers != without.numbers;
  return changes ? "yes" : rules_in(with.found, Findings{});
}

std::string escaped(const char* text) {
  std::string out;
  for (; *text != 0; ++text) {
    if (*text == '<' || *text == '|') out += '\\';
    out += *text;
  }
  return out;
}

/// What becomes of the word on a part of the family.
template <class With, class Without>
std::string on_part(const max7800x::Device& device, const max7800x::Options& options) {
  if (!device.has(max7800x::Feature::one_by_one)) {
    const std::string cell = verdict(on_max7800x(widened(With::graph), device, options),
                                     on_max7800x(widened(Without::graph), device, options));
    if (!cell.empty()) return cell;  // else the word is about the kernel itself
  }
  return verdict(on_max7800x(With::graph, device, options), on_max7800x(Without::graph, device, options));
}

/// One line: `With` is a network with the word, `Without` the same without it. `nothing_to_do`: why a chip on which the
/// word changes nothing, and breaks no rule, has nothing to do for it.
template <class With, class Without>
void row(const char* word, max7800x::Options options = {}, const char* nothing_to_do = "") {
  std::string cells[] = {
      on_part<With, Without>(max78000, options),
      on_part<With, Without>(max78002, options),
      on_part<With, Without>(ai84, options),
      verdict(on_k210_with_bytes<With>(), on_k210_with_bytes<Without>()),
      verdict(on_k210_with_reals<With>(), on_k210_with_reals<Without>()),
      verdict(on_k210_with_tables<With>(), on_k210_with_tables<Without>()),
  };
  std::printf("| %s |", escaped(word).c_str());
  for (std::string& cell : cells) {
    if (cell.empty()) cell = nothing_to_do;
    if (cell.empty()) {
      dropped = true;
      std::fprintf(stderr, "%s is dropped on one of the chips\n", word);
    }
    std::printf(" %s |", cell.c_str());
  }
  std::puts("");
}

void heading(const char* title) {
  std::printf(
      "\n## %s\n\n| word | MAX78000 | MAX78002 | AI84 | K210, signed bytes | K210, real numbers | K210, tables |\n"
      "|---|---|---|---|---|---|---|\n",
      title);
}

using Picture = Input<4, 16, 16>;
using Line = Input<4, 32>;
using First = Conv2d<8, kernel<3>, pad<1>>;
template <class... Layers>
using Kept = Network<Input<8, 3, 3>, RollingBuffer<8, 4, place<processors<0xff00>, out_offset<0x6000>>>,
                     Conv2d<8, kernel<3>, pad<1>, place<processors<0xff>, output_processors<0xff>, out_offset<0x1000>>>,
                     Layers..., Conv1d<8, kernel<3>, from<"buffer">, place<processors<0xff00>, out_offset<0x2000>>>>;
template <class... Layers>
using Net = Network<Picture, Layers...>;
/// The second layer's options.
template <class... Options>
using Second = Net<First, Conv2d<8, kernel<3>, pad<1>, Options...>>;
template <class... Options>
using Pooled = Net<First, MaxPool2d<2, Options...>, Conv2d<8, kernel<1>>>;

constexpr float halved(float x) { return 0.5f * x; }

void layers() {
  heading("Layers");
  row<Net<First, Conv2d<8, kernel<1>>>, Net<First>>("`Conv2d`");
  row<Net<First, DepthwiseConv2d<kernel<3>, pad<1>>>, Net<First>>("`DepthwiseConv2d`");
  row<Net<First, ConvTranspose2d<8, kernel<3>, pad<1>>>, Net<First>>("`ConvTranspose2d`");
  row<Network<Line, Conv1d<8, kernel<3>>>, Network<Line, Conv1d<8, kernel<1>>>>("`Conv1d`");
  row<Network<Line, DepthwiseConv1d<kernel<3>>>, Network<Line, Conv1d<4, kernel<3>>>>("`DepthwiseConv1d`");
  row<Net<First, Linear<8>>, Net<First>>("`Linear`");
  row<Net<MaxPool2d<2>, First, Flatten, Linear<4>>, Net<MaxPool2d<2>, First>>("`Flatten`, `Linear`");
  row<Pooled<>, Net<First, Conv2d<8, kernel<1>>>>("`MaxPool2d`");
  row<Net<First, AvgPool2d<2>>, Net<First, MaxPool2d<2>>>("`AvgPool2d`");
  row<Network<Line, Conv1d<8, kernel<1>>, MaxPool1d<2>>, Network<Line, Conv1d<8, kernel<1>>>>("`MaxPool1d`");
  row<Network<Line, Conv1d<8, kernel<1>>, AvgPool1d<2>>, Network<Line, Conv1d<8, kernel<1>>>>("`AvgPool1d`");
  row<Net<First, Subsample2d<2>>, Net<First, MaxPool2d<2>>>("`Subsample2d`");
  row<Net<First, Identity<output>, Conv2d<8, kernel<1>>>, Net<First, Conv2d<8, kernel<1>>>>("`Identity`");
  using TwoConvolutions = Net<First, Conv2d<8, kernel<1>>>;
  row<Net<First, Residual<Conv2d<8, kernel<1>>>>, TwoConvolutions>("`Residual`, `Add`");
  row<Net<First, Sub<Branch<>, Branch<Conv2d<8, kernel<1>>>>>, TwoConvolutions>("`Sub`");
  row<Net<First, BitwiseOr<Branch<>, Branch<Conv2d<8, kernel<1>>>>>, TwoConvolutions>("`BitwiseOr`");
  row<Net<First, BitwiseXor<Branch<>, Branch<Conv2d<8, kernel<1>>>>>, TwoConvolutions>("`BitwiseXor`");
  row<Net<First, Concat<Branch<>, Branch<Conv2d<8, kernel<1>>>>, Conv2d<8, kernel<1>>>,
      Net<First, Conv2d<8, kernel<1>>, Conv2d<8, kernel<1>>>>("`Concat`, `Branch`");
  row<Net<Fused<MaxPool2d<2>, Conv2d<8, kernel<3>, pad<1>>>>, Net<First>>("`Fused`");
  row<Net<First, EarlyExit<any_at_least<9>, Flatten, Linear<4>>, Conv2d<8, kernel<1>>>, TwoConvolutions>(
      "`EarlyExit`, `any_at_least`");
  row<Net<First, Flatten, Linear<8, output, as<"c">>, ExitIf<at_least<3, 9>>, Linear<8, from<"c">>>,
      Net<First, Flatten, Linear<8, output, as<"c">>, Linear<8, from<"c">>>>("`ExitIf`, `at_least`");
}

void options() {
  heading("Options");
  using Plain = Second<>;
  row<Net<First, Conv2d<8, kernel<1>>>, Plain>("`kernel`");
  row<Net<First, Conv2d<8, kernel<3>, pad<2>>>, Plain>("`pad`");
  row<Second<pad_value<3>>, Plain>("`pad_value`");
  row<Second<stride<2>>, Plain>("`stride` of a convolution");
  row<Pooled<stride<1>>, Pooled<>>("`stride` of pooling");
  row<Second<dilation<2>>, Plain>("`dilation` of a Conv2d");
  row<Network<Line, Conv1d<8, kernel<3>, dilation<2>>>, Network<Line, Conv1d<8, kernel<3>>>>("`dilation` of a Conv1d");
  row<Pooled<dilation<2>>, Pooled<>>("`dilation` of pooling");
  row<Net<First, ConvTranspose2d<8, kernel<3>, pad<1>, output_pad<0>>>,
      Net<First, ConvTranspose2d<8, kernel<3>, pad<1>>>>("`output_pad`");
  row<Pooled<stride<1>, same_padding>, Pooled<>>("`same_padding`");
  row<Net<First, Subsample2d<2, pick_column<1>>>, Net<First, Subsample2d<2>>>("`pick_column`");
  row<Network<Input<8, 16, 16>, Add<operands<2>>, First>, Network<Input<8, 16, 16>, First>>("`operands`");
  row<Second<ReLU>, Plain>("`ReLU`");
  row<Second<Abs>, Plain>("`Abs`");
  row<Second<ReLU6>, Plain>("`ReLU6`");
  row<Second<LeakyReLU<>>, Plain>("`LeakyReLU`");
  row<Second<Hardswish>, Plain>("`Hardswish`");
  row<Second<Sigmoid>, Plain>("`Sigmoid`");
  row<Second<Tanh>, Plain>("`Tanh`");
  row<Second<SiLU>, Plain>("`SiLU`");
  row<Second<ELU>, Plain>("`ELU`");
  row<Second<Activate<halved>>, Plain>("`Activate`");
  row<Second<bits<4>>, Plain>("`bits`");
  row<Second<binary>, Plain>("`binary`");
  row<Second<bypass>, Plain>("`bypass`");
  row<Second<shift<1>>, Plain>("`shift`");
  row<Second<wide>, Plain>("`wide`");
  row<Second<bias>, Plain>("`bias`");
  row<Second<BatchNorm2d>, Plain>("`BatchNorm2d`");
  row<Net<First, Conv2d<8, kernel<3>, pad<1>, as<"a">>, Conv2d<8, kernel<1>>, Add<from<"a", "a">>>,
      Net<First, Conv2d<8, kernel<3>, pad<1>>, Conv2d<8, kernel<1>>>>("`as`, `from`");
  row<Second<view<8, 32, 8>>, Plain>("`view`");
  row<Second<crop<1, 2>>, Plain>("`crop`");
  max7800x::Options overlapping;
  overlapping.overlap_data = true;
  row<Kept<ShiftBuffer<1, place<processors<0xff00>>>,
           Conv2d<8, kernel<3>, buffer_insert<1>, place<processors<0xff>, in_offset<0x1000>>>>,
      Network<Line, Conv1d<8, kernel<3>>>>("`RollingBuffer`, `ShiftBuffer`, `buffer_insert`", overlapping);
  row<Net<First, Identity<on_cpu>>, Net<First, Identity<output>>>("`on_cpu`");
  row<Net<Conv2d<8, kernel<3>, pad<1>, output>, Conv2d<8, kernel<1>>>, Net<First, Conv2d<8, kernel<1>>>>("`output`");
  max7800x::Options fifo;
  fifo.input_path = max7800x::InputPath::fifo;
  row<Net<Conv2d<8, kernel<3>, pad<1>, streaming>, Conv2d<8, kernel<1>>>, Net<First, Conv2d<8, kernel<1>>>>(
      "`streaming`", fifo);
}

void placement_options() {
  using Plain = Second<>;
  row<Second<place<out_offset<0x2000>>>, Plain>("`place` with `out_offset`");
  row<Second<place<in_offset<0x2000>>>, Plain>("`place` with `in_offset`");
  row<Second<place<processors<0xff00>>>, Plain>("`place` with `processors`");
  row<Second<place<output_processors<0xff00>>>, Plain>("`place` with `output_processors`");
  row<Second<place<write_gap<1>>>, Plain>("`place` with `write_gap`");
  row<Second<bias, place<bias_groups<1>>>, Second<bias>>("`place` with `bias_groups`");
  row<Second<place<tcalc>>, Plain>("`place` with `tcalc`", {}, "no effect: there is one pass");
  // It matters to a layer of several passes that reads ahead, into another block than it reads.
  using Wide = Conv2d<72, kernel<3>, pad<1>>;
  row<Net<Wide, Conv2d<8, kernel<3>, pad<1>, place<read_ahead, no_tcalc, out_offset<0x8000>>>>,
      Net<Wide, Conv2d<8, kernel<3>, pad<1>, place<read_ahead, out_offset<0x8000>>>>>("`place` with `no_tcalc`");
  row<Second<place<parallel_outputs>>, Plain>("`place` with `parallel_outputs`");
  row<Second<place<read_ahead>>, Plain>("`place` with `read_ahead`");
  row<Second<place<read_gap<1>>>, Plain>("`place` with `read_gap`");
  row<Second<place<next_layer<2>>>, Plain>("`place` with `next_layer`");
  row<Second<place<next_layer_on_hit<2>>>, Plain>("`place` with `next_layer_on_hit`");
}

template <class... Layers>
using RealNet = Net<First, Dequantize<>, Layers...>;

void inputs_and_processor() {
  heading("Inputs");
  row<Network<Input<4, 16, 16, hwc>, First>, Network<Input<4, 16, 16, chw>, First>>("`hwc`");
  row<Network<Input<4, 16, 16, chw>, First>, Network<Input<4, 16, 16>, First>>("`chw`");
  row<Network<Input<4, 16, 16, real>, Quantize<>, Upload<>, First>, Net<First>>("`real`");

  heading("Layers of the processor");
  row<RealNet<>, Net<First>>("`Dequantize`");
  row<RealNet<Quantize<>>, RealNet<>>("`Quantize`");
  row<Net<First, Requantize<>>, Net<First>>("`Requantize`");
  row<RealNet<GlobalAvgPool2d<>>, RealNet<>>("`GlobalAvgPool2d`");
  row<RealNet<Softmax<>>, RealNet<>>("`Softmax`");
  row<RealNet<Logistic<>>, RealNet<>>("`Logistic`");
  row<RealNet<L2Normalize<>>, RealNet<>>("`L2Normalize`");
  row<RealNet<Upsample<2>>, RealNet<>>("`Upsample`");
  row<RealNet<Resize<8, 8>>, RealNet<>>("`Resize`");
  row<RealNet<ChannelsLast<>>, RealNet<>>("`ChannelsLast`");
  row<Net<First, Upsample<1>, Upload<>, Conv2d<8, kernel<1>>>, Net<First, Upsample<1>>>("`Upload`");
  row<RealNet<GlobalAvgPool2d<>, Quantize<>, AddPadding<>, Conv2d<8, kernel<1>>>,
      RealNet<GlobalAvgPool2d<>, Quantize<>>>("`AddPadding`");
  row<Net<Fused<MaxPool2d<4>, First>, RemovePadding<>>, Net<Fused<MaxPool2d<4>, First>>>("`RemovePadding`");
  row<RealNet<GlobalAvgPool2d<>, Linear<4, on_cpu>>, RealNet<GlobalAvgPool2d<>>>("`Linear` with `on_cpu`");
  row<RealNet<AvgPool2d<2, on_cpu>>, RealNet<>>("`AvgPool2d` with `on_cpu`");
  row<Net<First, MaxPool2d<2, on_cpu>>, Net<First>>("`MaxPool2d` with `on_cpu`");
  row<Net<First, Residual<Conv2d<8, kernel<1>>, on_cpu>>, Net<First, Conv2d<8, kernel<1>>>>("`Residual` with `on_cpu`");
  row<Net<First, Concat<Branch<>, Branch<Conv2d<8, kernel<1>>>, on_cpu>>, Net<First, Conv2d<8, kernel<1>>>>(
      "`Concat` with `on_cpu`");
  row<RealNet<Conv2d<4, kernel<3>, on_cpu>>, RealNet<>>("`Conv2d` with `on_cpu`");
  row<RealNet<ConvTranspose2d<4, kernel<3>, on_cpu>>, RealNet<>>("`ConvTranspose2d` with `on_cpu`");
  using Strided = RealNet<Conv2d<4, kernel<3>, stride<2>, on_cpu>>;
  row<Strided, RealNet<Conv2d<4, kernel<3>, on_cpu>>>("`stride` of a Conv2d with `on_cpu`");
  row<RealNet<Conv2d<4, kernel<3>, dilation<2>, on_cpu>>, RealNet<Conv2d<4, kernel<3>, on_cpu>>>(
      "`dilation` of a Conv2d with `on_cpu`");
  row<RealNet<Conv2d<4, kernel<3>, stride<2>, border<0, 1, 0, 1>>>, Strided>("`border` of a Conv2d");
  row<RealNet<Conv2d<4, kernel<3>, conv_groups<2>>>, RealNet<Conv2d<4, kernel<3>, on_cpu>>>("`conv_groups`");
  row<Net<First, MaxPool2d<3, stride<2>, border<1, 0, 1, 0>>>, Net<First, MaxPool2d<3, stride<2>, on_cpu>>>(
      "`border` of pooling");
  row<Net<First, Pad<1, 1, 0, 0>>, Net<First>>("`Pad`");
  row<Net<First, Pad<1, 1, 0, 0, pad_value<7>>>, Net<First, Pad<1, 1, 0, 0>>>("`Pad` with `pad_value`");
  row<Net<First, Crop<1, 1, 0, 0>>, Net<First>>("`Crop`");
  row<Net<First, PadChannels<0, 2>>, Net<First>>("`PadChannels`");
  row<Net<First, Transpose<1, 2, 0>>, Net<First>>("`Transpose`");
  row<Net<First, Reshape<4, 16, 32>>, Net<First>>("`Reshape`");
  row<Net<First, Slice<1, 0, 16, 2>>, Net<First>>("`Slice`");
  row<Net<First, ChannelShuffle<2>>, Net<First>>("`ChannelShuffle`");
  row<Net<First, SpaceToDepth<2>>, Net<First>>("`SpaceToDepth`");
  row<Net<First, DepthToSpace<2>>, Net<First>>("`DepthToSpace`");
  row<Net<First, PixelUnshuffle<2>>, Net<First>>("`PixelUnshuffle`");
  row<Net<First, PixelShuffle<2>>, Net<First>>("`PixelShuffle`");
  row<RealNet<Reduce<Reduction::mean, dims<1, 2>>>, RealNet<>>("`Reduce`, `dims`");
  using Mean = GlobalAvgPool2d<as<"mean">>;
  using Real = Dequantize<as<"map">>;
  row<Net<First, Real, Mean, Combine<Pairing::multiply, from<"map", "mean">>>, Net<First, Real, Mean>>("`Combine`");
  row<RealNet<Combine<Pairing::add, constant<8, 1, 1>>>, RealNet<>>("`Combine` with `constant`, `constant_first`");
  row<RealNet<Apply<Sigmoid>>, RealNet<>>("`Apply` with an activation function");
  row<RealNet<Apply<>>, RealNet<>>("`Apply`");
}

}  // namespace

int main() {
  std::puts(
      "# Words of the model language, chip by chip\n\n"
      "What becomes of a word in a deployment: \"yes\" if the tables of the chip change with it, or the rules that\n"
      "refuse it or warn of it ([rules.md](rules.md), [rules-k210.md](rules-k210.md)). Nothing is dropped: the "
      "program\n"
      "`incuse_options_page`, which writes this page, compares the tables of small networks with and without each "
      "word.\n"
      "The AI84 has no 1x1 kernels: there the networks have 3x3 ones where the word is about something else. Networks\n"
      "of the K210 have parameters of signed bytes, of real numbers, or the KPU's own tables.");
  layers();
  options();
  placement_options();
  inputs_and_processor();
  return dropped ? 1 : 0;
}
