// Compares the tables of a deployment with those of a reference case.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cli_test {

struct Write {
  const char* function;
  std::uint32_t address;
  std::uint32_t value;
};

/// A deployment's tables as lists.
struct Tables {
  std::vector<Write> writes{};
  std::vector<std::uint32_t> weights{};
  std::vector<int> bias_count{};
  std::vector<std::uint8_t> bias{};
};

/// The first difference in words; empty if there is none.
std::string difference(const std::string& case_folder, const Tables& tables);

}  // namespace cli_test
