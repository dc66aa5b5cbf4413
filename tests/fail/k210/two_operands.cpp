// expect-clang: \[two_operands\] the processor adds or combines two tensors; take further ones in layers of their own, and give both by branches or from<>
// expect-clang14: facts::layer<1>.*facts::name<'s', 'u', 'm'>.*facts::needs<3>.*facts::has<2>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(sum\): the processor adds or combines two tensors: needs 3, a sum has 2; take further ones in layers of their own, and give both by branches or from<>
// expect-clang19: layer 1 \(sum\): needs 3, a sum has 2
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<3, kernel<3>, pad<1>, as<"a">>,
                     Add<from<"input", "a", "a">, on_cpu, as<"sum">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
