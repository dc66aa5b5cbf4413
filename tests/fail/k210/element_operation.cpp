// expect-clang: \[element_operation\] the processor adds tensors, and has no other such operation; use Combine<> behind Dequantize<>, or turn the signs of the weights that make the operand and use Add with on_cpu
// expect-gcc: \[element_operation\] layer 1 \(c\): the processor adds tensors, and has no other such operation \(Sub\); use Combine<> behind Dequantize<>, or turn the signs of the weights that make the operand and use Add with on_cpu
// expect-clang14: facts::layer<1>.*facts::name<'c'>.*facts::part<'S', 'u', 'b'>.*facts::on<.*k210_kpu>
// expect-clang19: layer 1 \(c\) \(Sub\)
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<4, 16, 16>, Conv2d<4, kernel<1>>, Sub<from<"input", "input">, on_cpu, as<"c">>> {};

constexpr bool ok = FindingsOnKpu<Net>::ok;
