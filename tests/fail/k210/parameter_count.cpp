// expect-clang: \[parameter_count\] there are parameters for another number of layers; give one entry for every layer with weights, Quantize, Requantize and sum of codes, in their order
// expect-clang14: facts::network.*facts::needs<2>.*facts::has<1>.*facts::on<.*k210_kpu>
// expect-gcc: there are parameters for another number of layers: needs 2, the parameter type has 1; give one entry
// expect-clang19: the network: needs 2, the parameter type has 1
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<1, 8, 8>, Conv2d<1, kernel<1>>, Conv2d<1, kernel<1>>> {};

constexpr float weights[] = {0.5f};
struct Trained {
  static constexpr k210::Range input{0.0f, 1.0f};
  static constexpr k210::RealLayer real_layers[] = {{"one", weights, {}, {}, {0, 1}, {0, 1}}};
};

constexpr auto& image = Deployment<Net, k210_kpu, Trained>::image;
