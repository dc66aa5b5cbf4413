// A network as a project in C for the vendor's SDK: the files and functions that users of the vendor's generator know.
//
//     cnn.h, cnn.c      power, registers, weights, biases, start, unloading
//     weights.h         contents of the weight and bias memories
//     main.c            a program that runs one sample and checks the answer
//     sampledata.h      its input
//     sampleoutput.h    what the data memories have to hold then
//     softmax.c         for networks that classify
//
// C99 and C++ compile them. With a prefix two networks fit into one program: all names but those of softmax.c get it.
#pragma once

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/input.hpp>
#include <incuse/max7800x/registers/register_names.hpp>
#include <incuse/max7800x/tables/bias.hpp>
#include <incuse/max7800x/tables/registers.hpp>
#include <incuse/max7800x/tables/weights.hpp>
#include <incuse/max7800x/unload.hpp>

namespace incuse::c_source {

/// A file of a project.
struct File {
  std::string name{};
  std::string text{};
};

/// An input and the outputs of all layers for it, in C x H x W order.
struct Sample {
  std::vector<int> input{};
  std::vector<std::vector<int>> outputs{};  ///< one for every layer
};

/// Names in the generated files.
struct Naming {
  std::string prefix{};  ///< of files, functions and macros; empty: the vendor generator's own names, such as cnn.c
  std::string title{};   ///< of the network, for comments and the program's output
};

namespace detail {

inline std::string hex(std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08xu", static_cast<unsigned>(value));
  return text;
}

/// The text without characters that could end a comment or a string literal: all but letters, digits, - and spaces
/// become _.
inline std::string harmless(const std::string& text) {
  std::string kept;
  for (char c : text)
    kept += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == ' ' ? c : '_';
  return kept;
}

/// #define NAME { value, ... }, eight values a line.
template <class Values>
std::string table(const std::string& name, const Values& values, bool words) {
  std::string text = "#define " + name + " { \\\n";
  int column = 0;
  for (const auto value : values) {
    char number[16];
    std::snprintf(number, sizeof number, words ? "0x%08x" : "0x%02x", static_cast<unsigned>(value));
    text += column == 0 ? "  " : " ";
    text += number;
    text += ',';
    if (++column == 8) {
      text += " \\\n";
      column = 0;
    }
  }
  if (column != 0) text += " \\\n";
  return text + "}\n\n";
}

/// Words for a run of addresses.
struct Region {
  std::uint32_t address = 0;
  std::vector<std::uint32_t> words{};
};

struct RegionCollector {
  std::vector<Region>& regions;
  void region(std::uint32_t address, int) { regions.push_back({address, {}}); }
  void word(std::uint32_t value) { regions.back().words.push_back(value); }
};

/// Words of up to four channels of a layer's output: a pixel every `step` bytes.
struct OutputBlock {
  std::uint32_t address = 0;
  std::uint32_t step = 0;
  unsigned lanes = 0;     ///< that hold channels, one bit each
  int first_channel = 0;  ///< in the lowest of them
};

constexpr std::uint32_t lanes_mask(unsigned lanes) {
  std::uint32_t mask = 0;
  for (int lane = 0; lane < max7800x::processors_per_instance; ++lane)
    if ((lanes >> lane & 1) != 0) mask |= 0xffu << 8 * lane;
  return mask;
}

inline std::vector<OutputBlock> output_blocks(const max7800x::TensorLayout& layout, const max7800x::Device& device) {
  std::vector<OutputBlock> blocks;
  for (int pass = 0; pass < layout.passes.count; ++pass) {
    int channel = pass * layout.passes.channels;
    const int end = std::min(layout.shape.channels, channel + layout.passes.channels);
    max7800x::for_each_block(layout.processors, [&](int block) {
      OutputBlock found{device.data_address(block, layout.offset + 4 * layout.word_index(0, pass)),
                        4 * static_cast<std::uint32_t>(layout.word_index(1, 0)), 0, channel};
      for (int lane = 0; lane < max7800x::processors_per_instance; ++lane) {
        if ((layout.processors >> (block + lane) & 1) == 0 || channel >= end) continue;
        found.lanes |= 1u << lane;
        ++channel;
      }
      if (found.lanes != 0) blocks.push_back(found);
    });
  }
  return blocks;
}

template <int N>
class ProjectWriter {
 public:
  ProjectWriter(const Graph<N>& graph, const max7800x::Plan<N>& plan, const max7800x::Device& device,
                const max7800x::Options& options, Parameters parameters, const Sample& sample, const Naming& naming)
      : graph_(graph),
        plan_(plan),
        device_(device),
        options_(options),
        parameters_(parameters),
        sample_(sample),
        title_(harmless(naming.title)),
        prefix_(naming.prefix.empty() ? "" : naming.prefix + "_") {
    for (char c : prefix_) macro_prefix_ += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    layout_ = max7800x::input_layout(graph, plan);
    const auto values = [&](int i) { return sample_.input[static_cast<std::size_t>(i)]; };
    RegionCollector collector{input_};
    if (options.uses_fifo())
      max7800x::emit_fifo_input(layout_, device, options, values, collector);
    else
      max7800x::emit_input(layout_, device, values, collector);
  }

