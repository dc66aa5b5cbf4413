// Reads what has been measured: JSON, which is YAML, too. A file of the report's own keys, what `incuse evaluate
// --json` prints, or the lines of `incuse train --json`.
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <yaml-cpp/yaml.h>

#include "report.hpp"

namespace cli {

namespace {

using incuse::report::DrawnNetwork;
using incuse::report::Measures;

constexpr const char* keys[] = {"accuracy", "quantisation_error", "confusion", "curves", "worst"};

/// One file and what to say where it is wrong.
class MeasuresReader {
 public:
  MeasuresReader(const std::string& file, const DrawnNetwork& network) : file_(file), network_(network) {}

  /// Adds what is in the file.
  void read(Measures& measures) {
    measures_ = &measures;
    std::ifstream file(file_, std::ios::binary);
    std::stringstream text;
    expect(file.good() && text << file.rdbuf(), "cannot be read");
    try {
      const std::string first = text.str().substr(0, text.str().find('\n'));
      if (first.find("\"epoch\"") != std::string::npos) return read_epochs(text);
      const YAML::Node root = YAML::Load(text.str());
      expect(root.IsMap(), "the file is no object");
      expect_distinct_keys(root);
      if (is_evaluation(root)) return read_evaluation(root);
      for (const auto& entry : root) expect_key(entry.first.as<std::string>());
      read_accuracy(root["accuracy"]);
      read_errors(root["quantisation_error"]);
      read_confusion(root["confusion"]);
      read_curves(root["curves"]);
      read_worst(root["worst"]);
    } catch (const YAML::Exception& error) {
      throw UsageError(file_ + ": " + error.what());
    }
  }

 private:
  void expect(bool holds, const std::string& otherwise) const {
    if (!holds) throw UsageError(file_ + ": " + otherwise);
  }
  void expect_key(const std::string& key) const {
    std::string known;
    for (const char* one : keys) {
      if (key == one) return;
      known += (known.empty() ? "" : ", ") + std::string(one);
    }
    expect(false, "unknown key '" + key + "'; there are: " + known);
  }
  double number(const YAML::Node& node, const std::string& what) const {
    const auto value = node.as<double>();
    expect(std::isfinite(value), what + " is no finite number");
    return value;
  }

  /// "93.00 %" of 0.93.
  std::string share(const YAML::Node& node) const {
    const double value = number(node, "accuracy");
    expect(value >= 0 && value <= 1, "accuracy is a share, 0 to 1: 0.93 for 93 %");
    return incuse::report::fixed(100 * value, 2) + " %";
  }
  /// The parser takes the first of two entries with one key.
  void expect_distinct_keys(const YAML::Node& map) const {
    std::set<std::string> seen;
    for (const auto& entry : map) {
      const auto key = entry.first.as<std::string>();
      expect(seen.insert(key).second, "the key '" + key + "' is there twice");
    }
  }

  /// Columns of an evaluation: names, each with accuracy and confusion.
  static bool is_evaluation(const YAML::Node& root) {
    for (const auto& column : root)
      if (!column.second.IsMap() || !column.second["accuracy"] || !column.second["confusion"]) return false;
    return root.size() > 0;
  }
  /// The confusion of the last column, which is the chip's, counts.
  void read_evaluation(const YAML::Node& root) {
    for (const auto& column : root) {
      measures_->facts.push_back(
          {"Accuracy, " + column.first.as<std::string>(), share(column.second["accuracy"])});
      take_counts(column.second["confusion"]);
      read_errors(column.second["quantisation_error"]);
    }
    measures_->classes.clear();
    for (std::size_t c = 0; c < measures_->confusion.size(); ++c) measures_->classes.push_back(std::to_string(c));
    expect_square();
  }
  /// An object a line, one an epoch.
  void read_epochs(std::istream& lines) {
    const char* const parts[] = {"training", "validation"};
    const char* const values[] = {"loss", "accuracy"};
    std::vector<incuse::report::Curve> curves;
    for (const char* value : values)
      for (const char* part : parts) curves.push_back({std::string(part) + " " + value, {}});
    for (std::string line; std::getline(lines, line);) {
      if (line.empty()) continue;
      const YAML::Node epoch = YAML::Load(line);
      auto curve = curves.begin();
      for (const char* value : values)
        for (const char* part : parts) {
          expect(epoch.IsMap() && epoch[part] && epoch[part][value], "an epoch without " + curve->name);
          curve++->values.push_back(number(epoch[part][value], value));
        }
    }
    measures_->curves.insert(measures_->curves.end(), curves.begin(), curves.end());
  }

