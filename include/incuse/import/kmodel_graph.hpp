// The network of a kmodel as a graph. Nodes do not say whose output they read: that is recovered from their addresses.
// Nodes that no layer of a network type corresponds to are errors; nothing is guessed.
#pragma once

#include <cctype>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/kmodel4_layers.hpp>
#include <incuse/import/kmodel_faults.hpp>
#include <incuse/k210/kmodel/firmware_rules.hpp>
#include <incuse/k210/kmodel/kmodel.hpp>
#include <incuse/k210/planning.hpp>

namespace incuse {

/// The network of a kmodel, or the reasons why there is none.
struct KmodelNetwork {
  static constexpr int most_layers = 512;

  Graph<most_layers> graph{};
  std::deque<std::string> names{};       ///< of the layers, which point to them
  std::vector<int> nodes{};              ///< for each layer: the node that it stands for
  std::vector<KmodelNumbers> numbers{};  ///< for each layer: what the node does not have as it is
  std::vector<int> outputs{};            ///< for each output of the model: its number among those of the network
  std::vector<std::string> errors{};     ///< one of each node that is refused, in their order: "node 3 (add): …"

  KmodelNetwork() = default;
  KmodelNetwork(KmodelNetwork&&) = default;
  KmodelNetwork& operator=(KmodelNetwork&&) = default;

  bool ok() const { return errors.empty(); }
};

namespace detail {

/// Which tensors lie in a memory, and which nodes wrote them.
class WrittenRanges {
 public:
  /// `unit` and `memory` are for messages.
  WrittenRanges(std::string unit, std::string memory) : unit_(std::move(unit)), memory_(std::move(memory)) {}

  /// A node overwrites `reach` units, of which the first `size` are a tensor.
  void write(std::uint64_t start, std::uint64_t size, std::uint64_t reach, int tensor, const std::string& writer) {
    const std::uint64_t end = start + reach;
    std::vector<Range> kept;
    for (Range& range : ranges_) {
      const bool overlaps = range.start < end && start < range.end;
      if (overlaps && start <= range.start && range.end <= end) continue;
      if (overlaps) range.torn_by = writer;
      kept.push_back(std::move(range));
    }
    kept.push_back({start, start + size, tensor, writer, {}});
    ranges_ = std::move(kept);
  }

  static constexpr int none = -2;
  /// The tensor that takes up exactly these units; `none`, and a problem, if there is no such tensor.
  int read(std::uint64_t start, std::uint64_t size, std::string& problem) const {
    const std::uint64_t end = start + size;
    const std::string reads = "it reads " + text(start, end) + " of " + memory_ + ", ";
    problem = reads + "which nobody has written";
    for (const Range& range : ranges_) {
      if (range.start >= end || start >= range.end) continue;
      const bool exactly = range.start == start && range.end == end;
      if (exactly && range.torn_by.empty()) {
        problem.clear();
        return range.tensor;
      }
      problem = reads + "but " +
                (range.torn_by.empty() ? range.writer + " wrote " + text(range.start, range.end)
                                       : range.torn_by + " overwrote a part of what " + range.writer + " wrote there");
      if (exactly) break;
    }
    return none;
  }

 private:
  struct Range {
    std::uint64_t start, end;
    int tensor;
    std::string writer;
    std::string torn_by;  ///< the node that overwrote a part of it; empty: none did
  };

  std::string text(std::uint64_t start, std::uint64_t end) const {
    return unit_ + ' ' + std::to_string(start) + " to " + std::to_string(end - 1);
  }

  std::string unit_, memory_;
  std::vector<Range> ranges_{};
};

/// True for nodes that copy bytes, be they codes or floats.
template <class Node>
inline constexpr bool joins_bytes =
    std::is_base_of_v<k210::kmodel3::Concat, Node> || std::is_same_v<k210::kmodel4::Concat, Node>;

/// Follows the nodes of a model in their order. Of the output of a refused node only place and element type are known,
/// so that later nodes are not refused because of it.
class KmodelTracer : Kmodel4Layers<KmodelTracer> {
 public:
  explicit KmodelTracer(const k210::Kmodel& model) : model_(model) {}

