// Faults that are injected into the memories of a virtual chip are found in the right layer and at the right place.
#include <incuse/host/first_difference.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/host/random_parameters.hpp>
#include <incuse/import/memory_dump.hpp>
#include <incuse/incuse.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/max7800x/virtual_chip.hpp>

#include <support/random.hpp>

namespace test_first_difference {

using namespace incuse;
using namespace incuse::host;

namespace {

using Chip = max7800x::VirtualChip<max78000>;

// clang-format off
struct Net : Network<
    Input<3, 20, 20>,
    Conv2d<20, kernel<3>, pad<1>, ReLU, bias>,
    Fused<MaxPool2d<2>, Conv2d<70, kernel<3>, pad<1>>>,
    Conv2d<24, kernel<1>>,
    Fused<AvgPool2d<2>, Conv2d<8, kernel<3>>>,
    Flatten,
    Linear<5, wide>> {};

/// Outputs take turns in two places.
struct Turns : Network<
    Input<1, 8, 8, chw>,
    Conv2d<8, kernel<3>, pad<1>, place<processors<0x1>, out_offset<0x2000>>>,
    Conv2d<8, kernel<3>, pad<1>, place<processors<0xff>, out_offset<0>>>,
    Conv2d<4, kernel<3>, pad<1>, place<processors<0xff>, out_offset<0x2000>>>,
    Conv2d<8, kernel<3>, pad<1>, place<processors<0xf>, out_offset<0>>>> {};

/// The first layer's output needs twice an instance.
template <ProcessorMap Map>
struct Streaming : Network<
    Input<1, 128, 128>,
    Conv2d<bit_count(Map), kernel<3>, pad<1>, streaming,
           place<processors<0x1>, output_processors<Map>, in_offset<0>, out_offset<0x200>>>,
    Fused<MaxPool2d<2>, Conv2d<4, kernel<3>, pad<1>, streaming,
           place<processors<Map>, output_processors<0xf0'0000>, in_offset<0x200>, out_offset<0>>>>> {};
// clang-format on

/// The network in a chip that has been loaded, and in an executor that has run.
template <class Network = Net>
struct Loaded {
  static constexpr int capacity = max7800x::most_layers;

  RandomParameters random = random_parameters(graph_of<Network>());
  max7800x::PlannedNetwork<capacity> planned =
      max7800x::arrange_and_plan<capacity>(bind(graph_of<Network>(), random.view()), max78000);
  DeployedNetwork<capacity> network{planned.graph, planned.plan, max78000, planned.options, random.view()};
  Executor<capacity> executor{planned.graph, random.view()};
  std::vector<int> input = random_input(planned.graph);
  std::unique_ptr<Chip> chip = std::make_unique<Chip>();

  Loaded() {
    executor.set_input(input.data());
    executor.run();
    REQUIRE(load_accelerator(network, *chip));
  }
  int layers() const { return planned.graph.size; }

  /// All words of the data memories that have been written.
  MemoryDump dump_after(int layer) {
    REQUIRE(run_accelerator(network, input.data(), *chip, layer));
    REQUIRE(chip->report().ok());
    MemoryDump dump;
    for (int k = 0; k < max7800x::instances; ++k)
      for (int i = 0; i < max78000.data.entries; ++i) {
        const std::uint32_t address = max78000.data_address(4 * k, 4 * i);
        const std::uint32_t word = chip->read(address);
        if (chip->report().ok()) dump.set(address, word);
        chip->forget_errors();
      }
    return dump;
  }
  std::vector<LayerComparison> compare(const MemoryDump& dump, int last_layer) const {
    return compare_layers(network, executor, last_layer, [&](std::uint32_t address) { return dump.word(address); });
  }
};

/// A bus to a chip whose data memory has a bit that is always 1.
struct FaultyBus {
  Chip& chip;
  std::uint32_t address;
  std::uint32_t stuck;

