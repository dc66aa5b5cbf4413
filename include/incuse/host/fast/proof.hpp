// The proof of a planned network (host/proof.hpp) with the fast executor's answers: what the program does for whatever
// it checks, imports or exports. The reference executor keeps the last word: it is asked where the fast one and the
// virtual chip differ, so the two ways of proving find the same errors.
#pragma once

#include <vector>

#include <incuse/host/fast/executor.hpp>
#include <incuse/host/proof.hpp>

namespace incuse::host::fast {

namespace detail {

/// The fast executor's answers to several inputs, one behind the other: see host::detail::ReferenceAnswers.
template <int N>
class FastAnswers {
 public:
  FastAnswers(const DeployedNetwork<N>& network, const std::vector<std::vector<int>>& inputs)
      : inputs_(inputs), executor_(network.graph, network.parameters, {network.device, network.options}) {}

  const Obstacle& reason() const { return executor_.reason(); }
  void answer(int n) {
    executor_.set_input(inputs_[static_cast<std::size_t>(n)].data());
    executor_.run();
  }
  int exit_taken() const { return executor_.exit_taken(); }
  std::vector<int> output_of(int layer) const { return executor_.output_of(layer); }

 private:
  const std::vector<std::vector<int>>& inputs_;
  Executor<N> executor_;
};

}  // namespace detail

/// host::prove, many times faster for large networks.
template <int N, class Chip>
Proof prove(const DeployedNetwork<N>& network, Chip& chip) {
  using Answers = detail::FastAnswers<N>;
  const std::vector<std::vector<int>> inputs = inputs_for_proof<N, Answers>(network);
  const Proof proof = host::detail::prove_with<Answers>(network, chip, inputs, proof_duration);
  return proof.ok() ? proof : host::prove(network, chip, inputs);
}

}  // namespace incuse::host::fast
