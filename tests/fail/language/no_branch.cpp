// expect: \[no_branch\] Concat takes branches; write Concat<Branch<layers>, Branch<layers>>
// expect: Concat<.*Conv2d<.*kernel<
// errors: 1
// lines: 200
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Concat<Conv2d<4, kernel<1>>>, Conv2d<4, kernel<1>>> {};

constexpr auto& graph = graph_of<Net>();
