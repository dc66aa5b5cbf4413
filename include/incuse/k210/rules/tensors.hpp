// Rules about the tensors of a layer, wherever it runs. See rules.hpp.
#pragma once

#include <incuse/k210/rules/subjects.hpp>

// Of every layer.
INCUSE_RULE_LIST(k210, tensor_rules, OneLayer)

namespace incuse {

INCUSE_KPU_RULE(tensor_rules, tensor_size, error, "a tensor has more values than the chip has bytes",
                "use smaller maps or fewer channels", "kpu 1") {
  const Shape shapes[] = {at.layer.in, at.layer.out};
  for (const Shape& shape : shapes) {
    const bool empty = shape.channels < 1 || shape.height < 1 || shape.width < 1;
    const long long values = empty ? 0 : 1LL * shape.channels * shape.height * shape.width;
    if (values > at.device.general_bytes) return blame({values, "values"}, {at.device.general_bytes, "bytes"});
  }
}

INCUSE_KPU_RULE(tensor_rules, source_count, error, "a layer reads more tensors than the model language joins",
                "join some of them in a layer of their own", "model/graph.hpp") {
  const Sources& sources = at.layer.sources;
  if (sources.dropped > 0) blame(sources.size + sources.dropped, max_operands, "a layer");
}

}  // namespace incuse

INCUSE_RULE_TABLE(k210, tensor_rules)
