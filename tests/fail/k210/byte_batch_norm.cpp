// expect-clang: \[byte_batch_norm\] signed bytes know no batch norm; fold it into weights and bias before they are quantised and leave BatchNorm2d out, or give the network real parameters \(real_layers\)
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): signed bytes know no batch norm; fold it into weights and bias
// expect-clang19: layer 0 \(c\)
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>, BatchNorm2d, ReLU, as<"c">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
