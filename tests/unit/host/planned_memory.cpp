// Execution in planned memory: equal to the reference executor where the placement is right, and no kind of damage goes
// unnoticed.
#include <incuse/host/planned_memory.hpp>

#include <initializer_list>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/host/run.hpp>
#include <incuse/max7800x/plan/plan.hpp>
#include <incuse/max7800x/verify.hpp>

#include <support/layers.hpp>
#include <support/stored_parameters.hpp>

namespace test_planned_memory {

using namespace incuse;
using namespace incuse::test;

namespace {

using Net = Graph<16>;

Layer conv(int channels, int kernel = 3, int padding = 1) { return biased(conv2d(channels, kernel, padding)); }

/// A network with weights that look random, placed by hand or, without any placement, by the planner.
struct Case {
  Net graph{};
  StoredParameters stored{};
  max7800x::Options options{};

  Case(Shape input, std::initializer_list<Layer> list, DataFormat format = DataFormat::automatic) {
    graph.input = input;
    graph.input_format = format;
    for (const Layer& layer : list) graph[graph.size++] = layer;
    graph = infer(graph);
    stored = {graph,
              [](int, int, int n) { return static_cast<char>(static_cast<unsigned>(n + 77) * 2654435761u >> 19); }};
  }
  Parameters parameters() const { return stored.parameters(); }

