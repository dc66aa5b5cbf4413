// Compiled by the tests with an imported header in front: compares the deployment's tables, which are constants, with
// those of the case that the header was made from.
#include <cstdio>
#include <string>

#include "compare.hpp"

namespace {

using Chip = imported::Chip;
constexpr const auto& image = Chip::image;

// The tables are made while compiling, and there is no error among the findings.
static_assert(Chip::findings.ok());
static_assert(sizeof(image.configure) > sizeof(image.configure[0]));

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  cli_test::Tables tables;
  for (const auto& write : image.init) tables.writes.push_back({"cnn_init", write.address, write.value});
  for (const auto& write : image.configure) tables.writes.push_back({"cnn_configure", write.address, write.value});
  for (const auto& write : image.start) tables.writes.push_back({"cnn_start", write.address, write.value});
  tables.weights.assign(std::begin(image.weights), std::end(image.weights));
  tables.bias_count.assign(std::begin(image.bias_count), std::end(image.bias_count));
  tables.bias.assign(std::begin(image.bias), std::end(image.bias));
  const std::string difference = cli_test::difference(argv[1], tables);
  if (difference.empty()) return 0;
  std::fprintf(stderr, "%s\n", difference.c_str());
  return 1;
}
