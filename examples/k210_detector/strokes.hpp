// A small network of our own for the K210, with weights by hand: which way do the strokes of a picture go?
#pragma once

#include <incuse/incuse.hpp>
#include <incuse/k210/deployment.hpp>
#include <incuse/model/software.hpp>

namespace demo::strokes {

inline constexpr int side = 16;  ///< rows and columns of a picture

/// The strongest answer of four detectors in every 4x4 pixels; then the processor takes their means, as probabilities.
// clang-format off
using Net = incuse::Network<
    incuse::Input<1, side, side>,
    incuse::Conv2d<4, incuse::kernel<3>, incuse::pad<1>, incuse::ReLU, incuse::as<"strokes">>,
    incuse::MaxPool2d<4>,
    incuse::Dequantize<>,
    incuse::GlobalAvgPool2d<>,
    incuse::Linear<4, incuse::on_cpu, incuse::as<"contrast">>,
    incuse::Softmax<>>;
// clang-format on

struct parameters {
  static constexpr incuse::LayerParameters layers[] = {
      {
          // 2 along the stroke, -1 beside it.
          .name = "strokes",
          .weight = {"\377\377\377\2\2\2\377\377\377"
                     "\377\2\377\377\2\377\377\2\377"
                     "\377\377\2\377\2\377\2\377\377"
                     "\2\377\377\377\2\377\377\377\2",
                     4, 1, 3, 3},
          .output_shift = 5,
      },
      {
          // 16 times each mean: 1/2, shifted by 5.
          .name = "contrast",
          .weight = {"\100\0\0\0"
                     "\0\100\0\0"
                     "\0\0\100\0"
                     "\0\0\0\100",
                     4, 4},
          .output_shift = 5,
      },
  };
};

using Chip = incuse::Deployment<Net, incuse::k210_kpu, parameters>;

inline constexpr const char* names[4] = {"horizontal", "vertical", "rising", "falling"};

/// A falling stroke, as a picture of 0 and 40.
inline void draw(signed char* picture) {
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) picture[y * side + x] = x == y ? 40 : 0;
}

}  // namespace demo::strokes
