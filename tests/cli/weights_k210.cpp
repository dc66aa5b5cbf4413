// A network type for the K210, as a text for `incuse weights`; with HEADER, what the program has made of that and of
// float/state.pt, on the virtual KPU. Prints the text, or the outputs for the first of float/real_inputs.npy.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <incuse/export/network_text.hpp>
#include <incuse/k210/deployment.hpp>
#include <incuse/k210/driver.hpp>
#include <incuse/k210/virtual_bus.hpp>
#include <incuse/model/software.hpp>

#ifdef HEADER
#include HEADER
#endif

namespace {

using namespace incuse;

struct Net : Network<Input<2, 8, 8>, Conv2d<4, kernel<3>, pad<1>, ReLU, bias, as<"conv1">>, MaxPool2d<2>, Dequantize<>,
                     ConvTranspose2d<3, kernel<3>, stride<2>, pad<1>, output_pad<1>, ReLU, bias, on_cpu, as<"up">>,
                     Flatten, Linear<5, bias, on_cpu, as<"fc">>> {};

#ifdef HEADER

using Chip = Deployment<Net, k210_kpu, digits::parameters>;

/// The numbers of a .npy file of floats.
std::vector<float> floats_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const std::size_t start = bytes.find('\n') + 1;
  std::vector<float> values(start > 1 ? (bytes.size() - start) / sizeof(float) : 0);
  if (!values.empty()) std::memcpy(values.data(), bytes.data() + start, values.size() * sizeof(float));
  return values;
}

/// Greatest distance of the virtual KPU's outputs from PyTorch's, over all inputs.
double distance_from(const std::vector<float>& inputs, const std::vector<float>& outputs) {
  using Storage = k210::KpuStorage<k210_kpu>;
  using Bus = k210::VirtualKpuBus<k210_kpu, Storage>;
  const auto storage = std::make_unique<Storage>();
  Bus bus(*storage);
  k210::KpuDriver<Chip, Bus> kpu(bus);
  auto ready = kpu.init();
  double most = 0;
  for (std::size_t n = 0; n < 6; ++n) {
    std::uint8_t codes[128];
    const auto& scale = Chip::image.input.scale;
    const double unit = static_cast<double>(scale.real(1)) - static_cast<double>(scale.real(0));
    for (std::size_t i = 0; i < 128; ++i)
      codes[i] = static_cast<std::uint8_t>(
          std::lround((static_cast<double>(inputs[n * 128 + i]) - static_cast<double>(scale.real(0))) / unit));
    float own[5];
    if (ready.load_codes(codes).run(own) != k210::RunResult::done) return 1e9;
    for (std::size_t i = 0; i < 5; ++i)
      most = std::fmax(most, std::fabs(static_cast<double>(own[i] - outputs[n * 5 + i])));
  }
  return most;
}

#endif

}  // namespace

#ifdef HEADER
int main(int count, char** arguments) {
  if (count != 2) return 2;
  const std::string folder = arguments[1];
  const std::vector<float> inputs = floats_of(folder + "/real_inputs.npy"),
                           outputs = floats_of(folder + "/outputs.npy");
  if (inputs.size() != 6 * 128 || outputs.size() != 6 * 5) return 2;
  const double distance = distance_from(inputs, outputs);
  std::printf("furthest from PyTorch: %.4f\n", distance);
  return distance < 0.05 ? 0 : 1;
}
#else
int main() { std::fputs(network_text(graph_of<Net>()).c_str(), stdout); }
#endif
