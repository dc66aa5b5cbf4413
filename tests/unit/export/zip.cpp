#include <string>

#include <doctest/doctest.h>

#include <incuse/export/checkpoint.hpp>
#include <incuse/export/zip.hpp>

namespace test_zip {

using namespace incuse;

TEST_CASE("the checksum is that of zip files") {
  CHECK(detail::crc32("") == 0);
  CHECK(detail::crc32("123456789") == 0xcbf43926);  // the check value of CRC-32
}

TEST_CASE("entries lie where the directory says, at multiples of 64 bytes") {
  ZipWriter zip;
  zip.add("a", "first");
  zip.add("folder/a longer name", std::string(100, 'x'));
  const std::string bytes = zip.bytes();
  CHECK(bytes.size() % 64 != 0);
  CHECK(bytes.substr(0, 4) == "PK\3\4");
  const std::size_t first = bytes.find("first"), second = bytes.find(std::string(100, 'x'));
  CHECK(first % 64 == 0);
  CHECK(second % 64 == 0);
  const std::size_t end = bytes.size() - 22;
  CHECK(bytes.substr(end, 4) == "PK\5\6");
  const auto number = [&](std::size_t at) {
    return static_cast<unsigned char>(bytes[at]) | static_cast<unsigned char>(bytes[at + 1]) << 8;
  };
  CHECK(number(end + 8) == 2);
  CHECK(bytes.substr(static_cast<std::size_t>(number(end + 16)), 4) == std::string("PK\1\2"));
  CHECK(number(end + 12) + number(end + 16) == static_cast<int>(end));
}

TEST_CASE("the same tensors give the same bytes") {
  const std::vector<NamedTensor> tensors = {{"a.weight", {1, 2}, {1, -2}}, {"a.bias", {}, {0.5F}}};
  CHECK(checkpoint_bytes(tensors, {3, "net", {}}) == checkpoint_bytes(tensors, {3, "net", {}}));
  CHECK(checkpoint_bytes(tensors).find("epoch") == std::string::npos);
  CHECK(checkpoint_bytes(tensors, {1LL << 40, "", {}}).find(std::string("\x8a\x08\0\0\0\0\0\1\0\0", 10)) !=
        std::string::npos);
}

}  // namespace test_zip
