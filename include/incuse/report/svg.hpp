// Pictures as SVG, piece by piece.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include <incuse/report/text_size.hpp>

namespace incuse::report {

/// A number for an attribute: at most two decimals, no trailing zeros.
inline std::string svg_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  std::string number = text;
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return number == "-0" ? "0" : number;
}

/// Text for XML: characters that have a meaning there become entities; control characters, and bytes that are no UTF-8,
/// become question marks.
inline std::string svg_escaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = character_size(text.substr(at));
    const char c = text[at];
    if (size > 1)
      out += text.substr(at, size);
    else if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += size == 0 || static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? '?' : c;
    at += size == 0 ? 1 : size;
  }
  return out;
}

/// A rectangle; x and y are its upper left corner.
struct SvgBox {
  double x = 0, y = 0, width = 0, height = 0;
};

/// True if two rectangles have more than an edge in common.
inline bool overlap(const SvgBox& a, const SvgBox& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/// A picture on a white ground. Colours are as in CSS.
class Svg {
 public:
  static constexpr int no_tensor = -1;

  /// What is drawn from here on stands for this tensor (0: the network's input, i + 1: what layer i writes): elements
  /// get it as the attribute data-tensor, by which a page finds all that belong together.
  void stands_for(int tensor) { tensor_ = tensor; }

  /// `title` appears when the mouse rests on the box; it may be empty.
  void box(SvgBox b, std::string_view fill, std::string_view title = {}, std::string_view stroke = "none",
           double stroke_width = 1, double rounding = 0) {
    body_ += "<rect x=\"" + svg_number(b.x) + "\" y=\"" + svg_number(b.y) + "\" width=\"" + svg_number(b.width) +
             "\" height=\"" + svg_number(b.height) + "\" fill=\"" + std::string(fill) + "\"";
    if (rounding > 0) body_ += " rx=\"" + svg_number(rounding) + "\"";
    if (stroke != "none")
      body_ += " stroke=\"" + std::string(stroke) + "\" stroke-width=\"" + svg_number(stroke_width) + "\"";
    end_element("rect", title);
  }
  void line(double x1, double y1, double x2, double y2, std::string_view colour) {
    body_ += "<line x1=\"" + svg_number(x1) + "\" y1=\"" + svg_number(y1) + "\" x2=\"" + svg_number(x2) + "\" y2=\"" +
             svg_number(y2) + "\" stroke=\"" + std::string(colour) + "\"/>\n";
  }
  /// `commands` as in the attribute d of a path; the line is not filled.
  void path(const std::string& commands, std::string_view colour, double width, std::string_view title = {}) {
    body_ += "<path d=\"" + commands + "\" fill=\"none\" stroke=\"" + std::string(colour) + "\" stroke-width=\"" +
             svg_number(width) + "\"";
    end_element("path", title);
  }
  /// `anchor`: start, middle or end. `title` as for a box.
  void text(double x, double y, std::string_view words, double size = 12, std::string_view anchor = "start",
            std::string_view colour = "#222", bool bold = false, std::string_view title = {}) {
    body_ += "<text x=\"" + svg_number(x) + "\" y=\"" + svg_number(y) + "\" font-size=\"" + svg_number(size) + "\"";
    if (anchor != "start") body_ += " text-anchor=\"" + std::string(anchor) + "\"";
    if (bold) body_ += " font-weight=\"bold\"";
    body_ += " fill=\"" + std::string(colour) + "\"" + tag() + ">";
    if (!title.empty()) body_ += "<title>" + svg_escaped(title) + "</title>";
    body_ += svg_escaped(words) + "</text>\n";
  }
  /// A text that is no wider than `width`: smaller where that suffices, else shortened, with the whole of it as a
  /// title.
  void fitted_text(double x, double y, const std::string& words, double width, double size = 12,
                   std::string_view colour = "#222", bool bold = false) {
    const FittedText fitted = fitted_to(words, width, size, bold);
    text(x, y, fitted.words, fitted.size, "start", colour, bold, fitted.words == words ? "" : words);
  }
  /// A picture whose pixels are drawn as squares; `source` is a data: URL with the whole picture.
  void image(SvgBox b, const std::string& source, std::string_view title) {
    body_ += "<image x=\"" + svg_number(b.x) + "\" y=\"" + svg_number(b.y) + "\" width=\"" + svg_number(b.width) +
             "\" height=\"" + svg_number(b.height) + "\" style=\"image-rendering: pixelated\" href=\"" +
             svg_escaped(source) + "\"";
    end_element("image", title);
  }
  /// What follows, up to `end_link`, leads to `target` when it is clicked.
  void begin_link(const std::string& target) { body_ += "<a href=\"" + svg_escaped(target) + "\">\n"; }
  void end_link() { body_ += "</a>\n"; }

  /// The whole file.
  std::string document(double width, double height) const {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element(width, height);
  }
  /// The same as a part of a page.
  std::string element(double width, double height) const {
    const std::string size = svg_number(width) + "\" height=\"" + svg_number(height);
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + size + "\" viewBox=\"0 0 " + svg_number(width) + " " +
           svg_number(height) +
           "\" font-family=\"DejaVu Sans, Helvetica, sans-serif\">\n<rect width=\"100%\" height=\"100%\" "
           "fill=\"white\"/>\n" +
           body_ + "</svg>\n";
  }

 private:
  std::string tag() const {
    return tensor_ == no_tensor ? std::string() : " data-tensor=\"" + std::to_string(tensor_) + "\"";
  }
  void end_element(const char* name, std::string_view title) {
    body_ += tag();
    body_ += title.empty() ? "/>\n" : "><title>" + svg_escaped(title) + "</title></" + name + ">\n";
  }

  std::string body_{};
  int tensor_ = no_tensor;
};

}  // namespace incuse::report
