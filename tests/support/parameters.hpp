// Parameters that are constants, for networks whose values do not matter, and the arrays that such parameters point to.
#pragma once

#include <incuse/model/network.hpp>
#include <incuse/model/parameter_rules.hpp>

#include "random.hpp"

namespace incuse::test {

/// Bytes of a repeating pattern around 0, of a `modulus` of values; one more, as a literal has.
template <int Count>
struct Bytes {
  char values[Count + 1]{};
  constexpr Bytes(int factor, int modulus, int start = 0) {
    for (int i = 0; i < Count; ++i) values[i] = static_cast<char>((i * factor + start) % modulus - modulus / 2);
  }
};

/// Real numbers around `offset`, at most `scale` away from it, which depend on nothing but a seed.
template <int Count>
struct Numbers {
  float values[Count]{};
  constexpr explicit Numbers(unsigned seed, float scale = 1.0f, float offset = 0.0f) {
    Random random(seed);
    for (float& value : values) value = offset + scale * static_cast<float>(random.real(-1, 1));
  }
};

/// Weights and biases of any network, in the right shapes. `Source::tensor(shape, bits, place)` gives the tensors.
template <class Net, class Source>
struct ParametersFrom {
  static constexpr int count = weighted_index(graph_of<Net>(), graph_of<Net>().size);
  struct List {
    LayerParameters items[count > 0 ? count : 1]{};
  };
  static constexpr List list = [] {
    List parameters{};
    int next = 0;
    for (int i = 0; i < graph_of<Net>().size; ++i) {
      const Layer& layer = graph_of<Net>()[i];
      if (!layer.trained()) continue;
      LayerParameters& own = parameters.items[next++];
      own.weight = Source::tensor(parameter::weight_shape(layer), layer.weight_bits, i);
      if (layer.bias) own.bias = Source::tensor(layer.out.channels, 8, i + 50);
    }
    return parameters;
  }();
  static constexpr const auto& layers = list.items;
};

/// -1, which fits every width.
struct MinusOnes {
  struct Values {
    char items[1 << 16];
  };
  static constexpr Values values = [] {
    Values filled{};
    for (char& value : filled.items) value = -1;
    return filled;
  }();
  static constexpr Tensor tensor(const Quantity& shape, int, int) { return parameter::tensor_of(values.items, shape); }
};

/// Values that depend on nothing but a seed and their place.
template <unsigned Seed>
struct RandomValues {
  struct Values {
    char items[1 << 15];
  };
  /// Bytes of `bits` bits with sign.
  template <int Bits>
  static constexpr Values bytes = [] {
    Values filled{};
    Random random(16 * Seed + Bits);
    for (char& value : filled.items) value = static_cast<char>(random.signed_bits(Bits));
    return filled;
  }();
  static constexpr Tensor tensor(const Quantity& shape, int bits, int place) {
    const char* all = bits == 8 ? bytes<8>.items : bits == 4 ? bytes<4>.items : bytes<2>.items;
    return parameter::tensor_of(all + 101 * place, shape);
  }
};

/// For tests of errors that do not depend on parameters.
template <class Net>
using AnyParameters = ParametersFrom<Net, MinusOnes>;
/// For networks that run.
template <class Net, unsigned Seed = 1>
using RandomParameters = ParametersFrom<Net, RandomValues<Seed>>;

}  // namespace incuse::test
