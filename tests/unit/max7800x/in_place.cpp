// In place: what the formulas say about the order of reads and writes is what making every access shows, for small
// layers of every kind at every distance.
#include <incuse/max7800x/verify/in_place.hpp>

#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/max7800x/plan/plan.hpp>
#include <incuse/max7800x/verify.hpp>

#include <support/access_trace.hpp>
#include <support/layers.hpp>

namespace test_in_place {

using namespace incuse;
using namespace incuse::test;

namespace {

using Net = Graph<4>;

constexpr int middle = 0x2000;  ///< where the input lies

Layer pooled_last(Layer layer) {
  layer.pool_first = false;
  return layer;
}

/// A layer, its input, and the widest passes.
struct Case {
  Layer layer{};
  Shape input{};
  int processors_per_pass = 64;
  DataFormat format = DataFormat::hwc;
};

struct Tally {
  long long layers = 0, placements = 0, refused = 0;
  long long planned = 0, closest = 0;  ///< distances of the planner, and those that could not be shorter
};

class Comparison {
 public:
  Tally tally{};

  /// With the output on the input's processors, beside them and partly on them, with and without gaps.
  void add(const Case& own) {
    for (int first_in : {0, 4})
      for (int first_out : {0, 4})
        for (int gap : {0, 1, 2}) {
          const std::string found = compare(own, first_in, first_out, gap);
          CHECK_MESSAGE(found == "", found);
        }
  }

 private:
  static ProcessorMap map_for(int channels, int most, int first, bool apart = false) {
    if (!apart) return processor_range(first, max7800x::passes_of(channels, most).channels);
    ProcessorMap map = 0;
    for (int c = 0; c < channels; ++c) map |= ProcessorMap{1} << (first + 4 * c);
    return map;
  }

  std::string compare(const Case& own, int first_in, int first_out, int gap) {
    Net graph;
    graph.input = own.input;
    graph.input_format = own.format;
    graph[graph.size++] = own.layer;
    graph = infer(graph);
    max7800x::Options options;
    options.processors_per_pass = own.processors_per_pass;
    const bool chw = own.format == DataFormat::chw;
    graph[0].placement = {map_for(graph[0].in.channels, own.processors_per_pass, first_in, chw),
                          map_for(graph[0].out.channels, own.processors_per_pass, first_out),
                          middle,
                          middle,
                          gap,
                          0};
    max7800x::Plan<4> plan = max7800x::plan(graph, max78000, options);
    plan.in_place = true;
    AccessTrace trace = access_trace(graph, plan, options, 0);
    ++tally.layers;
    const int reach = 4 * (graph[0].in.pixels() * plan[0].in.count * graph[0].operands + 8);
    if (!chw) trace.forget_reads_from(middle + reach - 32);
    const max7800x::Words written = max7800x::output_words(graph[0], plan[0]);
    for (int moved = -static_cast<int>(written.end() - middle) - 16; moved <= reach; moved += 4) {
      plan[0].out_offset = middle + moved;
      const bool overtakes = max7800x::output_overtakes_input(graph, plan, 0), expected = trace.overtakes(moved);
      ++tally.placements;
      if (expected) ++tally.refused;
      if (overtakes != expected)
        return text(graph, plan) + ", moved by " + std::to_string(moved) + ": " + (expected ? "overtakes" : "is safe");
    }
    return planned_distance(graph, plan, trace, gap, chw);
  }

  /// The distance that the planner keeps has to be safe. Counts how often 4 bytes less would overtake.
  std::string planned_distance(const Net& graph, max7800x::Plan<4>& plan, AccessTrace& trace, int gap, bool chw) {
    const Layer& layer = graph[0];
    if (layer.flatten || layer.wide || layer.op == Operator::conv_transpose2d || max7800x::folds_rows(layer)) return "";
    const auto steps = max7800x::detail::in_place_steps(layer, plan[0], gap, chw);
    const int distance = round_up(static_cast<int>(max7800x::detail::in_place_distance(layer, steps)), 4);
    ++tally.planned;
    if (distance == 0 || trace.overtakes(4 - distance)) ++tally.closest;
    return trace.overtakes(-distance) ? text(graph, plan) + ": the planner's distance is too short" : "";
  }

