// Rules about layers that the processor runs, and about what passes between it and the KPU. See rules.hpp.
#pragma once

#include <incuse/k210/rules/subjects.hpp>

namespace incuse {

INCUSE_KPU_RULE(OneLayer, no_task, error, "the processor has no layer of this kind",
                "write pooling, sums and Linear one behind the other, and let the KPU run convolutions", "kmodel 1") {
  if (at.layer.on_cpu && at.reading.task == Task::none && !at.is_nowhere()) blame({}, {}, {}, name_of(at.layer));
}

INCUSE_KPU_RULE(OneLayer, reads_codes, error, "the layer works on real numbers, but reads codes",
                "put Dequantize<> in front of it", "kmodel 1") {
  if (at.reading.element == Element::code && at.works_on(Element::real))
    blame({}, {}, {}, description_of(at.reading.task).name);
}

INCUSE_KPU_RULE(OneLayer, reads_real_numbers, error, "the layer works on codes, but reads real numbers",
                "put Quantize<> in front of it", "kmodel 1") {
  if (at.reading.element == Element::real && at.works_on(Element::code))
    blame({}, {}, {}, at.on_kpu() ? Text("layer of the KPU") : description_of(at.reading.task).name);
}

INCUSE_KPU_RULE(OneLayer, mixed_elements, error, "the layer joins codes with real numbers",
                "put Dequantize<> or Quantize<> in front of some of its sources", "kmodel 1") {
  if (at.reading.mixed) blame();
}

INCUSE_KPU_RULE(OneLayer, not_uploaded, error,
                "the KPU reads AI RAM, but the processor wrote the tensor to main memory",
                "put Upload<> in front of the layer, or AddPadding<> where the tensor is 1x1", "kmodel 1; kpu 4") {
  if (at.on_kpu() && at.reading.element == Element::code && at.reading.from_main_only) blame();
}

INCUSE_KPU_RULE(OneLayer, uploaded_only, error, "the processor reads main memory, but the tensor is in AI RAM only",
                "let the layer read what the Upload<> or AddPadding<> reads", "kmodel 1") {
  if (at.layer.on_cpu && at.reading.from_ram_only) blame();
}

INCUSE_KPU_RULE(OneLayer, joined_shapes, error, "tensors that the processor joins differ in size",
                "bring them to one size; for a sum, to the same number of channels too", "kmodel 1") {
  if (at.layer.on_cpu && at.reading.unlike.channels > 0) blame(at.reading.first, at.reading.unlike, "another one");
}

INCUSE_KPU_RULE(OneLayer, two_operands, error, "the processor adds or combines two tensors",
                "take further ones in layers of their own, and give both by branches or from<>", "kmodel 1") {
  const bool adds = at.does(Task::add) || at.does(Task::quantized_add);
  const bool combines = at.does(Task::combine) || at.does(Task::quantized_combine);
  const int wanted = combines && at.layer.with.shape != Shape{} ? 1 : 2;  // one of them is a constant
  if ((adds || combines) && at.layer.sources.size != wanted)
    blame(at.layer.sources.size, wanted, adds ? Text("a sum") : Text("the operation"));
}

INCUSE_KPU_RULE(OneLayer, single_values, error, "the layer reads single values, not maps",
                "put Flatten in front of Linear<>, and GlobalAvgPool2d<> or the like in front of AddPadding<>",
                "kmodel 1") {
  const bool reads_single = at.does(Task::add_padding) || (at.does(Task::fully_connected) && !at.layer.flatten);
  if (reads_single && at.shaped() && at.layer.in.extent() != Extent{1, 1})
    blame(at.layer.in.extent(), Extent{1, 1}, "a value");
}

INCUSE_KPU_RULE(OneLayer, padded_maps, error, "RemovePadding reads maps of 4x4", "let it follow such a layer",
                "kmodel 1") {
  if (at.does(Task::remove_padding) && at.shaped() && at.layer.in.extent() != padded_extent)
    blame(at.layer.in.extent(), padded_extent, "the layer");
}

INCUSE_KPU_RULE(OneLayer, cpu_window, error, "the processor does not pool like this",
                "leave out dilation, and same_padding of a mean", "kmodel 1") {
  const bool averages = at.does(Task::average_pool), of_reals = at.does(Task::real_max_pool);
  const bool pools = averages || of_reals || at.does(Task::max_pool);
  const bool empty = !at.layer.pool.exists();
  const bool dilated =
      of_reals ? !within(at.layer.pool_dilation, 1, most_size) : at.layer.pool_dilation != Extent{1, 1};
  if (pools && (empty || dilated || (averages && at.layer.pool_same))) blame(at.layer.pool);
}

INCUSE_KPU_RULE(OneLayer, cpu_border, error, "windows of the processor lie beside the map",
                "let the border be smaller than the window, and leave same_padding out where there is one",
                "kmodel 2") {
  const Layer& l = at.layer;
  const Border& b = l.with.border;
  if (b == Border{} || (l.on_cpu && at.reading.task == Task::none)) return;
  const bool pools = at.does(Task::max_pool) || at.does(Task::real_max_pool) || at.does(Task::average_pool);
  const bool convolves = at.does(Task::convolution) || at.does(Task::quantized_convolution);
  const bool negative = min_of(min_of(b.top, b.bottom), min_of(b.left, b.right)) < 0;
  const bool beside = max_of(b.top, b.bottom) > (l.pool.height - 1LL) * l.pool_dilation.height ||
                      max_of(b.left, b.right) > (l.pool.width - 1LL) * l.pool_dilation.width;
  if (negative || (!pools && !convolves) || (pools && (beside || l.pool_same))) blame(l.pool);
}

INCUSE_KPU_RULE(OneLayer, cpu_kernel, error, "the processor does not convolve like this",
                "give kernel, stride and dilation 1 or more, padding 0 or more, and leave pad_value<> out (Pad<> adds "
                "other values), and the dilation of a transposed one",
                "kmodel 2") {
  if (!at.does(Task::convolution) && !at.does(Task::quantized_convolution)) return;
  const Layer& l = at.layer;
  const int least = min_of(min_of(min_of(l.kernel.height, l.kernel.width), min_of(l.stride.height, l.stride.width)),
                           min_of(l.dilation.height, l.dilation.width));
  const bool has_sizes = least >= 1 && l.padding.height >= 0 && l.padding.width >= 0 && l.pad_value == 0;
  const bool apart = l.op == Operator::conv_transpose2d && l.dilation != Extent{1, 1};
  const long long area = l.kernel.all_pixels(), most = at.device.general_bytes;
  const bool fits = has_sizes && !apart && area <= most && area * max_of(1, l.in.channels) <= most;
  if (!fits) blame(l.kernel);
}

INCUSE_KPU_RULE(OneLayer, cpu_groups, error, "the groups do not divide the channels",
                "give a number of groups that divides those of the input and of the output", "kmodel 2") {
  const Layer& l = at.layer;
  if (!at.does(Task::convolution) && !at.does(Task::quantized_convolution)) return;
  if (l.groups < 1 || l.in.channels % l.groups != 0 || l.out.channels % l.groups != 0)
    blame(l.groups, l.in.channels, "the input");
}

INCUSE_KPU_RULE(OneLayer, cpu_slice, error, "a slice reaches beyond the tensor",
                "let it begin and end within the dimension; with a negative step it ends at -1 or later", "kmodel 2") {
  if (at.layer.software != Software::slice || !at.shaped()) return;
  for (int d = 0; d < tensor_dimensions; ++d) {
    const int size = size_of_dimension(at.layer.in, d);
    const Part3 part = whole_part(at.layer.with.parts[d], size);
    if (part.begin >= size || part.end > size || part.end < -1)
      return blame(part.begin >= size ? part.begin : part.end, size, "the dimension");
  }
}

INCUSE_KPU_RULE(OneLayer, cpu_reshape, error, "a reshape keeps the number of values",
                "let the product of the three sizes be that of the input", "kmodel 2") {
  if (at.layer.software != Software::reshape || !at.shaped()) return;
  const long long given = at.layer.with.shape.all_elements(), read = at.layer.in.all_elements();
  if (given != read) blame(given, read, "the input");
}

INCUSE_KPU_RULE(
    OneLayer, cpu_blocks, error, "blocks or groups do not divide the tensor",
    "ChannelShuffle<> divides the channels, SpaceToDepth<> rows and columns, DepthToSpace<> by its square the "
    "channels",
    "kmodel 2") {
  const Layer& l = at.layer;
  if (!at.shaped()) return;
  const int block = l.with.block;
  if (block < 1) return blame(l.in, block, "the layer");
  const bool shuffles = l.software == Software::channel_shuffle && l.in.channels % block != 0;
  const bool gathers = l.software == Software::space_to_depth && (l.in.height % block != 0 || l.in.width % block != 0);
  const bool spreads = l.software == Software::depth_to_space && l.in.channels % (1LL * block * block) != 0;
  if (shuffles || gathers || spreads) blame(l.in, block, "the layer");
}

INCUSE_KPU_RULE(OneLayer, cpu_batch_norm, error, "the processor has no batch norm",
                "fold it into the weights and the bias of the layer", "kmodel 1") {
  if (at.layer.on_cpu && at.layer.batch_norm) blame();
}

}  // namespace incuse

namespace incuse::k210 {

/// About every layer: most look at those with the option on_cpu.
inline constexpr CheckedRule<OneLayer> processor_rules[] = {
    INCUSE_RULE_ROW(no_task),        INCUSE_RULE_ROW(reads_codes),  INCUSE_RULE_ROW(reads_real_numbers),
    INCUSE_RULE_ROW(mixed_elements), INCUSE_RULE_ROW(not_uploaded), INCUSE_RULE_ROW(uploaded_only),
    INCUSE_RULE_ROW(joined_shapes),  INCUSE_RULE_ROW(two_operands), INCUSE_RULE_ROW(single_values),
    INCUSE_RULE_ROW(padded_maps),    INCUSE_RULE_ROW(cpu_window),   INCUSE_RULE_ROW(cpu_border),
    INCUSE_RULE_ROW(cpu_kernel),     INCUSE_RULE_ROW(cpu_groups),   INCUSE_RULE_ROW(cpu_slice),
    INCUSE_RULE_ROW(cpu_reshape),    INCUSE_RULE_ROW(cpu_blocks),   INCUSE_RULE_ROW(cpu_batch_norm),
};

}  // namespace incuse::k210
