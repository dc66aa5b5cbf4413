// The tables of the pages in docs/layers: which options a layer type takes, and which values of them each part takes.
// incuse_layers_page FOLDER says which pages are out of date; incuse_layers_page FOLDER write writes them anew. A table
// stands between the lines `begin` and `end` below; the rest of a page is written by hand.
#include <incuse/host/random_parameters.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/incuse.hpp>
#include <incuse/k210/deployment.hpp>
#include <incuse/max7800x/devices.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/model/activations.hpp>
#include <incuse/model/software.hpp>

#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

using namespace incuse;

namespace {

const std::string begin = "<!-- This table is written by incuse_layers_page. -->\n",
                  end = "<!-- End of the table. -->\n";

constexpr int capacity = 8;
using Some = Graph<capacity>;

// Parts ---------------------------------------------------------------------------------------------------------------

Findings on_max7800x(const Some& graph, const max7800x::Device& device, max7800x::Options options) {
  const host::RandomParameters parameters = host::random_parameters(graph, 1, device.max_shift);
  const auto planned =
      max7800x::arrange_and_plan<max7800x::most_layers>(bind(graph, parameters.view()), device, options);
  return max7800x::inspect(planned.graph, planned.plan, device, planned.options);
}

/// Networks of signed bytes, or of real numbers.
Findings on_k210(const Some& graph, bool reals) {
  const auto planned = k210::plan_if_possible(graph, k210_kpu);
  Findings found = k210::check(graph, planned, k210_kpu);
  found.add(reals ? k210::check_reals(graph, k210_kpu) : k210::check_bytes(graph, k210_kpu));
  Finding unquantised;  // found with the parameters
  unquantised.rule = &k210::rules::quantisation;
  for (int i = 0; i < graph.size; ++i)
    if (reals && k210::has_byte_options(graph[i])) found.push(unquantised);
  return found;
}

struct PartOfTable {
  const char* name;
  const char* rules;  ///< the page of its rules
  bool has_processor;
  std::function<Findings(const Some&, const max7800x::Options&)> check;
};
const std::vector<PartOfTable> parts = {
    {"MAX78000", "rules", false,
     [](const Some& net, const max7800x::Options& o) { return on_max7800x(net, max78000, o); }},
    {"MAX78002", "rules", false,
     [](const Some& net, const max7800x::Options& o) { return on_max7800x(net, max78002, o); }},
    {"AI84", "rules", false, [](const Some& net, const max7800x::Options& o) { return on_max7800x(net, ai84, o); }},
    {"K210, signed bytes", "rules-k210", true,
     [](const Some& net, const max7800x::Options&) { return on_k210(net, false); }},
    {"K210, real numbers", "rules-k210", true,
     [](const Some& net, const max7800x::Options&) { return on_k210(net, true); }},
};

// Options -------------------------------------------------------------------------------------------------------------

/// A word, and the values of it that are tried; a word without values is given or not.
struct Probe {
  const char* word;
  std::vector<int> values;
  std::function<void(Some&, int layer, int value)> give;
};

std::vector<int> from_to(int first, int last) {
  std::vector<int> values;
  for (int value = first; value <= last; ++value) values.push_back(value);
  return values;
}

/// What a layer type takes, without which no word of it is tried.
struct Takes {
  bool kernel = false, padding = false, pad_value = false, stride = false, dilation = false, output_pad = false;
  bool same_padding = false, pick_column = false, operands = false, relu = false, bits = false, bypass = false;
  bool shift = false, wide = false, bias = false, batch_norm = false, view = false, crop = false, streaming = false;
  bool on_cpu = false, output = false, border = false, conv_groups = false, name = false, sources = false,
       place = false;
  bool insert = false, dimensions = false, constant = false;
};

/// True if the layer type takes an option of this kind: it does not say that it does not know it.
template <template <class...> class With, class Option>
constexpr bool takes = With<Option>::is_valid;

template <template <class...> class With>
constexpr Takes options_of() {
  Takes all;
  all.padding = takes<With, pad<1>>;
  all.pad_value = takes<With, pad_value<3>>;
  all.stride = takes<With, stride<2>>;
  all.dilation = takes<With, dilation<2>>;
  all.output_pad = takes<With, output_pad<0>>;
  all.same_padding = takes<With, same_padding>;
  all.pick_column = takes<With, pick_column<1>>;
  all.operands = takes<With, operands<2>>;
  all.relu = takes<With, ReLU>;
  all.bits = takes<With, bits<4>>;
  all.bypass = takes<With, bypass>;
  all.shift = takes<With, shift<1>>;
  all.wide = takes<With, wide>;
  all.bias = takes<With, bias>;
  all.batch_norm = takes<With, BatchNorm2d>;
  all.view = takes<With, view<1, 1>>;
  all.crop = takes<With, crop<1>>;
  all.streaming = takes<With, streaming>;
  all.on_cpu = takes<With, on_cpu>;
  all.output = takes<With, output>;
  all.border = takes<With, border<0, 1, 0, 1>>;
  all.conv_groups = takes<With, conv_groups<2>>;
  all.name = takes<With, as<"a">>;
  all.sources = takes<With, from<"input">>;
  all.place = takes<With, place<>>;
  all.insert = takes<With, buffer_insert<1>>;
  return all;
}

/// A layer type in a small network.
struct Subject {
  const char* page;
  Takes takes;
  Some graph;
  int layer;                  ///< its index
  std::string net;            ///< the network, in words
  bool pools = false;         ///< its window is looked at
  bool flat = false;          ///< one-dimensional
  bool of_processor = false;  ///< only parts with a processor are looked at
  bool sized = false;         ///< how large its tensors may be is looked at
};

bool is_flat(const Layer& layer) { return layer.op == Operator::conv1d || layer.in.width == 1; }

/// The probes of a subject, in the order in which the page lists them.
class Probes {
 public:
  explicit Probes(const Subject& subject) : subject_(subject) {
    add_windows();
    add_numbers();
    add_processor();
  }
  std::vector<Probe> all{};

