// expect-clang: \[pipeline_choice\] the options both ask the chip to compute in stages and not to; leave out the feature pipeline or the option no_pipeline
// expect-clang14: facts::network.*facts::on<.*max78002>
// expect-gcc: the options both ask the chip to compute in stages and not to; leave out the feature pipeline or the option no_pipeline
// expect-clang19: the network
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image =
    RefusedOn<max78002, Net, max7800x::with<max7800x::Feature::pipeline>, max7800x::no_pipeline>::image;
