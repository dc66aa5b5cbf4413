// expect-clang: \[cpu_slice\] a slice reaches beyond the tensor; let it begin and end within the dimension; with a negative step it ends at -1 or later
// expect-clang14: facts::layer<0>.*facts::name<'p', 'a', 'r', 't'>.*facts::needs<17>.*facts::has<16>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(part\): a slice reaches beyond the tensor: needs 17, the dimension has 16; let it begin and end within the dimension; with a negative step it ends at -1 or later
// expect-clang19: layer 0 \(part\): needs 17, the dimension has 16
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Slice<1, 4, 17, 2, as<"part">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
