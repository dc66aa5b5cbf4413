// Reads what a kmodel of version 5 (nncase 1.x) lets the processor do: a program for a stack machine. Its functions are
// numbered, and releases of the compiler number them differently; the numbers and operands here are those of the last
// release. A program is taken only if all of it makes sense so: every byte belongs to an instruction, every function
// has operands as it needs, and calls name functions that the model has.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <vector>

#include <incuse/k210/kmodel/kmodel5.hpp>
#include <incuse/k210/kmodel/kmodel_fields.hpp>

namespace incuse::detail {

/// A function of the stack machine. One letter for each operand: t type of elements, s shape in a register (the first
/// one is that of what is read), p padding in a register, b byte, o operation, h 16 bits, w 32 bits, q 64 bits. No
/// operands: the compiler has a number for it, but never writes it.
struct Kmodel5FunctionForm {
  const char* name;
  const char* operands;
};

/// The functions by their numbers.
inline constexpr Kmodel5FunctionForm kmodel5_functions[] = {{"BatchToSpace", "tsssss"},
                                                            {"Binary", "tssssssoww"},
                                                            {"Broadcast", "tssss"},
                                                            {"Call", "whbb"},
                                                            {"Compare", "tssssssb"},
                                                            {"Clamp", ""},
                                                            {"Conv2D", "tsssssshhhhhww"},
                                                            {"Conv2DTranspose", ""},
                                                            {"Convert", "ttsss"},
                                                            {"Copy", "tsss"},
                                                            {"CumSum", "tswbb"},
                                                            {"Dequantize", "ttsss"},
                                                            {"Gather", "tsssssb"},
                                                            {"GatherND", "tsssssb"},
                                                            {"Hardmax", "tssw"},
                                                            {"Logistic", ""},
                                                            {"LUT1D", "tsssh"},
                                                            {"MatMul", "ssssssww"},
                                                            {"OneHot", "tsssbb"},
                                                            {"Pad", "tssspb"},
                                                            {"Quantize", "ttsss"},
                                                            {"RandomNormal", "tswww"},
                                                            {"RandomUniform", "tswww"},
                                                            {"Reduce", "tsssbsb"},
                                                            {"ReduceArg", "tsstsbsbb"},
                                                            {"ReduceProd", "tssssb"},
                                                            {"ReduceWindow2D", "tbssshhhhhhww"},
                                                            {"ResizeImage", "tsssbbb"},
                                                            {"RoiAlign", "tssbwq"},
                                                            {"Sigmoid", "tsss"},
                                                            {"Slice", "tssssss"},
                                                            {"Softmax", "tsssww"},
                                                            {"SpaceToBatch", "tsssss"},
                                                            {"Take", ""},
                                                            {"Ternary", "tsssssss"},
                                                            {"TopK", "tssssssqwbb"},
                                                            {"Transpose", "tssss"},
                                                            {"Trilu", "tsbq"},
                                                            {"Unary", "tsssb"},
                                                            {"GRU", "ssbb"},
                                                            {"TFLiteDetectionPostprocess", "ssswwwbwwwwwww"},
                                                            {"LayerNormalization", "tsww"},
                                                            {"Compress", "ssw"},
                                                            {"GatherElements", "ssw"},
                                                            {"InstanceNormalization", "tsw"}};

/// Reads the instructions of one function of the stack machine front to back.
class Kmodel5ProgramReader {
 public:
  /// `functions` says how many functions every module of the model has.
  Kmodel5ProgramReader(std::string_view text, const std::vector<int>& functions) : text_(text), functions_(functions) {}

  /// Adds the functions that are called to `steps`. False where the program is none of the last release.
  bool read(int function, std::vector<k210::Kmodel5Step>& steps) {
    while (good_ && at_ < text_.size()) {
      const auto opcode = number<std::uint8_t>();
      if (opcode == tensor)
        read_call(function, steps);
      else if (opcode == store_shape)
        read_shape();
      else if (opcode == store_padding)
        read_padding();
      else if (opcode == leave)
        stack_.clear();
      else
        read_load(opcode);
    }
    return good_;
  }

 private:
  static constexpr std::uint8_t store_shape = 0x31, store_padding = 0x32, leave = 0x59, tensor = 0x5e;
  static constexpr std::uint8_t most_types = 12;
  static constexpr std::size_t call = 3;  ///< the function that calls one of another module
  static constexpr int unknown = -1;      ///< a value on the stack that is no constant

  template <class Number>
  Number number() {
    if (sizeof(Number) > text_.size() - at_) {
      good_ = false;
      at_ = text_.size();
      return 0;
    }
    const auto value = k210::load_number<Number>(reinterpret_cast<const std::uint8_t*>(text_.data()) + at_);
    at_ += sizeof(Number);
    return value;
  }

