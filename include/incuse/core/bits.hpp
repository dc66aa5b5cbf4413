// Integer helpers that the manuals' formulas are written in. <bit> is avoided: it costs more to include than this.
#pragma once

#include <cstdint>

#include <incuse/core/compiler.hpp>

namespace incuse {

/// a / b rounded up, for a >= 0 and b > 0.
constexpr int ceil_div(int a, int b) { return (a + b - 1) / b; }

/// a / b rounded toward minus infinity, for b > 0.
constexpr long long floor_div(long long a, long long b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }
constexpr int floor_div(int a, int b) { return static_cast<int>(floor_div(1LL * a, 1LL * b)); }

/// The smallest multiple of `multiple` that is at least `value`, for value >= 0.
constexpr int round_up(int value, int multiple) { return ceil_div(value, multiple) * multiple; }

/// Length of an array for `size` values: arrays of none do not exist.
constexpr int at_least_one(int size) { return size > 0 ? size : 1; }

constexpr int max_of(int a, int b) { return a > b ? a : b; }
constexpr int min_of(int a, int b) { return a < b ? a : b; }

}  // namespace incuse
