// expect-clang: \[tables_only\] only the tables of an imported kmodel have the numbers of this layer; let Conv2d with on_cpu and Combine<> read real numbers, from Dequantize<>, give Combine<> two tensors and Apply<> an activation function
// expect-clang14: facts::layer<1>.*facts::name<'p', 'r', 'o', 'g', 'r', 'a', 'm'>.*facts::part<'f', 'u', 'n', 'c', 't', 'i', 'o', 'n'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(program\): only the tables of an imported kmodel have the numbers of this layer \(function\); let Conv2d with on_cpu and Combine<> read real numbers, from Dequantize<>, give Combine<> two tensors and Apply<> an activation function
// expect-clang19: layer 1 \(program\) \(function\)
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Dequantize<>, Apply<as<"program">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
