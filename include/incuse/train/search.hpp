// Search for networks that fit a part: members of a space are planned, those that fit are trained for a few epochs, and
// the best ones are those that no other one beats in everything.
#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <incuse/max7800x/devices.hpp>
#include <incuse/report/plan_text.hpp>
#include <incuse/train/fitting.hpp>
#include <incuse/train/space.hpp>
#include <incuse/train/trainer.hpp>

namespace incuse::train {

namespace detail {

/// A few epochs, the last one with the chip's rounding.
inline Settings short_training() {
  Settings settings;
  settings.epochs = 3;
  settings.policy.start_epoch = 2;
  return settings;
}

}  // namespace detail

inline constexpr int most_candidates = 10000;

struct SearchSettings {
  int candidates = 20;  ///< so many are trained, at most: of a larger space a random choice, by the seed of `training`
  Settings training = detail::short_training();  ///< rounding starts before its end; bits are those of the networks
  ModelOptions model{};
  const max7800x::Device* device = max7800x::Devices::all[0];  ///< the part
  max7800x::Options options{};                                 ///< of the deployment
  report::Supply supply{};                                     ///< tells times, and with watts energies
};

/// What is wrong with settings for a search, as a sentence; empty if nothing is. A Trainer looks at the others.
inline std::string problem_of(const SearchSettings& settings) {
  const Policy& policy = settings.training.policy;
  if (settings.candidates < 1 || settings.candidates > most_candidates)
    return "a search has 1 to " + std::to_string(most_candidates) + " candidates";
  if (!policy.enabled || policy.start_epoch >= settings.training.epochs)
    return "a search compares the chip's answers: rounding starts before the last epoch is over";
  if (policy.weight_bits != 0 || !policy.overrides.empty())
    return "the bits of weights are the networks' own: a search takes no policy that changes them";
  if (settings.device == nullptr) return "a search is for a part";
  if (!(settings.supply.megahertz > 0) || !(settings.supply.watts >= 0)) return "clock and power are above 0";
  return {};
}

/// A member that was looked at.
struct Candidate {
  std::vector<int> values{};  ///< of the space's choices
  std::string refusal{};      ///< why it is not trained, or not deployed, as a sentence; empty: it fits
  int same_as = -1;           ///< candidate with the same layers, whose results these are; -1: none
  Network network{};
  Costs costs{};
  Score score{};       ///< of the validation samples, in the chip's integers, behind the last epoch
  bool front = false;  ///< no candidate is better in one thing and as good in all

  bool fits() const { return refusal.empty(); }
};

/// What candidates are compared by: less is better.
struct Objectives {
  double error = 0;  ///< share of wrong answers; of targets and boxes the loss
  long long cycles = 0;
  int weight_bytes = 0;
};

/// Whether `a` is as good as `b` in everything, and better in something. Nothing is as good as what is not a number.
inline bool dominates(const Objectives& a, const Objectives& b) {
  const bool as_good = a.error <= b.error && a.cycles <= b.cycles && a.weight_bytes <= b.weight_bytes;
  return as_good && (a.error < b.error || a.cycles < b.cycles || a.weight_bytes < b.weight_bytes);
}

/// Which of them no other one dominates.
inline std::vector<bool> pareto_front(const std::vector<Objectives>& all) {
  std::vector<bool> front;
  for (const Objectives& own : all) {
    bool dominated = own.error != own.error;
    for (const Objectives& other : all) dominated = dominated || dominates(other, own);
    front.push_back(!dominated);
  }
  return front;
}

/// Energy follows the cycles, and needs no objective of its own.
inline Objectives objectives_of(const Candidate& candidate, LossKind loss) {
  const bool answers = loss == LossKind::cross_entropy;
  return {answers ? 1 - candidate.score.accuracy : candidate.score.loss, candidate.costs.cycles,
          candidate.costs.weight_bytes};
}

struct SearchObservers {
  std::function<bool(const Candidate&)> candidate{};  ///< behind each one; false ends the search
  std::function<void(const Candidate&)> training{};   ///< before one is trained
  Observers epochs{};                                 ///< of each training; false ends the search
};

namespace detail {

class Search {
 public:
  Search(const SearchSpace& space, const Samples& training, const Samples& validation, const SearchSettings& settings,
         const SearchObservers& observers)
      : space_(space), training_(training), validation_(validation), settings_(settings), observers_(observers) {}