  std::vector<File> write() const {
    std::vector<File> files{{prefix_ + "cnn.h", header()},
                            {prefix_ + "cnn.c", source()},
                            {prefix_ + "weights.h", weights()},
                            {prefix_ + "sampledata.h", sample_data()},
                            {prefix_ + "sampleoutput.h", sample_output()},
                            {prefix_ + "main.c", program()}};
    if (classifies()) files.push_back({"softmax.c", softmax_source()});
    return files;
  }

 private:
  // Names -------------------------------------------------------------------------------------------------------------

  std::string function(const std::string& name) const { return prefix_ + name; }
  std::string macro(const std::string& name) const { return macro_prefix_ + name; }
  std::string quoted(const std::string& file) const { return "\"" + prefix_ + file + "\""; }
  const Layer& last() const { return graph_[graph_.size - 1]; }
  /// True if the last layer yields one 32-bit value for every class.
  bool classifies() const { return last().wide && last().out.pixels() == 1 && !max7800x::unloads_bytes(graph_); }

  std::string banner(const std::string& what) const {
    return "/* " + title_ + " on a " + string_of(device_.name) + ": " + what + ". Written by Incuse. */\n";
  }
  std::string include_guard(const std::string& name, const std::string& text) const {
    return "#ifndef " + macro(name) + "\n#define " + macro(name) + "\n\n" + text + "#endif /* " + macro(name) + " */\n";
  }

  int unloaded_words() const {
    int bytes = 0;
    for (int i : output_layers(graph_)) bytes += graph_[i].out.elements() * (graph_[i].wide ? 4 : 1);
    return ceil_div(bytes, 4);
  }

  // cnn.h -------------------------------------------------------------------------------------------------------------

  std::string header() const {
    std::string text =
        "#include <stdint.h>\n\n#include \"mxc.h\"\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
        "#ifndef CNN_OK\n#define CNN_FAIL 0\n#define CNN_OK 1\n#endif\n\n"
        "/* Accesses to the accelerator. A header of your own can redirect them, to a simulator for instance:\n"
        "   -DCNN_ACCESS_HEADER='\"access.h\"' has to define these three macros. */\n"
        "#if defined(CNN_ACCESS_HEADER)\n#include CNN_ACCESS_HEADER\n#elif !defined(CNN_WRITE)\n"
        "#define CNN_WRITE(address, value) (*(volatile uint32_t *)(address) = (value))\n"
        "#define CNN_WRITE_BYTE(address, value) (*(volatile uint8_t *)(address) = (value))\n"
        "#define CNN_READ(address) (*(volatile const uint32_t *)(address))\n#endif\n\n";
    text += "/* Values of the last layer's output, and 32-bit words that are unloaded: those of all outputs. */\n";
    text += "#define " + macro("CNN_NUM_OUTPUTS") + " " + std::to_string(last().out.elements()) + "\n";
    text += "#define " + macro("CNN_UNLOADED_WORDS") + " " + std::to_string(unloaded_words()) + "\n\n";
    text +=
        "/* 0 while an inference runs; then its time in microseconds, or 1 where no timer measures it:\n"
        "   CNN_INFERENCE_TIMER, MXC_TMR0 for instance, says which. */\n";
    text += "extern volatile uint32_t " + function("cnn_time") + ";\n\n";
    const auto declare = [&](const std::string& comment, const std::string& type, const std::string& name,
                             const std::string& parameters) {
      if (!comment.empty()) text += "/* " + comment + " */\n";
      text += type;
      text += function(name) + "(" + parameters + ");\n\n";
    };
    text += "/* All functions return CNN_OK, or CNN_FAIL if the accelerator does not answer as it should. */\n\n";
    declare("Power, clock and interrupt. The arguments are MXC_S_GCR_PCLKDIV_CNNCLKSEL_... and ..._CNNCLKDIV_...",
            "int ", "cnn_enable", "uint32_t clock_source, uint32_t clock_divider");
    declare("A pin that raises the supply voltage.", "int ", "cnn_boost_enable", "mxc_gpio_regs_t *port, uint32_t pin");
    declare("", "int ", "cnn_boost_disable", "mxc_gpio_regs_t *port, uint32_t pin");
    declare("In this order, once: init, load_weights, load_bias, configure.", "int ", "cnn_init", "void");
    declare("", "int ", "cnn_load_weights", "void");
    declare("Whether the weight memories hold the weights.", "int ", "cnn_verify_weights", "void");
    declare("", "int ", "cnn_load_bias", "void");
    declare("", "int ", "cnn_configure", "void");
    if (graph_.buffer.exists())
      declare("Forgets what earlier inferences have left in the rolling buffer.", "int ", "cnn_clear_buffer", "void");
    declare(options_.uses_fifo() ? "Starts an inference; the input follows through the FIFOs."
                                 : "Starts an inference, with the input in the data memories.",
            "int ", "cnn_start", "void");
    declare("Stops a running inference, and lets it go on.", "int ", "cnn_stop", "void");
    declare("", "int ", "cnn_continue", "void");
    declare("Copies the outputs: " +
                std::string(max7800x::unloads_bytes(graph_)
                                ? "bytes in C x H x W order"
                                : "32-bit words, up to four channels of each pixel side by side") +
                ", one output behind the other.",
            "int ", "cnn_unload", "uint32_t *out_buf");
    declare("", "int ", "cnn_disable", "void");
    declare("The accelerator's interrupt.", "void ", "CNN_ISR", "void");
    if (classifies())
      text +=
          "/* Softmax to the base 2, in integers: 32-bit values in units of 2^-14, results in units of 2^-15. The "
          "second one\n"
          "   shifts the values left first: for last layers with weights of less than 8 bits. */\n"
          "void softmax_q17p14_q15(const int32_t *vec_in, const uint16_t dim_vec, int16_t *p_out);\n"
          "void softmax_shift_q17p14_q15(int32_t *vec_in, const uint16_t dim_vec, uint8_t in_shift, int16_t "
          "*p_out);\n\n";
    text += "#ifdef __cplusplus\n}\n#endif\n\n";
    return banner("what a program calls") + include_guard("CNN_H", text);
  }

