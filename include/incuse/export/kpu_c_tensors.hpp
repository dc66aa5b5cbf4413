// Layers of the K210's processor that only kmodels of version 4 have, as C: convolutions, windows of real numbers,
// moves, operations and functions, with the arithmetic of the driver's, bit for bit. See kpu_c_processor.hpp.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <incuse/core/compiler.hpp>
#include <incuse/export/kpu_c_functions.hpp>
#include <incuse/hosted/named_functions.hpp>
#include <incuse/k210/cpu/cpu_step.hpp>
#include <incuse/k210/cpu/program_codes.hpp>
#include <incuse/model/activations.hpp>

namespace incuse::kpu_c_source::detail {

/// Operations of two values, by their numbers in files of version 4.
inline constexpr const char* c_operations = R"(
/* a (operation) b: 0 the sum, 1 the difference, 2 the product, 3 the quotient, 4 the smaller, 5 the larger one. */
static inline float @_paired(int operation, float a, float b) {
    switch (operation) {
        case 0: return a + b;
        case 1: return a - b;
        case 2: return @_rounded(a * b);
        case 3: return a / b;
        case 4: return b < a ? b : a;
        default: return a < b ? b : a;
    }
}
static inline int64_t @_paired_whole(int operation, int64_t a, int64_t b) {
    switch (operation) {
        case 0: return a + b;
        case 1: return a - b;
        case 2: return a * b;
        case 3: return b == 0 ? 0 : (a + b / 2) / b;
        case 4: return b < a ? b : a;
        default: return a < b ? b : a;
    }
}
/* Wrapped to 32 bits. */
static inline int64_t @_wrapped(int64_t value) { return (int32_t)(uint32_t)(uint64_t)value; }
/* value * multiplier / 2^shift, halves up. */
static inline int64_t @_scaled(int64_t value, int32_t multiplier, int32_t shift) {
    const int64_t product = value * multiplier;
    return shift == 0 ? product : (product + ((int64_t)1 << (shift - 1))) >> shift;
}
/* The code of a whole number; scale: offset, multiplier, shift. */
static inline uint8_t @_scaled_code(int64_t value, const int32_t* scale) {
    const int64_t whole = @_wrapped(@_wrapped(@_scaled(value, scale[1], scale[2])) + scale[0]);
    return (uint8_t)(whole < 0 ? 0 : whole > 255 ? 255 : whole);
}
/* Where the value of a tensor of channels x height x width lies; sizes of 1 are repeated. */
static inline int @_place(const int* shape, int c, int y, int x) {
    return ((shape[0] == 1 ? 0 : c) * shape[1] + (shape[1] == 1 ? 0 : y)) * shape[2] + (shape[2] == 1 ? 0 : x);
}
)";

inline constexpr const char* c_taps = R"(
/* The pixel that a tap of a convolution reads; -1 if there is none. Shape: {0 input, 3 output (channels, height,
   width), 6 kernel, 8 stride, 10 dilation (height, width), 12 rows above, 13 columns in front, 14 groups, 15 distance
   of the input's neighbours (height, width)}. */
static inline int @_pixel(const int* shape, int channel, int c, int y, int x) {
    if (y < 0 || x < 0 || y % shape[15] != 0 || x % shape[16] != 0) return -1;
    y /= shape[15];
    x /= shape[16];
    if (y >= shape[1] || x >= shape[2]) return -1;
    const int first = channel / (shape[3] / shape[14]) * (shape[0] / shape[14]);
    return ((first + c) * shape[1] + y) * shape[2] + x;
}
#define @_EACH_SUM(shape)                                                                  \
    for (int o = 0; o < (shape)[3]; ++o)                                                   \
        for (int oy = 0; oy < (shape)[4]; ++oy)                                            \
            for (int ox = 0; ox < (shape)[5]; ++ox)
#define @_EACH_TAP(shape)                                                                  \
    for (int c = 0; c < (shape)[0] / (shape)[14]; ++c)                                     \
        for (int i = 0; i < (shape)[6]; ++i)                                               \
            for (int j = 0; j < (shape)[7]; ++j)
