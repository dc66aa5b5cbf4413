// Proof that the weights and biases of a plan lie where they fit, and share their places with nothing else (memory
// sheet, sections 5 and 6). See verify.hpp.
#pragma once

#include <incuse/core/bits.hpp>
#include <incuse/max7800x/plan/allocation.hpp>
#include <incuse/max7800x/plan/columns.hpp>
#include <incuse/max7800x/rules/proof.hpp>
#include <incuse/max7800x/verify/subject.hpp>

namespace incuse::max7800x::detail::proof {

template <int N>
struct ParameterProof : Subject<N> {
  using Subject<N>::blame;
  using Subject<N>::device;
  using Subject<N>::graph;
  using Subject<N>::lenient;
  using Subject<N>::name_of;
  using Subject<N>::plan;

  /// Columns that a layer writes in some of its processors. The first and the last of these are enough: those between
  /// write the columns of one of them, or fewer. With fan-out every group writes other columns, so all are looked at.
  constexpr ColumnSet written_in(int i, ProcessorMap map) const {
    const KernelColumns& kernels = plan[i].kernels;
    if (map == 0) return {};
    if (!lenient && kernels.block_columns > 0) return kernels.places_of(kernels.written, device.weight_blocks);
    if (kernels.even()) return kernels.written;
    const ProcessorMap all = plan[i].processors;
    const int first = channel_of(all, first_bit(map)), last = channel_of(all, last_bit(map));
    ColumnSet columns = kernels.written_by(first);
    columns.add(kernels.written_by(last));
    for (int n = first + 1; kernels.fanned_processors > 0 && n < last; ++n) columns.add(kernels.written_by(n));
    return columns;
  }

  /// True if an earlier layer with the same weights owns the columns that layer i reads.
  constexpr bool shares_columns(int i) const {
    const int twin = graph[i].same_weights_as;  // the first layer with these weights
    for (int j = 0; j < i; ++j)
      if ((j == twin || (twin >= 0 && graph[j].same_weights_as == twin)) && plan[j].kernels.owned &&
          plan[j].processors == plan[i].processors && plan[j].kernels.offset == plan[i].kernels.offset)
        return true;
    return false;
  }

  /// True if columns lie in one RAM block, as those of a depth-wise layer have to (device sheet, 5).
  constexpr bool in_one_block(const ColumnSet& columns) const {
    const int last = columns.end() - 1, first = columns.next(0, last);
    const int block = device.weight_blocks.size_at(max_of(last, 0));
    return last < 0 || first / block == last / block;
  }

  constexpr void check_weights(int i) const {
    const Layer& layer = graph[i];
    const LayerPlan& placed = plan[i];
    if (!layer.has_weights()) return;
    const KernelColumns& own = placed.kernels;
    if (!own.owned) {
      if (!shares_columns(i)) blame(rules::weights_outside, i, {}, {}, {});
      return;
    }
    const ColumnSet written = written_in(i, placed.processors);
    const long long outputs = layer.groups > 1 ? 1 : layer.out.channels;
    const long long per_processor =
        outputs * placed.in.count * (layer.flatten ? pixels(layer.pooled) : layer.kernel.area());
    const int sharers = own.fanned_processors > 0 ? groups : 1;
    const long long least =
        (per_processor * layer.weight_bits + bits_per_column * sharers - 1) / (bits_per_column * sharers);
    const int columns = device.columns_of_all(placed.processors);
    if (written.count() < least || own.offset < 0)
      blame(rules::weights_outside, i, {least, "columns"}, {own.offset < 0 ? 0 : written.count(), "columns"},
            "the plan");
    else if (own.offset % 4 != 0)
      blame(rules::weights_outside, i, {own.offset, "columns"}, {own.offset / 4 * 4, "columns"},
            "the multiple of 4 below");
    else if (written.end() > columns)
      blame(rules::weights_outside, i, {written.end(), "columns"}, {columns, "columns"}, {});
    else if (!lenient && layer.groups > 1 && own.block_columns == 0 && !in_one_block(written))
      blame(rules::weights_outside, i, {}, {}, {}, "more than one RAM block");
    // Layers mostly lie one behind the other: words in front of the first column are not looked at again and again.
    const int first_word = written.next(0, 64 * written.used) / 64;
    for (int j = 0; j < i; ++j) {
      const ProcessorMap shared = plan[j].processors & placed.processors;
      if (!plan[j].kernels.owned || shared == 0) continue;
      const ColumnSet own_part = shared == placed.processors ? written : written_in(i, shared);
      const ColumnSet other = written_in(j, shared);
      for (int w = first_word; w < min_of(own_part.used, other.used); ++w)
        if ((own_part.words[w] & other.words[w]) != 0) {
          blame(rules::weights_overlap, i, {}, {}, {}, name_of(tensor_number(j)));
          break;
        }
    }
  }

  struct Slots {
    long long begin = 0;
    long long end = 0;  ///< not greater than `begin`: no values

    constexpr bool meets(const Slots& other) const {
      return (begin > other.begin ? begin : other.begin) < (end < other.end ? end : other.end);
    }
  };

  /// Bias values of a layer in one group: all in the group of the layer, or with fan-out every fourth in each of them.
  constexpr Slots bias_slots(int i, int group) const {
    const LayerPlan& placed = plan[i];
    const bool leads = placed.output_processors != 0 && placed.lanes_have_bias;
    const int lanes = leads ? first_bit(placed.output_processors) % 4 : 0;
    const long long values = graph[i].out.channels + lanes;
    if (!graph[i].bias) return {};
    if (graph[i].groups > 1) {
      const int length = depthwise_bias(graph[i], placed).length[group];
      return {placed.bias_offset_in[group], length > 0 ? placed.bias_offset_in[group] + length : -1};
    }
    if (placed.fans_out)
      return {placed.bias_offset_in[group], placed.bias_offset_in[group] + (values - group + groups - 1) / groups};
    if (placed.bias_group != group) return {};
    return {placed.bias_offset, placed.bias_offset + values};
  }

  constexpr void check_bias(int i) const {
    if (!graph[i].bias) return;
    long long values = 0;
    for (int g = 0; g < groups; ++g) {
      const Slots own = bias_slots(i, g);
      if (graph[i].groups > 1 && group_part(plan[i].processors, g) == 0) continue;
      values += own.end - own.begin;
      if (own.begin < 0 || own.end > device.bias_values)
        return blame(rules::bias_outside, i, {own.end, "values"}, {device.bias_values, "values"}, {});
    }
    if (values < graph[i].out.channels)
      return blame(rules::bias_outside, i, {graph[i].out.channels, "values"}, {values, "values"}, "the plan");
    for (int j = 0; j < i; ++j)
      for (int g = 0; g < groups; ++g) {
        const Slots own = bias_slots(i, g), other = bias_slots(j, g);
        const bool shared = graph[i].same_bias_as >= 0 && own.begin == other.begin;
        if (!shared && own.meets(other)) return blame(rules::bias_overlap, i, {}, {}, {}, name_of(tensor_number(j)));
      }
  }
};

}  // namespace incuse::max7800x::detail::proof