  KmodelNetwork trace() {
    if (!model_.eight_bit_weights) refuse("network types have 8-bit weights on the K210, the model has 16-bit ones");
    refused_ = false;
    begin_with_inputs();
    add_nodes();
    if (ok()) mark_outputs();
    if (ok()) expect_readers();
    if (ok()) check_network();
    add_faults();
    if (!ok()) result_.graph.size = 0;
    return std::move(result_);
  }

 private:
  friend class Kmodel4Layers<KmodelTracer>;
  using Kmodel4Layers<KmodelTracer>::make;

  /// The output of a layer; the first tensor is the network's input. After a refused node no layers are added, and
  /// tensors of unknown shape are assumed to have the shape that their reader expects.
  struct Tensor {
    int layer;
    Shape shape;
    k210::Element element;
    bool known = true;
    std::vector<std::uint8_t> constant{};  ///< its bytes, if a node made it of constants: no layer makes it
  };

  // Messages.
  bool ok() const { return result_.ok(); }
  /// Only the first reason of each node is kept: others may be consequences of it.
  void refuse(const std::string& reason) {
    if (refused_) return;
    refused_ = true;
    result_.errors.push_back(node_ < 0 ? reason : node_text(model_, node_) + ": " + reason);
  }
  void look_at(int node) {
    if (node == node_) return;
    node_ = node;
    refused_ = false;
  }
  void refuse_layer(int layer, const std::string& reason) {
    look_at(layer >= 0 ? result_.nodes[static_cast<std::size_t>(layer)] : -1);
    refuse(reason);
  }

  // Tensors.
  WrittenRanges& memory(const NodeAccesses::Access& access) { return access.in_ram ? ram_ : main_; }

  void begin_with_inputs() {
    if (model_.input_count != 1)
      refuse("the model has " + std::to_string(model_.input_count) + " inputs, and networks have one");
    for (int i = 0; i < model_.input_count; ++i) add_input(model_.inputs[i]);
    refused_ = false;
  }
  /// In version 3 a first node that is no convolution reads numbers without a shape.
  void add_input(const k210::KmodelInput& input) {
    if (input.shape[0] != 1 || input.range.memory == k210::KmodelMemory::constants)
      refuse("the model's input is no single image");
    const bool in_ram = input.range.memory == k210::KmodelMemory::kpu;
    const Shape shape = in_ram || model_.version == 4 ? Shape{input.shape[1], input.shape[2], input.shape[3]}
                                                      : Shape{static_cast<int>(input.shape.elements()), 1, 1};
    result_.graph.input = shape;
    result_.graph.real_input = input.range.type == k210::KmodelType::f32;
    tensors_.push_back({network_input, shape, result_.graph.real_input ? real : code, ok()});
    write(access_of(input, shape), static_cast<int>(tensors_.size()) - 1);
  }
  void write(const NodeAccesses::Access& access, int tensor) {
    memory(access).write(access.start, access.size, access.size + access.overshoot, tensor,
                         node_ < 0 ? "the model's input" : "node " + std::to_string(node_));
  }
  /// The tensor that a node reads. `any_element`: codes and floats are both accepted.
  int find(const NodeAccesses::Access& access, bool any_element) {
    if (access.size == 0) refuse("it reads nothing");
    std::string problem;
    const int tensor = memory(access).read(access.start, access.size, problem);
    if (tensor == WrittenRanges::none) {
      refuse(problem);
      return 0;
    }
    if (!any_element && tensors_[static_cast<std::size_t>(tensor)].element != access.element)
      refuse(access.element == code ? "it reads codes where floats are" : "it reads floats where codes are");
    return tensor;
  }
  /// The first tensor that the node being added reads.
  const Tensor& source() const { return tensor(sources_[0]); }
  const Tensor& tensor(int index) const { return tensors_[static_cast<std::size_t>(index)]; }

  void add_nodes() {
    for (int node = 0; node < model_.node_count; ++node) {
      look_at(node);
      visit_node(model_, node, [&](const auto& kind) { add(kind); });
    }
    look_at(-1);
  }

