// Quantising with a network and typical inputs.
#pragma once

#include <incuse/import/description_graph.hpp>
#include <incuse/import/load.hpp>
#include <incuse/import/tensors.hpp>

#include "quantize.hpp"

namespace cli {

/// A description, and its graph with the shapes that its tensors have.
struct DescribedNetwork {
  incuse::NetworkDescription description{};
  incuse::DescribedGraph described{};
};

/// The description that the request names, `network`. Throws UsageError.
DescribedNetwork read_network(const CheckpointRequest& request, const incuse::import::NamedTensors& source,
                              const incuse::import::LoadOptions& options);

/// Chooses the shifts of the request's network by what its inputs make of the tensors, and writes the checkpoint.
ExitCode calibrate(const CheckpointRequest& request, const incuse::import::NamedTensors& source,
                   const incuse::import::LoadOptions& options);

}  // namespace cli
