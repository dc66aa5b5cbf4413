// Words of the data memories: which of them a tensor takes, and which ones a layer writes. Rules, proof and statistics
// use these, the planner does not. Spec: max7800x-placement, section 5; max7800x-datapath, section 6.
#pragma once

#include <incuse/max7800x/plan/conversion.hpp>
#include <incuse/max7800x/plan/plan_types.hpp>

namespace incuse::max7800x {

/// Instances that a map touches, one bit each.
constexpr unsigned blocks_with(ProcessorMap map) {
  unsigned blocks = 0;
  for (int b = 0; map != 0; ++b, map >>= processors_per_instance)
    if ((map & 0xf) != 0) blocks |= 1u << b;
  return blocks;
}

/// Words in every instance of `blocks` (one bit each): `count` runs of `run` bytes that start `step` bytes apart.
struct Words {
  unsigned blocks = 0;
  long long first = 0;  ///< byte within the instance
  long long count = 0;
  long long run = 4;
  long long step = 4;
  long long missing = 0;  ///< bytes by which runs are shorter in the highest instance

  constexpr unsigned highest() const { return blocks == 0 ? 0 : 1u << last_bit(blocks); }
  /// End of the last run, in the instance where it is longest.
  constexpr long long end() const {
    return count == 0 ? first : first + (count - 1) * step + run - (blocks == highest() ? missing : 0);
  }
  /// The same words as seen in one instance, or in several that have equal runs.
  constexpr Words in(unsigned some) const {
    return {blocks & some, first, count, run - (some == highest() ? missing : 0), step};
  }
  constexpr bool meets(const Words& other) const {
    const unsigned shared = blocks & other.blocks;
    if (shared == 0 || first >= other.end() || other.first >= end()) return false;
    if (missing == 0 && other.missing == 0) return in(shared).runs_meet(other.in(shared));
    for (unsigned left = shared; left != 0; left &= left - 1)
      if (const unsigned block = left & (~left + 1); in(block).runs_meet(other.in(block))) return true;
    return false;
  }

