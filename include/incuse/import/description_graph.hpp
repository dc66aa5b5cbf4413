// From a network description and the shapes of its weights to a Graph. Spec: max7800x-network-description, sections 3
// and 4.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <incuse/import/description.hpp>
#include <incuse/import/simulation.hpp>
#include <incuse/max7800x/devices.hpp>
#include <incuse/max7800x/plan/conversion.hpp>
#include <incuse/max7800x/plan/passes.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse {

/// What a checkpoint says about a layer with weights of its own.
struct LayerTensors {
  /// (out, in / groups, height, width), (out, in / groups, length) or (out, in); an `in` of 0: any number.
  std::vector<int> weight_shape{};
  int bias_values = 0;                ///< number of bias values; 0: no bias
  std::optional<int> weight_bits{};   ///< as trained; the description's `quantization` wins
  std::optional<int> output_shift{};  ///< likewise
};

/// The graph of a description, for as many layers as the chips of the family can have at run time.
struct DescribedGraph {
  /// With shapes. Empty if it cannot even be checked. With errors in `problems` it can be checked, but not deployed.
  Graph<max7800x::most_layers> graph{};
  std::vector<int> tensor_of_layer{};  ///< per layer: index of its tensors; -1: none
  std::vector<Problem> problems{};
  /// False if weights do not fit their layers. If rules about the graph report the cause, `problems` does not have it.
  bool weights_fit = true;
  std::shared_ptr<const std::vector<std::string>> names{};  ///< owns the names in `graph`

  bool ok() const { return weights_fit && no_errors(problems); }
};

namespace detail {

/// Builds a graph step by step; each step relies on what the earlier ones have checked.
class GraphBuilder {
 public:
  GraphBuilder(const NetworkDescription& description, const std::vector<LayerTensors>& tensors, Shape input,
               const max7800x::Device& device)
      : description_(description), tensors_(tensors), device_(device), problems_(description.file, result_.problems) {
    result_.graph.input = input;
  }

  DescribedGraph build() {
    result_.problems = description_.problems;
    if (!description_.complete) return result_;
    find_executed_layers();
    if (size_ > max7800x::most_layers || !assign_tensors()) return result_;
    fill_layers();
    if (unusable_weights_)
      result_.graph.size = 0;
    else
      infer_shapes();
    if (no_errors(result_.problems)) check_simulation();
    return result_;
  }

 private:
  const DescribedLayer& described(int index) const { return description_.layers[static_cast<std::size_t>(index)]; }

  /// Execution starts at layer 0; layers after the last one that it reaches are dropped.
  void find_executed_layers() {
    const int layers = static_cast<int>(description_.layers.size());
    int last = 0, at = 0;
    for (int steps = 0; steps < layers && at != DescribedLayer::stop; ++steps) {
      if (at > last) last = at;
      const int next = next_of(at);
      if (next > at + 1) jumps_.push_back({at, next});
      at = next;
    }
    size_ = last + 1;
    report_left_out(last);
    if (size_ > max7800x::most_layers)
      problems_.report("Y6", Place{},
                       "the network has " + std::to_string(size_) + " layers: " + string_of(device_.name) + " has " +
                           std::to_string(device_.max_layers));
    for (int i = 0; i < size_; ++i)
      for (int source : described(i).sources)
        if (source >= i)
          problems_.report("I16", described(i),
                           "layer " + std::to_string(i) + " reads a layer that is executed later, or itself");
  }

  /// The layers behind layer `last`, in words, if it is the last one that is executed; empty: there are none.
  std::string left_out(const char* before, int last) const {
    const int first = last + 1, end = static_cast<int>(description_.layers.size()) - 1;
    if (first > end) return "";
    const std::string layers = first == end ? "layer " + std::to_string(first) + " is"
                                            : "layers " + std::to_string(first) + " to " + std::to_string(end) + " are";
    return before + layers + " never reached";
  }
  /// Layers behind the one that ends the inference: nothing of them gets onto the chip.
  void report_left_out(int last) {
    const bool told = described(last).next == DescribedLayer::behind_the_last;
    if (!told && size_ < static_cast<int>(description_.layers.size()))
      problems_.report("N3", described(last), "'next_sequence' ends the network here:" + left_out(" ", last));
  }

