// Layers that the processor of the K210 runs beside the KPU, as C: functions with the arithmetic of the driver's, bit
// for bit, and calls of them. See kpu_c_source.hpp.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <incuse/core/compiler.hpp>
#include <incuse/export/kpu_c_tensors.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/k210/cpu/cpu_step.hpp>
#include <incuse/k210/plan/layout.hpp>
#include <incuse/model/activations.hpp>

namespace incuse::kpu_c_source::detail {

/// The function of a task; null if there is none in C.
inline const char* c_function_of(k210::Task task) {
  for (const CFunction& row : c_functions)
    if (row.task == task) return row.text;
  for (const CFunction& row : c_tensor_functions)
    if (row.task == task) return row.text;
  return nullptr;
}

/// @ replaced by a name.
inline std::string named(const char* text, const std::string& name) {
  std::string result;
  for (; *text != '\0'; ++text) *text == '@' ? result += name : result += *text;
  return result;
}

/// Why a step cannot be written as C; empty if it can.
inline std::string problem_of(const k210::CpuStepImage& step) {
  const std::string task = string_of(k210::description_of(step.layer.task).name);
  if (c_function_of(step.layer.task) == nullptr) return "the C for the SDK has no '" + task + "'";
  const bool programmed = step.layer.task == k210::Task::apply && step.parameters.program != nullptr;
  const bool activates = step.layer.task == k210::Task::fully_connected || step.layer.task == k210::Task::convolution ||
                         step.layer.task == k210::Task::apply;
  if (activates && !programmed && activation_call(step.layer, "", "x").empty())
    return "the C for the SDK has no functions but those of the library, and the '" + task + "' has another one";
  return {};
}

/// Writes the layers of the processor of one image.
class ProcessorSource {
 public:
  explicit ProcessorSource(std::string name) : name_(std::move(name)) {}

  /// The functions that these steps need.
  template <class Image>
  std::string functions(const Image& image) const {
    using k210::Task;
    const auto any_of = [&](std::initializer_list<Task> tasks) {
      bool found = false;
      for (const Task task : tasks) found = found || image.does(task);
      return found;
    };
    std::string text = named(c_basics, name_);
    const bool functions = any_of({Task::apply, Task::convolution, Task::fully_connected});
    if (functions || any_of({Task::softmax, Task::logistic})) text += named(c_exponential, name_);
    if (functions) text += named(c_elementary, name_);
    const bool converts = any_of({Task::quantized_convolution});
    if (converts || any_of({Task::reduce, Task::combine, Task::quantized_combine, Task::apply}))
      text += named(c_operations, name_);
    if (converts || any_of({Task::convolution})) text += named(c_taps, name_);
    if (any_of({Task::max_pool, Task::average_pool})) text += named(c_windows, name_);
    if (any_of({Task::resize, Task::quantized_resize})) text += named(c_nearest, name_);
    if (any_of({Task::add_padding, Task::upload})) text += named(c_rows, name_);
    for (const CFunction& row : c_functions)
      if (image.does(row.task)) text += named(row.text, name_);
    for (const CFunction& row : c_tensor_functions)
      if (image.does(row.task)) text += named(row.text, name_);
    return text;
  }

  /// The tables of a step, as arrays; none for most.
  std::string tables(const k210::CpuStepImage& step, int number) const {
    const k210::CpuParameters& with = step.parameters;
    std::string text;
    if (step.layer.task == k210::Task::fully_connected) {
      const int in = step.layer.in.elements(), out = step.layer.out.channels;
      text += reals(table(number, "weights"), with.weights, with.byte_weights, in * out);
      if (has_bias(with)) text += reals(table(number, "bias"), with.bias, with.byte_bias, out);
    }
    if (step.layer.task == k210::Task::requantize)
      text = whole("uint8_t", table(number, "codes"), with.table, k210::highest_code + 1);
    if (step.layer.task == k210::Task::convolution || step.layer.task == k210::Task::quantized_convolution)
      text = kernels(step, number);
    if (step.layer.task == k210::Task::combine && with.weights != nullptr)
      text = reals(table(number, "constant"), with.weights, {}, step.layer.other.elements());
    if (step.layer.task == k210::Task::quantized_combine && with.codes != nullptr)
      text = whole("uint8_t", table(number, "constant"), with.codes, step.layer.other.elements());
    if (step.layer.task == k210::Task::apply && with.program != nullptr)
      text = CProgram(with.program, with.program_bytes, name_).text(table(number, "function"));
    return text;
  }

