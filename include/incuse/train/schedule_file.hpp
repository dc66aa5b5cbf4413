// The vendor's schedule files (YAML, of Distiller): how the learning rate changes. Programs that include this header
// link yaml-cpp. Source: max7800x-training, section 6.1.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <yaml-cpp/yaml.h>

#include <incuse/import/file.hpp>
#include <incuse/import/yaml.hpp>
#include <incuse/train/schedule.hpp>

namespace incuse::train {

/// A schedule, or the first thing that is wrong with the file.
struct ScheduleFile {
  Schedule schedule{};
  std::string error{};  ///< empty if all is well: "schedule.yaml:3:1: ..."

  bool ok() const { return error.empty(); }
};

namespace detail {

/// lr_schedulers has classes of PyTorch with their arguments by name; one entry of policies says when it is used.
class ScheduleReader {
 public:
  explicit ScheduleReader(std::string file) : file_(std::move(file)) {}

  ScheduleFile read(const std::string& text) {
    if (const std::string reason = incuse::detail::no_text(text); !reason.empty()) return refused({}, reason);
    if (text.size() > incuse::detail::most_yaml_bytes) return refused({}, "this is too large for a schedule");
    try {
      read_root(YAML::Load(text));
    } catch (const YAML::Exception& problem) {
      return refused({problem.mark.line + 1, problem.mark.column + 1}, problem.msg);
    }
    return std::move(result_);
  }

 private:
  static constexpr int most_epochs = 1'000'000;

  ScheduleFile refused(Place place, const std::string& reason) {
    const std::string at = place.line > 0 ? ':' + std::to_string(place.line) + ':' + std::to_string(place.column) : "";
    return {{}, printable(file_) + at + ": " + reason};
  }
  void refuse(const YAML::Node& node, const std::string& reason) {
    if (result_.ok()) result_ = refused(place_of(node), reason);
  }
  /// Whether a mapping has these keys and no other, and one of them at least.
  bool has_only(const YAML::Node& node, const std::vector<std::string>& keys, const char* what) {
    if (!node.IsMap()) return refuse(node, std::string(what) + " is a mapping"), false;
    for (const auto& entry : node) {
      bool known = false;
      for (const std::string& key : keys) known = known || (entry.first.IsScalar() && entry.first.Scalar() == key);
      if (!known)
        refuse(entry.first, std::string("training knows no ") + incuse::detail::shown(entry.first) + " of " + what);
    }
    return result_.ok();
  }

  void read_root(const YAML::Node& root) {
    if (!has_only(root, {"version", "lr_schedulers", "policies"}, "a schedule")) return;
    const YAML::Node policies = root["policies"], schedulers = root["lr_schedulers"];
    if (!policies || !policies.IsSequence() || policies.size() != 1 || !schedulers || !schedulers.IsMap())
      return refuse(root, "a schedule has lr_schedulers, and policies with one entry, which uses one of them");
    const YAML::Node policy = policies[0];
    if (!has_only(policy, {"lr_scheduler", "starting_epoch", "ending_epoch", "frequency"}, "a policy")) return;
    const YAML::Node used = policy["lr_scheduler"];
    if (!used) return refuse(policy, "a policy names its lr_scheduler");
    if (!has_only(used, {"instance_name"}, "an lr_scheduler in policies")) return;
    const YAML::Node name = used["instance_name"];
    if (!name.IsScalar() || !schedulers[name.Scalar()])
      return refuse(name, "lr_schedulers has no " + incuse::detail::shown(name));
    Schedule& own = result_.schedule;
    read_class(schedulers[name.Scalar()]);
    if (!result_.ok()) return;
    // Distiller's own: from 0 to behind epoch 0.
    own.epochs = {whole(policy, "starting_epoch", 0, 0), whole(policy, "ending_epoch", 0, 1),
                  whole(policy, "frequency", 1, 1)};
  }

