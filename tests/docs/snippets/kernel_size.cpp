// A rule that is broken: what the README says compilers answer.
#include <incuse/incuse.hpp>
using namespace incuse;

using Net = Network<Input<1, 28, 28>, Conv2d<8, kernel<3>>, Conv2d<8, kernel<5>, as<"conv2">>>;
struct parameters {
  static constexpr LayerParameters layers[] = {{}, {}};
};
using Chip = Deployment<Net, max78000, parameters>;
const auto bytes = Chip::report.weight_bytes;
