// expect-clang: \[cpu_batch_norm\] the processor has no batch norm; fold it into the weights and the bias of the layer
// expect-clang14: facts::layer<0>.*facts::name<'f', 'c'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(fc\): the processor has no batch norm; fold it into the weights and the bias of the layer
// expect-clang19: layer 0 \(fc\)
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 1, 1, real>, Linear<4, BatchNorm2d, on_cpu, as<"fc">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
