// Reads kmodels of version 5 (nncase 1.x): modules, functions, the layers of the KPU with their words and tables, and
// the names of what the processor does (kmodel5_program.hpp). Source: kmodel sheet (k210-kmodel), section 3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/file.hpp>
#include <incuse/import/kmodel5_program.hpp>
#include <incuse/k210/kmodel/kmodel5.hpp>
#include <incuse/k210/kmodel/kmodel_fields.hpp>

namespace incuse {

/// A model of version 5 with the tables that it points into, or the reason why it cannot be read.
struct Kmodel5File {
  std::size_t file_bytes = 0;
  std::vector<k210::Kmodel5Module> modules{};
  std::vector<k210::Kmodel5Layer> layers{};
  std::vector<k210::Kmodel5Tensor> inputs{}, outputs{};
  int transfers = 0;
  std::vector<k210::Kmodel5Step> steps{};
  bool steps_known = true;
  std::string error{};  ///< empty if all is well: "byte 123: ..."

  bool ok() const { return error.empty(); }
  /// The model. It points into this object, which has to outlive it.
  k210::Kmodel5 model() const {
    return {file_bytes,
            modules.data(),
            static_cast<int>(modules.size()),
            layers.data(),
            static_cast<int>(layers.size()),
            inputs.data(),
            static_cast<int>(inputs.size()),
            outputs.data(),
            static_cast<int>(outputs.size()),
            transfers,
            steps.data(),
            static_cast<int>(steps.size()),
            steps_known};
  }
};

namespace detail {

/// A function of a module: its tensors, and its part of the module's instructions.
struct Kmodel5Function {
  std::vector<k210::Kmodel5Tensor> inputs{}, outputs{};
  std::uint32_t text_start = 0, text_bytes = 0;
};

/// A module while it is read: with its functions, and where its constants and instructions begin in the file.
struct Kmodel5Part {
  k210::Kmodel5Module module{};
  std::vector<Kmodel5Function> functions{};
  std::size_t text = 0;
};

/// Reads a model of version 5 front to back; every number is checked before it is used.
class Kmodel5Reader {
 public:
  explicit Kmodel5Reader(std::string_view file) : file_(file) {}

  Kmodel5File read() {
    read_header();
    for (std::uint32_t i = 0; ok() && i < module_count_; ++i) read_module();
    if (ok() && (entry_module_ >= parts_.size() || entry_function_ >= parts_[entry_module_].functions.size()))
      fail("the function with which the model begins does not exist");
    for (const Kmodel5Part& part : parts_) check_functions(part);
    for (const Kmodel5Part& part : parts_)
      if (ok() && std::string_view(part.module.kind) == "k210") read_steps(part);
    read_programs();
    if (!ok()) {
      Kmodel5File refused;
      refused.error = std::move(result_.error);
      return refused;
    }
    Kmodel5Function& entry = parts_[entry_module_].functions[entry_function_];
    result_.inputs = std::move(entry.inputs);
    result_.outputs = std::move(entry.outputs);
    for (const Kmodel5Part& part : parts_) result_.modules.push_back(part.module);
    result_.file_bytes = file_.size();
    return std::move(result_);
  }

 private:
  static constexpr std::size_t module_header = 48, function_header = 32, section_header = 32, range_bytes = 12;
  /// Records of the K210's text by their opcode: upload, download, layer, copy.
  static constexpr std::size_t step_bytes[] = {44, 44, 152, 44};
  static constexpr std::uint8_t layer_step = 2;

  bool ok() const { return result_.error.empty(); }
  void fail(const std::string& reason) {
    if (ok()) result_.error = reason;
  }
  void fail_at(std::size_t byte, const std::string& reason) { fail("byte " + std::to_string(byte) + ": " + reason); }
  /// Whether so many bytes are left, of the file or of the part of it that is being read.
  bool has(std::size_t bytes, const char* name) {
    if (ok() && bytes <= end_ - at_) return true;
    fail_at(at_, std::string("the file ends before ") + name);
    return false;
  }
  template <class Number>
  Number number(const char* name) {
    if (!has(sizeof(Number), name)) return 0;
    const auto value = k210::load_number<Number>(reinterpret_cast<const std::uint8_t*>(file_.data()) + at_);
    at_ += sizeof(Number);
    return value;
  }
  std::uint32_t word(const char* name) { return number<std::uint32_t>(name); }
  /// A count of things, each of at least so many bytes of the file.
  std::uint32_t count(const char* name, std::size_t bytes) {
    const std::size_t where = at_;
    const std::uint32_t value = word(name);
    if (!ok() || value <= (end_ - at_) / bytes) return value;
    fail_at(where, std::to_string(value) + " is no " + name + " of a file of this size");
    return 0;
  }
  std::string text(std::size_t size, const char* name) {
    if (!has(size, name)) return {};
    const std::string_view field = file_.substr(at_, size);
    at_ += size;
    return std::string(field.substr(0, field.find('\0')));
  }
  /// Goes to a byte behind the ones that were read.
  void go_to(std::size_t byte, const char* name) {
    if (!ok()) return;
    if (byte < at_ || byte > end_) return fail_at(at_, std::string(name) + " does not fit into the file");
    at_ = byte;
  }

