// Allocation of the weight and bias memories. Spec: max7800x-memory, sections 5 and 6.
#pragma once

#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/plan/conversion.hpp>
#include <incuse/max7800x/plan/plan_types.hpp>
#include <incuse/max7800x/plan/vendor_kernels.hpp>

namespace incuse::max7800x {

/// How the kernels of a layer lie in the columns; `hardware` is the layer as the hardware executes it.
constexpr KernelShape kernel_shape(const Layer& hardware, const LayerPlan& placed) {
  return kernel_shape(hardware, placed.in, placed.out, placed.output_processors, placed.fans_out ? groups : 1,
                      placed.parallel_outputs ? 4 : 1);
}
template <int N>
constexpr KernelShape kernel_shape(const Graph<N>& graph, const Plan<N>& plan, int index) {
  return kernel_shape(hardware_layer(graph, index), plan[index]);
}

// Weight memory -------------------------------------------------------------------------------------------------------

/// Columns that a layer occupies in some of its processors, including the unwritten ones of holes in the output map, to
/// which the vendor's tool assigns other layers. That tool does not look at where columns lie that are dealt out to
/// blocks.
constexpr ColumnSet occupied_columns(const LayerPlan& placed, ProcessorMap shared, bool vendor_stream,
                                     const WeightBlocks& blocks) {
  const KernelColumns& kernels = placed.kernels;
  ColumnSet occupied{};
  if (!vendor_stream && kernels.block_columns > 0) return kernels.places_of(kernels.written, blocks);
  if (kernels.even()) {
    if (vendor_stream) return kernels.written;
    occupied.add_range(kernels.offset, kernels.length);
    return occupied;
  }
  // With vendor_stream every processor writes the columns of the one before, and perhaps more. Those that lack a
  // channel in the last pass write other columns, so the first processor counts, too. With fan-out every group has
  // columns of its own.
  const int first = channel_of(placed.processors, first_bit(shared));
  const int last = channel_of(placed.processors, last_bit(shared));
  occupied.add(kernels.written_by(last));
  if (kernels.shorter_from > first) occupied.add(kernels.written_by(first));
  for (int n = first; kernels.fanned_processors > 0 && n < last; ++n) occupied.add(kernels.written_by(n));
  return occupied;
}

/// Columns that are occupied in any processor of `map`, by layers that are allocated already.
template <int N>
constexpr ColumnSet occupied_columns(const Plan<N>& plan, ProcessorMap map, const Device& device) {
  ColumnSet occupied{};
  for (int i = 0; i < plan.size; ++i) {
    const ProcessorMap shared = plan[i].processors & map;
    if (shared == 0 || !plan[i].kernels.owned || plan[i].kernels.offset < 0) continue;
    occupied.add(occupied_columns(plan[i], shared, plan.vendor_stream, device.weight_blocks));
  }
  return occupied;
}

/// True if identical weights of two layers need identical columns: both have the same kernel in the hardware, and it
/// lies in the same places, which depend on the output map. The vendor's tool does not look at that map.
template <int N>
constexpr bool stored_alike(const Graph<N>& graph, const Plan<N>& plan, int a, int b) {
  const Layer first = hardware_layer(graph, a), second = hardware_layer(graph, b);
  if (first.kernel != second.kernel) return false;
  return plan.vendor_stream || kernel_shape(first, plan[a]) == kernel_shape(second, plan[b]);
}

/// The earlier layer whose columns layer `index` can share: identical weights on the same processors. -1: none.
template <int N>
constexpr int column_owner(const Graph<N>& graph, const Plan<N>& plan, int index) {
  const int first = graph[index].same_weights_as;  // the first layer with these weights
  if (first < 0 || graph[index].bypass) return -1;
  for (int i = first; i < index; ++i) {
    const bool same_weights = i == first || graph[i].same_weights_as == first;
    if (same_weights && plan[i].processors == plan[index].processors && stored_alike(graph, plan, i, index)) return i;
  }
  return -1;
}

/// How many columns a layer gets. `least`: those of its kernels. `like_the_vendor`: also the columns of zeros that the
/// vendor's tool loads behind them. The chip does not read these, but the tables are equal to the vendor's.
enum class ColumnUse : unsigned char { like_the_vendor, least };

/// True if a layer's columns have to lie in one RAM block: each processor reads its own kernels only.
constexpr bool stays_in_block(const KernelShape& shape) { return shape.depthwise; }

/// The highest place for a layer in the columns that only the first processors of groups have (section 5.3); -1: none.
constexpr int highest_place(const ColumnSet& occupied, int length, bool in_block, const Device& device) {
  for (int last = device.first_processor_columns - 1; last - length + 1 >= 0;) {
    if (occupied.contains(last)) {
      last -= 4;
      continue;
    }
    const int block = device.weight_blocks.size_at(last);
    if (in_block && (last - 1) / block != (last - length) / block) {
      last = last / block * block;
      if ((last - 1) / block != (last - length) / block) return -1;
    }
    const int start = (last - length + 1) / 4 * 4;  // layers begin at a multiple of 4
    const int end_block = (start + length - 1) / block;
    if (in_block && start / block != end_block) {  // the vendor's test above looks one column too low
      last = end_block * block - 1;
      continue;
    }
    int conflict = last;
    while (conflict >= start && !occupied.contains(conflict)) --conflict;
    if (conflict < start) return start;
    last = (conflict - 1) / 4 * 4;
  }
  return -1;
}

/// The lowest place at which a layer's columns lie in one RAM block; -1: there is none.
constexpr int place_in_block(const ColumnSet& occupied, int length, int end, const WeightBlocks& blocks) {
  for (int start = 0; start + length <= end;) {
    const int obstacle = occupied.next(start, start + length);
    if (obstacle != start + length) {
      start = round_up(occupied.next_absent(obstacle, end), 4);
      continue;
    }
    const int block = blocks.size_at(start);
    if (start / block == (start + length - 1) / block) return start;
    if (length > block) return -1;
    start = round_up(start + 1, block);
  }
  return -1;
}

/// The lowest column of a RAM block from which on so many are free in several blocks; -1: there is none.
constexpr int place_in_blocks(const ColumnSet& occupied, int columns, int count, const WeightBlocks& blocks) {
  ColumnSet taken{};
  for (int block = 0; block < count; ++block)
    for (int column = 0; column < blocks.columns; ++column)
      if (occupied.contains(block * blocks.columns + column)) taken.add(column);
  return taken.first_gap(columns, blocks.columns);
}

/// First column for a layer; -1: it does not fit. Layers of the first processors only begin at the top.
constexpr int place_for(const ColumnSet& occupied, const KernelShape& shape, int length, ProcessorMap map,
                        bool changes_to_fours, const Device& device) {
  const bool in_block = stays_in_block(shape);
  const bool from_the_top = device.first_processor_columns > device.weight_columns && Device::are_first(map) &&
                            !changes_to_fours && (!in_block || length <= device.weight_blocks.small_columns);
  if (from_the_top)
    if (const int place = highest_place(occupied, length, in_block, device); place >= 0) return place;
  const int end = device.columns_of_all(map);
  const int place =
      in_block ? place_in_block(occupied, length, end, device.weight_blocks) : occupied.first_gap(length, end);
  return changes_to_fours && place >= 0 ? 4 * place : place;
}

/// First column of a layer in the vendor's tables for parts where columns are stacked: behind the columns that earlier
/// layers have in any of its processors, without what is left out in front of its first output lane, and a multiple of
/// 4. -1: it does not fit.
template <int N>
constexpr int stacked_place(const Plan<N>& plan, int index, const KernelColumns& columns, const Device& device) {
  const LayerPlan& placed = plan[index];
  int top = 0;
  for (int i = 0; i < index; ++i) {
    const LayerPlan& below = plan[i];
    if ((below.processors & placed.processors) != 0 && below.kernels.owned && below.kernels.offset >= 0)
      top = max_of(top, below.kernels.offset + below.kernels.length);
  }
  const int place = round_up(max_of(0, top - start_lane(placed.output_processors)), 4);
  return place + columns.length <= device.weight_columns ? place : -1;
}

/// First fit for one layer. One that does not fit keeps its length and gets offset -1.
template <int N>
constexpr void place_columns(const Graph<N>& graph, int index, const Device& device, const Options& options,
                             ColumnUse use, Plan<N>& plan) {
  LayerPlan& placed = plan[index];
  const KernelShape shape = kernel_shape(graph, plan, index);
  if (plan.vendor_stream && device.vendor_allocation == VendorAllocation::stack) {
    placed.kernels = kernel_columns(shape);
    placed.kernels.place(stacked_place(plan, index, placed.kernels, device));
    return;
  }
  KernelColumns columns = plan.vendor_stream ? vendor::kernel_columns(shape) : kernel_columns(shape);
  if (use == ColumnUse::like_the_vendor && !plan.vendor_stream && shape.blocks == 1)
    columns.pad(vendor::loaded_columns(shape));
  if (placed.fans_out) columns.fanned_processors = bit_count(placed.input_map());
  ColumnSet occupied = occupied_columns(plan, placed.processors, device);
  occupied.add_range(0, round_up(options.first_weight_column, 4));
  if (placed.parallel_outputs && !plan.vendor_stream) {
    const int place = place_in_blocks(occupied, columns.block_columns, shape.blocks, device.weight_blocks);
    columns.place(place < 0 ? place : 4 * place);
    placed.kernels = columns;
    return;
  }
  const bool changes_to_fours = index > 0 && placed.parallel_outputs && !plan[index - 1].parallel_outputs;
  columns.place(place_for(occupied, shape, columns.length, placed.processors, changes_to_fours, device));
  placed.kernels = columns;
}

/// Lets layer `index` use the columns of layer `owner`.
template <int N>
constexpr void share_columns(const Graph<N>& graph, int owner, int index, Plan<N>& plan) {
  plan[index].kernels = plan[owner].kernels;
  plan[index].kernels.owned = false;
  // With vendor_stream the two layers may have different output processors, and so count other positions.
  plan[index].kernels.positions = kernel_shape(graph, plan, index).positions;
}

/// What the registers count of a layer without stored weights: the kernels that it would have. The vendor's tool counts
/// its output channels instead, which is the same for one pass without holes.
template <int N>
constexpr KernelColumns bypassed_kernels(const Graph<N>& graph, const Plan<N>& plan, int index) {
  const KernelShape shape = kernel_shape(graph, plan, index);
  KernelColumns kernels;
  kernels.positions = shape.positions;
  if (plan.vendor_stream) {
    kernels.count = kernels.outputs = graph[index].out.channels / graph[index].groups;
    return kernels;
  }
  const KernelColumns stored = kernel_lengths(shape);
  kernels.count = stored.count;
  kernels.outputs = stored.outputs;
  return kernels;
}

/// First fit, layer by layer; identical weights on the same processors are stored once (memory sheet, sections 5.3,
/// 5.8).
template <int N>
constexpr void allocate_columns(const Graph<N>& graph, const Device& device, const Options& options, ColumnUse use,
                                Plan<N>& plan) {
  for (int i = 0; i < graph.size; ++i) plan[i].kernels = {};
  for (int i = 0; i < graph.size; ++i) {
    if (!graph[i].weighted()) continue;
    if (graph[i].bypass) {
      plan[i].kernels = bypassed_kernels(graph, plan, i);
      continue;
    }
    const int owner = column_owner(graph, plan, i);
    if (owner < 0)
      place_columns(graph, i, device, options, use, plan);
    else
      share_columns(graph, owner, i, plan);
  }
}

/// True if every layer has found its columns.
template <int N>
constexpr bool columns_fit(const Plan<N>& plan) {
  for (int i = 0; i < plan.size; ++i)
    if (plan[i].kernels.offset < 0) return false;
  return true;
}

/// Searches for an order in which layers take their columns so that all of them fit, for networks that do not fit in
/// the order of the layers. A layer is a rectangle, columns by processors, placed as low as the earlier ones in the
/// order allow. The layers with most processors come first; those that find no place are moved to the front, up to 8
/// times. If that fails, the same begins anew with the rectangles of the largest area first.
template <int N>
struct ColumnOrder {
  struct Item {
    int layer = 0;
    ProcessorMap map = 0;
    int columns = 0;
    int place = -1;  ///< first column; -1: none was left
  };

