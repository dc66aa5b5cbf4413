// expect-clang: \[one_dimensional\] neither the KPU nor the processor has one-dimensional convolutions; use Conv2d on an input of 4 rows or more: kernels with zeros in the upper and the lower row do the same
// expect-gcc: \[one_dimensional\] layer 0 \(c\): neither the KPU nor the processor has one-dimensional convolutions; use Conv2d on an input of 4 rows or more: kernels with zeros in the upper and the lower row do the same
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::on<.*k210_kpu>
// expect-clang19: layer 0 \(c\)
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 64>, Conv1d<4, kernel<3>, as<"c">>> {};

constexpr bool ok = FindingsOnKpu<Net>::ok;
