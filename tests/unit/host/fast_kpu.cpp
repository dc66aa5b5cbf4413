// Layers of the KPU in the fast executor compute what k210::run_layer computes: random layers of every kind with
// extreme numbers, both emulators, at every level that this machine has.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/host/fast/kpu.hpp>

#include <support/random.hpp>

namespace test_fast_kpu {

using namespace incuse;
using namespace incuse::k210;
namespace fast = incuse::host::fast;
using test::Random;

namespace {

/// A layer with its tables and an input.
struct Case {
  KpuLayer layer{};
  ActivationTable table{};
  Emulator emulator = Emulator::newer;
  int value_bits = 36;
  std::vector<std::uint16_t> codes{};
  std::vector<BatchNorm> entries{};
  std::vector<std::uint8_t> input{};

  auto weights() const {
    return [this](int o) { return codes.data() + static_cast<std::ptrdiff_t>(o) * layer.channel_weights(); };
  }
  auto norms() const {
    return [this](int o) { return entries[static_cast<std::size_t>(o)]; };
  }
};

struct Result {
  std::vector<std::uint8_t> output{};
  Excess excess{};
};

Result reference(const Case& own) {
  const ScratchSizes sizes = scratch_sizes(own.layer);
  const auto plane = static_cast<std::size_t>(sizes.plane);
  std::vector<std::uint8_t> padded(static_cast<std::size_t>(sizes.padded)), activated(plane), pooled(plane);
  std::vector<long long> terms(plane), sums(plane);
  Result result{std::vector<std::uint8_t>(static_cast<std::size_t>(own.layer.out().elements()))};
  result.excess = run_layer(own.layer, own.input.data(), own.weights(), own.norms(), own.table, own.value_bits,
                            {padded.data(), terms.data(), sums.data(), activated.data(), pooled.data()},
                            PlanarOutput{result.output.data()}, own.emulator);
  return result;
}

Result fast_result(const Case& own, fast::Level level) {
  const fast::PackedKpuLayer packed(own.layer, own.weights(), own.norms(), own.table, own.emulator, level,
                                    own.value_bits);
  REQUIRE(packed.ready());
  Result result{std::vector<std::uint8_t>(static_cast<std::size_t>(own.layer.out().elements()))};
  std::vector<std::byte> arena(packed.arena_bytes() + fast::alignment, std::byte{0xa5});
  const auto misplaced = reinterpret_cast<std::uintptr_t>(arena.data()) % fast::alignment;
  result.excess = packed.run(own.input.data(), result.output.data(), arena.data() + (fast::alignment - misplaced));
  return result;
}

int signed_number(Random& random, int bits) {
  const int high = static_cast<int>((1LL << (bits - 1)) - 1);
  if (random.one_in(8)) return random.one_in(2) ? high : -high - 1;
  return random.between(-high - 1, high) >> random.below(bits);
}

Case random_case(Random& random) {
  Case own;
  KpuLayer& layer = own.layer;
  layer.in = {random.one_of({1, 2, 3, 7, 15, 16, 17, 24, 33, 64, 65}), 4 * random.between(1, 3),
              4 * random.between(1, 5)};
  layer.kernel = random.one_of({1, 3});
  layer.depthwise = random.one_in(3);
  layer.out_channels = layer.depthwise ? layer.in.channels : random.one_of({1, 2, 5, 8, 9, 15, 16, 17, 31, 40});
  layer.pool = static_cast<KpuPool>(random.below(pool_types));
  layer.weight_bytes = random.between(1, 2);
  layer.pad_value = random.below(256);
  layer.arg_x = signed_number(random, 24);
  layer.arg_w = signed_number(random, 24);
  layer.shr_x = random.below(16);
  layer.shr_w = random.below(16);
  layer.arg_add = signed_number(random, 24);
  own.emulator = random.one_in(2) ? Emulator::newer : Emulator::older;
  if (random.one_in(4)) own.value_bits = random.between(20, 36);
  const int kind = random.below(4), highest = layer.weight_bytes == 1 ? 255 : 65535;
  for (long long i = 0; i < layer.weights(); ++i)
    own.codes.push_back(static_cast<std::uint16_t>(kind == 0 ? highest : kind == 1 ? 0 : random.between(0, highest)));
  for (int o = 0; o < layer.out_channels; ++o)
    own.entries.push_back(
        {signed_number(random, random.one_of({3, 12, 24})), random.below(16), signed_number(random, 30)});
  for (int i = 0; i < layer.in.elements(); ++i)
    own.input.push_back(static_cast<std::uint8_t>(kind == 0 ? 255 : random.below(256)));
  // Most tables have starts in order; some do not, and some values are at a start.
  long long start = first_start;
  for (Segment& segment : own.table.segments) {
    segment = {start, signed_number(random, 16), random.one_in(8) ? random.below(256) : random.below(20),
               random.below(256)};
    start = random.one_in(6) ? signed_number(random, 30) : start / 2 + signed_number(random, 20);
  }
  return own;
}

}  // namespace

TEST_CASE("random layers of the KPU") {
  int excesses = 0, complete = 0;
  for (unsigned seed = 1; seed <= 500; ++seed) {
    Random random(seed);
    const Case own = random_case(random);
    const Result expected = reference(own);
    CAPTURE(seed);
    for (fast::Level level : fast::all_levels) {
      if (!fast::is_supported(level)) continue;
      CAPTURE(fast::name_of(level));
      const Result actual = fast_result(own, level);
      CHECK(actual.excess.what == expected.excess.what);
      CHECK(actual.excess.channel == expected.excess.channel);
      CHECK(actual.excess.y == expected.excess.y);
      CHECK(actual.excess.x == expected.excess.x);
      CHECK(actual.excess.value == expected.excess.value);
      if (expected.excess.none()) CHECK(actual.output == expected.output);
    }
    ++(expected.excess.none() ? complete : excesses);
  }
  CHECK(complete > 150);
  CHECK(excesses > 50);
}

TEST_CASE("layers that the KPU does not have are not ready") {
  Case own;
  own.layer.in = {4, 4, 4};
  own.layer.out_channels = 2;
  own.layer.kernel = 5;
  const fast::PackedKpuLayer packed(own.layer, own.weights(), own.norms(), own.table);
  CHECK(!packed.ready());
  CHECK(packed.problem() == Text("the KPU has no such kernels"));
  CHECK(packed.arena_bytes() == 0);
  CHECK(packed.run(nullptr, nullptr, nullptr).none());
}

}  // namespace test_fast_kpu