  /// What went wrong in planned memory; "" if nothing did and all outputs are those of the reference executor.
  std::string run() const { return run(max7800x::plan(graph, max78000, options)); }
  std::string run(const max7800x::Plan<16>& plan) const {
    std::vector<int> input;
    for (int i = 0; i < graph.input.elements(); ++i) input.push_back((i * 37 + 11) % 256 - 128);
    host::PlannedExecutor planned(graph, plan, max78000, parameters(), options);
    if (!planned.run(input.data()).none())
      return "layer " + std::to_string(planned.fault().layer) + " " + planned.fault().text;
    host::Executor reference(graph, parameters(), options);
    REQUIRE(reference.ready());
    reference.set_input(input.data());
    reference.run();
    for (int i = 0; i < graph.size; ++i)
      if (planned.output_of(i) != reference.output_of(i)) return "layer " + std::to_string(i) + " differs";
    return "";
  }
};

Case two_layers(int in_offset, int middle, int middle_read, int out_offset) {
  return {{4, 8, 8},
          {placed(conv(8), 0xf, 0xff0, in_offset, middle), placed(conv(4), 0xff0, 0xf, middle_read, out_offset)}};
}

}  // namespace

TEST_CASE("Chains that the planner places compute what the reference executor computes") {
  Layer wide = conv(6);
  wide.wide = true;
  for (int channels : {1, 3, 4, 65, 130}) {
    CAPTURE(channels);
    CHECK(Case({channels, 12, 12}, {conv(channels, 1, 0), pooled(2, conv(70)), conv(16), wide}).run() == "");
  }
  CHECK(Case({1, 100, 100}, {pooled(4, conv(5)), conv(4)}, DataFormat::chw).run() == "");
}

TEST_CASE("A layer finds nothing, the wrong word or the wrong tensor") {
  CHECK(two_layers(0, 0x400, 0x400, 0x800).run() == "");
  CHECK(two_layers(0, 0x400, 0x300, 0x800).run() ==
        "layer 1 needs channel 0, pixel 0 of layer 0 in byte 768 of instance 1, where there is a byte that was never "
        "written");
  CHECK(two_layers(0, 0x400, 0x404, 0x800).run() ==
        "layer 1 needs channel 0, pixel 0 of layer 0 in byte 1028 of instance 1, where there is channel 0, pixel 1 of "
        "layer 0");
  const Case overwritten({4, 8, 8}, {placed(conv(4), 0xf, 0xf0, 0, 0), placed(conv(4), 0xf0, 0xf, 0, 0),
                                     placed(reading(conv(4), {-1}), 0xf, 0xf00, 0, 0)});
  CHECK(overwritten.run() ==
        "layer 2 needs channel 0, pixel 0 of the input in byte 0 of instance 0, where there is channel 0, pixel 0 of "
        "layer 1");
  const Case wrong_processors({4, 8, 8}, {placed(conv(6), 0xf, 0xfc, 0, 0x400), placed(conv(4), 0xf3, 0xf, 0x400, 0)});
  CHECK(wrong_processors.run() ==
        "layer 1 needs channel 0, pixel 0 of layer 0 in byte 1024 of instance 0, where there is an empty lane of a "
        "word");
}

TEST_CASE("Outputs have to last, and to have a place") {
  Layer early = placed(conv(4), 0xf, 0xf0, 0, 0x400);
  early.output = true;
  CHECK(Case({4, 8, 8}, {early, placed(conv(4), 0xf0, 0xf, 0x400, 0), placed(conv(4), 0xf, 0xf0, 0, 0x400)}).run() ==
        "layer 0 has left channel 0, pixel 0 of layer 0 in byte 1024 of instance 1, where at the end there is channel "
        "0, pixel 0 of layer 2");
  CHECK(two_layers(0, 0x400, 0x400, 0x7ff0).run() == "layer 1 writes byte 32768 of instance 0, which does not exist");
}

TEST_CASE("Operands take turns, other words between them are noticed") {
  const auto sum = [](int gap, int second) {
    return Case({4, 8, 8}, {placed(conv(8), 0xf, 0xff, 0, 0x1000, gap),
                            placed(reading(conv(8), {network_input}), 0xf, 0xff, 0, second, gap),
                            placed(adding_of({0, 1}), 0xff, 0xff, 0x1000, 0x2000)});
  };
  CHECK(sum(1, 0x1004).run() == "");
  CHECK(sum(0, 0x1100).run() ==
        "layer 2 needs channel 0, pixel 1 of layer 0 in byte 4104 of instance 0, where there is channel 0, pixel 2 of "
        "layer 0");
  CHECK(sum(1, 0x1000).run().find("layer 2 needs channel 0, pixel 0 of layer 0") == 0);
}

TEST_CASE("An output may follow the input that its layer has read, and no faster") {
  // A 3x3 kernel with padding 1 still needs the row of 8 pixels in front of the output, and one pixel more.
  const auto in_place = [](int distance) {
    return Case({4, 8, 8}, {placed(conv(4), 0xf, 0xf, 0x400, 0x400 - distance)});
  };
  CHECK(in_place(4 * 9).run() == "");
  CHECK(in_place(4 * 8).run() ==
        "layer 0 overwrites channel 0, pixel 0 of the input in byte 1024 of instance 0 before it has read it for the "
        "last time");
  CHECK(Case({4, 8, 8}, {placed(conv(4, 1, 0), 0xf, 0xf, 0x400, 0x400)}).run() == "");
  CHECK(Case({4, 8, 8}, {placed(conv(4, 1, 0), 0xf, 0xf, 0x400, 0x404)}).run() != "");
}

namespace {

struct Kind {
  Layer layer;
  Shape input;
};

std::vector<Kind> kinds_of_layers() {
  const auto line = [](int channels, int taps, int dilation) { return biased(conv1d(channels, taps, 0, dilation)); };
  const Layer sum = adding(2);
  const Layer pooled_behind = changed(adding(2, pooled(2, conv(8))), [](Layer& layer) { layer.pool_first = false; });
  return {{conv(4), {4, 6, 5}},
          {conv(12, 3, 2), {8, 6, 5}},
          {conv(8, 3, 0), {4, 7, 6}},
          {conv(12, 1, 0), {8, 4, 4}},
          {pooled(2, conv(8)), {4, 9, 8}},
          {pooled(3), {4, 8, 8}},
          {line(4, 5, 1), {8, 14, 1}},
          {line(4, 3, 3), {4, 14, 1}},
          {line(4, 3, 6), {8, 25, 1}},
          {line(8, 2, 10), {4, 25, 1}},
          {biased(transposed(8)), {8, 4, 5}},
          {biased(flattened(linear(6))), {8, 3, 3}},
          {wide_output(conv(6)), {4, 4, 4}},
          {Layer{}, {11, 4, 4}},
          {sum, {8, 4, 4}},
          {sum, {16, 4, 4}},
          {pooled_behind, {16, 6, 6}}};
}

/// How many placements of a layer's output run and how many do not, wherever it lies around the input.
struct Outcomes {
  int safe = 0, refused = 0;

