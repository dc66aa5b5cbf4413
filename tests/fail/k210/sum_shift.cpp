// expect-clang: \[sum_shift\] a sum of codes is shifted too far; give shifts of 0 to 62
// expect-clang14: facts::layer<0>.*facts::name<'t', 'w', 'i', 'c', 'e'>.*facts::needs<63>.*facts::has<0, 62>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(twice\): a sum of codes is shifted too far: needs 63, K210 has 0 to 62; give shifts of 0 to 62
// expect-clang19: layer 0 \(twice\): needs 63, K210 has 0 to 62
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/k210/tables/table_networks.hpp>

using namespace incuse;

struct Net : Network<Input<1, 8, 8>, Add<from<"input", "input">, on_cpu, as<"twice">>> {};

struct Trained {
  static constexpr k210::CpuTables cpu_tables[] = {{.name = "twice", .sum = {{0, 1, 0}, {0, 1, 0}, {0, 1, 63}}}};
};

constexpr auto& image = Deployment<Net, k210_kpu, Trained>::image;
