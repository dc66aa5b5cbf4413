// The driver over buses that remember, and over a virtual chip: what it writes, in which order, and what comes out.
#include <incuse/host/run.hpp>
#include <incuse/incuse.hpp>
#include <incuse/max7800x/driver.hpp>
#include <incuse/max7800x/virtual_chip.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <type_traits>
#include <vector>

#include <examples/fashion_mnist/fashion_net.hpp>
#include <examples/fashion_mnist/fashion_parameters.hpp>
#include <examples/fashion_mnist/fashion_pictures.hpp>
#include <support/parameters.hpp>

namespace test_driver {

using namespace incuse;
using namespace incuse::max7800x;
using incuse::test::Bytes;
using Kind = BusAccess::Kind;

namespace {

// clang-format off
/// Several passes, widths and outputs; 8-bit outputs of a channel number that is no multiple of 4.
struct SmallNet : Network<
    Input<3, 12, 12>,
    Conv2d<20, kernel<3>, pad<1>, ReLU, bias, output, as<"first">>,
    Fused<MaxPool2d<2>, Conv2d<70, kernel<3>, pad<1>, bits<4>, as<"second">>>,
    Conv2d<7, kernel<3>, pad<1>, bias>> {};
// clang-format on
constexpr Bytes<20 * 3 * 9> weight_1{7, 251};
constexpr Bytes<70 * 20 * 9> weight_2{5, 16};
constexpr Bytes<7 * 70 * 9> weight_3{11, 256};
constexpr Bytes<20> bias_1{9, 200};
constexpr Bytes<7> bias_3{4, 99};
struct SmallParameters {
  static constexpr LayerParameters layers[] = {
      {.weight = {weight_1.values, 20, 3, 3, 3}, .bias = {bias_1.values, 20}, .output_shift = -2},
      {.weight = {weight_2.values, 70, 20, 3, 3}, .output_shift = -2},
      {.weight = {weight_3.values, 7, 70, 3, 3}, .bias = {bias_3.values, 7}, .output_shift = -4},
  };
};

// clang-format off
struct FifoNet : Network<
    Input<2, 8, 8, chw>,
    Conv2d<8, kernel<3>, pad<1>, ReLU, place<processors<0x1'0001>, out_offset<0x2000>>>,
    Conv2d<3, kernel<3>, pad<1>, place<processors<0xff>, out_offset<0x4000>>>> {};
// clang-format on
constexpr Bytes<8 * 2 * 9> fifo_weight_1{7, 60};
constexpr Bytes<3 * 8 * 9> fifo_weight_2{5, 70};
struct FifoParameters {
  static constexpr LayerParameters layers[] = {
      {.weight = {fifo_weight_1.values, 8, 2, 3, 3}, .output_shift = -1},
      {.weight = {fifo_weight_2.values, 3, 8, 3, 3}, .output_shift = -2},
  };
};

/// So many layers that their registers lie in several pages of a stream on the MAX78002.
constexpr Bytes<4 * 4> deep_weight{3, 16};
template <class>
struct Deep;
template <int... Layer>
struct Deep<std::integer_sequence<int, Layer...>> {
  struct Net : Network<Input<4, 2, 2>, std::enable_if_t<(Layer >= 0), Conv2d<4, kernel<1>>>...> {};
  struct Parameters {
    static constexpr LayerParameters layers[] = {
        {.weight = {deep_weight.values, 4, 4, 1, 1}, .output_shift = Layer % 3}...};
  };
  using Chip = Deployment<Net, max78002, Parameters>;
};

using Small = Deployment<SmallNet, max78000, SmallParameters>;
using Fashion = Deployment<fashion::FashionNet, max78000, fashion::fashion_parameters>;
template <class... Options>
using SmallWith = Deployment<SmallNet, max78000, SmallParameters, Options...>;
/// With the zeros of the vendor's tool, which hit the last layer: no deployment has them.
template <class Chip, class... Options>
struct WithVendorZeros {
  static constexpr const auto& graph = Chip::graph;
  static constexpr const auto& plan = Chip::plan;
  static constexpr const Device& device = max78000;
  static constexpr auto options = options_of<clear_unused_layers, vendor_stream, Options...>();
};
template <class Chip>
using Streams = incuse::max7800x::detail::DriverTables<Chip>;

/// A bus with nothing behind it: reads give what `answer` says.
struct NoChip {
  std::uint32_t answer = control::complete.mask(max78000);
  void write(std::uint32_t, std::uint32_t) {}
  void write_byte(std::uint32_t, std::uint8_t) {}
  std::uint32_t read(std::uint32_t) { return answer; }
};

/// A bus that keeps what was written.
struct Memory {
  std::map<std::uint32_t, std::uint32_t> words{};
  void write(std::uint32_t address, std::uint32_t value) { words[address] = value; }
  void write_byte(std::uint32_t, std::uint8_t) {}
  std::uint32_t read(std::uint32_t address) { return words[address]; }
};

struct Log {
  std::vector<BusAccess>* accesses;
  void operator()(const BusAccess& access) const { accesses->push_back(access); }
};

/// The accesses that `work(bus)` makes of a bus that takes every check and wait for granted.
template <class Work>
std::vector<BusAccess> accesses_of(Work&& work) {
  std::vector<BusAccess> accesses;
  Memory memory;
  RecordingBus bus(memory, Log{&accesses});
  work(bus);
  return accesses;
}

/// What `emit(sink)` emits, as accesses of a bus that reads back what was written.
template <class Emit>
std::vector<BusAccess> emitted(Emit&& emit) {
  std::vector<BusAccess> accesses;
  Memory memory;
  emit([&](const RegisterWrite& write) {
    if (write.access == Access::write) memory.write(write.address, write.value);
    accesses.push_back(write.access == Access::write
                           ? BusAccess{Kind::write, write.address, write.value}
                           : BusAccess{Kind::read, write.address, memory.read(write.address)});
  });
  return accesses;
}

template <class Chip>
std::vector<BusAccess> emitted_configuration() {
  return emitted([](auto&& sink) { emit_configure(Chip::graph, Chip::plan, Chip::device, Chip::options, sink); });
}

template <class Chip>
std::vector<BusAccess> replayed_configuration() {
  return accesses_of([](auto& bus) { Streams<Chip>::replay(bus, Streams<Chip>::configure); });
}

std::vector<BusAccess> sorted(std::vector<BusAccess> accesses) {
  std::sort(accesses.begin(), accesses.end(), [](const BusAccess& a, const BusAccess& b) {
    return a.address != b.address ? a.address < b.address : a.value < b.value;
  });
  return accesses;
}

/// Number of the layer of a layer register; -1 for any other.
template <class Chip>
int layer_of(const BusAccess& access) {
  return register_at(Chip::device, access.address).layer;
}

template <class Chip>
void check_exact() {
  CHECK(replayed_configuration<Chip>() == emitted_configuration<Chip>());
  CHECK(accesses_of([](auto& bus) { Streams<Chip>::replay(bus, Streams<Chip>::start); }) ==
        emitted([](auto&& sink) { emit_start(Chip::graph, Chip::plan, Chip::device, Chip::options, sink); }));
}

/// The same writes, layer behind layer.
template <class Chip>
void check_compact() {
  const auto ours = replayed_configuration<Chip>(), vendors = emitted_configuration<Chip>();
  CHECK(sorted(ours) == sorted(vendors));
  for (std::size_t i = 0; i < ours.size(); ++i) CHECK(layer_of<Chip>(ours[i]) == layer_of<Chip>(vendors[i]));
  CHECK(accesses_of([](auto& bus) { Streams<Chip>::replay(bus, Streams<Chip>::start); }) ==
        emitted([](auto&& sink) { emit_start(Chip::graph, Chip::plan, Chip::device, Chip::options, sink); }));
}

using Picture = int[28 * 28];

void fill(Picture& values, const fashion::TestPicture& picture) {
  for (int i = 0; i < 28 * 28; ++i) values[i] = fashion::network_value(picture.pixels[i]);
}

/// A virtual chip, too large for the stack.
std::unique_ptr<VirtualChip<max78000>> virtual_chip() { return std::make_unique<VirtualChip<max78000>>(); }

template <class Chip, class Bus>
auto configured(Bus& bus) {
  return accelerator<Chip>(bus).enable().init().load_weights().load_bias().configure();
}

template <class Chip>
std::vector<int> input_of() {
  std::vector<int> values(static_cast<std::size_t>(Chip::graph.input.elements()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int>(i * 37 % 251) - 125;
  return values;
}

template <class Chip>
host::Executor<Chip::graph.capacity> executed(const std::vector<int>& input) {
  host::Executor executor(Chip::graph, Chip::parameters, Chip::options);
  REQUIRE(executor.ready());
  executor.set_input(input.data());
  executor.run();
  return executor;
}

template <class Value, int Count>
std::vector<int> list(const Value (&values)[Count]) {
  return {values, values + Count};
}

}  // namespace

TEST_CASE("Writes of a stream that are not to a chip's registers name their address") {
  const auto needs = [](const Device& device, std::uint32_t place) {
    max7800x::detail::StreamItems<1> items;
    items.add(device, false, {device.registers.base + place, 7});
    return items.needs;
  };
  CHECK(needs(max78000, 0x48) == Needs::registers);
  CHECK(needs(max78000, 0x1000) == Needs::addresses);  // the registers' first page ends here
  CHECK(needs(max78000, max78000.data.base - max78000.registers.base) == Needs::addresses);
  CHECK(needs(max78002, 0x10'0000) == Needs::registers);  // layer registers, in a later page
  CHECK(needs(max78002, max78002.data.base - max78002.registers.base) == Needs::addresses);
}

TEST_CASE("compact streams make the same writes, layer behind layer") {
  check_compact<Small>();
  check_compact<Fashion>();
  check_compact<SmallWith<write_zero_registers>>();
  check_compact<SmallWith<repetitions<3>>>();
  check_compact<SmallWith<clear_unused_layers>>();
  using SmallOnMax78002 = Deployment<SmallNet, max78002, SmallParameters>;
  using DeepOnMax78002 = Deep<std::make_integer_sequence<int, 40>>::Chip;
  check_compact<SmallOnMax78002>();
  check_compact<DeepOnMax78002>();
  static_assert(5 * sizeof(Streams<SmallOnMax78002>::configure) < 2 * sizeof(SmallOnMax78002::image.configure));
  static_assert(5 * sizeof(Streams<DeepOnMax78002>::configure) < 2 * sizeof(DeepOnMax78002::image.configure));
  static_assert(4 * sizeof(Streams<Fashion>::configure) < sizeof(Fashion::image.configure));
}

TEST_CASE("a register that is written twice keeps its later value") {
  using Chip = WithVendorZeros<Small>;
  Memory memory, expected;
  Streams<Chip>::replay(memory, Streams<Chip>::configure);
  for (const BusAccess& access : emitted_configuration<Chip>()) expected.write(access.address, access.value);
  CHECK(memory.words == expected.words);
}

TEST_CASE("the vendor's order on request") {
  check_exact<SmallWith<exact_write_order>>();
  check_exact<SmallWith<exact_write_order, write_zero_registers, repetitions<2>>>();
  check_exact<SmallWith<exact_write_order, clear_unused_layers>>();
  check_exact<WithVendorZeros<Small, exact_write_order>>();
  check_exact<Deployment<SmallNet, max78002, SmallParameters, exact_write_order>>();
}

TEST_CASE("with checks every write stays where it is") {
  using Chip = SmallWith<verify_writes>;
  check_exact<Chip>();
  static_assert(Streams<Chip>::configure.needs == Needs::reads);
  static_assert(Streams<Small>::configure.needs == Needs::registers && Streams<Small>::init.needs == Needs::addresses);
}

TEST_CASE("a failed check is told") {
  Memory holds;
  CHECK(accelerator<SmallWith<verify_writes>>(holds).enable().init().ok());
  NoChip forgets;
  CHECK_FALSE(accelerator<SmallWith<verify_writes>>(forgets).enable().init().ok());
  CHECK(accelerator<Small>(forgets).enable().init().ok());
}

TEST_CASE("memories are cleared before anything is loaded") {
  const auto chip = virtual_chip();
  auto initialised = accelerator<SmallWith<clear_memories>>(*chip).enable().init();
  CHECK(initialised.ok());
  CHECK(chip->report().ok());
  CHECK(chip->read(0x5040'0000) == 0);  // would be an error in memory that was never written
  CHECK(chip->report().ok());
}

TEST_CASE("inferences on the virtual chip give what the reference gives") {
  const auto chip = virtual_chip();
  auto ready = configured<Fashion>(*chip);
  CHECK(ready.verify_weights());
  Picture picture;
  fill(picture, fashion::test_pictures[0]);
  int logits[fashion::classes];
  auto done = std::move(ready).load_input(picture).start().wait();
  done.unload(logits);
  CHECK(list(logits) == list(fashion::test_pictures[0].logits));

  SUBCASE("again") {
    for (int i = 1; i < 4; ++i) {
      fill(picture, fashion::test_pictures[i]);
      done = std::move(done).load_input(picture).start().wait();
      done.unload(logits);
      CHECK(list(logits) == list(fashion::test_pictures[i].logits));
    }
  }
  SUBCASE("from a function") {
    auto more = std::move(done).load_input([&](int i) { return picture[i]; }).start().wait();
    more.unload(logits);
    CHECK(list(logits) == list(fashion::test_pictures[0].logits));
  }
  SUBCASE("packed") {
    struct Words {
      std::vector<std::uint32_t> list{};
      void region(std::uint32_t, int) {}
      void word(std::uint32_t value) { list.push_back(value); }
    } words;
    emit_input(
        Fashion::image.input, max78000, [&](int i) { return picture[i]; }, words);
    auto more = std::move(done).load_packed_input(words.list.data()).start().wait();
    more.unload(logits);
    CHECK(list(logits) == list(fashion::test_pictures[0].logits));
  }
  SUBCASE("from a pointer") {
    const std::vector<signed char> values(picture, picture + 28 * 28);
    auto more = std::move(done).load_input(values.data()).start().wait();
    more.unload(logits);
    CHECK(list(logits) == list(fashion::test_pictures[0].logits));
  }
  CHECK(chip->report().ok());
}

TEST_CASE("8-bit outputs, several of them, layers in between") {
  const auto chip = virtual_chip();
  const std::vector<int> input = input_of<Small>();
  const auto expected = executed<Small>(input);
  auto done = configured<Small>(*chip).load_input(input.data()).start().wait();
  signed char first[20 * 12 * 12], last[7 * 6 * 6];
  done.unload<0>(first);
  done.unload(last);
  CHECK(list(first) == expected.output_of(0));
  CHECK(list(last) == expected.output_of(2));

  std::vector<int> one_by_one(7 * 6 * 6, 1000);
  done.unload_each([&](int i, int value) { one_by_one[static_cast<std::size_t>(i)] = value; });
  CHECK(one_by_one == expected.output_of(2));

  std::vector<std::uint32_t> packed;
  struct Words {
    std::vector<std::uint32_t>& list;
    void region(std::uint32_t, int) {}
    void word(std::uint32_t value) { list.push_back(value); }
  };
  emit_input(
      Small::image.input, max78000, [&](int i) { return input[static_cast<std::size_t>(i)]; }, Words{packed});
  done = std::move(done).load_packed_input(packed.data()).start().wait();
  done.unload(last);
  CHECK(list(last) == expected.output_of(2));

  auto stopped = std::move(done).load_input(input.data()).start_until<"second">().wait();
  signed char second[70 * 6 * 6];
  stopped.unload_layer(second);
  CHECK(list(second) == expected.output_of(1));

  // The next inference goes all the way again.
  auto again = std::move(stopped).load_input(input.data()).start().wait();
  again.unload(last);
  CHECK(list(last) == expected.output_of(2));
  CHECK(chip->report().ok());
}

TEST_CASE("every option of the tables works in the driver") {
  const std::vector<int> input = input_of<Small>();
  const auto expected = executed<Small>(input).output_of(2);
  const auto check = [&]<class Chip>(Chip*) {
    const auto chip = virtual_chip();
    auto ready = configured<Chip>(*chip);
    CHECK(ready.ok());
    CHECK(ready.verify_weights());
    auto done = std::move(ready).load_input(input.data()).start().wait();
    signed char last[7 * 6 * 6];
    done.unload(last);
    CHECK(list(last) == expected);
    CHECK(chip->report().ok());
  };
  check(static_cast<SmallWith<exact_write_order>*>(nullptr));
  check(static_cast<SmallWith<plain_weights>*>(nullptr));
  check(static_cast<SmallWith<write_zero_registers>*>(nullptr));
  check(static_cast<SmallWith<verify_writes>*>(nullptr));
  check(static_cast<SmallWith<clear_memories>*>(nullptr));
}

TEST_CASE("input through FIFOs") {
  using Chip = Deployment<FifoNet, max78000, FifoParameters, fifo_input>;
  const std::vector<int> input = input_of<Chip>();
  const auto expected = executed<Chip>(input).output_of(1);
  const auto chip = virtual_chip();
  auto done = configured<Chip>(*chip).start().push_input(input.data()).wait();
  signed char values[3 * 8 * 8];
  done.unload(values);
  CHECK(list(values) == expected);
  auto again = std::move(done).start().push_input(input.data()).wait();
  again.unload(values);
  CHECK(list(values) == expected);
  CHECK(chip->report().ok());
}

TEST_CASE("an inference can be stopped and goes on") {
  const auto chip = virtual_chip();
  const std::vector<int> input = input_of<Small>();
  chip->complete_after(50);
  auto running = configured<Small>(*chip).load_input(input.data()).start();
  CHECK_FALSE(running.finished());
  auto stopped = std::move(running).stop();
  for (int i = 0; i < 100; ++i) chip->read(0x5010'0000);
  CHECK_FALSE(chip->interrupt_pending());
  auto done = std::move(stopped).resume().wait();
  CHECK_FALSE(chip->interrupt_pending());
  signed char last[7 * 6 * 6];
  done.unload(last);
  CHECK(list(last) == executed<Small>(input).output_of(2));
  CHECK(chip->report().ok());
}

TEST_CASE("weights that are not there are noticed") {
  const auto chip = virtual_chip();
  auto loaded = accelerator<Small>(*chip).enable().init().load_weights();
  CHECK(loaded.verify_weights());
  const std::uint32_t start = Small::image.weights[0];  // the first kernel of the first processor
  chip->write_byte(start | 1, 1);
  for (std::uint32_t i = 0; i < 9; ++i) chip->write(start + 4 * i, ~Small::image.weights[2 + i]);
  CHECK_FALSE(loaded.verify_weights());
}

TEST_CASE("two deployments take turns") {
  const auto chip = virtual_chip();
  const std::vector<int> input = input_of<Small>();
  Picture picture;
  fill(picture, fashion::test_pictures[2]);
  auto first = configured<Small>(*chip).load_input(input.data()).start().wait();
  signed char last[7 * 6 * 6];
  first.unload(last);
  CHECK(list(last) == executed<Small>(input).output_of(2));
  [[maybe_unused]] auto off = std::move(first).disable();
  chip->power_cycle();
  auto second = configured<Fashion>(*chip).load_input(picture).start().wait();
  int logits[fashion::classes];
  second.unload(logits);
  CHECK(list(logits) == list(fashion::test_pictures[2].logits));
  CHECK(chip->report().ok());
}

TEST_CASE("handles are moved, not copied, and cost a pointer") {
  NoChip bus;
  using Handle = decltype(accelerator<Small>(bus));
  static_assert(!std::is_copy_constructible_v<Handle> && !std::is_copy_assignable_v<Handle>);
  static_assert(std::is_nothrow_move_constructible_v<Handle>);
  static_assert(sizeof(Handle) <= 2 * sizeof(void*));
}

// The board -----------------------------------------------------------------------------------------------------------

namespace {

/// The system's registers, and a processor that sees what happens when. The accelerator's interrupt comes at the
/// `arrival`-th event; interrupts are level-triggered.
struct FakeSystem {
  static inline Memory memory{};
  static inline std::vector<BusAccess> writes{};
  static inline int events = 0, arrival = 0, sleeps = 0;
  static inline bool masked = false, handled = false, stuck = false;

  static bool arrived() { return events >= arrival; }
  static bool enabled() { return enabled_; }
  static void event() {
    ++events;
    if (arrived() && enabled_ && !masked) handled = true;  // there is no handler: the program would be lost
  }

  static void write(std::uint32_t address, std::uint32_t value) {
    event();
    writes.push_back({Kind::write, address, value});
    if (address == 0xe000'e100 + 4 * 3) enabled_ = (value >> 21 & 1) != 0;
    if (address == 0xe000'e180 + 4 * 3 && (value >> 21 & 1) != 0) enabled_ = false;
    memory.write(address, value);
  }
  static void write_byte(std::uint32_t, std::uint8_t) {}
  static std::uint32_t read(std::uint32_t address) { return memory.read(address); }

  // A core.
  static void mask_interrupts() { masked = true; }
  static void unmask_interrupts() {
    masked = false;
    event();
  }
  static void sleep() {
    ++sleeps;
    event();
    if (!arrived() && !enabled_) stuck = true;  // nothing would ever wake it
    if (!arrived()) events = arrival;           // it wakes when the interrupt comes
  }

  static void reset(int interrupt_comes_at) {
    memory = {};
    writes.clear();
    events = sleeps = 0;
    arrival = interrupt_comes_at;
    masked = handled = stuck = enabled_ = false;
  }

 private:
  static inline bool enabled_ = false;
};

}  // namespace

TEST_CASE("no wake-up is lost, whenever the interrupt comes") {
  using Core = SleepingCore<FakeSystem>;
  for (int arrival = 0; arrival < 12; ++arrival) {
    CAPTURE(arrival);
    FakeSystem::reset(arrival);
    FakeSystem system;
    const auto done = [] {
      FakeSystem::event();
      return FakeSystem::arrived();
    };
    int rounds = 0;
    while (!done() && ++rounds < 20) Core::sleep_unless(system, max78000_system.interrupt, done);
    CHECK(rounds < 20);
    CHECK_FALSE(FakeSystem::stuck);
    CHECK_FALSE(FakeSystem::handled);
    CHECK_FALSE(FakeSystem::masked);
    CHECK_FALSE(FakeSystem::enabled());
  }
}

TEST_CASE("without its pipeline, the MAX78002 gets half the clock") {
  FakeSystem::reset(1000);
  Board<max78002_system, BusyCore, FakeSystem> board;
  const auto divider = [&](bool in_stages) {
    FakeSystem::memory.words = {{0x4000'0018, 0xffff'ffff}};
    FakeSystem::writes.clear();
    board.power_on(0x1, in_stages);
    return FakeSystem::writes[5];
  };
  CHECK(divider(true) == BusAccess{Kind::write, 0x4000'0018, 0xfff9'3fff});
  CHECK(divider(false) == BusAccess{Kind::write, 0x4000'0018, 0xfff8'3fff});
}

TEST_CASE("the board switches power, isolation, reset and clock as documented") {
  FakeSystem::reset(1000);
  FakeSystem::memory.words = {{0x4000'0018, 0xffff'ffff}, {0x4000'0024, 0xffff'ffff}};
  Board<max78000_system, BusyCore, FakeSystem> board;
  board.power_on(0x3);
  using Writes = std::vector<BusAccess>;
  CHECK(FakeSystem::writes == Writes{{Kind::write, 0x4000'580c, 0xf},
                                     {Kind::write, 0x4000'5804, 0x3},
                                     {Kind::write, 0x4000'5800, 0x3},
                                     {Kind::write, 0x4000'5808, 0xc},
                                     {Kind::write, 0x4000'580c, 0x0},
                                     {Kind::write, 0x4000'0018, 0xfffd'3fff},
                                     {Kind::write, 0x4000'0024, 0xfdff'ffff}});
  FakeSystem::writes.clear();
  board.power_off();
  CHECK(FakeSystem::writes == Writes{{Kind::write, 0x4000'0024, 0xffff'ffff},
                                     {Kind::write, 0x4000'580c, 0xf},
                                     {Kind::write, 0x4000'5808, 0xf},
                                     {Kind::write, 0x4000'5800, 0x0},
                                     {Kind::write, 0x4000'5804, 0x0},
                                     {Kind::write, 0x4000'580c, 0x0}});
}

}  // namespace test_driver
