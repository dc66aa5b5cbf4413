// What the examples of docs/layers are tried with: `compute<Net, Trained>("conv2d", input, output)` runs the network on
// `input` and compares. Networks of signed bytes run with the arithmetic of the MAX7800x, others in real numbers. An
// example without parameters has no `Trained`.
#pragma once

#include <incuse/host/real_reference.hpp>
#include <incuse/host/reference.hpp>
#include <incuse/incuse.hpp>
#include <incuse/k210/deployment.hpp>
#include <incuse/model/activations.hpp>
#include <incuse/model/repeat.hpp>
#include <incuse/model/software.hpp>

#include <cmath>
#include <cstdio>

using namespace incuse;
using Trained = NoWeights;

/// True if `got(i)` is about `wanted[i]` for every i, and the network's output has as many values.
template <class Net, class Value, int Count, class Got>
bool compare(const char* page, const Value (&wanted)[Count], const Got& got) {
  bool same = Count == graph_of<Net>().last().out.elements();
  for (int i = 0; i < Count && same; ++i)
    same = std::fabs(static_cast<double>(got(i)) - static_cast<double>(wanted[i])) < 1e-5;
  if (same) return true;
  std::printf("docs/layers/%s.md: the example computes", page);
  for (int i = 0; i < graph_of<Net>().last().out.elements(); ++i) std::printf(" %g", static_cast<double>(got(i)));
  std::printf("\n");
  return false;
}

template <class Net, class Parameters, int Inputs, int Outputs>
bool compute(const char* page, const signed char (&input)[Inputs], const signed char (&output)[Outputs]) {
  host::Values<graph_of<Net>().input.elements()> values{};
  static_assert(values.size == Inputs);
  for (int i = 0; i < Inputs; ++i) values.items[i] = input[i];
  const auto got = host::run<Net>(parameters_in<Parameters>(), values);
  return compare<Net>(page, output, [&](int i) { return got[i]; });
}

template <class Net, class Parameters, int Inputs, int Outputs>
bool compute(const char* page, const float (&input)[Inputs], const float (&output)[Outputs]) {
  static_assert(graph_of<Net>().input.elements() == Inputs);
  auto executor = host::real_executor<Net, Parameters>();
  if (!executor.ready()) std::printf("docs/layers/%s.md: %s\n", page, executor.problem().c_str());
  executor.run(input);
  return compare<Net>(page, output, [&](int i) { return executor.output(graph_of<Net>().size - 1, i); });
}
