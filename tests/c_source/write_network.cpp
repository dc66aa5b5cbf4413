// Writes the C project of a network that no reference case has.
//
//     incuse_write_network remembering|early|late FOLDER PREFIX
#include <filesystem>
#include <fstream>
#include <string>

#include <incuse/export/max7800x_c_source.hpp>
#include <incuse/host/random_parameters.hpp>
#include <incuse/host/run.hpp>
#include <incuse/incuse.hpp>

using namespace incuse;

namespace {

struct Remembering : Network<Input<3, 6, 6>, RollingBuffer<8, 5>, Conv2d<4, kernel<3>, pad<1>, ReLU>, ShiftBuffer<1>,
                             Fused<AvgPool2d<2>, Conv2d<8, kernel<3>, buffer_insert<1>>>,
                             Conv1d<4, kernel<3>, from<"buffer">>, Flatten, Linear<3, wide>> {};

/// The first exit is never taken. The second one is taken if the input has the value that it looks for.
struct TwoExits : Network<Input<6, 1, 1>, Conv2d<4, kernel<1>, ReLU>, EarlyExit<any_at_least<127>, Linear<5>>,
                          EarlyExit<at_least<2, 40>, Identity<from<"input">>>, Linear<3, wide>> {};

/// Writes the network, with an input whose values are all the same, or with a random one; 0 if it has not been
/// possible.
template <class Net>
int write(const max7800x::Device& device, const std::string& folder, const std::string& prefix, int value = 0) {
  const auto& graph = graph_of<Net>();
  const host::RandomParameters parameters = host::random_parameters(graph);
  const auto planned = max7800x::arrange_and_plan<max7800x::most_layers>(bind(graph, parameters.view()), device);
  if (!max7800x::inspect(planned.graph, planned.plan, device, planned.options).ok()) return 1;
  c_source::Sample sample{host::random_input(graph, 1)};
  if (value != 0) sample.input.assign(sample.input.size(), value);
  host::Executor executor(planned.graph, parameters.view(), {device, planned.options});
  executor.set_input(sample.input.data());
  executor.run();
  for (int i = 0; i < planned.graph.size; ++i) sample.outputs.push_back(executor.output_of(i));
  std::filesystem::create_directories(folder);
  for (const c_source::File& file : c_source::project(planned.graph, planned.plan, device, planned.options,
                                                      parameters.view(), sample, {prefix, "a network"}))
    std::ofstream(folder + "/" + file.name, std::ios::binary) << file.text;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string which = argv[1];
  if (which == "remembering") return write<Remembering>(max78000, argv[2], argv[3]);
  if (which == "early") return write<TwoExits>(max78002, argv[2], argv[3], 40);
  if (which == "late") return write<TwoExits>(max78002, argv[2], argv[3], 39);
  return 2;
}