 private:
  void add(bool wanted, const char* word, std::vector<int> values, std::function<void(Layer&, int)> give) {
    if (wanted) all.push_back({word, values, [give](Some& net, int i, int value) { give(net[i], value); }});
  }
  void add_windows();
  void add_numbers();
  void add_processor();

  const Subject& subject_;
};

/// Kernels, paddings and pooling windows.
void Probes::add_windows() {
  const Takes& takes = subject_.takes;
  const bool flat = subject_.flat, pools = subject_.pools;
  const auto size = [flat](int value) { return Extent{value, flat ? 1 : value}; };
  const bool pads = !flat && subject_.graph[subject_.layer].op == Operator::conv2d;
  add(takes.kernel, pads ? "`kernel<n>`, with `pad<(n - 1) / 2>`" : "`kernel<n>`", from_to(1, 11),
      [=](Layer& l, int n) {
        l.kernel = size(n);
        if (pads) l.padding = {(n - 1) / 2, (n - 1) / 2};
      });
  add(takes.padding, "`pad<n>`", from_to(0, 6), [=](Layer& l, int n) { l.padding = {n, flat ? 0 : n}; });
  add(takes.pad_value, "`pad_value<n>`", {}, [](Layer& l, int) { l.pad_value = 3; });
  add(pools, flat ? "window `n`" : "window `n` x `n`", from_to(1, 18), [=](Layer& l, int n) {
    l.pool = size(n);
    l.pool_stride = {n, n};
  });
  add(pools && !flat, "window of 2 x 3", {}, [](Layer& l, int) { l.pool = {2, 3}; });
  add(takes.stride, "`stride<n>`", from_to(1, 18), [=](Layer& l, int n) {
    if (pools)
      l.pool_stride = {n, n};
    else
      l.stride = size(n);
  });
  add(takes.dilation, "`dilation<n>`", from_to(1, 18), [=](Layer& l, int n) {
    if (pools)
      l.pool_dilation = size(n);
    else
      l.dilation = size(n);
  });
  add(takes.output_pad, "`output_pad<n>`", from_to(0, 2), [](Layer& l, int n) { l.output_padding = n; });
  add(takes.same_padding, "`same_padding`, with `stride<1>`", {}, [](Layer& l, int) {
    l.pool_same = true;
    l.pool_stride = {1, 1};
  });
  add(takes.pick_column, "`pick_column<1>`", {}, [](Layer& l, int) { l.pool_column = 1; });
}

/// Activations, weights and what becomes of results.
void Probes::add_numbers() {
  const Takes& takes = subject_.takes;
  add(takes.relu, "`ReLU`", {}, [](Layer& l, int) { l.activation = Activation::relu; });
  add(takes.relu, "`Abs`", {}, [](Layer& l, int) { l.activation = Activation::abs; });
  add(takes.relu, "other activation functions", {}, [](Layer& l, int) {
    LayerDraft draft{};
    Sigmoid::apply(draft);
    l.activation = draft.layer.activation;
    l.function = draft.layer.function;
  });
  add(takes.bias, "`bias`", {}, [](Layer& l, int) { l.bias = true; });
  add(takes.bits, "`bits<n>`", {1, 2, 4, 8}, [](Layer& l, int n) { l.weight_bits = n; });
  add(takes.bits, "`binary`", {}, [](Layer& l, int) {
    l.weight_bits = 1;
    l.binary_weights = true;
  });
  add(takes.bypass, "`bypass`", {}, [](Layer& l, int) {
    l.bypass = true;
    l.output_shift = bypass_shift;
  });
  add(takes.shift, "`shift<n>`", from_to(-20, 20), [](Layer& l, int n) { l.output_shift = n; });
  add(takes.wide, "`wide`", {}, [](Layer& l, int) { l.wide = true; });
  add(takes.batch_norm, "`BatchNorm2d`", {}, [](Layer& l, int) { l.batch_norm = true; });
  add(takes.crop, "`crop<1, 2>`", {}, [](Layer& l, int) {
    l.crop_top = 1;
    l.crop_bottom = 2;
  });
}

/// What the processor runs.
void Probes::add_processor() {
  const Takes& takes = subject_.takes;
  const bool pools = subject_.pools;
  add(takes.on_cpu && pools, "`border<0, 1, 0, 1>`", {}, [](Layer& l, int) {
    l.with.border = {0, 1, 0, 1};
    l.on_cpu = true;
  });
  add(takes.border && !pools, "`border<0, 1, 0, 1>`", {}, [](Layer& l, int) {
    l.with.border = {0, 1, 0, 1};
    l.on_cpu = true;
  });
  add(takes.conv_groups, "`conv_groups<2>`", {}, [](Layer& l, int) {
    l.groups = 2;
    l.on_cpu = true;
  });
  add(takes.on_cpu, "`on_cpu`", {}, [](Layer& l, int) { l.on_cpu = true; });
}

std::vector<Probe> probes_of(const Subject& subject) { return Probes(subject).all; }

/// What `subject` is with one option changed.
Some changed(const Subject& subject, const Probe& probe, int value) {
  Some net = subject.graph;
  for (int i = subject.layer; i < net.size; ++i) {  // what follows from sizes is inferred anew
    if (net[i].op == Operator::none || net[i].groups > 1) net[i].out_channels = 0;
    if (net[i].groups > 1) net[i].groups = 0;
  }
  probe.give(net, subject.layer, value);
  return infer(net);
}

// The table -----------------------------------------------------------------------------------------------------------

std::string rule_link(const Rule& rule, const char* page) {
  const std::string id = string_of(rule.id);
  return "[`" + id + "`](../" + page + ".md#" + id + ")";
}

/// "1 to 3, 5".
std::string spelled_numbers(const std::vector<int>& numbers, const std::vector<int>& tried) {
  std::string words;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    words += (words.empty() ? "" : ", ") + std::to_string(numbers[i]);
    if (last > i) words += (last == i + 1 ? ", " : " to ") + std::to_string(numbers[last]);
    i = last + 1;
  }
  if (tried.size() > 10 && !numbers.empty() && numbers.back() == tried.back()) words += " …";
  return words;
}