  /// The layer that is executed after another one, or stop.
  int next_of(int index) {
    const int next = described(index).next;
    if (next == DescribedLayer::stop || next == index + 1) return next;
    if (!device_.any_next_layer) return refused_next(index, "the next layer can only be the following one, or stop");
    if (next == DescribedLayer::behind_the_last) {
      problems_.report(
          "I8", described(index),
          "'next_sequence' is higher than the last layer's number: it means stop" + left_out(", and ", index));
      return DescribedLayer::stop;
    }
    return next > index ? next : refused_next(index, "the next layer has to be a later one, or stop");
  }

  /// Reports a next layer that is impossible; the following layer is then taken as the next one.
  int refused_next(int index, const char* why) {
    problems_.report("I7", described(index), why);
    return index + 1 < static_cast<int>(description_.layers.size()) ? index + 1 : DescribedLayer::stop;
  }

  /// Weights belong to the layers that need some, in order; layers with a `weight_source` use another one's.
  /// False if there are more or fewer: then they cannot be assigned.
  bool assign_tensors() {
    int next = 0;
    for (const DescribedLayer& layer : description_.layers) {
      int tensor = -1;
      if (layer.owns_weights()) tensor = next++;
      if (layer.weight_source >= 0) tensor = result_.tensor_of_layer[static_cast<std::size_t>(layer.weight_source)];
      result_.tensor_of_layer.push_back(tensor);
    }
    const bool all_there = next == static_cast<int>(tensors_.size());
    if (!all_there)
      problems_.report("L8", Place{},
                       "the description has " + std::to_string(next) + " layers with weights, but there are " +
                           std::to_string(tensors_.size()) + " sets of weights");
    result_.tensor_of_layer.resize(static_cast<std::size_t>(size_));
    return all_there;
  }

  void fill_layers() {
    auto names = std::make_shared<std::vector<std::string>>();
    for (int i = 0; i < size_; ++i) names->push_back(described(i).name);
    names->push_back(description_.buffer_name);
    result_.names = names;
    Graph<max7800x::most_layers>& graph = result_.graph;
    graph.buffer = description_.buffer;
    if (graph.buffer.exists()) graph.buffer.name = {names->back().data(), static_cast<int>(names->back().size())};
    graph.size = size_;
    graph.input_format = description_.input_format;
    for (int i = 0; i < size_; ++i) {
      const DescribedLayer& own = described(i);
      Layer& layer = graph[i];
      layer = own.layer;
      const std::string& name = (*names)[static_cast<std::size_t>(i)];
      layer.name = {name.data(), static_cast<int>(name.size())};
      layer.out_channels = own.out_channels;
      check_default_padding(own, layer);
      for (int source : own.sources) layer.sources.push(source);
      if (own.next_on_hit >= 0) layer.placement.next_on_hit = own.next_on_hit;
      if (const int tensor = result_.tensor_of_layer[static_cast<std::size_t>(i)]; tensor >= 0)
        use_tensors(own, layer, tensors_[static_cast<std::size_t>(tensor)]);
    }
    for (const Jump& jump : jumps_) {
      graph[jump.from].placement.next = jump.to;
      if (graph[jump.to].sources.empty()) graph[jump.to].sources.push(jump.from);
    }
    if (description_.output_map != 0) graph[size_ - 1].placement.output_processors = description_.output_map;
    if (described(size_ - 1).no_output && description_.unload.empty())
      problems_.report("I9", described(size_ - 1), "'output: false' has no effect: the last layer is always an output");
  }

  /// The default padding of 1 is too much for a kernel of 1. If the file does not give it, the layer has no padding, as
  /// is meant.
  void check_default_padding(const DescribedLayer& own, Layer& layer) {
    const bool convolves = layer.weighted() && layer.op != Operator::linear;
    if (own.pad_given || !convolves || layer.padding.height < layer.kernel.height) return;
    problems_.report("I25", own,
                     "the layer has no 'pad', which means a padding of 1: too much for a kernel of " +
                         kernel_text(layer) + "; write 'pad: 0'");
    layer.padding = {0, 0};
  }

  static std::string kernel_text(const Layer& layer) {
    const std::string length = std::to_string(layer.kernel.height);
    return layer.op == Operator::conv1d ? length : length + "x" + std::to_string(layer.kernel.width);
  }

