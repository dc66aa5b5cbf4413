// Fuzz target of the .npy reader: any bytes are read or refused, and what was read can be written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <incuse/import/npy.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  incuse::parse_npy_list({reinterpret_cast<const char*>(data), size});
  const incuse::NpyResult result = incuse::parse_npy({reinterpret_cast<const char*>(data), size});
  if (!result.ok()) return 0;
  const incuse::NpyResult again = incuse::parse_npy(incuse::npy_bytes(result.array));
  if (!again.ok() || again.array.shape != result.array.shape || again.array.values != result.array.values) std::abort();
  return 0;
}
