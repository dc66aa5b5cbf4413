// What is wrong with a kmodel that was read without errors: more memory than the chip has, and nodes or outputs that
// read what nobody wrote. Whatever runs, prints or converts a kmodel looks for these faults first.
#pragma once

#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/k210/cpu/cpu_layer.hpp>
#include <incuse/k210/device.hpp>
#include <incuse/k210/kmodel/kmodel.hpp>
#include <incuse/k210/plan/layout.hpp>

namespace incuse {

/// A reason why a kmodel cannot run with a meaning.
struct KmodelFault {
  std::string where{};  ///< "node 3 (add)", "output 0"; empty: the model as a whole
  std::string text{};   ///< the sentence, which begins with `where`
};

namespace detail {

inline std::string node_text(const k210::Kmodel& model, int node) {
  const Text name = k210::node_name(model.version, model.nodes[node].opcode);
  return "node " + std::to_string(node) + " (" + string_of(name) + ')';
}

/// What a node reads and writes, in the order of its operands.
struct NodeAccesses {
  struct Access {
    bool in_ram;  ///< units are lines of AI RAM; else bytes of main memory
    k210::Element element;
    std::uint64_t start, size;
    std::uint64_t overshoot = 0;  ///< units behind a tensor that the node overwrites as well
    std::uint64_t end() const { return start + size; }
  };
  std::vector<Access> reads{}, writes{};

  void in(Text, k210::KmodelType type, std::uint64_t start, std::uint64_t elements) {
    reads.push_back(in_main(type, start, elements));
  }
  void out(Text, k210::KmodelType type, std::uint64_t start, std::uint64_t elements) {
    writes.push_back(in_main(type, start, elements));
  }
  /// Constants, which version 4 has, are left out: they are the output of no node.
  void in(Text role, const k210::KmodelRange& range, k210::KmodelType type, std::uint64_t elements) {
    if (range.memory == k210::KmodelMemory::main) in(role, type, range.start, elements);
  }
  void out(Text role, const k210::KmodelRange& range, k210::KmodelType type, std::uint64_t elements) {
    out(role, type, range.start, elements);
  }
  void map_in(Text, long long line, Shape shape, std::uint64_t count) { reads.push_back(in_ram(line, shape, count)); }
  void map_out(Text, long long line, Shape shape, std::uint64_t count) { writes.push_back(in_ram(line, shape, count)); }

 private:
  static Access in_main(k210::KmodelType type, std::uint64_t start, std::uint64_t elements) {
    return {false, type == k210::KmodelType::u8 ? k210::Element::code : k210::Element::real, start,
            elements * bytes_of(type)};
  }
  static Access in_ram(long long line, Shape shape, std::uint64_t count) {
    return {true, k210::Element::code, static_cast<std::uint64_t>(line),
            static_cast<std::uint64_t>(k210::MapLayout(shape).lines()) * count};
  }
};

/// The same of a node, with the bytes that it writes behind its output.
template <class Node>
NodeAccesses accesses_of(const Node& node) {
  NodeAccesses accesses;
  node.operands(accesses);
  if constexpr (std::is_same_v<Node, k210::kmodel4::Dequantize>) {
    // Ranges of early compilers are up to 7 codes too long, and the runtime converts all codes of the input.
    const std::uint64_t codes = accesses.reads.empty() ? 0 : accesses.reads[0].size;
    const std::uint64_t numbers = accesses.writes[0].size;
    if (codes != 0) accesses.reads[0].size = numbers / sizeof(float);
    accesses.writes[0].overshoot = codes * sizeof(float) > numbers ? codes * sizeof(float) - numbers : 0;
  }
  // The SDK's sums of codes and its DMA write multiples of 8 codes.
  if constexpr (std::is_same_v<Node, k210::kmodel3::QuantizedAdd> || std::is_same_v<Node, k210::kmodel3::Conv>)
    for (NodeAccesses::Access& written : accesses.writes)
      if (!written.in_ram) written.overshoot = (8 - written.size % 8) % 8;
  return accesses;
}

/// What an input fills; `shape` is that of a map in AI RAM.
inline NodeAccesses::Access access_of(const k210::KmodelInput& input, Shape shape) {
  NodeAccesses accesses;
  if (input.range.memory == k210::KmodelMemory::kpu)
    accesses.map_out("input", input.range.start / k210::line_bytes, shape, static_cast<std::uint64_t>(input.shape[0]));
  else
    accesses.out("input", input.range.type, input.range.start, input.shape.elements());
  return accesses.writes[0];
}

/// Which node wrote each part of a memory last. A node may read a part of one tensor, or several whole tensors, but no
/// bytes that no node has written, and not the end of one tensor together with the beginning of another: such bytes are
/// left over from something else.
class WrittenMemory {
 public:
  WrittenMemory(std::string unit, std::string memory) : unit_(std::move(unit)), memory_(std::move(memory)) {}

  /// Notes that `writer` wrote a tensor. The bytes that it overwrites behind the tensor count as written by no node.
  void write(const NodeAccesses::Access& access, const std::string& writer) {
    clear(access.start, access.end() + access.overshoot);
    if (access.size > 0) pieces_[access.start] = {access.end(), access.start, access.end(), writer};
  }

