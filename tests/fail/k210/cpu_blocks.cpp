// expect-clang: \[cpu_blocks\] blocks or groups do not divide the tensor; ChannelShuffle<> divides the channels, SpaceToDepth<> rows and columns, DepthToSpace<> by its square the channels
// expect-clang14: facts::layer<0>.*facts::name<'m', 'i', 'x', 'e', 'd'>.*facts::needs<3, 16, 16>.*facts::has<2>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(mixed\): blocks or groups do not divide the tensor: needs 3x16x16, the layer has 2; ChannelShuffle<> divides the channels, SpaceToDepth<> rows and columns, DepthToSpace<> by its square the channels
// expect-clang19: layer 0 \(mixed\): needs 3x16x16, the layer has 2
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, ChannelShuffle<2, as<"mixed">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
