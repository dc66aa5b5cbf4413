#include "output.hpp"

#include <filesystem>

#include <incuse/import/file.hpp>

#include "output_files.hpp"

namespace cli {

std::vector<std::string> inputs_of(const Request& request) {
  std::vector<std::string> files;
  for (const std::string* one : {&request.description, &request.checkpoint, &request.input, &request.expected})
    if (!one->empty()) files.push_back(*one);
  files.insert(files.end(), request.biases.begin(), request.biases.end());
  for (const std::string& weights : request.weights) {
    files.push_back(weights);
    std::error_code none;  // ignored: a file is no folder
    for (const auto& entry : std::filesystem::directory_iterator(weights, none))
      if (incuse::is_trained_file(entry.path().filename().string())) files.push_back(entry.path().string());
  }
  return files;
}

void write_result(const Request& request, const std::string& text) {
  if (request.output.empty())
    std::fwrite(text.data(), 1, text.size(), stdout);
  else
    write_files({{request.output, text}}, inputs_of(request));
}

void say(std::FILE* to, const std::string& line) { std::fprintf(to, "%s\n", incuse::printable(line).c_str()); }

void print_messages(const LoadedNetwork& network, std::FILE* to) {
  for (const std::string& note : network.notes) say(to, network.description.file + ": note: " + note);
  for (const Message& message : network.messages) say(to, message.text);
}

void print_errors(const LoadedNetwork& network, std::FILE* to) {
  for (const Message& message : network.messages)
    if (message.severity == incuse::Severity::error) say(to, message.text);
}

ExitCode print_errors(const std::vector<std::string>& errors) {
  for (const std::string& error : errors) say(stderr, error);
  return ExitCode::findings;
}

}  // namespace cli
