// expect-clang: \[quantisation\] the layer cannot be quantised; correct its parameters or ranges, or use another activation function
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::part<.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): the layer cannot be quantised \(a range goes beyond 2\^50, or is narrower than
// expect-clang19: layer 0 \(c\) \(a range goes beyond
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<2, 8, 8>, Conv2d<1, kernel<1>, as<"c">>> {};

constexpr float weights[] = {-0.5f, -0.25f};
struct Trained {
  static constexpr k210::Range input{0.0f, 1.0f};
  static constexpr k210::RealLayer real_layers[] = {{"c", weights, {}, {}, {-1, 1e16f}, {-1, 1e16f}}};
};

constexpr auto& image = Deployment<Net, k210_kpu, Trained>::image;
