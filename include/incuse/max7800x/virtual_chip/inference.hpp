// An inference of a virtual chip: layer after layer, each on complete tensors. Not cycle by cycle.
// Source: datapath page (max7800x-datapath); its section numbers stand beside the functions.
#pragma once

#include <cstdint>

#include <incuse/max7800x/virtual_chip/convolution.hpp>
#include <incuse/max7800x/virtual_chip/layer_access.hpp>

namespace incuse::max7800x {

/// Runs the layers that the registers in `state` describe, on the memories in `state`.
template <const Device& Chip, int ScratchWords>
class Inference : public LayerAccess<Chip, ScratchWords> {
  using Access = LayerAccess<Chip, ScratchWords>;

 public:
  using Access::first_layer;

  Inference(ChipState<Chip>& state, Scratch<ScratchWords>& scratch, ChipReport& report)
      : Access(state, scratch, report) {}

  /// Whether the registers allow a start at all; if not, says why.
  bool can_start() {
    const std::uint32_t address = Chip.group_register(leader, GroupRegister::layer_count);
    layer_ = first_layer();
    if (first_layer() > Chip.max_first_layer || first_layer() > last_layer())
      return fail(ChipProblem::first_layer, address, static_cast<std::uint32_t>(first_layer()));
    if (last_layer() >= Chip.max_layers)
      return fail(ChipProblem::last_layer, address, static_cast<std::uint32_t>(last_layer()));
    return true;
  }

  /// The layer that follows those that have run; -1: none.
  int next() const { return layer_; }
  /// Whether a snoop unit has found its word behind one of them, and changed what follows.
  bool snoop_led() const { return snoop_led_; }

  /// Executes the layers from number `first` on, up to the first that cannot be, and returns the number of the last
  /// one. `one`: only layer `first`, with the layers that stream from it. `input` arrived through FIFOs and lies at the
  /// low end of the scratch memory; null: the first layer reads the data memory.
  int run(const Frame* input, int first, bool one) {
    Frame in = data_memory();
    if (input != nullptr) in = *input;
    layer_ = first;
    int last = -1;
    // Every layer at most twice: layers that name each other in turn would never end.
    for (int executed = 0; layer_ >= 0 && executed < 2 * Chip.max_layers; ++executed) {
      Frame out = data_memory();
      const bool upwards = scratch_.low > 0;  // the input lies at the low end
      const LayerSettings settings = decode(state_, leader, layer_);
      if (!has_processors() || !plausible(settings, leader)) break;
      if (streams(layer_ + 1) && !take_frame(settings, upwards, out)) break;
      const int in_use = scratch_.low;
      if (!execute(settings, in, out)) break;
      scratch_.low = upwards ? 0 : in_use;
      if (!upwards) scratch_.high = 0;
      in = out;
      last = layer_;
      layer_ = next_layer();
      if (one && layer_ >= 0 && !streams(layer_)) return last;
    }
    layer_ = -1;
    return last;
  }

 private:
  using Access::data_memory, Access::output_word, Access::store, Access::gather_planes, Access::take_bytes;
  using Access::fail, Access::last_layer, Access::streams, Access::layers;
  using Access::state_, Access::scratch_, Access::layer_;
  using Access::weight_pointer;
  using typename Access::At;
  using typename Access::OutputWord;
  using typename Access::Planes;

  bool snoop_led_ = false;

  // Registers of a layer ----------------------------------------------------------------------------------------------

  /// Whether a layer has processors, and groups that run.
  bool has_processors() {
    bool any = false;
    for (int g = 0; g < groups; ++g) {
      if (state_.layer_register(g, At::enables, layer_) == 0) continue;
      any = true;
      if (control::enable.of(state_.group_register(g, GroupRegister::control), Chip) == 0)
        return fail(ChipProblem::group_not_started, g, At::enables);
    }
    return any || fail(ChipProblem::no_processors, leader, At::enables);
  }