  // cnn.c -------------------------------------------------------------------------------------------------------------

  static std::string access(const max7800x::RegisterWrite& write) {
    using max7800x::Access;
    const std::string address = hex(write.address), value = hex(write.value);
    const std::string differs = "((CNN_READ(" + address + ") & " + hex(write.mask) + ") != " + value + ")";
    switch (write.access) {
      case Access::set_bits:
        return "CNN_WRITE(" + address + ", CNN_READ(" + address + ") | " + value + ");";
      case Access::keep_bits:
        return "CNN_WRITE(" + address + ", CNN_READ(" + address + ") & " + value + ");";
      case Access::wait:
        return "while " + differs + " {}";
      case Access::check:
        return "if " + differs + " return CNN_FAIL;";
      default:
        return "CNN_WRITE(" + address + ", " + value + ");";
    }
  }

  /// Statements for the accesses that `emit(sink)` yields, with a comment where another layer or group begins.
  template <class Emit>
  std::string statements(Emit&& emit) const {
    std::string text;
    int layer = -1, group = -1;
    emit([&](const max7800x::RegisterWrite& write) {
      const max7800x::RegisterAt at = max7800x::register_at(device_, write.address);
      if (at.layer >= 0 && (at.layer != layer || at.group != group)) {
        layer = at.layer;
        group = at.group;
        text +=
            "\n  /* Layer " + std::to_string(layer) + layer_name(layer) + ", group " + std::to_string(group) + " */\n";
      }
      text += "  " + access(write);
      if (at.description != nullptr && write.access != max7800x::Access::check)
        text += " /* " + string_of(at.description->name) + " */";
      text += '\n';
    });
    return text;
  }
  std::string layer_name(int hardware_layer) const {
    const std::string name = harmless(string_of(graph_[hardware_layer % graph_.size].name));
    return name.empty() ? "" : " (" + name + ")";
  }

  std::string body(const std::string& name, const std::string& text, const std::string& parameters = "void") const {
    return "int " + function(name) + "(" + parameters + ")\n{\n" + text + "  return CNN_OK;\n}\n\n";
  }

  unsigned used_groups() const { return plan_.groups; }

  std::string source() const {
    std::string text = banner("the accelerator") + "#include <stddef.h>\n#include <stdint.h>\n\n#include \"mxc.h\"\n";
    text += "#include \"gcfr_regs.h\"\n\n#include " + quoted("cnn.h") + "\n#include " + quoted("weights.h") + "\n\n";
    text += "volatile uint32_t " + function("cnn_time") + ";\n\n";
    text += interrupt() + power() + boost();
    const auto emit_with = [&](auto emit) {
      return statements([&](auto&& sink) { emit(graph_, plan_, device_, options_, sink); });
    };
    text += body("cnn_init", emit_with([](auto&&... all) { max7800x::emit_init(all...); }));
    text += weight_loading() + bias_loading();
    const bool keeps = graph_.buffer.exists();
    if (keeps) text += buffer_clearing();
    text += body("cnn_configure", emit_with([](auto&&... all) { max7800x::emit_configure(all...); }) +
                                      (keeps ? "  (void)" + function("cnn_clear_buffer") + "();\n" : ""));
    text += start() + pause() + unloading();
    return text;
  }

  std::string buffer_clearing() const {
    struct Loops {
      std::string text{};
      void region(std::uint32_t address, int words) {
        text += "  for (i = 0; i < " + std::to_string(words) + "; i++) CNN_WRITE(" + hex(address) + " + 4 * i, 0);\n";
      }
      void word(std::uint32_t) {}
    } loops;
    max7800x::emit_cleared_buffer(graph_, plan_, device_, loops);
    return body("cnn_clear_buffer", "  uint32_t i;\n\n" + loops.text);
  }

  std::string interrupt() const {
    std::string text = "void " + function("CNN_ISR") + "(void)\n{\n";
    text += statements([&](auto&& sink) { max7800x::emit_interrupt(graph_, plan_, device_, sink); });
    text +=
        "#ifdef __riscv\n  NVIC_ClearPendingIRQ(CNN_IRQn);\n  NVIC_ClearPendingEVENT(CNN_IRQn);\n#endif\n"
        "#ifdef CNN_INFERENCE_TIMER\n";
    text += "  " + function("cnn_time") + " = (uint32_t)MXC_TMR_SW_Stop(CNN_INFERENCE_TIMER);\n";
    text += "  if (" + function("cnn_time") + " == 0) " + function("cnn_time") + " = 1;\n#else\n";
    text += "  " + function("cnn_time") + " = 1;\n#endif\n}\n\n";
    return text;
  }

