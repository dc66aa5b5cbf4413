// What training and tests have measured, as pictures: accuracy, errors of quantising, confusions, curves, pictures that
// the network takes for something else.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/report/canvas.hpp>
#include <incuse/report/drawn_network.hpp>
#include <incuse/report/table.hpp>

namespace incuse::report {

/// Values over time: one an epoch.
struct Curve {
  std::string name{};
  std::vector<double> values{};
};

/// A picture that went wrong.
struct WrongPicture {
  std::string title{};
  int width = 0, height = 0;
  std::vector<std::uint8_t> values{};  ///< from the top row down, one (grey) or three (red, green, blue) a pixel

  bool whole() const {
    const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    return pixels > 0 && (values.size() == pixels || values.size() == 3 * pixels);
  }
};

struct Measures {
  std::vector<Fact> facts{};                           ///< accuracy and the like
  std::vector<std::pair<int, double>> layer_errors{};  ///< layer, error of its output that quantising makes
  std::vector<std::string> classes{};                  ///< names …
  std::vector<std::vector<long long>> confusion{};     ///< … and how often class [row] was taken for class [column]
  std::vector<Curve> curves{};
  std::vector<WrongPicture> worst{};
};

namespace detail {

inline std::string base64(std::string_view bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    for (std::size_t i = 0; i < 4; ++i) text += at + i > bytes.size() ? '=' : digits[bits >> (18 - 6 * i) & 63];
  }
  return text;
}

/// A bitmap file of 24 bits a pixel, rows from the bottom up.
inline std::string bitmap(const WrongPicture& picture) {
  const auto wide = static_cast<std::size_t>(picture.width), high = static_cast<std::size_t>(picture.height);
  const std::size_t row = (3 * wide + 3) / 4 * 4, depth = picture.values.size() / (wide * high);
  std::string file = "BM";
  const auto number = [&](std::size_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) file += static_cast<char>(value >> 8 * i & 0xff);
  };
  constexpr std::size_t header = 54;
  for (std::size_t value : {header + row * high, std::size_t{0}, header, std::size_t{40}, wide, high}) number(value, 4);
  number(1, 2);
  number(24, 2);
  for (int i = 0; i < 6; ++i) number(0, 4);
  for (std::size_t y = high; y-- > 0;) {
    for (std::size_t x = 0; x < wide; ++x)
      for (std::size_t c = 3; c-- > 0;)  // blue comes first
        file += static_cast<char>(picture.values[(y * wide + x) * depth + (depth == 3 ? c : 0)]);
    file.append(row - 3 * wide, '\0');
  }
  return file;
}

inline void draw_layer_errors(Canvas& canvas, const Measures& measures, const DrawnNetwork& network) {
  if (measures.layer_errors.empty()) return;
  canvas.begin("quantisation", "Error of quantising", "of each layer's output, as measured");
  std::vector<Bar> bars;
  for (const auto& [layer, error] : measures.layer_errors)
    bars.push_back({layer + 1, network.layers[static_cast<std::size_t>(layer)].title, error, fixed(error, 5)});
  draw_bars(canvas, bars);
}

inline void draw_confusion(Canvas& canvas, const Measures& measures) {
  const std::size_t count = measures.confusion.size();
  if (count == 0) return;
  canvas.begin("confusion", "Confusion", "rows: what it is, columns: what the network says; darker: more of the row");
  const double left = Canvas::margin + 150,
               cell = std::min(46.0, (Canvas::width - left - Canvas::margin) / static_cast<double>(count));
  for (std::size_t c = 0; c < count; ++c)
    canvas.svg.fitted_text(left + cell * static_cast<double>(c) + 3, canvas.y + 8, measures.classes[c], cell - 4, 10);
  canvas.y += 14;
  for (const std::vector<long long>& row : measures.confusion) {
    const auto r = static_cast<std::size_t>(&row - measures.confusion.data());
    const double y = canvas.y + cell * static_cast<double>(r);
    canvas.svg.fitted_text(Canvas::margin, y + cell / 2 + 4, measures.classes[r], 140, 11);
    long long all = 0;
    for (long long amount : row) all += amount;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const double share = all > 0 ? static_cast<double>(row[c]) / static_cast<double>(all) : 0;
      const SvgBox box{left + cell * static_cast<double>(c), y, cell, cell};
      canvas.svg.box(box, hsl_colour(c == r ? 140 : 10, 0.6, 0.98 - 0.5 * share),
                     measures.classes[r] + " taken for " + measures.classes[c] + ": " + grouped(row[c]), "#ddd", 0.5);
      const std::string number = grouped(row[c]);
      if (row[c] > 0 && text_width(number, 10) < cell - 2)
        canvas.svg.text(box.x + cell / 2, y + cell / 2 + 3.5, number, 10, "middle");
    }
  }
  canvas.y += cell * static_cast<double>(count) + 24;
}

