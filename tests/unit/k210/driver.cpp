// The driver: what it writes, and what it does when the KPU does not answer.
#include <incuse/k210/driver.hpp>

#include <doctest/doctest.h>

#include <map>
#include <type_traits>
#include <utility>
#include <vector>

#include <support/parameters.hpp>

namespace test_driver {

using namespace incuse;
using namespace incuse::k210;

namespace {

using Net = Network<Input<3, 8, 70>, Conv2d<4, kernel<3>, pad<1>, ReLU>, Conv2d<2, kernel<1>>>;
using Chip = Deployment<Net, k210_kpu, test::RandomParameters<Net>>;

/// A bus that records all accesses. Its KPU is done when the status has been read a given number of times.
struct Recorder {
  int looks_until_done = 0;
  bool output_arrives = true;

  int looks = 0, sleeps = 0, layers = 0, words = 0;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> writes{};
  std::vector<std::pair<std::uint32_t, int>> stores{};
  std::vector<LayerWords> pushed{};
  int received = 0, layers_when_received = -1;

  void write(std::uint32_t address, std::uint64_t word) {
    if (address != k210_kpu.registers) return writes.push_back({address - k210_kpu.registers, word});
    if (words == 0) pushed.emplace_back();
    pushed.back().words[words++] = word;
    if (words < fifo_words) return;
    words = looks = 0;
    ++layers;
  }
  std::uint64_t read(std::uint32_t address) {
    CHECK(address == k210_kpu.registers + k210_kpu.offset.interrupt_status);
    return looks++ >= looks_until_done ? calc_done : 0;
  }
  void store(std::uint32_t address, const std::uint8_t*, int count) { stores.push_back({address, count}); }
  void load(std::uint32_t, std::uint8_t* to, int count) {
    for (int i = 0; i < count; ++i) to[i] = 128;
  }
  BusAddress address_of(const void* table) {
    return {
        k210_kpu.uncached(0x8010'0000u | static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(table) & 0xff))};
  }
  void start_receiving(std::uint8_t*, int count) {
    received = count;
    layers_when_received = layers;
  }
  bool finish_receiving() const { return output_arrives; }
};

struct SleepingRecorder : Recorder {
  void wait_for_interrupt() { ++sleeps; }
};

/// A KPU that has its input can be run once: the handle is used up.
template <class Loaded>
concept runs_again = requires(Loaded& loaded, std::int8_t* output) {
  loaded.run(output);
};
static_assert(!runs_again<KpuDriver<Chip, Recorder>::Loaded>);
static_assert(!std::is_copy_constructible_v<KpuDriver<Chip, Recorder>::Loaded>);
static_assert(!std::is_move_constructible_v<KpuDriver<Chip, Recorder>::Loaded>);
/// Neither an input nor a run without `init`.
template <class Driver>
concept loads_at_once = requires(Driver& driver, const std::int8_t* input) {
  driver.load_input(input);
};
static_assert(!loads_at_once<KpuDriver<Chip, Recorder>>);

template <class Driver, class Bus>
RunResult ran(Bus& bus, std::int8_t* output) {
  Driver driver(bus);
  const std::vector<std::int8_t> input(3 * 8 * 70);
  return driver.init().load_input(input.data()).run(output);
}

}  // namespace

TEST_CASE("initialisation leaves one interrupt on and selects the width of the weights") {
  Recorder bus;
  (void)KpuDriver<Chip, Recorder>(bus).init();
  std::map<std::uint32_t, std::uint64_t> last;
  for (const auto& [offset, value] : bus.writes) last[offset] = value;
  CHECK(last[k210_kpu.offset.interrupt_mask] == 6);
  CHECK(last[k210_kpu.offset.interrupt_clear] == 7);
  CHECK(last[k210_kpu.offset.eight_bit_mode] == 1);
}

TEST_CASE("the input is stored row by row") {
  Recorder bus;
  KpuDriver<Chip, Recorder> driver(bus);
  const std::vector<std::int8_t> input(3 * 8 * 70);
  (void)driver.init().load_input(input.data());
  REQUIRE(bus.stores.size() == 24);
  CHECK(bus.stores[0].first == k210_kpu.ram);
  CHECK(bus.stores[9].first == k210_kpu.ram + 9 * 128);
  CHECK(bus.stores[9].second == 70);
}

TEST_CASE("layers run one by one, with the addresses of their tables and an interrupt each") {
  Recorder bus;
  bus.looks_until_done = 5;
  std::int8_t output[2 * 8 * 70 + 8];
  CHECK(ran<KpuDriver<Chip, Recorder>>(bus, output) == RunResult::done);
  REQUIRE(bus.layers == 2);
  for (const LayerWords& words : bus.pushed) {
    const LayerArguments a = decode(words);
    CHECK(a.int_en == 1);
    for (long long address : {a.bwsx_base_addr, a.para_start_addr, a.active_addr})
      CHECK((address >> 8) == 0x4010'00);  // uncached
    CHECK(a.para_start_addr % 128 == 0);
    CHECK(a.active_addr % 256 == 0);
  }
  CHECK(decode(bus.pushed[0]).send_data_out == 0);
  CHECK(decode(bus.pushed[1]).send_data_out == 1);
  CHECK(bus.received == 2 * 8 * 70);
  CHECK(bus.layers_when_received == 1);  // DMA waits before the last layer starts
}

TEST_CASE("with an interrupt the driver sleeps between its looks") {
  SleepingRecorder bus;
  bus.looks_until_done = 1;
  std::int8_t output[2 * 8 * 70 + 8];
  CHECK(ran<KpuDriver<Chip, SleepingRecorder>>(bus, output) == RunResult::done);
  CHECK(bus.sleeps == 2);
}

TEST_CASE("a KPU that does not answer, and an output that does not come") {
  Recorder bus;
  bus.looks_until_done = 1000;
  std::int8_t output[2 * 8 * 70 + 8];
  CHECK(ran<KpuDriver<Chip, Recorder, 100>>(bus, output) == RunResult::no_answer);
  CHECK(bus.layers == 1);
  CHECK(bus.looks == 100);
  Recorder without;
  without.output_arrives = false;
  CHECK(ran<KpuDriver<Chip, Recorder>>(without, output) == RunResult::no_output);
}

TEST_CASE("an input is good for one run, and only as long as no other is loaded") {
  Recorder bus;
  KpuDriver<Chip, Recorder> driver(bus);
  auto ready = driver.init();
  const std::int8_t input[3 * 8 * 70] = {};
  std::int8_t output[2 * 8 * 70];
  auto first = ready.load_input(input);
  auto second = ready.load_input(input);
  CHECK(std::move(first).run(output) == RunResult::no_input);
  CHECK(bus.layers == 0);
  CHECK(std::move(second).run(output) == RunResult::done);
  CHECK(bus.layers == 2);
  CHECK(std::move(second).run(output) == RunResult::no_input);
  CHECK(bus.layers == 2);
  CHECK(ready.load_input(input).run(output) == RunResult::done);
}

TEST_CASE("an array that is too small for an output gets nothing") {
  Recorder bus;
  KpuDriver<Chip, Recorder> driver(bus);
  std::uint8_t codes[2 * 8 * 70], small[2 * 8 * 70 - 1] = {};
  const std::int8_t input[3 * 8 * 70] = {};
  CHECK(driver.init().load_input(input).run(codes) == RunResult::done);
  CHECK(driver.unload(0, codes));
  CHECK(!driver.unload(0, small));
  CHECK(driver.unload_step(1, codes) == 2 * 8 * 70);
  CHECK(driver.unload_step(1, small) == 0);
  for (const std::uint8_t code : small) CHECK(code == 0);
}

TEST_CASE("outputs are there behind the layers that make them, and until another input is loaded") {
  Recorder bus;
  KpuDriver<Chip, Recorder, 100> driver(bus);
  std::uint8_t codes[2 * 8 * 70], inner[4 * 8 * 70];
  const std::int8_t input[3 * 8 * 70] = {};
  const auto nothing_is_there = [&] {
    return !driver.unload(0, codes) && driver.unload_step(0, inner) == 0 && driver.unload_step(1, codes) == 0;
  };
  CHECK(nothing_is_there());
  auto ready = driver.init();
  auto loaded = ready.load_input(input);
  CHECK(nothing_is_there());
  int calls = 0;
  CHECK(std::move(loaded).run(codes, [&](int step) {
    ++calls;
    CHECK(driver.unload_step(step, inner) > 0);
    CHECK(driver.unload_step(step + 1, inner) == 0);
    CHECK(!driver.unload(0, codes));
  }) == RunResult::done);
  CHECK(calls == 2);
  CHECK(driver.unload(0, codes));
  CHECK(driver.unload_step(-1, inner) == 0);
  auto again = ready.load_input(input);
  CHECK(nothing_is_there());
  bus.looks_until_done = 1000;
  CHECK(std::move(again).run(codes) == RunResult::no_answer);
  CHECK(nothing_is_there());
}

TEST_CASE("cached addresses become uncached ones") {
  CHECK(k210_kpu.uncached(0x8012'3400) == 0x4012'3400);
  CHECK(k210_kpu.uncached(0x4012'3400) == 0x4012'3400);
}

}  // namespace test_driver
