// Runs an imported kmodel (its header is included by the compiler's options) on a virtual KPU, through the driver, and
// compares the numbers with an array. Arguments: input.npy output.npy
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <memory>
#include <vector>

#include <incuse/import/npy.hpp>
#include <incuse/k210/virtual_bus.hpp>

using Chip = imported::Chip;
using Storage = incuse::k210::KpuStorage<incuse::k210_kpu>;
using Bus = incuse::k210::VirtualKpuBus<incuse::k210_kpu, Storage>;

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const incuse::NpyTensor input = incuse::read_npy_tensor(argv[1]), expected = incuse::read_npy_tensor(argv[2]);
  constexpr int count = Chip::image.outputs[0].layout.shape.elements();
  if (input.bytes.size() != static_cast<std::size_t>(Chip::image.input.layout.shape.elements()) ||
      expected.bytes.size() != sizeof(float) * count) {
    std::printf("%s%s or another size\n", input.error.c_str(), expected.error.c_str());
    return 2;
  }
  const auto storage = std::make_unique<Storage>();
  const auto bus = std::make_unique<Bus>(*storage);
  incuse::k210::KpuDriver<Chip, Bus> kpu(*bus);
  std::vector<std::int8_t> codes(count + 7);
  kpu.init();
  kpu.load_input(input.bytes.data());
  if (kpu.run(codes.data()) != incuse::k210::KpuState::done) {
    std::printf("the KPU did not run: %s\n", sentence_of(bus->kpu().report()).characters);
    return 1;
  }
  std::vector<float> numbers(count);
  constexpr int scales = static_cast<int>(std::size(imported::output_scales));
  incuse::k210::dequantize_channels(reinterpret_cast<const std::uint8_t*>(codes.data()), scales, count / scales,
                                    imported::output_scales, numbers.data());
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(numbers.data());
  for (std::size_t i = 0; i < expected.bytes.size(); ++i)
    if (bytes[i] != expected.bytes[i]) {
      std::printf("value %zu differs\n", i / sizeof(float));
      return 1;
    }
  std::printf("all %d values are equal\n", count);
  return 0;
}
