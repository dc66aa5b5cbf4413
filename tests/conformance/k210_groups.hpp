// Reference cases of the K210: one group for each folder or table, each with a function that runs its cases.
#pragma once

#include <string>
#include <vector>

#include "k210_log.hpp"

namespace conformance::k210 {

/// A group of cases. `run` gets the path of the folder or file and says what became of every case.
struct Group {
  std::string name;  ///< of the group and of its folder
  std::string path;  ///< below the folder of reference cases
  void (*run)(const std::string& path, Log& log);
};

void run_units(const std::string& folder, Log& log);
void run_quantiser(const std::string& file, Log& log);
void run_layout(const std::string& file, Log& log);
void run_layer_words(const std::string& file, Log& log);
void run_software_layers(const std::string& folder, Log& log);
void run_models(const std::string& folder, Log& log);

extern const std::vector<Group> groups;

struct Selection {
  std::string group{};    ///< empty: all
  std::string pattern{};  ///< of names, empty: all
  bool list = false;
  bool verbose = false;
};

/// Runs the selected groups of a folder and prints one line for each case that fails; 0 if none does.
int run(const std::vector<std::string>& folders, const Selection& selection);

}  // namespace conformance::k210