  /// Whether sizes make sense, as a group's registers say them.
  bool plausible(const LayerSettings& s, int group) {
    if (s.height <= 0) return fail(ChipProblem::no_input, group, At::rows);
    if (s.width <= 0) return fail(ChipProblem::no_input, group, At::columns);
    if (s.pooled_height <= 0) return fail(ChipProblem::window_too_large, group, At::pooling_rows);
    if (s.pooled_width <= 0) return fail(ChipProblem::window_too_large, group, At::pooling_columns);
    if (s.kernel_height == 0) return fail(ChipProblem::no_kernel, group, At::one_dimensional);
    if (s.out_height <= 0) return fail(ChipProblem::kernel_too_large, group, At::rows);
    if (s.out_width <= 0) return fail(ChipProblem::kernel_too_large, group, At::columns);
    if (s.passes_through && s.wide) return fail(ChipProblem::wide_pass_through, group, At::layer_control);
    const bool has_kernels = s.passes_through || s.bypass || s.kernels >= s.passes;
    if (!has_kernels) return fail(ChipProblem::no_kernel, group, weight_pointer);
    if (layer_ >= Chip.max_streaming_layers && state_.layer_register(group, At::stream_start, layer_) != 0)
      return fail(ChipProblem::streams_too_late, group, At::stream_start);
    return true;
  }

  // Sequence (sections 7 and 8) ---------------------------------------------------------------------------------------

  bool execute(const LayerSettings& settings, const Frame& in, const Frame& out) {
    if (settings.passes_through) return pass_through(in, out);
    return settings.depthwise ? convolve_depthwise(in, out) : convolve(settings, in, out);
  }

  /// The layer that follows the current one; -1: none.
  int next_layer() {
    const int following = layer_ < last_layer() ? layer_ + 1 : -1;
    if (!Chip.has(At::next_layer)) return following;
    using registers::NextLayer;
    const std::uint32_t word = state_.layer_register(leader, At::next_layer, layer_);
    const bool conditional = control::snooping.of(state_.group_register(leader, GroupRegister::control), Chip) != 0;
    const std::uint32_t on_hit = conditional ? found_by_snoop() : 0;
    const bool ends = NextLayer::stop.of(word, Chip) != 0, jumps = NextLayer::jump.of(word, Chip) != 0;
    const int named = jumps ? static_cast<int>(NextLayer::layer.of(word, Chip)) : following;
    const int without_hit = ends ? -1 : conditional ? following : named;
    if (on_hit == 0) return without_hit;
    const int on_this_hit = ends || on_hit == snoop_control::stops ? -1
                            : on_hit == snoop_control::jumps       ? named
                                                                   : following;
    snoop_led_ = snoop_led_ || on_this_hit != without_hit;
    return on_this_hit;
  }

  // Conditional execution (section 8): a unit compares one word of the data memories with a given value.

  /// What the first unit that has found its word asks for, a value of `snoop_control::on_hit`; 0: none has.
  std::uint32_t found_by_snoop() const {
    for (int unit = 0; unit < snoop_units; ++unit) {
      const auto word = [&](SnoopRegister r) { return state_.snoop[leader][snoop_number(unit, r)]; };
      const std::uint32_t control_1 = word(SnoopRegister::control_1);
      const DataPlace place = data_place_of(Chip, snoop_address::pointer.of(word(SnoopRegister::address_1), Chip));
      const bool on = snoop_control::on.of(control_1, Chip) != 0;
      if (!on || place.instance >= instances || place.word >= Chip.data.entries) continue;
      if (state_.data[place.instance * Chip.data.entries + place.word] == word(SnoopRegister::data_1))
        return snoop_control::on_hit.of(control_1, Chip);
    }
    return 0;
  }

  /// A frame for the output of a layer whose successor streams: on a chip a ring of a few rows.
  bool take_frame(const LayerSettings& leading, bool at_high_end, Frame& frame) {
    frame = {};
    frame.first = static_cast<int>(data_place_of(Chip, leading.write_pointer).word);
    const long long steps = leading.passes_through ? leading.pooled_pixels() * leading.passes : leading.out_pixels();
    long long last = (steps - 1) * leading.write_step * leading.words_per_value() + leading.words_per_value() - 1;
    const int passes = leading.depthwise        ? leading.passes
                       : leading.passes_through ? 1
                                                : ceil_div(steps_of(leading), leading.positions);
    last += 1LL * (passes - 1) * leading.channel_offset;
    frame.count = static_cast<int>(last + 1);
    for (int k = 0; k < instances; ++k) {
      if (!writes_instance(leading, k)) continue;
      frame.words[k] = at_high_end ? scratch_.take_high(last + 1) : scratch_.take_low(last + 1);
      if (frame.words[k] == nullptr)
        return fail(ChipProblem::no_scratch, Chip.layer_register(leader, At::stream_start, layer_ + 1),
                    static_cast<std::uint32_t>(last + 1));
    }
    return true;
  }