  void read_header() {
    at_ = 8;  // identifier and version
    const std::uint32_t header_bytes = word("the size of the header");
    word("the flags");
    word("the alignment");
    module_count_ = count("number of modules", module_header);
    entry_module_ = word("the first module");
    entry_function_ = word("the first function");
    go_to(header_bytes, "the header");
  }

  k210::Kmodel5Range range(const char* name) {
    k210::Kmodel5Range result;
    result.memory = static_cast<k210::Kmodel5Memory>(number<std::uint8_t>(name));
    result.type = number<std::uint8_t>(name);
    result.module = number<std::uint16_t>(name);
    result.start = word(name);
    result.bytes = word(name);
    return result;
  }

  void read_module() {
    const std::size_t start = at_, whole = end_;
    Kmodel5Part part;
    const std::string kind = text(16, "the kind of a module");
    if (printable(kind) != kind) return fail_at(start, "the module's kind is no text");
    kind.copy(part.module.kind, 16);
    word("a module's version");
    const std::uint32_t header_bytes = word("the size of a module's header"), bytes = word("the size of a module");
    const std::uint32_t pools = count("number of memories", 8), shared = count("number of shared memories", 8);
    const std::uint32_t sections = count("number of sections", section_header);
    const std::uint32_t functions = count("number of functions", function_header);
    word("a reserved word");
    if (ok() && bytes > whole - start) return fail_at(start, "the module reaches beyond the end of the file");
    if (ok()) end_ = start + bytes;
    go_to(start + header_bytes, "the module's header");
    for (std::uint32_t i = 0; ok() && i < pools; ++i) read_pool(part.module);
    for (std::uint32_t i = 0; ok() && i < shared; ++i) go_to(at_ + 16, "a shared memory");
    for (std::uint32_t i = 0; ok() && i < functions; ++i) read_function(part);
    for (std::uint32_t i = 0; ok() && i < sections; ++i) read_section(part);
    at_ = end_;
    end_ = whole;
    part.module.functions = static_cast<int>(part.functions.size());
    parts_.push_back(std::move(part));
  }

  void read_pool(k210::Kmodel5Module& module) {
    const auto memory = static_cast<k210::Kmodel5Memory>(number<std::uint32_t>("a memory") & 0xff);
    const std::uint32_t bytes = word("the size of a memory");
    if (memory == k210::Kmodel5Memory::main) module.main_bytes = bytes;
    if (memory == k210::Kmodel5Memory::kpu) module.ram_bytes = bytes;
  }

  void read_function(Kmodel5Part& part) {
    const std::size_t start = at_;
    Kmodel5Function function;
    const std::uint32_t header_bytes = word("a function's header"), bytes = word("the size of a function");
    word("the size of its inputs");
    word("the size of its outputs");
    const std::uint32_t inputs = count("number of inputs", range_bytes),
                        outputs = count("number of outputs", range_bytes);
    function.text_start = word("its first instruction");
    function.text_bytes = word("the size of its instructions");
    go_to(start + header_bytes, "a function's header");
    read_tensors(inputs, function.inputs);
    read_tensors(outputs, function.outputs);
    go_to(start + bytes, "a function");
    part.functions.push_back(std::move(function));
  }
  /// Ranges, then shapes: the number of sizes, and these.
  void read_tensors(std::uint32_t wanted, std::vector<k210::Kmodel5Tensor>& tensors) {
    for (std::uint32_t i = 0; ok() && i < wanted; ++i) {
      k210::Kmodel5Tensor tensor;
      tensor.range = range("a tensor");
      tensors.push_back(tensor);
    }
    for (k210::Kmodel5Tensor& tensor : tensors) {
      const std::size_t where = at_;
      const std::uint32_t rank = word("the number of sizes");
      if (rank > k210::Kmodel5Tensor::most_sizes)
        return fail_at(where, "a tensor has " + std::to_string(rank) + " sizes, at most " +
                                  std::to_string(k210::Kmodel5Tensor::most_sizes) + " are read");
      tensor.rank = static_cast<int>(rank);
      for (int i = 0; i < tensor.rank; ++i) tensor.sizes[i] = word("a size");
    }
  }

  void read_section(Kmodel5Part& part) {
    const std::string name = text(16, "the name of a section");
    const std::uint32_t flags = word("a section's flags"), start = word("a section's place");
    const std::uint32_t bytes = word("the size of a section");
    word("a reserved word");
    const bool is_inside_constants = (flags & 1) != 0;
    if (!ok() || is_inside_constants) return;
    const std::size_t body = at_ + start;
    if (body > end_ || bytes > end_ - body) return fail_at(at_, "the section " + printable(name) + " does not fit");
    if (name == ".rdata") part.module.constant_bytes = bytes;
    if (name == ".text") part.text = body;
    if (name == ".text") part.module.text_bytes = bytes;
    at_ = body + bytes;
  }

