// Kernels in plain C++, which compilers turn into vector instructions where they have them.
#pragma once

#include <type_traits>

#include <incuse/host/fast/piece.hpp>

namespace incuse::host::fast::portable {

/// The sums of an output channel's products, or of four channels' at once, with the elements of a run. The weights of
/// channels lie `distance` apart. 32-bit numbers wrap around; other sums fit.
template <class Element>
using Product = std::conditional_t<sizeof(Element) == 4, std::uint32_t, std::int32_t>;

template <class Element>
inline void add_products(const Element* __restrict x, const Element* __restrict w, std::ptrdiff_t, int length,
                         Product<Element> (&sums)[1]) {
  Product<Element> sum = 0;
  for (int k = 0; k < length; ++k) sum += static_cast<Product<Element>>(x[k]) * static_cast<Product<Element>>(w[k]);
  sums[0] += sum;
}
template <class Element>
inline void add_products(const Element* __restrict x, const Element* __restrict w, std::ptrdiff_t distance, int length,
                         Product<Element> (&sums)[4]) {
  using Total = Product<Element>;
  const Element* __restrict w1 = w + distance, * __restrict w2 = w1 + distance, * __restrict w3 = w2 + distance;
  Total sum = 0, sum1 = 0, sum2 = 0, sum3 = 0;
  for (int k = 0; k < length; ++k) {
    sum += static_cast<Total>(x[k]) * static_cast<Total>(w[k]);
    sum1 += static_cast<Total>(x[k]) * static_cast<Total>(w1[k]);
    sum2 += static_cast<Total>(x[k]) * static_cast<Total>(w2[k]);
    sum3 += static_cast<Total>(x[k]) * static_cast<Total>(w3[k]);
  }
  sums[0] += sum;
  sums[1] += sum1;
  sums[2] += sum2;
  sums[3] += sum3;
}

/// Outputs `first` to `first + outputs - 1` of one pixel. The weights of an output are `distance` elements.
template <int word, int outputs, class Element, class Out>
inline void compute(const Convolution& job, const Element* in, int first, Out* out) {
  const int length = job.piece.words * word;
  const std::ptrdiff_t distance = 1LL * job.piece.stored_runs() * length;
  const Element* w = static_cast<const Element*>(job.weights) + first * distance + 1LL * job.piece.runs_before * length;
  Product<Element> sums[outputs]{};
  for (int run = 0; run < job.piece.runs; ++run, w += length)
    add_products(in + job.runs[run], w, distance, length, sums);
  constexpr bool rounded = sizeof(Element) != 4;
  for (int o = 0; o < outputs; ++o)
    store(static_cast<std::int32_t>(static_cast<std::uint32_t>(job.starts[first + o]) +
                                    static_cast<std::uint32_t>(sums[o])),
          job.finish, rounded, out + first + o);
}

/// Runs a piece whose blocks are single output channels.
template <int word, class Element, class Out>
inline void convolve(const Convolution& job) {
  const Piece& piece = job.piece;
  for (int y = 0; y < piece.rows; ++y)
    for (int x = 0; x < piece.columns; ++x) {
      const Element* const in = static_cast<const Element*>(job.in) + y * piece.in_row + x * piece.in_column;
      Out* const out = static_cast<Out*>(job.out) + y * piece.out_row + x * piece.out_column;
      int o = 0;
      for (; o + 4 <= piece.channels; o += 4) compute<word, 4>(job, in, o, out);
      for (; o < piece.channels; ++o) compute<word, 1>(job, in, o, out);
    }
}

}  // namespace incuse::host::fast::portable
