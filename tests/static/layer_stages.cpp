// Which stage may write which members of a layer: what an author has written is never changed afterwards.
#include <incuse/incuse.hpp>

#include <support/networks.hpp>

using namespace incuse;

namespace {

/// True if all layers of two graphs are equal in these parts.
template <class... Parts, int N>
constexpr bool same_in(const Graph<N>& a, const Graph<N>& b) {
  for (int i = 0; i < a.size; ++i)
    if (!(... && (static_cast<const Parts&>(a[i]) == static_cast<const Parts&>(b[i])))) return false;
  return a.size == b.size;
}

/// True if the layers of the planner's copy are written as the author's are.
template <int N, int M>
constexpr bool keeps_written(const Graph<N>& author, const Graph<M>& planned) {
  for (int i = 0; i < planned.size; ++i) {
    const int own = planned[i].author_layer < 0 ? i : planned[i].author_layer;
    if (!planned[i].inserted && !(static_cast<const WrittenLayer&>(planned[i]) == author[own])) return false;
  }
  return author.size > 0 && planned.size >= author.size;
}

// As lowering leaves it, with everything open that can be left open.
struct Net : Network<Input<3, 16, 16>, Conv2d<16, kernel<3>, pad<1>, bias>, DepthwiseConv2d<kernel<3>, pad<1>, bias>,
                     Residual<Conv2d<16, kernel<3>, pad<1>>>, Flatten, Linear<10>> {};
constexpr auto open = [] {
  auto graph = graph_of<Net>();
  for (int i = 0; i < graph.size; ++i) {
    static_cast<InferredShapes&>(graph[i]) = {};
    graph[i].output = false;
  }
  graph[1].groups = 0;
  graph[1].out_channels = 0;
  graph[2].sources = {};
  return graph;
}();

// infer: open options and shapes.
constexpr auto inferred = infer(open);
static_assert(same_in<WrittenLayer, TrainedOptions, ArrangedOptions, SharedParameters, Origin>(open, inferred));
static_assert(!same_in<InferredOptions>(open, inferred) && !same_in<InferredShapes>(open, inferred));
static_assert(same_in<Layer>(inferred, graph_of<Net>()) && same_in<Layer>(inferred, infer(inferred)));

// bind: shifts, biases and shared parameters.
constexpr signed char zeros[16 * 16 * 9]{}, first[16 * 27]{1}, depthwise[16 * 9]{2}, last[10 * 16 * 256]{3};
constexpr LayerParameters parameters[] = {{.weight = {first, 16, 3, 3, 3}, .bias = {zeros, 16}, .output_shift = 2},
                                          {.weight = {depthwise, 16, 1, 3, 3}, .bias = {first, 16}},
                                          {.weight = {zeros, 16, 16, 3, 3}},
                                          {.weight = {last, 10, 4096}}};
constexpr auto bound = bind(inferred, Parameters{parameters, 4});
static_assert(same_in<WrittenLayer, InferredOptions, ArrangedOptions, InferredShapes, Origin>(inferred, bound));
static_assert(bound[0].output_shift == 2 && !bound[0].bias && bound[1].bias);

// The planner: what is combined, what streams, and which layers there are.
constexpr max7800x::Options options{};
template <class Author>
constexpr const auto& planned = max7800x::CompiledPlan<Author::graph, max78000, options>::result.graph;

using Small = Conv2d<8, kernel<3>, pad<1>, ReLU>;
template <int Blocks, class... Layers>
struct Chain : Chain<Blocks - 1, Layers..., Residual<Small>> {};
template <class... Layers>
struct Chain<0, Layers...> : Network<Input<8, 8, 8>, Layers...> {};
using TooLong = Chain<14>;  // 28 layers and 14 copies
static_assert(planned<TooLong>.size < TooLong::graph.size + 14 && keeps_written(TooLong::graph, planned<TooLong>));

struct Streams : Network<Input<3, 240, 240>, Small, Fused<MaxPool2d<4>, Small>, Fused<MaxPool2d<4>, Small>> {};
static_assert(planned<Streams>[0].streaming && !Streams::graph[0].streaming);
static_assert(keeps_written(Streams::graph, planned<Streams>) && keeps_written(Net::graph, planned<Net>));

}  // namespace
