// Contents of the weight memories, against columns written down by hand, and the vendor's stream against a second
// implementation of the memory sheet (max7800x-memory, section 5.4). That the hardware finds there what it reads is
// shown by the virtual chip (tests/virtual_chip).
#include <support/random.hpp>
#include <support/stored_parameters.hpp>
#include <support/weight_memory.hpp>
#include <support/worked_examples.hpp>

#include <incuse/max7800x/tables/weights.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace test_weights {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::max7800x::examples;

namespace {

using memory::Column;
using memory::Columns;
using memory::Stream;

using Weights = test::StoredParameters;

template <int N>
Stream stream_of(const Graph<N>& graph, const Plan<N>& placed, Parameters parameters, bool express) {
  Options options;
  options.express_weights = express;
  options.vendor_stream = placed.vendor_stream;
  Stream stream;
  emit_weights(graph, placed, max78000, parameters, options, [&](std::uint32_t word) { stream.push_back(word); });
  return stream;
}

/// Memory contents of a single layer at its own offset, checked to be the same in both record formats.
template <class Value>
Columns columns_of(Shape input, Layer layer, Value&& value) {
  const auto graph = network(input, layer);
  const Weights weights(graph, [&](int, int, int n) { return value(n); });
  const auto placed = plan(graph, max78000);
  const auto express = memory::load(stream_of(graph, placed, weights.parameters(), true), true);
  const auto plain = memory::load(stream_of(graph, placed, weights.parameters(), false), false);
  REQUIRE(express.has_value());
  REQUIRE(plain.has_value());
  CHECK(*express == *plain);
  return *express;
}

/// The stream of a network of one layer with narrow weights, joined to bytes as in a deployment. `own` has words.
template <int N>
Stream joined_stream_of(const Graph<N>& graph, const Plan<N>& placed, const LayerParameters& own, bool express) {
  Options options;
  options.express_weights = express;
  auto kernels = network_kernels(graph, placed, {&own, 1});
  max7800x::detail::LayerKernels& layer = kernels.layers[0];
  const auto count = static_cast<std::size_t>(max7800x::detail::joined_values(layer.shape, layer.taps));
  std::vector<std::uint64_t> words(count / 8 + 2);
  std::uint64_t* const joined = words.data();
  max7800x::detail::join_layer(layer.shape, layer.taps, own.weight.words, joined);
  std::vector<signed char> bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<signed char>(words[i / 8] >> 8 * (i % 8));
  max7800x::detail::use_joined(layer, joined, bytes.data());
  const WeightLayout layout = weight_layout(placed, max78000, options);
  Stream stream(static_cast<std::size_t>(layout.words()) + 1);
  std::uint32_t* const written = stream.data();
  write_weights(kernels, placed, layout, max78000, options, 0, all_processors, written);
  return stream;
}

const auto counting = [](int n) { return n + 1; };

}  // namespace

TEST_CASE("3x3 kernels of 8 bits are columns") {
  // Weight [o][c][tap] is 1 + 18 o + 9 c + tap.
  const Columns columns = columns_of({2, 4, 4}, placed(0b110, 0, conv2d(3, 3, 0)), counting);
  REQUIRE(columns.size() == 6);
  for (int o = 0; o < 3; ++o)
    for (int c = 0; c < 2; ++c)
      for (int tap = 0; tap < 9; ++tap)
        CHECK(columns.at({1 + c, o})[static_cast<std::size_t>(tap)] == 1 + 18 * o + 9 * c + tap);
}

TEST_CASE("1x1 kernels of 8 bits fill a column from its last byte down") {
  const Columns columns = columns_of({1, 4, 4}, placed(1, 0, conv2d(11, 1, 0)), counting);
  CHECK(columns == Columns{{{0, 0}, Column{9, 8, 7, 6, 5, 4, 3, 2, 1}}, {{0, 1}, Column{0, 0, 0, 0, 0, 0, 0, 11, 10}}});
}

