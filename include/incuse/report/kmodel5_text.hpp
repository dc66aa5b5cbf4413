// A kmodel of version 5 as text: its modules, what goes in and out, the layers of the KPU and their words by name.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <incuse/k210/device.hpp>
#include <incuse/k210/kmodel/kmodel5.hpp>
#include <incuse/report/kmodel_text.hpp>
#include <incuse/report/table.hpp>

namespace incuse::report {

namespace detail {

inline std::string tensor_text(const k210::Kmodel5Tensor& tensor) {
  std::string text;
  for (int i = 0; i < tensor.rank; ++i) text += (i == 0 ? "" : "x") + std::to_string(tensor.sizes[i]);
  return text + (tensor.range.type == 9 ? " f32" : tensor.range.type == 4 ? " u8" : "");
}

inline std::string size_text(const Shape& shape) {
  return std::to_string(shape.channels) + 'x' + std::to_string(shape.height) + 'x' + std::to_string(shape.width);
}

}  // namespace detail

/// What the model consists of, and how much memory it takes.
inline std::string kmodel5_summary(const k210::Kmodel5& model) {
  const auto file_bytes = static_cast<long long>(model.file_bytes);
  std::string text = "Kmodel of version 5, 8-bit weights\n";
  const auto line = [&](const std::string& words) { text += "  " + words + '\n'; };
  long long weights = 0;
  for (int i = 0; i < model.layer_count; ++i) weights += model.layers[i].weights.bytes;
  line(std::to_string(model.layer_count) + " layers of the KPU, " + std::to_string(model.transfers) +
       " transfers between main memory and AI RAM");
  line(grouped(file_bytes) + " bytes, " + grouped(weights) + " of them weights of the KPU");
  for (int i = 0; i < model.module_count; ++i) {
    const k210::Kmodel5Module& module = model.modules[i];
    line(std::string("module ") + module.kind + ": functions " + std::to_string(module.functions) + ", instructions " +
         grouped(module.text_bytes) + " bytes, constants " + grouped(module.constant_bytes) + " bytes");
  }
  for (int i = 0; i < model.input_count; ++i) line("input: " + detail::tensor_text(model.inputs[i]));
  for (int i = 0; i < model.output_count; ++i) line("output: " + detail::tensor_text(model.outputs[i]));
  line("main memory: " + grouped(model.main_bytes()) + " bytes; with the file " +
       grouped(model.main_bytes() + file_bytes) + " of " + grouped(k210_kpu.general_bytes));
  return text;
}

/// Summary, layers of the KPU, and their words by name.
inline std::string kmodel5_text(const k210::Kmodel5& model) {
  Table table("rrlllrl");
  table.add({"Layer", "Function", "Kind", "Reads", "Writes", "Weights", "To main memory"});
  std::string fields = "Fields (sizes and counts of layer words are less one)\n";
  for (int i = 0; i < model.layer_count; ++i) {
    const k210::Kmodel5Layer& layer = model.layers[i];
    const k210::LayerArguments arguments = decode(layer.words);
    table.add({std::to_string(i), std::to_string(layer.function), layer_text(layer.layer),
               detail::size_text(layer.layer.in), detail::size_text(layer.layer.out()), grouped(layer.weights.bytes),
               layer.main_output.bytes == 0 ? "" : grouped(layer.main_output.bytes) + " bytes"});
    std::string words;
    for (const k210::Argument& field : k210::layer_arguments)
      if (arguments.*field.value != 0)
        words += (words.empty() ? "" : ", ") + string_of(field.name) + ' ' + std::to_string(arguments.*field.value);
    fields += detail::wrapped(std::to_string(i) + ": " + words, "  ");
  }
  return kmodel5_summary(model) + "\nLayers of the KPU\n" + table.text() + '\n' + fields;
}

}  // namespace incuse::report
