// What the nodes of version 4 have in common. See kmodel4.hpp.
#pragma once

#include <cstdint>

#include <incuse/k210/kmodel/kmodel_fields.hpp>

namespace incuse::k210::kmodel4 {

inline constexpr Text bad_shape = "a size is less than 1";
inline constexpr Text bad_window = "a window, stride, dilation or padding is out of range";
inline constexpr Text bad_groups = "the groups do not divide the channels";
inline constexpr Text bad_operation = "the operation is not known";

/// Elements added before and after a dimension; negative numbers remove elements.
struct Padding {
  std::int32_t before = 0, after = 0;
};

/// Height, width.
struct Pair {
  std::int32_t height = 1, width = 1;
};

/// True if no size is less than 1.
constexpr bool valid(const KmodelShape& shape) {
  for (std::int32_t size : shape.sizes)
    if (size < 1) return false;
  return true;
}

/// True for sizes and paddings of tensors that are accepted: sums of a few of them do not overflow.
constexpr bool fits_memory(std::int32_t value) { return value >= -0x0fffffff && value <= 0x0fffffff; }

/// True for sizes, strides and paddings of windows that are accepted: sums and products of a few do not overflow.
constexpr bool moderate(std::int32_t value) { return value >= -0x7fff && value <= 0x7fff; }
constexpr bool moderate(Padding padding) { return moderate(padding.before) && moderate(padding.after); }
/// True for kernel sizes, strides and dilations that are accepted: 1 to 32767.
constexpr bool is_step(Pair pair) {
  return pair.height >= 1 && pair.width >= 1 && moderate(pair.height) && moderate(pair.width);
}

/// What all nodes have.
struct Node {
  constexpr Text problem() const { return {}; }
};

/// A node with one input and one output.
struct OneToOne : Node {
  KmodelRange in{}, out{};

  static constexpr void fields(auto& self, auto& visit) { each_field(visit, "in", self.in, "out", self.out); }
  /// Operands of a node that has no shape: the runtime takes the number of elements from the bytes of its input. These
  /// may be rounded up to a multiple of 8, so that the input seems to have up to 7 elements more than the output holds.
  constexpr void element_wise(auto& take, KmodelType in_type, KmodelType out_type) const {
    const std::uint64_t count = in.bytes / bytes_of(in_type), room = out.bytes / bytes_of(out_type);
    const bool rounded_up = in.bytes % 8 == 0 && count > room && count - room < 8;
    take.in("in", in, in_type, count);
    take.out("out", out, out_type, rounded_up ? room : count);
  }
};

/// Operations of the nodes that reduce.
enum class ReduceOp : std::uint32_t { mean, min, max, sum };

}  // namespace incuse::k210::kmodel4