TEST_CASE("one-dimensional kernels are packed without gaps, last tap first") {
  // Four taps, three outputs: 4 3 2 1 | 8 7 6 5 | 12 11 10 9 from byte 8 down.
  const Columns columns = columns_of({1, 20, 1}, placed(1, 0, conv1d(3, 4, 0)), counting);
  CHECK(columns ==
        Columns{{{0, 0}, Column{12, 5, 6, 7, 8, 1, 2, 3, 4}}, {{0, 1}, Column{0, 0, 0, 0, 0, 0, 9, 10, 11}}});
}

TEST_CASE("4-bit kernels: two outputs share the bytes, the odd last one stands alone") {
  // Weight [o][tap] = o + 1, negative for odd taps.
  const Columns columns = columns_of({1, 4, 4}, placed(1, 0, with_bits(4, conv2d(3, 3, 0))),
                                     [](int n) { return n % 9 % 2 == 0 ? n / 9 + 1 : -(n / 9 + 1); });
  CHECK(columns == Columns{{{0, 0}, Column{0x21, 0xef, 0x21, 0xef, 0x21, 0xef, 0x21, 0xef, 0x21}},
                           {{0, 1}, Column{0x03, 0x0d, 0x03, 0x0d, 0x03, 0x0d, 0x03, 0x0d, 0x03}}});
}

TEST_CASE("2-bit kernels: the small calculation of the examples") {
  // Taps of outputs 0 to 3, as the examples give them.
  constexpr int kernels[4][3] = {{1, 0, 1}, {-2, -2, 1}, {0, -1, 1}, {-1, 0, 0}};
  const Columns columns = columns_of({1, 20, 1}, placed(1 << 12, 0, with_bits(2, conv1d(4, 3, 0))),
                                     [&](int n) { return kernels[n / 3][n % 3]; });
  CHECK(columns == Columns{{{12, 0}, Column{0, 0, 0, 0, 0, 0, 0xc9, 0x38, 0x15}}});
}

