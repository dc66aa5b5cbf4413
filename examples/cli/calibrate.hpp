// Quantising with a network and typical inputs.
#pragma once

#include <incuse/import/load.hpp>
#include <incuse/import/tensors.hpp>

#include "quantize.hpp"

namespace cli {

/// Chooses the shifts of the request's network by what its inputs make of the tensors, and writes the checkpoint.
ExitCode calibrate(const CheckpointRequest& request, const incuse::import::NamedTensors& source,
                   const incuse::import::LoadOptions& options);

}  // namespace cli
