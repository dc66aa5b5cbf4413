// An inference that ended early has no output of the network.
// expect-gcc: no matching function for call to '.*Accelerator<.*State::done, 0>::unload\(.*\)'
// expect-clang: no matching member function for call to 'unload'
// errors: 1
// lines-gcc: 28
#include <utility>

#include "any_accelerator.hpp"

struct TwoLayers : Network<Input<1, 4, 4>, Conv2d<4, kernel<3>, pad<1>>, Conv2d<1, kernel<1>>> {};
struct TwoTrained {
  static constexpr LayerParameters layers[] = {{.weight = {"123456789abcdefghiABCDEFGHI987654321", 4, 1, 3, 3}},
                                               {.weight = {"1234", 1, 4, 1, 1}}};
};
using Two = Deployment<TwoLayers, max78000, TwoTrained>;

void program(Accelerator<Two, Bus, NoBoard, State::loaded> loaded) {
  auto done = std::move(loaded).start_until<0>().wait();
  signed char values[16];
  done.unload(values);
}
