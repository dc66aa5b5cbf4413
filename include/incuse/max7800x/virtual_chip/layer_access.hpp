// What the layers of an inference have in common: the registers that say which of them run, how they read their input
// from the memories and write their output there, and what they report.
// Source: datapath page (max7800x-datapath); its section numbers stand beside the functions.
#pragma once

#include <cstdint>

#include <incuse/max7800x/virtual_chip/gather.hpp>
#include <incuse/max7800x/virtual_chip/scratch.hpp>

namespace incuse::max7800x {

/// The layer that runs, and its access to the memories in `state`.
template <const Device& Chip, int ScratchWords>
class LayerAccess {
 public:
  int first_layer() const { return static_cast<int>(layer_count::first.of(layers(), Chip)); }

 protected:
  LayerAccess(ChipState<Chip>& state, Scratch<ScratchWords>& scratch, ChipReport& report)
      : state_(state), scratch_(scratch), report_(report) {}

  using At = LayerRegister;
  static constexpr At weight_pointer = Chip.has(At::mask_count)         ? At::mask_count
                                       : Chip.has(At::kernels_and_bias) ? At::kernels_and_bias
                                                                        : At::mask_offset_and_count;

  ChipState<Chip>& state_;
  Scratch<ScratchWords>& scratch_;
  ChipReport& report_;
  int layer_ = 0;

  // Errors ------------------------------------------------------------------------------------------------------------

  /// Reports a problem; returns false, for `return fail(…)`.
  bool fail(ChipProblem problem, std::uint32_t address, std::uint32_t value) {
    report_.add({problem, true, layer_, address, value});
    return false;
  }
  bool fail(ChipProblem problem, int group, At r) {
    return fail(problem, Chip.layer_register(group, r, layer_), state_.layer_register(group, r, layer_));
  }

  // Registers (sections 7 and 8) --------------------------------------------------------------------------------------

  std::uint32_t layers() const { return state_.group_register(leader, GroupRegister::layer_count); }
  int last_layer() const { return static_cast<int>(layer_count::last.of(layers(), Chip)); }

  bool streams(int layer) const {
    if (layer >= Chip.max_streaming_layers || layer > last_layer()) return false;
    const At r = layer == first_layer() ? At::rollover : At::stream_start;
    for (int g = 0; g < groups; ++g)
      if (state_.layer_register(g, r, layer) != 0) return true;
    return false;
  }

  // Writing (section 6) -----------------------------------------------------------------------------------------------

  Frame data_memory() {
    Frame frame;
    for (int k = 0; k < instances; ++k) frame.words[k] = state_.data + k * Chip.data.entries;
    frame.count = Chip.data.entries;
    return frame;
  }

  bool is_data_memory(const Frame& frame) const { return frame.words[0] == state_.data; }

  /// A word of an output; null if there is none.
  struct OutputWord {
    std::uint32_t* word = nullptr;
    int index = -1;  ///< in the data memory; -1: in a frame
  };

  /// The word `offset` behind a pointer. In the data memory a tensor may run on into the next instance, a frame stays
  /// with its own (section 6.1).
  OutputWord output_word(const Frame& out, long long pointer, long long offset) const {
    if (is_data_memory(out)) {
      const DataPlace place = data_place_of(Chip, pointer + offset);
      if (place.instance >= instances || place.word >= Chip.data.entries) return {};
      const long long index = place.instance * Chip.data.entries + place.word;
      return {state_.data + index, static_cast<int>(index)};
    }
    const DataPlace start = data_place_of(Chip, pointer);
    const long long instance = start.instance, word = start.word + offset;
    if (instance >= instances || !out.holds(static_cast<int>(instance), word)) return {};
    return {out.words[instance] + (word - out.first), -1};
  }

  /// Stores a whole word, or the lane of a word: the first lane clears the others. A doubtful value was computed from
  /// memory that was never written.
  void store(const OutputWord& at, std::uint32_t value, int lane, bool wide, bool doubtful) {
    *at.word = wide ? value : (lane == 0 ? 0 : *at.word) | (value & 0xff) << 8 * lane;
    if (at.index < 0) {
      if (doubtful) fail(ChipProblem::never_written, state_.first_doubt, 0);
      return;
    }
    state_.data_written.set(at.index);
    if (lane == 0 || wide) state_.data_doubtful.set(at.index, false);
    if (doubtful) state_.data_doubtful.set(at.index);
  }

