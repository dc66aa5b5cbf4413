// A network as pictures and cards show it, whichever family it is for: its layers as texts, and which tensors they
// read. Tensors have numbers: 0 is the network's input, i + 1 what layer i writes, and behind the last layer's comes
// what else there is from the beginning.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace incuse::report {

/// A line of a card.
struct Fact {
  std::string what{}, value{};
};

struct DrawnLayer {
  std::string title{};       ///< "layer 3 (conv3)"
  std::string steps{};       ///< what it computes
  std::string shape{};       ///< of the tensor that it writes
  std::vector<int> reads{};  ///< tensors
  bool output = false;       ///< what it writes is an output of the network
  std::vector<Fact> facts{};
};

/// A tensor that is there before the first layer.
struct DrawnSource {
  int tensor = 0;
  std::string title{}, shape{};
};

struct DrawnNetwork {
  std::string name{}, chip{};
  std::vector<DrawnSource> sources{};
  std::vector<DrawnLayer> layers{};
  std::vector<Fact> facts{};  ///< about the network as a whole

  int tensors() const { return static_cast<int>(layers.size() + std::max<std::size_t>(1, sources.size())); }
  /// The last layer that reads a tensor; -1: none.
  int last_reader(int tensor) const {
    for (int i = static_cast<int>(layers.size()) - 1; i >= 0; --i)
      for (int read : layers[static_cast<std::size_t>(i)].reads)
        if (read == tensor) return i;
    return -1;
  }
};

}  // namespace incuse::report
