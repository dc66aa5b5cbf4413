// Deployments on the K210 as kmodels of version 3, for firmware that loads such files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <incuse/export/kmodel.hpp>
#include <incuse/k210/deployment.hpp>

namespace incuse {

/// The kmodel of a deployment: all layers of the KPU as they are planned, and for every output of the network the
/// numbers that its codes stand for, as float32, C x H x W, in the order of the image's outputs. The input is codes.
template <class Chip>
std::vector<std::uint8_t> kmodel_of() {
  const auto& image = Chip::image;
  static_assert(image.cpu_step_count == 0, "layers of the processor are not exported yet");
  Kmodel3Writer writer;
  writer.eight_bit_weights = image.eight_bit_weights;
  writer.first_line = static_cast<std::uint32_t>(image.input.line);

  // Main memory: the codes of all outputs, then their numbers.
  const auto padded = [](std::size_t bytes) { return static_cast<std::uint32_t>((bytes + 7) / 8 * 8); };
  const auto elements = [&](int output) {
    return static_cast<std::uint32_t>(image.outputs[output].layout.shape.elements());
  };
  std::vector<std::uint32_t> codes_start, numbers_start;
  std::uint32_t end = 0;
  for (int o = 0; o < image.output_count; ++o) {
    codes_start.push_back(end);
    end += padded(elements(o));
  }
  for (int o = 0; o < image.output_count; ++o) {
    numbers_start.push_back(end);
    writer.outputs.push_back({k210::KmodelMemory::main, k210::KmodelType::f32, end, 4 * elements(o)});
    end += padded(4 * std::size_t{elements(o)});
  }
  writer.main_bytes = end;

  std::vector<std::vector<std::uint8_t>> batch_norms(static_cast<std::size_t>(image.step_count));
  for (int i = 0; i < image.step_count; ++i) {
    const k210::StepImage& step = image.steps[i];
    k210::LayerArguments arguments = decode(step.words);
    arguments.int_en = arguments.send_data_out = 0;  // the loader's business
    arguments.bwsx_base_addr = arguments.para_start_addr = arguments.active_addr = 0;
    const k210::KpuLayer layer = layer_of(arguments, image.eight_bit_weights ? 1 : 2);
    std::vector<std::uint8_t>& batch_norm = batch_norms[static_cast<std::size_t>(i)];
    batch_norm.resize(8 * static_cast<std::size_t>(layer.out_channels));
    for (int o = 0; o < layer.out_channels; ++o) k210::store_word(step.batch_norm[o], batch_norm.data() + 8 * o);
    const int weight_bytes = layer.out_channels * layer.channel_weights() * layer.weight_bytes;
    k210::kmodel3::Conv conv;
    conv.flags = 0;
    conv.tables = {encode(arguments),
                   {step.weights, static_cast<std::size_t>(weight_bytes)},
                   {batch_norm.data(), batch_norm.size()},
                   {step.activation->bytes, k210::activation_bytes}};
    for (int o = 0; o < image.output_count; ++o)
      if (image.outputs[o].line == arguments.image_dst_addr && Chip::plan.graph[i].output) {
        conv.flags = 1;
        conv.main_out = codes_start[static_cast<std::size_t>(o)];
      }
    writer.add(conv);
  }
  for (int o = 0; o < image.output_count; ++o) {
    const k210::CodeScale& scale = image.outputs[o].scale;
    k210::kmodel3::Dequantize numbers;
    numbers.in = codes_start[static_cast<std::size_t>(o)];
    numbers.out = numbers_start[static_cast<std::size_t>(o)];
    numbers.count = elements(o);
    numbers.code = {1.0f / scale.scale, static_cast<float>(-scale.zero_point) / scale.scale};
    writer.add(numbers);
  }
  return writer.bytes();
}

}  // namespace incuse
