// A layer that adds a condition of its own to a checked one, in a branch and in Fused.
// expect: \[invalid_layer\]
// expect: EvenConvolution<3>
// expect: EvenConvolution<5, .*ReLU>
// errors: 2
#include <incuse/incuse.hpp>

using namespace incuse;

template <int Channels, class... Options>
struct EvenConvolution : Conv2d<Channels, kernel<1>, Options...> {
  static constexpr bool is_valid = EvenConvolution::Conv2d::is_valid && Channels % 2 == 0;
};

struct Net : Network<Input<3, 8, 8>, Residual<EvenConvolution<3>>, Fused<MaxPool2d<2>, EvenConvolution<5, ReLU>>> {};

constexpr auto& graph = graph_of<Net>();
