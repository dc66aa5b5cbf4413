#include "kmodel.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <incuse/export/kmodel_conversion.hpp>
#include <incuse/export/kmodel_source.hpp>
#include <incuse/host/kmodel_run.hpp>
#include <incuse/import/kmodel.hpp>
#include <incuse/import/kmodel5.hpp>
#include <incuse/import/kmodel_faults.hpp>
#include <incuse/import/kmodel_graph.hpp>
#include <incuse/import/npy.hpp>
#include <incuse/report/drawn_kmodel5.hpp>
#include <incuse/report/kmodel5_text.hpp>
#include <incuse/report/kmodel_text.hpp>
#include <incuse/report/kpu_svg.hpp>

#include "choices.hpp"
#include "output.hpp"
#include "ranges.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace cli {

namespace {

using incuse::k210::Kmodel;
using incuse::k210::KmodelShape;
using incuse::k210::KmodelType;

/// Options that say what a kmodel says itself make no sense.
void expect_kmodel_options(const Request& request) {
  if (!request.weights.empty() || !request.checkpoint.empty() || !request.input_shape.empty())
    throw UsageError(
        "a kmodel has weights and input shape of its own: leave --weights, --checkpoint and "
        "--input-shape out");
  if (!request.device.empty() && !is_device(request.device, incuse::k210_kpu.name))
    throw UsageError("a kmodel is a model of the K210: leave --device out, or say --device k210");
}

incuse::KmodelFile load_kmodel(const Request& request) {
  expect_kmodel_options(request);
  if (incuse::begins_kmodel5(request.content))
    throw UsageError(request.description +
                     ": of a kmodel of version 5 the layers of the KPU can be listed (incuse plan), but it is neither "
                     "run nor imported: what it lets the processor do is a program of its own");
  incuse::KmodelFile file = incuse::parse_kmodel(request.content);
  if (!file.ok()) throw UsageError(request.description + ": " + file.error);
  return file;
}

/// A tensor that a model puts out or that a node wrote.
struct Values {
  std::string name{};
  KmodelType type = KmodelType::u8;
  std::vector<std::uint8_t> bytes{};