void add_rule(std::vector<std::string>& rules, const std::string& rule) {
  for (const std::string& other : rules)
    if (other == rule) return;
  rules.push_back(rule);
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

/// Which values of a word a part takes, and which rule refuses the first of the others.
std::string cell(const Subject& subject, const Probe& probe, const PartOfTable& part) {
  std::vector<int> taken;
  std::vector<std::string> refusing, warning;
  const std::vector<int> tried = probe.values.empty() ? std::vector<int>{1} : probe.values;
  for (int value : tried) {
    const Findings found = part.check(changed(subject, probe, value), {});
    if (found.ok()) taken.push_back(value);
    for (const Finding& finding : found) {
      const bool is_error = finding.rule->severity == Severity::error;
      if (is_error && refusing.size() < 2) {
        add_rule(refusing, rule_link(*finding.rule, part.rules));
        break;
      }
      if (!is_error && found.ok() && warning.empty()) add_rule(warning, rule_link(*finding.rule, part.rules));
    }
  }
  if (taken.empty()) return "no: " + joined(refusing);
  std::string words = probe.values.empty() ? "yes" : spelled_numbers(taken, probe.values);
  if (!refusing.empty()) words += "; else " + joined(refusing);
  if (!warning.empty()) words += "; warns: " + joined(warning);
  return words;
}

/// The layer alone, for an input of this shape.
Some alone(const Subject& subject, Shape input) {
  Some net;
  net.input = input;
  net.size = 1;
  net[0] = subject.graph[subject.layer];
  net[0].sources = {};
  if (net[0].op == Operator::none || net[0].groups > 1) net[0].out_channels = 0;
  if (net[0].groups > 1) net[0].groups = 0;  // depth-wise: as many as there are channels
  return net;
}

/// "up to n", for the largest network of a kind that a part takes, and the rule that refuses the next one.
std::string largest(const PartOfTable& part, const std::function<Some(int)>& sized) {
  const auto check = [&](int size) { return part.check(infer(sized(size)), {}); };
  const auto first_error = [&](const Findings& found) {
    for (const Finding& finding : found)
      if (finding.rule->severity == Severity::error) return rule_link(*finding.rule, part.rules);
    return std::string();
  };
  int taken = 0, refused = 4096;
  for (int size = 4; size < refused && taken == 0; size *= 2)
    if (check(size).ok()) taken = size;
  if (taken == 0) return "no: " + first_error(check(16));
  if (check(refused).ok()) return std::to_string(refused) + " …";
  while (refused - taken > 1) {
    const int middle = (taken + refused) / 2;
    (check(middle).ok() ? taken : refused) = middle;
  }
  return "up to " + std::to_string(taken) + "; else " + first_error(check(refused));
}

struct SizeProbe {
  const char* words;
  std::function<Some(int)> sized;
};

/// How large tensors may be where the layer stands alone.
std::vector<SizeProbe> sizes_of(const Subject& subject) {
  const Shape in = subject.graph[subject.layer].in;
  const bool flat = subject.flat;
  std::vector<SizeProbe> all;
  if (!subject.sized) return all;
  all.push_back({"alone, input channels", [=](int n) { return alone(subject, {n, in.height, in.width}); }});
  if (subject.graph[subject.layer].op != Operator::none && subject.graph[subject.layer].groups == 1)
    all.push_back({"alone, output channels", [=](int n) {
                     Some net = alone(subject, in);
                     net[0].out_channels = n;
                     return net;
                   }});
  if (!subject.graph[subject.layer].flatten)
    all.push_back({flat ? "alone, values of a channel" : "alone, rows and columns", [=](int n) {
                     return alone(subject, {in.channels, n, flat ? 1 : n});
                   }});
  return all;
}

std::string further_options(const Takes& takes) {
  std::vector<std::string> words;
  const auto add = [&](bool wanted, const char* word) {
    if (wanted) words.push_back(word);
  };
  add(takes.operands, "`operands<n>`");
  add(takes.name, "`as<\"name\">`");
  add(takes.sources, "`from<\"name\", …>`");
  add(takes.output, "`output`");
  add(takes.view, "`view<…>`");
  add(takes.insert, "`buffer_insert<rows>`");
  add(takes.streaming, "`streaming`");
  add(takes.place, "`place<…>`");
  add(takes.dimensions, "`dims<…>`");
  add(takes.constant, "`constant<…>`, `constant_first<…>`");
  return joined(words);
}

/// One row; a part that refuses the network as it is has an empty cell where it says no more than that.
template <class CellOf>
void add_row(std::ostringstream& table, const std::string& words, const std::vector<PartOfTable>& columns,
             std::vector<std::string>& as_it_is, const CellOf& cell_of) {
  table << "| " << words << " |";
  const bool first = as_it_is.empty();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string said = cell_of(columns[i]);
    if (first) as_it_is.push_back(said);
    const bool refused = as_it_is[i].rfind("no", 0) == 0 && said.rfind("no", 0) == 0;
    table << (!first && refused ? std::string() : ' ' + said) << " |";
  }
  table << '\n';
}

