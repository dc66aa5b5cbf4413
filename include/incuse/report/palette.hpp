// Colours of layers and their tensors: none is given twice in a network.
#pragma once

#include <cmath>
#include <cstdio>
#include <string>

namespace incuse::report {

/// A colour by its hue in degrees, saturation and lightness from 0 to 1: "#4e79a7".
inline std::string hsl_colour(double hue, double saturation, double lightness) {
  const auto channel = [&](double shift) {
    const double place = std::fmod(shift + hue / 30, 12);
    const double reach = saturation * std::fmin(lightness, 1 - lightness);
    const double value = lightness - reach * std::fmax(-1, std::fmin(std::fmin(place - 3, 9 - place), 1));
    return static_cast<unsigned>(std::lround(value * 255));
  };
  char text[24];
  std::snprintf(text, sizeof text, "#%02x%02x%02x", channel(0), channel(8), channel(4));
  return text;
}

/// The colour of a layer and of the tensor that it writes; -1: of the network's input. The first twelve can be told
/// apart as greys, too. Behind them the golden angle keeps neighbours far apart, at another lightness each time.
inline std::string tensor_colour(int layer) {
  static constexpr const char* first[] = {"#6b95c4", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#edc948",
                                          "#b07aa1", "#b08b6e", "#d37295", "#ff9da7", "#8cd17d", "#3fa3a0"};
  constexpr int count = sizeof first / sizeof *first;
  if (layer < 0) return "#bab0ac";
  if (layer < count) return first[layer];
  static constexpr double lightness[] = {0.72, 0.58, 0.8, 0.65};
  static constexpr double saturation[] = {0.62, 0.5, 0.85};
  return hsl_colour(std::fmod(layer * 137.508, 360), saturation[layer / 4 % 3], lightness[layer % 4]);
}

}  // namespace incuse::report
