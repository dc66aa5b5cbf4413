// Networks of signed bytes on the KPU, bit for bit: with the same integers as on a MAX7800x. A value v is the code
// v + 128, for pixels and for weights, so that the KPU's sums are those of the signed numbers; batch norm and
// activation table round halves up, as the model language has it, although the KPU rounds them to even.
#pragma once

#include <incuse/k210/cpu/cpu_step.hpp>
#include <incuse/k210/plan/conversion.hpp>
#include <incuse/k210/tables/gathered_codes.hpp>
#include <incuse/k210/tables/tables.hpp>
#include <incuse/model/parameters.hpp>

namespace incuse::k210 {

/// The code of 0, for pixels and for weights.
inline constexpr int byte_zero_point = 128;

/// A signed byte v stands for v / 128.
inline constexpr CodeScale byte_scale{byte_zero_point, 128.0f};

/// The code of a signed byte.
constexpr std::uint8_t code_of(int value) { return static_cast<std::uint8_t>(value + byte_zero_point); }

/// Shift and activation function of a layer: floor(sum * 2^shift / 128 + 1/2), clipped to a signed byte, or to 0 … 127.
struct ByteRounding {
  int shift = 7;
  bool relu = false;

  constexpr int lost_bits() const { return 7 - shift; }
  /// Where bits are shifted out, sums are doubled and 1 is added: no result then ends in exactly 1/2, which the KPU
  /// would round to even.
  constexpr bool doubles() const { return lost_bits() > 0; }
};

/// A bias of b adds b * `bias_unit` to the sum.
constexpr BatchNorm batch_norm_of(const ByteRounding& rounding, int bias) {
  return rounding.doubles() ? BatchNorm{2, 0, 2 * bias_unit * bias + 1} : BatchNorm{1, 0, bias_unit * bias};
}

/// The activation table that shifts, rounds and clips as `rounding` asks for.
constexpr ActivationTable activation_of(const ByteRounding& rounding) {
  const int lowest = rounding.relu ? byte_zero_point : 0;  // code of everything below the slope
  const int below_zero = byte_zero_point - lowest;         // codes of the slope below that of 0
  ActivationTable table{};
  table.segments[0] = {first_start, 0, 0, lowest};
  Segment slope{0, 1, 0, lowest};
  if (rounding.doubles()) {
    slope.shift = rounding.lost_bits() + 1;
    slope.start = -(static_cast<long long>(below_zero) << slope.shift);
  } else {
    slope.mul = 1 << -rounding.lost_bits();
    slope.start = -(below_zero / slope.mul);
  }
  for (int i = 1; i < segments; ++i) table.segments[i] = slope;  // of segments with equal starts the last one is used
  if (below_zero % slope.mul == 0) return table;
  // More than 128 codes for each unit of the sum: a sum of 0 needs a segment of its own.
  table.segments[1] = {-1, 0, 0, byte_zero_point};
  for (int i = 2; i < segments; ++i) table.segments[i] = {0, slope.mul, 0, byte_zero_point};
  return table;
}

/// A step with its trained parameters.
struct ByteStep {
  KpuLayer layer{};
  bool copies = false;
  ByteRounding rounding{};
  Tensor weight{};
  Tensor bias{};  ///< empty: none

