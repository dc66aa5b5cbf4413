// The network, its trained values and the chip. Put yours here:
//     incuse import net.yaml --checkpoint trained-q.pth.tar --device @PART@ --name network --output network.hpp
#pragma once

#if !defined INCUSE_SINGLE_HEADER && __has_include(<incuse/incuse.hpp>)
#include <incuse/incuse.hpp>
#elif __has_include(<incuse.hpp>)
#include <incuse.hpp>
#elif __has_include(<incuse_max7800x.hpp>)
#include <incuse_max7800x.hpp>
#elif __has_include(<incuse_host.hpp>)
#include <incuse_host.hpp>
#endif

namespace network {

using namespace incuse;

/// Which way does the stroke of a picture go? Four detectors, of which the strongest answer anywhere counts.
struct Net : Network<
    Input<1, 16, 16>,
    Conv2d<4, kernel<3>, pad<1>, ReLU, as<"strokes">>,
    Fused<MaxPool2d<4>, Conv2d<4, kernel<1>, ReLU, as<"strongest">>>,
    Fused<AvgPool2d<4>, Conv2d<4, kernel<1>, wide, as<"means">>>> {
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
      {.name = "strongest",
       .weight = {"\100\0\0\0"
                  "\0\100\0\0"
                  "\0\0\100\0"
                  "\0\0\0\100",
                  4, 4, 1, 1},
       .output_shift = 1},
      {.name = "means",
       .weight = {"\100\0\0\0"
                  "\0\100\0\0"
                  "\0\0\100\0"
                  "\0\0\0\100",
                  4, 4, 1, 1},
       .output_shift = 0},
  };
};

using Chip = Deployment<Net, @PART@, parameters>;

}  // namespace network
