#include "compare_dump.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

#include <incuse/host/first_difference.hpp>
#include <incuse/host/proof.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/import/memory_dump.hpp>

#include "content.hpp"
#include "input_shape.hpp"
#include "loaded_network.hpp"
#include "output.hpp"
#include "parts.hpp"

namespace cli {

namespace {

using incuse::MemoryDump;
using incuse::host::LayerComparison;
using incuse::host::Verdict;

constexpr int capacity = incuse::max7800x::most_layers;
using incuse::max7800x::Device;
template <const Device& Part>
using VirtualChip = incuse::host::ProvingChip<Part>;
using Network = incuse::host::DeployedNetwork<capacity>;
using Executor = incuse::host::Executor<capacity>;

/// Adds FILE, a text, or FILE@ADDRESS, raw memory.
void add_file(const std::string& argument, MemoryDump& dump) {
  const std::size_t at = argument.rfind('@');
  std::optional<std::uint32_t> address;
  if (at != std::string::npos) {
    std::string digits = argument.substr(at + 1);
    if (digits.rfind("0x", 0) == 0) digits.erase(0, 2);
    std::uint32_t value = 0;
    const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.empty() || status != std::errc() || end != digits.data() + digits.size())
      throw UsageError("--dump " + argument + ": '" + argument.substr(at + 1) + "' is no hexadecimal address");
    address = value;
  }
  const std::string error = incuse::read_dump(argument.substr(0, at), address, dump);
  if (!error.empty()) throw UsageError(error);
}

/// All words of the data memories that the chip has written.
template <const Device& Part>
MemoryDump memories_of(VirtualChip<Part>& chip) {
  MemoryDump dump;
  for (int k = 0; k < incuse::max7800x::instances; ++k)
    for (int i = 0; i < Part.data.entries; ++i) {
      const std::uint32_t address = Part.data_address(k * incuse::max7800x::processors_per_instance, 4 * i);
      chip.forget_errors();
      const std::uint32_t word = chip.read(address);
      if (chip.report().ok()) dump.set(address, word);
    }
  chip.forget_errors();
  return dump;
}

/// What a run in a virtual chip has shown.
struct VirtualRun {
  std::vector<LayerComparison> comparisons{};
  std::string problem{};  ///< why the chip does not do what the tables ask for; empty: it does
  int layer = -1;         ///< that the problem is about; -1: no layer in particular
};

/// Runs the network in a virtual chip, layer by layer, and writes what its memories hold after `last` if that is
/// wanted.
template <const Device& Part>
VirtualRun run_virtually(const Request& request, const Network& network, const Executor& executor, const int* input,
                         int last) {
  const auto chip = std::make_unique<VirtualChip<Part>>();
  chip->complete_after(100);  // accesses until an inference ends: the chip can be looked at while it runs
  if (!load_accelerator(network, *chip)) return {.problem = "the virtual chip does not answer as it has to"};
  VirtualRun run{.comparisons = compare_step_by_step(network, executor, input, *chip, last)};
  if (network.options.snoop.used && chip->snoop_led())
    return {.problem = "a snoop unit has found its word: which layers run behind it, the executor does not know"};
  if (!chip->report().ok()) {
    const incuse::max7800x::ChipSentence text = sentence(Part, chip->report().first);
    run.problem = "the virtual chip complains: " + string_of(text);
    return run;
  }
  const int end = std::min(last, incuse::host::detail::last_layer_run(network, executor));
  const int compared = static_cast<int>(run.comparisons.size());
  if (compared <= end && incuse::host::first_difference(run.comparisons) == nullptr) {
    run.problem = "the virtual chip does not complete the layer";
    run.layer = compared;
    return run;
  }
  if (!request.output.empty()) {
    run_accelerator(network, input, *chip, last);
    write_result(request, text_of(memories_of<Part>(*chip)));
  }
  return run;
}

ExitCode print(const Graph& graph, const std::vector<LayerComparison>& comparisons) {
  int compared = 0;
  for (const LayerComparison& comparison : comparisons) {
    say(stdout, layer_text(graph, comparison.layer) + ": " + text_of(comparison));
    compared += comparison.compared;
  }
  if (const LayerComparison* first = incuse::host::first_difference(comparisons)) {
    say(stdout, "first difference: " + layer_text(graph, first->layer) + ", channel " + std::to_string(first->channel) +
                    ", row " + std::to_string(first->row) + ", column " + std::to_string(first->column));
    return ExitCode::findings;
  }
  if (compared == 0) throw UsageError("the dump has no word of any layer's output");
  std::printf("no difference\n");
  return ExitCode::success;
}

}  // namespace

