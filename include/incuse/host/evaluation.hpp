// How well a classifier does on a data set: runs every picture through the fast executor, and counts.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <incuse/host/fast/batch.hpp>

namespace incuse::host {

/// Counts of a classifier's answers.
struct Evaluation {
  int classes = 0;
  std::vector<int> counts{};  ///< by label, then by answer
  std::vector<int> ranks{};   ///< how often the label was the likeliest, the second likeliest, …
  double seconds = 0;         ///< that it took

  int count(int label, int answer) const {
    return counts[static_cast<std::size_t>(label) * static_cast<std::size_t>(classes) +
                  static_cast<std::size_t>(answer)];
  }
  int total() const {
    int sum = 0;
    for (int own : counts) sum += own;
    return sum;
  }
  int correct() const {
    int sum = 0;
    for (int i = 0; i < classes; ++i) sum += count(i, i);
    return sum;
  }
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

 private:
  static double share(int part, int whole) { return whole == 0 ? 0 : static_cast<double>(part) / whole; }
};

/// A line that grows while inputs are run: redrawn in place, on `stream`. Without a stream nothing is printed.
class ProgressLine {
 public:
  explicit ProgressLine(std::FILE* stream) : stream_(stream) {}

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

/// The numbers that a classifier gives its classes: the output of the network's last layer. Where two are equal, the
/// class with the lower index is likelier. Returns how many classes are likelier than `label`.
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
template <int N>
int likeliest(const fast::Executor<N>& executor, int layer, int classes) {
  int best = 0;
  for (int i = 1; i < classes; ++i)
    if (executor.output(layer, i) > executor.output(layer, best)) best = i;
  return best;
}

/// Runs a data set through a classifier. `dataset.size()` says how many inputs there are, `dataset.label(i)` of which
/// class one is, and `dataset.set_input(executor, i)` hands it over; all are called from several threads. `progress` is
/// called now and then with how many inputs are done and how many there are, on the calling thread. Inputs whose label
/// is no class are left out. Without any result unless the network is ready.
template <int N, class Dataset, class Progress>
Evaluation evaluate(const fast::PackedNetwork<N>& packed, const Dataset& dataset, Progress&& progress,
                    int threads = 0) {
  Evaluation result;
  fast::Batch<N> batch(packed, threads);
  if (!batch.ready()) return result;
  const int layer = packed.graph().size - 1, classes = packed.graph()[layer].out.elements(), size = dataset.size();
  std::vector<int> answers(static_cast<std::size_t>(size), -1), ranks = answers;
  const auto start = std::chrono::steady_clock::now();
  constexpr int block = 512;  // of inputs between two calls of `progress`
  for (int first = 0; first < size; first += block) {
    batch.run(std::min(block, size - first), [&](fast::Executor<N>& executor, int i) {
      const int index = first + i, label = dataset.label(index);
      if (label < 0 || label >= classes) return;
      dataset.set_input(executor, index);
      executor.run();
      answers[static_cast<std::size_t>(index)] = likeliest(executor, layer, classes);
      ranks[static_cast<std::size_t>(index)] = rank_of(executor, layer, classes, label);
    });
    progress(std::min(first + block, size), size);
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  result.classes = classes;
  result.counts.assign(static_cast<std::size_t>(classes) * static_cast<std::size_t>(classes), 0);
  result.ranks.assign(static_cast<std::size_t>(classes), 0);
  for (int i = 0; i < size; ++i) {
    const int answer = answers[static_cast<std::size_t>(i)];
    if (answer < 0) continue;
    ++result.counts[static_cast<std::size_t>(dataset.label(i) * classes + answer)];
    ++result.ranks[static_cast<std::size_t>(ranks[static_cast<std::size_t>(i)])];
  }
  return result;
}

/// The same with a progress line on the error output.
template <int N, class Dataset>
Evaluation evaluate(const fast::PackedNetwork<N>& packed, const Dataset& dataset) {
  return evaluate(packed, dataset, ProgressLine(stderr));
}

}  // namespace incuse::host
