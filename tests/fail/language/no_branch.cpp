// expect-gcc: \[no_branch\] layer 0: Concat takes branches \(Concat<Conv2d<4, kernel<1> > >\); write Concat<Branch<layers>, Branch<layers>>
// expect-clang: \[no_branch\] Concat takes branches; write Concat<Branch<layers>, Branch<layers>>
// expect-clang19: layer 0 \(Concat<Conv2d<4, kernel<1>>>\)
// expect-clang14: incuse::facts::layer<0>
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Concat<Conv2d<4, kernel<1>>>, Conv2d<4, kernel<1>>> {};

constexpr auto& graph = graph_of<Net>();
