// Proof that every layer reads what its sources wrote: the same channels, on the same processors, at the same offset
// and in the same order (placement sheet, sections 2 and 4). See verify.hpp.
#pragma once

#include <incuse/core/bits.hpp>
#include <incuse/max7800x/plan/memory_words.hpp>
#include <incuse/max7800x/plan/passes.hpp>
#include <incuse/max7800x/rules/proof.hpp>
#include <incuse/max7800x/verify/subject.hpp>

namespace incuse::max7800x::detail::proof {

/// `count` processors of a map, after the first `skipped` ones.
constexpr ProcessorMap part_of(ProcessorMap map, int skipped, int count) {
  ProcessorMap part = 0;
  for (int number = 0; map != 0 && number < skipped + count; ++number) {
    const ProcessorMap lowest = map & (~map + 1);
    if (number >= skipped) part |= lowest;
    map ^= lowest;
  }
  return part;
}

/// How the channels of a tensor lie in the words of a pixel: operand after operand, then pass after pass.
struct ChannelWords {
  int channels = 0;  ///< of one operand
  int operands = 1;
  Passes passes{};

  constexpr int count() const { return operands * passes.count; }
  constexpr int first_channel(int word) const { return word % operands * channels + word / operands * passes.channels; }
  constexpr int channels_in(int word) const {
    return min_of(passes.channels, channels - word / operands * passes.channels);
  }
  friend constexpr bool operator==(const ChannelWords& a, const ChannelWords& b) {
    if (a.operands * a.channels != b.operands * b.channels || a.count() != b.count()) return false;
    for (int word = 0; word < a.count(); ++word)
      if (a.first_channel(word) != b.first_channel(word) || a.channels_in(word) != b.channels_in(word)) return false;
    return true;
  }
  constexpr int all_channels() const { return operands * channels; }
};

template <int N>
struct ReadingProof : Subject<N> {
  using Subject<N>::blame;
  using Subject<N>::graph;
  using Subject<N>::name_of;
  using Subject<N>::plan;
  using Subject<N>::tensor_shape;

  /// The words of one source as a layer has to find them.
  struct Expected {
    ProcessorMap map;
    long long offset;
    long long count;       ///< words in each instance
    long long pixel_step;  ///< in words
    long long pass_step;
    ChannelWords words;      ///< of a pixel
    long long left_out = 0;  ///< bytes that the layer leaves out in front of what it reads
  };

  /// How a tensor's channels lie in the words of a pixel: the input as the first layer reads it.
  constexpr ChannelWords channel_words(int source) const {
    if (source == rolling_buffer) return {graph.buffer.channels, 1, plan.buffer.passes};
    if (source != network_input) return {graph[source].out.channels, 1, plan[source].out};
    return {graph[0].in.channels, graph[0].operands, plan[0].in};
  }

  constexpr void compare(int i, int source, const Expected& e) const {
    const bool input = source == network_input;
    const Text part = name_of(tensor_number(source));
    if (input && i == 0) {  // it is loaded as the first layer reads it, but without gaps
      if (plan[0].read_gap != 0) blame(rules::read_gap, 0, plan[0].read_gap, 0, "the source", part);
      return;
    }
    const bool kept = source == rolling_buffer;
    const LayerPlan& from = plan[source < 0 ? 0 : source];
    const ProcessorMap map = kept ? plan.buffer.processors : input ? from.processors : from.output_processors;
    const long long offset =
        kept ? word_aligned(plan.buffer.offset) : word_aligned(input ? from.in_offset : from.out_offset);
    const ChannelWords words = channel_words(source);
    const int passes = words.count();
    const long long gap = source < 0 ? 0 : from.write_gap;
    const bool in_chw = input && plan.input_format == DataFormat::chw;
    const long long bytes = in_chw ? 1 : source >= 0 && graph[source].wide ? 16 : 4;
    const long long count = pixels(input ? graph[0].in : tensor_shape(source)) * passes;
    if (words != e.words) {
      blame_channels(i, e.words, words, part);
    } else if (map != e.map) {
      blame(rules::read_processors, i, span_of(e.map), span_of(map), "the source", part);
    } else if (offset != e.offset) {
      blame_offset(i, e, offset, part);
    } else if (count != e.count || bytes != 4) {
      blame(rules::read_size, i, {4 * e.count, "bytes"}, {bytes * count, "bytes"}, "the source", part);
    } else if (count > 1) {
      // If all words are equally far apart, one distance has to agree; else that of passes and that of pixels.
      const bool in_sequence = e.pixel_step == e.pass_step * passes;
      const bool agrees = in_sequence ? gap + 1 == e.pass_step
                                      : (passes == 1 || gap + 1 == e.pass_step) &&
                                            (count == passes || passes * (gap + 1) == e.pixel_step);
      if (!agrees) blame(rules::read_gap, i, e.pass_step - 1, gap, "the source", part);
    }
  }

  /// What differs: the number of all channels; or if that is equal, how they are divided among words: into operands, or
  /// into passes.
  constexpr void blame_channels(int i, const ChannelWords& own, const ChannelWords& words, Text part) const {
    const auto blame_words = [&](Quantity needs, Quantity has, Text whose) {
      blame(rules::read_channels, i, needs, has, whose, part, narrower_passes(own, words));
    };
    if (own.all_channels() != words.all_channels())
      blame_words({own.all_channels(), "channels"}, {words.all_channels(), "channels"}, "the source");
    else if (own.operands > 1)
      blame_words({own.channels, "channels per operand"}, {words.passes.channels, "channels"}, "a pass of the source");
    else if (words.operands > 1)
      blame_words({own.channels, "channels in one operand"}, {words.channels, "channels"}, "an operand of layer 0");
    else
      blame_words({own.passes.channels, "channels per pass"}, {words.passes.channels, "channels per pass"},
                  "the source");
  }