  void write(std::uint32_t to, std::uint32_t word) { chip.write(to, word); }
  void write_byte(std::uint32_t to, std::uint8_t byte) { chip.write_byte(to, byte); }
  std::uint32_t read(std::uint32_t from) { return chip.read(from) | (from == address ? stuck : 0); }
};

}  // namespace

TEST_CASE("without a fault nothing differs") {
  Loaded<> loaded;
  for (int layer = 0; layer < loaded.layers(); ++layer) {
    const std::vector<LayerComparison> found = loaded.compare(loaded.dump_after(layer), layer);
    REQUIRE(found.size() == static_cast<std::size_t>(layer) + 1);
    CHECK(first_difference(found) == nullptr);
    CHECK(text_of(found.back()) == "equal (" + std::to_string(loaded.planned.graph[layer].out.elements()) + " values)");
  }
  const auto steps = compare_step_by_step(loaded.network, loaded.executor, loaded.input.data(), *loaded.chip);
  CHECK(steps.size() == static_cast<std::size_t>(loaded.layers()));
  CHECK(first_difference(steps) == nullptr);
}

TEST_CASE("of an accelerator that never completes nothing is compared") {
  struct Silent {
    int writes = 0;
    void write(std::uint32_t, std::uint32_t) { ++writes; }
    void write_byte(std::uint32_t, std::uint8_t) {}
    std::uint32_t read(std::uint32_t) { return 0; }
  } bus;
  Loaded<> loaded;
  CHECK(compare_step_by_step(loaded.network, loaded.executor, loaded.input.data(), bus).empty());
  CHECK(bus.writes > 0);
}

TEST_CASE("a flipped bit of a dump is found where it is") {
  Loaded<> loaded;
  test::Random random(5);
  for (int layer = 0; layer < loaded.layers(); ++layer) {
    const MemoryDump dump = loaded.dump_after(layer);
    const max7800x::TensorLayout layout = max7800x::output_layout(loaded.planned.graph, loaded.planned.plan, layer);
    for (int round = 0; round < 20; ++round) {
      const int element = random.below(layout.shape.elements());
      const int pixels = layout.shape.pixels(), width = layout.shape.width;
      const std::uint32_t address = max7800x::element_address(max78000, layout, element / pixels, element % pixels);
      const std::uint32_t bit = 8 * (address % 4) + random.word() % 8;
      MemoryDump flipped = dump;
      flipped.set(address & ~3u, *dump.word(address & ~3u) ^ 1u << bit);
      const std::vector<LayerComparison> comparisons = loaded.compare(flipped, layer);
      const LayerComparison* found = first_difference(comparisons);
      REQUIRE(found != nullptr);
      CHECK(found->layer == layer);
      CHECK(found->channel == element / pixels);
      CHECK(found->row == element % pixels / width);
      CHECK(found->column == element % width);
      CHECK(found->differing == 1);
      CHECK(found->address == (address & ~3u));
      const int expected = loaded.executor.output(layer, element);
      CHECK(found->expected == expected);
      CHECK(found->actual == (layout.wide ? expected ^ 1 << bit : static_cast<std::int8_t>(expected ^ 1 << bit % 8)));
    }
  }
}

TEST_CASE("a flipped bit of a weight shows in the layer that reads it") {
  Loaded<> loaded;
  const auto& plan = loaded.planned.plan;
  for (int layer : {0, 1, 2}) {
    // The kernel of some output channel of the layer, in the memory of the first processor that reads its input.
    const int processor = first_bit(plan[layer].processors), column = plan[layer].kernels.offset;
    std::uint32_t words[4];
    for (std::uint32_t i = 0; i < 4; ++i)
      words[i] = loaded.chip->read(max78000.weight_address(processor, column) + 4 * i);
    const std::uint32_t control = max78000.group_register(processor / 16, max7800x::GroupRegister::control);
    const auto store = [&](std::uint32_t flip) {
      loaded.chip->write(control, loaded.chip->read(control) & ~max7800x::control::express.mask(max78000));
      words[2] ^= flip;
      for (std::uint32_t i = 0; i < 4; ++i)
        loaded.chip->write(max78000.weight_address(processor, column) + 4 * i, words[i]);
    };
    store(0x4040'4040);
    const auto steps = compare_step_by_step(loaded.network, loaded.executor, loaded.input.data(), *loaded.chip);
    const LayerComparison* found = first_difference(steps);
    REQUIRE(found != nullptr);
    CHECK(found->layer == layer);
    CHECK(steps.size() == static_cast<std::size_t>(layer) + 1);
    CHECK(text_of(*found).find(" differs: expected ") != std::string::npos);
    store(0x4040'4040);
  }
  CHECK(first_difference(compare_step_by_step(loaded.network, loaded.executor, loaded.input.data(), *loaded.chip)) ==
        nullptr);
}

TEST_CASE("a stuck bit of a data memory shows in the first layer that stores there") {
  Loaded<> loaded;
  for (int layer = 0; layer < loaded.layers(); ++layer) {
    const max7800x::TensorLayout layout = max7800x::output_layout(loaded.planned.graph, loaded.planned.plan, layer);
    int element = 0;  // one whose sign is not set
    while (loaded.executor.output(layer, element) < 0) ++element;
    const int pixels = layout.shape.pixels();
    const std::uint32_t address = max7800x::element_address(max78000, layout, element / pixels, element % pixels);
    const std::uint32_t sign = layout.wide ? 1u << 31 : 0x80u << 8 * (address % 4);
    FaultyBus bus{*loaded.chip, address & ~3u, sign};
    const LayerComparison* found = nullptr;
    const auto steps = compare_step_by_step(loaded.network, loaded.executor, loaded.input.data(), bus);
    found = first_difference(steps);
    REQUIRE(found != nullptr);
    CHECK(found->layer <= layer);
    CHECK(found->address == (address & ~3u));
  }
}

TEST_CASE("what a dump cannot tell") {
  Loaded<Turns> turns;
  const auto all = turns.compare(turns.dump_after(2), 2);
  CHECK(first_difference(all) == nullptr);
  CHECK(all[0].verdict == Verdict::equal);
  CHECK(all[0].compared == 4 * 64);  // of eight channels: the others are overwritten
  CHECK(all[1].compared == 8 * 64);
  CHECK(turns.compare(turns.dump_after(1), 1)[0].compared == 8 * 64);
  CHECK(turns.compare(turns.dump_after(3), 3)[1].verdict == Verdict::overwritten);

  Loaded<> loaded;
  const auto nothing = loaded.compare(MemoryDump(), loaded.layers() - 1);
  CHECK(nothing.back().verdict == Verdict::absent);
  CHECK(text_of(nothing.back()).rfind("not in the dump, which needs the word at 0x5", 0) == 0);

  const max7800x::TensorLayout layout = max7800x::output_layout(loaded.planned.graph, loaded.planned.plan, 0);
  const MemoryDump whole = loaded.dump_after(0);
  const std::uint32_t lost = max7800x::element_address(max78000, layout, 5, 21) & ~3u;
  MemoryDump partial;
  for (const auto& [address, word] : whole.words())
    if (address != lost) partial.set(address, word);
  const auto found = loaded.compare(partial, 0);
  CHECK(found.front().verdict == Verdict::incomplete);
  CHECK(found.front().address == lost);
  CHECK(found.front().row == 1);
  CHECK(found.front().column == 1);
}

TEST_CASE("a layer whose successor streams is compared as far as its pixels have words of their own") {
  // 128 x 128 words of a layer run on behind their instance.
  const auto compare = [](const auto& network_of) {
    using Network = std::remove_cvref_t<decltype(network_of)>;
    const RandomParameters random = random_parameters(graph_of<Network>());
    max7800x::Options options;
    options.input_path = max7800x::InputPath::fifo;
    const auto planned = max7800x::arrange_and_plan<8>(bind(graph_of<Network>(), random.view()), max78000, options);
    REQUIRE(inspect(planned.graph, planned.plan, max78000, planned.options).ok());
    const DeployedNetwork<8> network{planned.graph, planned.plan, max78000, planned.options, random.view()};
    Executor<8> executor(planned.graph, random.view(), planned.options);
    const std::vector<int> input = random_input(planned.graph);
    executor.set_input(input.data());
    executor.run();
    const auto chip = std::make_unique<max7800x::VirtualChip<max78000, 16 << 20>>();
    REQUIRE(load_accelerator(network, *chip));
    const auto found = compare_step_by_step(network, executor, input.data(), *chip);
    CHECK(first_difference(found) == nullptr);
    CHECK(chip->report().ok());
    REQUIRE(found.size() == 2);
    CHECK(found[1].compared == planned.graph[1].out.elements());
    return found[0];
  };
  CHECK(compare(Streaming<0xf0>{}).compared == 4 * 128 * 128);  // nobody else is behind them
  const LayerComparison two = compare(Streaming<0xff0>{});      // the second instance's words are
  CHECK(two.verdict == Verdict::equal);
  CHECK(two.compared > 4 * 8192);
  CHECK(two.compared < 8 * 128 * 128);
  CHECK(compare(Streaming<0xf000'0000'0000'0000>{}).verdict == Verdict::streamed);  // there is no instance behind
}

}  // namespace test_first_difference