  int first;  ///< first column of the weight memory that layers may take …
  int end;    ///< … and the one behind the last
  BoundedList<Item, N> items{};

  constexpr void add(int layer, ProcessorMap map, const KernelColumns& kernels) {
    const int most = kernels.used + (bit_count(map) - 1) * kernels.growth;
    items.push(
        {layer, map, round_up(kernels.fanned_processors > 0 ? kernels.length : max_of(kernels.length, most), 4)});
  }

  /// Looks for an order. False if none was found.
  constexpr bool search() {
    sort([](const Item& item) { return bit_count(item.map); });
    if (repeat()) return true;
    sort([](const Item& item) { return bit_count(item.map) * item.columns; });
    return repeat();
  }

 private:
  static constexpr int repetitions = 8;

  /// Sorts by size, the greatest first; items of equal size keep their order.
  template <class Size>
  constexpr void sort(Size&& size) {
    for (int i = 1; i < items.size; ++i)
      for (int k = i; k > 0 && size(items[k]) > size(items[k - 1]); --k) swap(items[k], items[k - 1]);
  }
  static constexpr void swap(Item& a, Item& b) {
    const Item other = a;
    a = b;
    b = other;
  }

  constexpr bool repeat() {
    for (int n = 0; n < repetitions; ++n)
      if (place_all() || !advance_the_homeless()) break;
    return place_all();
  }

