// Small ONNX models for tests, made with the protocol buffers of libonnx: what the reader in import/onnx reads by
// itself.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <onnx/onnx_pb.h>

namespace incuse::test {

/// A model that grows node by node. Every node is named like its output.
class OnnxModel {
 public:
  using Sizes = std::vector<std::int64_t>;

  explicit OnnxModel(const Sizes& input, int opset = 13) {
    model_.set_ir_version(opset < 10 ? 4 : 7);
    auto* const set = model_.add_opset_import();
    set->set_domain("");
    set->set_version(opset);
    model_.mutable_graph()->set_name("test");
    describe(*model_.mutable_graph()->add_input(), "x", input);
  }

  /// An attribute of a node.
  struct Attribute {
    std::string name;
    Sizes integers{};
    bool single = false;
    double number = 0;
    bool real = false;
    std::string text{};
  };
  static Attribute ints(std::string name, Sizes values) { return {std::move(name), std::move(values)}; }
  static Attribute integer(std::string name, std::int64_t value) { return {std::move(name), {value}, true}; }
  static Attribute real(std::string name, double value) { return {std::move(name), {}, false, value, true}; }
  static Attribute text(std::string name, std::string value) {
    return {std::move(name), {}, false, 0, false, std::move(value)};
  }

  std::string node(const std::string& op, const std::vector<std::string>& inputs, const std::string& output,
                   const std::vector<Attribute>& attributes = {}) {
    auto* const made = model_.mutable_graph()->add_node();
    made->set_op_type(op);
    made->set_name(output);
    for (const std::string& input : inputs) made->add_input(input);
    made->add_output(output);
    for (const Attribute& attribute : attributes) add(*made->add_attribute(), attribute);
    return output;
  }
  std::string floats(const std::string& name, const Sizes& shape, const std::vector<float>& values) {
    auto& tensor = initialiser(name, shape, ::onnx::TensorProto::FLOAT);
    for (float value : values) tensor.add_float_data(value);
    return name;
  }
  /// The same as bytes, as exporters write them.
  std::string raw_floats(const std::string& name, const Sizes& shape, const std::vector<float>& values) {
    auto& tensor = initialiser(name, shape, ::onnx::TensorProto::FLOAT);
    tensor.set_raw_data(values.data(), values.size() * sizeof(float));
    return name;
  }
  std::string integers(const std::string& name, const Sizes& values) {
    auto& tensor = initialiser(name, {static_cast<std::int64_t>(values.size())}, ::onnx::TensorProto::INT64);
    for (std::int64_t value : values) tensor.add_int64_data(value);
    return name;
  }
  std::string byte(const std::string& name, int value) {
    initialiser(name, {}, ::onnx::TensorProto::INT8).add_int32_data(value);
    return name;
  }
  void output(const std::string& name, const Sizes& shape = {}) {
    describe(*model_.mutable_graph()->add_output(), name, shape);
  }

  ::onnx::ModelProto& model() { return model_; }
  std::string bytes() const { return model_.SerializeAsString(); }

 private:
  static void describe(::onnx::ValueInfoProto& port, const std::string& name, const Sizes& shape) {
    port.set_name(name);
    auto* const type = port.mutable_type()->mutable_tensor_type();
    type->set_elem_type(::onnx::TensorProto::FLOAT);
    for (std::int64_t size : shape) {
      auto* const dimension = type->mutable_shape()->add_dim();
      if (size > 0)
        dimension->set_dim_value(size);
      else
        dimension->set_dim_param("n");
    }
  }
  ::onnx::TensorProto& initialiser(const std::string& name, const Sizes& shape, int type) {
    auto* const tensor = model_.mutable_graph()->add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(type);
    for (std::int64_t size : shape) tensor->add_dims(size);
    return *tensor;
  }
  static void add(::onnx::AttributeProto& made, const Attribute& attribute) {
    made.set_name(attribute.name);
    if (attribute.single) {
      made.set_type(::onnx::AttributeProto::INT);
      made.set_i(attribute.integers[0]);
    } else if (attribute.real) {
      made.set_type(::onnx::AttributeProto::FLOAT);
      made.set_f(static_cast<float>(attribute.number));
    } else if (!attribute.text.empty()) {
      made.set_type(::onnx::AttributeProto::STRING);
      made.set_s(attribute.text);
    } else {
      made.set_type(::onnx::AttributeProto::INTS);
      for (std::int64_t value : attribute.integers) made.add_ints(value);
    }
  }

  ::onnx::ModelProto model_{};
};

}  // namespace incuse::test
