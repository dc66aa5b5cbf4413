// A deployment on the K210 as C for the vendor's standalone SDK: layers as its register struct kpu_layer_argument_t,
// and the tables that they point to. A program fills in the addresses with <name>_prepare and runs the layers one by
// one, or all of them and the processor's with <name>_run; no model file and no interpreter is needed. Names of the
// struct's members are the SDK's (sdk: lib/drivers/include/kpu.h).
#pragma once

#include <cctype>
#include <cstdint>
#include <cstdio>
#include <string>

#include <incuse/export/kpu_c_processor.hpp>
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

/// Macros that say where a map lies and how: <NAME>_<WHAT>_ADDRESS and so on; `main_byte`: in working memory.
inline std::string map_macros(const std::string& prefix, const k210::MapImage& map, int main_byte) {
  const Shape shape = map.layout.shape;
  const auto define = [&](const char* what, long long value) {
    return "#define " + prefix + '_' + what + ' ' + std::to_string(value) + '\n';
  };
  std::string text = define("CHANNELS", shape.channels) + define("HEIGHT", shape.height) + define("WIDTH", shape.width);
  if (map.in_ram())
    text += define("ADDRESS", map.line * k210::line_bytes) + define("GROUPS", map.layout.rows.groups) +
            define("ROW_LINES", map.layout.rows.lines);
  if (main_byte != k210::not_placed) text += define("MAIN", main_byte);
  if (map.element == k210::Element::code)
    text +=
        define("ZERO_POINT", map.scale.zero_point) + "#define " + prefix + "_SCALE " + c_number(map.scale.scale) + '\n';
  return text;
}

/// Bytes of a step's 8-bit weights, from its layer words.
inline long long weight_bytes(const k210::LayerArguments& a) {
  const long long taps = a.kernel_type == 0 ? 1 : 9;
  return (a.o_ch_num + 1) * taps * (a.depth_wise_layer != 0 ? 1 : a.i_ch_num + 1);
}

/// The output FIFO gives 8 bytes at a time.
constexpr int in_eights(int bytes) { return (bytes + 7) / 8 * 8; }

/// Where the network's last output goes if the KPU makes it: behind the working memory of the processor's layers.
template <int Steps, int Outputs, int CpuSteps>
int streamed_byte(const k210::Image<Steps, Outputs, CpuSteps>& image) {
  return in_eights(image.main_bytes);
}
template <int Steps, int Outputs, int CpuSteps>
int working_bytes(const k210::Image<Steps, Outputs, CpuSteps>& image) {
  const int last = Steps > 0 && image.ends_on_kpu() ? in_eights(image.steps[Steps > 0 ? Steps - 1 : 0].elements) : 0;
  return streamed_byte(image) + last;
}