  // Reading (section 4) -----------------------------------------------------------------------------------------------

  /// The input of a layer as its processors see it, plane after plane: for every processor one for each pass.
  struct Planes {
    unsigned char* values = nullptr;
    unsigned char* doubts = nullptr;  ///< 1: computed from memory that was never written; null: none is
  };

  bool rounds() const {
    return control::pool_rounding.of(state_.group_register(leader, GroupRegister::control), Chip) != 0;
  }

  bool is_doubtful(const Frame& in, int instance, int word) const {
    const int index = instance * Chip.data.entries + word;
    return is_data_memory(in) && (!state_.data_written[index] || state_.data_doubtful[index]);
  }

  /// Whether the words exist that a processor reads; remembers the first one that was never written.
  bool input_exists(const LayerSettings& s, const Frame& in, int processor, bool& doubtful) {
    const int instance = processor / processors_per_instance;
    if (!in.holds(instance, s.read_pointer) || !in.holds(instance, s.read_pointer + s.input_words() - 1LL))
      return fail(ChipProblem::reads_beyond, processor / processors_per_group, At::read_pointer);
    for (int i = s.read_pointer; i < s.read_pointer + s.input_words(); ++i) {
      if (!is_doubtful(in, instance, i)) continue;
      doubtful = true;
      if (state_.first_doubt == 0) state_.first_doubt = Chip.data_address(processor, 4 * i);
      break;
    }
    return true;
  }

  /// Gathers the input of the processors in `map`; `values` is null if that fails.
  Planes gather_planes(const LayerSettings& s, const Frame& in, ProcessorMap map) {
    bool doubtful = false;
    for (int p = 0; p < all_processors; ++p)
      if ((map >> p & 1) != 0 && !input_exists(s, in, p, doubtful)) return {};
    const Extent size = plane_extent(s);
    const long long bytes = size.all_pixels() * s.passes * bit_count(map);
    Planes planes;
    planes.values = take_bytes(bytes);
    if (planes.values == nullptr) return {};
    gather(s, map, planes.values, [&](int processor, BytePlace place) {
      const std::uint32_t* words = in.words[processor / processors_per_instance] + (s.read_pointer - in.first);
      return static_cast<signed char>(words[place.word] >> 8 * place.byte & 0xff);
    });
    if (!doubtful) return planes;
    planes.doubts = take_bytes(bytes);
    if (planes.doubts == nullptr) return {};
    LayerSettings any = s;  // a result is doubtful if any value in the window, of any operand, is
    any.averages = false;
    any.function = LayerSettings::Function::bitwise_or;
    gather(any, map, planes.doubts, [&](int processor, BytePlace place) {
      return is_doubtful(in, processor / processors_per_instance, s.read_pointer + place.word) ? 1 : 0;
    });
    return planes;
  }

  /// `read(processor, place)` gives the input.
  template <class Read>
  void gather(const LayerSettings& s, ProcessorMap map, unsigned char* plane, Read&& read) const {
    for (int p = 0; p < all_processors; ++p) {
      if ((map >> p & 1) == 0) continue;
      for (int pass = 0; pass < s.passes; ++pass, plane += plane_extent(s).height * plane_extent(s).width)
        gather_plane(
            s,
            [&](int operand, int y, int x) {
              return static_cast<int>(read(p, byte_place(s, p % processors_per_instance, pass, operand, y, x)));
            },
            rounds(), plane);
    }
  }

  unsigned char* take_bytes(long long count) {
    std::uint32_t* words = scratch_.take_low((count + 3) / 4);
    if (words == nullptr)
      fail(ChipProblem::no_scratch, Chip.layer_register(leader, At::rows, layer_), static_cast<std::uint32_t>(count));
    return reinterpret_cast<unsigned char*>(words);
  }
};

}  // namespace incuse::max7800x