std::string table_of(const Subject& subject) {
  std::vector<PartOfTable> columns;
  for (const PartOfTable& part : parts)
    if (part.has_processor || !subject.of_processor) columns.push_back(part);
  std::ostringstream table;
  const Probe nothing{"", {}, [](Some&, int, int) {}};
  bool is_taken = true;
  for (const PartOfTable& part : columns) is_taken = is_taken && cell(subject, nothing, part).rfind("no", 0) != 0;
  table << "In `" << subject.net << "`, one change at a time"
        << (is_taken ? ":\n\n| |" : "; cells are empty where it is refused anyway:\n\n| |");
  for (const PartOfTable& part : columns) table << ' ' << part.name << " |";
  table << "\n|---|";
  for (std::size_t i = 0; i < columns.size(); ++i) table << "---|";
  table << '\n';
  std::vector<std::string> as_it_is;
  add_row(table, "as it is", columns, as_it_is, [&](const PartOfTable& part) { return cell(subject, nothing, part); });
  for (const Probe& probe : probes_of(subject))
    add_row(table, probe.word, columns, as_it_is, [&](const PartOfTable& part) { return cell(subject, probe, part); });
  for (const SizeProbe& probe : sizes_of(subject))
    add_row(table, probe.words, columns, as_it_is, [&](const PartOfTable& part) { return largest(part, probe.sized); });
  return table.str();
}

