// Lists of indices as template arguments, to unpack. The standard ones would bring in a header that takes compilers
// longer to read than all of `core/`.
#pragma once

#include <incuse/core/language.hpp>

namespace incuse {

/// Indices as a type: `template <int... I> f(Indices<I...>)` is called with all of them.
template <int... Index>
struct Indices {};

#if __has_builtin(__make_integer_seq)  // Clang
namespace detail {
template <class Number, Number... Index>
using indices_of = Indices<Index...>;
}  // namespace detail

/// The indices 0 to `Count` - 1. `Count` is not negative.
template <int Count>
using IndicesBelow = __make_integer_seq<detail::indices_of, int, Count>;
#else  // GCC
template <int Count>
using IndicesBelow = Indices<__integer_pack(Count)...>;
#endif

}  // namespace incuse
