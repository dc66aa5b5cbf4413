// The virtual KPU: a layer from words to pixels, and everything that it refuses.
#include <incuse/k210/virtual_chip.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <vector>

#include <incuse/k210/tables/layer_arguments.hpp>

namespace test_virtual_chip {

using namespace incuse;
using namespace incuse::k210;

namespace {

constexpr std::uint32_t register_at(std::uint32_t offset) { return k210_kpu.registers + offset; }
constexpr std::uint32_t tables_at = k210_kpu.memory;
constexpr std::uint32_t line_at(int line) { return k210_kpu.ram + static_cast<std::uint32_t>(line * line_bytes); }

/// A 1x1 layer of two channels, 5x5: the first output is twice the first input, the second one the second input.
struct Bench {
  using Storage = KpuStorage<k210_kpu, 64, 1024>;

  KpuLayer layer{};
  KpuAddresses at{};
  std::vector<std::uint8_t> tables = std::vector<std::uint8_t>(1024);
  MemoryBlock memory{};
  std::unique_ptr<Storage> storage = std::make_unique<Storage>();
  VirtualKpu<k210_kpu, MemoryBlock, Storage> kpu{memory, *storage};
  LayerArguments arguments{};

  Bench() {
    layer.in = {2, 5, 5};
    layer.out_channels = 2;
    at.src_line = 100;
    at.dst_line = 200;
    at.weights = tables_at;
    at.batch_norm = tables_at + 128;
    at.activation = tables_at + 256;
    at.sends_output = at.interrupts = true;
    tables[0] = 2;
    tables[3] = 1;
    for (std::size_t i = 0; i < 2; ++i) store_word(encode(BatchNorm{1, 0, 0}), &tables[128 + 8 * i]);
    ActivationTable table{};
    for (Segment& s : table.segments) s = {0, 1, 0, 0};
    table.segments[0] = {first_start, 0, 0, 0};
    set_activation(table);
    memory = {tables_at, tables.data(), 1024};
    arguments = arguments_of(layer, at, k210_kpu);
    kpu.write(register_at(k210_kpu.offset.eight_bit_mode), 1);
  }

