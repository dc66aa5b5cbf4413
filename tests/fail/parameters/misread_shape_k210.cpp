// Weights have another shape where the layer reads several tensors, which the KPU does not: only the latter is an error.
// expect: \[one_source\]
// expect-clang14: facts::layer<2>
// expect-clang19: layer 2: needs 2, K210 has 1
// errors: 1
#include <incuse/k210/deployment.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<1>, as<"whole">>, MaxPool2d<2, as<"half">>,
                     Conv2d<8, kernel<1>, from<"whole", "half">>> {};
struct Trained {
  static constexpr signed char w[8 * 8]{1};
  static constexpr signed char u[4 * 3]{1};
  static constexpr LayerParameters layers[] = {{.weight = {u, 4, 3, 1, 1}}, {.weight = {w, 8, 8, 1, 1}}};
};

constexpr auto& image = Deployment<Net, k210_kpu, Trained>::image;
