// Layers of the processor that move, combine and convolve values: random shapes against a second plain computation, and
// the layers of the model language beside a virtual KPU against the reference executors.
#include <incuse/k210/cpu/convolutions.hpp>
#include <incuse/k210/cpu/moves.hpp>
#include <incuse/k210/cpu/programs.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <numeric>
#include <vector>

#include <support/random.hpp>

namespace test_moves {

using namespace incuse;
using namespace incuse::k210;

namespace {

test::Random random_numbers{7};
int draw(int least, int most) { return random_numbers.between(least, most); }

/// A tensor with the numbers 0, 1, 2, … as values: where each went is seen.
std::vector<int> numbered(Shape shape) {
  std::vector<int> values(static_cast<std::size_t>(shape.elements()));
  std::iota(values.begin(), values.end(), 0);
  return values;
}
int at(Shape shape, int c, int y, int x) { return (c * shape.height + y) * shape.width + x; }

/// The output of a layer that moves values.
std::vector<int> moved(const Layer& layer, Shape in) {
  const Shape out = software_shape(layer, in);
  const std::vector<int> values = numbered(in);
  std::vector<int> result(static_cast<std::size_t>(out.elements()), -7);
  move_values(values.data(), walk_of(layer.with, layer.software, in), result.data());
  return result;
}
/// The same, by the source of every output value.
std::vector<int> by_source(Shape out, const std::function<int(int, int, int)>& source) {
  std::vector<int> result;
  for (int c = 0; c < out.channels; ++c)
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x) result.push_back(source(c, y, x));
  return result;
}
Layer layer_of(Software kind) {
  Layer layer;
  layer.software = kind;
  return layer;
}

}  // namespace

TEST_CASE("transposing, slicing and reshaping take each value from where its index says") {
  const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  for (int run = 0; run < 200; ++run) {
    const Shape in{draw(1, 5), draw(1, 6), draw(1, 7)};
    Layer turn = layer_of(Software::transpose);
    const auto& order = orders[run % 6];
    std::memcpy(turn.with.order, order, sizeof order);
    CHECK(moved(turn, in) == by_source(software_shape(turn, in), [&](int c, int y, int x) {
            int index[3]{};
            index[order[0]] = c;
            index[order[1]] = y;
            index[order[2]] = x;
            return at(in, index[0], index[1], index[2]);
          }));
    Layer view = layer_of(Software::reshape);
    view.with.shape = {1, in.elements(), 1};
    CHECK(moved(view, in) == numbered(in));
    Layer slice = layer_of(Software::slice);
    for (int d = 0; d < 3; ++d) {
      const int size = size_of_dimension(in, d), begin = draw(0, size - 1);
      const bool back = draw(0, 1) == 1;
      slice.with.parts[d] =
          back ? Part3{begin, draw(-1, begin - 1), -draw(1, 3)} : Part3{begin, draw(begin + 1, size), draw(1, 3)};
    }
    const auto& parts = slice.with.parts;
    std::vector<int> expected;
    const auto inside = [](int i, Part3 part) { return part.step > 0 ? i < part.end : i > part.end; };
    for (int c = parts[0].begin; inside(c, parts[0]); c += parts[0].step)
      for (int y = parts[1].begin; inside(y, parts[1]); y += parts[1].step)
        for (int x = parts[2].begin; inside(x, parts[2]); x += parts[2].step) expected.push_back(at(in, c, y, x));
    CHECK(moved(slice, in) == expected);
  }
}

TEST_CASE("shuffled channels, and pixels that become channels, in both orders and back") {
  for (int run = 0; run < 100; ++run) {
    const int block = draw(1, 4), groups = draw(1, 4);
    const Shape wide{draw(1, 4), block * draw(1, 4), block * draw(1, 4)};
    const Shape many{groups * draw(1, 4), draw(1, 4), draw(1, 4)};
    Layer shuffle = layer_of(Software::channel_shuffle);
    shuffle.with.block = groups;
    CHECK(moved(shuffle, many) == by_source(many, [&](int c, int y, int x) {
            return at(many, c % groups * (many.channels / groups) + c / groups, y, x);
          }));
    for (bool channels_first : {false, true}) {
      Layer gather = layer_of(Software::space_to_depth), spread = layer_of(Software::depth_to_space);
      gather.with.block = spread.with.block = block;
      gather.with.channels_first = spread.with.channels_first = channels_first;
      const Shape deep = software_shape(gather, wide);
      CHECK(moved(gather, wide) == by_source(deep, [&](int c, int y, int x) {
              const int area = block * block;
              const int pixel = channels_first ? c % area : c / wide.channels;
              const int channel = channels_first ? c / area : c % wide.channels;
              return at(wide, channel, y * block + pixel / block, x * block + pixel % block);
            }));
      CHECK(software_shape(spread, deep) == wide);
      const std::vector<int> there = moved(gather, wide), back = moved(spread, deep);
      std::vector<int> twice;
      for (int index : back) twice.push_back(there[static_cast<std::size_t>(index)]);
      CHECK(twice == numbered(wide));
    }
  }
}