  std::size_t count() const { return bytes.size() / static_cast<std::size_t>(bytes_of(type)); }
  double operator[](std::size_t i) const {
    if (type == KmodelType::u8) return bytes[i];
    float value = 0;
    std::memcpy(&value, bytes.data() + 4 * i, sizeof value);
    return static_cast<double>(value);
  }
  incuse::NpyTensor tensor() const {
    return {type == KmodelType::u8 ? incuse::NpyType::u1 : incuse::NpyType::f4, {static_cast<int>(count())}, bytes, {}};
  }
};

std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

/// The values, or what they are like if there are many.
std::string values_text(const Values& values) {
  constexpr std::size_t shown = 16;
  std::string text = values.name + ", " + std::to_string(values.count()) +
                     (values.type == KmodelType::u8 ? " codes" : " floats") + ":\n ";
  for (std::size_t i = 0; i < std::min(shown, values.count()); ++i) text += ' ' + number_text(values[i]);
  if (values.count() > shown) text += " ...";
  std::size_t least = 0, greatest = 0;
  for (std::size_t i = 0; i < values.count(); ++i) {
    if (values[i] < values[least]) least = i;
    if (values[i] > values[greatest]) greatest = i;
  }
  if (values.count() > 0)
    text += "\n  least " + number_text(values[least]) + ", greatest " + number_text(values[greatest]) + " at element " +
            std::to_string(greatest);
  return text + '\n';
}

std::string kmodel_shape_text(const KmodelShape& shape) {
  return std::to_string(shape[1]) + 'x' + std::to_string(shape[2]) + 'x' + std::to_string(shape[3]);
}

std::vector<std::uint8_t> input_bytes(const Request& request, const Kmodel& model, std::size_t wanted) {
  const incuse::NpyTensor tensor = incuse::read_npy_tensor(request.input);
  if (!tensor.ok()) throw UsageError(tensor.error);
  const incuse::k210::KmodelInput& input = model.inputs[0];
  const bool codes = input.range.type == KmodelType::u8;
  if (tensor.type != (codes ? incuse::NpyType::u1 : incuse::NpyType::f4) || tensor.bytes.size() != wanted)
    throw UsageError(request.input + ": the model reads " + kmodel_shape_text(input.shape) +
                     (codes ? " unsigned bytes (|u1)" : " floats (<f4)") + ", this array holds " +
                     std::to_string(tensor.bytes.size()) + " bytes of another type or shape");
  return tensor.bytes;
}

/// Index of the node whose output is wanted; -1: that of the model.
int wanted_node(const Request& request, const Kmodel& model) {
  if (request.layer.empty()) return -1;
  for (int i = 0; i < model.node_count; ++i)
    if (request.layer == std::to_string(i)) return i;
  throw UsageError("there is no node '" + request.layer + "': --layer takes a number from 0 to " +
                   std::to_string(model.node_count - 1));
}

KmodelType type_written(const Kmodel& model, int index) {
  struct LastOutput {
    KmodelType type = KmodelType::u8;
    void in(incuse::Text, KmodelType, std::uint64_t, std::uint64_t) {}
    void in(incuse::Text, const incuse::k210::KmodelRange&, KmodelType, std::uint64_t) {}
    void map_in(incuse::Text, long long, incuse::Shape, std::uint64_t) {}
    void map_out(incuse::Text, long long, incuse::Shape, std::uint64_t) {}
    void out(incuse::Text, KmodelType written, std::uint64_t, std::uint64_t) { type = written; }
    void out(incuse::Text, const incuse::k210::KmodelRange&, KmodelType written, std::uint64_t) { type = written; }
  } last;
  visit_node(model, index, [&](const auto& node) { node.operands(last); });
  return last.type;
}

/// The first difference in words; nothing if there is none. Floats are compared bit by bit.
std::optional<std::string> difference(const Request& request, const Values& values) {
  const incuse::NpyTensor expected = incuse::read_npy_tensor(request.expected);
  if (!expected.ok()) throw UsageError(expected.error);
  const Values wanted{"", values.type, expected.bytes};
  if (expected.type != values.tensor().type || wanted.count() != values.count())
    return "expected " + std::to_string(expected.bytes.size()) + " bytes, but there are " +
           std::to_string(values.bytes.size()) + ", or of another type";
  const auto size = static_cast<std::size_t>(bytes_of(values.type));
  std::size_t differing = 0, first = 0;
  for (std::size_t i = values.count(); i-- > 0;)
    if (std::memcmp(values.bytes.data() + i * size, wanted.bytes.data() + i * size, size) != 0) {
      ++differing;
      first = i;
    }
  if (differing == 0) return std::nullopt;
  return "element " + std::to_string(first) + ": expected " + number_text(wanted[first]) + ", actual " +
         number_text(values[first]) + " (" + std::to_string(differing) + " of " + std::to_string(values.count()) +
         " values differ)";
}

}  // namespace

void add_kmodel_options(CLI::App& run, Request& request, FlagUses& uses) {
  const std::string group = "Kmodels (models of the K210)";
  uses.kmodels_only(run.add_option("--result", request.result, "Show, write and compare this output of the model")
                        ->capture_default_str()
                        ->type_name("NUMBER")
                        ->group(group));
  uses.kmodels_only(
      one_of(run.add_option(
                 "--emulator", request.emulator,
                 "Round like the vendor's newer or older emulator; which of them the chip follows is not known"),
             {"newer", "older"})
          ->capture_default_str()
          ->group(group));
}

