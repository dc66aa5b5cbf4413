// Layers of network types for the nodes of kmodels of version 4. Where no layer computes the same as a node, several
// do, each operation rounded as the node rounds it; what a node fuses (a clamp, a border) becomes a layer of its own.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <incuse/k210/cpu/cpu_step.hpp>
#include <incuse/k210/kmodel/kmodel.hpp>
#include <incuse/model/activations.hpp>

namespace incuse {

/// Numbers of an imported layer that its node does not have as they are. Empty lists are not written.
struct KmodelNumbers {
  bool given = false;   ///< the layer has these numbers
  bool helper = false;  ///< it has none, and the tables of its node belong to another layer
  bool nncase = false;  ///< it rounds as nncase's runtime
  k210::LinearScale code{};
  std::vector<float> weights{}, bias{};
  std::vector<std::uint8_t> codes{}, program{};
  std::vector<std::int32_t> sums{};
  k210::QuantizedSums terms{};
  k210::SumScales sum{};
  float added = 0;
};

namespace detail {

/// Base of the tracer of a kmodel, which `make`s layers of a node: reads `sources_`, and returns the tensor that
/// results.
template <class Tracer>
class Kmodel4Layers {
 protected:
  static constexpr k210::Element code = k210::Element::code, real = k210::Element::real;

  // Nodes of the KPU, and those that version 3 has too.

  int make(const k210::kmodel4::Node&) {
    self().refuse("network types have no layer that computes the same");
    return 0;
  }
  int make(const k210::kmodel4::KpuConv& node) {
    if (node.batches != 1) self().refuse("it runs " + std::to_string(node.batches) + " images, and networks one");
    if (node.main_out.used() && node.main_out.memory != k210::KmodelMemory::main)
      self().refuse("its main output is not in main memory");
    return self().make_convolution(node.tables);
  }
  int make(const k210::kmodel4::KpuUpload& node) {
    if (node.in_shape[0] != 1)
      self().refuse("it uploads " + std::to_string(node.in_shape[0]) + " images, and networks one");
    self().expect_shape(node.map());
    return self().append_software(Software::upload);
  }
  int make(const k210::kmodel4::Dequantize& node) {
    expect_moderate(node.zero_point);
    return self().append_software(Software::dequantize, source().shape, real);
  }
  int make(const k210::kmodel4::Quantize& node) {
    expect_moderate(node.zero_point);
    KmodelNumbers numbers = given();
    numbers.nncase = true;
    numbers.code = {node.scale, 0.0f, node.zero_point};
    return append(software(Software::quantize), source().shape, code, std::move(numbers));
  }
  int make(const k210::kmodel4::TableLookUp& node) {
    if (node.table.memory != k210::KmodelMemory::constants) self().refuse("its table is no constant");
    return self().append_software(Software::requantize);
  }

  // Element by element.

  int make(const k210::kmodel4::Binary& node) {
    const bool sums = node.op == k210::kmodel4::BinaryOp::add && self().sources_.size() == 2 &&
                      shape_of(node.a_shape) == shape_of(node.b_shape);
    if (!sums) {
      combine<float>(node, given());
    } else {
      self().expect_shape(shape_of(node.a_shape), 0);
      self().expect_shape(shape_of(node.b_shape), 1);
      self().make_sum();
    }
    return clamp(node.clamp);
  }
  int make(const k210::kmodel4::QuantizedBinary& node) {
    KmodelNumbers numbers = given();
    numbers.sum = {node.a_scale, node.b_scale, node.out_scale};
    return combine<std::uint8_t>(node, std::move(numbers));
  }
  int make(const k210::kmodel4::Unary& node) { return apply({load_x, opcode_of(node.op), end_value}); }
  int make(const k210::kmodel4::UnaryProgram& node) {
    return apply({node.program.data, node.program.data + node.program.size});
  }
  /// e^(exponent * (x - largest)) over its sum, for each of the vectors.
  int make(const k210::kmodel4::Softmax& node) {
    self().expect_shape({node.outer, node.inner, 1}, 0);
    const int values = self().sources_[0];
    const int largest = reduce(Reduction::max, 1);
    self().sources_ = {values, largest};
    pair(Pairing::subtract);
    std::vector<std::uint8_t> program{load_x};
    push(program, node.beta);
    program.insert(program.end(), {k210::opcode_of(Pairing::multiply), opcode_of(k210::UnaryOp::exp), end_value});
    const int powers = apply(std::move(program));
    const int sum = reduce(Reduction::sum, 1);
    self().sources_ = {powers, sum};
    return pair(Pairing::divide);
  }

