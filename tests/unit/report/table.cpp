#include <incuse/report/table.hpp>

#include <limits>

#include <doctest/doctest.h>

namespace test_table {

using namespace incuse::report;

TEST_CASE("numbers") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(-999) == "-999");
  CHECK(grouped(-1234567) == "-1,234,567");
  CHECK(grouped(std::numeric_limits<long long>::min()) == "-9,223,372,036,854,775,808");
  CHECK(fixed(1.25, 1) == "1.3");
  CHECK(fixed(0.04, 1) == "0.0");
  CHECK(fixed(-0.04, 1) == "0.0");
  CHECK(fixed(-2.5, 0) == "-3");
  CHECK(fixed(1234.005, 2) == "1,234.01");
  CHECK(fixed(7.03, 2) == "7.03");
}

TEST_CASE("columns are aligned, empty ones vanish") {
  Table table("lrl");
  table.add({"name", "count", "note"});
  table.add({"a", "1"});
  table.add({"longer", "1000", "", "ignored"});
  CHECK(table.text() ==
        "  name    count\n"
        "  a           1\n"
        "  longer   1000\n");
}

TEST_CASE("columns of words in UTF-8 are aligned") {
  Table table("lr");
  table.add({"name", "n"});
  table.add({"w\xc3\xa4rme", "1"});
  table.add({"\xe7\x86\xb1\xe9\x87\x8f", "2"});  // two characters, each as wide as two letters
  table.add({"\xffold", "3"});                   // no UTF-8
  CHECK(table.text() ==
        "  name   n\n"
        "  w\xc3\xa4rme  1\n"
        "  \xe7\x86\xb1\xe9\x87\x8f   2\n"
        "  \xffold   3\n");
}

}  // namespace test_table
