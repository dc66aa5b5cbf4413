// The memory of packed pieces: runs, weights, and what sums begin with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <incuse/host/fast/layout.hpp>
#include <incuse/host/fast/piece.hpp>

namespace incuse::host::fast {

/// True if tiles compute a piece faster than vectors. Tiles are for large sums: they read 64 elements of a run at once,
/// for 16 outputs.
inline bool suits_tiles(const Piece& piece, int run_length, Level level) {
  const bool wide_enough = piece.rows * piece.columns >= 8 && piece.channels > 8;
  return level == Level::amx && wide_enough && 4 * run_length >= 3 * round_up(run_length, 64);
}

/// What pieces have in memory, one after the other: a piece knows where its own begins.
struct PieceMemory {
  std::vector<int> runs{};
  std::vector<std::int32_t> starts{};
  std::vector<std::int8_t> weights{};

  /// Appends the weights of a piece in the order of a form. `weight(channel, run, k)` yields the weight of an output
  /// channel for element `k` of a run, 0 where there is none; `start(channel, sum)` what the sums of a channel begin
  /// with whose weights have this sum. Channels may be beyond those of the piece.
  template <class WeightAt, class StartOf>
  void append(const Form& form, Piece& piece, const WeightAt& weight, const StartOf& start) {
    piece.weights = weights.size();
    piece.starts = starts.size();
    for (int first = 0; first < piece.channels; first += form.block()) {
      const int needed = ceil_div(piece.channels - first, form.lanes);
      append_block(form, piece, first, piece.tiles ? form.vectors : min_of(form.vectors, needed), weight, start);
    }
    weights.resize((weights.size() + alignment - 1) / alignment * alignment);
  }

  Convolution convolution(const Piece& piece, const Finish& finish, const void* in, void* out) const {
    return {
        piece, finish, in, runs.data() + piece.run_table, weights.data() + piece.weights, starts.data() + piece.starts,
        out};
  }

 private:
  /// The block of so many vectors whose first channel is `first`.
  template <class WeightAt, class StartOf>
  void append_block(const Form& form, const Piece& piece, int first, int vectors, const WeightAt& weight,
                    const StartOf& start) {
    std::vector<long long> sums(static_cast<std::size_t>(vectors * form.lanes));
    for (int run = 0; run < piece.runs; ++run)
      for (int word = 0; word < piece.words; word += form.together)
        for (int lane = 0; lane < vectors * form.lanes * form.together; ++lane) {
          const int vector = lane / form.lanes / form.together;
          const int own = vector * form.lanes + lane % form.lanes;
          const int own_word = word + lane / form.lanes % form.together;
          for (int e = 0; e < form.word; ++e) {
            const int value = weight(first + own, run, own_word * form.word + e);
            sums[static_cast<std::size_t>(own)] += value;
            for (int i = 0; i < form.element_bytes; ++i)
              weights.push_back(static_cast<std::int8_t>(value >> 8 * i & 0xff));
          }
        }
    for (int lane = 0; lane < vectors * form.lanes; ++lane)
      starts.push_back(start(first + lane, sums[static_cast<std::size_t>(lane)]));
  }
};

}  // namespace incuse::host::fast
