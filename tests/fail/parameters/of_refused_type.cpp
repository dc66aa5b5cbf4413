// Parameters that are made for the layers of a faulty network type are not looked at: there are none.
// expect: \[unknown_source\]
// errors: 1
#include <utility>

#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<1>, from<"nobody">>> {};

template <class Layers>
struct Made;
template <std::size_t... I>
struct Made<std::index_sequence<I...>> {
  static constexpr LayerParameters layers[] = {LayerParameters{.output_shift = static_cast<int>(I)}...};
};
using Trained = Made<std::make_index_sequence<static_cast<std::size_t>(graph_of<Net>().size)>>;

constexpr auto& image = Deployment<Net, max78000, Trained>::image;
