// Writes the C project of a reference case: with the vendor's tables, or with those that are right in every case.
//
//     incuse_write_c_case CASE FOLDER vendor|right [PREFIX]
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <incuse/export/max7800x_c_source.hpp>

#include <conformance/case_runner.hpp>

namespace {

void write_case(const std::string& case_folder, const std::string& folder, bool vendor_stream,
                const std::string& prefix) {
  const auto entries = conformance::find_cases(case_folder);
  if (entries.size() != 1) throw conformance::DamagedCase(case_folder + " is not the folder of one case");
  const conformance::AcceptedCase loaded = conformance::load_accepted(entries[0], vendor_stream);
  if (!loaded.not_supported.empty())
    throw std::runtime_error(entries[0].name + ": not supported: " + loaded.not_supported.front());
  const conformance::Subject& subject = loaded.subject;
  incuse::c_source::Sample sample{subject.input, conformance::run_reference(subject), {}};
  for (int i = 0; i < subject.graph.size && !subject.order.empty(); ++i)
    if (subject.expects(i)) sample.expected.push_back(i);
  std::filesystem::create_directories(folder);
  for (const incuse::c_source::File& file :
       incuse::c_source::project(subject.graph, subject.plan, subject.device, subject.options,
                                 subject.parameters.parameters(), sample, {prefix, entries[0].name}))
    std::ofstream(folder + "/" + file.name, std::ios::binary) << file.text;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::string tables = argc < 4 ? "" : argv[3];
    if (tables != "vendor" && tables != "right")
      throw conformance::DamagedCase("usage: incuse_write_c_case CASE FOLDER vendor|right [PREFIX]");
    write_case(argv[1], argv[2], tables == "vendor", argc > 4 ? argv[4] : "");
    return 0;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "incuse_write_c_case: %s\n", problem.what());
    return 1;
  }
}
