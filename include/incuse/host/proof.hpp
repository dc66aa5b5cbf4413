// The proof of a planned network that no rule can replace: its tables, carried into a virtual chip, compute for random
// inputs what the reference executor computes. The program does it for whatever it checks, imports or exports; tests do
// it too, and so can users of the library:
//
//     static host::ProvingChip<max78000> chip;
//     const host::Proof proof = host::prove(host::deployed<Chip>(), chip);
//     if (!proof.ok()) std::puts(text_of(proof).c_str());
//
// What it cannot see: a virtual chip runs layers one after the other, so no layer can overtake another one there. That
// is checked by `verify` and the rules, which a network has to pass first.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <incuse/host/first_difference.hpp>
#include <incuse/host/random_parameters.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/statistics.hpp>
#include <incuse/max7800x/virtual_chip.hpp>

namespace incuse::host {

/// What a proof has tried, and the first error.
struct Proof {
  int inputs = 0;         ///< number of inputs that were tried
  int ends = 0;           ///< different ends of the network that these reach: early exits, and the last layer
  int layer = -1;         ///< with the error; -1: no layer in particular
  std::string problem{};  ///< the error; empty if there is none
  int left_out = 0;       ///< inputs with which a snoop unit changes the order: executors do not follow where it leads

  /// Number of inputs with which the chip has computed what the executor has.
  int compared() const { return inputs - left_out; }
  bool ok() const { return problem.empty(); }
};

/// A chip with room for whole outputs of streaming layers; too large for a stack.
template <const max7800x::Device& Part>
using ProvingChip = max7800x::VirtualChip<Part, 64 << 20>;

namespace detail {

/// The first error that the chip reports; empty if there is none.
template <class Virtual>
std::string complaint_of(const max7800x::Device& device, const Virtual& chip) {
  if (chip.report().ok()) return {};
  const max7800x::ChipSentence text = sentence(device, chip.report().first);
  return "the virtual chip complains: " + string_of(text);
}

/// A random input; with the option synthesized_words, as the generated program makes it.
template <int N>
std::vector<int> proving_input(const DeployedNetwork<N>& network, unsigned seed) {
  std::vector<int> values = random_input(network.graph, seed);
  if (network.options.synthesized_words <= 0) return values;
  std::vector<int> made;
  for (int i = 0; i < network.graph.input.elements(); ++i)
    made.push_back(max7800x::synthesized_value(
        network.graph.input, network.options, [&](int at) { return values[static_cast<std::size_t>(at)]; }, i));
  return made;
}

/// Whether a layer's output is complete in memory, and final: layers that are jumped over have none, and with several
/// repetitions only outputs of the network are.
template <int N>
bool is_comparable(const DeployedNetwork<N>& network, int layer) {
  if (layer + 1 < network.graph.size && network.graph[layer + 1].streaming) return false;
  if (is_skipped(network.graph.layers, layer, network.options)) return false;
  return network.options.repetitions == 1 || network.graph[layer].output;
}

/// The reference executor's answers to several inputs: it runs on all of them at once, or, with a rolling buffer, on
/// one behind the other.
template <int N>
class ReferenceAnswers {
 public:
  ReferenceAnswers(const DeployedNetwork<N>& network, const std::vector<std::vector<int>>& inputs)
      : inputs_(inputs),
        in_turn_(network.graph.buffer.exists()),
        executor_(network.graph, network.parameters, {network.device, network.options},
                  in_turn_ ? 1 : static_cast<int>(inputs.size())) {
    for (std::size_t n = 0; n < inputs.size() && !in_turn_; ++n)
      executor_.set_input(inputs[n].data(), static_cast<int>(n));
    if (!in_turn_) executor_.run();
  }

  const Obstacle& reason() const { return executor_.reason(); }
  /// Goes on to input n: they come in order.
  void answer(int n) {
    lane_ = in_turn_ ? 0 : n;
    if (!in_turn_) return;
    executor_.set_input(inputs_[static_cast<std::size_t>(n)].data());
    executor_.run();
  }
  int exit_taken() const { return executor_.exit_taken(lane_); }
  std::vector<int> output_of(int layer) const { return executor_.output_of(layer, lane_); }

