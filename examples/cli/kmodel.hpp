// The verbs for kmodels, the model files of the K210's vendor.
#pragma once

#include "flag_uses.hpp"
#include "request.hpp"

namespace CLI {
class App;
}

namespace cli {

/// Adds the options of `run` that only kmodels have.
void add_kmodel_options(CLI::App& run, Request& request, FlagUses& uses);

ExitCode check_kmodel(const Request& request);
ExitCode plan_kmodel(const Request& request);
ExitCode run_kmodel(const Request& request);
/// A kmodel of version 3 of one of version 4.
ExitCode export_kmodel(const Request& request);
ExitCode import_kmodel(const Request& request);

}  // namespace cli
