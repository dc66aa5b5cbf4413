// A deployment on the K210 as C for the vendor's standalone SDK: layers as its register struct kpu_layer_argument_t,
// and the tables that they point to. A program fills in the addresses with <name>_prepare and runs the layers one by
// one; no model file and no interpreter is needed. Names of the struct's members are the SDK's (sdk:
// lib/drivers/include/kpu.h).
#pragma once

#include <cctype>
#include <cstdint>
#include <cstdio>
#include <string>

#include <incuse/k210/deployment.hpp>

namespace incuse::kpu_c_source {

/// Members of kpu_layer_argument_t in the order of the words.
inline constexpr const char* members[k210::fifo_words] = {
    "interrupt_enabe",      "image_addr",      "image_channel_num", "image_size",
    "kernel_pool_type_cfg", "kernel_load_cfg", "kernel_offset",     "kernel_calc_type_cfg",
    "write_back_cfg",       "conv_value",      "conv_value2",       "dma_parameter"};

namespace detail {

inline std::string hex(std::uint64_t value, int digits) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%0*llx", digits, static_cast<unsigned long long>(value));
  return text;
}

/// An array of constants, aligned as the hardware asks for it.
template <class Value>
std::string array(const std::string& type, const std::string& name, const Value* values, long long count,
                  int alignment) {
  const int per_line = sizeof(Value) == 8 ? 4 : 16;
  std::string text = "static const " + type + ' ' + name + '[' + std::to_string(count) + "] __attribute__((aligned(" +
                     std::to_string(alignment) + "))) = {";
  for (long long i = 0; i < count; ++i) {
    text += i % per_line == 0 ? "\n    " : " ";
    text += hex(values[i], 2 * static_cast<int>(sizeof(Value)));
    text += sizeof(Value) == 8 ? "ull," : ",";
  }
  return text + "\n};\n";
}

inline std::string upper(const std::string& name) {
  std::string text;
  for (char c : name) text += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// Macros that say where a map lies and how: <NAME>_<WHAT>_LINE and so on.
inline std::string map_macros(const std::string& prefix, const k210::MapImage& map) {
  const Shape shape = map.layout.shape;
  const auto define = [&](const char* what, long long value) {
    return "#define " + prefix + '_' + what + ' ' + std::to_string(value) + '\n';
  };
  return define("ADDRESS", map.line * k210::line_bytes) + define("CHANNELS", shape.channels) +
         define("HEIGHT", shape.height) + define("WIDTH", shape.width) + define("GROUPS", map.layout.rows.groups) +
         define("ROW_LINES", map.layout.rows.lines) + define("ZERO_POINT", map.scale.zero_point);
}

/// Bytes of a step's 8-bit weights, from its layer words.
inline long long weight_bytes(const k210::LayerArguments& a) {
  const long long taps = a.kernel_type == 0 ? 1 : 9;
  return (a.o_ch_num + 1) * taps * (a.depth_wise_layer != 0 ? 1 : a.i_ch_num + 1);
}

/// Include guard, includes, and the macros of the maps.
template <int Steps, int Outputs, int CpuSteps>
std::string header_begin(const k210::Image<Steps, Outputs, CpuSteps>& image, const std::string& capitals) {
  std::string text =
      "/* Layers of a network for the K210's KPU: constants for the standalone SDK's kpu_layer_argument_t.\n"
      "   Maps lie in AI RAM at ADDRESS bytes from its begin, in rows of ROW_LINES lines of 64 bytes; GROUPS channels\n"
      "   share a line. A value of ZERO_POINT stands for 0. */\n"
      "#ifndef " +
      capitals + "_KPU_H\n#define " + capitals + "_KPU_H\n\n#include <stdint.h>\n#include <string.h>\n\n" +
      "#include \"kpu.h\"\n\n#define " + capitals + "_LAYERS " + std::to_string(Steps) + "\n";
  text += map_macros(capitals + "_INPUT", image.input);
  for (int i = 0; i < Outputs; ++i) text += map_macros(capitals + "_OUTPUT" + std::to_string(i), image.outputs[i]);
  return text;
}

/// The tables of a step, as arrays whose names begin with `table`.
inline std::string step_tables(const k210::StepImage& step, const k210::LayerArguments& a, const std::string& table) {
  const k210::Alignments& aligned = k210_kpu.alignment;
  return '\n' + array("uint8_t", table + "_weights", step.weights, weight_bytes(a), aligned.weights) +
         array("uint64_t", table + "_batch_norm", step.batch_norm, a.o_ch_num + 1, aligned.batch_norm) +
         array("uint8_t", table + "_activation", step.activation->bytes, k210::activation_bytes, aligned.activation);
}

/// The words of a step, as an element of the array of layers.
inline std::string step_words(const k210::StepImage& step) {
  std::string text = "    {\n";
  for (int w = 0; w < k210::fifo_words; ++w)
    text += std::string("        .") + members[w] + " = {.reg = " + hex(step.words.words[w], 16) + "ull},\n";
  return text + "    },\n";
}

/// Statements that fill in where the tables of step `number` lie.
inline std::string step_addresses(const std::string& name, const std::string& number, const std::string& table) {
  std::string text;
  const auto add = [&](const char* word, const char* what) {
    text.append("    layers[").append(number).append("].").append(word).append(".reg |= ");
    text.append(name).append("_bus_address(").append(table).append(what).append(");\n");
  };
  add("kernel_load_cfg", "_weights");
  add("kernel_pool_type_cfg", "_batch_norm");
  add("kernel_calc_type_cfg", "_activation");
  return text;
}

}  // namespace detail

/// True if generated names can begin with this one.
inline bool is_name(const std::string& name) {
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) != 0) return false;
  for (char c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') return false;
  return true;
}

