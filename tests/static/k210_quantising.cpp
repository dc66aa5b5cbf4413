// A large layer of the K210 with real parameters: quantised within the default limits of every compiler.
#include <incuse/k210/deployment.hpp>

using namespace incuse;
using k210::Range;
using k210::RealLayer;

namespace {

/// Weights from -1 to 1.
template <int Count>
struct Weights {
  float values[Count]{};
  constexpr Weights() {
    for (int i = 0; i < Count; ++i) values[i] = static_cast<float>(i * 37 % 255 - 127) / 127.0f;
  }
};

constexpr Weights<512 * 512> wide;

struct Net : Network<Input<512, 4, 4>, Conv2d<512, kernel<1>, ReLU>> {};
struct Trained {
  static constexpr Range input{-1.0f, 1.0f};
  static constexpr RealLayer real_layers[] = {{"wide", wide.values, {}, {}, {0, 9}, {0, 9}}};
};
using Chip = Deployment<Net, k210_kpu, Trained>;

// The zero point of -1 to 1 is 127.5, rounded up, and the extremes are the codes 0 and 255.
constexpr int code_of(int i) {
  const float code = wide.values[i] * 127.5f + 128.0f;
  return code > 255.0f ? 255 : static_cast<int>(code + 0.5f);
}
constexpr bool has_codes(int first, int count) {
  for (int i = first; i < first + count; ++i)
    if (Chip::image.steps[0].weights[i] != code_of(i)) return false;
  return true;
}
static_assert(Chip::image.step_count == 1);
static_assert(has_codes(0, 600) && has_codes(65536 - 300, 600) && has_codes(512 * 512 - 300, 300));

}  // namespace
