// A kmodel as text: its nodes with what they read and write, how much memory that takes, and the words of its layers by
// name.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <type_traits>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/k210/kmodel/kmodel.hpp>
#include <incuse/k210/latency.hpp>
#include <incuse/report/table.hpp>
#include <incuse/report/time_text.hpp>

namespace incuse::report {

/// "3x3 depth-wise, maximum, 2x2": what a layer of the KPU does.
inline std::string layer_text(const k210::KpuLayer& layer) {
  std::string text = layer.kernel == 3 ? "3x3" : "1x1";
  if (layer.depthwise) text += " depth-wise";
  if (layer.pool == k210::KpuPool::none) return text;
  const Text pool = description_of(layer.pool).name;
  return text + ", " + string_of(pool);
}

namespace detail {

/// What a node reads and writes, as cells of a table, and the AI RAM that it needs at once.
class KmodelOperands {
 public:
  /// Lines of AI RAM.
  struct Lines {
    long long first, last;
    bool written;
  };

  std::string reads{}, writes{};
  std::string lines_in{}, lines_out{};
  std::vector<Lines> maps{};
  long long ram_lines = 0;   ///< that the node needs at once
  long long last_line = -1;  ///< the highest one that the node reads or writes

  void in(Text, k210::KmodelType type, std::uint64_t start, std::uint64_t elements) {
    add(reads, main_text(type, start, elements));
  }
  void out(Text, k210::KmodelType type, std::uint64_t start, std::uint64_t elements) {
    add(writes, main_text(type, start, elements));
  }
  void in(Text, const k210::KmodelRange& range, k210::KmodelType type, std::uint64_t elements) {
    add(reads, range_text(range, type, elements));
  }
  void out(Text, const k210::KmodelRange& range, k210::KmodelType type, std::uint64_t elements) {
    add(writes, range_text(range, type, elements));
  }
  void map_in(Text, long long line, Shape shape, std::uint64_t count) {
    add(reads, map_text(shape, count));
    add(lines_in, take_lines(line, shape, count, false));
  }
  void map_out(Text, long long line, Shape shape, std::uint64_t count) {
    add(writes, map_text(shape, count));
    add(lines_out, take_lines(line, shape, count, true));
  }

 private:
  static void add(std::string& list, const std::string& item) { list += (list.empty() ? "" : ", ") + item; }
  static std::string elements_text(k210::KmodelType type, std::uint64_t elements) {
    return std::to_string(elements) + (type == k210::KmodelType::f32 ? " f32" : " u8");
  }
  static std::string main_text(k210::KmodelType type, std::uint64_t start, std::uint64_t elements) {
    return elements_text(type, elements) + " at " + std::to_string(start);
  }
  static std::string range_text(const k210::KmodelRange& range, k210::KmodelType type, std::uint64_t elements) {
    return (range.memory == k210::KmodelMemory::constants ? "constants: " : "") +
           main_text(type, range.start, elements);
  }
  static std::string map_text(Shape shape, std::uint64_t count) {
    const std::string batch = count == 1 ? "" : std::to_string(count) + 'x';
    return batch + text_of(shape);
  }
  std::string take_lines(long long line, Shape shape, std::uint64_t count, bool written) {
    const long long lines = k210::MapLayout(shape).lines() * static_cast<long long>(count);
    ram_lines += lines;
    maps.push_back({line, line + lines - 1, written});
    last_line = std::max(last_line, line + lines - 1);
    return std::to_string(line) + '-' + std::to_string(line + lines - 1);
  }
};

/// Fields of a node as "name value", except those that the table of nodes already shows.
class FieldText {
 public:
  std::string text{};

  template <class Number>
  void operator()(Text name, const Number& value) {
    if constexpr (std::is_enum_v<Number>)
      add(name, std::to_string(static_cast<std::uint32_t>(value)));
    else if constexpr (std::is_floating_point_v<Number>)
      add(name, real_text(value));
    else
      add(name, std::to_string(value));
  }
  void operator()(Text, const k210::KmodelRange&) {}
  void operator()(Text name, const k210::KmodelShape& shape) {
    add(name, std::to_string(shape[0]) + 'x' + std::to_string(shape[1]) + 'x' + std::to_string(shape[2]) + 'x' +
                  std::to_string(shape[3]));
  }
  template <class Number>
  void operator()(Text name, const k210::NumberList<Number>& list, std::uint64_t) {
    add(name, std::to_string(list.size) + " values");
  }
  void operator()(Text name, const k210::Bytes& bytes) { add(name, std::to_string(bytes.size) + " bytes"); }
  void operator()(Text, const k210::KpuTables& tables) {
    const k210::LayerArguments arguments = decode(tables.words);
    for (const k210::Argument& field : k210::layer_arguments)
      if (arguments.*field.value != 0) add(field.name, std::to_string(arguments.*field.value));
    add("weights", std::to_string(tables.weights.size) + " bytes");
  }

