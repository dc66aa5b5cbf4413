// Descriptions as text, for tests: what the reader makes of them, and what it says of them.
#pragma once

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/import/description.hpp>

namespace incuse::test {

using Texts = std::vector<std::string>;

inline NetworkDescription parse(const std::string& text) { return parse_description(text, "net.yaml", max78000); }

/// A description with these lines as its layers; they begin on line 4.
inline std::string network(const std::string& layers) { return "arch: test\ndataset: digits\nlayers:\n" + layers; }

/// The problems as sentences, in the order of the file; notices are left out.
inline Texts problems_of(const std::string& text) {
  Texts texts;
  for (const Problem& problem : parse(text).problems)
    if (problem.severity != Severity::notice) texts.push_back(problem.text());
  return texts;
}

/// The only problem of a layer with these lines, and with the keys that every layer ought to have.
inline std::string problem_of(const std::string& lines) {
  const auto texts =
      problems_of(network("- {processors: 1, out_offset: 0, op: none, name: first}\n"
                          "- processors: 3\n"
                          "  out_offset: 0\n" +
                          lines));
  REQUIRE(texts.size() == 1);
  return texts.front();
}

}  // namespace incuse::test
