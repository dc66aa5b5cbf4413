// Runs the nodes of kmodels of version 3: fetches the operands, calls the layer, stores the result. What a node
// computes is in k210/cpu/software_layers.hpp and k210/arithmetic.hpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <incuse/host/kmodel_memory.hpp>
#include <incuse/k210/cpu/software_layers.hpp>
#include <incuse/k210/kmodel/kmodel.hpp>

namespace incuse::host {

/// Runs nodes one by one, on memories that it shares with its owner. `Kpu` runs those of the KPU.
template <class Kpu = ReferenceKpu>
class Kmodel3Nodes {
 public:
  Kmodel3Nodes(KmodelMemories& memories, int weight_bytes, Kpu kpu)
      : memories_(memories), weight_bytes_(weight_bytes), kpu_(std::move(kpu)) {}

  /// Why the last node could not be run; empty if it was.
  const std::string& error() const { return error_; }
  const Kpu& kpu() const { return kpu_; }

  void run(const k210::kmodel3::Add& node) {
    const auto a = floats(node.a, node.count), b = floats(node.b, node.count);
    std::vector<float> out(node.count);
    k210::add(a.data(), b.data(), int_of(node.count), out.data());
    store(node.out, out);
  }
  /// Like the SDK, which processes eight codes at a time, this writes up to seven more than the node has, but not
  /// beyond the end of main memory.
  void run(const k210::kmodel3::QuantizedAdd& node) {
    const std::uint32_t highest = std::max({node.a, node.b, node.out});
    const auto room = static_cast<std::uint32_t>(memories_.main().size()) - highest;
    const std::uint32_t count = std::min((node.count + 7) / 8 * 8, room);
    const auto a = codes(node.a, count), b = codes(node.b, count);
    std::vector<std::uint8_t> out(count);
    k210::quantized_add(a.data(), node.a_scale, b.data(), node.b_scale, int_of(count), node.out_scale, out.data());
    store(node.out, out);
  }
  void run(const k210::kmodel3::GlobalAveragePool& node) {
    const auto in = floats(node.in, std::size_t{node.pixels} * node.channels);
    std::vector<float> out(node.channels);
    k210::global_average_pool(in.data(), int_of(node.pixels), int_of(node.channels), out.data());
    store(node.out, out);
  }
  void run(const k210::kmodel3::QuantizedMaxPool& node) {
    const auto in = codes(node.in, node.in_size.elements());
    std::vector<std::uint8_t> out(node.out_size.elements());
    k210::max_pool(in.data(), node.in_size.shape(), node.out_size.shape(), node.window(), out.data());
    store(node.out, out);
  }
  void run(const k210::kmodel3::AveragePool& node) {
    const auto in = floats(node.in, node.in_size.elements());
    std::vector<float> out(node.out_size.elements());
    k210::average_pool(in.data(), node.in_size.shape(), node.out_size.shape(), node.window(), out.data());
    store(node.out, out);
  }
  void run(const k210::kmodel3::Quantize& node) {
    const auto in = floats(node.in, node.count);
    std::vector<std::uint8_t> out(node.count);
    k210::quantize(in.data(), int_of(node.count), node.code, out.data());
    store(node.out, out);
  }
  void run(const k210::kmodel3::Dequantize& node) {
    const auto in = codes(node.in, node.count);
    std::vector<float> out(node.count);
    k210::dequantize(in.data(), int_of(node.count), node.code, out.data());
    store(node.out, out);
  }
  void run(const k210::kmodel3::Requantize& node) {
    auto values = codes(node.in, node.count);
    k210::requantize(values.data(), int_of(node.count), node.table.data, values.data());
    store(node.out, values);
  }
  void run(const k210::kmodel3::L2Normalization& node) { run_floats(node, k210::l2_normalize); }
  void run(const k210::kmodel3::Softmax& node) { run_floats(node, k210::softmax); }
  void run(const k210::kmodel3::Logistic& node) { run_floats(node, k210::logistic); }
  void run(const k210::kmodel3::Concat& node) {
    std::vector<std::uint8_t> out;
    for (std::size_t i = 0; i < node.count; ++i) {
      const auto in = codes(node.inputs[2 * i], node.inputs[2 * i + 1]);
      out.insert(out.end(), in.begin(), in.end());
    }
    store(node.out, out);
  }
  void run(const k210::kmodel3::FullyConnected& node) {
    const auto in = floats(node.in, node.in_channels);
    const std::vector<float> weights = values(node.weights), bias = values(node.bias);
    std::vector<float> out(node.out_channels);
    k210::fully_connected(in.data(), int_of(node.in_channels), weights.data(), bias.data(), int_of(node.out_channels),
                          node.clamp(), out.data());
    store(node.out, out);
  }
  void run(const k210::kmodel3::Flatten& node) {
    const auto in = floats(node.in, node.size.elements());
    std::vector<float> out(in.size());
    k210::flatten(in.data(), node.size.shape(), out.data());
    store(node.out, out);
  }
  void run(const k210::kmodel3::ResizeNearest<k210::KmodelType::f32>& node) { run_resize<float>(node); }
  void run(const k210::kmodel3::ResizeNearest<k210::KmodelType::u8>& node) { run_resize<std::uint8_t>(node); }
  void run(const k210::kmodel3::ChannelwiseDequantize& node) {
    const auto in = codes(node.in, std::size_t{node.channels} * node.pixels);
    std::vector<float> out(in.size());
    std::vector<k210::LinearScale> scales;
    for (std::size_t c = 0; c < node.channels; ++c) scales.push_back({node.codes[2 * c], node.codes[2 * c + 1]});
    k210::dequantize_channels(in.data(), int_of(node.channels), int_of(node.pixels), scales.data(), out.data());
    store(node.out, out);
  }
  /// The output is always written to AI RAM, and to main memory, without gaps, if the node says so.
  void run(const k210::kmodel3::Conv& node) {
    const k210::LayerArguments arguments = decode(node.tables.words);
    const auto out = kpu_.run(node.tables, weight_bytes_,
                              memories_.read(k210::KmodelMemory::kpu, byte_of(arguments.image_src_addr)), error_);
    memories_.store_maps(byte_of(arguments.image_dst_addr), layer_of(arguments, weight_bytes_).out(), out);
    if (node.to_main()) store(node.main_out, out);
  }
  void run(const k210::kmodel3::AddPadding& node) {
    memories_.store_padded(byte_of(node.ram_line), codes(node.in, node.channels));
  }
  void run(const k210::kmodel3::RemovePadding& node) {
    const auto in = codes(node.in, node.channels * static_cast<std::size_t>(padded_extent.area()));
    std::vector<std::uint8_t> out(node.channels);
    k210::remove_padding(in.data(), int_of(node.channels), out.data());
    store(node.out, out);
  }
  void run(const k210::kmodel3::Upload& node) {
    memories_.store_maps(byte_of(node.ram_line), node.size.shape(), codes(node.in, node.size.elements()));
  }

