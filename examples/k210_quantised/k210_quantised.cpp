// What quantising costs: a network of real numbers, in floating point as it was trained, and on a virtual KPU, for
// which it was quantised while this file was compiled. The ranges that the first run meets are those that RealLayer
// asks for.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <vector>

#include <incuse/host/real_reference.hpp>
#include <incuse/incuse.hpp>
#include <incuse/k210/deployment.hpp>
#include <incuse/k210/virtual_bus.hpp>
#include <incuse/model/activations.hpp>

#include <examples/arguments.hpp>

namespace {

using namespace incuse;

/// Edges, where many of them run alongside each other, and how sure that is.
// clang-format off
struct Net : Network<
    Input<1, 24, 32>,
    Conv2d<4, kernel<3>, pad<1>, BatchNorm2d, LeakyReLU<1, 10>, output, as<"edges">>,
    Fused<MaxPool2d<2>, DepthwiseConv2d<kernel<3>, pad<1>, bias, ReLU, output, as<"alongside">>>,
    Fused<AvgPool2d<2>, Conv2d<4, kernel<1>, bias, Sigmoid, as<"sure">>>> {};
// clang-format on

struct trained {
  static constexpr float edges[] = {-1, -1, -1, 2,  2, 2,  -1, -1, -1, -1, 2,  -1, -1, 2, -1, -1, 2,  -1,
                                    -1, -1, 2,  -1, 2, -1, 2,  -1, -1, 2,  -1, -1, -1, 2, -1, -1, -1, 2};
  static constexpr float mean[] = {0.1f, 0.1f, 0, 0}, variance[] = {0.6f, 0.7f, 0.8f, 0.8f};
  static constexpr float gamma[] = {0.5f, 0.5f, 0.6f, 0.6f}, beta[] = {0, 0, 0.1f, 0.1f};
  static constexpr float alongside[] = {0,    0,    0, 0.3f, 0.4f, 0.3f, 0, 0,    0,    0, 0.3f, 0,
                                        0,    0.4f, 0, 0,    0.3f, 0,    0, 0,    0.3f, 0, 0.4f, 0,
                                        0.3f, 0,    0, 0.3f, 0,    0,    0, 0.4f, 0,    0, 0,    0.3f};
  static constexpr float alongside_bias[] = {-0.1f, -0.1f, -0.1f, -0.1f};
  static constexpr float sure[] = {4, -1, -1, -1, -1, 4, -1, -1, -1, -1, 4, -1, -1, -1, -1, 4};
  static constexpr float sure_bias[] = {-1, -1, -1, -1};

  static constexpr k210::Range input{0, 1};
  static constexpr k210::RealLayer real_layers[] = {
      {"edges", edges, {}, {mean, variance, gamma, beta}, {-1.1f, 2.3f}, {-0.11f, 2.3f}},
      {"alongside", alongside, alongside_bias, {}, {0, 1.9f}, {0, 1.9f}},
      {"sure", sure, sure_bias, {}, {-2.5f, 2.3f}, {0, 1}},
  };
};

using Chip = Deployment<Net, k210_kpu, trained>;

/// Rings, in the codes of the input.
std::vector<std::uint8_t> picture() {
  std::vector<std::uint8_t> codes;
  for (int y = 0; y < 24; ++y)
    for (int x = 0; x < 32; ++x)
      codes.push_back(static_cast<std::uint8_t>(127.5 + 127.5 * std::cos(std::hypot(x - 16.0, y - 9.0))));
  return codes;
}

void print_range(const char* what, k210::Range range) {
  std::printf(", %s %.2f to %.2f", what, static_cast<double>(range.low), static_cast<double>(range.high));
}

/// Prints how far codes are from the numbers that they stand for.
void print_error(const std::vector<float>& numbers, const std::uint8_t* codes, const k210::CodeScale& scale) {
  double worst = 0, sum = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double error = std::fabs(static_cast<double>(scale.real(codes[i]) - numbers[i]));
    worst = std::max(worst, error);
    sum += error;
  }
  const double step = 1 / static_cast<double>(scale.scale), mean = sum / static_cast<double>(numbers.size());
  std::printf("\n  a code is %.4f; quantised numbers are off by %.4f (%.1f codes), at most by %.4f (%.1f codes)\n",
              step, mean, mean / step, worst, worst / step);
}

}  // namespace

int main(int argc, char** argv) {
  examples::expect_arguments(argc, argv, 0, "k210_quantised");
  using Storage = k210::KpuStorage<k210_kpu>;
  const auto storage = std::make_unique<Storage>();
  k210::VirtualKpuBus<k210_kpu, Storage> bus(*storage);
  k210::KpuDriver<Chip, k210::VirtualKpuBus<k210_kpu, Storage>> kpu(bus);
  const std::vector<std::uint8_t> codes = picture();
  std::vector<std::uint8_t> last(static_cast<std::size_t>(Chip::graph.last().out.elements()) + 8);
  auto ready = kpu.init();
  auto loaded = ready.load_codes(codes.data());
  if (std::move(loaded).run(last.data()) != k210::RunResult::done) {
    std::fprintf(stderr, "k210_quantised: the virtual KPU did not run the network\n");
    return 1;
  }

  std::vector<float> numbers;
  for (std::uint8_t code : codes) numbers.push_back(Chip::image.input.scale.real(code));
  auto real = host::real_executor<Net, trained>();
  real.run(numbers.data());
  for (int i = 0; i < Chip::graph.size; ++i) {
    std::printf("%s", Chip::graph[i].name.data);
    print_range("sums", real.sum_range(i));
    print_range("output", real.output_range(i));
    std::vector<std::uint8_t> unloaded(real.output_of(i).size());
    kpu.unload(i, unloaded.data());
    print_error(real.output_of(i), unloaded.data(), Chip::image.outputs[i].scale);
  }
  return 0;
}
