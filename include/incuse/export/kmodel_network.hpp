// Deployments on the K210 as kmodels of version 3, for firmware that loads such files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <incuse/export/kmodel.hpp>
#include <incuse/k210/deployment.hpp>
#include <incuse/k210/kmodel/firmware_rules.hpp>

namespace incuse {

namespace detail {

/// Makes nodes of the steps of a deployment, in their order. Main memory is the driver's working memory, followed by
/// what only the file needs: outputs of codes, dequantised.
template <class Chip>
class NetworkExport {
 public:
  std::vector<std::uint8_t> bytes() {
    writer_.eight_bit_weights = image.eight_bit_weights;
    writer_.first_line = lowest_line();
    reserve_codes();
    const auto& graph = Chip::plan.graph;
    for (int i = 0, on_kpu = 0, on_cpu = 0, output = 0; i < graph.size; ++i) {
      if (graph[i].on_cpu())
        add(image.cpu_steps[on_cpu++]);
      else
        add(image.steps[on_kpu++], graph[i].output);
      if (graph[i].output) add_output(image.outputs[output++]);
    }
    writer_.main_bytes = end_;
    return writer_.bytes();
  }

 private:
  static constexpr const auto& image = Chip::image;

  static std::uint32_t lowest_line() {
    int lowest = k210_kpu.ram_lines;
    for (int t = network_input; t < Chip::plan.size; ++t)
      if (Chip::plan.map(t).placed()) lowest = min_of(lowest, Chip::plan.map(t).line);
    return lowest == k210_kpu.ram_lines ? 0 : static_cast<std::uint32_t>(lowest);
  }

  // Memory.
  static std::uint32_t unsigned_of(int number) { return static_cast<std::uint32_t>(number); }
  /// A place after all others. Sizes are rounded up to a multiple of 8, which DMA moves at a time.
  std::uint32_t place(std::size_t bytes) {
    const std::uint32_t start = end_;
    end_ += static_cast<std::uint32_t>((bytes + 7) / 8 * 8);
    return start;
  }
  /// Outputs of the KPU that no layer on the CPU reads share one place: their codes are dequantised at once.
  void reserve_codes() {
    int most = 0;
    for (int o = 0; o < image.output_count; ++o)
      if (!image.outputs[o].in_main()) most = max_of(most, image.outputs[o].layout.shape.elements());
    codes_start_ = place(static_cast<std::size_t>(most));
  }

  // Layers of the KPU.
  void add(const k210::StepImage& step, bool is_output) {
    k210::LayerArguments arguments = decode(step.words);
    arguments.int_en = arguments.send_data_out = 0;  // the loader sets them
    arguments.bwsx_base_addr = arguments.para_start_addr = arguments.active_addr = 0;
    const k210::KpuLayer layer = layer_of(arguments, image.eight_bit_weights ? 1 : 2);
    const int weight_bytes = layer.out_channels * layer.channel_weights() * layer.weight_bytes;
    const std::vector<std::uint64_t> batch_norm(step.batch_norm, step.batch_norm + layer.out_channels);
    k210::kmodel3::Conv node;
    node.flags = 0;
    node.tables = {encode(arguments),
                   {step.weights, static_cast<std::size_t>(weight_bytes)},
                   {lists_.keep(batch_norm).data, 8 * batch_norm.size()},
                   {step.activation->bytes, k210::activation_bytes}};
    const bool in_main = step.main_byte != k210::not_placed;
    if (in_main || is_output) {
      node.flags = 1;
      node.main_out = in_main ? unsigned_of(step.main_byte) : codes_start_;
    }
    writer_.add(node);
  }

