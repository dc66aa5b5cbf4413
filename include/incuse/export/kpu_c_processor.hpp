// Layers that the processor of the K210 runs beside the KPU, as C: functions with the arithmetic of the driver's, bit
// for bit, and calls of them. See kpu_c_source.hpp.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <incuse/core/compiler.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/k210/cpu/cpu_step.hpp>
#include <incuse/k210/plan/layout.hpp>
#include <incuse/model/activations.hpp>

namespace incuse::kpu_c_source::detail {

/// A function in C. @ stands for the name that all others begin with, in its place: a task's functions follow those
/// that they call.
struct CFunction {
  k210::Task task;
  const char* text;
};

/// Rounds products before they are added, as the driver does: compilers would join both into one operation.
inline constexpr const char* c_basics = R"(
static inline float @_rounded(float value) {
#if defined(__GNUC__) && defined(__riscv)
    __asm__("" : "+f"(value));
#elif defined(__FP_FAST_FMAF)
    volatile float kept = value;
    return kept;
#endif
    return value;
}
/* To the nearest code, halves up. */
static inline uint8_t @_code(float value) {
    if (!(value > 0.0f)) return 0;
    if (value >= 255.0f) return 255;
    const int whole = (int)value;
    return (uint8_t)(value - (float)whole >= 0.5f ? whole + 1 : whole);
}
)";

inline constexpr const char* c_exponential = R"(
/* e to the power of x, in double precision: the only rounding that counts is the last one. */
static inline double @_exact(double value) {
    volatile double kept = value;
    return kept;
}
static inline float @_exponential(float x) {
    if (x != x) return x;
    if (x > 89.0f) return __builtin_huge_valf();
    if (x < -104.0f) return 0.0f;
    const double scaled = (double)x * 1.44269504088896340736;
    const int k = (int)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    const double first = @_exact((double)x - @_exact(k * 0.693147180369123816490));
    const double r = first - @_exact(k * 1.90821492927058770002e-10);
    double sum = 1.0;
    for (int n = 13; n > 0; --n) sum = sum * r / n + 1.0;
    const uint64_t bits = (uint64_t)(1023 + k) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return (float)(sum * power);
}
)";

inline constexpr const char* c_windows = R"(
/* Windows over maps of C x H x W: {in height, in width, out height, out width, kernel, stride and padding, each height
   and width}. */
static inline int @_least(int a, int b) { return a < b ? a : b; }
static inline int @_most(int a, int b) { return a < b ? b : a; }
#define @_EACH_WINDOW(shape, channels)                                                     \
    for (int c = 0; c < (channels); ++c)                                                   \
        for (int oy = 0; oy < (shape)[2]; ++oy)                                            \
            for (int ox = 0; ox < (shape)[3]; ++ox)
#define @_EACH_PIXEL(shape)                                                                \
    for (int y = @_most(0, oy * (shape)[6] - (shape)[8]),                                  \
             bottom = @_least(oy * (shape)[6] - (shape)[8] + (shape)[4], (shape)[0]);      \
         y < bottom; ++y)                                                                  \
        for (int x = @_most(0, ox * (shape)[7] - (shape)[9]),                              \
                 right = @_least(ox * (shape)[7] - (shape)[9] + (shape)[5], (shape)[1]);   \
             x < right; ++x)
)";

inline constexpr const char* c_nearest = R"(
static inline int @_nearest(int index, int in, int out) {
    const float step = (float)in / (float)out;
    const int at = (int)((float)index * step);
    return at < in - 1 ? at : in - 1;
}
)";

inline constexpr const char* c_rows = R"(
/* Rows of a map in AI RAM: groups of channels share lines of 64 bytes. */
static inline volatile uint8_t* @_row(volatile uint8_t* map, int c, int y, int height, int groups, int lines) {
    return map + (c / groups * height * lines + y * lines) * 64 + c % groups * (64 / groups);
}
)";

