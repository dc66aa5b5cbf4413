// Nodes that move elements without changing them. See kmodel4.hpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include <incuse/k210/kmodel/kmodel4/node.hpp>

namespace incuse::k210::kmodel4 {

/// For each of `outer`: inner_bytes * dimensions[i] bytes of every input i.
struct Concat : Node {
  static constexpr std::uint32_t opcode = 0x01;
  static constexpr Text name = "Concat";
  KmodelRange out{};
  std::uint32_t inner_bytes = 0, outer = 0, count = 0;
  NumberList<std::uint32_t> inputs{};  ///< memory, type, start, bytes; memory, ...
  NumberList<std::int32_t> dimensions{};

  constexpr KmodelRange input(std::size_t i) const {
    return {static_cast<KmodelMemory>(inputs[4 * i]), static_cast<KmodelType>(inputs[4 * i + 1]), inputs[4 * i + 2],
            inputs[4 * i + 3]};
  }
  /// Bytes that input i gives for each of `outer`.
  constexpr std::uint64_t part(std::size_t i) const { return saturated_product(inner_bytes, size_of(dimensions[i])); }
  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "out", self.out, "inner bytes", self.inner_bytes, "outer", self.outer, "count", self.count);
    visit("inputs", self.inputs, saturated_product(4, self.count));
    visit("dimensions", self.dimensions, self.count);
  }
  constexpr Text problem() const {
    if (inner_bytes == 0 || outer == 0 || count == 0) return bad_shape;
    for (std::size_t i = 0; i < count; ++i) {
      if (!input(i).valid()) return "an input has a memory or type that is not known";
      if (dimensions[i] < 1) return bad_shape;
    }
    return {};
  }
  constexpr void operands(auto& take) const {
    const auto elements = [](std::uint64_t bytes, KmodelType type) {
      return bytes / bytes_of(type) + (bytes % bytes_of(type) != 0);
    };
    std::uint64_t total = 0;  // below 2^64 if all inputs fit their ranges, whose sizes have 32 bits
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t bytes = saturated_product(part(i), outer);
      take.in("input", input(i), input(i).type, elements(bytes, input(i).type));
      total += bytes;
    }
    take.out("out", out, out.type, elements(total, out.type));
  }
};

/// A node that copies or moves elements of any type without changing their values.
struct Move : OneToOne {
  constexpr std::uint64_t element_bytes() const { return bytes_of(out.type); }
};

struct MemoryCopy : Move {
  static constexpr std::uint32_t opcode = 0x09;
  static constexpr Text name = "MemoryCopy";

  constexpr void operands(auto& take) const { element_wise(take, out.type, out.type); }
};

/// Adds elements of one value around a tensor, or removes some at its ends.
struct Pad : Move {
  static constexpr std::uint32_t opcode = 0x05;
  static constexpr Text name = "Pad";
  KmodelShape in_shape{};
  Padding padding[4]{};
  std::uint32_t value_type = 0;  ///< not used by the runtime
  std::uint32_t value = 0;       ///< its first bytes are those of the element

  constexpr KmodelShape out_shape() const {
    KmodelShape shape{};
    for (int i = 0; i < 4; ++i) shape.sizes[i] = in_shape[i] + padding[i].before + padding[i].after;
    return shape;
  }
  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "in shape", self.in_shape);
    for (auto& dimension : self.padding) each_field(visit, "before", dimension.before, "after", dimension.after);
    each_field(visit, "value type", self.value_type, "value", self.value);
  }
  constexpr void operands(auto& take) const {
    take.in("in", in, out.type, in_shape.elements());
    take.out("out", out, out.type, out_shape().elements());
  }
  constexpr Text problem() const {
    for (int i = 0; i < 4; ++i)
      if (in_shape[i] < 1 || !fits_memory(in_shape[i]) || !fits_memory(padding[i].before) ||
          !fits_memory(padding[i].after))
        return "a size or padding is out of range";
    return valid(out_shape()) ? Text() : Text("it leaves nothing of its input");
  }
};