  bool writes_instance(const LayerSettings& leading, int instance) const {
    const auto lies_there = [&](long long pointer) { return data_place_of(Chip, pointer).instance == instance; };
    if (!leading.passes_through && !leading.depthwise) {
      for (int c = 0; c < leading.positions; c += processors_per_instance)
        if (lies_there(leading.write_pointer + 1LL * (c / processors_per_instance) * leading.block_offset)) return true;
      return false;
    }
    for (int g = 0; g < groups; ++g) {
      const LayerSettings s = decode(state_, g, layer_);
      if (s.depthwise && s.in_place) {
        const int own = instance - g * instances_per_group;
        if (own >= 0 && own < instances_per_group && (s.processors >> own * processors_per_instance & 0xfu) != 0)
          return true;
        continue;
      }
      for (int k = 0; k < bit_count(s.processors); k += processors_per_instance)
        if (lies_there(s.write_pointer + 1LL * (k / processors_per_instance) * s.slot_offset)) return true;
    }
    return false;
  }

  // Pass-through (section 6.2) ----------------------------------------------------------------------------------------

  /// Every group acts alone. All of them read before the first one writes.
  bool pass_through(const Frame& in, const Frame& out) {
    LayerSettings settings[groups];
    Planes planes[groups];
    for (int g = 0; g < groups; ++g) {
      settings[g] = decode(state_, g, layer_);
      if (settings[g].processors == 0) continue;
      if (!settings[g].passes_through) return fail(ChipProblem::groups_differ, g, At::post_processing);
      if (!plausible(settings[g], g)) return false;
      planes[g] = gather_planes(settings[g], in, ProcessorMap{settings[g].processors} << (processors_per_group * g));
      if (planes[g].values == nullptr) return false;
    }
    for (int g = 0; g < groups; ++g)
      if (planes[g].values != nullptr && !store_group(settings[g], planes[g], out))
        return fail(ChipProblem::writes_beyond, g, At::write_pointer);
    return true;
  }

  /// Results are packed: those of the k-th processor in use are byte k % 4 of the words from `write_pointer` + k / 4 *
  /// `slot_offset` on.
  bool store_group(const LayerSettings& s, const Planes& planes, const Frame& out) {
    int next = 0;
    for (int k = 0; k < bit_count(s.processors); ++k) {
      const int pointer = s.write_pointer + k / processors_per_instance * s.slot_offset;
      for (int pass = 0; pass < s.passes; ++pass)
        for (int x = 0; x < s.pooled_pixels(); ++x, ++next) {
          const OutputWord at = output_word(out, pointer, (1LL * x * s.passes + pass) * s.write_step);
          if (at.word == nullptr) return false;
          const bool doubtful = planes.doubts != nullptr && planes.doubts[next] != 0;
          store(at, planes.values[next], k % processors_per_instance, false, doubtful);
        }
    }
    return true;
  }

  // Convolution (sections 5 and 6.1) ----------------------------------------------------------------------------------

  /// All groups hold the input of the first layer, and compute its channels in turn.
  bool fans_out() const {
    return layer_ == first_layer() &&
           control::fan_out.of(state_.group_register(leader, GroupRegister::control), Chip) != 0;
  }

  int steps_of(const LayerSettings& s) const {
    return fans_out() ? groups * s.kernels / s.positions * s.positions : s.steps();
  }

  /// Groups that take part in a convolution, one bit each: their sums are added, or with fan-out they take turns.
  unsigned adding_groups(const LayerSettings& s) const { return fans_out() ? 0xf : s.other_groups | 1u << leader; }

  /// The processors of a convolution; 0: the registers contradict each other.
  ProcessorMap convolving_processors(const LayerSettings& leading) {
    ProcessorMap map = 0;
    for (int g = 0; g < groups; ++g) {
      const LayerSettings s = decode(state_, g, layer_);
      const bool adds = (adding_groups(leading) >> g & 1u) != 0;
      if (s.weight_processors != (s.bypass ? 0 : s.processors) || (s.processors != 0 && !adds)) {
        fail(adds ? ChipProblem::weights_not_enabled : ChipProblem::sums_not_added, g, At::enables);
        return 0;
      }
      map |= ProcessorMap{s.processors} << (processors_per_group * g);
    }
    return map;
  }

