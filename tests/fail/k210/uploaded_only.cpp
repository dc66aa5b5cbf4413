// expect-clang: \[uploaded_only\] the processor reads main memory, but the tensor is in AI RAM only; let the layer read what the Upload<> or AddPadding<> reads
// expect-clang14: facts::layer<2>.*facts::name<'a', 'g', 'a', 'i', 'n'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 2 \(again\): the processor reads main memory, but the tensor is in AI RAM only; let the layer read what the Upload<> or AddPadding<> reads
// expect-clang19: layer 2 \(again\)
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, MaxPool2d<3, on_cpu>, Upload<>, Dequantize<as<"again">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