#define @_TAP_PIXEL(shape)                                                                 \
    @_pixel(shape, o, c, oy * (shape)[8] - (shape)[12] + i * (shape)[10],                  \
            ox * (shape)[9] - (shape)[13] + j * (shape)[11])
#define @_TAP_WEIGHT(shape)                                                                \
    (((long)o * ((shape)[0] / (shape)[14]) + c) * (shape)[6] + i) * (shape)[7] + j
)";

inline constexpr CFunction c_tensor_functions[] = {
    {k210::Task::real_max_pool, R"(
/* Shape: {in height, in width, out height, out width, kernel, stride, padding and dilation, each height and width}. */
static inline void @_real_max_pool(const float* in, int channels, const int* shape, float* out) {
    for (int c = 0; c < channels; ++c)
        for (int oy = 0; oy < shape[2]; ++oy)
            for (int ox = 0; ox < shape[3]; ++ox) {
                float largest = -3.40282347e+38f;
                for (int i = 0; i < shape[4]; ++i)
                    for (int j = 0; j < shape[5]; ++j) {
                        const int y = oy * shape[6] - shape[8] + i * shape[10];
                        const int x = ox * shape[7] - shape[9] + j * shape[11];
                        if (y < 0 || y >= shape[0] || x < 0 || x >= shape[1]) continue;
                        const float next = in[(c * shape[0] + y) * shape[1] + x];
                        if (largest < next) largest = next;
                    }
                *out++ = largest;
            }
}
)"},
    {k210::Task::convolution, R"(
/* Weights [out][in / groups][height][width]; bias may be null. */
static inline void @_convolve(const float* in, const int* shape, const float* weights, const float* bias, float unit,
                              float* out) {
    @_EACH_SUM(shape) {
        float sum = bias ? bias[o] : 0.0f;
        @_EACH_TAP(shape) {
            const int pixel = @_TAP_PIXEL(shape);
            if (pixel >= 0) sum += @_rounded(in[pixel] * weights[@_TAP_WEIGHT(shape)]);
        }
        *out++ = @_rounded(sum * unit);
    }
}
)"},
    {k210::Task::quantized_convolution, R"(
/* Terms: of pixels, of weights; then offset, multiplier and shift of the sums. */
static inline void @_convolve_codes(const uint8_t* in, const int* shape, const uint8_t* weights, const int32_t* sums,
                                    const int32_t* terms, uint8_t* out) {
    @_EACH_SUM(shape) {
        int64_t sum = sums[o];
        @_EACH_TAP(shape) {
            const int pixel = @_TAP_PIXEL(shape);
            if (pixel >= 0)
                sum += @_wrapped(((int64_t)in[pixel] + terms[0]) * ((int64_t)weights[@_TAP_WEIGHT(shape)] + terms[1]));
        }
        *out++ = @_scaled_code(@_wrapped(sum), terms + 2);
    }
}
)"},
    {k210::Task::pad, R"(
/* Shape: {input, output, values in front, each channels, height and width}. */
static inline void @_pad_reals(const float* in, const int* shape, float added, float* out) {
    for (int c = -shape[6]; c < shape[3] - shape[6]; ++c)
        for (int y = -shape[7]; y < shape[4] - shape[7]; ++y)
            for (int x = -shape[8]; x < shape[5] - shape[8]; ++x)
                *out++ = c >= 0 && c < shape[0] && y >= 0 && y < shape[1] && x >= 0 && x < shape[2]
                             ? in[(c * shape[1] + y) * shape[2] + x]
                             : added;
}
)"},
    {k210::Task::quantized_pad, R"(
/* Shape: {input, output, values in front, each channels, height and width}. */
static inline void @_pad_codes(const uint8_t* in, const int* shape, uint8_t added, uint8_t* out) {
    for (int c = -shape[6]; c < shape[3] - shape[6]; ++c)
        for (int y = -shape[7]; y < shape[4] - shape[7]; ++y)
            for (int x = -shape[8]; x < shape[5] - shape[8]; ++x)
                *out++ = c >= 0 && c < shape[0] && y >= 0 && y < shape[1] && x >= 0 && x < shape[2]
                             ? in[(c * shape[1] + y) * shape[2] + x]
                             : added;
}
)"},
    {k210::Task::move, R"(
/* The values of a walk: where it starts, then count and step of six loops, the last one innermost. */
static inline void @_move(const float* in, const int* walk, float* out) {
    for (int a = 0; a < walk[1]; ++a)
        for (int b = 0; b < walk[3]; ++b)
            for (int c = 0; c < walk[5]; ++c)
                for (int d = 0; d < walk[7]; ++d)
                    for (int e = 0; e < walk[9]; ++e)
                        for (int f = 0; f < walk[11]; ++f)
                            *out++ = in[walk[0] + a * walk[2] + b * walk[4] + c * walk[6] + d * walk[8] + e * walk[10] +
                                        f * walk[12]];
}
)"},
    {k210::Task::quantized_move, R"(
/* The values of a walk: where it starts, then count and step of six loops, the last one innermost. */
static inline void @_move_codes(const uint8_t* in, const int* walk, uint8_t* out) {
    for (int a = 0; a < walk[1]; ++a)
        for (int b = 0; b < walk[3]; ++b)
            for (int c = 0; c < walk[5]; ++c)
                for (int d = 0; d < walk[7]; ++d)
                    for (int e = 0; e < walk[9]; ++e)
                        for (int f = 0; f < walk[11]; ++f)
                            *out++ = in[walk[0] + a * walk[2] + b * walk[4] + c * walk[6] + d * walk[8] + e * walk[10] +
                                        f * walk[12]];
}
)"},
    {k210::Task::reduce, R"(
/* Shapes: {input, output, each channels, height and width}; dimensions of 1 in the output are reduced. A share other
   than 0 multiplies the results. */
static inline void @_reduce(const float* in, const int* shapes, int operation, float start, float share, float* out) {
    const int count = shapes[3] * shapes[4] * shapes[5];
    for (int i = 0; i < count; ++i) out[i] = start;
    for (int c = 0; c < shapes[0]; ++c)
        for (int y = 0; y < shapes[1]; ++y)
            for (int x = 0; x < shapes[2]; ++x) {
                float* to = out + @_place(shapes + 3, c, y, x);
                *to = @_paired(operation, *to, in[@_place(shapes, c, y, x)]);
            }
    for (int i = 0; i < count && share != 0.0f; ++i) out[i] *= share;
}
)"},
    {k210::Task::combine, R"(
/* Shapes: {first operand, second operand, output, each channels, height and width}. */
static inline void @_combine(int operation, const float* a, const float* b, const int* shapes, float* out) {
    for (int c = 0; c < shapes[6]; ++c)
        for (int y = 0; y < shapes[7]; ++y)
            for (int x = 0; x < shapes[8]; ++x)
                *out++ = @_paired(operation, a[@_place(shapes, c, y, x)], b[@_place(shapes + 3, c, y, x)]);
}
)"},
    {k210::Task::quantized_combine, R"(
/* Shapes: {first operand, second operand, output, each channels, height and width}; numbers: offset, multiplier and
   shift of both operands, then of the result. */
static inline void @_combine_codes(int operation, const uint8_t* a, const uint8_t* b, const int* shapes,
                                   const int32_t* numbers, uint8_t* out) {
    for (int c = 0; c < shapes[6]; ++c)
        for (int y = 0; y < shapes[7]; ++y)
            for (int x = 0; x < shapes[8]; ++x) {
                const int64_t first = (int64_t)a[@_place(shapes, c, y, x)] + numbers[0];
                const int64_t second = (int64_t)b[@_place(shapes + 3, c, y, x)] + numbers[3];
                *out++ = @_scaled_code(
                    @_wrapped(@_paired_whole(operation, @_wrapped(@_scaled(first, numbers[1], numbers[2])),
                                             @_wrapped(@_scaled(second, numbers[4], numbers[5])))),
                    numbers + 6);
            }
}
)"},
    {k210::Task::apply, ""},  // a function of its own for each layer
};

