#include <incuse/incuse.hpp>

namespace incuse {
#include SNIPPET
}  // namespace incuse

using namespace incuse;

namespace {

template <int Channels>
constexpr int findings() {
  using Net = Network<Input<3, 8, 8>, Conv2d<Channels, kernel<1>>>;
  const auto& graph = graph_of<Net>();
  const max7800x::Options options{};
  const max7800x::WholeNetwork network = max7800x::detail::whole_network(graph, max78000, options);
  constexpr CheckedRule<max7800x::OneLayer> table[] = {
      {&max7800x::rules::even_channels, &max7800x::rules::even_channels_condition::check}};
  Findings found;
  apply(table, max7800x::OneLayer{network, max78000, graph[0], 0}, Blame{found, 0, graph[0].name});
  return found.size;
}
static_assert(findings<3>() == 1 && findings<4>() == 0);

}  // namespace

int main() {}
