// What a classifier says of each sample: probabilities, tables for programs that compare models, and how precision and
// recall depend on the probability from which on a class is said.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

#include <incuse/report/canvas.hpp>
#include <incuse/report/table.hpp>
#include <incuse/train/samples.hpp>

namespace incuse::train {

/// The softmax of outputs, which are `classes` numbers for each sample, each one times `factor`.
inline std::vector<float> probabilities_of(const std::vector<float>& outputs, int classes, double factor = 1) {
  std::vector<float> all;
  all.reserve(outputs.size());
  const auto count = static_cast<std::size_t>(classes);
  for (std::size_t first = 0; first + count <= outputs.size(); first += count) {
    const float most = *std::max_element(outputs.begin() + static_cast<std::ptrdiff_t>(first),
                                         outputs.begin() + static_cast<std::ptrdiff_t>(first + count));
    double sum = 0;
    std::vector<double> own;
    for (std::size_t k = 0; k < count; ++k) {
      own.push_back(std::exp(factor * (static_cast<double>(outputs[first + k]) - static_cast<double>(most))));
      sum += own.back();
    }
    for (const double value : own) all.push_back(static_cast<float>(value / sum));
  }
  return all;
}

/// Name of a class, or its number.
inline std::string class_name(const std::vector<std::string>& classes, int index) {
  const auto i = static_cast<std::size_t>(index);
  return i < classes.size() ? classes[i] : std::to_string(index);
}

inline std::string class_name(const Samples& samples, int index) { return class_name(samples.classes, index); }

/// A text as a field of a CSV file: between quotes where it has to be.
inline std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? std::string("\"\"") : std::string(1, c);
  return field + '"';
}

namespace detail {

/// A line of names, then lines of `columns.size()` numbers each.
template <class Number>
std::string number_table(const std::vector<std::string>& columns, const Number* numbers, std::size_t rows) {
  std::string text;
  for (std::size_t k = 0; k < columns.size(); ++k) text += (k == 0 ? "" : ",") + csv_field(columns[k]);
  text += '\n';
  char number[32];
  for (std::size_t i = 0; i < rows * columns.size(); ++i) {
    std::snprintf(number, sizeof number, "%.7g", static_cast<double>(numbers[i]));
    text += number;
    text += (i + 1) % columns.size() == 0 ? '\n' : ',';
  }
  return text;
}

}  // namespace detail

/// CSV: the name of each sample's class below the word "truth".
inline std::string truth_csv(const Samples& samples) {
  std::string text = "truth\n";
  for (const int label : samples.labels) text += csv_field(class_name(samples.classes, label)) + '\n';
  return text;
}

/// CSV: a column for each class, a line for each sample.
inline std::string probabilities_csv(const std::vector<float>& probabilities, int classes,
                                     const std::vector<std::string>& names) {
  std::vector<std::string> columns;
  columns.reserve(static_cast<std::size_t>(classes));
  for (int k = 0; k < classes; ++k) columns.push_back(class_name(names, k));
  return detail::number_table(columns, probabilities.data(), probabilities.size() / columns.size());
}

/// CSV: columns "NAME_0", "NAME_1", …, and a line for each sample, which has `each` numbers.
template <class Number>
std::string features_csv(const std::string& name, const std::vector<Number>& numbers, std::size_t each) {
  std::vector<std::string> columns;
  for (std::size_t k = 0; k < each; ++k) columns.push_back(name + '_' + std::to_string(k));
  return detail::number_table(columns, numbers.data(), each == 0 ? 0 : numbers.size() / each);
}

/// A class against all others, from the sample that is most likely of the class on.
struct PrecisionRecall {
  int label = 0;
  std::vector<double> precision{}, recall{};  ///< behind each probability that samples have, from the greatest one down
  double average = 0;                         ///< precision, averaged over recall
};

/// Of one class; without points if no sample is of the class.
inline PrecisionRecall precision_recall(const std::vector<float>& probabilities, int classes,
                                        const std::vector<int>& labels, int label) {
  struct Ranked {
    float probability;
    bool is;
  };
  std::vector<Ranked> all;
  int whole = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    all.push_back(
        {probabilities[i * static_cast<std::size_t>(classes) + static_cast<std::size_t>(label)], labels[i] == label});
    whole += labels[i] == label;
  }
  std::sort(all.begin(), all.end(), [](const Ranked& a, const Ranked& b) { return a.probability > b.probability; });
  PrecisionRecall result{label, {}, {}, 0};
  int found = 0;
  for (std::size_t i = 0; i < all.size() && whole > 0; ++i) {
    found += all[i].is;
    if (i + 1 < all.size() && !(all[i + 1].probability < all[i].probability)) continue;
    const double before = result.recall.empty() ? 0 : result.recall.back();
    result.precision.push_back(found / static_cast<double>(i + 1));
    result.recall.push_back(found / static_cast<double>(whole));
    result.average += result.precision.back() * (result.recall.back() - before);
  }
  return result;
}

/// Of all classes that samples have.
inline std::vector<PrecisionRecall> precision_recall(const std::vector<float>& probabilities, int classes,
                                                     const std::vector<int>& labels) {
  std::vector<PrecisionRecall> all;
  for (int k = 0; k < classes; ++k) {
    PrecisionRecall own = precision_recall(probabilities, classes, labels, k);
    if (!own.recall.empty()) all.push_back(std::move(own));
  }
  return all;
}

/// A small diagram for each class: recall from left to right, precision from the bottom up, both from 0 to 1.
inline void draw_precision_recall(report::Canvas& canvas, const std::vector<PrecisionRecall>& curves,
                                  const std::vector<std::string>& names) {
  if (curves.empty()) return;
  canvas.begin(
      "precision-recall", "Precision and recall",
      "of each class, from left to right by recall, from the bottom up by precision, 0 to 1: what is said from "
      "a lower and lower probability on. The number is the average precision.");
  constexpr std::size_t per_row = 6;
  constexpr double side = 130, step_x = 175, step_y = 172;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const PrecisionRecall& own = curves[i];
    const std::size_t row = i / per_row;
    const report::SvgBox panel{report::Canvas::margin + step_x * static_cast<double>(i % per_row),
                               canvas.y + step_y * static_cast<double>(row), side, side};
    canvas.svg.box(panel, report::Canvas::ground, {}, report::Canvas::frame);
    std::string way;
    for (std::size_t k = 0; k < own.recall.size(); ++k) {
      const auto point = [&](double recall, double precision) {
        way += (way.empty() ? "M " : " L ") + report::svg_number(panel.x + side * recall) + ' ' +
               report::svg_number(panel.y + side * (1 - precision));
      };
      if (k == 0) point(0, own.precision[0]);
      point(own.recall[k], own.precision[k]);
    }
    const std::string title = class_name(names, own.label) + ": " + report::fixed(own.average, 3);
    canvas.svg.path(way, "#e07b28", 2, title);
    canvas.svg.fitted_text(panel.x, panel.y + side + 16, title, step_x - 8, 11);
  }
  const std::size_t rows = (curves.size() + per_row - 1) / per_row;
  canvas.y += step_y * static_cast<double>(rows) + 16;
}

}  // namespace incuse::train
