// expect-clang: \[source_count\] a layer reads more tensors than the model language joins; join some of them in a layer of their own
// expect-clang14: facts::layer<1>.*facts::name<'a', 'l', 'l'>.*facts::needs<17>.*facts::has<16>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(all\): a layer reads more tensors than the model language joins: needs 17, a layer has 16; join some of them in a layer of their own
// expect-clang19: layer 1 \(all\): needs 17, a layer has 16
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 16, 16>, Identity<as<"a">, on_cpu>,
              Concat<Branch<>, Branch<>, Branch<>, Branch<>, Branch<>, Branch<>, Branch<>, Branch<>, Branch<>, Branch<>,
                     Branch<>, Branch<>, Branch<>, Branch<>, Branch<>, Branch<>, Branch<>, on_cpu, as<"all">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
