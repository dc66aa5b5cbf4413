// A FIR filter on the accelerator: a convolution in one dimension whose weights are the filter's taps. Four channels of
// a sensor are freed from a fast vibration, without training anything. fir_filter PICTURE.svg draws the first two.
#include <cmath>

#include <examples/on_virtual_chip.hpp>
#include <examples/pictures.hpp>

namespace {

using namespace incuse;

constexpr int channels = 4, samples = 256, taps = 9, filtered = samples - taps + 1;

/// A low-pass filter. Weights are in units of 1/128: their sum of 128 lets slow signals through as they are.
constexpr int low_pass[taps] = {3, 9, 16, 22, 28, 22, 16, 9, 3};

struct Fir : Network<Input<channels, samples>, Conv1d<channels, kernel<taps>, as<"fir">>> {};

/// Each channel is filtered by itself: all weights between different ones are 0.
struct Weights {
  char values[channels * channels * taps]{};
  constexpr Weights() {
    for (int c = 0; c < channels; ++c)
      for (int t = 0; t < taps; ++t) values[(c * channels + c) * taps + t] = static_cast<char>(low_pass[t]);
  }
};
struct parameters {
  static constexpr Weights weights{};
  static constexpr LayerParameters layers[] = {{.name = "fir", .weight = {weights.values, channels, channels, taps}}};
};
using Chip = Deployment<Fir, max78000, parameters>;

constexpr double pi = 3.14159265358979323846;

/// Channel c swings slowly, c + 1 times in all, and vibrates 64 times.
std::vector<signed char> signals() {
  std::vector<signed char> values;
  for (int c = 0; c < channels; ++c)
    for (int i = 0; i < samples; ++i)
      values.push_back(static_cast<signed char>(
          std::lround(60 * std::sin(2 * pi * (c + 1) * i / samples) + 40 * std::cos(2 * pi * i / 4))));
  return values;
}

/// The filter as textbooks write it, in the chip's arithmetic: halves are rounded up.
std::vector<int> by_hand(const std::vector<signed char>& input) {
  std::vector<int> values;
  for (int c = 0; c < channels; ++c)
    for (int i = 0; i < filtered; ++i) {
      int sum = 0;
      for (int t = 0; t < taps; ++t) sum += low_pass[t] * input[static_cast<std::size_t>(c * samples + i + t)];
      values.push_back(static_cast<int>(std::floor((sum + 64) / 128.0)));
    }
  return values;
}

/// How strongly a channel of so many values swings with a period.
template <class Values>
double strength(const Values& values, int channel, int count, double period) {
  double re = 0, im = 0;
  for (int i = 0; i < count; ++i) {
    const double value = values[static_cast<std::size_t>(channel * count + i)];
    re += value * std::cos(2 * pi * i / period);
    im += value * std::sin(2 * pi * i / period);
  }
  return 2 * std::hypot(re, im) / count;
}

max7800x::VirtualChip<max78000> chip;

}  // namespace

int main(int argc, char** argv) {
  examples::PictureRow pictures;
  const std::vector<signed char> input = signals();
  const std::vector<int> output = examples::infer<Chip>(chip, input);
  bool good = chip.report().ok() && examples::agree(output, examples::expected<Fir, parameters>(input)) &&
              examples::agree(output, by_hand(input));
  std::printf("channel  vibration before  after\n");
  for (int c = 0; c < channels; ++c) {
    const double before = strength(input, c, samples, 4), after = strength(output, c, filtered, 4);
    std::printf("%7d  %16.1f  %5.1f\n", c, before, after);
    good = good && after < before / 10;
    if (c < 2)
      pictures.add_curves("channel " + std::to_string(c) + ", and what the filter leaves of it",
                          {{{input.begin() + c * samples, input.begin() + (c + 1) * samples}, "#bbb"},
                           {{output.begin() + c * filtered, output.begin() + (c + 1) * filtered}, "#1f5fa8"}});
  }
  std::printf("%d cycles for %d samples of %d channels.\n", static_cast<int>(Chip::report.cycles), samples, channels);
  if (!pictures.save(argc, argv)) return 2;
  return good ? 0 : 1;
}
