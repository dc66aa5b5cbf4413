// Runs networks at run time: the reference executor with memory of its own, for one input or many.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <incuse/core/signed_bytes.hpp>
#include <incuse/host/reference.hpp>
#include <incuse/host/runnable.hpp>

namespace incuse::host {

/// A network that is ready to run. Several inputs run side by side, one in each lane, which keeps the vector units of
/// the processor busy; every thread needs an executor of its own.
template <int N>
class Executor {
 public:
  /// The graph must be inferred; it is bound to its parameters here, unless it is bound already. Their tensors have to
  /// outlive the executor. `arithmetic` can be given as options of a MAX7800x, or as the device `k210_kpu`.
  Executor(const Graph<N>& graph, Parameters parameters, ByteArithmetic arithmetic = {}, int lanes = 1)
      : graph_(graph),
        parameters_(parameters),
        arithmetic_(arithmetic),
        lanes_(max_of(1, lanes)),
        obstacle_(obstacle(graph, parameters, lanes_)) {
    if (!ready()) return;
    graph_ = bind(graph, parameters);
    inputs_.resize(ints(graph.input.elements()));
    memory_.resize(ints(memory_size(graph)));
  }

  bool ready() const { return obstacle_.none(); }
  /// Why the network cannot run.
  const Obstacle& reason() const { return obstacle_; }
  /// The same as a sentence, "layer 3 (conv3): …"; empty if it can.
  std::string problem() const { return problem_text(obstacle_, graph_); }
  int lanes() const { return lanes_; }

  /// Sets the input of one lane: values in channels x height x width order, of any signed integer type. Of values
  /// outside of -128 … 127 the low 8 bits count, as in the drivers and on the chip. Does nothing unless the network is
  /// ready and has the lane.
  template <class Value>
  void set_input(const Value* values, int lane = 0) {
    static_assert(holds_signed_bytes<Value>, INCUSE_SIGNED_BYTES_WANTED);
    if (lane < 0 || lane >= lanes_) return;
    for (std::size_t i = 0; i < inputs_.size() / static_cast<std::size_t>(lanes_); ++i)
      inputs_[i * static_cast<std::size_t>(lanes_) + static_cast<std::size_t>(lane)] = signed_byte(values[i]);
  }

  /// Runs all lanes; does nothing unless the network is ready. A rolling buffer keeps its rows from run to run, those
  /// of each lane for itself.
  void run() {
    if (ready()) host::run(graph_, parameters_, inputs_.data(), memory_.data(), arithmetic_, lanes_);
  }

  /// Fills the rolling buffer with zeros, as before the first run.
  void reset() {
    if (!ready()) return;
    const std::size_t first = ints(buffer_start(graph_)), count = ints(graph_.buffer.shape().elements());
    for (std::size_t i = first; i < first + count; ++i) memory_[i] = 0;
  }

  /// Number of the early exit that the inference of a lane takes, as the driver tells it: from 0; -1: none. The
  /// `tested_layer` of its `last_layer_with_exit` has the result. On a chip the layers behind it do not run; here they
  /// do.
  int exit_taken(int lane = 0) const {
    return find_exit_taken(graph_, [&](int layer) { return has(layer, lane) ? output(layer, 0, lane) : -1; });
  }

  /// One value of a layer's output; 0 if there is no such value, or the network is not ready.
  int output(int layer, int element, int lane = 0) const {
    if (!has(layer, lane) || element < 0 || element >= graph_[layer].out.elements()) return 0;
    return memory_[ints(output_start(graph_, layer) + element) + static_cast<std::size_t>(lane)];
  }

  /// The whole output of a layer, in channels x height x width order; nothing if there is none.
  std::vector<int> output_of(int layer, int lane = 0) const {
    if (!has(layer, lane)) return {};
    std::vector<int> values(static_cast<std::size_t>(graph_[layer].out.elements()));
    const int* from = memory_.data() + ints(output_start(graph_, layer)) + lane;
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = from[i * static_cast<std::size_t>(lanes_)];
    return values;
  }

 private:
  bool has(int layer, int lane) const {
    return ready() && layer >= 0 && layer < graph_.size && lane >= 0 && lane < lanes_;
  }
  std::size_t ints(int elements) const { return static_cast<std::size_t>(elements) * static_cast<std::size_t>(lanes_); }

  Graph<N> graph_;
  Parameters parameters_;
  ByteArithmetic arithmetic_;
  int lanes_;
  KeptObstacle obstacle_;
  std::vector<int> inputs_{};
  std::vector<int> memory_{};
};

}  // namespace incuse::host