  /// Passes as narrow as the operands that a tensor is split into, if a pass can be so narrow: then operands and passes
  /// are the same words.
  constexpr Advice narrower_passes(const ChannelWords& own, const ChannelWords& words) const {
    const ChannelWords& split = own.operands > 1 ? own : words;
    const int width = split.channels, now = this->options.processors_per_pass;
    const bool alike = own.all_channels() == words.all_channels() && own.operands != words.operands;
    const bool possible = width < now && width % processors_per_instance == 0 && width > 0;
    if (!alike || !possible || split.operands > this->device.max_input_passes) return {};
    return {.change = "the option processors_per_pass, on the command line --max-proc", .from = now, .to = width};
  }

  /// In the author's numbers: the layer's input offset is that of the first word that it reads, behind those left out.
  constexpr void blame_offset(int i, const Expected& e, long long offset, Text part) const {
    const long long own = word_aligned(plan[i].in_offset), right = own + offset - e.offset;
    const bool single = graph[i].sources.size == 1 && right >= 0;  // of several, another one would lie wrong then
    const Advice advice{.change = "in_offset", .from = own, .to = right};
    blame(rules::read_offset, i, e.offset + e.left_out, offset + e.left_out,
          e.left_out == 0 ? Text("the source") : Text("the source, without the rows left out,"), part,
          single ? advice : Advice{});
  }

  /// True if all sources have the same height and width: they are then read as one tensor with the channels of all of
  /// them. Others are read one behind the other.
  constexpr bool have_one_extent(const Sources& sources) const {
    for (int source : sources)
      if (tensor_shape(source).extent() != tensor_shape(sources[0]).extent()) return false;
    return true;
  }

  constexpr void check_input(int i) const {
    const Layer& layer = graph[i];
    const LayerPlan& placed = plan[i];
    const long long size = pixels(layer.in), passes = placed.in.count, operands = layer.operands;
    const long long apart = placed.read_gap + 1LL;
    const ChannelWords own{layer.in.channels, 1, placed.in};
    Expected e{placed.processors, word_aligned(placed.in_offset),
               size * passes,     passes * operands * apart,
               operands * apart,  own};
    const long long width = tensor_shape(layer.sources[0]).width;
    e.left_out = 4 * layer.crop_top * width * passes * operands * apart;
    e.offset -= e.left_out;
    const long long left_out = (layer.crop_top + layer.crop_bottom) * width;
    e.count += left_out * passes;
    if (layer.sources.size == 1) {
      e.words.operands = layer.operands;
      e.count = (size + left_out) * passes * operands;
      e.pass_step = apart;
      const int channels = tensor_shape(layer.sources[0]).channels, all = layer.operands * layer.in.channels;
      if (layer.operands > 1 && channels != all) {
        blame(rules::divided_source, i, {all, "channels"}, {channels, "channels"}, "the source",
              name_of(tensor_number(layer.sources[0])));
        e.words = channel_words(layer.sources[0]);  // reported already
        e.pixel_step = e.words.count() * apart;
      }
      return compare(i, layer.sources[0], e);
    }
    if (layer.operands == 1 && have_one_extent(layer.sources)) return check_joined(i);
    for (int source : layer.sources) {
      if (layer.operands == 1) e.count = pixels(tensor_shape(source)) * passes;
      compare(i, source, e);
      // The next operand's words lie between those of this one, the next image's behind them.
      e.offset += 4 * (layer.operands > 1 ? 1 : e.count);
    }
  }

  /// Sources whose channels the layer reads as one tensor's.
  constexpr void check_joined(int i) const {
    const Layer& layer = graph[i];
    const LayerPlan& placed = plan[i];
    const int width = max_of(placed.in.channels, 1);
    const long long row = tensor_shape(layer.sources[0]).width;  // pixels
    int before = 0, all = 0;                                     // channels of the sources in front, and of all
    for (int source : layer.sources) all += tensor_shape(source).channels;
    for (int source : layer.sources) {
      const int channels = tensor_shape(source).channels;
      if (all != layer.in.channels)
        return blame(rules::read_channels, i, {layer.in.channels, "channels"}, {all, "channels"}, "the source",
                     name_of(tensor_number(source)));
      // A source has to lie within one pass, or to fill whole passes.
      const bool within_one = before % width + channels <= width;
      const ChannelWords words{channels, 1,
                               within_one ? Passes{1, channels} : Passes{ceil_div(channels, width), width}};
      const bool whole = within_one || (before % width == 0 && (before + channels == all || channels % width == 0));
      if (!whole)
        blame(rules::read_channels, i, {width - before % width, "channels"}, {channels, "channels"}, "the source",
              name_of(tensor_number(source)));
      else
        compare(i, source,
                {part_of(placed.processors, before % width, min_of(channels, width)),
                 word_aligned(placed.in_offset) + 4 * (before / width - layer.crop_top * row * placed.in.count),
                 (pixels(layer.in) + (layer.crop_top + layer.crop_bottom) * row) * words.count(),
                 placed.in.count * (placed.read_gap + 1LL), placed.read_gap + 1LL, words,
                 4 * layer.crop_top * row * placed.in.count});
      before += channels;
    }
  }
};

}  // namespace incuse::max7800x::detail::proof
