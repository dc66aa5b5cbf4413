// A kmodel of version 5 as text: its modules, what goes in and out, what the processor does, the layers of the KPU and
// their words by name.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <incuse/core/keyed_table.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/k210/cpu/program_codes.hpp>
#include <incuse/k210/device.hpp>
#include <incuse/k210/kmodel/kmodel5.hpp>
#include <incuse/report/kmodel_text.hpp>
#include <incuse/report/table.hpp>

namespace incuse::report {

namespace detail {

/// A type of elements, by its number in files of version 5.
struct Kmodel5TypeName {
  int key;
  const char* name;
};
inline constexpr Kmodel5TypeName kmodel5_types[] = {
    {0, "i8"},  {1, "i16"}, {2, "i32"}, {3, "i64"}, {4, "u8"},   {5, "u16"},
    {6, "u32"}, {7, "u64"}, {8, "f16"}, {9, "f32"}, {10, "f64"}, {11, "bf16"},
};
inline constexpr int last_kmodel5_type = 11;
static_assert(is_complete(kmodel5_types, last_kmodel5_type));

inline std::string kmodel5_type(int type) {
  return type >= 0 && type <= last_kmodel5_type ? row_of(kmodel5_types, type).name : "";
}

inline std::string kmodel5_step_name(const k210::Kmodel5Step& step) {
  const bool named = step.operation >= 0 && step.operation <= static_cast<int>(Pairing::last);
  if (!named) return step.name;
  return std::string(step.name) + ' ' + row_of(k210::pairing_words, static_cast<Pairing>(step.operation)).word;
}

inline std::string kmodel5_step_type(const k210::Kmodel5Step& step) {
  const std::string made = kmodel5_type(step.made_type);
  return kmodel5_type(step.type) + (made.empty() ? "" : " to " + made);
}

inline std::string kmodel5_step_reads(const k210::Kmodel5Step& step, const k210::Kmodel5& model) {
  if (step.called_module >= 0)
    return "function " + std::to_string(step.called_function) + " of " + model.modules[step.called_module].kind;
  std::string text;
  for (int i = 0; i < step.rank; ++i)
    text += (i == 0 ? "" : "x") + (step.sizes[i] < 0 ? std::string("?") : std::to_string(step.sizes[i]));
  return text;
}

/// What the processor does, counted by name.
inline std::string kmodel5_counts(const k210::Kmodel5& model) {
  std::map<std::string, int> counts;
  for (int i = 0; i < model.step_count; ++i) ++counts[model.steps[i].name];
  std::string text;
  for (const auto& [name, count] : counts) text += (text.empty() ? "" : ", ") + std::to_string(count) + ' ' + name;
  return text;
}

inline std::string tensor_text(const k210::Kmodel5Tensor& tensor) {
  std::string text;
  for (int i = 0; i < tensor.rank; ++i) text += (i == 0 ? "" : "x") + std::to_string(tensor.sizes[i]);
  const std::string type = kmodel5_type(tensor.range.type);
  return text + (type.empty() ? "" : ' ' + type);
}

}  // namespace detail

/// The fewest cycles that the layers of the KPU can take. What the processor does comes on top.
inline Latency least_cycles_of(const k210::Kmodel5& model) {
  Latency latency{.least = true, .incomplete = true};
  for (int i = 0; i < model.layer_count; ++i)
    latency.total += detail::batch_cycles(model.layers[i].layer, model.layers[i].batches);
  return latency;
}

/// The memories that a model takes, and the firmware that reads it, a line each.
inline std::vector<std::string> kmodel_needs(const k210::Kmodel5& model) {
  long long ram = 0;
  for (int i = 0; i < model.module_count; ++i) ram += model.modules[i].ram_bytes;
  return {detail::main_memory_text(model.main_bytes(), static_cast<long long>(model.file_bytes)),
          "AI RAM: " + grouped(ram) + " of " + grouped(1LL * k210_kpu.ram_lines * k210::line_bytes) + " bytes",
          firmware_text(5)};
}

/// What the model consists of, how much memory it takes, and how long at least.
inline std::string kmodel5_summary(const k210::Kmodel5& model, const Supply& supply) {
  const auto file_bytes = static_cast<long long>(model.file_bytes);
  std::string text = "Kmodel of version 5, 8-bit weights\n";
  const auto line = [&](const std::string& words) { text += "  " + words + '\n'; };
  long long weights = 0;
  for (int i = 0; i < model.layer_count; ++i) weights += model.layers[i].weights.bytes;
  line(std::to_string(model.layer_count) + " layers of the KPU, " + std::to_string(model.transfers) +
       " transfers between main memory and AI RAM");
  if (!model.steps_known)
    line("what the processor does is not named: its program is numbered otherwise than by the compiler's last release");
  else if (model.step_count > 0)
    text += detail::wrapped(
        "the processor's " + std::to_string(model.step_count) + " functions: " + detail::kmodel5_counts(model), "  ");
  line(grouped(file_bytes) + " bytes, " + grouped(weights) + " of them weights of the KPU");
  for (int i = 0; i < model.module_count; ++i) {
    const k210::Kmodel5Module& module = model.modules[i];
    line(std::string("module ") + module.kind + ": functions " + std::to_string(module.functions) + ", instructions " +
         grouped(module.text_bytes) + " bytes, constants " + grouped(module.constant_bytes) + " bytes");
  }
  for (int i = 0; i < model.input_count; ++i) line("input: " + detail::tensor_text(model.inputs[i]));
  for (int i = 0; i < model.output_count; ++i) line("output: " + detail::tensor_text(model.outputs[i]));
  for (const std::string& need : kmodel_needs(model)) line(need);
  line("time: " + time_text(least_cycles_of(model), supply));
  return text;
}

/// What the processor does, one function after the other; calls are those of the KPU's functions.
inline std::string kmodel5_steps(const k210::Kmodel5& model) {
  if (model.step_count == 0) return "";
  Table table("rlrll");
  table.add({"Step", "Function", "Number", "Type", "Reads or calls"});
  for (int i = 0; i < model.step_count; ++i) {
    const k210::Kmodel5Step& step = model.steps[i];
    table.add({std::to_string(i), detail::kmodel5_step_name(step), std::to_string(step.number),
               detail::kmodel5_step_type(step), detail::kmodel5_step_reads(step, model)});
  }
  return "\nProcessor\n" + table.text();
}

/// Summary, what the processor does, layers of the KPU, and their words by name.
inline std::string kmodel5_text(const k210::Kmodel5& model, const Supply& supply = usual_supply(k210_kpu)) {
  Table table("rrlllrlr");
  table.add({"Layer", "Function", "Kind", "Reads", "Writes", "Weights", "To main memory", "Least cycles"});
  std::string fields = "Fields (sizes and counts of layer words are less one)\n";
  for (int i = 0; i < model.layer_count; ++i) {
    const k210::Kmodel5Layer& layer = model.layers[i];
    const k210::LayerArguments arguments = decode(layer.words);
    table.add({std::to_string(i), std::to_string(layer.function), layer_text(layer.layer), text_of(layer.layer.in),
               text_of(layer.layer.out()), grouped(layer.weights.bytes),
               layer.main_output.bytes == 0 ? "" : grouped(layer.main_output.bytes) + " bytes",
               grouped(detail::batch_cycles(layer.layer, layer.batches))});
    std::string words;
    for (const k210::Argument& field : k210::layer_arguments)
      if (arguments.*field.value != 0)
        words += (words.empty() ? "" : ", ") + string_of(field.name) + ' ' + std::to_string(arguments.*field.value);
    fields += detail::wrapped(std::to_string(i) + ": " + words, "  ");
  }
  return kmodel5_summary(model, supply) + kmodel5_steps(model) + "\nLayers of the KPU\n" + table.text() + '\n' + fields;
}

}  // namespace incuse::report
