// What is written into the words of a layer: the fields of a KpuLayer with its addresses, as the vendor's compilers
// fill them in. Source: KPU sheet, section 5.
#pragma once

#include <incuse/k210/registers/layer_words.hpp>

namespace incuse::k210 {

/// Where a layer finds its data, and whether it also streams its output and raises an interrupt.
struct KpuAddresses {
  int src_line = 0;  ///< AI RAM: first line of the input
  int dst_line = 0;  ///< AI RAM: first line of the output
  std::uint32_t batch_norm = 0;
  std::uint32_t weights = 0;
  std::uint32_t activation = 0;
  bool sends_output = false;  ///< stream the output to the FIFO as well
  bool interrupts = false;    ///< raise calc_done at the end
};

/// Fills in where the pixels lie: the input in AI RAM, the output there or sent out.
constexpr void describe_maps(const KpuLayer& layer, const KpuAddresses& at, const Device& device, LayerArguments& a) {
  const Shape in = layer.in, out = layer.out();
  const MapLayout source(in), target(out);
  a.image_src_addr = at.src_line;
  a.image_dst_addr = at.dst_line;
  a.i_ch_num = in.channels - 1;
  a.o_ch_num = out.channels - 1;
  a.i_row_wid = in.width - 1;
  a.i_col_high = in.height - 1;
  a.o_row_wid = out.width - 1;
  a.o_col_high = out.height - 1;
  a.channel_switch_addr = source.block_lines();
  a.row_switch_addr = source.rows.lines;
  a.coef_group = source.rows.groups;
  a.wb_channel_switch_addr = target.block_lines();
  a.wb_row_switch_addr = target.rows.lines;
  a.wb_group = target.rows.groups;
  a.send_data_out = at.sends_output;
  a.channel_byte_num = (out.pixels() - 1) % device.max_channel_bytes;
  a.dma_total_byte = out.elements() - 1;
}

/// The fields of a layer as the vendor's compilers fill them in. Like there, channel_byte_num is cut to 16 bits; a rule
/// forbids streaming where that changes it.
constexpr LayerArguments arguments_of(const KpuLayer& layer, const KpuAddresses& at, const Device& device) {
  const WeightLoads loads = loads_of(layer, device);
  LayerArguments a{};
  describe_maps(layer, at, device, a);
  a.int_en = at.interrupts;
  a.depth_wise_layer = layer.depthwise;
  a.o_ch_num_coef = loads.channels - 1;
  a.kernel_type = layer.kernel == 3;
  a.pool_type = static_cast<int>(layer.pool);
  a.load_para = 1;
  a.dma_burst_size = 15;
  a.pad_value = layer.pad_value;
  a.bwsx_base_addr = at.batch_norm;
  a.load_coor = 1;
  a.load_time = loads.count - 1;
  a.para_size = loads.bytes;
  a.para_start_addr = at.weights;
  a.load_act = 1;
  a.active_addr = at.activation;
  a.shr_w = layer.shr_w;
  a.shr_x = layer.shr_x;
  a.arg_w = layer.arg_w;
  a.arg_x = layer.arg_x;
  a.arg_add = layer.arg_add;
  return a;
}

/// The row of a field, found at compile time, so that the driver does not contain the whole table.
consteval Argument argument_of(long long LayerArguments::*value) {
  for (const Argument& a : layer_arguments)
    if (a.value == value) return a;
  return layer_arguments[0];
}

/// Fills in the addresses of a layer's tables, which are 0 in `words`.
constexpr LayerWords with_addresses(LayerWords words, std::uint32_t batch_norm, std::uint32_t weights,
                                    std::uint32_t activation) {
  constexpr Argument at_batch_norm = argument_of(&LayerArguments::bwsx_base_addr);
  constexpr Argument at_weights = argument_of(&LayerArguments::para_start_addr);
  constexpr Argument at_activation = argument_of(&LayerArguments::active_addr);
  words.words[at_batch_norm.word] |= at_batch_norm.put(batch_norm);
  words.words[at_weights.word] |= at_weights.put(weights);
  words.words[at_activation.word] |= at_activation.put(activation);
  return words;
}

}  // namespace incuse::k210
