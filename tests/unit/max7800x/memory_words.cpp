// Words of tensors: those that a layer writes, compared with a list of all its accesses, and whether two tensors share
// words.
#include <incuse/max7800x/plan/memory_words.hpp>

#include <set>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/max7800x/plan/layout.hpp>
#include <incuse/max7800x/plan/plan.hpp>

#include <support/access_trace.hpp>
#include <support/layers.hpp>
#include <support/random.hpp>

namespace test_memory_words {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::test;

namespace {

using Net = Graph<4>;
using Bytes = std::set<int>;

/// The bytes of all instances.
Bytes bytes_of(const Words& words) {
  Bytes bytes;
  for (int block = 0; block < instances; ++block) {
    if ((words.blocks >> block & 1u) == 0) continue;
    const Words own = words.in(1u << block);
    for (long long n = 0; n < own.count; ++n)
      for (long long byte = 0; byte < own.run; ++byte)
        bytes.insert(block * max78000.instance_bytes + static_cast<int>(own.first + n * own.step + byte));
  }
  return bytes;
}

int number_of(std::uint32_t address) {
  for (int block = 0; block < instances; ++block) {
    const std::uint32_t first = max78000.data_address(processors_per_instance * block, 0);
    if (address - first < static_cast<std::uint32_t>(max78000.instance_bytes))
      return block * max78000.instance_bytes + static_cast<int>(address - first);
  }
  return -1;
}

bool have_common(const Bytes& a, const Bytes& b) {
  for (int byte : a)
    if (b.count(byte) != 0) return true;
  return false;
}

struct Case {
  Layer layer{};
  Shape input{};
  ProcessorMap in = 0, out = 0;
  int processors_per_pass = 64;
};

/// Bytes that are written according to the registers and to the formulas, and those of the elements.
void compare(const Case& own, int gap) {
  CAPTURE(own.layer.out_channels);
  CAPTURE(own.out);
  CAPTURE(gap);
  Net graph;
  graph.input = own.input;
  graph[graph.size++] = placed(own.layer, own.in, own.out, 0, 0x2000, gap);
  graph = infer(graph);
  Options options;
  options.processors_per_pass = own.processors_per_pass;
  const Plan<4> plan = max7800x::plan(graph, max78000, options);
  Bytes expected, found;
  for (const auto& [byte, step] : access_trace(graph, plan, options, 0).first_write) expected.insert(byte);
  for (const Words& words : written_words(graph[0], plan[0])) found.merge(bytes_of(words));
  CHECK(found == expected);
  const Bytes kept = bytes_of(output_words(graph[0], plan[0]));
  const TensorLayout layout = output_layout(graph, plan, 0);
  bool all_written = true, all_kept = true;
  for (int channel = 0; channel < layout.shape.channels; ++channel)
    for (int pixel = 0; pixel < layout.shape.pixels(); ++pixel) {
      const int byte = number_of(element_address(max78000, layout, channel, pixel));
      all_written = all_written && expected.count(byte) == 1;
      all_kept = all_kept && kept.count(byte) == 1;
    }
  CHECK(all_written);
  CHECK(all_kept);
}

}  // namespace

TEST_CASE("What a layer writes: 8 and 32 bits, holes, starts inside an instance, gaps, passes") {
  for (int gap : {0, 1, 3})
    for (bool wide : {false, true}) {
      CAPTURE(wide);
      for (ProcessorMap map : {0x1ull, 0x3ull, 0x7ull, 0xfull, 0x30ull, 0xcull, 0x6ull, 0x3full, 0xfcull, 0x7full,
                               0x11ull, 0x33ull, 0xf00full, 0x101ull, 0x8000000000000001ull}) {
        const int channels = bit_count(map);
        compare({wide_output(conv2d(channels, 1, 0), wide), {4, 3, 2}, 0xf, map}, gap);
        compare({wide_output(flattened(linear(channels)), wide), {4, 3, 2}, 0xf, map}, gap);
      }
      // Passes of 4 processors; a flatten layer leaves the rest of its last one alone.
      for (int channels : {5, 6, 7, 8, 11}) {
        compare({wide_output(conv2d(channels, 1, 0), wide), {4, 3, 2}, 0xf, 0xf0, 4}, gap);
        compare({wide_output(flattened(linear(channels)), wide), {4, 3, 2}, 0xf, 0xf0, 4}, gap);
      }
      compare({wide_output(flattened(linear(66)), wide), {4, 2, 2}, 0xf, processor_range(0, 36)}, gap);
    }
}

TEST_CASE("What a layer without weights writes: processors packed in their group") {
  for (int gap : {0, 1}) {
    compare({Layer{}, {6, 3, 2}, 0x3f, 0x3f}, gap);
    compare({Layer{}, {6, 3, 2}, 0x3f, 0x3f00}, gap);
    compare({Layer{}, {4, 3, 2}, 0x1111, 0xf0}, gap);
    compare({Layer{}, {20, 3, 2}, processor_range(8, 20), processor_range(8, 20)}, gap);
    compare({Layer{}, {11, 3, 2}, 0xf, 0xf0, 4}, gap);
  }
}

TEST_CASE("What a folded convolution writes") {
  for (int kernel : {2, 3})
    for (int dilation : {9, 10, 13})
      for (int length : {27, 30, 40}) {
        compare({conv1d(4, kernel, 0, dilation), {4, length, 1}, 0xf, 0xf0}, 0);
      }
}

TEST_CASE("Words meet where they have a byte in common") {
  test::Random random(1);
  const auto words = [&] {
    Words own;
    own.blocks = static_cast<unsigned>(1 + random.below(7));
    own.first = 4 * random.below(60);
    own.count = 1 + random.below(12);
    own.run = random.one_in(2) ? 4 : 4 * (1 + random.below(4));
    own.step = own.run + 4 * random.below(5);
    own.missing = own.run > 4 && random.one_in(2) ? 4 : 0;
    return own;
  };
  int common = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Words a = words(), b = words();
    const bool expected = have_common(bytes_of(a), bytes_of(b));
    common += expected ? 1 : 0;
    if (a.meets(b) != expected || b.meets(a) != expected) FAIL("pair " << i);
  }
  CHECK(common > 4000);
  CHECK(common < 16'000);
}

}  // namespace test_memory_words
