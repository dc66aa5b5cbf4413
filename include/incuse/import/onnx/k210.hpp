// An ONNX model as a network of the K210: layers of the KPU, and those of the processor, with what brings tensors from
// one to the other. Parameters are real numbers, and quantised with the ranges of the tensors.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <incuse/import/onnx/lower.hpp>
#include <incuse/k210/device.hpp>
#include <incuse/k210/plan/conversion.hpp>
#include <incuse/k210/tables/quantiser/ranges.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse::import::onnx {

/// A model as a graph that the K210's stages take; `check` says whether the chip has its layers.
struct K210Network {
  static constexpr int most_layers = 128;

  Graph<most_layers> graph{};                               ///< with shapes
  std::vector<int> steps{};                                 ///< per layer: the step that it computes, or helps to
  Lowered lowered{};                                        ///< weights, and names of nodes
  std::vector<Refusal> refusals{};                          ///< if there are some, the graph is empty
  std::shared_ptr<const std::vector<std::string>> names{};  ///< owns the names in `graph`

  bool ok() const { return refusals.empty(); }
};

/// What lowering has to know of the chip.
inline Target k210_target() {
  Target target;
  target.chip = "K210";
  target.fractions = target.sums_with_layer = false;
  target.any_function = target.depthwise = target.software = true;
  return target;
}

namespace detail {

class K210NetworkMaker {
 public:
  explicit K210NetworkMaker(Lowered lowered) : lowered_(std::move(lowered)) {}

  K210Network make() {
    K210Network result;
    result.refusals = lowered_.refusals;
    if (lowered_.ok()) {
      graph_.input = lowered_.input;
      for (std::size_t i = 0; i < lowered_.steps.size(); ++i) add(static_cast<int>(i));
      result.refusals = std::move(refusals_);
      if (graph_.size == K210Network::most_layers)
        result.refusals.push_back({"", "the network has more than " + std::to_string(K210Network::most_layers - 1) +
                                           " layers, conversions between KPU and processor included"});
    }
    for (int i = 0; i < graph_.size; ++i) {
      const std::string& name = (*names_)[static_cast<std::size_t>(i)];
      graph_[i].name = {name.data(), static_cast<int>(name.size())};
    }
    if (result.ok()) result.graph = infer(graph_);
    result.steps = std::move(steps_);
    result.names = names_;
    result.lowered = std::move(lowered_);
    return result;
  }

 private:
  /// Where the numbers of a step lie: layers that hold them as codes in AI RAM, as codes in main memory, as real
  /// numbers; `unknown_layer` where none does yet.
  struct Places {
    int ram = unknown_layer, codes = unknown_layer, real = unknown_layer;
  };

  int append(Layer layer, const std::vector<int>& sources, const std::string& name) {
    if (graph_.size == K210Network::most_layers) return graph_.size - 1;
    layer.sources = {};
    for (int source : sources) layer.sources.push(source);
    names_->push_back(name);
    steps_.push_back(step_);
    graph_[graph_.size] = layer;
    return graph_.size++;
  }
  int append_software(Software software, int source, const std::string& name) {
    Layer layer;
    layer.software = software;
    layer.on_cpu = true;
    return append(layer, {source}, name);
  }
  std::string name_of(int step) const {
    return step == network_input ? "input" : lowered_.steps[static_cast<std::size_t>(step)].name;
  }
  Places& places(int step) { return step == network_input ? input_ : places_[static_cast<std::size_t>(step)]; }

  // The numbers of a step, brought to where a reader wants them.
  int codes(int step) {
    Places& own = places(step);
    if (own.codes == unknown_layer) own.codes = append_software(Software::quantize, own.real, name_of(step) + "_codes");
    return own.codes;
  }
  int ram(int step) {
    const int from = places(step).ram == unknown_layer ? codes(step) : unknown_layer;
    Places& own = places(step);
    if (own.ram == unknown_layer) own.ram = append_software(Software::upload, from, name_of(step) + "_upload");
    return own.ram;
  }
  int real(int step) {
    Places& own = places(step);
    if (own.real == unknown_layer) own.real = append_software(Software::dequantize, own.codes, name_of(step) + "_real");
    return own.real;
  }
  /// What a step reads, joined if it is several.
  template <class Where>
  int joined(const Step& step, Where where) {
    std::vector<int> read;
    for (int source : step.sources) read.push_back((this->*where)(source));
    if (read.size() == 1) return read[0];
    Layer join;
    join.on_cpu = true;
    return append(join, read, step.name + "_joined");
  }
  /// The same in AI RAM.
  int joined_in_ram(const Step& step) {
    if (step.sources.size() == 1) return ram(step.sources[0]);
    return append_software(Software::upload, joined(step, &K210NetworkMaker::codes), step.name + "_upload");
  }

