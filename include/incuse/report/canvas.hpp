// Pictures of a report: sections one below the other in one file, or each by itself for a page.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/report/palette.hpp>
#include <incuse/report/svg.hpp>

namespace incuse::report {

/// A section of a page.
struct Picture {
  std::string id{};           ///< a word for links
  std::string title{};        ///< what it shows
  std::string explanation{};  ///< how to read it
  std::string svg{};          ///< one element
};

/// Where sections are drawn: `svg` takes what is drawn, `y` is where the next thing begins.
class Canvas {
 public:
  enum class Kind { file, page };
  static constexpr double margin = 30, width = 1100;
  static constexpr const char *grey = "#666", *faint = "#e6e6e6", *frame = "#999", *ground = "#fafafa";

  explicit Canvas(Kind kind) : y(kind == Kind::file ? 34 : 16), kind_(kind) {}

  /// The title of a file; pages have theirs elsewhere.
  void title(const std::string& name, const std::string& facts) {
    if (kind_ == Kind::page) return;
    svg.text(margin, y, name, 20, "start", "#111", true);
    svg.text(margin, y + 20, facts, 12, "start", grey);
    y += 52;
  }
  /// Begins a section.
  void begin(const std::string& id, const std::string& heading, const std::string& explanation) {
    if (kind_ == Kind::page) {
      finish_picture();
      pictures_.push_back({id, heading, explanation, ""});
      return;
    }
    svg.text(margin, y, heading, 15, "start", "#111", true);
    for (const std::string& line : lines_of(explanation, width - 2 * margin, 11))
      svg.text(margin, y += 17, line, 11, "start", grey);
    y += 19;
  }
  std::string file() const { return svg.document(width, y); }
  std::vector<Picture> pictures() {
    finish_picture();
    return std::move(pictures_);
  }

  Svg svg{};
  double y;

 private:
  void finish_picture() {
    if (!pictures_.empty()) pictures_.back().svg = svg.element(width, y);
    svg = Svg();
    y = 16;
  }

  Kind kind_;
  std::vector<Picture> pictures_{};
};

/// Boxes for tensors with their numbers, which are written where there is space for them and nothing else lies. Behind
/// the tensors of the layers comes the rolling buffer, which has a word.
class LabelledBoxes {
 public:
  explicit LabelledBoxes(int layers) : layers_(layers) {}
  void add(const SvgBox& box, int tensor, const std::string& title, const char* stroke = "white",
           double stroke_width = 0.5) {
    boxes_.push_back({box, tensor, title, stroke, stroke_width});
  }
  /// Draws the boxes in their order, and then the numbers.
  void draw(Svg& svg) const {
    for (const Entry& entry : boxes_) {
      svg.stands_for(entry.tensor);
      svg.box(entry.box, tensor_colour(entry.tensor - 1), entry.title, entry.stroke, entry.stroke_width);
    }
    for (std::size_t i = 0; i < boxes_.size(); ++i) {
      const int tensor = boxes_[i].tensor;
      const std::string number = tensor == 0 ? "in" : tensor > layers_ ? "buf" : std::to_string(tensor - 1);
      const SvgBox place = place_of(boxes_[i].box, number);
      if (place.width > boxes_[i].box.width || place.height + 2 > boxes_[i].box.height || covered(i, place)) continue;
      svg.stands_for(boxes_[i].tensor);
      svg.text(place.x + place.width / 2, place.y + place.height - 1.5, number, size, "middle", "#111");
    }
    svg.stands_for(Svg::no_tensor);
  }

 private:
  static constexpr double size = 9;
  struct Entry {
    SvgBox box{};
    int tensor = 0;
    std::string title{};
    const char* stroke = nullptr;
    double stroke_width = 0;
  };
  static SvgBox place_of(const SvgBox& box, const std::string& number) {
    const double wide = text_width(number, size), high = size;
    return {box.x + (box.width - wide) / 2, box.y + (box.height - high) / 2, wide, high};
  }
  /// True if something lies over this place that has been drawn behind the box.
  bool covered(std::size_t index, const SvgBox& place) const {
    for (std::size_t later = index + 1; later < boxes_.size(); ++later)
      if (overlap(boxes_[later].box, place)) return true;
    return false;
  }

