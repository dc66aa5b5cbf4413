// The options of a layer type of one's own are checked as those of the library's are.
// expect-gcc: \[repeated_option\] layer 0 \(b\): this layer is given two options of one kind \(name in Block\); leave one out
// expect-gcc: \[unknown_option\] layer 1: this layer does not take this option \(kernel<1> in Block\); leave it out
// expect-gcc: \[option_value\] layer 2: the value of this option is out of its range \(bits<3> in Block; allowed: 1, 2, 4 or 8\); correct it
// expect-clang: \[repeated_option\] this layer is given two options of one kind; leave one out
// expect-clang19: layer 0 \(b\) \(name in Block\)
// expect-clang: \[unknown_option\] this layer does not take this option; leave it out
// expect-clang19: layer 1 \(kernel<1> in Block\)
// expect-clang: \[option_value\] the value of this option is out of its range; correct it
// expect-clang19: layer 2 \(bits<3> in Block;
// expect-clang14: incuse::facts::layer<0>
// expect-clang14: incuse::facts::layer<1>
// expect-clang14: incuse::facts::layer<2>
// errors: 3
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

struct Net : Network<Input<3, 16, 16>, Block<8, as<"a">, as<"b">>, Block<8, kernel<1>>, Block<8, bits<3>>> {};

constexpr auto& graph = graph_of<Net>();
