#include "compare.hpp"

#include <exception>

#include <conformance/differences.hpp>

namespace cli_test {

namespace {

using conformance::ReferenceCase;

/// Writes of the three functions that an image holds, in the order of the reference.
std::string difference_in_image(const ReferenceCase& reference, const Tables& tables) {
  std::size_t next = 0;
  for (const conformance::ReferenceWrite& expected : reference.writes()) {
    if (expected.function != "cnn_init" && expected.function != "cnn_configure" && expected.function != "cnn_start")
      continue;
    const std::string place = "register write " + std::to_string(next) + " (" + expected.function + "): ";
    if (next == tables.writes.size()) return place + "there is none";
    const Write& actual = tables.writes[next++];
    if (expected.function != actual.function || expected.address != actual.address || expected.value != actual.value)
      return place + "expected " + conformance::hexadecimal(expected.value) + " to " +
             conformance::hexadecimal(expected.address) + ", actual " + conformance::hexadecimal(actual.value) +
             " to " + conformance::hexadecimal(actual.address) + " in " + actual.function;
  }
  return next == tables.writes.size() ? "" : "there are more register writes than expected";
}

std::string difference_in_bias(const ReferenceCase& reference, const Tables& tables) {
  std::size_t first = 0;
  for (std::size_t g = 0; g < tables.bias_count.size(); ++g) {
    const std::string role = "bias" + std::to_string(g);
    const std::vector<std::uint8_t> expected =
        reference.has(role) ? reference.bytes(role) : std::vector<std::uint8_t>();
    const std::size_t end = first + static_cast<std::size_t>(tables.bias_count[g]);
    const std::vector<std::uint8_t> actual(tables.bias.begin() + static_cast<std::ptrdiff_t>(first),
                                           tables.bias.begin() + static_cast<std::ptrdiff_t>(end));
    const std::string difference = conformance::difference_in_bytes(expected, actual);
    if (!difference.empty()) return "bias of group " + std::to_string(g) + ": " + difference;
    first = end;
  }
  return {};
}

}  // namespace

std::string difference(const std::string& case_folder, const Tables& tables) {
  try {
    const auto cases = conformance::find_cases(case_folder);
    if (cases.size() != 1) return case_folder + " is not the folder of one case";
    const ReferenceCase reference(cases[0]);
    std::string found = difference_in_image(reference, tables);
    if (found.empty()) found = conformance::difference_in_words(reference.words("kernels"), tables.weights);
    if (found.empty()) found = difference_in_bias(reference, tables);
    return found;
  } catch (const std::exception& problem) {
    return problem.what();
  }
}

}  // namespace cli_test
