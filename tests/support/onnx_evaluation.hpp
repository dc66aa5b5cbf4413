// ONNX models computed node by node in floating point, straight from their protocol buffers: a second opinion on what
// import/onnx makes of them, which shares nothing with it. It knows the operators that tests use.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <onnx/onnx_pb.h>

namespace incuse::test {

struct FloatTensor {
  std::vector<std::int64_t> shape{};
  std::vector<double> values{};

  std::int64_t size(std::size_t axis) const { return axis < shape.size() ? shape[axis] : 1; }
};

class OnnxEvaluation {
 public:
  explicit OnnxEvaluation(const ::onnx::ModelProto& model) : graph_(model.graph()) {
    for (const auto& tensor : graph_.initializer()) tensors_[tensor.name()] = tensor_of(tensor);
  }

  /// All tensors, for an input of this shape; channels x height x width.
  std::map<std::string, FloatTensor> run(const std::vector<double>& input, const std::vector<std::int64_t>& shape) {
    for (const auto& port : graph_.input())
      if (tensors_.find(port.name()) == tensors_.end()) tensors_[port.name()] = {shape, input};
    for (const auto& node : graph_.node()) evaluate(node);
    return tensors_;
  }

 private:
  using Node = ::onnx::NodeProto;

  static FloatTensor tensor_of(const ::onnx::TensorProto& proto) {
    FloatTensor tensor;
    tensor.shape.assign(proto.dims().begin(), proto.dims().end());
    const std::string& raw = proto.raw_data();
    const auto read = [&]<class Type>(Type) {
      for (std::size_t at = 0; at < raw.size(); at += sizeof(Type)) {
        Type value;
        std::memcpy(&value, raw.data() + at, sizeof value);
        tensor.values.push_back(static_cast<double>(value));
      }
    };
    if (proto.data_type() == ::onnx::TensorProto::FLOAT) read(float{});
    if (proto.data_type() == ::onnx::TensorProto::INT64) read(std::int64_t{});
    if (proto.data_type() == ::onnx::TensorProto::INT8) read(std::int8_t{});
    for (float value : proto.float_data()) tensor.values.push_back(static_cast<double>(value));
    for (std::int64_t value : proto.int64_data()) tensor.values.push_back(static_cast<double>(value));
    for (std::int32_t value : proto.int32_data()) tensor.values.push_back(value);
    return tensor;
  }
  static std::vector<std::int64_t> ints(const Node& node, const std::string& name,
                                        std::vector<std::int64_t> otherwise) {
    for (const auto& attribute : node.attribute())
      if (attribute.name() == name) return {attribute.ints().begin(), attribute.ints().end()};
    return otherwise;
  }
  static std::int64_t integer(const Node& node, const std::string& name, std::int64_t otherwise) {
    for (const auto& attribute : node.attribute())
      if (attribute.name() == name) return attribute.i();
    return otherwise;
  }
  static double real(const Node& node, const std::string& name, double otherwise) {
    for (const auto& attribute : node.attribute())
      if (attribute.name() == name) return static_cast<double>(attribute.f());
    return otherwise;
  }
  const FloatTensor& in(const Node& node, int index) const { return tensors_.at(node.input(index)); }
  bool given(const Node& node, int index) const { return index < node.input_size() && !node.input(index).empty(); }
  double value(const Node& node, int index, const char* attribute, double otherwise) const {
    return given(node, index) ? in(node, index).values.at(0) : real(node, attribute, otherwise);
  }
  std::vector<std::int64_t> list(const Node& node, int index, const char* attribute) const {
    if (!given(node, index)) return ints(node, attribute, {});
    std::vector<std::int64_t> numbers;
    for (double number : in(node, index).values) numbers.push_back(static_cast<std::int64_t>(std::min(number, 1e15)));
    return numbers;
  }

