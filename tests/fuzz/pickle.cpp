// Fuzz target of the pickle reader: any bytes are read or refused, and values only refer to values that exist.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <incuse/import/pickle.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const incuse::Pickle pickle = incuse::parse_pickle({reinterpret_cast<const char*>(data), size});
  const auto exists = [&](int index) { return index >= 0 && index < static_cast<int>(pickle.values.size()); };
  if (!pickle.ok()) return 0;
  if (!exists(pickle.root) || pickle.size > size) std::abort();
  for (const incuse::PickleValue& value : pickle.values)
    for (int item : value.items)
      if (!exists(item)) std::abort();
  return 0;
}
