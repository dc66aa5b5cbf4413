// How well a classifier does on a data set: runs every input through the fast executor, and counts.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <incuse/host/fast/batch.hpp>

namespace incuse::host {

/// Counts of a classifier's answers. Inputs whose label is no class are not among them.
struct Evaluation {
  int classes = 0;
  std::vector<int> counts{};  ///< by label, then by answer
  std::vector<int> ranks{};   ///< how often the label was the likeliest, the second likeliest, …
  double seconds = 0;         ///< that it took

  /// Inputs of class `label` that were answered with class `answer`.
  int count(int label, int answer) const { return counts[index(label, answer)]; }
  /// All inputs that count.
  int total() const {
    int sum = 0;
    for (int own : counts) sum += own;
    return sum;
  }
  /// Inputs that were classified correctly: the answer is the label.
  int correct() const {
    int sum = 0;
    for (int i = 0; i < classes; ++i) sum += count(i, i);
    return sum;
  }
  /// The share of correct answers, 0 to 1. Like every share of this class, it is 0 if there are no inputs.
  double accuracy() const { return share(correct(), total()); }
  /// Share of the inputs whose label is among the k likeliest classes.
  double top(int k) const {
    int hits = 0;
    for (int i = 0; i < std::min(k, classes); ++i) hits += ranks[static_cast<std::size_t>(i)];
    return share(hits, total());
  }
  /// Share of right ones among the answers for a class; 0 if it was never the answer.
  double precision(int answer) const {
    int all = 0;
    for (int label = 0; label < classes; ++label) all += count(label, answer);
    return share(count(answer, answer), all);
  }
  /// Share of right answers among the inputs of a class; 0 if there are none.
  double recall(int label) const {
    int all = 0;
    for (int answer = 0; answer < classes; ++answer) all += count(label, answer);
    return share(count(label, label), all);
  }

  /// Counts the answer to an input of a class, and how many classes are likelier than its label.
  void add(int label, int answer, int rank) {
    ++counts[index(label, answer)];
    ++ranks[static_cast<std::size_t>(rank)];
  }

 private:
  std::size_t index(int label, int answer) const {
    return static_cast<std::size_t>(label) * static_cast<std::size_t>(classes) + static_cast<std::size_t>(answer);
  }
  static double share(int part, int whole) { return whole == 0 ? 0 : static_cast<double>(part) / whole; }
};

/// A line that grows while inputs are run: redrawn in place, on `stream`. Without a stream nothing is printed.
class ProgressLine {
 public:
  explicit ProgressLine(std::FILE* stream) : stream_(stream) {}

  /// Redraws it with `done` of `total` inputs, and ends it with the last one.
  void operator()(int done, int total) {
    if (stream_ == nullptr || total <= 0) return;
    const int width = 40, filled = static_cast<int>(static_cast<long long>(done) * width / total);
    if (filled == filled_ && done < total) return;
    filled_ = filled;
    std::fprintf(stream_, "\r[%s%s] %d of %d%s", std::string(static_cast<std::size_t>(filled), '#').c_str(),
                 std::string(static_cast<std::size_t>(width - filled), '.').c_str(), done, total,
                 done == total ? "\n" : "");
    std::fflush(stream_);
  }

 private:
  std::FILE* stream_;
  int filled_ = -1;
};

/// How many classes are likelier than `label`, by the output of a layer with one number for each. Of equal numbers the
/// first one is the likelier.
template <int N>
int rank_of(const fast::Executor<N>& executor, int layer, int classes, int label) {
  const int own = executor.output(layer, label);
  int likelier = 0;
  for (int i = 0; i < classes; ++i) {
    const int other = executor.output(layer, i);
    likelier += other > own || (other == own && i < label);
  }
  return likelier;
}
/// The likeliest class.
template <int N>
int likeliest(const fast::Executor<N>& executor, int layer, int classes) {
  int best = 0;
  for (int i = 1; i < classes; ++i)
    if (executor.output(layer, i) > executor.output(layer, best)) best = i;
  return best;
}

namespace detail {

/// Classes of a network: outputs of its last layer; 0 if an early exit answers with another number of them.
template <int N>
int classes_of(const Graph<N>& graph) {
  const int classes = graph[graph.size - 1].out.elements();
  for (int exit : exit_layers(graph))
    if (graph[tested_layer(graph, exit)].out.elements() != classes) return 0;
  return classes;
}

/// The layer whose output is the answer to the last input: the network's last one, or the one that the taken early exit
/// tests.
template <int N>
int answering_layer(const fast::Executor<N>& executor, const Graph<N>& graph) {
  return tested_layer(graph, last_layer_with_exit(graph, executor.exit_taken()));
}

/// What a classifier makes of one input.
struct Answer {
  int label = -1;  ///< -1: it is no class, and the input does not count
  int likeliest = 0;
  int rank = 0;  ///< of the label
};

inline Evaluation counted(const std::vector<Answer>& answers, int classes) {
  Evaluation result;
  result.classes = classes;
  result.counts.assign(static_cast<std::size_t>(classes) * static_cast<std::size_t>(classes), 0);
  result.ranks.assign(static_cast<std::size_t>(classes), 0);
  for (const Answer& own : answers)
    if (own.label >= 0) result.add(own.label, own.likeliest, own.rank);
  return result;
}

}  // namespace detail

/// Runs a data set through a classifier. `dataset.size()` is the number of inputs, `dataset.label(i)` the class of
/// input i, and `dataset.set_input(executor, i)` hands it over; the latter two are called from several threads, and
/// throw nothing. `progress` is called now and then with how many inputs are done and how many there are, on the
/// calling thread. Inputs whose label is no class are left out. An early exit that an input takes answers for it.
/// Without any result unless the network is ready and all of its ends have the same number of classes.
template <int N, class Dataset, class Progress>
Evaluation evaluate(const fast::PackedNetwork<N>& packed, const Dataset& dataset, Progress&& progress,
                    int threads = 0) {
  if (!packed.ready()) return {};
  const Graph<N>& graph = packed.graph();
  const int classes = detail::classes_of(graph), size = std::max(0, static_cast<int>(dataset.size()));
  if (classes == 0) return {};
  fast::Batch<N> batch(packed, threads);
  std::vector<detail::Answer> answers(static_cast<std::size_t>(size));
  const auto start = std::chrono::steady_clock::now();
  constexpr int block = 512;  // of inputs between two calls of `progress`
  for (int first = 0; first < size; first += block) {
    const int count = std::min(block, size - first);
    batch.run(count, [&](fast::Executor<N>& executor, int i) {
      const int label = dataset.label(first + i);
      if (label < 0 || label >= classes) return;
      dataset.set_input(executor, first + i);
      executor.run();
      const int layer = detail::answering_layer(executor, graph);
      answers[static_cast<std::size_t>(first) + static_cast<std::size_t>(i)] = {
          label, likeliest(executor, layer, classes), rank_of(executor, layer, classes, label)};
    });
    progress(first + count, size);
  }
  Evaluation result = detail::counted(answers, classes);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

/// The same with a progress line on the error output.
template <int N, class Dataset>
Evaluation evaluate(const fast::PackedNetwork<N>& packed, const Dataset& dataset) {
  return evaluate(packed, dataset, ProgressLine(stderr));
}

}  // namespace incuse::host
