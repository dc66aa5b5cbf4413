// Reads kmodels, the model files of the K210's vendor, in versions 3 and 4 and both byte orders. Sizes, counts, offsets
// and addresses in the file are checked before they are used; code that runs an accepted model does not check them
// again. Source: kmodel sheet (k210-kmodel), sections 1 and 2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/core/keyed_table.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/import/file.hpp>
#include <incuse/k210/kmodel/kmodel.hpp>
#include <incuse/k210/registers/layer_words.hpp>

namespace incuse {

/// A kmodel with the bytes of its file, or the reason why there is none.
struct KmodelFile {
  std::vector<std::uint8_t> bytes{};
  std::vector<k210::KmodelNode> nodes{};
  std::vector<k210::KmodelInput> inputs{};
  std::vector<k210::KmodelRange> outputs{};
  k210::Kmodel header{};      ///< without the pointers into the members above
  std::size_t constants = 0;  ///< version 4: where they begin in the file
  std::string error{};        ///< empty if all is well: "node 3 (add), byte 123: ..."

  bool ok() const { return error.empty(); }
  /// The model. It points into this object, which has to outlive it.
  k210::Kmodel model() const {
    k210::Kmodel model = header;
    model.file = {bytes.data(), bytes.size()};
    model.constants = {bytes.data() + constants, header.constants.size};
    model.nodes = nodes.data();
    model.node_count = static_cast<int>(nodes.size());
    model.inputs = inputs.data();
    model.input_count = static_cast<int>(inputs.size());
    model.outputs = outputs.data();
    model.output_count = static_cast<int>(outputs.size());
    return model;
  }
};

namespace detail {

/// Models that need more main memory are refused; the chip has 6 MiB.
inline constexpr std::uint32_t most_main_bytes = 64u << 20;

struct MemoryName {
  k210::KmodelMemory key;
  const char* name;
};
inline constexpr MemoryName memory_names[] = {
    {k210::KmodelMemory::constants, "the constants"},
    {k210::KmodelMemory::main, "main memory"},
    {k210::KmodelMemory::kpu, "AI RAM"},
};
static_assert(is_complete(memory_names, k210::KmodelMemory::last));

/// Checks that the operands of a node lie in their memories, and have the types that the node works on. Keeps the first
/// error.
class OperandChecker {
 public:
  explicit OperandChecker(const k210::Kmodel& model) : model_(model) {}

  const std::string& problem() const { return problem_; }

  // Version 3: an address in main memory.
  void in(Text role, k210::KmodelType type, std::uint64_t start, std::uint64_t elements) {
    lies_in(role, k210::KmodelMemory::main, start, k210::saturated_product(elements, bytes_of(type)));
  }
  void out(Text role, k210::KmodelType type, std::uint64_t start, std::uint64_t elements) {
    in(role, type, start, elements);
  }
  // Version 4: a range.
  void in(Text role, const k210::KmodelRange& range, k210::KmodelType type, std::uint64_t elements) {
    const std::uint64_t bytes = k210::saturated_product(elements, bytes_of(type));
    if (range.type != type) fail(role, "has elements of the wrong type");
    if (range.memory == k210::KmodelMemory::kpu) fail(role, "is in AI RAM, where only layers of the KPU work");
    if (bytes > range.bytes)
      fail(role, "needs " + std::to_string(bytes) + " bytes, its range has " + std::to_string(range.bytes));
    lies_in(role, range.memory, range.start, range.bytes);
  }
  void out(Text role, const k210::KmodelRange& range, k210::KmodelType type, std::uint64_t elements) {
    if (range.memory == k210::KmodelMemory::constants) fail(role, "would overwrite the constants");
    in(role, range, type, elements);
  }
  // Both versions: consecutive maps in AI RAM.
  void map_in(Text role, long long line, Shape shape, std::uint64_t count) {
    constexpr int channels = k210_kpu.max_channels;
    constexpr auto rows = static_cast<int>(k210::highest_of(&k210::LayerArguments::i_col_high)) + 1;
    constexpr auto columns = static_cast<int>(k210::highest_of(&k210::LayerArguments::i_row_wid)) + 1;
    if (!within(shape.channels, 1, channels) || !within(shape.height, 1, rows) || !within(shape.width, 1, columns))
      return fail(role, "is no map that the KPU has fields for");
    const auto lines = static_cast<std::uint64_t>(k210::MapLayout(shape).lines());
    const std::uint64_t line_size = k210::line_bytes;
    lies_in(role, k210::KmodelMemory::kpu, static_cast<std::uint64_t>(line) * line_size,
            k210::saturated_product(lines, count, line_size));
  }
  void map_out(Text role, long long line, Shape shape, std::uint64_t count) { map_in(role, line, shape, count); }