  /// Instructions that push a value; whatever computes or branches is no part of what is read.
  void read_load(std::uint8_t opcode) {
    const bool argument = opcode >= 0x29 && opcode <= 0x2e;
    if (opcode == 0x00) return;  // none
    if (opcode == 0x02) return push(number<std::uint32_t>());
    if (opcode == 0x03 || opcode == 0x04) return push(opcode - 0x03);
    if (opcode == 0x05 || opcode == 0x28) number<std::uint32_t>();
    if (opcode == 0x16 || opcode == 0x17) {  // a pointer: number, sub-number, offset
      number<std::uint8_t>();
      if (opcode == 0x17) number<std::uint8_t>();
      number<std::uint32_t>();
    }
    good_ =
        good_ && (argument || opcode == 0x01 || opcode == 0x05 || opcode == 0x16 || opcode == 0x17 || opcode == 0x28);
    push(unknown);
  }
  void push(long long value) { stack_.push_back(value); }

  void read_shape() {
    Shape& shape = shapes_[number<std::uint8_t>()];
    const auto rank = number<std::uint8_t>();
    good_ = good_ && rank <= k210::Kmodel5Step::most_sizes;
    good_ = good_ && rank <= stack_.size();
    if (!good_) return;
    shape = {true, rank, {}};
    for (int i = rank; i-- > 0;) {
      shape.sizes[i] = stack_.back();
      stack_.pop_back();
    }
  }
  void read_padding() {
    has_padding_[number<std::uint8_t>()] = true;
    const std::size_t values = 2 * std::size_t{number<std::uint8_t>()};
    good_ = good_ && values <= stack_.size();
    if (good_) stack_.resize(stack_.size() - values);
  }

  void read_call(int function, std::vector<k210::Kmodel5Step>& steps) {
    k210::Kmodel5Step step;
    step.function = function;
    const auto kind = number<std::uint16_t>();
    good_ = good_ && kind < std::size(kmodel5_functions) && kmodel5_functions[kind].operands[0] != '\0';
    if (!good_) return;
    step.number = kind;
    step.name = kmodel5_functions[kind].name;
    if (kind == call)
      read_call_of(step);
    else
      for (const char* operand = kmodel5_functions[kind].operands; good_ && *operand != '\0'; ++operand)
        read_operand(*operand, step);
    if (kind != call) stack_.clear();
    if (good_) steps.push_back(step);
  }
  /// Four values on the stack for every tensor: its place, type, shape and strides.
  void read_call_of(k210::Kmodel5Step& step) {
    step.called_function = static_cast<int>(number<std::uint32_t>());
    step.called_module = number<std::uint16_t>();
    const std::size_t inputs = number<std::uint8_t>(), outputs = number<std::uint8_t>();
    const auto module = static_cast<std::size_t>(step.called_module);
    good_ = good_ && module < functions_.size() && step.called_function >= 0 &&
            step.called_function < functions_[module] && stack_.size() == 4 * (inputs + outputs);
    stack_.clear();
  }
  void read_operand(char operand, k210::Kmodel5Step& step) {
    if (operand == 't') {
      const auto type = number<std::uint8_t>();
      good_ = good_ && type < most_types;
      (step.type < 0 ? step.type : step.made_type) = type;
    } else if (operand == 's') {
      const Shape& shape = shapes_[number<std::uint8_t>()];
      good_ = good_ && shape.is_stored;
      if (step.rank >= 0) return;
      step.rank = shape.rank;
      for (int i = 0; i < shape.rank; ++i) step.sizes[i] = shape.sizes[i];
    } else if (operand == 'p') {
      good_ = good_ && has_padding_[number<std::uint8_t>()];
    } else if (operand == 'b') {
      number<std::uint8_t>();
    } else if (operand == 'o') {
      step.operation = number<std::uint8_t>();
    } else if (operand == 'h') {
      number<std::uint16_t>();
    } else if (operand == 'w') {
      number<std::uint32_t>();
    } else {
      number<std::uint64_t>();
    }
  }

  struct Shape {
    bool is_stored = false;
    int rank = 0;
    long long sizes[k210::Kmodel5Step::most_sizes]{};
  };

  std::string_view text_;
  const std::vector<int>& functions_;
  std::size_t at_ = 0;
  bool good_ = true;
  std::vector<long long> stack_{};  ///< numbers that were pushed, `unknown` for what is no constant
  std::array<Shape, 256> shapes_{};
  std::array<bool, 256> has_padding_{};
};

}  // namespace incuse::detail
