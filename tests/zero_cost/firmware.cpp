// A firmware-like program: brings a network into the accelerator and starts it, from constant tables only.
// rodata: 512
#include "replay.hpp"

using namespace incuse;

struct TinyNet : Network<Input<1, 4, 4>, Conv2d<4, kernel<3>, pad<1>, ReLU, bias>, Flatten, Linear<2, wide>> {};

struct tiny_parameters {
  static constexpr char conv_weight[] =
      "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x11\x12\x13\x14\x15\x16\x17\x18\x19"
      "\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\x21\x22\x23\x24\x25\x26\x27\x28\x29";
  static constexpr char linear_weight[] =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-+"
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-+";
  static constexpr LayerParameters layers[] = {
      {.name = "conv", .weight = {conv_weight, 4, 1, 3, 3}, .bias = {"\x01\x02\x03\x04", 4}},
      {.name = "linear", .weight = {linear_weight, 2, 64}},
  };
};

using Chip = Deployment<TinyNet, max78000, tiny_parameters>;

void load_and_start_network() { load_and_start<Chip>(); }