  // Layers that run on the CPU.
  void add(const k210::CpuStepImage& step) {
    using k210::Task;
    if (!firmware::has_node(step.layer)) return;  // a rule says so
    switch (step.layer.task) {
      case Task::add:
        return add_sum(k210::kmodel3::Add{}, step);
      case Task::quantized_add:
        return add_quantized_sum(step);
      case Task::concat:
        return add_concat(k210::kmodel3::Concat{}, step, k210::Element::real);
      case Task::quantized_concat:
        return add_concat(k210::kmodel3::QuantizedConcat{}, step, k210::Element::code);
      case Task::max_pool:
        return add_pool(k210::kmodel3::QuantizedMaxPool{}, step);
      case Task::average_pool:
        return add_pool(k210::kmodel3::AveragePool{}, step);
      case Task::global_average_pool:
        return add_mean(step);
      case Task::fully_connected:
        return add_connected(step);
      case Task::quantize:
        return add_quantize(step);
      case Task::dequantize:
        return add_dequantize(step);
      case Task::requantize:
        return add_requantize(step);
      case Task::softmax:
        return add_elementwise(k210::kmodel3::Softmax{}, step);
      case Task::logistic:
        return add_elementwise(k210::kmodel3::Logistic{}, step);
      case Task::l2_normalize:
        return add_elementwise(k210::kmodel3::L2Normalization{}, step);
      case Task::resize:
        return add_resize(k210::kmodel3::ResizeNearest<k210::KmodelType::f32>{}, step);
      case Task::quantized_resize:
        return add_resize(k210::kmodel3::ResizeNearest<k210::KmodelType::u8>{}, step);
      case Task::flatten:
        return add_flatten(step);
      case Task::add_padding:
        return add_padding(step);
      case Task::remove_padding:
        return add_without_padding(step);
      case Task::upload:
        return add_copy(step);
      default:
        return;
    }
  }

  static k210::kmodel3::Sizes sizes_of(Shape shape) {
    return {unsigned_of(shape.width), unsigned_of(shape.height), unsigned_of(shape.channels)};
  }
  static k210::kmodel3::Pair pair_of(Extent extent) { return {unsigned_of(extent.width), unsigned_of(extent.height)}; }

  /// A node that reads a tensor and writes one, both in main memory.
  template <class Node>
  void add_main(Node node, const k210::CpuStepImage& step) {
    node.in = unsigned_of(step.sources[0]);
    node.out = unsigned_of(step.result);
    writer_.add(node);
  }
  template <class Node>
  void add_elementwise(Node node, const k210::CpuStepImage& step) {
    node.count = unsigned_of(step.elements[0]);
    add_main(node, step);
  }
  template <class Node>
  void add_upload(Node node, const k210::CpuStepImage& step) {
    node.in = unsigned_of(step.sources[0]);
    node.ram_line = unsigned_of(step.result);
    writer_.add(node);
  }
  void add_quantized_sum(const k210::CpuStepImage& step) {
    k210::kmodel3::QuantizedAdd node;
    node.a_scale = step.parameters.sum.a;
    node.b_scale = step.parameters.sum.b;
    node.out_scale = step.parameters.sum.out;
    add_sum(node, step);
  }
  void add_mean(const k210::CpuStepImage& step) {
    k210::kmodel3::GlobalAveragePool node;
    node.pixels = unsigned_of(step.layer.in.pixels());
    node.channels = unsigned_of(step.layer.in.channels);
    add_main(node, step);
  }
  void add_quantize(const k210::CpuStepImage& step) {
    k210::kmodel3::Quantize node;
    node.code = step.parameters.code;
    add_elementwise(node, step);
  }
  void add_requantize(const k210::CpuStepImage& step) {
    k210::kmodel3::Requantize node;
    node.table = {step.parameters.table, k210::highest_code + 1};
    add_elementwise(node, step);
  }
  void add_flatten(const k210::CpuStepImage& step) {
    k210::kmodel3::Flatten node;
    node.size = sizes_of(step.layer.in);
    add_main(node, step);
  }
  void add_padding(const k210::CpuStepImage& step) {
    k210::kmodel3::AddPadding node;
    node.channels = unsigned_of(step.layer.in.channels);
    add_upload(node, step);
  }
  void add_without_padding(const k210::CpuStepImage& step) {
    k210::kmodel3::RemovePadding node;
    node.channels = unsigned_of(step.layer.in.channels);
    add_main(node, step);
  }
  void add_copy(const k210::CpuStepImage& step) {
    k210::kmodel3::Upload node;
    node.size = sizes_of(step.layer.in);
    add_upload(node, step);
  }
  template <class Node>
  void add_sum(Node node, const k210::CpuStepImage& step) {
    node.a = unsigned_of(step.sources[0]);
    node.b = unsigned_of(step.sources[1]);
    node.out = unsigned_of(step.result);
    node.count = unsigned_of(step.elements[0]);
    writer_.add(node);
  }
  template <class Node>
  void add_concat(Node node, const k210::CpuStepImage& step, k210::Element element) {
    std::vector<std::uint32_t> inputs;
    for (int i = 0; i < step.operands; ++i) {
      inputs.push_back(unsigned_of(step.sources[i]));
      inputs.push_back(unsigned_of(step.elements[i] * bytes_of(element)));
    }
    node.out = unsigned_of(step.result);
    node.count = unsigned_of(step.operands);
    node.inputs = lists_.keep(inputs);
    writer_.add(node);
  }
  template <class Node>
  void add_pool(Node node, const k210::CpuStepImage& step) {
    node.in_size = sizes_of(step.layer.in);
    node.out_size = sizes_of(step.layer.out);
    node.kernel = pair_of(step.layer.window.kernel);
    node.stride = pair_of(step.layer.window.stride);
    node.padding = pair_of(step.layer.window.padding);
    add_main(node, step);
  }
  template <class Node>
  void add_resize(Node node, const k210::CpuStepImage& step) {
    node.size = sizes_of(step.layer.in);
    node.out_size = pair_of(step.layer.out.extent());
    add_main(node, step);
  }
  void add_dequantize(const k210::CpuStepImage& step) {
    const Shape shape = step.layer.in;
    if (step.parameters.channels == nullptr) {
      k210::kmodel3::Dequantize node;
      node.code = step.parameters.code;
      return add_elementwise(node, step);
    }
    std::vector<float> codes;
    for (int c = 0; c < shape.channels; ++c) {
      codes.push_back(step.parameters.channels[c].scale);
      codes.push_back(step.parameters.channels[c].bias);
    }
    k210::kmodel3::ChannelwiseDequantize node;
    node.channels = unsigned_of(shape.channels);
    node.pixels = unsigned_of(shape.pixels());
    node.codes = lists_.keep(codes);
    add_main(node, step);
  }
  /// Signed bytes become real numbers. Their unit is a power of two, so that multiplying each weight by it gives the
  /// same result as multiplying the sum.
  void add_connected(const k210::CpuStepImage& step) {
    const k210::CpuParameters& with = step.parameters;
    const auto real = [&](const float* reals, const Tensor& signed_bytes, int i) {
      if (reals != nullptr) return reals[i];
      return signed_bytes.empty() ? 0.0f : static_cast<float>(signed_bytes[i]) * with.byte_unit;
    };
    const int in = step.layer.in.elements(), out = step.layer.out.channels;
    std::vector<float> weights, bias;
    for (int i = 0; i < in * out; ++i) weights.push_back(real(with.weights, with.byte_weights, i));
    for (int o = 0; o < out; ++o) bias.push_back(real(with.bias, with.byte_bias, o));
    k210::kmodel3::FullyConnected node;
    node.in_channels = unsigned_of(in);
    node.out_channels = unsigned_of(out);
    node.activation = step.layer.activation == Activation::relu ? 1 : step.layer.activation == Activation::none ? 0 : 2;
    node.weights = lists_.keep(weights);
    node.bias = lists_.keep(bias);
    add_main(node, step);
  }

