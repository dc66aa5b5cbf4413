// expect-clang: \[live_maps\] the maps that are needed at once do not fit into AI RAM; pool earlier, or use fewer channels or outputs
// expect-clang14: facts::network.*facts::needs<42240>.*facts::has<32768>.*facts::on<.*k210_kpu>
// expect-gcc: the maps that are needed at once do not fit into AI RAM: needs 42240 lines, K210 has 32768; pool earlier, or use fewer channels or outputs
// expect-clang19: the network: needs 42240 lines, K210 has 32768
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net
    : Network<Input<2, 128, 128>, Conv2d<55, kernel<1>, output>, Conv2d<55, kernel<1>, output>, Conv2d<55, kernel<1>>> {
};

constexpr auto& image = RefusedByKpu<Net>::image;
