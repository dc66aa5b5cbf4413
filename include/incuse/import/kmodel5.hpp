// Reads what kmodels of version 5 (nncase 1.x) have for the KPU: modules, functions, and the layers with their words
// and tables. What a model lets the processor do is a program for a stack machine whose functions are numbered
// otherwise in every release of the compiler, so it is measured, not read. Source: kmodel sheet (k210-kmodel),
// section 3.
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
#include <incuse/k210/kmodel/kmodel_fields.hpp>

namespace incuse {

/// Memories of version 5, by their numbers in the file.
enum class Kmodel5Memory : std::uint8_t { input, output, constants, main, shared, kpu = 64 };

/// Where a tensor or a table lies. `start` counts bytes of its memory.
struct Kmodel5Range {
  Kmodel5Memory memory = Kmodel5Memory::input;
  std::uint8_t type = 0;     ///< of the elements: 4 unsigned bytes, 7 unsigned words of 64 bits, 9 float32
  std::uint16_t module = 0;  ///< whose memory it is, if it is shared
  std::uint32_t start = 0;
  std::uint32_t bytes = 0;
};

/// An input or output of a function.
struct Kmodel5Tensor {
  Kmodel5Range range{};
  std::vector<std::uint32_t> shape{};
};

/// A layer of the KPU. Address fields of its words are 0: a driver fills them in from the ranges.
struct Kmodel5Layer {
  int function = 0;  ///< of its module
  k210::LayerWords words{};
  k210::KpuLayer layer{};
  std::uint32_t batches = 0;
  Kmodel5Range weights{}, batch_norm{}, activation{};
  Kmodel5Range main_output{};  ///< in main memory; no bytes: the output stays in AI RAM
};

struct Kmodel5Function {
  std::vector<Kmodel5Tensor> inputs{}, outputs{};
  std::uint32_t text_start = 0, text_bytes = 0;  ///< its part of the module's text
};

/// A part of the model for one kind of processor.
struct Kmodel5Module {
  std::string kind{};                ///< "k210": layers of the KPU; "stackvm": a program for the processor
  std::uint32_t constant_bytes = 0;  ///< of weights and tables, and of constants
  std::uint32_t text_bytes = 0;      ///< of instructions
  std::uint32_t main_bytes = 0;      ///< of main memory that it works in
  std::uint32_t ram_bytes = 0;       ///< of AI RAM
  std::vector<Kmodel5Function> functions{};
  std::size_t constants = 0, text = 0;  ///< byte of the file where these begin
};

/// A model of version 5, or the reason why it cannot be read.
struct Kmodel5File {
  std::vector<Kmodel5Module> modules{};
  std::vector<Kmodel5Layer> layers{};  ///< of the KPU, in the file's order
  std::uint32_t entry_module = 0, entry_function = 0;
  int transfers = 0;    ///< between main memory and AI RAM, by the processor
  std::string error{};  ///< empty if all is well: "byte 123: …"

  bool ok() const { return error.empty(); }
  /// Bytes of main memory that all modules work in.
  long long main_bytes() const {
    long long bytes = 0;
    for (const Kmodel5Module& module : modules) bytes += module.main_bytes;
    return bytes;
  }
  /// The function with which an inference begins: its inputs and outputs are those of the model.
  const Kmodel5Function& entry() const { return modules[entry_module].functions[entry_function]; }
};

namespace detail {

/// Reads a model of version 5 front to back; every number is checked before it is used.
class Kmodel5Reader {
 public:
  explicit Kmodel5Reader(std::string_view file) : file_(file) {}

  Kmodel5File read() {
    read_header();
    for (std::uint32_t i = 0; ok() && i < module_count_; ++i) read_module();
    if (ok() && (result_.entry_module >= result_.modules.size() ||
                 result_.entry_function >= result_.modules[result_.entry_module].functions.size()))
      fail("the function with which the model begins does not exist");
    for (const Kmodel5Module& module : result_.modules)
      if (ok() && module.kind == "k210") read_steps(module);
    if (ok()) return std::move(result_);
    Kmodel5File refused;
    refused.error = std::move(result_.error);
    return refused;
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
    result_.entry_module = word("the first module");
    result_.entry_function = word("the first function");
    go_to(header_bytes, "the header");
  }

  Kmodel5Range range(const char* name) {
    Kmodel5Range result;
    result.memory = static_cast<Kmodel5Memory>(number<std::uint8_t>(name));
    result.type = number<std::uint8_t>(name);
    result.module = number<std::uint16_t>(name);
    result.start = word(name);
    result.bytes = word(name);
    return result;
  }

