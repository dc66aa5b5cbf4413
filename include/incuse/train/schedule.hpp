// Learning rates over the course of a training.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string_view>
#include <vector>

namespace incuse::train {

enum class ScheduleKind : unsigned char { constant, step, multi_step, cosine, one_cycle };

struct ScheduleName {
  ScheduleKind kind;
  std::string_view name;
};
inline constexpr ScheduleName schedule_names[] = {
    {ScheduleKind::constant, "constant"},     {ScheduleKind::step, "step"},
    {ScheduleKind::multi_step, "multi-step"}, {ScheduleKind::cosine, "cosine"},
    {ScheduleKind::one_cycle, "one-cycle"},
};

/// Epochs at whose end a schedule moves on: every `every`th from `first`, below `end`.
struct ScheduleEpochs {
  int first = 0;
  int end = std::numeric_limits<int>::max();
  int every = 1;

  /// The epoch that the schedule is at while epoch `epoch` is trained.
  int reached(int epoch) const {
    const int last = std::min(epoch, end) - 1;
    return last < first ? 0 : last - (last - first) % every + 1;
  }
};

/// How the learning rate changes. `step`, `multi_step`, and `cosine` with a period, do so between epochs, the others
/// with every batch.
struct Schedule {
  ScheduleKind kind = ScheduleKind::constant;
  int every = 10;                 ///< epochs between two steps of `step`
  std::vector<int> milestones{};  ///< epochs, from 0, before which `multi_step` changes the rate
  double factor = 0.1;            ///< by which both multiply
  std::vector<double> factors{};  ///< by which `multi_step` multiplies, one for each milestone; none: `factor`
  int period = 0;                 ///< epochs until `cosine` is at its lowest; 0: all of them, with every batch
  double lowest = 0;              ///< rate that `cosine` with a period falls to
  ScheduleEpochs epochs{};        ///< of those that change between epochs
  double rising = 0.15;           ///< share of the batches in which `one_cycle` rises, from a 25th to the whole rate
};

namespace detail {

/// From `from` at 0 to `to` at 1, by half a wave.
inline double half_wave(double from, double to, double at) {
  return to + (from - to) / 2 * (1 + std::cos(3.141592653589793 * at));
}

inline double one_cycle_rate(const Schedule& schedule, double rate, double at) {
  const double start = rate / 25, end = start / 1e4;
  if (at < schedule.rising) return half_wave(start, rate, at / schedule.rising);
  return schedule.rising < 1 ? half_wave(rate, end, (at - schedule.rising) / (1 - schedule.rising)) : rate;
}

}  // namespace detail

/// The rate of batch `batch` of epoch `epoch`, both from 0.
inline double rate_at(const Schedule& schedule, double rate, int epoch, int epochs, int batch, int batches) {
  const double steps = 1.0 * epochs * batches, at = 1.0 * epoch * batches + batch;
  const int reached = schedule.epochs.reached(epoch);
  switch (schedule.kind) {
    case ScheduleKind::step:
      return schedule.every > 0 ? rate * std::pow(schedule.factor, reached / schedule.every) : rate;
    case ScheduleKind::multi_step: {
      for (std::size_t i = 0; i < schedule.milestones.size(); ++i)
        if (reached >= schedule.milestones[i])
          rate *= i < schedule.factors.size() ? schedule.factors[i] : schedule.factor;
      return rate;
    }
    case ScheduleKind::cosine:
      if (schedule.period > 0) return detail::half_wave(rate, schedule.lowest, 1.0 * reached / schedule.period);
      return detail::half_wave(rate, 0, at / steps);
    case ScheduleKind::one_cycle:
      return detail::one_cycle_rate(schedule, rate, steps > 1 ? at / (steps - 1) : 1);
    case ScheduleKind::constant:
      break;
  }
  return rate;
}

}  // namespace incuse::train
