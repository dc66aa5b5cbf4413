#include "output.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace cli {

void write_result(const std::string& path, const std::string& text) {
  if (path.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return;
  }
  const std::string unfinished = path + ".unfinished";
  std::ofstream out(unfinished, std::ios::binary);
  out << text;
  out.close();
  std::error_code failure;
  if (out) std::filesystem::rename(unfinished, path, failure);
  if (out && !failure) return;
  std::error_code ignored;
  std::filesystem::remove(unfinished, ignored);
  throw UsageError(path + ": cannot be written");
}

void print_messages(const LoadedNetwork& network, std::FILE* to) {
  for (const std::string& note : network.notes)
    std::fprintf(to, "%s: note: %s\n", network.description.file.c_str(), note.c_str());
  for (const Message& message : network.messages) std::fprintf(to, "%s\n", message.text.c_str());
}

void print_errors(const LoadedNetwork& network, std::FILE* to) {
  for (const Message& message : network.messages)
    if (message.severity == incuse::Severity::error) std::fprintf(to, "%s\n", message.text.c_str());
}

}  // namespace cli