  constexpr bool place_all() {
    bool all = true;
    for (int i = 0; i < items.size; ++i) {
      items[i].place = lowest_place(i);
      all = all && items[i].place >= 0;
    }
    return all;
  }

  /// The lowest column at which an item overlaps none of the earlier ones in the order; -1: there is none.
  constexpr int lowest_place(int index) const {
    const Item& own = items[index];
    int place = round_up(first, 4);
    for (bool moved = true; moved;) {
      moved = false;
      for (int i = 0; i < index; ++i) {
        const Item& other = items[i];
        if (other.place < 0 || (other.map & own.map) == 0) continue;
        if (place >= other.place + other.columns || place + own.columns <= other.place) continue;
        place = other.place + other.columns;
        moved = true;
      }
    }
    return place + own.columns <= end ? place : -1;
  }

  /// Moves the items without a place to the front of the order. False if they are there already.
  constexpr bool advance_the_homeless() {
    bool changed = false;
    for (int i = 0, front = 0; i < items.size; ++i) {
      if (items[i].place >= 0) continue;
      for (int k = i; k > front; --k) swap(items[k], items[k - 1]);
      changed = changed || i > front;
      ++front;
    }
    return changed;
  }
};

/// Allocates the columns anew, in an order in which all fit. False if none was found: then nothing is changed.
template <int N>
constexpr bool reorder_columns(const Graph<N>& graph, const Device& device, const Options& options, Plan<N>& plan) {
  ColumnOrder<N> order{options.first_weight_column, device.weight_columns};
  for (int i = 0; i < graph.size; ++i)
    if (plan[i].kernels.owned) order.add(i, plan[i].processors, plan[i].kernels);
  if (!order.search()) return false;
  for (int i = 0; i < graph.size; ++i)
    if (!graph[i].bypass) plan[i].kernels = {};
  for (const auto& item : order.items) place_columns(graph, item.layer, device, options, ColumnUse::least, plan);
  for (int i = 0; i < graph.size; ++i)
    if (const int owner = column_owner(graph, plan, i); graph[i].weighted() && owner >= 0)
      share_columns(graph, owner, i, plan);
  return true;
}

// Bias memory ---------------------------------------------------------------------------------------------------------

/// Values in front of a layer's biases that stay 0: one for every lane below the first output processor, and one that
/// some parts do not use (`LayerPlan::skips_bias`). The vendor's tool counts lanes in every pass.
constexpr int bias_fillers(const LayerPlan& placed, bool vendor_stream) {
  const int lanes = placed.lanes_have_bias ? start_lane(placed.output_processors) : 0;
  return lanes * (vendor_stream ? placed.out.count : 1) + (placed.skips_bias ? 1 : 0);
}

/// Calls `action(group, channel)` for every value of a depth-wise layer in the bias memories, in order; -1: a value
/// that no channel has. Groups without processors have none (memory sheet, section 6.2; datapath page, section 6.2).
template <class Action>
constexpr void for_each_depthwise_bias(const Layer& layer, const LayerPlan& placed, Action&& action) {
  ProcessorMap map = placed.processors;
  if (map == 0) return;
  const int first_group = first_bit(groups_of(map));
  if (!placed.in_place()) {  // the first group's values begin with that of its first processor
    const ProcessorMap own = ProcessorMap{0xffff} << (processors_per_group * first_group);
    map = (map & ~own) | ((map & own) >> (first_bit(map) % processors_per_group) & own);
  }
  const bool whole = placed.in_place() || bit_count(groups_of(map)) > 1;
  const int first = whole ? 0 : first_bit(map);
  const int last = placed.in_place() ? last_bit(map) | (processors_per_group - 1) : last_bit(map);
  const auto channel_at = [&](int pass, int p) {
    const int lane = p % processors_per_group;
    const int source = placed.in_place() ? p - lane + 4 * (lane % 4) + lane / 4 : p;
    if ((map >> source & 1) == 0) return -1;
    const int channel = pass * placed.out.channels + channel_of(map, source);
    return channel < layer.out.channels ? channel : -1;
  };
  for (int pass = 0; pass < placed.out.count; ++pass)
    for (int p = first; p <= last; ++p)
      if (group_part(map, p / processors_per_group) != 0) action(p / processors_per_group, channel_at(pass, p));
}

/// Values of a depth-wise layer in each group.
struct DepthwiseBias {
  int length[groups]{};  ///< values; in the last group those up to the last channel
};

constexpr DepthwiseBias depthwise_bias(const Layer& layer, const LayerPlan& placed) {
  DepthwiseBias result;
  int last_group = 0, behind = 0;
  for_each_depthwise_bias(layer, placed, [&](int group, int channel) {
    ++result.length[group];
    if (group >= last_group) {
      behind = group > last_group || channel >= 0 ? 0 : behind;
      last_group = group;
      behind = channel >= 0 ? 0 : behind + 1;
    }
  });
  result.length[last_group] -= behind;
  return result;
}

/// True if a layer's biases follow each other without gaps: its output map has no holes, and there is one output pass
/// or every position of a pass has a channel. With vendor_stream they always do; of a layer without columns it is
/// assumed.
constexpr bool biases_are_neighbours(const LayerPlan& placed, bool vendor_stream) {
  const ProcessorMap map = placed.output_processors;
  const bool holes = bit_count(map) != 1 + last_bit(map) - first_bit(map);
  if (vendor_stream || placed.kernels.offset < 0 || !placed.lanes_have_bias) return true;
  return !holes && (placed.out.count == 1 || placed.kernels.positions == bit_count(map));
}

/// Calls `action(channel)` for every value of a layer in the bias memory, in order; -1: a value that no channel has and
/// that stays 0. The hardware reads one for every step, except for holes whose kernels were not loaded (datapath page,
/// section 6.3); with fan-out for every step of all groups.
template <int N, class Action>
constexpr void for_each_bias(const Graph<N>& graph, const Plan<N>& plan, int index, Action&& action) {
  const LayerPlan& placed = plan[index];
  if (biases_are_neighbours(placed, plan.vendor_stream)) {
    const int fillers = bias_fillers(placed, plan.vendor_stream);
    for (int i = 0; i < fillers; ++i) action(-1);
    for (int channel = 0; channel < graph[index].out.channels; ++channel) action(channel);
    return;
  }
  const KernelShape shape = kernel_shape(graph, plan, index);
  const int end = shape.step_of(graph[index].out.channels - 1) + 1;
  bool any = false;
  if (placed.skips_bias) action(-1);
  for (int step = 0; step < end; ++step) {
    const int column = placed.kernels.offset + columns_of_step(shape, step).first;
    const bool there = placed.fans_out || placed.kernels.written.contains(column);
    any = any || there;
    if (there || !any) action(shape.channel_at(step));
  }
}

/// Number of values of a layer in the bias memory, fillers included.
template <int N>
constexpr int bias_length(const Graph<N>& graph, const Plan<N>& plan, int index) {
  if (biases_are_neighbours(plan[index], plan.vendor_stream))
    return graph[index].out.channels + bias_fillers(plan[index], plan.vendor_stream);
  int length = 0;
  for_each_bias(graph, plan, index, [&](int) { ++length; });
  return length;
}

/// The earlier layer whose biases a layer shares; -1: none. Equal biases are shared if their values lie in the same
/// order, fillers included, and in a group that the layer can read; the vendor's tool does not look at that.
template <int N>
constexpr int bias_owner(const Graph<N>& graph, const Plan<N>& plan, int index) {
  const int owner = graph[index].same_bias_as;
  if (owner < 0 || plan.vendor_stream) return owner;
  if (plan.own_groups_bias && groups_of(plan[owner].processors) != groups_of(plan[index].processors)) return -1;
  if (graph[owner].groups > 1 || graph[index].groups > 1)
    return graph[owner].groups > 1 && graph[index].groups > 1 && plan[owner].processors == plan[index].processors &&
                   plan[owner].in_place() == plan[index].in_place()
               ? owner
               : -1;
  const auto fillers = [&](int i) { return bias_fillers(plan[i], false); };
  const bool neighbours = biases_are_neighbours(plan[owner], false) && biases_are_neighbours(plan[index], false);
  const bool alike = plan[owner].fans_out == plan[index].fans_out && fillers(owner) == fillers(index) &&
                     (neighbours || kernel_shape(graph, plan, owner) == kernel_shape(graph, plan, index));
  return alike ? owner : -1;
}

/// Layers with little choice come first: one that fans out, which needs all groups, depth-wise ones, where the part has
/// it so flatten layers, then those tied to one group, then by length. The vendor's tables have the order of the layers
/// where parameters are stacked.
constexpr int bias_priority(const Layer& layer, const LayerPlan& placed, int length, unsigned allowed,
                            const Device& device, bool vendor_stream) {
  if (placed.fans_out) return -2;
  if (layer.groups > 1) return -2;
  if (vendor_stream && device.vendor_allocation == VendorAllocation::stack) return 0;
  if (layer.flatten && device.flatten_biases_first) return -1;
  if (bit_count(allowed) == 1) return 0;
  return device.bias_values - length;
}

/// Number of values that one group holds of a layer that fans out: every fourth one.
constexpr int dealt_values(int length, int group) { return max_of(0, ceil_div(length - group, groups)); }

/// The biases of a layer that fans out are dealt out to the groups: value n lies in group n % 4 (memory sheet, 6.3).
template <int N>
constexpr void allocate_dealt_bias(int length, const Device& device, LayerPlan& placed, Plan<N>& plan) {
  placed.bias_group = 0;
  placed.bias_in_all = true;
  for (int g = 0; g < groups; ++g)
    if (plan.bias_fill[g] + dealt_values(length, g) > device.bias_values) return;
  placed.bias_offset = plan.bias_fill[0];
  for (int g = 0; g < groups; ++g) {
    placed.bias_offset_in[g] = plan.bias_fill[g];
    plan.bias_fill[g] += dealt_values(length, g);
  }
}

/// Every group with processors of a depth-wise layer has the biases of their channels.
template <int N>
constexpr void allocate_depthwise_bias(const Layer& layer, const Device& device, LayerPlan& placed, Plan<N>& plan) {
  const DepthwiseBias bias = depthwise_bias(layer, placed);
  placed.bias_in_all = true;
  for (int g = groups - 1; g >= 0; --g) {
    if (group_part(placed.processors, g) == 0) continue;
    placed.bias_group = g;
    const int offset = placed.in_place() ? round_up(plan.bias_fill[g], 4) : plan.bias_fill[g];
    if (offset + bias.length[g] > device.bias_values) return;
    placed.bias_offset_in[g] = offset;
    plan.bias_fill[g] = offset + bias.length[g];
  }
  placed.bias_offset = placed.bias_offset_in[placed.bias_group];
}

/// The same in the vendor's tables where parameters are stacked: of the groups with processors of the layer, the one
/// that is least full is chosen, but its number among these is taken for its number among all.
template <int N>
constexpr void stack_bias(int length, const Device& device, LayerPlan& placed, Plan<N>& plan) {
  int best = 0, least = device.bias_values + 1, number = 0;
  for (int g = 0; g < groups; ++g) {
    if (group_part(placed.processors, g) == 0) continue;
    if (plan.bias_fill[g] < least) best = number, least = plan.bias_fill[g];
    ++number;
  }
  placed.bias_group = best;
  if (plan.bias_fill[best] + length > device.bias_values) return;
  placed.bias_offset = plan.bias_fill[best];
  plan.bias_fill[best] += length;
}

/// A layer takes the group that is least full of those that are allowed.
template <int N>
constexpr void allocate_bias(const Layer& layer, int index, int length, unsigned allowed, const Device& device,
                             Plan<N>& plan) {
  LayerPlan& placed = plan[index];
  if (layer.groups > 1) return allocate_depthwise_bias(layer, device, placed, plan);
  if (placed.fans_out) return allocate_dealt_bias(length, device, placed, plan);
  if (plan.vendor_stream && device.vendor_allocation == VendorAllocation::stack)
    return stack_bias(length, device, placed, plan);
  const int unit = placed.parallel_outputs ? 4 : 1;  // the pointer counts in fours there
  const auto start_in = [&](int g) { return round_up(plan.bias_fill[g], unit); };
  int best = -1;
  for (int g = 0; g < groups; ++g)
    if ((allowed >> g & 1u) != 0 && (best < 0 || start_in(g) < start_in(best))) best = g;
  if (best < 0) return;
  placed.bias_group = best;
  if (start_in(best) + length > device.bias_values) return;
  placed.bias_offset = start_in(best);
  plan.bias_fill[best] = placed.bias_offset + length;
}

/// Places the biases of all layers (memory sheet, section 6.1). The columns of the weights must be allocated.
template <int N>
constexpr void allocate_bias(const Graph<N>& graph, const Device& device, Plan<N>& plan) {
  if (graph.size > 0) plan[0].skips_bias = graph[0].streaming && !plan[0].fans_out && !device.streaming_bias;
  plan.own_groups_bias = !device.bias_group_contributes;
  bool waiting[at_least_one(N)]{};
  int length[at_least_one(N)]{};
  for (int i = 0; i < graph.size; ++i) {
    waiting[i] = graph[i].bias && bias_owner(graph, plan, i) < 0;
    if (waiting[i]) length[i] = bias_length(graph, plan, i);
  }
  const auto allowed_groups = [&](int i) {
    const unsigned chosen = graph[i].placement.bias_groups;
    const unsigned possible = device.bias_group_contributes ? plan.groups : groups_of(plan[i].processors);
    return chosen == 0 ? possible : chosen;
  };
  const auto priority = [&](int i) {
    return bias_priority(graph[i], plan[i], length[i], allowed_groups(i), device, plan.vendor_stream);
  };
  for (;;) {
    int next = -1;
    for (int i = 0; i < graph.size; ++i)
      if (waiting[i] && (next < 0 || priority(i) < priority(next))) next = i;
    if (next < 0) break;
    waiting[next] = false;
    allocate_bias(graph[next], next, length[next], allowed_groups(next), device, plan);
  }
  for (int i = 0; i < graph.size; ++i)
    if (const int owner = graph[i].bias ? bias_owner(graph, plan, i) : -1; owner >= 0) {
      plan[i].bias_group = plan[owner].bias_group;
      plan[i].bias_offset = plan[owner].bias_offset;
      plan[i].bias_in_all = plan[owner].bias_in_all;
      for (int g = 0; g < groups; ++g) plan[i].bias_offset_in[g] = plan[owner].bias_offset_in[g];
    }
}

}  // namespace incuse::max7800x