 private:
  const std::vector<std::vector<int>>& inputs_;
  bool in_turn_;
  Executor<N> executor_;
  int lane_ = 0;
};

/// What is wrong if a network with early exits has not ended where it had to, with layer `last`; else empty.
template <int N, class Virtual>
std::string wrong_end(const DeployedNetwork<N>& network, const Virtual& chip, int last) {
  const int wanted = network.plan.number_of(last);
  if (exit_layers(network.graph).empty() || chip.last_layer() == wanted) return {};
  return "the virtual chip ends with layer " + std::to_string(chip.last_layer()) + " of the hardware instead of " +
         std::to_string(wanted);
}

/// Runs a loaded chip on what an executor has answered to, and compares everything that is left of all layers.
template <int N, class Answers, class Virtual>
void prove_input(const DeployedNetwork<N>& network, const Answers& answers, const std::vector<int>& values,
                 Virtual& chip, Proof& proof) {
  const bool complete = run_accelerator(network, values.data(), chip, -1, BufferRows::kept);
  proof.problem = complaint_of(network.device, chip);
  if (!proof.ok()) return;
  if (!complete) return void(proof.problem = "the virtual chip does not answer as it has to");
  if (network.options.snoop.used && chip.snoop_led()) return void(++proof.left_out);
  const int last = last_layer_run(network, answers);
  proof.problem = wrong_end(network, chip, last);
  if (!proof.ok()) return;
  const std::vector<int> writers = last_writers(network, last);
  const auto word_at = [&](std::uint32_t address) { return std::optional<std::uint32_t>(chip.read(address)); };
  for (int i = 0; i <= last && proof.ok(); ++i) {
    if (!is_comparable(network, i)) continue;
    const LayerComparison found = compare_layer(network, i, answers.output_of(i), last, writers, word_at);
    if (found.verdict == Verdict::differs)
      proof = {proof.inputs, proof.ends, i, "on a virtual chip " + text_of(found)};
    else if (network.graph[i].output && found.compared < network.graph[i].out.elements())
      proof = {proof.inputs, proof.ends, i, "its output is not left in the memories: " + text_of(found)};
  }
  if (proof.ok()) proof.problem = complaint_of(network.device, chip);  // errors of the reads
}

/// `prove` with the answers of one executor.
template <class Answers, int N, class Virtual>
Proof prove_with(const DeployedNetwork<N>& network, Virtual& chip, const std::vector<std::vector<int>>& inputs,
                 int duration) {
  Answers answers(network, inputs);
  if (const Obstacle& reason = answers.reason(); !reason.none()) return {0, 0, reason.layer, string_of(reason.reason)};
  Proof proof;
  chip.power_cycle();
  chip.complete_after(duration);
  if (!load_accelerator(network, chip)) proof.problem = "the virtual chip does not answer as it has to";
  std::vector<int> ends;
  for (const int count = static_cast<int>(inputs.size()); proof.inputs < count && proof.ok(); ++proof.inputs) {
    answers.answer(proof.inputs);
    const int end = answers.exit_taken();
    if (std::find(ends.begin(), ends.end(), end) == ends.end()) ends.push_back(end);
    proof.ends = static_cast<int>(ends.size());
    prove_input(network, answers, inputs[static_cast<std::size_t>(proof.inputs)], chip, proof);
  }
  return proof;
}

/// Of 64 random inputs, from loud to silent ones, the first for each end of the network that they reach.
template <class Answers, int N>
std::vector<std::vector<int>> inputs_for_all_ends(const DeployedNetwork<N>& network) {
  std::vector<std::vector<int>> chosen;
  std::vector<int> reached;
  for (unsigned first = 0; first < 64; first += 8) {
    std::vector<std::vector<int>> inputs;
    for (unsigned n = 0; n < 8; ++n) {
      inputs.push_back(proving_input(network, first + n));
      for (int& value : inputs.back()) value /= 1 << n;
    }
    Answers answers(network, inputs);
    for (int n = 0; n < 8 && answers.reason().none(); ++n) {
      answers.answer(n);
      const int exit = answers.exit_taken();
      if (std::find(reached.begin(), reached.end(), exit) != reached.end()) continue;
      reached.push_back(exit);
      chosen.push_back(inputs[static_cast<std::size_t>(n)]);
    }
  }
  return chosen;
}

}  // namespace detail

/// Inputs that a proof tries: fewer of large networks, so that none takes longer than a second or two.
template <int N>
int proving_inputs(const Graph<N>& graph) {
  const long long operations = max7800x::operations_of(graph).total();
  constexpr long long in_a_second = 1'000'000'000;
  return operations > in_a_second / 2 ? 1 : operations > in_a_second / 3 ? 2 : 3;
}

/// Bus accesses after which an inference completes, unless a test says otherwise.
constexpr int proof_duration = 100;

/// Proves the tables of a network that passes all rules, with these inputs in C x H x W order. The chip is
/// power-cycled; the inputs then run one after the other, as a program runs them, with the rolling buffer that the
/// inference in front has left. An inference completes `duration` bus accesses after its start, so that missing waits
/// are found.
template <int N, class Virtual>
Proof prove(const DeployedNetwork<N>& network, Virtual& chip, const std::vector<std::vector<int>>& inputs,
            int duration = proof_duration) {
  return detail::prove_with<detail::ReferenceAnswers<N>>(network, chip, inputs, duration);
}

/// Inputs for a proof: random ones; for a network with early exits also the first of 64 that reaches each of its ends,
/// and the first one once more behind these.
template <int N, class Answers = detail::ReferenceAnswers<N>>
std::vector<std::vector<int>> inputs_for_proof(const DeployedNetwork<N>& network) {
  std::vector<std::vector<int>> inputs;
  for (int n = 0; n < proving_inputs(network.graph); ++n)
    inputs.push_back(detail::proving_input(network, static_cast<unsigned>(n)));
  if (exit_layers(network.graph).empty()) return inputs;
  for (auto& values : detail::inputs_for_all_ends<Answers>(network)) inputs.push_back(std::move(values));
  inputs.push_back(inputs.front());
  return inputs;
}

/// The same with the inputs of `inputs_for_proof`.
template <int N, class Virtual>
Proof prove(const DeployedNetwork<N>& network, Virtual& chip) {
  return prove(network, chip, inputs_for_proof(network));
}

/// "layer 2: on a virtual chip channel 3, row 1, ..."; empty if nothing was wrong.
inline std::string text_of(const Proof& proof) {
  return proof.ok() || proof.layer < 0 ? proof.problem : "layer " + std::to_string(proof.layer) + ": " + proof.problem;
}

}  // namespace incuse::host
