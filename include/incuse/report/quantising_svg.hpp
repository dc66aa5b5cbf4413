// What quantising costs, layer by layer, as a picture.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <incuse/report/svg.hpp>
#include <incuse/report/table.hpp>

namespace incuse::report {

/// What has become of one layer.
struct QuantisingLoss {
  std::string layer{};   ///< its name, or what stands for it
  int bits = 0;          ///< of its weights; 0: it has none
  double decibels = 0;   ///< signal to noise; infinite: nothing was lost
  double saturated = 0;  ///< share of values at the ends of their range, 0 to 1
  double zeros = 0;      ///< share of zeros, 0 to 1
  bool measured = true;  ///< false: nothing is known of its values
};

/// A row for each layer: a bar of its signal to noise, its bits, and the shares of values that are saturated and 0.
inline std::string quantising_svg(const std::vector<QuantisingLoss>& layers, const std::string& title) {
  constexpr double row = 22, top = 70, left = 150, most_bar = 360, right = left + most_bar + 20;
  double greatest = 10;
  for (const QuantisingLoss& layer : layers)
    if (layer.measured && std::isfinite(layer.decibels)) greatest = std::max(greatest, layer.decibels);
  Svg svg;
  svg.text(20, 28, title, 16, "start", "#222", true);
  svg.text(left, 56, "signal to noise, dB");
  svg.text(right + 40, 56, "bits", 12, "end");
  svg.text(right + 120, 56, "% saturated", 12, "end");
  svg.text(right + 180, 56, "% zero", 12, "end");
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const QuantisingLoss& layer = layers[i];
    const double y = top + static_cast<double>(i) * row;
    svg.text(left - 10, y + 13, layer.layer, 12, "end");
    if (layer.bits > 0) svg.text(right + 40, y + 13, std::to_string(layer.bits), 12, "end");
    if (!layer.measured) continue;
    const bool exact = !std::isfinite(layer.decibels);
    const double share = exact ? 1 : std::clamp(layer.decibels / greatest, 0.0, 1.0);
    const std::string decibels = exact ? "exact" : fixed(layer.decibels, 1);
    svg.box({left, y, std::max(1.0, share * most_bar), row - 6}, exact ? "#7fb77e" : "#5b8fd0",
            layer.layer + ": " + decibels + (exact ? "" : " dB"));
    svg.text(left + 6, y + 12, decibels, 11);
    svg.text(right + 120, y + 13, fixed(100 * layer.saturated, 2), 12, "end");
    svg.text(right + 180, y + 13, fixed(100 * layer.zeros, 2), 12, "end");
  }
  return svg.document(right + 200, top + static_cast<double>(layers.size()) * row + 14);
}

}  // namespace incuse::report
