// Cases that are run: their outputs are compared with the reference while the test program runs.
#pragma once

#include <incuse/max7800x/device.hpp>
#include <incuse/max7800x/options.hpp>
#include <incuse/model/parameters.hpp>

namespace typed_cases {

/// Room for the largest network of the chip.
using Network = incuse::Graph<32>;

template <int N>
Network widened(const incuse::Graph<N>& graph) {
  Network result;
  result.input = graph.input;
  result.size = graph.size;
  for (int i = 0; i < graph.size; ++i) result[i] = graph[i];
  return result;
}

/// A case of the reference tables by name, as the type says it. Defining one enters it into the list of all cases.
struct RegisteredCase {
  RegisteredCase(const char* case_name, const incuse::max7800x::Device& part, const Network& network,
                 incuse::Parameters trained, incuse::max7800x::Options deployed);

  const char* name;
  const incuse::max7800x::Device& device;
  Network graph;
  incuse::Parameters parameters;
  incuse::max7800x::Options options;
  const RegisteredCase* next;
};

}  // namespace typed_cases
