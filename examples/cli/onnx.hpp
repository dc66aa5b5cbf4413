// ONNX and TensorFlow Lite models, which have their shapes and weights with them.
#pragma once

#include <string>
#include <vector>

#include <incuse/import/onnx/k210.hpp>
#include <incuse/import/onnx/max7800x.hpp>

#include "request.hpp"

namespace cli {

/// The model that the request names, as a network for a chip. Throws UsageError if it cannot be read, or if the request
/// gives weights or the size of an input besides.
incuse::import::onnx::Max7800xNetwork onnx_network(const Request& request, const incuse::max7800x::Device& device);

/// The same for the K210.
incuse::import::onnx::K210Network onnx_k210_network(const Request& request);

/// What was taken otherwise than written, and what inputs and outputs mean.
std::vector<std::string> onnx_notes(const incuse::import::onnx::Max7800xNetwork& model);

/// What is wrong with a model, all at once: what no layer computes, and of the layers that there are, what the chip
/// does not have. Empty if the model became a network: then `check` speaks.
std::vector<std::string> onnx_errors(const Request& request, const incuse::import::onnx::Max7800xNetwork& model,
                                     const incuse::max7800x::Device& device);

}  // namespace cli