inline constexpr CFunction c_functions[] = {
    {k210::Task::add, R"(
static inline void @_add(const float* a, const float* b, int count, float* out) {
    for (int i = 0; i < count; ++i) out[i] = a[i] + b[i];
}
)"},
    {k210::Task::quantized_add, R"(
/* Numbers: offset, multiplier and shift of both operands, then of the sum. */
static inline void @_add_codes(const uint8_t* a, const uint8_t* b, int count, const int32_t* numbers, uint8_t* out) {
    for (int i = 0; i < count; ++i) {
        const int64_t x = ((int64_t)a[i] + numbers[0]) * numbers[1], y = ((int64_t)b[i] + numbers[3]) * numbers[4];
        const int64_t sum = numbers[2] == numbers[5] ? (int64_t)((uint64_t)x + (uint64_t)y) >> numbers[2]
                                                     : (x >> numbers[2]) + (y >> numbers[5]);
        int64_t value = (int64_t)((uint64_t)sum * (uint64_t)(int64_t)numbers[7]);
        if (numbers[8] > 0) {
            const int64_t doubled = value >> (numbers[8] - 1);
            value = doubled % 2 == 0 ? doubled >> 1 : doubled >= 0 ? (doubled >> 1) + 1 : (doubled >> 1) - 1;
        }
        value += numbers[6];
        out[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
    }
}
)"},
    {k210::Task::concat, R"(
static inline float* @_join(const float* in, int count, float* out) {
    for (int i = 0; i < count; ++i) *out++ = in[i];
    return out;
}
)"},
    {k210::Task::quantized_concat, R"(
static inline uint8_t* @_join_codes(const uint8_t* in, int count, uint8_t* out) {
    for (int i = 0; i < count; ++i) *out++ = in[i];
    return out;
}
)"},
    {k210::Task::max_pool, R"(
static inline void @_max_pool(const uint8_t* in, int channels, const int* shape, uint8_t* out) {
    @_EACH_WINDOW(shape, channels) {
        uint8_t largest = 0;
        @_EACH_PIXEL(shape) {
            const uint8_t code = in[(c * shape[0] + y) * shape[1] + x];
            if (code > largest) largest = code;
        }
        *out++ = largest;
    }
}
)"},
    {k210::Task::average_pool, R"(
static inline void @_average_pool(const float* in, int channels, const int* shape, float* out) {
    @_EACH_WINDOW(shape, channels) {
        float sum = 0.0f;
        int count = 0;
        @_EACH_PIXEL(shape) {
            sum += in[(c * shape[0] + y) * shape[1] + x];
            ++count;
        }
        *out++ = sum / (float)count;
    }
}
)"},
    {k210::Task::global_average_pool, R"(
static inline void @_mean(const float* in, int pixels, int channels, float* out) {
    for (int c = 0; c < channels; ++c) {
        float sum = 0.0f;
        for (int i = 0; i < pixels; ++i) sum += *in++;
        out[c] = sum / (float)pixels;
    }
}
)"},
    {k210::Task::fully_connected, R"(
/* Weights [out][in]; bias may be null. Sums begin with it, or take it last; then they are multiplied by the unit, and
   limited. */
static inline void @_linear(const float* in, int ins, const float* weights, const float* bias, int outs, int bias_first,
                            float unit, float lowest, float highest, float* out) {
    for (int o = 0; o < outs; ++o) {
        float sum = bias_first && bias ? bias[o] : 0.0f;
        for (int i = 0; i < ins; ++i) sum += @_rounded(in[i] * *weights++);
        if (!bias_first && bias) sum += bias[o];
        sum = @_rounded(sum * unit);
        out[o] = sum < lowest ? lowest : sum > highest ? highest : sum;
    }
}
)"},
    {k210::Task::quantize, R"(
static inline void @_quantize(const float* in, int count, float scale, float bias, uint8_t* out) {
    const float inverse = 1.0f / scale;
    for (int i = 0; i < count; ++i) out[i] = @_code((in[i] - bias) * inverse);
}
static inline void @_quantize_by_zero_point(const float* in, int count, float scale, int zero_point, uint8_t* out) {
    for (int i = 0; i < count; ++i) out[i] = @_code(@_rounded(in[i] * scale) + (float)zero_point);
}
)"},
    {k210::Task::dequantize, R"(
static inline void @_dequantize(const uint8_t* in, int count, float scale, float bias, int zero_point, float* out) {
    for (int i = 0; i < count; ++i) out[i] = @_rounded((float)(in[i] - zero_point) * scale) + bias;
}
)"},
    {k210::Task::requantize, R"(
static inline void @_look_up(const uint8_t* in, int count, const uint8_t* table, uint8_t* out) {
    for (int i = 0; i < count; ++i) out[i] = table[in[i]];
}
)"},
    {k210::Task::softmax, R"(
static inline void @_softmax(const float* in, int count, float* out) {
    float largest = 1.17549435e-38f, sum = 0.0f;
    for (int i = 0; i < count; ++i)
        if (in[i] > largest) largest = in[i];
    for (int i = 0; i < count; ++i) sum += out[i] = @_exponential(in[i] - largest);
    for (int i = 0; i < count; ++i) out[i] /= sum;
}
)"},
    {k210::Task::logistic, R"(
static inline void @_logistic(const float* in, int count, float* out) {
    for (int i = 0; i < count; ++i) out[i] = 1.0f / (1.0f + @_exponential(-in[i]));
}
)"},
    {k210::Task::l2_normalize, R"(
static inline void @_normalize(const float* in, int count, float* out) {
    float sum = 0.0f;
    for (int i = 0; i < count; ++i) sum += @_rounded(in[i] * in[i]);
    const double value = sum < 1e-10f ? 1e-10f : sum;
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits = (bits >> 1) + ((uint64_t)1023 << 51);
    double root;
    memcpy(&root, &bits, sizeof root);
    for (int step = 0; step < 6; ++step) root = (root + value / root) * 0.5;
    const float inverse = 1.0f / (float)root;
    for (int i = 0; i < count; ++i) out[i] = in[i] * inverse;
}
)"},
    {k210::Task::resize, R"(
static inline void @_resize(const float* in, int channels, int height, int width, int rows, int columns, float* out) {
    for (int c = 0; c < channels; ++c)
        for (int y = 0; y < rows; ++y)
            for (int x = 0; x < columns; ++x)
                *out++ = in[(c * height + @_nearest(y, height, rows)) * width + @_nearest(x, width, columns)];
}
)"},
    {k210::Task::quantized_resize, R"(
static inline void @_resize_codes(const uint8_t* in, int channels, int height, int width, int rows, int columns,
                                  uint8_t* out) {
    for (int c = 0; c < channels; ++c)
        for (int y = 0; y < rows; ++y)
            for (int x = 0; x < columns; ++x)
                *out++ = in[(c * height + @_nearest(y, height, rows)) * width + @_nearest(x, width, columns)];
}
)"},
    {k210::Task::flatten, R"(
static inline void @_channels_last(const float* in, int channels, int pixels, float* out) {
    for (int i = 0; i < pixels; ++i)
        for (int c = 0; c < channels; ++c) *out++ = in[c * pixels + i];
}
)"},
    {k210::Task::add_padding, R"(
/* Each value as the first pixel of a map of 4x4. */
static inline void @_pad(const uint8_t* in, int channels, volatile uint8_t* map) {
    for (int c = 0; c < channels; ++c)
        for (int y = 0; y < 4; ++y)
            for (int x = 0; x < 4; ++x) @_row(map, c, y, 4, 4, 1)[x] = y == 0 && x == 0 ? in[c] : 0;
}
)"},
    {k210::Task::remove_padding, R"(
static inline void @_first_pixels(const uint8_t* in, int channels, uint8_t* out) {
    for (int c = 0; c < channels; ++c) out[c] = in[16 * c];
}
)"},
    {k210::Task::upload, R"(
static inline void @_upload(const uint8_t* in, int channels, int height, int width, int groups, int lines,
                            volatile uint8_t* map) {
    for (int c = 0; c < channels; ++c)
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x) @_row(map, c, y, height, groups, lines)[x] = *in++;
}
)"},
};

