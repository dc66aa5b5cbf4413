// A virtual KPU: the layer FIFO, its registers, AI RAM, and a way to main memory. It decodes the words that are written
// to it and computes from them and from what lies in the memories alone; it knows no graph, no plan and no emitter, so
// it can prove any of them wrong. Source: KPU sheet; its section numbers stand beside the functions.
//
//     static KpuStorage<k210_kpu> storage;                 // 2 MiB of AI RAM and room for a layer: no heap
//     static VirtualKpu<k210_kpu, Memory> kpu(memory, storage);
//     kpu.store(address, pixels, count);                   // AI RAM
//     kpu.write(registers + layer_argument_fifo, word);    // the twelfth word runs the layer
//     kpu.load(address, pixels, count);
//     kpu.report();                                        // errors that a real chip would not have reported
//
// It reports what a chip would accept silently: unused addresses, bits without a meaning, fields that contradict each
// other, maps that overlap or were never written, values beyond 36 bits. The first such error is kept, with the field's
// name; a layer with an error does not run, or stops there.
#pragma once

#include <concepts>
#include <cstdint>

#include <incuse/core/keyed_table.hpp>
#include <incuse/k210/arithmetic.hpp>
#include <incuse/k210/registers/layer_words.hpp>

namespace incuse::k210 {

/// Main memory as the KPU sees it. `read` copies bytes from an uncached bus address; false: not all of them exist.
template <class Memory>
concept KpuMemory = requires(Memory& memory, std::uint32_t address, std::uint8_t* bytes, int count) {
  { memory.read(address, bytes, count) } -> std::same_as<bool>;
};

/// One block of main memory.
struct MemoryBlock {
  std::uint32_t address = 0;
  const std::uint8_t* bytes = nullptr;
  std::uint32_t count = 0;

  constexpr bool read(std::uint32_t from, std::uint8_t* to, int wanted) const {
    const std::uint32_t offset = from - address;
    if (from < address || offset > count || count - offset < static_cast<std::uint32_t>(wanted)) return false;
    for (int i = 0; i < wanted; ++i) to[i] = bytes[offset + static_cast<std::uint32_t>(i)];
    return true;
  }
};

/// Kinds of errors.
enum class KpuProblem : unsigned char {
  none,
  no_register,
  read_only,
  outside_ram,
  unnamed_bits,
  unknown_effect,
  contradiction,
  map_outside_ram,
  maps_overlap,
  input_not_written,
  unaligned_table,
  cached_address,
  no_memory,
  segments_unordered,
  value_beyond_bits,
  fifo_not_drained,
  fifo_empty,
  no_room,
  last = no_room,
};

/// What a problem is, in words.
struct KpuProblemText {
  KpuProblem key;
  Text sentence;
};
inline constexpr KpuProblemText kpu_problems[] = {
    {KpuProblem::none, "nothing"},
    {KpuProblem::no_register, "there is no register at this address"},
    {KpuProblem::read_only, "this register cannot be written"},
    {KpuProblem::outside_ram, "there is no AI RAM at this address"},
    {KpuProblem::unnamed_bits, "bits of a layer word that have no meaning are set"},
    {KpuProblem::unknown_effect, "nobody has said what this value of the field does"},
    {KpuProblem::contradiction, "the field contradicts the others"},
    {KpuProblem::map_outside_ram, "a map does not lie within AI RAM"},
    {KpuProblem::maps_overlap, "the output would overwrite the input"},
    {KpuProblem::input_not_written, "the layer reads pixels that nothing has written"},
    {KpuProblem::unaligned_table, "a table is not aligned as the hardware asks for it"},
    {KpuProblem::cached_address, "the address is a cached one: the KPU has to be given the uncached view"},
    {KpuProblem::no_memory, "no table lies at this address"},
    {KpuProblem::segments_unordered, "the segments of the activation table are not in ascending order"},
    {KpuProblem::value_beyond_bits, "a value needs more bits than the KPU has"},
    {KpuProblem::fifo_not_drained, "a layer starts before the output of the last one was read from the FIFO"},
    {KpuProblem::fifo_empty, "the output FIFO is empty"},
    {KpuProblem::no_room, "the map is larger than this virtual chip has room for"},
};
static_assert(is_complete(kpu_problems, KpuProblem::last));

/// The first error of a virtual KPU, and how many there were.
struct KpuReport {
  KpuProblem problem = KpuProblem::none;  ///< the first
  Text field{};                           ///< of the layer words, if it is about one
  long long value = 0;                    ///< what was found there: an address, a field, a number
  int layer = -1;                         ///< number of layers that ran before; -1 if it is not about a layer
  int count = 0;                          ///< of all problems