TEST_CASE("padding adds values at every end, or cuts some off") {
  for (int run = 0; run < 200; ++run) {
    const Shape in{draw(1, 4), draw(1, 5), draw(1, 6)};
    Layer layer = layer_of(Software::pad);
    for (int d = 0; d < 3; ++d) {
      layer.with.before[d] = draw(-1, 2);
      layer.with.after[d] = draw(-1, 2);
    }
    const Shape out = software_shape(layer, in);
    if (out.channels < 1 || out.height < 1 || out.width < 1) continue;
    const auto& before = layer.with.before;
    std::vector<int> result(static_cast<std::size_t>(out.elements()));
    pad_values(numbered(in).data(), in, out, before, -1, result.data());
    CHECK(result == by_source(out, [&](int c, int y, int x) {
            const int index[] = {c - before[0], y - before[1], x - before[2]};
            for (int d = 0; d < 3; ++d)
              if (index[d] < 0 || index[d] >= size_of_dimension(in, d)) return -1;
            return at(in, index[0], index[1], index[2]);
          }));
  }
}

namespace {

std::vector<float> reals(int count) {
  std::vector<float> values;
  for (int i = 0; i < count; ++i) values.push_back(static_cast<float>(draw(-1000, 1000)) / 64.0f);
  return values;
}

/// A random convolution that fits its input.
CpuConvolution any_convolution() {
  CpuConvolution layer;
  layer.groups = draw(1, 3);
  layer.in = {layer.groups * draw(1, 3), draw(1, 9), draw(1, 9)};
  layer.kernel = {draw(1, 4), draw(1, 4)};
  layer.stride = {draw(1, 3), draw(1, 3)};
  layer.dilation = {draw(1, 2), draw(1, 2)};
  layer.top = draw(0, 3);
  layer.left = draw(0, 3);
  const auto steps = [](int size, int kernel, int stride, int dilation) {
    const int room = size - (kernel - 1) * dilation - 1;
    return room < 0 ? 0 : room / stride + 1;
  };
  layer.out = {
      layer.groups * draw(1, 3),
      steps(layer.in.height + layer.top + draw(0, 3), layer.kernel.height, layer.stride.height, layer.dilation.height),
      steps(layer.in.width + layer.left + draw(0, 3), layer.kernel.width, layer.stride.width, layer.dilation.width)};
  return layer;
}

/// A padded copy of an input with room for every tap, and its extent.
template <class Value>
std::vector<Value> padded(const CpuConvolution& layer, const std::vector<Value>& in, Value added, Shape& shape) {
  shape = {layer.in.channels, layer.in.height + layer.top + 40, layer.in.width + layer.left + 40};
  std::vector<Value> result(static_cast<std::size_t>(shape.elements()));
  pad_values(in.data(), layer.in, shape, {0, layer.top, layer.left}, added, result.data());
  return result;
}

/// Sum of products over the padded input, exactly: value(pixel, weight) is one product.
template <class Use>
void for_each_product(const CpuConvolution& layer, Shape padded_shape, const Use& use) {
  const int channels = layer.in.channels / layer.groups, outputs = layer.out.channels / layer.groups;
  for (int o = 0; o < layer.out.channels; ++o)
    for (int y = 0; y < layer.out.height; ++y)
      for (int x = 0; x < layer.out.width; ++x)
        for (int c = 0; c < channels; ++c)
          for (int i = 0; i < layer.kernel.height; ++i)
            for (int j = 0; j < layer.kernel.width; ++j)
              use(at(layer.out, o, y, x), o,
                  at(padded_shape, o / outputs * channels + c, y * layer.stride.height + i * layer.dilation.height,
                     x * layer.stride.width + j * layer.dilation.width),
                  ((o * channels + c) * layer.kernel.height + i) * layer.kernel.width + j);
}

}  // namespace