  // Matrices and windows.

  int make(const k210::kmodel4::MatMul& node) {
    const std::vector<float> b = constants<float>(node.b);
    if (self().sources_.size() != 1 || b.empty()) return refuse_matrix();
    KmodelNumbers numbers = given();
    numbers.nncase = true;
    numbers.weights = turned(b, node.a_columns, node.b_columns);
    numbers.bias = list_of(node.bias);
    if (node.a_rows != 1) {
      multiply_rows(node, real, true, std::move(numbers));
      return clamp(node.clamp);
    }
    if (source().shape.elements() != node.a_columns || !self().is_known({node.a_columns, 1, 1}))
      self().expect_shape({node.a_columns, 1, 1});
    Layer layer;
    layer.op = Operator::linear;
    layer.out_channels = node.b_columns;
    layer.flatten = source().shape.pixels() > 1;
    layer.bias = true;
    return activated(layer, {node.b_columns, 1, 1}, node.clamp, std::move(numbers));
  }
  /// A 1x1 convolution computes the same whole numbers.
  int make(const k210::kmodel4::QuantizedMatMul& node) {
    const std::vector<std::uint8_t> b = constants<std::uint8_t>(node.b);
    if (self().sources_.size() != 1 || b.empty()) return refuse_matrix();
    KmodelNumbers numbers = given();
    numbers.codes = turned(b, node.a_columns, node.b_columns);
    numbers.sums = list_of(node.bias);
    numbers.terms = {node.a_offset, node.b_offset, node.scale};
    return multiply_rows(node, code, false, std::move(numbers));
  }
  template <k210::kmodel4::Order order, k210::kmodel4::Channels grouping>
  int make(const k210::kmodel4::FloatConvolution<order, grouping>& node) {
    const bool same_order = order == k210::kmodel4::Order::nchw || node.group_channels() == 1 ||
                            (node.window.kernel.height == 1 && node.window.kernel.width == 1);
    if (!same_order) self().refuse("its sums go over the channels of a pixel first, and those of network types last");
    KmodelNumbers numbers = given();
    numbers.weights = ordered(list_of(node.weights), node);
    numbers.bias = list_of(node.bias);
    begin_image(order, node.in_shape);
    Layer layer = convolution(node);
    layer.bias = true;
    activated(layer, image_shape(order, node.out_shape()), node.clamp, std::move(numbers));
    return end_image(order);
  }
  template <k210::kmodel4::Order order, k210::kmodel4::Channels grouping>
  int make(const k210::kmodel4::QuantizedConvolution<order, grouping>& node) {
    KmodelNumbers numbers = given();
    numbers.codes = ordered(list_of(node.weights), node);
    numbers.sums = list_of(node.bias);
    numbers.terms = {static_cast<std::int32_t>(node.pixel_term()), static_cast<std::int32_t>(node.weight_term()),
                     node.scale};
    begin_image(order, node.in_shape);
    append(convolution(node), image_shape(order, node.out_shape()), code, std::move(numbers));
    return end_image(order);
  }
  /// The node's bias is not added. A layer has the kernels turned. Rows and columns by which the output is larger than
  /// what the windows reach are output padding.
  int make(const k210::kmodel4::Conv2dTranspose& node) {
    self().expect_shape(shape_of(node.in_shape));
    const Shape out = shape_of(node.out_shape);
    Layer layer;
    layer.op = Operator::conv_transpose2d;
    layer.out_channels = out.channels;
    layer.groups = node.groups;
    layer.kernel = extent_of(node.window.kernel);
    layer.stride = extent_of(node.window.stride);
    layer.dilation = extent_of(node.window.dilation);
    layer.with.border = border_of(node.window);
    layer.on_cpu = true;
    const Extent plain = output_extent(layer, shape_of(node.in_shape).extent());
    layer.output_padding = out.height - plain.height;
    if (layer.output_padding < 0 || out.width - plain.width != layer.output_padding)
      self().refuse("its output has other rows and columns than its windows reach");
    KmodelNumbers numbers = given();
    const std::vector<float> weights = list_of(node.weights);
    const auto taps = static_cast<std::size_t>(layer.kernel.area());
    for (std::size_t i = 0; i < weights.size(); ++i)
      numbers.weights.push_back(weights[i / taps * taps + taps - 1 - i % taps]);
    return activated(layer, out, node.clamp, std::move(numbers));
  }
  int make(const k210::kmodel4::Reduce& node) {
    self().expect_shape(shape_of(node.in_shape));
    const bool counts =
        node.op != k210::kmodel4::ReduceOp::mean || node.in.bytes / sizeof(float) * node.out_shape.elements() ==
                                                        node.out.bytes / sizeof(float) * node.in_shape.elements();
    if (!counts) self().refuse("its mean counts other values than it adds");
    Layer layer = software(Software::reduce);
    layer.with.reduction = static_cast<Reduction>(node.op);
    const Shape in = shape_of(node.in_shape), out = shape_of(node.out_shape);
    for (int d = 0; d < tensor_dimensions; ++d)
      layer.with.reduced[d] = size_of_dimension(out, d) != size_of_dimension(in, d);
    append(layer, out, real);
    return started(layer.with.reduction, node.start);
  }
  template <k210::kmodel4::Order order>
  int make(const k210::kmodel4::WindowReduction<order>& node) {
    begin_image(order, node.in_shape);
    const Shape out = image_shape(order, node.out_shape());
    const auto reduction = static_cast<Reduction>(node.op);
    if (reduction == Reduction::sum) {
      add_windows(node, out);
    } else {
      if (reduction == Reduction::min) negate();
      append(pooling(node.window, reduction == Reduction::mean ? Pooling::average : Pooling::max), out, real);
      if (reduction == Reduction::min) negate();
      started(reduction, node.start);
    }
    clamp(node.clamp);
    return end_image(order);
  }

