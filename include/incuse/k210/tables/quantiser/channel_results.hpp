// What the channels of a quantised convolution yield, whatever the pixels are. See quantiser.hpp.
#pragma once

#include <incuse/k210/tables/bounds.hpp>
#include <incuse/k210/tables/quantiser/weights.hpp>

namespace incuse::k210::detail {

/// The weights of a convolution, as far as its constants depend on them. `extremes(o)` is the range of a channel's
/// weights times its factor.
template <class Extremes>
struct CodedWeights {
  const Extremes& extremes;
  const WeightCoding& coding;
  const float* channel_scales;

  /// The least and the greatest code of a channel, less the zero point.
  constexpr Interval codes(int o) const {
    const Range scaled = product(extremes(o), channel_scales[o]);
    return {code(scaled.low), code(scaled.high)};
  }

 private:
  constexpr int code(float weight) const {
    return clip_to_code(nearest(coding.code(weight))) - coding.codes.zero_point;
  }
};

/// The sums of a channel: of `count` products of a weight and a pixel, both less their zero points.
constexpr Interval sums_of(const Interval& weights, int count, const CodeScale& input) {
  const long long darkest = -input.zero_point, brightest = highest_code - input.zero_point;
  Interval product{weights.low * brightest, weights.high * brightest};
  product.add({weights.high * darkest, weights.low * darkest});
  return {count * product.low, count * product.high};
}

/// Results of a batch norm, as real numbers.
struct Results {
  double low = 0;
  double high = 0;

  constexpr double furthest() const { return -low > high ? -low : high; }
};

/// The results that the activation table tells apart. Below its first piece it is constant. Its last piece goes on: to
/// where even a slope of 1/16 has crossed the output's range.
constexpr Results results_told_apart(const CodeScale& convolved, const CodeScale& output) {
  const double code = 1.0 / convolved.scale, output_code = 1.0 / output.scale;
  const double beyond = 16.0 * highest_code * (code > output_code ? code : output_code);
  return {-convolved.zero_point * code, (highest_code - convolved.zero_point) * code + beyond};
}

/// The results of a channel. If all of them lie beyond the same end of what the table tells apart, they become that
/// end: the sums do not matter then, and the constant takes no more bits than it has to.
struct ChannelResults {
  Interval sums{};
  double per_sum = 0;   ///< what 1 in the sums stands for
  double constant = 0;  ///< the result of a sum of 0
  Results all{};
  bool sums_matter = true;  ///< false if they are 0, or change nothing

  constexpr ChannelResults(const Interval& of_products, double real, double bias, const Results& told_apart)
      : sums(of_products), per_sum(real), constant(bias), sums_matter(sums.low < sums.high) {
    all = {static_cast<double>(sums.low) * per_sum + bias, static_cast<double>(sums.high) * per_sum + bias};
    if (all.high <= told_apart.low)
      become(told_apart.low);
    else if (all.low >= told_apart.high)
      become(told_apart.high);
  }

 private:
  constexpr void become(double end) {
    constant = end;
    all = {end, end};
    sums_matter = false;
  }
};

}  // namespace incuse::k210::detail