  void try_all(const Kind& kind, int gap, ProcessorMap map) {
    Case net(kind.input, {kind.layer});
    net.options.processors_per_pass = 4;
    // With a gap the register's pointer does not lead a folded convolution to its offset.
    if (gap > 0 && max7800x::folds_rows(net.graph[0]) && net.graph[0].kernel.height == 3) return;
    const int channels = net.graph[0].out.channels;
    const ProcessorMap out = channels % 4 != 0 && channels / 4 == 0 ? map >> (4 - channels) & map : map;
    const int read = 4 * kind.input.pixels() * ceil_div(kind.input.channels, 4);
    const int written = 4 * net.graph[0].out.pixels() * ceil_div(channels, 4) * (kind.layer.wide ? 4 : 1);
    for (int out_offset = 0x1000 - written * (gap + 1); out_offset <= 0x1000 + read; out_offset += 4) {
      net.graph[0].placement = {0xf, out, 0x1000, out_offset, gap, 0};
      try_one(net);
    }
  }

 private:
  void try_one(const Case& net) {
    auto plan = max7800x::plan(net.graph, max78000, net.options);
    plan.in_place = true;
    CAPTURE(static_cast<int>(net.graph[0].op));
    CAPTURE(net.graph[0].placement.out_offset);
    const Findings findings = max7800x::verify(net.graph, plan, max78000, net.options);
    const std::string fault = net.run(plan);
    CHECK(findings.contains(max7800x::rules::output_trails_input) ==
          (fault.find("before it has read it for the last time") != std::string::npos));
    (fault.empty() ? safe : refused) += 1;
  }
};

}  // namespace

TEST_CASE("Layers of every kind may follow their input where the proof says so, and nowhere else") {
  Outcomes outcomes;
  for (const Kind& kind : kinds_of_layers())
    for (int gap : {0, 1})
      for (ProcessorMap map : {0xfull, 0xf0ull}) outcomes.try_all(kind, gap, map);
  CHECK(outcomes.safe > 1000);
  CHECK(outcomes.refused > 1000);
}

TEST_CASE("Layers that stream share no words") {
  const auto streaming = [](Layer layer) {
    layer.streaming = true;
    layer.bias = false;
    return layer;
  };
  const auto chain = [&](int ring, int out) {
    Case net({4, 16, 16}, {streaming(placed(conv(4), 0xf, 0xf, 0, ring)),
                           streaming(placed(conv(4), 0xf, 0xf, ring, out)), placed(conv(4), 0xf, 0xf0, out, 0)});
    net.options.input_path = max7800x::InputPath::fifo;
    return net;
  };
  CHECK(chain(0x1000, 0x2000).run() == "");
  CHECK(chain(0x4, 0x2000).run().find("layer 1 needs channel 0, pixel 0 of layer 0") == 0);
  CHECK(chain(0x1000, 0x1004).run().find("layer 1 needs channel 0, pixel") == 0);
  CHECK(chain(0x1000, 0x4).run().find("layer 2 needs channel 0, pixel") == 0);
  Case loaded = chain(0x1000, 0x2000);
  loaded.options.input_path = max7800x::InputPath::data_memory;
  CHECK(loaded.run() == "layer 0 streams, but its input does not come through a FIFO");
}

TEST_CASE("Without a plan nothing runs") {
  const Case net({4, 8, 8}, {conv(4)});
  const max7800x::Plan<16> none{};
  host::PlannedExecutor planned(net.graph, none, max78000, net.parameters(), {});
  const std::vector<int> input(4 * 8 * 8);
  CHECK(planned.run(input.data()).text == "has 0 processors for the 4 channels of a tensor");
}

TEST_CASE("Pooling of another chip is refused, in whichever layer it is") {
  const std::vector<int> input(4 * 8 * 8);
  for (int pooling = 0; pooling < 3; ++pooling)
    for (int place = 0; place < 3; ++place) {
      Case net({4, 8, 8}, {conv(4), conv(4), conv(4)});
      if (pooling == 1) net.graph[place].pool_same = true;
      if (pooling == 2) net.graph[place].pooling = Pooling::pick;
      const max7800x::Plan<16> plan = max7800x::plan(net.graph, max78000);
      host::PlannedExecutor planned(net.graph, plan, max78000, net.parameters(), {});
      const host::MemoryFault& fault = planned.run(input.data());
      CHECK((fault.text.find("pools as this chip does not") == 0) == (pooling > 0));
      if (pooling > 0) CHECK(fault.layer == place);
    }
}

}  // namespace test_planned_memory
