// Runs the nodes of kmodels of version 4, as nncase's runtime does: float32 with every operation rounded on its own,
// the C library's functions. Source: kmodel sheet (k210-kmodel), section 2; what it leaves open is as in nncase
// v0.2.0-beta4.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <incuse/host/kmodel_memory.hpp>
#include <incuse/k210/cpu/software_layers.hpp>
#include <incuse/k210/kmodel/kmodel.hpp>

namespace incuse::host {

namespace detail {

/// Element of a tensor; dimensions of size 1 are repeated.
inline std::size_t element_at(const k210::KmodelShape& shape, const int (&index)[4]) {
  std::size_t at = 0;
  for (int d = 0; d < 4; ++d)
    at = at * static_cast<std::size_t>(shape[d]) + static_cast<std::size_t>(shape[d] == 1 ? 0 : index[d]);
  return at;
}

/// Calls use(index) for all elements, the last dimension fastest.
template <class Use>
void for_each_element(const k210::KmodelShape& shape, const Use& use) {
  int i[4];
  for (i[0] = 0; i[0] < shape[0]; ++i[0])
    for (i[1] = 0; i[1] < shape[1]; ++i[1])
      for (i[2] = 0; i[2] < shape[2]; ++i[2])
        for (i[3] = 0; i[3] < shape[3]; ++i[3]) use(i);
}

inline float binary(k210::kmodel4::BinaryOp op, float a, float b) {
  using k210::kmodel4::BinaryOp;
  switch (op) {
    case BinaryOp::add:
      return a + b;
    case BinaryOp::sub:
      return a - b;
    case BinaryOp::mul:
      return rounded(a * b);
    case BinaryOp::div:
      return a / b;
    case BinaryOp::min:
      return std::min(a, b);
    case BinaryOp::max:
      break;
  }
  return std::max(a, b);
}

/// Divisions round halves up for positive numbers; a division by zero, for which nncase has no answer, gives 0.
inline std::int64_t binary(k210::kmodel4::BinaryOp op, std::int64_t a, std::int64_t b) {
  using k210::kmodel4::BinaryOp;
  switch (op) {
    case BinaryOp::add:
      return a + b;
    case BinaryOp::sub:
      return a - b;
    case BinaryOp::mul:
      return a * b;
    case BinaryOp::div:
      return b == 0 ? 0 : (a + b / 2) / b;
    case BinaryOp::min:
      return std::min(a, b);
    case BinaryOp::max:
      break;
  }
  return std::max(a, b);
}

/// With the functions of the C library, as nncase has them; `k210::unary` computes them without it.
inline float unary(k210::UnaryOp op, float x) {
  using k210::UnaryOp;
  switch (op) {
    case UnaryOp::abs:
      return std::fabs(x);
    case UnaryOp::ceil:
      return std::ceil(x);
    case UnaryOp::cos:
      return std::cos(x);
    case UnaryOp::exp:
      return std::exp(x);
    case UnaryOp::floor:
      return std::floor(x);
    case UnaryOp::log:
      return std::log(x);
    case UnaryOp::neg:
      return -x;
    case UnaryOp::rsqrt:
      return 1.0f / std::sqrt(x);
    case UnaryOp::sin:
      return std::sin(x);
    case UnaryOp::square:
      break;
  }
  return rounded(x * x);
}

/// The stack of a checked program that is run for one element, and what instructions do with it.
struct UnaryStack {
  float x;  ///< the element
  float values[k210::program_values]{};
  int depth = 0;

  float& top() { return values[depth - 1]; }
  void push(float value) { values[depth++] = value; }

  /// Executes an instruction with an operator of one or two operands; false if it is none.
  bool compute(std::uint8_t code) {
    if (k210::is_unary(code)) {
      top() = detail::unary(k210::unary_of(code), top());
      return true;
    }
    if (!k210::is_binary(code)) return false;
    --depth;
    top() = binary(static_cast<k210::kmodel4::BinaryOp>(k210::pairing_of(code)), top(), values[depth]);
    return true;
  }

