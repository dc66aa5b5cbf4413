// A layer that runs on the CPU, with its numbers, as a driver runs it: where its tensors lie, what it computes with.
#pragma once

#include <incuse/k210/cpu/cpu_layer.hpp>
#include <incuse/k210/cpu/programs.hpp>
#include <incuse/k210/plan/kpu_layer.hpp>
#include <incuse/model/parameters.hpp>

namespace incuse::k210 {

/// Numbers of a sum of codes; see `quantized_add`.
struct SumScales {
  IntegerScale a{}, b{}, out{};
};

/// True if codes with the scales `a` and `b` can be added to codes of scale `out`: one code of an operand may be at
/// most 2^21 codes of the sum.
constexpr bool can_add(const CodeScale& a, const CodeScale& b, const CodeScale& out) {
  const float most = 2097152.0f;
  return out.scale <= a.scale * most && out.scale <= b.scale * most;
}

/// The integers for a sum of codes; `can_add` holds. Operands are scaled to units of 2^-shift codes of the sum, so that
/// only the sum is rounded. An additional offset, subtracted from the result again, keeps the value that is rounded
/// positive: the SDK rounds halves of positive values up.
constexpr SumScales sum_scales(const CodeScale& a, const CodeScale& b, const CodeScale& out) {
  const double codes_a = static_cast<double>(out.scale) / static_cast<double>(a.scale);
  const double codes_b = static_cast<double>(out.scale) / static_cast<double>(b.scale);
  const double larger = codes_a < codes_b ? codes_b : codes_a;
  int shift = 22;
  while (shift > 9 && larger * (1 << shift) >= (1 << 30)) --shift;
  const auto multiplier = [&](double codes) {
    return static_cast<std::int32_t>((static_cast<std::int64_t>(codes * (2 << shift)) + 1) / 2);
  };
  SumScales result{
      {-a.zero_point, multiplier(codes_a), 0}, {-b.zero_point, multiplier(codes_b), 0}, {out.zero_point, 1, shift}};
  IntegerScale& carrier = codes_a < codes_b ? result.b : result.a;
  carrier.offset += 1 << shift;
  result.out.offset -= carrier.multiplier;
  return result;
}

/// real = code * scale + bias.
constexpr LinearScale linear_scale(const CodeScale& code) {
  return {1.0f / code.scale, static_cast<float>(-code.zero_point) / code.scale};
}

/// For every input code the output code of another scale and zero point, with the layer's activation in between.
struct RequantiseTable {
  std::uint8_t codes[highest_code + 1]{};

  constexpr RequantiseTable(const CodeScale& in, const CodeScale& out, const CpuLayer& layer) {
    const LinearScale from = linear_scale(in);
    for (int i = 0; i <= highest_code; ++i) {
      const auto code = static_cast<std::uint8_t>(i);
      float value = 0;
      dequantize(&code, 1, from, &value);
      if (layer.activation == Activation::relu && value < 0) value = 0;
      if (layer.activation == Activation::function) value = layer.function(value);
      quantize(&value, 1, linear_scale(out), codes + i);
    }
  }
};

/// How layers round that both runtimes of the vendor have: as kendryte-standalone-sdk (kmodels of version 3), or as
/// nncase's runtime (version 4). The latter's Quantize multiplies by codes per unit and adds a zero point, and the sums
/// of its Linear begin with the bias.
enum class Rounding : unsigned char { sdk, nncase };

/// What a layer that runs on the CPU computes with; which of it depends on the task.
struct CpuParameters {
  LinearScale code{};                     ///< quantize, dequantize
  const LinearScale* channels = nullptr;  ///< dequantize: one for every channel instead
  SumScales sum{};                        ///< quantized_add
  const std::uint8_t* table = nullptr;    ///< requantize: 256 codes
  const float* weights = nullptr;         ///< fully_connected: [out][in]
  const float* bias = nullptr;            ///< fully_connected: [out]; null: 0
  Tensor byte_weights{};                  ///< fully_connected without `weights`: signed bytes
  Tensor byte_bias{};                     ///< their biases; empty: 0
  float byte_unit = 1;                    ///< factor of their sums
  Rounding rounding = Rounding::sdk;
  const std::uint8_t* codes = nullptr;    ///< convolution of codes: its weights; combine codes: its constant
  const std::int32_t* sums = nullptr;     ///< convolution of codes: [out], what its sums begin with
  QuantizedSums terms{};                  ///< convolution of codes
  const std::uint8_t* program = nullptr;  ///< apply: see programs.hpp; null: the layer's function
  int program_bytes = 0;
  float added = 0;  ///< pad: the value, or the code
};

/// A layer that runs on the CPU, with the parameters that were computed for it.
struct CpuStep {
  CpuParameters parameters{};
  CodeScale output{};  ///< scale of its output, if that is of codes
  bool alike = true;   ///< false if sources that are joined differ in scale or zero point
  Text problem{};      ///< why the parameters cannot be used
};

/// A layer for the CPU as a driver runs it. Tensors lie in the driver's working memory, C x H x W without gaps.
struct CpuStepImage {
  CpuLayer layer{};
  CpuParameters parameters{};
  int before = 0;  ///< runs before the KPU's step of this index; if there are only so many: after the last one
  int operands = 0;
  int sources[max_operands]{};   ///< first byte of each operand
  int elements[max_operands]{};  ///< count of each operand
  int result = 0;                ///< first byte, or first line of AI RAM where the task writes there
};

}  // namespace incuse::k210
