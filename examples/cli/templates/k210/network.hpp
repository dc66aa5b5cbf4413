// The network, its trained values and the chip. Put yours here:
//     incuse import model.kmodel --name network --output network.hpp
#pragma once

#if !defined INCUSE_SINGLE_HEADER && __has_include(<incuse/incuse.hpp>)
#include <incuse/incuse.hpp>
#include <incuse/k210/deployment.hpp>
#include <incuse/model/software.hpp>
#elif __has_include(<incuse_k210.hpp>)
#include <incuse_k210.hpp>
#elif __has_include(<incuse_host.hpp>)
#include <incuse_host.hpp>
#endif

namespace network {

using namespace incuse;

/// Which way does the stroke of a picture go? The strongest answer of four detectors in every 4x4 pixels; then the
/// processor takes their means, as probabilities.
struct Net : Network<
    Input<1, 16, 16>,
    Conv2d<4, kernel<3>, pad<1>, ReLU, as<"strokes">>,
    MaxPool2d<4>,
    Dequantize<>,
    GlobalAvgPool2d<>,
    Linear<4, on_cpu, as<"contrast">>,
    Softmax<>> {
  static constexpr bool tells_strokes = true;  ///< application.cpp asks for it, and networks of yours do not have it
};

struct parameters {
  static constexpr LayerParameters layers[] = {
      {.name = "strokes",  // 2 along the stroke, -1 beside it
       .weight = {"\377\377\377\2\2\2\377\377\377"
                  "\377\2\377\377\2\377\377\2\377"
                  "\377\377\2\377\2\377\2\377\377"
                  "\2\377\377\377\2\377\377\377\2",
                  4, 1, 3, 3},
       .output_shift = 5},
      {.name = "contrast",  // 16 times each mean: 1/2, shifted by 5
       .weight = {"\100\0\0\0"
                  "\0\100\0\0"
                  "\0\0\100\0"
                  "\0\0\0\100",
                  4, 4},
       .output_shift = 5},
  };
};

using Chip = Deployment<Net, k210_kpu, parameters>;

}  // namespace network
