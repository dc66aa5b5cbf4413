// What an output rests on: Shapley values of parts of an input, by the integers of the chip. The value of a part is
// what it adds to an output, on average over all orders in which parts of the input can take the place of a baseline's.
// The values of all parts add up to the output for the input minus that for the baseline, exactly: they are fractions
// of integers with one denominator.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <incuse/host/evaluation.hpp>

namespace incuse::host {

/// Which part of an input each of its elements belongs to.
struct Patches {
  int count = 0;
  std::vector<int> of{};  ///< by element, in channels x height x width order: 0 … count - 1
};

/// Boxes of the size `patch`, those at the right and lower border as large as what is left. A size of 0, or more than
/// the input has, is the input's.
inline Patches grid_patches(Shape input, Shape patch) {
  const auto size = [](int own, int whole) { return own <= 0 || own > whole ? whole : own; };
  const Shape box{size(patch.channels, input.channels), size(patch.height, input.height),
                  size(patch.width, input.width)};
  const auto boxes = [](int whole, int own) { return (whole + own - 1) / own; };
  const int rows = boxes(input.height, box.height), columns = boxes(input.width, box.width);
  Patches patches{boxes(input.channels, box.channels) * rows * columns, {}};
  for (int c = 0; c < input.channels; ++c)
    for (int y = 0; y < input.height; ++y)
      for (int x = 0; x < input.width; ++x)
        patches.of.push_back((c / box.channels * rows + y / box.height) * columns + x / box.width);
  return patches;
}

/// With more parts than these all sets of them are too many.
inline constexpr int most_exact_patches = 16;

struct AttributionOptions {
  /// 0: all orders of the parts, exactly, by running every set of parts: 2^count runs. Else so many random orders, each
  /// followed by its reverse (an odd number is one more), with count - 1 runs each.
  int permutations = 0;
  std::uint64_t seed = 1;  ///< of the random orders
  int threads = 0;         ///< 0: as many as the machine has
};

/// Shapley values of the parts of one input, for every output.
struct Attribution {
  std::string problem{};  ///< why there is no result; empty if there is one
  int patches = 0, outputs = 0;
  long long denominator = 1;            ///< of all numerators
  std::vector<long long> numerators{};  ///< of the values: by output, then by part
  std::vector<long long> baselines{};   ///< numerators of the outputs for the baseline: their mean if there are several
  std::vector<int> picture{};           ///< outputs for the input
  std::vector<double> standard_errors{};  ///< of the values, as `numerators`: what random orders leave open; else 0

  bool ok() const { return problem.empty(); }
  std::size_t index(int output, int patch) const {
    return static_cast<std::size_t>(output) * static_cast<std::size_t>(patches) + static_cast<std::size_t>(patch);
  }
  long long numerator(int output, int patch) const { return numerators[index(output, patch)]; }
  double value(int output, int patch) const { return fraction(numerator(output, patch)); }
  double baseline(int output) const { return fraction(baselines[static_cast<std::size_t>(output)]); }
  double standard_error(int output, int patch) const { return standard_errors[index(output, patch)]; }

 private:
  double fraction(long long numerator) const {
    return static_cast<double>(numerator) / static_cast<double>(denominator);
  }
};

namespace detail {

/// A set of parts: whether each one is the input's. The others are the baseline's.
using PartSet = std::vector<bool>;

/// The least common multiple of 1 … count.
inline long long common_multiple(int count) {
  long long all = 1;
  for (long long i = 2; i <= count; ++i) {
    long long a = all, b = i;
    while (b != 0) a = std::exchange(b, a % b);
    all = all / a * i;
  }
  return all;
}

/// For a part and a set of `size` others: the share of the orders in which just these come before it, of `count` parts.
/// It is 1 / (count over size) / (count - size), times `common_multiple(count)`.
inline std::vector<long long> exact_weights(int count) {
  std::vector<long long> weights;
  long long sets = 1;  // count - 1 over size
  for (int size = 0; size < count; ++size) {
    weights.push_back(common_multiple(count) / (count * sets));
    sets = sets * (count - 1 - size) / (size + 1);
  }
  return weights;
}

/// Adds values up, baseline by baseline. `Run` is called as run(sets, baseline) with sets of parts, and returns the
/// outputs of each set, one set after the other.
template <class Run>
class ShapleySums {
 public:
  ShapleySums(Attribution& result, const Run& run)
      : result_(&result), run_(&run), variances_(result.numerators.size()) {}