  /// Executes an instruction that moves values; `operand` is what follows it. Returns the bytes of its operand.
  std::size_t move(k210::ProgramCode code, const std::uint8_t* operand) {
    using k210::ProgramCode;
    switch (code) {
      case ProgramCode::duplicate:
        push(top());
        break;
      case ProgramCode::pop:
        --depth;
        break;
      case ProgramCode::load_x:
        push(x);
        break;
      case ProgramCode::push_0:
        push(0);
        break;
      case ProgramCode::push_1:
        push(1);
        break;
      case ProgramCode::push_float:
        push(k210::load_number<float>(operand));
        return sizeof(float);
      case ProgramCode::clamp:
        depth -= 2;
        top() = k210::Clamp{values[depth], values[depth + 1]}(top());
        break;
      default:
        break;
    }
    return 0;
  }
};

/// A checked program, run for one element.
inline float evaluate(const k210::Bytes& program, float x) {
  using k210::ProgramCode;
  UnaryStack stack{x};
  for (std::size_t at = 0;; ++at) {
    const std::uint8_t byte = program.data[at];
    if (stack.compute(byte)) continue;
    const auto code = static_cast<ProgramCode>(byte);
    if (code == ProgramCode::end_value) return stack.top();
    at += stack.move(code, program.data + at + 1);
  }
}

/// The part of a window that lies within one dimension: taps first to end - 1. Tap t reads pixel origin + t * dilation.
struct WindowPart {
  int origin, first, end, dilation;

  WindowPart(int index, int size, int kernel, int stride, int dilation_steps, int padding)
      : origin(index * stride - padding), first(0), end(kernel), dilation(dilation_steps) {
    while (first < end && origin + first * dilation < 0) ++first;
    while (end > first && origin + (end - 1) * dilation >= size) --end;
  }
  int at(int tap) const { return origin + tap * dilation; }
};

}  // namespace detail

/// Runs nodes one by one, on memories that it shares with its owner. `Kpu` runs those of the KPU.
template <class Kpu = ReferenceKpu>
class Kmodel4Nodes {
 public:
  Kmodel4Nodes(KmodelMemories& memories, Kpu kpu) : memories_(memories), kpu_(std::move(kpu)) {}

  /// Why the last node could not be run; empty if it was.
  const std::string& error() const { return error_; }

  // Element by element ------------------------------------------------------------------------------------------------

  void run(const k210::kmodel4::Binary& node) {
    const auto a = tensor<float>(node.a), b = tensor<float>(node.b);
    std::vector<float> out;
    detail::for_each_element(node.out_shape, [&](const int(&i)[4]) {
      out.push_back(node.clamp(
          detail::binary(node.op, a[detail::element_at(node.a_shape, i)], b[detail::element_at(node.b_shape, i)])));
    });
    memories_.store(node.out, out);
  }
  void run(const k210::kmodel4::QuantizedBinary& node) {
    const auto a = tensor<std::uint8_t>(node.a), b = tensor<std::uint8_t>(node.b);
    std::vector<std::uint8_t> out;
    detail::for_each_element(node.out_shape, [&](const int(&i)[4]) {
      const std::int64_t x = scaled(std::int64_t{a[detail::element_at(node.a_shape, i)]} + node.a_scale.offset,
                                    node.a_scale.multiplier, node.a_scale.shift);
      const std::int64_t y = scaled(std::int64_t{b[detail::element_at(node.b_shape, i)]} + node.b_scale.offset,
                                    node.b_scale.multiplier, node.b_scale.shift);
      out.push_back(code_of(narrow(detail::binary(node.op, narrow(x), narrow(y))), node.out_scale));
    });
    memories_.store(node.out, out);
  }
  void run(const k210::kmodel4::Quantize& node) {
    std::vector<std::uint8_t> out;
    for (float x : tensor<float>(node.in))
      out.push_back(k210::round_to_byte(rounded(x * node.scale) + static_cast<float>(node.zero_point)));
    memories_.store(node.out, out);
  }
  void run(const k210::kmodel4::Dequantize& node) {
    const float unit = 1.0f / node.scale;
    std::vector<float> out;
    for (std::uint8_t code : tensor<std::uint8_t>(node.in))
      out.push_back(static_cast<float>(std::int64_t{code} - node.zero_point) * unit);
    memories_.store(node.out, out);
  }
  void run(const k210::kmodel4::TableLookUp& node) {
    const auto table = tensor<std::uint8_t>(node.table);
    std::vector<std::uint8_t> out;
    for (std::uint8_t code : tensor<std::uint8_t>(node.in)) out.push_back(table[code]);
    memories_.store(node.out, out);
  }
  void run(const k210::kmodel4::Unary& node) {
    auto values = tensor<float>(node.in);
    for (float& x : values) x = detail::unary(node.op, x);
    memories_.store(node.out, values);
  }
  void run(const k210::kmodel4::UnaryProgram& node) {
    auto values = tensor<float>(node.in);
    for (float& x : values) x = detail::evaluate(node.program, x);
    memories_.store(node.out, values);
  }
  void run(const k210::kmodel4::Softmax& node) {
    const auto inner = static_cast<std::size_t>(node.inner), outer = static_cast<std::size_t>(node.outer);
    auto values = memories_.tensor<float>(node.in.memory, node.in.start, inner * outer);
    for (std::size_t o = 0; o < outer; ++o) {
      float* const x = values.data() + o * inner;
      const float largest = *std::max_element(x, x + inner);
      float sum = 0;
      for (std::size_t i = 0; i < inner; ++i) sum += x[i] = std::exp(rounded((x[i] - largest) * node.beta));
      for (std::size_t i = 0; i < inner; ++i) x[i] /= sum;
    }
    memories_.store(node.out, values);
  }