/// A header in C, for networks of which all layers run on the KPU. `name` is a C identifier (`is_name`) that everything
/// in it begins with; `image` is of 8-bit weights.
template <int Steps, int Outputs, int CpuSteps>
std::string header(const k210::Image<Steps, Outputs, CpuSteps>& image, const std::string& name) {
  static_assert(CpuSteps == 0,
                "the SDK's struct describes layers of the KPU: end the network in front of the processor's");
  const std::string capitals = detail::upper(name);
  std::string text = detail::header_begin(image, capitals);
  std::string layers, addresses;
  for (int i = 0; i < Steps; ++i) {
    const k210::StepImage& step = image.steps[i];
    const std::string number = std::to_string(i);
    std::string table = name;
    table.append("_layer").append(number);
    text += detail::step_tables(step, k210::decode(step.words), table);
    layers += detail::step_words(step);
    addresses += detail::step_addresses(name, number, table);
  }
  text +=
      "\n/* The addresses of the tables are 0 here. */\nstatic const kpu_layer_argument_t " + name + "_layers[" +
      capitals + "_LAYERS] = {\n" + layers + "};\n\n" +
      "/* The KPU is given the uncached view of memory; all address fields are the upper half of their word. */\n" +
      "static inline uint64_t " + name +
      "_bus_address(const void* table) {\n"
      "    uint64_t address = (uint32_t)(uintptr_t)table;\n"
      "    if (address >= 0x80000000u) address -= 0x40000000u;\n"
      "    return address << 32;\n}\n\n" +
      "/* Copies the layers and fills in where their tables lie. Write the twelve words of one layer after another to\n"
      "   the KPU's FIFO, and wait for its interrupt in between. */\n" +
      "static inline void " + name + "_prepare(kpu_layer_argument_t* layers) {\n    memcpy(layers, " + name +
      "_layers, sizeof " + name + "_layers);\n" + addresses + "}\n\n#endif\n";
  return text;
}

}  // namespace incuse::kpu_c_source
