#include "tflite.hpp"

// Made of the schema where FlatBuffers is found.
#if __has_include(<tflite_generated.h>)
#include <incuse/import/tflite/read.hpp>
#endif

namespace cli {

incuse::import::onnx::Model tflite_model(const std::string& bytes) {
#if __has_include(<tflite_generated.h>)
  return incuse::import::tflite::parse_model(bytes);
#else
  (void)bytes;
  incuse::import::onnx::Model model;
  model.error =
      "this is a TensorFlow Lite model, and the program was built without FlatBuffers, which reads it (Debian: "
      "libflatbuffers-dev, flatbuffers-compiler)";
  return model;
#endif
}

}  // namespace cli