  template <class Function>
  static FloatTensor each(FloatTensor tensor, Function function) {
    for (double& number : tensor.values) number = static_cast<double>(static_cast<float>(function(number)));
    return tensor;
  }
  template <class Function>
  static FloatTensor both(const FloatTensor& a, const FloatTensor& b, Function function) {
    const std::size_t rank = std::max(a.shape.size(), b.shape.size());
    FloatTensor out;
    std::size_t count = 1;
    const auto size = [rank](const FloatTensor& t, std::size_t axis) {
      const std::size_t missing = rank - t.shape.size();
      return axis < missing ? 1 : t.shape[axis - missing];
    };
    for (std::size_t i = 0; i < rank; ++i) {
      out.shape.push_back(std::max(size(a, i), size(b, i)));
      count *= static_cast<std::size_t>(out.shape.back());
    }
    for (std::size_t at = 0; at < count; ++at) {
      const auto place = [&](const FloatTensor& t) {
        std::size_t rest = at, index = 0, stride = 1;
        for (std::size_t i = rank; i-- > 0;) {
          const auto own = static_cast<std::size_t>(size(t, i));
          index += rest % static_cast<std::size_t>(out.shape[i]) % own * stride;
          rest /= static_cast<std::size_t>(out.shape[i]);
          stride *= own;
        }
        return t.values[index];
      };
      out.values.push_back(static_cast<double>(static_cast<float>(function(place(a), place(b)))));
    }
    return out;
  }