  template <class Node>
  void add(const Node& node) {
    const NodeAccesses accesses = accesses_of(node);
    sources_.clear();
    made_constants_.clear();
    for (const NodeAccesses::Access& read : accesses.reads) {
      const int read_tensor = find(read, joins_bytes<Node>);
      if (!tensor(read_tensor).constant.empty())
        made_constants_.emplace_back(read.start, read_tensor);
      else
        sources_.push_back(read_tensor);
    }
    int tensor = refused_ ? 0 : sources_.empty() ? make_constant(node) : make(node);
    if (refused_) {
      tensors_.push_back({network_input, {}, accesses.writes.empty() ? code : accesses.writes[0].element, false});
      tensor = static_cast<int>(tensors_.size()) - 1;
    }
    for (const NodeAccesses::Access& written : accesses.writes) {
      if (written.size == 0) refuse("it writes nothing");
      write(written, tensor);
    }
  }

  /// A node that reads constants only: computed here if it moves them, else refused.
  template <class Node>
  int make_constant(const Node& node) {
    std::vector<std::uint8_t> bytes = moved_constant(node);
    if (bytes.empty()) {
      refuse("it reads constants only");
      return 0;
    }
    const k210::Element element = accesses_of(node).writes[0].element;
    tensors_.push_back({network_input, {static_cast<int>(bytes.size()) / bytes_of(element), 1, 1}, element});
    tensors_.back().constant = std::move(bytes);
    return static_cast<int>(tensors_.size()) - 1;
  }
  /// The bytes that a node reads at a place of main memory, if they are constants; null if not.
  const std::vector<std::uint8_t>* made_constant(const k210::KmodelRange& range) const {
    if (range.memory != k210::KmodelMemory::main) return nullptr;
    for (const auto& [start, index] : made_constants_)
      if (start == range.start) return &tensor(index).constant;
    return nullptr;
  }

  /// Appends a layer that reads the sources; returns the tensor that it writes, which becomes the only source.
  int append(Layer layer, Shape shape, k210::Element element, const std::string& name, KmodelNumbers numbers = {}) {
    Graph<KmodelNetwork::most_layers>& graph = result_.graph;
    if (!ok() && !refused_) return append_unknown(shape, element);
    if (graph.size == graph.capacity) refuse("the network has more than " + std::to_string(graph.capacity) + " layers");
    if (sources_.size() > static_cast<std::size_t>(max_operands))
      refuse("it reads " + std::to_string(sources_.size()) + " tensors, but a layer at most " +
             std::to_string(max_operands));
    if (refused_) return 0;
    result_.names.push_back(name);
    result_.nodes.push_back(node_);
    result_.numbers.push_back(std::move(numbers));
    layer.name = {result_.names.back().data(), static_cast<int>(result_.names.back().size())};
    for (int source : sources_) layer.sources.push(tensors_[static_cast<std::size_t>(source)].layer);
    tensors_.push_back({graph.size, shape, element});
    graph[graph.size++] = layer;
    sources_ = {static_cast<int>(tensors_.size()) - 1};
    return sources_[0];
  }
  /// The same after a node was refused: no layer is added, but errors in further nodes are still found.
  int append_unknown(Shape shape, k210::Element element) {
    bool known = true;
    for (int source : sources_) known = known && tensors_[static_cast<std::size_t>(source)].known;
    tensors_.push_back({network_input, shape, element, known});
    sources_ = {static_cast<int>(tensors_.size()) - 1};
    return sources_[0];
  }
  int append_cpu(Layer layer, Shape shape, k210::Element element, KmodelNumbers numbers = {}) {
    layer.on_cpu = true;
    const Text name = k210::node_name(model_.version, model_.nodes[node_].opcode);
    std::string word = string_of(name);
    if (word.rfind("k210_", 0) == 0) word.erase(0, 5);
    for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return append(layer, shape, element, unused_name(word + std::to_string(node_)), std::move(numbers));
  }
  /// A name that no layer has: those that stand for one node are counted.
  std::string unused_name(const std::string& name) const {
    int layers = 1;
    for (int node : result_.nodes) layers += node == node_ ? 1 : 0;
    return layers == 1 ? name : name + '_' + std::to_string(layers);
  }
  int append_software(Software software, Shape shape, k210::Element element) {
    Layer layer;
    layer.software = software;
    return append_cpu(layer, shape, element);
  }
  int append_software(Software software) { return append_software(software, source().shape, source().element); }