  // Matrices and windows ----------------------------------------------------------------------------------------------

  void run(const k210::kmodel4::MatMul& node) {
    const auto a = tensor<float>(node.a), b = tensor<float>(node.b);
    std::vector<float> out;
    for_each_product(node, [&](std::size_t row, std::size_t column, std::size_t inner, std::size_t columns) {
      float sum = node.bias[column];
      for (std::size_t i = 0; i < inner; ++i) sum += rounded(a[row * inner + i] * b[i * columns + column]);
      out.push_back(node.clamp(sum));
    });
    memories_.store(node.out, out);
  }
  void run(const k210::kmodel4::QuantizedMatMul& node) {
    const auto a = tensor<std::uint8_t>(node.a), b = tensor<std::uint8_t>(node.b);
    std::vector<std::uint8_t> out;
    for_each_product(node, [&](std::size_t row, std::size_t column, std::size_t inner, std::size_t columns) {
      std::int64_t sum = node.bias[column];
      for (std::size_t i = 0; i < inner; ++i)
        sum += offset_product(a[row * inner + i], node.a_offset, b[i * columns + column], node.b_offset);
      out.push_back(code_of(narrow(sum), node.scale));
    });
    memories_.store(node.out, out);
  }
  template <k210::kmodel4::Order order, k210::kmodel4::Channels grouping>
  void run(const k210::kmodel4::FloatConvolution<order, grouping>& node) {
    const auto in = tensor<float>(node.in);
    std::vector<float> out;
    for_each_window(node, [&](int channel, const auto& for_each_tap) {
      float sum = node.bias[static_cast<std::size_t>(channel)];
      for_each_tap([&](std::size_t pixel, std::size_t weight) { sum += rounded(in[pixel] * node.weights[weight]); });
      out.push_back(node.clamp(sum));
    });
    memories_.store(node.out, out);
  }
  template <k210::kmodel4::Order order, k210::kmodel4::Channels grouping>
  void run(const k210::kmodel4::QuantizedConvolution<order, grouping>& node) {
    const auto in = tensor<std::uint8_t>(node.in);
    std::vector<std::uint8_t> out;
    for_each_window(node, [&](int channel, const auto& for_each_tap) {
      std::int64_t sum = node.bias[static_cast<std::size_t>(channel)];
      for_each_tap([&](std::size_t pixel, std::size_t weight) {
        sum += offset_product(in[pixel], node.pixel_term(), node.weights[weight], node.weight_term());
      });
      out.push_back(code_of(narrow(sum), node.scale));
    });
    memories_.store(node.out, out);
  }
  void run(const k210::kmodel4::Conv2dTranspose& node) {
    const auto in = tensor<float>(node.in);
    std::vector<float> out(static_cast<std::size_t>(node.out_shape.elements()));
    std::size_t next = 0;
    detail::for_each_element(node.in_shape, [&](const int(&i)[4]) {
      const float value = in[next++];
      const int group = i[1] / node.in_channels(), channel = i[1] % node.in_channels();
      const detail::WindowPart rows = rows_of(node.window, i[2], node.out_shape[2]);
      const detail::WindowPart columns = columns_of(node.window, i[3], node.out_shape[3]);
      for (int o = group * node.out_channels(); o < (group + 1) * node.out_channels(); ++o)
        for (int y = rows.first; y < rows.end; ++y)
          for (int x = columns.first; x < columns.end; ++x) {
            const k210::KmodelShape weights{
                {node.out_shape[1], node.in_channels(), node.window.kernel.height, node.window.kernel.width}};
            const float weight = node.weights[detail::element_at(weights, {o, channel, y, x})];
            out[detail::element_at(node.out_shape, {i[0], o, rows.at(y), columns.at(x)})] += rounded(value * weight);
          }
    });
    for (float& value : out) value = node.clamp(value);
    memories_.store(node.out, out);
  }
  void run(const k210::kmodel4::Reduce& node) {
    const auto in = tensor<float>(node.in);
    std::vector<float> out(node.out_shape.elements(), node.start);
    std::size_t next = 0;
    detail::for_each_element(node.in_shape, [&](const int(&i)[4]) {
      float& result = out[detail::element_at(node.out_shape, i)];
      result = fold(node.op, result, in[next++]);
    });
    if (node.op == k210::kmodel4::ReduceOp::mean) {
      const std::uint32_t made = node.out.bytes / sizeof(float), read = node.in.bytes / sizeof(float);
      const float share = static_cast<float>(made) / static_cast<float>(read);
      for (float& value : out) value *= share;
    }
    memories_.store(node.out, out);
  }
  template <k210::kmodel4::Order order>
  void run(const k210::kmodel4::WindowReduction<order>& node) {
    const auto in = tensor<float>(node.in);
    std::vector<float> out;
    detail::for_each_element(node.out_shape(), [&](const int(&i)[4]) {
      const OutputPixel pixel(node, i);
      float value = node.start;
      int count = 0;
      for (int y = pixel.rows.first; y < pixel.rows.end; ++y)
        for (int x = pixel.columns.first; x < pixel.columns.end; ++x, ++count)
          value = fold(node.op, value, in[pixel.source(node, pixel.channel, y, x)]);
      if (node.op == k210::kmodel4::ReduceOp::mean) value /= static_cast<float>(count);
      out.push_back(node.clamp(value));
    });
    memories_.store(node.out, out);
  }

