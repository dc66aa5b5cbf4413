// Runs every typed case and compares each layer's output with the checksum of the reference.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include <incuse/host/run.hpp>
#include <incuse/hosted/strings.hpp>

#include <conformance/reference_case.hpp>
#include "registered_case.hpp"

namespace typed_cases {

namespace {

const RegisteredCase*& first_case() {
  static const RegisteredCase* first = nullptr;
  return first;
}

std::uint32_t crc_of(const std::vector<int>& values, bool wide) {
  std::vector<std::uint8_t> bytes;
  for (int value : values)
    for (int i = 0; i < (wide ? 4 : 1); ++i)
      bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint32_t>(value) >> 8 * i));
  return conformance::crc32(bytes);
}

/// The folder of a part's cases: its name in small letters.
std::string folder_of(const incuse::max7800x::Device& device) {
  std::string folder = string_of(device.name);
  for (char& c : folder) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return folder;
}

}  // namespace

RegisteredCase::RegisteredCase(const char* case_name, const incuse::max7800x::Device& part, const Network& network,
                               incuse::Parameters trained, incuse::max7800x::Options deployed)
    : name(case_name), device(part), graph(network), parameters(trained), options(deployed), next(first_case()) {
  first_case() = this;
}

TEST_CASE("outputs of typed cases") {
  const std::filesystem::path folder = std::filesystem::path(INCUSE_GOLDEN_DIR) / "max7800x";
  REQUIRE(first_case() != nullptr);
  for (const RegisteredCase* own = first_case(); own != nullptr; own = own->next) {
    const std::string name = own->name;
    CAPTURE(name);
    const auto entries = conformance::find_cases(folder / folder_of(own->device) / name);
    REQUIRE(entries.size() == 1);
    const conformance::ReferenceCase reference(entries[0]);
    const incuse::NpyArray input = reference.array("input");
    incuse::host::Executor<Network::capacity> executor(own->graph, own->parameters, {own->device, own->options});
    const incuse::Text obstacle = executor.reason().reason;
    REQUIRE(string_of(obstacle) == "");
    REQUIRE(static_cast<int>(input.values.size()) == own->graph.input.elements());
    executor.set_input(input.values.data());
    executor.run();
    const auto outputs = reference.outputs();
    CHECK(static_cast<int>(outputs.size()) == own->graph.size);
    for (const conformance::ReferenceOutput& expected : outputs) {
      CAPTURE(expected.layer);
      REQUIRE(expected.layer < own->graph.size);
      CHECK(own->graph[expected.layer].wide == expected.wide);
      CHECK(own->graph[expected.layer].output == expected.unloaded);
      CHECK(crc_of(executor.output_of(expected.layer), expected.wide) == expected.crc);
    }
  }
}

}  // namespace typed_cases