  std::string power() const {
    char used[8], unused[8];
    std::snprintf(used, sizeof used, "0x%x", used_groups());
    std::snprintf(unused, sizeof unused, "0x%x", ~used_groups() & 0xf);
    std::string text =
        body("cnn_enable",
             std::string("  MXC_GCFR->reg3 = 0xf; /* all groups in reset */\n  MXC_GCFR->reg1 = ") + used +
                 "; /* memories on */\n  MXC_GCFR->reg0 = " + used + "; /* power on */\n  MXC_GCFR->reg2 = " + unused +
                 "; /* others isolated */\n  MXC_GCFR->reg3 = 0x0;\n\n"
                 "  MXC_GCR->pclkdiv = (MXC_GCR->pclkdiv &\n"
                 "                      ~(uint32_t)(MXC_F_GCR_PCLKDIV_CNNCLKDIV | MXC_F_GCR_PCLKDIV_CNNCLKSEL)) |\n"
                 "                     clock_divider | clock_source;\n"
                 "  MXC_SYS_ClockEnable(MXC_SYS_PERIPH_CLOCK_CNN);\n\n"
                 "#ifdef __riscv\n  __enable_irq();\n  NVIC_EnableIRQ(CNN_IRQn);\n  NVIC_EnableEVENT(CNN_IRQn);\n"
                 "#else\n  MXC_NVIC_SetVector(CNN_IRQn, " +
                 function("CNN_ISR") + ");\n#endif\n",
             "uint32_t clock_source, uint32_t clock_divider");
    text += body("cnn_disable",
                 "  MXC_SYS_ClockDisable(MXC_SYS_PERIPH_CLOCK_CNN);\n  MXC_GCFR->reg3 = 0xf; /* reset */\n"
                 "  MXC_GCFR->reg2 |= 0xf; /* isolate */\n  MXC_GCFR->reg0 = 0x0; /* power off */\n"
                 "  MXC_GCFR->reg1 = 0x0; /* memories off */\n  MXC_GCFR->reg3 = 0x0;\n");
    return text;
  }

  std::string boost() const {
    const std::string parameters = "mxc_gpio_regs_t *port, uint32_t pin";
    return body("cnn_boost_enable",
                "  mxc_gpio_cfg_t output;\n  output.port = port;\n  output.mask = pin;\n  output.pad = "
                "MXC_GPIO_PAD_NONE;\n"
                "  output.func = MXC_GPIO_FUNC_OUT;\n  MXC_GPIO_Config(&output);\n  MXC_GPIO_OutSet(port, pin);\n",
                parameters) +
           body("cnn_boost_disable", "  MXC_GPIO_OutClr(port, pin);\n", parameters);
  }

  std::string weight_loading() const {
    const bool express = options_.express_weights;
    std::string text =
        "/* Records of address, number of words, words; an address of 0 ends them. */\nstatic const uint32_t kernels[] "
        "= " +
        macro("KERNELS") + ";\n\n";
    text +=
        body("cnn_load_weights",
             std::string("  const uint32_t *next = kernels;\n  while (*next != 0) {\n    uint32_t address = *next++;\n"
                         "    uint32_t left = *next++;\n") +
                 (express ? "    CNN_WRITE_BYTE(address | 1u, 1); /* the packed words start here */\n" : "") +
                 "    for (; left > 0; left--) {\n      CNN_WRITE(address, *next);\n      next++;\n      address += "
                 "4;\n    }\n  }\n");
    text += express ? express_verification() : plain_verification();
    return text;
  }

  std::string plain_verification() const {
    return body(
        "cnn_verify_weights",
        "  const uint32_t *next = kernels;\n  while (*next != 0) {\n    uint32_t address = *next++;\n"
        "    uint32_t left = *next++;\n    for (; left > 0; left--) {\n"
        "      if (CNN_READ(address) != *next) return CNN_FAIL;\n      next++;\n      address += 4;\n    }\n  }\n");
  }

  std::string express_verification() const {
    const std::string span = hex(device_.express_span - 1);
    return "/* Byte `i` of packed words, and four of them. */\n"
           "static uint32_t packed_byte(const uint32_t *words, uint32_t i)\n{\n"
           "  return words[i / 4] >> (8 * (3 - i % 4)) & 0xffu;\n}\n\n"
           "static uint32_t packed_word(const uint32_t *words, uint32_t i)\n{\n"
           "  return packed_byte(words, i) << 24 | packed_byte(words, i + 1) << 16 | packed_byte(words, i + 2) << 8 |\n"
           "         packed_byte(words, i + 3);\n}\n\n" +
           body("cnn_verify_weights",
                "  const uint32_t *next = kernels;\n  while (*next != 0) {\n    /* Kernels of 9 bytes, 16 bytes apart. "
                "*/\n"
                "    uint32_t address = (*next & ~" +
                    span + ") | (*next & " + span +
                    ") << 2;\n"
                    "    const uint32_t words = next[1];\n    uint32_t byte;\n    next += 2;\n"
                    "    for (byte = 0; byte + 9 <= 4 * words; byte += 9) {\n"
                    "      if (CNN_READ(address) != packed_byte(next, byte)) return CNN_FAIL;\n"
                    "      if (CNN_READ(address + 4) != packed_word(next, byte + 1)) return CNN_FAIL;\n"
                    "      if (CNN_READ(address + 8) != packed_word(next, byte + 5)) return CNN_FAIL;\n"
                    "      if (CNN_READ(address + 12) != 0) return CNN_FAIL;\n      address += 16;\n    }\n"
                    "    next += words;\n  }\n");
  }

