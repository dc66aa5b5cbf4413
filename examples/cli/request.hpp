// What the command line asks for.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include <incuse/import/flags.hpp>

namespace cli {

/// The request itself is at fault: a file that cannot be read, an argument that makes no sense. Exit code 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class ExitCode { success = 0, findings = 1, usage = 2 };

struct Request {
  std::string description{};  ///< path of the YAML file, or of a kmodel
  std::string device = "max78000";
  std::string checkpoint{};
  std::vector<std::string> weights{};  ///< .npy files, or one folder
  std::vector<std::string> biases{};   ///< .npy files
  std::string input{};                 ///< .npy file
  std::string input_shape{};           ///< "1x28x28"
  std::string expected{};              ///< .npy file
  std::string output{};                ///< file to write; empty: standard output
  std::string format = "text";
  std::string layer{};        ///< number or name; empty: the last one
  std::string name{};         ///< namespace of an imported header
  std::string test_folder{};  ///< of exported C: its folder in this one is called like the prefix
  bool place = false;         ///< whatever the description says about placement
  bool no_proof = false;      ///< the tables are not tried on a virtual chip
  bool compare = false;
  int result = 0;                  ///< kmodels: number of the output
  std::string emulator = "newer";  ///< kmodels: whose rounding
  incuse::FlagSettings options{};
};

}  // namespace cli
