// Branches on a chip, placed by hand inside of them.
#include <incuse/incuse.hpp>

using namespace incuse;

namespace {

constexpr ProcessorMap own = 0xffff;

// The operands of the sum lie alternately: both branches write with gaps, and a copy of the input is one of them.
struct Placed
    : Network<Input<16, 8, 8>, Conv2d<16, kernel<3>, pad<1>, place<processors<own>, out_offset<0x1000>>>,
              Add<Branch<Identity<place<processors<own>, out_offset<0x2000>, write_gap<1>>>>,
                  Branch<Conv2d<16, kernel<3>, pad<1>, place<processors<own>, in_offset<0x1000>, out_offset<0x3000>>>,
                         Conv2d<16, kernel<1>, place<processors<own>, out_offset<0x2004>, write_gap<1>>>>,
                  place<processors<own>, in_offset<0x2000>, out_offset<0>>>> {};
static_assert(fits<Placed, max78000>);

// Without gaps the operands do not meet.
struct NoGap : Network<Input<16, 8, 8>, Conv2d<16, kernel<3>, pad<1>, place<processors<own>, out_offset<0x1000>>>,
                       Residual<Conv2d<16, kernel<3>, pad<1>, place<processors<own>, out_offset<0x2000>>>,
                                place<processors<own>, in_offset<0x1000>, out_offset<0>>>> {};
static_assert(!fits<NoGap, max78000>);

// Without a placement the operands are copied; without the copies there is no placement.
struct Unplaced : Network<Input<16, 8, 8>, Residual<Conv2d<16, kernel<3>, pad<1>>>> {};
static_assert(fits<Unplaced, max78000>);
static_assert(max7800x::check(graph_of<Unplaced>(), max78000).contains(max7800x::rules::no_automatic_placement));

// Concatenated channels need no gaps, only processors behind each other.
struct Fire
    : Network<Input<3, 8, 8>, Conv2d<4, kernel<1>, place<processors<0x7>, out_offset<0x1000>>>,
              Concat<Branch<Conv2d<8, kernel<1>, place<processors<0xf>, output_processors<0x00ff>, in_offset<0x1000>>>>,
                     Branch<Conv2d<8, kernel<3>, pad<1>,
                                   place<processors<0xf>, output_processors<0xff00>, in_offset<0x1000>>>>>,
              Conv2d<5, kernel<1>, place<processors<own>, in_offset<0>, out_offset<0x2000>>>> {};
static_assert(fits<Fire, max78000>);

}  // namespace