  void add(int index) {
    step_ = index;
    const Step& step = lowered_.steps[static_cast<std::size_t>(index)];
    places_.emplace_back();
    Layer layer = step.layer;
    layer.bias = !step.bias.empty();
    if (layer.weighted()) layer.out_channels = step.out.channels;
    const bool single = layer.op == Operator::conv2d && layer.kernel == Extent{1, 1} && step.out.pixels() == 1 &&
                        shape_of(step.sources[0]).pixels() == 1;
    Places made;
    if (layer.software != Software::none) {
      made.real = append_software(layer.software, joined(step, &K210NetworkMaker::real), step.name);
      graph_[made.real].output = layer.output;
    } else if (layer.op == Operator::linear || single) {
      layer.op = Operator::linear;
      layer.on_cpu = true;
      made.real = append(layer, {joined(step, &K210NetworkMaker::real)}, step.name);
    } else if (layer.weighted()) {
      check_codes(step);
      made.ram = made.codes = append(layer, {joined_in_ram(step)}, step.name);
    } else if (layer.pooling != Pooling::none) {
      made = pool(step, layer);
    } else {
      made = combine(step, layer);
    }
    places_.back() = made;
  }
  /// Weights of the KPU become codes of a range.
  void check_codes(const Step& step) {
    const k210::QuantiserStyle style;
    const k210::Range range = k210::range_of(step.weight.data(), static_cast<int>(step.weight.size()));
    const auto furthest = static_cast<double>(style.furthest);
    const std::string too_large = out_of_range_text(step.weight_shape, step.weight, furthest),
                      bias = out_of_range_text(std::vector<std::size_t>{step.bias.size()}, step.bias, furthest);
    const std::string end = ", and K210 has codes for magnitudes from 2^-50 to 2^50";
    if (!too_large.empty())
      refuse(step, "its weight " + too_large + end);
    else if (!k210::is_usable(range))
      refuse(step, "its weights are all smaller than 2^-50" + end);
    if (!bias.empty()) refuse(step, "its bias " + bias + end);
  }
  void refuse(const Step& step, const std::string& sentence) {
    refusals_.push_back({step.nodes.empty() ? step.name : step.nodes[0], sentence});
  }
  Shape shape_of(int step) const {
    return step == network_input ? lowered_.input : lowered_.steps[static_cast<std::size_t>(step)].out;
  }
  /// The KPU pools where it has such windows; else the processor does, means as real numbers.
  Places pool(const Step& step, Layer layer) {
    Places made;
    layer.in = shape_of(step.sources[0]);
    layer.pooled = step.out;
    const bool whole = layer.pooling == Pooling::average && layer.pool == layer.in.extent();
    const bool on_kpu =
        step.sources.size() == 1 && k210::pool_for(layer).exists && step.out.height >= 4 && step.out.width >= 4;
    layer.on_cpu = !on_kpu;
    if (on_kpu) {
      made.ram = made.codes = append(layer, {joined_in_ram(step)}, step.name);
    } else if (whole) {
      const int source = joined(step, &K210NetworkMaker::real);
      made.real = append_software(Software::global_average, source, step.name);
      graph_[made.real].output = layer.output;
    } else if (layer.pooling == Pooling::average) {
      made.real = append(layer, {joined(step, &K210NetworkMaker::real)}, step.name);
    } else {
      made.codes = append(layer, {joined(step, &K210NetworkMaker::codes)}, step.name);
    }
    return made;
  }
  /// Sums, and channels that are joined for an output.
  Places combine(const Step& step, Layer layer) {
    Places made;
    layer.on_cpu = true;
    std::vector<int> read;
    for (int source : step.sources) read.push_back(codes(source));
    made.codes = append(layer, read, step.name);
    return made;
  }

  Lowered lowered_;
  Graph<K210Network::most_layers> graph_{};
  std::shared_ptr<std::vector<std::string>> names_ = std::make_shared<std::vector<std::string>>();
  std::vector<int> steps_{};
  std::vector<Refusal> refusals_{};
  std::vector<Places> places_{};
  Places input_{network_input, network_input, unknown_layer};
  int step_ = 0;
};

}  // namespace detail

/// A model as a network of the K210, whose input is bytes. Convolutions run on the KPU; sums, linear layers and pooling
/// that it does not have, on the processor.
inline K210Network k210_network(const Model& model) {
  return detail::K210NetworkMaker(lower(model, k210_target())).make();
}

}  // namespace incuse::import::onnx
