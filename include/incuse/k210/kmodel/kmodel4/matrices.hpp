// Nodes that multiply matrices, or reduce dimensions. See kmodel4.hpp.
#pragma once

#include <cstdint>

#include <incuse/k210/kmodel/kmodel4/node.hpp>

namespace incuse::k210::kmodel4 {

/// a[rows][columns] x b[columns][columns of b] + bias.
template <KmodelType Type>
struct MatMulOperands : Node {
  KmodelRange a{}, b{}, out{};
  std::int32_t a_rows = 1, a_columns = 1, b_columns = 1;

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "a", self.a, "b", self.b, "out", self.out, "rows of a", self.a_rows, "columns of a",
               self.a_columns, "columns of b", self.b_columns);
  }
  constexpr void operands(auto& take) const {
    take.in("a", a, Type, saturated_product(size_of(a_rows), size_of(a_columns)));
    take.in("b", b, Type, saturated_product(size_of(a_columns), size_of(b_columns)));
    take.out("out", out, Type, saturated_product(size_of(a_rows), size_of(b_columns)));
  }
  constexpr Text problem() const { return a_rows >= 1 && a_columns >= 1 && b_columns >= 1 ? Text() : bad_shape; }
};

struct MatMul : MatMulOperands<KmodelType::f32> {
  static constexpr std::uint32_t opcode = 0x04;
  static constexpr Text name = "MatMul";
  Clamp clamp{};
  NumberList<float> bias{};  ///< sums begin with it

  static constexpr void fields(auto& self, auto& visit) {
    MatMulOperands::fields(self, visit);
    each_field(visit, "lowest", self.clamp.lowest, "highest", self.clamp.highest);
    visit("bias", self.bias, size_of(self.b_columns));
  }
};

/// Sums of (a + a offset) * (b + b offset) and the bias, scaled to codes.
struct QuantizedMatMul : MatMulOperands<KmodelType::u8> {
  static constexpr std::uint32_t opcode = 0x10;
  static constexpr Text name = "QuantizedMatMul";
  std::int32_t a_offset = 0, b_offset = 0;
  IntegerScale scale{};
  NumberList<std::int32_t> bias{};

  static constexpr void fields(auto& self, auto& visit) {
    MatMulOperands::fields(self, visit);
    each_field(visit, "a offset", self.a_offset, "b offset", self.b_offset, "multiplier", self.scale.multiplier,
               "shift", self.scale.shift, "offset", self.scale.offset);
    visit("bias", self.bias, size_of(self.b_columns));
  }
  constexpr Text problem() const { return scale.valid() ? MatMulOperands::problem() : bad_shift; }
};

/// Reduces the dimensions in which the output has size 1. The mean is the sum times (elements of out / elements of in),
/// as their ranges have them.
struct Reduce : OneToOne {
  static constexpr std::uint32_t opcode = 0x07;
  static constexpr Text name = "Reduce";
  ReduceOp op = ReduceOp::mean;
  KmodelShape in_shape{}, out_shape{};
  float start = 0;

  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "op", self.op, "in shape", self.in_shape, "out shape", self.out_shape, "start", self.start);
  }
  constexpr void operands(auto& take) const {
    take.in("in", in, KmodelType::f32, in_shape.elements());
    take.out("out", out, KmodelType::f32, out_shape.elements());
  }
  constexpr Text problem() const {
    if (op > ReduceOp::sum) return bad_operation;
    if (!valid(in_shape)) return bad_shape;
    for (int i = 0; i < 4; ++i)
      if (out_shape[i] != 1 && out_shape[i] != in_shape[i]) return "the output does not fit the shape of the input";
    return {};
  }
};

}  // namespace incuse::k210::kmodel4