TEST_CASE("convolutions of real numbers and of codes, with any stride, dilation, border and groups") {
  for (int run = 0; run < 150; ++run) {
    const CpuConvolution layer = any_convolution();
    if (layer.out.elements() == 0) continue;
    const auto count = static_cast<std::size_t>(layer.out.elements());
    Shape shape;
    // Sums of quarters: floats have them all exactly.
    const std::vector<float> in = reals(layer.in.elements()), weights = reals(static_cast<int>(layer.weights()));
    const std::vector<float> bias = reals(layer.out.channels), around = padded(layer, in, 0.0f, shape);
    std::vector<double> expected(count);
    for (std::size_t i = 0; i < count; ++i)
      expected[i] = static_cast<double>(bias[i / static_cast<std::size_t>(layer.out.pixels())]);
    for_each_product(layer, shape, [&](int out, int, int pixel, int weight) {
      expected[static_cast<std::size_t>(out)] += static_cast<double>(around[static_cast<std::size_t>(pixel)]) *
                                                 static_cast<double>(weights[static_cast<std::size_t>(weight)]);
    });
    std::vector<float> out(count);
    convolve(
        in.data(), layer, weights.data(), [&](int c) { return bias[static_cast<std::size_t>(c)]; }, out.data());
    for (std::size_t i = 0; i < count; ++i)
      CHECK(std::fabs(static_cast<double>(out[i]) - expected[i]) <= 1e-4 * (1 + std::fabs(expected[i])));

    const auto code = [&] { return static_cast<std::uint8_t>(draw(0, 255)); };
    std::vector<std::uint8_t> codes, kernel;
    for (int i = 0; i < layer.in.elements(); ++i) codes.push_back(code());
    for (long long i = 0; i < layer.weights(); ++i) kernel.push_back(code());
    std::vector<std::int32_t> starts;
    for (int o = 0; o < layer.out.channels; ++o) starts.push_back(draw(-20000, 20000));
    const QuantizedSums with{-draw(0, 255), -draw(0, 255), {draw(0, 255), draw(1, 1 << 20), draw(20, 34)}};
    // A pixel of the border counts as the code whose term is 0.
    const auto zero = static_cast<std::uint8_t>(-with.pixel_term);
    const std::vector<std::uint8_t> surrounded = padded(layer, codes, zero, shape);
    std::vector<long long> sums(count);
    for (std::size_t i = 0; i < count; ++i) sums[i] = starts[i / static_cast<std::size_t>(layer.out.pixels())];
    for_each_product(layer, shape, [&](int to, int, int pixel, int weight) {
      sums[static_cast<std::size_t>(to)] += (surrounded[static_cast<std::size_t>(pixel)] + with.pixel_term) *
                                            (kernel[static_cast<std::size_t>(weight)] + with.weight_term);
    });
    std::vector<std::uint8_t> result(count);
    convolve(codes.data(), layer, kernel.data(), starts.data(), with, result.data());
    for (std::size_t i = 0; i < count; ++i) {
      const double scaled_sum =
          std::floor(std::ldexp(static_cast<double>(sums[i]) * with.scale.multiplier, -with.scale.shift) + 0.5);
      CHECK(result[i] == std::clamp(scaled_sum + with.scale.offset, 0.0, 255.0));
    }
  }
}

