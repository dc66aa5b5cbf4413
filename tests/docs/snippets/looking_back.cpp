#include <incuse/incuse.hpp>

using namespace incuse;

#include SNIPPET

int main() {
  constexpr const auto& graph = graph_of<Gestures>();
  max7800x::Options options;
  options.overlap_data = true;
  const auto planned = max7800x::arrange_and_plan<max7800x::most_layers>(graph, max78000, options);
  return max7800x::inspect(planned.graph, planned.plan, max78000, planned.options).ok() ? 0 : 1;
}