  constexpr bool ok() const { return problem == KpuProblem::none; }
  constexpr void add(KpuProblem what, Text where, long long number, int at_layer) {
    if (count++ == 0) {
      problem = what;
      field = where;
      value = number;
      layer = at_layer;
    }
  }
};

/// "layer 3: the field contradicts the others (o_row_wid: 79)"
constexpr TextBuffer<200> sentence_of(const KpuReport& report) {
  TextBuffer<200> out;
  if (report.layer >= 0) out << "layer " << static_cast<long long>(report.layer) << ": ";
  out << row_of(kpu_problems, report.problem).sentence << " (";
  if (!report.field.empty()) out << report.field << ": ";
  out << report.value << ')';
  return out;
}

/// The memories of a virtual KPU, apart from the chip: as a static object of zeros they take no space in a program
/// file. `PlanePixels`: room for one channel of a layer's input; `PaddedPixels`: for all of its input and a ring around
/// it.
template <const Device& Chip, int PlanePixels = 512 * 256, int PaddedPixels = 13 << 18>
struct KpuStorage {
  static constexpr int plane_pixels = PlanePixels, padded_pixels = PaddedPixels;
  static constexpr int ram_bytes = Chip.ram_bytes();

  std::uint8_t ram[ram_bytes];
  std::uint64_t written[ram_bytes / 64];   ///< a bit for every byte of AI RAM
  std::uint8_t buffer[Chip.buffer_bytes];  ///< weights of one load

  // Scratch memory of a layer.
  std::uint8_t input[ram_bytes];
  std::uint8_t padded[PaddedPixels];
  long long terms[PlanePixels], sums[PlanePixels];
  std::uint8_t activated[PlanePixels], pooled[PlanePixels];

  constexpr Scratch scratch() { return {padded, terms, sums, activated, pooled}; }
};

/// The KPU itself. `Memory` is the main memory that holds the tables.
template <const Device& Chip, KpuMemory Memory, class Storage = KpuStorage<Chip>>
class VirtualKpu {
 public:
  /// `storage` is all 0.
  constexpr VirtualKpu(Memory& memory, Storage& storage) : memory_(memory), storage_(storage) {}

  // Registers (section 1) ---------------------------------------------------------------------------------------------

  /// `address` is one of the uncached view.
  constexpr void write(std::uint32_t address, std::uint64_t value) {
    const RegisterMap& r = Chip.offset;
    const std::uint32_t offset = address - Chip.registers;
    if (offset == r.layer_argument_fifo)
      push_argument(value);
    else if (offset == r.interrupt_mask)
      mask_ = value;
    else if (offset == r.interrupt_clear)
      raw_ &= ~value;
    else if (offset == r.fifo_threshold)
      threshold_ = value;
    else if (offset == r.fifo_ctrl)
      fifo_ctrl_ = value;
    else if (offset == r.eight_bit_mode)
      eight_bit_mode_ = value;
    else
      fail(is_register(offset) ? KpuProblem::read_only : KpuProblem::no_register, {}, address);
  }

  constexpr std::uint64_t read(std::uint32_t address) {
    const RegisterMap& r = Chip.offset;
    const std::uint32_t offset = address - Chip.registers;
    if (offset == r.interrupt_status) return raw_ & ~mask_;
    if (offset == r.interrupt_raw) return raw_;
    if (offset == r.interrupt_mask) return mask_;
    if (offset == r.fifo_threshold) return threshold_;
    if (offset == r.fifo_ctrl) return fifo_ctrl_;
    if (offset == r.eight_bit_mode) return eight_bit_mode_;
    if (offset == r.fifo_data_out) return pop_output();
    fail(is_register(offset) ? KpuProblem::read_only : KpuProblem::no_register, {}, address);
    return 0;
  }

  /// The interrupt line.
  constexpr bool interrupt_pending() const { return (raw_ & ~mask_) != 0; }

  // AI RAM (section 4) ------------------------------------------------------------------------------------------------

  /// `address` is one of the uncached view.
  constexpr void store(std::uint32_t address, const std::uint8_t* bytes, int count) {
    if (!in_ram(address, count)) return fail(KpuProblem::outside_ram, {}, address);
    for (int i = 0; i < count; ++i) write_pixel(static_cast<int>(address - Chip.ram) + i, bytes[i]);
  }
  constexpr void load(std::uint32_t address, std::uint8_t* bytes, int count) {
    if (!in_ram(address, count)) return fail(KpuProblem::outside_ram, {}, address);
    for (int i = 0; i < count; ++i) bytes[i] = storage_.ram[static_cast<int>(address - Chip.ram) + i];
  }
  /// All bytes of AI RAM, for comparing them.
  constexpr const std::uint8_t* ram() const { return storage_.ram; }

