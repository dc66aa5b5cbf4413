// Layers on a device's own processor compute what the reference executor computes. Here without DSP instructions; under
// QEMU bench/small_processors.py compares both kinds.
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/host/fast/small.hpp>
#include <incuse/host/random_parameters.hpp>
#include <incuse/host/run.hpp>
#include <incuse/model/layers.hpp>

#include <support/random.hpp>

namespace test_small {

using namespace incuse;
namespace small_tensors = incuse::host::fast::small_tensors;

namespace {

/// Values in channels x height x width order, the channels of a pixel one after the other.
template <class To, class From>
std::vector<To> interleaved(const std::vector<From>& planar, Shape shape) {
  std::vector<To> result(planar.size());
  for (int c = 0; c < shape.channels; ++c)
    for (int p = 0; p < shape.pixels(); ++p)
      result[static_cast<std::size_t>(p * shape.channels + c)] =
          static_cast<To>(planar[static_cast<std::size_t>(c * shape.pixels() + p)]);
  return result;
}

/// Compares the layer of a network with the reference executor, for random and for extreme numbers.
template <class Net>
void check() {
  constexpr const Layer& layer = graph_of<Net>().last();
  static_assert(small_tensors::runs(layer));
  constexpr small_tensors::SmallLayer own = small_tensors::layer_of(layer);
  using Out = std::conditional_t<own.finish.wide, std::int32_t, std::int8_t>;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    host::RandomParameters parameters = host::random_parameters(graph_of<Net>(), seed);
    parameters.layers[0].output_shift = 0;  // the shift of the layer's type counts
    std::vector<int> input = host::random_input(graph_of<Net>(), seed);
    if (seed % 4 == 0) input.assign(input.size(), seed % 8 == 0 ? -128 : 127);
    host::Executor reference(graph_of<Net>(), parameters.view());
    reference.set_input(input.data());
    reference.run();
    const auto packed = small_tensors::packed<own>(parameters.view()[0]);
    std::vector<std::int8_t> image(static_cast<std::size_t>(own.image_bytes()));
    std::vector<Out> out(static_cast<std::size_t>(own.out.elements()));
    small_tensors::run<own>(packed, interleaved<std::int8_t>(input, own.in).data(), image.data(), out.data());
    CHECK(out == interleaved<Out>(reference.output_of(0), own.out));
  }
}

// clang-format off
struct Pointwise : Network<Input<8, 3, 5>, Conv2d<6, kernel<1>, ReLU, bias>> {};
struct PointwiseOdd : Network<Input<3, 4, 4>, Conv2d<5, kernel<1>, Abs>> {};
struct Padded : Network<Input<4, 5, 7>, Conv2d<7, kernel<3>, pad<1>, bias, shift<-2>>> {};
struct PaddedOdd : Network<Input<5, 6, 3>, Conv2d<2, kernel<3>, pad<1>, shift<3>>> {};
struct OnePixel : Network<Input<1, 5, 5>, Conv2d<1, kernel<3>>> {};
struct FourBits : Network<Input<6, 4, 4>, Conv2d<3, kernel<3>, pad<2>, bits<4>, bias>> {};
struct OneDimension : Network<Input<4, 9>, Conv1d<3, kernel<3>, pad<1>, ReLU>> {};
struct Dense : Network<Input<7, 1, 1>, Flatten, Linear<5, bias>> {};
struct DenseWide : Network<Input<12, 2, 3>, Flatten, Linear<10, bias, wide>> {};
struct Grouped : Network<Input<4, 4, 4>, DepthwiseConv2d<kernel<3>, pad<1>>> {};
struct Pooled : Network<Input<4, 4, 4>, Fused<MaxPool2d<2>, Conv2d<4, kernel<3>, pad<1>>>> {};
// clang-format on

}  // namespace

TEST_CASE("layers of every shape") {
  check<Pointwise>();
  check<PointwiseOdd>();
  check<Padded>();
  check<PaddedOdd>();
  check<OnePixel>();
  check<FourBits>();
  check<OneDimension>();
  check<Dense>();
  check<DenseWide>();
}

TEST_CASE("layers that are left to others") {
  CHECK(!small_tensors::runs(graph_of<Grouped>().last()));
  CHECK(!small_tensors::runs(graph_of<Pooled>().last()));
}

}  // namespace test_small