  // Outputs.
  void add_output(const k210::MapImage& map) {
    const std::uint32_t elements = unsigned_of(map.layout.shape.elements());
    std::uint32_t start = unsigned_of(map.main_byte);
    if (map.element == k210::Element::code) {
      k210::kmodel3::Dequantize numbers;
      numbers.in = map.in_main() ? start : codes_start_;
      numbers.out = start = place(4 * std::size_t{elements});
      numbers.count = elements;
      numbers.code = linear_scale(map.scale);
      writer_.add(numbers);
    }
    writer_.outputs.push_back({k210::KmodelMemory::main, k210::KmodelType::f32, start, 4 * elements});
  }

  Kmodel3Writer writer_{};
  std::uint32_t end_ = unsigned_of(image.main_bytes);
  std::uint32_t codes_start_ = 0;
  KeptLists lists_{};
};

}  // namespace detail

/// The reasons why a deployment cannot become a kmodel; empty if it can.
template <class Chip>
inline constexpr Findings kmodel_findings = [] {
  Findings found = firmware::check(Chip::graph, Chip::plan, Chip::device);
  found.add(firmware::check_numbers(Chip::graph, Chip::plan, Chip::image));
  return found;
}();

/// The kmodel of a deployment: all its layers as they are planned, those of the KPU and those that run on the CPU.
/// Outputs are float32, C x H x W, in the order of the image's outputs: those of codes are dequantised by an additional
/// node. The input is that of the image, codes or float32. What firmware cannot do is a compile error that names the
/// layer (k210/kmodel/firmware_rules.hpp).
template <class Chip>
std::vector<std::uint8_t> kmodel_of() {
  static_assert(sizeof(explained<kmodel_findings<Chip>, Chip::device>) > 0);
  if constexpr (kmodel_findings<Chip>.ok()) return detail::NetworkExport<Chip>().bytes();
  return {};
}

}  // namespace incuse