  void use_tensors(const DescribedLayer& own, Layer& layer, const LayerTensors& tensors) {
    if (!own.weight_bits_given && tensors.weight_bits) layer.weight_bits = *tensors.weight_bits;
    if (!own.output_shift_given && tensors.output_shift) layer.output_shift = *tensors.output_shift;
    layer.bias = tensors.bias_values > 0;
    const std::vector<int>& shape = tensors.weight_shape;
    bool positive = shape.size() >= 2 && shape.size() <= 4;
    for (std::size_t i = 0; i < shape.size(); ++i) positive = positive && shape[i] >= (i == 1 ? 0 : 1);
    if (!positive) {
      unusable_weights_ = true;
      return problems_.report("L6", own, "weights of shape " + text(shape) + " do not fit any layer");
    }
    const bool transposed = layer.op == Operator::conv_transpose2d;
    const int outputs = shape[0] * (transposed ? layer.groups : 1);
    if (layer.out_channels == 0) layer.out_channels = outputs;
    check_kernel(own, layer, shape);
    if (tensors.bias_values > 0 && tensors.bias_values != layer.out_channels)
      problems_.report("M4", own,
                       "the layer has " + std::to_string(layer.out_channels) + " output channels, but its bias has " +
                           std::to_string(tensors.bias_values) + " values");
  }

  void check_kernel(const DescribedLayer& own, const Layer& layer, const std::vector<int>& shape) {
    const auto extent_of = [&]() -> Extent {
      if (shape.size() == 2) return {1, 1};
      if (shape.size() == 3) return {shape[2], 1};
      return {shape[2], shape[3]};
    };
    const bool one_dimensional = layer.op == Operator::conv1d;
    const bool dimensions_fit =
        layer.op == Operator::linear || (one_dimensional ? shape.size() == 3 : shape.size() == 4);
    if (dimensions_fit && extent_of() == layer.kernel) return;
    problems_.report(
        "L6", own,
        "the layer has a kernel of " + kernel_text(layer) + ", but its weights have the shape " + text(shape));
  }

  static std::string text(const std::vector<int>& shape) {
    std::string out;
    for (int size : shape) {
      if (!out.empty()) out += 'x';
      out += std::to_string(size);
    }
    return out.empty() ? "()" : out;
  }

  static std::string text(Shape shape) { return text(std::vector<int>{shape.channels, shape.height, shape.width}); }

  /// Infers layer after layer, so that sizes which no chip has end the inference before they get too large for an int.
  void infer_shapes() {
    Graph<max7800x::most_layers>& graph = result_.graph;
    for (int i = 0; i < size_; ++i) {
      graph.size = size_;
      if (!reshape_is_possible(i)) return;
      graph.size = i + 1;
      const bool was_output = graph[i].output;
      graph = inferred(graph);
      if (!window_fits(i)) graph = inferred(graph);
      if (!channels_fit(i)) graph = inferred(graph);
      if (!view_fits(i)) graph = inferred(graph);
      if (is_too_large(i)) return;
      if (!reads_all_channels(i)) continue;
      if (!weights_fit(i)) graph = inferred(graph);
      if (i + 1 < size_) graph[i].output = was_output;
      if (is_too_large(i)) return;
    }
  }

  /// The graph with its shapes. On a chip whose Conv1d has stride 1 only, they are those of stride 1: another stride is
  /// reported by itself, and is not to cause further findings about sizes.
  Graph<max7800x::most_layers> inferred(const Graph<max7800x::most_layers>& graph) const {
    if (device_.folds_columns()) return infer(graph);
    Graph<max7800x::most_layers> unit = graph;
    for (int i = 0; i < graph.size; ++i)
      if (graph[i].one_dimensional()) unit[i].stride = {1, 1};
    unit = infer(unit);
    for (int i = 0; i < graph.size; ++i) unit[i].stride = graph[i].stride;
    return unit;
  }

  bool is_too_large(int index) {
    Graph<max7800x::most_layers>& graph = result_.graph;
    const Layer& layer = graph[index];
    for (const Shape& shape : {layer.in, layer.pooled, layer.out})
      if (shape.channels > most_description_size || shape.height > most_description_size ||
          shape.width > most_description_size || static_cast<long long>(shape.height) * shape.width > 1 << 22 ||
          static_cast<long long>(shape.channels) * shape.height * shape.width > 1 << 26) {
        graph.size = size_;
        problems_.report("I27", described(index), "the layer's data is larger than any chip can hold: " + text(shape));
        return true;
      }
    return false;
  }