  /// Statements that run a step.
  std::string call(const k210::CpuStepImage& step, int number) const {
    using k210::Task;
    const k210::CpuLayer& layer = step.layer;
    const k210::CpuParameters& with = step.parameters;
    const int count = layer.in.elements();
    switch (layer.task) {
      case Task::add:
        return statement("add", {real(step, 0), real(step, 1), text(count), out_real(step)});
      case Task::quantized_add:
        return numbers({with.sum.a, with.sum.b, with.sum.out},
                       statement("add_codes", {code(step, 0), code(step, 1), text(count), "numbers", out_code(step)}));
      case Task::concat:
        return joined(step, "float", "join", &ProcessorSource::real, out_real(step));
      case Task::quantized_concat:
        return joined(step, "uint8_t", "join_codes", &ProcessorSource::code, out_code(step));
      case Task::max_pool:
        return window(layer, statement("max_pool", {code(step, 0), text(layer.in.channels), "shape", out_code(step)}));
      case Task::average_pool:
        return window(layer,
                      statement("average_pool", {real(step, 0), text(layer.in.channels), "shape", out_real(step)}));
      case Task::global_average_pool:
        return statement("mean", {real(step, 0), text(layer.in.pixels()), text(layer.in.channels), out_real(step)});
      case Task::fully_connected:
        return connected(step, number);
      case Task::quantize:
        if (with.rounding == k210::Rounding::nncase)
          return statement("quantize_by_zero_point", {real(step, 0), text(count), c_number(with.code.scale),
                                                      text(with.code.zero_point), out_code(step)});
        return statement("quantize", {real(step, 0), text(count), c_number(with.code.scale), c_number(with.code.bias),
                                      out_code(step)});
      case Task::dequantize:
        return dequantized(step);
      case Task::requantize:
        return statement("look_up", {code(step, 0), text(count), table(number, "codes"), out_code(step)});
      case Task::softmax:
        return statement("softmax", {real(step, 0), text(count), out_real(step)});
      case Task::logistic:
        return statement("logistic", {real(step, 0), text(count), out_real(step)});
      case Task::l2_normalize:
        return statement("normalize", {real(step, 0), text(count), out_real(step)});
      case Task::resize:
        return resized("resize", step, real(step, 0), out_real(step));
      case Task::quantized_resize:
        return resized("resize_codes", step, code(step, 0), out_code(step));
      case Task::flatten:
        return statement("channels_last",
                         {real(step, 0), text(layer.in.channels), text(layer.in.pixels()), out_real(step)});
      case Task::add_padding:
        return statement("pad", {code(step, 0), text(layer.in.channels), ram(step)});
      case Task::remove_padding:
        return statement("first_pixels", {code(step, 0), text(layer.in.channels), out_code(step)});
      case Task::upload: {
        const k210::RowLayout rows = k210::rows_of(layer.in.width);
        return statement("upload", {code(step, 0), text(layer.in.channels), text(layer.in.height), text(layer.in.width),
                                    text(rows.groups), text(rows.lines), ram(step)});
      }
      default:
        return tensor_call(step, number);
    }
  }