 private:
  static std::string real_text(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", value);
    return text;
  }
  void add(Text name, const std::string& value) { text += (text.empty() ? "" : ", ") + string_of(name) + ' ' + value; }
};

/// Text broken into lines of at most 118 characters at its commas.
inline std::string wrapped(const std::string& text, const std::string& indent) {
  constexpr std::size_t line_length = 118;
  std::string result, line = indent;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = text.find(", ", at);
    const std::size_t end = comma == std::string::npos ? text.size() : comma + 1;
    const std::string word = text.substr(at, end - at);
    if (line.size() > indent.size() && line.size() + 1 + word.size() > line_length) {
      result += line + '\n';
      line = indent;
    }
    line += (line.size() > indent.size() ? " " : "") + word;
    at = comma == std::string::npos ? end : end + 1;
  }
  return result + line + '\n';
}

/// Calls use(index, node, operands) for every node.
template <class Use>
void for_each_node(const k210::Kmodel& model, const Use& use) {
  for (int i = 0; i < model.node_count; ++i)
    visit_node(model, i, [&](const auto& node) {
      detail::KmodelOperands operands;
      node.operands(operands);
      use(i, node, operands);
    });
}

/// A lower bound of the cycles of a layer's batches. Damaged files may ask for any number, so it ends at 2^40.
inline long long batch_cycles(const k210::KpuLayer& layer, long long batches) {
  constexpr long long most = 1LL << 40;
  const long long cycles = std::max(1LL, k210::least_cycles_of(layer, k210_kpu));
  return batches > most / cycles ? most : std::max(0LL, batches) * cycles;
}

/// The same of a node that is a layer of the KPU.
template <class Node>
long long node_cycles(const Node& node) {
  long long batches = 1;
  if constexpr (requires { node.batches; }) batches = node.batches;
  return batch_cycles(layer_of(decode(node.tables.words), 1), batches);
}

}  // namespace detail

/// The fewest cycles that the layers of the KPU can take.
inline Latency least_cycles_of(const k210::Kmodel& model) {
  Latency latency{.least = true};
  detail::for_each_node(model, [&](int, const auto& node, const detail::KmodelOperands&) {
    if constexpr (requires { node.tables; })
      latency.total += detail::node_cycles(node);
    else
      latency.incomplete = true;
  });
  return latency;
}

/// Which firmware runs kmodels of a version: that generation of the vendor's compiler and of its runtime belong
/// together.
struct KmodelFirmware {
  int version;
  const char* name;
};
inline constexpr KmodelFirmware kmodel_firmware[] = {
    {3, "with the C code of kendryte-standalone-sdk, for models of nncase 0.1"},
    {4, "with the C++ runtime of nncase 0.2"},
    {5, "with the runtime of nncase 1.x"},
};

/// What has to be done with a file whose words are big-endian.
inline constexpr const char* big_endian_remedy =
    "convert it (incuse export MODEL --kmodel --output NEW), which writes version 3 with little-endian words";

/// "firmware: with the C++ runtime of nncase 0.2".
inline std::string firmware_text(int version, bool big_endian = false) {
  if (big_endian) return std::string("firmware: none reads these big-endian words: ") + big_endian_remedy;
  for (const KmodelFirmware& row : kmodel_firmware)
    if (row.version == version) return std::string("firmware: ") + row.name;
  return "firmware: not known";
}

namespace detail {

/// AI RAM that the nodes of a model use.
struct KmodelRam {
  long long most_lines = 0;  ///< that a node needs at once …
  int most_at = 0;           ///< … and which one does
  long long last_line = -1;
};

inline KmodelRam ram_of(const k210::Kmodel& model) {
  KmodelRam ram;
  for_each_node(model, [&](int i, const auto&, const KmodelOperands& operands) {
    ram.last_line = std::max(ram.last_line, operands.last_line);
    if (operands.ram_lines <= ram.most_lines) return;
    ram.most_lines = operands.ram_lines;
    ram.most_at = i;
  });
  return ram;
}

/// "main memory: 16 bytes; with the file 108 of 6,291,456, which leaves 6,291,348 for firmware".
inline std::string main_memory_text(long long bytes, long long file_bytes) {
  const long long left = k210_kpu.general_bytes - bytes - file_bytes;
  return "main memory: " + grouped(bytes) + " bytes; with the file " + grouped(bytes + file_bytes) + " of " +
         grouped(k210_kpu.general_bytes) +
         (left > 0   ? ", which leaves " + grouped(left) + " for firmware"
          : left < 0 ? ""
                     : ", which leaves none for firmware: it runs only if the file stays in flash");
}

}  // namespace detail

/// The memories that a model takes, and the firmware that reads it, a line each.
inline std::vector<std::string> kmodel_needs(const k210::Kmodel& model) {
  const detail::KmodelRam ram = detail::ram_of(model);
  const std::string most = ram.last_line < 0
                               ? "none in use"
                               : "lines up to " + grouped(ram.last_line) + " of " + grouped(k210_kpu.ram_lines) +
                                     " in use; most at once " + grouped(ram.most_lines) + " (" +
                                     grouped(ram.most_lines * k210::line_bytes) + " bytes), input and output of node " +
                                     std::to_string(ram.most_at);
  return {detail::main_memory_text(model.main_bytes, static_cast<long long>(model.file.size)), "AI RAM: " + most,
          firmware_text(model.version, model.big_endian_file)};
}

