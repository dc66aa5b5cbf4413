#include "stages.hpp"

#include <algorithm>
#include <memory>

#include <incuse/host/reference.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/input.hpp>
#include <incuse/max7800x/latency.hpp>
#include <incuse/max7800x/notices.hpp>
#include <incuse/max7800x/plan/layout.hpp>
#include <incuse/max7800x/rules.hpp>
#include <incuse/max7800x/statistics.hpp>
#include <incuse/max7800x/tables/bias.hpp>
#include <incuse/max7800x/tables/registers.hpp>
#include <incuse/max7800x/tables/weights.hpp>
#include <incuse/model/parameter_rules.hpp>

namespace conformance {

namespace max7800x = incuse::max7800x;
using incuse::ProcessorMap;

Plan plan_of(const Graph& graph, const max7800x::Device& device, const max7800x::Options& options) {
  return max7800x::plan_if_possible(graph, device, options);
}

namespace {

void append(const incuse::Findings& list, const Subject& subject, std::vector<CheckFinding>& findings) {
  for (const incuse::Finding& finding : list) {
    const incuse::Sentence sentence = incuse::sentence_of(finding, subject.device.name);
    const int layer = finding.layer < 0 ? finding.layer : finding.layer + subject.options.first_layer;
    findings.push_back({string_of(finding.rule->id), string_of(sentence),
                        finding.rule->severity == incuse::Severity::error, layer,
                        finding.rule->severity == incuse::Severity::notice});
  }
}

}  // namespace

std::vector<CheckFinding> check(const Subject& subject) {
  std::vector<CheckFinding> findings;
  append(subject.graph.size == 0 ? max7800x::check_options(subject.device, subject.options)
                                 : max7800x::check(subject.graph, subject.plan, subject.device, subject.options),
         subject, findings);
  return findings;
}

std::vector<CheckFinding> remarks(const Subject& subject) {
  std::vector<CheckFinding> findings;
  if (subject.graph.size == 0) return findings;
  append(max7800x::inspect(subject.graph, subject.plan, subject.device, subject.options), subject, findings);
  append(incuse::check_parameters(subject.graph, subject.parameters.parameters()), subject, findings);
  for (int i = 0; i < subject.graph.size; ++i)
    append(max7800x::notices_of_layer(subject.graph, i, subject.device, subject.options), subject, findings);
  append(max7800x::notices_of_placement(subject.graph, subject.plan, subject.device, subject.options), subject,
         findings);
  return findings;
}

std::vector<CheckFinding> remarks(const Subject& subject, const LayerOutputs& outputs) {
  std::vector<CheckFinding> findings;
  for (int i = 0; i < subject.graph.size; ++i) {
    if (!subject.simulates(i)) continue;
    const std::vector<int>& output = outputs[static_cast<std::size_t>(i)];
    append(max7800x::check_output(subject.graph, i, [&](int at) { return output[static_cast<std::size_t>(at)]; }),
           subject, findings);
  }
  return findings;
}

namespace {

/// What the reference tables call an access.
const char* operation_of(max7800x::Access access) {
  switch (access) {
    case max7800x::Access::write:
      return "=";
    case max7800x::Access::set_bits:
      return "|=";
    case max7800x::Access::keep_bits:
      return "&=";
    case max7800x::Access::wait:
      return "wait";
    case max7800x::Access::check:
      break;
  }
  return "check";
}

}  // namespace

std::vector<ReferenceWrite> register_writes(const Subject& subject, bool pauses) {
  std::vector<ReferenceWrite> writes;
  const char* function = "";
  const auto add = [&](const max7800x::RegisterWrite& write) {
    writes.push_back({function, operation_of(write.access), write.address, write.value, write.mask});
  };
  const auto& [device, options, graph, plan, parameters, input, skipped, order] = subject;
  if (device.interrupts) {
    function = "CNN_ISR";
    max7800x::emit_interrupt(graph, plan, device, options, add);
  } else {
    function = "cnn_wait";
    add(max7800x::wait_access(plan, device));
  }
  if (device.interrupts || pauses) {
    function = "cnn_continue";
    add(max7800x::continue_write(plan, device));
    function = "cnn_stop";
    add(max7800x::stop_write(plan, device));
  }
  function = "cnn_init";
  max7800x::emit_init(graph, plan, device, options, add);
  function = "cnn_configure";
  max7800x::emit_configure(graph, plan, device, options, add);
  function = "cnn_start";
  max7800x::emit_start(graph, plan, device, options, add);
  return writes;
}

std::vector<std::uint32_t> weight_stream(const Subject& subject) {
  std::vector<std::uint32_t> words;
  max7800x::emit_weights(subject.graph, subject.plan, subject.device, subject.parameters.parameters(), subject.options,
                         [&](std::uint32_t word) { words.push_back(word); });
  return words;
}

std::array<std::vector<std::uint8_t>, max7800x::groups> bias_memories(const Subject& subject) {
  std::array<std::vector<std::uint8_t>, max7800x::groups> memories;
  for (int g = 0; g < max7800x::groups; ++g)
    max7800x::emit_bias(subject.graph, subject.plan, subject.parameters.parameters(), g,
                        [&](std::uint8_t value) { memories[static_cast<std::size_t>(g)].push_back(value); });
  return memories;
}

std::vector<InputRegion> input_regions(const Subject& subject) {
  struct Sink {
    std::vector<InputRegion> regions;
    void region(std::uint32_t address, int) { regions.push_back({address}); }
    void word(std::uint32_t value) { regions.back().words.push_back(value); }
  } sink;
  const auto value = [&](int i) { return subject.input[static_cast<std::size_t>(i)]; };
  const max7800x::TensorLayout layout = max7800x::input_layout(subject.graph, subject.plan);
  if (!subject.options.uses_fifo()) {
    max7800x::emit_input(layout, subject.device, value, sink);
    return sink.regions;
  }
  max7800x::emit_fifo_input(layout, subject.device, subject.options, value, sink);
  for (InputRegion& region : sink.regions)
    region.words.resize(static_cast<std::size_t>(max7800x::stored_fifo_words(layout, subject.options)));
  return sink.regions;
}

Graph simulated_graph(const Subject& subject) {
  Graph graph = subject.graph;
  for (std::size_t k = 1; k < subject.order.size(); ++k) {  // a layer reads the one that has run before it
    incuse::Sources& sources = graph[subject.order[k]].sources;
    if (sources.size == 1 && sources[0] == subject.order[k] - 1) sources[0] = subject.order[k - 1];
  }
  return graph;
}

LayerOutputs run_reference(const Subject& subject) {
  std::vector<int> memory(static_cast<std::size_t>(incuse::host::memory_size(subject.graph)));
  const Graph graph = simulated_graph(subject);
  incuse::host::run(graph, subject.parameters.parameters(), subject.input.data(), memory.data(),
                    {subject.device, subject.options});
  LayerOutputs outputs;
  for (int i = 0; i < subject.graph.size; ++i) {
    const int* first = memory.data() + incuse::host::output_start(subject.graph, i);
    outputs.emplace_back(first, subject.simulates(i) ? first + subject.graph[i].out.elements() : first);
  }
  return outputs;
}

namespace {

struct ExpectedWord {
  std::uint32_t mask, address, value;
  int pixel;
};

/// Words of one block of up to four channels, for one pixel and pass.
void add_block(const max7800x::TensorLayout& layout, const max7800x::Device& device, const std::vector<int>& output,
               int block, int first_channel, int pixel, int pass, std::vector<ExpectedWord>& words) {
  const int present =
      std::min({incuse::bit_count(layout.processors >> block & 0xf), layout.shape.channels - first_channel,
                (pass + 1) * layout.passes.channels - first_channel});
  if (present <= 0) return;
  const std::uint32_t address = device.data_address(block, layout.offset + 4 * layout.word_index(pixel, pass));
  std::uint32_t lanes[4]{};
  for (int lane = 0, channel = first_channel; lane < 4; ++lane)
    if ((layout.processors >> (block + lane) & 1) != 0 && channel < first_channel + present)
      lanes[lane] =
          static_cast<std::uint32_t>(output[static_cast<std::size_t>(channel++ * layout.shape.pixels() + pixel)]);
  if (layout.wide) {
    for (int lane = 0; lane < present; ++lane)
      words.push_back({~0u, address + 4 * static_cast<std::uint32_t>(lane), lanes[lane], pixel});
    return;
  }
  const int first_lane = incuse::first_bit(layout.processors >> block & 0xf);
  const std::uint32_t ones = present == 4 ? ~0u : (1u << 8 * present) - 1u;
  const std::uint32_t mask = ones << 8 * first_lane;
  const std::uint32_t word = (lanes[0] & 0xff) | (lanes[1] & 0xff) << 8 | (lanes[2] & 0xff) << 16 | lanes[3] << 24;
  words.push_back({mask, address, word & mask, pixel});
}

}  // namespace

std::vector<std::uint32_t> expected_stream(const Subject& subject, const LayerOutputs& outputs, CheckedWords checked) {
  std::vector<ExpectedWord> words;
  for (int i = 0; i < subject.graph.size; ++i) {
    if (!subject.expects(i)) continue;
    const max7800x::TensorLayout layout = max7800x::output_layout(subject.graph, subject.plan, i);
    for (int pass = 0; pass < layout.passes.count; ++pass) {
      int channel = pass * layout.passes.channels;
      max7800x::for_each_block(layout.processors, [&](int block) {
        for (int pixel = 0; pixel < layout.shape.pixels(); ++pixel)
          add_block(layout, subject.device, outputs[static_cast<std::size_t>(i)], block, channel, pixel, pass, words);
        channel += incuse::bit_count(layout.processors >> block & 0xf);
      });
    }
  }
  if (checked.first_pixels) {
    std::stable_sort(words.begin(), words.end(),
                     [](const ExpectedWord& a, const ExpectedWord& b) { return a.pixel < b.pixel; });
    if (checked.length >= 0 && static_cast<std::size_t>(checked.length) < words.size())
      words.resize(static_cast<std::size_t>(checked.length));
  }
  std::sort(words.begin(), words.end(), [](const ExpectedWord& a, const ExpectedWord& b) {
    return a.mask != b.mask ? a.mask < b.mask : a.address < b.address;
  });
  if (!checked.first_pixels && checked.length >= 0 && static_cast<std::size_t>(checked.length) < words.size())
    words.resize(static_cast<std::size_t>(checked.length) + 1);
  std::vector<std::uint32_t> stream;
  for (std::size_t i = 0; i < words.size();) {
    std::size_t end = i + 1;
    while (end < words.size() && words[end].mask == words[i].mask && words[end].address == words[end - 1].address + 4)
      ++end;
    stream.push_back(words[i].address);
    stream.push_back(words[i].mask);
    stream.push_back(static_cast<std::uint32_t>(end - i));
    for (; i < end; ++i) stream.push_back(words[i].value);
  }
  stream.push_back(0);
  return stream;
}

std::vector<std::uint32_t> unload_addresses(const Subject& subject,
                                            const std::vector<max7800x::UnloadRegion>& regions) {
  std::vector<std::uint32_t> addresses;
  const auto add = [&](std::uint32_t address) { addresses.push_back(address); };
  if (regions.empty()) max7800x::emit_unload(subject.graph, subject.plan, subject.device, add);
  for (const max7800x::UnloadRegion& region : regions)
    max7800x::emit_unload(max7800x::layout_of(region), subject.device, add);
  return addresses;
}

std::vector<max7800x::MlatorAccess> mlator_accesses(const Subject& subject) {
  std::vector<max7800x::MlatorAccess> accesses;
  max7800x::emit_mlator_unload(subject.graph, subject.plan, subject.device, subject.options,
                               [&](const max7800x::MlatorAccess& access) { accesses.push_back(access); });
  return accesses;
}

std::vector<ReferenceCounts> statistics(const Subject& subject) {
  std::vector<ReferenceCounts> rows;
  const auto add = [&](const std::string& label, const max7800x::Operations& o) {
    rows.push_back({label, {o.multiply_accumulate, o.compare, o.add, o.multiply, o.bitwise}});
  };
  max7800x::Operations total;
  for (int i = 0; i < subject.graph.size; ++i) {
    if (!subject.executes(i)) continue;
    const max7800x::Operations own =
        subject.simulates(i) ? max7800x::operations_of(subject.graph, i) : max7800x::Operations{};
    add("layer " + std::to_string(i + subject.options.first_layer), own);
    total += own;
  }
  add("total", total);
  const max7800x::MemoryUse use = max7800x::memory_use(subject.graph, subject.plan, subject.device, subject.options);
  rows.push_back({"weight_memory", {use.weight_bytes, use.weight_capacity}});
  rows.push_back({"bias_memory", {use.bias_bytes, use.bias_capacity}});
  return rows;
}

std::vector<ReferenceCounts> latencies(const Subject& subject) {
  std::vector<ReferenceCounts> rows{{"startup", {max7800x::startup_cycles}}};
  incuse::Latency total = max7800x::cycles_of(subject.graph, subject.plan, subject.device);
  for (int i = 0; i < subject.graph.size; ++i) {
    const long long cycles = max7800x::cycles_of(subject.graph, subject.plan, i);
    if (subject.simulates(i))
      rows.push_back({"layer " + std::to_string(i) + (subject.graph[i].streaming ? " est" : ""), {cycles}});
    else
      total.total -= cycles;
  }
  rows.push_back({total.estimated ? "total est" : "total", {total.total}});
  return rows;
}

}  // namespace conformance
