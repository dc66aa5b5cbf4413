// Kmodels, the model files of the K210's vendor, as values that point into the file: versions 3 and 4.
// Source: kmodel sheet (k210-kmodel), sections 1 and 2.
#pragma once

#include <cstddef>
#include <cstdint>

#include <incuse/k210/kmodel/kmodel3.hpp>
#include <incuse/k210/kmodel/kmodel4.hpp>

namespace incuse::k210 {

/// One step of a model: its kind and its bytes. `visit_node` decodes them into a struct.
struct KmodelNode {
  std::uint32_t opcode = 0;
  std::size_t start = 0;       ///< byte of the file at which the body begins
  std::size_t bytes = 0;       ///< of the body, with its padding; fewer if the file ends before
  std::uint32_t declared = 0;  ///< size of the body that the file states
};

/// An input of the model. Models of version 3 have one, which is that of the first node, with a batch size of 1.
struct KmodelInput {
  KmodelRange range{};
  KmodelShape shape{};
};

/// A model: points into the bytes of a file and into tables that the reader keeps.
struct Kmodel {
  int version = 0;
  bool big_endian_file = false;  ///< words of the file it was read from; `file` is little-endian
  Bytes file{};
  bool eight_bit_weights = true;  ///< value of the register eight_bit_mode
  std::uint32_t main_bytes = 0;   ///< of main memory that the nodes work in
  std::uint32_t first_line = 0;   ///< version 3: lowest line of AI RAM in use, for information
  std::uint32_t target = 1;       ///< version 4: 0 CPU, 1 K210
  Bytes constants{};              ///< version 4
  const KmodelNode* nodes = nullptr;
  int node_count = 0;
  const KmodelInput* inputs = nullptr;
  int input_count = 0;
  const KmodelRange* outputs = nullptr;  ///< float32 in every model of the vendor's compiler
  int output_count = 0;
};

// Bodies --------------------------------------------------------------------------------------------------------------

/// Fills in the fields of a node from its bytes. Files may be damaged: reading stops at the first field that cannot be
/// right.
class BodyReader {
 public:
  /// Bodies go from `start` to `end` of the file. Weights of the KPU have `weight_bytes` each.
  constexpr BodyReader(int version, Bytes file, std::size_t start, std::size_t end, int weight_bytes)
      : version_(version), file_(file), at_(start), end_(end), start_(start), weight_bytes_(weight_bytes) {}

  constexpr bool ok() const { return problem_.empty(); }
  /// What is wrong, and in which field; both are empty if nothing is.
  constexpr Text problem() const { return problem_; }
  constexpr Text field() const { return field_; }
  constexpr std::size_t at() const { return at_; }  ///< byte of the file after what was read
  constexpr std::size_t rest() const { return end_ - at_; }

  template <class Number>
  constexpr void operator()(Text name, Number& value) {
    if (const std::uint8_t* bytes = take(name, sizeof(Number))) value = load_number<Number>(bytes);
  }
  constexpr void operator()(Text name, KmodelRange& range) {
    (*this)(name, range.memory);
    (*this)(name, range.type);
    (*this)(name, range.start);
    (*this)(name, range.bytes);
    if (ok() && !range.valid()) fail(name, "has a memory or type that is not known");
  }
  constexpr void operator()(Text name, KmodelShape& shape) {
    for (std::int32_t& size : shape.sizes) (*this)(name, size);
  }
  template <class Number>
  constexpr void operator()(Text name, NumberList<Number>& list, std::uint64_t count) {
    if (const std::uint8_t* bytes = take(name, saturated_product(count, sizeof(Number))))
      list = {bytes, static_cast<std::size_t>(count)};
  }
  /// The rest of the body.
  constexpr void operator()(Text name, Bytes& bytes) {
    const std::size_t size = rest();
    bytes = {take(name, size), size};
  }
  constexpr void operator()(Text, KpuTables& tables) { version_ == 3 ? read_tables_3(tables) : read_tables_4(tables); }

