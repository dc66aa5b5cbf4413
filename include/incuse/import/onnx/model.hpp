// An ONNX model as a value: the nodes of its graph, in order, with their attributes and the tensors that it holds. No
// protocol buffers: read.hpp fills it. Models of other formats become the same value.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace incuse::import::onnx {

/// Types of elements, with the numbers of the format.
enum class ElementType : int {
  none = 0,
  f32 = 1,
  u8 = 2,
  i8 = 3,
  u16 = 4,
  i16 = 5,
  i32 = 6,
  i64 = 7,
  boolean = 9,
  f16 = 10,
  f64 = 11,
  u32 = 12,
  u64 = 13,
  bf16 = 16,
};

using Dimensions = std::vector<std::int64_t>;

/// Number of elements of a shape; 1 for a scalar. Shapes come from the reader or from `checked_shape`, so that the
/// product fits.
inline std::size_t elements_of(const Dimensions& shape) {
  std::size_t count = 1;
  for (std::int64_t size : shape) count *= static_cast<std::size_t>(size);
  return count;
}

/// A tensor that the model holds, or that follows from such tensors. Integers above 2^53 lose their last digits: they
/// are only used as "to the end".
struct Tensor {
  std::string name{};
  ElementType type = ElementType::f32;
  Dimensions shape{};
  std::vector<double> values{};  ///< in C order; of f32, f16 and bf16 rounded to numbers of that type
};

struct Attribute {
  std::string name{};
  double number = 0;
  std::int64_t integer = 0;
  std::string text{};
  Dimensions integers{};
  std::vector<double> numbers{};
  std::optional<Tensor> tensor{};
};

struct Node {
  std::string name{};  ///< may be empty in files of older exporters: then the first output names it
  std::string op{};
  std::string domain{};
  std::string shown_op{};             ///< what the file calls `op`, for messages; empty: the same
  std::vector<std::string> inputs{};  ///< an empty name: not given
  std::vector<std::string> outputs{};
  std::vector<Attribute> attributes{};

  const Attribute* find(std::string_view wanted) const {
    for (const Attribute& attribute : attributes)
      if (attribute.name == wanted) return &attribute;
    return nullptr;
  }
  std::int64_t integer(std::string_view wanted, std::int64_t otherwise) const {
    const Attribute* const found = find(wanted);
    return found == nullptr ? otherwise : found->integer;
  }
  double number(std::string_view wanted, double otherwise) const {
    const Attribute* const found = find(wanted);
    return found == nullptr ? otherwise : found->number;
  }
  std::string text(std::string_view wanted, const char* otherwise) const {
    const Attribute* const found = find(wanted);
    return found == nullptr ? otherwise : found->text;
  }
};

/// A tensor that the model reads or writes. Sizes that the file leaves open are 0.
struct Port {
  std::string name{};
  ElementType type = ElementType::f32;
  Dimensions shape{};
};

/// Real numbers from `low` to `high`; none if `low` is larger.
struct NumberRange {
  double low = 1;
  double high = 0;

  bool known() const { return low <= high; }
  void cover(NumberRange other) {
    if (!other.known()) return;
    *this = known() ? NumberRange{std::fmin(low, other.low), std::fmax(high, other.high)} : other;
  }
};

/// A computed tensor that the model stores in bytes, which hold just these numbers.
struct RangedTensor {
  std::string name{};
  NumberRange range{};
};

/// A model that was read, or the reason why it was not.
struct Model {
  std::int64_t opset = 0;
  std::vector<Port> inputs{};  ///< without those that are initialisers
  std::vector<Port> outputs{};
  std::vector<Node> nodes{};
  std::vector<Tensor> initialisers{};
  std::vector<RangedTensor> ranges{};
  std::vector<std::string> notes{};  ///< what was taken otherwise than written
  std::string error{};               ///< empty if all is well

  bool ok() const { return error.empty(); }
};

}  // namespace incuse::import::onnx