  // Shapes ------------------------------------------------------------------------------------------------------------

  void run(const k210::kmodel4::MemoryCopy& node) { memories_.store(node.out, tensor<std::uint8_t>(node.in)); }
  void run(const k210::kmodel4::Concat& node) {
    std::vector<std::uint8_t> out;
    for (std::uint64_t o = 0; o < node.outer; ++o)
      for (std::size_t i = 0; i < node.count; ++i) {
        const std::uint8_t* in = memories_.read(node.input(i).memory, node.input(i).start) + o * node.part(i);
        out.insert(out.end(), in, in + node.part(i));
      }
    memories_.store(node.out, out);
  }
  void run(const k210::kmodel4::Pad& node) {
    std::uint8_t value[4];
    std::memcpy(value, &node.value, sizeof value);
    move(node, [&](const int(&i)[4], std::uint8_t* to, std::size_t bytes, const auto& copy_from) {
      int source[4];
      bool inside = true;
      for (int d = 0; d < 4; ++d) {
        source[d] = i[d] - node.padding[d].before;
        inside = inside && source[d] >= 0 && source[d] < node.in_shape[d];
      }
      inside ? copy_from(source) : static_cast<void>(std::memcpy(to, value, bytes));
    });
  }
  void run(const k210::kmodel4::Transpose& node) {
    move(node, [&](const int(&i)[4], std::uint8_t*, std::size_t, const auto& copy_from) {
      int source[4]{};
      for (int d = 0; d < 4; ++d) source[node.order[d]] = i[d];
      copy_from(source);
    });
  }
  void run(const k210::kmodel4::StridedSlice& node) {
    move(node, [&](const int(&i)[4], std::uint8_t*, std::size_t, const auto& copy_from) {
      int source[4];
      for (int d = 0; d < 4; ++d) source[d] = node.begin[d] + i[d] * node.strides[d];
      copy_from(source);
    });
  }
  void run(const k210::kmodel4::Resize& node) {
    if (node.mode == k210::kmodel4::ResizeMode::bilinear)
      return node.out.type == k210::KmodelType::f32 ? run_bilinear<float>(node) : run_bilinear<std::uint8_t>(node);
    const float height_step = step(node.in_shape[2], node.out_size.height);
    const float width_step = step(node.in_shape[3], node.out_size.width);
    move(node, [&](const int(&i)[4], std::uint8_t*, std::size_t, const auto& copy_from) {
      const auto nearest = [](int index, float scale, int size) {
        return std::min(static_cast<int>(std::floor(static_cast<float>(index) * scale)), size - 1);
      };
      const int source[4] = {i[0], i[1], nearest(i[2], height_step, node.in_shape[2]),
                             nearest(i[3], width_step, node.in_shape[3])};
      copy_from(source);
    });
  }

