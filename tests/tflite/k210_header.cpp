// The header that `incuse import --device k210` makes of a model, on the virtual KPU: compared with what Arm NN
// computes. Both round every tensor to 256 numbers of its range: they may differ by two bytes of the output.
//
// k210_header <file of inputs and outputs> <what a byte of the model's output means>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <vector>

#include <incuse/host/real_reference.hpp>
#include <incuse/k210/driver.hpp>
#include <incuse/k210/virtual_bus.hpp>

#include "imported.hpp"
#include "residual.hpp"

namespace {

using namespace incuse;
using imported::Chip;
// Of a model of real numbers, whose ranges come from inputs: layers whose codes are joined have one range.
static_assert(residual::Chip::is_valid);

/// The code that is nearest to a number.
std::uint8_t code_of(double number) {
  int best = 0;
  const auto distance = [&](int code) {
    return std::fabs(static_cast<double>(Chip::image.input.scale.real(static_cast<std::uint8_t>(code))) - number);
  };
  for (int code = 1; code < 256; ++code)
    if (distance(code) < distance(best)) best = code;
  return static_cast<std::uint8_t>(best);
}

}  // namespace

int main(int count, char** arguments) {
  std::ifstream file(count == 3 ? arguments[1] : "");
  const double byte = count == 3 ? std::atof(arguments[2]) : 0;
  std::vector<double> values;
  for (double value = 0; file >> value;) values.push_back(value);
  constexpr Shape in = Chip::graph.input, out = Chip::graph.last().out;
  if (values.size() != static_cast<std::size_t>(in.elements() + out.elements()) || out.pixels() != 1) {
    std::printf("the file has %zu numbers\n", values.size());
    return 1;
  }
  std::vector<std::uint8_t> codes;
  for (int c = 0; c < in.channels; ++c)
    for (int p = 0; p < in.pixels(); ++p)
      codes.push_back(code_of(values[static_cast<std::size_t>(p * in.channels + c)]));

  using Storage = k210::KpuStorage<k210_kpu>;
  const auto storage = std::make_unique<Storage>();
  k210::VirtualKpuBus<k210_kpu, Storage> bus(*storage);
  k210::KpuDriver<Chip, k210::VirtualKpuBus<k210_kpu, Storage>> kpu(bus);
  std::vector<float> outputs(static_cast<std::size_t>(out.elements()));
  auto ready = kpu.init();
  auto loaded = ready.load_codes(codes.data());
  if (std::move(loaded).run(outputs.data()) != k210::RunResult::done) return std::printf("it did not run\n"), 1;

  std::vector<float> numbers;
  for (std::uint8_t code : codes) numbers.push_back(Chip::image.input.scale.real(code));
  auto real = host::real_executor<imported::Net, imported::parameters>();
  real.run(numbers.data());
  const std::vector<float> exact = real.output_of(Chip::graph.size - 1);
  double largest = 0, worst = 0, lost = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const double judged = values[static_cast<std::size_t>(in.elements()) + i];
    largest = std::max(largest, std::fabs(judged));
    worst = std::max(worst, std::fabs(static_cast<double>(outputs[i]) - judged));
    lost = std::max(lost, std::fabs(static_cast<double>(exact[i]) - judged));
  }
  std::printf("of %.3f: the KPU is off by %.3f, real numbers by %.3f; allowed is %.3f\n", largest, worst, lost,
              2 * byte);
  return worst <= 2 * byte ? 0 : 1;
}
