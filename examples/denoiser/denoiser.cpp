// An autoencoder that takes the noise out of pictures: the encoder keeps means of 2x2 pixels, the decoder draws the
// picture again from them. Its weights are written by hand, so that it shows what such a network is without training;
// trained ones take their place in `parameters`. denoiser PICTURE.svg draws the second one.
#include <algorithm>
#include <cmath>
#include <random>

#include <examples/on_virtual_chip.hpp>
#include <examples/pictures.hpp>

namespace {

using namespace incuse;

constexpr int side = 28;

struct Denoiser : Network<Input<1, side, side>, Fused<AvgPool2d<2>, Conv2d<4, kernel<1>, as<"encoder">>>,
                          ConvTranspose2d<1, kernel<3>, pad<1>, as<"decoder">>> {};

/// The decoder repeats every mean in 2x2 pixels: kernels of a transposed convolution reach 3x3, of which the others are
/// 0. Each of the four channels adds a quarter.
struct Decoder {
  char values[4 * 9]{};
  constexpr Decoder() {
    for (int c = 0; c < 4; ++c)
      for (int i = 0; i < 9; ++i) values[9 * c + i] = i / 3 < 2 && i % 3 < 2 ? 32 : 0;
  }
};
struct parameters {
  static constexpr Decoder decoder{};
  static constexpr LayerParameters layers[] = {
      {.name = "encoder", .weight = {"\100\100\100\100", 4, 1, 1, 1}, .output_shift = 1},
      {.name = "decoder", .weight = {decoder.values, 1, 4, 3, 3}},
  };
};
using Chip = Deployment<Denoiser, max78000, parameters>;

/// Mean square of differences.
template <class Values>
double error(const Values& values, const std::vector<signed char>& clean) {
  double sum = 0;
  for (std::size_t i = 0; i < clean.size(); ++i) sum += (values[i] - clean[i]) * (values[i] - clean[i]);
  return sum / static_cast<double>(clean.size());
}

max7800x::VirtualChip<max78000> chip;

}  // namespace

int main(int argc, char** argv) {
  examples::PictureRow pictures;
  std::mt19937 random(7);
  bool good = true;
  for (int picture = 1; picture <= 5; ++picture) {
    std::vector<signed char> clean, noisy;
    for (int i = 0; i < side * side; ++i) {
      // Hills and valleys, closer together from picture to picture.
      const double x = picture * (i % side) / 14.0, y = picture * (i / side) / 17.0;
      const int pixel = static_cast<int>(std::lround(70 * std::sin(x) * std::cos(y)));
      const int noise = static_cast<int>(random() % 128 + random() % 128) - 128;
      clean.push_back(static_cast<signed char>(pixel));
      noisy.push_back(static_cast<signed char>(std::clamp(pixel + noise, -128, 127)));
    }
    const std::vector<int> denoised = examples::infer<Chip>(chip, noisy);
    good = examples::agree(denoised, examples::expected<Denoiser, parameters>(noisy)) && good;
    const double before = error(noisy, clean), after = error(denoised, clean);
    std::printf("mean square error: %6.0f with noise, %6.0f without\n", before, after);
    good = good && after < before / 2;
    if (picture == 2) {
      pictures.add_map("clean", clean, side, side);
      pictures.add_map("with noise", noisy, side, side);
      pictures.add_map("without noise", denoised, side, side);
    }
  }
  if (!pictures.save(argc, argv)) return 2;
  return good && chip.report().ok() ? 0 : 1;
}
