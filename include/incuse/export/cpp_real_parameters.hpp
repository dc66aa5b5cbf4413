// Parameters in floating point as C++ source: what a deployment to the K210 quantises while it compiles.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include <incuse/export/cpp_words.hpp>
#include <incuse/k210/tables/real_networks.hpp>

namespace incuse::cpp {

namespace detail {

/// A finite number as a literal that reads as the same float.
inline std::string real_literal(float number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", static_cast<double>(number));
  std::string literal = text;
  if (literal.find_first_of(".e") == std::string::npos) literal += ".0";
  return literal + 'f';
}
inline std::string range_literal(k210::Range range) {
  return "{" + real_literal(range.low) + ", " + real_literal(range.high) + "}";
}

/// An array, in lines of at most 120 characters.
inline std::string real_array(const std::string& name, const k210::Reals& values) {
  std::string text = "  static constexpr float " + name + "[] = {", line;
  for (int i = 0; i < values.count; ++i) {
    const std::string number = real_literal(values[i]) + (i + 1 < values.count ? "," : "");
    if (line.empty() || line.size() + number.size() > 112) {
      text += line + "\n      ";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + number;
  }
  return text + line + "};\n";
}

}  // namespace detail

/// A struct with the static members `input` and `real_layers`, as Deployment takes it. Numbers are finite.
inline std::string real_parameters_struct(const std::string& struct_name, const std::vector<k210::RealLayer>& layers,
                                          k210::Range input) {
  std::string arrays, rows;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const k210::RealLayer& own = layers[i];
    const std::string number = std::to_string(i);
    const auto array = [&](const char* part, const k210::Reals& values) -> std::string {
      if (values.empty()) return "{}";
      std::string name = part + number;
      arrays += detail::real_array(name, values);
      return name;
    };
    rows += "      {" + quoted_literal(detail::view(own.name));
    rows += ", " + array("weights", own.weights);
    rows += ", " + array("bias", own.bias);
    rows += ", {}, " + detail::range_literal(own.convolved) + ", " + detail::range_literal(own.output) + "},\n";
  }
  std::string text = "struct " + struct_name + " {\n" + arrays;
  text += "  static constexpr incuse::k210::Range input" + detail::range_literal(input) + ";\n";
  if (!rows.empty()) text += "  static constexpr incuse::k210::RealLayer real_layers[] = {\n" + rows + "  };\n";
  return text + "};\n";
}

}  // namespace incuse::cpp
