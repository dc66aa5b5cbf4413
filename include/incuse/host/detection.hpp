// From the output of a detector to boxes: region layers of YOLO v2 and v3, boxes around priors (SSD, with landmarks),
// and non-maximum suppression. Real numbers in single precision, without allocation, exceptions or a library of its
// own, so that firmware can include it too.
//
//     host::Detections<50> found;                     // the 50 surest
//     decode(host::yolo2(anchors, 20, 7, 10), values, 0.5f, found);
//     host::suppress(found, 0.3f);
//     for (const host::Detection& one : found) draw(one.box);
#pragma once

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>

#include <incuse/core/language.hpp>
#include <incuse/host/boxes.hpp>

namespace incuse::host {

/// A point in parts of the picture's width and height.
struct Point {
  float x = 0, y = 0;
};

/// Area that two boxes share, divided by the area that they cover together; 0 if they cover none.
constexpr float overlap(const Box& a, const Box& b) {
  const float width = std::min(a.right(), b.right()) - std::max(a.left, b.left);
  const float height = std::min(a.bottom(), b.bottom()) - std::max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const float shared = width * height, together = a.area() + b.area() - shared;
  return together > 0 ? shared / together : 0;
}

/// Landmarks of a face: eyes, nose and corners of the mouth.
inline constexpr int usual_landmarks = 5;

/// Something that a detector has found, with room for so many landmarks.
template <int Landmarks>
struct LandmarkDetection {
  static_assert(Landmarks >= 0);

  Box box{};
  float score = 0;  ///< 0…1
  int label = 0;    ///< number of the class
  Point landmarks[Landmarks > 0 ? Landmarks : 1]{};
};
using Detection = LandmarkDetection<usual_landmarks>;

/// The surest detections, at most `Capacity`: when there are more, the least sure one goes. Each has room for
/// `Landmarks` landmarks. A score or a box that is no number finds nothing: it is not added.
template <int Capacity, int Landmarks = usual_landmarks>
class Detections {
  static_assert(Capacity > 0);

 public:
  using Detection = LandmarkDetection<Landmarks>;

  constexpr int size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  /// How many were added, those that found no room too.
  constexpr int added() const { return added_; }
  constexpr const Detection& operator[](int i) const { return items_[i]; }
  constexpr Detection* begin() { return items_; }
  constexpr Detection* end() { return items_ + size_; }
  constexpr const Detection* begin() const { return items_; }
  constexpr const Detection* end() const { return items_ + size_; }

  constexpr void add(const Detection& one) {
    if (!is_number(one)) return;
    ++added_;
    if (size_ < Capacity) {
      items_[size_++] = one;
      return;
    }
    Detection* least = items_;
    for (Detection& other : *this) least = other.score < least->score ? &other : least;
    if (least->score < one.score) *least = one;
  }
  /// Keeps the first `count`.
  constexpr void truncate(int count) { size_ = std::min(size_, std::max(count, 0)); }

 private:
  /// Comparisons with NaN are false: one would stay where it is, and cover nothing.
  static constexpr bool is_number(const Detection& one) {
    constexpr float most = std::numeric_limits<float>::max();
    for (const float value : {one.box.left, one.box.top, one.box.width, one.box.height})
      if (!(value >= -most && value <= most)) return false;
    return one.score == one.score;
  }