TEST_CASE("1-bit kernels: eight outputs in a byte") {
  const auto negative = [](int n) { return n % 3 == 0 ? -1 : 0; };  // outputs 0, 3, 6, 9
  const Columns columns = columns_of({1, 4, 4}, placed(1, 0, with_bits(1, conv2d(10, 1, 0))), negative);
  CHECK(columns == Columns{{{0, 0}, Column{0, 0, 0, 0, 0, 0, 0, 0b10, 0b0100'1001}}});
}

TEST_CASE("several input passes: a processor's kernels of one output are neighbours") {
  // 68 channels: two passes of 36 and 32. Weight [o][c] of 3x3 kernels, every tap c + 100 o, modulo 128.
  const Columns columns = columns_of({68, 4, 4}, placed(processor_range(0, 36), 0, conv2d(2, 3, 0)),
                                     [](int n) { return (n / 9 % 68 + 100 * (n / 9 / 68)) % 128; });
  CHECK(columns.size() == 36 * 4);
  const auto all_bytes = [](int value) {
    Column column;
    column.fill(value);
    return column;
  };
  for (int p = 0; p < 36; ++p) {
    CHECK(columns.at({p, 0}) == all_bytes(p));
    CHECK(columns.at({p, 1}) == all_bytes(p < 32 ? 36 + p : 0));
    CHECK(columns.at({p, 2}) == all_bytes((100 + p) % 128));
    CHECK(columns.at({p, 3}) == all_bytes(p < 32 ? (136 + p) % 128 : 0));
  }
}

TEST_CASE("several output passes: zeros for the outputs that the last pass does not have") {
  const Columns columns =
      columns_of({1, 4, 4}, placed(1, 0, conv2d(66, 3, 0), processor_range(4, 36)), [](int n) { return n / 9 + 1; });
  REQUIRE(columns.size() == 72);
  for (int o = 0; o < 72; ++o) CHECK(columns.at({0, o})[0] == (o < 66 ? o + 1 : 0));
}

TEST_CASE("a hole in the output map leaves a column out, and starts a new run") {
  const Layer layer = placed(1, 0, conv2d(3, 3, 0), 0b1011);
  const Columns columns = columns_of({1, 4, 4}, layer, [](int n) { return n / 9 + 1; });
  REQUIRE(columns.size() == 3);
  CHECK(columns.at({0, 0})[4] == 1);
  CHECK(columns.at({0, 1})[4] == 2);
  CHECK(columns.at({0, 3})[4] == 3);
  const auto graph = network({1, 4, 4}, layer);
  const Weights weights(graph, [](int, int, int n) { return n / 9 + 1; });
  const Stream stream = stream_of(graph, plan(graph, max78000), weights.parameters(), true);
  CHECK(stream == Stream{0x5018'0000, 5, 0x0101'0101, 0x0101'0101, 0x0102'0202, 0x0202'0202, 0x0202'0000,  //
                         0x5018'000c, 3, 0x0303'0303, 0x0303'0303, 0x0300'0000, 0});
}

TEST_CASE("an output map that starts in the middle of a block shifts the kernels") {
  const Columns whole = columns_of({1, 4, 4}, placed(1, 0, conv2d(2, 3, 0), 0b1100), [](int n) { return n / 9 + 1; });
  REQUIRE(whole.size() == 2);
  CHECK(whole.at({0, 2})[0] == 1);
  CHECK(whole.at({0, 3})[0] == 2);
  // 1x1: two bytes of zeros in front, and two columns of zeros behind.
  const Columns bytes = columns_of({1, 4, 4}, placed(1, 0, conv2d(2, 1, 0), 0b1100), counting);
  CHECK(bytes == Columns{{{0, 0}, Column{0, 0, 0, 0, 0, 2, 1, 0, 0}}, {{0, 1}, Column{}}, {{0, 2}, Column{}}});
}

TEST_CASE("flatten: every processor holds its channel's pixels, output by output") {
  // Two channels of 2x2 pixels, two outputs: weight [o][feature] = 1 + 8 o + feature.
  const Columns columns = columns_of({2, 2, 2}, placed(0b11, 0, flattened(linear(2))), counting);
  CHECK(columns ==
        Columns{{{0, 0}, Column{0, 12, 11, 10, 9, 4, 3, 2, 1}}, {{1, 0}, Column{0, 16, 15, 14, 13, 8, 7, 6, 5}}});
}

TEST_CASE("flatten with two passes: the passes of a pixel are neighbours") {
  // 72 channels of 1x2 pixels: pass 0 has channels 0 to 35. Feature = 2 * channel + pixel.
  const Columns columns =
      columns_of({72, 1, 2}, placed(processor_range(0, 36), 0, flattened(linear(1))), [](int n) { return n - 72; });
  REQUIRE(columns.size() == 36);
  for (int p = 0; p < 36; ++p) {
    const auto weight = [](int channel, int pixel) { return (2 * channel + pixel - 72) & 0xff; };
    CHECK(columns.at({p, 0}) ==
          Column{0, 0, 0, 0, 0, weight(36 + p, 1), weight(p, 1), weight(36 + p, 0), weight(p, 0)});
  }
}

TEST_CASE("flatten with 4-bit weights") {
  // One channel of 3 pixels, three outputs: 1 2 3 | 4 5 6 | 7 -8 -7, two by two from the lowest bits up.
  const auto value = [](int n) { return n < 7 ? n + 1 : n - 15; };
  const Columns columns = columns_of({1, 3, 1}, placed(1, 0, with_bits(4, flattened(linear(3)))), value);
  CHECK(columns == Columns{{{0, 0}, Column{0, 0, 0, 0, 0x09, 0x87, 0x65, 0x43, 0x21}}});
}

TEST_CASE("a 1x1 kernel behind a streaming layer is the centre of a 3x3 kernel") {
  Layer first = placed(1, 0x1000, streamed(conv2d(1, 3, 1)), 0b10000);
  const auto graph = network({1, 4, 4}, first, placed(0b10000, 0, conv2d(2, 1, 0)));
  const Weights weights(graph, [](int layer, int, int n) { return 10 * layer + n; });
  const auto columns = memory::load(stream_of(graph, plan(graph, max78000), weights.parameters(), true), true);
  REQUIRE(columns.has_value());
  CHECK(columns->at({4, 0}) == Column{0, 0, 0, 0, 10, 0, 0, 0, 0});
  CHECK(columns->at({4, 1}) == Column{0, 0, 0, 0, 11, 0, 0, 0, 0});
}

TEST_CASE("dilated one-dimensional kernels: stretched with zeros, or the middle column of a 3x3 kernel") {
  CHECK(columns_of({1, 40, 1}, placed(1, 0x100, conv1d(1, 3, 0, 4)), counting) ==
        Columns{{{0, 0}, Column{1, 0, 0, 0, 2, 0, 0, 0, 3}}});
  CHECK(columns_of({1, 40, 1}, placed(1, 0x100, conv1d(1, 2, 0, 3)), counting) ==
        Columns{{{0, 0}, Column{0, 0, 0, 0, 0, 1, 0, 0, 2}}});
  CHECK(columns_of({1, 40, 1}, placed(1, 0x100, conv1d(1, 3, 0, 7)), counting) ==
        Columns{{{0, 0}, Column{0, 1, 0, 0, 2, 0, 0, 3, 0}}});
  CHECK(columns_of({1, 40, 1}, placed(1, 0x100, conv1d(1, 2, 0, 9)), counting) ==
        Columns{{{0, 0}, Column{0, 0, 0, 0, 1, 0, 0, 2, 0}}});
}

TEST_CASE("example 7: the whole stream") {
  // All weights of the example are 16, as its listing shows.
  const Net net = flatten_bias();
  const Weights weights(net, [](int, int, int) { return 16; });
  const Stream stream = stream_of(net, plan(net, max78000), weights.parameters(), true);
  CHECK(stream.size() == 57);
  CHECK(memory::crc32(stream) == 0xd954b9f4);
}

TEST_CASE("lengths of the streams of the examples") {
  const auto words = [](const Net& net) { return weight_layout(plan(net, max78000), max78000, Options{}).words() + 1; };
  CHECK(words(mnist()) == 17930);
  CHECK(words(five_operands()) == 1);
  CHECK(words(add_and_convolve()) == 225);
  CHECK(words(three_branches()) == 83505);
  CHECK(words(streams()) == 415);
  CHECK(words(two_bits()) == 49);
  CHECK(words(flatten_bias()) == 57);
  CHECK(words(transposed()) == 34);
  CHECK(words(dilated()) == 136);
}

TEST_CASE("the vendor's stream leaves columns of zeros out where the memories are cleared") {
  // Four kernels in four columns: 1 to 9, zeros, 19 to 27, zeros.
  const auto graph = network({1, 4, 4}, placed(1, 0, conv2d(4, 3, 0)));
  const Weights weights(graph, [](int, int, int n) { return n / 9 % 2 == 0 ? n + 1 : 0; });
  const auto stream = [&](bool express) {
    Options options;
    options.clear_memories = true;
    options.express_weights = express;
    options.vendor_stream = true;  // otherwise a channel of zeros would be taken for a hole, which has no bias
    Stream words;
    emit_weights(graph, plan(graph, max78000, options), max78000, weights.parameters(), options,
                 [&](std::uint32_t word) { words.push_back(word); });
    return words;
  };
  CHECK(stream(true) == Stream{0x5018'0000, 3, 0x01020304, 0x05060708, 0x09000000,  // column 0
                               0x5018'0008, 3, 0x13141516, 0x1718191a, 0x1b000000,  // column 2
                               0});
  CHECK(stream(false) == Stream{0x5018'0000, 4, 0x01, 0x02030405, 0x06070809, 0,  //
                                0x5018'0020, 4, 0x13, 0x14151617, 0x18191a1b, 0, 0});
}

TEST_CASE("identical weights on the same processors are stored once, and again on others") {
  const auto twins = [](ProcessorMap second, ProcessorMap third) {
    const auto graph = network({4, 8, 8}, placed(0xf, 0x100, conv2d(4, 3, 1)), placed(second, 0x200, conv2d(4, 3, 1)),
                               placed(third, 0x300, conv2d(4, 3, 1)));
    const Weights weights(graph, [](int, int, int n) { return n % 100; });
    const auto bound = bind(graph, weights.parameters());
    return memory::load(stream_of(bound, plan(bound, max78000), weights.parameters(), true), true)->size();
  };
  CHECK(twins(0xf, 0xf) == 16);
  CHECK(twins(0xf0, 0xf) == 32);
  CHECK(twins(0xf0, 0xf0) == 32);
}

// A second implementation of sections 5.2 to 5.4 ----------------------------------------------------------------------

namespace {

/// One layer as the memory sheet names it.
struct SheetLayer {
  ProcessorMap pm = 0, om = 0;
  int cin = 0, cout = 0, ni = 1, no = 1, thr_in = 0, thr_out = 0, q = 8, ks = 1;
  bool flatten = false;
  std::vector<std::vector<int>> kernels;  ///< K

  int sc() const { return first_bit(om) % 4; }
  int m2() const { return static_cast<int>(kernels.size()) / (cout * thr_in); }

  int length() const {
    const int f = 8 / q, ie = flatten ? 1 : ni;
    const int fo = first_bit(om) - (no > 1 ? sc() : 0);
    int kc = (1 + last_bit(om) - fo) * no * ie;
    if (flatten) kc = kc * m2() - (no * bit_count(om) - cout) * m2();
    return (kc * ks * q + kc % f * ks * (f - 1) + 71) / 72;
  }

  /// Columns of processor number `ch`, relative to the layer's offset. `klen` is updated as the sheet says.
  std::map<int, Column> pack(int ch, int& klen) const {
    const int f = 8 / q, ie = flatten ? 1 : ni, mask = (1 << q) - 1;
    std::map<int, Column> columns;
    int col = sc() * ks * ie / 9, taken = 0;
    const auto emit = [&](int byte) {
      columns[col][static_cast<std::size_t>(8 - taken)] = byte;
      if (++taken == 9) ++col, taken = 0;
    };
    for (int i = sc() * ks * ie % 9 / f; i > 0; --i) emit(0);
    const int len = static_cast<int>(kernels.size());
    int m = 0;
    for (int e = 0; e < no; ++e) {
      std::uint64_t map = om >> first_bit(om);
      for (int j = 0; j < thr_out; j += flatten ? 1 : f) {
        const std::uint64_t low = (std::uint64_t{1} << f) - 1;
        while (map != 0 && (map & low) == 0) ++col, map >>= f;
        map >>= f;
        if (flatten) {
          std::vector<int> values;
          for (int n = 0; n < f; ++n)
            if (m * f + n < cout)
              for (int v = 0; v < m2(); ++v) values.push_back(row_value((m * f + n) * thr_in + ch, v));
          if (values.empty())
            for (int i = 0; i < 1 / f; ++i) emit(0);
          while (values.size() % static_cast<std::size_t>(f) != 0) values.push_back(0);
          for (std::size_t v = 0; v < values.size(); v += static_cast<std::size_t>(f)) {
            int byte = 0;
            for (int n = 0; n < f; ++n) byte |= (values[v + static_cast<std::size_t>(n)] & mask) << n * q;
            emit(byte);
          }
          ++m;
          continue;
        }
        for (int i = 0; i < ie; ++i) {
          if (i * thr_in + ch < cin && ch + m * cin < len) {
            std::vector<int> bytes(static_cast<std::size_t>(ks));
            for (int n = 0; n < f && m < cout; ++n) {
              const int u = n + i * f, index = ch + m * cin + u % ie * thr_in + u / ie * cin;
              if (index < len)
                for (int t = 0; t < ks; ++t)
                  bytes[static_cast<std::size_t>(t)] |=
                      (kernels[static_cast<std::size_t>(index)][static_cast<std::size_t>(t)] & mask) << n * q;
            }
            for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) emit(*byte);
          } else {
            for (int n = 0; n < ks / f; ++n) emit(0);
          }
        }
        m += f;
      }
    }
    if (taken > 0) ++col, taken = 0;
    while (col - sc() < klen) emit(0);
    if (flatten) klen = col;
    return columns;
  }

 private:
  /// Row `row` of the regrouped kernels: [Cout][Ni][rest] becomes [Cout][rest][Ni], cut into rows of m2 values.
  int row_value(int row, int value) const {
    const int features = static_cast<int>(kernels.size()) / cout, rest = features / ni;
    const int output = row / thr_in, position = row % thr_in * m2() + value;
    const int index = output * features + position % ni * rest + position / ni;
    return kernels[static_cast<std::size_t>(index)][0];
  }
};

template <int N>
SheetLayer sheet_layer(const Graph<N>& graph, int i, const Tensor& weight) {
  const Layer& layer = graph[i];
  SheetLayer sheet;
  sheet.pm = layer.placement.processors;
  sheet.om = layer.placement.output_processors;
  sheet.cin = layer.in.channels;
  sheet.cout = layer.out.channels;
  const auto per_pass = [](int channels, int passes) {
    const int share = (channels + passes - 1) / passes;
    return channels > 64 ? std::min(64, (share + 3) / 4 * 4) : share;
  };
  sheet.ni = (sheet.cin + 63) / 64;
  sheet.no = (sheet.cout + 63) / 64;
  sheet.thr_in = per_pass(sheet.cin, sheet.ni);
  sheet.thr_out = per_pass(sheet.cout, sheet.no);
  sheet.q = layer.weight_bits;
  sheet.ks = layer.kernel.area();
  sheet.flatten = layer.flatten;
  for (long long n = 0; n < weight.count; n += sheet.ks) {
    sheet.kernels.emplace_back();
    for (int t = 0; t < sheet.ks; ++t) sheet.kernels.back().push_back(weight[n + t]);
  }
  return sheet;
}

/// Memory contents by the sheet; nothing if a layer does not fit. Offsets go to `offsets`.
template <int N>
std::optional<Columns> by_the_sheet(const Graph<N>& graph, Parameters parameters, std::vector<int>& offsets) {
  Columns memory;
  for (int i = 0; i < graph.size; ++i) {
    const SheetLayer layer = sheet_layer(graph, i, parameters[i].weight);
    int klen = layer.length(), offset = 0;
    const auto free = [&](int start) {
      for (int p = 0; p < all_processors; ++p)
        for (int c = start; c < start + klen; ++c)
          if ((layer.pm >> p & 1) != 0 && memory.count({p, c}) != 0) return false;
      return true;
    };
    while (offset + klen <= 768 && !free(offset)) offset += 4;
    if (offset + klen > 768) return {};
    offsets.push_back(offset);
    int ch = 0;
    for (int p = 0; p < all_processors; ++p) {
      if ((layer.pm >> p & 1) == 0) continue;
      for (const auto& [column, bytes] : layer.pack(ch, klen)) {
        if (offset + column >= 768 || !memory.insert({{p, offset + column}, bytes}).second) return {};
      }
      ++ch;
    }
  }
  return memory;
}

using test::Random;

/// A map of `count` processors: packed, or with holes.
ProcessorMap random_map(Random& random, int count) {
  if (!random.one_in(3)) {
    const int start = random.one_in(2) ? random.between(0, (64 - count) / 4) * 4 : random.between(0, 64 - count);
    return processor_range(start, count);
  }
  ProcessorMap map = 0;
  while (bit_count(map) < count) map |= ProcessorMap{1} << random.between(0, 63);
  return map;
}

constexpr int widths[] = {1, 2, 4, 8};

/// True if the vendor's stream is what the hardware reads.
template <int N>
bool is_ordinary(const Plan<N>& placed, const Graph<N>& graph) {
  for (int i = 0; i < graph.size; ++i) {
    const ProcessorMap map = graph[i].placement.output_processors;
    const bool packed = bit_count(map) == 1 + last_bit(map) - first_bit(map);
    const bool full = graph[i].in.channels % placed[i].in.channels == 0;
    if (first_bit(map) % 4 != 0 || !packed || (graph[i].weight_bits < 8 && !full)) return false;
  }
  return true;
}

Layer random_layer(Random& random, bool first) {
  const int most = random.one_in(3) ? 150 : 20, out = random.between(1, most);
  const int kind = random.between(first ? 0 : 1, 3);
  Layer layer = kind == 0 ? flattened(linear(random.between(1, 20))) : conv2d(out, kind == 1 ? 1 : 3, 1);
  if (kind == 1) layer.padding = {0, 0};
  return with_bits(random.one_of(widths), layer);
}

}  // namespace

TEST_CASE("random networks: columns, offsets and both record formats agree with the sheet") {
  Random random(2024);
  int compared = 0, narrow = 0, flat = 0, passes = 0, holes = 0, whole = 0, ordinary = 0;
  for (int attempt = 0; attempt < 500; ++attempt) {
    CAPTURE(attempt);
    const bool flatten = random.one_in(4);
    const Shape input{random.between(1, random.one_in(3) ? 200 : 30), flatten ? random.between(1, 3) : 8,
                      flatten ? random.between(1, 3) : 8};
    Net graph{};
    graph.input = input;
    graph.size = flatten ? 1 : random.between(1, 4);
    for (int i = 0; i < graph.size; ++i) graph[i] = random_layer(random, flatten);
    if (flatten && !graph[0].flatten) continue;
    graph = infer(graph);
    if (flatten && input.channels % passes_of(input.channels).channels != 0) continue;  // not a case for the sheet
    for (int i = 0; i < graph.size; ++i) {
      graph[i].placement.processors = random_map(random, passes_of(graph[i].in.channels).channels);
      graph[i].placement.output_processors = random_map(random, passes_of(graph[i].out.channels).channels);
    }
    const Weights weights(graph, [&](int, int bits, int) { return random.signed_bits(bits); });
    std::vector<int> offsets;
    const auto expected = by_the_sheet(graph, weights.parameters(), offsets);
    if (!expected) continue;  // does not fit
    Options options;
    options.vendor_stream = true;
    const auto placed = plan(graph, max78000, options);
    for (int i = 0; i < graph.size; ++i) CHECK(placed[i].kernels.offset == offsets[static_cast<std::size_t>(i)]);
    if (is_ordinary(placed, graph)) {
      const auto right = plan(graph, max78000);
      CHECK((memory::load(stream_of(graph, right, weights.parameters(), true), true) == expected));
      ++ordinary;
    }
    const auto express = memory::load(stream_of(graph, placed, weights.parameters(), true), true);
    const auto plain = memory::load(stream_of(graph, placed, weights.parameters(), false), false);
    REQUIRE(express.has_value());
    REQUIRE(plain.has_value());
    CHECK((*express == *expected));
    CHECK((*plain == *expected));
    ++compared;
    for (int i = 0; i < graph.size; ++i) {
      narrow += graph[i].weight_bits < 8;
      flat += graph[i].flatten;
      passes += placed[i].in.count > 1 || placed[i].out.count > 1;
      const ProcessorMap packed =
          graph[i].placement.output_processors >> first_bit(graph[i].placement.output_processors);
      holes += (packed & (packed + 1)) != 0;
      whole += graph[i].weight_bits == 8 && graph[i].kernel.area() == 9;
    }
  }
  // There were enough networks of every kind.
  CHECK(compared > 100);
  CHECK(narrow > 100);
  CHECK(flat > 20);
  CHECK(passes > 50);
  CHECK(holes > 50);
  CHECK(whole > 20);
  CHECK(ordinary > 50);
}

TEST_CASE("whole columns and single bytes give the same stream: many 3x3 layers of 8 bits") {
  Random random(7);
  int compared = 0;
  for (int attempt = 0; attempt < 60; ++attempt) {
    CAPTURE(attempt);
    Net graph{};
    graph.input = {random.between(1, 130), 8, 8};
    graph.size = random.between(1, 4);
    for (int i = 0; i < graph.size; ++i) graph[i] = conv2d(random.between(1, 100), random.one_in(5) ? 1 : 3, 1);
    for (int i = 0; i < graph.size; ++i)
      if (graph[i].kernel.area() == 1) graph[i].padding = {0, 0};
    graph = infer(graph);
    for (int i = 0; i < graph.size; ++i) {
      graph[i].placement.processors = processor_range(0, passes_of(graph[i].in.channels).channels);
      graph[i].placement.output_processors = processor_range(0, passes_of(graph[i].out.channels).channels);
    }
    const Weights weights(graph, [&](int, int bits, int) { return random.signed_bits(bits); });
    std::vector<int> offsets;
    const auto expected = by_the_sheet(graph, weights.parameters(), offsets);
    if (!expected) continue;
    const auto placed = plan(graph, max78000);
    const auto express = memory::load(stream_of(graph, placed, weights.parameters(), true), true);
    const auto plain = memory::load(stream_of(graph, placed, weights.parameters(), false), false);
    REQUIRE(express.has_value());
    CHECK((*express == *expected));
    CHECK((plain == express));
    ++compared;
  }
  CHECK(compared > 20);
}

TEST_CASE(
    "words of eight values, joined bytes and single values give the same stream: every width, kernel and format") {
  const auto compare = [](Shape input, Layer layer) {
    const auto graph = network(input, layer);
    const auto placed = plan(graph, max78000);
    Random random(static_cast<std::uint64_t>(layer.weight_bits + layer.kernel.area()));
    const Weights weights(graph, [&](int, int bits, int) {
      return layer.binary_weights ? 2 * random.below(2) - 1 : random.signed_bits(bits);
    });
    LayerParameters own = weights.parameters()[0];
    std::vector<std::uint64_t> words(static_cast<std::size_t>(own.weight.count / 8 + 2));
    for (long long i = 0; i < own.weight.count; ++i)
      words[static_cast<std::size_t>(i / 8)] |= std::uint64_t{static_cast<std::uint8_t>(own.weight[i])} << 8 * (i % 8);
    LayerParameters with_words = own;
    with_words.weight.words = words.data();
    with_words.weight.has_words = true;
    const auto shape = kernel_shape(graph, placed, 0);
    for (const bool express : {false, true}) {
      const Stream expected = stream_of(graph, placed, {&own, 1}, express);
      CHECK((stream_of(graph, placed, {&with_words, 1}, express) == expected));
      if (max7800x::detail::joins(shape)) CHECK((joined_stream_of(graph, placed, with_words, express) == expected));
    }
  };
  for (const int bits : {8, 4, 2, 1})
    for (const int channels : {3, 64, 70, 128, 130}) {
      const auto narrow = [&](Layer layer) {
        layer.weight_bits = bits;
        return layer;
      };
      for (const int kernel : {1, 3}) compare({channels, 8, 8}, narrow(conv2d(21, kernel, kernel / 2)));
      for (int kernel = 1; kernel < 10; ++kernel) compare({channels, 20, 1}, narrow(conv1d(13, kernel)));
      for (const int dilation : {2, 4, 7}) compare({channels, 40, 1}, narrow(conv1d(11, 3, 0, dilation)));
      compare({channels, 3, 3}, narrow(flattened(linear(19))));
      if (bits > 1) continue;
      Layer binary = narrow(conv2d(21, 3, 1));
      binary.binary_weights = true;
      compare({channels, 8, 8}, binary);
    }
}

}  // namespace test_weights