  /// Convolution or pooling of one channel window after the other; `use(sum, value, weight index)` collects.
  struct Geometry {
    std::int64_t kernel[2], stride[2], dilation[2], pad[2], end[2];
    Geometry(const Node& node, const std::vector<std::int64_t>& shape) {
      const auto one = [](std::vector<std::int64_t> list, std::int64_t filler) {
        if (list.size() == 1) list.push_back(filler);
        return list;
      };
      const auto k = one(shape, 1), s = one(ints(node, "strides", {1, 1}), 1),
                 d = one(ints(node, "dilations", {1, 1}), 1);
      auto p = ints(node, "pads", {0, 0, 0, 0});
      if (p.size() == 2) p = {p[0], 0, p[1], 0};
      for (std::size_t i = 0; i < 2; ++i)
        kernel[i] = k[i], stride[i] = s[i], dilation[i] = d[i], pad[i] = p[i], end[i] = p[i + 2];
    }
    std::int64_t out(std::int64_t size, std::size_t axis) const {
      return (size + pad[axis] + end[axis] - (kernel[axis] - 1) * dilation[axis] - 1) / stride[axis] + 1;
    }
  };
  template <class Use>
  static void windows(const FloatTensor& x, const Geometry& g, std::int64_t channel, std::int64_t row,
                      std::int64_t column, Use use) {
    for (std::int64_t ky = 0; ky < g.kernel[0]; ++ky)
      for (std::int64_t kx = 0; kx < g.kernel[1]; ++kx) {
        const std::int64_t y = row * g.stride[0] + ky * g.dilation[0] - g.pad[0];
        const std::int64_t z = column * g.stride[1] + kx * g.dilation[1] - g.pad[1];
        if (y < 0 || z < 0 || y >= x.size(2) || z >= x.size(3)) continue;
        use(x.values[static_cast<std::size_t>((channel * x.size(2) + y) * x.size(3) + z)], ky * g.kernel[1] + kx);
      }
  }
  FloatTensor conv(const Node& node) const {
    const FloatTensor &x = in(node, 0), &w = in(node, 1);
    const std::int64_t groups = integer(node, "group", 1), each_in = w.shape[1], out = w.shape[0];
    const Geometry g(node, {w.shape.begin() + 2, w.shape.end()});
    FloatTensor result{{1, out, g.out(x.size(2), 0)}, {}};
    if (x.shape.size() == 4) result.shape.push_back(g.out(x.size(3), 1));
    const std::int64_t taps = g.kernel[0] * g.kernel[1];
    for (std::int64_t o = 0; o < out; ++o)
      for (std::int64_t y = 0; y < result.size(2); ++y)
        for (std::int64_t z = 0; z < result.size(3); ++z) {
          double sum = given(node, 2) ? in(node, 2).values[static_cast<std::size_t>(o)] : 0;
          for (std::int64_t i = 0; i < each_in; ++i)
            windows(x, g, o / (out / groups) * each_in + i, y, z, [&](double value_of, std::int64_t tap) {
              sum += value_of * w.values[static_cast<std::size_t>((o * each_in + i) * taps + tap)];
            });
          result.values.push_back(sum);
        }
    return result;
  }
  FloatTensor conv_transpose(const Node& node) const {
    const FloatTensor &x = in(node, 0), &w = in(node, 1);
    const Geometry g(node, {w.shape.begin() + 2, w.shape.end()});
    const auto more = ints(node, "output_padding", {0, 0});
    const auto size = [&](std::size_t axis) {
      return (x.size(axis + 2) - 1) * g.stride[axis] - g.pad[axis] - g.end[axis] + g.kernel[axis] + more[axis];
    };
    FloatTensor result{{1, w.shape[1], size(0), size(1)}, {}};
    for (std::int64_t o = 0; o < w.shape[1]; ++o)
      for (std::int64_t i = 0; i < result.shape[2] * result.shape[3]; ++i)
        result.values.push_back(given(node, 2) ? in(node, 2).values[static_cast<std::size_t>(o)] : 0);
    for (std::int64_t i = 0; i < x.size(1); ++i)
      for (std::int64_t y = 0; y < x.size(2); ++y)
        for (std::int64_t z = 0; z < x.size(3); ++z)
          for (std::int64_t o = 0; o < w.shape[1]; ++o)
            for (std::int64_t k = 0; k < g.kernel[0] * g.kernel[1]; ++k) {
              const std::int64_t row = y * g.stride[0] + k / g.kernel[1] - g.pad[0];
              const std::int64_t column = z * g.stride[1] + k % g.kernel[1] - g.pad[1];
              if (row < 0 || column < 0 || row >= result.shape[2] || column >= result.shape[3]) continue;
              result.values[static_cast<std::size_t>((o * result.shape[2] + row) * result.shape[3] + column)] +=
                  x.values[static_cast<std::size_t>((i * x.size(2) + y) * x.size(3) + z)] *
                  w.values[static_cast<std::size_t>(((i * w.shape[1] + o) * g.kernel[0] * g.kernel[1]) + k)];
            }
    return result;
  }
  FloatTensor pool(const Node& node, bool maximum) const {
    const FloatTensor& x = in(node, 0);
    const bool global = node.op_type()[0] == 'G' || node.op_type()[0] == 'R';
    const Geometry g(node, global ? std::vector<std::int64_t>{x.size(2), x.size(3)} : ints(node, "kernel_shape", {}));
    FloatTensor result{{1, x.size(1), g.out(x.size(2), 0)}, {}};
    if (x.shape.size() == 4) result.shape.push_back(g.out(x.size(3), 1));
    for (std::int64_t c = 0; c < x.size(1); ++c)
      for (std::int64_t y = 0; y < result.size(2); ++y)
        for (std::int64_t z = 0; z < result.size(3); ++z) {
          double sum = 0, most = -HUGE_VAL;
          windows(x, g, c, y, z, [&](double value_of, std::int64_t) {
            sum += value_of;
            most = std::max(most, value_of);
          });
          result.values.push_back(maximum ? most : sum / static_cast<double>(g.kernel[0] * g.kernel[1]));
        }
    if (node.op_type()[0] == 'R' && integer(node, "keepdims", 1) == 0) result.shape.resize(2);
    return result;
  }
  FloatTensor gemm(const Node& node) const {
    const FloatTensor &x = in(node, 0), &w = in(node, 1);
    const bool turned = integer(node, "transB", 0) != 0;
    const auto out = static_cast<std::size_t>(turned ? w.shape[0] : w.shape[1]), count = x.values.size();
    FloatTensor result{{1, static_cast<std::int64_t>(out)}, {}};
    for (std::size_t o = 0; o < out; ++o) {
      double sum = 0;
      for (std::size_t i = 0; i < count; ++i) sum += x.values[i] * w.values[turned ? o * count + i : i * out + o];
      sum *= real(node, "alpha", 1);
      if (given(node, 2)) sum += real(node, "beta", 1) * in(node, 2).values[in(node, 2).values.size() == 1 ? 0 : o];
      result.values.push_back(sum);
    }
    return result;
  }
  FloatTensor batch_norm(const Node& node) const {
    FloatTensor x = in(node, 0);
    const std::size_t pixels = x.values.size() / static_cast<std::size_t>(x.size(1));
    for (std::size_t i = 0; i < x.values.size(); ++i) {
      const std::size_t c = i / pixels;
      x.values[i] = (x.values[i] - in(node, 3).values[c]) /
                        std::sqrt(in(node, 4).values[c] + real(node, "epsilon", 1e-5)) * in(node, 1).values[c] +
                    in(node, 2).values[c];
    }
    return x;
  }
  FloatTensor joined(const Node& node) const {
    const std::int64_t axis = integer(node, "axis", 0);
    FloatTensor result = in(node, 0);
    for (int i = 1; i < node.input_size(); ++i) {
      const FloatTensor& next = in(node, i);
      result.values.insert(result.values.end(), next.values.begin(), next.values.end());
      result.shape[static_cast<std::size_t>(axis)] += next.shape[static_cast<std::size_t>(axis)];
    }
    return result;
  }
  FloatTensor sliced(const Node& node) const {
    const FloatTensor& x = in(node, 0);
    if (list(node, 3, "axes") != std::vector<std::int64_t>{1}) throw std::logic_error("only channels are sliced");
    const std::int64_t pixels = static_cast<std::int64_t>(x.values.size()) / x.size(1);
    const std::int64_t first = list(node, 1, "starts")[0], last = std::min(list(node, 2, "ends")[0], x.size(1));
    FloatTensor result = x;
    result.shape[1] = last - first;
    result.values.assign(x.values.begin() + first * pixels, x.values.begin() + last * pixels);
    return result;
  }
  FloatTensor quantised(const Node& node, bool back) const {
    FloatTensor x = in(node, 0);
    const auto& scales = in(node, 1).values;
    const std::size_t inner = x.values.size() / scales.size();  // one scale, or axis 0
    for (std::size_t i = 0; i < x.values.size(); ++i)
      x.values[i] = back ? x.values[i] * scales[i / inner]
                         : std::clamp(std::nearbyint(x.values[i] / scales[i / inner]), -128.0, 127.0);
    return x;
  }
  FloatTensor in_shape(const Node& node) const {
    FloatTensor x = in(node, 0);
    if (node.op_type().ends_with("queeze") && given(node, 1)) {  // axes in ascending order
      const std::vector<std::int64_t> axes = list(node, 1, "axes");
      for (std::size_t i = 0; i < axes.size(); ++i)
        if (node.op_type() == "Unsqueeze")
          x.shape.insert(x.shape.begin() + axes[i], 1);
        else
          x.shape.erase(x.shape.begin() + axes[axes.size() - 1 - i]);
      return x;
    }
    if (node.op_type() == "Unsqueeze") x.shape = {1};
    if (node.op_type() == "Flatten" || node.op_type() == "Reshape" || node.op_type() == "Squeeze")
      x.shape = {1, static_cast<std::int64_t>(x.values.size())};
    return x;
  }

