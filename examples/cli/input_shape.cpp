#include "input_shape.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/npy.hpp>
#include <incuse/import/trained.hpp>

#include "kept_files.hpp"

namespace cli {

namespace {

/// Pictures and recordings of public data sets in the size that networks for these chips read them.
struct DataSet {
  std::string_view name;
  incuse::Shape shape;
};
constexpr DataSet data_sets[] = {
    {"mnist", {1, 28, 28}},    {"fashionmnist", {1, 28, 28}}, {"cifar10", {3, 32, 32}},
    {"cifar100", {3, 32, 32}}, {"kws_20", {128, 128, 1}},     {"svhn_74", {3, 74, 74}},
};

incuse::Shape parsed_shape(const std::string& text) {
  std::vector<int> sizes(1, 0);
  bool digit_last = false;
  for (char c : text) {
    if (c >= '0' && c <= '9' && sizes.back() < 100'000) {
      sizes.back() = 10 * sizes.back() + (c - '0');
      digit_last = true;
    } else if (c == 'x' && digit_last) {
      sizes.push_back(0);
      digit_last = false;
    } else {
      digit_last = false;
      break;
    }
  }
  bool positive = digit_last && (sizes.size() == 2 || sizes.size() == 3);
  for (int size : sizes) positive = positive && size > 0 && size <= incuse::detail::most_description_size;
  if (!positive)
    throw UsageError(
        "--input-shape needs channels x height x width such as 3x32x32, or channels x length such as "
        "128x128, not '" +
        text + "'");
  return {sizes[0], sizes[1], sizes.size() > 2 ? sizes[2] : 1};
}

incuse::Shape shape_of(const std::string& file, const incuse::NpyArray& array) {
  for (int size : array.shape)
    if (size < 1 || size > incuse::detail::most_description_size)
      throw UsageError(file + ": an input of shape " + incuse::detail::shape_text(array.shape) + " makes no sense");
  return {array.shape[0], array.shape[1], array.shape.size() > 2 ? array.shape[2] : 1};
}

incuse::NpyArray read_input(const std::string& path) {
  incuse::NpyResult result = incuse::read_npy(path, read_kept);
  if (!result.ok()) throw UsageError(result.error);
  std::vector<int>& shape = result.array.shape;
  if (shape.size() == 4 && shape[0] == 1) shape.erase(shape.begin());
  if (shape.size() != 2 && shape.size() != 3)
    throw UsageError(path + ": an input is channels x height x width or channels x length, not " +
                     incuse::detail::shape_text(shape));
  for (std::int64_t value : result.array.values)
    if (value < -128 || value > 127)
      throw UsageError(path + ": an input holds signed bytes, but there is a " + std::to_string(value));
  return result.array;
}

/// Elements in front of every border between axes: 3, 12 and 60 of 3x4x5.
std::vector<long long> borders_of(const std::vector<int>& shape) {
  std::vector<long long> borders{1};
  for (int size : shape)
    if (size != 1) borders.push_back(borders.back() * size);
  return borders;
}
/// Whether two shapes differ only in axes that are joined: 3x4x5 and 3x20, but not 4x5x3.
bool are_alike(const std::vector<int>& a, const std::vector<int>& b) {
  const std::vector<long long> first = borders_of(a), second = borders_of(b);
  return std::includes(first.begin(), first.end(), second.begin(), second.end()) ||
         std::includes(second.begin(), second.end(), first.begin(), first.end());
}

}  // namespace

void expect_channels_first(const std::string& path, std::vector<int> shape, incuse::Shape network) {
  long long count = 1;
  for (int size : shape) count *= size;
  while (!shape.empty() && count > network.elements()) {  // the first axes count inputs
    count /= shape.front();
    shape.erase(shape.begin());
  }
  if (count == network.elements() && !are_alike(shape, {network.channels, network.height, network.width}))
    throw UsageError(path + ": the input is " + incuse::detail::shape_text(shape) +
                     ", but the network reads channels first, " + incuse::text_of(network));
}

std::vector<int> input_values(const std::string& path, incuse::Shape shape) {
  const incuse::NpyArray input = read_input(path);
  if (input.values.size() != static_cast<std::size_t>(shape.elements()))
    throw UsageError(path + ": the input has " + std::to_string(input.values.size()) +
                     " values, but the network reads " + std::to_string(shape.elements()));
  expect_channels_first(path, input.shape, shape);
  return {input.values.begin(), input.values.end()};
}

incuse::Shape input_shape(const Request& request, const incuse::NetworkDescription& description,
                          const std::vector<incuse::LayerTensors>& tensors, std::vector<std::string>& notes) {
  if (!request.input_shape.empty()) return parsed_shape(request.input_shape);
  if (!request.input.empty()) return shape_of(request.input, read_input(request.input));
  const incuse::Layer& first = description.layers.front().layer;
  int channels =
      first.flatten && first.in_extent.area() > 0 ? first.in_channels / first.in_extent.area() : first.in_channels;
  if (channels == 0 && first.weighted() && !first.flatten && !tensors.empty() && tensors[0].weight_shape.size() > 1)
    channels = tensors[0].weight_shape[1];
  if (channels > 0 && first.in_extent.area() > 0)
    return {channels * first.operands, first.in_extent.height, first.in_extent.width};
  const std::string name = incuse::detail::lower_case(description.dataset);
  for (const DataSet& set : data_sets)
    if (set.name == name) {
      notes.push_back("the input is taken to be " + incuse::text_of(set.shape) + ", as usual for the data set " +
                      description.dataset + " (--input-shape tells otherwise)");
      return set.shape;
    }
  throw UsageError(description.file +
                   " does not say how large the input is: give --input-shape, such as 3x32x32, or an "
                   "--input file");
}

}  // namespace cli
