// The loss of detectors that put out boxes for every cell of a grid: what host::decode reads is compared with the boxes
// that are in a picture.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <incuse/host/detection.hpp>
#include <incuse/train/detection.hpp>

namespace incuse::train {

namespace detail {

/// An object, and who is to find it.
struct Match {
  int anchor = 0, cell = 0;
  const host::LabelledBox* object = nullptr;
};

/// Overlap of two boxes with the same centre.
inline float likeness(const host::Box& box, const host::Anchor& anchor, const host::RegionLayer& layer) {
  return host::overlap({0, 0, box.width, box.height},
                       {0, 0, anchor.width * layer.unit_width, anchor.height * layer.unit_height});
}

/// Objects whose centre is outside of the picture, and those without width or height, have no match.
inline std::vector<Match> matches_of(const host::RegionLayer& layer, const std::vector<host::LabelledBox>& objects) {
  std::vector<Match> matches;
  for (const host::LabelledBox& object : objects) {
    const host::Box& box = object.box;
    const float column = std::floor((box.left + box.width / 2) * static_cast<float>(layer.columns));
    const float row = std::floor((box.top + box.height / 2) * static_cast<float>(layer.rows));
    const bool inside =
        column >= 0 && row >= 0 && column < static_cast<float>(layer.columns) && row < static_cast<float>(layer.rows);
    if (!inside || !(box.width > 0 && box.height > 0)) continue;
    const int cell = static_cast<int>(row) * layer.columns + static_cast<int>(column);
    int best = -1;
    for (int a = 0; a < layer.anchor_count; ++a) {
      const auto is_here = [&](const Match& match) { return match.anchor == a && match.cell == cell; };
      if (std::any_of(matches.begin(), matches.end(), is_here)) continue;
      if (best < 0 || likeness(box, layer.anchors[a], layer) > likeness(box, layer.anchors[best], layer)) best = a;
    }
    if (best >= 0) matches.push_back({best, cell, &object});
  }
  return matches;
}

/// A cost, and its slope in the number that it is a function of.
struct Cost {
  double value = 0, slope = 0;
};

/// -log of the logistic function of x, without overflow.
inline double minus_log_sigmoid(double x) { return std::log1p(std::exp(-std::abs(x))) + std::max(-x, 0.0); }

/// Divergence of the logistic function of x from `wanted`, a share from 0 to 1: 0 where they are equal.
inline Cost share_cost(double x, double wanted) {
  const auto information = [](double share) { return share > 0 ? share * std::log(share) : 0; };
  const double cross = wanted * minus_log_sigmoid(x) + (1 - wanted) * minus_log_sigmoid(-x);
  return {cross + information(wanted) + information(1 - wanted), 1 / (1 + std::exp(-x)) - wanted};
}

/// Square of the difference from `wanted`.
inline Cost square_cost(double x, double wanted) { return {(x - wanted) * (x - wanted), 2 * (x - wanted)}; }

/// The loss of one picture, cost by cost.
class PictureLoss {
 public:
  PictureLoss(const DetectionLoss& loss, const host::RegionLayer& layer, const float* outputs, float* gradient)
      : loss_(loss), layer_(layer), outputs_(outputs), gradient_(gradient) {
    std::fill(gradient, gradient + layer.values(), 0.0F);
  }

  double of(const std::vector<host::LabelledBox>& objects) {
    const std::vector<Match> matches = matches_of(layer_, objects);
    for (const Match& match : matches) {
      add_box(match);
      add_label(match);
      add(match.anchor, match.cell, sureness, loss_.object, share_cost(output(match.anchor, match.cell, sureness), 1));
    }
    for (int a = 0; a < layer_.anchor_count; ++a)
      for (int cell = 0; cell < layer_.rows * layer_.columns; ++cell) {
        const auto is_here = [&](const Match& match) { return match.anchor == a && match.cell == cell; };
        if (std::none_of(matches.begin(), matches.end(), is_here) && !is_ignored(a, cell, objects))
          add(a, cell, sureness, loss_.background, share_cost(output(a, cell, sureness), 0));
      }
    return sum_;
  }

 private:
  static constexpr int sureness = 4, first_class = 5;  ///< of the numbers of a box

  std::size_t index(int anchor, int cell, int number) const {
    const int place = (anchor * layer_.values_per_box() + number) * layer_.rows * layer_.columns + cell;
    return static_cast<std::size_t>(place);
  }
  double output(int anchor, int cell, int number) const {
    return static_cast<double>(outputs_[index(anchor, cell, number)]);
  }
  void add(int anchor, int cell, int number, double weight, Cost cost) {
    sum_ += weight * cost.value;
    gradient_[index(anchor, cell, number)] += static_cast<float>(weight * cost.slope);
  }

  void add_box(const Match& match) {
    const host::Box& box = match.object->box;
    const host::Anchor& anchor = layer_.anchors[match.anchor];
    const auto in_cell = [](float middle, int count) {
      const double at = static_cast<double>(middle) * count;
      return at - std::floor(at);
    };
    const double wanted[] = {
        in_cell(box.left + box.width / 2, layer_.columns), in_cell(box.top + box.height / 2, layer_.rows),
        std::log(static_cast<double>(box.width) / static_cast<double>(anchor.width * layer_.unit_width)),
        std::log(static_cast<double>(box.height) / static_cast<double>(anchor.height * layer_.unit_height))};
    for (int i = 0; i < 4; ++i) {
      const double own = output(match.anchor, match.cell, i);
      const bool positions = i < 2;
      add(match.anchor, match.cell, i, positions ? loss_.position : loss_.size,
          positions ? share_cost(own, wanted[i]) : square_cost(own, wanted[i]));
    }
  }

  void add_label(const Match& match) {
    const auto own = [&](int c) { return output(match.anchor, match.cell, first_class + c); };
    double most = own(0), sum = 0;
    for (int c = 1; c < layer_.classes; ++c) most = std::max(most, own(c));
    for (int c = 0; c < layer_.classes; ++c) sum += std::exp(own(c) - most);
    for (int c = 0; c < layer_.classes; ++c) {
      const bool wanted = c == match.object->label;
      Cost cost = share_cost(own(c), wanted);
      if (layer_.exclusive) {
        const double logarithm = own(c) - most - std::log(sum);
        cost = {wanted ? -logarithm : 0, std::exp(logarithm) - wanted};
      }
      add(match.anchor, match.cell, first_class + c, loss_.label, cost);
    }
  }

  bool is_ignored(int anchor, int cell, const std::vector<host::LabelledBox>& objects) const {
    const host::Box own = host::decoded_box(layer_, outputs_, anchor, cell);
    return std::any_of(objects.begin(), objects.end(), [&](const host::LabelledBox& object) {
      return host::overlap(own, object.box) > loss_.ignored_overlap;
    });
  }

  const DetectionLoss& loss_;
  const host::RegionLayer& layer_;
  const float* outputs_;
  float* gradient_;
  double sum_ = 0;
};

}  // namespace detail

/// The loss of one picture, and its gradient in the outputs. `layer` is that of `region_layer`; `outputs` and
/// `gradient` have `layer.values()` numbers, and labels are classes of the loss.
inline double detection_loss(const DetectionLoss& loss, const host::RegionLayer& layer, const float* outputs,
                             const std::vector<host::LabelledBox>& objects, float* gradient) {
  return detail::PictureLoss(loss, layer, outputs, gradient).of(objects);
}

}  // namespace incuse::train
