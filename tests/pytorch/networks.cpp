// Networks as modules of PyTorch: writes them, and compares what they compute there with the executor.
//
//     incuse_pytorch_networks write FOLDER      one module for each network
//     incuse_pytorch_networks compare FOLDER    with the tensors, inputs and outputs that run_modules.py has left
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <incuse/export/pytorch.hpp>
#include <incuse/host/run.hpp>
#include <incuse/import/npy.hpp>
#include <incuse/import/quantise.hpp>
#include <incuse/import/tensor_files.hpp>
#include <incuse/incuse.hpp>

using namespace incuse;

namespace {

struct Plain : Network<Input<2, 8, 8>, Conv2d<4, kernel<3>, pad<1>, ReLU, bias, as<"conv1">>,
                       Fused<MaxPool2d<2>, ConvTranspose2d<3, kernel<3>, pad<1>, ReLU, bias, as<"up">>>, Flatten,
                       Linear<5, wide, bias, as<"fc">>> {};

struct Residual : Network<Input<3, 12, 9>, Conv2d<8, kernel<1>, bias, as<"first">>,
                          Fused<AvgPool2d<2>, Conv2d<8, kernel<3>, pad<1>, Abs, bits<4>, as<"second">>>,
                          Conv2d<8, kernel<3>, pad<1>, bits<2>, bias, as<"third">>,
                          Fused<Sub<from<"second", "third">>, Conv2d<6, kernel<3>, pad<2>, bits<1>, output, as<"sum">>>,
                          Fused<AvgPool2d<Window{3, 2}, stride<2>>, Conv2d<4, kernel<1>, output, as<"mean">>>,
                          Add<from<"mean", "mean">, as<"twice">>> {};

struct Bits
    : Network<Input<4, 6, 6>, Conv2d<4, kernel<3>, pad<1>, as<"a">>,
              Conv2d<4, kernel<3>, pad<1>, from<"input">, as<"b">>, BitwiseXor<from<"a", "b">, as<"x">>,
              BitwiseOr<from<"a", "x">, as<"o">>, Conv2d<7, kernel<3>, from<"o", "x", "b">, crop<1, 2>, as<"joined">>,
              DepthwiseConv2d<kernel<3>, pad<1>, bias, as<"each">>, Flatten, Linear<9, as<"fc">>> {};

struct Sequence : Network<Input<6, 40>, Conv1d<8, kernel<3>, dilation<2>, bias, ReLU, as<"one">>,
                          Fused<AvgPool1d<3, stride<2>>, Conv1d<8, kernel<9>, pad<2>, bias, Abs, as<"two">>>,
                          Fused<MaxPool1d<2>, Conv1d<5, kernel<1>>>, Flatten, Linear<4, wide, bits<4>, bias>> {};

/// Calls `visit(name, graph, rounds)` for every network.
template <class Visit>
void for_each_network(Visit&& visit) {
  visit("plain", graph_of<Plain>(), false);
  visit("residual", graph_of<Residual>(), false);
  visit("rounded", graph_of<Residual>(), true);
  visit("bits", graph_of<Bits>(), false);
  visit("sequence", graph_of<Sequence>(), false);
  visit("sequence_rounded", graph_of<Sequence>(), true);
}

int problems = 0;
void tell(const std::string& name, const std::string& problem) {
  std::printf("%s: %s\n", name.c_str(), problem.c_str());
  ++problems;
}

template <int N>
void write(const std::string& folder, const std::string& name, const Graph<N>& graph, bool rounds) {
  const PytorchText module = pytorch_module(graph, "Net", rounds);
  for (const std::string& error : module.errors) tell(name, error);
  std::ofstream(folder + "/" + name + ".py") << module.text;
}

/// What a module has put out for one input, all outputs one behind the other.
template <int N>
std::vector<std::int64_t> outputs_of(const host::Executor<N>& executor, const Graph<N>& graph) {
  std::vector<std::int64_t> values;
  for (const int i : output_layers(graph))
    for (const int value : executor.output_of(i)) values.push_back(value);
  return values;
}

template <int N>
void compare(const std::string& folder, const std::string& name, const Graph<N>& graph, bool rounds) {
  import::LoadOptions by_name;
  if (!graph[0].name.empty()) by_name.matching = import::Matching::names;
  const import::NamedTensors source = import::read_tensors(folder + "/" + name + ".pt");
  const import::LoadedLayers loaded = import::load(graph, source, by_name);
  const import::StoredParameters stored = import::quantise(graph, loaded);
  for (const std::string& error : stored.errors()) tell(name, error);
  const NpyResult input = read_npy(folder + "/" + name + ".input.npy");
  const NpyResult output = read_npy(folder + "/" + name + ".output.npy");
  if (!stored.ok() || !input.ok() || !output.ok()) return tell(name, input.error + output.error);
  max7800x::Options options;
  options.average_pool_rounding = rounds;
  host::Executor executor(bind(graph, stored.parameters()), stored.parameters(), {max78000, options});
  if (!executor.ready()) return tell(name, executor.problem());
  const auto each = static_cast<std::size_t>(graph.input.elements());
  std::vector<std::int64_t> computed;
  for (std::size_t at = 0; at + each <= input.array.values.size(); at += each) {
    const std::vector<int> values(input.array.values.begin() + static_cast<std::ptrdiff_t>(at),
                                  input.array.values.begin() + static_cast<std::ptrdiff_t>(at + each));
    executor.set_input(values.data());
    executor.run();
    const std::vector<std::int64_t> own = outputs_of(executor, graph);
    computed.insert(computed.end(), own.begin(), own.end());
  }
  if (computed != output.array.values) return tell(name, "the outputs differ");
  std::printf("%s: %zu values are the same\n", name.c_str(), computed.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string mode = argv[1], folder = argv[2];
  for_each_network([&](const std::string& name, const auto& graph, bool rounds) {
    mode == "write" ? write(folder, name, graph, rounds) : compare(folder, name, graph, rounds);
  });
  return problems == 0 ? 0 : 1;
}
