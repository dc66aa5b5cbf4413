#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <incuse/export/c_source.hpp>
#include <incuse/export/cpp_source.hpp>
#include <incuse/host/run.hpp>

#include "input_shape.hpp"
#include "output.hpp"
#include "verbs.hpp"

namespace cli {

namespace {

using incuse::c_source::File;
using incuse::c_source::Sample;

/// Removes what it was told of, unless it is told to keep it.
class Unfinished {
 public:
  ~Unfinished() {
    std::error_code ignored;
    for (const std::filesystem::path& path : paths_) std::filesystem::remove(path, ignored);
    if (!folder_.empty()) std::filesystem::remove(folder_, ignored);  // stays if it is not empty
  }
  void add(const std::filesystem::path& path) { paths_.push_back(path); }
  void add_folder(const std::filesystem::path& path) { folder_ = path; }
  void keep() {
    paths_.clear();
    folder_.clear();
  }

 private:
  std::vector<std::filesystem::path> paths_{};
  std::filesystem::path folder_{};
};

/// Writes files into a folder, which is made if it is not there. They are written beside their places first, so that
/// either all of them appear or none.
void write_files(const std::filesystem::path& folder, const std::vector<File>& files) {
  Unfinished unfinished;
  std::error_code failure;
  if (std::filesystem::create_directory(folder, failure)) unfinished.add_folder(folder);
  if (failure || !std::filesystem::is_directory(folder)) throw UsageError(folder.string() + ": is no folder");
  const auto beside = [&](const File& file) { return folder / (file.name + ".unfinished"); };
  for (const File& file : files) {
    unfinished.add(beside(file));
    std::ofstream out(beside(file), std::ios::binary);
    out << file.text;
    out.close();
    if (!out) throw UsageError((folder / file.name).string() + ": cannot be written");
    if (std::filesystem::is_directory(folder / file.name))
      throw UsageError((folder / file.name).string() + ": is a folder");
  }
  for (const File& file : files) {
    std::filesystem::rename(beside(file), folder / file.name, failure);
    if (failure) throw UsageError((folder / file.name).string() + ": cannot be written");
  }
  unfinished.keep();
}

/// The input that the program runs: the given one, or a pattern.
std::vector<int> sample_input(const Request& request, const Graph& graph) {
  const auto count = static_cast<std::size_t>(graph.input.elements());
  std::vector<int> values(count);
  if (request.input.empty()) {
    std::fprintf(stderr, "note: no --input given: the sample input is a pattern\n");
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<int>(i * 37 % 251) - 125;
    return values;
  }
  const incuse::NpyArray input = read_input(request.input);
  if (input.values.size() != count)
    throw UsageError(request.input + ": the input has " + std::to_string(input.values.size()) +
                     " values, but the network reads " + std::to_string(count));
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<int>(input.values[i]);
  return values;
}

}  // namespace

namespace {

/// Where the files go. In the vendor's tool the prefix is the name of a folder, and names no function.
Request with_folder(Request request) {
  if (request.output.empty() && request.test_folder.empty())
    throw UsageError("--output is required: the folder to write the files to");
  if (!request.output.empty()) return request;
  request.output = (std::filesystem::path(request.test_folder) / request.name).string();
  request.name.clear();
  return request;
}

}  // namespace

ExitCode export_c(const Request& given) {
  const Request request = with_folder(given);
  if (!request.name.empty() && !incuse::cpp::is_identifier(request.name))
    throw UsageError("--prefix needs a word that can begin a C name, not '" + request.name + "'");
  LoadedNetwork network = load(request);
  if (network.has_weights) prove(request, network);
  print_errors(network, stderr);
  if (!network.has_weights && network.ok()) throw UsageError("C needs weights: give --weights or --checkpoint");
  if (!network.ok()) {
    std::fprintf(stderr, "%s: no C: the network does not fit\n", network.description.file.c_str());
    return ExitCode::findings;
  }
  const auto& [graph, options, plan, fits] = network.planned;
  incuse::host::Executor executor(graph, network.parameters(), options);
  if (!executor.ready()) {
    std::fprintf(stderr, "%s: error: no C: %.*s\n", network.description.file.c_str(), executor.reason().reason.size,
                 executor.reason().reason.data);
    return ExitCode::findings;
  }
  Sample sample{sample_input(request, graph), {}};
  executor.set_input(sample.input.data());
  executor.run();
  for (int i = 0; i < graph.size; ++i) sample.outputs.push_back(executor.output_of(i));

  const std::vector<File> files = incuse::c_source::project(graph, plan, *network.device, options, network.parameters(),
                                                            sample, {request.name, network.description.arch});
  write_files(request.output, files);
  for (const File& file : files)
    std::printf("%s\n", (std::filesystem::path(request.output) / file.name).string().c_str());
  return ExitCode::success;
}

}  // namespace cli
