// All combinations and all orders of options lower to the layer that they name. Products are made by Boost.Hana.
#include <boost/hana/all_of.hpp>
#include <boost/hana/bool.hpp>
#include <boost/hana/cartesian_product.hpp>
#include <boost/hana/filter.hpp>
#include <boost/hana/not_equal.hpp>
#include <boost/hana/permutations.hpp>
#include <boost/hana/prepend.hpp>
#include <boost/hana/size.hpp>
#include <boost/hana/tuple.hpp>

#include <incuse/model/hana.hpp>

namespace {

namespace hana = boost::hana;
using namespace incuse;

struct Nothing {};

// What an option means, said a second time.
constexpr void note(Layer&, hana::basic_type<Nothing>) {}
constexpr void note(Layer& layer, hana::basic_type<pad<1>>) { layer.padding = {1, 1}; }
constexpr void note(Layer& layer, hana::basic_type<bias>) { layer.bias = true; }
constexpr void note(Layer& layer, hana::basic_type<ReLU>) { layer.activation = Activation::relu; }
constexpr void note(Layer& layer, hana::basic_type<Abs>) { layer.activation = Activation::abs; }
constexpr void note(Layer& layer, hana::basic_type<bits<2>>) { layer.weight_bits = 2; }
constexpr void note(Layer& layer, hana::basic_type<bypass>) { layer.bypass = true; }
constexpr void note(Layer& layer, hana::basic_type<shift<-3>>) { layer.output_shift = -3; }
constexpr void note(Layer& layer, hana::basic_type<as<"it">>) { layer.name = "it"; }

/// A convolution of 5 channels with a kernel of 3x3 on 3x9x9 values, with these options.
template <class... Options>
constexpr Layer expected(hana::basic_type<Options>... options) {
  Layer layer{};
  layer.op = Operator::conv2d;
  layer.out_channels = 5;
  layer.kernel = {3, 3};
  layer.sources.push(network_input);
  layer.output = true;
  (note(layer, options), ...);
  layer.in = layer.pooled = {3, 9, 9};
  const int size = 7 + 2 * layer.padding.height;
  layer.out = {5, size, size};
  return layer;
}

template <class... Options>
constexpr Layer lowered(hana::basic_type<Options>...) {
  return graph_of<Network<Input<3, 9, 9>, Conv2d<5, Options...>>>()[0];
}

/// True if the options make the expected layer in this order, with the kernel in front.
constexpr auto lower_as_expected = [](auto options) {
  constexpr auto given = hana::filter(decltype(options){}, [](auto o) { return o != hana::type_c<Nothing>; });
  constexpr Layer layer =
      hana::unpack(hana::prepend(given, hana::type_c<kernel<3>>), [](auto... o) { return lowered(o...); });
  return hana::bool_c<layer == hana::unpack(decltype(options){}, [](auto... o) { return expected(o...); })>;
};

constexpr auto choices =
    hana::make_tuple(hana::tuple_t<Nothing, pad<1>>, hana::tuple_t<Nothing, bias>, hana::tuple_t<Nothing, ReLU, Abs>,
                     hana::tuple_t<Nothing, bits<2>>, hana::tuple_t<Nothing, as<"it">>);
constexpr auto combinations = hana::cartesian_product(choices);
static_assert(hana::size(combinations) == hana::size_c<48>);
static_assert(decltype(hana::all_of(combinations, lower_as_expected))::value);

constexpr auto orders = hana::permutations(hana::tuple_t<pad<1>, Abs, bits<2>, shift<-3>>);
static_assert(hana::size(orders) == hana::size_c<24>);
static_assert(decltype(hana::all_of(orders, lower_as_expected))::value);

// A shift counts in front of `bypass` and behind it.
constexpr auto shifted = hana::permutations(hana::tuple_t<ReLU, bypass, shift<-3>>);
static_assert(decltype(hana::all_of(shifted, lower_as_expected))::value);

// The comparison sees a difference.
static_assert(!(lowered(hana::type_c<kernel<3>>, hana::type_c<bias>) == expected()));

// A network's layers as a sequence, and back.
using First = Conv2d<4, kernel<3>, ReLU>;
using Block = Residual<Conv2d<4, kernel<1>>>;
struct Net : Network<Input<3, 8, 8>, First, Block, Block, Flatten, Linear<10>> {};
static_assert(input_of<Net> == hana::type_c<Input<3, 8, 8>>);
static_assert(hana::size(layers_of<Net>) == hana::size_c<5>);
static_assert(std::is_same_v<decltype(network_of(input_of<Net>, layers_of<Net>))::type,
                             Network<Input<3, 8, 8>, First, Block, Block, Flatten, Linear<10>>>);
constexpr auto without_blocks = hana::filter(layers_of<Net>, [](auto layer) { return layer != hana::type_c<Block>; });
static_assert(std::is_same_v<decltype(network_of(input_of<Net>, without_blocks))::type,
                             Network<Input<3, 8, 8>, First, Flatten, Linear<10>>>);

}  // namespace
