// Bit fields: encoding, overflow, and finding a register by its address.
#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/devices.hpp>
#include <incuse/max7800x/registers/register_names.hpp>

#include <doctest/doctest.h>

#include <set>

namespace test_fields {

using namespace incuse;
using namespace incuse::max7800x;

TEST_CASE("a field takes its bits and no others") {
  const Field field{"test", 4, 5};
  CHECK(field.mask(max78000) == 0x1f0u);
  CHECK(field.of(0xffff'ff0fu, max78000) == 0x10u);
  CHECK(field.on(max78000).holds(0));
  CHECK(field.on(max78000).holds(31));
  CHECK_FALSE(field.on(max78000).holds(32));
  CHECK_FALSE(field.on(max78000).holds(-1));
  const Field whole{"all", 0, 32};
  CHECK(whole.mask(max78000) == 0xffff'ffffu);
  CHECK(whole.on(max78000).holds(0xffff'ffffLL));
  CHECK_FALSE(whole.on(max78000).holds(0x1'0000'0000LL));
}

TEST_CASE("a word remembers the first value that did not fit, and cuts it") {
  const Field low{"low", 0, 4}, high{"high", 4, 4};
  Word word(max78000);
  word.set(low, 3).set(high, 17).set(low, 40);
  CHECK(word.overflowed);
  CHECK(word.highest == 15);
  CHECK(word.refused == 17);
  CHECK(word.bits == (3u | 8u | 1u << 4));
  Word negative(max78000);
  negative.set(high, -2);
  CHECK(negative.overflowed);
  CHECK((negative.bits & ~high.mask(max78000)) == 0);
  Word fine(max78000);
  fine.set_if(true, low).set_if(false, high);
  CHECK(fine.bits == 1);
  CHECK_FALSE(fine.overflowed);
}

TEST_CASE("fields of a register do not overlap, on parts that have it") {
  for (const Device* device : Devices::all) {
    CAPTURE(string_of(device->name));
    const auto check = [&](const RegisterDescription& r) {
      CAPTURE(string_of(r.name));
      std::uint32_t taken = 0;
      for (int i = 0; i < r.count; ++i) {
        CAPTURE(string_of(r.fields[i].name));
        CHECK((taken & r.fields[i].mask(*device)) == 0);
        CHECK(r.fields[i].low.on(*device) + r.fields[i].width.on(*device) <= 32);
        taken |= r.fields[i].mask(*device);
      }
    };
    for (int r = 0; r < layer_registers; ++r)
      if (device->has(static_cast<LayerRegister>(r))) check(description_of(static_cast<LayerRegister>(r)));
    for (const auto& row : group_register_rows)
      if (device->has(row.key)) check(row.description);
    if (device->has(GroupRegister::snoop))
      for (const auto& row : snoop_register_rows) check(row.description);
    if (device->always_on_control != 0) check(always_on_control_description);
    if (device->fast_fifo_base != 0) check(fast_fifo_control_description);
    if (device->fifo_base != 0) check(fifo_control_description);
  }
}

TEST_CASE("registers have addresses of their own, and are found by them") {
  std::set<std::uint32_t> addresses;
  for (int g = 0; g < max7800x::groups; ++g) {
    for (int r = 0; r < layer_registers; ++r)
      for (int layer = 0; max78000.has(static_cast<LayerRegister>(r)) && layer < max78000.max_layers; ++layer) {
        const std::uint32_t address = max78000.layer_register(g, static_cast<LayerRegister>(r), layer);
        CHECK(addresses.insert(address).second);
        if (layer % 31 != 0) continue;
        const RegisterAt found = register_at(max78000, address);
        REQUIRE(found.description != nullptr);
        CHECK(found.description == &description_of(static_cast<LayerRegister>(r)));
        CHECK(found.layer_register == static_cast<LayerRegister>(r));
        CHECK(found.group == g);
        CHECK(found.layer == layer);
      }
    for (int r = 0; r < group_registers; ++r) {
      if (!max78000.has(static_cast<GroupRegister>(r))) continue;
      const std::uint32_t address = max78000.group_register(g, static_cast<GroupRegister>(r));
      CHECK(addresses.insert(address).second);
      const RegisterAt found = register_at(max78000, address);
      REQUIRE(found.description != nullptr);
      CHECK(found.description == &group_register_rows[r].description);
      CHECK(found.group == g);
      CHECK(found.group_register == static_cast<GroupRegister>(r));
      CHECK(found.layer == -1);
    }
  }
  CHECK(register_at(max78000, 0x5010'0010).description->name == Text("rows"));
  CHECK(register_at(max78000, 0x50d0'0a10).description->name == Text("layer control 2"));
  CHECK(register_at(max78000, 0x50d0'0a10).group == 3);
  CHECK(register_at(max78000, 0x5010'0990).description->name == Text("input frame size"));
  CHECK(register_at(max78000, 0x5000'1000).group == -1);
  CHECK(register_at(max78000, 0x5010'0001).description == nullptr);
  CHECK(register_at(max78000, 0).description == nullptr);
}

TEST_CASE("memory addresses of the device sheet (section 2.1)") {
  CHECK(max78000.data_address(0, 0) == 0x5040'0000);
  CHECK(max78000.data_address(15, 0x7ffc) == 0x5041'fffc);
  CHECK(max78000.data_address(63, 0) == 0x5101'8000);
  CHECK(max78000.weight_address(12, 0) == 0x501b'0000);
  CHECK(max78000.weight_address(63, 767) == 0x50d8'0000 + 15 * 0x4000 + 16 * 767);
  CHECK(max78000.bias.address(2) == 0x5090'8000);
  CHECK(max78000.weight_columns * bytes_per_kernel * all_processors == max78000.weight_bytes);
}

}  // namespace test_fields
