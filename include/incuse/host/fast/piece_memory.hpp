// The memory of packed pieces: runs, weights, and what sums begin with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
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

/// Takes memory at multiples of `alignment`: vectors of weights then lie in one line of a cache each.
template <class Value>
struct AlignedAllocator {
  using value_type = Value;

  AlignedAllocator() = default;
  template <class Other>
  AlignedAllocator(const AlignedAllocator<Other>&) {}

  Value* allocate(std::size_t count) {
    return static_cast<Value*>(::operator new (count * sizeof(Value), std::align_val_t{alignment}));
  }
  void deallocate(Value* memory, std::size_t) { ::operator delete (memory, std::align_val_t{alignment}); }
  friend bool operator==(const AlignedAllocator&, const AlignedAllocator&) { return true; }
};

/// What pieces have in memory, one after the other: a piece knows where its own begins.
struct PieceMemory {
  std::vector<int> runs{};
  std::vector<std::int32_t> starts{};
  std::vector<std::int8_t, AlignedAllocator<std::int8_t>> weights{};

  /// Appends the weights of a piece in the order of a form. `weight(channel, run, k)` yields the weight of an output
  /// channel for element `k` of a run, 0 where there is none; `start(channel, sum)` what the sums of a channel begin
  /// with whose weights have this sum. Channels may be beyond those of the piece.
  template <class WeightAt, class StartOf>
  void append(const Form& form, Piece& piece, const WeightAt& weight, const StartOf& start) {
    append_weights(form, piece, weight);
    append_starts(form, piece, weight, start);
  }
  template <class WeightAt>
  void append_weights(const Form& form, Piece& piece, const WeightAt& weight) {
    piece.weights = weights.size();
    for (int first = 0; first < piece.channels; first += form.block())
      append_block(form, piece, first, vectors_at(form, piece, first), weight);
    weights.resize((weights.size() + alignment - 1) / alignment * alignment);
  }
  /// What sums begin with: of a piece that has weights, or uses some runs of another one's.
  template <class WeightAt, class StartOf>
  void append_starts(const Form& form, Piece& piece, const WeightAt& weight, const StartOf& start) {
    piece.starts = starts.size();
    for (int first = 0; first < piece.channels; first += form.block())
      for (int lane = 0; lane < vectors_at(form, piece, first) * form.lanes; ++lane) {
        long long sum = 0;
        for (int run = piece.runs_before; run < piece.runs_before + piece.runs; ++run)
          for (int k = 0; k < piece.words * form.word; ++k) sum += weight(first + lane, run, k);
        starts.push_back(start(first + lane, sum));
      }
  }

  Convolution convolution(const Piece& piece, const Finish& finish, const void* in, void* out) const {
    return {
        piece, finish, in, runs.data() + piece.run_table, weights.data() + piece.weights, starts.data() + piece.starts,
        out};
  }

 private:
  /// Vectors of the block whose first channel is `first`.
  static int vectors_at(const Form& form, const Piece& piece, int first) {
    return piece.tiles ? form.vectors : min_of(form.vectors, ceil_div(piece.channels - first, form.lanes));
  }

  /// The block of so many vectors whose first channel is `first`.
  template <class WeightAt>
  void append_block(const Form& form, const Piece& piece, int first, int vectors, const WeightAt& weight) {
    for (int run = 0; run < piece.runs; ++run)
      for (int word = 0; word < piece.words; word += form.together)
        for (int lane = 0; lane < vectors * form.lanes * form.together; ++lane) {
          const int vector = lane / form.lanes / form.together;
          const int own = vector * form.lanes + lane % form.lanes;
          const int own_word = word + lane / form.lanes % form.together;
          for (int e = 0; e < form.word; ++e) {
            const int value = weight(first + own, run, own_word * form.word + e);
            for (int i = 0; i < form.element_bytes; ++i)
              weights.push_back(static_cast<std::int8_t>(value >> 8 * i & 0xff));
          }
        }
  }
};

}  // namespace incuse::host::fast
