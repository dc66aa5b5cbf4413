// expect-clang: \[padded_maps\] RemovePadding reads maps of 4x4; let it follow such a layer
// expect-clang14: facts::layer<1>.*facts::name<'v', 'a', 'l', 'u', 'e', 's'>.*facts::needs<16, 16>.*facts::has<4, 4>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(values\): RemovePadding reads maps of 4x4: needs 16x16, the layer has 4x4; let it follow such a layer
// expect-clang19: layer 1 \(values\): needs 16x16, the layer has 4x4
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<1>>, RemovePadding<as<"values">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
