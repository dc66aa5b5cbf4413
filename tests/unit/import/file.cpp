// Whole files: what is refused before it is read, and names in messages.
#include <incuse/import/file.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include <support/temporary_folder.hpp>

namespace test_file {

using namespace incuse;
using incuse::test::TemporaryFolder;

namespace {

/// Why a file cannot be read, without its name; empty if it can.
std::string refusal(const std::string& path, std::size_t limit = most_file_bytes) {
  std::string bytes = "from before", error;
  if (read_file(path, bytes, error, limit)) return {};
  CHECK(bytes.empty());
  const std::string name = printable(path) + ": ";
  REQUIRE(error.substr(0, name.size()) == name);
  return error.substr(name.size());
}

}  // namespace

TEST_CASE("a file is read up to its limit") {
  const TemporaryFolder folder;
  const std::string path = folder.file("bytes");
  std::ofstream(path) << std::string(100'000, 'x') << '\0' << "\xff\n";
  std::string bytes, error;
  CHECK(read_file(path, bytes, error, 100'003));
  CHECK(bytes == std::string(100'000, 'x') + '\0' + "\xff\n");
  CHECK(refusal(path, 100'002) == "is larger than 100002 bytes, the most that is read");
  std::ofstream(path).close();
  CHECK(read_file(path, bytes, error, 0));
  CHECK(bytes.empty());
}

TEST_CASE("what is no file, or has no end, is refused") {
  const TemporaryFolder folder;
  CHECK(refusal(folder.file("nothing")) == "cannot be opened: No such file or directory");
  CHECK(refusal(folder.text()) == "is a folder, not a file");
  for (const auto& [limit, text] :
       {std::pair{1 << 20, "1 MiB"}, std::pair{3 << 10, "3 KiB"}, std::pair{1025, "1025 bytes"}})
    CHECK(refusal("/dev/zero", static_cast<std::size_t>(limit)) ==
          "is larger than " + std::string(text) + ", the most that is read");
  const std::string huge = folder.file("huge");
  std::ofstream(huge).close();
  std::filesystem::resize_file(huge, std::uintmax_t{1} << 36);
  CHECK(refusal(huge) == "is larger than 64 MiB, the most that is read");
  std::string bytes, error;
  CHECK(read_file("/dev/null", bytes, error));
}

TEST_CASE("a FIFO is read to its end, and not waited for without end") {
  const TemporaryFolder folder;
  const std::string path = folder.file("fifo");
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  std::string bytes, error;
  std::thread writer([&] { std::ofstream(path) << std::string(200'000, 'y'); });
  CHECK(read_file(path, bytes, error));
  writer.join();
  CHECK(bytes == std::string(200'000, 'y'));
  CHECK(refusal(path) == "nothing has come out of it for 5 seconds");
}

TEST_CASE("names in messages stay in their line") {
  CHECK(printable("net.yaml") == "net.yaml");
  CHECK(printable("a\nb\tc\rd") == "a\\nb\\tc\\rd");
  CHECK(printable(std::string("\0\x1b[31m\x7f", 7)) == "\\x00\\x1b[31m\\x7f");
  CHECK(printable("Stra\xc3\x9f"
                  "e \xe2\x82\xac \xf0\x9f\x98\x80") ==
        "Stra\xc3\x9f"
        "e \xe2\x82\xac \xf0\x9f\x98\x80");
  // Characters that change how others are shown, and their neighbours, which do not.
  CHECK(printable("net\xe2\x80\xaelmay") == "net\\xe2\\x80\\xaelmay");
  for (const char* hidden :
       {"\xc2\xad", "\xd8\x9c", "\xe2\x80\x8b", "\xe2\x80\xa8", "\xe2\x81\xa6", "\xef\xbb\xbf", "\xf3\xa0\x80\x81"})
    CHECK(printable(hidden).find('\\') == 0);
  for (const char* shown : {"\xc2\xae", "\xd8\x9d", "\xe2\x80\x90", "\xe2\x80\xaf", "\xe2\x81\xb0", "\xef\xbb\xbe"})
    CHECK(printable(shown) == shown);
  // No UTF-8: a lone byte, a sequence cut off, control characters, more bytes than needed, a surrogate, beyond the
  // last.
  CHECK(printable("\xe9") == "\\xe9");
  CHECK(printable("\xe2\x82") == "\\xe2\\x82");
  CHECK(printable("\xc2\x9b") == "\\xc2\\x9b");
  CHECK(printable("\xc1\x81") == "\\xc1\\x81");
  CHECK(printable("\xe0\x81\x81") == "\\xe0\\x81\\x81");
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");
  CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
  CHECK(printable("\xf5\x80\x80\x80") == "\\xf5\\x80\\x80\\x80");
}

}  // namespace test_file