/// Functions of single numbers: of activations, and of programs. They follow c_exponential.
inline constexpr const char* c_elementary = R"(
static inline float @_clamped(float value, float lowest, float highest) {
    return value < lowest ? lowest : value > highest ? highest : value;
}
static inline float @_relu(float x) { return x < 0.0f ? 0.0f : x; }
static inline float @_relu6(float x) { return x < 0.0f ? 0.0f : x > 6.0f ? 6.0f : x; }
static inline float @_leaky_relu(float x, float slope) { return x < 0.0f ? x * slope : x; }
static inline float @_hard_swish(float x) { return x * @_relu6(x + 3.0f) / 6.0f; }
static inline float @_sigmoid(float x) { return 1.0f / (1.0f + @_exponential(-x)); }
static inline float @_silu(float x) { return x * @_sigmoid(x); }
static inline float @_elu(float x) { return x < 0.0f ? @_exponential(x) - 1.0f : x; }
static inline float @_tanh(float x) {
    const float e = @_exponential(-2.0f * (x < 0.0f ? -x : x));
    const float magnitude = (1.0f - e) / (1.0f + e);
    return x < 0.0f ? -magnitude : magnitude;
}
static inline float @_abs(float x) { return x < 0.0f ? -x : x == 0.0f ? 0.0f : x; }
static inline float @_square(float x) { return @_rounded(x * x); }
static inline float @_ceil(float x) {
    if (x != x || x >= 8388608.0f || x <= -8388608.0f || x == 0.0f) return x;
    const float cut = (float)(int32_t)x;
    if (cut < x) return cut + 1.0f;
    return cut == 0.0f && x < 0.0f ? -0.0f : cut;
}
static inline float @_floor(float x) { return -@_ceil(-x); }
static inline float @_rsqrt(float x) {
    if (x < 0.0f) return __builtin_nanf("");
    if (!(x > 0.0f) || x == __builtin_huge_valf()) return 1.0f / x;
    const double value = x;
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits = (bits >> 1) + ((uint64_t)1023 << 51);
    double root;
    memcpy(&root, &bits, sizeof root);
    for (int step = 0; step < 6; ++step) root = @_exact(root + value / root) * 0.5;
    return 1.0f / (float)root;
}
static inline float @_log(float x) {
    if (x != x || x == __builtin_huge_valf()) return x;
    if (x == 0.0f) return -__builtin_huge_valf();
    if (x < 0.0f) return __builtin_nanf("");
    const double value = x;
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    int exponent = (int)(bits >> 52) - 1023;
    bits = (bits & 0xfffffffffffffull) | ((uint64_t)1023 << 52);
    double mantissa;
    memcpy(&mantissa, &bits, sizeof mantissa);
    if (mantissa > 1.41421356237309504880) {
        mantissa *= 0.5;
        ++exponent;
    }
    const double z = (mantissa - 1.0) / (mantissa + 1.0), square = z * z;
    double sum = 0.0;
    for (int n = 21; n > 0; n -= 2) sum = @_exact(sum * square) + 1.0 / n;
    return (float)(@_exact(2.0 * z * sum) + exponent * 0.693147180559945309417);
}
static inline float @_sine_of(float x, unsigned quarter) {
    if (!(x < 1073741824.0f && x > -1073741824.0f)) return __builtin_nanf("");
    const double value = x, scaled = value * 0.636619772367581343076;
    const int64_t k = (int64_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    const double times = (double)k;
    double r = @_exact(value - @_exact(times * 1.57079632673412561417));
    r = @_exact(r - @_exact(times * 6.07710050630396597660e-11));
    r = @_exact(r - @_exact(times * 2.02226624879595063154e-21));
    const unsigned turn = ((unsigned)(k & 3) + quarter) & 3;
    const double square = r * r;
    const int is_cosine = (turn & 1) != 0;
    double sum = 1.0;
    for (int n = is_cosine ? 20 : 21; n > 1; n -= 2) sum = 1.0 - @_exact(sum * square) / (n * (n - 1));
    const double result = is_cosine ? sum : sum * r;
    return (float)(turn >= 2 ? -result : result);
}
static inline float @_sin(float x) { return x == 0.0f ? x : @_sine_of(x, 0); }
static inline float @_cos(float x) { return @_sine_of(x, 1); }
static inline float @_exp(float x) { return @_exponential(x); }
static inline float @_neg(float x) { return -x; }
)";