 private:
  /// The same of layers that only kmodels of version 4 have.
  std::string tensor_call(const k210::CpuStepImage& step, int number) const {
    using k210::Task;
    const k210::CpuLayer& layer = step.layer;
    const k210::CpuParameters& with = step.parameters;
    switch (layer.task) {
      case Task::real_max_pool:
        return window(layer,
                      statement("real_max_pool", {real(step, 0), text(layer.in.channels), "shape", out_real(step)}));
      case Task::convolution:
        return shaped(
            convolution_shape(layer.convolution),
            statement("convolve",
                      {real(step, 0), "shape", table(number, "weights"), has_bias(with) ? table(number, "bias") : "0",
                       c_number(with.weights != nullptr ? 1.0f : with.byte_unit), out_real(step)}) +
                activated(step, out_real(step), layer.out.elements()));
      case Task::quantized_convolution: {
        const k210::QuantizedSums& terms = with.terms;
        return shaped(convolution_shape(layer.convolution),
                      "    static const int32_t terms[5] = {" +
                          list({terms.pixel_term, terms.weight_term, terms.scale.offset, terms.scale.multiplier,
                                terms.scale.shift}) +
                          "};\n" +
                          statement("convolve_codes", {code(step, 0), "shape", table(number, "weights"),
                                                       table(number, "sums"), "terms", out_code(step)}));
      }
      case Task::pad:
        return shaped(pad_shape(layer),
                      statement("pad_reals", {real(step, 0), "shape", c_number(with.added), out_real(step)}));
      case Task::quantized_pad:
        return shaped(pad_shape(layer),
                      statement("pad_codes",
                                {code(step, 0), "shape", text(static_cast<std::uint8_t>(with.added)), out_code(step)}));
      case Task::move:
        return shaped(walk_numbers(layer), statement("move", {real(step, 0), "shape", out_real(step)}));
      case Task::quantized_move:
        return shaped(walk_numbers(layer), statement("move_codes", {code(step, 0), "shape", out_code(step)}));
      case Task::reduce:
        return reduced(step);
      case Task::combine:
        return combined(step, "combine", with.weights == nullptr ? real(step, 1) : table(number, "constant"));
      case Task::quantized_combine:
        return numbers(
            {with.sum.a, with.sum.b, with.sum.out},
            combined(step, "combine_codes", with.codes == nullptr ? code(step, 1) : table(number, "constant")));
      case Task::apply:
        return applied(step, number);
      default:
        return {};
    }
  }

  static std::string text(int number) { return std::to_string(number); }
  static std::string code(const k210::CpuStepImage& step, int operand) {
    return "memory + " + text(step.sources[operand]);
  }
  static std::string real(const k210::CpuStepImage& step, int operand) {
    return "(const float*)(memory + " + text(step.sources[operand]) + ")";
  }
  static std::string out_code(const k210::CpuStepImage& step) { return "memory + " + text(step.result); }
  static std::string out_real(const k210::CpuStepImage& step) { return "(float*)(memory + " + text(step.result) + ")"; }
  static std::string ram(const k210::CpuStepImage& step) { return "ram + " + text(step.result * k210::line_bytes); }
  std::string table(int number, const char* what) const { return name_ + "_processor" + text(number) + '_' + what; }
  static bool has_bias(const k210::CpuParameters& with) { return with.bias != nullptr || !with.byte_bias.empty(); }