  int layers_;
  std::vector<Entry> boxes_{};
};

/// The distance of lines of a scale up to `highest`: a power of two that gives at most six of them.
inline long long tick_step(long long highest) {
  long long step = 1;
  while (highest / step > 6) step *= 2;
  return step;
}

/// The smallest of 1, 2, 5, 10, 20, 50 and so on that is not less than `least`.
inline int round_step(double least) {
  for (int decade = 1;; decade *= 10)
    for (const int digit : {1, 2, 5})
      if (digit * decade >= least) return digit * decade;
}

/// "1 step", "2 steps".
inline std::string counted(long long count, const std::string& thing) {
  return grouped(count) + ' ' + thing + (count == 1 ? "" : "s");
}

/// A frame with a scale at its left: from 0 at the bottom to `highest` at the top.
inline void draw_scaled_frame(Svg& svg, const SvgBox& panel, long long highest) {
  svg.box(panel, Canvas::ground, {}, Canvas::frame);
  const auto tick = [&](long long value) {
    const double at = panel.y + panel.height * (1 - static_cast<double>(value) / static_cast<double>(highest));
    svg.text(panel.x - 6, at + 3.5, grouped(value), 10, "end", Canvas::grey);
    svg.line(panel.x, at, panel.x + panel.width, at, Canvas::faint);
  };
  const long long step = tick_step(highest);
  for (long long value = 0; value < highest; value += step)
    if (static_cast<double>(highest - value) * panel.height >= 12.0 * static_cast<double>(highest)) tick(value);
  tick(highest);
}

/// What lies in a memory over time.
struct Band {
  int tensor = 0;  ///< 0: the input, i + 1: what step i writes
  std::string title{};
  double first = 0, end = 0;          ///< units of the memory
  int first_step = 0, last_step = 0;  ///< during which it lies there
};

/// A memory over time: steps from left to right, addresses from the bottom up.
inline void draw_bands(Canvas& canvas, const std::vector<Band>& bands, long long highest, int steps) {
  constexpr double left = Canvas::margin + 50, width = 64 * 15.4, height = 220;
  const SvgBox panel{left, canvas.y - 4, width, height};
  const double cell = width / steps, scale = height / static_cast<double>(highest);
  draw_scaled_frame(canvas.svg, panel, highest);
  LabelledBoxes boxes(steps);
  for (const Band& band : bands) {
    const int first = std::max(band.first_step, 0), end = std::min(band.last_step, steps - 1) + 1;
    // Small tensors stay visible; they never leave the panel.
    const double tall = std::max(3.0, (band.end - band.first) * scale);
    const double top = std::max(panel.y, panel.y + height - band.first * scale - tall);
    boxes.add({left + cell * first, top, cell * (end - first), tall}, band.tensor, band.title, "white", 0.8);
  }
  boxes.draw(canvas.svg);
  const int every = round_step(18 / cell);  // as many numbers as there is space for
  for (int i = 0; i < steps; i += every)
    canvas.svg.text(left + (i + 0.5) * cell, panel.y + height + 14, std::to_string(i), 10, "middle", Canvas::grey);
  canvas.y = panel.y + height + 46;
}

/// A row of a bar chart.
struct Bar {
  int tensor = 0;
  std::string title{};
  double value = 0;
  std::string label{};  ///< written behind the bar
};

/// Bars from left to right, one below the other, all of one scale.
inline void draw_bars(Canvas& canvas, const std::vector<Bar>& bars) {
  constexpr double left = Canvas::margin + 210, width = 560, row = 20;
  double most = 0;
  for (const Bar& bar : bars) most = std::max(most, bar.value);
  for (const Bar& bar : bars) {
    canvas.svg.stands_for(bar.tensor);
    canvas.svg.fitted_text(Canvas::margin, canvas.y + 12, bar.title, 200);
    const double length = most > 0 ? std::max(bar.value > 0 ? 1.5 : 0, width * bar.value / most) : 0;
    canvas.svg.box({left, canvas.y + 2, length, 14}, tensor_colour(bar.tensor - 1), bar.title + ": " + bar.label);
    canvas.svg.text(left + length + 6, canvas.y + 13, bar.label, 11, "start", Canvas::grey);
    canvas.svg.stands_for(Svg::no_tensor);
    canvas.y += row;
  }
  canvas.y += 24;
}

}  // namespace incuse::report