  /// True if a layer moves rows that the buffer has, and reads nothing else.
  bool shifts_buffer(const Layer& layer) const {
    return layer.sources.size == 1 && layer.sources[0] == rolling_buffer &&
           layer.buffer_shift < result_.graph.buffer.rows;
  }

  /// A reshaped or concatenated input must be made of exactly the data that there is.
  bool reshape_is_possible(int index) {
    const Graph<max7800x::most_layers>& graph = result_.graph;
    const Layer& layer = graph[index];
    const DescribedLayer& own = described(index);
    Sources sources = layer.sources;
    if (sources.empty()) sources.push(index - 1);
    for (int source : sources)
      if (source >= index) return false;
    if (layer.buffer_shift != 0 && !shifts_buffer(layer)) return false;  // rules about the buffer say why
    const Shape first = source_shape(graph, sources[0]);
    long long pixels = 0;
    bool same_extent = true, same_channels = true;
    for (int source : sources) {
      const Shape shape = source_shape(graph, source);
      pixels += shape.pixels();
      same_extent = same_extent && shape.extent() == first.extent();
      same_channels = same_channels && shape.channels == first.channels;
    }
    const std::size_t errors_before = result_.problems.size();
    if (!same_channels && !(description_.joins_any_channels && same_extent))
      problems_.report("I1", own,
                       "the layers that the layer reads have different numbers of channels: " + unlike_text(sources));
    else if (layer.in_extent.area() == 0 && !same_extent)
      problems_.report(
          "I17", own,
          "the layers that the layer reads have different sizes: " + unlike_text(sources) + "; bring them to one size" +
              (layer.elementwise == Elementwise::none ? ", or say with 'in_dim' of which image they are the pixels"
                                                      : ""));
    const long long dropped = (0LL + layer.crop_top + layer.crop_bottom) * layer.in_extent.width;
    if (layer.in_extent.area() > 0 && !own.sources.empty() && layer.in_extent.area() + dropped != pixels)
      problems_.report("I17", own, pixels_text(layer, pixels, dropped));
    return result_.problems.size() == errors_before;
  }

  /// The first of several sources, and the first one that is unlike it: "4x16x16 and 4x14x14".
  std::string unlike_text(const Sources& sources) const {
    const Shape first = source_shape(result_.graph, sources[0]);
    for (int source : sources)
      if (const Shape other = source_shape(result_.graph, source); other != first)
        return text(first) + " and " + text(other);
    return text(first);
  }

  /// In the author's numbers: 'in_dim' is what is left of the sources' pixels, those dropped not counted.
  static std::string pixels_text(const Layer& layer, long long pixels, long long dropped) {
    std::string text = "'in_dim' has " + std::to_string(layer.in_extent.area()) +
                       " pixels, but the layers that the layer reads have " + std::to_string(pixels);
    if (dropped == 0) return text;
    const std::string left = pixels > dropped ? std::to_string(pixels - dropped) : "none";
    return text + ", of which '" + (layer.buffer_shift != 0 ? "buffer_shift" : "in_crop") + "' leaves " + left;
  }

  static bool is_empty(Shape shape) { return !shape.exists(); }

  // Checks that depend on the shape of a layer's input. False if they change the layer: its shape must be inferred
  // again.

  /// A window that is given by one number is square, except on one-dimensional data: there it has one column.
  bool window_fits(int index) {
    Layer& layer = result_.graph[index];
    if (!described(index).one_pool_size || layer.in.width != 1 || layer.pool.width == 1) return true;
    layer.pool.width = 1;
    return false;
  }

  /// 'in_channels' of a layer that flattens counts all features, which are channels times pixels, as its weights do.
  bool channels_fit(int index) {
    Layer& layer = result_.graph[index];
    const int features = described(index).layer.in_channels;
    if (features == 0 || is_empty(layer.pooled)) return true;
    if (counts_features(index)) {
      problems_.report("H21", described(index),
                       "'in_channels' counts all values of the layer's " + text(read_without_channels(index)) +
                           ", but nothing flattens them; write 'flatten: true'");
      layer.flatten = true;
    }
    if (!layer.flatten) return true;
    const int pixels = layer.pooled.pixels();
    if (features % pixels != 0)
      problems_.report("H21", described(index),
                       "'in_channels' of a layer that flattens counts all features, so it is a multiple of its " +
                           std::to_string(pixels) + " pixels, not " + std::to_string(features) + ": " +
                           std::to_string(features) + " channels have " + std::to_string(1LL * features * pixels));
    layer.in_channels = features % pixels == 0 ? features / pixels : 0;
    return false;
  }