  /// Every set of parts once.
  void add_exact(int baseline) {
    const int count = result_->patches;
    const std::vector<long long> weights = exact_weights(count);
    constexpr std::size_t block = 1024;
    for (std::size_t first = 0; first < std::size_t{1} << count; first += block) {
      std::vector<PartSet> sets;
      for (std::size_t s = first; s < std::min(first + block, std::size_t{1} << count); ++s) {
        sets.emplace_back();
        for (int i = 0; i < count; ++i) sets.back().push_back((s >> i & 1) != 0);
      }
      const std::vector<int> values = (*run_)(sets, baseline);
      for (std::size_t s = 0; s < sets.size(); ++s) add_set(sets[s], weights, values.data() + s * outputs());
    }
  }

  /// Random orders, each followed by its reverse.
  void add_sampled(int baseline, int pairs, std::mt19937_64& random) {
    std::vector<int> order(static_cast<std::size_t>(result_->patches));
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
    std::vector<double> sums(result_->numerators.size()), squares = sums;
    for (int pair = 0; pair < pairs; ++pair) {
      for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
      std::vector<long long> added(result_->numerators.size());
      add_order(order, baseline, added);
      std::reverse(order.begin(), order.end());
      add_order(order, baseline, added);
      for (std::size_t i = 0; i < added.size(); ++i) {
        const double mean = static_cast<double>(added[i]) / 2;
        result_->numerators[i] += added[i];
        sums[i] += mean;
        squares[i] += mean * mean;
      }
    }
    const double n = pairs;
    for (std::size_t i = 0; i < sums.size() && pairs > 1; ++i)
      variances_[i] += std::max(0.0, squares[i] - sums[i] * sums[i] / n) / (n - 1) / n;
  }

  /// Of all baselines so far, whose mean counts.
  void finish_errors(int baselines) {
    for (const double variance : variances_) result_->standard_errors.push_back(std::sqrt(variance) / baselines);
  }

 private:
  std::size_t outputs() const { return static_cast<std::size_t>(result_->outputs); }

  /// The outputs of a set count for the parts that it has, and against the others.
  void add_set(const PartSet& set, const std::vector<long long>& weights, const int* values) {
    const auto size = static_cast<std::size_t>(std::count(set.begin(), set.end(), true));
    for (int i = 0; i < result_->patches; ++i) {
      const bool has = set[static_cast<std::size_t>(i)];
      const long long weight = has ? weights[size - 1] : -weights[size];
      for (std::size_t o = 0; o < outputs(); ++o)
        result_->numerators[result_->index(static_cast<int>(o), i)] += weight * values[o];
    }
  }

  /// What each part adds when it comes after those in front of it.
  void add_order(const std::vector<int>& order, int baseline, std::vector<long long>& added) {
    std::vector<PartSet> sets(1, PartSet(order.size(), false));
    for (const int part : order) {
      sets.push_back(sets.back());
      sets.back()[static_cast<std::size_t>(part)] = true;
    }
    const std::vector<int> values = (*run_)(sets, baseline);
    for (std::size_t i = 0; i < order.size(); ++i)
      for (std::size_t o = 0; o < outputs(); ++o)
        added[result_->index(static_cast<int>(o), order[i])] +=
            static_cast<long long>(values[(i + 1) * outputs() + o]) - values[i * outputs() + o];
  }

