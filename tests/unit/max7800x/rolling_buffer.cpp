// Networks with a rolling buffer: what they compute over several inferences, where the rows lie, and what is refused.
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/host/planned_memory.hpp>
#include <incuse/host/proof.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/incuse.hpp>
#include <incuse/max7800x/driver.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/max7800x/virtual_chip.hpp>
#include <incuse/model/unplaced.hpp>
#include <incuse/report/memory_text.hpp>

#include <support/parameters.hpp>

namespace test_rolling_buffer {

using namespace incuse;
using namespace incuse::max7800x;

namespace {

constexpr ProcessorMap kept = 0xff00;

/// What one picture becomes: a row.
using First = Conv2d<4, kernel<3>, pad<1>, ReLU,
                     place<processors<0x7>, output_processors<0xf>, in_offset<0>, out_offset<0x1000>>>;
template <class... Options>
using Row = Fused<AvgPool2d<2>, Conv2d<8, kernel<3>, Options...>>;
/// What is made of the rows.
template <class... Options>
using Look = Conv1d<4, kernel<3>, ReLU, Options...>;
using Decide = Conv1d<3, kernel<1>, wide, as<"decision">, place<processors<0xf>, out_offset<0x3000>>>;

struct Watching : Network<Input<3, 6, 6>, RollingBuffer<8, 5, as<"rows">, place<processors<kept>, out_offset<0x6000>>>,
                          First, ShiftBuffer<1, as<"move">, place<processors<kept>>>,
                          Row<buffer_insert<1>, as<"row">, place<processors<0xf>, in_offset<0x1000>>>,
                          Look<from<"rows">, place<processors<kept>, out_offset<0x2000>>>, Decide> {};
struct Rows : Network<Input<3, 6, 6>, First, Row<as<"row">, place<processors<0xf>>>> {};
struct Decisions : Network<Input<8, 5>, Look<>, Conv1d<3, kernel<1>, wide>> {};

using test::Bytes;

struct parameters {
  static constexpr Bytes<4 * 3 * 9> first{37, 101};
  static constexpr Bytes<8 * 4 * 9> row{29, 101};
  static constexpr Bytes<4 * 8 * 3> look{41, 101};
  static constexpr Bytes<3 * 4> decide{23, 101};
  static constexpr LayerParameters layers[] = {{.weight = {first.values, 4, 3, 3, 3}},
                                               {.weight = {row.values, 8, 4, 3, 3}},
                                               {.weight = {look.values, 4, 8, 3}},
                                               {.weight = {decide.values, 3, 4, 1}}};
};
constexpr LayerParameters first_half[] = {parameters::layers[0], parameters::layers[1]};
constexpr LayerParameters second_half[] = {parameters::layers[2], parameters::layers[3]};

constexpr Parameters row_parameters{first_half, 2}, look_parameters{second_half, 2};

using Chip = Deployment<Watching, max78000, parameters, overlap_data>;

std::vector<int> picture(int number) { return host::random_input(graph_of<Watching>(), static_cast<unsigned>(number)); }

/// The decisions about pictures 0 to `last`, computed from their rows one by one; `first` is the first that counts.
std::vector<int> decision_about(int first, int last) {
  host::Executor rows(bind(graph_of<Rows>(), row_parameters), row_parameters);
  host::Executor decisions(bind(graph_of<Decisions>(), look_parameters), look_parameters);
  REQUIRE(rows.ready());
  REQUIRE(decisions.ready());
  std::vector<int> history(8 * 5);
  for (int back = 0; back < 5 && last - back >= first; ++back) {
    rows.set_input(picture(last - back).data());
    rows.run();
    for (int c = 0; c < 8; ++c) history[static_cast<std::size_t>(5 * c + 4 - back)] = rows.output(1, c);
  }
  decisions.set_input(history.data());
  decisions.run();
  return decisions.output_of(1);
}

template <int N>
Findings inspected(const Graph<N>& graph, bool overlap = true) {
  Options options;
  options.overlap_data = overlap;
  const auto planned = arrange_and_plan<most_layers>(graph, max78000, options);
  return inspect(planned.graph, planned.plan, max78000, options);
}

template <int N>
std::string findings_of(const Graph<N>& graph, bool overlap = true) {
  std::string rules;
  for (const Finding& finding : inspected(graph, overlap))
    rules += (rules.empty() ? "" : ", ") + string_of(finding.rule->id);
  return rules;
}

}  // namespace

TEST_CASE("a decision is that about the last rows, with zeros in front of the first picture") {
  host::Executor executor(bind(graph_of<Watching>(), Chip::parameters), Chip::parameters);
  for (int n = 0; n < 9; ++n) {
    INFO("picture ", n);
    executor.set_input(picture(n).data());
    executor.run();
    CHECK(executor.output_of(4) == decision_about(0, n));
  }
  executor.reset();
  executor.set_input(picture(9).data());
  executor.run();
  CHECK(executor.output_of(4) == decision_about(9, 9));
}

TEST_CASE("every lane has a buffer of its own") {
  host::Executor executor(bind(graph_of<Watching>(), Chip::parameters), Chip::parameters, {}, 2);
  for (int n = 0; n < 4; ++n) {
    executor.set_input(picture(n).data(), 0);
    executor.set_input(picture(3).data(), 1);
    executor.run();
  }
  CHECK(executor.output_of(4, 0) == decision_about(0, 3));
  host::Executor same(bind(graph_of<Watching>(), Chip::parameters), Chip::parameters);
  same.set_input(picture(3).data());
  for (int n = 0; n < 4; ++n) same.run();
  CHECK(executor.output_of(4, 1) == same.output_of(4));
}

TEST_CASE("the driver keeps the rows on the chip, and clears them") {
  static VirtualChip<max78000> chip;
  auto done = accelerator<Chip>(chip)
                  .enable()
                  .init()
                  .load_weights()
                  .load_bias()
                  .configure()
                  .load_input(picture(0).data())
                  .start()
                  .wait();
  std::int32_t decision[9];
  const auto decided = [&] {
    done.unload(decision);
    return std::vector<int>(decision, decision + 9);
  };
  for (int n = 0; n < 8; ++n) {
    INFO("picture ", n);
    if (n > 0) done = std::move(done).load_input(picture(n).data()).start().wait();
    CHECK(decided() == decision_about(0, n));
  }
  done = std::move(done).clear_buffer().load_input(picture(8).data()).start().wait();
  CHECK(decided() == decision_about(8, 8));
  CHECK(chip.report().ok());
  [[maybe_unused]] const auto off = std::move(done).disable();
}

TEST_CASE("a buffer that no layer uses takes no memory") {
  using Unused = Network<Input<4, 3, 3>, RollingBuffer<1024, 1024>, Conv2d<4, kernel<1>>>;
  using Alone = Network<Input<4, 3, 3>, Conv2d<4, kernel<1>>>;
  static_assert(fits<Unused, max78000>);
  const auto unused = arrange_and_plan<most_layers>(graph_of<Unused>(), max78000);
  const auto alone = arrange_and_plan<most_layers>(graph_of<Alone>(), max78000);
  CHECK_FALSE(unused.graph.buffer.exists());
  CHECK(memory_use(unused.graph, unused.plan, max78000, {}).data_bytes ==
        memory_use(alone.graph, alone.plan, max78000, {}).data_bytes);
}

TEST_CASE("a copy of the input stays in front of a layer that reads the buffer") {
  using Copied = Network<Input<4, 1, 1>, RollingBuffer<4, 6>, Identity<>, Identity<as<"e">>, ShiftBuffer<1>,
                         Identity<from<"e">, buffer_insert<1>>, Conv1d<4, kernel<3>, from<"buffer">>>;
  static_assert(fits<Copied, max78000>);
  CHECK(arrange_and_plan<most_layers>(graph_of<Copied>(), max78000).graph.size == 4);
}

TEST_CASE("planned memory keeps the rows, too") {
  host::PlannedExecutor executor(Chip::graph, Chip::plan, max78000, Chip::parameters, Chip::options);
  for (int n = 0; n < 7; ++n) {
    CHECK(executor.run(picture(n).data()).text == "");
    CHECK(executor.output_of(4) == decision_about(0, n));
  }
  executor.reset();
  CHECK(executor.run(picture(7).data()).none());
  CHECK(executor.output_of(4) == decision_about(7, 7));
  auto missing = Chip::graph;
  missing[2].buffer_insert = 0;  // the layer still writes the row, but the graph does not tell
  host::PlannedExecutor unaware(missing, Chip::plan, max78000, Chip::parameters, Chip::options);
  CHECK(unaware.run(picture(0).data()).text ==
        "needs channel 0, pixel 4 of the rolling buffer in byte 24592 of instance 2, where there is channel 0, pixel 0 "
        "of layer 2");
  missing = Chip::graph;
  missing[2].buffer_insert = 0;
  auto elsewhere = Chip::plan;
  elsewhere[2].out_offset = 0x4000;
  host::PlannedExecutor stale(missing, elsewhere, max78000, Chip::parameters, Chip::options);
  CHECK(stale.run(picture(0).data()).text ==
        "needs channel 0, pixel 4 of the rolling buffer in byte 24592 of instance 2, where there is what a shift has "
        "left "
        "behind");
}

TEST_CASE("rows have to be where the layers look for them") {
  const auto good = graph_of<Watching>();
  CHECK(findings_of(good) == "");
  CHECK(findings_of(good, false) == "buffer_in_place");
  auto net = good;
  net[1].placement.out_offset = 0x6004;
  CHECK(findings_of(net) == "buffer_place");
  net = good;
  for (const int offset : {0x6000, 0x6008, 0x6010}) {
    net[1].placement.in_offset = offset;
    CHECK(findings_of(net) == "read_offset");
    // The shift's own offset and the one that it should have, not that of the rows that it drops.
    const std::string said = string_of(sentence_of(inspected(net)[0], max78000.name));
    CHECK(said.find("needs " + std::to_string(offset) + ", the source, without the rows left out, has 24580;") !=
          std::string::npos);
    CHECK(said.find("; in_offset: " + std::to_string(offset) + " -> 24580") != std::string::npos);
  }
  net = good;
  net[2].placement.output_processors = 0xff0;
  CHECK(findings_of(net) == "buffer_place");
  net = good;
  net[2].placement.write_gap = 1;
  CHECK(findings_of(net) == "buffer_place");
  net = good;
  net[3].placement.in_offset = 0x6004;
  CHECK(findings_of(net) == "read_offset");
  net = good;
  net[3].placement.output_processors = net[4].placement.processors = 0xf00;
  net[3].placement.out_offset = 0x6008;
  CHECK(findings_of(net) == "buffer_overwritten");
  net = good;
  net.input_offset = 0x5ff8;
  net.buffer.processors = net[1].placement.processors = net[3].placement.processors = 0xff;
  CHECK(findings_of(net) == "buffer_overwritten");
  net = good;
  net.buffer.processors = 0x7f00;
  CHECK(findings_of(net) == "buffer_memory");
}

TEST_CASE("what cannot be done with rows is refused") {
  const auto good = graph_of<Watching>();
  auto net = good;
  net.buffer.rows = 0;
  CHECK(findings_of(infer(net)).find("source_order") == 0);
  net = good;
  net[2].buffer_insert = 2;
  CHECK(findings_of(net) == "buffer_insert_rows");
  net = good;
  net[1].op = Operator::conv1d;
  net[1].out_channels = 8;
  CHECK(findings_of(infer(net)) == "buffer_shift");
  net = good;
  net[1].buffer_shift = 2;
  CHECK(findings_of(infer(net)) == "buffer_rest");
  net = good;
  net[1].buffer_shift = net[1].crop_top = net[2].buffer_insert = 0;
  net[1].placement.out_offset = net[2].placement.out_offset = 0x4000;
  net[1].placement.output_processors = kept;
  net[2].placement.output_processors = 0xff;
  CHECK(findings_of(infer(net)) == "buffer_writer");
  net = good;
  net[2].buffer_insert = 2;
  CHECK(host::obstacle(bind(net, Chip::parameters), Chip::parameters).reason ==
        Text("it does not write rows that the rolling buffer has"));
}

TEST_CASE("the planner finds a place for rows, around what is given") {
  const auto prove = [](const auto& graph) {
    const auto planned = arrange_and_plan<most_layers>(bind(graph, Chip::parameters), max78000);
    CHECK(inspect(planned.graph, planned.plan, max78000, planned.options).ok());
    static host::ProvingChip<max78000> chip;
    const host::DeployedNetwork<most_layers> network{planned.graph, planned.plan, max78000, planned.options,
                                                     Chip::parameters};
    std::vector<std::vector<int>> pictures;
    for (int n = 0; n < 7; ++n) pictures.push_back(picture(n));
    CHECK(text_of(host::prove(network, chip, pictures)) == "");
    host::PlannedExecutor executor(planned.graph, planned.plan, max78000, Chip::parameters, planned.options);
    for (int n = 0; n < 7; ++n) {
      CHECK(executor.run(picture(n).data()).text == "");
      CHECK(executor.output_of(planned.graph.size - 1) == decision_about(0, n));
    }
    return planned;
  };
  const auto free = without_placement(graph_of<Watching>());
  prove(free);
  auto net = free;
  net.buffer.offset = 0x7fec;
  net.buffer.processors = 0xff0000;
  auto planned = prove(net);
  CHECK(planned.plan.buffer.offset == 0x7fec);
  CHECK(planned.plan.buffer.processors == 0xff0000);
  CHECK(planned.plan[1].in_offset == 0x7ff0);
  CHECK(planned.plan[2].out_offset == 0x7ffc);
  net = free;
  net[2].placement.out_offset = 0x1010;
  planned = prove(net);
  CHECK(planned.plan.buffer.offset == 0x1000);
  net = free;
  net[3].placement.in_offset = 0x2000;
  CHECK(prove(net).plan.buffer.offset == 0x2000);
  net = free;
  net.buffer.offset = 0x7ff0;
  CHECK(findings_of(net) != "");
}

TEST_CASE("reports name the rows") {
  const std::string text = report::memory_text(Chip::graph, Chip::plan, max78000, Chip::options);
  CHECK(text.find("rows") != std::string::npos);
  CHECK(text.find("kept") != std::string::npos);
}

}  // namespace test_rolling_buffer
