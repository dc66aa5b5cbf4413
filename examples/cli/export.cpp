#include <cstdio>
#include <filesystem>
#include <system_error>

#include <incuse/export/cpp_source.hpp>
#include <incuse/export/max7800x_c_source.hpp>
#include <incuse/export/onnx.hpp>
#include <incuse/host/run.hpp>
#include <incuse/import/simulation.hpp>

#include "input_shape.hpp"
#include "output.hpp"
#include "output_files.hpp"
#include "verbs.hpp"

namespace cli {

namespace {

using incuse::c_source::Sample;

/// A folder that is made if it is not there, with the one that it lies in if `parents` is 1; removed if nothing is put
/// into it.
class Folder {
 public:
  Folder(const std::filesystem::path& path, int parents) {
    if (parents > 0 && !path.parent_path().empty()) make(path.parent_path());
    make(path);
  }
  ~Folder() {
    std::error_code not_empty;
    for (std::size_t i = made_.size(); i-- > 0;) std::filesystem::remove(made_[i], not_empty);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

 private:
  void make(const std::filesystem::path& path) {
    std::error_code failure;
    // Of "made/", too, it is the folder around it.
    const std::filesystem::path parent = (path.has_filename() ? path : path.parent_path()).parent_path();
    if (!parent.empty() && !std::filesystem::exists(parent, failure))
      throw UsageError(path.string() + ": there is no folder " + parent.string() + " to make it in");
    if (std::filesystem::create_directory(path, failure)) made_.push_back(path);
    if (failure || !std::filesystem::is_directory(path)) throw UsageError(path.string() + ": is no folder");
  }

  std::vector<std::filesystem::path> made_{};
};

/// The input that the program runs: the given one, or a pattern.
std::vector<int> sample_input(const Request& request, const Graph& graph) {
  if (!request.input.empty()) return input_values(request.input, graph.input);
  say(stderr, "note: no --input given: the sample input is a pattern");
  std::vector<int> values(static_cast<std::size_t>(graph.input.elements()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int>(i * 37 % 251) - 125;
  return values;
}

/// Where the files go. In the vendor's tool the prefix is the name of a folder, and names no function.
Request with_folder(Request request) {
  if (request.output.empty() && request.test_folder.empty())
    throw UsageError("--output is required: the folder to write the files to");
  if (!request.output.empty()) return request;
  if (request.name.empty()) throw UsageError("--test-dir needs --prefix: the name of the folder in it");
  request.output = (std::filesystem::path(request.test_folder) / request.name).string();
  request.name.clear();
  return request;
}

/// What `simulated_sequence` makes of the sample's outputs: those of the layers that it passes by are not expected.
void simulate(const LoadedNetwork& network, Sample& sample) {
  const incuse::Simulation simulation = incuse::simulation_of(network.description, network.graph.size);
  if (simulation.order.empty()) return;
  incuse::host::Executor executor(incuse::simulated(network.graph, network.description, simulation),
                                  network.parameters(), {*network.device, network.planned.options});
  executor.set_input(sample.input.data());
  executor.run();
  const Graph& planned = network.planned.graph;
  for (int i = 0; i < planned.size; ++i) {
    const int own = planned[i].author_layer >= 0 ? planned[i].author_layer : i;
    if (planned[i].inserted || !simulation.expects(own, network.graph[own], network.graph.size)) continue;
    sample.outputs[static_cast<std::size_t>(i)] = executor.output_of(own);
    sample.expected.push_back(i);
  }
}

}  // namespace

ExitCode export_onnx(const Request& request) {
  LoadedNetwork network = load(request);
  print_errors(network, stderr);
  if (network.described.graph.size == 0) {
    say(stderr, network.description.file + ": no ONNX: the network cannot be understood");
    return ExitCode::findings;
  }
  // Without weights, channels are as many as were assumed.
  const incuse::OnnxFile file =
      incuse::onnx_file(network.described.graph, network.has_weights ? network.parameters() : incuse::Parameters{},
                        network.description.arch);
  for (const std::string& error : file.errors) say(stderr, network.description.file + ": error: " + error);
  if (!file.ok()) return ExitCode::findings;
  write_result(request, file.bytes);
  return network.ok() ? ExitCode::success : ExitCode::findings;
}

ExitCode export_c(const Request& given) {
  const Request request = with_folder(given);
  if (!request.name.empty() && !incuse::cpp::is_identifier(request.name))
    throw UsageError("--prefix needs a word that can begin a C name, not '" + request.name + "'");
  LoadedNetwork network = load(request);
  if (network.ok() && !network.device->interrupts)
    throw UsageError("C relies on the accelerator's interrupt, which " + string_of(network.device->name) +
                     " does not have: in C++ the driver asks until an inference is complete");
  if (network.has_weights) prove(request, network);
  print_errors(network, stderr);
  if (!network.has_weights && network.ok()) throw UsageError("C needs weights: give --weights or --checkpoint");
  if (!network.ok()) {
    say(stderr, network.description.file + ": no C: the network does not fit");
    return ExitCode::findings;
  }
  const auto& [graph, options, plan, fits] = network.planned;
  incuse::host::Executor executor(graph, network.parameters(), {*network.device, options});
  if (!executor.ready()) {
    say(stderr, network.description.file + ": error: no C: " + executor.problem());
    return ExitCode::findings;
  }
  Sample sample{sample_input(request, graph), {}, {}};
  executor.set_input(sample.input.data());
  executor.run();
  for (int i = 0; i < graph.size; ++i) sample.outputs.push_back(executor.output_of(i));
  simulate(network, sample);

  const incuse::max7800x::Device device = device_with(network.options, *network.device);
  std::vector<OutputFile> files;
  for (const incuse::c_source::File& file : incuse::c_source::project(
           graph, plan, device, options, network.parameters(), sample, {request.name, network.description.arch}))
    files.push_back({(std::filesystem::path(request.output) / file.name).string(), file.text});
  const Folder folder(request.output, given.output.empty() ? 1 : 0);  // --test-dir may be new, too
  write_files(files, inputs_of(request));
  for (const OutputFile& file : files) say(stdout, file.path);
  return ExitCode::success;
}

}  // namespace cli
