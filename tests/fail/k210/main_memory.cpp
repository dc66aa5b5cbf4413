// expect-clang: \[main_memory\] the tensors of the processor do not fit into its memory; use smaller maps, or fewer layers of the processor
// expect-clang14: facts::network.*facts::needs<8388608>.*facts::has<6291456>.*facts::on<.*k210_kpu>
// expect-gcc: the tensors of the processor do not fit into its memory: needs 8388608 bytes, K210 has 6291456 bytes; use smaller maps, or fewer layers of the processor
// expect-clang19: the network: needs 8388608 bytes, K210 has 6291456 bytes
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<64, 128, 128, real>, Logistic<>> {};

constexpr bool ok = FindingsOnKpu<Net>::ok;
