#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include <incuse/import/npy.hpp>

#include <support/temporary_folder.hpp>

namespace test_npy {

using namespace incuse;

namespace {

/// A file of version 1.0 with this header, and this data behind it.
std::string file_with(const std::string& header, const std::string& data) {
  std::string file = "\x93NUMPY";
  file += '\1';
  file += '\0';
  file += static_cast<char>(header.size() & 0xff);
  file += static_cast<char>(header.size() >> 8);
  return file + header + data;
}

std::string header_of(const std::string& type, const std::string& shape) {
  return "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
}

std::string error_of(const std::string& file) {
  const NpyResult result = parse_npy(file);
  CHECK(result.array.values.empty());
  return result.error;
}

}  // namespace

TEST_CASE("every element type is read") {
  NpyResult result = parse_npy(file_with(header_of("|i1", "(3,)"), std::string("\x01\xff\x80", 3)));
  REQUIRE(result.ok());
  CHECK(result.array.type == NpyType::i1);
  CHECK(result.array.shape == std::vector<int>{3});
  CHECK(result.array.values == std::vector<std::int64_t>{1, -1, -128});

  result = parse_npy(file_with(header_of("|u1", "(2,)"), std::string("\x01\xff", 2)));
  CHECK(result.array.values == std::vector<std::int64_t>{1, 255});
  result = parse_npy(file_with(header_of("<i2", "(2,)"), std::string("\x34\x12\xfe\xff", 4)));
  CHECK(result.array.values == std::vector<std::int64_t>{0x1234, -2});
  result = parse_npy(file_with(header_of("<i4", "(1,)"), std::string("\x00\x00\x00\x80", 4)));
  CHECK(result.array.values == std::vector<std::int64_t>{-2147483648LL});
  result = parse_npy(file_with(header_of("<i8", "(1,)"), std::string("\xff\xff\xff\xff\xff\xff\xff\x7f", 8)));
  CHECK(result.array.values == std::vector<std::int64_t>{9223372036854775807LL});
}

TEST_CASE("shapes of any number of dimensions, empty ones too") {
  NpyResult result = parse_npy(file_with(header_of("|i1", "(2, 1, 3)"), "abcdef"));
  REQUIRE(result.ok());
  CHECK(result.array.shape == std::vector<int>{2, 1, 3});
  CHECK(result.array.values.front() == 'a');
  result = parse_npy(file_with(header_of("<i2", "()"), std::string("\x05\x00", 2)));
  REQUIRE(result.ok());
  CHECK(result.array.shape.empty());
  CHECK(result.array.values == std::vector<std::int64_t>{5});
  CHECK(parse_npy(file_with(header_of("<i2", "(7, 0)"), "")).ok());
}

TEST_CASE("version 2.0 has a longer header length; keys may stand in any order") {
  const std::string header = "{\"shape\":(1,),\"fortran_order\":False,\"descr\":\"|i1\"}";
  std::string file = "\x93NUMPY";
  file += '\2';
  file += '\0';
  file += static_cast<char>(header.size());
  file += std::string(3, '\0') + header + "z";
  const NpyResult result = parse_npy(file);
  REQUIRE(result.ok());
  CHECK(result.array.values == std::vector<std::int64_t>{'z'});
}

TEST_CASE("what cannot be read is refused with a reason") {
  CHECK(error_of("") == "this is not a .npy file");
  CHECK(error_of("PK\x03\x04 a zip archive") == "this is not a .npy file");
  CHECK(error_of(std::string("\x93NUMPY\x03\x00 ......", 14)) ==
        "version 3 of the format is not supported (1 and 2 are)");
  CHECK(error_of(std::string("\x93NUMPY\x01\x00\x10", 9)) == "the file ends in its header");
  CHECK(error_of(file_with(header_of("|i1", "(1,)"), "x").substr(0, 30)) == "the file ends in its header");
  CHECK(error_of(file_with("[1, 2]", "")) == "the header is not a dictionary");
  CHECK(error_of(file_with("{'descr' '|i1'}", "")) == "the header is damaged");
  CHECK(error_of(file_with("{'descr': '|i1", "")) == "'descr' is not the name of a simple type");
  CHECK(error_of(file_with(header_of("<f4", "(1,)"), "1234")) ==
        "elements of type '<f4' are not supported (|i1, |u1, <i2, <i4 and <i8 are)");
  CHECK(error_of(file_with(header_of(">i4", "(1,)"), "1234")) ==
        "elements of type '>i4' are not supported (|i1, |u1, <i2, <i4 and <i8 are)");
  CHECK(error_of(file_with("{'descr': '|i1', 'fortran_order': True, 'shape': (2, 2), }", "abcd")) ==
        "the array is in Fortran order; save it with numpy.ascontiguousarray");
  CHECK(error_of(file_with("{'descr': '|i1', 'fortran_order': 1, 'shape': (2, 2), }", "abcd")) ==
        "'fortran_order' is neither True nor False");
  CHECK(error_of(file_with("{'descr': [('a', '|i1')], 'fortran_order': False, 'shape': (2,), }", "ab")) ==
        "'descr' is not the name of a simple type");
  CHECK(error_of(file_with("{'descr': '|i1', 'fortran_order': False, }", "")) == "the header has no 'shape'");
  CHECK(error_of(file_with("{'descr': '|i1', 'shape': (), }", "a")) == "the header has no 'fortran_order'");
  CHECK(error_of(file_with("{'shape': (), 'fortran_order': False}", "a")) == "the header has no 'descr'");
  CHECK(error_of(file_with("{'colour': 'red'}", "")) == "the header has an unexpected key 'colour'");
  CHECK(error_of(file_with("{'shape': (1,), 'shape': (1,)}", "")) == "the header has an unexpected key 'shape'");
  CHECK(error_of(file_with(header_of("|i1", "(1,)") + "()", "a")) == "the header has text behind the dictionary");
  CHECK(error_of(file_with(header_of("|i1", "[1]"), "a")) == "'shape' is not a tuple");
  CHECK(error_of(file_with(header_of("|i1", "(-1,)"), "a")) ==
        "'shape' has a size that is not a number from 0 to 2147483647");
  CHECK(error_of(file_with(header_of("|i1", "(99999999999999999999,)"), "a")) ==
        "'shape' has a size that is not a number from 0 to 2147483647");
  CHECK(error_of(file_with(header_of("|i1", "(1, 1, 1, 1, 1, 1, 1, 1, 1)"), "a")) ==
        "the array has more than 8 dimensions");
}

TEST_CASE("data and shape must agree, whatever the shape claims") {
  CHECK(error_of(file_with(header_of("<i4", "(2, 3)"), std::string(20, 'x'))) ==
        "the file ends too early: its shape needs more than its 20 bytes of data");
  CHECK(error_of(file_with(header_of("<i4", "(2, 3)"), std::string(28, 'x'))) ==
        "the file has 28 bytes of data, but its shape needs 24");
  CHECK(error_of(file_with(header_of("<i8", "(2147483647, 2147483647, 2147483647)"), "x")) ==
        "the file ends too early: its shape needs more than its 1 bytes of data");
  CHECK(error_of(file_with(header_of("|i1", "(0, 2147483647, 2147483647)"), "x")) ==
        "the file has 1 bytes of data, but its shape needs 0");
}

TEST_CASE("an array is read if its data have exactly the size that its shape asks for") {
  const auto text_of = [](const std::vector<std::size_t>& shape) {
    std::string text = "(";
    for (std::size_t size : shape) text += std::to_string(size) + ", ";
    return text + ')';
  };
  for (std::size_t a = 0; a < 4; ++a)
    for (std::size_t b = 0; b < 4; ++b)
      for (std::size_t c = 0; c < 3; ++c)
        for (std::size_t bytes = 0; bytes < 40; ++bytes) {
          const std::size_t needed = 2 * a * b * c;
          const std::string error =
              parse_npy(file_with(header_of("<i2", text_of({a, b, c})), std::string(bytes, 'x'))).error;
          CAPTURE(text_of({a, b, c}));
          if (bytes == needed)
            CHECK(error == "");
          else if (bytes / 2 < needed / 2)
            CHECK(error ==
                  "the file ends too early: its shape needs more than its " + std::to_string(bytes) + " bytes of data");
          else
            CHECK(error == "the file has " + std::to_string(bytes) + " bytes of data, but its shape needs " +
                               std::to_string(needed));
        }
}

TEST_CASE("tensors keep their elements as they are, floats too") {
  const NpyTensor tensor{NpyType::f4, {2, 1}, {0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0}, {}};
  const NpyTensor again = parse_npy_tensor(npy_bytes(tensor));
  REQUIRE_MESSAGE(again.ok(), again.error);
  CHECK(again.type == NpyType::f4);
  CHECK(again.shape == tensor.shape);
  CHECK(again.bytes == tensor.bytes);
  CHECK(error_of(npy_bytes(tensor)) == "elements of type '<f4' are not supported (|i1, |u1, <i2, <i4 and <i8 are)");
  CHECK(parse_npy_tensor(npy_bytes(tensor) + "x").error == "the file has 9 bytes of data, but its shape needs 8");
  CHECK(parse_npy_tensor(file_with(header_of("<f8", "(1,)"), "12345678")).ok());
  CHECK(parse_npy_tensor(file_with(header_of("<f2", "(3,)"), "123456")).bytes.size() == 6);
  CHECK(parse_npy_tensor(file_with(header_of("<c8", "(1,)"), "12345678")).error ==
        "elements of type '<c8' are not supported (|i1, |u1, <i2, <i4, <i8, <f2, <f4 and <f8 are)");
  CHECK(read_npy_tensor("nowhere.npy").error == "nowhere.npy: cannot be opened: No such file or directory");
}

TEST_CASE("files are written as they are read") {
  const incuse::test::TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "array.npy";
  for (const NpyArray& array : {NpyArray{NpyType::i1, {2, 2}, {1, -2, 3, -4}}, NpyArray{NpyType::i4, {1}, {-70000}},
                                NpyArray{NpyType::i8, {}, {1LL << 40}}, NpyArray{NpyType::u1, {3}, {0, 128, 255}}}) {
    REQUIRE(write_npy(path.string(), array));
    CHECK(std::filesystem::file_size(path) % 64 == npy_bytes(array).size() % 64);
    const NpyResult result = read_npy(path.string());
    REQUIRE_MESSAGE(result.ok(), result.error);
    CHECK(result.array.type == array.type);
    CHECK(result.array.shape == array.shape);
    CHECK(result.array.values == array.values);
  }
  std::ofstream(path, std::ios::binary) << "nonsense";
  CHECK(read_npy(path.string()).error == path.string() + ": this is not a .npy file");
  CHECK(read_npy(folder.text()).error == folder.text() + ": is a folder, not a file");
  std::filesystem::remove(path);
  CHECK(read_npy(path.string()).error == path.string() + ": cannot be opened: No such file or directory");
}

}  // namespace test_npy
