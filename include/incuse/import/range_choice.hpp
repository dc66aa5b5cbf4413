// Ranges that codes of the K210 are to cover, chosen from the values that a tensor has for typical inputs: all of them,
// a percentile, or those with which the distribution of the codes tells the most of that of the values.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <vector>

#include <incuse/k210/tables/quantiser/ranges.hpp>

namespace incuse::import {

enum class RangeMethod : unsigned char {
  min_max,     ///< from the least value to the greatest
  percentile,  ///< so many of the values, as many beyond either end
  divergence,  ///< the ends with the least Kullback-Leibler divergence of the codes from the values
};

/// Names of the methods, for command lines.
struct RangeMethodName {
  RangeMethod method;
  std::string_view name;
};
inline constexpr RangeMethodName range_methods[] = {
    {RangeMethod::min_max, "min-max"},
    {RangeMethod::percentile, "percentile"},
    {RangeMethod::divergence, "kl"},
};

struct RangeChoice {
  RangeMethod method = RangeMethod::min_max;
  double percentile = 99.9;  ///< of `percentile`: above 0, at most 100
};

/// How often values of a tensor occur: a histogram over a range that holds all of them.
class ValueCounts {
 public:
  static constexpr int bins = 2048;

  /// `extremes`: least and greatest value, from a first run.
  explicit ValueCounts(k210::Range extremes) : extremes_(extremes), counts_(bins) {
    const double width = static_cast<double>(extremes.high) - static_cast<double>(extremes.low);
    usable_ = std::isfinite(width) && width > 0;
    per_value_ = usable_ ? bins / width : 0;
  }

  void add(float value) {
    if (!usable_ || !std::isfinite(value)) return;
    const double at = (static_cast<double>(value) - static_cast<double>(extremes_.low)) * per_value_;
    counts_[static_cast<std::size_t>(std::clamp(at, 0.0, bins - 1.0))] += 1;
  }
  void add(const float* values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) add(values[i]);
  }

  /// The chosen range, no wider than the extremes. It ends where a bin does.
  k210::Range range(const RangeChoice& choice) const {
    double total = 0;
    for (const double count : counts_) total += count;
    if (!usable_ || total <= 0) return extremes_;
    switch (choice.method) {
      case RangeMethod::min_max:
        break;
      case RangeMethod::percentile:
        return between(of_percentile(total, choice.percentile));
      case RangeMethod::divergence:
        return between(of_least_divergence(total));
    }
    return extremes_;
  }

 private:
  /// Bins `first` to `last`, without the latter.
  struct Window {
    int first = 0, last = bins;
  };
  k210::Range between(Window window) const {
    k210::Range result = extremes_;
    const double low = static_cast<double>(extremes_.low);
    if (window.first > 0) result.low = static_cast<float>(low + window.first / per_value_);
    if (window.last < bins) result.high = static_cast<float>(low + window.last / per_value_);
    return result.low < result.high ? result : extremes_;
  }

  Window of_percentile(double total, double percentile) const {
    const double outside = total * (100 - percentile) / 200;
    Window window;
    double below = 0, above = 0;
    while (window.first + 1 < window.last && below + count(window.first) <= outside) below += count(window.first++);
    while (window.last - 1 > window.first && above + count(window.last - 1) <= outside) above += count(--window.last);
    return window;
  }

  static constexpr int levels = 256, step = 32;  ///< codes; bins between the ends that are tried
  double count(int bin) const { return counts_[static_cast<std::size_t>(bin)]; }

  /// Codes include 0, and so do the windows where the extremes do.
  Window of_least_divergence(double total) const {
    const double zero = -static_cast<double>(extremes_.low) * per_value_;
    const int zero_bin = static_cast<int>(std::clamp(zero, 0.0, static_cast<double>(bins)));
    Window best;
    double least = divergence(best, total);
    for (int first = 0; first <= zero_bin; first += step)
      for (int last = bins; last >= std::max(zero_bin, first + levels); last -= step) {
        const double own = divergence({first, last}, total);
        if (own < least) {
          least = own;
          best = {first, last};
        }
      }
    return best;
  }

  /// The Kullback-Leibler divergence of the codes from the values. Values outside of the window count at its ends. The
  /// values of a code are spread evenly over the bins that it covers, empty ones left out.
  double divergence(Window window, double total) const {
    const int size = window.last - window.first;
    double below = 0, above = 0;
    for (int bin = 0; bin < window.first; ++bin) below += count(bin);
    for (int bin = window.last; bin < bins; ++bin) above += count(bin);
    const double inside = total - below - above;
    if (inside <= 0) return infinite;
    double sum = 0;
    for (int level = 0; level < levels; ++level) {
      const int from = window.first + size * level / levels, to = window.first + size * (level + 1) / levels;
      double own = 0;
      int filled = 0;
      for (int bin = from; bin < to; ++bin) {
        own += count(bin);
        filled += count(bin) > 0 ? 1 : 0;
      }
      const double each = filled == 0 ? 0 : own / filled / inside;
      for (int bin = from; bin < to; ++bin) {
        double wanted = count(bin);
        if (bin == window.first) wanted += below;
        if (bin == window.last - 1) wanted += above;
        if (wanted <= 0) continue;
        const double share = wanted / total, coded = count(bin) > 0 ? each : 0;
        sum += share * std::log(share / std::max(coded, least_share));
      }
    }
    return sum;
  }
  /// The share that a bin without any code counts as having: with 0 a single value at an end would outweigh all others.
  static constexpr double least_share = 1e-4, infinite = 1e300;

  k210::Range extremes_;
  bool usable_ = false;
  double per_value_ = 0;
  std::vector<double> counts_;
};

}  // namespace incuse::import
