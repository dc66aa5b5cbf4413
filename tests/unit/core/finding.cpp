// Sentences of findings, and lists of them.
#include <incuse/core/finding.hpp>
#include <incuse/hosted/strings.hpp>

#include <doctest/doctest.h>

#include <string>

#include <support/longest_sentence.hpp>

namespace test_finding {

using namespace incuse;

namespace {

constexpr Rule full{"full", "the memory is full", "use less of it", "a sheet", Severity::error};
constexpr Rule odd{"odd", "the size is odd", "", "a sheet", Severity::warning};

std::string text_of(const Finding& finding) {
  const Sentence sentence = sentence_of(finding, "CHIP");
  return string_of(sentence);
}

}  // namespace

TEST_CASE("a sentence says where, what, how much and what to do") {
  Finding finding{.rule = &full, .layer = 3, .layer_name = "conv3", .needs = {812, "columns"}, .has = {768, "columns"}};
  const std::string text = text_of(finding);
  for (const char* part :
       {"layer 3", "conv3", "the memory is full", "812 columns", "CHIP has 768 columns", "use less of it"}) {
    CAPTURE(part);
    CHECK(text.find(part) != std::string::npos);
  }
  finding.has_whose = "the tensor";
  CHECK(text_of(finding).find("the tensor has 768") != std::string::npos);
  finding.layer = -1;
  CHECK(text_of(finding).find("layer") == std::string::npos);
}

TEST_CASE("an advice says what a change makes of what") {
  Finding finding{.rule = &full, .layer = 3};
  finding.advice = {.change = "4-bit weights", .from = 812, .to = {406, "columns"}};
  CHECK(text_of(finding) == "layer 3: the memory is full; use less of it; 4-bit weights: 812 -> 406 columns");
  finding.advice.layer = 2;
  finding.advice.layer_name = "conv2";
  CHECK(text_of(finding) ==
        "layer 3: the memory is full; use less of it; 4-bit weights in layer 2 (conv2): 812 -> 406 columns");
  finding.advice = {.change = "2-bit weights", .from = 812, .to = {203, "columns"}};
  finding.advice.all_layers = true;
  CHECK(text_of(finding) ==
        "layer 3: the memory is full; use less of it; 2-bit weights in all layers: 812 -> 203 columns");
}

TEST_CASE("shares that are only counted: one other, two others") {
  for (int shares = 11; shares <= 14; ++shares) {
    Finding finding{.rule = &full, .layer = 3};
    for (int i = 0; i < shares; ++i) finding.shares.push({i, {}, {9, "bytes"}});
    const std::string text = text_of(finding);
    CHECK((text.find(", 1 other)") != std::string::npos) == (shares == 13));
    CHECK((text.find(", 2 others)") != std::string::npos) == (shares == 14));
    CHECK((text.find("other") != std::string::npos) == (shares > 12));
  }
}

TEST_CASE("long names are shortened, and never inside a character") {
  const std::string letters(60, 'n'), umlauts = [] {
    std::string text;
    for (int i = 0; i < 30; ++i) text += "\xc3\xbc";
    return text;
  }();
  const auto shown = [](const std::string& name) {
    TextBuffer<80> out;
    append_name(out, {name.data(), static_cast<int>(name.size())});
    return string_of(out);
  };
  CHECK(shown(letters.substr(0, 48)) == letters.substr(0, 48));
  CHECK(shown(letters) == letters.substr(0, 45) + "...");
  CHECK(shown(umlauts) == umlauts.substr(0, 44) + "...");
}

TEST_CASE("an advice for more layers than it can name counts them") {
  Finding finding{.rule = &full, .layer = 3};
  finding.advice = {.change = "4-bit weights", .layer = 0};
  for (int layer = 1; layer <= 9; ++layer) finding.advice.further_layers.push(layer);
  CHECK(text_of(finding) ==
        "layer 3: the memory is full; use less of it; 4-bit weights in layer 0, layer 1, layer 2, layer 3, layer 4, "
        "layer 5, layer 6 and 3 more");
}

TEST_CASE("whatever the names and numbers are, remedy and advice are there") {
  CHECK(test::keeps_what_matters(full));
  CHECK(test::keeps_what_matters(odd));
  CHECK(test::is_whole_in_errors(full));
  CHECK(test::is_whole_in_errors(odd));
}

TEST_CASE("quantities: numbers, shapes, ranges") {
  const auto print = [](const Quantity& quantity) {
    TextBuffer<60> out;
    append(out, quantity);
    return string_of(out);
  };
  CHECK(print({7}) == "7");
  CHECK(print({7, "bytes"}) == "7 bytes");
  CHECK(print(Extent{3, 5}) == "3x5");
  CHECK(print(Shape{60, 28, 28}) == "60x28x28");
  CHECK(print(Quantity::shape(10, 12, 3, 3)) == "10x12x3x3");
  CHECK(print(Quantity::range(0, 63)) == "0 to 63");
  CHECK(print(Quantity::map(0)) == "0x0");
  CHECK(print(Quantity::map(0xf000'0000'0000'000f)) == "0xf00000000000000f");
  CHECK(print({}) == "");
}

TEST_CASE("only errors make a network wrong, also those that were dropped") {
  Findings findings;
  CHECK(findings.ok());
  findings.push({.rule = &odd, .layer = 1});
  CHECK(findings.ok());
  CHECK(findings.contains(odd));
  CHECK_FALSE(findings.blames(1));
  findings.push({.rule = &full, .layer = 2});
  CHECK(findings.errors() == 1);
  CHECK(findings.blames(2));
  CHECK_FALSE(findings.blames(1));

  Findings many;
  for (int i = 0; i < 40; ++i) many.push({.rule = &odd});
  CHECK(many.ok());
  many.push({.rule = &full});
  CHECK(many.errors() == 1);
  Findings sum;
  sum.add(findings);
  sum.add(many);
  CHECK(sum.size == 32);
  CHECK(sum.dropped == 11);
  CHECK(sum.errors() == 2);
}

}  // namespace test_finding
