// Plans of networks with branches: each is proved by `verify`, which shares nothing with the planner.
#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/max7800x/rules.hpp>
#include <incuse/max7800x/statistics.hpp>

#include <doctest/doctest.h>

#include <initializer_list>
#include <set>
#include <string>

#include <support/worked_examples.hpp>
#include <support/written_down.hpp>

namespace test_planning {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::max7800x::examples;

namespace {

using Most = Graph<most_layers>;
using Planned = PlannedNetwork<most_layers>;

template <class... Layers>
Most net_of(Shape input, const Layers&... layers) {
  return network<most_layers>(input, layers...);
}

/// A plan that fits, after rules and proof have found no error.
Planned proved(const Most& net, const Options& options = {}, const Device& device = max78000) {
  const Planned planned = arrange_and_plan(net, device, options);
  CHECK(planned.fits);
  for (const Finding& finding : inspect(planned.graph, planned.plan, device, planned.options)) {
    const Sentence sentence = sentence_of(finding, device.name);
    if (finding.rule->severity == Severity::error) FAIL_CHECK(string_of(sentence));
  }
  return planned;
}

/// 64 columns in half of the processors are in the way of 8 columns everywhere, behind which 700 do not fit.
Most columns_out_of_order() {
  return net_of({32, 16, 16}, conv2d(64, 3, 1), conv2d(64, 1, 0), pooled(2, conv2d(1, 1, 0)), flattened(linear(100)));
}

int streaming_count(const Planned& planned) { return max7800x::detail::streamed_layers(planned.graph); }

}  // namespace

TEST_CASE("operands and concatenated tensors lie where their reader expects them") {
  const Planned sum = proved(net_of({8, 16, 16}, conv2d(20, 3, 1), conv2d(20, 3, 1), adding_of({0, 1})));
  REQUIRE(sum.graph.size == 4);
  CHECK(sum.plan[1].out_offset - sum.plan[2].out_offset == 4);
  CHECK(sum.plan[1].output_processors == sum.plan[2].output_processors);
  const Planned unequal =
      proved(net_of({8, 16, 16}, conv2d(13, 3, 1), conv2d(30, 3, 1), reading(conv2d(4, 1, 0), {0, 1})));
  CHECK(unequal.graph.size == 3);
  CHECK(first_bit(unequal.plan[1].output_processors) - first_bit(unequal.plan[0].output_processors) == 16);
  CHECK(unequal.plan[2].processors == (unequal.plan[0].output_processors | unequal.plan[1].output_processors));
  proved(net_of({8, 8, 8}, conv2d(64, 3, 1), conv2d(64, 3, 1), reading(conv2d(4, 1, 0), {0, 1})));
  // Pooling packs what does not fill its blocks.
  proved(net_of({8, 8, 8}, conv2d(5, 3, 1), conv2d(6, 3, 1), reading(pooled(Pooling::max, {2, 2}, {2, 2}), {0, 1}),
                conv2d(4, 1, 0)));
}

TEST_CASE("what FIFOs deliver is read by any layer, and by several") {
  const Layer nothing{};
  for (const InputPath path : {InputPath::fifo, InputPath::fast_fifo})
    for (int channels = 1; channels <= (path == InputPath::fifo ? 16 : 4); ++channels)
      for (const Layer& first :
           {pooled(Pooling::max, {2, 2}, {2, 2}), pooled(Pooling::average, {2, 2}, {2, 2}), nothing}) {
        Options options;
        options.input_path = path;
        options.runs_on_risc_v = path == InputPath::fast_fifo;
        CAPTURE(channels);
        const Shape input{channels, 8, 8};
        const Layer same = conv2d(channels, 3, 1);
        const auto fits = [&](const auto&... layers) { proved(net_of(input, layers...), options); };
        fits(first, conv2d(4, 3, 1));
        fits(first, nothing, conv2d(20, 3, 1));
        fits(first, same, adding_of({0, 1}), flattened(linear(5)));
        fits(first, conv2d(channels, 1, 0), adding_of({1, 0}), pooled(2, conv2d(6, 3, 1)));
        fits(same, reading(first, {network_input}), conv2d(4, 1, 0));
        fits(same, reading(pooled(2, nothing), {0}), reading(conv2d(4, 1, 0), {1}), adding_of({network_input, 0}),
             conv2d(4, 1, 0));
        fits(same, same, adding_of({0, 1}), adding_of({network_input, 2}), conv2d(4, 1, 0));
        fits(same, same, adding_of({0, 1}), adding_of({network_input, 0}), conv2d(4, 1, 0));
        fits(same, reading(conv2d(4, 1, 0), {network_input, 0}));
        fits(first, same, reading(conv2d(4, 1, 0), {0, 1}));
      }
}

TEST_CASE("what a depth-wise layer leaves where FIFOs deliver it is pooled, combined and convolved") {
  Options options;
  options.input_path = InputPath::fifo;
  for (int channels = 3; channels <= 16; ++channels) {
    CAPTURE(channels);
    const Layer own = changed(conv2d(channels, 3, 1), [&](Layer& l) { l.groups = channels; });
    const Layer pool = pooled(2), other = conv2d(channels, 3, 1), last = conv2d(8, 3, 1);
    const auto behind = [&](const auto&... layers) {
      return proved(net_of({channels, 8, 8}, own, layers...), options, max78002).graph.size;
    };
    CHECK(behind(pool) == 2);  // without a copy
    CHECK(behind(pool, last) == 3);
    CHECK(behind(pool, pool, last) == 4);
    CHECK(behind(pool, own, pool, last) == 5);
    behind(own, adding_of({0, 1}), last);
    behind(other, adding_of({0, 1}), pool, last);
  }
}

TEST_CASE("biases fill the AI84's groups: those that only one group can have come first") {
  for (const int few : {1, 2, 4}) {
    CAPTURE(few);
    Most net;
    net.input = {few, 8, 8};
    for (int i = 0; i < 29; ++i)
      net[net.size++] = changed(conv2d(i % 2 == 0 ? 64 : few, 3, 1), [](Layer& l) { l.bias = true; });
    const Planned planned = proved(infer(net), {}, ai84);
    int values = 0;
    for (int fill : planned.plan.bias_fill) values += fill;
    CHECK(values == 15 * 64 + 14 * few);  // of 4 * 256
  }
}

TEST_CASE("a copy may go to other processors of its group where the memory is short") {
  // The sum alone fills its instance: what goes around has to lie in another one, and the copy brings it there.
  const Planned planned = proved(net_of({3, 64, 64}, conv2d(4, 3, 1), conv2d(4, 3, 1), conv2d(4, 3, 1),
                                        adding_of({0, 2}), pooled(2, conv2d(4, 3, 1))));
  const LayerPlan& copy = planned.plan[3];
  CHECK(planned.graph[3].inserted);
  CHECK(copy.processors != copy.output_processors);
  CHECK(groups_of(copy.processors) == groups_of(copy.output_processors));
  CHECK_FALSE(planned.plan.in_place);
}

TEST_CASE("outputs are written over inputs only where nothing else helps") {
  CHECK_FALSE(proved(net_of({64, 64, 60}, conv2d(64, 3, 1), conv2d(64, 3, 1))).plan.in_place);
  const Planned tight = proved(net_of({60, 80, 80}, conv2d(60, 3, 1), conv2d(60, 3, 1)));
  CHECK(tight.plan.in_place);
  CHECK(tight.plan[0].out_offset < tight.plan[0].in_offset);
  CHECK(tight.plan[0].out_offset + 4 * 80 * 80 > tight.plan[0].in_offset);
}

TEST_CASE("an operand may be written over what it is made of, word by word further apart") {
  const Planned planned =
      proved(net_of({3, 48, 48}, conv2d(48, 1, 0), conv2d(48, 1, 0), conv2d(48, 1, 0), adding_of({0, 2})));
  CHECK(planned.plan.in_place);
  CHECK(planned.plan[2].write_gap == 1);
}

TEST_CASE("as few layers stream as the memory asks for") {
  const auto deep = [](int side) {
    return net_of({3, side, side}, conv2d(8, 3, 1), pooled(2, conv2d(8, 3, 1)), pooled(2, conv2d(8, 3, 1)),
                  pooled(2, conv2d(8, 3, 1)));
  };
  CHECK(streaming_count(proved(deep(60))) == 0);
  const Planned some = proved(deep(100));
  const Planned more = proved(deep(220));
  CHECK(streaming_count(some) > 0);
  CHECK(streaming_count(more) > streaming_count(some));
  CHECK(more.options.uses_fifo());
  CHECK(memory_use(more.graph, more.plan, max78000, more.options).data_bytes <= more.plan.peak_bytes);
  CHECK(more.plan.peak_bytes <= max78000.instance_bytes);
  // One layer less does not do.
  for (int count = 1; count < streaming_count(more); ++count)
    CHECK_FALSE(planned_network(streaming_network(arranged_network<most_layers>(deep(220), {}), count), max78000).fits);
}

TEST_CASE("layers stream only where the FIFOs deliver all channels of the input") {
  for (InputPath path : {InputPath::data_memory, InputPath::fast_fifo})
    for (int channels = 1; channels <= 20; ++channels) {
      Options options;
      options.input_path = path;
      const Most net =
          net_of({channels, 100, 100}, conv2d(8, 3, 1), pooled(2, conv2d(8, 3, 1)), pooled(2, conv2d(8, 3, 1)));
      const Planned planned = arrange_and_plan(net, max78000, options);
      CAPTURE(channels);
      CHECK(planned.fits == (channels <= (path == InputPath::fast_fifo ? 4 : 16)));
      CHECK(planned.fits == (streaming_count(planned) > 0));
    }
}

TEST_CASE("the quad fast FIFO shares the first layer out among the groups") {
  Options options;
  options.input_path = InputPath::quad_fast_fifo;
  options.runs_on_risc_v = true;
  const Planned planned = proved(net_of({3, 32, 32}, conv2d(60, 3, 1), conv2d(8, 3, 1)), options);
  CHECK(planned.plan[0].fans_out);
  CHECK(planned.plan[0].processors == 0x0007'0007'0007'0007);
  CHECK(planned.plan[0].kernels.length == 15);
}

TEST_CASE("what is given by hand is kept, and the rest is planned around it") {
  Most net = net_of({3, 16, 16}, conv2d(16, 3, 1), conv2d(16, 3, 1), adding_of({0, 1}), conv2d(4, 3, 1));
  net[1].placement.processors = 0xffff'0000;
  net[1].placement.out_offset = 0x1004;
  net[3].placement.output_processors = 0xf000;
  const Planned planned = proved(net);
  CHECK(planned.plan[0].output_processors == 0xffff'0000);
  CHECK(planned.plan[1].out_offset == 0x1004);
  CHECK(planned.plan[2].out_offset == 0x1000);  // the copy, its sibling
  CHECK(planned.plan[4].output_processors == 0xf000);
}

TEST_CASE("what is given is never left aside: there is no plan rather than another one") {
  const auto unplaced = [](const Most& net) {
    const Planned planned = arrange_and_plan(net, max78000);
    const Findings found = inspect(planned.graph, planned.plan, max78000, planned.options);
    return !planned.fits && planned.plan[0].processors == 0 && found.contains(rules::no_automatic_placement);
  };
  // The second operand lies 4 bytes behind the first.
  Most net = net_of({3, 16, 16}, conv2d(16, 3, 1), reading(conv2d(16, 3, 1), {network_input}), adding_of({0, 1}));
  net[0].placement.out_offset = 0;
  CHECK_FALSE(unplaced(net));
  net[1].placement.out_offset = 0x2000;
  CHECK(unplaced(net));
  // Concatenated channels lie behind each other.
  Most joined = net_of({3, 16, 16}, conv2d(16, 3, 1), reading(conv2d(16, 3, 1), {network_input}),
                       reading(conv2d(4, 1, 0), {0, 1}));
  joined[1].placement.output_processors = 0xffff;
  CHECK(unplaced(joined));
  joined[1].placement.output_processors = 0xffff'0000;
  CHECK_FALSE(unplaced(joined));
}

TEST_CASE("more channels than FIFOs deliver are found out") {
  Options options;
  options.input_path = InputPath::fifo;
  const auto found = [&](int channels) {
    const Planned planned = arrange_and_plan(net_of({channels, 8, 8}, conv2d(4, 3, 1)), max78000, options);
    return inspect(planned.graph, planned.plan, max78000, planned.options);
  };
  CHECK(found(16).ok());
  CHECK(found(17).contains(rules::fifo_processors));
}

TEST_CASE("layers with many processors come first where the order of layers leaves too small gaps") {
  const Planned planned = proved(columns_out_of_order());
  CHECK(planned.plan[3].kernels.length > 690);
  CHECK(planned.plan[1].kernels.offset < planned.plan[0].kernels.offset);
}

TEST_CASE("columns in another order are found for a placement by hand, too, but not in the vendor's stream") {
  const Planned chosen = arrange_and_plan(columns_out_of_order(), max78000);
  const Most by_hand = planned::written_down(chosen);
  Options options = chosen.options;
  options.overlap_data = chosen.plan.in_place;
  CHECK(inspect(by_hand, plan_if_possible(by_hand, max78000, options), max78000, options).ok());
  options.vendor_stream = true;
  const Findings found = inspect(by_hand, plan_if_possible(by_hand, max78000, options), max78000, options);
  CHECK(found.contains(rules::weight_memory));
}

TEST_CASE("networks that make no sense, or need too many layers, get no plan") {
  Most net = net_of({4, 8, 8}, conv2d(4, 3, 1));
  net[0].sources = {};
  net[0].sources.push(3);
  CHECK(arrange_and_plan(net, max78000).plan.size == 0);
  Most deep = net_of({4, 8, 8}, conv2d(4, 3, 1));
  while (deep.size < 31) deep[deep.size++] = conv2d(4, 3, 1);
  deep[deep.size++] = adding_of({0, 30});
  const Planned planned = arrange_and_plan(infer(deep), max78000);
  CHECK_FALSE(planned.fits);
  const Findings found = inspect(planned.graph, planned.plan, max78000, planned.options);
  REQUIRE(found.contains(rules::layer_count));
  CHECK(found[0].needs.values[0] == 33);
}

TEST_CASE("findings count layers as the author does") {
  // Behind a copy the chip's layers have other numbers.
  const Most net = net_of({4, 8, 8}, conv2d(4, 3, 1), conv2d(4, 3, 1), adding_of({0, 1}), flattened(linear(300)),
                          linear(1024), linear(1024));
  const Planned planned = arrange_and_plan(net, max78000);
  CHECK(planned.graph.size == 7);
  for (const Finding& finding : inspect(planned.graph, planned.plan, max78000, planned.options)) {
    if (finding.layer < 0) continue;
    CHECK(finding.layer < 6);
    CHECK(finding.layer >= 3);
  }
}

TEST_CASE("sums are left to the layers behind them where there are too many layers") {
  const auto residual = [](int blocks) {
    Most net;
    net.input = {8, 12, 12};
    net[net.size++] = conv2d(16, 3, 1);
    for (int b = 0; b < blocks; ++b) {
      const int last = net.size - 1;
      net[net.size++] = conv2d(16, 3, 1);
      net[net.size++] = conv2d(16, 3, 1);
      net[net.size++] = adding_of({last, last + 2});
    }
    net[net.size++] = pooled(2, conv2d(4, 1, 0));
    return infer(net);
  };
  CHECK(proved(residual(7)).graph.size == arranged_size(residual(7)));  // 30 layers: nothing is changed
  for (const int blocks : {8, 9, 10}) {
    const Planned planned = proved(residual(blocks));
    CHECK(arranged_size(residual(blocks)) > max78000.max_layers);
    CHECK(planned.graph.size <= max78000.max_layers);
    CHECK(planned.graph.last().author_layer == residual(blocks).size - 1);
  }
  // Each sum is still needed once, by the next one.
  CHECK(with_fewer_layers(residual(12), max78000, {}).size == residual(12).size - 1);
  const Most output = changed(residual(12), [](Most& net) {
    for (int i = 0; i < net.size; ++i) net[i].output = true;
  });
  CHECK(with_fewer_layers(output, max78000, {}).size == output.size);
  // What a rule refuses in a sum stays there for the rule to see.
  const Most activated = changed(residual(12), [](Most& net) {
    for (int i = 0; i < net.size; ++i)
      if (net[i].operands > 1) net[i].activation = Activation::relu;
  });
  CHECK(with_fewer_layers(activated, max78000, {}).size == activated.size);
}

TEST_CASE("what is fused breaks no rule that its parts do not break") {
  const auto errors = [](const Most& net, const Device& device, const Options& options) {
    std::set<std::string> ids;
    for (const Finding& finding : check(net, Plan<most_layers>{}, device, options))
      if (finding.rule->severity == Severity::error && *finding.rule != rules::layer_count)
        ids.insert(string_of(finding.rule->id));
    return ids;
  };
  const auto sum = [](int operands) {
    Layer layer = adding_of({0, 1});
    for (; layer.operands < operands; ++layer.operands) layer.sources.push(layer.operands);
    return layer;
  };
  const Layer readers[] = {conv2d(4, 1, 0),
                           conv2d(4, 3, 1),
                           biased(conv2d(4, 3, 1)),
                           pooled(2, conv2d(4, 3, 1)),
                           pooled(2, Layer{}),
                           pooled(2, biased(conv2d(4, 3, 1))),
                           wide_output(conv2d(4)),
                           flattened(linear(4)),
                           conv1d(4, 3),
                           pooled(Pooling::average, {2, 2}, {2, 2}),
                           biased(conv2d(4, 1, 0)),
                           pooled(Pooling::max, {2, 2}, {1, 1}, conv2d(4, 3, 1)),
                           transposed(4)};
  int fused = 0, tried = 0;
  for (const Device* part : Devices::all) {
    Device device = *part;
    device.max_layers = 5;  // there are at least 6
    CAPTURE(string_of(device.name));
    for (const int channels : {8, 40, 64, 96, 130, 200})
      for (const int operands : {2, 3, 4})
        for (const int processors : {64, 32})
          for (const Layer& reader : readers) {
            CAPTURE(channels);
            CAPTURE(operands);
            Most net = net_of({8, 12, 12});
            for (int i = 0; i < 4; ++i) net[net.size++] = conv2d(channels, 1, 0);
            net[net.size++] = sum(operands);
            net[net.size++] = reader;
            net = infer(net);
            Options options;
            options.processors_per_pass = processors;
            const Most fewer = with_fewer_layers(net, device, options);
            const auto before = errors(net, device, options);
            ++tried;
            if (fewer.size < net.size) ++fused;
            for (const std::string& id : errors(fewer, device, options)) {
              CAPTURE(id);
              CHECK(before.count(id) == 1);
            }
          }
  }
  CHECK(fused > tried / 8);
  CHECK(fused < tried);
}

TEST_CASE("where nothing can be fused, the number of layers is what is told") {
  const auto told = [](int blocks, bool bias, const Device& device) {
    Most net = net_of({3, 8, 8}, conv2d(8, 3, 1));
    for (int b = 0; b < blocks; ++b) {
      const int last = net.size - 1;
      net[net.size++] = bias ? biased(conv2d(8, 3, 1)) : conv2d(8, 3, 1);
      net[net.size++] = adding_of({last, last + 1});
    }
    const Planned planned = arrange_and_plan(infer(net), device);
    std::string found;
    for (const Finding& finding : inspect(planned.graph, planned.plan, device, planned.options))
      if (finding.rule->severity == Severity::error) found += string_of(finding.rule->id) + " ";
    return found;
  };
  CHECK(told(42, true, max78002).empty());
  CHECK(told(43, true, max78002) == "layer_count ");
  CHECK(told(43, false, max78002).empty());
  CHECK(told(55, true, max78002) == "layer_count ");
  CHECK(told(11, true, max78000).empty());
}

TEST_CASE("where the planner has no map to choose, the reason is told") {
  const auto errors = [](const Most& net, const Options& options = {}) {
    const Planned planned = arrange_and_plan(net, max78000, options);
    std::string found;
    for (const Finding& finding : inspect(planned.graph, planned.plan, max78000, planned.options))
      if (finding.rule->severity == Severity::error) found += string_of(finding.rule->id) + " ";
    return found;
  };
  for (int operands : {2, 3, 4})
    CHECK(errors(net_of({4 * operands, 8, 8}, adding(operands)), options_of<fifo_input>()) == "fifo_operands ");
  CHECK(errors(net_of({4, 8, 8}, adding(2)), options_of<fifo_input>()) == "fifo_operands ");
  CHECK(errors(net_of({8, 8, 8}, adding(2)), options_of<fifo_input, processors_per_pass<4>>()) == "fifo_operands ");
  CHECK(errors(net_of({8, 6, 6}, adding(2), reading(conv2d(4, 3, 1), {-1}))) == "read_channels ");
}

}  // namespace test_planning