  std::string bias_loading() const {
    std::string text, loops;
    for (int g = 0; g < max7800x::groups; ++g) {
      if (plan_.bias_fill[g] == 0) continue;
      std::string name = "bias_";
      name += std::to_string(g);
      text.append("static const uint8_t ").append(name).append("[] = ");
      text.append(macro("BIAS_" + std::to_string(g))).append(";\n");
      loops.append("  for (i = 0; i < sizeof ").append(name).append("; i++)\n    CNN_WRITE(");
      loops.append(hex(device_.bias.address(g)))
          .append(" + 4 * (uint32_t)i, (uint32_t)")
          .append(name)
          .append("[i]);\n");
    }
    if (!text.empty()) text += '\n';
    return text + body("cnn_load_bias", loops.empty() ? "" : "  size_t i;\n" + loops);
  }

  std::string start() const {
    std::vector<max7800x::RegisterWrite> accesses;
    max7800x::emit_start(graph_, plan_, device_, options_,
                         [&](const max7800x::RegisterWrite& write) { accesses.push_back(write); });
    std::size_t last_write = accesses.size();
    while (accesses[--last_write].access != max7800x::Access::write) {
    }
    const auto part = [&](std::size_t from, std::size_t to) {
      return statements([&](auto&& sink) {
        for (std::size_t i = from; i < to; ++i) sink(accesses[i]);
      });
    };
    return body("cnn_start", "  " + function("cnn_time") + " = 0;\n\n" + part(0, last_write) +
                                 "\n#ifdef CNN_INFERENCE_TIMER\n  MXC_TMR_SW_Start(CNN_INFERENCE_TIMER);\n#endif\n\n"
                                 "  /* The leading group sets the others going. */\n" +
                                 part(last_write, accesses.size()));
  }

  std::string pause() const {
    const auto one = [&](const max7800x::RegisterWrite& write) {
      return statements([&](auto&& sink) { sink(write); });
    };
    return body("cnn_stop", one(max7800x::stop_write(plan_, device_))) +
           body("cnn_continue",
                "  " + function("cnn_time") + " = 0;\n" + one(max7800x::continue_write(plan_, device_)));
  }

  // Unloading ---------------------------------------------------------------------------------------------------------

  std::string unloading() const {
    return body("cnn_unload", options_.mlator_unload ? swapped_unloading() : plain_unloading(), "uint32_t *out_buf");
  }

  std::string plain_unloading() const {
    const bool bytes = max7800x::unloads_bytes(graph_);
    std::string text = bytes ? "  uint8_t *out = (uint8_t *)out_buf;\n  uint32_t i, word;\n" : "  uint32_t i;\n";
    for (int i : output_layers(graph_)) {
      text += "\n  /* " + output_name(i) + " */\n" + output_loops(i, bytes);
    }
    return text;
  }

  std::string output_name(int index) const {
    const Shape shape = graph_[index].out;
    return "Layer " + std::to_string(index) + layer_name(index) + ": " + std::to_string(shape.channels) + " x " +
           std::to_string(shape.height) + " x " + std::to_string(shape.width) +
           (graph_[index].wide ? ", 32 bits" : ", 8 bits");
  }

  std::string output_loops(int index, bool bytes) const {
    const max7800x::TensorLayout layout = max7800x::output_layout(graph_, plan_, index);
    const std::string pixels = std::to_string(layout.shape.pixels());
    std::string text;
    for (const OutputBlock& block : output_blocks(layout, device_)) {
      const int lanes = bit_count(block.lanes);
      text += "  for (i = 0; i < " + pixels + "; i++) {\n";
      const std::string address = hex(block.address) + " + " + std::to_string(block.step) + " * i";
      if (!layout.wide) text += "    word = CNN_READ(" + address + ");\n";
      int stored = 0;
      for (int lane = 0; lane < max7800x::processors_per_instance; ++lane) {
        if ((block.lanes >> lane & 1) == 0) continue;
        text += "    " + store(layout, address, lane, stored++, bytes) + "\n";
      }
      if (!layout.wide) text += "    out++;\n";
      if (layout.wide && bytes) text += "    out += " + std::to_string(4 * lanes) + ";\n";
      text += "  }\n";
      // `out` has already advanced by one channel: the others follow.
      if (!layout.wide && lanes > 1) text += "  out += " + std::to_string(lanes - 1) + " * " + pixels + ";\n";
    }
    return text;
  }

