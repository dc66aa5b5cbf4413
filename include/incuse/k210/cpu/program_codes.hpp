// The byte code of functions of a real number that kmodels of version 4 have (kmodel sheet, section 2): a stack
// machine, whose programs the reader of kmodels, the executor of kmodels and the processor of the K210 understand
// alike.
#pragma once

#include <cstdint>

#include <incuse/core/keyed_table.hpp>
#include <incuse/model/graph.hpp>

namespace incuse::k210 {

/// Operations with one operand, by their numbers in the file.
enum class UnaryOp : std::uint32_t { abs, ceil, cos, exp, floor, log, neg, rsqrt, sin, square, last = square };

/// Opcodes of a program.
enum class ProgramCode : unsigned char {
  nop,
  duplicate,
  pop,
  load_x,
  push_0,
  push_1,
  push_float,        ///< the four bytes that follow, little-endian
  unary = 0x20,      ///< the first of the UnaryOps, which follow each other
  binary = 0x40,     ///< the first of the Pairings, likewise; the second operand is on top
  clamp = 0x80,      ///< takes highest, lowest, value
  end_value = 0xa0,  ///< the value on top is the result
};

/// Values that a program may have on its stack at once.
inline constexpr int program_values = 64;

/// Number of an opcode among those from `first` on; below 0 if it comes before them.
constexpr int number_from(ProgramCode first, std::uint8_t code) { return code - static_cast<int>(first); }

/// True for the opcodes of UnaryOps, whose operation `unary_of` tells.
constexpr bool is_unary(std::uint8_t code) {
  const int number = number_from(ProgramCode::unary, code);
  return number >= 0 && number <= static_cast<int>(UnaryOp::last);
}
constexpr UnaryOp unary_of(std::uint8_t code) { return static_cast<UnaryOp>(number_from(ProgramCode::unary, code)); }

/// True for the opcodes of Pairings, whose operation `pairing_of` tells.
constexpr bool is_binary(std::uint8_t code) {
  const int number = number_from(ProgramCode::binary, code);
  return number >= 0 && number <= static_cast<int>(Pairing::last);
}
constexpr Pairing pairing_of(std::uint8_t code) { return static_cast<Pairing>(number_from(ProgramCode::binary, code)); }

/// The bytes of instructions, as they stand in a program.
constexpr std::uint8_t opcode_of(ProgramCode code) { return static_cast<std::uint8_t>(code); }
constexpr std::uint8_t opcode_of(UnaryOp op) {
  return static_cast<std::uint8_t>(static_cast<int>(ProgramCode::unary) + static_cast<int>(op));
}
constexpr std::uint8_t opcode_of(Pairing op) {
  return static_cast<std::uint8_t>(static_cast<int>(ProgramCode::binary) + static_cast<int>(op));
}

/// The word of an operation in texts about kmodels.
struct UnaryWord {
  UnaryOp key;
  const char* word;
};
inline constexpr UnaryWord unary_words[] = {
    {UnaryOp::abs, "abs"},     {UnaryOp::ceil, "ceil"},     {UnaryOp::cos, "cos"}, {UnaryOp::exp, "exp"},
    {UnaryOp::floor, "floor"}, {UnaryOp::log, "log"},       {UnaryOp::neg, "neg"}, {UnaryOp::rsqrt, "rsqrt"},
    {UnaryOp::sin, "sin"},     {UnaryOp::square, "square"},
};
static_assert(is_complete(unary_words, UnaryOp::last));

/// The same of operations with two operands, which files number like Pairings.
struct PairingWord {
  Pairing key;
  const char* word;
};
inline constexpr PairingWord pairing_words[] = {
    {Pairing::add, "add"},    {Pairing::subtract, "sub"}, {Pairing::multiply, "mul"},
    {Pairing::divide, "div"}, {Pairing::min, "min"},      {Pairing::max, "max"},
};
static_assert(is_complete(pairing_words, Pairing::last));

}  // namespace incuse::k210