  // Report and state --------------------------------------------------------------------------------------------------

  /// The errors so far.
  constexpr const KpuReport& report() const { return report_; }
  constexpr void forget_errors() { report_ = {}; }
  constexpr int layers_run() const { return layers_; }
  /// Which of the vendor's emulators it follows.
  constexpr void follow(Emulator emulator) { emulator_ = emulator; }

  /// Everything is 0 and unwritten again.
  constexpr void power_cycle() {
    for (int i = 0; i < Chip.ram_bytes(); ++i) storage_.ram[i] = 0;
    for (auto& bits : storage_.written) bits = 0;
    raw_ = mask_ = threshold_ = fifo_ctrl_ = eight_bit_mode_ = 0;
    arguments_ = 0;
    streamed_ = {};
    streamed_bytes_ = next_byte_ = 0;
    layers_ = 0;
    report_ = {};
  }

 private:
  static constexpr int ram_bytes = Chip.ram_lines * line_bytes;

  constexpr void fail(KpuProblem problem, Text field, long long value) {
    report_.add(problem, field, value, in_layer_ ? layers_ : -1);
  }

  static constexpr bool is_register(std::uint32_t offset) {
    return offset % 8 == 0 && offset <= Chip.offset.eight_bit_mode;
  }
  static constexpr bool in_ram(std::uint32_t address, int count) {
    const std::uint32_t offset = address - Chip.ram;
    return offset < static_cast<std::uint32_t>(ram_bytes) && count <= ram_bytes - static_cast<int>(offset);
  }

  constexpr void write_pixel(int at, std::uint8_t value) {
    storage_.ram[at] = value;
    storage_.written[at / 64] |= std::uint64_t{1} << at % 64;
  }
  constexpr bool is_written(int at) const { return (storage_.written[at / 64] >> at % 64 & 1) != 0; }

  // The layer FIFO (section 5) ----------------------------------------------------------------------------------------

  constexpr void push_argument(std::uint64_t word) {
    words_.words[arguments_++] = word;
    if (arguments_ < fifo_words) return;
    arguments_ = 0;
    in_layer_ = true;
    const int errors = report_.count;
    run();
    if (report_.count == errors) ++layers_;
    in_layer_ = false;
  }

  constexpr void run() {
    const LayerArguments a = decode(words_);
    const int before = report_.count;
    check_words(a);
    const KpuLayer layer = layer_of(a, (eight_bit_mode_ & 1) != 0 ? 1 : 2);
    check_fields(a, layer);
    if (report_.count != before) return;
    check_maps(a, layer);
    check_tables(a);
    if (report_.count != before) return;
    compute(a, layer);
    if (report_.count != before) return;
    if (a.send_data_out != 0) stream_out(a, layer);
    raw_ |= layer_cfg_almost_empty;
    if (a.int_en != 0) raw_ |= calc_done;
  }

  constexpr void check_words(const LayerArguments& a) {
    const LayerWords named = encode(a);
    for (int i = 0; i < fifo_words; ++i)
      if (words_.words[i] != named.words[i]) fail(KpuProblem::unnamed_bits, {}, i);
  }

  /// Reports a field that does not have the value `wanted`.
  constexpr void expect(long long LayerArguments::*field, const LayerArguments& a, long long wanted,
                        KpuProblem otherwise = KpuProblem::contradiction) {
    if (a.*field == wanted) return;
    for (const Argument& argument : layer_arguments)
      if (argument.value == field) fail(otherwise, argument.name, a.*field);
  }

  /// Fields that are 0 (`silent_fields`) or 1 (`set_fields`) in all known models; the effect of other values is not
  /// known.
  static constexpr long long LayerArguments::*silent_fields[] = {
      &LayerArguments::ram_flag,        &LayerArguments::full_add,    &LayerArguments::pad_type,
      &LayerArguments::first_stride,    &LayerArguments::bypass_conv, &LayerArguments::coef_column_offset,
      &LayerArguments::coef_row_offset, &LayerArguments::coef_size};
  static constexpr long long LayerArguments::*set_fields[] = {&LayerArguments::load_para, &LayerArguments::load_coor,
                                                              &LayerArguments::load_act};

