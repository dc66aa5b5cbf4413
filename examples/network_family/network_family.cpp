// A family of networks, made by Boost.Hana while compiling, and the largest member that fits the MAX78000.
//
//     network_family     lists the family and names the member that was chosen
#include <cstdio>

#include <boost/hana/append.hpp>
#include <boost/hana/cartesian_product.hpp>
#include <boost/hana/concat.hpp>
#include <boost/hana/filter.hpp>
#include <boost/hana/flatten.hpp>
#include <boost/hana/for_each.hpp>
#include <boost/hana/integral_constant.hpp>
#include <boost/hana/maximum.hpp>
#include <boost/hana/replicate.hpp>
#include <boost/hana/transform.hpp>

#include <incuse/incuse.hpp>
#include <incuse/model/hana.hpp>

#include <examples/arguments.hpp>

namespace {

namespace hana = boost::hana;
using namespace incuse;

template <int Channels>
using Convolution = Conv2d<Channels, kernel<3>, pad<1>, bias, ReLU>;
template <int Channels>
using Halving = Fused<MaxPool2d<2>, Convolution<Channels>>;

/// A member: three stages, each halves the picture and then convolves `Depth` times. `Width` channels in the first
/// stage, twice and three times as many in the others.
template <int Width, int Depth>
constexpr auto member() {
  constexpr auto stage = [](auto number) {
    constexpr int channels = Width * decltype(number)::value;
    constexpr auto convolutions =
        hana::replicate<hana::tuple_tag>(hana::type_c<Convolution<channels>>, hana::int_c<Depth>);
    return hana::concat(hana::make_tuple(hana::type_c<Halving<channels>>), convolutions);
  };
  constexpr auto stages = hana::flatten(hana::transform(hana::tuple_c<int, 1, 2, 3>, stage));
  constexpr auto head =
      hana::tuple_t<Fused<MaxPool2d<2>, Conv2d<16, kernel<1>, bias, ReLU>>, Flatten, Linear<10, wide>>;
  constexpr auto first = hana::tuple_t<Convolution<16>>;
  return network_of(hana::type_c<Input<3, 32, 32>>, hana::flatten(hana::make_tuple(first, stages, head)));
}

constexpr auto widths = hana::tuple_c<int, 16, 28, 40, 64>;
constexpr auto depths = hana::tuple_c<int, 1, 2, 3>;
constexpr auto family = hana::transform(hana::cartesian_product(hana::make_tuple(widths, depths)), [](auto choice) {
  return member<decltype(+choice[hana::size_c<0>])::value, decltype(+choice[hana::size_c<1>])::value>();
});

template <class Net>
constexpr int weights() {
  int count = 0;
  for (int i = 0; i < graph_of<Net>().size; ++i) {
    const Layer& layer = graph_of<Net>()[i];
    if (layer.weighted()) count += layer.out.channels * layer.weight_in_channels() * layer.kernel.area();
  }
  return count;
}

constexpr auto fitting =
    hana::filter(family, [](auto net) { return hana::bool_c<fits<typename decltype(net)::type, max78000>>; });
constexpr auto largest = hana::maximum(fitting, [](auto a, auto b) {
  return hana::bool_c<(weights<typename decltype(a)::type>() < weights<typename decltype(b)::type>())>;
});
using Largest = decltype(largest)::type;
static_assert(require_fits<Largest, max78000>::value);

template <class Net>
void show() {
  std::printf("%2d layers, %7d weights: ", graph_of<Net>().size, weights<Net>());
  if constexpr (fits<Net, max78000>) {
    std::printf("fits\n");
  } else {
    static constexpr Findings findings = max7800x::findings_for<Net, max78000>(max78000);
    const Sentence reason = sentence_of(findings[0], max78000.name);
    std::printf("%.*s\n", reason.size, reason.characters);
  }
}

}  // namespace

int main(int argc, char** argv) {
  examples::expect_arguments(argc, argv, 0, "network_family");
  hana::for_each(family, [](auto net) { show<typename decltype(net)::type>(); });
  std::printf("The largest that fits has %d weights.\n", weights<Largest>());
}
