// Layer types that a user adds: a type with describe(LayerDraft&) is a layer like any other, a type that names others
// and appends them is a module. Nothing of the library has to be changed for them.
#include <incuse/incuse.hpp>

using namespace incuse;

namespace {

/// A layer type of a user's own: a 3x3 convolution that keeps the size, with ReLU.
template <int Channels, class... Options>
struct Block {
  static constexpr bool is_valid = true;

  static constexpr void describe(LayerDraft& draft) {
    draft.layer.op = Operator::conv2d;
    draft.layer.out_channels = Channels;
    draft.layer.kernel = {3, 3};
    draft.layer.padding = {1, 1};
    draft.layer.activation = Activation::relu;
    (Options::apply(draft), ...);
  }
};

struct Foreign : Network<Input<3, 16, 16>, Block<8, as<"first">>, Block<8, bits<4>>, Flatten, Linear<4>> {};
struct Own : Network<Input<3, 16, 16>, Conv2d<8, kernel<3>, pad<1>, ReLU, as<"first">>,
                     Conv2d<8, kernel<3>, pad<1>, ReLU, bits<4>>, Flatten, Linear<4>> {};

static_assert(graph_of<Foreign>().layers[0] == graph_of<Own>().layers[0]);
static_assert(graph_of<Foreign>().layers[1] == graph_of<Own>().layers[1]);
static_assert(graph_of<Foreign>().layers[2] == graph_of<Own>().layers[2]);
static_assert(fits<Foreign, max78000> == fits<Own, max78000>);

/// The same with options that are checked as the library's are; it can be fused, too.
template <int Channels, class... Options>
struct Checked : CheckedLayer<Checked<Channels, Options...>, weighted_options<2>, Options...> {
  static constexpr void describe(LayerDraft& draft) {
    Block<Channels>::describe(draft);
    Checked::apply_options(draft);
  }
};
/// Pools, and takes a stride.
template <class... Options>
struct Halve : CheckedLayer<Halve<Options...>, layer_options<2, option::stride>, Options...> {
  static constexpr void describe(LayerDraft& draft) {
    draft.layer.pooling = Pooling::max;
    draft.layer.pool = draft.layer.pool_stride = {2, 2};
    Halve::apply_options(draft);
  }
};
struct FusedForeign : Network<Input<3, 16, 16>, Fused<Halve<stride<1>>, Checked<8, as<"first">, bits<4>>>,
                              Fused<MaxPool2d<2>, Checked<4>>, Halve<>> {};
struct FusedOwn : Network<Input<3, 16, 16>,
                          Fused<MaxPool2d<2, stride<1>>, Conv2d<8, kernel<3>, pad<1>, ReLU, as<"first">, bits<4>>>,
                          Fused<MaxPool2d<2>, Conv2d<4, kernel<3>, pad<1>, ReLU>>, MaxPool2d<2>> {};
static_assert(graph_of<FusedForeign>().layers[0] == graph_of<FusedOwn>().layers[0]);
static_assert(graph_of<FusedForeign>().layers[1] == graph_of<FusedOwn>().layers[1]);
static_assert(graph_of<FusedForeign>().layers[2] == graph_of<FusedOwn>().layers[2]);

// In branches, too.
struct Branched : Network<Input<4, 16, 16>, Residual<Block<4>, Block<4>>> {};
struct OwnBranches
    : Network<Input<4, 16, 16>, Residual<Conv2d<4, kernel<3>, pad<1>, ReLU>, Conv2d<4, kernel<3>, pad<1>, ReLU>>> {};
static_assert(graph_of<Branched>().size == graph_of<OwnBranches>().size);
static_assert(graph_of<Branched>().layers[2] == graph_of<OwnBranches>().layers[2]);

}  // namespace
