// Reference cases of the training side: batch norm folded, tensors quantised. One group for each folder.
#pragma once

#include <vector>

#include "case_groups.hpp"

namespace conformance::training {

extern const std::vector<Group> groups;

}  // namespace conformance::training
