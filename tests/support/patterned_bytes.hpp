// Weights for tests that do not care for their values.
#pragma once

namespace incuse::test {

/// Bytes of a repeating pattern around 0, of a `modulus` of values.
template <int Count>
struct Bytes {
  char values[Count + 1]{};  // one more: a tensor expects a literal with its terminating zero
  constexpr Bytes(int factor, int modulus) {
    for (int i = 0; i < Count; ++i) values[i] = static_cast<char>(i * factor % modulus - modulus / 2);
  }
};

}  // namespace incuse::test