  /// Whether the shape of a source is known; if not, it becomes `taken_for`.
  bool is_known(Shape taken_for, std::size_t index = 0) {
    Tensor& tensor = tensors_[static_cast<std::size_t>(sources_[index])];
    if (!tensor.known) tensor.shape = taken_for;
    return tensor.known;
  }
  /// Lets a source of the node have the shape that the node reads: values in main memory, of which there are as many,
  /// are given it by a layer.
  void expect_shape(Shape shape, std::size_t index = 0) {
    if (index >= sources_.size()) return refuse("it has too few tensors");
    if (!is_known(shape, index) || tensor(sources_[index]).shape == shape) return;
    const Tensor from = tensor(sources_[index]);
    if (model_.version != 4 || from.shape.elements() != shape.elements())
      return refuse("it reads " + text_of(from.shape) + " values as " + text_of(shape) +
                    ", and network types cannot reshape");
    Layer layer;
    layer.software = Software::reshape;
    layer.with.shape = shape;
    KmodelNumbers numbers;
    numbers.helper = true;
    std::vector<int> sources = std::exchange(sources_, {sources_[index]});
    sources[index] = append_cpu(layer, shape, from.element, std::move(numbers));
    sources_ = std::move(sources);
  }
  void expect_channels(std::uint32_t channels, std::uint32_t pixels) {
    if (!is_known({static_cast<int>(channels), static_cast<int>(pixels), 1})) return;
    const Shape shape = source().shape;
    if (static_cast<std::uint32_t>(shape.channels) != channels || static_cast<std::uint32_t>(shape.pixels()) != pixels)
      refuse("it reads " + text_of(shape) + " values as " + std::to_string(channels) + " channels of " +
             std::to_string(pixels) + ", and network types cannot reshape");
  }