  Detection items_[Capacity]{};
  int size_ = 0;
  int added_ = 0;
};

// Region layers -------------------------------------------------------------------------------------------------------

inline float sigmoid(float x) { return 1.0f / (1.0f + std::exp(-x)); }

namespace detail {

/// A class, and how sure it is.
struct SureLabel {
  int label = 0;
  float score = 0;
};

/// The surest of `count` classes that exclude each other; `value(c)` yields the number of class c.
template <class Values>
SureLabel surest(int count, const Values& value) {
  int best = 0;
  for (int c = 1; c < count; ++c) best = value(c) > value(best) ? c : best;
  float sum = 0;  // of the differences, which are 0 or less: nothing can overflow
  for (int c = 0; c < count; ++c) sum += std::exp(value(c) - value(best));
  return {best, 1 / sum};
}

}  // namespace detail

/// The box that a region layer puts out for an anchor and a cell, cells counted row by row. `values` holds
/// `layer.values()` numbers.
inline Box decoded_box(const RegionLayer& layer, const float* values, int anchor, int cell) {
  const int cells = layer.rows * layer.columns, column = cell % layer.columns, row = cell / layer.columns;
  const auto value = [&](int i) { return values[(anchor * layer.values_per_box() + i) * cells + cell]; };
  Box box;
  box.width = std::exp(value(2)) * layer.anchors[anchor].width * layer.unit_width;
  box.height = std::exp(value(3)) * layer.anchors[anchor].height * layer.unit_height;
  box.left = (static_cast<float>(column) + sigmoid(value(0))) / static_cast<float>(layer.columns) - box.width / 2;
  box.top = (static_cast<float>(row) + sigmoid(value(1))) / static_cast<float>(layer.rows) - box.height / 2;
  return box;
}

/// Adds all boxes of a region layer whose score, sureness times that of the class, is at least `least`: where classes
/// exclude each other a box with the surest one, else a box for every class that is sure enough, so that a thing may be
/// found as several. Without classes the sureness is the score. `values` holds `layer.values()` numbers.
template <int Capacity, int Landmarks>
void decode(const RegionLayer& layer, const float* values, float least, Detections<Capacity, Landmarks>& found) {
  const int cells = layer.rows * layer.columns;
  for (int a = 0; a < layer.anchor_count; ++a)
    for (int cell = 0; cell < cells; ++cell) {
      const auto value = [&](int i) { return values[(a * layer.values_per_box() + i) * cells + cell]; };
      const float sureness = sigmoid(value(4));
      if (!(sureness >= least)) continue;  // a score is not higher
      const auto add = [&](int label, float score) {
        if (sureness * score >= least) found.add({decoded_box(layer, values, a, cell), sureness * score, label, {}});
      };
      if (layer.classes == 0) {
        add(0, 1);
      } else if (layer.exclusive) {
        const detail::SureLabel label = detail::surest(layer.classes, [&](int c) { return value(5 + c); });
        add(label.label, label.score);
      } else {
        for (int c = 0; c < layer.classes; ++c) add(c, sigmoid(value(5 + c)));
      }
    }
}

// Boxes around priors -------------------------------------------------------------------------------------------------

/// A box that a detector starts from: its centre and size, in parts of the picture.
struct Prior {
  float x = 0, y = 0, width = 0, height = 0;
};

/// The output of a detector with priors. For each prior `boxes` holds 4 numbers (x, y, width, height), `scores` one for
/// each class, the first of which is the background, and `landmarks`, if it is not null, 2 for each of `Landmarks`
/// points.
template <int Landmarks = 0>
struct PriorOutput {
  const Prior* priors = nullptr;
  int count = 0;
  const float* boxes = nullptr;
  const float* scores = nullptr;
  int classes = 2;  ///< with the background
  const float* landmarks = nullptr;
  float centre_variance = 0.1f;  ///< a difference of 1 moves the centre by this part of the prior's size
  float size_variance = 0.2f;    ///< a difference of 1 scales the size by exp of this
  bool normalised = false;       ///< the scores went through a softmax already
};

/// Adds the boxes around priors whose surest class, the background left out, has a score of at least `least`. Labels
/// count from 0 behind the background.
template <int Landmarks, int Capacity, int Room>
void decode(const PriorOutput<Landmarks>& output, float least, Detections<Capacity, Room>& found) {
  static_assert(Landmarks <= Room, "the detector has more landmarks than the list has room for: Detections<50, 68>");
  for (int i = 0; i < output.count; ++i) {
    const float* const scores = output.scores + i * output.classes;
    int best = 1;
    for (int c = 2; c < output.classes; ++c) best = scores[c] > scores[best] ? c : best;
    if (output.classes < 2) continue;
    float score = scores[best];
    if (!output.normalised) {
      float sum = 0;
      for (int c = 0; c < output.classes; ++c) sum += std::exp(scores[c] - scores[best]);
      score = 1 / sum;
    }
    if (!(score >= least)) continue;
    const Prior& prior = output.priors[i];
    const float* const box = output.boxes + 4 * i;
    LandmarkDetection<Room> one{{}, score, best - 1, {}};
    one.box.width = prior.width * std::exp(box[2] * output.size_variance);
    one.box.height = prior.height * std::exp(box[3] * output.size_variance);
    one.box.left = prior.x + box[0] * output.centre_variance * prior.width - one.box.width / 2;
    one.box.top = prior.y + box[1] * output.centre_variance * prior.height - one.box.height / 2;
    for (int p = 0; output.landmarks != nullptr && p < Landmarks; ++p) {
      const float* const point = output.landmarks + 2 * (i * Landmarks + p);
      one.landmarks[p] = {prior.x + point[0] * output.centre_variance * prior.width,
                          prior.y + point[1] * output.centre_variance * prior.height};
    }
    found.add(one);
  }
}

// What is left --------------------------------------------------------------------------------------------------------

/// Non-maximum suppression: sorts by score, the surest first (equal ones keep their order), and removes what a surer
/// box of the same label overlaps by more than `most`; of any label, if labels do not matter.
template <int Capacity, int Landmarks>
constexpr void suppress(Detections<Capacity, Landmarks>& found, float most, bool labels_matter = true) {
  LandmarkDetection<Landmarks>* const all = found.begin();
  for (int i = 1; i < found.size(); ++i) {  // insertion sort: stable, and there are few
    const LandmarkDetection<Landmarks> one = all[i];
    int at = i;
    for (; at > 0 && all[at - 1].score < one.score; --at) all[at] = all[at - 1];
    all[at] = one;
  }
  int kept = 0;
  for (int i = 0; i < found.size(); ++i) {
    bool covered = false;
    for (int k = 0; k < kept && !covered; ++k)
      covered = (!labels_matter || all[k].label == all[i].label) && overlap(all[k].box, all[i].box) > most;
    if (!covered) all[kept++] = all[i];
  }
  found.truncate(kept);
}

}  // namespace incuse::host
