// Tables with one row for each enumerator of an enumeration. Every row carries its enumerator in a member `key`, and a
// static_assert proves that no row is missing or in a wrong place. The enumeration names its last enumerator, so that
// an enumerator that is added behind it cannot be without a row:
//     enum class Colour { red, blue, last = blue };
//     inline constexpr Row rows[] = {{Colour::red, "red"}, {Colour::blue, "blue"}};
//     static_assert(is_complete(rows, Colour::last));
#pragma once

#include <cstddef>

#include <incuse/core/language.hpp>

namespace incuse {

/// True if the table has exactly one row for each enumerator from 0 to `last`, in their order.
template <class Row, std::size_t Count, class Key>
constexpr bool is_complete(const Row (&rows)[Count], Key last) {
  for (std::size_t i = 0; i < Count; ++i)
    if (static_cast<std::size_t>(rows[i].key) != i) return false;
  return Count == static_cast<std::size_t>(last) + 1;
}

/// The row of an enumerator in a complete table.
template <class Row, std::size_t Count, class Key>
constexpr const Row& row_of(const Row (&rows)[Count], Key key) {
  return rows[static_cast<std::size_t>(key)];
}

}  // namespace incuse
