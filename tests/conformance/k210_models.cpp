// Whole kmodels: what every node writes and what the model puts out, compared with the vendor's simulator.
#include <algorithm>
#include <filesystem>

#include <incuse/export/kmodel.hpp>
#include <incuse/host/fast/kmodel.hpp>
#include <incuse/host/kmodel_run.hpp>
#include <incuse/import/kmodel.hpp>

#include "hash.hpp"
#include "k210_groups.hpp"
#include "k210_table.hpp"
#include "reference_case.hpp"

namespace conformance::k210 {

using namespace incuse;
using namespace incuse::k210;

namespace {

/// The data of an .npy file as it stands there.
std::vector<std::uint8_t> array_bytes(const std::string& path) {
  const std::string file = read_bytes(path);
  const std::size_t header = 10;
  if (file.size() < header || file.compare(1, 5, "NUMPY") != 0) throw DamagedCase(path + " is no .npy file");
  const std::size_t length = static_cast<unsigned char>(file[8]) + 256u * static_cast<unsigned char>(file[9]);
  if (file.size() < header + length) throw DamagedCase(path + " ends in its header");
  return {file.begin() + static_cast<std::ptrdiff_t>(header + length), file.end()};
}

template <class Kpu>
std::string run_model(const std::string& folder, const Kmodel& model, const std::string& suffix, const Kpu& kpu) {
  host::KmodelExecutor executor(model, kpu);
  if (!executor.set_input(0, array_bytes(folder + "/input.npy"))) return "the input has another size than the model's";
  const std::vector<Row> nodes = read_table(folder + "/nodes" + suffix + ".csv");
  if (static_cast<int>(nodes.size()) != model.node_count) return "the table has another number of nodes than the model";
  for (int i = 0; i < model.node_count; ++i) {
    const Row& row = nodes[static_cast<std::size_t>(i)];
    if (!executor.run_node(i)) return executor.error();
    const std::vector<std::uint8_t>& written = executor.written();
    const std::string where = "node " + std::to_string(i) + " (" + row.text("op") + "): ";
    // Nodes may write a few bytes behind what their range has: see kmodel4::OneToOne::element_wise.
    const auto bytes = static_cast<std::size_t>(row.number("bytes"));
    if (written.size() < bytes || written.size() >= bytes + 32)
      return where + "expected " + row.text("bytes") + " bytes, got " + std::to_string(written.size());
    const std::uint32_t crc = crc_of(written.data(), bytes);
    if (crc != row.hexadecimal("crc32"))
      return where + "expected checksum " + row.text("crc32") + ", got " + in_hexadecimal(crc);
  }
  for (int i = 0; i < model.output_count; ++i) {
    const std::string name = "output" + std::to_string(i) + suffix;
    if (executor.output(i) != array_bytes(folder + '/' + name + ".npy")) return name + " differs";
  }
  return "";
}

/// Hashes of what every node writes and of the outputs.
std::string hashes_of(const std::string& folder, const Kmodel& model, Emulator emulator) {
  host::KmodelExecutor executor(model, host::ReferenceKpu(emulator));
  Hash nodes, outputs;
  executor.set_input(0, array_bytes(folder + "/input.npy"));
  for (int i = 0; i < model.node_count && executor.run_node(i); ++i) nodes.add(executor.written());
  for (int i = 0; i < model.output_count; ++i) outputs.add(executor.output(i));
  return " findings " + hash_of(executor.error()) + " nodes " + nodes.text() + " outputs " + outputs.text();
}

/// Runs a model with one set of expectations; there are two where the model's version had an emulator of its own.
void run_set(const std::string& folder, const std::string& name, const std::string& suffix, Emulator emulator,
             Log& log) {
  if (!log.wants(name)) return;
  try {
    const KmodelFile file = parse_kmodel(read_bytes(folder + "/model.kmodel"));
    if (!file.ok()) return log.failed(name, "reader", file.error);
    const Kmodel model = file.model();
    if (log.wants_hashes()) return log.hashes(name, hashes_of(folder, model, emulator));
    std::string difference = run_model(folder, model, suffix, host::ReferenceKpu(emulator));
    if (!difference.empty()) return log.failed(name, "model", difference);
    for (host::fast::Level level : host::fast::all_levels) {
      if (!host::fast::is_supported(level)) continue;
      difference = run_model(folder, model, suffix, host::fast::Kpu(emulator, level));
      if (!difference.empty()) return log.failed(name, std::string("fast, ") + host::fast::name_of(level), difference);
    }
    log.passed(name);
  } catch (const std::exception& problem) {
    log.failed(name, "case", problem.what());
  }
}

/// Writing a model of version 3 gives the file that it was read from.
void write_back(const std::string& folder, const std::string& name, Log& log) {
  if (!log.wants(name)) return;
  try {
    const std::string bytes = read_bytes(folder + "/model.kmodel");
    const KmodelFile file = parse_kmodel(bytes);
    if (!file.ok()) return log.failed(name, "reader", file.error);
    const std::vector<std::uint8_t> written = kmodel_bytes(file.model());
    if (log.wants_hashes()) return log.hashes(name, " file " + hash_of(written));
    const auto [ours, theirs] = std::mismatch(written.begin(), written.end(), file.bytes.begin(), file.bytes.end());
    const bool same = ours == written.end() && theirs == file.bytes.end();
    log.verdict(name, "writer", same ? "" : "differs at byte " + std::to_string(ours - written.begin()));
  } catch (const std::exception& problem) {
    log.failed(name, "case", problem.what());
  }
}

}  // namespace

void run_models(const std::string& folder, Log& log) {
  std::vector<std::filesystem::path> models;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (std::filesystem::exists(entry.path() / "model.kmodel")) models.push_back(entry.path());
  std::sort(models.begin(), models.end());
  for (const std::filesystem::path& model : models) {
    const std::string path = model.string(), name = "models/" + model.filename().string();
    run_set(path, name, "", Emulator::newer, log);
    if (!std::filesystem::exists(model / "nodes_rc5.csv")) continue;
    run_set(path, name + "/rc5", "_rc5", Emulator::older, log);
    write_back(path, name + "/written", log);
  }
}

}  // namespace conformance::k210