  std::vector<Candidate> result() {
    const auto wanted = static_cast<std::size_t>(settings_.candidates);
    for (const std::vector<int>& values : members_to_try(space_, wanted, settings_.training.seed)) {
      if (ended_ || trained_ >= wanted) break;
      Candidate candidate = candidate_of(values);
      if (candidate.fits() && !takes_over(candidate)) train(candidate);
      if (stopped_) break;
      all_.push_back(std::move(candidate));
      if (observers_.candidate && !observers_.candidate(all_.back())) ended_ = true;
    }
    mark_front();
    return std::move(all_);
  }

 private:
  Candidate candidate_of(const std::vector<int>& values) const {
    Member member = space_.member(values);
    Candidate candidate{values, std::move(member.refusal), -1, std::move(member.network)};
    if (!candidate.fits()) return candidate;
    candidate.refusal = obstacle_to_training(candidate.network);
    if (!candidate.fits()) return candidate;
    Fitting fitting = fitting_of(candidate.network, *settings_.device, settings_.options);
    candidate.refusal = std::move(fitting.refusal);
    candidate.costs = fitting.costs;
    return candidate;
  }
  /// Takes the results of a candidate with the same layers, if there is one.
  bool takes_over(Candidate& candidate) const {
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const Candidate& other = all_[i];
      if (other.same_as >= 0 || other.network.layers != candidate.network.layers) continue;
      candidate.same_as = static_cast<int>(i);
      candidate.refusal = other.refusal;
      candidate.costs = other.costs;
      candidate.score = other.score;
      return true;
    }
    return false;
  }
  void train(Candidate& candidate) {
    if (observers_.training) observers_.training(candidate);
    Model model(candidate.network, settings_.model);
    const std::vector<EpochReport> reports =
        Trainer(model, settings_.training).fit(training_, validation_, watched_epochs());
    if (stopped_) return;
    ++trained_;
    candidate.score = reports.back().validation;
    QuantisedParameters parameters = model.parameters();
    Fitting fitting = fitting_of(model.network(), parameters.view(), *settings_.device, settings_.options);
    candidate.refusal = std::move(fitting.refusal);
    candidate.costs = fitting.costs;
  }
  /// The observers of epochs; they tell whether one has ended the training.
  Observers watched_epochs() {
    const auto watched = [this](const auto& observer) {
      return [this, &observer](const auto& report) {
        if (observer && !observer(report)) stopped_ = true;
        return !stopped_;
      };
    };
    return {watched(observers_.epochs.batch), watched(observers_.epochs.epoch)};
  }
  void mark_front() {
    std::vector<std::size_t> fitting;
    std::vector<Objectives> objectives;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (!all_[i].fits() || all_[i].same_as >= 0) continue;
      fitting.push_back(i);
      objectives.push_back(objectives_of(all_[i], settings_.training.loss));
    }
    const std::vector<bool> front = pareto_front(objectives);
    for (std::size_t i = 0; i < fitting.size(); ++i) all_[fitting[i]].front = front[i];
  }

  const SearchSpace& space_;
  const Samples &training_, &validation_;
  const SearchSettings& settings_;
  const SearchObservers& observers_;
  std::vector<Candidate> all_{};
  std::size_t trained_ = 0;
  bool ended_ = false, stopped_ = false;
};

}  // namespace detail

/// Trains members of a space that fit, and returns all that were looked at, in that order; `front` is set in the best
/// ones. The same settings and number of threads give the same result, and what a candidate reaches does not depend on
/// the others. Without validation samples the training samples are used. Throws std::invalid_argument if space or
/// settings make no sense, or what Model and Trainer throw.
inline std::vector<Candidate> search(const SearchSpace& space, const Samples& training, const Samples& validation,
                                     const SearchSettings& settings, const SearchObservers& observers = {}) {
  if (const std::string problem = problem_of(space); !problem.empty()) throw std::invalid_argument(problem);
  if (const std::string problem = problem_of(settings); !problem.empty()) throw std::invalid_argument(problem);
  SearchSettings own = settings;
  own.training.folder.clear();
  return detail::Search(space, training, validation, own, observers).result();
}

}  // namespace incuse::train
