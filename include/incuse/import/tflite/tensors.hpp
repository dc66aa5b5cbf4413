// Tensors of a TensorFlow Lite model: their names, shapes and ranges, and the numbers of those that the file holds.
// Maps are turned: (batch, rows, columns, channels) becomes (batch, channels, rows, columns).
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tflite_generated.h>

#include <incuse/import/file.hpp>
#include <incuse/import/half.hpp>
#include <incuse/import/onnx/model.hpp>
#include <incuse/import/onnx/read.hpp>
#include <incuse/import/onnx/shapes.hpp>

namespace incuse::import::tflite {

using onnx::Dimensions;

namespace detail {

/// Bytes of all names together.
inline constexpr std::size_t most_name_bytes = std::size_t{1} << 24;
/// Scales of all tensors together.
inline constexpr std::size_t most_scales = std::size_t{1} << 20;

/// An order of axes: axis i of the result is axis `order[i]` of the tensor. Empty: as they are.
using AxisOrder = std::vector<std::size_t>;

/// Brings the channels of a map, the last axis, behind the batch.
inline AxisOrder channels_first(std::size_t rank) {
  if (rank == 3) return {0, 2, 1};
  return rank == 4 ? AxisOrder{0, 3, 1, 2} : AxisOrder{};
}
inline AxisOrder channels_last(std::size_t rank) {
  if (rank == 3) return {0, 2, 1};
  return rank == 4 ? AxisOrder{0, 2, 3, 1} : AxisOrder{};
}
/// A shape with its axes in another order, of as many axes.
inline Dimensions ordered(const Dimensions& shape, const AxisOrder& order) {
  if (order.empty()) return shape;
  Dimensions result;
  for (std::size_t axis : order) result.push_back(shape[axis]);
  return result;
}

/// How an element is stored; `bytes` is 0 for types that are not read.
struct StoredType {
  onnx::ElementType type = onnx::ElementType::none;
  std::size_t bytes = 0;
  double least = 0, most = 0;  ///< of whole numbers
};
inline StoredType stored_type(schema::TensorType type) {
  using onnx::ElementType;
  constexpr double many = 9007199254740992.0;  // 2^53: sizes and indices are less
  switch (type) {
    case schema::TensorType_FLOAT32:
      return {ElementType::f32, 4};
    case schema::TensorType_FLOAT16:
      return {ElementType::f32, 2};
    case schema::TensorType_FLOAT64:
      return {ElementType::f64, 8};
    case schema::TensorType_BOOL:
      return {ElementType::boolean, 1};
    case schema::TensorType_UINT8:
      return {ElementType::u8, 1, 0, 255};
    case schema::TensorType_INT8:
      return {ElementType::i8, 1, -128, 127};
    case schema::TensorType_INT16:
      return {ElementType::i16, 2, -32768, 32767};
    case schema::TensorType_INT32:
      return {ElementType::i32, 4, -2147483648.0, 2147483647.0};
    case schema::TensorType_INT64:
      return {ElementType::i64, 8, -many, many};
    default:
      return {};
  }
}

/// A tensor of the file.
struct FileTensor {
  std::string name{};  ///< of no other tensor
  schema::TensorType type = schema::TensorType_FLOAT32;
  Dimensions shape{};
  bool held = false;            ///< by the file; else it is computed, or the input
  std::string_view bytes{};     ///< of its elements, if it is held
  std::vector<float> scales{};  ///< one, or one for each index of `axis`; empty: numbers are stored as they are
  std::vector<double> zeros{};  ///< as many
  std::size_t axis = 0;

