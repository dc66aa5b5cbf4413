// Pictures as SVG, piece by piece.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

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

/// Text for XML: characters that have a meaning there become entities, control characters become question marks.
inline std::string svg_escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += static_cast<unsigned char>(c) < ' ' ? '?' : c;
  }
  return out;
}

/// A rectangle; x and y are its upper left corner.
struct SvgBox {
  double x = 0, y = 0, width = 0, height = 0;
};

/// A picture on a white ground. Colours are as in CSS.
class Svg {
 public:
  /// `title` appears when the mouse rests on the box; it may be empty.
  void box(SvgBox b, std::string_view fill, std::string_view title = {}, std::string_view stroke = "none",
           double stroke_width = 1) {
    body_ += "<rect x=\"" + svg_number(b.x) + "\" y=\"" + svg_number(b.y) + "\" width=\"" + svg_number(b.width) +
             "\" height=\"" + svg_number(b.height) + "\" fill=\"" + std::string(fill) + "\"";
    if (stroke != "none")
      body_ += " stroke=\"" + std::string(stroke) + "\" stroke-width=\"" + svg_number(stroke_width) + "\"";
    body_ += title.empty() ? "/>\n" : "><title>" + svg_escaped(title) + "</title></rect>\n";
  }
  void line(double x1, double y1, double x2, double y2, std::string_view colour) {
    body_ += "<line x1=\"" + svg_number(x1) + "\" y1=\"" + svg_number(y1) + "\" x2=\"" + svg_number(x2) + "\" y2=\"" +
             svg_number(y2) + "\" stroke=\"" + std::string(colour) + "\"/>\n";
  }
  /// `anchor`: start, middle or end.
  void text(double x, double y, std::string_view words, double size = 12, std::string_view anchor = "start",
            std::string_view colour = "#222", bool bold = false) {
    body_ += "<text x=\"" + svg_number(x) + "\" y=\"" + svg_number(y) + "\" font-size=\"" + svg_number(size) + "\"";
    if (anchor != "start") body_ += " text-anchor=\"" + std::string(anchor) + "\"";
    if (bold) body_ += " font-weight=\"bold\"";
    body_ += " fill=\"" + std::string(colour) + "\">" + svg_escaped(words) + "</text>\n";
  }
  /// The whole file.
  std::string document(double width, double height) const {
    const std::string size = svg_number(width) + "\" height=\"" + svg_number(height);
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + size +
           "\" viewBox=\"0 0 " + svg_number(width) + " " + svg_number(height) +
           "\" font-family=\"DejaVu Sans, Helvetica, sans-serif\">\n<rect width=\"100%\" height=\"100%\" "
           "fill=\"white\"/>\n" +
           body_ + "</svg>\n";
  }

 private:
  std::string body_{};
};

}  // namespace incuse::report
