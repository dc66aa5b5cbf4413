// How kernels for vectors walk over the outputs of a piece: block by block of channels, row by row, in tiles of
// neighbouring pixels.
#pragma once

#include <cstddef>

#include <incuse/host/fast/piece.hpp>

namespace incuse::host::fast {

/// The weights of a block of output channels.
template <class Weight>
struct Block {
  const Weight* weights;
  const std::int32_t* starts;
  int channels;
};

/// Pixels of the largest tile with this many vectors of channels: so many sums that no addition waits for the one
/// before, and no more than there are registers.
template <int vectors>
inline constexpr int most_pixels = vectors == 1 ? 12 : 6;

/// Runs a piece with the tiles of a kernel: `Kernel::tile<pixels, vectors>(job, block, in, out)` computes the outputs
/// of so many neighbours of a row for up to `vectors` vectors of channels. `out` counts bytes.
template <class Kernel>
class Rows {
 public:
  using Element = typename Kernel::Element;
  using Weight = typename Kernel::Weight;

  static void run(const Convolution& job) {
    constexpr int most = Kernel::vectors * Kernel::lanes;
    const std::ptrdiff_t weights = 1LL * Kernel::lanes * Kernel::word * job.piece.stored_runs() * job.piece.words;
    for (int first = 0; first < job.piece.channels; first += most) {
      const Block<Weight> block{static_cast<const Weight*>(job.weights) + first / Kernel::lanes * weights,
                                job.starts + first, min_of(most, job.piece.channels - first)};
      run_block<Kernel::vectors>(job, block, static_cast<std::byte*>(job.out) + first * out_bytes(job));
    }
  }

 private:
  static std::ptrdiff_t out_bytes(const Convolution& job) { return job.finish.out_bytes(Kernel::output_bytes); }

  /// A block with as many vectors as its channels fill.
  template <int vectors>
  static void run_block(const Convolution& job, Block<Weight> block, std::byte* out) {
    if constexpr (vectors > 1)
      if (block.channels <= (vectors - 1) * Kernel::lanes) return run_block<vectors - 1>(job, block, out);
    block.weights += 1LL * vectors * Kernel::lanes * Kernel::word * job.piece.runs_before * job.piece.words;
    for (int y = 0; y < job.piece.rows; ++y)
      run_row<vectors>(job, block, static_cast<const Element*>(job.in) + y * job.piece.in_row,
                       out + y * job.piece.out_row * out_bytes(job));
  }

  template <int vectors>
  static void run_row(const Convolution& job, const Block<Weight>& block, const Element* in, std::byte* out) {
    int left = job.piece.columns;
    while (left > 0) {
      const int done = run_tile<vectors>(job, block, in, out, left);
      in += done * job.piece.in_column;
      out += done * job.piece.out_column * out_bytes(job);
      left -= done;
    }
  }

  /// The largest tile that a row still has room for; returns its pixels.
  template <int vectors>
  static int run_tile(const Convolution& job, const Block<Weight>& block, const Element* in, std::byte* out, int left) {
    constexpr int most = most_pixels<vectors>;
    if (left >= most) return Kernel::template tile<most, vectors>(job, block, in, out), most;
    if (left >= 4) return Kernel::template tile<4, vectors>(job, block, in, out), 4;
    if (left >= 2) return Kernel::template tile<2, vectors>(job, block, in, out), 2;
    return Kernel::template tile<1, vectors>(job, block, in, out), 1;
  }
};

}  // namespace incuse::host::fast
