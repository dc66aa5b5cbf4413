#include <utility>

#include <incuse/incuse.hpp>
#include <incuse/max7800x/driver.hpp>
#include <incuse/max7800x/virtual_chip.hpp>

using namespace incuse;

namespace {

// clang-format off
struct Net : Network<
    Input<2, 4, 4>,
    Conv2d<8, kernel<3>, pad<1>, ReLU>,
    EarlyExit<any_at_least<45>, Flatten, Linear<10>>,
    Flatten,
    Linear<10, wide>> {};
// clang-format on
struct parameters {
  static constexpr signed char first[144]{1}, values[1280]{1};
  static constexpr LayerParameters layers[] = {
      {.weight = {first, 8, 2, 3, 3}}, {.weight = {values, 10, 128}}, {.weight = {values, 10, 128}}};
};

}  // namespace

int main() {
  using Chip = Deployment<Net, max78002, parameters>;
  static max7800x::VirtualChip<max78002> chip;
  const signed char picture[32]{1};
  signed char early[10]{};
  int logits[10]{};
  auto ready = max7800x::accelerator<Chip>(chip).enable().init().load_weights().load_bias().configure();
#include SNIPPET
  (void)std::move(done).disable();
  return chip.report().ok() ? 0 : 1;
}
