#include <incuse/export/pytorch.hpp>

#include "output.hpp"
#include "verbs.hpp"

namespace cli {

ExitCode export_pytorch(const Request& request) {
  const LoadedNetwork network = load(request);
  print_errors(network, stderr);
  Graph graph = network.described.graph;
  if (graph.size == 0) {
    say(stderr, network.description.file + ": no module: the network cannot be understood");
    return ExitCode::findings;
  }
  if (!network.has_weights) {
    say(stderr,
        network.description.file +
            ": note: no weights given: every layer with weights is taken to have a bias and, where nothing else is "
            "said, 8 bits and as many output channels as there are processors for them");
    for (int i = 0; i < graph.size; ++i) graph[i].bias = graph[i].trained();
  }
  const incuse::PytorchText module =
      incuse::pytorch_module(graph, request.name.empty() ? "Net" : request.name, network.options.average_pool_rounding);
  for (const std::string& error : module.errors) say(stderr, network.description.file + ": error: " + error);
  if (!module.ok()) return ExitCode::findings;
  write_result(request, module.text);
  return network.ok() ? ExitCode::success : ExitCode::findings;
}

}  // namespace cli
