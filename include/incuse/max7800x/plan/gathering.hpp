// How the tensors that one layer reads have to lie relative to each other. Spec: max7800x-placement, section 4.
#pragma once

#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/plan/conversion.hpp>
#include <incuse/max7800x/plan/plan_types.hpp>

namespace incuse::max7800x {

/// What a layer makes of its sources: it reads one as it is, combines several element by element, or reads them one
/// behind the other, as further channels or as further pixels.
enum class Gathering : unsigned char { none, operands, channels, pixels };

/// How a layer reads its sources. Concatenated sources are channels if their channels add up to the layer's.
template <int N>
constexpr Gathering gathering_of(const Graph<N>& graph, const Layer& layer) {
  if (layer.sources.size < 2) return Gathering::none;
  if (layer.operands > 1) return Gathering::operands;
  int channels = 0;
  for (int source : layer.sources) channels += source_shape(graph, source).channels;
  return channels == layer.in.channels ? Gathering::channels : Gathering::pixels;
}

/// Where one source of a layer lies, seen from where the layer starts to read.
struct Member {
  int processors = 0;    ///< from the layer's first processor to the source's
  int bytes = 0;         ///< from the layer's input offset to the source's
  int gap = 0;           ///< words left free between two words of the source, for the other members
  bool possible = true;  ///< false: the source cannot lie where the layer reads it
};

/// Place of a source with `channels` channels among those that a layer reads as one tensor. `before`: channels of the
/// sources in front; `aligned`: the same, each rounded up to whole blocks of 4 processors. If one pass reads all
/// channels, sources lie side by side on the processors, else also in the words of successive passes.
constexpr Member channel_member(int channels, int before, int aligned, Passes reads) {
  Member member;
  member.gap = reads.count - 1;
  if (reads.count == 1) {
    member.processors = aligned;
    member.possible = aligned + channels <= all_processors;
  } else {
    // The gaps between a source's words are all equal, so it has one word per pixel: it must lie within one pass.
    member.processors = before % reads.channels;
    member.bytes = 4 * (before / reads.channels);
    member.possible = before % processors_per_instance == 0 && before % reads.channels + channels <= reads.channels;
  }
  return member;
}

inline constexpr int no_place = 1 << 28;  ///< more bytes than any instance has

/// The place of source `number` of a layer that has several.
template <int N>
constexpr Member member_of(const Graph<N>& graph, const Layer& layer, int number, const Options& options) {
  const Gathering gathering = gathering_of(graph, layer);
  if (gathering == Gathering::channels) {
    int before = 0, aligned = 0;
    for (int k = 0; k < number; ++k) {
      const int channels = source_shape(graph, layer.sources[k]).channels;
      before += channels;
      aligned += round_up(channels, processors_per_instance);
    }
    return channel_member(source_shape(graph, layer.sources[number]).channels, before, aligned,
                          passes_of(layer.in.channels, options.processors_per_pass));
  }
  Member member;
  if (gathering == Gathering::operands) {
    member.bytes = 4 * number;
    member.gap = layer.operands - 1;
  } else if (gathering == Gathering::pixels) {
    const int passes = passes_of(layer.in.channels, options.processors_per_pass).count;
    long long bytes = 0;
    for (int k = 0; k < number; ++k) bytes += 4LL * passes * source_shape(graph, layer.sources[k]).pixels();
    member.bytes = bytes < no_place ? static_cast<int>(bytes) : no_place;
  }
  return member;
}

/// Bytes in front of those that a layer reads: its sources' rows that it crops.
template <int N>
constexpr int cropped_bytes(const Graph<N>& graph, const Layer& layer, const Options& options) {
  if (layer.crop_top == 0) return 0;
  const int pixels = layer.crop_top * source_shape(graph, layer.sources[0]).width;
  return 4 * pixels * passes_of(layer.in.channels, options.processors_per_pass).count * layer.operands;
}

}  // namespace incuse::max7800x
