// The memories that a kmodel runs in, and what its nodes need of them: tensors in, tensors out. Models come from the
// reader, which has checked that all operands lie in their memories.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <incuse/k210/kmodel/kmodel.hpp>

namespace incuse::host {

/// Constants, main memory and AI RAM of a running model.
class KmodelMemories {
 public:
  explicit KmodelMemories(const k210::Kmodel& model)
      : constants_(model.constants), main_(model.main_bytes), ram_(static_cast<std::size_t>(k210_kpu.ram_bytes())) {}

  const std::uint8_t* read(k210::KmodelMemory memory, std::uint64_t start) const {
    switch (memory) {
      case k210::KmodelMemory::constants:
        return constants_.data + start;
      case k210::KmodelMemory::main:
        return main_.data() + start;
      case k210::KmodelMemory::kpu:
        break;
    }
    return ram_.data() + start;
  }
  std::uint8_t* write(k210::KmodelMemory memory, std::uint64_t start) {
    return (memory == k210::KmodelMemory::main ? main_.data() : ram_.data()) + start;
  }
  const std::vector<std::uint8_t>& main() const { return main_; }
  const std::vector<std::uint8_t>& ram() const { return ram_; }

  /// A copy of a tensor, whatever its alignment.
  template <class Element>
  std::vector<Element> tensor(k210::KmodelMemory memory, std::uint64_t start, std::size_t elements) const {
    std::vector<Element> values(elements);
    if (elements > 0) std::memcpy(values.data(), read(memory, start), elements * sizeof(Element));
    return values;
  }
  template <class Element>
  std::vector<Element> tensor(const k210::KmodelRange& range) const {
    return tensor<Element>(range.memory, range.start, range.bytes / sizeof(Element));
  }

  /// Stores what a node computed and remembers it as the node's output. Some nodes write a few elements too many (see
  /// OneToOne::element_wise of version 4): these are cut off at the end of the memory.
  template <class Element>
  void store(k210::KmodelMemory memory, std::uint64_t start, const std::vector<Element>& values) {
    const std::size_t room =
        (memory == k210::KmodelMemory::main ? main_ : ram_).size() - static_cast<std::size_t>(start);
    if (!values.empty())
      std::memcpy(write(memory, start), values.data(), std::min(room, values.size() * sizeof(Element)));
    remember(values);
  }
  template <class Element>
  void store(const k210::KmodelRange& range, const std::vector<Element>& values) {
    store(range.memory, range.start, values);
  }
  /// Packs consecutive maps into AI RAM, and remembers them unpacked.
  void store_maps(std::uint64_t start, Shape shape, const std::vector<std::uint8_t>& planar) {
    const k210::MapLayout layout(shape);
    const auto elements = static_cast<std::size_t>(shape.elements());
    for (std::size_t done = 0; done < planar.size(); done += elements, start += static_cast<unsigned>(layout.bytes()))
      pack(layout, planar.data() + done, write(k210::KmodelMemory::kpu, start));
    remember(planar);
  }

  /// Puts codes into AI RAM as the first pixels of 4x4 maps, and remembers the codes.
  void store_padded(std::uint64_t start, const std::vector<std::uint8_t>& codes) {
    k210::add_padding(codes.data(), static_cast<int>(codes.size()), write(k210::KmodelMemory::kpu, start));
    remember(codes);
  }

  /// What the last node wrote; maps of AI RAM unpacked.
  const std::vector<std::uint8_t>& written() const { return written_; }

 private:
  template <class Element>
  void remember(const std::vector<Element>& values) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(values.data());
    written_.assign(bytes, bytes + values.size() * sizeof(Element));
  }

  k210::Bytes constants_;
  std::vector<std::uint8_t> main_, ram_;
  std::vector<std::uint8_t> written_{};
};

/// The codes of a layer's weights, whatever their size.
inline std::vector<std::uint16_t> weight_codes(const k210::KpuTables& tables, int weight_bytes) {
  std::vector<std::uint16_t> codes(tables.weights.size / static_cast<std::size_t>(weight_bytes));
  for (std::size_t i = 0; i < codes.size(); ++i)
    codes[i] =
        weight_bytes == 1 ? tables.weights.data[i] : k210::load_number<std::uint16_t>(tables.weights.data + 2 * i);
  return codes;
}

/// The BatchNorm of an output channel.
inline k210::BatchNorm entry_of(const k210::KpuTables& tables, int channel) {
  return k210::decode_batch_norm(k210::load_word(tables.batch_norm.data + 8 * channel));
}

/// Says which value does not fit the KPU's 36 bits; empty if there is none.
inline std::string text_of(const k210::Excess& excess) {
  if (excess.none()) return "";
  return std::string("the ") + (excess.what == k210::Excess::What::accumulator ? "accumulator" : "batch-norm result") +
         " " + std::to_string(excess.value) + " of channel " + std::to_string(excess.channel) + ", pixel (" +
         std::to_string(excess.y) + ", " + std::to_string(excess.x) + ") does not fit " +
         std::to_string(k210_kpu.value_bits) + " bits";
}

/// Runs one layer of the KPU: input and output are maps of AI RAM, given by their first bytes. The planar output comes
/// back; if a value does not fit the KPU's 36 bits, `error` says which.
inline std::vector<std::uint8_t> run_kpu_layer(const k210::KpuTables& tables, int weight_bytes, k210::Emulator emulator,
                                               const std::uint8_t* input, std::string& error) {
  const k210::KpuLayer layer = layer_of(decode(tables.words), weight_bytes);
  std::vector<std::uint8_t> in(static_cast<std::size_t>(layer.in.elements()));
  std::vector<std::uint8_t> out(static_cast<std::size_t>(layer.out().elements()));
  unpack(k210::MapLayout(layer.in), input, in.data());

  const k210::ScratchSizes sizes = scratch_sizes(layer);
  const auto plane = static_cast<std::size_t>(sizes.plane);
  std::vector<std::uint8_t> padded(static_cast<std::size_t>(sizes.padded)), activated(plane), pooled(plane);
  std::vector<long long> terms(plane), sums(plane);

  const std::vector<std::uint16_t> codes = weight_codes(tables, weight_bytes);
  const auto weights = [&](int channel) { return codes.data() + channel * layer.channel_weights(); };
  const auto entries = [&](int channel) { return entry_of(tables, channel); };
  const k210::Excess excess =
      run_layer(layer, in.data(), weights, entries, k210::decode_activation(tables.activation.data),
                k210_kpu.value_bits, {padded.data(), terms.data(), sums.data(), activated.data(), pooled.data()},
                k210::PlanarOutput{out.data()}, emulator);
  if (!excess.none()) error = text_of(excess);
  return out;
}

/// What runs the layers of the KPU in a kmodel: this one in obvious code, fast::Kpu in host/fast/kmodel.hpp fast.
class ReferenceKpu {
 public:
  ReferenceKpu(k210::Emulator emulator = k210::Emulator::newer) : emulator_(emulator) {}

  /// See run_kpu_layer.
  std::vector<std::uint8_t> run(const k210::KpuTables& tables, int weight_bytes, const std::uint8_t* input,
                                std::string& error) const {
    return run_kpu_layer(tables, weight_bytes, emulator_, input, error);
  }

 private:
  k210::Emulator emulator_;
};

}  // namespace incuse::host