  /// Functions have instructions of their own, so that no file makes more of them than it has bytes.
  void check_functions(const Kmodel5Part& part) {
    std::uint64_t bytes = 0;
    for (std::size_t f = 0; ok() && f < part.functions.size(); ++f) {
      const Kmodel5Function& function = part.functions[f];
      const std::uint32_t whole = part.module.text_bytes;
      if (function.text_start > whole || function.text_bytes > whole - function.text_start)
        return fail("function " + std::to_string(f) + " has instructions outside of its module's");
      bytes += function.text_bytes;
      if (bytes > whole) return fail("function " + std::to_string(f) + " has instructions of another one");
    }
  }

  /// What the processor does; nothing is listed unless all of it is understood.
  void read_programs() {
    std::vector<int> functions;
    for (const Kmodel5Part& part : parts_) functions.push_back(static_cast<int>(part.functions.size()));
    for (const Kmodel5Part& part : parts_) {
      if (!ok() || std::string_view(part.module.kind) != "stackvm") continue;
      for (std::size_t f = 0; f < part.functions.size(); ++f) {
        const Kmodel5Function& own = part.functions[f];
        const std::string_view text = file_.substr(part.text + own.text_start, own.text_bytes);
        Kmodel5ProgramReader reader(text, functions);
        result_.steps_known = result_.steps_known && reader.read(static_cast<int>(f), result_.steps);
      }
    }
    if (!result_.steps_known) result_.steps.clear();
  }

  /// The instructions of the K210's functions.
  void read_steps(const Kmodel5Part& part) {
    const k210::Kmodel5Module& module = part.module;
    for (std::size_t f = 0; ok() && f < part.functions.size(); ++f) {
      const Kmodel5Function& function = part.functions[f];
      at_ = part.text + function.text_start;
      end_ = at_ + function.text_bytes;
      while (ok() && at_ < end_) read_step(module, static_cast<int>(f));
    }
  }
  void read_step(const k210::Kmodel5Module& module, int function) {
    const std::size_t start = at_;
    const auto opcode = number<std::uint8_t>("an instruction");
    if (opcode >= std::size(step_bytes)) return fail_at(start, "there is no instruction " + std::to_string(opcode));
    if (step_bytes[opcode] > end_ - start) return fail_at(start, "the instruction does not fit into its function");
    if (opcode == layer_step)
      read_layer(module, function, start);
    else
      ++result_.transfers;
    at_ = start + step_bytes[opcode];
  }
  void read_layer(const k210::Kmodel5Module& module, int function, std::size_t start) {
    k210::Kmodel5Layer layer;
    layer.function = function;
    at_ = start + 4;
    layer.weights = range("weights");
    layer.batch_norm = range("batch norm");
    layer.activation = range("activation");
    layer.main_output = range("main output");
    layer.batches = word("batches");
    for (std::uint64_t& own : layer.words.words) own = number<std::uint64_t>("words");
    const k210::LayerArguments arguments = decode(layer.words);
    layer.layer = layer_of(arguments, 1);
    const std::string who = "layer " + std::to_string(result_.layers.size());
    if (const Text problem = problem_of(arguments); !problem.empty())
      return fail_at(start, who + ": " + string_of(problem));
    check_table(module, start, who + ": the table of weights", layer.weights, weight_bytes(layer.layer));
    check_table(module, start, who + ": the table of the batch norm", layer.batch_norm,
                8 * k210::size_of(layer.layer.out_channels));
    check_table(module, start, who + ": the table of the activation", layer.activation, k210::activation_bytes);
    if (ok()) result_.layers.push_back(layer);
  }
  static std::uint64_t weight_bytes(const k210::KpuLayer& layer) {
    return k210::saturated_product(k210::size_of(layer.channel_weights()), k210::size_of(layer.out_channels));
  }
  void check_table(const k210::Kmodel5Module& module, std::size_t byte, const std::string& who,
                   const k210::Kmodel5Range& table, std::uint64_t needed) {
    if (table.memory != k210::Kmodel5Memory::constants || table.start > module.constant_bytes ||
        table.bytes > module.constant_bytes - table.start)
      return fail_at(byte, who + " does not lie in the module's constants");
    if (table.bytes < needed)
      fail_at(byte, who + " needs " + std::to_string(needed) + " bytes, its range has " + std::to_string(table.bytes));
  }

  std::string_view file_;
  std::size_t at_ = 0, end_ = file_.size();
  std::uint32_t module_count_ = 0, entry_module_ = 0, entry_function_ = 0;
  std::vector<Kmodel5Part> parts_{};
  Kmodel5File result_{};
};

}  // namespace detail

/// Whether these bytes begin a kmodel of version 5.
inline bool begins_kmodel5(std::string_view bytes) {
  using namespace std::string_view_literals;
  return bytes.substr(0, 8) == "LDMK\5\0\0\0"sv;
}

/// Reads a kmodel of version 5 from the bytes of its file.
inline Kmodel5File parse_kmodel5(std::string_view file) {
  if (!begins_kmodel5(file)) {
    Kmodel5File refused;
    refused.error = "this is not a kmodel of version 5";
    return refused;
  }
  return detail::Kmodel5Reader(file).read();
}

}  // namespace incuse
