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

INCUSE_KPU_RULE(OneLayer, two_operands, error, "the processor adds two tensors",
                "add further ones in layers of their own, and give both by branches or from<>", "kmodel 1") {
  const bool adds = at.does(Task::add) || at.does(Task::quantized_add);
  if (adds && at.layer.sources.size != 2) blame(at.layer.sources.size, 2, "a sum");
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
  const bool averages = at.does(Task::average_pool), pools = averages || at.does(Task::max_pool);
  const bool empty = at.layer.pool.height < 1 || at.layer.pool.width < 1;
  if (pools && (empty || at.layer.pool_dilation != Extent{1, 1} || (averages && at.layer.pool_same)))
    blame(at.layer.pool);
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
    INCUSE_RULE_ROW(padded_maps),    INCUSE_RULE_ROW(cpu_window),   INCUSE_RULE_ROW(cpu_batch_norm),
};

}  // namespace incuse::k210
