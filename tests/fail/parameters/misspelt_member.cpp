// expect-gcc: has no non-static data member named .weigth
// expect-clang: field designator 'weigth' does not refer to any field
// expect: the parameters of this network are no constants: mend the errors in them, and declare them constexpr
// errors: 2
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<4, 4, 4>, Conv2d<1, kernel<1>>> {};

struct Trained {
  static constexpr char values[] = "\1\2\3\4";
  static constexpr LayerParameters layers[] = {{.name = "first", .weigth = {values, 1, 4, 1, 1}}};
};

constexpr auto& image = Deployment<Net, max78000, Trained>::image;