/// Dimension i of the output is dimension order[i] of the input.
struct Transpose : Move {
  static constexpr std::uint32_t opcode = 0x0c;
  static constexpr Text name = "Transpose";
  KmodelShape in_shape{}, order{};

  constexpr KmodelShape out_shape() const {
    KmodelShape shape{};
    for (int i = 0; i < 4; ++i) shape.sizes[i] = in_shape[order[i]];
    return shape;
  }
  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "in shape", self.in_shape, "order", self.order);
  }
  constexpr void operands(auto& take) const {
    take.in("in", in, out.type, in_shape.elements());
    take.out("out", out, out.type, in_shape.elements());
  }
  constexpr Text problem() const {
    unsigned seen = 0;
    for (std::int32_t dimension : order.sizes)
      if (dimension >= 0 && dimension < 4) seen |= 1u << dimension;
    if (seen != 0xf) return "the order does not name every dimension once";
    return valid(in_shape) ? Text() : bad_shape;
  }
};

/// begin, begin + stride, ... up to end, exclusive; the masks of TensorFlow are resolved already.
struct StridedSlice : Move {
  static constexpr std::uint32_t opcode = 0x0d;
  static constexpr Text name = "StridedSlice";
  KmodelShape in_shape{}, begin{}, end{}, strides{};
  std::int32_t begin_mask = 0, end_mask = 0, ellipsis_mask = 0, new_axis_mask = 0, shrink_mask = 0;

  constexpr KmodelShape out_shape() const {
    KmodelShape shape{};
    for (int i = 0; i < 4; ++i)
      shape.sizes[i] = (end[i] - begin[i] + strides[i] - (strides[i] > 0 ? 1 : -1)) / strides[i];
    return shape;
  }
  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "in shape", self.in_shape, "begin", self.begin, "end", self.end, "strides", self.strides,
               "begin mask", self.begin_mask, "end mask", self.end_mask, "ellipsis mask", self.ellipsis_mask,
               "new axis mask", self.new_axis_mask, "shrink axis mask", self.shrink_mask);
  }
  constexpr void operands(auto& take) const {
    take.in("in", in, out.type, in_shape.elements());
    take.out("out", out, out.type, out_shape().elements());
  }
  constexpr Text problem() const {
    for (int i = 0; i < 4; ++i) {
      if (in_shape[i] < 1 || !fits_memory(in_shape[i]) || !fits_memory(strides[i]) || strides[i] == 0)
        return "a size or stride is out of range";
      const bool inside = begin[i] >= 0 && begin[i] < in_shape[i] && end[i] >= -1 && end[i] <= in_shape[i];
      if (!inside || (strides[i] > 0 ? begin[i] >= end[i] : begin[i] <= end[i])) return "a slice is empty or outside";
    }
    return {};
  }
};

enum class ResizeMode : std::uint32_t { bilinear, nearest };

/// Resizes images in N x C x H x W.
struct Resize : Move {
  static constexpr std::uint32_t opcode = 0x0a;
  static constexpr Text name = "ResizeImage";
  KmodelShape in_shape{};
  Pair out_size{};
  ResizeMode mode = ResizeMode::nearest;
  std::uint32_t align_corners = 0;  ///< lowest byte; the others are padding. Only bilinear resizing reads it

  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "in shape", self.in_shape, "out height", self.out_size.height, "out width", self.out_size.width,
               "mode", self.mode, "align corners", self.align_corners);
  }
  constexpr bool aligns_corners() const { return (align_corners & 0xff) != 0; }
  constexpr KmodelShape out_shape() const { return {{in_shape[0], in_shape[1], out_size.height, out_size.width}}; }
  constexpr void operands(auto& take) const {
    take.in("in", in, out.type, in_shape.elements());
    take.out("out", out, out.type, out_shape().elements());
  }
  constexpr Text problem() const {
    if (!valid(in_shape) || !valid(out_shape())) return bad_shape;
    return mode <= ResizeMode::nearest ? Text() : Text("the mode is not known");
  }
};

}  // namespace incuse::k210::kmodel4