/// Include guard, includes, and the macros of the maps.
template <int Steps, int Outputs, int CpuSteps>
std::string header_begin(const k210::Image<Steps, Outputs, CpuSteps>& image, const std::string& capitals) {
  std::string text =
      "/* Layers of a network for the K210's KPU: constants for the standalone SDK's kpu_layer_argument_t.\n"
      "   Maps lie in AI RAM at ADDRESS bytes from its begin, in rows of ROW_LINES lines of 64 bytes; GROUPS channels\n"
      "   share a line; or in working memory at MAIN bytes, channel by channel. A value stands for\n"
      "   (value - ZERO_POINT) / SCALE; tensors without these are real numbers. */\n"
      "#ifndef " +
      capitals + "_KPU_H\n#define " + capitals + "_KPU_H\n\n#include <stdint.h>\n#include <string.h>\n\n" +
      "#include \"kpu.h\"\n\n#define " + capitals + "_LAYERS " + std::to_string(Steps) + "\n";
  text += "#define " + capitals + "_MAIN_BYTES " + std::to_string(working_bytes(image)) + '\n';
  text += map_macros(capitals + "_INPUT", image.input, image.input.main_byte);
  for (int i = 0; i < Outputs; ++i) {
    const k210::MapImage& map = image.outputs[i];
    const bool streamed = i + 1 == Outputs && image.ends_on_kpu();
    // What lies in AI RAM as well stays there; its place in working memory is used again.
    const int main_byte = streamed ? streamed_byte(image) : map.in_ram() ? k210::not_placed : map.main_byte;
    text += map_macros(capitals + "_OUTPUT" + std::to_string(i), map, main_byte);
  }
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

namespace detail {

/// The layers of the KPU: their tables, the array of their words, and what fills in addresses.
template <int Steps, int Outputs, int CpuSteps>
std::string kpu_layers(const k210::Image<Steps, Outputs, CpuSteps>& image, const std::string& name) {
  if (Steps == 0)
    return "\nstatic inline void " + name + "_prepare(kpu_layer_argument_t* layers) {\n    (void)layers;\n}\n";
  std::string text, layers, addresses;
  for (int i = 0; i < Steps; ++i) {
    const k210::StepImage& step = image.steps[i];
    const std::string number = std::to_string(i);
    std::string table = name;
    table.append("_layer").append(number);
    text += step_tables(step, k210::decode(step.words), table);
    layers += step_words(step);
    addresses += step_addresses(name, number, table);
  }
  text += "\n/* The addresses of the tables are 0 here. */\nstatic const kpu_layer_argument_t " + name + "_layers[" +
          upper(name) + "_LAYERS] = {\n" + layers + "};\n\n" +
          "/* The KPU is given the uncached view of memory; all address fields are the upper half of their word. */\n" +
          "static inline uint64_t " + name +
          "_bus_address(const void* table) {\n"
          "    uint64_t address = (uint32_t)(uintptr_t)table;\n"
          "    if (address >= 0x80000000u) address -= 0x40000000u;\n"
          "    return address << 32;\n}\n\n" +
          "/* Copies the layers and fills in where their tables lie. Write the twelve words of one layer after another "
          "to\n   the KPU's FIFO, and wait for its interrupt in between. */\n" +
          "static inline void " + name + "_prepare(kpu_layer_argument_t* layers) {\n    memcpy(layers, " + name +
          "_layers, sizeof " + name + "_layers);\n" + addresses + "}\n";
  return text;
}

/// The call of a layer of the KPU.
template <class Image>
std::string kpu_call(const Image& image, int index) {
  const k210::StepImage& step = image.steps[index];
  const bool last = image.ends_on_kpu() && index + 1 == Image::step_count;
  const int to = last ? streamed_byte(image) : step.main_byte;
  const std::string place = to == k210::not_placed
                                ? "0, 0"
                                : "memory + " + std::to_string(to) + ", " + std::to_string(in_eights(step.elements));
  const std::string number = std::to_string(index);
  return "    layer = layers[" + number + "];\n    layer.interrupt_enabe.reg |= 1;\n" +
         "    if ((result = run_layer(&layer, " + place + ", context)) != 0) return result;\n";
}

/// Functions of the processor's layers, and one that runs all layers.
template <int Steps, int Outputs, int CpuSteps>
std::string run_function(const k210::Image<Steps, Outputs, CpuSteps>& image, const std::string& name) {
  const ProcessorSource source(name);
  std::string text, calls;
  if (CpuSteps > 0) text += source.functions(image);
  for (int i = 0; i < CpuSteps; ++i) text += source.tables(image.cpu_steps[i], i);
  for (int i = 0, cpu = 0; i <= Steps; ++i) {
    for (; cpu < CpuSteps && image.cpu_steps[cpu].before == i; ++cpu) calls += source.call(image.cpu_steps[cpu], cpu);
    if (i < Steps) calls += kpu_call(image, i);
  }
  const std::string arguments(name.size() + 23, ' ');
  return text + "\n/* Runs all layers, the processor's among them. `layers` is what " + name +
         "_prepare has made; `memory` are " + upper(name) +
         "_MAIN_BYTES\n   bytes, aligned for 8; `ram` is AI RAM as the processor sees it. `run_layer` "
         "writes the twelve words of a layer to the\n   FIFO and waits for its interrupt; where `to` is not null, DMA "
         "brings that many bytes from the output FIFO there. It\n   returns 0 if that went well, and so does this "
         "function; else it ends with what `run_layer` has returned. */\n" +
         "static inline int " + name +
         "_run(const kpu_layer_argument_t* layers, uint8_t* memory, volatile uint8_t* ram,\n" + arguments +
         "int (*run_layer)(const kpu_layer_argument_t* layer, uint8_t* to, uint32_t bytes, void* context),\n" +
         arguments + "void* context) {\n    int result = 0;\n    (void)ram;\n" +
         (Steps > 0 ? "    kpu_layer_argument_t layer;\n"
                    : "    (void)layers;\n    (void)run_layer;\n    (void)context;\n") +
         calls + "    return result;\n}\n";
}

}  // namespace detail

/// Why a network cannot be written as C: a layer of the processor that there is no C for; empty if it can.
template <int Steps, int Outputs, int CpuSteps>
std::string problem_of(const k210::Image<Steps, Outputs, CpuSteps>& image) {
  for (int i = 0; i < CpuSteps; ++i)
    if (std::string problem = detail::problem_of(image.cpu_steps[i]); !problem.empty())
      return "layer " + std::to_string(i) + " of the processor: " + problem;
  return {};
}

/// A header in C. `name` is a C identifier (`is_name`) that everything in it begins with; `image` is of 8-bit weights.
/// What `problem_of` says of the image is an #error.
template <int Steps, int Outputs, int CpuSteps>
std::string header(const k210::Image<Steps, Outputs, CpuSteps>& image, const std::string& name) {
  if (const std::string problem = problem_of(image); !problem.empty()) return "#error \"" + problem + "\"\n";
  return detail::header_begin(image, detail::upper(name)) + detail::kpu_layers(image, name) +
         detail::run_function(image, name) + "\n#endif\n";
}

}  // namespace incuse::kpu_c_source
