// How near the chip's values come to those of real numbers, layer by layer.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <incuse/report/canvas.hpp>
#include <incuse/report/measures.hpp>
#include <incuse/report/table.hpp>

namespace incuse::train {

/// The output of one layer, in real numbers and as the chip has it.
struct LayerAgreement {
  static constexpr int parts = 64;  ///< of each axis of the map

  std::string layer{};
  double signal = 0, noise = 0;  ///< sums of squares: of the real numbers, and of the differences
  double saturated = 0;          ///< share of the chip's bytes that are -128 or 127, 0 to 1
  double limit = 1;              ///< the map's axes go from -limit to limit
  std::vector<int> map{};        ///< how often: rows by the chip's value, from the top down, columns by the real one

  /// Signal to noise; infinite if there is no difference.
  double decibels() const {
    return noise > 0 ? 10 * std::log10(signal / noise) : std::numeric_limits<double>::infinity();
  }
  /// The root of the mean squared difference, as a part of that of the values.
  double relative_error() const { return signal > 0 ? std::sqrt(noise / signal) : 0; }
};

/// Compares values of a layer that are in the same units; `unit` is 1.0 as the chip's integer, of bytes 128. A layer of
/// 32 bits is never saturated, and its map is as large as its values.
inline LayerAgreement agreement_of(const std::string& layer, const std::vector<float>& real,
                                   const std::vector<int>& chip, double unit, bool wide) {
  LayerAgreement result;
  result.layer = layer;
  const std::size_t count = std::min(real.size(), chip.size());
  const auto value = [&](std::size_t i) { return chip[i] / unit; };
  if (wide) {
    result.limit = 1e-9;
    for (std::size_t i = 0; i < count; ++i)
      result.limit = std::max({result.limit, std::fabs(static_cast<double>(real[i])), std::fabs(value(i))});
  }
  constexpr int parts = LayerAgreement::parts;
  result.map.resize(static_cast<std::size_t>(parts) * parts);
  const auto part = [&](double number) {
    return static_cast<std::size_t>(std::clamp((number / result.limit + 1) / 2 * parts, 0.0, parts - 1.0));
  };
  std::size_t ends = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto wanted = static_cast<double>(real[i]);
    result.signal += wanted * wanted;
    result.noise += (wanted - value(i)) * (wanted - value(i));
    ends += !wide && (chip[i] == -128 || chip[i] == 127);
    ++result.map[(parts - 1 - part(value(i))) * parts + part(wanted)];
  }
  result.saturated = count > 0 ? static_cast<double>(ends) / static_cast<double>(count) : 0;
  return result;
}

namespace detail {

/// Darker where more values lie, by the logarithm.
inline report::WrongPicture map_picture(const LayerAgreement& layer) {
  report::WrongPicture picture{"", LayerAgreement::parts, LayerAgreement::parts, {}};
  const double most = std::log1p(*std::max_element(layer.map.begin(), layer.map.end()));
  static constexpr double dark[] = {20, 60, 120};
  for (const int count : layer.map) {
    const double share = most > 0 && count > 0 ? 0.15 + 0.85 * std::log1p(count) / most : 0;
    for (const double channel : dark)
      picture.values.push_back(static_cast<std::uint8_t>(std::lround(255 - share * (255 - channel))));
  }
  return picture;
}

}  // namespace detail

/// A map for each layer, with signal to noise.
inline void draw_agreement(report::Canvas& canvas, const std::vector<LayerAgreement>& layers) {
  if (layers.empty()) return;
  canvas.begin(
      "agreement", "Real numbers against the chip",
      "of each layer's output: real numbers from left to right, the chip's values from the bottom up, darker: "
      "more of them. On the line both are the same. Below: signal to noise, and the share of bytes at the ends "
      "of their range.");
  constexpr std::size_t per_row = 6;
  constexpr double side = 150, step_x = 175, step_y = 200;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const LayerAgreement& own = layers[i];
    const std::size_t row = i / per_row;
    const report::SvgBox panel{report::Canvas::margin + step_x * static_cast<double>(i % per_row),
                               canvas.y + step_y * static_cast<double>(row), side, side};
    const std::string loss = std::isfinite(own.decibels()) ? report::fixed(own.decibels(), 1) + " dB" : "no difference";
    canvas.svg.image(
        panel, "data:image/bmp;base64," + report::detail::base64(report::detail::bitmap(detail::map_picture(own))),
        own.layer + ": " + loss);
    canvas.svg.line(panel.x, panel.y + side, panel.x + side, panel.y, "#e0a080");
    canvas.svg.box(panel, "none", {}, report::Canvas::frame);
    canvas.svg.fitted_text(panel.x, panel.y + side + 15, own.layer + ": " + loss, step_x - 8, 11);
    canvas.svg.fitted_text(panel.x, panel.y + side + 30,
                           report::svg_number(-own.limit) + " to " + report::svg_number(own.limit) + ", " +
                               report::fixed(100 * own.saturated, 2) + " % at the ends",
                           step_x - 8, 10);
  }
  const std::size_t rows = (layers.size() + per_row - 1) / per_row;
  canvas.y += step_y * static_cast<double>(rows) + 16;
}

}  // namespace incuse::train