  /// The statement that stores one lane of a pixel, the `number`-th of those that are stored.
  std::string store(const max7800x::TensorLayout& layout, const std::string& address, int lane, int number,
                    bool bytes) const {
    if (!layout.wide) {
      const std::string shifted = lane == 0 ? "word" : "(word >> " + std::to_string(8 * lane) + ")";
      const std::string place = number == 0 ? "*out" : "out[" + std::to_string(number * layout.shape.pixels()) + "]";
      return place + " = (uint8_t)(" + shifted + " & 0xffu);";
    }
    const std::string read = "CNN_READ(" + address + (lane > 0 ? " + " + std::to_string(4 * lane) : "") + ")";
    if (!bytes) return "*out_buf++ = " + read + ";";
    std::string text = "word = " + read + ";";
    for (int byte = 0; byte < 4; ++byte)
      text +=
          "\n    out[" + std::to_string(4 * number + byte) + "] = (uint8_t)(word >> " + std::to_string(8 * byte) + ");";
    return text;
  }

  /// Through the byte swapper. Outputs that it cannot deliver are read word by word, to their place in the buffer.
  std::string swapped_unloading() const {
    using Kind = max7800x::MlatorAccess::Kind;
    std::string text = "  uint32_t *const first = out_buf;\n  uint32_t i;\n\n";
    max7800x::emit_mlator_unload(graph_, plan_, device_, options_, [&](const max7800x::MlatorAccess& access) {
      const std::string address = hex(access.address);
      if (access.kind == Kind::write) text += "  CNN_WRITE(" + address + ", " + hex(access.value) + ");\n";
      if (access.kind == Kind::prime)
        text += "  (void)CNN_READ(" + address + "); /* the first word is not ready yet */\n";
      if (access.kind == Kind::read)
        text += "  for (i = 0; i < " + std::to_string(access.count) + "; i++) first[" + std::to_string(access.index) +
                " + i] = CNN_READ(" + address + ");\n";
    });
    int index = 0;
    for (int i : output_layers(graph_)) {
      const Layer& layer = graph_[i];
      if (!max7800x::fits_mlator(layer)) {
        text += "\n  /* " + output_name(i) + " */\n  out_buf = first + " + std::to_string(index) + ";\n";
        if (layer.wide)
          text += output_loops(i, false);
        else
          text += "  {\n  uint8_t *out = (uint8_t *)out_buf;\n  uint32_t word;\n" + output_loops(i, true) + "  }\n";
      }
      index += ceil_div(layer.out.elements() * (layer.wide ? 4 : 1), 4);
    }
    return text;
  }

  // Tables ------------------------------------------------------------------------------------------------------------

  std::string weights() const {
    std::vector<std::uint32_t> words;
    max7800x::emit_weights(graph_, plan_, device_, parameters_, options_,
                           [&](std::uint32_t word) { words.push_back(word); });
    std::string text = table(macro("KERNELS"), words, true);
    for (int g = 0; g < max7800x::groups; ++g) {
      std::vector<std::uint8_t> values;
      max7800x::emit_bias(graph_, plan_, parameters_, g, [&](std::uint8_t value) { values.push_back(value); });
      if (!values.empty()) text += table(macro("BIAS_" + std::to_string(g)), values, false);
    }
    return banner("contents of the weight and bias memories") + include_guard("WEIGHTS_H", text);
  }

  std::string input_name(std::size_t i) const { return "SAMPLE_INPUT_" + std::to_string(i); }

  std::string sample_data() const {
    const Shape shape = graph_.input;
    std::string text =
        "/* " + std::to_string(shape.channels) + " x " + std::to_string(shape.height) + " x " +
        std::to_string(shape.width) + ", as it lies in the data memories: " +
        (layout_.channels_first ? "four pixels of one channel in a word" : "four channels of one pixel in a word") +
        ". */\n\n";
    for (std::size_t i = 0; i < input_.size(); ++i) {
      text += "/* To " + hex(input_[i].address) + " */\n";
      text += table(macro(input_name(i)), input_[i].words, true);
    }
    return banner("a sample input") + include_guard("SAMPLEDATA_H", text);
  }

  /// Records of address, mask, number of words, words; an address of 0 ends them.
  std::vector<std::uint32_t> expected_stream() const {
    std::vector<std::uint32_t> stream;
    for (int i : output_layers(graph_)) {
      const max7800x::TensorLayout layout = max7800x::output_layout(graph_, plan_, i);
      for (const OutputBlock& block : output_blocks(layout, device_))
        add_expected(stream, layout, block, sample_.outputs[static_cast<std::size_t>(i)]);
    }
    stream.push_back(0);
    return stream;
  }

  void add_expected(std::vector<std::uint32_t>& stream, const max7800x::TensorLayout& layout, const OutputBlock& block,
                    const std::vector<int>& values) const {
    const int pixels = layout.shape.pixels();
    std::size_t length = 0;  // where the open record keeps its number of words
    std::uint32_t next = 0;
    const auto add = [&](std::uint32_t address, std::uint32_t mask, std::uint32_t value) {
      if (length == 0 || address != next) {
        stream.insert(stream.end(), {address, mask, 0});
        length = stream.size() - 1;
      }
      ++stream[length];
      stream.push_back(value);
      next = address + 4;
    };
    for (int pixel = 0; pixel < pixels; ++pixel) {
      const std::uint32_t address = block.address + block.step * static_cast<std::uint32_t>(pixel);
      int channel = block.first_channel;
      std::uint32_t word = 0;
      for (int lane = 0; lane < max7800x::processors_per_instance; ++lane) {
        if ((block.lanes >> lane & 1) == 0) continue;
        const int element = channel++ * pixels + pixel;
        const auto value = static_cast<std::uint32_t>(values[static_cast<std::size_t>(element)]);
        if (layout.wide)
          add(address + 4 * static_cast<std::uint32_t>(lane), ~0u, value);
        else
          word |= (value & 0xff) << 8 * lane;
      }
      if (!layout.wide) add(address, lanes_mask(block.lanes), word);
    }
  }

