// ONNX files: protocol buffers, read field by field into a Model. Field numbers: onnx.proto of ONNX 1.12.
// What is read needs at most some ten times the file's bytes; what a network does not need (documentation, metadata,
// shapes of inner tensors) is passed over.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/import/file.hpp>
#include <incuse/import/half.hpp>
#include <incuse/import/onnx/model.hpp>
#include <incuse/import/onnx/wire.hpp>

namespace incuse::import::onnx {

inline constexpr std::int64_t first_opset = 9, last_opset = 17;  ///< versions of the operator set that are read
inline constexpr std::size_t most_nodes = 1 << 14;
inline constexpr std::size_t most_parts = 1 << 17;                  ///< names, attributes and tensors of all nodes
inline constexpr std::size_t most_elements = std::size_t{1} << 24;  ///< of all tensors together
inline constexpr std::size_t most_rank = 8;

namespace detail {

/// Bytes of an element in `raw_data`; 0: a type that is not read.
constexpr std::size_t bytes_of(ElementType type) {
  switch (type) {
    case ElementType::u8:
    case ElementType::i8:
    case ElementType::boolean:
      return 1;
    case ElementType::u16:
    case ElementType::i16:
    case ElementType::f16:
    case ElementType::bf16:
      return 2;
    case ElementType::f32:
    case ElementType::i32:
    case ElementType::u32:
      return 4;
    case ElementType::f64:
    case ElementType::i64:
    case ElementType::u64:
      return 8;
    case ElementType::none:
      break;
  }
  return 0;
}

/// The element that little-endian bytes mean.
inline double element_of(std::uint64_t bits, ElementType type) {
  switch (type) {
    case ElementType::f32:
      return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    case ElementType::f64:
      return std::bit_cast<double>(bits);
    case ElementType::f16:
      return incuse::detail::half_number(static_cast<unsigned>(bits & 0xffff));
    case ElementType::bf16:
      return incuse::detail::brain_number(static_cast<unsigned>(bits & 0xffff));
    case ElementType::i8:
      return static_cast<std::int8_t>(bits);
    case ElementType::i16:
      return static_cast<std::int16_t>(bits);
    case ElementType::i32:
      return static_cast<std::int32_t>(bits);
    case ElementType::i64:
      return static_cast<double>(static_cast<std::int64_t>(bits));
    default:
      return static_cast<double>(bits);
  }
}

/// Reads a whole model. The first damage ends the reading.
class ModelReader {
 public:
  Model read(std::string_view bytes) {
    bool has_graph = false;
    if (bytes.empty()) refuse("the file is empty");
    each(bytes, "the model", [&](const WireField& field) {
      if (field.number == 8) read_opset(field.content);
      if (field.number == 7 && std::exchange(has_graph, true)) refuse("the file has two graphs");
      if (field.number == 7) graph_ = field.content;
      if (field.number == 25) refuse("the model defines functions of its own, which are not read");
    });
    if (ok() && !has_graph) refuse("this is no ONNX model: it has no graph");
    if (ok() && (model_.opset < first_opset || model_.opset > last_opset))
      refuse("the model uses operator set " + std::to_string(model_.opset) + "; read are " +
             std::to_string(first_opset) + " to " + std::to_string(last_opset) +
             ": export it again with opset_version=13");
    if (ok()) read_graph(graph_);
    if (ok()) drop_held_inputs();
    if (!ok()) return failed();
    return std::move(model_);
  }

 private:
  /// Leaves out the inputs that are initialisers, whose tensors stand for them. Refuses names of two tensors.
  void drop_held_inputs() {
    std::set<std::string_view> held;
    for (const Tensor& tensor : model_.initialisers)
      if (!held.insert(tensor.name).second && !tensor.name.empty()) refuse_second(tensor.name, "held by the model");
    std::erase_if(model_.inputs, [&](const Port& port) { return held.contains(port.name); });
    for (const Port& port : model_.inputs)
      if (!held.insert(port.name).second) refuse_second(port.name, "inputs");
    for (const Node& node : model_.nodes)
      for (const std::string& output : node.outputs)
        if (!output.empty() && !held.insert(output).second)
          refuse_second(output, "written, the second one by node '" + printable(node.name) + "'");
  }
  void refuse_second(const std::string& name, const std::string& how) {
    refuse("two tensors are called '" + printable(name) + "': both are " + how);
  }

