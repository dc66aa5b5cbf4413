#include "causes.hpp"

#include <algorithm>

#include <incuse/max7800x/plan/layout.hpp>
#include <incuse/max7800x/registers/register_names.hpp>
#include <incuse/max7800x/rules.hpp>

#include <support/round_trip.hpp>
#include "replay.hpp"

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
  layout.gap = plan[index].read_gap;
  return layout;
}

/// Whether a layer finds every element of its input where the layers before have written it. They are counted through
/// in C x H x W order, source after source.
bool reads_what_was_written(const Subject& subject, int index) {
  const auto& [device, options, graph, plan, parameters, input, skipped, order] = subject;
  const max7800x::TensorLayout reader = read_layout(graph, plan, index);
  int element = 0;
  for (int source : graph[index].sources) {
    if (source < 0 && plan[index].read_gap != 0) return false;  // words of the input have no gaps between them
    if (source < 0) {                                           // the network's input: loaded to where it is read
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

/// An accepted case with the tables that Incuse makes.
using Network = incuse::host::DeployedNetwork<max7800x::most_layers>;
Network network_of(const Subject& subject) {
  return {subject.graph, subject.plan, subject.device, subject.options, subject.parameters.parameters()};
}

/// The difference that the tables of Incuse leave, if they are made like the vendor's.
std::string difference_of_equal_tables(const ReferenceCase& reference) {
  const AcceptedCase loaded = load_accepted(reference.entry(), true);
  const Network network = network_of(loaded.subject);
  Chip& chip = fresh_chip();
  chip.complete_after(100);
  if (!incuse::host::load_accelerator(network, chip) ||
      !incuse::host::run_accelerator(network, loaded.subject.input.data(), chip))
    return "the chip does not answer as it has to";
  return difference_in_expected(chip, reference);
}

/// The difference that is left when the vendor's tables are carried out without what causes it.
std::string difference_with(Remedy remedy, const ReferenceCase& reference) {
  Chip& chip = fresh_chip();
  replay(chip, reference, remedy);
  return difference_in_expected(chip, reference);
}

std::string contradicts(const std::string& what) { return "not as predicted: " + what; }

/// Checks that all layers in front of the one that the cause names are right, and that this one is wrong.
std::string contradiction_in_layers(const Cause& cause, const Subject& subject) {
  const int wrong = incuse::test::first_wrong_layer(network_of(subject), subject.input, fresh_chip());
  if (wrong == cause.layer) return {};
  return contradicts("the first wrong layer is " + std::to_string(wrong) + ", not " + std::to_string(cause.layer));
}

}  // namespace

std::string sentence_of(const Cause& cause) {
  switch (cause.kind) {
    case Cause::cleared_layer:
      return "an option clears the registers of the last layer";
    case Cause::no_input:
      return "the tables do not say what is loaded as input";
    case Cause::conditional:
      return "layers are left out";
    case Cause::loaded_twice:
      return "two layers have weights in the same columns";
    case Cause::packed_otherwise:
      return "weights are packed for other output processors";
    case Cause::reads_elsewhere:
      return "layers read other addresses than the expected output takes their elements from";
    case Cause::unaligned:
      return "the chip rounds an offset down that is no multiple of 4";
    case Cause::shared_lanes:
      return "unused lanes in front of an output lie on the columns of another layer, and nobody knows what that does";
    case Cause::not_expressible:
      return "the vendor's tool accepts what registers cannot express, and Incuse refuses";
    case Cause::unknown:
      break;
  }
  return {};
}

namespace {

/// Whether the network is one that Incuse refuses unless it is told to do as the vendor's tool.
bool is_refused(const ReferenceCase& reference) {
  namespace rules = max7800x::rules;
  const Subject own = load_accepted(reference.entry(), false).subject;
  const incuse::Findings found = max7800x::inspect(own.graph, own.plan, own.device, own.options);
  return found.contains(rules::column_pooling) || found.contains(rules::empty_output) ||
         found.contains(rules::repeated_output);
}

}  // namespace

namespace {

/// Whether columns of lanes in front of a layer's output lie on those of an earlier layer.
bool shares_lanes(const Subject& subject, int index) {
  const Plan& plan = subject.plan;
  for (int i = 0; i < index; ++i) {
    const bool meets = (plan[i].processors & plan[index].processors) != 0;
    if (meets && plan[index].kernels.offset < plan[i].kernels.offset + plan[i].kernels.length) return true;
  }
  return false;
}

/// What may be odd about the vendor's tables of one layer.
Cause cause_in_layer(const Subject& subject, int index) {
  const bool stacks = subject.device.vendor_allocation == max7800x::VendorAllocation::stack;
  if (packed_otherwise(subject, index)) return {Cause::packed_otherwise, index};
  if (stacks && subject.plan[index].out_offset % 4 != 0) return {Cause::unaligned, index};
  if (stacks && shares_lanes(subject, index)) return {Cause::shared_lanes, index};
  return {};
}

}  // namespace

Cause cause_of_difference(const ReferenceCase& reference, bool vendor_tables) {
  const bool clears_last = device_of(reference.entry()).cleared_layers == max7800x::ClearedLayers::last;
  if (vendor_tables && clears_last && has_flag(reference, "--zero-unused")) return {Cause::cleared_layer};
  if (vendor_tables && !loads_any(reference, {"input", "input_const", "fifo"})) return {Cause::no_input};
  const AcceptedCase loaded = load_accepted(reference.entry(), true);
  if (!loaded.not_supported.empty()) return {};
  const Subject& subject = loaded.subject;
  const bool conditional = subject.options.snoop.used || subject.options.asks_for(max7800x::Feature::snooping);
  if (conditional && !vendor_tables) return {Cause::conditional};
  for (int p = 0; vendor_tables && p < max7800x::all_processors; ++p)
    if (max7800x::detail::writes_twice(subject.plan, subject.device, p)) return {Cause::loaded_twice};
  for (int i = 0; i < subject.graph.size; ++i) {
    if (vendor_tables)
      if (const Cause cause = cause_in_layer(subject, i); cause.kind != Cause::unknown) return cause;
    if (!reads_what_was_written(subject, i)) return {Cause::reads_elsewhere, i};
  }
  if (is_refused(reference)) return {Cause::not_expressible};
  return {};
}

std::string contradiction_of_vendor_tables(const Cause& cause, const ReferenceCase& reference,
                                           const std::string& difference) {
  std::string left;
  switch (cause.kind) {
    case Cause::cleared_layer:
      left = difference_with(Remedy::keep_last_layer, reference);
      break;
    case Cause::no_input:
      left = difference_with(Remedy::load_input, reference);
      break;
    case Cause::conditional:
      return contradicts("the vendor's tool knows which layers are left out");
    case Cause::shared_lanes:  // the chip may complain only, of columns that are read and were never loaded
      if (const std::string own = difference_of_equal_tables(reference); !own.empty() && own != difference)
        return contradicts("the same tables from Incuse leave another difference: " + own);
      return {};
    case Cause::unaligned:
    case Cause::loaded_twice:
      if (const std::string own = difference_of_equal_tables(reference); own != difference)
        return contradicts("the same tables from Incuse leave another difference: " + own);
      return {};
    case Cause::packed_otherwise:
    case Cause::reads_elsewhere:
      if (const std::string own = difference_of_equal_tables(reference); own != difference)
        return contradicts("the same tables from Incuse leave another difference: " + own);
      return contradiction_in_layers(cause, load_accepted(reference.entry(), true).subject);
    case Cause::not_expressible:
      return {};
    case Cause::unknown:
      return contradicts("no cause is known");
  }
  return left.empty() ? left : contradicts("without the cause there still is a difference: " + left);
}

std::string contradiction_of_own_tables(const Cause& cause, const ReferenceCase& reference) {
  if (cause.kind == Cause::reads_elsewhere)
    return contradiction_in_layers(cause, load_accepted(reference.entry(), false).subject);
  if (cause.kind == Cause::conditional || cause.kind == Cause::not_expressible) return {};
  return contradicts("no cause is known");
}

}  // namespace conformance