  // Shapes.

  int make(const k210::kmodel4::MemoryCopy&) { return self().append_cpu({}, source().shape, source().element); }
  int make(const k210::kmodel4::Pad& node) {
    if (node.padding[0].before != 0 || node.padding[0].after != 0) self().refuse("it adds or removes images");
    const Shape in = shape_of(node.in_shape);
    self().expect_shape(in);
    KmodelNumbers numbers = given();
    numbers.added = source().element == code ? static_cast<float>(node.value & 0xff) : bits_as<float>(node.value);
    const k210::kmodel4::Padding* by = node.padding + 1;
    const bool maps = by[1].before != 0 || by[1].after != 0 || by[2].before != 0 || by[2].after != 0;
    const Shape deeper{in.channels + by[0].before + by[0].after, in.height, in.width};
    if (deeper != in || !maps) {
      Layer layer = software(Software::pad);
      layer.with.before[0] = by[0].before;
      layer.with.after[0] = by[0].after;
      append(layer, deeper, source().element, numbers);
    }
    if (!maps) return self().sources_[0];
    Layer layer = software(Software::pad);
    for (int d = 1; d < tensor_dimensions; ++d) {
      layer.with.before[d] = by[d].before;
      layer.with.after[d] = by[d].after;
    }
    return append(layer, shape_of(node.out_shape()), source().element, std::move(numbers));
  }
  int make(const k210::kmodel4::Transpose& node) {
    // A dimension of size 1 may stand anywhere: without one, three are left.
    int lone = 0;
    while (lone < 4 && node.in_shape[lone] != 1) ++lone;
    if (lone == 4) self().refuse("it has several images, and networks have one");
    int sizes[tensor_dimensions]{}, order[tensor_dimensions]{}, count = 0;
    for (int d = 0; d < 4 && lone < 4; ++d)
      if (d != lone) sizes[count++] = node.in_shape[d];
    count = 0;
    for (int d = 0; d < 4 && lone < 4; ++d)
      if (node.order[d] != lone) order[count++] = node.order[d] - (node.order[d] > lone ? 1 : 0);
    self().expect_shape(shape_of_sizes(sizes));
    return transpose(order[0], order[1], order[2]);
  }
  /// One layer for each dimension of which a part is left out, or turned.
  int make(const k210::kmodel4::StridedSlice& node) {
    if (node.out_shape()[0] != 1 || node.in_shape[0] != 1) self().refuse("it slices images, and networks have one");
    self().expect_shape(shape_of(node.in_shape));
    bool copied = false;
    for (int d = 0; d < tensor_dimensions; ++d) {
      const Part3 part{node.begin[d + 1], node.end[d + 1], node.strides[d + 1]};
      const Shape in = source().shape;
      if (part == Part3{0, size_of_dimension(in, d), 1}) continue;
      Layer layer = software(Software::slice);
      layer.with.parts[d] = part;
      append(layer, moved_shape(layer, in), source().element, helper());
      copied = true;
    }
    return copied ? self().sources_[0] : self().append_cpu({}, source().shape, source().element);
  }
  int make(const k210::kmodel4::Resize& node) {
    if (node.mode != k210::kmodel4::ResizeMode::nearest)
      self().refuse("network types resize by nearest neighbours only");
    self().expect_shape(shape_of(node.in_shape));
    Layer layer = software(Software::resize);
    layer.resized = {node.out_size.height, node.out_size.width};
    return append(layer, shape_of(node.out_shape()), source().element);
  }
  /// Tensors that are joined as a whole are joined by channels. Tensors that are joined along a later dimension are
  /// transposed before, and back afterwards.
  int make(const k210::kmodel4::Concat& node) {
    if (self().sources_.size() != node.count) self().refuse("it joins constants");
    const bool whole = node.outer == 1;
    std::vector<int> parts;
    Shape first{};
    bool alike = true;
    for (std::size_t i = 0; i < self().sources_.size(); ++i) {
      const Shape shape = self().tensor(self().sources_[i]).shape;
      if (i == 0) first = shape;
      alike = alike && shape.extent() == first.extent() && self().tensor(self().sources_[i]).known;
    }
    if (whole && alike) return self().make_concat();
    const int rows = static_cast<int>(node.outer);
    std::vector<int> turned_parts;
    const std::vector<int> sources = self().sources_;
    int joined = 0;
    for (int from : sources) {
      self().sources_ = {from};
      const int values = self().tensor(from).shape.elements() / rows;
      joined += values;
      self().expect_shape(whole ? Shape{values, 1, 1} : Shape{rows, values, 1});
      turned_parts.push_back(whole ? self().sources_[0] : transpose(1, 0, 2));
    }
    self().sources_ = turned_parts;
    const int channels = self().make_concat();
    return whole ? channels : (static_cast<void>(joined), transpose(1, 0, 2));
  }

