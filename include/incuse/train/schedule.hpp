// How the learning rate changes over the course of a training. learning_rate.hpp computes it.
#pragma once

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
    const int last = (epoch < end ? epoch : end) - 1;
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

}  // namespace incuse::train
