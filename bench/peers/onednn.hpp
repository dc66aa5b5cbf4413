// A layer in oneDNN: weights packed and primitives made beforehand, source and destination in the layouts it likes.
#pragma once

#include <unordered_map>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

#include <incuse/host/fast/level.hpp>

#include "layer.hpp"

/// Of the OpenMP library that oneDNN may be built with.
extern "C" __attribute__((weak)) void omp_set_num_threads(int count);

namespace bench {

/// Keeps oneDNN to one thread and to the instructions of a level; before anything else of it is used.
inline void limit_onednn(incuse::host::fast::Level level) {
  using incuse::host::fast::Level;
  if (omp_set_num_threads != nullptr) omp_set_num_threads(1);
  if (level == Level::avx2) dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx2);
  if (level == Level::avx_vnni) dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx2_vnni);
  if (level == Level::avx512_vnni) dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx512_core_vnni);
}

class OneDnnLayer {
 public:
  OneDnnLayer(const LayerShape& shape, const LayerData& data, int batch, bool is_signed)
      : batch_(batch), engine_(dnnl::engine::kind::cpu, 0), stream_(engine_) {
    const incuse::Layer& layer = data.graph[0];
    using Tag = dnnl::memory::format_tag;
    using Type = dnnl::memory::data_type;
    in_dims_ = {batch, shape.in, shape.height, shape.width};
    out_dims_ = {batch, shape.out, layer.out.height, layer.out.width};
    const dnnl::memory::dims weight_dims{shape.out, shape.in, shape.kernel.height, shape.kernel.width};
    const Type in_type = is_signed ? Type::s8 : Type::u8;
    const auto any = [](const dnnl::memory::dims& dims, Type type) { return dnnl::memory::desc(dims, type, Tag::any); };
    const dnnl::memory::dims padding{shape.padding.height, shape.padding.width};
    const dnnl::convolution_forward::desc description(
        dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, any(in_dims_, in_type),
        any(weight_dims, Type::s8), any({shape.out}, Type::s32), any(out_dims_, Type::s8), {1, 1}, padding, padding);
    dnnl::primitive_attr attributes;
    attributes.set_output_scales(0, {data.scale()});
    const dnnl::convolution_forward::primitive_desc made(description, attributes, engine_);
    primitive_ = dnnl::convolution_forward(made);
    source_ = dnnl::memory(made.src_desc(), engine_);
    destination_ = dnnl::memory(made.dst_desc(), engine_);
    fill_input(data, in_type);
    dnnl::memory weights(made.weights_desc(), engine_), bias(made.bias_desc(), engine_);
    fill_parameters(shape, data, weight_dims, weights, bias);
    arguments_ = {{DNNL_ARG_SRC, source_}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_BIAS, bias}, {DNNL_ARG_DST, destination_}};
  }

  void run() {
    primitive_.execute(stream_, arguments_);
    stream_.wait();
  }
  /// Outputs of the first input, C x H x W.
  std::vector<int> output() {
    std::vector<std::int8_t> bytes(static_cast<std::size_t>(out_dims_[0] * out_dims_[1] * out_dims_[2] * out_dims_[3]));
    const dnnl::memory::desc plain(out_dims_, dnnl::memory::data_type::s8, dnnl::memory::format_tag::nchw);
    dnnl::memory to(plain, engine_, bytes.data());
    dnnl::reorder(destination_, to).execute(stream_, destination_, to);
    stream_.wait();
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size()) / batch_};
  }

 private:
  void fill_input(const LayerData& data, dnnl::memory::data_type type) {
    std::vector<std::uint8_t> bytes;
    for (int i = 0; i < batch_; ++i)
      for (int value : data.input) bytes.push_back(static_cast<std::uint8_t>(value));
    dnnl::memory from(dnnl::memory::desc(in_dims_, type, dnnl::memory::format_tag::nchw), engine_, bytes.data());
    dnnl::reorder(from, source_).execute(stream_, from, source_);
    stream_.wait();
  }
  void fill_parameters(const LayerShape& shape, const LayerData& data, const dnnl::memory::dims& dims,
                       dnnl::memory& weights, dnnl::memory& bias) {
    std::vector<std::int8_t> bytes;
    for (int o = 0; o < shape.out; ++o)
      for (int c = 0; c < shape.in; ++c)
        for (int tap = 0; tap < shape.kernel.area(); ++tap)
          bytes.push_back(static_cast<std::int8_t>(data.weight(o, c, tap)));
    dnnl::memory from(dnnl::memory::desc(dims, dnnl::memory::data_type::s8, dnnl::memory::format_tag::oihw), engine_,
                      bytes.data());
    dnnl::reorder(from, weights).execute(stream_, from, weights);
    stream_.wait();
    for (int o = 0; o < shape.out; ++o) static_cast<std::int32_t*>(bias.get_data_handle())[o] = data.bias(o);
  }

  int batch_;
  dnnl::engine engine_;
  dnnl::stream stream_;
  dnnl::memory::dims in_dims_{}, out_dims_{};
  dnnl::convolution_forward primitive_{};
  dnnl::memory source_{}, destination_{};
  std::unordered_map<int, dnnl::memory> arguments_{};
};

}  // namespace bench