/// Where a value lies between two others, 0 to 1 from the greater one down; of any size, such as 1e308 over -1e308.
inline double depth_of(double value, double least, double most) {
  const double range = most - least;
  return std::isfinite(range) ? (most - value) / range : (most / 2 - value / 2) / (most / 2 - least / 2);
}

inline void draw_curves(Canvas& canvas, const Measures& measures) {
  if (measures.curves.empty()) return;
  canvas.begin("curves", "Training", "epoch after epoch from left to right");
  constexpr double left = Canvas::margin + 60, width = 780, height = 220;
  double most = 0, least = 0;
  std::size_t longest = 2;
  for (const Curve& curve : measures.curves) {
    longest = std::max(longest, curve.values.size());
    for (double value : curve.values) most = std::max(most, value), least = std::min(least, value);
  }
  if (most <= least) most = least + 1;
  const SvgBox panel{left, canvas.y - 4, width, height};
  canvas.svg.box(panel, Canvas::ground, {}, Canvas::frame);
  for (int tick = 0; tick <= 4; ++tick) {
    const double at = panel.y + height - height * tick / 4;
    canvas.svg.text(left - 6, at + 3.5, fixed(least * ((4 - tick) / 4.0) + most * (tick / 4.0), 3), 10, "end", Canvas::grey);
    canvas.svg.line(left, at, left + width, at, Canvas::faint);
  }
  for (std::size_t k = 0; k < measures.curves.size(); ++k) {
    const Curve& curve = measures.curves[k];
    const std::string colour = tensor_colour(static_cast<int>(k));
    std::string way;
    for (std::size_t i = 0; i < curve.values.size(); ++i)
      way += (i == 0 ? "M " : " L ") +
             svg_number(left + width * static_cast<double>(i) / static_cast<double>(longest - 1)) + ' ' +
             svg_number(panel.y + height * depth_of(curve.values[i], least, most));
    if (curve.values.size() == 1) way += " h 4";  // one value is no line
    if (!way.empty()) canvas.svg.path(way, colour, 2, curve.name);
    canvas.svg.box({left + width + 16, panel.y + 20.0 * static_cast<double>(k), 12, 12}, colour);
    canvas.svg.fitted_text(left + width + 34, panel.y + 20.0 * static_cast<double>(k) + 10, curve.name, 140, 11);
  }
  canvas.y = panel.y + height + 30;
}

inline void draw_worst(Canvas& canvas, const Measures& measures) {
  if (measures.worst.empty()) return;
  canvas.begin("worst", "Worst pictures", "those that the network is most wrong about");
  constexpr std::size_t per_row = 8;
  constexpr double cell = 112, step_x = 130, step_y = 150;
  for (std::size_t i = 0; i < measures.worst.size(); ++i) {
    const WrongPicture& picture = measures.worst[i];
    const std::size_t row = i / per_row, column = i % per_row;
    const double x = Canvas::margin + step_x * static_cast<double>(column);
    const double y = canvas.y + step_y * static_cast<double>(row);
    canvas.svg.image({x, y, cell, cell}, "data:image/bmp;base64," + base64(bitmap(picture)), picture.title);
    canvas.svg.fitted_text(x, y + cell + 14, picture.title, step_x - 8, 10);
  }
  const std::size_t rows = (measures.worst.size() + per_row - 1) / per_row;
  canvas.y += step_y * static_cast<double>(rows) + 16;
}

}  // namespace detail

/// Sections of a page; none for what has not been measured. Errors are of layers of the network, the confusion has a
/// row and a column for each class, and the pictures are whole.
inline std::vector<Picture> measure_pictures(const Measures& measures, const DrawnNetwork& network) {
  Canvas canvas(Canvas::Kind::page);
  detail::draw_layer_errors(canvas, measures, network);
  detail::draw_confusion(canvas, measures);
  detail::draw_curves(canvas, measures);
  detail::draw_worst(canvas, measures);
  return canvas.pictures();
}

}  // namespace incuse::report