/// A float as a literal that reads as the same one.
inline std::string c_number(float value) {
  if (value != value) return "__builtin_nanf(\"\")";
  if (value == float_infinity) return "__builtin_huge_valf()";
  if (value == -float_infinity) return "-__builtin_huge_valf()";
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", static_cast<double>(value));
  std::string literal = text;
  if (literal.find_first_of(".e") == std::string::npos) literal += ".0";
  return literal + 'f';
}

/// The functions of activations in C, which `c_elementary` has.
struct CActivation {
  float (*function)(float);
  const char* name;
};
inline constexpr CActivation c_activations[] = {
    {activations::relu6, "relu6"},     {activations::hard_swish, "hard_swish"},
    {activations::sigmoid, "sigmoid"}, {activations::silu, "silu"},
    {activations::elu, "elu"},         {activations::tanh, "tanh"},
};

/// The call of a layer's activation function for `value`; empty if there is none in C.
inline std::string activation_call(const k210::CpuLayer& layer, const std::string& name, const std::string& value) {
  if (layer.activation == Activation::relu) return name + "_relu(" + value + ')';
  if (layer.activation != Activation::function) return value;
  for (const CActivation& row : c_activations)
    if (row.function == layer.function)
      return std::string(name).append("_").append(row.name).append("(").append(value).append(")");
  if (const double slope = slope_of(layer.function); slope != 0)
    return name + "_leaky_relu(" + value + ", " + c_number(-layer.function(-1.0f)) + ')';
  return {};
}

