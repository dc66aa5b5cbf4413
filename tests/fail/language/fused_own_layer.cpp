// expect-gcc: \[fused_own_layer\] layer 0: Fused takes a layer of one.+s own only if its options are known and it pools, combines or computes \(Plain\); derive it from CheckedLayer, and let it describe one of the three
// expect-clang: \[fused_own_layer\] Fused takes a layer of one.+s own only if its options are known and it pools, combines or computes; derive it from CheckedLayer, and let it describe one of the three
// expect-clang19: layer 0 \(Plain\)
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Plain {
  static constexpr bool is_valid = true;
  static constexpr void describe(LayerDraft& draft) {
    draft.layer.op = Operator::conv2d;
    draft.layer.out_channels = 4;
  }
};

struct Net : Network<Input<3, 8, 8>, Fused<MaxPool2d<2>, Plain>> {};

constexpr auto& graph = graph_of<Net>();
