// Learning rates over the course of a training.
#pragma once

#include <cmath>
#include <cstddef>

#include <incuse/train/schedule.hpp>

namespace incuse::train {

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
