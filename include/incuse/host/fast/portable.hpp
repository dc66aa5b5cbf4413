// Kernels in plain C++, which compilers turn into vector instructions where they have them.
#pragma once

#include <incuse/host/fast/piece.hpp>

namespace incuse::host::fast::portable {

/// The sum of `length` products, a multiple of `word`. 32-bit numbers wrap around.
template <int word, class Element>
inline std::uint32_t dot(const Element* __restrict x, const Element* __restrict w, int length) {
  if constexpr (sizeof(Element) == 4) {
    std::uint32_t sum = 0;
    for (int k = 0; k < length; ++k) sum += static_cast<std::uint32_t>(x[k]) * static_cast<std::uint32_t>(w[k]);
    return sum;
  } else {
    std::int32_t sum = 0;
    for (int k = 0; k < length; k += word)
      for (int n = 0; n < word; ++n) sum += x[k + n] * w[k + n];
    return static_cast<std::uint32_t>(sum);
  }
}

/// Runs a piece whose blocks are single output channels.
template <int word, class Element, class Out>
inline void convolve(const Convolution& job) {
  const Piece& piece = job.piece;
  const int length = piece.words * word;
  constexpr bool rounded = sizeof(Element) != 4;
  for (int y = 0; y < piece.rows; ++y)
    for (int x = 0; x < piece.columns; ++x) {
      const Element* const in = static_cast<const Element*>(job.in) + y * piece.in_row + x * piece.in_column;
      Out* const out = static_cast<Out*>(job.out) + y * piece.out_row + x * piece.out_column;
      const Element* w = static_cast<const Element*>(job.weights);
      for (int o = 0; o < piece.channels; ++o) {
        auto sum = static_cast<std::uint32_t>(job.starts[o]);
        for (int run = 0; run < piece.runs; ++run, w += length) sum += dot<word>(in + job.runs[run], w, length);
        store(static_cast<std::int32_t>(sum), job.finish, rounded, out + o);
      }
    }
}

}  // namespace incuse::host::fast::portable
