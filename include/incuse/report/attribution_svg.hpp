// Attributions as a picture: beside each input one map for every output, red where the input raises it, blue where it
// lowers it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <incuse/core/shape.hpp>
#include <incuse/report/measures.hpp>
#include <incuse/report/svg.hpp>

namespace incuse::report {

/// What the parts of an input add to one output.
struct AttributedOutput {
  std::string title{};
  std::vector<double> values{};  ///< one for each part
};

/// An input, its parts, and what they add to some outputs.
struct AttributedInput {
  std::string title{};
  Shape shape{};
  std::vector<std::int8_t> values{};  ///< in channels x height x width order
  std::vector<int> parts{};           ///< the part that each of the values belongs to, from 0
  std::vector<AttributedOutput> outputs{};
};

namespace detail {

/// An input as a picture: three channels are red, green and blue, of others the mean is shown. Of signals each channel
/// is a row.
struct ShownInput {
  explicit ShownInput(const AttributedInput& input)
      : signal(input.shape.width == 1),
        width(signal ? input.shape.height : input.shape.width),
        height(signal ? input.shape.channels : input.shape.height),
        layers(signal ? 1 : input.shape.channels) {}

  std::size_t pixels() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }

  bool signal;
  int width, height;
  int layers;  ///< channels that lie above each other in a pixel
};

inline std::vector<std::uint8_t> pixels_of(const AttributedInput& input, const ShownInput& shown) {
  const std::size_t pixels = shown.pixels();
  const int kept = shown.layers == 3 ? 3 : 1, joined = shown.layers / kept;
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < pixels; ++i)
    for (int c = 0; c < kept; ++c) {
      int sum = 0;
      for (int k = 0; k < joined; ++k) sum += input.values[static_cast<std::size_t>(c + k) * pixels + i];
      bytes.push_back(static_cast<std::uint8_t>(sum / joined + 128));
    }
  return bytes;
}

/// Signals with fewer channels than values get taller rows.
inline WrongPicture image_of(const ShownInput& shown, const std::vector<std::uint8_t>& bytes) {
  WrongPicture image{"", shown.width, shown.height, bytes};
  const int times = shown.signal ? std::max(1, shown.width / shown.height) : 1;
  const std::size_t row = bytes.size() / static_cast<std::size_t>(shown.height);
  image.values.clear();
  for (std::size_t at = 0; at < bytes.size(); at += row)
    for (int i = 0; i < times; ++i)
      image.values.insert(image.values.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                          bytes.begin() + static_cast<std::ptrdiff_t>(at + row));
  image.height *= times;
  return image;
}

/// What each pixel adds: the value of a part is spread evenly over its elements.
inline std::vector<double> spread_over_pixels(const AttributedInput& input, const ShownInput& shown,
                                              const std::vector<double>& values) {
  std::vector<double> sizes(values.size()), heat(shown.pixels());
  for (const int part : input.parts) ++sizes[static_cast<std::size_t>(part)];
  for (std::size_t e = 0; e < input.parts.size(); ++e) {
    const auto part = static_cast<std::size_t>(input.parts[e]);
    heat[e % heat.size()] += values[part] / sizes[part];
  }
  return heat;
}

/// Red above 0 and blue below, over a pale picture.
inline std::vector<std::uint8_t> coloured(const std::vector<double>& heat, double greatest,
                                          const std::vector<std::uint8_t>& picture) {
  static constexpr double red[] = {214, 39, 40}, blue[] = {31, 90, 180};
  std::vector<std::uint8_t> bytes;
  const std::size_t depth = picture.size() / heat.size();
  for (std::size_t i = 0; i < heat.size(); ++i) {
    double grey = 0;
    for (std::size_t c = 0; c < depth; ++c) grey += picture[i * depth + c] / static_cast<double>(depth);
    const double pale = 215 + 40 * grey / 255, share = greatest > 0 ? std::min(1.0, std::fabs(heat[i]) / greatest) : 0;
    for (int c = 0; c < 3; ++c)
      bytes.push_back(
          static_cast<std::uint8_t>(std::lround(pale * (1 - share) + share * (heat[i] > 0 ? red : blue)[c])));
  }
  return bytes;
}

}  // namespace detail

/// A row for each input, a column for each of its outputs. The colours of a row have one scale. Empty without inputs.
inline std::string attribution_svg(const std::vector<AttributedInput>& inputs, const std::string& title) {
  if (inputs.empty()) return {};
  constexpr double left = 20, top = 56, cell = 112, step_x = 128, step_y = 150;
  Svg svg;
  svg.text(left, 28, title, 16, "start", "#222", true);
  svg.text(left, 46, "Red raises the output, blue lowers it; the values of a map add up to its sum.", 11);
  std::size_t columns = 0;
  for (std::size_t row = 0; row < inputs.size(); ++row) {
    const AttributedInput& input = inputs[row];
    const detail::ShownInput shown(input);
    const double y = top + step_y * static_cast<double>(row);
    const std::vector<std::uint8_t> picture = detail::pixels_of(input, shown);
    const auto draw = [&](std::size_t column, const std::vector<std::uint8_t>& bytes, const std::string& words) {
      const double x = left + step_x * static_cast<double>(column);
      svg.image({x, y, cell, cell},
                "data:image/bmp;base64," + detail::base64(detail::bitmap(detail::image_of(shown, bytes))), words);
      svg.fitted_text(x, y + cell + 14, words, step_x - 8, 10);
    };
    draw(0, picture, input.title);
    std::vector<std::vector<double>> heats;
    double greatest = 0;
    for (const AttributedOutput& output : input.outputs) {
      heats.push_back(detail::spread_over_pixels(input, shown, output.values));
      for (const double value : heats.back()) greatest = std::max(greatest, std::fabs(value));
    }
    for (std::size_t i = 0; i < heats.size(); ++i)
      draw(i + 1, detail::coloured(heats[i], greatest, picture), input.outputs[i].title);
    columns = std::max(columns, heats.size() + 1);
  }
  return svg.document(2 * left + step_x * static_cast<double>(columns),
                      top + step_y * static_cast<double>(inputs.size()) + 10);
}

}  // namespace incuse::report
