// A network's input: its values, and how large it is, which descriptions do not say.
#pragma once

#include <string>
#include <vector>

#include <incuse/import/description_graph.hpp>

#include "request.hpp"

namespace cli {

/// The shape of the input: from the request's input file, its --input-shape, the first layer's `in_channels` and
/// `in_dim`, or a well-known data set; what was assumed is noted. Throws UsageError if nothing tells.
incuse::Shape input_shape(const Request& request, const incuse::NetworkDescription& description,
                          const std::vector<incuse::LayerTensors>& tensors, std::vector<std::string>& notes);

/// Reads the values of an input array, C x H x W or C x L, also with a 1 in front for the batch. Throws UsageError
/// unless there are as many as `shape` has.
std::vector<int> input_values(const std::string& path, incuse::Shape shape);

/// Refuses an array, of one input or several, whose axes are in another order than the network's: 32x32x3 for 3x32x32.
/// Axes may be joined.
void expect_channels_first(const std::string& path, std::vector<int> shape, incuse::Shape network);

}  // namespace cli
