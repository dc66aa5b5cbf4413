// A tensor of real numbers by name, as training frameworks have it: what readers and writers of their files share.
#pragma once

#include <cstddef>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include <incuse/core/language.hpp>

namespace incuse {

/// A tensor in C order, with its framework's dimensions. Numbers of other types are rounded to float, as the reference
/// tools compute.
struct NamedTensor {
  std::string name{};        ///< "conv1.weight", "block.conv2.op.bias"
  std::vector<int> shape{};  ///< none: a single number
  std::vector<float> values{};
};

/// Where an element of a tensor in C order lies: "[0, 2, 1, 1]", or "[]" for a single number.
template <class Sizes>
std::string position_text(const Sizes& shape, std::size_t element) {
  std::string text;
  for (std::size_t i = shape.size(); i-- > 0;) {
    const auto size = static_cast<std::size_t>(shape[i]);
    if (size == 0) break;
    text.insert(0, std::to_string(element % size) + (text.empty() ? "" : ", "));
    element /= size;
  }
  return '[' + text + ']';
}

/// The first number of a tensor whose magnitude exceeds `most`, or that is none: "holds nan at [0, 2, 1, 1]". Empty if
/// all are in range.
template <class Sizes, class Numbers>
std::string out_of_range_text(const Sizes& shape, const Numbers& values, double most) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<double>(values[i]);
    if (-most <= value && value <= most) continue;
    char number[32];
    std::snprintf(number, sizeof number, "%g", value);
    return "holds " + std::string(value != value ? "nan" : number) + " at " + position_text(shape, i);
  }
  return {};
}

/// The same for numbers that no float is: "holds inf at [3], which is no finite 32-bit number".
template <class Sizes, class Numbers>
std::string not_finite_text(const Sizes& shape, const Numbers& values) {
  const std::string text = out_of_range_text(shape, values, static_cast<double>(std::numeric_limits<float>::max()));
  return text.empty() ? text : text + ", which is no finite 32-bit number";
}

}  // namespace incuse