  // Constants.

  /// What a node makes of a constant, if it moves values; else nothing.
  std::vector<std::uint8_t> moved_constant(const k210::kmodel3::Node&) { return {}; }
  std::vector<std::uint8_t> moved_constant(const k210::kmodel4::Node&) { return {}; }
  std::vector<std::uint8_t> moved_constant(const k210::kmodel4::MemoryCopy& node) {
    return constants<std::uint8_t>(node.in);
  }
  std::vector<std::uint8_t> moved_constant(const k210::kmodel4::Transpose& node) {
    const std::vector<std::uint8_t> in = constants<std::uint8_t>(node.in);
    const auto size = static_cast<std::size_t>(node.element_bytes());
    k210::Walk walk;
    int steps[4]{0, 0, 0, 1};
    for (int d = 3; d > 0; --d) steps[d - 1] = steps[d] * node.in_shape[d];
    for (int d = 0; d < 4; ++d) walk.set(d, node.in_shape[node.order[d]], steps[node.order[d]]);
    std::vector<std::uint8_t> out;
    if (in.size() < node.in_shape.elements() * size) return out;
    follow(walk, [&](int index) {
      const auto from = in.begin() + static_cast<std::ptrdiff_t>(size) * index;
      out.insert(out.end(), from, from + static_cast<std::ptrdiff_t>(size));
    });
    return out;
  }

