// Rules about the tensors of a layer, wherever it runs. See rules.hpp.
#pragma once

#include <incuse/k210/rules/subjects.hpp>

namespace incuse {

INCUSE_KPU_RULE(OneLayer, tensor_size, error, "a tensor has more values than the chip has bytes",
                "use smaller maps or fewer channels", "kpu 1") {
  const Shape shapes[] = {at.layer.in, at.layer.out};
  for (const Shape& shape : shapes) {
    const bool empty = !shape.exists();
    const long long values = empty ? 0 : shape.all_elements();
    if (values > at.device.general_bytes) return blame({values, "values"}, {at.device.general_bytes, "bytes"});
  }
}

INCUSE_KPU_RULE(OneLayer, source_count, error, "a layer reads more tensors than the model language joins",
                "join some of them in a layer of their own", "model/graph.hpp") {
  const Sources& sources = at.layer.sources;
  if (sources.dropped > 0) blame(sources.size + sources.dropped, max_operands, "a layer");
}

}  // namespace incuse

namespace incuse::k210 {

/// About every layer.
inline constexpr CheckedRule<OneLayer> tensor_rules[] = {
    INCUSE_RULE_ROW(tensor_size),
    INCUSE_RULE_ROW(source_count),
};

}  // namespace incuse::k210
