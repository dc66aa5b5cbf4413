// Fuzz target of the kmodel readers: any bytes are read or refused; what was read can be printed, made into a network
// type, turned into version 3, run and, in version 3, be written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <incuse/export/kmodel.hpp>
#include <incuse/export/kmodel_conversion.hpp>
#include <incuse/export/kmodel_source.hpp>
#include <incuse/host/kmodel_run.hpp>
#include <incuse/import/kmodel.hpp>
#include <incuse/import/kmodel5.hpp>
#include <incuse/import/kmodel_faults.hpp>
#include <incuse/import/kmodel_graph.hpp>
#include <incuse/report/kmodel5_text.hpp>
#include <incuse/report/kmodel_text.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const incuse::Kmodel5File file = incuse::parse_kmodel5(bytes); file.ok())
    if (incuse::report::kmodel5_text(file.model()).empty()) std::abort();
  const incuse::KmodelFile file = incuse::parse_kmodel(bytes);
  if (!file.ok()) return 0;
  const incuse::k210::Kmodel model = file.model();
  if (incuse::report::kmodel_text(model).empty()) std::abort();
  incuse::cpp::kmodel_source(model, incuse::network_of(model), "fuzzed");
  incuse::host::KmodelExecutor executor(model);
  for (int i = 0; i < model.input_count; ++i)
    if (!executor.set_input(i, std::vector<std::uint8_t>(executor.input_bytes(i), 7))) std::abort();
  executor.run();
  for (int i = 0; i < model.output_count; ++i) executor.output(i);
  if (incuse::kmodel_faults(model).empty()) {
    const incuse::KmodelConversion made = incuse::converted_to_version_3(model);
    if (made.ok()) incuse::parse_kmodel({reinterpret_cast<const char*>(made.bytes.data()), made.bytes.size()});
    if (made.ok() == made.bytes.empty()) std::abort();
  }
  if (model.version != 3) return 0;
  const std::vector<std::uint8_t> written = incuse::kmodel_bytes(model);
  const incuse::KmodelFile again =
      incuse::parse_kmodel({reinterpret_cast<const char*>(written.data()), written.size()});
  if (!again.ok() || incuse::kmodel_bytes(again.model()) != written) std::abort();
  return 0;
}
