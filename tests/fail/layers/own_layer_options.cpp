// The options of a layer type of one's own are checked as those of the library's are.
// expect: \[repeated_option\].*
// expect: Block<8, .*as<.*option::name
// expect: \[unknown_option\].*
// expect: Block<8, .*kernel<
// expect: \[option_value\].*
// expect: Block<8, .*bits<3>
// errors: 3
// lines: 200
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