  // The KPU -----------------------------------------------------------------------------------------------------------

  void run(const k210::kmodel4::KpuUpload& node) {
    memories_.store_maps(node.out.start, node.map(),
                         memories_.tensor<std::uint8_t>(node.in.memory, node.in.start, node.in_shape.elements()));
  }
  /// The output is always written to AI RAM, and to main memory, without gaps, if the node says so.
  void run(const k210::kmodel4::KpuConv& node) {
    const k210::LayerArguments arguments = decode(node.tables.words);
    const k210::KpuLayer layer = layer_of(arguments, 1);
    const auto byte_of = [](long long line) { return static_cast<std::uint64_t>(line) * k210::line_bytes; };
    const auto in_bytes = static_cast<std::uint64_t>(k210::MapLayout(layer.in).bytes());
    std::vector<std::uint8_t> out;
    for (std::uint64_t batch = 0; batch < static_cast<std::uint64_t>(node.batches) && error_.empty(); ++batch) {
      const std::uint64_t in = byte_of(arguments.image_src_addr) + batch * in_bytes;
      const auto part = kpu_.run(node.tables, 1, memories_.read(k210::KmodelMemory::kpu, in), error_);
      out.insert(out.end(), part.begin(), part.end());
    }
    memories_.store_maps(byte_of(arguments.image_dst_addr), layer.out(), out);
    if (node.main_out.used()) memories_.store(node.main_out, out);
  }

 private:
  template <class Element>
  std::vector<Element> tensor(const k210::KmodelRange& range) const {
    return memories_.tensor<Element>(range);
  }

  // Integers ----------------------------------------------------------------------------------------------------------

  /// Wrapped to 32 bits, like an int of the runtime.
  static std::int64_t narrow(std::int64_t value) {
    return static_cast<std::int32_t>(static_cast<std::uint64_t>(value));
  }
  /// value * multiplier / 2^shift, halves up.
  static std::int64_t scaled(std::int64_t value, std::int32_t multiplier, std::int32_t shift) {
    const std::int64_t product = value * multiplier;
    return shift == 0 ? product : (product + (std::int64_t{1} << (shift - 1))) >> shift;
  }
  static std::uint8_t code_of(std::int64_t value, const k210::IntegerScale& scale) {
    const std::int64_t product = narrow(scaled(value, scale.multiplier, scale.shift));
    return static_cast<std::uint8_t>(k210::clip_to_code(narrow(product + scale.offset)));
  }
  static std::int64_t offset_product(std::uint8_t a, std::int64_t a_offset, std::uint8_t b, std::int64_t b_offset) {
    return narrow((a + a_offset) * (b + b_offset));
  }

  // Loops -------------------------------------------------------------------------------------------------------------

  /// Calls use(row, column, inner, columns) for every element of a matrix product.
  template <class Node, class Use>
  static void for_each_product(const Node& node, const Use& use) {
    const auto rows = static_cast<std::size_t>(node.a_rows), columns = static_cast<std::size_t>(node.b_columns);
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t column = 0; column < columns; ++column)
        use(row, column, static_cast<std::size_t>(node.a_columns), columns);
  }
  static detail::WindowPart rows_of(const k210::kmodel4::Window& window, int index, int size) {
    return {index, size, window.kernel.height, window.stride.height, window.dilation.height, window.pad_height.before};
  }
  static detail::WindowPart columns_of(const k210::kmodel4::Window& window, int index, int size) {
    return {index, size, window.kernel.width, window.stride.width, window.dilation.width, window.pad_width.before};
  }
  /// A pixel of an output, and what its window covers of the input.
  struct OutputPixel {
    template <class Node>
    OutputPixel(const Node& node, const int (&index)[4])
        : image(index[0]),
          channel(channels_of(Node::order, {{index[0], index[1], index[2], index[3]}})),
          at(image_of(Node::order, {{index[0], index[1], index[2], index[3]}})),
          rows(rows_of(node.window, at.height, image_of(Node::order, node.in_shape).height)),
          columns(columns_of(node.window, at.width, image_of(Node::order, node.in_shape).width)) {}

    /// The element of the input that lies under a tap.
    template <class Node>
    std::size_t source(const Node& node, int in_channel, int y, int x) const {
      const auto index = shape_of(Node::order, image, in_channel, {rows.at(y), columns.at(x)});
      return detail::element_at(node.in_shape, index.sizes);
    }