  bool ok() const { return model_.error.empty(); }
  void refuse(const std::string& reason) {
    if (ok()) model_.error = reason;
  }
  Model failed() const {
    Model empty;
    empty.error = model_.error;
    return empty;
  }

  /// Calls `use` with every field of a message.
  template <class Use>
  void each(std::string_view message, const char* what, Use use) {
    WireReader reader(message);
    for (WireField field; ok() && reader.next(field);) use(field);
    if (reader.damaged()) refuse(std::string("the file is damaged, or no ONNX model: ") + what + " ends early");
  }
  /// Counts names, attributes and tensors: each takes memory, although a file can name many in few bytes.
  void count_part() {
    if (++parts_ > most_parts)
      refuse("the model has more than " + std::to_string(most_parts) + " names, attributes and tensors");
  }
  /// Names are kept as they are, but bounded: messages print them.
  std::string name_of(std::string_view text) {
    count_part();
    if (text.size() > 4096) refuse("a name is longer than 4096 bytes");
    return std::string(text.substr(0, 4096));
  }

  void read_opset(std::string_view message) {
    std::string_view domain;
    std::int64_t version = 0;
    each(message, "an operator set", [&](const WireField& field) {
      if (field.number == 1) domain = field.content;
      if (field.number == 2) version = field.integer();
    });
    if (domain.empty() || domain == "ai.onnx") model_.opset = version;
  }

  void read_graph(std::string_view message) {
    each(message, "the graph", [&](const WireField& field) {
      if (field.number == 1) read_node(field.content);
      if (field.number == 5) model_.initialisers.push_back(tensor_of(field.content));
      if (field.number == 11) model_.inputs.push_back(port_of(field.content));
      if (field.number == 12) model_.outputs.push_back(port_of(field.content));
      if (field.number == 15) refuse("the model has sparse tensors, which are not read: export dense ones");
      if (model_.nodes.size() > most_nodes) refuse("the graph has more than " + std::to_string(most_nodes) + " nodes");
    });
  }

  void read_node(std::string_view message) {
    Node node;
    each(message, "a node", [&](const WireField& field) {
      if (field.number == 1) node.inputs.push_back(name_of(field.content));
      if (field.number == 2) node.outputs.push_back(name_of(field.content));
      if (field.number == 3) node.name = name_of(field.content);
      if (field.number == 4) node.op = name_of(field.content);
      if (field.number == 5) node.attributes.push_back(attribute_of(field.content));
      if (field.number == 7) node.domain = name_of(field.content);
    });
    if (node.domain == "ai.onnx") node.domain.clear();
    if (node.name.empty() && !node.outputs.empty()) node.name = node.outputs[0];
    std::set<std::string_view> attributes;
    for (const Attribute& attribute : node.attributes)
      if (!attributes.insert(attribute.name).second)
        refuse("node '" + printable(node.name) + "' has the attribute '" + printable(attribute.name) + "' twice");
    model_.nodes.push_back(std::move(node));
  }

  Attribute attribute_of(std::string_view message) {
    Attribute attribute;
    count_part();
    each(message, "an attribute", [&](const WireField& field) {
      if (field.number == 1) attribute.name = name_of(field.content);
      if (field.number == 2) attribute.number = static_cast<double>(field.real());
      if (field.number == 3) attribute.integer = field.integer();
      if (field.number == 4) attribute.text = name_of(field.content);
      if (field.number == 5) attribute.tensor = tensor_of(field.content);
      if (field.number == 7) read_numbers(field, attribute.numbers, 1 << 16);
      if (field.number == 8) read_integers(field, attribute.integers, 1 << 16);
    });
    return attribute;
  }

