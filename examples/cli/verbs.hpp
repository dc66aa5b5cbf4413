// What the program can do, one function each.
#pragma once

#include "request.hpp"

namespace cli {

ExitCode check(const Request& request);
ExitCode plan(const Request& request);
/// The plan by hand and the planner's own.
ExitCode compare(const Request& request);
ExitCode run(const Request& request);
ExitCode import_header(const Request& request);
ExitCode export_c(const Request& request);

}  // namespace cli