  constexpr void check_fields(const LayerArguments& a, const KpuLayer& layer) {
    using Arguments = LayerArguments;
    for (const auto field : silent_fields) expect(field, a, 0, KpuProblem::unknown_effect);
    for (const auto field : set_fields) expect(field, a, 1, KpuProblem::unknown_effect);
    if (a.kernel_type > 1) fail(KpuProblem::unknown_effect, "kernel_type", a.kernel_type);
    if (a.pool_type >= pool_types) return fail(KpuProblem::unknown_effect, "pool_type", a.pool_type);
    if (layer.depthwise) expect(&Arguments::o_ch_num, a, a.i_ch_num);
    const Shape out = layer.out();
    if (!out.extent().exists()) return fail(KpuProblem::contradiction, "pool_type", a.pool_type);
    expect(&Arguments::o_row_wid, a, out.width - 1);
    expect(&Arguments::o_col_high, a, out.height - 1);
    const MapLayout source(layer.in), target(out);
    expect(&Arguments::channel_switch_addr, a, source.block_lines());
    expect(&Arguments::row_switch_addr, a, source.rows.lines);
    expect(&Arguments::coef_group, a, source.rows.groups);
    expect(&Arguments::wb_channel_switch_addr, a, target.block_lines());
    expect(&Arguments::wb_row_switch_addr, a, target.rows.lines);
    expect(&Arguments::wb_group, a, target.rows.groups);
    check_loads(a, layer);
    if (a.send_data_out == 0) return;
    expect(&Arguments::channel_byte_num, a, out.pixels() - 1);
    expect(&Arguments::dma_total_byte, a, out.elements() - 1);
  }

  /// A load may have any number of channels that fit into the buffer.
  constexpr void check_loads(const LayerArguments& a, const KpuLayer& layer) {
    const long long channels = a.o_ch_num_coef + 1;
    expect(&LayerArguments::para_size, a, channels * layer.channel_weights() * layer.weight_bytes);
    expect(&LayerArguments::load_time, a, (layer.out_channels + channels - 1) / channels - 1);
    if (layer.depthwise) expect(&LayerArguments::o_ch_num_coef, a, layer.out_channels - 1);
    if (a.para_size > Chip.buffer_bytes) fail(KpuProblem::contradiction, "para_size", a.para_size);
  }

  constexpr void check_maps(const LayerArguments& a, const KpuLayer& layer) {
    const MapLayout source(layer.in), target(layer.out());
    const long long source_end = a.image_src_addr + source.lines(), target_end = a.image_dst_addr + target.lines();
    if (source_end > Chip.ram_lines) return fail(KpuProblem::map_outside_ram, "image_src_addr", a.image_src_addr);
    if (target_end > Chip.ram_lines) return fail(KpuProblem::map_outside_ram, "image_dst_addr", a.image_dst_addr);
    if (a.image_src_addr < target_end && a.image_dst_addr < source_end)
      return fail(KpuProblem::maps_overlap, "image_dst_addr", a.image_dst_addr);
    const ScratchSizes sizes = scratch_sizes(layer);
    if (sizes.padded > Storage::padded_pixels || sizes.plane > Storage::plane_pixels)
      return fail(KpuProblem::no_room, "i_ch_num", a.i_ch_num);
    const int first = static_cast<int>(a.image_src_addr) * line_bytes;
    for (int c = 0; c < layer.in.channels; ++c)
      for (int y = 0; y < layer.in.height; ++y)
        for (int x = 0; x < layer.in.width; ++x)
          if (const int at = first + source.offset(c, y, x); !is_written(at))
            return fail(KpuProblem::input_not_written, "image_src_addr", at);
  }

  constexpr void check_table(Text field, long long address, int alignment) {
    if (address % alignment != 0) fail(KpuProblem::unaligned_table, field, address);
    if (address >= Chip.cached_memory) fail(KpuProblem::cached_address, field, address);
  }
  constexpr void check_tables(const LayerArguments& a) {
    check_table("bwsx_base_addr", a.bwsx_base_addr, Chip.alignment.batch_norm);
    check_table("para_start_addr", a.para_start_addr, Chip.alignment.weights);
    check_table("active_addr", a.active_addr, Chip.alignment.activation);
  }

  // Arithmetic (section 7) --------------------------------------------------------------------------------------------

  constexpr bool read_table(Text field, long long address, std::uint8_t* bytes, int count) {
    if (memory_.read(static_cast<std::uint32_t>(address), bytes, count)) return true;
    fail(KpuProblem::no_memory, field, address);
    return false;
  }

  /// Codes of one output channel in the buffer.
  struct Codes {
    const std::uint8_t* bytes;
    int size;

    constexpr int operator[](int i) const { return size == 1 ? bytes[i] : bytes[2 * i] | bytes[2 * i + 1] << 8; }
  };

