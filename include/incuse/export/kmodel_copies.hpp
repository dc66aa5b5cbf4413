// What the conversion of kmodels to version 3 makes of nodes that move values, and of programs of functions. See
// kmodel_conversion.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <incuse/k210/cpu/program_codes.hpp>
#include <incuse/k210/kmodel/kmodel.hpp>

namespace incuse::detail {

/// What a program of the stack machine of version 4 computes of x, written out: "div(1,add(1,exp(neg(x))))"; empty if
/// it clamps, or repeats or drops values.
inline std::string written_out(const k210::Bytes& program) {
  using k210::ProgramCode;
  std::vector<std::string> stack;
  const auto pop = [&] {
    std::string value = stack.empty() ? std::string() : stack.back();
    if (!stack.empty()) stack.pop_back();
    return value;
  };
  for (std::size_t at = 0; at < program.size; ++at) {
    const std::uint8_t code = program.data[at];
    if (k210::is_unary(code)) {
      stack.push_back(row_of(k210::unary_words, k210::unary_of(code)).word + ('(' + pop()) + ')');
    } else if (k210::is_binary(code)) {
      const std::string second = pop(), first = pop();
      std::string both = row_of(k210::pairing_words, k210::pairing_of(code)).word;
      both.append("(").append(first).append(",").append(second).append(")");
      stack.push_back(std::move(both));
    } else if (static_cast<ProgramCode>(code) == ProgramCode::load_x) {
      stack.emplace_back("x");
    } else if (static_cast<ProgramCode>(code) == ProgramCode::push_1) {
      stack.emplace_back("1");
    } else if (static_cast<ProgramCode>(code) == ProgramCode::push_float && at + 4 < program.size) {
      const auto value = k210::load_number<float>(program.data + at + 1);
      stack.emplace_back(value == 1.0f ? "1" : "number");
      at += 4;
    } else if (static_cast<ProgramCode>(code) == ProgramCode::end_value) {
      return pop();
    } else if (static_cast<ProgramCode>(code) != ProgramCode::nop) {
      return {};
    }
    if (stack.size() > 16 || (!stack.empty() && stack.back().size() > 200)) return {};
  }
  return {};
}

/// Parts of memory that are copied one behind the other.
class CopiedParts {
 public:
  static constexpr std::size_t most = 16384;  ///< 8 bytes of the file each

  void add(std::uint64_t start, std::uint64_t bytes) {
    if (bytes == 0) return;
    if (!numbers_.empty() && numbers_[numbers_.size() - 2] + std::uint64_t{numbers_.back()} == start) {
      numbers_.back() += static_cast<std::uint32_t>(bytes);
    } else if (numbers_.size() < 2 * most + 2) {
      numbers_.push_back(static_cast<std::uint32_t>(start));
      numbers_.push_back(static_cast<std::uint32_t>(bytes));
    }
  }
  std::size_t count() const { return numbers_.size() / 2; }
  const std::vector<std::uint32_t>& numbers() const { return numbers_; }

 private:
  std::vector<std::uint32_t> numbers_{};
};

}  // namespace incuse::detail