  std::string sample_output() const {
    return banner("what the data memories hold after an inference") +
           include_guard("SAMPLEOUTPUT_H",
                         "/* Records of address, mask, number of words, words; an address of 0 ends them. */\n\n" +
                             table(macro("SAMPLE_OUTPUT"), expected_stream(), true));
  }

  // main.c ------------------------------------------------------------------------------------------------------------

  std::string program() const {
    std::string text = banner("runs one sample and checks the answer") +
                       "#include <stdint.h>\n#include <stdio.h>\n\n#include \"mxc.h\"\n\n";
    for (const char* file : {"cnn.h", "sampledata.h", "sampleoutput.h"}) text += "#include " + quoted(file) + "\n";
    text += '\n';
    for (std::size_t i = 0; i < input_.size(); ++i)
      text += "static const uint32_t input_" + std::to_string(i) + "[] = " + macro(input_name(i)) + ";\n";
    text += "static const uint32_t sample_output[] = " + macro("SAMPLE_OUTPUT") + ";\n";
    text += "static uint32_t unloaded[" + macro("CNN_UNLOADED_WORDS") + "];\n\n";
    text += (options_.uses_fifo() ? fifo_loading() : memory_loading()) + output_check() + waiting();
    if (classifies()) text += class_report();
    return text + main_function();
  }

  std::string memory_loading() const {
    std::string text =
        "static void copy_words(uint32_t address, const uint32_t *words, uint32_t count)\n{\n"
        "  for (; count > 0; count--) {\n    CNN_WRITE(address, *words);\n    words++;\n    address += 4;\n  }\n}\n\n"
        "static void load_input(void)\n{\n";
    for (std::size_t i = 0; i < input_.size(); ++i)
      text += "  copy_words(" + hex(input_[i].address) + ", input_" + std::to_string(i) + ", " +
              std::to_string(input_[i].words.size()) + ");\n";
    return text + "}\n\n";
  }

  std::string fifo_loading() const {
    std::string text =
        "/* A word for every FIFO in turn, whenever it has room. */\nstatic void load_input(void)\n{\n  uint32_t i;\n  "
        "for (i = 0; i < " +
        std::to_string(input_.empty() ? 0 : input_[0].words.size()) + "; i++) {\n";
    std::size_t number = 0;
    for (int g = 0; g < max7800x::groups; ++g) {
      if (max7800x::group_part(layout_.processors, g) == 0 || number == input_.size()) continue;
      const max7800x::FifoPort port = max7800x::fifo_port(device_, options_, g);
      text += "    while ((CNN_READ(" + hex(port.status) + ") & " + hex(port.full) + ") != 0) {}\n";
      text += "    CNN_WRITE(" + hex(port.data) + ", input_" + std::to_string(number++) + "[i]);\n";
    }
    return text + "  }\n}\n\n";
  }

  static std::string output_check() {
    return "static int check_output(void)\n{\n  const uint32_t *next = sample_output;\n  while (*next != 0) {\n"
           "    uint32_t address = *next++;\n    const uint32_t mask = *next++;\n    uint32_t left = *next++;\n"
           "    for (; left > 0; left--) {\n      if ((CNN_READ(address) & mask) != *next) {\n"
           "        printf(\"Data mismatch at address 0x%08lx: expected 0x%08lx, read 0x%08lx\\n\", (unsigned "
           "long)address,\n"
           "               (unsigned long)*next, (unsigned long)(CNN_READ(address) & mask));\n        return "
           "CNN_FAIL;\n      }\n"
           "      next++;\n      address += 4;\n    }\n  }\n  return CNN_OK;\n}\n\n";
  }

  std::string waiting() const {
    return "/* Interrupts stay masked between the test and the sleep, so none is missed; a masked one ends the sleep "
           "too. */\n"
           "static void wait_for_cnn(void)\n{\n  __disable_irq();\n  while (" +
           function("cnn_time") +
           " == 0) {\n    MXC_LP_EnterSleepMode();\n    __enable_irq();\n    __disable_irq();\n  }\n  "
           "__enable_irq();\n}\n\n";
  }

  std::string class_report() const {
    const std::string count = macro("CNN_NUM_OUTPUTS");
    const int shift = 8 - last().weight_bits;
    std::string text = "static int32_t values[" + count + "];\nstatic int16_t shares[" + count +
                       "];\n\n"
                       "static void softmax_layer(void)\n{\n  int i;\n  for (i = 0; i < " +
                       count + "; i++) values[i] = (int32_t)unloaded[i];\n";
    text += shift == 0 ? "  softmax_q17p14_q15(values, " + count + ", shares);\n"
                       : "  softmax_shift_q17p14_q15(values, " + count + ", " + std::to_string(shift) + ", shares);\n";
    text += "  printf(\"Classification results:\\n\");\n  for (i = 0; i < " + count +
            "; i++) {\n    const long permille = (1000l * shares[i] + 0x4000l) >> 15;\n"
            "    printf(\"[%7ld] -> Class %d: %ld.%ld%%\\n\", (long)values[i], i, permille / 10, permille % 10);\n  "
            "}\n}\n\n";
    return text;
  }

