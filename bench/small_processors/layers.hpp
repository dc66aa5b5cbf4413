// Three layers with random numbers, for the library and for plain loops in C.
#pragma once

#include <incuse/host/fast/small.hpp>
#include <incuse/model/layers.hpp>
#include <incuse/model/network.hpp>

namespace bench {

using namespace incuse;
namespace small_tensors = incuse::host::fast::small_tensors;

// clang-format off
struct PointwiseNet : Network<Input<32, 8, 8>, Conv2d<32, kernel<1>, ReLU, bias>> {};
struct WindowNet : Network<Input<16, 12, 12>, Conv2d<16, kernel<3>, pad<1>, ReLU, bias>> {};
struct LinearNet : Network<Input<192, 1, 1>, Flatten, Linear<10, bias>> {};
// clang-format on

/// The next of some random bytes.
constexpr int next_byte(std::uint32_t& state) {
  state = state * 1'664'525u + 1'013'904'223u;
  return static_cast<int>(state >> 24) - 128;
}

template <int count>
struct Numbers {
  std::int8_t items[count]{};

  constexpr explicit Numbers(std::uint32_t seed) {
    for (std::int8_t& item : items) item = static_cast<std::int8_t>(next_byte(seed));
  }
};

/// A network of one layer with weights, as the library has them. The plain loops read weights in the order
/// [out][row][column][in], in which their innermost loop runs along both arrays.
template <class Net>
struct Subject {
  static constexpr const Layer& layer = graph_of<Net>().last();
  static constexpr small_tensors::SmallLayer own = small_tensors::layer_of(layer);
  static constexpr int channels = own.in.channels, outputs = own.out.channels, size = own.kernel.height;

  static constexpr Numbers<outputs * channels * size * size> weights{1};
  static constexpr Numbers<outputs> biases{2};
  static constexpr Numbers<own.in.elements()> input{3};

  static constexpr auto turned_weights() {
    auto turned = weights;
    for (int o = 0; o < outputs; ++o)
      for (int c = 0; c < channels; ++c)
        for (int tap = 0; tap < size * size; ++tap)
          turned.items[(o * size * size + tap) * channels + c] = weights.items[(o * channels + c) * size * size + tap];
    return turned;
  }
  static constexpr auto plain_weights = turned_weights();
  static constexpr LayerParameters parameters{.weight = {weights.items, outputs, channels, size, size},
                                              .bias = {biases.items, outputs}};
  static constexpr auto packed = small_tensors::packed<own>(parameters);
};

}  // namespace bench
