// Many inputs on several threads, what is counted about a classifier's answers, and observers of a run.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/host/evaluation.hpp>
#include <incuse/host/observers.hpp>
#include <incuse/host/random_parameters.hpp>
#include <incuse/host/run.hpp>
#include <incuse/model/early_exit.hpp>
#include <incuse/model/layers.hpp>
#include <incuse/model/network.hpp>

namespace test_evaluation {

using namespace incuse;
namespace fast = incuse::host::fast;

namespace {

struct Net : Network<Input<3, 8, 8>, Conv2d<16, kernel<3>, pad<1>, ReLU>, Fused<MaxPool2d<2>, Conv2d<8, kernel<1>>>,
                     Flatten, Linear<5, wide>> {};
constexpr const auto& graph = graph_of<Net>();

/// A classifier that answers the likeliest of three numbers: its input.
struct Copy : Network<Input<3, 1, 1>, MaxPool2d<1>> {};

/// Leaves with the same answer if one of the numbers is high enough; else the order of the classes is turned.
template <int Threshold>
struct Leaving : Network<Input<3, 1, 1>, EarlyExit<any_at_least<Threshold>, Identity<>>, Conv2d<3, kernel<1>>> {};
struct Turned {
  static constexpr signed char weights[] = {0, 0, 64, 0, 64, 0, 64, 0, 0};
  static constexpr LayerParameters layers[] = {{.weight = {weights, 3, 3, 1, 1}}};
};
/// An early exit of three classes in front of four.
struct Uneven : Network<Input<3, 1, 1>, EarlyExit<any_at_least<9>, Identity<>>, Conv2d<4, kernel<1>>> {};

/// Inputs of which each names its class, except the last two.
struct Dataset {
  static constexpr signed char inputs[][3] = {{9, 1, 2}, {1, 9, 2}, {1, 2, 9}, {9, 8, 1}, {5, 5, 1}};
  static constexpr int labels[] = {0, 1, 2, 1, 7};