  /// Of maps, with four axes.
  FloatTensor transposed(const Node& node) const {
    const FloatTensor& x = in(node, 0);
    const std::vector<std::int64_t> order = ints(node, "perm", {3, 2, 1, 0});
    FloatTensor result;
    for (std::int64_t axis : order) result.shape.push_back(x.shape[static_cast<std::size_t>(axis)]);
    const auto& size = result.shape;
    std::vector<std::int64_t> at(4, 0);
    const auto place = [&] { return ((at[0] * x.shape[1] + at[1]) * x.shape[2] + at[2]) * x.shape[3] + at[3]; };
    for (std::int64_t i = 0; i < size[0] * size[1] * size[2] * size[3]; ++i) {
      std::int64_t rest = i;
      for (std::size_t axis = 4; axis-- > 0; rest /= size[axis])
        at[static_cast<std::size_t>(order[axis])] = rest % size[axis];
      result.values.push_back(x.values[static_cast<std::size_t>(place())]);
    }
    return result;
  }

  void evaluate(const Node& node) {
    const std::string& op = node.op_type();
    FloatTensor& out = tensors_[node.output(0)];
    if (op == "Constant")
      out = tensor_of(node.attribute(0).t());
    else if (op == "Conv")
      out = conv(node);
    else if (op == "ConvTranspose")
      out = conv_transpose(node);
    else if (op == "Gemm" || op == "MatMul")
      out = gemm(node);
    else if (op == "BatchNormalization")
      out = batch_norm(node);
    else if (op == "MaxPool" || op == "GlobalMaxPool")
      out = pool(node, true);
    else if (op == "AveragePool" || op == "GlobalAveragePool" || op == "ReduceMean")
      out = pool(node, false);
    else if (op == "Concat")
      out = joined(node);
    else if (op == "Slice")
      out = sliced(node);
    else if (op == "QuantizeLinear" || op == "DequantizeLinear")
      out = quantised(node, op[0] == 'D');
    else if (op == "Add")
      out = both(in(node, 0), in(node, 1), [](double a, double b) { return a + b; });
    else if (op == "Sub")
      out = both(in(node, 0), in(node, 1), [](double a, double b) { return a - b; });
    else if (op == "Mul")
      out = both(in(node, 0), in(node, 1), [](double a, double b) { return a * b; });
    else if (op == "Div")
      out = both(in(node, 0), in(node, 1), [](double a, double b) { return a / b; });
    else if (op == "Pow")
      out = both(in(node, 0), in(node, 1), [](double a, double b) { return std::pow(a, b); });
    else
      evaluate_elements(node, out);
  }
  void evaluate_elements(const Node& node, FloatTensor& out) {
    const std::string& op = node.op_type();
    const FloatTensor& x = in(node, 0);
    if (op == "Relu")
      out = each(x, [](double a) { return std::max(a, 0.0); });
    else if (op == "Abs")
      out = each(x, [](double a) { return std::fabs(a); });
    else if (op == "Neg")
      out = each(x, [](double a) { return -a; });
    else if (op == "Log")
      out = each(x, [](double a) { return std::log(a); });
    else if (op == "Reciprocal")
      out = each(x, [](double a) { return 1 / a; });
    else if (op == "Floor")
      out = each(x, [](double a) { return std::floor(a); });
    else if (op == "Ceil")
      out = each(x, [](double a) { return std::ceil(a); });
    // Like the chip: the reference tools mean this rounding, and exporters write Round for it.
    else if (op == "Round")
      out = each(x, [](double a) { return std::floor(a + 0.5); });
    else if (op == "Clip") {
      const double low = value(node, 1, "min", -HUGE_VAL), high = value(node, 2, "max", HUGE_VAL);
      out = each(x, [=](double a) { return std::min(std::max(a, low), high); });
    } else if (op == "ReduceMax")
      out = {{}, {*std::max_element(x.values.begin(), x.values.end())}};
    else if (op == "Shape")
      out = {{static_cast<std::int64_t>(x.shape.size())}, {x.shape.begin(), x.shape.end()}};
    else if (op == "Gather")
      out = {{}, {x.values.at(static_cast<std::size_t>(in(node, 1).values[0]))}};
    else if (op == "Transpose")
      out = transposed(node);
    else if (op == "Identity" || op == "Cast" || op == "Dropout" || op == "Pad" || op == "Flatten" || op == "Reshape" ||
             op == "Squeeze" || op == "Unsqueeze")
      out = in_shape(node);
    else
      throw std::logic_error("the evaluation of tests does not know " + op);
  }

  ::onnx::GraphProto graph_;
  std::map<std::string, FloatTensor> tensors_{};
};

}  // namespace incuse::test
