// Pictures of what examples compute, as SVG files: maps in grey and curves, side by side with words below.
#pragma once

#include <cstddef>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "arguments.hpp"

namespace examples {

class PictureRow {
 public:
  static constexpr int height = 150, gap = 16, words = 22;  ///< pixels

  /// Square pixels of values from -128, which is black, to 127.
  template <class Values>
  void add_map(const std::string& title, const Values& values, int columns, int rows) {
    constexpr int levels = 16;
    std::string paths[levels];
    for (int y = 0; y < rows; ++y)
      for (int x = 0, end = 0; x < columns; x = end) {
        const auto level = [&](int column) {
          return (static_cast<int>(values[static_cast<std::size_t>(y * columns + column)]) + 128) * levels / 256;
        };
        while (end < columns && level(end) == level(x)) ++end;
        paths[level(x)] += 'M' + std::to_string(x) + ' ' + std::to_string(y) + 'h' + std::to_string(end - x);
      }
    const int wide = height * columns / rows;
    text_ += "<svg x=\"" + std::to_string(x_) + "\" y=\"" + std::to_string(gap) + "\" width=\"" + std::to_string(wide) +
             "\" height=\"" + std::to_string(height) + "\" viewBox=\"0 -0.5 " + std::to_string(columns) + ' ' +
             std::to_string(rows) + "\" shape-rendering=\"crispEdges\">\n";
    for (int level = 0; level < levels; ++level) {
      const std::string grey = std::to_string(255 * level / (levels - 1));
      if (!paths[level].empty())
        text_ += "<path stroke=\"rgb(" + grey + ',' + grey + ',' + grey + ")\" d=\"" + paths[level] + "\"/>\n";
    }
    text_ += "</svg>\n";
    add_words(title, wide);
  }

  struct Curve {
    std::vector<int> values{};  ///< -128 to 127
    std::string colour{};
  };
  /// Curves over each other, two pixels from value to value.
  void add_curves(const std::string& title, const std::vector<Curve>& curves) {
    std::size_t longest = 1;
    for (const Curve& curve : curves) longest = curve.values.size() > longest ? curve.values.size() : longest;
    const int wide = 2 * static_cast<int>(longest);
    text_ += "<rect x=\"" + std::to_string(x_) + "\" y=\"" + std::to_string(gap) + "\" width=\"" +
             std::to_string(wide) + "\" height=\"" + std::to_string(height) + "\" fill=\"#fafafa\" stroke=\"#999\"/>\n";
    for (const Curve& curve : curves) {
      text_ += "<polyline fill=\"none\" stroke=\"" + curve.colour + "\" stroke-width=\"1.5\" points=\"";
      int x = x_;
      for (const int value : curve.values) {
        text_ += std::to_string(x) + ',' + std::to_string(gap + height * (127 - value) / 256) + ' ';
        x += 2;
      }
      text_ += "\"/>\n";
    }
    add_words(title, wide);
  }

  /// Writes the file that the only argument of the program names, if there is one; false if it cannot be written.
  bool save(int argc, char** argv) const {
    expect_arguments(argc, argv, 1, (std::string(argv[0]) + " [PICTURE.svg]").c_str());
    if (argc < 2) return true;
    const std::string wide = std::to_string(x_), high = std::to_string(height + 2 * gap + words);
    std::ofstream file(argv[1], std::ios::binary);
    file << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << wide << "\" height=\"" << high
         << "\" viewBox=\"0 0 " << wide << ' ' << high << "\" font-family=\"DejaVu Sans, Helvetica, sans-serif\">\n"
         << "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
         << text_ << "</svg>\n";
    if (file.flush()) return true;
    std::fprintf(stderr, "%s: cannot be written\n", argv[1]);
    return false;
  }

 private:
  void add_words(const std::string& title, int wide) {
    text_ += "<text x=\"" + std::to_string(x_ + wide / 2) + "\" y=\"" + std::to_string(height + gap + words - 4) +
             "\" font-size=\"12\" text-anchor=\"middle\" fill=\"#333\">" + title + "</text>\n";
    x_ += wide + gap;
  }

  int x_ = gap;
  std::string text_{};
};

}  // namespace examples
