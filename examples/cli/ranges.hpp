// Ranges of tensors for the K210, by typical inputs, and what codes lose of the tensors.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <incuse/import/k210_losses.hpp>
#include <incuse/import/k210_ranges.hpp>
#include <incuse/max7800x/device.hpp>

#include "output_files.hpp"
#include "request.hpp"

namespace cli {

/// Adds --ranges, --percentile and --report. Plain help shows the group "Options" alone.
void add_range_options(CLI::App& verb, RangeRequest& request, const std::string& group);

/// Throws UsageError if the request has them, but nothing that they are about.
void expect_no_range_options(const RangeRequest& request);
/// Throws UsageError if they do not go together.
void expect_range_options(const RangeRequest& request);

/// What breaks the chip's rules, each with the name of the network's file.
std::vector<std::string> k210_errors(const std::string& file,
                                     const incuse::Graph<incuse::max7800x::most_layers>& graph);

/// Runs the network of a file in real numbers on the inputs of another one, and takes ranges of what comes up. Returns
/// what codes lose of every tensor. Throws UsageError if the inputs are not the network's.
std::vector<incuse::import::RangeLoss> observe_inputs(const std::string& inputs, const std::string& file,
                                                      const incuse::Graph<incuse::max7800x::most_layers>& graph,
                                                      const RangeRequest& request,
                                                      incuse::import::K210Parameters& parameters);

std::string loss_table(const std::vector<incuse::import::RangeLoss>& losses);
/// The picture that the request wants; none if it names no file.
std::vector<OutputFile> loss_picture(const std::string& file, const RangeRequest& request,
                                     const std::vector<incuse::import::RangeLoss>& losses);

}  // namespace cli