/// What the model is, what goes in and out, how much memory it takes, and how long at least.
inline std::string kmodel_summary(const k210::Kmodel& model, const Supply& supply = usual_supply(k210_kpu)) {
  long long weights = 0, on_kpu = 0;
  detail::for_each_node(model, [&](int, const auto& node, const detail::KmodelOperands&) {
    if constexpr (requires { node.tables; }) {
      weights += static_cast<long long>(node.tables.weights.size);
      ++on_kpu;
    }
  });

  std::string text = "Kmodel of version " + std::to_string(model.version) + ", " +
                     (model.eight_bit_weights ? "8-bit" : "16-bit") + " weights\n";
  const auto line = [&](const std::string& words) { text += "  " + words + '\n'; };
  line(std::to_string(model.node_count) + " nodes, " + std::to_string(on_kpu) + " of them layers of the KPU");
  line(grouped(static_cast<long long>(model.file.size)) + " bytes, " + grouped(weights) + " of them weights");
  for (int i = 0; i < model.input_count; ++i) {
    const k210::KmodelInput& input = model.inputs[i];
    const bool in_ram = input.range.memory == k210::KmodelMemory::kpu;
    const long long start = in_ram ? input.range.start / k210::line_bytes : input.range.start;
    line("input: " + std::to_string(input.shape[1]) + 'x' + std::to_string(input.shape[2]) + 'x' +
         std::to_string(input.shape[3]) + (input.range.type == k210::KmodelType::f32 ? " f32" : " u8") + " at " +
         (in_ram ? "line " : "byte ") + std::to_string(start) + (in_ram ? " of AI RAM" : " of main memory"));
  }
  for (int i = 0; i < model.output_count; ++i)
    line("output: " + std::to_string(model.outputs[i].bytes / bytes_of(model.outputs[i].type)) +
         (model.outputs[i].type == k210::KmodelType::f32 ? " f32" : " u8") + " at byte " +
         std::to_string(model.outputs[i].start) + " of main memory");
  for (const std::string& need : kmodel_needs(model)) line(need);
  if (on_kpu > 0) line("time: " + time_text(least_cycles_of(model), supply));
  return text;
}

/// A table of the nodes: what they read and write, and where.
inline std::string kmodel_nodes(const k210::Kmodel& model) {
  Table table("rlllllrr");
  table.add({"Node", "Kind", "Reads", "Writes", "Lines read", "Lines written", "Weights", "Least cycles"});
  detail::for_each_node(model, [&](int i, const auto& node, const detail::KmodelOperands& operands) {
    std::string kind = string_of(node.name), weights, cycles;
    if constexpr (requires { node.tables; }) {
      kind += ' ' + layer_text(layer_of(decode(node.tables.words), 1));
      weights = grouped(static_cast<long long>(node.tables.weights.size));
      cycles = grouped(detail::node_cycles(node));
    }
    table.add({std::to_string(i), kind, operands.reads, operands.writes, operands.lines_in, operands.lines_out, weights,
               cycles});
  });
  return "Nodes\n" + table.text();
}

/// AI RAM from its first line to its last, one row for every node that reads or writes it.
inline std::string kmodel_memory_map(const k210::Kmodel& model) {
  constexpr int columns = 64;
  const int column_lines = k210_kpu.ram_lines / columns;
  std::string text =
      "Memory map of AI RAM (a character: " + std::to_string(column_lines) + " lines; r read, w written)\n";
  detail::for_each_node(model, [&](int i, const auto&, const detail::KmodelOperands& operands) {
    if (operands.ram_lines == 0) return;
    std::string bar(columns, '.');
    for (const detail::KmodelOperands::Lines& lines : operands.maps)
      for (long long c = lines.first / column_lines; c <= lines.last / column_lines; ++c)
        bar[static_cast<std::size_t>(c)] = lines.written ? 'w' : 'r';
    text += padded_left(std::to_string(i), 6) + "  " + bar + '\n';
  });
  return text;
}

/// All fields of all nodes by name, the words of layers decoded.
inline std::string kmodel_fields(const k210::Kmodel& model) {
  std::string text = "Fields (sizes and counts of layer words are less one)\n";
  detail::for_each_node(model, [&](int i, const auto& node, const detail::KmodelOperands&) {
    detail::FieldText fields;
    node.fields(node, fields);
    text += detail::wrapped(std::to_string(i) + ": " + fields.text, "  ");
  });
  return text;
}

/// Summary, nodes, memory map and fields.
inline std::string kmodel_text(const k210::Kmodel& model, const Supply& supply = usual_supply(k210_kpu)) {
  return kmodel_summary(model, supply) + '\n' + kmodel_nodes(model) + '\n' + kmodel_memory_map(model) + '\n' +
         kmodel_fields(model);
}

}  // namespace incuse::report
