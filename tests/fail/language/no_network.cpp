// expect-gcc: \[no_network\] the type that is deployed is no network \(Layers\); derive it from Network<Input<channels, height, width>, layers>
// expect-clang: \[no_network\] the type that is deployed is no network; derive it from Network<Input<channels, height, width>, layers>
// expect-clang14: facts::network.*facts::part<'L', 'a', 'y', 'e', 'r', 's'>
// expect-clang19: the network \(Layers\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Layers {};

static_assert(!Deployment<Layers, max78000>::is_valid);
static_assert(!fits<Layers, max78000>);
