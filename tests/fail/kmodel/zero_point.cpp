// expect-clang: \[zero_point\] firmware computes numbers of codes with a bias, not with a zero point; let the codes be the output, and the program compute their numbers
// expect-clang14: facts::layer<2>.*facts::needs<125>.*facts::on<.*k210_kpu>
// expect-gcc: layer 2: firmware computes numbers of codes with a bias, not with a zero point: needs 125
// expect-clang19: layer 2: needs 125
// errors: 1
#include <incuse/export/kmodel_network.hpp>
#include <incuse/k210/tables/table_networks.hpp>
#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<2, 1, 1, real>, Linear<1, on_cpu>, Quantize<>, Dequantize<>> {};

struct parameters {
  static constexpr float weights[]{0.5f, 0.25f};
  static constexpr k210::CpuTables cpu_tables[] = {
      {.weights = weights}, {.code = {0.1f, 0.0f}}, {.code = {0.1f, -0.0f, 125}}};
};

const auto bytes = kmodel_of<Deployment<Net, k210_kpu, parameters>>();
