// Counters of streaming layers (register sheet, 3.17 and 3.19; examples, section 0).
#include <support/worked_examples.hpp>

#include <incuse/max7800x/plan/streaming.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/max7800x/rules.hpp>

#include <doctest/doctest.h>

namespace test_streaming {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::max7800x::examples;

namespace {

StreamCounts counts(const Net& net, int layer, Options options = streams_options()) {
  return stream_counts(net, plan(net, max78000), max78000, options, layer);
}

}  // namespace

TEST_CASE("example 5") {
  const StreamCounts first = counts(streams(), 0);
  CHECK(first.start == 38);
  CHECK(first.delta1 == 0);
  CHECK(first.delta2 == 17);
  CHECK(first.invol == 0);
  CHECK(first.rollover == 57);
  const StreamCounts second = counts(streams(), 1);
  CHECK(second.start == 41);
  CHECK(second.delta1 == 1);
  CHECK(second.delta2 == 1);
  CHECK(second.invol == 1);
  CHECK(second.rollover == 42);
}

TEST_CASE("pooling strides of later layers") {
  Net net = streams();
  net[1] = placed(0x7fff0, 0x800, streamed(pooled(Pooling::max, {3, 2}, {2, 3}, conv2d(7, 3, 1))));
  net = infer(net);
  const StreamCounts second = counts(net, 1);
  CHECK(second.start == 18 * (2 + 2) + 2 + 2 + 2);
  CHECK(second.delta1 == 3);
  CHECK(second.delta2 == 18 + 2);
  CHECK(second.rollover == 78 + 2 * 16 + 3);
}

TEST_CASE("behind a transposed convolution, rows have the padding of the hardware") {
  // Pooled 9x17; padding 0 of a 3x3 kernel is 2 for the hardware: a row of 17 + 2 * 2, not 17.
  Layer up = streamed(conv2d(13, 3, 0));
  up.op = Operator::conv_transpose2d;
  up.stride = {2, 2};
  up.output_padding = 1;
  Net net = network({1, 9, 17}, placed(1, 0, up, 0x1fff0), placed(0x1fff0, 0x800, streamed(conv2d(7, 3, 1))));
  CHECK(counts(net, 1).start == 21 * 2 + 2 + 1 + 2);
}

TEST_CASE("passes in fours") {
  Net net = streams();
  net[0].placement.tcalc = true;
  CHECK(counts(net, 0).invol == 0);
  CHECK(counts(net, 1).invol == 4);
  net[0].placement.tcalc = false;
  net[1].placement.tcalc = true;
  CHECK(counts(net, 1).invol == 1);
}

TEST_CASE("margins are added to later layers only") {
  Options options = streams_options();
  options.stream_start_margin = 5;
  options.stream_delta1_margin = 1;
  options.stream_delta2_margin = 7;
  CHECK(counts(streams(), 0, options).start == 38);
  const StreamCounts second = counts(streams(), 1, options);
  CHECK(second.start == 44);
  CHECK(second.delta1 == 2);
  CHECK(second.delta2 == 8);
}

TEST_CASE("overrides are for the first layer only") {
  Options options = streams_options();
  options.stream_start_override = 100;
  CHECK(counts(streams(), 0, options).start == 100);
  CHECK(counts(streams(), 0, options).rollover == 100 + 17 + 2);
  options.stream_rollover_override = 200;
  options.stream_delta1_override = 3;
  options.stream_delta2_override = 0;
  CHECK(counts(streams(), 0, options).start == 100);
  CHECK(counts(streams(), 0, options).delta1 == 3);
  CHECK(counts(streams(), 0, options).delta2 == 0);
  CHECK(counts(streams(), 0, options).rollover == 200);
  CHECK(counts(streams(), 1, options).start == 41);
  CHECK(counts(streams(), 1, options).rollover == 42);
}

TEST_CASE("a CHW input: four pixels a word, a small fixed buffer") {
  Net net =
      network({1, 11, 17}, placed(1, 0x400, streamed(conv2d(4, 3, 1)), 0xf0), placed(0xf0, 0x800, conv2d(4, 3, 1)));
  net.input_format = DataFormat::chw;
  CHECK(counts(net, 0).start == 1);
  CHECK(counts(net, 0).rollover == 12);
  CHECK(frame_words(net[0], true) == 47);
  CHECK(frame_words(net[0], false) == 187);
  net[0].streaming = false;
  CHECK(counts(net, 0).start == 47);  // the whole image
  CHECK(counts(net, 0).rollover == 0);
}

TEST_CASE("without FIFO the first layer waits for nothing; layers that do not stream have no counters") {
  CHECK(counts(streams(), 0, {}).start == 0);
  CHECK(counts(streams(), 0, {}).rollover == 0);
  CHECK(counts(streams(), 1, {}).start == 41);
  Net net = streams();
  net[1].streaming = false;
  CHECK(counts(net, 1).start == 0);
  CHECK(counts(net, 1).invol == 0);
}

TEST_CASE("passes of earlier layers count; buffers hold whole pixels") {
  Net net = network({4, 11, 17}, placed(0xf, 0x400, streamed(conv2d(68, 3, 1)), processor_range(0, 36)),
                    placed(processor_range(0, 36), 0x800, streamed(conv2d(8, 3, 1)), 0xff),
                    placed(0xff, 0x1000, streamed(conv2d(8, 3, 1))));
  CHECK(counts(net, 1).invol == 1);
  CHECK(counts(net, 2).invol == 3);
  CHECK(counts(net, 1).rollover % 2 == 0);
}

TEST_CASE("a 32-bit output of the last streaming layer keeps away from what it reads") {
  for (const Device* device : {&max78000, &max78002})
    for (const int size : {8, 19, 30})
      for (const int groups : {1, 8}) {
        if (groups > 1 && !device->convolution_groups) continue;
        Layer layer = streamed(wide_output(conv2d(8, 3, 1)));
        layer.groups = groups;
        const auto net = network<most_layers>({8, size, size}, layer);
        const auto planned = arrange_and_plan(net, *device, options_of<fifo_input>());
        CAPTURE(size);
        CAPTURE(groups);
        CHECK(planned.fits);
        CHECK(inspect(planned.graph, planned.plan, *device, planned.options).ok());
      }
}

}  // namespace test_streaming
