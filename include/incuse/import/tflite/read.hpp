// TensorFlow Lite files: FlatBuffers, verified, and read into the same Model as ONNX files. Who includes this makes
// tflite_generated.h of tflite.fbs with `flatc --cpp`.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/import/file.hpp>
#include <incuse/import/tflite/operators.hpp>

namespace incuse::import::tflite {

namespace detail {

/// Reads a whole model. The first damage ends the reading.
class ModelReader {
 public:
  onnx::Model read(std::string_view bytes) {
    if (bytes.size() > most_file_bytes)
      refuse("the file is larger than 64 MiB");
    else if (reinterpret_cast<std::uintptr_t>(bytes.data()) % 16 == 0)
      read_aligned(bytes);
    else
      read_copy(bytes);
    if (ok()) return std::move(model_);
    onnx::Model failed;
    failed.error = model_.error;
    return failed;
  }

 private:
  bool ok() const { return model_.error.empty(); }
  void refuse(const std::string& reason) {
    if (ok()) model_.error = reason;
  }
  /// Numbers are read where they lie, which takes bytes that begin at a multiple of the largest number.
  void read_copy(std::string_view bytes) {
    std::vector<std::uint64_t> copy(bytes.size() / 8 + 3);
    auto* begin = reinterpret_cast<char*>(copy.data());
    if (reinterpret_cast<std::uintptr_t>(begin) % 16 != 0) begin += 8;
    std::copy(bytes.begin(), bytes.end(), begin);
    read_aligned({begin, bytes.size()});
  }
  void read_aligned(std::string_view bytes) {
    const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    constexpr flatbuffers::uoffset_t deepest = 16, most_tables = 1 << 19;
    flatbuffers::Verifier verifier(data, bytes.size(), deepest, most_tables);
    if (bytes.size() < 8 || !schema::ModelBufferHasIdentifier(data))
      return refuse("this is no TensorFlow Lite model: bytes 4 to 7 are not TFL3");
    if (!schema::VerifyModelBuffer(verifier)) return refuse("the file is damaged: it points outside of itself");
    read_model(*schema::GetModel(data));
  }
  void read_model(const schema::Model& file) {
    if (file.version() != 3)
      return refuse("the file has version " + std::to_string(file.version()) + " of the format; read is 3");
    if (file.subgraphs() == nullptr || file.subgraphs()->size() != 1)
      return refuse("the file has " + std::to_string(file.subgraphs() == nullptr ? 0 : file.subgraphs()->size()) +
                    " graphs; read are files of one");
    const schema::SubGraph& graph = *file.subgraphs()->Get(0);
    std::string error;
    if (!tensors_.read(file, graph, error)) return refuse(error);
    read_ports(graph.inputs(), "input", model_.inputs);
    read_ports(graph.outputs(), "output", model_.outputs);
    if (ok() && graph.operators() != nullptr) read_operators(file, graph);
    if (!ok()) return;
    for (std::size_t i = 0; i < tensors_.size(); ++i)
      if (const onnx::NumberRange range = range_of(tensors_[i]); range.known())
        model_.ranges.push_back({tensors_[i].name, range});
  }
  void read_ports(const flatbuffers::Vector<std::int32_t>* list, const char* what, std::vector<onnx::Port>& ports) {
    if (list == nullptr) return;
    if (!are_tensors(list, 0)) return refuse(std::string("the file is damaged: an ") + what + " is no tensor");
    for (std::int32_t number : *list) {
      const FileTensor& own = tensors_[static_cast<std::size_t>(number)];
      if (own.held) return refuse(std::string("the file is damaged: an ") + what + " is a constant");
      if (own.counts()) return refuse(std::string("an ") + what + " holds whole numbers without a scale");
      const AxisOrder order = channels_first(own.rank());
      if (!order.empty())
        model_.notes.push_back(std::string(what) + " '" + printable(own.name) + "' is channels first, as " +
                               onnx::text_of(ordered(own.shape, order)));
      if (&ports == &model_.inputs && !written_.insert(number).second)
        return refuse("the file is damaged: two inputs are the same tensor");
      ports.push_back({own.name, onnx::ElementType::f32, ordered(own.shape, order)});
    }
  }
  /// Whether all are numbers of tensors, `least` or more. Counts them, since each takes memory.
  bool are_tensors(const flatbuffers::Vector<std::int32_t>* list, std::int32_t least) {
    if (list == nullptr) return true;
    parts_ += list->size();
    if (parts_ > onnx::most_parts) return false;
    for (std::int32_t number : *list)
      if (number < least || number >= static_cast<std::int64_t>(tensors_.size())) return false;
    return true;
  }
  void read_operators(const schema::Model& file, const schema::SubGraph& graph) {
    OperatorReader reader(tensors_, model_);
    std::size_t number = 0;
    for (const schema::Operator* op : *graph.operators()) {
      const std::string shown = "operator " + std::to_string(number);
      if (!ok()) return;
      if (file.operator_codes() == nullptr || op->opcode_index() >= file.operator_codes()->size())
        return refuse("the file is damaged: " + shown + " is of no kind");
      if (!are_tensors(op->inputs(), -1) || !are_tensors(op->outputs(), 0) || op->outputs() == nullptr ||
          op->outputs()->size() == 0)
        return refuse("the file is damaged: " + shown + " reads or writes what is no tensor");
      for (std::int32_t to : *op->outputs()) {
        if (tensors_[static_cast<std::size_t>(to)].held)
          return refuse("the file is damaged: " + shown + " writes a constant");
        if (!written_.insert(to).second)
          return refuse("the file is damaged: " + shown + " writes a tensor that is an input, or written before");
      }
      if (!only_counts(*op)) reader.read(*op, *file.operator_codes()->Get(op->opcode_index()), number);
      ++number;
    }
  }
  /// Whether an operator only computes sizes: the file has the shapes that follow from them.
  bool only_counts(const schema::Operator& op) const {
    return std::all_of(op.outputs()->begin(), op.outputs()->end(),
                       [&](std::int32_t to) { return tensors_[static_cast<std::size_t>(to)].counts(); });
  }

  onnx::Model model_{};
  FileTensors tensors_{};
  std::size_t parts_ = 0;
  std::set<std::int32_t> written_{};  ///< tensors, the inputs among them
};

}  // namespace detail

/// Reads a model from the bytes of a file, with maps channels first. Refused, with the reason in `error`: files that
/// are damaged, several graphs, sparse and variable tensors, other types than float32, float16 (constants), int8, uint8
/// and whole numbers (constants), and more elements than a chip could hold.
inline onnx::Model parse_model(std::string_view bytes) { return detail::ModelReader().read(bytes); }

/// The same for a file; `error` begins with its name.
inline onnx::Model read_model(const std::string& file) {
  std::string bytes;
  onnx::Model model;
  if (!read_file(file, bytes, model.error)) return model;
  model = parse_model(bytes);
  if (!model.ok()) model.error = printable(file) + ": " + model.error;
  return model;
}

}  // namespace incuse::import::tflite