  void read_class(const YAML::Node& node) {
    if (!node.IsMap() || !node["class"] || !node["class"].IsScalar())
      return refuse(node, "an lr_scheduler is a mapping with its class");
    const std::string kind = node["class"].Scalar();
    Schedule& own = result_.schedule;
    own.kind = ScheduleKind::step;
    if (kind == "StepLR" && has_only(node, {"class", "step_size", "gamma"}, "StepLR")) {
      own.every = whole(node, "step_size", 1);
      own.factor = real(node, "gamma", 0.1);
    } else if (kind == "ExponentialLR" && has_only(node, {"class", "gamma"}, "ExponentialLR")) {
      own.every = 1;
      own.factor = real(node, "gamma");
    } else if (kind == "CosineAnnealingLR" && has_only(node, {"class", "T_max", "eta_min"}, "CosineAnnealingLR")) {
      own.kind = ScheduleKind::cosine;
      own.period = whole(node, "T_max", 1);
      own.lowest = real(node, "eta_min", 0);
    } else if (kind == "MultiStepLR" && has_only(node, {"class", "milestones", "gamma"}, "MultiStepLR")) {
      own.kind = ScheduleKind::multi_step;
      read_milestones(node);
      own.factor = real(node, "gamma", 0.1);
    } else if (kind == "MultiStepMultiGammaLR" && has_only(node, {"class", "milestones", "gammas"}, "its class")) {
      own.kind = ScheduleKind::multi_step;
      read_milestones(node);
      read_factors(node);
    } else {
      refuse(node["class"],
             "training knows StepLR, MultiStepLR, MultiStepMultiGammaLR, ExponentialLR and "
             "CosineAnnealingLR, but no " +
                 incuse::detail::shown(node["class"]));
    }
  }

  int number_of(const YAML::Node& node, int least) {
    const auto value = incuse::detail::yaml_number(node);
    if (value && *value >= least && *value <= most_epochs) return static_cast<int>(*value);
    refuse(node, incuse::detail::shown(node) + " is no number from " + std::to_string(least) + " to " +
                     std::to_string(most_epochs));
    return least;
  }
  double real_of(const YAML::Node& node) {
    double value = -1;
    if (!YAML::convert<double>::decode(node, value) || !(value >= 0 && value <= 1e6))
      refuse(node, incuse::detail::shown(node) + " is no number from 0 to 1000000");
    return value;
  }
  /// A key's number; where it is missing `fallback`, or a refusal.
  int whole(const YAML::Node& node, const char* key, int least, int fallback = -1) {
    if (node[key]) return number_of(node[key], least);
    if (fallback < 0) refuse(node, std::string("the key ") + key + " is missing");
    return fallback;
  }
  double real(const YAML::Node& node, const char* key, double fallback = -1) {
    if (node[key]) return real_of(node[key]);
    if (fallback < 0) refuse(node, std::string("the key ") + key + " is missing");
    return fallback;
  }
  void read_milestones(const YAML::Node& node) {
    const YAML::Node all = node["milestones"];
    if (!all || !all.IsSequence()) return refuse(node, "milestones is a list of epochs");
    for (const YAML::Node& milestone : all) result_.schedule.milestones.push_back(number_of(milestone, 0));
  }
  void read_factors(const YAML::Node& node) {
    const YAML::Node all = node["gammas"];
    if (!all || !all.IsSequence() || all.size() != result_.schedule.milestones.size())
      return refuse(node, "gammas is a list with a factor for each of the milestones");
    for (const YAML::Node& factor : all) result_.schedule.factors.push_back(real_of(factor));
  }

  std::string file_;
  ScheduleFile result_{};
};

}  // namespace detail

/// Reads the text of a schedule file. `file` is its name, for the error.
inline ScheduleFile parse_schedule(const std::string& text, const std::string& file) {
  return detail::ScheduleReader(file).read(text);
}

/// Reads a schedule file.
inline ScheduleFile read_schedule(const std::string& path) {
  std::string text, error;
  if (!read_file(path, text, error)) return {{}, error};
  return parse_schedule(text, path);
}

}  // namespace incuse::train