  /// Codes of one output channel, in the order of the hardware.
  constexpr void copy_codes(int channel, std::uint8_t* codes) const {
    const int count = layer.channel_weights();
    if (copies)
      for (int i = 0; i < count; ++i) codes[i] = code_of(i == channel ? 1 : 0);
    else if (weight.is_computed())
      for (int i = 0; i < count; ++i) codes[i] = code_of(weight.stored(1LL * channel * count + i));
    else
      weight.use_stored([&](const auto* all) {
        const auto* own = all + 1LL * channel * count;
#define INCUSE_CODE_OF(value) static_cast<std::uint8_t>((value) + byte_zero_point)
        int i = 0;
        // Evaluated at compile time for every weight: no calls, and 8 weights in one iteration, for the compilers'
        // limits.
        for (; i + 8 <= count; i += 8) {
          codes[i] = INCUSE_CODE_OF(own[i]), codes[i + 1] = INCUSE_CODE_OF(own[i + 1]);
          codes[i + 2] = INCUSE_CODE_OF(own[i + 2]), codes[i + 3] = INCUSE_CODE_OF(own[i + 3]);
          codes[i + 4] = INCUSE_CODE_OF(own[i + 4]), codes[i + 5] = INCUSE_CODE_OF(own[i + 5]);
          codes[i + 6] = INCUSE_CODE_OF(own[i + 6]), codes[i + 7] = INCUSE_CODE_OF(own[i + 7]);
        }
        for (; i < count; ++i) codes[i] = INCUSE_CODE_OF(own[i]);
#undef INCUSE_CODE_OF
      });
  }
  constexpr BatchNorm batch_norm(int channel) const {
    return batch_norm_of(rounding, bias.empty() ? 0 : bias[channel]);
  }
  constexpr ActivationTable activation() const { return activation_of(rounding); }

  static constexpr CodeScale output = byte_scale;
};

/// The codes of a step's weights, some channels at a time; see GatheredCodes. `Step::value` is a ByteStep.
template <class Step>
struct CodesOfStep {
  template <int First, int Size>
  static constexpr auto codes_of() {
    constexpr int count = Step::value.layer.channel_weights();
    WeightCodes<Size * count> result;
    for (int i = 0; i < Size; ++i) Step::value.copy_codes(First + i, result.codes + i * count);
    return result;
  }
};

/// Fills in the constants of the sums: the zero points of pixels and weights are 128.
constexpr KpuLayer with_byte_sums(KpuLayer layer) {
  layer.pad_value = byte_zero_point;
  layer.arg_x = layer.arg_w = -byte_zero_point;
  layer.arg_add = 1LL * layer.taps() * byte_zero_point * byte_zero_point;
  return layer;
}

/// The step of a convolution or copy. The graph has its shapes inferred and its parameters bound.
template <int N>
constexpr ByteStep byte_step(const Graph<N>& graph, const KpuGraph<N>& steps, Parameters parameters, int index) {
  const KpuStep& step = steps[index];
  ByteStep result;
  result.layer = with_byte_sums(step.layer);
  result.copies = step.copies;
  if (step.copies) return result;
  const Layer& author = graph[step.author_layer];
  const LayerParameters own = parameters_of(graph, parameters, step.author_layer);
  result.layer.pad_value += static_cast<int>(author.pad_value);
  result.rounding = {author.total_shift(), author.activation == Activation::relu};
  result.weight = own.weight;
  if (author.bias) result.bias = own.bias;
  return result;
}

/// Constants of a layer that runs on the CPU. A byte v means v / 128, also in the weights and biases of a Linear.
template <int N>
constexpr CpuStep byte_cpu_step(const Graph<N>& graph, const KpuGraph<N>& steps, Parameters parameters, int index) {
  const Layer& author = graph[steps[index].author_layer];
  CpuStep result;
  result.output = byte_scale;
  result.parameters.code = linear_scale(byte_scale);
  if (steps[index].cpu.task == Task::quantized_add)
    result.parameters.sum = sum_scales(byte_scale, byte_scale, byte_scale);
  if (steps[index].cpu.task == Task::quantized_pad)
    result.parameters.added = author.pad_value + static_cast<float>(byte_zero_point);
  if (steps[index].cpu.task == Task::pad) result.parameters.added = author.pad_value / byte_scale.scale;
  if (steps[index].cpu.task != Task::fully_connected && steps[index].cpu.task != Task::convolution) return result;
  const LayerParameters own = parameters_of(graph, parameters, steps[index].author_layer);
  result.parameters.byte_weights = own.weight;
  if (author.bias) result.parameters.byte_bias = own.bias;
  result.parameters.byte_unit =
      static_cast<float>(incuse::detail::power_of_two(author.total_shift())) / byte_scale.scale;
  return result;
}

}  // namespace incuse::k210
