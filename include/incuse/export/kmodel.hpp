// Writes kmodels of version 3, which the firmware of the kendryte standalone SDK loads: header, sizes of the nodes,
// bodies in the layout of the vendor's compiler. Source: kmodel sheet (k210-kmodel), section 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include <incuse/k210/kmodel/kmodel.hpp>

namespace incuse {

namespace detail {

/// Appends the fields of nodes to a file. Gaps are zero.
class BodyWriter {
 public:
  explicit BodyWriter(std::vector<std::uint8_t>& file) : file_(file) {}

  template <class Number>
  void operator()(Text, const Number& value) {
    const auto bits = bits_as<k210::BitsOf<Number>>(value);
    for (std::size_t i = 0; i < sizeof(Number); ++i) file_.push_back(static_cast<std::uint8_t>(bits >> 8 * i));
  }
  template <class Number>
  void operator()(Text, const k210::NumberList<Number>& list, std::uint64_t) {
    append({list.data, list.size * sizeof(Number)});
  }
  /// The offsets of words and tables, then these, each aligned in the file as the KPU needs them in memory.
  void operator()(Text, const k210::KpuTables& tables) {
    const std::size_t offsets_at = file_.size();
    file_.resize(file_.size() + 4 * sizeof(std::uint32_t));
    std::uint32_t offsets[4]{};
    const auto start = [&](int table, int alignment) {
      align(static_cast<std::size_t>(alignment));
      offsets[table] = static_cast<std::uint32_t>(file_.size());
    };
    const k210::Alignments& alignment = k210_kpu.alignment;
    start(0, 8);
    for (std::uint64_t word : tables.words.words) (*this)("word", word);
    start(1, alignment.weights);
    append(tables.weights);
    start(2, alignment.batch_norm);
    append(tables.batch_norm);
    start(3, alignment.activation);
    append(tables.activation);
    for (std::size_t i = 0; i < 4; ++i) put_at(offsets_at + 4 * i, offsets[i]);
  }

  void align(std::size_t alignment) { file_.resize((file_.size() + alignment - 1) / alignment * alignment); }
  /// Overwrites four bytes.
  void put_at(std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) file_[at + i] = static_cast<std::uint8_t>(value >> 8 * i);
  }

 private:
  void append(k210::Bytes bytes) { file_.insert(file_.end(), bytes.data, bytes.data + bytes.size); }

  std::vector<std::uint8_t>& file_;
};

/// Lists that a node points to, for as long as this lives.
class KeptLists {
 public:
  template <class Number>
  k210::NumberList<Number> keep(const std::vector<Number>& numbers) {
    BodyWriter writer(lists_.emplace_back());
    for (const Number& number : numbers) writer("number", number);
    return {lists_.back().data(), numbers.size()};
  }

 private:
  std::deque<std::vector<std::uint8_t>> lists_{};
};

}  // namespace detail

/// Collects nodes and makes a file of them. Data that lists and tables of the nodes point to has to exist until `bytes`
/// is called. The memory must have been planned: addresses are written as they are. The device has to load the file to
/// an address that is a multiple of 256.
class Kmodel3Writer {
 public:
  bool eight_bit_weights = true;
  std::uint32_t first_line = 0;              ///< lowest line of AI RAM in use; for information
  std::uint32_t main_bytes = 0;              ///< of main memory that the nodes work in
  std::vector<k210::KmodelRange> outputs{};  ///< float32, in main memory

  /// Adds a node: one of the structs of k210/kmodel/kmodel3.hpp.
  template <class Node>
  void add(const Node& node) {
    nodes_.push_back({Node::opcode, [node](detail::BodyWriter& writer) { Node::fields(node, writer); }});
  }

  /// The bytes of the file.
  std::vector<std::uint8_t> bytes() const {
    std::vector<std::uint8_t> file;
    detail::BodyWriter writer(file);
    const std::uint32_t version = 3, flags = eight_bit_weights, architecture = 0;
    const auto node_count = static_cast<std::uint32_t>(nodes_.size());
    const auto output_count = static_cast<std::uint32_t>(outputs.size());
    using k210::each_field;
    each_field(writer, "version", version, "flags", flags, "architecture", architecture, "nodes", node_count,
               "lowest line", first_line, "main memory", main_bytes, "outputs", output_count);
    for (const k210::KmodelRange& output : outputs) each_field(writer, "start", output.start, "bytes", output.bytes);
    const std::size_t sizes_at = file.size();
    for (const auto& [opcode, write] : nodes_) each_field(writer, "opcode", opcode, "bytes", version);
    std::size_t end = file.size();
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const std::size_t start = file.size();
      nodes_[i].second(writer);
      end = file.size();
      writer.align(8);
      writer.put_at(sizes_at + 8 * i + 4, static_cast<std::uint32_t>(file.size() - start));
    }
    file.resize(end);  // the vendor's compiler counts the padding of the last node, but does not write it
    return file;
  }

 private:
  std::vector<std::pair<std::uint32_t, std::function<void(detail::BodyWriter&)>>> nodes_{};
};

/// The file of a model of version 3; empty for other versions.
inline std::vector<std::uint8_t> kmodel_bytes(const k210::Kmodel& model) {
  if (model.version != 3) return {};
  Kmodel3Writer writer;
  writer.eight_bit_weights = model.eight_bit_weights;
  writer.first_line = model.first_line;
  writer.main_bytes = model.main_bytes;
  writer.outputs.assign(model.outputs, model.outputs + model.output_count);
  for (int i = 0; i < model.node_count; ++i)
    visit_node(k210::kmodel3::Kinds{}, model, i, [&](const auto& node) { writer.add(node); });
  return writer.bytes();
}

}  // namespace incuse