 private:
  static int int_of(std::uint32_t count) { return static_cast<int>(count); }
  static std::uint64_t byte_of(long long line) { return static_cast<std::uint64_t>(line) * k210::line_bytes; }

  std::vector<float> floats(std::uint32_t address, std::size_t count) const {
    return memories_.tensor<float>(k210::KmodelMemory::main, address, count);
  }
  std::vector<std::uint8_t> codes(std::uint32_t address, std::size_t count) const {
    return memories_.tensor<std::uint8_t>(k210::KmodelMemory::main, address, count);
  }
  static std::vector<float> values(const k210::NumberList<float>& list) {
    std::vector<float> result(list.size);
    for (std::size_t i = 0; i < list.size; ++i) result[i] = list[i];
    return result;
  }
  template <class Element>
  void store(std::uint32_t address, const std::vector<Element>& values) {
    memories_.store(k210::KmodelMemory::main, address, values);
  }
  template <class Layer>
  void run_floats(const k210::kmodel3::Elementwise& node, const Layer& layer) {
    const auto in = floats(node.in, node.count);
    std::vector<float> out(node.count);
    layer(in.data(), int_of(node.count), out.data());
    store(node.out, out);
  }
  template <class Element, class Node>
  void run_resize(const Node& node) {
    const auto in = memories_.tensor<Element>(k210::KmodelMemory::main, node.in, node.size.elements());
    std::vector<Element> out(std::size_t{node.out_size.width} * node.out_size.height * node.size.channels);
    k210::resize_nearest(in.data(), node.size.shape(), node.out_size.extent(), out.data());
    store(node.out, out);
  }

  KmodelMemories& memories_;
  int weight_bytes_;
  Kpu kpu_;
  std::string error_{};
};

Kmodel3Nodes(KmodelMemories&, int, k210::Emulator)->Kmodel3Nodes<ReferenceKpu>;

}  // namespace incuse::host