namespace {

std::string file_name(const Request& request) { return std::filesystem::path(request.description).filename().string(); }

/// The verdict of every verb: says what is wrong with the model, if anything is.
bool is_sound(const Request& request, const Kmodel& model, std::FILE* to) {
  const std::vector<incuse::KmodelFault> faults = incuse::kmodel_faults(model);
  for (const incuse::KmodelFault& fault : faults) say(to, request.description + ": error: " + fault.text);
  return faults.empty();
}

incuse::Kmodel5File load_kmodel5(const Request& request) {
  expect_kmodel_options(request);
  incuse::Kmodel5File file = incuse::parse_kmodel5(request.content);
  if (!file.ok()) throw UsageError(request.description + ": " + file.error);
  return file;
}

/// What a check says of the time, if clock or power are given.
std::string time_if_asked(const Request& request, const incuse::Latency& latency) {
  return request.asks_for_time() ? "; time: " + incuse::report::time_text(latency, request.kpu_supply()) : "";
}

/// Below a verdict: the memories that the model takes, and the firmware that reads it.
template <class Model>
void say_needs(const Model& model) {
  for (const std::string& need : incuse::report::kmodel_needs(model)) say(stdout, "  " + need);
}

/// The verdict on a model of version 5, of which the processor's part is not looked at.
ExitCode check_kmodel5(const Request& request) {
  const incuse::Kmodel5File file = load_kmodel5(request);
  const incuse::k210::Kmodel5 model = file.model();
  const std::string fault = incuse::main_memory_fault(model.main_bytes(), static_cast<long long>(model.file_bytes));
  if (!fault.empty()) {
    say(stdout, request.description + ": error: " + fault);
    return ExitCode::findings;
  }
  say(stdout, request.description + ": fits the K210's memories: kmodel of version 5, " +
                  std::to_string(model.layer_count) + " layers of the KPU, " + std::to_string(request.content.size()) +
                  " bytes" + time_if_asked(request, incuse::report::least_cycles_of(model)) +
                  "; what it lets the processor do is not checked");
  say_needs(model);
  return ExitCode::success;
}

ExitCode report_kmodel5(const Request& request, const ReportRequest& wanted) {
  const incuse::Kmodel5File file = load_kmodel5(request);
  const incuse::k210::Kmodel5 model = file.model();
  incuse::report::Page page;
  const std::string fault = incuse::main_memory_fault(model.main_bytes(), static_cast<long long>(model.file_bytes));
  if (!fault.empty()) page.findings.push_back({"error", fault, "", -1});
  page.fits = fault.empty();
  const incuse::report::DrawnKpuNetwork drawn =
      incuse::report::drawn_network(file_name(request), model, request.kpu_supply());
  page.network = drawn.network;
  page.pictures = incuse::report::kpu_pictures(drawn);
  page.verdict = page.fits ? "fits the K210's memories" : "does not fit the K210's memories";
  return finish_page(request, wanted, page);
}

}  // namespace

ExitCode check_kmodel(const Request& request) {
  if (incuse::begins_kmodel5(request.content)) return check_kmodel5(request);
  const incuse::KmodelFile file = load_kmodel(request);
  const Kmodel model = file.model();
  if (!is_sound(request, model, stdout)) return ExitCode::findings;
  say(stdout, request.description + ": runs on the K210: kmodel of version " + std::to_string(model.version) + ", " +
                  std::to_string(model.node_count) + " nodes, " + std::to_string(model.file.size) + " bytes and " +
                  std::to_string(model.main_bytes) + " bytes of working memory" +
                  time_if_asked(request, incuse::report::least_cycles_of(model)));
  say_needs(model);
  return ExitCode::success;
}

ExitCode plan_kmodel(const Request& request) {
  const std::string format = format_of(request);
  if (format == "csv") throw UsageError("plans of kmodels come as text or svg");
  if (incuse::begins_kmodel5(request.content)) {
    const incuse::Kmodel5File file = load_kmodel5(request);
    write_result(request, format == "text" ? incuse::report::kmodel5_text(file.model(), request.kpu_supply())
                                           : incuse::report::kpu_svg(
                                                 incuse::report::drawn_network(file_name(request), file.model())));
    return ExitCode::success;
  }
  const incuse::KmodelFile file = load_kmodel(request);
  const Kmodel model = file.model();
  const bool sound = is_sound(request, model, stderr);
  if (format == "text") write_result(request, incuse::report::kmodel_text(model, request.kpu_supply()));
  if (format == "svg" && sound)
    write_result(request, incuse::report::kpu_svg(incuse::report::drawn_network(file_name(request), model)));
  return sound ? ExitCode::success : ExitCode::findings;
}