/// The function of a task; null if there is none in C.
inline const char* c_function_of(k210::Task task) {
  for (const CFunction& row : c_functions)
    if (row.task == task) return row.text;
  return nullptr;
}

/// @ replaced by a name.
inline std::string named(const char* text, const std::string& name) {
  std::string result;
  for (; *text != '\0'; ++text) *text == '@' ? result += name : result += *text;
  return result;
}

/// A float as a literal that reads as the same one.
inline std::string c_number(float value) {
  if (value == float_infinity) return "__builtin_huge_valf()";
  if (value == -float_infinity) return "-__builtin_huge_valf()";
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", static_cast<double>(value));
  std::string literal = text;
  if (literal.find_first_of(".e") == std::string::npos) literal += ".0";
  return literal + 'f';
}

/// Why a step cannot be written as C; empty if it can.
inline std::string problem_of(const k210::CpuStepImage& step) {
  const std::string task = string_of(k210::description_of(step.layer.task).name);
  if (c_function_of(step.layer.task) == nullptr) return "the C for the SDK has no '" + task + "'";
  const bool connects = step.layer.task == k210::Task::fully_connected;
  if (connects && step.layer.activation == Activation::function && step.layer.function != activations::relu6)
    return "the C for the SDK has no other function behind a Linear than ReLU and ReLU6";
  return {};
}