/// All tables of a page, and the options that are not in them.
std::string tables_of(const std::vector<Subject>& subjects, const std::string& page) {
  std::string all;
  for (const Subject& subject : subjects)
    if (page == subject.page) all += (all.empty() ? "" : "\n") + table_of(subject);
  for (const Subject& subject : subjects) {
    const std::string further = further_options(subject.takes);
    if (page != subject.page || further.empty()) continue;
    return all + "\nFurther options: " + further + ". All of them: [words.md](words.md).\n";
  }
  return all;
}

// Layers --------------------------------------------------------------------------------------------------------------

template <class Net>
Some graph_in() {
  const auto& own = graph_of<Net>();
  static_assert(graph_of<Net>().size <= capacity);
  Some graph;
  graph.input = own.input;
  graph.real_input = own.real_input;
  graph.input_format = own.input_format;
  graph.buffer = own.buffer;
  graph.size = own.size;
  for (int i = 0; i < own.size; ++i) graph[i] = own[i];
  return infer(graph);
}

/// The network's name for what stands in front of many layers.
std::string spelled_out(std::string words) {
  for (std::size_t at; (at = words.find("Small")) != std::string::npos;)
    words.replace(at, 5, "Conv2d<8, kernel<3>, pad<1>>");
  return words;
}

/// Layer `layer` of `Net`. `With` is its type, and takes further options; `more` are those that it has already.
template <class Net, template <class...> class With>
Subject subject_of(const char* page, const char* words, int layer, Takes more = {}) {
  Subject subject{page, options_of<With>(), graph_in<Net>(), layer, spelled_out(words)};
  const Layer& own = subject.graph[layer];
  subject.pools = own.pooling != Pooling::none;
  subject.flat = is_flat(own);
  subject.sized = own.software == Software::none && (own.weighted() || subject.pools) && !own.on_cpu;
  subject.takes.kernel = own.weighted() && own.op != Operator::linear;
  subject.takes.operands = subject.takes.operands || more.operands;
  subject.takes.sources = subject.takes.sources || more.sources;
  subject.takes.dimensions = more.dimensions;
  subject.takes.constant = more.constant;
  if (own.software != Software::none) subject.takes.on_cpu = false;
  if (own.on_cpu && own.software == Software::none) {
    subject.of_processor = true;
    subject.takes.on_cpu = subject.takes.crop = false;
  }
  return subject;
}

#define LAYER(NAME, ...)   \
  template <class... More> \
  using NAME = __VA_ARGS__