 private:
  void fail(Text role, const std::string& reason) {
    if (problem_.empty()) problem_ = "its " + string_of(role) + " " + reason;
  }
  std::uint64_t size_of(k210::KmodelMemory memory) const {
    switch (memory) {
      case k210::KmodelMemory::constants:
        return model_.constants.size;
      case k210::KmodelMemory::main:
        return model_.main_bytes;
      case k210::KmodelMemory::kpu:
        break;
    }
    return static_cast<std::uint64_t>(k210_kpu.ram_bytes());
  }
  void lies_in(Text role, k210::KmodelMemory memory, std::uint64_t start, std::uint64_t bytes) {
    const std::uint64_t size = size_of(memory);
    if (start > size || bytes > size - start)
      fail(role, "takes " + std::to_string(bytes) + " bytes from " + std::to_string(start) + " on, but " +
                     row_of(memory_names, memory).name + " ends at " + std::to_string(size));
  }

  const k210::Kmodel& model_;
  std::string problem_{};
};

/// Why a node cannot be run, and the byte of the file where that was found.
struct NodeProblem {
  std::size_t byte = 0;
  std::string reason{};

  bool none() const { return reason.empty(); }
};

inline NodeProblem problem_of_node(const k210::Kmodel& model, int index) {
  const k210::KmodelNode& node = model.nodes[index];
  NodeProblem problem{node.start, "nodes with opcode " + std::to_string(node.opcode) + " are not supported"};
  k210::with_kind(model.version, node.opcode, [&](auto kind) {
    problem.reason.clear();
    k210::BodyReader reader = body_of(model, node);
    kind.fields(kind, reader);
    if (!reader.ok()) {
      problem = {reader.at(), "'" + string_of(reader.field()) + "' " + string_of(reader.problem())};
    } else if (reader.rest() > 7) {
      problem = {reader.at(), std::to_string(reader.rest()) + " bytes more than such a node has"};
    } else if (const Text words = kind.problem(); !words.empty()) {
      problem.reason = string_of(words);
    } else {
      OperandChecker checker(model);
      kind.operands(checker);
      problem.reason = checker.problem();
    }
  });
  return problem;
}

class KmodelReader {
 public:
  explicit KmodelReader(std::vector<std::uint8_t> bytes) { result_.bytes = std::move(bytes); }

  KmodelFile read() {
    read_header();
    for (std::size_t i = 0; ok() && i < result_.nodes.size(); ++i) check_node(static_cast<int>(i));
    if (ok() && result_.header.version == 3) add_input_3();
    if (ok()) check_ends();
    if (ok()) return std::move(result_);
    KmodelFile refused;
    refused.error = std::move(result_.error);
    return refused;
  }

 private:
  static constexpr std::uint32_t identifier = 0x4B4D444C;  ///< "LDMK"

  bool ok() const { return result_.error.empty(); }
  void fail(const std::string& reason) {
    if (ok()) result_.error = reason;
  }
  void fail_at(std::size_t byte, const std::string& reason) { fail("byte " + std::to_string(byte) + ": " + reason); }
  std::size_t left() const { return result_.bytes.size() - at_; }

  /// The next number of the header; 0, and an error, at the end of the file.
  std::uint32_t number(const char* name) {
    if (left() < 4) {
      fail_at(at_, std::string("the file ends before ") + name);
      at_ = result_.bytes.size();
      return 0;
    }
    const auto value = k210::load_number<std::uint32_t>(result_.bytes.data() + at_);
    at_ += 4;
    return value;
  }
  /// A count of things that follow, each of so many bytes: at most as many as the file has room for.
  std::uint32_t count(const char* name, std::size_t bytes) {
    const std::size_t where = at_;
    const std::uint32_t value = number(name);
    if (!ok() || value <= left() / bytes) return value;
    fail_at(where, std::to_string(value) + " is no " + name + " of a file of this size");
    return 0;
  }
  k210::KmodelRange range(const char* name) {
    k210::KmodelRange result;
    const std::size_t where = at_;
    const std::uint32_t memory = number(name), type = number(name);
    result.start = number(name);
    result.bytes = number(name);
    if (memory > 2 || type > 1) fail_at(where, std::string(name) + " has a memory or type that is not known");
    if (!ok()) return {};
    result.memory = static_cast<k210::KmodelMemory>(memory);
    result.type = static_cast<k210::KmodelType>(type);
    return result;
  }

