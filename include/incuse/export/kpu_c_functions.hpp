// Functions in C of the layers that the processor of the K210 runs, with the arithmetic of the driver's, bit for bit:
// of those that kmodels of version 3 have, and of a core that they share. See kpu_c_processor.hpp.
#pragma once

#include <incuse/k210/cpu/cpu_layer.hpp>

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

}  // namespace incuse::kpu_c_source::detail
