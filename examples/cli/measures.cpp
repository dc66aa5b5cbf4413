// Reads what has been measured: JSON, which is YAML, too. A file of the report's own keys, what `incuse evaluate
// --json` prints, or the lines of `incuse train --json`.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
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

  /// Adds what is in the file, which has nothing that an earlier one has.
  void read(Measures& measures) {
    Measures own;
    measures_ = &own;
    read();
    expect(measures.confusion.empty() || own.confusion.empty(), "an earlier file has a confusion matrix, too");
    const auto take = [&](const auto& from, auto& to, const auto& name) {
      for (const auto& one : from)
        for (const auto& other : to) expect(name(one) != name(other), "an earlier file has '" + name(one) + "', too");
      to.insert(to.end(), from.begin(), from.end());
    };
    take(own.facts, measures.facts, [](const auto& fact) { return fact.what; });
    take(own.curves, measures.curves, [](const auto& curve) { return curve.name; });
    take(own.layer_errors, measures.layer_errors,
         [](const auto& error) { return "quantisation_error of layer " + std::to_string(error.first); });
    measures.worst.insert(measures.worst.end(), own.worst.begin(), own.worst.end());
    if (own.confusion.empty()) return;
    measures.classes = own.classes;
    measures.confusion = own.confusion;
  }

 private:
  void read() {
    std::ifstream file(file_, std::ios::binary);
    std::stringstream text;
    expect(file.good() && text << file.rdbuf(), "cannot be read");
    try {
      const std::string first = text.str().substr(0, text.str().find('\n'));
      if (first.find("\"epoch\"") != std::string::npos) return read_epochs(text);
      const YAML::Node root = whole_text(text.str());
      expect(root.IsMap(), "the file is no object");
      if (is_evaluation(root)) return read_evaluation(root);
      expect_keys(root, keys, "");
      read_accuracy(root["accuracy"]);
      read_errors(root["quantisation_error"]);
      read_confusion(root["confusion"]);
      read_curves(root["curves"]);
      read_worst(root["worst"]);
    } catch (const YAML::Exception& error) {
      throw UsageError(file_ + ": " + error.what());
    }
  }

  void expect(bool holds, const std::string& otherwise) const {
    if (!holds) throw UsageError(file_ + ": " + otherwise);
  }
  /// The keys of an object are all among the known ones.
  template <std::size_t N>
  void expect_keys(const YAML::Node& map, const char* const (&known)[N], const std::string& within) const {
    std::string all;
    for (const char* one : known) all += (all.empty() ? "" : ", ") + std::string(one);
    for (const auto& entry : map) {
      const auto key = entry.first.as<std::string>();
      expect(std::find(std::begin(known), std::end(known), key) != std::end(known),
             within + "unknown key '" + key + "'; there are: " + all);
    }
  }
  /// The parser stops behind an object, and takes the first of two entries with one key.
  YAML::Node whole_text(const std::string& text) const {
    const std::vector<YAML::Node> all = YAML::LoadAll(text);
    expect(!all.empty(), "there is nothing in it");
    expect(all.size() == 1, "something stands behind the end of the object");
    expect_distinct_keys(all.front(), "");
    return all.front();
  }
  /// A number as JSON has it: in quotes it is a text.
  static bool has_number(const YAML::Node& node, double& value) {
    return node && node.IsScalar() && node.Tag() != "!" && YAML::convert<double>::decode(node, value) &&
           std::isfinite(value);
  }
  /// ", not '1.5'"
  static std::string instead(const YAML::Node& node) {
    if (!node) return ", and there is none";
    if (!node.IsScalar()) return {};
    return ", not " + (node.Tag() == "!" ? "the text '" + node.Scalar() + "'" : "'" + node.Scalar() + "'");
  }
  double number(const YAML::Node& node, const std::string& key) const {
    double value = 0;
    expect(has_number(node, value), key + " needs a finite number" + instead(node));
    return value;
  }
  long long whole_number(const YAML::Node& node, const std::string& key, long long most) const {
    double value = 0;
    expect(has_number(node, value) && value >= 0 && value <= static_cast<double>(most) && std::floor(value) == value,
           key + " needs a whole number from 0 to " + std::to_string(most) + instead(node));
    return static_cast<long long>(value);
  }
  std::string text(const YAML::Node& node, const std::string& key) const {
    expect(node && node.IsScalar(), key + " needs a text");
    return node.Scalar();
  }
  YAML::Node list(const YAML::Node& node, const std::string& key) const {
    expect(node && node.IsSequence(), key + " needs a list");
    return node;
  }

  /// "93.00 %" of 0.93.
  std::string share(const YAML::Node& node) const {
    const double value = number(node, "accuracy");
    expect(value >= 0 && value <= 1, "accuracy is a share, 0 to 1: 0.93 for 93 %");
    return incuse::report::fixed(100 * value, 2) + " %";
  }
  /// In all objects, in those within others as well.
  void expect_distinct_keys(const YAML::Node& node, const std::string& within) const {
    std::set<std::string> seen;
    if (node.IsSequence())
      for (const YAML::Node& one : node) expect_distinct_keys(one, within);
    if (!node.IsMap()) return;
    for (const auto& entry : node) {
      const auto key = entry.first.as<std::string>();
      expect(seen.insert(key).second, within + "the key '" + key + "' is there twice");
      expect_distinct_keys(entry.second, within + key + ": ");
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
      const YAML::Node epoch = whole_text(line);
      auto curve = curves.begin();
      for (const char* value : values)
        for (const char* part : parts) {
          expect(epoch.IsMap() && epoch[part] && epoch[part][value], "an epoch without " + curve->name);
          curve->values.push_back(number(epoch[part][value], curve->name));
          ++curve;
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
    expect_keys(node, {"classes", "counts"}, "confusion: ");
    measures_->classes.clear();
    for (const YAML::Node& name : list(node["classes"], "confusion: classes"))
      measures_->classes.push_back(text(name, "confusion: classes"));
    take_counts(node["counts"]);
    expect_square();
  }
  void take_counts(const YAML::Node& node) {
    constexpr long long most = 1'000'000'000'000;  // their sums are whole numbers, too
    measures_->confusion.clear();
    for (const YAML::Node& row : list(node, "confusion: counts")) {
      measures_->confusion.emplace_back();
      for (const YAML::Node& count : list(row, "confusion: a row of counts"))
        measures_->confusion.back().push_back(whole_number(count, "confusion: counts", most));
    }
  }
  void expect_square() const {
    bool square = measures_->confusion.size() == measures_->classes.size();
    for (const std::vector<long long>& row : measures_->confusion)
      square = square && row.size() == measures_->classes.size();
    expect(square, "confusion: counts needs a row and a column for each class");
  }
  void read_curves(const YAML::Node& node) {
    if (!node) return;
    expect(node.IsMap(), "curves is no object of lists");
    for (const auto& entry : node) {
      incuse::report::Curve curve{entry.first.as<std::string>(), {}};
      const std::string key = "curves: '" + curve.name + "'";
      for (const YAML::Node& value : list(entry.second, key)) curve.values.push_back(number(value, key));
      measures_->curves.push_back(curve);
    }
  }
  void read_worst(const YAML::Node& node) {
    if (!node) return;
    for (const YAML::Node& one : list(node, "worst")) {
      expect(one.IsMap(), "worst: a picture is no object");
      expect_keys(one, {"title", "width", "height", "values"}, "worst: ");
      const auto size = [&](const char* key) {
        const long long pixels = whole_number(one[key], std::string("worst: ") + key, 1024);
        expect(pixels > 0, "worst: pictures have 1 to 1024 rows and columns");
        return static_cast<int>(pixels);
      };
      incuse::report::WrongPicture picture{text(one["title"], "worst: title"), size("width"), size("height"), {}};
      for (const YAML::Node& value : list(one["values"], "worst: values"))
        picture.values.push_back(static_cast<std::uint8_t>(whole_number(value, "worst: values", 255)));
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
