// Settings of the loss of detectors that put out boxes for every cell of a grid, as YOLO does. detection_loss.hpp
// computes it.
#pragma once

#include <string>
#include <vector>

#include <incuse/core/shape.hpp>
#include <incuse/host/boxes.hpp>

namespace incuse::train {

/// What a detector's last layer means, and what mistakes cost. Its channels are anchors x (x, y, width, height,
/// sureness, classes), its rows and columns those of the grid. The loss of a picture is the sum of these, each times
/// its weight:
///
/// - for each object, in the cell of its centre and the anchor whose shape is most like it: the divergences of the two
///   coordinates inside the cell (`position`), the squares of the differences of width and height in logarithms
///   (`size`), the cross entropy of the class (`label`) and -log of the sureness (`object`),
/// - for each other cell and anchor -log(1 - sureness) (`background`), unless its box overlaps an object by more than
///   `ignored_overlap`.
///
/// Two objects with the same cell and anchor: the second one takes the best anchor that is free, or is left out.
struct DetectionLoss {
  int classes = 1;
  std::vector<host::Anchor> anchors{};  ///< typical boxes, in cells; none: a single one, of the size of a cell
  bool exclusive = true;                ///< classes exclude each other (softmax); else each has a sigmoid
  double position = 1, size = 1, label = 1, object = 1, background = 0.5;  ///< weights, 0 or more
  float ignored_overlap = 0.6F;
};

/// The layout of a detector's output, as host::decode reads it. It refers to the anchors of `loss`.
inline host::RegionLayer region_layer(const DetectionLoss& loss, Shape output) {
  static constexpr host::Anchor cell{1, 1};
  const bool own = !loss.anchors.empty();
  return {own ? loss.anchors.data() : &cell,
          own ? static_cast<int>(loss.anchors.size()) : 1,
          loss.classes,
          output.height,
          output.width,
          1 / static_cast<float>(output.width),
          1 / static_cast<float>(output.height),
          loss.exclusive};
}

/// What is wrong with a loss, as a sentence; empty if nothing is.
inline std::string problem_of(const DetectionLoss& loss) {
  if (loss.classes < 1) return "a detector has 1 class or more";
  for (const host::Anchor& anchor : loss.anchors)
    if (!(anchor.width > 0 && anchor.height > 0)) return "anchors are wider and higher than 0";
  for (const double weight : {loss.position, loss.size, loss.label, loss.object, loss.background})
    if (!(weight >= 0)) return "weights of a detection loss are 0 or more";
  return {};
}

/// Why a detection loss cannot read a network's output, as a sentence; empty if it can.
inline std::string obstacle_to_detection(const DetectionLoss& loss, Shape output) {
  if (std::string problem = problem_of(loss); !problem.empty()) return problem;
  const host::RegionLayer layer = region_layer(loss, output);
  const int wanted = layer.anchor_count * layer.values_per_box();
  if (output.channels == wanted) return {};
  return "the network puts out " + std::to_string(output.channels) + " channels, but a detector with " +
         std::to_string(layer.anchor_count) + " anchors and " + std::to_string(loss.classes) + " classes has " +
         std::to_string(wanted);
}

}  // namespace incuse::train
