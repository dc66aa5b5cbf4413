// expect-clang: \[copied_map\] the KPU has to copy a map, but the parameters have no tables for it; pool right behind the convolution, or write a Conv2d with tables of its own
// expect-clang14: facts::layer<0>.*facts::name<'p', 'o', 'o', 'l'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(pool\): the KPU has to copy a map, but the parameters have no tables for it; pool right behind
// expect-clang19: layer 0 \(pool\)
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/k210/tables/table_networks.hpp>
#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<1, 8, 8>, MaxPool2d<2, as<"pool">>, Dequantize<>> {};

struct Trained {
  static constexpr k210::CpuTables cpu_tables[] = {{.name = "real", .code = {1.0f, 0.0f}}};
};

constexpr auto& image = Deployment<Net, k210_kpu, Trained>::image;
