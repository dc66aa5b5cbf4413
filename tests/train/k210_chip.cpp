// The network of k210.cpp as it was trained, quantised while this file is compiled, on a virtual KPU: at least 95 % of
// pictures that training has not seen are right. HEADER has the parameters.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>

#include <incuse/k210/deployment.hpp>
#include <incuse/k210/driver.hpp>
#include <incuse/k210/virtual_bus.hpp>
#include HEADER
#include "k210_net.hpp"

using namespace incuse;
using Chip = Deployment<test::StripeNet, k210_kpu, Trained>;

int main() {
  constexpr std::size_t pictures = 400;
  using Storage = k210::KpuStorage<k210_kpu>;
  const auto storage = std::make_unique<Storage>();
  k210::VirtualKpuBus<k210_kpu, Storage> bus(*storage);
  k210::KpuDriver<Chip, k210::VirtualKpuBus<k210_kpu, Storage>> kpu(bus);
  auto ready = kpu.init();
  const test::Stripes others(pictures, 2);
  const k210::CodeScale& scale = Chip::image.input.scale;
  int right = 0;
  for (std::size_t n = 0; n < pictures; ++n) {
    std::int8_t values[16 * 16];
    std::uint8_t codes[16 * 16];
    others.read(n, values);
    for (int i = 0; i < 16 * 16; ++i)
      codes[i] = static_cast<std::uint8_t>(
          std::clamp(std::lround(static_cast<float>(values[i]) / 128 * scale.scale) + scale.zero_point, 0L, 255L));
    float outputs[4];
    if (ready.load_codes(codes).run(outputs) != k210::RunResult::done) return 2;
    right += std::max_element(outputs, outputs + 4) - outputs == others.label(n) ? 1 : 0;
  }
  std::printf("on the K210's KPU %.2f %% of %d are right\n", 100.0 * right / static_cast<double>(pictures),
              static_cast<int>(pictures));
  return right >= 0.95 * static_cast<double>(pictures) ? 0 : 1;
}