LAYER(conv2d, Conv2d<8, kernel<3>, More...>);
LAYER(depthwise2d, DepthwiseConv2d<kernel<3>, More...>);
LAYER(conv1d, Conv1d<8, kernel<3>, More...>);
LAYER(depthwise1d, DepthwiseConv1d<kernel<3>, More...>);
LAYER(transposed, ConvTranspose2d<8, kernel<3>, More...>);
LAYER(linear, Linear<8, More...>);
LAYER(max2d, MaxPool2d<2, More...>);
LAYER(average2d, AvgPool2d<2, More...>);
LAYER(max1d, MaxPool1d<2, More...>);
LAYER(average1d, AvgPool1d<2, More...>);
LAYER(subsample, Subsample2d<2, More...>);
LAYER(sum, Add<Branch<>, Branch<>, More...>);
LAYER(difference, Sub<Branch<>, Branch<>, More...>);
LAYER(bitwise_or, BitwiseOr<Branch<>, Branch<>, More...>);
LAYER(bitwise_xor, BitwiseXor<Branch<>, Branch<>, More...>);
template <class... More>
using fused = Fused<MaxPool2d<2, More...>, Conv2d<8, kernel<3>, pad<1>>>;
LAYER(identity, Identity<More...>);
LAYER(shift_buffer, ShiftBuffer<1, More...>);
LAYER(residual, Residual<Conv2d<8, kernel<1>>, More...>);
LAYER(quantize, Quantize<More...>);
LAYER(dequantize, Dequantize<More...>);
LAYER(requantize, Requantize<More...>);
LAYER(global_average, GlobalAvgPool2d<More...>);
LAYER(softmax, Softmax<More...>);
LAYER(logistic, Logistic<More...>);
LAYER(l2_normalize, L2Normalize<More...>);
LAYER(upsample, Upsample<2, More...>);
LAYER(resize, Resize<8, 8, More...>);
LAYER(channels_last, ChannelsLast<More...>);
LAYER(upload, Upload<More...>);
LAYER(add_padding, AddPadding<More...>);
LAYER(remove_padding, RemovePadding<More...>);
LAYER(pad_map, Pad<1, 1, 0, 0, More...>);
LAYER(crop_map, Crop<1, 1, 0, 0, More...>);
LAYER(pad_channels, PadChannels<0, 2, More...>);
LAYER(transpose, Transpose<1, 2, 0, More...>);
LAYER(reshape, Reshape<4, 16, 32, More...>);
LAYER(slice, Slice<1, 0, 16, 2, More...>);
LAYER(shuffle, ChannelShuffle<2, More...>);
LAYER(space_to_depth, SpaceToDepth<2, More...>);
LAYER(depth_to_space, DepthToSpace<2, More...>);
LAYER(unshuffle, PixelUnshuffle<2, More...>);
LAYER(pixel_shuffle, PixelShuffle<2, More...>);
LAYER(reduce, Reduce<Reduction::mean, dims<1, 2>, More...>);
LAYER(combine, Combine<Pairing::multiply, from<"map", "mean">, More...>);
LAYER(apply, Apply<Sigmoid, More...>);
#undef LAYER

using Small = Conv2d<8, kernel<3>, pad<1>>;

/// The network of a subject, as a type and in words.
#define SUBJECT(PAGE, WITH, LAYER, TAKES, ...) subject_of<__VA_ARGS__, WITH>(PAGE, #__VA_ARGS__, LAYER, TAKES)

std::vector<Subject> accelerator_layers() {
  const Takes operands{.operands = true, .sources = true}, none;
  return {
      SUBJECT("conv2d", conv2d, 1, none, Network<Input<4, 16, 16>, Small, Conv2d<8, kernel<3>, pad<1>>>),
      SUBJECT("depthwiseconv2d", depthwise2d, 1, none,
              Network<Input<4, 16, 16>, Small, DepthwiseConv2d<kernel<3>, pad<1>>>),
      SUBJECT("conv1d", conv1d, 1, none, Network<Input<4, 81>, Conv1d<8, kernel<3>>, Conv1d<8, kernel<3>>>),
      SUBJECT("depthwiseconv1d", depthwise1d, 1, none,
              Network<Input<4, 81>, Conv1d<8, kernel<3>>, DepthwiseConv1d<kernel<3>>>),
      SUBJECT("convtranspose2d", transposed, 1, none,
              Network<Input<4, 16, 16>, Small, ConvTranspose2d<8, kernel<3>, pad<1>>>),
      SUBJECT("linear", linear, 1, none, Network<Input<4, 16, 16>, Small, Flatten, Linear<8>>),
      SUBJECT("maxpool2d", max2d, 1, none, Network<Input<4, 36, 36>, Small, MaxPool2d<2>>),
      SUBJECT("avgpool2d", average2d, 1, none, Network<Input<4, 36, 36>, Small, AvgPool2d<2>>),
      SUBJECT("maxpool1d", max1d, 1, none, Network<Input<4, 72>, Conv1d<8, kernel<1>>, MaxPool1d<2>>),
      SUBJECT("avgpool1d", average1d, 1, none, Network<Input<4, 72>, Conv1d<8, kernel<1>>, AvgPool1d<2>>),
      SUBJECT("subsample2d", subsample, 1, none, Network<Input<4, 36, 36>, Small, Subsample2d<2>>),
      SUBJECT("add", sum, 2, operands, Network<Input<4, 16, 16>, Small, Add<Branch<>, Branch<Small>>>),
      SUBJECT("sub", difference, 2, operands, Network<Input<4, 16, 16>, Small, Sub<Branch<>, Branch<Small>>>),
      SUBJECT("bitwiseor", bitwise_or, 2, operands,
              Network<Input<4, 16, 16>, Small, BitwiseOr<Branch<>, Branch<Small>>>),
      SUBJECT("bitwisexor", bitwise_xor, 2, operands,
              Network<Input<4, 16, 16>, Small, BitwiseXor<Branch<>, Branch<Small>>>),
      SUBJECT("residual", residual, 2, none, Network<Input<4, 16, 16>, Small, Residual<Small>>),
      SUBJECT("identity", identity, 1, none, Network<Input<4, 16, 16>, Small, Identity<>>),
      SUBJECT(
          "shiftbuffer", shift_buffer, 1, none,
          Network<Input<3, 9, 9>, RollingBuffer<32, 15>, Conv2d<16, kernel<3>, ReLU>, ShiftBuffer<1>,
                  Fused<MaxPool2d<2>, Conv2d<32, kernel<3>, buffer_insert<1>>>, Conv1d<8, kernel<3>, from<"buffer">>>),
      SUBJECT("fused", fused, 1, none, Network<Input<4, 36, 36>, Small, Fused<MaxPool2d<2>, Small>>),
      SUBJECT("fused", fused, 1, none, Network<Input<4, 36, 36>, Small, Fused<AvgPool2d<2>, Small>>),
  };
}

