// Observers of a run: what they are told of every layer, and some that are often wanted. `executor.run(observer)` of
// the fast executor, and of that of kmodels, tells an observer while it runs; `observe(executor, graph, observer)`
// tells it after a run of any executor that keeps the outputs of all layers. Without an observer nothing of this is
// compiled.
//
// An observer has `after(layer, values)`, and may have `before(layer)`. `values` is good during the call: it has
// `count` and `values[n]`, in channels x height x width order.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <vector>

#include <incuse/model/graph.hpp>

namespace incuse::host {

/// An observer that is told nothing.
struct NoObserver {};

/// True for observers that are told of layers.
template <class Observer>
inline constexpr bool observes = !std::is_same_v<std::remove_cvref_t<Observer>, NoObserver>;

/// Tells an observer that a layer begins, if it wants to know.
template <class Observer>
void tell_before(Observer& observer, int layer) {
  if constexpr (requires { observer.before(layer); }) observer.before(layer);
}

/// The bytes that a node of a kmodel has written.
struct ObservedBytes {
  const std::vector<std::uint8_t>& bytes;
  int count;

  int operator[](int n) const { return bytes[static_cast<std::size_t>(n)]; }
};

/// The output of a layer as an executor keeps it.
template <class Executor>
struct ObservedValues {
  const Executor& executor;
  int layer;
  int count;

  int operator[](int n) const { return executor.output(layer, n); }
};

/// Tells an observer of all outputs that an executor has, those of layers behind an early exit that is taken, too.
/// There is no `before`: the layers have run.
template <int N, class Executor, class Observer>
void observe(const Executor& executor, const Graph<N>& graph, Observer& observer) {
  for (int i = 0; i < graph.size; ++i)
    observer.after(i, ObservedValues<Executor>{executor, i, graph[i].out.elements()});
}

/// Several observers as one, in order.
template <class... Each>
struct Observers {
  std::tuple<Each&...> each;
  explicit Observers(Each&... all) : each(all...) {}

  void before(int layer) {
    std::apply([&](auto&... one) { (tell_before(one, layer), ...); }, each);
  }
  template <class Values>
  void after(int layer, const Values& values) {
    std::apply([&](auto&... one) { (one.after(layer, values), ...); }, each);
  }
};

/// Ranges of the outputs of all runs, and how many of them are clipped to a byte's bounds: what quantising needs.
class RangeObserver {
 public:
  struct Range {
    int lowest = 0, highest = 0;
    long long values = 0;
    long long at_lowest = 0, at_highest = 0;  ///< values that are -128, and 127
    double sum = 0;

    double mean() const { return values == 0 ? 0 : sum / static_cast<double>(values); }
  };

  template <class Values>
  void after(int layer, const Values& values) {
    Range& range = at(layer);
    for (int n = 0; n < values.count; ++n) {
      const int value = values[n];
      if (range.values == 0 || value < range.lowest) range.lowest = value;
      if (range.values == 0 || value > range.highest) range.highest = value;
      ++range.values;
      range.at_lowest += value == -128;
      range.at_highest += value == 127;
      range.sum += value;
    }
  }
  /// The range of one layer; without values if the layer has not run.
  Range range(int layer) const {
    const auto index = static_cast<std::size_t>(layer);
    return layer >= 0 && index < ranges_.size() ? ranges_[index] : Range{};
  }

 private:
  Range& at(int layer) {
    const auto index = static_cast<std::size_t>(layer);
    if (ranges_.size() <= index) ranges_.resize(index + 1);
    return ranges_[index];
  }
  std::vector<Range> ranges_{};
};

/// The time that each layer takes, summed over all runs. With `observe`, which comes after a run, there is nothing to
/// measure.
class TimeObserver {
 public:
  void before(int) {
    start_ = Clock::now();
    runs_ = true;
  }
  template <class Values>
  void after(int layer, const Values&) {
    if (!runs_) return;
    runs_ = false;
    const auto index = static_cast<std::size_t>(layer);
    if (seconds_.size() <= index) seconds_.resize(index + 1);
    seconds_[index] += std::chrono::duration<double>(Clock::now() - start_).count();
  }
  /// Of one layer; 0 if none was measured.
  double seconds(int layer) const {
    const auto index = static_cast<std::size_t>(layer);
    return layer >= 0 && index < seconds_.size() ? seconds_[index] : 0;
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_{};
  bool runs_ = false;  ///< a layer does
  std::vector<double> seconds_{};
};

/// All outputs of the last run.
struct OutputObserver {
  std::vector<std::vector<int>> outputs{};

  template <class Values>
  void after(int layer, const Values& values) {
    const auto index = static_cast<std::size_t>(layer);
    if (outputs.size() <= index) outputs.resize(index + 1);
    outputs[index].assign(static_cast<std::size_t>(values.count), 0);
    for (int n = 0; n < values.count; ++n) outputs[index][static_cast<std::size_t>(n)] = values[n];
  }
};

/// The first value that is not the expected one, in the order of the layers. A layer with more or fewer values than are
/// expected differs in the first one that only one side has.
struct ComparisonObserver {
  const std::vector<std::vector<int>>& expected;  ///< for each layer its output; empty: the layer is not compared
  int layer = -1;                                 ///< -1: all are as expected
  int element = 0;
  int actual = 0;  ///< 0 if the layer does not have the value

  bool same() const { return layer < 0; }
  template <class Values>
  void after(int index, const Values& values) {
    const auto own = static_cast<std::size_t>(index);
    if (!same() || own >= expected.size() || expected[own].empty()) return;
    const std::vector<int>& wanted = expected[own];
    const int count = static_cast<int>(wanted.size());
    int n = 0;
    while (n < values.count && n < count && values[n] == wanted[static_cast<std::size_t>(n)]) ++n;
    if (n == values.count && n == count) return;
    layer = index;
    element = n;
    actual = n < values.count ? values[n] : 0;
  }
};

}  // namespace incuse::host
