// Large layers of the K210: their weights become codes within the default limits of every compiler.
#include <incuse/k210/deployment.hpp>

using namespace incuse;
using k210::Range;
using k210::RealLayer;

namespace {

// 144 numbers from -1 to 1, each 4,096 times: a compiler that reads a literal counts no steps. The extremes are as far
// below 0 as above, so that the highest code is rounded up beyond the last one.
#define INCUSE_9(a) a, -(a), 1 - (a), (a)-1, 0.5f * (a), -0.5f * (a), 1, -1, 0
#define INCUSE_144                                                                                          \
  INCUSE_9(0.01f), INCUSE_9(0.07f), INCUSE_9(0.13f), INCUSE_9(0.19f), INCUSE_9(0.25f), INCUSE_9(0.31f),     \
      INCUSE_9(0.37f), INCUSE_9(0.43f), INCUSE_9(0.49f), INCUSE_9(0.55f), INCUSE_9(0.61f), INCUSE_9(0.67f), \
      INCUSE_9(0.73f), INCUSE_9(0.79f), INCUSE_9(0.85f), INCUSE_9(0.91f)
#define INCUSE_8_TIMES(...) \
  __VA_ARGS__, __VA_ARGS__, __VA_ARGS__, __VA_ARGS__, __VA_ARGS__, __VA_ARGS__, __VA_ARGS__, __VA_ARGS__
constexpr float wide[] = {INCUSE_8_TIMES(INCUSE_8_TIMES(INCUSE_8_TIMES(INCUSE_8_TIMES(INCUSE_144))))};

struct Net : Network<Input<128, 4, 4>, Conv2d<512, kernel<3>, pad<1>, ReLU>> {};
struct Trained {
  static constexpr Range input{-1.0f, 1.0f};
  static constexpr RealLayer real_layers[] = {{"wide", wide, {}, {}, {0, 9}, {0, 9}}};
};
using Chip = Deployment<Net, k210_kpu, Trained>;

// The zero point of -1 to 1 is 127.5, rounded up, and the extremes are the codes 0 and 255.
constexpr int code_of(int i) {
  const float code = wide[i] * 127.5f + 128.0f;
  return code > 255.0f ? 255 : static_cast<int>(code + 0.5f);
}
constexpr bool has_codes(int first, int count) {
  for (int i = first; i < first + count; ++i)
    if (Chip::image.steps[0].weights[i] != code_of(i)) return false;
  return true;
}
static_assert(sizeof(wide) == 589'824 * sizeof(float));
static_assert(Chip::image.step_count == 1);
static_assert(has_codes(0, 600) && has_codes(65536 - 300, 600) && has_codes(589'824 - 300, 300));

/// Channels of 1,000 codes, of which the first is the channel's number.
struct Numbered {
  template <int First, int Size>
  static constexpr auto codes_of() {
    k210::WeightCodes<Size * 1000> codes;
    for (int i = 0; i < Size; ++i) codes.codes[1000 * i] = static_cast<unsigned char>(First + i);
    return codes;
  }
};
template <int Channels>
using Codes = k210::GatheredCodes<Numbered, Channels, 1000>;
template <int Channels>
constexpr auto codes = Codes<Channels>::all();

static_assert(!Codes<1000>::is_long && codes<1000>.codes[999'000] == 999 % 256);
// More than the elements of any array that compilers fill: arrays without gaps between them.
static_assert(Codes<1100>::is_long && sizeof(codes<1100>) == 1'100'000);
constexpr int in_one = static_cast<int>(sizeof(codes<1100>.full[0])) / 1000;
static_assert(codes<1100>.data()[1000] == 1 && codes<1100>.full[1].codes[0] == in_one % 256);
static_assert(codes<1100>.last.codes[sizeof(codes<1100>.last) - 1000] == 1099 % 256);

}  // namespace