  // Nodes.
  int make(const k210::kmodel3::Add&) { return make_sum(); }
  int make(const k210::kmodel3::QuantizedAdd&) { return make_sum(); }
  int make_sum() {
    Layer layer;
    layer.elementwise = Elementwise::add;
    layer.operands = 2;
    return append_cpu(layer, source().shape, source().element);
  }
  int make(const k210::kmodel3::GlobalAveragePool& node) {
    expect_channels(node.channels, node.pixels);
    return append_software(Software::global_average, {source().shape.channels, 1, 1}, real);
  }
  int make(const k210::kmodel3::QuantizedMaxPool& node) { return make_pool(node, Pooling::max); }
  int make(const k210::kmodel3::AveragePool& node) { return make_pool(node, Pooling::average); }
  int make_pool(const k210::kmodel3::Pool& node, Pooling pooling) {
    expect_shape(node.in_size.shape());
    Layer layer;
    layer.pooling = pooling;
    layer.pool = node.kernel.extent();
    layer.pool_stride = node.stride.extent();
    const Extent in = node.in_size.shape().extent(), out = node.out_size.shape().extent(), pads = node.padding.extent();
    if (pads != Extent{0, 0}) {
      const auto behind = [](int windows, int stride, int window, int size) {
        return max_of(0, (windows - 1) * stride + window - size);
      };
      layer.with.border = {
          pads.height, behind(out.height, layer.pool_stride.height, layer.pool.height, in.height + pads.height),
          pads.width, behind(out.width, layer.pool_stride.width, layer.pool.width, in.width + pads.width)};
    }
    layer.pool_same = pads == Extent{0, 0} && pooled_extent(layer, in) != out;
    if (pooled_extent(layer, in) != out)
      refuse("it has " + text_of(out) + " windows: neither all that fit, nor all that begin inside");
    return append_cpu(layer, node.out_size.shape(), source().element);
  }
  int make(const k210::kmodel3::Quantize&) { return append_software(Software::quantize, source().shape, code); }
  int make(const k210::kmodel3::Dequantize&) { return append_software(Software::dequantize, source().shape, real); }
  int make(const k210::kmodel3::ChannelwiseDequantize& node) {
    expect_channels(node.channels, node.pixels);
    return append_software(Software::dequantize, source().shape, real);
  }
  int make(const k210::kmodel3::Requantize&) { return append_software(Software::requantize); }
  int make(const k210::kmodel3::L2Normalization&) { return append_software(Software::l2_normalize); }
  int make(const k210::kmodel3::Softmax&) { return append_software(Software::softmax); }
  int make(const k210::kmodel3::Logistic&) { return append_software(Software::logistic); }
  int make(const k210::kmodel3::Concat&) { return make_concat(); }
  int make_concat() {
    Shape joined = source().shape;
    joined.channels = 0;
    for (int tensor : sources_) joined.channels += tensors_[static_cast<std::size_t>(tensor)].shape.channels;
    return append_cpu({}, joined, source().element);
  }
  int make(const k210::kmodel3::FullyConnected& node) {
    Layer layer;
    layer.op = Operator::linear;
    layer.out_channels = static_cast<int>(node.out_channels);
    layer.flatten = source().shape.pixels() > 1;
    layer.bias = true;
    if (node.activation == 1) layer.activation = Activation::relu;
    if (node.activation == 2) {
      layer.activation = Activation::function;
      layer.function = activations::relu6;
    }
    return append_cpu(layer, {layer.out_channels, 1, 1}, real);
  }
  int make(const k210::kmodel3::Flatten& node) {
    expect_shape(node.size.shape());
    return append_software(Software::channels_last, {source().shape.elements(), 1, 1}, real);
  }
  template <k210::KmodelType Type>
  int make(const k210::kmodel3::ResizeNearest<Type>& node) {
    expect_shape(node.size.shape());
    Layer layer;
    layer.software = Software::resize;
    layer.resized = node.out_size.extent();
    return append_cpu(layer, {source().shape.channels, layer.resized.height, layer.resized.width}, source().element);
  }
  int make(const k210::kmodel3::AddPadding& node) {
    expect_shape({static_cast<int>(node.channels), 1, 1});
    return append_software(Software::add_padding, padded_shape(node.channels), code);
  }
  int make(const k210::kmodel3::RemovePadding& node) {
    expect_shape(padded_shape(node.channels));
    return append_software(Software::remove_padding, {static_cast<int>(node.channels), 1, 1}, code);
  }
  static Shape padded_shape(std::uint32_t channels) {
    return {static_cast<int>(channels), padded_extent.height, padded_extent.width};
  }
  int make(const k210::kmodel3::Upload& node) {
    expect_shape(node.size.shape());
    return append_software(Software::upload);
  }
  int make(const k210::kmodel3::Conv& node) { return make_convolution(node.tables); }
  /// Pooling is a layer of its own in the model language.
  int make_convolution(const k210::KpuTables& tables) {
    const k210::KpuLayer kpu = layer_of(decode(tables.words), 1);
    expect_shape(kpu.in);
    const std::string name = "conv" + std::to_string(node_);
    Layer layer;
    layer.op = Operator::conv2d;
    layer.out_channels = kpu.out_channels;
    layer.kernel = {kpu.kernel, kpu.kernel};
    layer.padding = {kpu.kernel / 2, kpu.kernel / 2};
    if (kpu.depthwise) layer.groups = kpu.in.channels;
    const int convolved = append(layer, kpu.convolved(), code, name);
    if (kpu.pool == k210::KpuPool::none) return convolved;
    const k210::PoolDescription& windows = description_of(kpu.pool);
    Layer pool;
    pool.pooling = pooling_of(windows.picks);
    pool.pool = {windows.window, windows.window};
    pool.pool_stride = {windows.stride, windows.stride};
    pool.pool_same = windows.stride < windows.window;
    pool.pool_column = windows.column;
    return append(pool, kpu.out(), code, name + "_pooled");
  }