  /// What a layer would read, pooled, without its 'in_channels'.
  Shape read_without_channels(int index) const {
    Graph<max7800x::most_layers> other = result_.graph;
    other[index].in_channels = 0;
    other = inferred(other);
    return other[index].pooled;
  }

  /// True if the 'in_channels' of a Linear layer that reads a map are all its values, as if the layer flattened it.
  bool counts_features(int index) const {
    const Layer& layer = result_.graph[index];
    if (layer.op != Operator::linear || layer.flatten || layer.operands != 1) return false;
    const Shape map = read_without_channels(index);
    return map.pixels() > 1 && layer.in_channels == 1LL * map.channels * map.pixels();
  }

  /// Values of one operand that a layer's sources deliver.
  long long delivered_values(int index) const {
    const Layer& layer = result_.graph[index];
    const Shape all = gathered_shape(result_.graph, layer);
    const bool splits = layer.operands > 1 && layer.sources.size == 1;
    return all.all_elements() / (splits ? layer.operands : 1);
  }

  /// True if a layer's 'in_dim' or 'in_channels' are not those of what its sources deliver: the rule `reshape` says so,
  /// and what the weights are made for is no mistake of its own.
  bool is_misread(int index) const {
    const Layer& layer = result_.graph[index];
    if (layer.in_channels == 0 && layer.in_extent.area() == 0) return false;
    return layer.in.all_elements() != delivered_values(index);
  }

  /// True if a layer has as many processors as so many channels need.
  bool has_map_of(int index, int channels) const {
    const ProcessorMap map = result_.graph[index].placement.processors;
    return map != 0 && bit_count(map) == max7800x::passes_of(channels).channels;
  }

  /// An 'in_dim' alone says which channels the layer reads, if it is an image of the values that there are. If it is
  /// not, or its channels are not those of the weights or processors, the layer has the channels that its weights tell,
  /// or those of its source: then the rule `reshape` says what does not fit, and nothing else follows from it.
  bool view_fits(int index) {
    Layer& layer = result_.graph[index];
    const int pixels = layer.in_extent.area();
    if (pixels == 0 || layer.in_channels != 0 || layer.buffer_shift != 0) return true;
    const Shape source = gathered_shape(result_.graph, layer);
    const long long values = delivered_values(index);
    if (is_empty(source) || values < 1) return true;
    int wanted = channels_wanted(index);
    if (wanted == 0 && has_map_of(index, source.channels) && !has_map_of(index, static_cast<int>(values / pixels)))
      wanted = source.channels;
    const bool is_image = values % pixels == 0 && (wanted == 0 || 1LL * wanted * pixels == values);
    if (is_image || source.pixels() == pixels) return true;
    layer.in_channels = wanted > 0 ? wanted : source.channels;
    return false;
  }

  /// Channels of its source that a layer is made for, by its weights or its 'in_channels'; 0: nothing says.
  int channels_wanted(int index) const {
    const Layer& layer = result_.graph[index];
    const int tensor = result_.tensor_of_layer[static_cast<std::size_t>(index)];
    if (tensor >= 0 && !layer.flatten) return tensors_[static_cast<std::size_t>(tensor)].weight_shape[1] * layer.groups;
    return described(index).layer.in_channels;
  }

  /// Whether 'in_channel_skip' leaves the layer all channels of its source, as it does where these are as many as the
  /// layer is made for: then it has no effect.
  bool reads_all_channels(int index) {
    const int skip = described(index).channel_skip;
    if (skip == 0) return true;
    const Graph<max7800x::most_layers>& graph = result_.graph;
    const int channels = source_shape(graph, graph[index].sources[0]).channels, wanted = channels_wanted(index);
    const bool part = wanted > 0 && wanted < channels;
    if (part)
      problems_.report("N2", described(index),
                       "'in_channel_skip' leaves " + std::to_string(wanted) + " of the source's " +
                           std::to_string(channels) + " channels, from number " + std::to_string(skip) +
                           " on, but a layer reads all of them: give it weights of 0 for the other " +
                           std::to_string(channels - wanted));
    else
      problems_.report("N1", described(index),
                       "'in_channel_skip' has no effect: the layer reads all " + std::to_string(channels) +
                           " channels of its source");
    return !part;
  }

