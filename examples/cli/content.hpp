// Tells the kinds of input files apart by their contents.
#pragma once

#include <string>

#include "request.hpp"

namespace cli {

/// Reads the file that the request calls its description, once and for all: a FIFO gives its bytes only once. A kmodel
/// in a kfpkg is taken out of it. Throws UsageError if the file cannot be read, or is something that no verb begins
/// with.
void read_content(Request& request);

/// Whether that file is an ONNX model: by its name, or by the fields that it begins with.
bool is_onnx(const Request& request);

/// Whether that file is a TensorFlow Lite model, by its identifier.
bool is_tflite(const Request& request);

/// Whether that file is an ONNX or a TensorFlow Lite model.
bool is_model(const Request& request);

/// Whether that file is a kmodel, by its first bytes. A file that is neither a kmodel nor a description counts as a
/// damaged kmodel if its name ends like one.
bool is_kmodel(const Request& request);

}  // namespace cli
