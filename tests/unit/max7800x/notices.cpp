// What is worth a notice, and what the values of an output tell.
#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/notices.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include <incuse/incuse.hpp>
#include <incuse/max7800x/devices.hpp>

#include <support/layers.hpp>

namespace test_notices {

using namespace incuse;
using namespace incuse::max7800x;

namespace {

using Said = std::vector<std::string>;

template <class Net>
Said said_about(const Options& options = {}) {
  Said sentences;
  for (const Finding& finding : notices(graph_of<Net>(), max78000, options)) {
    const Sentence words = sentence_of(finding, max78000.name);
    sentences.push_back(string_of(words));
    CHECK(finding.rule->severity == Severity::notice);
  }
  return sentences;
}

const std::string unload = "the output could be unloaded through the byte swapper; add the option mlator_unload";

}  // namespace

TEST_CASE("A first layer that pools") {
  struct Net : Network<Input<4, 8, 8>, Fused<MaxPool2d<2>, Conv2d<4, kernel<3>, pad<1>, wide>>> {};
  CHECK(said_about<Net>() ==
        Said{"layer 0: the first layer pools its input: needs 2x2; scale the input down at its source"});
}

TEST_CASE("Channels that are no multiple of 4, but not those of the input") {
  struct Net : Network<Input<3, 8, 8>, Conv2d<5, kernel<3>, pad<1>>, Conv2d<4, kernel<3>, pad<1>, wide>> {};
  CHECK(said_about<Net>() ==
        Said{"layer 1: a layer reads a number of channels that is no multiple of 4: needs 5, the next multiple has 8; "
             "use multiples of 4 between layers: a memory access always moves 4 channels"});
}

TEST_CASE("A padded Conv1d of several passes, which ignore_limits lets pass where a chip is said not to have it") {
  const auto graph = graph_of<Network<Input<128, 16>, Conv1d<4, kernel<3>, pad<1>>>>();
  const auto said = [&](const Device& device, const Options& options) {
    Said lines;
    for (const Finding& finding : notices(graph, device, options))
      if (*finding.rule == max7800x::rules::ignored_limit)
        lines.push_back(string_of(sentence_of(finding, device.name)));
    return lines;
  };
  CHECK(said(max78002, options_of<ignore_limits>()) ==
        Said{"layer 0: ignore_limits lets a padded Conv1d read more than one pass, which this chip is said not to do: "
             "needs 128, MAX78002 has 64; compare its output with the network's, or use pad<0> or fewer channels"});
  CHECK(said(max78002, {}).empty());  // padded_passes refuses it
  CHECK(said(max78000, options_of<ignore_limits>()).empty());
}

TEST_CASE("Depth-wise layers that are placed by hand so that their channels move") {
  const auto said = [](ProcessorMap to, bool by_hand = true) {
    auto graph = graph_of<Network<Input<4, 8, 8>, DepthwiseConv2d<kernel<3>, pad<1>>>>();
    if (by_hand) {
      graph[0].placement.processors = 0xf;
      graph[0].placement.output_processors = to;
      graph[0].placement.out_offset = 0x1000;
    }
    const auto plan = plan_if_possible(graph, max78002, {});
    Said lines;
    for (const Finding& finding : notices_of_placement(graph, plan, max78002)) {
      CHECK(finding.rule->severity == Severity::notice);
      lines.push_back(string_of(sentence_of(finding, max78002.name)));
    }
    return lines;
  };
  CHECK(said(0xf).empty());
  CHECK(said(0xf0) ==
        Said{"layer 0: a depth-wise layer moves its channels to other processors, which takes time: needs "
             "0xf0, the input has 0xf; let it write to the processors that it reads from"});
  CHECK(said(0, false).empty());
}

TEST_CASE("Two layers without weights that one could replace: nobody but the second needs what the first writes") {
  const auto pairs = [](const auto& graph) {
    int found = 0;
    for (const Finding& finding : notices(graph, max78000)) found += *finding.rule == rules::passthrough_pair ? 1 : 0;
    return found;
  };
  struct Pair : Network<Input<4, 8, 8>, MaxPool2d<2>, MaxPool2d<2>> {};
  struct Shown : Network<Input<4, 8, 8>, MaxPool2d<2, output>, MaxPool2d<2>> {};
  struct Shared : Network<Input<4, 8, 8>, MaxPool2d<2, as<"a">>, MaxPool2d<2, output>, MaxPool2d<4, from<"a">>> {};
  // A shift of the rolling buffer and what is inserted behind it are layers of their own.
  Graph<3> watch;
  watch.size = 3;
  for (int i = 0; i < watch.size; ++i) {
    watch[i].sources = {};
    watch[i].sources.push(i == 0 ? network_input : i == 1 ? rolling_buffer : 0);
  }
  watch[1].buffer_shift = watch[2].buffer_insert = 1;
  CHECK(pairs(watch) == 0);
  watch[1].buffer_shift = 0;  // a row that is computed by two layers
  watch[1].sources[0] = 0;
  watch[2].sources[0] = 1;
  CHECK(pairs(watch) == 2);
  CHECK(pairs(Pair::graph) == 1);
  CHECK(pairs(Shown::graph) == 0);
  CHECK(pairs(Shared::graph) == 0);
}

TEST_CASE("Options that change nothing on this network or chip") {
  const Graph<1> graph = [] {
    Graph<1> one;
    one.input = {4, 8, 8};
    one[0].op = Operator::conv2d;
    one[0].out_channels = 4;
    one[0].kernel = {3, 3};
    one[0].padding = {1, 1};
    one[0].wide = true;
    one.size = 1;
    return infer(one);
  }();
  const auto useless = [&](const Options& options, const Device& device = max78000) {
    std::vector<std::string> names;
    for (const Finding& finding : notices(graph, device, options))
      if (*finding.rule == max7800x::rules::option_without_effect) names.push_back(string_of(finding.part));
    return names;
  };
  CHECK(useless({}).empty());
  CHECK(useless(options_of<stream_delta1_override<9>, stream_start_override<99>>()) ==
        Said{"stream_start_override", "stream_delta1_override"});
  CHECK(useless(options_of<fifo_input, stream_delta1_override<9>, stream_start_override<99>>()) ==
        Said{"stream_delta1_override"});
  CHECK(useless(options_of<stream_start_margin<4>>()) == Said{"stream_start_margin"});
  CHECK(useless(options_of<fifo_ready_selection<1>>()).empty());
  CHECK(useless(options_of<fifo_ready_selection<1>>(), ai84) == Said{"fifo_ready_selection"});
}

TEST_CASE("snoop units that are off have an effect where they make a jump conditional") {
  Options options;
  options.snoop.used = true;
  const auto is_useless = [&](const Graph<3>& graph) {
    for (const Finding& finding : notices(graph, max78002, options))
      if (*finding.rule == max7800x::rules::option_without_effect) return true;
    return false;
  };
  Graph<3> graph = test::network<3>({4, 8, 8}, test::conv2d(4), test::conv2d(4), test::conv2d(4));
  CHECK(is_useless(graph));
  graph[0].placement.next = 2;
  CHECK_FALSE(is_useless(graph));
  graph[0].placement = {};
  graph[1].placement.next_on_hit = 2;
  CHECK_FALSE(is_useless(graph));
  graph[1].placement = {};
  options.snoop.values[snoop_number(1, SnoopRegister::control_1)] = 1;
  CHECK_FALSE(is_useless(graph));
}

TEST_CASE("an option about streams changes what the streaming registers count, or is said to have no effect") {
  const auto counts = [](const Graph<3>& graph, const Device& device, const Options& options) {
    std::string all;
    const Plan<3> plan = plan_if_possible(graph, device, options);
    for (int i = 0; i < plan.size; ++i) {
      const StreamCounts c = stream_counts(graph, plan, device, options, i);
      for (int count : {c.start, c.delta1, c.delta2, c.rollover}) all += std::to_string(count) + " ";
    }
    return all;
  };
  const std::pair<int Options::*, const char*> members[] = {
      {&Options::stream_start_margin, "stream_start_margin"},
      {&Options::stream_delta1_margin, "stream_delta1_margin"},
      {&Options::stream_delta2_margin, "stream_delta2_margin"},
      {&Options::stream_start_override, "stream_start_override"},
      {&Options::stream_delta1_override, "stream_delta1_override"},
      {&Options::stream_delta2_override, "stream_delta2_override"},
      {&Options::stream_rollover_override, "stream_rollover_override"},
  };
  int useless = 0, useful = 0;
  for (const Device* device : {&max78000, &max78002})
    for (const bool fifo : {false, true})
      for (int streaming = 0; streaming < (fifo ? 4 : 1); ++streaming)
        for (const auto& [member, name] : members) {
          Graph<3> graph = test::network<3>({4, 16, 16}, test::conv2d(4), test::conv2d(4), test::conv2d(4));
          for (int i = 0; i < streaming; ++i) graph[i].streaming = true;
          Options options;
          if (fifo) options.input_path = InputPath::fifo;
          const std::string before = counts(graph, *device, options);
          options.*member = 29;
          const bool changes = counts(graph, *device, options) != before;
          bool said = false;
          for (const Finding& finding : notices(graph, *device, options))
            said = said || (*finding.rule == max7800x::rules::option_without_effect && finding.part == Text(name));
          CAPTURE(device->name.data);
          CAPTURE(fifo);
          CAPTURE(streaming);
          CAPTURE(name);
          CHECK(said == !changes);
          ++(changes ? useful : useless);
        }
  CHECK(useless > 10);
  CHECK(useful > 10);
}

TEST_CASE("Two layers without weights, unless somebody reads what is between them") {
  struct Pair : Network<Input<4, 8, 8>, Conv2d<4, kernel<3>, pad<1>>, MaxPool2d<2>, MaxPool2d<2>,
                        Conv2d<4, kernel<1>, pad<0>, wide>> {};
  CHECK(said_about<Pair>() == Said{"layer 1: the next layer has no weights either; see whether one layer can do both"});
  struct Shared : Network<Input<4, 8, 8>, Conv2d<4, kernel<3>, pad<1>>, MaxPool2d<2, as<"half">>,
                          MaxPool2d<1, as<"same">>, Add<from<"half", "same">>, Conv2d<4, kernel<1>, pad<0>, wide>> {};
  for (const std::string& sentence : said_about<Shared>()) CHECK(sentence.find("layer 1:") == std::string::npos);
}

TEST_CASE("Layers that the chip runs with another kernel") {
  struct Dilated : Network<Input<4, 64>, Conv1d<4, kernel<3>, dilation<5>, wide>> {};
  CHECK(said_about<Dilated>() ==
        Said{"layer 0: the chip runs the layer with another kernel: needs 3x1, the hardware has 3x3"});
  struct Streaming : Network<Input<4, 8, 8>, Conv2d<4, kernel<1>, streaming>, Conv2d<4, kernel<3>, pad<1>, wide>> {};
  CHECK(said_about<Streaming>() ==
        Said{"layer 0: the chip runs the layer with another kernel: needs 1x1, the hardware has 3x3"});
  struct Behind : Network<Input<4, 8, 8>, Conv2d<4, kernel<3>, pad<1>, streaming>, Conv2d<4, kernel<1>>,
                          Conv2d<4, kernel<1>, wide>> {};
  CHECK(said_about<Behind>() ==
        Said{"layer 1: the chip runs the layer with another kernel: needs 1x1, the hardware has 3x3"});
}

TEST_CASE("A layer that reads on over the gaps in front of it") {
  const auto gaps = [](int operands, int gap) {
    Graph<3> graph;
    graph.size = 3;
    graph.input = {4, 2, 2};
    graph[0].placement.write_gap = gap;
    graph[1].operands = operands;
    graph[1].elementwise = operands > 1 ? Elementwise::add : Elementwise::none;
    std::vector<int> blamed;
    for (const Finding& finding : notices(infer(graph), max78000))
      if (finding.rule == &rules::gap_in_front) blamed.push_back(finding.layer);
    return blamed;
  };
  CHECK(gaps(1, 0).empty());
  CHECK(gaps(1, 1) == std::vector<int>{1});
  CHECK(gaps(2, 1).empty());
}

TEST_CASE("Outputs that the byte swapper could deliver") {
  struct Net : Network<Input<4, 8, 8>, Conv2d<4, kernel<3>, pad<1>>> {};
  CHECK(said_about<Net>() == Said{"layer 0: " + unload});
  CHECK(said_about<Net>(options_of<mlator_unload>()).empty());
  struct Odd : Network<Input<4, 5, 5>, Conv2d<4, kernel<3>, pad<1>>> {};
  CHECK(said_about<Odd>().empty());
}

TEST_CASE("An output of zeros") {
  struct Net : Network<Input<4, 2, 2>, Conv2d<1, kernel<3>, pad<1>, as<"last">>> {};
  int values[4]{};
  const auto value = [&](int i) { return values[i]; };
  const Findings found = check_output(graph_of<Net>(), 0, value);
  REQUIRE(found.size == 1);
  CHECK(found.ok());
  CHECK(found[0].rule == &rules::zero_output);
  CHECK(found[0].layer == 0);
  values[3] = -1;
  CHECK(check_output(graph_of<Net>(), 0, value).empty());
}

TEST_CASE("Zeros of a rolling buffer that nothing was inserted into yet are no surprise") {
  struct Net : Network<Input<4, 2, 2>, RollingBuffer<4, 6, as<"past">>, AvgPool2d<2, as<"seen">>, ShiftBuffer<1>,
                       AvgPool1d<5, from<"past">>, AvgPool2d<2, from<"input">, buffer_insert<1>>,
                       AvgPool1d<6, from<"past">, as<"decision">>> {};
  const auto graph = graph_of<Net>();
  std::string warned;
  for (int i = 0; i < graph.size; ++i) warned += check_output(graph, i, [](int) { return 0; }).empty() ? '-' : 'w';
  CHECK(warned == "w--ww");
}

}  // namespace test_notices