  std::size_t rank() const { return shape.size(); }
  /// Whole numbers that are computed: sizes and places, as converters compute them of other tensors' shapes.
  bool counts() const {
    return !held && scales.empty() && (type == schema::TensorType_INT32 || type == schema::TensorType_INT64);
  }
};

/// The tensors of a graph, as far as the file is in order.
class FileTensors {
 public:
  /// Reads all but the elements; false with a reason in `error` if something is wrong.
  bool read(const schema::Model& model, const schema::SubGraph& graph, std::string& error) {
    if (graph.tensors() != nullptr)
      for (const schema::Tensor* tensor : *graph.tensors())
        if (error.empty()) read(model, *tensor, error);
    return error.empty();
  }
  std::size_t size() const { return tensors_.size(); }
  const FileTensor& operator[](std::size_t index) const { return tensors_[index]; }
  /// A name that no tensor has.
  std::string fresh(std::string name) {
    while (!names_.insert(name).second) name += '_';
    return name;
  }

  /// The numbers of a tensor that the file holds, with `shape` in place of its own (of as many elements) and its axes
  /// in another order. Empty if all of them together would be more than a chip could hold.
  std::optional<onnx::Tensor> numbers(std::size_t index, const Dimensions& shape, const AxisOrder& order) {
    const FileTensor& own = tensors_[index];
    const std::size_t count = onnx::elements_of(shape);
    if (count > onnx::most_elements - elements_) return std::nullopt;
    elements_ += count;
    onnx::Tensor tensor{{}, stored_type(own.type).type, ordered(shape, order), {}};
    if (!own.scales.empty()) tensor.type = onnx::ElementType::f32;
    tensor.values.reserve(count);
    if (count == 0) return tensor;
    const Dimensions strides = onnx::strides_of(shape);
    onnx::Position at(tensor.shape);
    do {
      std::int64_t place = 0;
      for (std::size_t i = 0; i < shape.size(); ++i) place += at[i] * strides[order.empty() ? i : order[i]];
      tensor.values.push_back(number(own, static_cast<std::size_t>(place)));
    } while (at.next());
    return tensor;
  }