TEST_CASE("transposed convolutions add every value, times the kernel, to what the kernel covers") {
  for (int run = 0; run < 150; ++run) {
    Layer layer;
    layer.op = Operator::conv_transpose2d;
    layer.on_cpu = true;
    layer.groups = draw(1, 2);
    layer.kernel = {draw(1, 4), draw(1, 4)};
    layer.stride = {draw(1, 3), draw(1, 3)};
    layer.padding = {draw(0, 1), draw(0, 1)};
    layer.with.border = {draw(0, 1), draw(0, 2), draw(0, 1), draw(0, 2)};
    layer.output_padding = draw(0, 2);
    const Shape in{layer.groups * draw(1, 3), draw(1, 5), draw(1, 5)};
    const Extent extent = output_extent(layer, in.extent());
    const Shape out{layer.groups * draw(1, 3), extent.height, extent.width};
    if (extent.height < 1 || extent.width < 1) continue;
    const CpuConvolution convolution = cpu_convolution_of(layer, in, out);
    const std::vector<float> values = reals(in.elements()), turned = reals(static_cast<int>(convolution.weights()));
    std::vector<double> expected(static_cast<std::size_t>(out.elements()));
    const int channels = in.channels / layer.groups, outputs = out.channels / layer.groups, taps = layer.kernel.area();
    for (int c = 0; c < in.channels; ++c)
      for (int o = c / channels * outputs; o < (c / channels + 1) * outputs; ++o)
        for (int y = 0; y < in.height; ++y)
          for (int x = 0; x < in.width; ++x)
            for (int tap = 0; tap < taps; ++tap) {
              const int to_y =
                  y * layer.stride.height - layer.padding.height - layer.with.border.top + tap / layer.kernel.width;
              const int to_x =
                  x * layer.stride.width - layer.padding.width - layer.with.border.left + tap % layer.kernel.width;
              if (to_y < 0 || to_y >= out.height || to_x < 0 || to_x >= out.width) continue;
              const int weight = (o * channels + c % channels) * taps + taps - 1 - tap;
              expected[static_cast<std::size_t>(at(out, o, to_y, to_x))] +=
                  static_cast<double>(values[static_cast<std::size_t>(at(in, c, y, x))]) *
                  static_cast<double>(turned[static_cast<std::size_t>(weight)]);
            }
    std::vector<float> result(expected.size());
    convolve(
        values.data(), convolution, turned.data(), [](int) { return 0.0f; }, result.data());
    for (std::size_t i = 0; i < result.size(); ++i)
      CHECK(std::fabs(static_cast<double>(result[i]) - expected[i]) <= 1e-4 * (1 + std::fabs(expected[i])));
  }
}

TEST_CASE("tensors are combined value by value, repeated where they have a size of 1") {
  for (int run = 0; run < 300; ++run) {
    const Shape whole{draw(1, 4), draw(1, 4), draw(1, 4)};
    const auto part = [&](int size) { return draw(0, 1) == 0 ? 1 : size; };
    const Shape a{part(whole.channels), part(whole.height), part(whole.width)};
    const Shape b{a.channels == 1 ? whole.channels : part(whole.channels),
                  a.height == 1 ? whole.height : part(whole.height), a.width == 1 ? whole.width : part(whole.width)};
    REQUIRE(combined_shape(a, b) == whole);
    REQUIRE(combined_shape(b, a) == whole);
    std::vector<int> first, second;
    for_each_pair(a, b, whole, [&](int i, int j) {
      first.push_back(i);
      second.push_back(j);
    });
    const auto source = [](Shape shape) {
      return [shape](int c, int y, int x) { return at(shape, c % shape.channels, y % shape.height, x % shape.width); };
    };
    CHECK(first == by_source(whole, source(a)));
    CHECK(second == by_source(whole, source(b)));
  }
  CHECK(combined_shape({2, 3, 4}, {2, 2, 4}).elements() == 0);
}

TEST_CASE("reductions go over any dimensions") {
  for (int run = 0; run < 200; ++run) {
    const Shape in{draw(1, 4), draw(1, 5), draw(1, 6)};
    Layer layer = layer_of(Software::reduce);
    for (bool& reduced : layer.with.reduced) reduced = draw(0, 1) == 1;
    const Shape out = software_shape(layer, in);
    const std::vector<float> values = reals(in.elements());
    for (Reduction reduction : {Reduction::mean, Reduction::min, Reduction::max, Reduction::sum}) {
      std::vector<float> result(static_cast<std::size_t>(out.elements()));
      reduce(values.data(), in, out, reduction, result.data());
      std::vector<std::vector<double>> gathered(result.size());
      for (int c = 0; c < in.channels; ++c)
        for (int y = 0; y < in.height; ++y)
          for (int x = 0; x < in.width; ++x)
            gathered[static_cast<std::size_t>(at(out, layer.with.reduced[0] ? 0 : c, layer.with.reduced[1] ? 0 : y,
                                                 layer.with.reduced[2] ? 0 : x))]
                .push_back(static_cast<double>(values[static_cast<std::size_t>(at(in, c, y, x))]));
      for (std::size_t i = 0; i < result.size(); ++i) {
        const std::vector<double>& all = gathered[i];
        const double sum = std::accumulate(all.begin(), all.end(), 0.0);
        const double expected = reduction == Reduction::mean  ? sum / static_cast<double>(all.size())
                                : reduction == Reduction::sum ? sum
                                : reduction == Reduction::min ? *std::min_element(all.begin(), all.end())
                                                              : *std::max_element(all.begin(), all.end());
        CHECK(std::fabs(static_cast<double>(result[i]) - expected) <= 1e-5 * (1 + std::fabs(expected)));
      }
    }
  }
}