/// The same on a processor, which computes with real numbers.
std::vector<Subject> accelerator_layers_on_processor() {
  const Takes none;
  return {
      SUBJECT("conv2d", conv2d, 0, none, Network<Input<4, 16, 16, real>, Conv2d<8, kernel<3>, pad<1>, on_cpu>>),
      SUBJECT("depthwiseconv2d", depthwise2d, 0, none,
              Network<Input<4, 16, 16, real>, DepthwiseConv2d<kernel<3>, pad<1>, on_cpu>>),
      SUBJECT("convtranspose2d", transposed, 0, none,
              Network<Input<4, 16, 16, real>, ConvTranspose2d<8, kernel<3>, pad<1>, on_cpu>>),
      SUBJECT("linear", linear, 0, none, Network<Input<64, 1, 1, real>, Linear<8, on_cpu>>),
      SUBJECT("maxpool2d", max2d, 0, none, Network<Input<4, 36, 36, real>, MaxPool2d<2, on_cpu>>),
      SUBJECT("avgpool2d", average2d, 0, none, Network<Input<4, 36, 36, real>, AvgPool2d<2, on_cpu>>),
      SUBJECT("add", sum, 2, none,
              Network<Input<4, 16, 16, real>, Identity<as<"a">, on_cpu>, Identity<as<"b">, on_cpu>,
                      Add<from<"a", "b">, on_cpu>>),
      SUBJECT("identity", identity, 0, none, Network<Input<4, 16, 16, real>, Identity<on_cpu>>),
  };
}

