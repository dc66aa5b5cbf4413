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

/// All that is wrong with a model: nodes that no layer computes, and what the chip lacks for the layers that the other
/// nodes became. Empty if the whole model became a network: `check` then says whether it fits.
std::vector<std::string> onnx_errors(const Request& request, const incuse::import::onnx::Max7800xNetwork& model,
                                     const incuse::max7800x::Device& device);

}  // namespace cli
