// Weights have another shape where the layer reads tensors that cannot be joined: only the latter is an error.
// expect: \[concatenated_sizes\]
// expect-clang14: facts::layer<2>
// expect-clang19: layer 2: needs 4x16x16, another one has 4x14x14
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<1>, as<"whole">>, Conv2d<4, kernel<3>, as<"cropped">>,
                     Conv2d<8, kernel<1>, from<"whole", "cropped">>> {};
struct Trained {
  static constexpr signed char w[8 * 8]{1};
  static constexpr signed char v[4 * 4 * 9]{1};
  static constexpr signed char u[4 * 3]{1};
  static constexpr LayerParameters layers[] = {
      {.weight = {u, 4, 3, 1, 1}}, {.weight = {v, 4, 4, 3, 3}}, {.weight = {w, 8, 8, 1, 1}}};
};

constexpr auto& image = Deployment<Net, max78000, Trained>::image;
