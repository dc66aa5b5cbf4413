// Ranges of numbers on the command line, with an answer that fits a line: CLI11 writes the largest double out.
#pragma once

#include <cmath>
#include <string>

#include <CLI/CLI.hpp>

namespace cli {

/// The text as a number; not a number if it is none.
inline double number_in(const std::string& text) {
  double number = 0;
  return CLI::detail::lexical_cast(text, number) && std::isfinite(number) ? number : std::nan("");
}

/// Numbers above 0.
inline const CLI::Validator above_0(
    [](std::string& text) { return number_in(text) > 0 ? std::string() : "'" + text + "' is no number above 0"; }, "");

/// The same of numbers that are kept as float: not so small or large that this makes them 0 or infinite.
inline const CLI::Validator float_above_0(
    [](std::string& text) {
      const auto number = static_cast<float>(number_in(text));
      return number > 0 && std::isfinite(number) ? std::string() : "'" + text + "' is no number above 0";
    },
    "");

/// Clocks and powers as they occur, and far beyond: 0.001 to 1,000,000 megahertz or watts.
inline const CLI::Validator clock_or_power(
    [](std::string& text) {
      const double number = number_in(text);
      return number >= 1e-3 && number <= 1e6 ? std::string() : "'" + text + "' is no number from 0.001 to 1000000";
    },
    "");

/// Numbers from 0 on.
inline const CLI::Validator from_0(
    [](std::string& text) { return number_in(text) >= 0 ? std::string() : "'" + text + "' is no number from 0 on"; },
    "");

}  // namespace cli
