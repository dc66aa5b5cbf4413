// libtorch, as little of it as training needs. Everything in this folder is compiled once, with implementation.hpp.
#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

// Clang needs this one first.
#include <ATen/core/ivalue.h>

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

#include <incuse/core/shape.hpp>
#include <incuse/hosted/named_tensor.hpp>

namespace incuse::train::detail {

using torch::Tensor;

inline std::vector<int64_t> sizes_of(const std::vector<int>& shape) { return {shape.begin(), shape.end()}; }

/// A copy of the values.
inline Tensor torch_tensor(const NamedTensor& source) {
  int64_t count = 1;
  for (const int size : source.shape) count *= size;
  if (count != static_cast<int64_t>(source.values.size()))
    throw std::invalid_argument("'" + source.name + "' has another number of values than its shape says");
  Tensor tensor = torch::empty(sizes_of(source.shape));
  if (count > 0) std::memcpy(tensor.data_ptr<float>(), source.values.data(), source.values.size() * sizeof(float));
  return tensor;
}

inline NamedTensor named_tensor(std::string name, const Tensor& source) {
  NamedTensor result{std::move(name), {}, {}};
  if (!source.defined()) return result;
  const Tensor values = source.detach().to(torch::kFloat).contiguous();
  for (const int64_t size : values.sizes()) result.shape.push_back(static_cast<int>(size));
  const float* first = values.data_ptr<float>();
  result.values.assign(first, first + values.numel());
  return result;
}

inline std::vector<int64_t> pair_of(Extent extent) { return {extent.height, extent.width}; }

}  // namespace incuse::train::detail