/// A program as a function of one number, whose stack is known while it is written.
class CProgram {
 public:
  CProgram(const std::uint8_t* program, int size, std::string name) : name_(std::move(name)) {
    for (int at = 0; at < size && !ended_; ++at) take(program, size, at);
  }

  std::string text(const std::string& function) const {
    return "static inline float " + function + "(float x) {\n" + lines_ + "    (void)x;\n    return " + result() +
           ";\n}\n";
  }

 private:
  std::string result() const { return stack_.empty() ? "0.0f" : stack_.back(); }
  std::string pop() {
    std::string top = result();
    if (!stack_.empty()) stack_.pop_back();
    return top;
  }
  void push(const std::string& value) {
    if (stack_.size() < static_cast<std::size_t>(k210::program_values)) stack_.push_back(value);
  }
  void compute(const std::string& call) {
    const std::string value = "v" + std::to_string(count_++);
    lines_ += "    const float " + value + " = " + name_ + '_' + call + ";\n    (void)" + value + ";\n";
    push(value);
  }
  void take(const std::uint8_t* program, int size, int& at) {
    using k210::ProgramCode;
    const std::uint8_t code = program[at];
    if (k210::is_unary(code))
      return compute(row_of(k210::unary_words, k210::unary_of(code)).word + ('(' + pop() + ')'));
    if (k210::is_binary(code)) {
      const std::string b = pop(), a = pop();
      return compute("paired(" + std::to_string(static_cast<int>(k210::pairing_of(code))) + ", " + a + ", " + b + ')');
    }
    switch (static_cast<ProgramCode>(code)) {
      case ProgramCode::duplicate: {
        const std::string top = pop();
        push(top);
        return push(top);
      }
      case ProgramCode::pop:
        pop();
        return;
      case ProgramCode::load_x:
        return push("x");
      case ProgramCode::push_0:
        return push("0.0f");
      case ProgramCode::push_1:
        return push("1.0f");
      case ProgramCode::push_float: {
        std::uint32_t word = 0;
        for (int i = 0; i < 4 && at + 1 < size; ++i) word |= std::uint32_t{program[++at]} << (8 * i);
        return push(c_number(float_of(word)));
      }
      case ProgramCode::clamp: {
        const std::string highest = pop(), lowest = pop(), value = pop();
        return compute("clamped(" + value + ", " + lowest + ", " + highest + ')');
      }
      case ProgramCode::end_value:
        ended_ = true;
        return;
      default:
        return;
    }
  }

  std::string name_;
  std::vector<std::string> stack_{};
  std::string lines_{};
  int count_ = 0;
  bool ended_ = false;
};

}  // namespace incuse::kpu_c_source::detail
