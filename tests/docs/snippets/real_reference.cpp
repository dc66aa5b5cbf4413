#include <incuse/host/real_reference.hpp>
#include <incuse/incuse.hpp>

using namespace incuse;

namespace {

using Net = Network<Input<1, 4, 4>, Conv2d<1, kernel<1>, ReLU>>;
struct parameters {
  static constexpr float weights[] = {2.0f};
  static constexpr k210::RealLayer real_layers[] = {{"conv", weights, {}, {}, {}, {}}};
};

}  // namespace

int main() {
  const float picture[16] = {-1.0f, 3.0f};
  const int i = 0;
#include SNIPPET
  return inputs.low == -1.0f && inputs.high == 3.0f && outputs.high == 6.0f && sums.high == 6.0f ? 0 : 1;
}