  Attribution* result_;
  const Run* run_;
  std::vector<double> variances_;
};

/// What keeps an attribution from being made; empty if nothing does.
inline std::string attribution_problem(Shape input, const Patches& patches, std::size_t baselines,
                                       const AttributionOptions& options) {
  bool in_range = patches.count > 0 && patches.of.size() == static_cast<std::size_t>(input.elements());
  for (const int part : patches.of) in_range = in_range && part >= 0 && part < patches.count;
  if (!in_range) return "the parts are not those of the input";
  constexpr std::size_t most_baselines = 256;
  if (baselines < 1 || baselines > most_baselines)
    return "there are " + std::to_string(baselines) + " baselines; it takes 1 to " + std::to_string(most_baselines);
  if (options.permutations < 0 || options.permutations > 1'000'000)
    return "there can be 0 to 1000000 permutations, not " + std::to_string(options.permutations);
  if (options.permutations == 0 && patches.count > most_exact_patches)
    return "all sets of " + std::to_string(patches.count) + " parts are too many; without permutations there can be " +
           std::to_string(most_exact_patches) + " parts";
  return {};
}

}  // namespace detail

/// The Shapley values of an input's parts. `run(sets, baseline)` returns the outputs of inputs whose parts are those of
/// the picture where a set (std::vector<bool>) has them, and those of the baseline with this number elsewhere:
/// `outputs` numbers for each set. For several baselines, what is averaged over them.
template <class Run>
Attribution attribute(const Run& run, int outputs, int patches, int baselines, const AttributionOptions& options) {
  Attribution result;
  result.patches = patches;
  result.outputs = outputs;
  result.numerators.resize(static_cast<std::size_t>(outputs) * static_cast<std::size_t>(patches));
  result.baselines.resize(static_cast<std::size_t>(outputs));
  const bool exact = options.permutations == 0;
  const int pairs = (options.permutations + 1) / 2;
  const long long each = exact ? detail::common_multiple(patches) : 2 * pairs;
  result.denominator = each * baselines;
  const auto parts = static_cast<std::size_t>(patches);
  std::mt19937_64 random(options.seed);
  detail::ShapleySums<Run> sums(result, run);
  for (int b = 0; b < baselines; ++b) {
    const std::vector<detail::PartSet> ends{detail::PartSet(parts, false), detail::PartSet(parts, true)};
    const std::vector<int> values = run(ends, b);
    for (std::size_t o = 0; o < result.baselines.size(); ++o) result.baselines[o] += each * values[o];
    result.picture.assign(values.begin() + outputs, values.end());
    exact ? sums.add_exact(b) : sums.add_sampled(b, pairs, random);
  }
  sums.finish_errors(baselines);
  return result;
}

/// The same for a network: of the outputs of its last layer, or of the early exit that an input takes. Picture and
/// baselines are values in channels x height x width order. A rolling buffer is empty before each run.
template <int N>
Attribution attribute(const fast::PackedNetwork<N>& packed, const Patches& patches,
                      const std::vector<std::int8_t>& picture, const std::vector<std::vector<std::int8_t>>& baselines,
                      const AttributionOptions& options = {}) {
  Attribution refused;
  if (!packed.ready()) {
    refused.problem = packed.problem();
    return refused;
  }
  const Graph<N>& graph = packed.graph();
  const int outputs = detail::classes_of(graph);
  refused.problem = outputs == 0 ? "its early exits answer with other numbers of outputs"
                                 : detail::attribution_problem(graph.input, patches, baselines.size(), options);
  const auto size = static_cast<std::size_t>(graph.input.elements());
  bool fits = picture.size() == size;
  for (const std::vector<std::int8_t>& baseline : baselines) fits = fits && baseline.size() == size;
  if (!fits) refused.problem = "picture and baselines do not have the size of the network's input";
  if (!refused.ok()) return refused;
  fast::Batch<N> batch(packed, options.threads);
  const auto run = [&](const std::vector<detail::PartSet>& sets, int baseline) {
    const std::vector<std::int8_t>& rest = baselines[static_cast<std::size_t>(baseline)];
    std::vector<int> values(sets.size() * static_cast<std::size_t>(outputs));
    batch.run(static_cast<int>(sets.size()), [&](fast::Executor<N>& executor, int i) {
      const auto s = static_cast<std::size_t>(i);
      std::vector<std::int8_t> input = rest;
      for (std::size_t e = 0; e < input.size(); ++e)
        if (sets[s][static_cast<std::size_t>(patches.of[e])]) input[e] = picture[e];
      executor.reset();
      executor.set_input(input.data());
      executor.run();
      const int layer = detail::answering_layer(executor, graph);
      for (int o = 0; o < outputs; ++o)
        values[s * static_cast<std::size_t>(outputs) + static_cast<std::size_t>(o)] = executor.output(layer, o);
    });
    return values;
  };
  return attribute(run, outputs, patches.count, static_cast<int>(baselines.size()), options);
}

}  // namespace incuse::host