  /// What is wrong with reading these units; nothing if all is well.
  std::string problem(std::uint64_t start, std::uint64_t end) const {
    const std::string reads = "it reads " + text(start, end) + " of " + memory_ + ", ";
    std::uint64_t known = 0;
    for (auto at = first_behind(start); at != pieces_.end() && at->first < end; ++at) {
      const Piece& piece = at->second;
      known += (piece.end < end ? piece.end : end) - (at->first > start ? at->first : start);
      const bool whole = start <= piece.first && piece.last <= end, part = piece.first <= start && end <= piece.last;
      if (!whole && !part) return reads + "but " + piece.writer + " wrote " + text(piece.first, piece.last);
    }
    if (known == end - start) return {};
    return reads + (known == 0 ? "which nobody has written" : "a part of which nobody has written");
  }

 private:
  /// The part of a tensor that no later node has overwritten, up to `end`. The tensor reached from `first` to `last`.
  struct Piece {
    std::uint64_t end, first, last;
    std::string writer;
  };
  using Pieces = std::map<std::uint64_t, Piece>;  ///< by where they start

  /// The first piece that ends behind `start`.
  Pieces::const_iterator first_behind(std::uint64_t start) const {
    auto at = pieces_.upper_bound(start);
    if (at != pieces_.begin() && std::prev(at)->second.end > start) --at;
    return at;
  }
  void clear(std::uint64_t start, std::uint64_t end) {
    for (auto at = first_behind(start); at != pieces_.end() && at->first < end;) {
      const auto [from, piece] = *at;
      at = pieces_.erase(at);
      if (from < start) pieces_[from] = {start, piece.first, piece.last, piece.writer};
      if (end < piece.end) pieces_[end] = piece;
    }
  }
  std::string text(std::uint64_t start, std::uint64_t end) const {
    return unit_ + ' ' + std::to_string(start) + " to " + std::to_string(end - 1);
  }

  std::string unit_, memory_;
  Pieces pieces_{};
};

/// Follows what the nodes of a model read and write, in their order.
class KmodelDataflow {
 public:
  explicit KmodelDataflow(const k210::Kmodel& model) : model_(model) {}

  std::vector<KmodelFault> faults() {
    for (int i = 0; i < model_.input_count; ++i) write_input(model_.inputs[i]);
    for (int node = 0; node < model_.node_count; ++node)
      visit_node(model_, node, [&](const auto& kind) { pass(node_text(model_, node), accesses_of(kind)); });
    for (int o = 0; o < model_.output_count; ++o) {
      const k210::KmodelRange& range = model_.outputs[o];
      if (range.memory == k210::KmodelMemory::main && range.bytes > 0)
        expect("output " + std::to_string(o), main_, range.start, range.start + range.bytes);
    }
    return std::move(faults_);
  }

 private:
  WrittenMemory& memory(const NodeAccesses::Access& access) { return access.in_ram ? ram_ : main_; }

  void write_input(const k210::KmodelInput& input) {
    if (input.range.memory == k210::KmodelMemory::constants) return;
    const NodeAccesses::Access access = access_of(input, {input.shape[1], input.shape[2], input.shape[3]});
    memory(access).write(access, "the model's input");
  }
  void pass(const std::string& node, const NodeAccesses& accesses) {
    for (const NodeAccesses::Access& read : accesses.reads)
      if (read.size > 0) expect(node, memory(read), read.start, read.end());
    for (const NodeAccesses::Access& written : accesses.writes)
      memory(written).write(written, node.substr(0, node.find(" (")));
  }
  /// Only the first fault of each reader is kept.
  void expect(const std::string& reader, const WrittenMemory& memory, std::uint64_t start, std::uint64_t end) {
    if (!faults_.empty() && faults_.back().where == reader) return;
    const std::string problem = memory.problem(start, end);
    if (!problem.empty()) faults_.push_back({reader, reader + ": " + problem});
  }

  const k210::Kmodel& model_;
  std::vector<KmodelFault> faults_{};
  WrittenMemory main_{"bytes", "main memory"}, ram_{"lines", "AI RAM"};
};

}  // namespace detail

/// Says that a model does not fit into the chip's main memory, with so many bytes to work in and a file of so many;
/// empty if it does.
inline std::string main_memory_fault(long long work_bytes, long long file_bytes) {
  const long long most = k210_kpu.general_bytes;
  if (work_bytes + file_bytes <= most) return {};
  return "the model does not fit into the chip's memory: needs " + grouped(work_bytes) + " bytes to work in and " +
         grouped(file_bytes) + " bytes for the file, " + string_of(k210_kpu.name) + " has " + grouped(most) +
         " bytes; use smaller maps or fewer weights [main_memory]";
}

/// All reasons why a kmodel cannot run on the chip, or would compute with bytes that mean nothing. The model comes from
/// the reader, which has checked it. Network types have limits of their own: `network_of`.
inline std::vector<KmodelFault> kmodel_faults(const k210::Kmodel& model) {
  std::vector<KmodelFault> faults;
  if (std::string text = main_memory_fault(model.main_bytes, static_cast<long long>(model.file.size)); !text.empty())
    faults.push_back({"", std::move(text)});
  for (KmodelFault& fault : detail::KmodelDataflow(model).faults()) faults.push_back(std::move(fault));
  return faults;
}

}  // namespace incuse
