// The virtual chip by hand-written register programs: what layers compute, how memories are loaded, and everything that
// it refuses. Networks with thousands of registers are in tests/virtual_chip.
#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/virtual_chip.hpp>

#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <support/random.hpp>

namespace test_virtual_chip {

using namespace incuse;
using namespace incuse::max7800x;

namespace {

using Chip = VirtualChip<max78000>;
using R = LayerRegister;
using G = GroupRegister;

constexpr std::uint32_t data = 0x5040'0000, weights = 0x5018'0000, biases = 0x5010'8000, fifo = 0x5000'0000;
constexpr std::uint32_t output = data + 4 * 0x800;  ///< where the programs below write to

/// A chip that has just been switched on, and the accesses that programs are made of.
struct Program {
  static Chip& fresh_chip() {
    static const auto one = std::make_unique<Chip>();
    one->power_cycle();
    one->complete_after(0);
    return *one;
  }
  Chip& chip = fresh_chip();

  void set(R r, std::uint32_t value, int layer = 0, int group = 0) {
    chip.write(max78000.layer_register(group, r, layer), value);
  }
  void set(G r, std::uint32_t value, int group = 0) { chip.write(max78000.group_register(group, r), value); }

  void init(std::uint32_t control = 0x0010'0008) {
    set(G::control, control);
    set(G::sram_control, 0x40e);
  }
  /// Only a rising enable bit starts.
  void start(std::uint32_t more = 0) {
    set(G::control, 0x0010'0808 | more);
    set(G::control, 0x0010'0009 | more);
  }
  void start_group(int group) { set(G::control, 0x0010'0809, group); }

  /// Signed bytes of processor 0, one in every word.
  void load(const std::vector<int>& values) {
    std::uint32_t address = data;
    for (int value : values) chip.write(address, static_cast<std::uint32_t>(value) & 0xff), address += 4;
  }
  /// One column of processor 0.
  void load_kernel(const std::vector<int>& bytes, int column = 0) {
    std::uint32_t words[4]{static_cast<std::uint32_t>(bytes[0]) & 0xff};
    for (std::size_t i = 1; i < 9; ++i)
      words[(i + 3) / 4] = words[(i + 3) / 4] << 8 | (static_cast<std::uint32_t>(bytes[i]) & 0xff);
    const std::uint32_t control = chip.read(max78000.group_register(0, G::control));
    set(G::control, control & ~control::express.mask(max78000));
    for (int i = 0; i < 4; ++i)
      chip.write(weights + 16 * static_cast<std::uint32_t>(column) + 4 * static_cast<std::uint32_t>(i), words[i]);
    set(G::control, control);
  }
  /// Bytes of lane 0 of the output.
  std::vector<int> lane(int count, std::uint32_t address = output, int shift = 0) {
    std::vector<int> values;
    for (int i = 0; i < count; ++i, address += 4)
      values.push_back(static_cast<std::int8_t>(chip.read(address) >> shift & 0xff));
    return values;
  }
  std::string complaint() const {
    if (chip.report().ok()) return {};
    const ChipSentence text = sentence(max78000, chip.report().first);
    return string_of(text);
  }
};

/// A 3x3 convolution of one channel, padding 1, on a picture of `height` x `width`.
struct Convolution : Program {
  Convolution(int height = 3, int width = 3) {
    init();
    set(R::rows, static_cast<std::uint32_t>(height + 1) | 1u << 16);
    set(R::columns, static_cast<std::uint32_t>(width + 1) | 1u << 16);
    set(R::write_pointer, 0x800);
    set(R::write_mask_offset, 0x2000);
    set(R::layer_control, 0x920);
    set(R::enables, 0x0001'0001);
  }
};

/// One processor passes its input on.
struct PassThrough : Program {
  PassThrough(int height, int width) {
    init();
    set(R::rows, static_cast<std::uint32_t>(height - 1));
    set(R::columns, static_cast<std::uint32_t>(width - 1));
    set(R::one_dimensional, 0x100);
    set(R::write_pointer, 0x800);
    set(R::layer_control, 0x920);
    set(R::post_processing, 3u << 24);
    set(R::enables, 0x1);
  }
};

const std::vector<int> centre = {0, 0, 0, 0, 127, 0, 0, 0, 0};
const std::vector<int> picture = {1, -2, 3, 4, 5, -6, 7, 8, 9};

}  // namespace

TEST_CASE("a convolution sums over its window") {
  Convolution p;
  p.load(picture);
  p.load_kernel({0, 64, 0, 0, 0, 0, 0, 0, -128});  // half the value above, less the one below and to the right
  p.start();
  REQUIRE(p.complaint() == "");
  // floor(x / 2 + 1/2) with x / 2 from above, 0 outside
  CHECK(p.lane(9) == std::vector<int>{-5, 6, 0, -7, -10, 2, 2, 3, -3});
  CHECK(p.complaint() == "");
}

TEST_CASE("bias, shift and activations") {
  Convolution p;
  p.load(picture);
  p.load_kernel(centre);
  p.chip.write(biases + 4 * 7, 0xfe);  // -2
  p.set(R::post_processing, 1u << 12 | 7u);
  p.start();
  CHECK(p.lane(9) == std::vector<int>{-1, -4, 1, 2, 3, -8, 5, 6, 7});
  p.set(R::layer_control, 0xb20);  // ReLU
  p.start();
  CHECK(p.lane(9) == std::vector<int>{0, 0, 1, 2, 3, 0, 5, 6, 7});
  p.set(R::layer_control, 0x920);
  p.set(R::post_processing, 1u << 26 | 4u << 13);  // Abs, times 16
  p.start();
  CHECK(p.lane(9) == std::vector<int>{16, 32, 48, 64, 79, 95, 111, 127, 127});
  p.set(R::post_processing, 18u << 13);  // a quarter
  p.start();
  CHECK(p.lane(9) == std::vector<int>{0, 0, 1, 1, 1, -1, 2, 2, 2});
  CHECK(p.complaint() == "");
}

TEST_CASE("32-bit output is the sum itself") {
  Convolution p;
  p.load(picture);
  p.load_kernel(centre);
  p.set(R::layer_control, 0x1'0920);
  p.start();
  for (std::uint32_t i = 0; i < 9; ++i) CHECK(static_cast<int>(p.chip.read(output + 16 * i)) == 127 * picture[i]);
  CHECK(p.complaint() == "");
}

TEST_CASE("output channels are lanes, then instances") {
  Convolution p;
  p.load(picture);
  for (int column = 0; column < 5; ++column) p.load_kernel({0, 0, 0, 0, 16 * (column + 1), 0, 0, 0, 0}, column);
  p.set(R::mask_offset_and_count, 4 * 8);
  p.set(R::layer_control_2, (4 * 8) << 8);
  p.set(R::post_processing, 3u << 13);  // times 8
  p.start();
  CHECK(p.chip.read(output) == 0x04030201);
  CHECK(p.chip.read(output + 4) == 0xf8fafcfe);
  CHECK(p.chip.read(output + 0x8000) == 0x05);
  CHECK(p.complaint() == "");
}

TEST_CASE("narrow weights share a byte") {
  Convolution p;
  p.load(picture);
  p.load_kernel({0, 0, 0, 0, 0x4e, 0, 0, 0, 0});  // -2 and 4
  p.set(R::mask_offset_and_count, 4);
  p.set(R::layer_control_2, 4 << 8);
  p.set(R::post_processing, 3u << 22 | 7u << 13);  // 4 bits, times 128
  p.start();
  CHECK(p.lane(3) == std::vector<int>{-2, 4, -6});
  CHECK(p.lane(3, output, 8) == std::vector<int>{4, -8, 12});
  CHECK(p.complaint() == "");
}

TEST_CASE("a one-dimensional convolution may start inside a column") {
  Convolution p;
  p.load(picture);
  // Two kernels of length 2, the last tap first, in the bytes from the end of the column on; the first byte is not
  // used.
  p.load_kernel({0, 0, 0, 0, 64, 32, 16, -128, 99});
  p.set(R::rows, 8);
  p.set(R::columns, 0);
  p.set(R::one_dimensional, 1u << 12 | 2u << 8 | 1u << 4);
  p.set(R::mask_offset_and_count, 8);
  p.set(R::layer_control_2, 8 << 8);
  p.set(R::post_processing, 3u << 13);
  p.start();
  CHECK(p.lane(2) == std::vector<int>{17, -26});           // (16 a - 128 b) / 16
  CHECK(p.lane(2, output, 8) == std::vector<int>{0, -2});  // (64 a + 32 b) / 16
  CHECK(p.complaint() == "");
}

TEST_CASE("pooling") {
  PassThrough p(3, 3);
  p.load(picture);
  p.set(R::pooling_rows, 1);
  p.set(R::pooling_columns, 1);
  p.set(R::layer_control, 0x9a0);
  p.start();
  CHECK(p.lane(4) == std::vector<int>{5, 5, 8, 9});
  p.set(R::layer_control, 0x8a0);  // mean: 2, 0, 6, 4
  p.start();
  CHECK(p.lane(4) == std::vector<int>{2, 0, 6, 4});
  p.load({-1, -2, 3, 4, -4, -6, 7, 8, 9});
  p.start();
  CHECK(p.lane(4) == std::vector<int>{0, -2, 3, 1});  // -3 / 4, -9 / 4, 15 / 4, 7 / 4: toward zero
  p.start(1u << 13);                                  // half away from zero
  CHECK(p.lane(4) == std::vector<int>{-1, -2, 4, 2});
  CHECK(p.complaint() == "");
}

TEST_CASE("strides pick values") {
  PassThrough p(3, 3);
  p.load(picture);
  p.set(R::stride, 1);
  p.start();
  CHECK(p.lane(4) == std::vector<int>{1, 3, 7, 9});
  CHECK(p.complaint() == "");
}

TEST_CASE("element-wise operations fold neighbouring words") {
  PassThrough p(2, 2);
  p.load({100, 50, -100, -50, 12, 10, 3, -3});
  const auto result = [&](unsigned function) {
    p.set(R::one_dimensional, 1u << 13 | function << 14 | 1u << 18);
    p.start();
    return p.lane(4);
  };
  CHECK(result(0) == std::vector<int>{50, -50, 2, 6});
  CHECK(result(1) == std::vector<int>{127, -128, 22, 0});
  CHECK(result(2) == std::vector<int>{118, -34, 14, -1});
  CHECK(result(3) == std::vector<int>{86, 82, 6, -2});
  CHECK(p.complaint() == "");
}

TEST_CASE("layers follow each other") {
  Convolution p;
  p.load(picture);
  p.load_kernel(centre);
  p.set(G::layer_count, 1);
  p.set(R::rows, 2, 1);
  p.set(R::columns, 2, 1);
  p.set(R::one_dimensional, 0x100, 1);
  p.set(R::read_pointer, 0x800, 1);
  p.set(R::write_pointer, 0x6000, 1);  // instance 3
  p.set(R::layer_control, 0x920, 1);
  p.set(R::post_processing, 3u << 24, 1);
  p.set(R::enables, 1, 1);
  p.start();
  CHECK(p.lane(9, data + 3 * 0x8000) == picture);
  CHECK(p.complaint() == "");
}

TEST_CASE("express loading packs nine bytes a column") {
  Program p;
  p.init();
  p.chip.write_byte(weights + 4 * 5 + 1, 1);  // column 5
  for (std::uint32_t i = 0; i < 5; ++i)
    p.chip.write(weights + 4 * (5 + i), 0x0102'0304 + i * 0x0404'0404);  // 20 bytes: two columns, two of padding
  CHECK(p.chip.read(weights + 16 * 5) == 0x01);
  CHECK(p.chip.read(weights + 16 * 5 + 4) == 0x0203'0405);
  CHECK(p.chip.read(weights + 16 * 5 + 8) == 0x0607'0809);
  CHECK(p.chip.read(weights + 16 * 5 + 12) == 0);
  CHECK(p.chip.read(weights + 16 * 6) == 0x0a);
  CHECK(p.chip.read(weights + 16 * 6 + 8) == 0x0f10'1112);
  CHECK(p.complaint() == "");
  p.chip.read(weights + 16 * 7);  // padding is no column
  CHECK(p.chip.report().first.problem == ChipProblem::never_written);
}

TEST_CASE("the built-in tests clear memories") {
  Program p;
  p.chip.write(data, 5);
  for (const MemoryTest& test : max78000.memory_tests) {
    p.set(G::sram_test, test.start);
    CHECK((p.chip.read(max78000.group_register(0, G::sram_test)) & (test.done | test.error)) == test.done);
    p.set(G::sram_test, 0);
  }
  CHECK(p.chip.read(data) == 0);
  CHECK(p.chip.read(weights) == 0);
  CHECK(p.chip.read(biases + 4 * 511) == 0);
  CHECK(p.complaint() == "");
}

TEST_CASE("the interrupt is pending until every group's flag is cleared") {
  PassThrough p(1, 1);
  p.load({1});
  p.start_group(1);
  CHECK(!p.chip.interrupt_pending());
  p.start();
  CHECK(p.chip.interrupt_pending());
  for (int g = 0; g < 2; ++g) {
    CHECK(p.chip.interrupt_pending());
    const std::uint32_t address = max78000.group_register(g, G::control);
    p.chip.write(address, p.chip.read(address) & ~0x1001u);
  }
  CHECK(!p.chip.interrupt_pending());
  CHECK(p.complaint() == "");
}

TEST_CASE("an inference takes time, can be paused and goes on") {
  PassThrough p(1, 1);
  p.load({7});
  const std::uint32_t control = max78000.group_register(0, G::control);
  p.chip.complete_after(5);
  p.start();
  CHECK(!p.chip.interrupt_pending());
  p.chip.write(control, p.chip.read(control) & ~1u);
  p.chip.pass_time(100);
  CHECK(!p.chip.interrupt_pending());
  p.chip.write(control, p.chip.read(control) | 1u);
  CHECK(!p.chip.interrupt_pending());
  p.chip.pass_time(5);
  CHECK(p.chip.interrupt_pending());
  CHECK(p.lane(1) == std::vector<int>{7});
  CHECK(p.complaint() == "");
}

TEST_CASE("a frame may come through FIFOs") {
  PassThrough p(2, 2);
  p.chip.write(fifo, 1u << 12);
  p.set(G::input_frame_size, 4);
  p.start(1u << 11);
  for (std::uint32_t i = 0; i < 4; ++i) {
    CHECK(!p.chip.interrupt_pending());
    CHECK((p.chip.read(fifo + 4) & 1u) == 0);
    p.chip.write(fifo + 8, 10 + i);
  }
  CHECK(p.chip.interrupt_pending());
  CHECK(p.lane(4) == std::vector<int>{10, 11, 12, 13});
  CHECK(p.complaint() == "");
}

TEST_CASE("a channel without weights has no bias") {
  Convolution p;
  p.load(picture);
  p.load_kernel(centre, 0);
  p.load_kernel(centre, 2);
  p.chip.write(biases, 1);
  p.chip.write(biases + 4, 2);
  p.set(R::mask_offset_and_count, 2 * 8);
  p.set(R::layer_control_2, (2 * 8) << 8);
  p.set(R::post_processing, 1u << 12);
  p.start();
  CHECK(p.lane(1) == std::vector<int>{2});
  CHECK(p.lane(1, output, 16) == std::vector<int>{3});
  CHECK(p.complaint() == "");
}

TEST_CASE("what is computed from unwritten memory stays doubtful, the rest does not") {
  Convolution p;
  p.load({1, 2, 3, 4, 5, 6, 7, 8});  // the last one of nine is missing
  p.load_kernel({0, 0, 0, 0, 127, 0, 0, 0, 0});
  p.start();
  CHECK(p.lane(8) == std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(p.complaint() == "");
  p.chip.read(output + 32);
  CHECK(p.complaint() ==
        "0x50402020 (data memory, instance 0, word 2056): it is read, but was computed from memory that was never "
        "written, first (0x50400020)");
}

namespace {

/// The program that provokes a problem.
struct Provocation {
  ChipProblem problem;
  std::uint32_t address;
  void (*provoke)(Convolution&);
};

std::uint32_t layer_register(R r, int layer = 0, int group = 0) { return max78000.layer_register(group, r, layer); }
std::uint32_t group_register(G r, int group = 0) { return max78000.group_register(group, r); }

/// A picture and a kernel, so that nothing else is wrong.
void run(Convolution& p, std::uint32_t more = 0) {
  p.load(picture);
  p.load_kernel(centre);
  p.start(more);
}

const Provocation provocations[] = {
    {ChipProblem::unaligned, data + 2, [](Convolution& p) { p.chip.write(data + 2, 0); }},
    {ChipProblem::nothing_to_write, 0x5018'3000, [](Convolution& p) { p.chip.write(0x5018'3000, 0); }},
    {ChipProblem::nothing_to_read, 0x5011'0000, [](Convolution& p) { p.chip.read(0x5011'0000); }},
    {ChipProblem::never_written, data + 16, [](Convolution& p) { p.chip.read(data + 16); }},
    {ChipProblem::doubtful, output,
     [](Convolution& p) {
       p.load_kernel(centre);
       p.start();
       p.chip.read(output);
     }},
    {ChipProblem::unknown_bits, group_register(G::control), [](Convolution& p) { p.set(G::control, 1u << 28 | 8u); }},
    {ChipProblem::busy, data,
     [](Convolution& p) {
       p.chip.complete_after(10);
       run(p);
       p.chip.write(data, 0);
     }},
    {ChipProblem::master_group, group_register(G::control), [](Convolution& p) { p.set(G::control, 1u << 9 | 8u); }},
    {ChipProblem::byte_write, weights + 1, [](Convolution& p) { p.chip.write_byte(weights + 1, 2); }},
    {ChipProblem::express_not_enabled, weights + 1,
     [](Convolution& p) {
       p.set(G::control, 8);
       p.chip.write_byte(weights + 1, 1);
     }},
    {ChipProblem::express_not_started, weights + 0x4000,
     [](Convolution& p) {
       p.chip.write_byte(weights + 1, 1);
       p.chip.write(weights + 0x4000, 0);
     }},
    {ChipProblem::express_interrupted, weights + 8,
     [](Convolution& p) {
       p.chip.write_byte(weights + 1, 1);
       p.chip.write(weights, 0);
       p.chip.write(weights + 8, 0);
     }},
    {ChipProblem::express_too_long, weights + 4 * 771,
     [](Convolution& p) {
       p.chip.write_byte(weights + 4 * 767 + 1, 1);
       for (std::uint32_t i = 0; i < 5; ++i) p.chip.write(weights + 4 * (767 + i), 0);
     }},
    {ChipProblem::fifo_not_awaited, fifo + 8, [](Convolution& p) { p.chip.write(fifo + 8, 0); }},
    {ChipProblem::first_layer, group_register(G::layer_count),
     [](Convolution& p) {
       p.set(G::layer_count, 0x101);
       run(p);
     }},
    {ChipProblem::last_layer, group_register(G::layer_count),
     [](Convolution& p) {
       p.set(G::layer_count, 32);
       run(p);
     }},
    {ChipProblem::no_fifo, fifo,
     [](Convolution& p) {
       p.set(G::input_frame_size, 9);
       run(p, 1u << 11);
     }},
    {ChipProblem::no_frame, group_register(G::input_frame_size), [](Convolution& p) { run(p, 1u << 11); }},
    {ChipProblem::no_input, layer_register(R::rows),
     [](Convolution& p) {
       p.set(R::rows, 1u << 16 | 1u);
       run(p);
     }},
    {ChipProblem::window_too_large, layer_register(R::pooling_columns),
     [](Convolution& p) {
       p.set(R::pooling_columns, 3);
       p.set(R::layer_control, 0x9a0);
       run(p);
     }},
    {ChipProblem::no_kernel, layer_register(R::one_dimensional),
     [](Convolution& p) {
       p.set(R::one_dimensional, 1u << 12);
       run(p);
     }},
    {ChipProblem::kernel_too_large, layer_register(R::columns),
     [](Convolution& p) {
       p.set(R::columns, 1);
       run(p);
     }},
    {ChipProblem::wide_pass_through, layer_register(R::layer_control),
     [](Convolution& p) {
       p.set(R::layer_control, 0x1'0920);
       p.set(R::post_processing, 3u << 24);
       run(p);
     }},
    {ChipProblem::streams_too_late, layer_register(R::stream_start, 8),
     [](Convolution& p) {
       for (int layer = 1; layer <= 8; ++layer)
         for (R r : {R::rows, R::columns, R::write_pointer, R::write_mask_offset, R::layer_control, R::enables})
           p.set(r, p.chip.read(layer_register(r)), layer);
       p.set(R::stream_start, 5, 8);
       p.set(G::layer_count, 8);
       run(p);
     }},
    {ChipProblem::group_not_started, layer_register(R::enables, 0, 2),
     [](Convolution& p) {
       p.set(R::enables, 0x0001'0001, 0, 2);
       run(p);
     }},
    {ChipProblem::no_processors, layer_register(R::enables),
     [](Convolution& p) {
       p.set(R::enables, 0);
       run(p);
     }},
    {ChipProblem::groups_differ, layer_register(R::post_processing, 0, 1),
     [](Convolution& p) {
       p.set(R::post_processing, 3u << 24);
       p.set(R::enables, 1, 0, 1);
       p.start_group(1);
       run(p);
     }},
    {ChipProblem::weights_not_enabled, layer_register(R::enables),
     [](Convolution& p) {
       p.set(R::enables, 0x0001'0003);
       run(p);
     }},
    {ChipProblem::sums_not_added, layer_register(R::enables, 0, 1),
     [](Convolution& p) {
       p.set(R::enables, 0x0001'0001, 0, 1);
       p.start_group(1);
       run(p);
     }},
    {ChipProblem::reads_beyond, layer_register(R::read_pointer),
     [](Convolution& p) {
       p.set(R::read_pointer, 8192 - 8);
       run(p);
     }},
    {ChipProblem::writes_beyond, layer_register(R::write_pointer),
     [](Convolution& p) {
       p.set(R::write_pointer, 0x1'fff8);
       run(p);
     }},
    {ChipProblem::weights_beyond, layer_register(R::mask_offset_and_count),
     [](Convolution& p) {
       p.set(R::mask_offset_and_count, 8u * 768 << 16 | 8u * 768);
       run(p);
     }},
    {ChipProblem::bias_beyond, layer_register(R::post_processing),
     [](Convolution& p) {
       p.set(R::post_processing, 1u << 12 | 512u);
       run(p);
     }},
    {ChipProblem::no_scratch, group_register(G::input_frame_size),
     [](Convolution& p) {
       p.chip.write(fifo, 1u << 12);
       p.set(G::input_frame_size, 0xf'ffff);
       run(p, 1u << 11);
     }},
};

}  // namespace

TEST_CASE("everything that is refused") {
  bool provoked[std::size(chip_problems)]{true};
  for (const Provocation& provocation : provocations) {
    Convolution p;
    provocation.provoke(p);
    const ChipReport& report = p.chip.report();
    CAPTURE(p.complaint());
    CHECK(words_of(report.first.problem) == words_of(provocation.problem));
    CHECK(report.first.address == provocation.address);
    CHECK(words_of(provocation.problem) != words_of(ChipProblem::none));
    provoked[static_cast<int>(provocation.problem)] = true;
    if (provocation.problem > ChipProblem::fifo_not_awaited)
      CHECK(p.chip.interrupt_pending());  // nobody waits for ever
    p.chip.forget_errors();
    CHECK(p.chip.report().ok());
  }
  for (std::size_t i = 0; i < std::size(chip_problems); ++i) {
    CAPTURE(i);
    CHECK(provoked[i]);
  }
}

TEST_CASE("errors name the register or memory and the layer") {
  Convolution p;
  p.set(G::layer_count, 3);
  run(p);
  CHECK(p.complaint() ==
        "0x50100714 (mask and processor enables, group 0, layer 1), while layer 1 runs: no processor is "
        "enabled in any group (0x00000000)");
  const ChipError errors[] = {{ChipProblem::nothing_to_write, false, 0, 0x5000'0004, 1},
                              {ChipProblem::never_written, false, 0, weights + 0x4000 * 3 + 16 * 5 + 4, 0},
                              {ChipProblem::never_written, true, 4, biases + 0x40'0000 + 8, 0}};
  const char* const sentences[] = {
      "0x50000004 (FIFO registers): nothing can be written here (0x00000001)",
      "0x5018c054 (weight memory, processor 3, column 5): it is read, but was never written (0x00000000)",
      "0x50508008 (bias memory, group 1, value 2), while layer 4 runs: it is read, but was never written (0x00000000)"};
  for (int i = 0; i < 3; ++i) {
    const ChipSentence text = sentence(max78000, errors[i]);
    CHECK(string_of(text) == sentences[i]);
  }
}

TEST_CASE("whatever the registers say, an inference ends") {
  test::Random random(3);
  for (int round = 0; round < 400; ++round) {
    Convolution p(random.between(1, 12), random.between(1, 12));
    p.load(picture);
    p.load_kernel(centre);
    p.set(G::layer_count, random.word() % 3);
    for (int change = 0; change < 6; ++change) {
      const auto r = static_cast<R>(random.below(layer_registers));
      const std::uint32_t known = description_of(r).known_bits(max78000);
      const bool is_size = r == R::rows || r == R::columns || r == R::mask_offset_and_count;
      p.set(r, random.word() & known & (is_size ? 0x0003'003fu : ~0u), random.below(3), random.below(2));
    }
    if (random.one_in(2)) p.start_group(1);
    p.start(random.one_in(4) ? 1u << 31 : 0);
    CHECK(p.chip.interrupt_pending());
  }
}

}  // namespace test_virtual_chip