  /// The one image of a tensor.
  Shape shape_of(const k210::KmodelShape& shape) {
    if (shape[0] != 1) self().refuse("it has " + std::to_string(shape[0]) + " images, and networks one");
    return {shape[1], shape[2], shape[3]};
  }

 private:
  /// Limits at the largest float are none: compilers write them for layers without an activation function.
  static constexpr float most = std::numeric_limits<float>::max();
  static constexpr std::uint8_t load_x = opcode_of(k210::ProgramCode::load_x),
                                end_value = opcode_of(k210::ProgramCode::end_value);

  Tracer& self() { return static_cast<Tracer&>(*this); }
  const auto& source() { return self().source(); }
  int refuse_matrix() {
    self().refuse("it multiplies two tensors, and network types a tensor with weights");
    return 0;
  }
  void expect_moderate(std::int32_t zero_point) {
    constexpr std::int32_t furthest = 1 << 24;  // float32 has all whole numbers up to here
    if (zero_point < -furthest || zero_point > furthest) self().refuse("its zero point is out of range");
  }

  // Numbers.
  static KmodelNumbers given() {
    KmodelNumbers numbers;
    numbers.given = true;
    return numbers;
  }
  static KmodelNumbers helper() {
    KmodelNumbers numbers;
    numbers.helper = true;
    return numbers;
  }
  template <class Number>
  static std::vector<Number> list_of(const k210::NumberList<Number>& list) {
    std::vector<Number> numbers;
    for (std::size_t i = 0; i < list.size; ++i) numbers.push_back(list[i]);
    return numbers;
  }
  /// The numbers of a constant tensor; none if it is no constant.
  template <class Number>
  std::vector<Number> constants(const k210::KmodelRange& range) {
    if (!is_constant(range)) return {};
    const std::vector<std::uint8_t>* made = self().made_constant(range);
    const std::size_t bytes = made == nullptr ? range.bytes : made->size();
    std::vector<Number> numbers(bytes / sizeof(Number));
    std::memcpy(numbers.data(), made == nullptr ? self().model_.constants.data + range.start : made->data(),
                numbers.size() * sizeof(Number));
    return numbers;
  }
  bool is_constant(const k210::KmodelRange& range) {
    return range.memory == k210::KmodelMemory::constants || self().made_constant(range) != nullptr;
  }
  /// [in][out] as [out][in].
  template <class Number>
  static std::vector<Number> turned(const std::vector<Number>& from, int in, int out) {
    std::vector<Number> result;
    for (int o = 0; o < out; ++o)
      for (int i = 0; i < in; ++i)
        result.push_back(
            from[static_cast<std::size_t>(i) * static_cast<std::size_t>(out) + static_cast<std::size_t>(o)]);
    return result;
  }
  /// Weights of a convolution as [out][in][height][width].
  template <class Number, class Node>
  static std::vector<Number> ordered(const std::vector<Number>& weights, const Node& node) {
    if (Node::order == k210::kmodel4::Order::nchw) return weights;
    const auto in = static_cast<std::size_t>(node.group_channels());
    const auto taps =
        static_cast<std::size_t>(node.window.kernel.height) * static_cast<std::size_t>(node.window.kernel.width);
    std::vector<Number> result(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i)
      result[(i / (taps * in) * in + i % in) * taps + i / in % taps] = weights[i];
    return result;
  }

