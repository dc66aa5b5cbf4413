// Data to train with: an interface of a few functions, and how it is read into memory.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <incuse/train/samples.hpp>

namespace incuse::train {

/// Samples of one shape with a class each, with targets, or with boxes. Functions are called from several threads at
/// once.
class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual std::size_t size() const = 0;
  /// Of every sample, in channels x height x width order.
  virtual Shape shape() const = 0;
  /// Writes the values of sample `index`, as many as the shape has elements. Throws std::runtime_error.
  virtual void read(std::size_t index, std::int8_t* values) const = 0;
  /// Class of a sample, from 0; -1 if it has targets or boxes instead.
  virtual int label(std::size_t index) const = 0;
  /// Numbers that the outputs are to equal, in units of 1.0; none where there are classes.
  virtual std::vector<float> targets(std::size_t) const { return {}; }
  /// True if `boxes` says what is in each sample, as a detection loss asks.
  virtual bool has_boxes() const { return false; }
  virtual std::vector<host::LabelledBox> boxes(std::size_t) const { return {}; }
  /// Names of the classes, if they have some.
  virtual std::vector<std::string> classes() const { return {}; }
};

namespace detail {

/// Calls `work(i)` for i in 0 … count - 1 on `threads` threads; 0: as many as the machine has. The first exception is
/// thrown again.
template <class Work>
void for_each_in_threads(std::size_t count, int threads, const Work& work) {
  const std::size_t machine = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t workers = std::min(count, threads > 0 ? static_cast<std::size_t>(threads) : machine);
  std::atomic<std::size_t> next{0};
  std::exception_ptr problem;
  std::mutex guard;
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) try {
        work(i);
      } catch (...) {
        const std::lock_guard lock(guard);
        if (!problem) problem = std::current_exception();
        next = count;
      }
  };
  std::vector<std::thread> all;
  for (std::size_t i = 1; i < workers; ++i) all.emplace_back(run);
  run();
  for (std::thread& thread : all) thread.join();
  if (problem) std::rethrow_exception(problem);
}

}  // namespace detail

/// Reads a data set into memory, by several threads.
inline Samples read_samples(const Dataset& dataset, int threads = 0) {
  Samples samples;
  samples.shape = dataset.shape();
  samples.classes = dataset.classes();
  const std::size_t count = dataset.size();
  samples.values.resize(count * samples.elements());
  samples.labels.resize(count);
  samples.targets.resize(count == 0 ? 0 : count * dataset.targets(0).size());
  const std::size_t each = count == 0 ? 0 : samples.targets.size() / count;
  samples.boxes.resize(dataset.has_boxes() ? count : 0);
  detail::for_each_in_threads(count, threads, [&](std::size_t i) {
    dataset.read(i, samples.values.data() + i * samples.elements());
    samples.labels[i] = dataset.label(i);
    const std::vector<float> own = dataset.targets(i);
    for (std::size_t k = 0; k < each && k < own.size(); ++k) samples.targets[i * each + k] = own[k];
    if (dataset.has_boxes()) samples.boxes[i] = dataset.boxes(i);
  });
  return samples;
}

}  // namespace incuse::train
