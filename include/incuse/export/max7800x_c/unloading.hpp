// cnn_unload in cnn.c: the outputs, one behind the other. See max7800x_c_source.hpp.
#pragma once

#include <string>

#include <incuse/export/max7800x_c/output_blocks.hpp>
#include <incuse/export/max7800x_c/project.hpp>
#include <incuse/max7800x/tables/registers.hpp>

namespace incuse::c_source::detail {

inline constexpr const char* exits_text = R"(
int @prefix@cnn_exit_taken(void)
{
@tests@  return -1;
}

int @prefix@cnn_unload_exit(int number, uint32_t *out_buf)
{
  uint8_t *out = (uint8_t *)out_buf;
  uint32_t i, word;
@copies@  return CNN_FAIL;
}

)";

template <int N>
class UnloadingWriter {
 public:
  explicit UnloadingWriter(const Project<N>& project) : project_(project) {}

  std::string write() const { return project_.options.mlator_unload ? swapped() : plain(); }

  /// Which early exit was taken, and what its layers deliver.
  std::string exits() const {
    const auto exits = exit_layers(project_.graph);
    std::string tests, copies;
    for (int k = 0; k < exits.size; ++k) {
      const int tested = tested_layer(project_.graph, exits[k]);
      tests +=
          filled("  if (CNN_READ(@address@) == 0) return @number@;\n",
                 {{"address", hex(max7800x::exit_address(project_.plan[exits[k]], project_.device))}, {"number", k}});
      copies += filled("\n\n  if (number == @number@) { /* @output@ */\n@loops@  return CNN_OK;\n  }\n",
                       {{"number", k}, {"output", output_name(tested)}, {"loops", loops(tested, true)}});
    }
    return project_.text(exits_text, {{"tests", tests}, {"copies", copies}});
  }

 private:
  std::string plain() const {
    const bool bytes = max7800x::unloads_bytes(project_.graph);
    std::string text = bytes ? "  uint8_t *out = (uint8_t *)out_buf;\n  uint32_t i, word;\n" : "  uint32_t i;\n";
    for (int i : output_layers(project_.graph)) text += "\n  /* " + output_name(i) + " */\n" + loops(i, bytes);
    return text;
  }

  std::string output_name(int index) const {
    const Layer& layer = project_.graph[index];
    return "Layer " + std::to_string(index) + project_.layer_name(index) + ": " + text_of(layer.out, " x ") +
           (layer.wide ? ", 32 bits" : ", 8 bits");
  }

  std::string loops(int index, bool bytes) const {
    const max7800x::TensorLayout layout = max7800x::output_layout(project_.graph, project_.plan, index);
    const std::string pixels = std::to_string(layout.shape.pixels());
    std::string text;
    for (const OutputBlock& block : output_blocks(layout, project_.device)) {
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
  static std::string store(const max7800x::TensorLayout& layout, const std::string& address, int lane, int number,
                           bool bytes) {
    if (!layout.wide) {
      const std::string shifted = lane == 0 ? "word" : "(word >> " + std::to_string(8 * lane) + ")";
      const std::string place = number == 0 ? "*out" : "out[" + std::to_string(number * layout.shape.pixels()) + "]";
      return place + " = (uint8_t)(" + shifted + " & 0xffu);";
    }
    const std::string read = "CNN_READ(" + address + (lane > 0 ? " + " + std::to_string(4 * lane) : "") + ")";
    if (!bytes) return "*out_buf++ = " + read + ";";
    std::string text = "word = " + read + ";";
    for (int byte = 0; byte < 4; ++byte)
      text += filled("\n\n    out[@index@] = (uint8_t)(word >> @shift@);",
                     {{"index", 4 * number + byte}, {"shift", 8 * byte}});
    return text;
  }

  /// Through the byte swapper. Outputs that it cannot deliver are read word by word, to their place in the buffer.
  std::string swapped() const {
    using Kind = max7800x::MlatorAccess::Kind;
    std::string text = "  uint32_t *const first = out_buf;\n  uint32_t i;\n\n";
    const auto add = [&](const max7800x::MlatorAccess& access) {
      const std::string address = hex(access.address);
      if (access.kind == Kind::write) text += "  CNN_WRITE(" + address + ", " + hex(access.value) + ");\n";
      if (access.kind == Kind::prime)
        text += "  (void)CNN_READ(" + address + "); /* the first word is not ready yet */\n";
      if (access.kind == Kind::read)
        text += filled("  for (i = 0; i < @words@; i++) first[@index@ + i] = CNN_READ(@address@);\n",
                       {{"words", access.count}, {"index", access.index}, {"address", address}});
    };
    max7800x::emit_mlator_unload(project_.graph, project_.plan, project_.device, project_.options, add);
    int index = 0;
    for (int i : output_layers(project_.graph)) {
      const Layer& layer = project_.graph[i];
      if (!max7800x::fits_mlator(layer)) text += unswapped(i, index);
      index += ceil_div(layer.out.elements() * (layer.wide ? 4 : 1), 4);
    }
    return text;
  }
  /// An output to the words of the buffer from `first` on.
  std::string unswapped(int layer, int first) const {
    const std::string place = filled("\n\n  /* @output@ */\n  out_buf = first + @first@;\n",
                                     {{"output", output_name(layer)}, {"first", first}});
    if (project_.graph[layer].wide) return place + loops(layer, false);
    return place + "  {\n  uint8_t *out = (uint8_t *)out_buf;\n  uint32_t word;\n" + loops(layer, true) + "  }\n";
  }

  const Project<N>& project_;
};

template <int N>
std::string unloading_function(const Project<N>& project) {
  const UnloadingWriter<N> writer(project);
  return project.function("cnn_unload", writer.write(), "uint32_t *out_buf") +
         (exit_layers(project.graph).empty() ? "" : writer.exits());
}

}  // namespace incuse::c_source::detail
