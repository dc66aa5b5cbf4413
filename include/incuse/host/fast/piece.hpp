// What kernels are called with. A layer's operator is cut into pieces that every kernel can run: a dense convolution of
// some neighbouring input channels to some neighbouring output channels, for outputs at equal distances.
#pragma once

#include <cstddef>
#include <cstdint>

#include <incuse/core/bits.hpp>

namespace incuse::host::fast {

/// How sums become outputs: shifted with halves rounded up, as max7800x::scale_to_byte does it, then clipped. Outputs
/// of 32 bits are the sums themselves.
struct Finish {
  int right = 0;  ///< bits by which sums are shifted right …
  int left = 0;   ///< … or left
  bool relu = false;
  bool magnitude = false;  ///< Abs
  bool wide = false;       ///< outputs of 32 bits
  bool plain = false;      ///< outputs for `plain_form`

  /// True if sums are only shifted right and clipped: in most layers. Kernels keep the rest out of their loops.
  constexpr bool is_simple() const { return !wide && !magnitude && left == 0; }
  /// Bytes of an output. `own`: those of the level's elements, which outputs have that are neither wide nor plain.
  constexpr int out_bytes(int own) const { return wide ? 4 : plain ? 1 : own; }
};

/// A dense convolution. Under each output lie `runs` runs of consecutive elements, which are multiplied with
/// `words` words of weights each.
struct Piece {
  int rows = 0, columns = 0;                                  ///< of outputs
  std::ptrdiff_t first_in = 0, in_row = 0, in_column = 0;     ///< elements of the input, from its pixel (0, 0) on
  std::ptrdiff_t first_out = 0, out_row = 0, out_column = 0;  ///< elements of the output, likewise
  int channels = 0;                                           ///< of outputs
  int runs = 0, words = 0;
  int runs_before = 0, runs_behind = 0;  ///< whose weights lie there as well, but are not used
  std::size_t run_table = 0;             ///< where in the packed network: distances of the runs from the first one, …
  std::size_t weights = 0;               ///< … bytes, …
  std::size_t starts = 0;                ///< … and what sums begin with
  bool tiles = false;                    ///< the weights are packed for tiles

  constexpr int stored_runs() const { return runs_before + runs + runs_behind; }
};

/// A piece with its memory. Weights are in the order [block][run][word][vector][lane][element], see Form.
struct Convolution {
  const Piece& piece;
  const Finish& finish;
  const void* in;  ///< the element `first_in`
  const int* runs;
  const void* weights;
  const std::int32_t* starts;
  void* out;  ///< the element `first_out`
};

/// What a kernel stores for a sum, one at a time. `rounded`: the sum has what rounding adds.
constexpr int finished(std::int32_t sum, const Finish& finish, bool rounded) {
  std::int32_t value = sum >> finish.right;
  if (!rounded && finish.right > 0) value += sum >> (finish.right - 1) & 1;
  if (finish.left != 0) value = max_of(min_of(value, 255), -256) * (1 << finish.left);
  value = max_of(min_of(value, 127), -128);
  if (finish.relu) value = max_of(value, 0);
  if (finish.magnitude) value = min_of(value < 0 ? -value : value, 127);
  return value;
}

/// Stores an output as an element of its type: see Form.
template <class Out>
inline void store(std::int32_t sum, const Finish& finish, bool rounded, Out* to) {
  if constexpr (sizeof(Out) == 4)
    *to = sum;
  else
    *to = static_cast<Out>(finished(sum, finish, rounded) + (sizeof(Out) == 1 ? 128 : 0));
}

}  // namespace incuse::host::fast
