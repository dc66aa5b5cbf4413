// expect-clang: \[mixed_elements\] the layer joins codes with real numbers; put Dequantize<> or Quantize<> in front of some of its sources
// expect-clang14: facts::layer<2>.*facts::name<'s', 'u', 'm'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 2 \(sum\): the layer joins codes with real numbers; put Dequantize<> or Quantize<> in front of some of its sources
// expect-clang19: layer 2 \(sum\)
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<3, kernel<3>, pad<1>, as<"a">>, Dequantize<as<"b">>,
                     Add<from<"b", "a">, on_cpu, as<"sum">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
