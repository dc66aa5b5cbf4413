// The third way: without traps, names are found as if the library had never heard of them.
#define INCUSE_NO_TRAPS
#include <incuse/incuse.hpp>

using namespace incuse;

constexpr int relu(int x) { return x < 0 ? 0 : x; }
template <int Size>
struct Conv2D {
  int kernel = Size;
};
constexpr int padding = 1, strides = 2;
static_assert(relu(-1) == 0 && Conv2D<3>{}.kernel == 3);

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<padding>, ReLU>, MaxPool2d<strides>> {};
static_assert(require_fits<Net, max78000>::value);