/// Writes the layers of the processor of one image.
class ProcessorSource {
 public:
  explicit ProcessorSource(std::string name) : name_(std::move(name)) {}

  /// The functions that these steps need.
  template <class Image>
  std::string functions(const Image& image) const {
    using k210::Task;
    const auto any_of = [&](std::initializer_list<Task> tasks) {
      bool found = false;
      for (const Task task : tasks) found = found || image.does(task);
      return found;
    };
    std::string text = named(c_basics, name_);
    if (any_of({Task::softmax, Task::logistic})) text += named(c_exponential, name_);
    if (any_of({Task::max_pool, Task::average_pool})) text += named(c_windows, name_);
    if (any_of({Task::resize, Task::quantized_resize})) text += named(c_nearest, name_);
    if (any_of({Task::add_padding, Task::upload})) text += named(c_rows, name_);
    for (const CFunction& row : c_functions)
      if (image.does(row.task)) text += named(row.text, name_);
    return text;
  }

  /// The tables of a step, as arrays; none for most.
  std::string tables(const k210::CpuStepImage& step, int number) const {
    const k210::CpuParameters& with = step.parameters;
    std::string text;
    if (step.layer.task == k210::Task::fully_connected) {
      const int in = step.layer.in.elements(), out = step.layer.out.channels;
      text += reals(table(number, "weights"), with.weights, with.byte_weights, in * out);
      if (has_bias(with)) text += reals(table(number, "bias"), with.bias, with.byte_bias, out);
    }
    if (step.layer.task == k210::Task::requantize) {
      text = "static const uint8_t " + table(number, "codes") + "[256] = {";
      for (int i = 0; i <= k210::highest_code; ++i)
        text += (i % 16 == 0 ? "\n    " : " ") + std::to_string(with.table[i]) + ",";
      text += "\n};\n";
    }
    return text;
  }

