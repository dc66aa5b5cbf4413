// From a network to a kmodel, to a network, to a kmodel: the second network puts out what the first one does, and the
// second kmodel has the nodes of the first.
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/export/kmodel_network.hpp>
#include <incuse/export/kmodel_source.hpp>
#include <incuse/import/kmodel_graph.hpp>

#include <support/kmodel_comparison.hpp>
#include "imported_kmodels.hpp"

using namespace incuse;

namespace {

std::vector<std::uint8_t> file_bytes(const std::string& name) {
  std::ifstream file(std::string(INCUSE_MADE_DIR "/") + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Nodes, their tables and their numbers; where tensors lie is none of them.
std::string source_of(const std::vector<std::uint8_t>& bytes) {
  const KmodelFile file = parse_kmodel({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  REQUIRE_MESSAGE(file.ok(), file.error);
  const cpp::KmodelSource source = cpp::kmodel_source(file.model(), network_of(file.model()), "model");
  REQUIRE_MESSAGE(source.ok(), source.error());
  return source.text;
}

template <class Chip>
void check_round_trip(const std::string& name) {
  INFO(name);
  const std::vector<std::uint8_t> first = file_bytes(name + ".kmodel"), second = kmodel_of<Chip>();
  REQUIRE(!first.empty());
  CHECK(source_of(first) == source_of(second));

  const std::vector<std::uint8_t> input = test::patterned_input(Chip::graph.input.elements(), Chip::graph.real_input);
  std::string error;
  const auto expected = test::kmodel_outputs(first, input, error);
  REQUIRE_MESSAGE(error.empty(), error);
  CHECK(test::differences(expected, test::kmodel_outputs(second, input, error)) == 0);
  CHECK(test::differences(expected, test::driver_outputs<Chip>(input)) == 0);
}

}  // namespace

TEST_CASE("networks come back from kmodels as they were") {
  check_round_trip<bytes::Chip>("bytes");
  check_round_trip<reals::Chip>("reals");
  check_round_trip<tables_given::Chip>("tables_given");
}
