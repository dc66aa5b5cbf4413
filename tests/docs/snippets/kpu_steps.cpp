#include <cstdint>
#include <cstdio>
#include <memory>

#include <examples/k210_detector/strokes.hpp>
#include <incuse/k210/virtual_bus.hpp>

using namespace incuse;

namespace {

unsigned checksum(const std::uint8_t* values, int count) {
  unsigned sum = 0;
  for (int i = 0; i < count; ++i) sum = 31 * sum + values[i];
  return sum;
}
void print(int step, unsigned sum) { std::printf("step %d: %u\n", step, sum); }

}  // namespace

int main() {
  using Storage = k210::KpuStorage<k210_kpu>;
  using Bus = k210::VirtualKpuBus<k210_kpu, Storage>;
  const auto storage = std::make_unique<Storage>();
  Bus bus(*storage);
  k210::KpuDriver<demo::strokes::Chip, Bus> kpu(bus);
  signed char picture[demo::strokes::side * demo::strokes::side];
  demo::strokes::draw(picture);
  std::uint8_t buffer[4 * sizeof picture];
  float output[4];
  auto ready = kpu.init();
#include SNIPPET
}