  std::string statement(const char* function, std::initializer_list<std::string> arguments) const {
    std::string line = "    " + name_ + '_' + function + '(';
    for (const std::string& argument : arguments) line += (line.back() == '(' ? "" : ", ") + argument;
    return line + ");\n";
  }
  /// Real numbers, or signed bytes as such: their unit is a factor of the sums.
  static std::string reals(const std::string& table, const float* values, const Tensor& signed_bytes, int count) {
    std::string text = "static const float " + table + '[' + std::to_string(count) + "] = {";
    for (int i = 0; i < count; ++i)
      text += (i % 8 == 0 ? "\n    " : " ") +
              c_number(values != nullptr ? values[i] : static_cast<float>(signed_bytes[i])) + ',';
    return text + "\n};\n";
  }
  static std::string numbers(std::initializer_list<k210::IntegerScale> scales, const std::string& call) {
    std::string list;
    for (const k210::IntegerScale& scale : scales)
      list +=
          (list.empty() ? "" : ", ") + text(scale.offset) + ", " + text(scale.multiplier) + ", " + text(scale.shift);
    return "    {\n    static const int32_t numbers[9] = {" + list + "};\n" + call + "    }\n";
  }
  static std::string list(const std::vector<int>& numbers) {
    std::string all;
    for (const int number : numbers) all += (all.empty() ? "" : ", ") + text(number);
    return all;
  }
  /// A call with an array of whole numbers.
  static std::string shaped(const std::vector<int>& shape, const std::string& call) {
    return "    {\n    static const int shape[" + text(static_cast<int>(shape.size())) + "] = {" + list(shape) +
           "};\n" + call + "    }\n";
  }
  static std::string window(const k210::CpuLayer& layer, const std::string& call) {
    std::vector<int> shape;
    for (const Extent& extent : {layer.in.extent(), layer.out.extent(), layer.window.kernel, layer.window.stride,
                                 layer.window.padding, layer.dilation})
      shape.insert(shape.end(), {extent.height, extent.width});
    return shaped(shape, call);
  }
  static void add_shape(std::vector<int>& numbers, Shape shape) {
    numbers.insert(numbers.end(), {shape.channels, shape.height, shape.width});
  }
  static std::vector<int> convolution_shape(const k210::CpuConvolution& with) {
    std::vector<int> shape;
    add_shape(shape, with.in);
    add_shape(shape, with.out);
    for (const Extent& extent : {with.kernel, with.stride, with.dilation})
      shape.insert(shape.end(), {extent.height, extent.width});
    shape.insert(shape.end(), {with.top, with.left, with.groups, with.spread.height, with.spread.width});
    return shape;
  }
  static std::vector<int> pad_shape(const k210::CpuLayer& layer) {
    std::vector<int> shape;
    add_shape(shape, layer.in);
    add_shape(shape, layer.out);
    shape.insert(shape.end(), std::begin(layer.with.before), std::end(layer.with.before));
    return shape;
  }
  static std::vector<int> walk_numbers(const k210::CpuLayer& layer) {
    const k210::Walk walk = k210::walk_of(layer.with, layer.software, layer.in);
    std::vector<int> all{walk.start};
    for (int loop = 0; loop < k210::Walk::loops; ++loop) all.insert(all.end(), {walk.counts[loop], walk.steps[loop]});
    return all;
  }
  /// The kernels of a convolution, with what its sums begin with.
  std::string kernels(const k210::CpuStepImage& step, int number) const {
    const k210::CpuParameters& with = step.parameters;
    const int count = static_cast<int>(step.layer.convolution.weights()), out = step.layer.out.channels;
    if (step.layer.task == k210::Task::quantized_convolution)
      return whole("uint8_t", table(number, "weights"), with.codes, count) +
             whole("int32_t", table(number, "sums"), with.sums, out);
    return reals(table(number, "weights"), with.weights, with.byte_weights, count) +
           (has_bias(with) ? reals(table(number, "bias"), with.bias, with.byte_bias, out) : "");
  }
  template <class Value>
  static std::string whole(const std::string& type, const std::string& table, const Value* values, int count) {
    std::string all = "static const " + type + ' ' + table + '[' + text(count) + "] = {";
    for (int i = 0; i < count; ++i) all += (i % 16 == 0 ? "\n    " : " ") + std::to_string(values[i]) + ",";
    return all + "\n};\n";
  }
  /// Statements that apply the function of a layer to what it has written.
  std::string activated(const k210::CpuStepImage& step, const std::string& in, int count) const {
    if (step.layer.activation == Activation::none) return {};
    return each(in, out_real(step), count, activation_call(step.layer, name_, "in[i]"));
  }
  static std::string each(const std::string& in, const std::string& out, int count, const std::string& value) {
    return "    {\n    const float* in = " + in + ";\n    float* out = " + out + ";\n    for (int i = 0; i < " +
           text(count) + "; ++i) out[i] = " + value + ";\n    }\n";
  }
  std::string applied(const k210::CpuStepImage& step, int number) const {
    const std::string call = step.parameters.program != nullptr ? table(number, "function") + "(in[i])"
                                                                : activation_call(step.layer, name_, "in[i]");
    return each(real(step, 0), out_real(step), step.layer.out.elements(), call);
  }
  std::string reduced(const k210::CpuStepImage& step) const {
    const k210::CpuLayer& layer = step.layer;
    const Reduction reduction = layer.with.reduction;
    const Pairing pairing = reduction == Reduction::min   ? Pairing::min
                            : reduction == Reduction::max ? Pairing::max
                                                          : Pairing::add;
    const float share = static_cast<float>(layer.out.elements()) / static_cast<float>(layer.in.elements());
    std::vector<int> shape;
    add_shape(shape, layer.in);
    add_shape(shape, layer.out);
    return shaped(shape, statement("reduce", {real(step, 0), "shape", text(static_cast<int>(pairing)),
                                              c_number(k210::reduction_start(reduction)),
                                              c_number(reduction == Reduction::mean ? share : 0.0f), out_real(step)}));
  }
  /// Two tensors, in the layer's order; `second` may be a constant.
  std::string combined(const k210::CpuStepImage& step, const char* function, std::string second) const {
    const k210::CpuLayer& layer = step.layer;
    const bool codes = layer.task == k210::Task::quantized_combine;
    std::string first = codes ? code(step, 0) : real(step, 0);
    Shape first_shape = layer.in, second_shape = layer.other;
    if (layer.with.constant_first) {
      std::swap(first, second);
      std::swap(first_shape, second_shape);
    }
    std::vector<int> shape;
    for (const Shape& own : {first_shape, second_shape, layer.out}) add_shape(shape, own);
    const std::string pairing = text(static_cast<int>(layer.with.pairing));
    return shaped(shape, codes ? statement(function, {pairing, first, second, "shape", "numbers", out_code(step)})
                               : statement(function, {pairing, first, second, "shape", out_real(step)}));
  }
  std::string joined(const k210::CpuStepImage& step, const char* type, const char* function,
                     std::string (*operand)(const k210::CpuStepImage&, int), const std::string& out) const {
    std::string lines = std::string("    {\n    ") + type + "* out = " + out + ";\n";
    for (int i = 0; i < step.operands; ++i)
      lines +=
          "    out = " + name_ + '_' + function + '(' + operand(step, i) + ", " + text(step.elements[i]) + ", out);\n";
    return lines + "    (void)out;\n    }\n";
  }
  std::string connected(const k210::CpuStepImage& step, int number) const {
    const k210::CpuLayer& layer = step.layer;
    const k210::CpuParameters& with = step.parameters;
    const bool six = layer.activation == Activation::function && layer.function == activations::relu6;
    const bool limits = layer.activation == Activation::relu || six;
    const bool first = with.rounding == k210::Rounding::nncase;
    const float unit = with.weights != nullptr ? 1.0f : with.byte_unit;
    return statement("linear", {real(step, 0), text(layer.in.elements()), table(number, "weights"),
                                has_bias(with) ? table(number, "bias") : "0", text(layer.out.channels), text(first),
                                c_number(unit), limits ? "0.0f" : c_number(-float_infinity),
                                six ? "6.0f" : c_number(float_infinity), out_real(step)}) +
           (limits ? std::string() : activated(step, out_real(step), layer.out.channels));
  }
  std::string dequantized(const k210::CpuStepImage& step) const {
    const Shape in = step.layer.in;
    const k210::CpuParameters& with = step.parameters;
    const auto one = [&](int first, int count, const k210::LinearScale& scale) {
      return statement("dequantize", {"memory + " + text(step.sources[0] + first), text(count), c_number(scale.scale),
                                      c_number(scale.bias), text(scale.zero_point),
                                      "(float*)(memory + " + text(step.result + 4 * first) + ")"});
    };
    if (with.channels == nullptr) return one(0, in.elements(), with.code);
    std::string lines;
    for (int c = 0; c < in.channels; ++c) lines += one(c * in.pixels(), in.pixels(), with.channels[c]);
    return lines;
  }
  std::string resized(const char* function, const k210::CpuStepImage& step, const std::string& in,
                      const std::string& out) const {
    const k210::CpuLayer& layer = step.layer;
    return statement(function, {in, text(layer.in.channels), text(layer.in.height), text(layer.in.width),
                                text(layer.out.height), text(layer.out.width), out});
  }

  std::string name_;
};

}  // namespace incuse::kpu_c_source::detail