  bool convolve(const LayerSettings& s, const Frame& in, const Frame& out) {
    const ProcessorMap map = convolving_processors(s);
    if (map == 0) return false;
    const Planes planes = gather_planes(s, in, map);
    if (planes.values == nullptr) return false;
    int* sums = reinterpret_cast<int*>(take_bytes(8LL * s.out_pixels()));
    if (sums == nullptr) return false;
    int* doubts = sums + s.out_pixels();
    BiasCounter counter;
    for (int step = 0; step < steps_of(s); ++step) {
      const ProcessorMap active =
          fans_out() ? map & ProcessorMap{0xffff} << processors_per_group * (step % groups) : map;
      if (!kernels_exist(s, active, step, counter)) return false;
      for (int x = 0; x < s.out_pixels(); ++x) sums[x] = doubts[x] = 0;
      const bool weighted = add_products(
          s, planes.values, map, active, step, [](int weight) { return weight; }, sums);
      if (planes.doubts != nullptr)
        add_products(
            s, planes.doubts, map, active, step, [](int weight) { return weight != 0 ? 1 : 0; }, doubts);
      const int bias = bias_term(bias_of(s, step, counter, weighted), Chip.bias_scale);
      for (int x = 0; x < s.out_pixels(); ++x) sums[x] += bias;
      if (!store_step(s, step, sums, doubts, out)) return fail(ChipProblem::writes_beyond, leader, At::write_pointer);
    }
    return true;
  }

  /// Adds factor(weight) * value to the sums of a step, for all active processors and passes. True if any weight is not
  /// 0.
  template <class Factor>
  bool add_products(const LayerSettings& s, const unsigned char* plane, ProcessorMap map, ProcessorMap active, int step,
                    Factor&& factor, int* sums) const {
    const Extent size = plane_extent(s);
    bool weighted = false;
    for (int p = 0; p < all_processors; ++p) {
      if ((map >> p & 1) == 0) continue;
      for (int pass = 0; pass < s.passes; ++pass, plane += size.height * size.width) {
        if ((active >> p & 1) == 0) continue;
        const KernelPlace place = kernel_place(s, Chip.weight_blocks, fans_out() ? step / groups : step, pass);
        const std::uint8_t(*columns)[bytes_per_kernel] = state_.weights + p * Chip.weights.entries;
        for (int tap = 0; tap < s.taps(); ++tap) {
          const int weight = s.bypass ? 1 : weight_at(s, columns, place, tap);
          weighted = weighted || weight != 0;
          add_tap(s, plane, size, tap, factor(weight), sums);
        }
      }
    }
    return weighted;
  }

  // Depth-wise convolution (sections 5 and 6.2) -----------------------------------------------------------------------

  /// Every processor computes its own channels, one for each pass. All of them read before the first one writes.
  bool convolve_depthwise(const Frame& in, const Frame& out) {
    LayerSettings settings[groups];
    Planes planes[groups];
    unsigned used = 0;
    for (int g = 0; g < groups; ++g) {
      settings[g] = decode(state_, g, layer_);
      if (settings[g].processors == 0) continue;
      if (!settings[g].depthwise) return fail(ChipProblem::groups_differ, g, At::post_processing);
      if (!plausible(settings[g], g)) return false;
      planes[g] = gather_planes(settings[g], in, ProcessorMap{settings[g].processors} << (processors_per_group * g));
      if (planes[g].values == nullptr) return false;
      used |= 1u << g;
    }
    for (int g = 0; g < groups; ++g)
      if (planes[g].values != nullptr && !convolve_group(settings[g], planes[g], g, used, out)) return false;
    return true;
  }