 private:
  constexpr void fail(Text field, Text problem) {
    if (!ok()) return;
    field_ = field;
    problem_ = problem;
  }
  /// The next bytes of the body. If there are fewer left: null, and a problem is noted.
  constexpr const std::uint8_t* take(Text name, std::uint64_t size) {
    if (!ok()) return nullptr;
    if (size > rest()) {
      fail(name, "does not fit into what is left of the node");
      return nullptr;
    }
    const std::uint8_t* bytes = file_.data + at_;
    at_ += static_cast<std::size_t>(size);
    return bytes;
  }
  constexpr Bytes take_bytes(Text name, std::uint64_t size) {
    const std::uint8_t* bytes = take(name, size);
    return bytes == nullptr ? Bytes{} : Bytes{bytes, static_cast<std::size_t>(size)};
  }
  /// Continues at a byte of the file, which has to lie in the body.
  constexpr void go_to(Text name, std::uint64_t at) {
    if (!ok()) return;
    if (at < start_ || at > end_) return fail(name, "lies outside of the node");
    at_ = static_cast<std::size_t>(at);
  }
  constexpr KpuLayer read_words(KpuTables& tables) {
    for (std::uint64_t& word : tables.words.words) (*this)("words", word);
    if (!ok()) return {};
    const LayerArguments arguments = decode(tables.words);
    if (const Text problem = problem_of(arguments); !problem.empty()) fail("words", problem);
    return layer_of(arguments, weight_bytes_);
  }
  static constexpr std::uint64_t weights_size(const KpuLayer& layer) {
    return saturated_product(size_of(layer.channel_weights()), size_of(layer.out_channels),
                             size_of(layer.weight_bytes));
  }
  /// Four offsets from the beginning of the file.
  constexpr void read_tables_3(KpuTables& tables) {
    std::uint32_t words = 0, weights = 0, batch_norm = 0, activation = 0;
    each_field(*this, "offset of the words", words, "offset of the weights", weights, "offset of the batch norm",
               batch_norm, "offset of the activation", activation);
    std::size_t behind = at_;
    const auto remember_end = [&] { behind = at_ > behind ? at_ : behind; };
    go_to("words", words);
    const KpuLayer layer = read_words(tables);
    remember_end();
    go_to("weights", weights);
    tables.weights = take_bytes("weights", weights_size(layer));
    remember_end();
    go_to("batch norm", batch_norm);
    tables.batch_norm = take_bytes("batch norm", 8 * size_of(layer.out_channels));
    remember_end();
    go_to("activation", activation);
    tables.activation = take_bytes("activation", activation_bytes);
    remember_end();
    at_ = behind;
  }
  /// Words, then three tables; the words' address fields count the bytes before each.
  constexpr void read_tables_4(KpuTables& tables) {
    const KpuLayer layer = read_words(tables);
    const LayerArguments arguments = decode(tables.words);
    const auto skip = [&](Text name, long long bytes) { take(name, static_cast<std::uint64_t>(bytes)); };
    skip("gap in front of the batch norm", arguments.bwsx_base_addr);
    tables.batch_norm = take_bytes("batch norm", 8 * size_of(layer.out_channels));
    skip("gap in front of the activation", arguments.active_addr);
    tables.activation = take_bytes("activation", activation_bytes);
    skip("gap in front of the weights", arguments.para_start_addr);
    tables.weights = take_bytes("weights", weights_size(layer));
  }

  int version_;
  Bytes file_;
  std::size_t at_, end_, start_;
  int weight_bytes_;
  Text field_{}, problem_{};
};

/// The bytes of a node for a reader.
constexpr BodyReader body_of(const Kmodel& model, const KmodelNode& node) {
  return {model.version, model.file, node.start, node.start + node.bytes, model.eight_bit_weights ? 1 : 2};
}

/// Calls use(kind) with the node's kind, all fields empty; false if the version has no such opcode.
template <class Use>
constexpr bool with_kind(int version, std::uint32_t opcode, const Use& use) {
  return version == 3 ? with_kind(kmodel3::Kinds{}, opcode, use) : with_kind(kmodel4::Kinds{}, opcode, use);
}

/// Calls use(node) with a node of a checked model, its fields filled in: one of the structs of a list of kinds.
template <class... Kinds, class Use>
constexpr void visit_node(TypeList<Kinds...> kinds, const Kmodel& model, int index, const Use& use) {
  with_kind(kinds, model.nodes[index].opcode, [&](auto kind) {
    BodyReader reader = body_of(model, model.nodes[index]);
    kind.fields(kind, reader);
    use(kind);
  });
}

/// The same for models of both versions.
template <class Use>
constexpr void visit_node(const Kmodel& model, int index, const Use& use) {
  model.version == 3 ? visit_node(kmodel3::Kinds{}, model, index, use)
                     : visit_node(kmodel4::Kinds{}, model, index, use);
}

/// The name of an opcode as the kmodel sheet has it; empty if the opcode is not known.
constexpr Text node_name(int version, std::uint32_t opcode) {
  Text name;
  with_kind(version, opcode, [&](const auto& kind) { name = kind.name; });
  return name;
}

}  // namespace incuse::k210