void add_dump_options(CLI::App& verb, Request& request, DumpRequest& dump) {
  verb.add_option("--input", request.input, "Input array (.npy) that the chip was given")
      ->required()
      ->type_name("FILE");
  auto* files =
      verb.add_option("--dump", dump.dumps,
                      "Data memories that were read from the chip: text with lines of ADDRESS: WORD WORD ...\n"
                      "or, as FILE@ADDRESS, raw memory from that address on");
  files->type_name("FILE");
  verb.add_option("--after", dump.after, "The last layer that the chip had executed, by number or name")
      ->type_name("LAYER");
  verb.add_flag("--virtual-chip", dump.virtual_chip, "Compare a virtual chip instead, layer by layer")->excludes(files);
  verb.add_option("-o,--output", request.output, "Write the virtual chip's memories after that layer there, as text")
      ->excludes(files)
      ->type_name("FILE");
}

namespace {

/// Prints the comparisons, or the error that prevented them, in the same words as the other verbs that run the virtual
/// chip.
ExitCode answer(LoadedNetwork& loaded, const VirtualRun& run) {
  if (run.problem.empty()) return print(loaded.planned.graph, run.comparisons);
  add_proof_error(loaded, run.layer, run.problem);
  print_errors(loaded, stderr);  // it is the only one
  return ExitCode::findings;
}

}  // namespace

ExitCode compare_dump(const Request& asked, const DumpRequest& dump) {
  Request request = asked;
  request.no_proof = true;  // it is the comparison that tells
  if (is_kmodel(request)) throw UsageError("compare-dump is for networks on the MAX7800x family, not for kmodels");
  if (dump.virtual_chip == !dump.dumps.empty()) throw UsageError("give --dump files or --virtual-chip");
  LoadedNetwork loaded = load(request);
  print_messages(loaded, stderr);
  if (!loaded.ok()) {
    say(stderr, loaded.description.file + ": not compared: the network does not fit");
    return ExitCode::findings;
  }
  if (!loaded.has_weights) throw UsageError("nothing can run without weights: give --weights or --checkpoint");
  const auto& [graph, options, plan, fits] = loaded.planned;
  const int last = layer_argument(graph, dump.after, "--after");
  const std::vector<int> input = input_values(request.input, graph.input);
  Executor executor(graph, loaded.parameters(), {*loaded.device, options});
  if (!executor.ready()) throw UsageError("the network cannot run: " + executor.problem());
  executor.set_input(input.data());
  executor.run();

  const Network network{graph, plan, *loaded.device, options, loaded.parameters()};
  if (dump.virtual_chip) {
    VirtualRun run;
    Parts::with(network.device, [&]<const Device & Part>() {
      run = run_virtually<Part>(request, network, executor, input.data(), last);
    });
    return answer(loaded, run);
  }
  const incuse::max7800x::Device device = device_with(loaded.options, *loaded.device);
  const Network dumped{graph, plan, device, options, loaded.parameters()};
  MemoryDump words;
  for (const std::string& file : dump.dumps) add_file(file, words);
  return print(graph,
               compare_layers(dumped, executor, last, [&](std::uint32_t address) { return words.word(address); }));
}

}  // namespace cli
