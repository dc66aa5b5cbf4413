// As many layers as a chip has, within the steps that compilers allow for one evaluation.
#include <incuse/incuse.hpp>
#include <incuse/max7800x/devices/ai84.hpp>
#include <incuse/max7800x/devices/max78002.hpp>

#include <support/parameters.hpp>

using namespace incuse;

namespace {

template <int>
using Layer3x3 = Conv2d<8, kernel<3>, pad<1>, ReLU>;
template <class Each>
struct Chain;
template <int... I>
struct Chain<Indices<I...>> {
  using Net = Network<Input<8, 16, 16>, Layer3x3<I>...>;
};
using Longest = Chain<IndicesBelow<128>>::Net;

static_assert(fits<Longest, max78002>);
// A network that is too long for a part is refused within the steps, too.
static_assert(!fits<Longest, max78000> && !fits<Longest, ai84>);
static_assert(!fits<Chain<IndicesBelow<129>>::Net, max78002>);
static_assert(Deployment<Longest, max78002, test::AnyParameters<Longest>>::is_valid);

}  // namespace
