// Functions of a real number as programs of a stack machine: the byte code of kmodels of version 4 (kmodel sheet,
// section 2), which the K210's processor runs for every value of a tensor.
#pragma once

#include <cstdint>

#include <incuse/core/elementary.hpp>
#include <incuse/k210/cpu/combinations.hpp>

namespace incuse::k210 {

/// Opcodes of a program.
enum class ProgramCode : unsigned char {
  nop,
  duplicate,
  pop,
  load_x,
  push_0,
  push_1,
  push_float,        ///< the four bytes that follow, little-endian
  unary = 0x20,      ///< to 0x29: abs, ceil, cos, exp, floor, log, neg, rsqrt, sin, square
  binary = 0x40,     ///< to 0x45, in the order of Pairing; the second operand is on top
  clamp = 0x80,      ///< takes highest, lowest, value
  end_value = 0xa0,  ///< the value on top is the result
};

/// Values that a program may have on its stack at once.
inline constexpr int program_values = 64;

/// The values of a program that is run; what goes beyond the stack is lost.
class ProgramStack {
 public:
  constexpr void push(float value) {
    if (depth_ < program_values) values_[depth_++] = value;
  }
  constexpr float pop() { return depth_ > 0 ? values_[--depth_] : 0.0f; }

 private:
  float values_[program_values]{};
  int depth_ = 0;
};

/// The unary operation of an opcode.
constexpr float unary(std::uint8_t code, float x) {
  switch (code) {
    case 0x20:
      return x < 0.0f ? -x : x == 0.0f ? 0.0f : x;
    case 0x21:
      return ceiling(x);
    case 0x22:
      return cosine(x);
    case 0x23:
      return exponential(x);
    case 0x24:
      return -ceiling(-x);
    case 0x25:
      return logarithm(x);
    case 0x26:
      return -x;
    case 0x27:
      return 1.0f / root_of(x);
    case 0x28:
      return sine(x);
    default:
      return rounded(x * x);
  }
}

/// The value of a program of `size` bytes for x. A program without an end yields what lies on top.
constexpr float evaluate(const std::uint8_t* program, int size, float x) {
  ProgramStack stack;
  for (int at = 0; at < size; ++at) {
    const std::uint8_t code = program[at];
    if (code >= 0x20 && code <= 0x29) {
      stack.push(unary(code, stack.pop()));
      continue;
    }
    if (code >= 0x40 && code <= 0x45) {
      const float b = stack.pop(), a = stack.pop();
      stack.push(paired(static_cast<Pairing>(code - 0x40), a, b));
      continue;
    }
    switch (static_cast<ProgramCode>(code)) {
      case ProgramCode::duplicate: {
        const float top = stack.pop();
        stack.push(top);
        stack.push(top);
        break;
      }
      case ProgramCode::pop:
        stack.pop();
        break;
      case ProgramCode::load_x:
        stack.push(x);
        break;
      case ProgramCode::push_0:
        stack.push(0.0f);
        break;
      case ProgramCode::push_1:
        stack.push(1.0f);
        break;
      case ProgramCode::push_float: {
        std::uint32_t word = 0;
        for (int i = 0; i < 4 && at + 1 < size; ++i) word |= std::uint32_t{program[++at]} << (8 * i);
        stack.push(float_of(word));
        break;
      }
      case ProgramCode::clamp: {
        const float highest = stack.pop(), lowest = stack.pop();
        stack.push(Clamp{lowest, highest}(stack.pop()));
        break;
      }
      case ProgramCode::end_value:
        return stack.pop();
      default:
        break;
    }
  }
  return stack.pop();
}

}  // namespace incuse::k210
