// TensorFlow Lite models, in programs that are built with FlatBuffers.
#pragma once

#include <string>

#include <incuse/import/onnx/model.hpp>

namespace cli {

/// The model in the bytes of a file, or the reason why there is none.
incuse::import::onnx::Model tflite_model(const std::string& bytes);

}  // namespace cli
