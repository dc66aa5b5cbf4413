#include "causes.hpp"

#include <algorithm>

#include <incuse/max7800x/fields.hpp>
#include <incuse/max7800x/layout.hpp>

namespace conformance {

namespace {

namespace max7800x = incuse::max7800x;

bool has_flag(const ReferenceCase& reference, const char* flag) {
  const std::vector<std::string> flags = reference.flags();
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

bool loads_any(const ReferenceCase& reference, const std::vector<std::string>& kinds) {
  const std::vector<ReferenceLoad> loads = reference.loads();
  return std::any_of(loads.begin(), loads.end(), [&](const ReferenceLoad& load) {
    return std::find(kinds.begin(), kinds.end(), load.kind) != kinds.end();
  });
}

/// Where the elements of a layer's input lie for the processors that read them.
max7800x::TensorLayout read_layout(const Graph& graph, const Plan& plan, int index) {
  const incuse::Layer& layer = graph[index];
  max7800x::TensorLayout layout;
  layout.shape = {layer.in.channels * layer.operands, layer.in.height, layer.in.width};
  layout.processors = plan[index].processors;
  layout.offset = plan[index].in_offset;
  layout.passes = plan[index].in;
  layout.operands = layer.operands;
  return layout;
}

/// Whether a layer finds every element of its input where the layers before have written it. They are counted through
/// in C x H x W order, source after source.
bool reads_what_was_written(const Subject& subject, int index) {
  const auto& [device, options, graph, plan, parameters, input] = subject;
  const max7800x::TensorLayout reader = read_layout(graph, plan, index);
  int element = 0;
  for (int source : graph[index].sources) {
    if (source < 0) {  // the network's input: loaded to where it is read
      element += graph.input.elements();
      continue;
    }
    const max7800x::TensorLayout writer = max7800x::output_layout(graph, plan, source);
    const int pixels = writer.shape.pixels(), read_pixels = reader.shape.pixels();
    for (int i = 0; i < writer.shape.elements(); ++i, ++element)
      if (max7800x::element_address(device, writer, i / pixels, i % pixels) !=
          max7800x::element_address(device, reader, element / read_pixels, element % read_pixels))
        return false;
  }
  return true;
}

/// Whether the packer arranges a layer's weights otherwise than the registers say. It counts whole bytes where the
/// registers count weights, and output processors that the map leaves out.
bool packed_otherwise(const Subject& subject, int index) {
  const incuse::Layer& layer = subject.graph[index];
  if (!layer.weighted()) return false;
  const incuse::ProcessorMap map = subject.plan[index].output_processors;
  const bool unaligned = max7800x::start_lane(map) != 0;
  const bool holes = 1 + incuse::last_bit(map) - incuse::first_bit(map) != incuse::bit_count(map);
  return (layer.weight_bits < 8 && (unaligned || holes)) || (layer.flatten && layer.pooled.pixels() > 1 && unaligned) ||
         (subject.plan[index].fans_out && layer.kernel.area() == 1);
}

/// Whether the FIFO control register enables FIFOs that the program does not feed.
bool starves_fifos(const ReferenceCase& reference) {
  int enabled = 0, fed = 0;
  for (const ReferenceWrite& write : reference.writes())
    if (write.address == incuse::max78000.fifo_base && write.operation == "=")
      enabled = incuse::bit_count(max7800x::fifo_control::enable.of(write.value));
  for (const ReferenceLoad& load : reference.loads())
    if (load.kind == "fifo") ++fed;
  return fed < enabled;
}

}  // namespace

std::string cause_of_difference(const ReferenceCase& reference) {
  if (has_flag(reference, "--zero-unused")) return "an option clears the registers of the last layer";
  if (has_flag(reference, "--synthesize-input")) return "the program makes a part of the input itself";
  if (has_flag(reference, "--apb-base")) return "the accelerator is expected at another address";
  if (starves_fifos(reference)) return "FIFOs are enabled that the program does not feed";
  if (loads_any(reference, {"input_const"})) return "the program loads a pattern instead of the input";
  if (!loads_any(reference, {"input", "fifo"})) return "the tables do not say what is loaded as input";
  const AcceptedCase loaded = load_accepted(reference.entry(), true);
  if (!loaded.not_supported.empty()) return {};
  const Subject& subject = loaded.subject;
  if (subject.options.repetitions > 1) return "the layers run several times in memories that they have changed";
  for (int i = 0; i < subject.graph.size; ++i)
    if (packed_otherwise(subject, i)) return "weights are packed for other output processors";
  for (int i = 0; i < subject.graph.size; ++i)
    if (!reads_what_was_written(subject, i))
      return "layers read other addresses than the expected output takes their elements from";
  return {};
}

}  // namespace conformance
