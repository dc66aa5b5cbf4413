#if __has_include(<boost/hana/tuple.hpp>)

#include <type_traits>

#include <incuse/incuse.hpp>
#include <incuse/model/hana.hpp>

using namespace incuse;

using Net = Network<Input<3, 32, 32>, Conv2d<16, kernel<3>, pad<1>, ReLU>, MaxPool2d<2>>;
#include SNIPPET
static_assert(std::is_same_v<Same, Net>);

#endif

int main() {}