  static std::string text(const Net& graph, const max7800x::Plan<4>& plan) {
    const Layer& l = graph[0];
    const auto extent = [](Extent e) { return std::to_string(e.height) + "x" + std::to_string(e.width); };
    return "operator " + std::to_string(static_cast<int>(l.op)) + ", " + std::to_string(l.operands) + " operands of " +
           std::to_string(l.in.channels) + "x" + extent(l.in.extent()) + ", kernel " + extent(l.kernel) + ", padding " +
           extent(l.padding) + ", pooled " + extent(l.pool) + " by " + extent(l.pool_stride) + ", " +
           std::to_string(l.out.channels) + " outputs, passes " + std::to_string(plan[0].in.count) + " to " +
           std::to_string(plan[0].out.count) + ", gap " + std::to_string(plan[0].write_gap) + ", processors " +
           std::to_string(plan[0].processors) + " to " + std::to_string(plan[0].output_processors);
  }
};

struct Window {
  Extent size, stride;
};
constexpr Window windows[] = {{{1, 1}, {1, 1}}, {{2, 2}, {2, 2}}, {{2, 2}, {1, 1}}, {{3, 3}, {2, 2}},
                              {{1, 2}, {3, 3}}, {{2, 1}, {2, 2}}, {{2, 2}, {3, 3}}, {{1, 1}, {2, 2}}};

constexpr Extent sizes[] = {{4, 5}, {7, 6}, {8, 8}};

/// Layers that make nothing of their input are no layers.
void add(Comparison& comparison, const Case& own) {
  Net graph;
  graph.input = own.input;
  graph[graph.size++] = own.layer;
  graph = infer(graph);
  if (graph[0].out.height > 0 && graph[0].out.width > 0) comparison.add(own);
}

void report(const char* kind, const Tally& tally) {
  MESSAGE(kind << ": " << tally.layers << " layers, " << tally.placements << " placements, " << tally.refused
               << " overtake their input; of " << tally.planned << " distances of the planner " << tally.closest
               << " are the shortest");
  CHECK(4 * tally.closest >= tally.planned);
  CHECK(tally.refused > 0);
  CHECK(tally.refused < tally.placements);
}

}  // namespace

TEST_CASE("Convolutions in two dimensions") {
  Comparison comparison;
  for (const Window& window : windows)
    for (Extent size : sizes)
      for (int kernel : {1, 3})
        for (int padding = 0; padding < kernel; ++padding)
          for (int out : {4, 12})
            for (int in : {4, 8})
              add(comparison,
                  {pooled(Pooling::max, window.size, window.stride, conv2d(out, {kernel, kernel}, {padding, padding})),
                   {in, size.height, size.width},
                   4});
  report("two dimensions", comparison.tally);
}

TEST_CASE("Convolutions in one dimension, stretched and folded") {
  Comparison comparison;
  for (int window : {1, 2, 3})
    for (int stride : {1, 2, 4})
      for (int length : {9, 16})
        for (int kernel : {1, 2, 3, 5, 9})
          for (int padding = 0; padding < min_of(kernel, 3); ++padding)
            for (int out : {4, 8})
              add(comparison,
                  {pooled(Pooling::max, {window, 1}, {stride, 1}, conv1d(out, kernel, padding)), {4, length, 1}, 4});
  for (int dilation : {2, 4, 5, 7, 9, 12})
    for (int kernel : {2, 3})
      for (int length : {20, 28, 33})
        for (int out : {4, 8}) add(comparison, {conv1d(out, kernel, 0, dilation), {8, length, 1}, 4});
  report("one dimension", comparison.tally);
}

TEST_CASE("Transposed convolutions") {
  Comparison comparison;
  for (const Window& window : {windows[0], windows[1]})
    for (Extent size : sizes)
      for (int padding : {0, 1, 2})
        for (int out : {4, 8})
          add(comparison, {pooled(Pooling::max, window.size, window.stride, transposed(out, 3, padding)),
                           {8, size.height, size.width},
                           4});
  report("transposed", comparison.tally);
}

TEST_CASE("Layers without weights, with operands and in several passes") {
  Comparison comparison;
  for (const Window& window : windows)
    for (Extent size : sizes)
      for (int operands : {1, 2, 3})
        for (int channels : {4, 6}) {
          const Layer layer =
              pooled(Pooling::max, window.size, window.stride, operands > 1 ? adding(operands) : Layer{});
          add(comparison, {layer, {channels * operands, size.height, size.width}});
          if (operands == 2) add(comparison, {pooled_last(layer), {channels * operands, size.height, size.width}});
        }
  for (int operands : {1, 2, 3})
    for (int channels : {8, 11})
      add(comparison, {operands > 1 ? adding(operands) : Layer{}, {channels * operands, 4, 5}, 4});
  add(comparison, {pooled({4, 5}), {12, 4, 5}, 4});
  report("without weights", comparison.tally);
}

TEST_CASE("Operands in front of a convolution") {
  Comparison comparison;
  for (const Window& window : windows)
    for (Extent size : sizes)
      for (int padding : {0, 1})
        for (int in : {4, 8})
          for (bool last : {false, true}) {
            Layer layer =
                adding(2, pooled(Pooling::max, window.size, window.stride, conv2d(8, {3, 3}, {padding, padding})));
            layer.pool_first = !last;
            add(comparison, {layer, {2 * in, size.height, size.width}, 4});
          }
  report("operands", comparison.tally);
}

TEST_CASE("An input of bytes in rows") {
  Comparison comparison;
  for (const Window& window : windows)
    for (Extent size : sizes)
      for (int padding : {0, 1})
        add(comparison, {pooled(Pooling::max, window.size, window.stride, conv2d(4, {3, 3}, {padding, padding})),
                         {2, size.height, size.width},
                         64,
                         DataFormat::chw});
  report("CHW", comparison.tally);
}

TEST_CASE("32-bit outputs, and flatten layers, which read everything first") {
  Comparison wide, flat;
  for (Extent size : sizes)
    for (int out : {1, 2, 4, 6, 8})
      for (int kernel : {1, 3}) {
        Layer layer = conv2d(out, {kernel, kernel}, {kernel / 2, kernel / 2});
        layer.wide = true;
        add(wide, {layer, {4, size.height, size.width}, 4});
        layer = flattened(linear(out));
        layer.wide = kernel == 3;
        add(flat, {layer, {4, size.height, size.width}, 4});
      }
  report("32 bits", wide.tally);
  CHECK(flat.tally.placements > 0);
  CHECK(flat.tally.refused == 0);
}

}  // namespace test_in_place
