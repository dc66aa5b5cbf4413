// A tensor of real numbers by name, as training frameworks have it: what readers and writers of their files share.
#pragma once

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

}  // namespace incuse
