// Deployments on the K210 and kmodels of them: do a driver on the virtual KPU and the kmodel put out the same numbers?
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include <incuse/host/kmodel_run.hpp>
#include <incuse/import/kmodel.hpp>
#include <incuse/k210/virtual_bus.hpp>

namespace incuse::test {

/// Bytes of an input: codes, or float32 numbers between -2 and 2.
inline std::vector<std::uint8_t> patterned_input(int elements, bool real) {
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < elements; ++i) {
    const int pattern = i * 37 % 251 + i / 7 % 5;
    const float number = static_cast<float>(pattern - 128) / 64.0f;
    std::uint8_t own[4]{static_cast<std::uint8_t>(pattern)};
    if (real) std::memcpy(own, &number, sizeof number);
    bytes.insert(bytes.end(), own, own + (real ? 4 : 1));
  }
  return bytes;
}

/// What a deployment puts out for an input, as float32; codes as the numbers that they stand for. Empty if the input
/// has another size, or if the virtual KPU refuses something.
template <class Chip>
std::vector<std::vector<float>> driver_outputs(const std::vector<std::uint8_t>& input) {
  using Storage = k210::KpuStorage<k210_kpu>;
  using Bus = k210::VirtualKpuBus<k210_kpu, Storage>;
  constexpr bool real_input = Chip::image.input.element == k210::Element::real;
  if (input.size() != static_cast<std::size_t>(Chip::image.input.layout.shape.elements()) * (real_input ? 4 : 1))
    return {};
  const auto storage = std::make_unique<Storage>();
  const auto bus = std::make_unique<Bus>(*storage);
  const auto kpu = std::make_unique<k210::KpuDriver<Chip, Bus>>(*bus);
  auto ready = kpu->init();
  auto loaded = [&] {
    if constexpr (real_input) {
      std::vector<float> numbers(input.size() / sizeof(float));
      std::memcpy(numbers.data(), input.data(), input.size());
      return ready.load_input(numbers.data());
    } else {
      return ready.load_codes(input.data());
    }
  }();
  constexpr int count = Chip::image.output_count;
  const auto elements = [](int o) { return static_cast<std::size_t>(Chip::image.outputs[o].layout.shape.elements()); };
  using Value = std::conditional_t<Chip::image.outputs[count - 1].element == k210::Element::real, float, std::uint8_t>;
  std::vector<Value> last(elements(count - 1) + 7);
  if (std::move(loaded).run(last.data()) != k210::RunResult::done) return {};
  std::vector<std::vector<float>> outputs;
  for (int o = 0; o < count; ++o) {
    std::vector<float>& numbers = outputs.emplace_back(elements(o));
    if (Chip::image.outputs[o].element == k210::Element::real) {
      kpu->unload(o, numbers.data());
      continue;
    }
    std::vector<std::uint8_t> codes(elements(o));
    kpu->unload(o, codes.data());
    k210::dequantize(codes.data(), static_cast<int>(codes.size()), linear_scale(Chip::image.outputs[o].scale),
                     numbers.data());
  }
  return outputs;
}

/// What a kmodel puts out. Empty, and an error, if the reader refuses it.
inline std::vector<std::vector<float>> kmodel_outputs(const std::vector<std::uint8_t>& bytes,
                                                      const std::vector<std::uint8_t>& input, std::string& error) {
  const KmodelFile file = parse_kmodel({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  error = file.error;
  if (!file.ok()) return {};
  const k210::Kmodel model = file.model();
  host::KmodelExecutor executor(model);
  if (!executor.set_input(0, input)) error = "the input has another size";
  host::OutputObserver seen;
  if (error.empty() && !executor.run(seen)) error = executor.error();
  const std::vector<int> written(executor.written().begin(), executor.written().end());
  if (error.empty() && (static_cast<int>(seen.outputs.size()) != model.node_count || seen.outputs.back() != written))
    error = "an observer is told something else than what nodes write";
  if (!error.empty()) return {};
  std::vector<std::vector<float>> outputs;
  for (int o = 0; o < model.output_count; ++o) {
    const std::vector<std::uint8_t> output = executor.output(o);
    std::memcpy(outputs.emplace_back(output.size() / sizeof(float)).data(), output.data(), output.size());
  }
  return outputs;
}

/// How many values of two sets of outputs are not the same bit for bit; -1 if there is another number of them.
inline int differences(const std::vector<std::vector<float>>& a, const std::vector<std::vector<float>>& b) {
  if (a.size() != b.size() || a.empty()) return -1;
  int count = 0;
  for (std::size_t o = 0; o < a.size(); ++o) {
    if (a[o].size() != b[o].size()) return -1;
    for (std::size_t i = 0; i < a[o].size(); ++i) count += std::memcmp(&a[o][i], &b[o][i], sizeof(float)) != 0;
  }
  return count;
}

/// How many different values there are: equal outputs prove little if they are all the same.
inline std::size_t distinct_values(std::vector<float> values) {
  std::sort(values.begin(), values.end());
  return static_cast<std::size_t>(std::unique(values.begin(), values.end()) - values.begin());
}

}  // namespace incuse::test
