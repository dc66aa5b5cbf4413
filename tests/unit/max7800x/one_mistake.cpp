// What is said of one mistake: once, of the layer that its author wrote, with the figure that is wrong, and with an
// advice that leads to no other refusal. Whole families of networks are tried.
#include <incuse/max7800x/planning.hpp>

#include <doctest/doctest.h>

#include <initializer_list>
#include <set>
#include <string>

#include "broken_networks.hpp"
#include "followed_advice.hpp"

namespace test_one_mistake {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::test;
using namespace incuse::test::broken;

namespace {

/// Rules about sizes that an advice names, which another advice about sizes must not lead to.
bool is_about_sizes(const Rule& rule) {
  for (const Rule* other :
       {&rules::dimension, &rules::register_field, &rules::frame_size, &rules::empty_output, &rules::pool_size,
        &rules::pool_sizes, &rules::pool_stride, &rules::pool_stride_square, &rules::pool_stride_alone,
        &rules::pool_dilation, &rules::output_holes, &rules::column_rows, &rules::padding_kernel})
    if (rule == *other) return true;
  return false;
}

int sizes_blamed(const Findings& findings) {
  int count = 0;
  for (const Finding& finding : findings) count += is_about_sizes(*finding.rule) ? 1 : 0;
  return count;
}

/// Follows the advice about sizes if that is about the only mistake; true if there was one. Afterwards nothing about
/// sizes is refused.
bool follow_sizes(Broken net) {
  const Findings before = findings_of(net);
  if (sizes_blamed(before) != 1) return false;
  std::string said;
  for (const Finding& finding : before) {
    if (!is_about_sizes(*finding.rule)) continue;
    said = sentence(finding, *net.device);
    if (finding.advice.change.empty() || !follow(finding, net)) return false;
  }
  CAPTURE(said);
  for (const Finding& left : findings_of(net)) {
    CAPTURE(sentence(left, *net.device));
    CHECK_FALSE(is_about_sizes(*left.rule));
  }
  return true;
}

}  // namespace

TEST_CASE("an image that is too large: with the advised one no other rule about sizes refuses it") {
  int followed = 0;
  for (const Device* device : Devices::all)
    for (const int height : {1, 255, 256, 257, 512, 1024, 1025, 2046, 2048, 4096, 5000})
      for (const int width : {1, 2, 8, 256, 1024, 2050})
        for (const int padding : {0, 1, 2})
          for (const int later : {1, 2}) {
            const Layer layer = conv2d(4, 3, padding), behind = conv2d(4, 3, later);
            followed += follow_sizes({nullptr, network({4, height, width}, {layer, behind}), "", {}, nullptr, device});
            if (width == 1) {
              Layer values = conv1d(4, 9, device->column_rows * padding);
              values.stride = {device->column_rows, 1};
              followed += follow_sizes({nullptr, network({4, height, 1}, {values}), "", {}, nullptr, device});
            }
          }
  CHECK(followed > 400);
}

TEST_CASE("pooling that a part does not have: with the advised sizes no other rule about sizes refuses it") {
  int followed = 0;
  for (const Device* device : Devices::all)
    for (const int window : {1, 2, 3, 4, 5, 15, 16, 17, 30})
      for (const int stride : {0, 1, 2, 3, 4, 5, 16, 17})
        for (const int dilation : {1, 2, 5, 8, 15, 16, 17})
          for (const int size : {4, 8, 20, 64})
            for (const int padding : {0, 1}) {
              Layer layer = pooled(window, conv2d(4, 3, padding));
              if (stride > 0) layer.pool_stride = {stride, stride};
              layer.pool_dilation = {dilation, dilation};
              for (const bool is_read : {false, true}) {
                Net net = network({4, size, size}, {layer});
                if (is_read) net = network({4, size, size}, {layer, conv2d(4, 3, 1)});
                followed += follow_sizes({nullptr, net, "", {}, nullptr, device});
              }
            }
  CHECK(followed > 500);
}

TEST_CASE("what keeps a layer from computing four channels at a time is said, and no figure that is right") {
  const Layer suits = with_placement(conv2d(8), [](Placement& p) { p.parallel_outputs = true; });
  const auto told = [](const Layer& layer, Shape input, const Options& options = {}) {
    std::string all;
    const Net net = network(input, {conv2d(8), layer});
    const Net alone = network(input, {layer});
    for (const Finding& finding :
         findings_of({nullptr, options.uses_fifo() ? alone : net, "", options, nullptr, &max78002}))
      if (*finding.rule == rules::parallel_kernel) {
        all += sentence(finding, max78002);
        CHECK(finding.needs != Quantity(Extent{3, 3}));
      }
    return all;
  };
  CHECK(told(suits, {8, 8, 8}).empty());
  const struct {
    const char* said;
    Layer layer;
    Options options{};
  } reasons[] = {
      {"(groups): needs 8, such a layer has 1", changed(suits, [](Layer& l) { l.groups = 8; })},
      {"(a bypassed kernel)", changed(suits, [](Layer& l) { l.bypass = true; })},
      {"needs 1x1, such a layer has 3x3", changed(suits,
                                                  [](Layer& l) {
                                                    l.kernel = {1, 1}, l.padding = {0, 0};
                                                  })},
      {"needs 3x1, such a layer has 3x3", changed(suits,
                                                  [](Layer& l) {
                                                    l.op = Operator::conv1d, l.kernel = {3, 1}, l.padding = {0, 0};
                                                  })},
      {"(flattened)", changed(suits,
                              [](Layer& l) {
                                l.op = Operator::linear, l.flatten = true;
                                l.kernel = {1, 1}, l.padding = {0, 0};
                              })},
      {"(no weights)", changed(suits,
                               [](Layer& l) {
                                 l.op = Operator::none, l.padding = {0, 0}, l.kernel = {1, 1};
                               })},
      {"(the quad fast FIFO)", changed(suits, [](Layer& l) { l.out_channels = 8; }), fifo(InputPath::quad_fast_fifo)},
  };
  for (const auto& [said, layer, options] : reasons) {
    const std::string sentence = told(layer, {options.uses_fifo() ? 4 : 8, 8, 8}, options);
    CAPTURE(sentence);
    CHECK(sentence.find(said) != std::string::npos);
  }
}

TEST_CASE("weights that lie outside: what is needed is not what there is, and other weights are taken") {
  int refused = 0, taken = 0;
  for (const bool vendor : {false, true})
    for (const bool parallel : {false, true})
      for (const int bits : {2, 4, 8})
        for (int shift = 0; shift < 9; ++shift)
          for (const int channels : {4, 8, 20, 52}) {
            const ProcessorMap outputs = ((ProcessorMap{1} << channels) - 1) << shift;
            const Layer layer = placed(with_bits(bits, conv2d(channels)), 0x7, outputs, 0, 0x4000);
            const Net net = network(rgb, {with_placement(layer, [&](Placement& p) { p.parallel_outputs = parallel; })});
            Options options;
            options.vendor_stream = vendor;
            const Findings found = findings_of({nullptr, net, "", options, nullptr, &max78002});
            for (const Finding& finding : found) {
              CAPTURE(sentence(finding, max78002));
              CHECK((finding.needs.count == 0 || finding.needs != finding.has));
            }
            ++(found.contains(rules::weights_outside) ? refused : taken);
            CHECK((vendor || found.ok()));
          }
  CHECK(refused > 10);
  CHECK(taken > 10);
}

TEST_CASE("too many numbers of layers are one finding, also where layers name the next one") {
  Net jumps =
      network(rgb, {with_placement(conv2d(4), [](Placement& p) { p.next = 2; }), conv2d(4), reading(conv2d(4), {0})});
  for (int first = 0; first < 140; ++first)
    for (const bool linked : {false, true})
      for (const bool jumping : {false, true}) {
        Options options = linked ? options_of<with<Feature::linked_layers>>() : Options{};
        options.first_layer = first;
        const Findings found = findings_of({nullptr, jumping ? jumps : network(rgb, {conv2d(4), conv2d(4), conv2d(4)}),
                                            "", options, nullptr, &max78002});
        CAPTURE(first);
        CHECK(found.errors() == (first > 125 ? 1 : 0));
        if (first > 125) CHECK(found.contains(first > 127 ? rules::first_layer : rules::layer_numbers));
      }
}

namespace {

/// A classifier and an early exit behind it, whose condition has one layer or two.
Net leaving_if(ExitTest test, Shape input) {
  Net net = leaving(1, 0, input);
  if (test.part != ExitTest::any) return net;
  Layer first = incuse::detail::exit_draft({ExitTest::excess, 0, test.value}).layer;
  Layer second = incuse::detail::exit_draft(test).layer;
  first.sources.push(0);
  second.sources.push(1);
  net[3] = net[2];
  net[1] = first, net[2] = second;
  net.size = 4;
  return net;
}

}  // namespace

TEST_CASE("a mistake in front of an early exit is one finding, whichever layers compute the condition") {
  for (const ExitTest::Part part : {ExitTest::one, ExitTest::any})
    for (const int size : {2, 8, 30}) {
      Net net = leaving_if({part, 0, 40}, {4, size, size});
      Findings found = findings_of({nullptr, net, "", {}, nullptr, &max78002});
      CHECK(found.errors() == 1);
      CHECK(*found[0].rule == rules::exit_pixels);
      net = leaving_if({part, 0, 40}, {4, 1, 1});
      CHECK(findings_of({nullptr, net, "", {}, nullptr, &max78002}).ok());
      net[0].wide = true;
      found = findings_of({nullptr, net, "", {}, nullptr, &max78002});
      CHECK(found.errors() == 1);
      CHECK(*found[0].rule == rules::exit_width);
    }
}

// The author has not written the layers that compute the condition, and cannot change them.
TEST_CASE("whatever the options ask for: the layers of an exit's own are not blamed for it") {
  std::vector<Options> all;
  for (const FeatureName& row : feature_names) {
    all.emplace_back();
    all.back().features = bit_of(row.key);
  }
  for (bool Options::*member :
       {&Options::average_pool_rounding, &Options::write_zero_registers, &Options::exact_write_order,
        &Options::clear_unused_layers, &Options::vendor_stream, &Options::simple_1bit, &Options::external_ready,
        &Options::overlap_data, &Options::runs_on_risc_v, &Options::ignore_limits, &Options::no_pipeline,
        &Options::any_bias_group, &Options::mlator_unload}) {
    all.emplace_back();
    all.back().*member = true;
  }
  all.push_back(options_of<vendor_stream, with<Feature::parallel_outputs>>());
  all.push_back(options_of<first_weight_column<1001>>());
  all.push_back(options_of<processors_per_pass<4>>());
  all.push_back(options_of<fifo_input>());
  all.push_back(fifo(InputPath::quad_fast_fifo));
  all.push_back(options_of<first_layer<5>>());
  for (const ExitTest::Part part : {ExitTest::one, ExitTest::any})
    for (const Options& options : all) {
      const Net net = leaving_if({part, 0, 40}, {4, 1, 1});
      CAPTURE(&options - all.data());
      for (const Finding& finding : findings_of({nullptr, net, "", options, nullptr, &max78002})) {
        CAPTURE(sentence(finding, max78002));
        CHECK_FALSE((finding.layer >= 0 && net[finding.layer].tests()));
      }
    }
}

}  // namespace test_one_mistake
