// How well a detector does on a data set: the average precision of each class, and their mean.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <vector>

#include <incuse/host/detection.hpp>

namespace incuse::host {

/// A picture of a data set: what is in it, and what a detector has found.
struct DetectedPicture {
  std::vector<LabelledBox> objects{};
  std::vector<Detection> found{};
};

namespace detail {

/// A detection of one class, and whether it counts.
struct JudgedDetection {
  float score = 0;
  bool right = false;
};

/// The surest first; of equal scores those that were in front. (std::stable_sort needs what C++17 deprecates.)
template <class Scored>
void sort_by_score(std::vector<Scored>& all) {
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return all[a].score != all[b].score ? all[a].score > all[b].score : a < b;
  });
  std::vector<Scored> sorted;
  sorted.reserve(all.size());
  for (std::size_t i : order) sorted.push_back(all[i]);
  all.swap(sorted);
}

/// The detections of a class in one picture, the surest first. Each one belongs to the object that it overlaps most,
/// and is right if it does so enough, and no surer one belongs to that object as well.
inline void judge(const DetectedPicture& picture, int label, float least_overlap,
                  std::vector<JudgedDetection>& judged) {
  std::vector<Detection> own;
  for (const Detection& one : picture.found)
    if (one.label == label && one.score == one.score) own.push_back(one);  // NaN has no place among others
  sort_by_score(own);
  std::vector<bool> taken(picture.objects.size());
  for (const Detection& one : own) {
    std::size_t nearest = 0;
    float most = -1;
    for (std::size_t i = 0; i < picture.objects.size(); ++i) {
      if (picture.objects[i].label != label) continue;
      const float shared = overlap(picture.objects[i].box, one.box);
      if (shared > most) nearest = i, most = shared;
    }
    const bool right = most >= 0 && most >= least_overlap && !taken[nearest];
    if (right) taken[nearest] = true;
    judged.push_back({one.score, right});
  }
}

/// The area below the curve of precision over recall, for detections with the surest first. The precision of a recall
/// is the highest one with which at least so much is found.
inline double area_of(const std::vector<JudgedDetection>& judged, int objects) {
  std::vector<double> precisions;  // where another object has been found
  int right = 0;
  for (std::size_t i = 0; i < judged.size(); ++i)
    if (judged[i].right) precisions.push_back(++right / static_cast<double>(i + 1));
  double sum = 0, highest = 0;
  for (std::size_t i = precisions.size(); i-- > 0;) sum += highest = std::max(highest, precisions[i]);
  return sum / objects;
}

}  // namespace detail

/// Average precision of a class, from 0 to 1: the area below the curve of precision over recall that the detections of
/// all pictures make, the surest first; precisions are those of Pascal VOC since 2010, at every recall. A detection is
/// right if it overlaps an object of its class by at least `least_overlap`; of several ones for an object only the
/// surest is. Of equal scores those of earlier pictures come first. Nothing if no picture has such an object.
inline std::optional<double> average_precision(const std::vector<DetectedPicture>& pictures, int label,
                                               float least_overlap = 0.5F) {
  std::vector<detail::JudgedDetection> judged;
  int objects = 0;
  for (const DetectedPicture& picture : pictures) {
    detail::judge(picture, label, least_overlap, judged);
    for (const LabelledBox& object : picture.objects) objects += object.label == label;
  }
  if (objects == 0) return std::nullopt;
  detail::sort_by_score(judged);
  return detail::area_of(judged, objects);
}

/// The mean of the average precisions of the classes 0 … classes - 1 that are in some picture; 0 if none of them is.
/// With the default of `least_overlap` this is known as mAP@0.5.
inline double mean_average_precision(const std::vector<DetectedPicture>& pictures, int classes,
                                     float least_overlap = 0.5F) {
  double sum = 0;
  int count = 0;
  for (int label = 0; label < classes; ++label)
    if (const std::optional<double> own = average_precision(pictures, label, least_overlap)) sum += *own, ++count;
  return count == 0 ? 0 : sum / count;
}

}  // namespace incuse::host
