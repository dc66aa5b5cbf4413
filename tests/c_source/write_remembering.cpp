// Writes the C project of a network with a rolling buffer.
//
//     incuse_write_remembering FOLDER PREFIX
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

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto& graph = graph_of<Remembering>();
  const host::RandomParameters parameters = host::random_parameters(graph);
  const auto planned = max7800x::arrange_and_plan<max7800x::most_layers>(bind(graph, parameters.view()), max78000);
  if (!max7800x::inspect(planned.graph, planned.plan, max78000, planned.options).ok()) return 1;
  c_source::Sample sample{host::random_input(graph, 1)};
  host::Executor executor(planned.graph, parameters.view(), planned.options);
  executor.set_input(sample.input.data());
  executor.run();
  for (int i = 0; i < planned.graph.size; ++i) sample.outputs.push_back(executor.output_of(i));
  std::filesystem::create_directories(argv[1]);
  for (const c_source::File& file : c_source::project(planned.graph, planned.plan, max78000, planned.options,
                                                      parameters.view(), sample, {argv[2], "remembering"}))
    std::ofstream(std::string(argv[1]) + "/" + file.name, std::ios::binary) << file.text;
  return 0;
}