  /// A layer that reads the one before it has to find the same shape where 'simulated_sequence' passes some by.
  void check_simulation() {
    const Graph<max7800x::most_layers>& graph = result_.graph;
    const Simulation simulation = simulation_of(description_, graph.size);
    const Graph<max7800x::most_layers> other = simulated(graph, description_, simulation);
    for (int index : simulation.order)
      for (int s = 0; s < graph[index].sources.size; ++s) {
        const Shape usual = source_shape(graph, graph[index].sources[s]);
        const Shape own = source_shape(other, other[index].sources[s]);
        if (usual == own) continue;
        problems_.report(
            "I17", described(index),
            "'simulated_sequence' makes the layer read " + text(own) + ", but it is made for " + text(usual));
      }
  }

  /// The weights have to fit the number of input channels. If they do not, further checks are about what is probably
  /// meant: a Linear layer with a weight for every value of its map flattens it; a layer whose processors are as many
  /// as its weights have inputs reads these; any other layer reads what arrives. If a shape of the layer is empty, that
  /// is another error, and the weights are not checked.
  bool weights_fit(int index) {
    Layer& layer = result_.graph[index];
    const int tensor = result_.tensor_of_layer[static_cast<std::size_t>(index)];
    if (tensor < 0) return true;
    const int inputs = tensors_[static_cast<std::size_t>(tensor)].weight_shape[1];
    if (is_empty(layer.in) || is_empty(layer.pooled) || is_empty(layer.out)) return true;
    if (inputs == 0 || layer.in.channels < layer.groups || inputs == layer.weight_in_channels()) return true;
    result_.weights_fit = false;
    if (is_misread(index)) return true;
    if (follows_useless_crop(index)) return true;
    const std::string made_for = "the weights are made for " + std::to_string(inputs) + " inputs per output, ";
    if (lacks_flatten(layer, inputs)) {
      problems_.report("L6", described(index),
                       made_for + "all values of the layer's " + text(layer.pooled) +
                           ", but nothing flattens them; write 'flatten: true'");
      layer.flatten = true;
      return false;
    }
    problems_.report("L6", described(index),
                     made_for + "but the layer reads " + std::to_string(layer.weight_in_channels()));
    const bool placed_so = bit_count(layer.placement.processors) == inputs;
    if (placed_so && layer.in_channels == 0 && layer.groups == 1 && !layer.flatten) layer.in_channels = inputs;
    return false;
  }

  /// Whether a layer up to this one leaves out rows that the chip cannot leave out: a rule reports that, and wrong
  /// sizes only follow from it.
  bool follows_useless_crop(int index) const {
    for (int i = 0; i <= index; ++i)
      if (max7800x::crops_in_vain(result_.graph[i], i)) return true;
    return false;
  }

  static bool lacks_flatten(const Layer& layer, int inputs) {
    return layer.op == Operator::linear && !layer.flatten && layer.operands == 1 &&
           inputs == 1LL * layer.in.channels * layer.pooled.pixels();
  }

  const NetworkDescription& description_;
  const std::vector<LayerTensors>& tensors_;
  const max7800x::Device& device_;
  DescribedGraph result_{};
  ProblemList problems_;
  /// A layer that names the next one to be executed, and that one.
  struct Jump {
    int from, to;
  };
  std::vector<Jump> jumps_{};
  int size_ = 0;
  bool unusable_weights_ = false;
};

}  // namespace detail

/// Makes a Graph of a description. `tensors` belong to the layers with weights of their own, in order; `input` is the
/// shape of the network's input (width 1 for one-dimensional data). Problems of the description are passed on. Where
/// the network can be understood in spite of errors there is a graph, so that `check` can say what else is wrong with
/// it.
inline DescribedGraph graph_from(const NetworkDescription& description, const std::vector<LayerTensors>& tensors,
                                 Shape input, const max7800x::Device& device) {
  return detail::GraphBuilder(description, tensors, input, device).build();
}

}  // namespace incuse