  bool convolve_group(const LayerSettings& s, const Planes& planes, int group, unsigned used, const Frame& out) {
    int* sums = reinterpret_cast<int*>(take_bytes(8LL * s.out_pixels()));
    if (sums == nullptr) return false;
    int* doubts = sums + s.out_pixels();
    const int plane = plane_extent(s).height * plane_extent(s).width;
    for (int k = 0, left = static_cast<int>(s.processors); left != 0; ++k, left &= left - 1) {
      const int lane = first_bit(static_cast<unsigned>(left));
      for (int pass = 0; pass < s.passes; ++pass) {
        const int number = (k * s.passes + pass) * plane;
        if (!kernel_exists(s, group, lane, pass)) return false;
        for (int x = 0; x < s.out_pixels(); ++x) sums[x] = doubts[x] = 0;
        add_own_products(s, group, lane, pass, planes.values + number, false, sums);
        if (planes.doubts != nullptr) add_own_products(s, group, lane, pass, planes.doubts + number, true, doubts);
        const int bias = bias_term(depthwise_bias(s, group, used, lane, pass), Chip.bias_scale);
        for (int x = 0; x < s.out_pixels(); ++x) sums[x] += bias;
        if (!store_channel(s, group, k, lane, pass, sums, doubts, out))
          return fail(ChipProblem::writes_beyond, group, At::write_pointer);
      }
    }
    return true;
  }

  bool kernel_exists(const LayerSettings& s, int group, int lane, int pass) {
    if (s.bypass) return true;
    const int p = group * processors_per_group + lane;
    const KernelPlace place = kernel_place(s, Chip.weight_blocks, 0, pass);
    const int last = (place.first_byte + s.taps() - 1) / bytes_per_kernel;
    if (last >= Chip.columns_of(p)) return fail(ChipProblem::weights_beyond, group, weight_pointer);
    for (int column = place.first_byte / bytes_per_kernel; column <= last; ++column)
      if (!state_.weights_loaded[p * Chip.weights.entries + column] && !state_.weights_cleared[group])
        fail(ChipProblem::never_written, Chip.weight_address(p, column), 0);
    return true;
  }

  void add_own_products(const LayerSettings& s, int group, int lane, int pass, const unsigned char* plane, bool doubts,
                        int* sums) const {
    const int p = group * processors_per_group + lane;
    const std::uint8_t(*columns)[bytes_per_kernel] = state_.weights + p * Chip.weights.entries;
    const KernelPlace place = kernel_place(s, Chip.weight_blocks, 0, pass);
    for (int tap = 0; tap < s.taps(); ++tap) {
      const int weight = s.bypass ? 1 : weight_at(s, columns, place, tap);
      add_tap(s, plane, plane_extent(s), tap, doubts && weight != 0 ? 1 : weight, sums);
    }
  }

  /// Values of one pass follow each other; in place they are ordered by lanes, else by processors.
  int depthwise_bias(const LayerSettings& s, int group, unsigned used, int lane, int pass) {
    if (!s.biased) return 0;
    int index = 0;
    if (s.in_place) {
      index = 4 * s.bias_pointer + processors_per_group * pass + 4 * (lane % 4) + lane / 4;
    } else {
      const int first = group == first_bit(used) ? first_bit(s.processors) : 0;
      const int row = group == last_bit(used) ? last_bit(s.processors) - first + 1 : processors_per_group;
      index = s.bias_pointer + pass * row + lane - first;
    }
    if (index >= Chip.bias.entries) {
      fail(ChipProblem::bias_beyond, group, At::post_processing);
      return 0;
    }
    const int at = group * Chip.bias.entries + index;
    if (!state_.bias_written[at])
      fail(ChipProblem::never_written, Chip.bias.address(group) + 4 * static_cast<std::uint32_t>(index), 0);
    return state_.bias[at];
  }

  /// Stores a channel: in place in the lane of its processor, else packed, that of the k-th processor in lane k % 4.
  bool store_channel(const LayerSettings& s, int group, int k, int own_lane, int pass, const int* sums,
                     const int* doubts, const Frame& out) {
    const int lane = (s.in_place ? own_lane : k) % processors_per_instance;
    long long pointer = s.write_pointer + 1LL * (k / processors_per_instance) * s.slot_offset;
    if (s.in_place)
      pointer =
          data_place_of(Chip, s.write_pointer).word +
          (1LL * (group * instances_per_group + own_lane / processors_per_instance) << Chip.instance_pointer_shift);
    for (int x = 0; x < s.out_pixels(); ++x) {
      const long long offset =
          1LL * pass * s.channel_offset + 1LL * x * s.write_step * s.words_per_value() + (s.wide ? lane : 0);
      const OutputWord at = output_word(out, pointer, offset);
      if (at.word == nullptr) return false;
      store(at, static_cast<std::uint32_t>(s.wide ? sums[x] : finished(s, sums[x])), lane, s.wide, doubts[x] != 0);
    }
    return true;
  }

