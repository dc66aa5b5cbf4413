// Reading memory dumps: what is understood, and where mistakes are found.
#include <incuse/import/memory_dump.hpp>

#include <cstdio>
#include <string>

#include <doctest/doctest.h>

namespace test_memory_dump {

using namespace incuse;

namespace {

/// Empty: no mistake.
std::string mistake(const std::string& text) {
  MemoryDump dump;
  return parse_text_dump(text, dump);
}

}  // namespace

TEST_CASE("text as debuggers print it") {
  MemoryDump dump;
  const std::string text =
      "# after layer 2\n"
      "\n"
      "0x50400000:\t0x00000001\t0x80FFfe02\n"  // GDB: x/2xw 0x50400000
      "0x50400010: 00000003 00000004 \r\n"     // OpenOCD: mdw 0x50400010 2
      "  50408000 : 0000000a # the next one\n"
      "50408000: 0000000a";  // said twice, but the same
  CHECK(parse_text_dump(text, dump) == "");
  CHECK(dump.words().size() == 5);
  CHECK(dump.word(0x5040'0004) == 0x80ff'fe02u);
  CHECK(dump.word(0x5040'0014) == 4u);
  CHECK(dump.word(0x5040'8000) == 10u);
  CHECK(dump.word(0x5040'0008) == std::nullopt);
}

TEST_CASE("words in any order") {
  MemoryDump dump;
  CHECK(parse_text_dump("50400008: 00000003 00000004\n50400000: 00000001 00000002 00000003\n5040000c: 00000004",
                        dump) == "");
  CHECK(text_of(dump) == "0x50400000: 00000001 00000002 00000003 00000004\n");
  dump.set(0x5040'0004, 9);
  CHECK_FALSE(dump.add(0x5040'0000, 9));
  CHECK(text_of(dump) == "0x50400000: 00000001 00000009 00000003 00000004\n");
}

TEST_CASE("mistakes have a line and a column") {
  CHECK(mistake("50400000 00000001") == "line 1, column 10: expected ':' behind the address");
  CHECK(mistake("\n50400000: 00000001 0000000") ==
        "line 2, column 20: expected a word of 8 hexadecimal digits, found '0000000'");
  CHECK(mistake("50400000: 0000000g\n") ==
        "line 1, column 11: expected a word of 8 hexadecimal digits, found '0000000g'");
  CHECK(mistake("50400000: 000000001\n") ==
        "line 1, column 11: expected a word of 8 hexadecimal digits, found '000000001'");
  CHECK(mistake("50400000: 0x\n") == "line 1, column 11: expected a word of 8 hexadecimal digits, found '0x'");
  CHECK(mistake("50400000:\n50400004: 00000000\n") ==
        "line 1, column 10: expected at least one word behind the address");
  CHECK(mistake("hello: 00000000") == "line 1, column 1: expected an address in hexadecimal digits, found 'hello'");
  CHECK(mistake(std::string("\x93NUMPY\x01, and more")) ==
        "line 1, column 1: expected an address in hexadecimal digits, found '?NUMPY?,'");
  CHECK(mistake("50400000: " + std::string(1000, '0')) ==
        "line 1, column 11: expected a word of 8 hexadecimal digits, found '00000000000000000000...'");
  CHECK(mistake(": 00000000") == "line 1, column 1: expected an address in hexadecimal digits, found nothing");
  CHECK(mistake("  50400002: 00000000") == "line 1, column 3: the address is not a multiple of 4");
  CHECK(mistake("50400000: 00000001 00000002\n50400004: 00000003") ==
        "line 2, column 11: another word was given for the same address before");
  CHECK(mistake("50400000: 00000001 : 00000002") ==
        "line 1, column 20: expected a word of 8 hexadecimal digits, found nothing");
}

TEST_CASE("a text dump that is cut off anywhere is no other dump") {
  const std::string text = "0x50400000: 00000001 00000002\n";
  for (std::size_t size = 1; size + 1 < text.size(); ++size) {
    MemoryDump dump;
    const std::string error = parse_text_dump(text.substr(0, size), dump);
    CAPTURE(size);
    CHECK((error.rfind("line 1, column ", 0) == 0 || dump.words().size() == 1));
    for (const auto& [address, word] : dump.words()) CHECK(word == (address - 0x5040'0000) / 4 + 1);
  }
}

TEST_CASE("raw memory") {
  MemoryDump dump;
  CHECK(parse_binary_dump(std::string("\x01\0\0\0\x02\x03\x04\x85", 8), 0x5040'8000, dump) == "");
  CHECK(dump.word(0x5040'8000) == 1u);
  CHECK(dump.word(0x5040'8004) == 0x8504'0302u);
  CHECK(parse_binary_dump("abcde", 0, dump) == "the file is cut off: its last word has 1 of 4 bytes");
  CHECK(parse_binary_dump("abcd", 2, dump) == "the address of the first byte is not a multiple of 4");
}

TEST_CASE("a dump becomes text and text a dump") {
  MemoryDump dump;
  for (std::uint32_t i = 0; i < 20; ++i) dump.set(0x5040'0010 + 4 * i, i * 0x0101'0101u);
  dump.set(0x5100'0000, 0xffff'ffff);
  MemoryDump again;
  CHECK(parse_text_dump(text_of(dump), again) == "");
  CHECK(again.words() == dump.words());
  CHECK(text_of(dump).find("\n0x50400020: 04040404 05050505") != std::string::npos);
}

TEST_CASE("files") {
  MemoryDump dump;
  CHECK(read_dump("no such file", std::nullopt, dump) == "no such file: cannot be opened: No such file or directory");
  const std::string path = "incuse_memory_dump_test.txt";
  const auto write = [&](const char* text) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    REQUIRE(file != nullptr);
    std::fputs(text, file);
    std::fclose(file);
  };
  write("0x50400000: 0000001\n");
  CHECK(read_dump(path, std::nullopt, dump) ==
        path + ": line 1, column 13: expected a word of 8 hexadecimal digits, found '0000001'");
  write("abc");
  CHECK(read_dump(path, 0x5040'0000, dump) == path + ": the file is cut off: its last word has 3 of 4 bytes");
  write("");
  CHECK(read_dump(path, std::nullopt, dump) == path + ": the file is empty");
  write("abcd");
  CHECK(read_dump(path, 0x5040'0000, dump) == "");
  CHECK(dump.word(0x5040'0000) == 0x6463'6261u);
  std::remove(path.c_str());
}

}  // namespace test_memory_dump
