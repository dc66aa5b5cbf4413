// Fuzz target of the reader of a type's layers: any text is read or refused.
#include <cstddef>
#include <cstdint>
#include <string>

#include <incuse/import/weight_layers.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  incuse::parse_weight_layers(std::string(reinterpret_cast<const char*>(data), size), "fuzz.yaml");
  return 0;
}