  /// Statements that run a step.
  std::string call(const k210::CpuStepImage& step, int number) const {
    using k210::Task;
    const k210::CpuLayer& layer = step.layer;
    const k210::CpuParameters& with = step.parameters;
    const int count = layer.in.elements();
    switch (layer.task) {
      case Task::add:
        return statement("add", {real(step, 0), real(step, 1), text(count), out_real(step)});
      case Task::quantized_add:
        return numbers({with.sum.a, with.sum.b, with.sum.out},
                       statement("add_codes", {code(step, 0), code(step, 1), text(count), "numbers", out_code(step)}));
      case Task::concat:
        return joined(step, "float", "join", &ProcessorSource::real, out_real(step));
      case Task::quantized_concat:
        return joined(step, "uint8_t", "join_codes", &ProcessorSource::code, out_code(step));
      case Task::max_pool:
        return window(layer, statement("max_pool", {code(step, 0), text(layer.in.channels), "shape", out_code(step)}));
      case Task::average_pool:
        return window(layer,
                      statement("average_pool", {real(step, 0), text(layer.in.channels), "shape", out_real(step)}));
      case Task::global_average_pool:
        return statement("mean", {real(step, 0), text(layer.in.pixels()), text(layer.in.channels), out_real(step)});
      case Task::fully_connected:
        return connected(step, number);
      case Task::quantize:
        if (with.rounding == k210::Rounding::nncase)
          return statement("quantize_by_zero_point", {real(step, 0), text(count), c_number(with.code.scale),
                                                      text(with.code.zero_point), out_code(step)});
        return statement("quantize", {real(step, 0), text(count), c_number(with.code.scale), c_number(with.code.bias),
                                      out_code(step)});
      case Task::dequantize:
        return dequantized(step);
      case Task::requantize:
        return statement("look_up", {code(step, 0), text(count), table(number, "codes"), out_code(step)});
      case Task::softmax:
        return statement("softmax", {real(step, 0), text(count), out_real(step)});
      case Task::logistic:
        return statement("logistic", {real(step, 0), text(count), out_real(step)});
      case Task::l2_normalize:
        return statement("normalize", {real(step, 0), text(count), out_real(step)});
      case Task::resize:
        return resized("resize", step, real(step, 0), out_real(step));
      case Task::quantized_resize:
        return resized("resize_codes", step, code(step, 0), out_code(step));
      case Task::flatten:
        return statement("channels_last",
                         {real(step, 0), text(layer.in.channels), text(layer.in.pixels()), out_real(step)});
      case Task::add_padding:
        return statement("pad", {code(step, 0), text(layer.in.channels), ram(step)});
      case Task::remove_padding:
        return statement("first_pixels", {code(step, 0), text(layer.in.channels), out_code(step)});
      case Task::upload: {
        const k210::RowLayout rows = k210::rows_of(layer.in.width);
        return statement("upload", {code(step, 0), text(layer.in.channels), text(layer.in.height), text(layer.in.width),
                                    text(rows.groups), text(rows.lines), ram(step)});
      }
      default:
        return {};
    }
  }

 private:
  static std::string text(int number) { return std::to_string(number); }
  static std::string code(const k210::CpuStepImage& step, int operand) {
    return "memory + " + text(step.sources[operand]);
  }
  static std::string real(const k210::CpuStepImage& step, int operand) {
    return "(const float*)(memory + " + text(step.sources[operand]) + ")";
  }
  static std::string out_code(const k210::CpuStepImage& step) { return "memory + " + text(step.result); }
  static std::string out_real(const k210::CpuStepImage& step) { return "(float*)(memory + " + text(step.result) + ")"; }
  static std::string ram(const k210::CpuStepImage& step) { return "ram + " + text(step.result * k210::line_bytes); }
  std::string table(int number, const char* what) const { return name_ + "_processor" + text(number) + '_' + what; }
  static bool has_bias(const k210::CpuParameters& with) { return with.bias != nullptr || !with.byte_bias.empty(); }