 private:
  void read(const schema::Model& model, const schema::Tensor& tensor, std::string& error) {
    FileTensor own;
    const std::string_view given = tensor.name() == nullptr ? std::string_view() : tensor.name()->string_view();
    name_bytes_ += given.size();
    const std::string shown =
        "tensor " + std::to_string(tensors_.size()) + " ('" + printable(given.substr(0, 80)) + "')";
    const auto refuse = [&](const std::string& sentence) { error = shown + " " + sentence; };
    if (name_bytes_ > most_name_bytes) return refuse("has a name that makes all names longer than 16 MiB");
    if (tensors_.size() >= onnx::most_parts) return refuse("is one too many");
    own.name = fresh(given.empty() ? "tensor_" + std::to_string(tensors_.size()) : std::string(given));
    own.type = tensor.type();
    if (tensor.sparsity() != nullptr) return refuse("is sparse: convert without sparse tensors");
    if (tensor.is_variable()) return refuse("is a variable, which keeps its value: networks have no state");
    if (tensor.shape() != nullptr && tensor.shape()->size() > onnx::most_rank)
      return refuse("has more than 8 dimensions");
    if (tensor.shape() != nullptr) own.shape.assign(tensor.shape()->begin(), tensor.shape()->end());
    std::size_t count = 1;
    for (std::int64_t size : own.shape) {
      if (size < 0) return refuse("has a negative size");
      count *= static_cast<std::size_t>(size);
      if (count > onnx::most_elements) return refuse("has more elements than any chip holds");
    }
    if (!read_elements(model, tensor, count, own)) return refuse("has other elements than its shape and its type say");
    if (stored_type(own.type).bytes == 0 || (!own.held && !own.counts() && !is_number_of_a_chip(own.type)))
      return refuse("has elements of type " + std::string(schema::EnumNameTensorType(own.type)) +
                    ", which are not read: convert to float32 or int8");
    if (tensor.quantization() != nullptr && !read_quantization(*tensor.quantization(), own))
      return refuse("has scales and zero points that make no sense");
    if (!own.held && own.scales.size() > 1) return refuse("is computed, and has several scales");
    if (!own.held && !own.counts() && own.type != schema::TensorType_FLOAT32 && own.scales.empty())
      return refuse("holds whole numbers without a scale: which real numbers they are is not known");
    tensors_.push_back(std::move(own));
  }
  /// Types of tensors that are computed.
  static bool is_number_of_a_chip(schema::TensorType type) {
    return type == schema::TensorType_FLOAT32 || type == schema::TensorType_INT8 || type == schema::TensorType_UINT8;
  }
  static bool read_elements(const schema::Model& model, const schema::Tensor& tensor, std::size_t count,
                            FileTensor& own) {
    if (model.buffers() == nullptr) return tensor.buffer() == 0;
    if (tensor.buffer() >= model.buffers()->size()) return false;
    const schema::Buffer* const buffer = model.buffers()->Get(tensor.buffer());
    if (buffer->data() == nullptr || buffer->data()->size() == 0) return own.held = count == 0, true;
    own.held = true;
    own.bytes = {reinterpret_cast<const char*>(buffer->data()->data()), buffer->data()->size()};
    return own.bytes.size() == count * stored_type(own.type).bytes;
  }
  bool read_quantization(const schema::Quantization& given, FileTensor& own) {
    if (given.scale() == nullptr || given.scale()->size() == 0) return true;
    const StoredType stored = stored_type(own.type);
    if (stored.least == stored.most) return true;  // real numbers: the scales are left over from quantised ones
    const std::size_t count = given.scale()->size(),
                      zeros = given.zero_point() == nullptr ? 0 : given.zero_point()->size();
    if (count > 1) {
      if (given.axis() < 0 || static_cast<std::size_t>(given.axis()) >= own.rank()) return false;
      own.axis = static_cast<std::size_t>(given.axis());
      if (own.shape[own.axis] != static_cast<std::int64_t>(count)) return false;
    }
    scale_count_ += count;
    if ((zeros != count && zeros > 1) || scale_count_ > most_scales) return false;
    for (flatbuffers::uoffset_t i = 0; i < count; ++i) {
      const float scale = given.scale()->Get(i);
      const double zero = zeros == 0 ? 0 : static_cast<double>(given.zero_point()->Get(zeros == 1 ? 0 : i));
      if (!(scale > 0) || !std::isfinite(scale) || zero < stored.least || zero > stored.most) return false;
      own.scales.push_back(scale);
      own.zeros.push_back(zero);
    }
    return true;
  }

  static double number(const FileTensor& own, std::size_t index) {
    const StoredType stored = stored_type(own.type);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < stored.bytes; ++i)
      bits |= std::uint64_t{static_cast<unsigned char>(own.bytes[index * stored.bytes + i])} << 8 * i;
    if (own.type == schema::TensorType_FLOAT16) return incuse::detail::half_number(static_cast<unsigned>(bits));
    const double value = onnx::detail::element_of(bits, stored.type);
    if (own.scales.empty()) return value;
    std::size_t inner = 1;
    for (std::size_t i = own.axis + 1; i < own.rank(); ++i) inner *= static_cast<std::size_t>(own.shape[i]);
    const std::size_t at = index / inner % own.scales.size();
    return static_cast<double>(static_cast<float>((value - own.zeros[at]) * static_cast<double>(own.scales[at])));
  }

  std::vector<FileTensor> tensors_{};
  std::set<std::string> names_{};
  std::size_t name_bytes_ = 0, scale_count_ = 0, elements_ = 0;
};

/// The numbers that the bytes of a computed tensor stand for.
inline onnx::NumberRange range_of(const FileTensor& tensor) {
  if (tensor.held || tensor.scales.size() != 1) return {};
  const StoredType stored = stored_type(tensor.type);
  const auto scale = static_cast<double>(tensor.scales[0]);
  return {(stored.least - tensor.zeros[0]) * scale, (stored.most - tensor.zeros[0]) * scale};
}

}  // namespace detail

}  // namespace incuse::import::tflite