  int size() const { return 5; }
  int label(int i) const { return labels[i]; }
  template <class Executor>
  void set_input(Executor& executor, int i) const {
    executor.set_input(inputs[i]);
  }
};

}  // namespace

TEST_CASE("a batch runs every input once, on any number of threads") {
  const host::RandomParameters parameters = host::random_parameters(graph);
  const fast::PackedNetwork packed(graph, parameters.view());
  host::Executor reference(graph, parameters.view());
  for (int threads : {1, 2, 5}) {
    fast::Batch batch(packed, threads);
    CHECK(batch.threads() == threads);
    for (int count : {0, 1, 3, 40}) {
      std::vector<int> logits(static_cast<std::size_t>(count) * 5, -1);
      batch.run(count, [&](auto& executor, int i) {
        executor.set_input(host::random_input(graph, static_cast<unsigned>(i)).data());
        executor.run();
        for (int n = 0; n < 5; ++n) logits[static_cast<std::size_t>(i * 5 + n)] += 1 + executor.output(2, n);
      });
      for (int i = 0; i < count; ++i) {
        reference.set_input(host::random_input(graph, static_cast<unsigned>(i)).data());
        reference.run();
        for (int n = 0; n < 5; ++n) CHECK(logits[static_cast<std::size_t>(i * 5 + n)] == reference.output(2, n));
      }
    }
  }
}

TEST_CASE("a batch of a network that cannot run does nothing") {
  const fast::PackedNetwork packed(graph, Parameters{});
  fast::Batch batch(packed, 2);
  CHECK_FALSE(batch.ready());
  CHECK_FALSE(batch.problem().empty());
  int calls = 0;
  batch.run(3, [&](auto&, int) { ++calls; });
  CHECK(calls == 0);
  CHECK(host::evaluate(packed, Dataset{}, host::ProgressLine(nullptr)).total() == 0);
}

TEST_CASE("an executor runs in memory of the caller") {
  const host::RandomParameters parameters = host::random_parameters(graph);
  static_assert(fast::arena_size(graph, fast::Level::portable) > 0);
  for (fast::Level level : fast::all_levels) {
    if (!fast::is_supported(level)) continue;
    const fast::PackedNetwork packed(graph, parameters.view(), {}, level);
    const auto size = static_cast<std::size_t>(fast::arena_size(graph, level));
    std::vector<std::byte> memory(size + fast::alignment);
    std::byte* arena = memory.data();
    while (reinterpret_cast<std::uintptr_t>(arena) % fast::alignment != 0) ++arena;
    fast::Executor executor(packed, arena), own(packed);
    for (auto* one : {&executor, &own}) {
      one->set_input(host::random_input(graph).data());
      one->run();
    }
    CHECK(executor.output_of(2) == own.output_of(2));
  }
}

TEST_CASE("an evaluation counts answers") {
  const fast::PackedNetwork packed(graph_of<Copy>(), Parameters{});
  int done = 0;
  const auto progress = [&](int now, int total) {
    CHECK(total == 5);
    done = now;
  };
  const host::Evaluation evaluation = host::evaluate(packed, Dataset{}, progress, 2);
  CHECK(done == 5);
  CHECK(evaluation.classes == 3);
  CHECK(evaluation.total() == 4);  // one label is no class
  CHECK(evaluation.correct() == 3);
  CHECK(evaluation.count(1, 0) == 1);
  CHECK(evaluation.accuracy() == 0.75);
  CHECK(evaluation.top(1) == 0.75);
  CHECK(evaluation.top(2) == 1);
  CHECK(evaluation.top(9) == 1);
  CHECK(evaluation.precision(0) == 0.5);
  CHECK(evaluation.precision(1) == 1);
  CHECK(evaluation.recall(0) == 1);
  CHECK(evaluation.recall(1) == 0.5);
}

TEST_CASE("an early exit answers for the inputs that take it") {
  const auto evaluated = [](const auto& net) {
    const fast::PackedNetwork packed(net, parameters_in<Turned>());
    return host::evaluate(packed, Dataset{}, host::ProgressLine(nullptr), 2);
  };
  const host::Evaluation early = evaluated(graph_of<Leaving<9>>()), late = evaluated(graph_of<Leaving<10>>());
  CHECK(early.total() == 4);
  CHECK(early.correct() == 3);
  CHECK(early.top(2) == 1);
  CHECK(late.total() == 4);
  CHECK(late.correct() == 1);
  CHECK(late.count(0, 2) == 1);

  const host::RandomParameters random = host::random_parameters(graph_of<Uneven>());
  const fast::PackedNetwork packed(graph_of<Uneven>(), random.view());
  REQUIRE(packed.ready());
  CHECK(host::evaluate(packed, Dataset{}, host::ProgressLine(nullptr)).classes == 0);
}

TEST_CASE("of equal numbers the first class is the likelier") {
  fast::Executor executor(graph_of<Copy>(), Parameters{});
  const int equal[] = {5, 5, 1};
  executor.set_input(equal);
  executor.run();
  CHECK(host::likeliest(executor, 0, 3) == 0);
  CHECK(host::rank_of(executor, 0, 3, 0) == 0);
  CHECK(host::rank_of(executor, 0, 3, 1) == 1);
  CHECK(host::rank_of(executor, 0, 3, 2) == 2);
}

TEST_CASE("observers of the fast executor and of the reference executor see the same") {
  const host::RandomParameters parameters = host::random_parameters(graph);
  fast::Executor executor(graph, parameters.view());
  host::Executor reference(graph, parameters.view());
  executor.set_input(host::random_input(graph).data());
  reference.set_input(host::random_input(graph).data());
  reference.run();

  host::OutputObserver outputs, expected;
  host::RangeObserver ranges;
  host::TimeObserver times;
  host::observe(reference, graph, expected);
  host::ComparisonObserver comparison{expected.outputs};
  host::Observers all(outputs, ranges, times, comparison);
  executor.run(all);
  CHECK(outputs.outputs == expected.outputs);
  CHECK(comparison.same());
  CHECK(times.seconds(0) > 0);
  CHECK(times.seconds(17) == 0);

  const host::RangeObserver::Range range = ranges.range(0);
  CHECK(range.values == graph[0].out.elements());
  CHECK(range.lowest >= 0);
  CHECK(range.highest == *std::max_element(expected.outputs[0].begin(), expected.outputs[0].end()));
  CHECK(range.at_highest == std::count(expected.outputs[0].begin(), expected.outputs[0].end(), 127));
  CHECK(ranges.range(17).values == 0);

  host::TimeObserver afterwards;
  host::observe(reference, graph, afterwards);
  CHECK(afterwards.seconds(0) == 0);

  ++expected.outputs[1][3];
  host::ComparisonObserver other{expected.outputs};
  executor.run(other);
  CHECK(other.layer == 1);
  CHECK(other.element == 3);
  CHECK(other.actual == outputs.outputs[1][3]);
}

TEST_CASE("a layer with more or fewer values than are expected differs") {
  fast::Executor executor(graph_of<Copy>(), Parameters{});
  executor.set_input(Dataset::inputs[0]);
  const std::vector<std::vector<int>> shorter{{9, 1}}, longer{{9, 1, 2, 0}};
  host::ComparisonObserver with_shorter{shorter}, with_longer{longer};
  executor.run(with_shorter);
  executor.run(with_longer);
  CHECK(with_shorter.layer == 0);
  CHECK(with_shorter.element == 2);
  CHECK(with_shorter.actual == 2);
  CHECK(with_longer.layer == 0);
  CHECK(with_longer.element == 3);
}

}  // namespace test_evaluation