ExitCode report_kmodel(const Request& request, const ReportRequest& wanted) {
  if (incuse::begins_kmodel5(request.content)) return report_kmodel5(request, wanted);
  const incuse::KmodelFile file = load_kmodel(request);
  const Kmodel model = file.model();
  incuse::report::Page page;
  for (const incuse::KmodelFault& fault : incuse::kmodel_faults(model))
    page.findings.push_back({"error", fault.text, "", -1});
  page.fits = page.findings.empty();
  if (model.big_endian_file)
    page.findings.push_back(
        {"warning", "no firmware reads the file's big-endian words", incuse::report::big_endian_remedy, -1});
  page.network.name = file_name(request);
  if (page.fits) {
    const incuse::report::DrawnKpuNetwork drawn =
        incuse::report::drawn_network(page.network.name, model, request.kpu_supply());
    page.network = drawn.network;
    page.pictures = incuse::report::kpu_pictures(drawn);
  }
  page.verdict = page.fits ? "runs on the K210" : "does not run on the K210";
  return finish_page(request, wanted, page);
}

ExitCode run_kmodel(const Request& request) {
  const incuse::KmodelFile file = load_kmodel(request);
  const Kmodel model = file.model();
  if (!is_sound(request, model, stderr)) return ExitCode::findings;
  if (model.input_count != 1)
    throw UsageError("the model has " + std::to_string(model.input_count) + " inputs, but only one can be given");
  if (request.result < 0 || request.result >= model.output_count)
    throw UsageError("there is no output " + std::to_string(request.result) + ": --result takes a number from 0 to " +
                     std::to_string(model.output_count - 1));
  const int node = wanted_node(request, model);
  incuse::host::KmodelExecutor executor(
      model, request.emulator == "older" ? incuse::k210::Emulator::older : incuse::k210::Emulator::newer);
  executor.set_input(0, input_bytes(request, model, executor.input_bytes(0)));
  for (int i = 0; i <= (node < 0 ? model.node_count - 1 : node); ++i)
    if (!executor.run_node(i)) {
      say(stderr, request.description + ": error: " + executor.error());
      return ExitCode::findings;
    }
  const Values values =
      node >= 0 ? Values{"output of node " + std::to_string(node), type_written(model, node), executor.written()}
                : Values{"output " + std::to_string(request.result), model.outputs[request.result].type,
                         executor.output(request.result)};
  std::printf("%s", values_text(values).c_str());
  if (!request.output.empty()) write_result(request, incuse::npy_bytes(values.tensor()));
  if (request.expected.empty()) return ExitCode::success;
  if (const auto found = difference(request, values)) {
    say(stdout, "differs from " + request.expected + ": " + *found);
    return ExitCode::findings;
  }
  say(stdout, "equals " + request.expected);
  return ExitCode::success;
}

ExitCode import_kmodel(const Request& request) {
  expect_namespace_name(request.name);
  expect_no_range_options(request.ranges);
  const incuse::KmodelFile file = load_kmodel(request);
  const incuse::KmodelNetwork network = incuse::network_of(file.model());
  const incuse::cpp::KmodelSource source = incuse::cpp::kmodel_source(file.model(), network, request.name);
  if (!source.ok()) {
    for (const std::string& error : source.errors) say(stderr, request.description + ": error: " + error);
    return ExitCode::findings;
  }
  write_result(request, source.text);
  return ExitCode::success;
}

ExitCode export_kmodel(const Request& request) {
  if (!request.kmodel)
    throw UsageError(
        "a kmodel cannot be exported as C, ONNX, description or module: --kmodel makes one of version 3 of it");
  const incuse::KmodelFile file = load_kmodel(request);
  const Kmodel model = file.model();
  if (!is_sound(request, model, stderr)) return ExitCode::findings;
  const incuse::KmodelConversion made = incuse::converted_to_version_3(model);
  for (const std::string& error : made.errors) say(stderr, request.description + ": error: " + error);
  if (!made.ok()) return ExitCode::findings;
  for (const std::string& note : made.notes) say(stderr, request.description + ": note: " + note);
  // What firmware overwrites and nncase does not shows in the new model.
  const incuse::KmodelFile read =
      incuse::parse_kmodel({reinterpret_cast<const char*>(made.bytes.data()), made.bytes.size()});
  if (!read.ok()) say(stderr, request.description + ": error: as a model of version 3: " + read.error);
  if (!read.ok() || !is_sound(request, read.model(), stderr)) return ExitCode::findings;
  write_result(request, std::string(made.bytes.begin(), made.bytes.end()));
  return ExitCode::success;
}

}  // namespace cli