  /// A repeated number: one, or a packed list of them.
  void read_integers(const WireField& field, Dimensions& list, std::size_t most) {
    if (field.kind == WireField::varint) list.push_back(field.integer());
    WireReader packed(field.content);
    for (std::int64_t value = 0; list.size() <= most && packed.next_packed_varint(value);) list.push_back(value);
    if (packed.damaged()) refuse("the file is damaged: a list of numbers ends early");
    if (list.size() > most) refuse("a list has more than " + std::to_string(most) + " numbers");
  }

  /// The same for real ones.
  void read_numbers(const WireField& field, std::vector<double>& list, std::size_t most) {
    if (field.kind == WireField::fixed32) list.push_back(static_cast<double>(field.real()));
    WireReader packed(field.content);
    for (std::uint64_t bits = 0; list.size() <= most && packed.next_fixed(4, bits);)
      list.push_back(element_of(bits, ElementType::f32));
    if (packed.damaged()) refuse("the file is damaged: a list of numbers ends early");
    if (list.size() > most) refuse("a list has more than " + std::to_string(most) + " numbers");
  }

  Port port_of(std::string_view message) {
    Port port;
    count_part();
    std::string_view type, tensor, shape;
    each(message, "an input or output", [&](const WireField& field) {
      if (field.number == 1) port.name = name_of(field.content);
      if (field.number == 2) type = field.content;
    });
    each(type, "a type", [&](const WireField& field) {
      if (field.number == 1) tensor = field.content;
    });
    each(tensor, "a type", [&](const WireField& field) {
      if (field.number == 1) port.type = static_cast<ElementType>(field.value & 0xff);
      if (field.number == 2) shape = field.content;
    });
    each(shape, "a shape", [&](const WireField& field) {
      if (field.number == 1 && port.shape.size() <= most_rank) port.shape.push_back(size_of(field.content));
    });
    for (std::int64_t& size : port.shape) {
      if (size < -1) refuse("'" + printable(port.name) + "' has a negative size: " + std::to_string(size));
      if (size == -1) size = 0;  // some exporters leave sizes open so
    }
    if (port.shape.size() > most_rank) refuse("'" + printable(port.name) + "' has more than 8 dimensions");
    return port;
  }
  /// A size as it is given; 0: a name, or left open.
  std::int64_t size_of(std::string_view message) {
    std::int64_t size = 0;
    each(message, "a dimension", [&](const WireField& field) {
      if (field.number == 1) size = field.integer();
    });
    if (size > static_cast<std::int64_t>(most_elements)) refuse("an input or output is larger than any chip");
    return size;
  }

  Tensor tensor_of(std::string_view message) {
    Tensor tensor;
    count_part();
    std::string_view raw;
    bool elsewhere = false;
    std::vector<WireField> typed;
    each(message, "a tensor", [&](const WireField& field) {
      if (field.number == 1) read_integers(field, tensor.shape, most_rank);
      if (field.number == 2) tensor.type = static_cast<ElementType>(field.value & 0xff);
      if (field.number == 8) tensor.name = name_of(field.content);
      if (field.number == 9) raw = field.content;
      if (field.number == 13 || (field.number == 14 && field.value != 0)) elsewhere = true;
      const bool holds =
          field.number == 4 || field.number == 5 || field.number == 7 || field.number == 10 || field.number == 11;
      if (!holds) return;
      count_part();
      typed.push_back(field);
    });
    const std::string named = "the tensor '" + printable(tensor.name) + "'";
    if (elsewhere) refuse(named + " lies in another file: save the model with its weights inside");
    if (bytes_of(tensor.type) == 0)
      refuse(named + " has elements of type " + std::to_string(static_cast<int>(tensor.type)) +
             ", which is not read: export float32");
    if (ok() && has_room_for(tensor, named)) read_values(tensor, raw, typed, named);
    return tensor;
  }

