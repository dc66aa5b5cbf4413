// expect-clang: \[no_early_exit\] the KPU cannot end an inference early; deploy FirstStage<Net> and SecondStage<Net> \(model/stages.hpp\), and let the program decide between them
// expect-clang14: facts::layer<0>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0: the KPU cannot end an inference early; deploy FirstStage
// expect-clang19: layer 0
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 8, 8>, EarlyExit<any_at_least<9>, Conv2d<4, kernel<3>, pad<1>>>, Conv2d<4, kernel<3>, pad<1>>> {
};

constexpr auto& image = RefusedByKpu<Net>::image;
