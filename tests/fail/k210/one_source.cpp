// expect-clang: \[one_source\] a layer of the KPU reads one tensor; join them with Concat<..., on_cpu> and put Upload<> behind it, or end the network in front of the Concat
// expect-clang14: facts::layer<2>.*facts::name<'j', 'o', 'i', 'n'>.*facts::needs<2>.*facts::has<1>.*facts::on<.*k210_kpu>
// expect-gcc: layer 2 \(join\): a layer of the KPU reads one tensor: needs 2, K210 has 1; join them with Concat<..., on_cpu> and put Upload<> behind it, or end the network in front of the Concat
// expect-clang19: layer 2 \(join\): needs 2, K210 has 1
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>, as<"a">>, Conv2d<4, kernel<3>, pad<1>, as<"b">>,
                     Conv2d<4, kernel<1>, from<"a", "b">, as<"join">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
