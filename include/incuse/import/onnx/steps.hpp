// What an ONNX graph is lowered to: layers as the model language has them, with real numbers as parameters. Chips
// differ in what they have; a Target says so, and what it lacks is a refusal that names the node.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <incuse/core/shape.hpp>
#include <incuse/import/file.hpp>
#include <incuse/import/onnx/model.hpp>
#include <incuse/model/graph.hpp>

namespace incuse::import::onnx {

/// What a chip can do with a graph, as far as lowering depends on it.
struct Target {
  std::string chip{};           ///< for messages
  bool fractions = true;        ///< tensors are multiples of 1/128 from -1 to 127/128, times a power of two
  bool any_function = false;    ///< activations are looked up in a table
  bool depthwise = false;       ///< convolutions in as many groups as there are channels
  bool sums_with_layer = true;  ///< a layer combines operands and convolves
  bool software = false;        ///< the processor runs layers
};

/// Something that a chip does not have, or a file does not say.
struct Refusal {
  std::string node{};      ///< its name and operator, "/conv1/Conv (Conv)"; empty: the model as a whole
  std::string sentence{};  ///< what it asks for, what there is, what to write instead

  std::string text() const { return node.empty() ? sentence : "node " + printable(node) + ": " + sentence; }
};

/// How a model rounds what a step writes: not, as the bytes do, or to multiples that the bytes only have because
/// weights took a factor in.
enum class Rounding { none, bytes, coarser };

/// One layer, with what it reads: other steps, or the network's input. Weights have PyTorch's order: (out, in / groups,
/// height, width), for a transposed convolution (in, out / groups, height, width), for linear layers (out, in).
struct Step {
  std::string name{};                ///< of the layer: that of its node or its weights, in the characters of a C++ name
  std::vector<std::string> nodes{};  ///< names of the nodes that it computes
  Layer layer{};                     ///< without name, sources and shapes
  std::vector<int> sources{};
  std::vector<int> weight_shape{};
  std::vector<float> weight{};
  std::vector<float> bias{};  ///< empty: none
  Shape out{};
  int exponent = 0;     ///< with fractions: numbers are 2^exponent times what the chip's bytes mean
  NumberRange range{};  ///< of the output, where the model knows it; then it says what bytes mean
  NumberRange sums{};   ///< of what the activation reads, likewise
  double limit = 0;     ///< the model clips the output there, where its range says so; 0: it does not
  double least = -HUGE_VAL, most = HUGE_VAL;  ///< the model clips the output there; the chip's clipping stands for it
  Rounding rounding = Rounding::none;
  bool saturates = false;  ///< the model itself clamps the output to the range of bytes
  bool never_negative = false;
  bool sole_reader = false;  ///< nobody else reads its source
  bool dropped = false;      ///< has become part of another step
};

/// An output of the model.
struct NetworkOutput {
  std::string name{};
  int step = -1;
};

/// A lowered graph.
struct Lowered {
  Shape input{};
  std::string input_name{};
  int input_exponent = 0;
  NumberRange input_range{};
  std::vector<Step> steps{};
  std::vector<NetworkOutput> outputs{};
  bool lays_rows = false;            ///< some steps read columns of a map as rows, or rows as columns
  std::vector<std::string> notes{};  ///< where a step differs from what the model says, and why
  std::vector<Refusal> refusals{};

  bool ok() const { return refusals.empty(); }
};

namespace detail {

/// Channels of one step's output: [first, first + count) of `all`.
struct Part {
  int step = network_input;
  int first = 0, count = 0, all = 0;

  bool whole() const { return first == 0 && count == all; }
};

/// What a name of the graph stands for.
struct Value {
  Dimensions shape{};
  std::shared_ptr<const Tensor> constant{};
  std::vector<Part> parts{};       ///< channels one behind another; for values that are computed by steps
  Shape map{};                     ///< of these channels together, before flattening
  bool known = true;               ///< false: behind a refused node; its shape may be a guess
  bool exclusive = true;           ///< nobody else reads the step, or anything between it and this value
  float (*gate)(float) = nullptr;  ///< set for a factor of x, as sigmoid(x) in SiLU, whose only reader multiplies it by
                                   ///< x: the product is gate(x)
  double codes = 0;                ///< if not 0: the value is quantised; its numbers are signed bytes times this
  double scale = 1, offset = 0;    ///< this value = what the step yields * scale + offset
  std::array<std::int64_t, 4> padding{};  ///< zeros around the map: top, left, bottom, right
  std::vector<std::size_t> order{};  ///< axes of (batch, channels, height, width) in this order; empty: as they are
  std::vector<std::size_t> flat_order{};  ///< the same of a map that has been flattened since

  bool plain() const {
    return scale == 1 && offset == 0 && padding == std::array<std::int64_t, 4>{} && order.empty() && flat_order.empty();
  }
  bool one_step() const { return parts.size() == 1 && parts[0].whole(); }
};

/// Channels, height and width of a tensor with a batch of one; other ranks have no map.
inline bool map_of(const Dimensions& shape, Shape& map) {
  if (shape.empty() || shape.size() > 4 || shape[0] != 1) return false;
  const auto at = [&](std::size_t i) { return i < shape.size() ? static_cast<int>(shape[i]) : 1; };
  map = {at(1), at(2), at(3)};
  return true;
}

}  // namespace detail

}  // namespace incuse::import::onnx
