// The last value that a rule lets pass, and the first one that it refuses (max7800x-checks; max7800x-device, 2 and 4).
#include <support/worked_examples.hpp>

#include <incuse/max7800x/devices.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/max7800x/rules.hpp>

#include <doctest/doctest.h>

namespace test_limits {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::max7800x::examples;

namespace {

bool breaks(const Rule& rule, const Net& net, const Options& options = {}) {
  return check(net, plan_if_possible(net, max78000, options), max78000, options).contains(rule);
}

Net one(Shape input, const Layer& layer, ProcessorMap map = 0xf, int out_offset = 0) {
  return network(input, placed(map, out_offset, layer));
}

Layer pool(Extent window, Extent step) { return pooled(Pooling::max, window, step, conv2d(4, 1, 0)); }

}  // namespace

TEST_CASE("data memory: 32768 bytes in an instance") {
  const auto output = [](int offset) { return one({4, 90, 91}, conv2d(4, 1, 0), 0xf, offset); };
  CHECK_FALSE(breaks(rules::output_memory, output(8)));  // 90 * 91 * 4 = 32760 bytes
  CHECK(breaks(rules::output_memory, output(12)));
  const auto input = [](DataFormat format, Shape shape, int offset) {
    Net net = one(shape, conv2d(1, 1, 0), format == DataFormat::chw ? 1 : 0xf);
    net.input_format = format;
    net[0].placement.in_offset = offset;
    return net;
  };
  CHECK_FALSE(breaks(rules::input_memory, input(DataFormat::hwc, {4, 90, 91}, 8)));
  CHECK(breaks(rules::input_memory, input(DataFormat::hwc, {4, 90, 91}, 12)));
  CHECK_FALSE(breaks(rules::input_memory, input(DataFormat::chw, {1, 181, 181}, 4)));  // 32761 bytes
  CHECK(breaks(rules::input_memory, input(DataFormat::chw, {1, 181, 181}, 8)));
  CHECK_FALSE(breaks(rules::output_offset, one({4, 2, 2}, conv2d(4, 1, 0), 0xf, 0x1fffc)));
  CHECK(breaks(rules::output_offset, one({4, 2, 2}, conv2d(4, 1, 0), 0xf, 0x20000)));
}

TEST_CASE("sizes of tensors") {
  CHECK_FALSE(breaks(rules::dimension, one({4, 1024, 1}, conv2d(4, 1, 0))));
  CHECK(breaks(rules::dimension, one({4, 1025, 1}, conv2d(4, 1, 0))));
  // The register counts to 1023, padding included.
  CHECK_FALSE(breaks(rules::register_field, one({4, 1024, 1}, conv2d(4, 1, 0))));
  CHECK_FALSE(breaks(rules::register_field, one({4, 1022, 3}, conv2d(4, 3, 1))));
  CHECK(breaks(rules::register_field, one({4, 1023, 3}, conv2d(4, 3, 1))));
  CHECK_FALSE(breaks(rules::channels, one({4, 2, 2}, conv2d(1024, 1, 0))));
  CHECK(breaks(rules::channels, one({4, 2, 2}, conv2d(1025, 1, 0))));
  CHECK_FALSE(breaks(rules::flatten_pixels, one({4, 16, 16}, flattened(linear(4)))));
  CHECK(breaks(rules::flatten_pixels, one({4, 257, 1}, flattened(linear(4)))));
}

TEST_CASE("windows, strides, padding and operands") {
  CHECK_FALSE(breaks(rules::pool_size, one({4, 40, 40}, pool({16, 16}, {2, 2}))));
  CHECK(breaks(rules::pool_size, one({4, 40, 40}, pool({17, 16}, {2, 2}))));
  CHECK_FALSE(breaks(rules::pool_stride, one({4, 40, 40}, pool({2, 2}, {16, 16}))));
  CHECK(breaks(rules::pool_stride, one({4, 40, 40}, pool({2, 2}, {17, 17}))));
  CHECK_FALSE(breaks(rules::padding_range, one({4, 8, 8}, conv2d(4, 3, 2))));
  CHECK(breaks(rules::padding_range, one({4, 8, 8}, conv2d(4, 3, 3))));
  CHECK_FALSE(breaks(rules::padding_kernel, one({4, 8, 1}, conv1d(4, 2, 1))));
  CHECK(breaks(rules::padding_kernel, one({4, 8, 1}, conv1d(4, 1, 1))));
  CHECK_FALSE(breaks(rules::operand_count, one({64, 8, 8}, adding(16))));
  CHECK(breaks(rules::operand_count, one({68, 8, 8}, adding(17))));
}

TEST_CASE("output shifts") {
  const auto shifted = [](int bits, int shift) {
    Layer layer = with_bits(bits, conv2d(4, 3, 1));
    layer.output_shift = shift;
    return breaks(rules::shift_range, one({4, 8, 8}, layer));
  };
  const int limits[][3] = {{8, -15, 15}, {4, -19, 11}, {2, -21, 9}, {1, -22, 8}};
  for (const auto& limit : limits) {
    CAPTURE(limit[0]);
    CHECK_FALSE(shifted(limit[0], limit[1]));
    CHECK_FALSE(shifted(limit[0], limit[2]));
    CHECK(shifted(limit[0], limit[1] - 1));
    CHECK(shifted(limit[0], limit[2] + 1));
  }
}

TEST_CASE("dilation: up to a span of nine taps the kernel is stretched, beyond it needs memory in front") {
  CHECK_FALSE(breaks(rules::dilation_padding, one({4, 100, 1}, conv1d(4, 3, 2, 4))));
  CHECK(breaks(rules::dilation_padding, one({4, 100, 1}, conv1d(4, 3, 2, 5))));
  CHECK_FALSE(breaks(rules::dilation_taps, one({4, 100, 1}, conv1d(4, 4, 0, 2))));
  CHECK(breaks(rules::dilation_taps, one({4, 100, 1}, conv1d(4, 4, 0, 3))));
  CHECK_FALSE(breaks(rules::dilation_offset, one({4, 100, 1}, conv1d(4, 3, 0, 5), 0xf, 20)));
  CHECK(breaks(rules::dilation_offset, one({4, 100, 1}, conv1d(4, 3, 0, 5), 0xf, 16)));
  CHECK_FALSE(breaks(rules::dilation_range, one({4, 1024, 1}, conv1d(4, 2, 0, 1023))));
  CHECK(breaks(rules::dilation_range, one({4, 1024, 1}, conv1d(4, 2, 0, 1024))));
}

TEST_CASE("weight memory: 768 columns, those of the lanes in front of the first output processor among them") {
  // 16 passes of 48 kernels fill the memory; from lane 1 on, 16 kernels are read first.
  const auto from_lane = [](int lane, int outputs) {
    const ProcessorMap map = ((ProcessorMap{1} << outputs) - 1) << lane;
    return network({1024, 2, 2}, placed(~ProcessorMap{0}, 0x1000, conv2d(outputs, 3, 1), map));
  };
  CHECK(check(from_lane(0, 48), max78000).ok());
  CHECK(breaks(rules::weight_memory, from_lane(0, 49)));
  CHECK(breaks(rules::weight_memory, from_lane(1, 48)));
  CHECK(check(from_lane(1, 47), max78000).ok());
}

TEST_CASE("bias memory: 512 values in a group") {
  const auto biased = [](int channels) {
    Layer layer = conv2d(channels, 1, 0);
    layer.bias = true;
    Net net = one({4, 2, 2}, layer);
    net[0].placement.bias_groups = 1;
    return breaks(rules::bias_memory, net);
  };
  CHECK_FALSE(biased(512));
  CHECK(biased(513));
}

TEST_CASE("channels of a FIFO input") {
  const auto through = [](InputPath path, int channels, ProcessorMap map) {
    Options options;
    options.input_path = path;
    options.runs_on_risc_v = true;
    return breaks(rules::fast_fifo_channels, one({channels, 8, 8}, conv2d(4, 3, 1), map), options);
  };
  CHECK_FALSE(through(InputPath::fast_fifo, 4, 0xf));
  CHECK(through(InputPath::fast_fifo, 5, 0x1000f));
  CHECK_FALSE(through(InputPath::fifo, 5, 0x1000f));
}

TEST_CASE("repetitions: every layer has registers of its own each time") {
  for (int layers : {1, 2, 3, 5, 12, 17, 32})
    for (int times : {0, 1, 2, 3, 8, 16, 17, 31, 32, 33}) {
      CAPTURE(layers);
      CAPTURE(times);
      Graph<32> net;
      net.input = {4, 4, 4};
      net.size = layers;
      for (int i = 0; i < layers; ++i) net[i] = conv2d(4, 1, 0);
      net = infer(net);
      Options options;
      options.repetitions = times;
      // One time is the network itself, which the number of layers speaks about.
      const bool fits = times == 1 || (times > 1 && times * layers <= 32);
      const Findings found = check(net, plan_if_possible(net, max78000, options), max78000, options);
      CHECK(found.contains(rules::repetitions) == !fits);
    }
}

namespace {

/// What a chip finds in a network that the planner places.
Findings found_in(const Graph<40>& net, const Device& device) {
  const auto planned = arrange_and_plan<40>(infer(net), device, {});
  return inspect(planned.graph, planned.plan, device, planned.options);
}

bool takes(const Graph<40>& net, const Device& device) { return found_in(net, device).ok(); }

/// A convolution of an image with few values on the other axis.
Graph<40> strip(int size, int padding, bool columns) {
  return network(columns ? Shape{1, 6, size} : Shape{1, size, 6}, {conv2d(4, 3, padding)});
}

struct SizeRow {
  const Device& device;
  int most[3];  ///< with a padding of 0, 1, 2
};

}  // namespace

TEST_CASE("docs/parts.md: rows and columns, by the padding of a 3x3 convolution") {
  for (const SizeRow& row :
       {SizeRow{ai84, {256, 254, 252}}, SizeRow{max78000, {1024, 1022, 1020}}, SizeRow{max78002, {2048, 2048, 2046}}})
    for (int padding = 0; padding <= 2; ++padding)
      for (bool columns : {false, true}) {
        CAPTURE(padding);
        CHECK(takes(strip(row.most[padding], padding, columns), row.device));
        CHECK_FALSE(takes(strip(row.most[padding] + 1, padding, columns), row.device));
      }
}

TEST_CASE("docs/parts.md: channels, values per processor, weights") {
  const auto convolution = [](int in, int out, int bits = 8) {
    Layer layer = conv2d(out, 3, 1);
    layer.weight_bits = bits;
    return network({in, 4, 4}, {layer});
  };
  for (const Device* device : {&ai84, &max78000, &max78002}) {
    const int most = device == &ai84 ? 64 : 1024;
    CHECK(takes(convolution(most, 4), *device));
    CHECK_FALSE(takes(convolution(most + 1, 4), *device));
    CHECK_FALSE(takes(convolution(4, most + 1), *device));
    for (int bits : {1, 2, 4}) CHECK(takes(convolution(4, 4, bits), *device) == (device != &ai84));
  }
  CHECK_FALSE(found_in(network({1, 127, 129}, {conv2d(4)}), ai84).contains(rules::frame_size));
  CHECK(found_in(network({1, 128, 128}, {conv2d(4)}), ai84).contains(rules::frame_size));
}

TEST_CASE("the dilation that is advised is the largest that the layer and the chip take") {
  const auto advised = [](const Graph<40>& net, const Device& device) {
    for (const Finding& finding : found_in(net, device))
      if (*finding.rule == rules::dilation_range) return static_cast<int>(finding.advice.to.values[0]);
    return 0;
  };
  struct Case {
    int taps, padding, window;
  };
  for (const Device* device : {&max78000, &max78002})
    for (const Case& one : {Case{2, 0, 1}, Case{3, 0, 1}, Case{3, 1, 1}, Case{5, 0, 1}, Case{2, 0, 2}, Case{9, 0, 1}})
      for (int length : {64, 1000, device->max_dimension - 2, one.padding > 0 ? 9 : device->max_dimension}) {
        const auto with = [&](int dilation) {
          Layer layer = conv1d(4, one.taps, one.padding, dilation);
          if (one.window > 1) layer = pooled({one.window, 1}, layer);
          return network({4, length, 1}, {layer});
        };
        const int dilation = advised(with(5000), *device);
        CAPTURE(one.taps);
        CAPTURE(one.window);
        CAPTURE(length);
        CAPTURE(dilation);
        CHECK(takes(with(dilation), *device));
        CHECK_FALSE(takes(with(dilation + 1), *device));
      }
  CHECK(advised(network({4, 2048, 1}, {conv1d(4, 2, 0, 2048)}), max78002) == 2047);
  CHECK(advised(network({4, 1024, 1}, {conv1d(4, 2, 0, 1024)}), max78000) == 1022);
}

TEST_CASE("the strides and windows that are advised are taken") {
  for (const Device* device : {&ai84, &max78000, &max78002})
    for (int step = 1; step <= 20; ++step)
      for (int window : {1, 2, 3, 4, 16}) {
        const auto with = [&](Extent size, Extent by) {
          return network({4, 64, 64}, {pooled(Pooling::max, size, by, conv2d(4, 3, 1))});
        };
        Extent size{window, window}, by{step, step};
        for (int round = 0; round < 3; ++round)
          for (const Finding& finding : found_in(with(size, by), *device)) {
            const Extent to{static_cast<int>(finding.advice.to.values[0]),
                            static_cast<int>(finding.advice.to.values[1])};
            if (finding.advice.change == Text("the nearest stride") || finding.advice.change == Text("the stride"))
              by = to;
            if (finding.advice.change == Text("the nearest window")) size = to;
            if (finding.advice.change == Text("the nearest window and stride")) size = by = to;
          }
        CAPTURE(window);
        CAPTURE(step);
        const Findings left = found_in(with(size, by), *device);
        for (const Rule* rule : {&rules::pool_stride, &rules::pool_sizes, &rules::pool_stride_alone})
          CHECK_FALSE(left.contains(*rule));
      }
}

}  // namespace test_limits
