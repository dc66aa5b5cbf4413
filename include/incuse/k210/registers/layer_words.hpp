// The twelve words that describe a layer to the KPU, through named fields: encoding, decoding, the check for values
// that do not fit, and printing all walk one table. Source: KPU sheet, section 5; names are those of the vendor's SDK.
#pragma once

#include <cstdint>

#include <incuse/k210/plan/layout.hpp>
#include <incuse/k210/tables/tables.hpp>

namespace incuse::k210 {

/// The fields as encoded in the words: sizes and counts minus one, addresses of maps are lines, all other
/// addresses are bus addresses.
struct LayerArguments {
  long long int_en = 0;
  long long ram_flag = 0;
  long long full_add = 0;
  long long depth_wise_layer = 0;
  long long image_src_addr = 0;
  long long image_dst_addr = 0;
  long long i_ch_num = 0;
  long long o_ch_num = 0;
  long long o_ch_num_coef = 0;
  long long i_row_wid = 0;
  long long i_col_high = 0;
  long long o_row_wid = 0;
  long long o_col_high = 0;
  long long kernel_type = 0;
  long long pad_type = 0;
  long long pool_type = 0;
  long long first_stride = 0;
  long long bypass_conv = 0;
  long long load_para = 0;
  long long dma_burst_size = 0;
  long long pad_value = 0;
  long long bwsx_base_addr = 0;
  long long load_coor = 0;
  long long load_time = 0;
  long long para_size = 0;
  long long para_start_addr = 0;
  long long coef_column_offset = 0;
  long long coef_row_offset = 0;
  long long channel_switch_addr = 0;
  long long row_switch_addr = 0;
  long long coef_size = 0;
  long long coef_group = 0;
  long long load_act = 0;
  long long active_addr = 0;
  long long wb_channel_switch_addr = 0;
  long long wb_row_switch_addr = 0;
  long long wb_group = 0;
  long long shr_w = 0;
  long long shr_x = 0;
  long long arg_w = 0;
  long long arg_x = 0;
  long long arg_add = 0;
  long long send_data_out = 0;
  long long channel_byte_num = 0;
  long long dma_total_byte = 0;
};

/// A field: its word, its bits in it, and its member of LayerArguments.
struct Argument : BitField {
  int word;
  long long LayerArguments::*value;
};

#define INCUSE_ARGUMENT(name, word, low, width, is_signed) \
  { {#name, low, width, is_signed}, word, &LayerArguments::name }

/// All fields, in the order of the words.
inline constexpr Argument layer_arguments[] = {
    INCUSE_ARGUMENT(int_en, 0, 0, 1, false),
    INCUSE_ARGUMENT(ram_flag, 0, 1, 1, false),
    INCUSE_ARGUMENT(full_add, 0, 2, 1, false),
    INCUSE_ARGUMENT(depth_wise_layer, 0, 3, 1, false),
    INCUSE_ARGUMENT(image_src_addr, 1, 0, 15, false),
    INCUSE_ARGUMENT(image_dst_addr, 1, 32, 15, false),
    INCUSE_ARGUMENT(i_ch_num, 2, 0, 10, false),
    INCUSE_ARGUMENT(o_ch_num, 2, 32, 10, false),
    INCUSE_ARGUMENT(o_ch_num_coef, 2, 48, 10, false),
    INCUSE_ARGUMENT(i_row_wid, 3, 0, 10, false),
    INCUSE_ARGUMENT(i_col_high, 3, 10, 9, false),
    INCUSE_ARGUMENT(o_row_wid, 3, 32, 10, false),
    INCUSE_ARGUMENT(o_col_high, 3, 42, 9, false),
    INCUSE_ARGUMENT(kernel_type, 4, 0, 3, false),
    INCUSE_ARGUMENT(pad_type, 4, 3, 1, false),
    INCUSE_ARGUMENT(pool_type, 4, 4, 4, false),
    INCUSE_ARGUMENT(first_stride, 4, 8, 1, false),
    INCUSE_ARGUMENT(bypass_conv, 4, 9, 1, false),
    INCUSE_ARGUMENT(load_para, 4, 10, 1, false),
    INCUSE_ARGUMENT(dma_burst_size, 4, 16, 8, false),
    INCUSE_ARGUMENT(pad_value, 4, 24, 8, false),
    INCUSE_ARGUMENT(bwsx_base_addr, 4, 32, 32, false),
    INCUSE_ARGUMENT(load_coor, 5, 0, 1, false),
    INCUSE_ARGUMENT(load_time, 5, 1, 6, false),
    INCUSE_ARGUMENT(para_size, 5, 15, 17, false),
    INCUSE_ARGUMENT(para_start_addr, 5, 32, 32, false),
    INCUSE_ARGUMENT(coef_column_offset, 6, 0, 4, false),
    INCUSE_ARGUMENT(coef_row_offset, 6, 4, 12, false),
    INCUSE_ARGUMENT(channel_switch_addr, 7, 0, 15, false),
    INCUSE_ARGUMENT(row_switch_addr, 7, 16, 4, false),
    INCUSE_ARGUMENT(coef_size, 7, 20, 8, false),
    INCUSE_ARGUMENT(coef_group, 7, 28, 3, false),
    INCUSE_ARGUMENT(load_act, 7, 31, 1, false),
    INCUSE_ARGUMENT(active_addr, 7, 32, 32, false),
    INCUSE_ARGUMENT(wb_channel_switch_addr, 8, 0, 15, false),
    INCUSE_ARGUMENT(wb_row_switch_addr, 8, 16, 4, false),
    INCUSE_ARGUMENT(wb_group, 8, 20, 3, false),
    INCUSE_ARGUMENT(shr_w, 9, 0, 4, false),
    INCUSE_ARGUMENT(shr_x, 9, 4, 4, false),
    INCUSE_ARGUMENT(arg_w, 9, 8, 24, true),
    INCUSE_ARGUMENT(arg_x, 9, 32, 24, true),
    INCUSE_ARGUMENT(arg_add, 10, 0, 40, true),
    INCUSE_ARGUMENT(send_data_out, 11, 0, 1, false),
    INCUSE_ARGUMENT(channel_byte_num, 11, 16, 16, false),
    INCUSE_ARGUMENT(dma_total_byte, 11, 32, 32, false),
};

#undef INCUSE_ARGUMENT

/// The twelve words in the order of the FIFO.
struct LayerWords {
  std::uint64_t words[fifo_words]{};

  friend constexpr bool operator==(const LayerWords&, const LayerWords&) = default;
};

/// The words of a layer. Values that do not fit their field are cut: see `overflow_of`.
constexpr LayerWords encode(const LayerArguments& arguments) {
  LayerWords result{};
  for (const Argument& a : layer_arguments) result.words[a.word] |= a.put(arguments.*a.value);
  return result;
}

/// The fields of a layer's words.
constexpr LayerArguments decode(const LayerWords& words) {
  LayerArguments result{};
  for (const Argument& a : layer_arguments) result.*a.value = a.get(words.words[a.word]);
  return result;
}

/// The first field whose value does not fit; null if all do.
constexpr const Argument* overflow_of(const LayerArguments& arguments) {
  for (const Argument& a : layer_arguments)
    if (!a.holds(arguments.*a.value)) return &a;
  return nullptr;
}

/// The highest value of the field with this member.
constexpr long long highest_of(long long LayerArguments::*value) {
  for (const Argument& a : layer_arguments)
    if (a.value == value) return a.highest();
  return 0;
}

/// The layer that words describe. `weight_bytes` is 1 in the eight-bit mode, else 2.
constexpr KpuLayer layer_of(const LayerArguments& a, int weight_bytes) {
  KpuLayer layer;
  layer.in = {static_cast<int>(a.i_ch_num) + 1, static_cast<int>(a.i_col_high) + 1, static_cast<int>(a.i_row_wid) + 1};
  layer.out_channels = static_cast<int>(a.o_ch_num) + 1;
  layer.kernel = a.kernel_type == 0 ? 1 : 3;
  layer.depthwise = a.depth_wise_layer != 0;
  layer.pool = a.pool_type < pool_types ? static_cast<KpuPool>(a.pool_type) : KpuPool::none;
  layer.weight_bytes = weight_bytes;
  layer.pad_value = static_cast<int>(a.pad_value);
  layer.arg_x = static_cast<int>(a.arg_x);
  layer.shr_x = static_cast<int>(a.shr_x);
  layer.arg_w = static_cast<int>(a.arg_w);
  layer.shr_w = static_cast<int>(a.shr_w);
  layer.arg_add = a.arg_add;
  return layer;
}

}  // namespace incuse::k210
