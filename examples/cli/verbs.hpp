// What the program can do, one function each.
#pragma once

#include <string>

#include "request.hpp"

namespace cli {

ExitCode check(const Request& request);
ExitCode plan(const Request& request);
/// text, svg or csv: what --format says, or the ending of the output's name.
std::string format_of(const Request& request);
/// The plan by hand and the planner's own.
ExitCode compare(const Request& request);
ExitCode run(const Request& request);
ExitCode import_header(const Request& request);
/// A model of another framework as a type for the K210, with parameters in real numbers.
ExitCode import_k210_header(const Request& request);
/// Throws UsageError unless a word can name the namespace of a header.
void expect_namespace_name(const std::string& name);
ExitCode export_c(const Request& request);
/// The network as an ONNX file.
ExitCode export_onnx(const Request& request);
/// The network as a description of the vendor's tool, with the places that it has been planned to.
ExitCode export_description(const Request& request);
/// The network as a module of PyTorch.
ExitCode export_pytorch(const Request& request);

}  // namespace cli