  void read_header() {
    if (left() < 4) return fail("this is not a kmodel: it has only " + std::to_string(left()) + " bytes");
    const std::uint32_t first = number("the version");
    if (first == 3) return read_header_3();
    if (first != identifier) return fail("this is not a kmodel of version 3, 4 or later");
    const std::uint32_t version = number("the version");
    if (!ok()) return;
    if (version != 4) return fail("version " + std::to_string(version) + " of kmodels is not supported (3 and 4 are)");
    read_header_4();
  }
  void read_header_3() {
    k210::Kmodel& header = result_.header;
    header.version = 3;
    header.eight_bit_weights = (number("the flags") & 1) != 0;
    const std::uint32_t arch = number("the architecture");
    if (ok() && arch != 0) return fail("architecture " + std::to_string(arch) + " is not known (0 is)");
    const std::uint32_t node_count = count("number of nodes", 8);
    header.first_line = number("the lowest line");
    header.main_bytes = number("the size of main memory");
    const std::uint32_t output_count = count("number of outputs", 8);
    for (std::uint32_t i = 0; ok() && i < output_count; ++i) {
      const std::uint32_t start = number("an output"), bytes = number("an output");
      result_.outputs.push_back({k210::KmodelMemory::main, k210::KmodelType::f32, start, bytes});
    }
    read_node_sizes(node_count);
  }
  void read_header_4() {
    k210::Kmodel& header = result_.header;
    header.version = 4;
    number("the flags");
    header.target = number("the target");
    const std::uint32_t constant_bytes = number("the size of the constants");
    header.main_bytes = number("the size of main memory");
    const std::uint32_t node_count = count("number of nodes", 8);
    const std::uint32_t input_count = count("number of inputs", 32), output_count = count("number of outputs", 16);
    number("the reserved word");
    if (!ok()) return;
    result_.inputs.resize(input_count);
    for (k210::KmodelInput& input : result_.inputs) input.range = range("an input");
    for (k210::KmodelInput& input : result_.inputs)
      for (std::int32_t& size : input.shape.sizes) size = static_cast<std::int32_t>(number("the shape of an input"));
    for (std::uint32_t i = 0; ok() && i < output_count; ++i) result_.outputs.push_back(range("an output"));
    if (!ok()) return;
    if (constant_bytes > left())
      return fail_at(at_, "the file ends before its " + std::to_string(constant_bytes) + " bytes of constants");
    result_.constants = at_;
    header.constants.size = constant_bytes;
    at_ += constant_bytes;
    read_node_sizes(node_count);
  }
  /// Opcodes and sizes, then the bodies. The last body may lack the padding at its end.
  void read_node_sizes(std::uint32_t node_count) {
    if (!ok()) return;
    if (result_.header.main_bytes > most_main_bytes)
      return fail(std::to_string(result_.header.main_bytes) + " bytes of main memory are more than any K210 has");
    if (node_count == 0) return fail("the model has no nodes");
    if (node_count > left() / 8)
      return fail_at(at_, "the file ends before its list of " + std::to_string(node_count) + " nodes");
    result_.nodes.resize(node_count);
    for (k210::KmodelNode& node : result_.nodes) {
      node.opcode = number("a node");
      node.declared = number("a node");
    }
    for (std::size_t i = 0; i < node_count; ++i) {
      k210::KmodelNode& node = result_.nodes[i];
      node.start = at_;
      node.bytes = node.declared < left() ? node.declared : left();
      if (node.declared - node.bytes > (i + 1 == node_count ? 7 : 0))
        return fail(node_text(static_cast<int>(i)) + ", byte " + std::to_string(node.start) + ": its " +
                    std::to_string(node.declared) + " bytes reach beyond the end of the file");
      at_ += node.bytes;
    }
  }

  std::string node_text(int index) const {
    const std::uint32_t opcode = result_.nodes[static_cast<std::size_t>(index)].opcode;
    const Text name = k210::node_name(result_.header.version, opcode);
    std::string text = "node " + std::to_string(index);
    if (!name.empty()) text += " (" + string_of(name) + ")";
    return text;
  }
  void check_node(int index) {
    const NodeProblem problem = problem_of_node(result_.model(), index);
    if (!problem.none()) fail(node_text(index) + ", byte " + std::to_string(problem.byte) + ": " + problem.reason);
  }

