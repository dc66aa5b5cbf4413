// How many bits the weights of each layer get so that all of them fit a memory, with as little loss as possible.
#pragma once

#include <cstddef>
#include <vector>

namespace incuse::import {

/// One layer that has got fewer bits, and what all layers then are.
struct BitStep {
  int layer = 0;        ///< index in the lists
  int bits = 8;         ///< that it has now
  long long bytes = 0;  ///< of the weights of all layers
  double decibels = 0;  ///< signal to noise, as it was measured
};

/// The widths that were chosen, and the way there.
struct BitChoice {
  std::vector<int> bits{};
  std::vector<BitStep> steps{};
  double decibels = 0;  ///< signal to noise with the widths that the choice began with
  long long bytes = 0;  ///< of the weights, with the chosen widths
  bool fits = false;    ///< no more than the budget; else no layer that may has bits left to give away
};

/// Bytes that the weights of layers take; `weights[i]` of layer i have `bits[i]` bits each.
inline long long weight_bytes(const std::vector<long long>& weights, const std::vector<int>& bits) {
  long long bytes = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) bytes += (weights[i] * bits[i] + 7) / 8;
  return bytes;
}

/// Takes bits away until the weights are no more than `budget` bytes: each step halves the width of the layer whose
/// weights lose the least signal for every byte that is won. `bits` is what layers have at first: 1, 2, 4 or 8;
/// `may_change` tells which layers may get fewer. `measure(bits)` is the signal to noise of the network's outputs in
/// decibels, and is asked once for each layer in every step.
template <class Measure>
BitChoice choose_bits(std::vector<int> bits, const std::vector<long long>& weights, const std::vector<bool>& may_change,
                      long long budget, Measure&& measure) {
  BitChoice choice;
  choice.decibels = measure(bits);
  choice.bytes = weight_bytes(weights, bits);
  double now = choice.decibels;
  while (choice.bytes > budget) {
    BitStep best;
    double least_loss = 0;
    bool any = false;
    for (std::size_t i = 0; i < bits.size(); ++i) {
      if (bits[i] == 1 || !may_change[i]) continue;
      std::vector<int> tried = bits;
      tried[i] /= 2;
      const long long bytes = weight_bytes(weights, tried);
      if (bytes == choice.bytes) continue;
      const double decibels = measure(tried);
      const double loss = (now - decibels) / static_cast<double>(choice.bytes - bytes);
      if (any && loss >= least_loss) continue;
      best = {static_cast<int>(i), tried[i], bytes, decibels};
      least_loss = loss;
      any = true;
    }
    if (!any) break;
    bits[static_cast<std::size_t>(best.layer)] = best.bits;
    choice.bytes = best.bytes;
    now = best.decibels;
    choice.steps.push_back(best);
  }
  choice.bits = bits;
  choice.fits = choice.bytes <= budget;
  return choice;
}

}  // namespace incuse::import
