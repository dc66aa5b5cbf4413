// expect-gcc: \[invalid_layer\] layer 1: this layer says of itself that it is not valid \(EvenConvolution<3>\); correct its arguments; its own comment, or a static_assert in it, says which it takes
// expect-clang: \[invalid_layer\] this layer says of itself that it is not valid; correct its arguments; its own comment, or a static_assert in it, says which it takes
// expect-clang19: layer 1 \(EvenConvolution<3>\)
// expect-clang14: incuse::facts::layer<1>
// errors: 1
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
