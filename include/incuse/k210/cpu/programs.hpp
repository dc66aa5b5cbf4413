// Functions of a real number as programs of a stack machine (program_codes.hpp), which the K210's processor runs for
// every value of a tensor.
#pragma once

#include <cstdint>

#include <incuse/core/elementary.hpp>
#include <incuse/k210/cpu/combinations.hpp>
#include <incuse/k210/cpu/program_codes.hpp>

namespace incuse::k210 {

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

/// An operation with one operand.
constexpr float unary(UnaryOp op, float x) {
  switch (op) {
    case UnaryOp::abs:
      return x < 0.0f ? -x : x == 0.0f ? 0.0f : x;
    case UnaryOp::ceil:
      return ceiling(x);
    case UnaryOp::cos:
      return cosine(x);
    case UnaryOp::exp:
      return exponential(x);
    case UnaryOp::floor:
      return -ceiling(-x);
    case UnaryOp::log:
      return logarithm(x);
    case UnaryOp::neg:
      return -x;
    case UnaryOp::rsqrt:
      return 1.0f / root_of(x);
    case UnaryOp::sin:
      return sine(x);
    case UnaryOp::square:
      break;
  }
  return rounded(x * x);
}

/// The value of a program of `size` bytes for x. A program without an end yields what lies on top.
constexpr float evaluate(const std::uint8_t* program, int size, float x) {
  ProgramStack stack;
  for (int at = 0; at < size; ++at) {
    const std::uint8_t code = program[at];
    if (is_unary(code)) {
      stack.push(unary(unary_of(code), stack.pop()));
      continue;
    }
    if (is_binary(code)) {
      const float b = stack.pop(), a = stack.pop();
      stack.push(paired(pairing_of(code), a, b));
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
