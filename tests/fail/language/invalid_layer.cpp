// expect: \[invalid_layer\] this layer says of itself that it is not valid; correct its arguments; its own comment, or a static_assert in it, says which it takes
// expect: EvenConvolution<3>
// errors: 1
// lines: 200
#include <incuse/incuse.hpp>

using namespace incuse;

template <int Channels>
struct EvenConvolution {
  static constexpr bool is_valid = Channels % 2 == 0;
  static constexpr void describe(LayerDraft& draft) {
    draft.layer.op = Operator::conv2d;
    draft.layer.out_channels = Channels;
  }
};

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<1>>, EvenConvolution<3>> {};

constexpr auto& graph = graph_of<Net>();
