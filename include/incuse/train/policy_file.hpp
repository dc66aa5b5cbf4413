// The vendor's policy files of quantisation-aware training (YAML). Programs that include this header link yaml-cpp.
// Source: max7800x-training, section 6.1.
#pragma once

#include <string>
#include <utility>

#include <yaml-cpp/yaml.h>

#include <incuse/import/file.hpp>
#include <incuse/import/yaml.hpp>
#include <incuse/train/policy.hpp>

namespace incuse::train {

/// A policy, or the first thing that is wrong with the file.
struct PolicyFile {
  Policy policy{};
  std::string error{};  ///< empty if all is well: "policy.yaml:3:1: ..."

  bool ok() const { return error.empty(); }
};

namespace detail {

class PolicyReader {
 public:
  explicit PolicyReader(std::string file) : file_(std::move(file)) {}

  PolicyFile read(const std::string& text) {
    if (const std::string reason = incuse::detail::no_text(text); !reason.empty()) return refused({}, reason);
    if (text.size() > incuse::detail::most_yaml_bytes) return refused({}, "this is too large for a policy");
    try {
      const YAML::Node root = YAML::Load(text);
      if (root.IsMap())
        read_keys(root);
      else
        refuse(root, "a policy is a mapping with start_epoch and weight_bits");
    } catch (const YAML::Exception& problem) {
      return refused({problem.mark.line + 1, problem.mark.column + 1}, problem.msg);
    }
    if (result_.ok() && !(has_start_ && has_bits_)) return refused({}, "a policy gives start_epoch and weight_bits");
    if (result_.ok())
      result_.error = problem_of(result_.policy).empty() ? "" : file_ + ": " + problem_of(result_.policy);
    return std::move(result_);
  }

 private:
  PolicyFile refused(Place place, const std::string& reason) {
    const std::string at = place.line > 0 ? ':' + std::to_string(place.line) + ':' + std::to_string(place.column) : "";
    return {{}, printable(file_) + at + ": " + reason};
  }
  void refuse(const YAML::Node& node, const std::string& reason) {
    if (result_.ok()) result_ = refused(place_of(node), reason);
  }

  void read_keys(const YAML::Node& root) {
    for (const auto& entry : root) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
      if (key == "start_epoch") {
        has_start_ = true;
        result_.policy.start_epoch = number(entry.second);
      } else if (key == "weight_bits") {
        has_bits_ = true;
        result_.policy.weight_bits = width(entry.second);
      } else if (key == "shift_quantile") {
        read_quantile(entry.second);
      } else if (key == "overrides") {
        read_overrides(entry.second);
      } else {
        refuse(entry.first, "a policy has no key " + incuse::detail::shown(entry.first));
      }
      if (!result_.ok()) return;
    }
  }
  int number(const YAML::Node& node) {
    const auto value = incuse::detail::yaml_number(node);
    if (value && *value >= 0 && *value <= 1'000'000) return static_cast<int>(*value);
    refuse(node, incuse::detail::shown(node) + " is no number from 0 to 1000000");
    return 0;
  }
  int width(const YAML::Node& node) {
    const int bits = number(node);
    if (result_.ok() && bits != 1 && bits != 2 && bits != 4 && bits != 8) refuse(node, "weight_bits is 1, 2, 4 or 8");
    return bits;
  }
  void read_quantile(const YAML::Node& node) {
    double value = -1;
    if (!YAML::convert<double>::decode(node, value) || !(value >= 0 && value <= 1))
      return refuse(node, "shift_quantile is a number from 0 to 1");
    result_.policy.shift_quantile = value;
  }
  void read_overrides(const YAML::Node& node) {
    if (!node.IsMap()) return refuse(node, "overrides is a mapping of layers to their weight_bits");
    for (const auto& entry : node) {
      if (!entry.first.IsScalar() || !entry.second.IsMap() || entry.second.size() != 1 || !entry.second["weight_bits"])
        return refuse(entry.first, "an override gives the weight_bits of a layer, and nothing else");
      result_.policy.overrides[entry.first.Scalar()] = width(entry.second["weight_bits"]);
    }
  }

  std::string file_;
  PolicyFile result_{};
  bool has_start_ = false, has_bits_ = false;
};

}  // namespace detail

/// Reads the text of a policy file. `file` is its name, for the error.
inline PolicyFile parse_policy(const std::string& text, const std::string& file) {
  return detail::PolicyReader(file).read(text);
}

/// Reads a policy file.
inline PolicyFile read_policy(const std::string& path) {
  std::string text, error;
  if (!read_file(path, text, error)) return {{}, error};
  return parse_policy(text, path);
}

}  // namespace incuse::train
