// expect-clang: \[rounding\] firmware for version 3 rounds the layer otherwise than the model; let the program compute the layer, or train the network for version 3
// expect-clang14: facts::layer<1>.*facts::name<'c', 'o', 'd', 'e', 's'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(codes\): firmware for version 3 rounds the layer otherwise than the model; let the program compute the layer, or train the network for version 3
// expect-clang19: layer 1 \(codes\)
// errors: 1
#include <incuse/export/kmodel_network.hpp>
#include <incuse/k210/tables/table_networks.hpp>
#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<2, 1, 1, real>, Linear<1, on_cpu>, Quantize<as<"codes">>> {};

struct parameters {
  static constexpr float weights[]{0.5f, 0.25f};
  static constexpr k210::CpuTables cpu_tables[] = {{.weights = weights},
                                                   {.code = {10.0f, 0.0f, 3}, .rounding = k210::Rounding::nncase}};
};

const auto bytes = kmodel_of<Deployment<Net, k210_kpu, parameters>>();
