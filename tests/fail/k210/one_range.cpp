// expect-clang: \[one_range\] signed bytes have one range only: there is nothing to requantise; leave Requantize<> out, or give the network real parameters \(real_layers\)
// expect-clang14: facts::layer<1>.*facts::name<'a', 'g', 'a', 'i', 'n'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(again\): signed bytes have one range only: there is nothing to requantise; leave Requantize<> out, or give the network real parameters \(real_layers\)
// expect-clang19: layer 1 \(again\)
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>>, Requantize<as<"again">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