  // The whole network.
  /// Faults of the model itself come first, and a node or output that has one is not refused a second time.
  void add_faults() {
    std::vector<std::string> errors;
    for (const KmodelFault& fault : kmodel_faults(model_)) {
      errors.push_back(fault.text);
      std::erase_if(result_.errors,
                    [&](const std::string& error) { return !fault.where.empty() && error.starts_with(fault.where); });
    }
    result_.errors.insert(result_.errors.begin(), errors.begin(), errors.end());
  }
  void mark_outputs() {
    std::vector<int> layers;
    for (int o = 0; o < model_.output_count; ++o) {
      const k210::KmodelRange& range = model_.outputs[o];
      std::string problem;
      if (range.memory != k210::KmodelMemory::main || range.bytes == 0)
        return refuse("output " + std::to_string(o) + " is not in main memory");
      const int tensor = main_.read(range.start, range.bytes, problem);
      if (tensor == 0) problem = "it is the model's input";
      if (problem.empty() && !tensors_[static_cast<std::size_t>(tensor)].constant.empty()) problem = "it is a constant";
      if (!problem.empty()) return refuse("output " + std::to_string(o) + ": " + problem);
      layers.push_back(tensors_[static_cast<std::size_t>(tensor)].layer);
      result_.graph[layers.back()].output = true;
    }
    for (int layer : layers) {
      int number = 0;
      for (int i = 0; i < layer; ++i) number += result_.graph[i].output ? 1 : 0;
      result_.outputs.push_back(number);
    }
  }
  void expect_readers() {
    const auto& graph = result_.graph;
    std::vector<bool> is_read(static_cast<std::size_t>(graph.size));
    for (int i = 0; i < graph.size; ++i)
      for (int source : graph[i].sources)
        if (source >= 0) is_read[static_cast<std::size_t>(source)] = true;
    for (int i = 0; i < graph.size; ++i)
      if (!is_read[static_cast<std::size_t>(i)] && !graph[i].output)
        refuse_layer(i, "nobody reads what it writes, and it is no output");
  }
  /// Checks that the graph computes what the nodes do, with the same shapes and layers of the KPU, and breaks no rule.
  void check_network() {
    result_.graph = infer(result_.graph);
    const auto& graph = result_.graph;
    for (const Tensor& tensor : tensors_)
      if (tensor.layer >= 0 && graph[tensor.layer].out != tensor.shape)
        refuse_layer(tensor.layer, "a network type makes " + text_of(graph[tensor.layer].out) + " of it instead of " +
                                       text_of(tensor.shape));
    if (!ok()) return;
    const auto checked =
        std::make_unique<const k210::CheckedPlan<KmodelNetwork::most_layers>>(checked_plan(graph, k210_kpu));
    const auto& plan = checked->plan;
    Findings found = checked->findings;
    if (found.ok() && model_.version == 3) found.add(firmware::check(graph, plan, k210_kpu));
    for (Finding finding : found) {
      if (finding.rule->severity != Severity::error) continue;
      const int layer = finding.layer;
      finding.layer = -1;  // the node is named instead
      refuse_layer(layer, sentence_of(finding, k210_kpu.name).characters);
    }
    if (ok()) compare_layers(plan.graph);
  }
  template <int N>
  void compare_layers(const k210::KpuGraph<N>& steps) {
    for (int i = 0; i < steps.size; ++i)
      if (steps[i].copies) refuse_layer(steps[i].author_layer, "the KPU does not pool behind a depth-wise convolution");
    for (int i = 0; i < steps.size; ++i) {
      const k210::KpuStep& step = steps[i];
      if (step.on_cpu()) continue;
      const int node = result_.nodes[static_cast<std::size_t>(step.author_layer)];
      visit_node(model_, node, [&](const auto& conv) {
        if constexpr (requires { conv.tables; }) {
          const k210::KpuLayer wanted = layer_of(decode(conv.tables.words), 1), made = step.layer;
          const bool depthwise = wanted.depthwise && wanted.in.channels > 1;  // with one channel both are the same
          if (made.in != wanted.in || made.out() != wanted.out() || made.kernel != wanted.kernel ||
              made.pool != wanted.pool || made.depthwise != depthwise)
            refuse_layer(step.author_layer, "a network type makes another layer of it");
        }
      });
    }
  }

  const k210::Kmodel& model_;
  KmodelNetwork result_{};
  int node_ = -1;         ///< the one being added or checked; -1: the model as a whole
  bool refused_ = false;  ///< it has been refused
  std::vector<Tensor> tensors_{};
  std::vector<int> sources_{};                                   ///< tensors that the node reads, but for constants
  std::vector<std::pair<std::uint64_t, int>> made_constants_{};  ///< places and tensors of constants that it reads
  WrittenRanges main_{"bytes", "main memory"}, ram_{"lines", "AI RAM"};
};

}  // namespace detail

/// The network of a kmodel: of version 3, or of version 4 as far as its nodes compute what layers of network types do,
/// bit for bit. The model comes from the reader, which has checked it.
inline KmodelNetwork network_of(const k210::Kmodel& model) { return detail::KmodelTracer(model).trace(); }

}  // namespace incuse
