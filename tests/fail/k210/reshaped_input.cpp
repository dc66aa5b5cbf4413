// expect-clang: \[reshaped_input\] neither the KPU nor the processor reads a tensor in another shape; leave the view out, and put Reshape<> in front of the layer
// expect-clang14: facts::layer<1>.*facts::name<'v'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(v\): neither the KPU nor the processor reads a tensor in another shape; leave the view out, and put Reshape<> in front of the layer
// expect-clang19: layer 1 \(v\)
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<4, 16, 16>, Conv2d<4, kernel<3>, pad<1>>, Conv2d<4, kernel<1>, view<4, 8, 32>, as<"v">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