    int image, channel;
    k210::kmodel4::Pair at;
    detail::WindowPart rows, columns;
  };
  /// Calls use(output channel, for_each_tap) for every output pixel; for_each_tap(f) calls f(pixel, weight), in the
  /// order of the weights.
  template <class Node, class Use>
  static void for_each_window(const Node& node, const Use& use) {
    const int channels = node.group_channels(), group_outputs = node.out_channels() / node.groups();
    const k210::KmodelShape weights =
        shape_of(Node::order, node.out_channels(), channels, {node.window.kernel.height, node.window.kernel.width});
    detail::for_each_element(node.out_shape(), [&](const int(&i)[4]) {
      const OutputPixel pixel(node, i);
      const int first = pixel.channel / group_outputs * channels;
      use(pixel.channel, [&](const auto& take) {
        const auto take_tap = [&](int c, int y, int x) {
          take(pixel.source(node, first + c, y, x),
               detail::element_at(weights, shape_of(Node::order, pixel.channel, c, {y, x}).sizes));
        };
        const auto take_taps = [&](int c_first, int c_end) {
          for (int y = pixel.rows.first; y < pixel.rows.end; ++y)
            for (int x = pixel.columns.first; x < pixel.columns.end; ++x)
              for (int c = c_first; c < c_end; ++c) take_tap(c, y, x);
        };
        if (Node::order == k210::kmodel4::Order::nhwc) return take_taps(0, channels);
        for (int c = 0; c < channels; ++c) take_taps(c, c + 1);
      });
    });
  }
  static float fold(k210::kmodel4::ReduceOp op, float value, float next) {
    using k210::kmodel4::ReduceOp;
    if (op == ReduceOp::min) return std::min(value, next);
    if (op == ReduceOp::max) return std::max(value, next);
    return value + next;
  }
  /// Fills the output with elements of the input, whatever their type: place(index, to, bytes, copy_from) for each.
  template <class Node, class Place>
  void move(const Node& node, const Place& place) {
    const auto bytes = static_cast<std::size_t>(node.element_bytes());
    const auto in = tensor<std::uint8_t>(node.in);
    std::vector<std::uint8_t> out(static_cast<std::size_t>(node.out_shape().elements()) * bytes);
    std::uint8_t* to = out.data();
    detail::for_each_element(node.out_shape(), [&](const int(&i)[4]) {
      place(i, to, bytes, [&](const int(&source)[4]) {
        std::memcpy(to, in.data() + detail::element_at(node.in_shape, source) * bytes, bytes);
      });
      to += bytes;
    });
    memories_.store(node.out, out);
  }
  static float step(int in, int out, bool align_corners = false) {
    if (align_corners && out > 1) return static_cast<float>(in - 1) / static_cast<float>(out - 1);
    return static_cast<float>(in) / static_cast<float>(out);
  }
  /// Codes are interpolated as floats; the result is truncated.
  template <class Element>
  void run_bilinear(const k210::kmodel4::Resize& node) {
    const auto in = tensor<Element>(node.in);
    const k210::KmodelShape& shape = node.in_shape;
    const float height_step = step(shape[2], node.out_size.height, node.aligns_corners());
    const float width_step = step(shape[3], node.out_size.width, node.aligns_corners());
    std::vector<Element> out;
    detail::for_each_element(node.out_shape(), [&](const int(&i)[4]) {
      const float y = static_cast<float>(i[2]) * height_step, x = static_cast<float>(i[3]) * width_step;
      const int top = std::min(static_cast<int>(y), shape[2] - 1), left = std::min(static_cast<int>(x), shape[3] - 1);
      const int bottom = std::min(top + 1, shape[2] - 1), right = std::min(left + 1, shape[3] - 1);
      const float down = y - static_cast<float>(top), across = x - static_cast<float>(left);
      const auto pixel = [&](int row, int column, float share) {
        return rounded(static_cast<float>(in[detail::element_at(shape, {i[0], i[1], row, column})]) * share);
      };
      out.push_back(static_cast<Element>(pixel(top, left, (1 - down) * (1 - across)) +
                                         pixel(bottom, left, down * (1 - across)) +
                                         pixel(top, right, (1 - down) * across) + pixel(bottom, right, down * across)));
    });
    memories_.store(node.out, out);
  }

  KmodelMemories& memories_;
  Kpu kpu_;
  std::string error_{};
};

Kmodel4Nodes(KmodelMemories&, k210::Emulator)->Kmodel4Nodes<ReferenceKpu>;

}  // namespace incuse::host
