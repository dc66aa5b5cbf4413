#include "k210_unit.hpp"

#include "k210_table.hpp"
#include "reference_case.hpp"

namespace conformance::k210 {

using namespace incuse;
using namespace incuse::k210;

namespace {

/// Little-endian numbers of a file, with bounds.
class Bytes {
 public:
  explicit Bytes(std::string bytes) : bytes_(std::move(bytes)) {}

  std::uint64_t number(std::size_t offset, int size) const {
    if (offset + static_cast<std::size_t>(size) > bytes_.size()) throw DamagedCase("the file ends too early");
    std::uint64_t value = 0;
    for (int i = 0; i < size; ++i)
      value |= std::uint64_t{static_cast<std::uint8_t>(bytes_[offset + static_cast<std::size_t>(i)])} << (8 * i);
    return value;
  }
  int integer(std::size_t offset) const { return static_cast<std::int32_t>(number(offset, 4)); }
  bool begins_with(const std::string& magic) const { return bytes_.compare(0, magic.size(), magic) == 0; }

  /// A section as values of `size` bytes each; `index` counts the header's list of sections.
  template <class Value>
  std::vector<Value> section(int index, int size) const {
    const std::size_t entry = 184 + 8 * static_cast<std::size_t>(index);
    const std::size_t offset = number(entry, 4), count = number(entry + 4, 4) / static_cast<std::size_t>(size);
    std::vector<Value> values;
    for (std::size_t i = 0; i < count; ++i)
      values.push_back(static_cast<Value>(number(offset + i * static_cast<std::size_t>(size), size)));
    return values;
  }

 private:
  std::string bytes_;
};

void expect(bool condition, const std::string& what) {
  if (!condition) throw DamagedCase(what);
}

}  // namespace

Unit read_unit(const std::string& path) {
  const Bytes file(read_bytes(path));
  expect(file.begins_with("K210KPU1"), path + " is no case of a layer");
  const auto field = [&](std::size_t i) { return file.integer(16 + 4 * i); };
  Unit unit;
  KpuLayer& layer = unit.layer;
  layer.in = {field(0), field(1), field(2)};
  layer.out_channels = field(3);
  layer.kernel = field(6);
  layer.depthwise = field(7) != 0;
  expect(field(8) >= 0 && field(8) < pool_types, "the pooling is none of the KPU");
  layer.pool = static_cast<KpuPool>(field(8));
  layer.weight_bytes = (file.integer(12) & 2) != 0 ? 2 : 1;
  layer.pad_value = field(9);
  layer.arg_x = field(10), layer.shr_x = field(11);
  layer.arg_w = field(12), layer.shr_w = field(13);
  layer.arg_add = static_cast<long long>(file.number(72, 8));
  expect(layer.out() == Shape{field(3), field(4), field(5)}, "the output's size does not follow from the input's");
  unit.addresses.src_line = file.integer(80);
  unit.addresses.dst_line = file.integer(84);
  for (int i = 0; i < fifo_words; ++i) unit.words.words[i] = file.number(88 + 8 * static_cast<std::size_t>(i), 8);

  unit.input = file.section<std::uint8_t>(0, 1);
  unit.weights = file.section<std::uint16_t>(1, layer.weight_bytes);
  unit.weight_bytes = file.section<std::uint8_t>(1, 1);
  unit.batch_norm_words = file.section<std::uint64_t>(2, 8);
  for (std::uint64_t word : unit.batch_norm_words) unit.batch_norm.push_back(decode_batch_norm(word));
  unit.activation_bytes = file.section<std::uint8_t>(3, 1);
  expect(unit.activation_bytes.size() == activation_bytes, "the activation table has another size");
  unit.activation = decode_activation(unit.activation_bytes.data());
  if ((file.integer(12) & 1) != 0) unit.accumulators = file.section<long long>(4, 8);
  unit.activated = file.section<std::uint8_t>(5, 1);
  unit.output = file.section<std::uint8_t>(6, 1);

  const auto holds = [](const auto& values, int count) { return values.size() == static_cast<std::size_t>(count); };
  expect(holds(unit.input, layer.in.elements()), "the input has another size");
  expect(holds(unit.weights, layer.out_channels * layer.channel_weights()), "the weights have another size");
  expect(holds(unit.batch_norm, layer.out_channels), "the batch norm has another size");
  expect(unit.accumulators.empty() || holds(unit.accumulators, layer.convolved().elements()),
         "the accumulators have another size");
  expect(holds(unit.activated, layer.convolved().elements()), "the activated map has another size");
  expect(holds(unit.output, layer.out().elements()), "the output has another size");
  return unit;
}

std::string compare_tables(const Unit& unit) {
  for (std::size_t i = 0; i < unit.batch_norm.size(); ++i)
    if (encode(unit.batch_norm[i]) != (unit.batch_norm_words[i] & ~(0xfull << 60)))
      return "batch-norm entry " + std::to_string(i) + ": expected " + in_hexadecimal(unit.batch_norm_words[i]) +
             ", got " + in_hexadecimal(encode(unit.batch_norm[i]));
  const ActivationBytes bytes = encode(unit.activation);
  for (std::size_t i = 0; i < unit.activation_bytes.size(); ++i) {
    const bool unused_bits = i < 8 * segments && i % 8 == 7;
    if ((bytes.bytes[i] ^ unit.activation_bytes[i]) & (unused_bits ? 0x0f : 0xff))
      return "activation table: byte " + std::to_string(i) + " differs";
  }
  return "";
}

}  // namespace conformance::k210