  /// Files of version 3 do not describe the model's input: it is that of the first node.
  void add_input_3() {
    struct FirstOperand {
      k210::KmodelInput input{};
      bool found = false;
      void in(Text, k210::KmodelType type, std::uint64_t start, std::uint64_t elements) {
        take({k210::KmodelMemory::main, type, static_cast<std::uint32_t>(start),
              static_cast<std::uint32_t>(elements * bytes_of(type))},
             {{1, 1, 1, static_cast<std::int32_t>(elements)}});
      }
      void map_in(Text, long long line, Shape shape, std::uint64_t) {
        take({k210::KmodelMemory::kpu, k210::KmodelType::u8, static_cast<std::uint32_t>(line * k210::line_bytes),
              static_cast<std::uint32_t>(k210::MapLayout(shape).bytes())},
             {{1, shape.channels, shape.height, shape.width}});
      }
      void out(Text, k210::KmodelType, std::uint64_t, std::uint64_t) {}
      void map_out(Text, long long, Shape, std::uint64_t) {}
      void take(k210::KmodelRange range, k210::KmodelShape shape) {
        if (!found) input = {range, shape};
        found = true;
      }
    } first;
    const std::uint32_t opcode = result_.nodes[0].opcode;
    if (opcode != k210::kmodel3::Conv::opcode && opcode != k210::kmodel3::FullyConnected::opcode)
      return fail(node_text(0) + ": models begin with a convolution or a fully connected layer");
    const k210::Kmodel model = result_.model();
    with_kind(k210::kmodel3::Kinds{}, opcode, [&](auto kind) {
      k210::BodyReader reader = body_of(model, model.nodes[0]);
      kind.fields(kind, reader);
      kind.operands(first);
    });
    result_.inputs.push_back(first.input);
  }
  /// Checks the inputs and outputs of the model.
  void check_ends() {
    const k210::Kmodel model = result_.model();
    if (result_.inputs.empty()) return fail("the model has no inputs");
    for (std::size_t i = 0; i < result_.inputs.size(); ++i) {
      const k210::KmodelInput& input = result_.inputs[i];
      OperandChecker checker(model);
      if (!k210::kmodel4::valid(input.shape)) return fail("input " + std::to_string(i) + ": a size is less than 1");
      const bool in_ram = input.range.memory == k210::KmodelMemory::kpu && input.range.type == k210::KmodelType::u8;
      if (in_ram && input.range.start % k210::line_bytes != 0)
        return fail("input " + std::to_string(i) + ": it does not begin with a line of AI RAM");
      if (in_ram)
        checker.map_in("data", input.range.start / k210::line_bytes, {input.shape[1], input.shape[2], input.shape[3]},
                       k210::size_of(input.shape[0]));
      else
        checker.out("data", input.range, input.range.type, input.shape.elements());
      if (!checker.problem().empty()) return fail("input " + std::to_string(i) + ": " + checker.problem());
    }
    if (result_.outputs.empty()) return fail("the model has no outputs");
    for (std::size_t i = 0; i < result_.outputs.size(); ++i) {
      const k210::KmodelRange& range = result_.outputs[i];
      OperandChecker checker(model);
      checker.in("data", range, range.type, range.bytes / bytes_of(range.type));
      if (!checker.problem().empty()) return fail("output " + std::to_string(i) + ": " + checker.problem());
    }
  }

  KmodelFile result_{};
  std::size_t at_ = 0;
};

}  // namespace detail

/// Byte orders of kmodels: the usual one, and that of MaixPy's firmware images, in which every word of 32 bits is
/// turned around, those of weights and tables too.
enum class KmodelOrder : unsigned char { none, little_endian, big_endian };

/// The order of the file that these bytes begin, which need not be valid otherwise; none: they begin no kmodel.
inline KmodelOrder kmodel_order(std::string_view bytes) {
  using namespace std::string_view_literals;
  const std::string_view first = bytes.substr(0, 4);
  if (first == "\3\0\0\0"sv || first == "LDMK") return KmodelOrder::little_endian;
  if (first == "\0\0\0\3"sv || first == "KMDL") return KmodelOrder::big_endian;
  return KmodelOrder::none;
}

/// Reads a kmodel from the bytes of its file, in either order. `KmodelFile::bytes` is little-endian afterwards.
inline KmodelFile parse_kmodel(std::string_view file) {
  std::vector<std::uint8_t> bytes(file.begin(), file.end());
  const bool big_endian = kmodel_order(file) == KmodelOrder::big_endian;
  if (big_endian) {
    if (bytes.size() % 4 != 0) {
      KmodelFile refused;
      refused.error = "the words of this kmodel are big-endian, but its " + std::to_string(bytes.size()) +
                      " bytes are no whole number of words";
      return refused;
    }
    for (std::size_t i = 0; i < bytes.size(); i += 4) {
      std::swap(bytes[i], bytes[i + 3]);
      std::swap(bytes[i + 1], bytes[i + 2]);
    }
  }
  KmodelFile result = detail::KmodelReader(std::move(bytes)).read();
  result.header.big_endian_file = big_endian;
  return result;
}

/// Reads a file. The error begins with the file's name.
inline KmodelFile read_kmodel(const std::string& path) {
  KmodelFile result;
  std::string bytes;
  if (!read_file(path, bytes, result.error)) return result;
  result = parse_kmodel(bytes);
  if (!result.ok()) result.error = printable(path) + ": " + result.error;
  return result;
}

}  // namespace incuse