  bool store_step(const LayerSettings& s, int step, const int* sums, const int* doubts, const Frame& out) {
    const int pass = step / s.positions, position = step % s.positions;
    const int lane = position % processors_per_instance;
    const long long pointer = s.write_pointer + 1LL * (position / processors_per_instance) * s.block_offset;
    for (int x = 0; x < s.out_pixels(); ++x) {
      const long long offset =
          1LL * pass * s.channel_offset + 1LL * x * s.write_step * s.words_per_value() + (s.wide ? lane : 0);
      const OutputWord at = output_word(out, pointer, offset + holes_before(s, x));
      if (at.word == nullptr) return false;
      store(at, static_cast<std::uint32_t>(s.wide ? sums[x] : finished(s, sums[x])), lane, s.wide, doubts[x] != 0);
    }
    return true;
  }

  /// Words that stay free in front of a pixel (AI84 sheet, 3.2).
  static constexpr int holes_before(const LayerSettings& s, int pixel) {
    constexpr OutputHoles holes = Chip.output_holes;
    return Chip.leaves_holes(s.pool_height, s.stride) ? (pixel / holes.pixels + 1) * holes.words : 0;
  }

  // Weights and biases (sections 5 and 6.3) ---------------------------------------------------------------------------

  /// Counts holes in the output map, which have no value in the bias memory. Registers do not show holes: a step whose
  /// weights were never loaded is taken for one, unless it comes before the first step with weights and such
  /// lanes have values.
  struct BiasCounter {
    bool any_weight = false;  ///< some step's weights were there
    bool hole = false;        ///< the current step's are not
    int holes = 0;            ///< steps without weights behind the first with some
  };

  bool kernels_exist(const LayerSettings& s, ProcessorMap active, int step, BiasCounter& counter) {
    if (s.bypass) return true;
    int missing_processor = -1, missing_column = 0;
    bool found = false;
    for (int p = 0; p < all_processors; ++p) {
      if ((active >> p & 1) == 0) continue;
      for (int pass = 0; pass < s.passes; ++pass) {
        const KernelPlace place = kernel_place(s, Chip.weight_blocks, fans_out() ? step / groups : step, pass);
        const int last = (place.first_byte + s.taps() - 1) / bytes_per_kernel;
        if (last >= Chip.columns_of(p)) return fail(ChipProblem::weights_beyond, leader, weight_pointer);
        for (int column = place.first_byte / bytes_per_kernel; column <= last; ++column) {
          if (state_.weights_loaded[p * Chip.weights.entries + column])
            found = true;
          else if (missing_processor < 0 && !state_.weights_cleared[p / processors_per_group])
            missing_processor = p, missing_column = column;
        }
      }
    }
    counter.hole = !found;
    if (!found && (counter.any_weight || !Chip.lanes_have_bias)) ++counter.holes;
    counter.any_weight = counter.any_weight || found;
    if (found && missing_processor >= 0)
      fail(ChipProblem::never_written, Chip.weight_address(missing_processor, missing_column), 0);
    return true;
  }

  /// The bias of a step. That it is missing is no error if all weights are 0: the step may belong to no channel, at the
  /// end of a short last pass.
  int bias_of(const LayerSettings& leading, int step, const BiasCounter& counter, bool weighted) {
    if (counter.hole) return 0;
    for (int g = 0; g < groups; ++g) {
      if ((adding_groups(leading) >> g & 1u) == 0 || (fans_out() && g != step % groups)) continue;
      const LayerSettings s = decode(state_, g, layer_);
      if (!s.biased) continue;
      const int start = s.in_fours ? 4 * s.bias_pointer : s.bias_pointer;
      int index = start + (fans_out() ? step / groups : step - counter.holes);
      const bool dummy = !Chip.streaming_bias && !fans_out() && layer_ == first_layer() && streams(layer_);
      if (dummy) ++index;
      const int at = g * Chip.bias.entries + index;
      if (index >= Chip.bias.entries) {
        if (weighted) fail(ChipProblem::bias_beyond, g, At::post_processing);
        return 0;
      }
      if (weighted && !state_.bias_written[at])
        fail(ChipProblem::never_written, Chip.bias.address(g) + 4 * static_cast<std::uint32_t>(index), 0);
      return state_.bias[at];
    }
    return 0;
  }
};

}  // namespace incuse::max7800x
