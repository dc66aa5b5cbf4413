// Nodes that work element by element or vector by vector. See kmodel4.hpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include <incuse/k210/cpu/program_codes.hpp>
#include <incuse/k210/kmodel/kmodel4/node.hpp>

namespace incuse::k210::kmodel4 {

enum class BinaryOp : std::uint32_t { add, sub, mul, div, min, max };

/// Operands are repeated along dimensions of size 1.
template <KmodelType Type>
struct BinaryOperands : Node {
  KmodelRange a{}, b{}, out{};
  BinaryOp op = BinaryOp::add;
  KmodelShape a_shape{}, b_shape{}, out_shape{};

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "a", self.a, "b", self.b, "out", self.out, "op", self.op, "a shape", self.a_shape, "b shape",
               self.b_shape, "out shape", self.out_shape);
  }
  constexpr void operands(auto& take) const {
    take.in("a", a, Type, a_shape.elements());
    take.in("b", b, Type, b_shape.elements());
    take.out("out", out, Type, out_shape.elements());
  }
  constexpr Text problem() const {
    if (op > BinaryOp::max) return bad_operation;
    if (!valid(out_shape)) return bad_shape;
    for (int i = 0; i < 4; ++i)
      if ((a_shape[i] != 1 && a_shape[i] != out_shape[i]) || (b_shape[i] != 1 && b_shape[i] != out_shape[i]))
        return "an operand does not fit the shape of the output";
    return {};
  }
};

struct Binary : BinaryOperands<KmodelType::f32> {
  static constexpr std::uint32_t opcode = 0x00;
  static constexpr Text name = "Binary";
  Clamp clamp{};

  static constexpr void fields(auto& self, auto& visit) {
    BinaryOperands::fields(self, visit);
    each_field(visit, "lowest", self.clamp.lowest, "highest", self.clamp.highest);
  }
};

struct QuantizedBinary : BinaryOperands<KmodelType::u8> {
  static constexpr std::uint32_t opcode = 0x11;
  static constexpr Text name = "QuantizedBinary";
  IntegerScale a_scale{}, b_scale{}, out_scale{};

  static constexpr void fields(auto& self, auto& visit) {
    BinaryOperands::fields(self, visit);
    scale_fields(visit, self.a_scale);
    scale_fields(visit, self.b_scale);
    scale_fields(visit, self.out_scale);
  }
  constexpr Text problem() const {
    if (!a_scale.valid() || !b_scale.valid() || !out_scale.valid()) return bad_shift;
    return BinaryOperands::problem();
  }
};

/// (code - zero point) / scale: `scale` in codes per unit.
struct Dequantize : OneToOne {
  static constexpr std::uint32_t opcode = 0x03;
  static constexpr Text name = "Dequantize";
  std::int32_t zero_point = 0;
  float scale = 1;

  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "zero point", self.zero_point, "scale", self.scale);
  }
  constexpr void operands(auto& take) const { element_wise(take, KmodelType::u8, KmodelType::f32); }
};

/// code = value * scale + zero point, rounded and clipped.
struct Quantize : OneToOne {
  static constexpr std::uint32_t opcode = 0x06;
  static constexpr Text name = "Quantize";
  std::int32_t zero_point = 0;
  float scale = 1;

  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "zero point", self.zero_point, "scale", self.scale);
  }
  constexpr void operands(auto& take) const { element_wise(take, KmodelType::f32, KmodelType::u8); }
};

struct Unary : OneToOne {
  static constexpr std::uint32_t opcode = 0x0e;
  static constexpr Text name = "Unary";
  UnaryOp op = UnaryOp::abs;

  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "op", self.op);
  }
  constexpr void operands(auto& take) const { element_wise(take, KmodelType::f32, KmodelType::f32); }
  constexpr Text problem() const { return op <= UnaryOp::last ? Text() : bad_operation; }
};

/// A program for a stack machine (see program_codes.hpp), run for every element x.
struct UnaryProgram : OneToOne {
  static constexpr std::uint32_t opcode = 0x14;
  static constexpr Text name = "NNILUnaryMethod";
  Bytes program{};

  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    visit("program", self.program);
  }
  constexpr void operands(auto& take) const { element_wise(take, KmodelType::f32, KmodelType::f32); }
  /// Programs have no jumps: one pass checks the stack for every x.
  constexpr Text problem() const {
    int depth = 0;
    for (std::size_t at = 0; at < program.size; ++at) {
      const std::uint8_t code = program.data[at];
      const int taken = values_taken(code), left = values_left(code);
      if (taken < 0) return "its program has a code that is not known";
      if (depth < taken) return "its program takes a value from an empty stack";
      if (code == static_cast<int>(ProgramCode::end_value)) return {};
      depth += left - taken;
      if (depth > program_values) return "its program needs too many values at once";
      if (code == static_cast<int>(ProgramCode::push_float)) at += 4;
    }
    return "its program has no end";
  }

 private:
  /// Number of values that a code pops; -1 if there is no such code.
  static constexpr int values_taken(std::uint8_t code) {
    if (is_unary(code)) return 1;
    if (is_binary(code)) return 2;
    switch (static_cast<ProgramCode>(code)) {
      case ProgramCode::nop:
      case ProgramCode::load_x:
      case ProgramCode::push_0:
      case ProgramCode::push_1:
      case ProgramCode::push_float:
        return 0;
      case ProgramCode::duplicate:
      case ProgramCode::pop:
      case ProgramCode::end_value:
        return 1;
      case ProgramCode::clamp:
        return 3;
      default:
        return -1;
    }
  }
  /// Number of values that a code pushes.
  static constexpr int values_left(std::uint8_t code) {
    switch (static_cast<ProgramCode>(code)) {
      case ProgramCode::nop:
      case ProgramCode::pop:
        return 0;
      case ProgramCode::duplicate:
        return 2;
      default:
        return 1;
    }
  }
};

/// Codes to other codes, by a table of 256.
struct TableLookUp : Node {
  static constexpr std::uint32_t opcode = 0x12;
  static constexpr Text name = "TableLookup1D";
  KmodelRange in{}, table{}, out{};

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "in", self.in, "table", self.table, "out", self.out);
  }
  constexpr void operands(auto& take) const {
    take.in("in", in, KmodelType::u8, in.bytes);
    take.in("table", table, KmodelType::u8, highest_code + 1);
    take.out("out", out, KmodelType::u8, in.bytes);
  }
};

/// e^(beta x) / sum of all e^(beta x), for each of `outer` vectors of `inner` elements.
struct Softmax : OneToOne {
  static constexpr std::uint32_t opcode = 0x0b;
  static constexpr Text name = "Softmax";
  std::int32_t inner = 1, outer = 1;
  float beta = 1;

  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "inner", self.inner, "outer", self.outer, "beta", self.beta);
  }
  constexpr void operands(auto& take) const {
    take.in("in", in, KmodelType::f32, saturated_product(size_of(inner), size_of(outer)));
    take.out("out", out, KmodelType::f32, saturated_product(size_of(inner), size_of(outer)));
  }
  constexpr Text problem() const { return inner >= 1 && outer >= 1 ? Text() : bad_shape; }
};

}  // namespace incuse::k210::kmodel4