  // Layers.
  static Layer software(Software kind) {
    Layer layer;
    layer.software = kind;
    return layer;
  }
  int append(const Layer& layer, Shape shape, k210::Element element, KmodelNumbers numbers = {}) {
    return self().append_cpu(layer, shape, element, std::move(numbers));
  }
  int transpose(int first, int second, int third) {
    Layer layer = software(Software::transpose);
    layer.with.order[0] = first;
    layer.with.order[1] = second;
    layer.with.order[2] = third;
    return append(layer, moved_shape(layer, source().shape), source().element, helper());
  }
  int reduce(Reduction reduction, int dimension) {
    Layer layer = software(Software::reduce);
    layer.with.reduction = reduction;
    layer.with.reduced[dimension] = true;
    return append(layer, moved_shape(layer, source().shape), real);
  }
  int pair(Pairing pairing) {
    Layer layer = software(Software::combine);
    layer.with.pairing = pairing;
    const Shape shape = combined_shape(source().shape, self().tensor(self().sources_[1]).shape);
    return append(layer, shape, source().element);
  }
  /// With a constant as the first operand.
  int pair(Pairing pairing, float constant) {
    Layer layer = software(Software::combine);
    layer.with.pairing = pairing;
    layer.with.shape = {1, 1, 1};
    layer.with.constant_first = true;
    KmodelNumbers numbers = given();
    numbers.weights = {constant};
    return append(layer, source().shape, real, std::move(numbers));
  }
  template <class Number, class Node>
  int combine(const Node& node, KmodelNumbers numbers) {
    Layer layer = software(Software::combine);
    layer.with.pairing = static_cast<Pairing>(node.op);
    const bool a_is_constant = is_constant(node.a), b_is_constant = is_constant(node.b);
    if (!a_is_constant) self().expect_shape(shape_of(node.a_shape), 0);
    if (!b_is_constant) self().expect_shape(shape_of(node.b_shape), a_is_constant ? 0 : 1);
    if (a_is_constant || b_is_constant) {
      layer.with.shape = shape_of(a_is_constant ? node.a_shape : node.b_shape);
      layer.with.constant_first = a_is_constant;
      std::vector<Number> values = constants<Number>(a_is_constant ? node.a : node.b);
      values.resize(static_cast<std::size_t>(layer.with.shape.elements()));
      set(numbers, std::move(values));
    } else if constexpr (std::is_same_v<Number, float>) {
      numbers = {};
    }
    return append(layer, shape_of(node.out_shape), source().element, std::move(numbers));
  }
  static void set(KmodelNumbers& numbers, std::vector<float> values) { numbers.weights = std::move(values); }
  static void set(KmodelNumbers& numbers, std::vector<std::uint8_t> values) { numbers.codes = std::move(values); }

  /// A layer with weights, and what limits its results: an activation function if there is one, else a layer.
  int activated(Layer layer, Shape shape, const k210::Clamp& limits, KmodelNumbers numbers) {
    const bool from_0 = limits.lowest == 0.0f;
    const bool is_relu = from_0 && limits.highest >= most;
    const bool is_relu6 = from_0 && limits.highest == 6.0f;
    if (is_relu) layer.activation = Activation::relu;
    if (is_relu6) {
      layer.activation = Activation::function;
      layer.function = activations::relu6;
    }
    const int made = append(layer, shape, real, std::move(numbers));
    return is_relu || is_relu6 ? made : clamp(limits);
  }
  int clamp(const k210::Clamp& limits) {
    if (limits.lowest <= -most && limits.highest >= most) return self().sources_[0];
    std::vector<std::uint8_t> program{load_x};
    push(program, limits.lowest);
    push(program, limits.highest);
    program.insert(program.end(), {opcode_of(k210::ProgramCode::clamp), end_value});
    return apply(std::move(program));
  }
  static void push(std::vector<std::uint8_t>& program, float value) {
    program.push_back(opcode_of(k210::ProgramCode::push_float));
    const auto word = bits_as<std::uint32_t>(value);
    for (int i = 0; i < 4; ++i) program.push_back(static_cast<std::uint8_t>(word >> (8 * i)));
  }
  int apply(std::vector<std::uint8_t> program) {
    KmodelNumbers numbers = given();
    numbers.program = std::move(program);
    return append(software(Software::apply), source().shape, real, std::move(numbers));
  }
  int negate() { return apply({load_x, opcode_of(k210::UnaryOp::neg), end_value}); }
  /// The operand of a reduction that begins with `start`: where layers begin with another value, it is combined with
  /// that one first.
  int started(Reduction reduction, float start) {
    if (start == k210::reduction_start(reduction)) return self().sources_[0];
    if (reduction == Reduction::min) return pair(Pairing::min, start);
    if (reduction == Reduction::max) return pair(Pairing::max, start);
    self().refuse("its sums begin with a number, and those of network types with 0");
    return 0;
  }