std::vector<Subject> processor_layers() {
  const Takes none, reduced{.dimensions = true}, combined{.sources = true, .constant = true};
  return {
      SUBJECT("quantize", quantize, 0, none, Network<Input<4, 16, 16, real>, Quantize<>, Upload<>, Small>),
      SUBJECT("dequantize", dequantize, 1, none, Network<Input<4, 16, 16>, Small, Dequantize<>>),
      SUBJECT("requantize", requantize, 1, none, Network<Input<4, 16, 16>, Small, Requantize<>>),
      SUBJECT("globalavgpool2d", global_average, 2, none,
              Network<Input<4, 16, 16>, Small, Dequantize<>, GlobalAvgPool2d<>>),
      SUBJECT("softmax", softmax, 2, none, Network<Input<4, 16, 16>, Small, Dequantize<>, Softmax<>>),
      SUBJECT("logistic", logistic, 2, none, Network<Input<4, 16, 16>, Small, Dequantize<>, Logistic<>>),
      SUBJECT("l2normalize", l2_normalize, 2, none, Network<Input<4, 16, 16>, Small, Dequantize<>, L2Normalize<>>),
      SUBJECT("upsample", upsample, 1, none, Network<Input<4, 16, 16>, Small, Upsample<2>>),
      SUBJECT("resize", resize, 1, none, Network<Input<4, 16, 16>, Small, Resize<8, 8>>),
      SUBJECT("channelslast", channels_last, 2, none, Network<Input<4, 16, 16>, Small, Dequantize<>, ChannelsLast<>>),
      SUBJECT("upload", upload, 2, none, Network<Input<4, 16, 16>, Small, Upsample<2>, Upload<>, Conv2d<8, kernel<1>>>),
      SUBJECT("addpadding", add_padding, 4, none,
              Network<Input<4, 16, 16>, Small, Dequantize<>, GlobalAvgPool2d<>, Quantize<>, AddPadding<>,
                      Conv2d<8, kernel<1>>>),
      SUBJECT("removepadding", remove_padding, 2, none,
              Network<Input<4, 16, 16>, MaxPool2d<4>, Conv2d<8, kernel<3>, pad<1>>, RemovePadding<>>),
      SUBJECT("pad", pad_map, 1, none, Network<Input<4, 16, 16>, Small, Pad<1, 1, 0, 0>>),
      SUBJECT("crop", crop_map, 1, none, Network<Input<4, 16, 16>, Small, Crop<1, 1, 0, 0>>),
      SUBJECT("padchannels", pad_channels, 1, none, Network<Input<4, 16, 16>, Small, PadChannels<0, 2>>),
      SUBJECT("transpose", transpose, 1, none, Network<Input<4, 16, 16>, Small, Transpose<1, 2, 0>>),
      SUBJECT("reshape", reshape, 1, none, Network<Input<4, 16, 16>, Small, Reshape<4, 16, 32>>),
      SUBJECT("slice", slice, 1, none, Network<Input<4, 16, 16>, Small, Slice<1, 0, 16, 2>>),
      SUBJECT("channelshuffle", shuffle, 1, none, Network<Input<4, 16, 16>, Small, ChannelShuffle<2>>),
      SUBJECT("spacetodepth", space_to_depth, 1, none, Network<Input<4, 16, 16>, Small, SpaceToDepth<2>>),
      SUBJECT("depthtospace", depth_to_space, 1, none, Network<Input<4, 16, 16>, Small, DepthToSpace<2>>),
      SUBJECT("pixelunshuffle", unshuffle, 1, none, Network<Input<4, 16, 16>, Small, PixelUnshuffle<2>>),
      SUBJECT("pixelshuffle", pixel_shuffle, 1, none, Network<Input<4, 16, 16>, Small, PixelShuffle<2>>),
      SUBJECT("reduce", reduce, 2, reduced,
              Network<Input<4, 16, 16>, Small, Dequantize<>, Reduce<Reduction::mean, dims<1, 2>>>),
      SUBJECT("combine", combine, 3, combined,
              Network<Input<4, 16, 16>, Small, Dequantize<as<"map">>, GlobalAvgPool2d<as<"mean">>,
                      Combine<Pairing::multiply, from<"map", "mean">>>),
      SUBJECT("apply", apply, 2, none, Network<Input<4, 16, 16>, Small, Dequantize<>, Apply<Sigmoid>>),
  };
}
#undef SUBJECT

// Pages ---------------------------------------------------------------------------------------------------------------

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The page with its table; empty if it has no place for one.
std::string with_table(const std::string& page, const std::string& table) {
  const std::size_t from = page.find(begin);
  const std::size_t to = from == std::string::npos ? from : page.find(end, from);
  if (to == std::string::npos) return {};
  return page.substr(0, from + begin.size()) + '\n' + table + '\n' + page.substr(to);
}

/// True if the page is as it should be, or was written.
bool bring_up_to_date(const std::string& folder, const std::string& name, const std::string& tables, bool write) {
  const std::string path = folder + '/' + name + ".md";
  const std::string page = read(path), wanted = with_table(page, tables);
  if (wanted.empty()) {
    std::fprintf(stderr, "%s is not there, or has no place for the table\n", path.c_str());
    return false;
  }
  if (page == wanted) return true;
  if (!write) {
    std::fprintf(stderr, "%s is out of date: build the target incuse_docs\n", path.c_str());
    return false;
  }
  std::ofstream(path, std::ios::binary) << wanted;
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 2;
  const bool write = count > 2 && std::string(arguments[2]) == "write";
  std::vector<Subject> all;
  for (const auto& subjects : {accelerator_layers(), accelerator_layers_on_processor(), processor_layers()})
    all.insert(all.end(), subjects.begin(), subjects.end());
  bool good = true;
  std::string done;
  for (const Subject& subject : all) {
    const std::string name = subject.page;
    if (done.find(' ' + name + ' ') != std::string::npos) continue;
    done += ' ' + name + ' ';
    good = bring_up_to_date(arguments[1], name, tables_of(all, name), write) && good;
  }
  return good ? 0 : 1;
}
