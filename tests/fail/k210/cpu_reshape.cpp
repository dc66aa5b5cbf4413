// expect-clang: \[cpu_reshape\] a reshape keeps the number of values; let the product of the three sizes be that of the input
// expect-clang14: facts::layer<0>.*facts::name<'v', 'i', 'e', 'w'>.*facts::needs<780>.*facts::has<768>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(view\): a reshape keeps the number of values: needs 780, the input has 768; let the product of the three sizes be that of the input
// expect-clang19: layer 0 \(view\): needs 780, the input has 768
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Reshape<3, 4, 65, as<"view">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