TEST_CASE("largest values of windows with a border and dilation") {
  for (int run = 0; run < 200; ++run) {
    CpuConvolution layer = any_convolution();
    if (layer.out.pixels() == 0) continue;
    layer.top = std::min(layer.top, (layer.kernel.height - 1) * layer.dilation.height);
    layer.left = std::min(layer.left, (layer.kernel.width - 1) * layer.dilation.width);
    layer.groups = 1;
    layer.in.channels = layer.out.channels = 2;
    const std::vector<float> in = reals(layer.in.elements());
    Shape shape;
    const float lowest = -3.40282347e+38f;
    const std::vector<float> around = padded(layer, in, lowest, shape);
    std::vector<float> expected(static_cast<std::size_t>(layer.out.elements()), lowest), out(expected.size());
    CpuConvolution one = layer;
    one.groups = 2;
    for_each_product(one, shape, [&](int to, int, int pixel, int) {
      float& largest = expected[static_cast<std::size_t>(to)];
      largest = std::max(largest, around[static_cast<std::size_t>(pixel)]);
    });
    max_pool(in.data(), layer.in, layer.out, {layer.kernel, layer.stride, {layer.top, layer.left}}, layer.dilation,
             out.data());
    CHECK(out == expected);
  }
}

TEST_CASE("programs compute what their operations say, and never leave their stack") {
  const auto run = [](std::vector<std::uint8_t> program, float x) {
    return evaluate(program.data(), static_cast<int>(program.size()), x);
  };
  const float xs[] = {-100.5f, -3.25f, -1.0f, -0.5f, -0.0f, 0.0f, 0.25f, 1.0f, 2.5f, 7.75f, 80.0f, 12345.678f};
  using Function = double (*)(double);
  const Function functions[] = {std::fabs, std::ceil, std::cos, std::exp, std::floor, std::log};
  for (float x : xs) {
    const double value = x;
    for (unsigned i = 0; i < 6; ++i) {
      const auto result = static_cast<double>(run({3, static_cast<std::uint8_t>(0x20 + i), 0xa0}, x));
      const double expected = static_cast<double>(static_cast<float>(functions[i](value)));
      CAPTURE(i);
      CAPTURE(x);
      if (std::isnan(expected))
        CHECK(std::isnan(result));
      else
        CHECK((result == expected || std::fabs(result - expected) <= 1.2e-7 * std::fabs(expected)));
    }
    CHECK(run({3, 0x26, 0xa0}, x) == -x);
    CHECK(run({3, 0x29, 0xa0}, x) == x * x);
    CHECK(std::fabs(static_cast<double>(run({3, 0x28, 0xa0}, x)) - std::sin(value)) < 1e-7);
    CHECK(run({3, 1, 0x42, 0x40, 0xa0}, x) == x * x);  // too few values: what is missing is 0
  }
  CHECK(run({3, 0x27, 0xa0}, 16.0f) == 0.25f);
  CHECK(run({3, 6, 0, 0, 0x20, 0x40, 0x41, 0xa0}, 1.0f) == -1.5f);    // x - 2.5
  CHECK(run({3, 4, 6, 0, 0, 0xc0, 0x40, 0x80, 0xa0}, 7.0f) == 6.0f);  // clamp to 0 … 6
  CHECK(run({5, 5, 3, 0x26, 0x23, 0x40, 0x43, 0xa0}, 0.0f) == 0.5f);  // 1 / (1 + e^-x)
  CHECK(run({6, 0, 0}, 4.0f) == 0.0f);                                // cut off within a number
  std::vector<std::uint8_t> deep(200, 3);
  deep.push_back(0xa0);
  CHECK(run(deep, 5.0f) == 5.0f);
}

}  // namespace test_moves
