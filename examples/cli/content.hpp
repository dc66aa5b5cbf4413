// What a file is, by what is in it.
#pragma once

#include <string>

#include "request.hpp"

namespace cli {

/// Reads the file that the request calls its description, once and for all: a FIFO gives its bytes only once. A kmodel
/// in a kfpkg is taken out of it. Throws UsageError if the file cannot be read, or is something that no verb begins
/// with.
void read_content(Request& request);

/// Whether that file is a model of the K210's vendor: by its first bytes. What is neither that nor a description is one
/// that is damaged if its name says so.
bool is_kmodel(const Request& request);

}  // namespace cli
