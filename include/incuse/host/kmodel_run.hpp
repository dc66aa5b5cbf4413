// Runs kmodels node by node, bit for bit like the vendor's runtimes: layers of the KPU through AI RAM, the others as
// the processor computes them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <incuse/host/kmodel3_nodes.hpp>
#include <incuse/host/kmodel4_nodes.hpp>
#include <incuse/host/kmodel_memory.hpp>
#include <incuse/host/observers.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/k210/kmodel/kmodel.hpp>

namespace incuse::host {

/// A kmodel that is ready to run. The model comes from the reader, which has checked it; its file and tables have to
/// outlive the executor. `Kpu` runs the layers of the KPU: with ReferenceKpu in obvious code, with fast::Kpu
/// (host/fast/kmodel.hpp) fast.
template <class Kpu = ReferenceKpu>
class KmodelExecutor {
 public:
  explicit KmodelExecutor(const k210::Kmodel& model, Kpu kpu = Kpu())
      : model_(model),
        memories_(model),
        nodes3_(memories_, weight_bytes(), prepared(std::move(kpu))),
        nodes4_(memories_, nodes3_.kpu()) {}
  KmodelExecutor(const KmodelExecutor&) = delete;
  KmodelExecutor& operator=(const KmodelExecutor&) = delete;

  /// Bytes of an input as it is given: N x C x H x W elements without gaps; 0 if there is no such input.
  std::size_t input_bytes(int index) const {
    if (index < 0 || index >= model_.input_count) return 0;
    const k210::KmodelInput& input = model_.inputs[index];
    return static_cast<std::size_t>(input.shape.elements() * bytes_of(input.range.type));
  }
  /// Sets an input, and packs it into rows of AI RAM if the model expects it there. False if there is no input with
  /// this index, or `bytes` does not have the size `input_bytes`.
  bool set_input(int index, const std::vector<std::uint8_t>& bytes) {
    if (bytes.empty() || bytes.size() != input_bytes(index)) return false;
    const k210::KmodelInput& input = model_.inputs[index];
    if (input.range.memory == k210::KmodelMemory::kpu)
      memories_.store_maps(input.range.start, {input.shape[1], input.shape[2], input.shape[3]}, bytes);
    else
      memories_.store(input.range, bytes);
    return true;
  }

  /// Runs one node; nodes run in order. False, with a reason in `error`, if a value does not fit the KPU's 36 bits or
  /// there is no such node.
  bool run_node(int index) {
    if (index < 0 || index >= model_.node_count) {
      error_ = "there is no node " + std::to_string(index);
      return false;
    }
    if (model_.version == 3)
      visit_node(k210::kmodel3::Kinds{}, model_, index, [&](const auto& node) { nodes3_.run(node); });
    else
      visit_node(k210::kmodel4::Kinds{}, model_, index, [&](const auto& node) { nodes4_.run(node); });
    const std::string& problem = model_.version == 3 ? nodes3_.error() : nodes4_.error();
    if (problem.empty()) return true;
    const Text name = k210::node_name(model_.version, model_.nodes[index].opcode);
    error_ = "node " + std::to_string(index) + " (" + string_of(name) + "): " + problem;
    return false;
  }
  /// Runs all nodes.
  bool run() { return run(NoObserver{}); }
  /// The same with an observer that is told of every node and of the bytes that it has written: see host/observers.hpp.
  template <class Observer>
  bool run(Observer&& observer) {
    for (int i = 0; i < model_.node_count; ++i) {
      tell_before(observer, i);
      if (!run_node(i)) return false;
      if constexpr (observes<Observer>) observer.after(i, ObservedBytes{written(), static_cast<int>(written().size())});
    }
    return true;
  }

  /// What the last node wrote; maps of AI RAM without gaps.
  const std::vector<std::uint8_t>& written() const { return memories_.written(); }
  /// An output of the model; nothing if there is no such output.
  std::vector<std::uint8_t> output(int index) const {
    if (index < 0 || index >= model_.output_count) return {};
    return memories_.tensor<std::uint8_t>(model_.outputs[index]);
  }
  const std::string& error() const { return error_; }

 private:
  int weight_bytes() const { return model_.version == 4 || model_.eight_bit_weights ? 1 : 2; }

  /// Lets a KPU that packs its layers do so.
  Kpu prepared(Kpu kpu) const {
    if constexpr (requires { kpu.prepare(k210::KpuTables{}, 1); })
      for (int i = 0; i < model_.node_count; ++i)
        visit_node(model_, i, [&](const auto& node) {
          if constexpr (requires { kpu.prepare(node.tables, 1); }) kpu.prepare(node.tables, weight_bytes());
        });
    return kpu;
  }

  k210::Kmodel model_;
  KmodelMemories memories_;
  Kmodel3Nodes<Kpu> nodes3_;
  Kmodel4Nodes<Kpu> nodes4_;
  std::string error_{};
};

KmodelExecutor(const k210::Kmodel&, k210::Emulator)->KmodelExecutor<ReferenceKpu>;

}  // namespace incuse::host
