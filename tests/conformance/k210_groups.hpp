// Reference cases of the K210: one group for each folder or table, each with a function that runs its cases.
#pragma once

#include <string>
#include <vector>

#include "case_groups.hpp"

namespace conformance::k210 {

void run_units(const std::string& folder, Log& log);
void run_quantiser(const std::string& file, Log& log);
void run_layout(const std::string& file, Log& log);
void run_layer_words(const std::string& file, Log& log);
void run_software_layers(const std::string& folder, Log& log);
void run_models(const std::string& folder, Log& log);

extern const std::vector<Group> groups;

}  // namespace conformance::k210