  void read_module() {
    const std::size_t start = at_, whole = end_;
    Kmodel5Module module;
    module.kind = text(16, "the kind of a module");
    word("a module's version");
    const std::uint32_t header_bytes = word("the size of a module's header"), bytes = word("the size of a module");
    const std::uint32_t pools = count("number of memories", 8), shared = count("number of shared memories", 8);
    const std::uint32_t sections = count("number of sections", section_header);
    const std::uint32_t functions = count("number of functions", function_header);
    word("a reserved word");
    if (ok() && bytes > whole - start) return fail_at(start, "the module reaches beyond the end of the file");
    if (ok()) end_ = start + bytes;
    go_to(start + header_bytes, "the module's header");
    for (std::uint32_t i = 0; ok() && i < pools; ++i) read_pool(module);
    for (std::uint32_t i = 0; ok() && i < shared; ++i) go_to(at_ + 16, "a shared memory");
    for (std::uint32_t i = 0; ok() && i < functions; ++i) read_function(module);
    for (std::uint32_t i = 0; ok() && i < sections; ++i) read_section(module);
    at_ = end_;
    end_ = whole;
    result_.modules.push_back(std::move(module));
  }

  void read_pool(Kmodel5Module& module) {
    const auto memory = static_cast<Kmodel5Memory>(number<std::uint32_t>("a memory") & 0xff);
    const std::uint32_t bytes = word("the size of a memory");
    if (memory == Kmodel5Memory::main) module.main_bytes = bytes;
    if (memory == Kmodel5Memory::kpu) module.ram_bytes = bytes;
  }

  void read_function(Kmodel5Module& module) {
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
    module.functions.push_back(std::move(function));
  }
  /// Ranges, then shapes: the number of sizes, and these.
  void read_tensors(std::uint32_t wanted, std::vector<Kmodel5Tensor>& tensors) {
    for (std::uint32_t i = 0; ok() && i < wanted; ++i) tensors.push_back({range("a tensor"), {}});
    for (Kmodel5Tensor& tensor : tensors) {
      const std::uint32_t sizes = count("number of sizes", 4);
      for (std::uint32_t i = 0; ok() && i < sizes; ++i) tensor.shape.push_back(word("a size"));
    }
  }

  void read_section(Kmodel5Module& module) {
    const std::string name = text(16, "the name of a section");
    const std::uint32_t flags = word("a section's flags"), start = word("a section's place");
    const std::uint32_t bytes = word("the size of a section");
    word("a reserved word");
    const bool is_inside_constants = (flags & 1) != 0;
    if (!ok() || is_inside_constants) return;
    const std::size_t body = at_ + start;
    if (body > end_ || bytes > end_ - body) return fail_at(at_, "the section " + printable(name) + " does not fit");
    if (name == ".rdata") module.constants = body;
    if (name == ".rdata") module.constant_bytes = bytes;
    if (name == ".text") module.text = body;
    if (name == ".text") module.text_bytes = bytes;
    at_ = body + bytes;
  }

  /// The instructions of the K210's functions.
  void read_steps(const Kmodel5Module& module) {
    for (std::size_t f = 0; ok() && f < module.functions.size(); ++f) {
      const Kmodel5Function& function = module.functions[f];
      if (function.text_start > module.text_bytes || function.text_bytes > module.text_bytes - function.text_start)
        return fail("function " + std::to_string(f) + " has instructions outside of its module's");
      at_ = module.text + function.text_start;
      end_ = at_ + function.text_bytes;
      while (ok() && at_ < end_) read_step(module, static_cast<int>(f));
    }
  }
  void read_step(const Kmodel5Module& module, int function) {
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
  void read_layer(const Kmodel5Module& module, int function, std::size_t start) {
    Kmodel5Layer layer;
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
  void check_table(const Kmodel5Module& module, std::size_t byte, const std::string& who, const Kmodel5Range& table,
                   std::uint64_t needed) {
    if (table.memory != Kmodel5Memory::constants || table.start > module.constant_bytes ||
        table.bytes > module.constant_bytes - table.start)
      return fail_at(byte, who + " does not lie in the module's constants");
    if (table.bytes < needed)
      fail_at(byte, who + " needs " + std::to_string(needed) + " bytes, its range has " + std::to_string(table.bytes));
  }

  std::string_view file_;
  std::size_t at_ = 0, end_ = file_.size();
  std::uint32_t module_count_ = 0;
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
