// Runs a TensorFlow Lite model with Arm NN on random numbers that are the same in every run, and prints both: what
// tests/unit/import/tflite_models.cpp compares with. See judge.sh.
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <armnn/ArmNN.hpp>
#include <armnnTfLiteParser/ITfLiteParser.hpp>

namespace {

/// Elements of a tensor, as bytes.
struct Values {
  armnn::TensorInfo info;
  std::vector<unsigned char> bytes;

  explicit Values(const armnn::TensorInfo& given) : info(given), bytes(given.GetNumBytes()) {}
  bool real() const { return info.GetDataType() == armnn::DataType::Float32; }
  int whole(unsigned index) const {
    const bool is_signed = info.GetDataType() == armnn::DataType::QAsymmS8;
    return is_signed ? reinterpret_cast<const std::int8_t*>(bytes.data())[index] : bytes[index];
  }
  /// Multiples of 1/128 from -1 to 127/128, or any byte.
  void fill() {
    std::uint32_t state = 1;
    for (unsigned i = 0; i < info.GetNumElements(); ++i) {
      state = state * 1103515245u + 12345u;
      const int value = static_cast<int>(state >> 8) % 256 - 128;
      if (real())
        reinterpret_cast<float*>(bytes.data())[i] = static_cast<float>(value) / 128;
      else
        bytes[i] = static_cast<unsigned char>(value);
    }
  }
  void print() const {
    for (unsigned i = 0; i < info.GetNumElements(); ++i) {
      const char* const end = i + 1 == info.GetNumElements() || i % 12 == 11 ? "\n" : " ";
      if (real())
        std::printf("%.9g%s", static_cast<double>(reinterpret_cast<const float*>(bytes.data())[i]), end);
      else
        std::printf("%d%s", whole(i), end);
    }
  }
};

void judge(const char* file) {
  auto parser = armnnTfLiteParser::ITfLiteParser::Create();
  auto network = parser->CreateNetworkFromBinaryFile(file);
  const std::string in = parser->GetSubgraphInputTensorNames(0).at(0),
                    out = parser->GetSubgraphOutputTensorNames(0).at(0);
  const auto input = parser->GetNetworkInputBindingInfo(0, in), output = parser->GetNetworkOutputBindingInfo(0, out);
  auto runtime = armnn::IRuntime::Create({});
  auto optimized = armnn::Optimize(*network, {armnn::Compute::CpuRef}, runtime->GetDeviceSpec());
  armnn::NetworkId id = 0;
  std::string error;
  if (runtime->LoadNetwork(id, std::move(optimized), error) != armnn::Status::Success) throw armnn::Exception(error);
  Values from(input.second), to(output.second);
  from.fill();
  runtime->EnqueueWorkload(id, {{input.first, armnn::ConstTensor(from.info, from.bytes.data())}},
                           {{output.first, armnn::Tensor(to.info, to.bytes.data())}});
  from.print();
  to.print();
}

}  // namespace

int main(int count, char** arguments) {
  try {
    if (count == 2) return judge(arguments[1]), 0;
    std::fprintf(stderr, "judge FILE.tflite\n");
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s: %s\n", arguments[1], failure.what());
  }
  return 1;
}