  /// One share, or several with names.
  void read_accuracy(const YAML::Node& node) {
    if (!node) return;
    const auto add = [&](const std::string& name, const YAML::Node& value) {
      measures_->facts.push_back({name, share(value)});
    };
    if (!node.IsMap()) return add("Accuracy", node);
    for (const auto& entry : node) add("Accuracy, " + entry.first.as<std::string>(), entry.second);
  }
  int layer_of(const std::string& name) const {
    for (std::size_t i = 0; i < network_.layers.size(); ++i)
      if (name == std::to_string(i) || name == "layer" + std::to_string(i) ||
          network_.layers[i].title.find("(" + name + ")") != std::string::npos)
        return static_cast<int>(i);
    expect(false, "quantisation_error: there is no layer '" + name + "'");
    return -1;
  }
  void read_errors(const YAML::Node& node) {
    if (!node) return;
    expect(node.IsMap(), "quantisation_error is no object of layers");
    std::set<int> seen;
    for (const auto& entry : node) {
      const double error = number(entry.second, "quantisation_error");
      expect(error >= 0, "quantisation_error is negative");
      const auto name = entry.first.as<std::string>();
      const int layer = layer_of(name);
      expect(seen.insert(layer).second, "quantisation_error: '" + name + "' is a layer that is there already");
      measures_->layer_errors.push_back({layer, error});
    }
  }
  void read_confusion(const YAML::Node& node) {
    if (!node) return;
    expect(node.IsMap(), "confusion is no object of classes and counts");
    measures_->classes = node["classes"].as<std::vector<std::string>>();
    take_counts(node["counts"]);
    expect_square();
  }
  void take_counts(const YAML::Node& node) { measures_->confusion = node.as<std::vector<std::vector<long long>>>(); }
  void expect_square() const {
    bool square = measures_->confusion.size() == measures_->classes.size();
    for (const std::vector<long long>& row : measures_->confusion)
      square = square && row.size() == measures_->classes.size();
    expect(square, "confusion: counts needs a row and a column for each class");
    for (const std::vector<long long>& row : measures_->confusion)
      for (long long count : row) expect(count >= 0, "confusion: a count is negative");
  }
  void read_curves(const YAML::Node& node) {
    if (!node) return;
    expect(node.IsMap(), "curves is no object of lists");
    for (const auto& entry : node) {
      incuse::report::Curve curve{entry.first.as<std::string>(), {}};
      for (const YAML::Node& value : entry.second) curve.values.push_back(number(value, "curves"));
      measures_->curves.push_back(curve);
    }
  }
  void read_worst(const YAML::Node& node) {
    if (!node) return;
    expect(node.IsSequence(), "worst is no list of pictures");
    for (const YAML::Node& one : node) {
      incuse::report::WrongPicture picture{
          one["title"].as<std::string>(), one["width"].as<int>(), one["height"].as<int>(), {}};
      expect(picture.width > 0 && picture.width <= 1024 && picture.height > 0 && picture.height <= 1024,
             "worst: pictures have 1 to 1024 rows and columns");
      for (const YAML::Node& value : one["values"]) {
        const int byte = value.as<int>();
        expect(byte >= 0 && byte <= 255, "worst: values are 0 to 255");
        picture.values.push_back(static_cast<std::uint8_t>(byte));
      }
      expect(picture.whole(), "worst: a picture needs one or three values for each pixel");
      measures_->worst.push_back(picture);
    }
  }

  const std::string& file_;
  const DrawnNetwork& network_;
  Measures* measures_ = nullptr;
};

}  // namespace

Measures read_measures(const std::vector<std::string>& files, const DrawnNetwork& network) {
  Measures measures;
  for (const std::string& file : files) MeasuresReader(file, network).read(measures);
  return measures;
}

}  // namespace cli
