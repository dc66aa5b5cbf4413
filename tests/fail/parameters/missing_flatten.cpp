// The weights show that a map has to be flattened: that the layer gives a map without it is said no more.
#pragma GCC diagnostic error "-Wdeprecated-declarations"
// expect-clang: \[missing_flatten\] the weights of a Linear layer are made for all values of its map, but nothing flattens it; put Flatten in front of the layer, in a description flatten: true
// expect-gcc: layer 1 \(class\): the weights of a Linear layer are made for all values of its map, but nothing flattens it \(weight\): needs 5x3, the tensor has 5x48; put Flatten in front of the layer, in a description flatten: true
// expect-clang14: facts::layer<1>.*facts::name<'c', 'l', 'a', 's', 's'>.*facts::part<'w', 'e', 'i', 'g', 'h', 't'>.*facts::needs<5, 3>.*facts::has<5, 48>.*facts::on<.*max78000>
// expect-clang19: layer 1 \(class\) \(weight\): needs 5x3, the tensor has 5x48
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<2, 4, 4>, Conv2d<3, kernel<1>>, Linear<5, as<"class">>> {};

struct Trained {
  static constexpr signed char w[6]{1}, l[240]{1};
  static constexpr LayerParameters layers[]{{.weight = {w, 3, 2, 1, 1}}, {.weight = {l, 5, 48}}};
};

constexpr auto& image = Deployment<Net, max78000, Trained>::image;
