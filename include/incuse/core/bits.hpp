// Integer helpers that the manuals' formulas are written in. <bit> is avoided: it costs more to include than this.
#pragma once

#include <cstdint>

#include <incuse/core/language.hpp>

namespace incuse {

/// Number of set bits. A builtin of GCC and Clang: at compile time a loop over 64 bits would take more steps than
/// anything else in the planner and the rules.
constexpr int bit_count(std::uint64_t bits) { return __builtin_popcountll(bits); }

/// Index of the lowest set bit; -1 for 0.
constexpr int first_bit(std::uint64_t bits) { return bits == 0 ? -1 : __builtin_ctzll(bits); }

/// Index of the highest set bit; -1 for 0.
constexpr int last_bit(std::uint64_t bits) { return bits == 0 ? -1 : 63 - __builtin_clzll(bits); }

/// a / b rounded up, for a >= 0 and b > 0.
constexpr int ceil_div(int a, int b) { return (a + b - 1) / b; }

/// a / b rounded toward minus infinity, for b > 0.
constexpr long long floor_div(long long a, long long b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }
constexpr int floor_div(int a, int b) { return static_cast<int>(floor_div(1LL * a, 1LL * b)); }

/// The smallest multiple of `multiple` that is at least `value`, for value >= 0.
constexpr int round_up(int value, int multiple) { return ceil_div(value, multiple) * multiple; }

/// `index`, which must be 0 to count - 1; anything else is undefined behaviour. Telling GCC 12 so keeps it from merging
/// the functions of graphs of two capacities (it would run the larger one's code for both, and warn of indices beyond
/// the smaller array), and from warning of negative indices that never occur. (A macro: at compile time a call takes
/// more steps than the comparison.)
#define INCUSE_INDEX_BELOW(index, count) \
  (static_cast<unsigned>(index) < static_cast<unsigned>(count) ? (index) : (__builtin_unreachable(), 0))

/// Length of an array for `size` values: arrays of none do not exist.
constexpr int at_least_one(int size) { return size > 0 ? size : 1; }

constexpr int max_of(int a, int b) { return a > b ? a : b; }
constexpr int min_of(int a, int b) { return a < b ? a : b; }

}  // namespace incuse
