// Writes networks with every layer of the K210's processor as kmodels, and a header of what those are imported as.
// Argument: a folder.
#include <cstdint>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include <incuse/export/kmodel_network.hpp>
#include <incuse/export/kmodel_source.hpp>
#include <incuse/import/kmodel.hpp>
#include <incuse/import/kmodel_graph.hpp>

#include <support/processor_networks.hpp>

namespace {

using namespace incuse;

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  return file.good();
}

/// Writes name.kmodel, and appends to the header.
template <class Chip>
bool write(const std::string& folder, const std::string& name, std::string& header) {
  const std::vector<std::uint8_t> bytes = kmodel_of<Chip>();
  const std::string text(bytes.begin(), bytes.end());
  const KmodelFile file = parse_kmodel(text);
  const cpp::KmodelSource source = file.ok() ? cpp::kmodel_source(file.model(), network_of(file.model()), name)
                                             : cpp::KmodelSource{{}, {file.error}};
  if (!source.ok()) std::cerr << name << ": " << source.error() << '\n';
  header += source.text;
  return source.ok() && write_file(folder + '/' + name + ".kmodel", text);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string folder = argv[1];
  std::string header;
  const bool written = write<test::ByteProcessorChip>(folder, "bytes", header) &&
                       write<test::RealProcessorChip>(folder, "reals", header) &&
                       write<test::TableProcessorChip>(folder, "tables_given", header) &&
                       write_file(folder + "/imported_kmodels.hpp", header);
  return written ? 0 : 1;
}