  std::string statement(const char* function, std::initializer_list<std::string> arguments) const {
    std::string line = "    " + name_ + '_' + function + '(';
    for (const std::string& argument : arguments) line += (line.back() == '(' ? "" : ", ") + argument;
    return line + ");\n";
  }
  /// Real numbers, or signed bytes as such: their unit is a factor of the sums.
  static std::string reals(const std::string& table, const float* values, const Tensor& signed_bytes, int count) {
    std::string text = "static const float " + table + '[' + std::to_string(count) + "] = {";
    for (int i = 0; i < count; ++i)
      text += (i % 8 == 0 ? "\n    " : " ") +
              c_number(values != nullptr ? values[i] : static_cast<float>(signed_bytes[i])) + ',';
    return text + "\n};\n";
  }
  static std::string numbers(std::initializer_list<k210::IntegerScale> scales, const std::string& call) {
    std::string list;
    for (const k210::IntegerScale& scale : scales)
      list +=
          (list.empty() ? "" : ", ") + text(scale.offset) + ", " + text(scale.multiplier) + ", " + text(scale.shift);
    return "    {\n    static const int32_t numbers[9] = {" + list + "};\n" + call + "    }\n";
  }
  static std::string window(const k210::CpuLayer& layer, const std::string& call) {
    std::string list;
    for (const Extent& extent :
         {layer.in.extent(), layer.out.extent(), layer.window.kernel, layer.window.stride, layer.window.padding})
      list += (list.empty() ? "" : ", ") + text(extent.height) + ", " + text(extent.width);
    return "    {\n    static const int shape[10] = {" + list + "};\n" + call + "    }\n";
  }
  std::string joined(const k210::CpuStepImage& step, const char* type, const char* function,
                     std::string (*operand)(const k210::CpuStepImage&, int), const std::string& out) const {
    std::string lines = std::string("    {\n    ") + type + "* out = " + out + ";\n";
    for (int i = 0; i < step.operands; ++i)
      lines +=
          "    out = " + name_ + '_' + function + '(' + operand(step, i) + ", " + text(step.elements[i]) + ", out);\n";
    return lines + "    (void)out;\n    }\n";
  }
  std::string connected(const k210::CpuStepImage& step, int number) const {
    const k210::CpuLayer& layer = step.layer;
    const k210::CpuParameters& with = step.parameters;
    const bool function = layer.activation == Activation::function;  // ReLU6
    const bool limits = layer.activation == Activation::relu || function;
    const bool first = with.rounding == k210::Rounding::nncase;
    const float unit = with.weights != nullptr ? 1.0f : with.byte_unit;
    return statement("linear", {real(step, 0), text(layer.in.elements()), table(number, "weights"),
                                has_bias(with) ? table(number, "bias") : "0", text(layer.out.channels), text(first),
                                c_number(unit), limits ? "0.0f" : c_number(-float_infinity),
                                function ? "6.0f" : c_number(float_infinity), out_real(step)});
  }
  std::string dequantized(const k210::CpuStepImage& step) const {
    const Shape in = step.layer.in;
    const k210::CpuParameters& with = step.parameters;
    const auto one = [&](int first, int count, const k210::LinearScale& scale) {
      return statement("dequantize", {"memory + " + text(step.sources[0] + first), text(count), c_number(scale.scale),
                                      c_number(scale.bias), text(scale.zero_point),
                                      "(float*)(memory + " + text(step.result + 4 * first) + ")"});
    };
    if (with.channels == nullptr) return one(0, in.elements(), with.code);
    std::string lines;
    for (int c = 0; c < in.channels; ++c) lines += one(c * in.pixels(), in.pixels(), with.channels[c]);
    return lines;
  }
  std::string resized(const char* function, const k210::CpuStepImage& step, const std::string& in,
                      const std::string& out) const {
    const k210::CpuLayer& layer = step.layer;
    return statement(function, {in, text(layer.in.channels), text(layer.in.height), text(layer.in.width),
                                text(layer.out.height), text(layer.out.width), out});
  }

  std::string name_;
};

}  // namespace incuse::kpu_c_source::detail
