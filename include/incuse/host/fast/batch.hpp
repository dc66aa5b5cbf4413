// Runs a packed network on many inputs with a pool of threads, each with an executor of its own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <incuse/host/fast/executor.hpp>

namespace incuse::host::fast {

/// Threads that run one network. They are started once and wait between batches; nothing is allocated by `run`.
template <int N>
class Batch {
 public:
  /// The network outlives the batch. 0 threads: as many as the machine has. The thread that calls `run` is one of them.
  explicit Batch(const PackedNetwork<N>& packed, int threads = 0) {
    const int hardware = static_cast<int>(std::thread::hardware_concurrency());
    const int count = max_of(1, threads > 0 ? threads : hardware);
    for (int i = 0; i < count; ++i) executors_.emplace_back(packed);
    for (std::size_t i = 1; i < executors_.size(); ++i)
      workers_.emplace_back([this, i] { wait_and_work(executors_[i]); });
  }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch() {
    {
      const std::lock_guard lock(mutex_);
      stops_ = true;
    }
    begins_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }

  bool ready() const { return executors_.front().ready(); }
  /// Why the network cannot run; empty if it can.
  std::string problem() const { return executors_.front().problem(); }
  int threads() const { return static_cast<int>(executors_.size()); }

  /// Calls work(executor, i) once for every i from 0 to count - 1, in any order and on any of the threads: it sets an
  /// input, runs the executor and takes the output. Returns when all are done. Does nothing unless the network is
  /// ready. One call at a time; work throws nothing.
  template <class Work>
  void run(int count, const Work& work) {
    if (!ready() || count <= 0) return;
    {
      const std::lock_guard lock(mutex_);
      call_ = [](const void* context, Executor<N>& executor, int i) {
        (*static_cast<const Work*>(context))(executor, i);
      };
      context_ = &work;
      count_ = count;
      next_ = 0;
      busy_ = static_cast<int>(workers_.size());
      ++number_;
    }
    begins_.notify_all();
    work_off(executors_.front());
    std::unique_lock lock(mutex_);
    ends_.wait(lock, [&] { return busy_ == 0; });
  }

 private:
  void work_off(Executor<N>& executor) {
    for (int i; (i = next_.fetch_add(1)) < count_;) call_(context_, executor, i);
  }

  void wait_and_work(Executor<N>& executor) {
    unsigned done = 0;
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        begins_.wait(lock, [&] { return stops_ || number_ != done; });
        if (stops_) return;
        done = number_;
      }
      work_off(executor);
      const std::lock_guard lock(mutex_);
      if (--busy_ == 0) ends_.notify_one();
    }
  }

  std::vector<Executor<N>> executors_{};
  std::vector<std::thread> workers_{};
  std::mutex mutex_{};
  std::condition_variable begins_{}, ends_{};
  void (*call_)(const void*, Executor<N>&, int) = nullptr;
  const void* context_ = nullptr;
  int count_ = 0;
  std::atomic<int> next_{0};
  int busy_ = 0;
  unsigned number_ = 0;  ///< of the batch
  bool stops_ = false;
};

}  // namespace incuse::host::fast
