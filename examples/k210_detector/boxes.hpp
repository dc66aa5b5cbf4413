// Boxes from the output of a YOLO v2 detector: for every cell of a grid and every anchor, a box, how sure it is, and a
// score for each class.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace demo {

/// A box in parts of the picture's width and height.
struct Box {
  std::string label{};
  float score = 0, left = 0, top = 0, width = 0, height = 0;

  float area() const { return width * height; }
};

/// Typical box of a cell, in cells.
struct Anchor {
  float width, height;
};

/// What a detector was trained for.
struct Detector {
  std::vector<std::string> labels{};
  std::vector<Anchor> anchors{};
  int rows = 0, columns = 0;

  std::size_t values_per_box() const { return 5 + labels.size(); }
  std::size_t values() const {
    return anchors.size() * values_per_box() * static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  }
};

inline float sigmoid(float x) { return 1.0f / (1.0f + std::exp(-x)); }

/// Area that two boxes share, divided by the area that they cover.
inline float overlap(const Box& a, const Box& b) {
  const float width = std::min(a.left + a.width, b.left + b.width) - std::max(a.left, b.left);
  const float height = std::min(a.top + a.height, b.top + b.height) - std::max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  return width * height / (a.area() + b.area() - width * height);
}

/// All boxes that are surer than `least`. `values` is anchors x (x, y, width, height, sureness, classes) x rows x
/// columns.
inline std::vector<Box> all_boxes(const Detector& detector, const std::vector<float>& values, float least) {
  std::vector<Box> boxes;
  const auto rows = static_cast<std::size_t>(detector.rows), columns = static_cast<std::size_t>(detector.columns);
  for (std::size_t a = 0; a < detector.anchors.size(); ++a)
    for (std::size_t y = 0; y < rows; ++y)
      for (std::size_t x = 0; x < columns; ++x) {
        const auto value = [&](std::size_t i) {
          return values[((a * detector.values_per_box() + i) * rows + y) * columns + x];
        };
        std::size_t best = 0;
        float sum = 0;
        for (std::size_t c = 0; c < detector.labels.size(); ++c) {
          if (value(5 + c) > value(5 + best)) best = c;
          sum += std::exp(value(5 + c));
        }
        const float score = sigmoid(value(4)) * std::exp(value(5 + best)) / sum;
        if (score < least) continue;
        Box box{detector.labels[best], score};
        box.width = std::exp(value(2)) * detector.anchors[a].width / static_cast<float>(columns);
        box.height = std::exp(value(3)) * detector.anchors[a].height / static_cast<float>(rows);
        box.left = (static_cast<float>(x) + sigmoid(value(0))) / static_cast<float>(columns) - box.width / 2;
        box.top = (static_cast<float>(y) + sigmoid(value(1))) / static_cast<float>(rows) - box.height / 2;
        boxes.push_back(box);
      }
  return boxes;
}

/// The boxes that no surer box of the same label covers by more than `most`, surest first.
inline std::vector<Box> best_boxes(std::vector<Box> boxes, float most) {
  std::sort(boxes.begin(), boxes.end(), [](const Box& a, const Box& b) { return a.score > b.score; });
  std::vector<Box> kept;
  for (const Box& box : boxes) {
    const auto covers = [&](const Box& other) { return other.label == box.label && overlap(other, box) > most; };
    if (std::none_of(kept.begin(), kept.end(), covers)) kept.push_back(box);
  }
  return kept;
}

}  // namespace demo