  /// Whether the shape makes sense and its elements are not too many together with those of the other tensors.
  bool has_room_for(const Tensor& tensor, const std::string& named) {
    std::size_t count = 1;
    for (std::int64_t size : tensor.shape) {
      if (size < 0) refuse(named + " has a negative size");
      if (!ok()) return false;
      const auto factor = static_cast<std::size_t>(size);
      count = factor != 0 && count > most_elements / factor ? most_elements + 1 : count * factor;
      if (count > most_elements) break;
    }
    elements_ += count;
    if (elements_ > most_elements)
      refuse("the tensors have more than " + std::to_string(most_elements) + " elements, more than any chip holds");
    return ok();
  }

  /// Elements stand as bytes, or in lists whose field tells their type.
  void read_values(Tensor& tensor, std::string_view raw, const std::vector<WireField>& typed,
                   const std::string& named) {
    const std::size_t count = elements_of(tensor.shape), size = bytes_of(tensor.type);
    if (raw.empty()) {
      for (const WireField& field : typed) read_typed(tensor, field, count);
    } else if (raw.size() == count * size) {
      tensor.values.reserve(count);
      WireReader reader(raw);
      for (std::uint64_t bits = 0; reader.next_fixed(size, bits);)
        tensor.values.push_back(element_of(bits, tensor.type));
    }
    if (ok() && tensor.values.size() != count)
      refuse(named + " has a shape of " + std::to_string(count) + " elements, but holds " +
             std::to_string(raw.empty() ? tensor.values.size() : raw.size() / size));
  }
  void read_typed(Tensor& tensor, const WireField& field, std::size_t count) {
    WireReader reader(field.content);
    const bool varints = field.number == 5 || field.number == 7 || field.number == 11;
    const std::size_t size = field.number == 4 ? 4 : 8;
    const ElementType type = field.number == 4 ? ElementType::f32 : ElementType::f64;
    const bool halves = tensor.type == ElementType::f16 || tensor.type == ElementType::bf16;  // lists hold their bits
    const auto listed = [&](std::int64_t value) {
      return halves ? element_of(static_cast<std::uint64_t>(value), tensor.type) : static_cast<double>(value);
    };
    if (field.kind != WireField::bytes)
      tensor.values.push_back(varints ? listed(field.integer()) : element_of(field.value, type));
    if (varints)
      for (std::int64_t value = 0; tensor.values.size() < count && reader.next_packed_varint(value);)
        tensor.values.push_back(listed(value));
    else
      for (std::uint64_t bits = 0; tensor.values.size() < count && reader.next_fixed(size, bits);)
        tensor.values.push_back(element_of(bits, type));
    if (reader.damaged()) refuse("the file is damaged: the elements of a tensor end early");
  }

  Model model_{};
  std::string_view graph_{};
  std::size_t parts_ = 0, elements_ = 0;
};

}  // namespace detail

/// Reads a model from the bytes of a file. Refused, with the reason in `error`: files that are damaged, other versions
/// of the operator set than 9 to 17, tensors in other files, of other types or of more elements than a chip could hold.
inline Model parse_model(std::string_view bytes) { return detail::ModelReader().read(bytes); }

/// The same for a file; `error` begins with its name.
inline Model read_model(const std::string& file) {
  std::string bytes;
  Model model;
  if (!read_file(file, bytes, model.error)) return model;
  model = parse_model(bytes);
  if (!model.ok()) model.error = printable(file) + ": " + model.error;
  return model;
}

/// Whether bytes look like an ONNX model: a message of known fields with a graph among them. What `parse_model` says of
/// such bytes is worth telling.
inline bool looks_like_model(std::string_view bytes) {
  WireReader reader(bytes);
  bool graph = false, version = false;
  for (WireField field; reader.next(field);) {
    if (field.number > 25) return false;
    version = version || (field.number == 1 && field.kind == WireField::varint && field.value < 1000);
    graph = graph || (field.number == 7 && field.kind == WireField::bytes);
  }
  return version && (graph || reader.damaged());
}

}  // namespace incuse::import::onnx
