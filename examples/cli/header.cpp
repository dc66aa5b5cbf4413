#include "header.hpp"

#include <incuse/export/cpp_source.hpp>

namespace cli {

std::string comment_text(const std::string& text) {
  std::string out;
  for (char c : text) out += c >= ' ' && c <= '~' && c != '\\' && c != '?' ? c : '_';
  return out;
}

std::string header_text(const std::string& origin, const std::string& name, const std::string& body,
                        incuse::Parameters parameters) {
  const bool long_literals = incuse::cpp::has_long_literal(parameters);
  std::string text = "// " + comment_text(origin) +
                     "; do not edit.\n"
                     "// Weights are signed bytes in C order, 3-digit escapes are octal.\n"
                     "// clang-format off\n"
                     "#pragma once\n\n"
                     "#ifndef INCUSE_SINGLE_HEADER\n#include <incuse/incuse.hpp>\n#endif\n\n";
  if (long_literals)
    text +=
        "#ifdef __clang__\n#pragma clang diagnostic push\n#pragma clang diagnostic ignored \"-Woverlength-strings\"\n"
        "#endif\n\n";
  text += "namespace " + name + " {\n\n" + body + "}  // namespace " + name + '\n';
  if (long_literals) text += "\n#ifdef __clang__\n#pragma clang diagnostic pop\n#endif\n";
  return text;
}

}  // namespace cli
