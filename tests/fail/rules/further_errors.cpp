// expect: \[kernel_size\] .*a Conv2d kernel has to be 1x1 or 3x3
// expect-gcc: \[further_errors\] there are more errors than are shown \(39 more\); mend these first
// expect-clang: \[further_errors\] there are more errors than are shown; mend these first
// expect-clang14: facts::network, incuse::facts::part<'3', '9', ' ', 'm', 'o', 'r', 'e'>
// expect-clang19: the network \(39 more\)
// errors: 19
#include <utility>

#include <support/refused.hpp>

using namespace incuse;

/// A layer with two errors.
template <int>
using Wrong = Conv2d<4, kernel<5>, pad<6>>;

template <class>
struct Chain;
template <std::size_t... I>
struct Chain<std::index_sequence<I...>> {
  using type = Network<Input<4, 32, 32>, Wrong<I>...>;
};
struct Net : Chain<std::make_index_sequence<20>>::type {};

constexpr auto& image = Refused<Net>::image;