  void set_activation(const ActivationTable& table) {
    const ActivationBytes bytes = encode(table);
    for (std::size_t i = 0; i < activation_bytes; ++i) tables[256 + i] = bytes.bytes[i];
  }
  void store_input(int channels = 2) {
    const MapLayout map(layer.in);
    for (int c = 0; c < channels; ++c)
      for (int y = 0; y < 5; ++y)
        for (int x = 0; x < 5; ++x) {
          const auto pixel = static_cast<std::uint8_t>(10 * c + y + x);
          kpu.store(line_at(at.src_line) + static_cast<std::uint32_t>(map.offset(c, y, x)), &pixel, 1);
        }
  }
  void push(const LayerWords& words) {
    for (std::uint64_t word : words.words) kpu.write(register_at(k210_kpu.offset.layer_argument_fifo), word);
  }
  void run() { push(encode(arguments)); }
  KpuProblem problem() const { return kpu.report().problem; }
};

/// The problem of a layer with one field changed.
KpuReport report_with(long long LayerArguments::*field, long long value) {
  Bench bench;
  bench.store_input();
  bench.arguments.*field = value;
  bench.run();
  CHECK(bench.kpu.layers_run() == 0);
  CHECK_FALSE(bench.kpu.interrupt_pending());
  return bench.kpu.report();
}

}  // namespace

TEST_CASE("a layer runs when its twelfth word arrives") {
  Bench bench;
  bench.store_input();
  const LayerWords words = encode(bench.arguments);
  for (int i = 0; i < fifo_words; ++i) {
    CHECK(bench.kpu.layers_run() == 0);
    bench.kpu.write(register_at(k210_kpu.offset.layer_argument_fifo), words.words[i]);
  }
  CHECK(bench.kpu.layers_run() == 1);
  CHECK(bench.kpu.report().ok());
  std::uint8_t row[21]{};
  bench.kpu.load(line_at(201), row, 21);
  for (int x = 0; x < 5; ++x) {
    CHECK(row[x] == 2 * (1 + x));
    CHECK(row[16 + x] == 10 + 1 + x);
  }
}

TEST_CASE("the interrupt is masked and cleared") {
  Bench bench;
  bench.store_input();
  bench.kpu.write(register_at(k210_kpu.offset.interrupt_mask), ~calc_done & 7);
  bench.run();
  CHECK(bench.kpu.interrupt_pending());
  CHECK(bench.kpu.read(register_at(k210_kpu.offset.interrupt_status)) == calc_done);
  bench.kpu.write(register_at(k210_kpu.offset.interrupt_clear), 7);
  CHECK_FALSE(bench.kpu.interrupt_pending());
  CHECK(bench.kpu.read(register_at(k210_kpu.offset.interrupt_raw)) == 0);
}

TEST_CASE("the FIFO delivers the output planar, eight pixels at a time") {
  Bench bench;
  bench.store_input();
  bench.run();
  std::vector<int> pixels;
  for (int i = 0; i < 7; ++i) {
    const std::uint64_t word = bench.kpu.read(register_at(k210_kpu.offset.fifo_data_out));
    for (int b = 0; b < 8; ++b) pixels.push_back(static_cast<int>(word >> (8 * b) & 0xff));
  }
  CHECK(pixels[7] == 2 * (1 + 2));
  CHECK(pixels[25] == 10);
  CHECK(pixels[50] == 0);  // behind the last
  CHECK(bench.kpu.report().ok());
  bench.kpu.read(register_at(k210_kpu.offset.fifo_data_out));
  CHECK(bench.problem() == KpuProblem::fifo_empty);
}

TEST_CASE("an output that nobody has read is not overwritten in silence") {
  Bench bench;
  bench.store_input();
  bench.run();
  bench.run();
  CHECK(bench.problem() == KpuProblem::fifo_not_drained);
}

TEST_CASE("the registers lie eight bytes apart, in the order of the KPU sheet, section 1") {
  const k210::RegisterMap& r = k210_kpu.offset;
  const std::uint32_t offsets[] = {r.layer_argument_fifo, r.interrupt_status, r.interrupt_raw,
                                   r.interrupt_mask,      r.interrupt_clear,  r.fifo_threshold,
                                   r.fifo_data_out,       r.fifo_ctrl,        r.eight_bit_mode};
  for (std::uint32_t i = 0; i < 9; ++i) CHECK(offsets[i] == 8 * i);
  Bench bench;
  for (std::uint32_t offset = 0; offset < 0x60; ++offset) {
    bench.kpu.read(register_at(offset));
    const bool known = offset % 8 == 0 && offset <= r.eight_bit_mode;
    CHECK((bench.problem() != KpuProblem::no_register) == known);
    bench.kpu.forget_errors();
  }
}

TEST_CASE("addresses where nothing lies") {
  Bench bench;
  // No layer is to blame, whether some have run or not.
  bench.store_input();
  for (int layers = 0; layers < 2; ++layers) {
    const auto problem = [&] {
      CHECK(bench.kpu.report().layer == -1);
      return bench.problem();
    };
    bench.kpu.write(register_at(0x48), 0);
    CHECK(problem() == KpuProblem::no_register);
    bench.kpu.forget_errors();
    bench.kpu.read(register_at(4));
    CHECK(problem() == KpuProblem::no_register);
    bench.kpu.forget_errors();
    bench.kpu.write(register_at(k210_kpu.offset.interrupt_status), 0);
    CHECK(problem() == KpuProblem::read_only);
    bench.kpu.forget_errors();
    std::uint8_t byte = 0;
    bench.kpu.load(k210_kpu.ram - 1, &byte, 1);
    CHECK(problem() == KpuProblem::outside_ram);
    bench.kpu.forget_errors();
    bench.kpu.store(line_at(k210_kpu.ram_lines) - 1, &byte, 2);
    CHECK(problem() == KpuProblem::outside_ram);
    bench.kpu.forget_errors();
    bench.run();
  }
}

TEST_CASE("fields that contradict each other are named") {
  using A = LayerArguments;
  struct Case {
    long long A::*field;
    long long value;
  };
  const Case cases[] = {
      {&A::o_row_wid, 5},  {&A::o_col_high, 3}, {&A::row_switch_addr, 2},    {&A::channel_switch_addr, 4},
      {&A::coef_group, 2}, {&A::wb_group, 1},   {&A::wb_row_switch_addr, 2}, {&A::wb_channel_switch_addr, 6},
      {&A::load_time, 1},  {&A::para_size, 5},  {&A::channel_byte_num, 25},  {&A::dma_total_byte, 51}};
  for (const Case& c : cases) {
    const KpuReport report = report_with(c.field, c.value);
    CHECK(report.problem == KpuProblem::contradiction);
    for (const Argument& a : layer_arguments)
      if (a.value == c.field) CHECK(report.field == a.name);
    CHECK(report.value == c.value);
    CHECK(report.layer == 0);
  }
}

TEST_CASE("fields whose effect nobody knows") {
  using A = LayerArguments;
  for (const auto field : {&A::ram_flag, &A::full_add, &A::pad_type, &A::first_stride, &A::bypass_conv,
                           &A::coef_column_offset, &A::coef_row_offset, &A::coef_size})
    CHECK(report_with(field, 1).problem == KpuProblem::unknown_effect);
  for (const auto field : {&A::load_para, &A::load_coor, &A::load_act})
    CHECK(report_with(field, 0).problem == KpuProblem::unknown_effect);
  CHECK(report_with(&A::kernel_type, 2).problem == KpuProblem::unknown_effect);
  CHECK(report_with(&A::pool_type, 10).field == Text("pool_type"));
}

TEST_CASE("maps outside AI RAM and on top of each other") {
  using A = LayerArguments;
  CHECK(report_with(&A::image_src_addr, 32767).problem == KpuProblem::map_outside_ram);
  CHECK(report_with(&A::image_dst_addr, 32764).field == Text("image_dst_addr"));
  CHECK(report_with(&A::image_dst_addr, 104).problem == KpuProblem::maps_overlap);
  CHECK(report_with(&A::image_src_addr, 105).problem == KpuProblem::input_not_written);
}

TEST_CASE("tables in the wrong place") {
  using A = LayerArguments;
  CHECK(report_with(&A::active_addr, tables_at + 128).problem == KpuProblem::unaligned_table);
  CHECK(report_with(&A::bwsx_base_addr, tables_at + 8).field == Text("bwsx_base_addr"));
  CHECK(report_with(&A::para_start_addr, 0x8000'0000).problem == KpuProblem::cached_address);
  CHECK(report_with(&A::para_start_addr, tables_at + 1024).problem == KpuProblem::no_memory);
}

TEST_CASE("bits without a name") {
  Bench bench;
  bench.store_input();
  LayerWords words = encode(bench.arguments);
  words.words[1] |= std::uint64_t{1} << 16;
  bench.push(words);
  CHECK(bench.problem() == KpuProblem::unnamed_bits);
  CHECK(bench.kpu.report().value == 1);
}

TEST_CASE("pixels that were never written") {
  Bench bench;
  bench.store_input(1);
  bench.run();
  CHECK(bench.problem() == KpuProblem::input_not_written);
}

TEST_CASE("weights of the other width contradict the load size") {
  Bench bench;
  bench.store_input();
  bench.kpu.write(register_at(k210_kpu.offset.eight_bit_mode), 0);
  bench.run();
  CHECK(bench.kpu.report().field == Text("para_size"));
}

TEST_CASE("values that the KPU has no bits for, and tables without order") {
  Bench bench;
  bench.store_input();
  bench.arguments.arg_add = 1LL << 35;
  bench.run();
  CHECK(bench.problem() == KpuProblem::value_beyond_bits);
  CHECK(bench.kpu.report().field == Text("accumulator"));

  Bench other;
  other.store_input();
  ActivationTable table{};  // all segments begin at 0, the first one too
  other.set_activation(table);
  other.run();
  CHECK(other.problem() == KpuProblem::segments_unordered);
}

TEST_CASE("reports as sentences") {
  const KpuReport report = report_with(&LayerArguments::o_row_wid, 79);
  CHECK(sentence_of(report).text() == Text("layer 0: the field contradicts the others (o_row_wid: 79)"));
}

}  // namespace test_virtual_chip