  std::string main_function() const {
    std::string text =
        "int main(void)\n{\n  int passed;\n\n  MXC_ICC_Enable(MXC_ICC0);\n  MXC_SYS_Clock_Select(MXC_SYS_CLOCK_IPO);\n"
        "  SystemCoreClockUpdate();\n\n  printf(\"\\n*** CNN Inference Test " +
        title_ + " ***\\n\");\n\n";
    const auto call = [&](const std::string& name, const std::string& arguments = "") {
      text += "  passed = passed && " + function(name) + "(" + arguments + ") == CNN_OK;\n";
    };
    text += "  passed = " + function("cnn_enable") +
            "(MXC_S_GCR_PCLKDIV_CNNCLKSEL_PCLK, MXC_S_GCR_PCLKDIV_CNNCLKDIV_DIV1) == CNN_OK;\n";
    for (const char* step : {"cnn_init", "cnn_load_weights", "cnn_verify_weights", "cnn_load_bias", "cnn_configure"})
      call(step);
    if (options_.uses_fifo()) {
      call("cnn_start");
      text += "  load_input();\n";
    } else {
      text += "  load_input();\n";
      call("cnn_start");
    }
    text += "  if (passed) wait_for_cnn();\n";
    text += "  passed = passed && check_output() == CNN_OK;\n";
    call("cnn_unload", "unloaded");
    text += "  printf(\"\\n*** %s ***\\n\\n\", passed ? \"PASS\" : \"FAIL\");\n";
    text += "#ifdef CNN_INFERENCE_TIMER\n  printf(\"Approximate inference time: %lu us\\n\\n\", (unsigned long)" +
            function("cnn_time") + ");\n#endif\n";
    if (classifies()) text += "  softmax_layer();\n";
    text += "  (void)" + function("cnn_disable") + "();\n";
    return text + "  return passed ? 0 : 1;\n}\n";
  }

  /// The same arithmetic as `max7800x::softmax`.
  static std::string softmax_source() {
    return "/* Softmax to the base 2, in integers. Written by Incuse. */\n#include <stdint.h>\n\n"
           "#ifdef __cplusplus\nextern \"C\" {\n#endif\n"
           "void softmax_q17p14_q15(const int32_t *vec_in, const uint16_t dim_vec, int16_t *p_out);\n"
           "void softmax_shift_q17p14_q15(int32_t *vec_in, const uint16_t dim_vec, uint8_t in_shift, int16_t *p_out);\n"
           "#ifdef __cplusplus\n}\n#endif\n\n"
           "/* A value stands for 2 to the power of itself, rounded, and relative to 16 below the greatest value. */\n"
           "void softmax_q17p14_q15(const int32_t *vec_in, const uint16_t dim_vec, int16_t *p_out)\n{\n"
           "  int64_t base = INT32_MIN;\n  uint32_t sum = 0;\n  uint16_t i;\n\n"
           "  for (i = 0; i < dim_vec; i++)\n    if (vec_in[i] > base) base = vec_in[i];\n"
           "  base -= (int64_t)16 << 14;\n"
           "  for (i = 0; i < dim_vec; i++)\n    if (vec_in[i] > base) sum += 1u << ((8192 + vec_in[i] - base) >> "
           "14);\n\n"
           "  for (i = 0; i < dim_vec; i++) {\n    p_out[i] = 0;\n    if (vec_in[i] > base) {\n"
           "      /* The sum is 2^16 at least, the exponent 16 at most. */\n"
           "      const uint32_t share = (uint32_t)(((uint64_t)1 << 32) / sum) >> (17 - ((8192 + vec_in[i] - base) >> "
           "14));\n"
           "      p_out[i] = (int16_t)(share > 32767u ? 32767u : share);\n    }\n  }\n}\n\n"
           "void softmax_shift_q17p14_q15(int32_t *vec_in, const uint16_t dim_vec, uint8_t in_shift, int16_t "
           "*p_out)\n{\n"
           "  uint16_t i;\n  for (i = 0; i < dim_vec; i++) vec_in[i] = (int32_t)((uint32_t)vec_in[i] << in_shift);\n"
           "  softmax_q17p14_q15(vec_in, dim_vec, p_out);\n}\n";
  }

  const Graph<N>& graph_;
  const max7800x::Plan<N>& plan_;
  const max7800x::Device& device_;
  const max7800x::Options& options_;
  Parameters parameters_;
  const Sample& sample_;
  std::string title_;
  std::string prefix_;
  std::string macro_prefix_{};
  max7800x::TensorLayout layout_{};
  std::vector<Region> input_{};
};

}  // namespace detail

/// The files of a project. The graph is bound to its parameters and fits the device; the sample has an input of the
/// network's size and the outputs of all layers.
template <int N>
std::vector<File> project(const Graph<N>& graph, const max7800x::Plan<N>& plan, const max7800x::Device& device,
                          const max7800x::Options& options, Parameters parameters, const Sample& sample,
                          const Naming& naming) {
  return detail::ProjectWriter<N>(graph, plan, device, options, parameters, sample, naming).write();
}

}  // namespace incuse::c_source
