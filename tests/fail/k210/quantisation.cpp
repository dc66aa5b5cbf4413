// expect: \[quantisation\] the layer cannot be quantised; correct its parameters or ranges, or use another activation function
// expect: facts::layer<0>.*facts::name<'c'>.*facts::part<.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): the layer cannot be quantised \(no weight is positive, so that the scale of its channels is not defined\); correct
// errors: 1
#include "refused.hpp"

using namespace incuse;

struct Net : Network<Input<2, 8, 8>, Conv2d<1, kernel<1>, as<"c">>> {};

constexpr float weights[] = {-0.5f, -0.25f};
struct Trained {
  static constexpr k210::Range input{0.0f, 1.0f};
  static constexpr k210::RealLayer real_layers[] = {{"c", weights, {}, {}, {-1, 0}, {-1, 0}}};
};

constexpr auto& image = Deployment<Net, k210_kpu, Trained>::image;