  /// Fetches the next load when its first channel is asked for. The last one may be incomplete.
  constexpr Codes weights_of(const LayerArguments& a, const KpuLayer& layer, int channel) {
    const int once = static_cast<int>(a.o_ch_num_coef) + 1;
    const int bytes = layer.channel_weights() * layer.weight_bytes;
    if (channel % once == 0)
      read_table("para_start_addr", a.para_start_addr + channel / once * a.para_size, storage_.buffer,
                 min_of(once, layer.out_channels - channel) * bytes);
    return {storage_.buffer + channel % once * bytes, layer.weight_bytes};
  }

  constexpr BatchNorm batch_norm_of(const LayerArguments& a, int channel) {
    std::uint8_t bytes[8]{};
    read_table("bwsx_base_addr", a.bwsx_base_addr + 8 * channel, bytes, 8);
    return decode_batch_norm(load_word(bytes));
  }

  constexpr bool is_ordered(const ActivationTable& table) {
    if (table.segments[0].start != first_start) return false;
    for (int i = 1; i < segments; ++i)
      if (table.segments[i].start < table.segments[i - 1].start) return false;
    return true;
  }

  /// Writes an output channel into AI RAM.
  struct Target {
    VirtualKpu& chip;
    MapLayout map;
    int first;

    constexpr void convolved(int, const long long*, const std::uint8_t*) const {}
    constexpr void pooled(int channel, const std::uint8_t* pixels, int) const {
      for (int y = 0; y < map.shape.height; ++y)
        for (int x = 0; x < map.shape.width; ++x) chip.write_pixel(first + map.offset(channel, y, x), *pixels++);
    }
  };

  constexpr void compute(const LayerArguments& a, const KpuLayer& layer) {
    std::uint8_t bytes[activation_bytes]{};
    if (!read_table("active_addr", a.active_addr, bytes, activation_bytes)) return;
    const ActivationTable table = decode_activation(bytes);
    if (!is_ordered(table)) return fail(KpuProblem::segments_unordered, "active_addr", a.active_addr);
    unpack(MapLayout(layer.in), storage_.ram + a.image_src_addr * line_bytes, storage_.input);
    const int before = report_.count;
    const Excess excess = run_layer(
        layer, storage_.input, [&](int o) { return weights_of(a, layer, o); },
        [&](int o) { return batch_norm_of(a, o); }, table, Chip.value_bits, storage_.scratch(),
        Target{*this, MapLayout(layer.out()), static_cast<int>(a.image_dst_addr) * line_bytes}, emulator_);
    if (report_.count == before && !excess.none())
      fail(KpuProblem::value_beyond_bits,
           excess.what == Excess::What::accumulator ? Text("accumulator") : Text("batch norm"), excess.value);
  }

  // The output FIFO ---------------------------------------------------------------------------------------------------

  constexpr void stream_out(const LayerArguments& a, const KpuLayer& layer) {
    if (next_byte_ < streamed_bytes_) fail(KpuProblem::fifo_not_drained, "send_data_out", streamed_bytes_ - next_byte_);
    streamed_ = MapLayout(layer.out());
    streamed_line_ = static_cast<int>(a.image_dst_addr);
    streamed_bytes_ = streamed_.shape.elements();
    next_byte_ = 0;
  }

  /// The next eight pixels of the output, planar and without gaps; bytes after the last pixel are 0.
  constexpr std::uint64_t pop_output() {
    if (next_byte_ >= streamed_bytes_) {
      fail(KpuProblem::fifo_empty, {}, streamed_bytes_);
      return 0;
    }
    std::uint64_t word = 0;
    for (int i = 0; i < 8 && next_byte_ < streamed_bytes_; ++i, ++next_byte_) {
      const int pixels = streamed_.shape.pixels(), width = streamed_.shape.width;
      const int at = streamed_.offset(next_byte_ / pixels, next_byte_ % pixels / width, next_byte_ % width);
      word |= std::uint64_t{storage_.ram[streamed_line_ * line_bytes + at]} << (8 * i);
    }
    return word;
  }

  Memory& memory_;
  Storage& storage_;
  Emulator emulator_ = Emulator::newer;
  KpuReport report_{};
  int layers_ = 0;
  bool in_layer_ = false;

  std::uint64_t raw_ = 0, mask_ = 0, threshold_ = 0, fifo_ctrl_ = 0, eight_bit_mode_ = 0;
  LayerWords words_{};
  int arguments_ = 0;  ///< words of a layer that have arrived

  MapLayout streamed_{};  ///< the output that the FIFO delivers
  int streamed_line_ = 0;
  int streamed_bytes_ = 0;
  int next_byte_ = 0;
};

}  // namespace incuse::k210
