#include "header.hpp"

#include <incuse/export/cpp_words.hpp>

namespace cli {

std::string comment_text(const std::string& text) {
  std::string out;
  for (char c : text) out += c >= ' ' && c <= '~' && c != '\\' && c != '?' ? c : '_';
  return out;
}

std::string header_text(const std::string& origin, const std::string& name, const std::string& body) {
  return "// " + comment_text(origin) +
         "; do not edit.\n"
         "// Weights are signed bytes in C order, 3-digit escapes are octal.\n"
         "// clang-format off\n"
         "#pragma once\n\n" +
         incuse::cpp::include_lines({"incuse.hpp"}, incuse::cpp::single_headers) + "\nnamespace " + name + " {\n\n" + body +
         "}  // namespace " + name + '\n';
}

std::string real_header_text(const std::string& origin, const std::string& name, const std::string& body) {
  return "// " + comment_text(origin) +
         "; do not edit. Weights are real numbers, and quantised while this compiles.\n"
         "// clang-format off\n"
         "#pragma once\n\n" +
         incuse::cpp::include_lines(
             {"incuse.hpp", "k210/deployment.hpp", "model/activations.hpp", "model/software.hpp"},
             incuse::cpp::single_headers_of_k210) +
         "\nnamespace " + name + " {\n\n" + body + "}  // namespace " + name + '\n';
}

}  // namespace cli