  Border border_of(const k210::kmodel4::Window& window) {
    const Border border{window.pad_height.before, window.pad_height.after, window.pad_width.before,
                        window.pad_width.after};
    if (border.top < 0 || border.bottom < 0 || border.left < 0 || border.right < 0)
      self().refuse("its windows leave out a part of the image");
    return border;
  }
  static Extent extent_of(const k210::kmodel4::Pair& pair) { return {pair.height, pair.width}; }
  template <class Node>
  Layer convolution(const Node& node) {
    Layer layer;
    layer.op = Operator::conv2d;
    layer.out_channels = node.out_channels();
    layer.kernel = extent_of(node.window.kernel);
    layer.stride = extent_of(node.window.stride);
    layer.dilation = extent_of(node.window.dilation);
    layer.with.border = border_of(node.window);
    layer.groups = node.groups();
    return layer;
  }
  Layer pooling(const k210::kmodel4::Window& window, Pooling kind) {
    Layer layer;
    layer.pooling = kind;
    layer.pool = extent_of(window.kernel);
    layer.pool_stride = extent_of(window.stride);
    layer.pool_dilation = extent_of(window.dilation);
    layer.with.border = border_of(window);
    return layer;
  }
  /// Sums of windows: a convolution of every channel with ones.
  template <class Node>
  int add_windows(const Node& node, Shape out) {
    Layer layer;
    layer.op = Operator::conv2d;
    layer.out_channels = layer.groups = out.channels;
    layer.kernel = extent_of(node.window.kernel);
    layer.stride = extent_of(node.window.stride);
    layer.dilation = extent_of(node.window.dilation);
    layer.with.border = border_of(node.window);
    layer.bias = true;
    KmodelNumbers numbers = given();
    const std::size_t channels = static_cast<std::size_t>(out.channels);
    numbers.weights.assign(channels * static_cast<std::size_t>(layer.kernel.area()), 1.0f);
    numbers.bias.assign(channels, node.start);
    return append(layer, out, real, std::move(numbers));
  }
  /// Rows of a matrix times weights: a 1x1 convolution of its columns.
  template <class Node>
  int multiply_rows(const Node& node, k210::Element element, bool bias, KmodelNumbers numbers) {
    self().expect_shape({node.a_rows, node.a_columns, 1});
    transpose(1, 0, 2);
    Layer layer;
    layer.op = Operator::conv2d;
    layer.out_channels = node.b_columns;
    layer.bias = bias;
    append(layer, {node.b_columns, node.a_rows, 1}, element, std::move(numbers));
    return transpose(1, 0, 2);
  }

  /// The shape of an image in either order of the dimensions, channels first.
  Shape image_shape(k210::kmodel4::Order order, const k210::KmodelShape& shape) {
    const Shape given_shape = shape_of(shape);
    return order == k210::kmodel4::Order::nchw ? given_shape
                                               : Shape{given_shape.width, given_shape.channels, given_shape.height};
  }
  void begin_image(k210::kmodel4::Order order, const k210::KmodelShape& shape) {
    self().expect_shape(shape_of(shape));
    if (order == k210::kmodel4::Order::nhwc) transpose(2, 0, 1);
  }
  int end_image(k210::kmodel4::Order order) {
    return order == k210::kmodel4::Order::nhwc ? transpose(1, 2, 0) : self().sources_[0];
  }
};

}  // namespace detail
}  // namespace incuse
