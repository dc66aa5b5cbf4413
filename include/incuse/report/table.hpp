// Tables of text with aligned columns.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/report/text_size.hpp>

namespace incuse::report {

using incuse::grouped;

/// A number with a fixed count of decimals, rounded half away from zero. From about 9e18 / 10^decimals on it has a power
/// of ten, and four digits.
inline std::string fixed(double number, int decimals) {
  long long scale = 1;
  for (int i = 0; i < decimals; ++i) scale *= 10;
  if (!(std::fabs(number) < 9e18 / static_cast<double>(scale))) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", number);
    return text;
  }
  const bool negative = number < 0;
  const long long units = std::llround((negative ? -number : number) * static_cast<double>(scale));
  std::string text = grouped(units / scale);
  if (decimals > 0) {
    const std::string fraction = std::to_string(units % scale);
    text += '.' + std::string(static_cast<std::size_t>(decimals) - fraction.size(), '0') + fraction;
  }
  return negative && units != 0 ? '-' + text : text;
}

/// A text with blanks in front, up to a width.
inline std::string padded_left(const std::string& text, std::size_t width) {
  const std::size_t taken = terminal_width(text);
  return std::string(width > taken ? width - taken : 0, ' ') + text;
}

/// A text with blanks after it, up to a width.
inline std::string padded_right(const std::string& text, std::size_t width) {
  const std::size_t taken = terminal_width(text);
  return text + std::string(width > taken ? width - taken : 0, ' ');
}

/// Rows of cells; every column is as wide as its widest cell.
class Table {
 public:
  /// One character per column: 'l' is aligned left, 'r' right.
  explicit Table(std::string alignment) : alignment_(std::move(alignment)) {}

  /// Cells beyond the columns are ignored, missing ones are empty.
  void add(std::vector<std::string> cells) {
    cells.resize(alignment_.size());
    rows_.push_back(std::move(cells));
  }

  /// The rows, each indented by two spaces and ended by a newline, without blanks at the end. Empty columns are left
  /// out.
  std::string text() const {
    std::vector<std::size_t> widths(alignment_.size());
    for (std::size_t c = 0; c < widths.size(); ++c) {
      for (std::size_t r = 1; r < rows_.size(); ++r) widths[c] = std::max(widths[c], terminal_width(rows_[r][c]));
      if (widths[c] > 0) widths[c] = std::max(widths[c], terminal_width(rows_[0][c]));
    }
    std::string result;
    for (const std::vector<std::string>& row : rows_) {
      std::string line;
      for (std::size_t c = 0; c < row.size(); ++c) {
        if (widths[c] == 0) continue;
        line += "  " + (alignment_[c] == 'r' ? padded_left(row[c], widths[c]) : padded_right(row[c], widths[c]));
      }
      line.erase(line.find_last_not_of(' ') + 1);
      result += line + '\n';
    }
    return result;
  }

 private:
  std::string alignment_;
  std::vector<std::vector<std::string>> rows_{};  ///< the first one is the heading
};

}  // namespace incuse::report
