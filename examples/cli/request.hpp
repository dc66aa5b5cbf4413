// What the command line asks for.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <incuse/import/flags.hpp>
#include <incuse/report/time_text.hpp>

namespace cli {

/// The request itself is at fault: a file that cannot be read, an argument that makes no sense. Exit code 2.
struct UsageError : std::runtime_error {
  explicit UsageError(const std::string& line) : UsageError(std::vector<std::string>{line}) {}
  explicit UsageError(std::vector<std::string> all) : std::runtime_error(all.front()), lines(std::move(all)) {}

  std::vector<std::string> lines;  ///< what is wrong, one mistake each; what() is the first one
};

enum class ExitCode { success = 0, findings = 1, usage = 2 };

/// K210: how ranges follow from typical inputs.
struct RangeRequest {
  std::string method{};   ///< empty: min-max
  double percentile = 0;  ///< of the choice with that name; 0: not given
  std::string report{};   ///< picture of what codes lose of the tensors; empty: none
};

struct Request {
  std::string description{};  ///< path of the YAML file, or of a kmodel
  std::string content{};      ///< of that file
  std::string device{};       ///< empty: the first one that the file can be for
  std::string checkpoint{};
  std::vector<std::string> weights{};  ///< .npy files, or one folder
  std::vector<std::string> biases{};   ///< .npy files
  std::string input{};                 ///< .npy file
  std::string input_shape{};           ///< "1x28x28"
  std::string expected{};              ///< .npy file
  std::string output{};                ///< file to write; empty: standard output
  std::string format{};                ///< of a plan; empty: by the output's name, else text
  std::string layer{};                 ///< number or name; empty: the last one
  std::string name{};                  ///< namespace of an imported header
  std::string test_folder{};           ///< exported C is written into the folder test_folder/prefix
  bool onnx = false;                   ///< export an ONNX file instead of C …
  bool place = false;                  ///< plan the placement, and ignore what the description says about it
  bool no_proof = false;               ///< the tables are not tried on a virtual chip
  bool compare = false;
  bool yaml = false;                  ///< … or a description …
  bool pytorch = false;               ///< … or a module of PyTorch
  std::optional<double> megahertz{};  ///< the accelerator's clock, for times
  double watts = 0;                   ///< what it takes, for energies; 0: not given
  int result = 0;                     ///< kmodels: number of the output
  std::string emulator = "newer";     ///< kmodels: whose rounding
  incuse::FlagSettings options{};
  bool kmodel = false;  ///< export a kmodel of version 3
  RangeRequest ranges{};

  bool asks_for_time() const { return megahertz || watts > 0; }  ///< in a line that else says nothing of it
  /// Clock and power, of an accelerator of the MAX7800x family and of the KPU.
  incuse::report::Supply supply() const { return supply_at({}); }
  incuse::report::Supply kpu_supply() const { return supply_at(incuse::report::usual_supply(incuse::k210_kpu)); }

 private:
  incuse::report::Supply supply_at(const incuse::report::Supply& usual) const {
    return {.megahertz = megahertz.value_or(usual.megahertz), .watts = watts};
  }
};

/// All files that the request reads.
std::vector<std::string> inputs_of(const Request& request);

}  // namespace cli
