// AI-RAM packing and the twelve words of real layers, compared with what the headers make of their shapes.
#include <incuse/hosted/strings.hpp>
#include <incuse/k210/tables/layer_arguments.hpp>

#include "hash.hpp"
#include "k210_groups.hpp"
#include "k210_table.hpp"

namespace conformance::k210 {

using namespace incuse;
using namespace incuse::k210;

namespace {

std::string differs(const std::string& what, long long expected, long long actual) {
  if (expected == actual) return "";
  return what + ": expected " + std::to_string(expected) + ", got " + std::to_string(actual);
}

Shape shape_in(const Row& row) { return {row.integer("channels"), row.integer("height"), row.integer("width")}; }

std::vector<std::uint8_t> planar_map(Shape shape) {
  std::vector<std::uint8_t> planar;
  for (int i = 0; i < shape.elements(); ++i) planar.push_back(static_cast<std::uint8_t>((7LL * i + 3) % 251));
  return planar;
}

std::vector<std::uint8_t> packed_map(const MapLayout& map, const std::vector<std::uint8_t>& planar) {
  std::vector<std::uint8_t> packed(static_cast<std::size_t>(map.bytes()), 0xee);
  pack(map, planar.data(), packed.data());
  return packed;
}

std::string hashes_of_layout(const Row& row) {
  const MapLayout map(shape_in(row));
  return " outputs " + hash_of(packed_map(map, planar_map(shape_in(row))));
}

std::string compare_layout(const Row& row) {
  const Shape shape = shape_in(row);
  const MapLayout map(shape);
  const std::pair<const char*, long long> facts[] = {
      {"groups", map.rows.groups},
      {"row_len_units", map.rows.lines},
      {"row_pitch_bytes", map.rows.pitch()},
      {"rows_64B", map.lines()},
      {"bytes", map.bytes()},
      {"last_pixel_offset", map.offset(shape.channels - 1, shape.height - 1, shape.width - 1)}};
  for (const auto& [column, value] : facts)
    if (const std::string difference = differs(column, row.number(column), value); !difference.empty())
      return difference;
  const std::vector<std::uint8_t> planar = planar_map(shape), packed = packed_map(map, planar);
  const std::uint32_t crc = crc_of(packed.data(), packed.size());
  if (crc != row.hexadecimal("crc32")) return "crc32: expected " + row.text("crc32") + ", got " + in_hexadecimal(crc);
  std::vector<std::uint8_t> back(planar.size());
  unpack(map, packed.data(), back.data());
  return back == planar ? "" : "unpacking does not give the map back";
}

/// What the fields of a real layer say about it. Pixels and weights of these layers are bytes.
KpuLayer layer_of(const Row& row) {
  KpuLayer layer;
  layer.in = {row.integer("i_ch_num") + 1, row.integer("i_col_high") + 1, row.integer("i_row_wid") + 1};
  layer.out_channels = row.integer("o_ch_num") + 1;
  layer.kernel = row.integer("kernel_type") == 1 ? 3 : 1;
  layer.depthwise = row.integer("depth_wise_layer") == 1;
  layer.pool = static_cast<KpuPool>(row.integer("pool_type"));
  layer.pad_value = row.integer("pad_value");
  layer.arg_x = row.integer("arg_x");
  layer.shr_x = row.integer("shr_x");
  layer.arg_w = row.integer("arg_w");
  layer.shr_w = row.integer("shr_w");
  layer.arg_add = row.number("arg_add");
  return layer;
}

KpuAddresses addresses_of(const Row& row) {
  KpuAddresses at;
  at.src_line = row.integer("image_src_addr");
  at.dst_line = row.integer("image_dst_addr");
  at.batch_norm = static_cast<std::uint32_t>(row.number("bwsx_base_addr"));
  at.weights = static_cast<std::uint32_t>(row.number("para_start_addr"));
  at.activation = static_cast<std::uint32_t>(row.number("active_addr"));
  at.sends_output = row.integer("send_data_out") == 1;
  at.interrupts = row.integer("int_en") == 1;
  return at;
}

std::string compare_words(const Row& row) {
  const KpuLayer layer = layer_of(row);
  const LayerArguments arguments = arguments_of(layer, addresses_of(row), k210_kpu);
  for (const Argument& a : layer_arguments) {
    const std::string name = string_of(a.name);
    if (const std::string d = differs(name, row.number(name), arguments.*a.value); !d.empty()) return d;
  }
  if (const Argument* overflow = overflow_of(arguments)) return string_of(overflow->name) + " does not fit its field";
  LayerWords expected;
  for (int i = 0; i < fifo_words; ++i) expected.words[i] = row.hexadecimal("word" + std::to_string(i));
  const LayerWords words = encode(arguments);
  for (int i = 0; i < fifo_words; ++i)
    if (words.words[i] != expected.words[i])
      return "word " + std::to_string(i) + ": expected " + in_hexadecimal(expected.words[i]) + ", got " +
             in_hexadecimal(words.words[i]);
  const LayerArguments decoded = decode(expected);
  for (const Argument& a : layer_arguments)
    if (const std::string d = differs("decoded " + string_of(a.name), arguments.*a.value, decoded.*a.value); !d.empty())
      return d;
  if (const std::string d = differs("lines of the input", row.number("in_rows_64B"), MapLayout(layer.in).lines());
      !d.empty())
    return d;
  return differs("lines of the output", row.number("out_rows_64B"), MapLayout(layer.out()).lines());
}

std::string hashes_of_words(const Row& row) {
  Hash words;
  for (const std::uint64_t word : encode(arguments_of(layer_of(row), addresses_of(row), k210_kpu)).words)
    words.add(std::to_string(word));
  return " words " + words.text();
}

template <class Name, class Compare, class Hashes>
void run_rows(const std::string& file, const std::string& stage, Log& log, Name name_of, Compare compare,
              Hashes hashes_of_row) {
  for (const Row& row : read_table(file)) {
    const std::string name = stage + '/' + name_of(row);
    if (!log.wants(name)) continue;
    try {
      if (log.wants_hashes())
        log.hashes(name, hashes_of_row(row));
      else
        log.verdict(name, stage, compare(row));
    } catch (const std::exception& problem) {
      log.failed(name, stage, problem.what());
    }
  }
}

}  // namespace

void run_layout(const std::string& file, Log& log) {
  const auto name = [](const Row& row) {
    return row.text("channels") + 'x' + row.text("height") + 'x' + row.text("width");
  };
  run_rows(file, "layout", log, name, compare_layout, hashes_of_layout);
}

void run_layer_words(const std::string& file, Log& log) {
  const auto name = [](const Row& row) { return row.text("model") + '/' + row.text("node"); };
  run_rows(file, "layer_words", log, name, compare_words, hashes_of_words);
}

}  // namespace conformance::k210
