// expect: \[no_output_channels\] .*a layer with weights describes itself without output channels; let describe\(\) set out_channels, or groups to 0 for as many as the input has
// expect-clang14: facts::layer<0>
// expect-clang19: layer 0
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

template <int Channels, class... Options>
struct Block : CheckedLayer<Block<Channels, Options...>, weighted_options<2>, Options...> {
  static constexpr void describe(LayerDraft& draft) {
    draft.layer.op = Operator::conv2d;
    draft.layer.out_channels = Channels;
    draft.layer.kernel = {3, 3};
    Block::apply_options(draft);
  }
};

struct Net : Network<Input<3, 16, 16>, Block<0>> {};

constexpr auto& graph = graph_of<Net>();
