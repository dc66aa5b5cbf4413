// Runs kmodels with the KPU's layers in the fast executor: KmodelExecutor<fast::Kpu> computes what KmodelExecutor
// computes, bit for bit. Layers of the processor are the same code.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <incuse/host/fast/kpu.hpp>
#include <incuse/host/kmodel_run.hpp>

namespace incuse::host::fast {

/// Runs the layers of the KPU in a kmodel with the kernels of a level. Copies share the packed layers.
class Kpu {
 public:
  Kpu(k210::Emulator emulator = k210::Emulator::newer, Level level = best_level())
      : emulator_(emulator), level_(level) {}

  /// Packs a layer, unless it is packed already. Its tables stay where they are.
  void prepare(const k210::KpuTables& tables, int weight_bytes) {
    std::shared_ptr<const PackedKpuLayer>& packed = layers_[key_of(tables)];
    if (packed) return;
    const k210::KpuLayer layer = layer_of(decode(tables.words), weight_bytes);
    const std::vector<std::uint16_t> codes = weight_codes(tables, weight_bytes);
    const auto weights = [&](int channel) { return codes.data() + channel * layer.channel_weights(); };
    const auto entries = [&](int channel) { return entry_of(tables, channel); };
    packed = std::make_shared<PackedKpuLayer>(layer, weights, entries, k210::decode_activation(tables.activation.data),
                                              emulator_, level_);
    if (arena_.size() < packed->arena_bytes() + alignment) arena_.resize(packed->arena_bytes() + alignment);
  }

  /// See run_kpu_layer in host/kmodel_memory.hpp.
  std::vector<std::uint8_t> run(const k210::KpuTables& tables, int weight_bytes, const std::uint8_t* input,
                                std::string& error) {
    prepare(tables, weight_bytes);
    const PackedKpuLayer& packed = *layers_[key_of(tables)];
    const k210::KpuLayer& layer = packed.layer();
    std::vector<std::uint8_t> in(static_cast<std::size_t>(layer.in.elements()));
    std::vector<std::uint8_t> out(static_cast<std::size_t>(layer.out().elements()));
    unpack(k210::MapLayout(layer.in), input, in.data());
    const auto misplaced = reinterpret_cast<std::uintptr_t>(arena_.data()) % alignment;
    const k210::Excess excess = packed.run(in.data(), out.data(), arena_.data() + (alignment - misplaced));
    if (!packed.ready()) error = string_of(packed.problem());
    if (!excess.none()) error = text_of(excess);
    return out;
  }

 private:
  /// Layers are told apart by their words and by where their tables lie.
  using Key = std::pair<std::array<const std::uint8_t*, 3>, std::array<std::uint64_t, k210::fifo_words>>;
  static Key key_of(const k210::KpuTables& tables) {
    Key key{{tables.weights.data, tables.batch_norm.data, tables.activation.data}, {}};
    for (std::size_t i = 0; i < key.second.size(); ++i) key.second[i] = tables.words.words[i];
    return key;
  }

  k210::Emulator emulator_;
  Level level_;
  std::map<Key, std::shared_ptr<const PackedKpuLayer>> layers_{};
  std::vector<std::byte> arena_{};
};

}  // namespace incuse::host::fast
