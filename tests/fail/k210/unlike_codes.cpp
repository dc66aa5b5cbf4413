// expect-clang: \[unlike_codes\] codes that stand for different numbers are joined; give the layers that make them one range, or put Requantize<> in front
// expect-clang14: facts::layer<2>.*facts::name<'b', 'o', 't', 'h'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 2 \(both\): codes that stand for different numbers are joined; give the layers that make them one range, or put Requantize<> in front
// expect-clang19: layer 2 \(both\)
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<1, 8, 8>, Conv2d<1, kernel<1>, as<"a">>,
                     Concat<Branch<>, Branch<Identity<from<"input">, on_cpu>>, on_cpu, as<"both">>> {};

constexpr float weights[] = {0.5f};
struct Trained {
  static constexpr k210::Range input{0.0f, 1.0f};
  static constexpr k210::RealLayer real_layers[] = {{"a", weights, {}, {}, {0, 0.5f}, {0, 0.5f}}};
};

constexpr auto& image = Deployment<Net, k210_kpu, Trained>::image;
