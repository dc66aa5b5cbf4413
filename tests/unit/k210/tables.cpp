// Tables of a layer, bit by bit.
#include <incuse/k210/tables/tables.hpp>

#include <doctest/doctest.h>

namespace test_tables {

using namespace incuse;
using namespace incuse::k210;

TEST_CASE("batch-norm entries") {
  const BatchNorm entry{-5, 15, -1};
  CHECK(encode(entry) == 0x0fff'ffff'ffff'fffb);
  CHECK(decode_batch_norm(encode(entry)) == entry);
  CHECK(decode_batch_norm(encode(entry) | std::uint64_t{0xf} << 60) == entry);  // unused bits are ignored
  const BatchNorm most{(1 << 23) - 1, 0, -2147483647 - 1};
  CHECK(decode_batch_norm(encode(most)) == most);
}

TEST_CASE("segments") {
  const Segment first{first_start, 0, 0, 0};
  CHECK(encode(first) == 0x0800'0000'0000'0000);
  CHECK(decode_segment(encode(first), 0) == first);
  const Segment steep{34359738367, -32768, 255, 255};
  CHECK(decode_segment(encode(steep) | std::uint64_t{0xf} << 60, 255) == steep);
}

TEST_CASE("the activation table's bytes") {
  ActivationTable table{};
  for (int i = 0; i < segments; ++i) table.segments[i] = {i * 1000 - 7000, i - 8, i, 2 * i};
  const ActivationBytes bytes = encode(table);
  CHECK(sizeof bytes == 144);
  CHECK(bytes.bytes[0] == 0);     // shift of segment 0
  CHECK(bytes.bytes[8] == 1);     // … and of the next
  CHECK(bytes.bytes[1] == 0xf8);  // -8
  CHECK(bytes.bytes[2] == 0xff);
  CHECK(bytes.bytes[128 + 5] == 10);  // biases lie behind all segments
  CHECK(decode_activation(bytes.bytes) == table);
}

}  // namespace test_tables
