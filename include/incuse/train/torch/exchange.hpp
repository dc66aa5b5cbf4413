// What the processes of a group tell each other, over c10d and Gloo. Without Gloo's headers (Debian: libgloo-dev) a
// process trains alone.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include <incuse/train/group.hpp>
#include <incuse/train/torch/tensor.hpp>

#if defined(USE_C10D_GLOO) && __has_include(<gloo/algorithm.h>)
#define INCUSE_TRAIN_GLOO 1
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#else
#define INCUSE_TRAIN_GLOO 0
#endif

namespace incuse::train::detail {

#if INCUSE_TRAIN_GLOO

/// The connection to the other processes. All of them call the same functions in the same order.
class Exchange {
 public:
  /// Waits for all others. Throws std::runtime_error if they do not come.
  explicit Exchange(const Group& group) : place_(group) {
    if (group.alone()) return;
    const std::chrono::milliseconds patience = std::chrono::seconds(group.timeout);
    try {
      c10d::TCPStoreOptions meeting;
      meeting.port = static_cast<std::uint16_t>(group.port);
      meeting.isServer = group.rank == 0;
      meeting.numWorkers = static_cast<std::size_t>(group.size);
      meeting.timeout = patience;
      const auto store = c10::make_intrusive<c10d::TCPStore>(group.address, meeting);
      const auto options = c10d::ProcessGroupGloo::Options::create(patience);
      options->devices.push_back(device(group.address));
      all_ = c10::make_intrusive<c10d::ProcessGroupGloo>(store, group.rank, group.size, options);
    } catch (const std::exception& problem) {
      throw std::runtime_error(own_name() + " does not reach the others at " + group.address + ':' +
                               std::to_string(group.port) + ": " + first_line(problem));
    }
  }

  const Group& place() const { return place_; }
  bool alone() const { return place_.alone(); }

  /// Sums of all processes, in place; `values` is contiguous, and has the same size everywhere.
  void add_up(Tensor& values) {
    if (alone()) return;
    std::vector<Tensor> own{values};
    together([&] { all_->allreduce(own)->wait(); });
  }
  std::vector<double> sums(const std::vector<double>& values) {
    Tensor own = torch::tensor(values, torch::kDouble);
    add_up(own);
    return {own.data_ptr<double>(), own.data_ptr<double>() + own.numel()};
  }
  /// Gives all processes the values of process 0. Gloo takes one tensor a call: they go as one.
  void copy_from_first(const std::vector<Tensor>& tensors) {
    if (alone() || tensors.empty()) return;
    const torch::NoGradGuard no_gradients;
    std::vector<Tensor> flat{joined(tensors)};
    together([&] { all_->broadcast(flat)->wait(); });
    divide(flat[0], tensors);
  }

  /// All values in one row, and back.
  static Tensor joined(const std::vector<Tensor>& tensors) {
    std::vector<Tensor> rows;
    for (const Tensor& tensor : tensors) rows.push_back(tensor.detach().flatten());
    return torch::cat(rows);
  }
  static void divide(const Tensor& row, const std::vector<Tensor>& tensors) {
    const torch::NoGradGuard no_gradients;
    int64_t at = 0;
    for (Tensor tensor : tensors) {
      tensor.copy_(row.narrow(0, at, tensor.numel()).view(tensor.sizes()));
      at += tensor.numel();
    }
  }

 private:
  /// Gloo's own variable names a network card; else processes on one machine stay there.
  static std::shared_ptr<::gloo::transport::Device> device(const std::string& address) {
    const char* const card = std::getenv("GLOO_SOCKET_IFNAME");
    if (card != nullptr && *card != '\0') return c10d::ProcessGroupGloo::createDeviceForInterface(card);
    if (address == "localhost" || address.rfind("127.", 0) == 0)
      return c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1");
    return c10d::ProcessGroupGloo::createDefaultDevice();
  }
  static std::string first_line(const std::exception& problem) {
    const std::string text = problem.what();
    return text.substr(0, text.find('\n'));
  }
  std::string own_name() const {
    return "process " + std::to_string(place_.rank) + " of " + std::to_string(place_.size);
  }
  template <class Action>
  void together(const Action& action) {
    try {
      action();
    } catch (const std::exception& problem) {
      throw std::runtime_error(
          own_name() +
          " ends, since another one has ended or does not answer; the last checkpoint goes on: " + first_line(problem));
    }
  }

  Group place_;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> all_{};
};

#else

class Exchange {
 public:
  explicit Exchange(const Group& group) {
    if (!group.alone())
      throw std::runtime_error("this program was built without Gloo (Debian: libgloo-dev), and trains alone");
  }
  const Group& place() const { return place_; }
  bool alone() const { return true; }
  void add_up(Tensor&) {}
  std::vector<double> sums(const std::vector<double>& values) { return values; }
  void copy_from_first(const std::vector<Tensor>&) {}
  static Tensor joined(const std::vector<Tensor>&) { return {}; }
  static void divide(const Tensor&, const std::vector<Tensor>&) {}

 private:
  Group place_{};
};

#endif

}  // namespace incuse::train::detail
