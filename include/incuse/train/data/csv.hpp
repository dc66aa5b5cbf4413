// Signals in CSV files: one sample in each line.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include <incuse/import/file.hpp>
#include <incuse/train/dataset.hpp>

namespace incuse::train {

/// Lines have the class, a name or a number, and the values of the network's input, channel after channel, separated by
/// commas, semicolons or tabs. Values are real numbers: `unit` becomes 1.0, 128 on the chip. A first line of words is
/// skipped. Classes are whole numbers from 0, or names, then numbered by ascending name.
class CsvDataset : public Dataset {
 public:
  /// Throws std::runtime_error if the file cannot be read, or a line does not fit.
  CsvDataset(const std::string& path, Shape input, double unit = 1) : shape_(input) {
    std::string text, error;
    if (!read_file(path, text, error)) throw std::runtime_error(error);
    if (!(unit > 0)) throw std::runtime_error(path + ": the unit of values is more than 0");
    std::size_t line = 0;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      std::string own = text.substr(at, end - at);
      if (!own.empty() && own.back() == '\r') own.pop_back();
      at = end + 1;
      ++line;
      if (own.find_first_not_of(" \t") != std::string::npos) add(path, line, own, unit);
    }
    if (names_.empty()) throw std::runtime_error(path + ": there are no samples");
    number_classes();
  }

  std::size_t size() const override { return names_.size(); }
  Shape shape() const override { return shape_; }
  int label(std::size_t index) const override { return labels_[index]; }
  std::vector<std::string> classes() const override { return classes_; }
  void read(std::size_t index, std::int8_t* values) const override {
    const auto each = static_cast<std::size_t>(shape_.elements());
    std::copy_n(values_.begin() + static_cast<std::ptrdiff_t>(index * each), each, values);
  }

 private:
  static std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields;
    for (std::size_t at = 0; at <= line.size();) {
      const std::size_t end = std::min(line.find_first_of(",;\t", at), line.size());
      std::string field = line.substr(at, end - at);
      field.erase(0, field.find_first_not_of(" \""));
      field.erase(field.find_last_not_of(" \"") + 1);
      fields.push_back(std::move(field));
      at = end + 1;
    }
    return fields;
  }
  static bool number(const std::string& field, double& value) {
    char* end = nullptr;
    value = std::strtod(field.c_str(), &end);
    return !field.empty() && *end == '\0' && std::isfinite(value);
  }

  void add(const std::string& path, std::size_t line, const std::string& text, double unit) {
    const auto refuse = [&](const std::string& reason) {
      throw std::runtime_error(path + ':' + std::to_string(line) + ": " + reason);
    };
    const std::vector<std::string> fields = fields_of(text);
    const auto each = static_cast<std::size_t>(shape_.elements());
    double value = 0;
    if (line == 1 && fields.size() > 1 &&
        std::none_of(fields.begin() + 1, fields.end(), [&](const std::string& field) { return number(field, value); }))
      return;  // words
    if (fields.size() != each + 1)
      refuse("there are " + std::to_string(fields.size()) + " fields; the network reads a class and " +
             std::to_string(each) + " values");
    for (std::size_t i = 1; i < fields.size(); ++i) {
      if (!number(fields[i], value)) refuse("'" + fields[i] + "' is no number");
      values_.push_back(static_cast<std::int8_t>(std::clamp(std::nearbyint(value / unit * 128), -128.0, 127.0)));
    }
    names_.push_back(fields[0]);
  }

  void number_classes() {
    double value = 0;
    const bool numbers = std::all_of(names_.begin(), names_.end(), [&](const std::string& name) {
      return number(name, value) && value >= 0 && value < 1e6 && value == std::floor(value);
    });
    if (!numbers) {
      classes_ = names_;
      std::sort(classes_.begin(), classes_.end());
      classes_.erase(std::unique(classes_.begin(), classes_.end()), classes_.end());
    }
    for (const std::string& name : names_)
      labels_.push_back(
          numbers ? static_cast<int>(std::strtod(name.c_str(), nullptr))
                  : static_cast<int>(std::lower_bound(classes_.begin(), classes_.end(), name) - classes_.begin()));
  }

  Shape shape_{};
  std::vector<std::string> names_{}, classes_{};  ///< of the samples' classes; of all classes
  std::vector<int> labels_{};
  std::vector<std::int8_t> values_{};
};

}  // namespace incuse::train
