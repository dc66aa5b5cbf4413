// expect-clang: \[input_range\] the parameters do not say which numbers the input stands for; add static constexpr k210::Range input{low, high} to them, with low < high
// expect-clang14: facts::network.*facts::on<.*k210_kpu>
// expect-gcc: the parameters do not say which numbers the input stands for; add static constexpr
// expect-clang19: the network
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<1, 8, 8>, Conv2d<1, kernel<1>>> {};

constexpr float weights[] = {0.5f};
struct Trained {
  static constexpr k210::RealLayer real_layers[] = {{"one", weights, {}, {}, {0, 1}, {0, 1}}};
};

constexpr auto& image = Deployment<Net, k210_kpu, Trained>::image;
