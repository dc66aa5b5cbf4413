// Plans are constants: automatic placement of the Fashion-MNIST network, and the placement by hand of the vendor's
// MNIST example (max7800x-examples, example 1).
#include <incuse/max7800x/plan/plan.hpp>
#include <incuse/model/network.hpp>

#include <support/networks.hpp>

using namespace incuse;
using namespace incuse::max7800x;

namespace {

using test::Example1;
using test::FashionNet;

constexpr auto by_hand = plan(graph_of<Example1>(), max78000);
static_assert(by_hand.size == 5 && by_hand.groups == 0b1111u);
static_assert(by_hand.input_format == DataFormat::chw);
static_assert(by_hand[0].output_processors == 0xfffffffffffffff0 && by_hand[0].out_offset == 0x2000);
static_assert(by_hand[1].in_offset == 0x2000 && by_hand[2].in_offset == 0);
static_assert(by_hand[4].output_processors == 0x3ff);
static_assert(by_hand[0].kernels.offset == 0 && by_hand[0].kernels.length == 60);
static_assert(by_hand[1].kernels.offset == 0 && by_hand[2].kernels.offset == 60);
static_assert(by_hand[3].kernels.offset == 116 && by_hand[3].kernels.length == 12);
static_assert(by_hand[4].kernels.offset == 128 && by_hand[4].kernels.length == 18 && by_hand[4].kernels.count == 160);
static_assert(by_hand[4].bias_group == 0 && by_hand[4].bias_offset == 0 && by_hand.bias_fill[0] == 10);

// Automatic: whatever was chosen, neighbours agree and weights are where the map is.
constexpr auto automatic = plan(graph_of<FashionNet>(), max78000);
constexpr bool neighbours_agree = [] {
  for (int i = 0; i < 5; ++i) {
    if (bit_count(automatic[i].processors) != graph_of<FashionNet>()[i].in.channels) return false;
    if (i > 0 && automatic[i].processors != automatic[i - 1].output_processors) return false;
    if (i > 0 && automatic[i].in_offset != automatic[i - 1].out_offset) return false;
    if (automatic[i].kernels.offset % 4 != 0) return false;
    if (automatic[i].kernels.offset + automatic[i].kernels.length > max78000.weight_columns) return false;
  }
  return automatic.uses_group(0);
}();
static_assert(neighbours_agree);
static_assert(automatic[0].kernels.length == 60 && automatic[4].kernels.length == 18);
// The published placement of the same network needs 11328 bytes of an instance and 146 columns.
static_assert(automatic[0].out_offset + 4 * 28 * 28 <= 11328);

}  // namespace
