// Draws networks of the examples: incuse_example_graphs FOLDER writes <example>.svg there. examples/README.md shows
// them.
#include <incuse/host/random_parameters.hpp>
#include <incuse/incuse.hpp>
#include <incuse/max7800x/devices.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/report/drawn_max7800x.hpp>
#include <incuse/report/graph_svg.hpp>

#include <fstream>
#include <string>

#include <examples/early_exit/exit_net.hpp>
#include <examples/fashion_mnist/fashion_net.hpp>
#include <examples/train_keywords/keyword_net.hpp>

using namespace incuse;

namespace {

template <class Net>
bool draw(const std::string& folder, const std::string& example, const max7800x::Device& device) {
  constexpr const auto& graph = graph_of<Net>();
  const host::RandomParameters parameters = host::random_parameters(graph, 1, device.max_shift);
  const auto planned = max7800x::arrange_and_plan<max7800x::most_layers>(bind(graph, parameters.view()), device);
  std::ofstream file(folder + '/' + example + ".svg", std::ios::binary);
  file << report::graph_svg(report::drawn_network(example, planned.graph, device));
  return static_cast<bool>(file.flush());
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const std::string folder = arguments[1];
  return draw<fashion::EarlyFashionNet>(folder, "early_exit", max78002) &&
                 draw<fashion::FashionNet>(folder, "train_fashion", max78000) &&
                 draw<examples::KeywordNet>(folder, "train_keywords", max78000)
             ? 0
             : 2;
}
