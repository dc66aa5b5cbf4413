// Programs that have names of their own which are traps of the library (model/traps.hpp) use them in two ways.
#include <incuse/incuse.hpp>

using namespace incuse;

constexpr int relu(int x) { return x < 0 ? 0 : x; }
struct Conv2D {
  int kernel = 3;
};
constexpr int padding = 2;
static_assert(::relu(-1) == 0 && ::Conv2D{}.kernel == 3 && ::padding == 2);

namespace firmware {

constexpr int relu(int x) { return x < 1 ? 1 : x; }
struct Conv2D {
  int kernel = 5;
};
constexpr int padding = 1;
static_assert(relu(-1) == 1 && Conv2D{}.kernel == 5 && padding == 1);

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<padding>, ReLU>> {};
static_assert(require_fits<Net, max78000>::value);

}  // namespace firmware

// Locals hide everything.
constexpr int sum() {
  const int kernel_size = 1, strides = 2;
  return kernel_size + strides;
}
static_assert(sum() == 3);