 private:
  /// Whether any run contains one of the bytes `begin` to `behind` - 1.
  constexpr bool run_meets(long long begin, long long behind) const {
    if (count == 0 || behind <= first) return false;
    const long long number = (behind - 1 - first) / step;  // of the last run that begins in front of `behind`
    return first + (number < count ? number : count - 1) * step + run > begin;
  }
  constexpr bool is_one_run() const { return run == step || count == 1; }
  constexpr bool runs_meet(const Words& other) const {
    if (is_one_run()) return other.run_meets(first, first + (count - 1) * step + run);
    if (other.is_one_run()) return run_meets(other.first, other.first + (other.count - 1) * other.step + other.run);
    // The position of a run relative to the other's runs repeats after at most other.step / 4 runs: it is enough to
    // check so many, and the ones at the end.
    const long long from = floor_div(other.first - run - first, step), to = floor_div(other.end() - first, step);
    const long long begin = from < 0 ? 0 : from, last = to < count ? to : count - 1;
    const long long period = other.step / 4 + 1;
    const auto meets_at = [&](long long n) { return other.run_meets(first + n * step, first + n * step + run); };
    for (long long n = begin; n <= last && n <= begin + period; ++n)
      if (meets_at(n)) return true;
    return last >= 1 && (meets_at(last) || meets_at(last - 1));
  }
};

/// The words of an output with holes: runs of pixels, the last of which may be longer than the output.
constexpr Words words_between_holes(Words words, const OutputHoles& holes) {
  words.first += 4LL * holes.words;
  words.count = (words.count + holes.pixels - 1) / holes.pixels;
  words.run = 4LL * holes.pixels;
  words.step = words.run + 4LL * holes.words;
  return words;
}

/// Words that hold a layer's output. Those of the last of several passes may be unused in some instances.
constexpr Words output_words(const Layer& layer, const LayerPlan& placed) {
  Words words{blocks_with(placed.output_processors), word_aligned(placed.out_offset)};
  words.count = layer.out.all_pixels() * placed.out.count;
  if (layer.wide && placed.output_processors != 0) {
    words.run = 16;
    words.missing = 4 * (3 - last_bit(placed.output_processors) % 4);
    // In a single instance a run begins with the first lane in use, in several with lane 0.
    const int before = words.blocks == words.highest() ? 4 * (first_bit(placed.output_processors) % 4) : 0;
    words.first += before;
    words.run -= before;
  }
  words.step = (layer.wide ? 16LL : 4LL) * (placed.write_gap + 1LL);
  return placed.holes.words == 0 ? words : words_between_holes(words, placed.holes);
}

/// Bytes that are kept for a layer's output from its offset on, without gaps, as the vendor's tool counts: four words
/// for every four 32-bit channels, and the words that a folded convolution writes behind its output.
constexpr long long reserved_bytes(const Layer& layer, const LayerPlan& placed) {
  const long long pixels = layer.out.all_pixels() + surplus_output_pixels(layer);
  return pixels * placed.out.count * (layer.wide ? 16 : 4);
}

/// The words that are kept for a layer's output, including those that a folded convolution writes in front of the
/// offset. A layer writes no others, unless its output map has holes.
constexpr Words reserved_words(const Layer& layer, const LayerPlan& placed) {
  Words words{blocks_with(placed.output_processors), word_aligned(placed.out_offset)};
  words.first -= ignored_output_bytes(layer, placed.out.count, placed.write_gap);
  words.run = layer.wide ? 16 : 4;
  words.count = reserved_bytes(layer, placed) / words.run + 1LL * ignored_output_pixels(layer) * placed.out.count;
  words.step = words.run * (placed.write_gap + 1LL);
  return words;
}

/// Words that a layer writes: those of its output, and others whose values mean nothing.
using WrittenWords = BoundedList<Words, 2>;

namespace detail {

/// Layers without weights: the processors of each group are packed from the first output processor's instance on
/// (datapath page, 6.2).
constexpr unsigned packed_blocks(const LayerPlan& placed) {
  unsigned blocks = 0;
  for (int g = 0; g < groups; ++g) {
    const int used = bit_count(group_part(placed.processors, g));
    const unsigned outputs = group_part(placed.output_processors, g);
    const int first = 4 * g + (outputs == 0 ? 0 : first_bit(outputs) / processors_per_instance);
    for (int b = 0; b < ceil_div(used, processors_per_instance); ++b)
      if (first + b < instances) blocks |= 1u << (first + b);
  }
  return blocks;
}

/// Positions of each output pass that a convolution computes, from lane 0 of the first output processor's instance up
/// to the last output processor: also those where the map has a hole (datapath page, 5 and 6.1).
constexpr int output_positions(ProcessorMap outputs) {
  return outputs == 0 ? 0
                      : last_bit(outputs) - first_bit(outputs) / processors_per_instance * processors_per_instance + 1;
}

/// Positions of all passes together; a flatten layer stops after its last channel (memory sheet, 5.2), one that
/// computes four at a time after its last pass.
constexpr int output_steps(const Layer& layer, const LayerPlan& placed) {
  const int positions = output_positions(placed.output_processors), whole = positions * placed.out.count;
  const int values = placed.in.count * (layer.flatten ? layer.pooled.pixels() : 1);
  if (placed.fans_out || placed.kernels.count <= 0 || values <= 0) return whole;
  const int steps = placed.kernels.count / values;
  return placed.parallel_outputs && positions > 0 ? steps / positions * positions : steps;
}

/// What a convolution writes of `words`, those of all its output passes, each of `pixels`: the complete passes, and the
/// rest of the last one.
constexpr WrittenWords words_of_passes(const Layer& layer, const LayerPlan& placed, Words words, int pixels) {
  WrittenWords written;
  if (placed.holes.words > 0) words = words_between_holes(words, placed.holes);
  const int passes = placed.out.count;
  const int positions = output_positions(placed.output_processors), steps = output_steps(layer, placed);
  if (positions == 0) return written;
  const int complete = min_of(steps / positions, passes), left = steps - complete * positions;
  const int first_block = first_bit(placed.output_processors) / processors_per_instance;
  const auto blocks_of_positions = [&](int count) {
    return ((1u << ceil_div(min_of(count, positions), processors_per_instance)) - 1) << first_block;
  };
  words.blocks = blocks_of_positions(positions);
  words.count -= 1LL * (passes - complete);
  if (complete > 0) written.push(words);
  if (left > 0) {  // in the pass behind the last complete one
    Words more = words;
    more.blocks = blocks_of_positions(left);
    more.first += complete * words.step;
    more.step = passes * words.step;
    more.count = pixels;
    if (layer.wide) more.missing = 4LL * ((4 - left % 4) % 4);
    if (left > positions) more.run += (left - 1) / positions * words.step, more.missing = 0;
    written.push(more);
  }
  return written;
}

}  // namespace detail

/// Words that a layer writes, in at most two parts: the complete output passes, and the rest of the last one.
constexpr WrittenWords written_words(const Layer& layer, const LayerPlan& placed) {
  Words words = output_words(layer, placed);
  words.first = word_aligned(placed.out_offset) - ignored_output_bytes(layer, placed.out.count, placed.write_gap);
  words.run = layer.wide ? 16 : 4;
  const int pixels = folds_rows(layer) ? round_up(layer.in.height, layer.dilation.height) : layer.out.pixels();
  words.count = 1LL * pixels * placed.out.count;
  if (layer.weighted() && layer.groups <= 1) return detail::words_of_passes(layer, placed, words, pixels);
  // In depth-wise layers every processor writes its own channels of all passes.
  words.blocks = layer.weighted() ? blocks_with(placed.output_processors) : detail::packed_blocks(placed);
  WrittenWords written;
  written.push(words);
  return written;
}

/// The word that the hardware writes when it resets itself in front of a layer (register sheet, 6): in the first group
/// that is in use, where that layer's own writing starts. If a layer without weights writes nothing to that group, it
/// is in the first instance; in front of a depth-wise layer that begins in another group and moves its output, it is
/// the first word of the data memory.
constexpr Words reset_words(const Layer& layer, const LayerPlan& placed, int first_group, bool vendor_stream) {
  const long long first =
      word_aligned(placed.out_offset) - ignored_output_bytes(layer, placed.out.count, placed.write_gap, vendor_stream);
  const auto lowest_block = [](ProcessorMap map) {
    return map == 0 ? 1u : 1u << first_bit(map) / processors_per_instance;
  };
  const bool moves = layer.groups > 1 && !placed.in_place();
  if (moves && group_part(placed.processors, first_group) == 0) return {1, 0, 1};
  const ProcessorMap here = placed.output_processors & ProcessorMap{0xffff} << processors_per_group * first_group;
  return {lowest_block(layer.weighted() ? placed.output_processors : here), first, 1};
}

}  // namespace incuse::max7800x
