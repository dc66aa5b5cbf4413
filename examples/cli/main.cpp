// incuse: checks, plans, runs and imports networks that are described in YAML.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <iterator>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include <incuse/import/flags.hpp>
#include <incuse/import/yaml.hpp>
#include <incuse/version.hpp>

#include "attribute.hpp"
#include "choices.hpp"
#include "compare_dump.hpp"
#include "content.hpp"
#include "deployment_options.hpp"
#include "flag_uses.hpp"
#include "kmodel.hpp"
#include "loaded_network.hpp"
#include "new_project.hpp"
#include "numbers.hpp"
#include "output.hpp"
#include "output_files.hpp"
#include "quantize.hpp"
#include "ranges.hpp"
#include "report.hpp"
#include "training_program.hpp"
#include "verbs.hpp"

namespace {

using cli::Request;

#define INCUSE_TEXT_(number) #number
#define INCUSE_TEXT(number) INCUSE_TEXT_(number)
constexpr const char* version = "incuse " INCUSE_TEXT(INCUSE_VERSION_MAJOR) "." INCUSE_TEXT(
    INCUSE_VERSION_MINOR) "." INCUSE_TEXT(INCUSE_VERSION_PATCH);

constexpr const char* introduction =
    "Convolutional networks on small accelerators: checks a network description (YAML) against a chip's limits, plans\n"
    "its memories, runs it bit for bit like the chip, and turns it into a C++ header.";

constexpr const char* closing_words =
    "Exit codes: 0 all is well, 1 the network has errors or the output differs, 2 wrong usage or unreadable files.\n"
    "Examples:\n"
    "  incuse check net.yaml --weights conv1.npy conv2.npy fc.npy --input-shape 1x28x28\n"
    "  incuse plan net.yaml --checkpoint trained-q.pth.tar --output plan.svg\n"
    "  incuse report net.yaml --checkpoint trained-q.pth.tar --output report.html\n"
    "  incuse run net.yaml --checkpoint trained-q.pth.tar --input picture.npy --expected logits.npy\n"
    "  incuse run detector.kmodel --input picture.npy --expected boxes.npy\n"
    "  incuse import net.yaml --checkpoint trained-q.pth.tar --name digits --output digits.hpp\n"
    "  incuse export net.yaml --checkpoint trained-q.pth.tar --input picture.npy --output project\n"
    "  incuse new --board max78000fthr wildlife\n"
    "'incuse train', 'incuse evaluate' and 'incuse search' train networks, where incuse-train is built: "
    "docs/training.md.\n"
    "'incuse VERB --help' lists the options of a verb that matter first, 'incuse VERB --help-all' all that have an "
    "effect.";

/// Refuses an empty name, which shells pass for a variable without a value.
const CLI::Validator some_name([](std::string& name) { return name.empty() ? std::string("the name is empty") : ""; },
                               "");

/// An option that names one file or several.
template <class Names>
CLI::Option* add_file(CLI::App& verb, const char* option, Names& names, const char* meaning) {
  return verb.add_option(option, names, meaning)->check(some_name)->type_name("FILE");
}

/// What a verb does.
struct Verb {
  CLI::App* app;
  std::function<cli::ExitCode()> on_description, on_kmodel;
};

/// A verb about trained tensors.
struct CheckpointVerb {
  CLI::App* app;
  cli::ExitCode (*action)(const cli::CheckpointRequest& request);
};

/// The verbs with their options: first those that say what is meant, ten of them, then the chip's and the vendor's.
class CommandLine {
 public:
  CommandLine() {
    program_.footer(closing_words);
    program_.set_version_flag("--version", version);
    program_.require_subcommand(1);
    add_check();
    add_plan();
    add_report();
    add_run();
    add_import();
    add_export();
    add_compare_dump();
    add_attribute();
    add_checkpoint_verbs();
    new_ = program_.add_subcommand("new", "Write a project of firmware for a board");
    new_->footer("");
    new_->set_help_all_flag("--help-all", "Print all options: the same");
    cli::add_new_options(*new_, project_);
    for (const Verb& verb : verbs_) {
      add_general_options(*verb.app);
      cli::add_flags(*verb.app, request_.options, uses_);
      cli::add_vendor_flags(*verb.app);
      for (const incuse::flags::Neutral& row : incuse::flags::neutral)
        if (row.asked != 0) uses_.asks_for(verb.app->get_option(row.names), row);
    }
    program_.get_subcommand("plan")->get_option("--compare")->excludes("--place");
  }

  cli::ExitCode execute(int argc, char** argv) {
    if (argc < 2) {
      std::fputs(program_.help().c_str(), stderr);
      return cli::ExitCode::usage;
    }
    if (cli::is_training(argc, argv)) cli::become_training_program(argv);
    expect_verb(argv);
    typed_.assign(argv + 1, argv + argc);
    try {
      return parse_and_act(argc, argv);
    } catch (cli::UsageError& error) {
      for (std::string& line : error.lines) line = cli::with_typed_names(program_, typed_, line);
      throw;
    }
  }

 private:
  cli::ExitCode parse_and_act(int argc, char** argv) {
    try {
      std::vector<std::string> words = cli::pasted(argc, argv);
      std::reverse(words.begin(), words.end());
      program_.parse(std::move(words));
      complete(request_.options);
      cli::refuse_contradictions(program_, typed_);
    } catch (const CLI::Success& error) {
      return print_help(error);
    } catch (const CLI::ParseError& error) {
      // A flag that is not there comes first: it may be the one that is required, misspelt.
      throw cli::UsageError(cli::mistakes(program_, error.what()));
    }
    if (new_->parsed()) return cli::new_project(project_);
    for (const CheckpointVerb& verb : checkpoint_verbs_)
      if (verb.app->parsed()) {
        uses_.refuse_idle(*verb.app);
        cli::refuse_as_standard_output({checkpoint_.input});
        return verb.action(checkpoint_);
      }
    cli::refuse_as_standard_output(inputs_of(request_));
    cli::read_content(request_);
    for (const Verb& verb : verbs_)
      if (verb.app->parsed()) return act(verb);
    return cli::ExitCode::usage;
  }

  cli::ExitCode act(const Verb& verb) {
    const bool kmodel = cli::is_kmodel(request_);
    const bool k210 = kmodel || cli::is_device(request_.device, incuse::k210_kpu.name);
    const bool one_part = !k210 && request_.device != "all";
    uses_.refuse_idle(*verb.app, {k210, kmodel, one_part ? &cli::device_of(request_.device) : nullptr});
    return kmodel ? verb.on_kmodel() : verb.on_description();
  }

  /// A verb, its file and where its weights come from.
  CLI::App& add(const char* name, const char* meaning, std::function<cli::ExitCode()> on_description,
                std::function<cli::ExitCode()> on_kmodel) {
    CLI::App* verb = program_.add_subcommand(name, meaning);
    verbs_.push_back({verb, std::move(on_description), std::move(on_kmodel)});
    verb->footer("");
    verb->set_help_all_flag(
        "--help-all",
        "Print all options that have an effect: also changes of the network, and those of the deployment.\n"
        "Flags of the vendor's tool without effect are taken as well, and listed in docs/flags.md");
    add_file(
        *verb, "description", request_.description,
        "Network description (YAML), an ONNX or TensorFlow Lite model, or one of the K210 (kmodel, also in a kfpkg)")
        ->required();
    CLI::Option* checkpoint =
        add_file(*verb, "--checkpoint,--checkpoint-file", request_.checkpoint,
                 "Weights, biases, shifts and widths: a quantized PyTorch checkpoint (.pth.tar, .pt)");
    CLI::Option* weights =
        add_file(*verb, "--weights", request_.weights,
                 "Weights: .npy files of integers, one array for each layer with weights, in order;\n"
                 "or a folder with <layer>.weight.npy for every layer with weights and, where they\n"
                 "exist, .bias.npy, .output_shift.npy and .weight_bits.npy. <layer> is the name in the\n"
                 "description, or the number");
    weights->excludes(checkpoint);
    add_file(*verb, "--bias", request_.biases,
             "Biases in units of 128: .npy files of signed bytes, one array per layer")
        ->needs(weights);
    return *verb;
  }
  /// Help, or the version.
  cli::ExitCode print_help(const CLI::Success& error) {
    const bool all = error.get_name() == "CallForAllHelp";
    for (const Verb& verb : verbs_) cli::leave_out_of_help(*verb.app, !all);
    program_.exit(error);
    return cli::ExitCode::success;
  }
  void add_general_options(CLI::App& verb) {
    verb.add_option("--input-shape", request_.input_shape, "Size of the input: CxHxW or CxL; else that of --input")
        ->type_name("SHAPE");
    uses_.max7800x_only(
        verb.add_flag("--place", request_.place,
                      "Leave the placement to Incuse: the description needs no processors and offsets, its\n"
                      "data buffer neither, and layers that read that no in_dim and in_channels. Processors,\n"
                      "offsets, gaps, bias groups and streaming that it has do not count, nor does the order\n"
                      "that next_sequence, snoop_sequence and snoop give"));
    std::vector<std::string> devices = cli::device_names();
    const bool all = verb.get_name() == "check";
    if (all) devices.push_back("all");
    cli::listing(verb.add_option("--device", request_.device,
                                 std::string("Chip; a kmodel is for the K210") +
                                     (all ? ". all: a table of what every chip says" : "")),
                 devices);
  }
  CLI::Option* add_input(CLI::App& verb, const char* meaning) {
    return add_file(verb, "--input,--sample-input", request_.input, meaning);
  }
  /// A verb that needs no proof makes it with --vendor-stream only.
  void add_proof(CLI::App& verb, bool always = true) {
    const char* const when = "Do not try the tables on a virtual chip";
    const char* const meaning =
        always ? ". Else it runs them with a few random inputs, without weights\n"
                 "with random ones, and a difference from what the network computes is an error"
               : ", as is done with --vendor-stream:\nthe vendor's tables may compute something else than the network";
    verb.add_flag("--no-proof", request_.no_proof, std::string(when) + meaning)
        ->group(always ? "Options" : cli::deployment_group);
  }
  void add_supply(CLI::App& verb) {
    verb.add_option("--megahertz", request_.megahertz,
                    "The accelerator's clock, 50 by default, of the K210 400: tells the time")
        ->check(cli::clock_or_power)
        ->type_name("NUMBER");
    verb.add_option("--watts", request_.watts, "What the accelerator takes while it computes: tells the energy")
        ->check(cli::clock_or_power)
        ->type_name("NUMBER");
  }
  CLI::Option* add_output(CLI::App& verb, const char* meaning) {
    return add_file(verb, "-o,--output", request_.output, meaning);
  }

  void add_check() {
    CLI::App& verb = add(
        "check", "List everything that is wrong with a network, and how to mend it",
        [this] { return cli::check(request_); }, [this] { return cli::check_kmodel(request_); });
    add_input(verb, tells_size);
    add_proof(verb);
    add_supply(verb);
  }
  void add_plan() {
    CLI::App& verb = add(
        "plan", "Show the plan: layers, memories, time",
        [this] { return request_.compare ? cli::compare(request_) : cli::plan(request_); },
        [this] { return cli::plan_kmodel(request_); });
    add_output(verb, "File to write instead of standard output: *.svg gets a picture");
    cli::one_of(verb.add_option("--format", request_.format,
                                "What to write, csv with --compare only; else by the output's name"),
                {"text", "svg", "csv"});
    uses_.max7800x_only(
        verb.add_flag("--compare", request_.compare,
                      "Leave the placement to Incuse, and compare: memory, weight columns, copies, cycles"));
    add_input(verb, tells_size);
    add_proof(verb, false);
    add_supply(verb);
  }
  void add_report() {
    CLI::App& verb = add(
        "report", "Write a page for a browser: graph, memories, time, findings",
        [this] { return cli::report(request_, report_); }, [this] { return cli::report_kmodel(request_, report_); });
    add_output(verb, "Page (HTML) to write instead of standard output");
    cli::add_report_options(verb, report_);
    add_input(verb, tells_size);
    add_proof(verb);
    add_supply(verb);
  }
  void add_run() {
    CLI::App& verb = add(
        "run", "Run the network on an input, bit for bit like the chip", [this] { return cli::run(request_); },
        [this] { return cli::run_kmodel(request_); });
    add_input(verb, "Input array (.npy) of signed bytes: C x H x W or C x L")->required();
    add_file(verb, "--expected", request_.expected, "Expected output (.npy): exit with 1 if it differs");
    verb.add_option("--layer", request_.layer, "Show this layer's output, by number or name, instead of the last one's")
        ->type_name("LAYER");
    add_output(verb, "Write the output there (.npy)");
    add_proof(verb, false);
    cli::add_kmodel_options(verb, request_, uses_);
  }
  void add_import() {
    CLI::App& verb = add(
        "import", "Turn the network and its weights into a C++ header", [this] { return cli::import_header(request_); },
        [this] { return cli::import_kmodel(request_); });
    verb.add_option("--name", request_.name, "Namespace of what the header defines")->required()->type_name("NAME");
    add_output(verb, "Header to write instead of standard output");
    add_input(
        verb,
        "Input array (.npy): tells the size of the input. For the K210: typical inputs in real numbers, channels\n"
        "first, or a folder of such arrays; they tell the ranges of tensors");
    add_proof(verb);
    cli::add_range_options(verb, request_.ranges, "K210: ranges of tensors, by typical inputs");
  }
  void add_export() {
    CLI::App& verb = add(
        "export", "Turn the network and its weights into C for the vendor's SDK, or into other files",
        [this] { return export_as_wanted(); }, [this] { return cli::export_kmodel(request_); });
    add_output(verb, "Folder to write the files to; with --onnx, --yaml, --pytorch and --kmodel the file")
        ->type_name("FOLDER");
    verb.add_flag("--onnx", request_.onnx,
                  "Write an ONNX file: real numbers, for viewers and other frameworks. Without weights, these are\n"
                  "inputs of the model");
    verb.add_flag("--yaml", request_.yaml,
                  "Write a description for the vendor's tool, with the places that the network is planned to")
        ->excludes("--onnx");
    verb.add_flag("--pytorch", request_.pytorch,
                  "Write a module of PyTorch, to train the network there: its layers quantise as the chip does, and\n"
                  "tensors have their names. Where there are no weights, all layers with weights get a bias")
        ->excludes("--onnx")
        ->excludes("--yaml");
    verb.add_flag("--kmodel", request_.kmodel,
                  "Write a kmodel of version 3 of one of version 4, or of one in another byte order or in a kfpkg")
        ->excludes("--onnx")
        ->excludes("--yaml")
        ->excludes("--pytorch");
    add_input(verb, "Input array (.npy) of the sample that the program runs");
    add_proof(verb);
    verb.add_option("--prefix", request_.name,
                    "Prefix of all names: for several networks in one program; with --pytorch the name of the class")
        ->type_name("NAME");
    verb.add_option("--test-dir", request_.test_folder, "Write to the folder in this one that --prefix names")
        ->type_name("FOLDER");
  }
  cli::ExitCode export_as_wanted() {
    if (request_.kmodel)
      throw cli::UsageError(
          "--kmodel takes a kmodel; one of a network type is made by kmodel_of<Chip>() of "
          "export/kmodel_network.hpp, of the header that incuse import writes");
    if (request_.onnx) return cli::export_onnx(request_);
    if (request_.pytorch) return cli::export_pytorch(request_);
    return request_.yaml ? cli::export_description(request_) : cli::export_c(request_);
  }
  void add_compare_dump() {
    const auto compare = [this] { return cli::compare_dump(request_, dump_); };
    CLI::App& verb =
        add("compare-dump", "Find where a chip goes wrong: compare its memories, layer by layer", compare, compare);
    cli::add_dump_options(verb, request_, dump_);
  }

  void add_attribute() {
    CLI::App& verb = add(
        "attribute", "Tell which parts of an input raise and lower the outputs: Shapley values",
        [this] { return cli::attribute(request_, attribution_); },
        []() -> cli::ExitCode {
          throw cli::UsageError(
              "attribute adds up whole numbers, exactly, but what a kmodel puts out are real numbers: it takes "
              "descriptions, ONNX and TensorFlow Lite models, and no kmodels");
        });
    cli::add_attribution_options(verb, request_, attribution_);
  }

  void add_checkpoint_verbs() {
    const auto add_verb = [this](const char* name, const char* meaning, auto add_options, auto action) {
      CLI::App* verb = program_.add_subcommand(name, meaning);
      verb->footer("");
      verb->set_help_all_flag("--help-all", "Print all options: the same");
      add_options(*verb, checkpoint_);
      checkpoint_verbs_.push_back({verb, action});
    };
    add_verb(
        "quantize", "Turn a checkpoint of real numbers into one of whole numbers",
        [this](CLI::App& verb, cli::CheckpointRequest& request) { cli::add_quantize_options(verb, request, uses_); },
        cli::quantize);
    add_verb("fold-batch-norm", "Fold the batch norms of a checkpoint into its layers", cli::add_fold_options,
             cli::fold_batch_norm);
    add_verb("weights", "Turn trained tensors into the C++ header with a network type's parameters",
             cli::add_weights_options, cli::weights);
  }

  /// The first word has to be a verb: CLI11 only says that one is missing.
  void expect_verb(char** argv) const {
    const bool flag = argv[1][0] == '-';
    if (flag && program_.get_option_no_throw(argv[1]) != nullptr) return;
    std::string names;
    std::vector<std::string> known;
    for (const CLI::App* verb : program_.get_subcommands({})) {
      if (verb->get_name() == argv[1]) return;
      known.push_back(verb->get_name());
    }
    known.insert(known.end(), std::begin(cli::training_verbs), std::end(cli::training_verbs));
    for (const std::string& name : known) names += (names.empty() ? "" : ", ") + name;
    const std::string nearest =
        incuse::detail::nearest_word(argv[1], known, [](const std::string& verb) -> std::string_view { return verb; });
    if (flag)
      throw cli::UsageError("'" + std::string(argv[1]) + "' comes too early: a verb is first; there are: " + names);
    throw cli::UsageError("'" + std::string(argv[1]) + "' is no verb" +
                          (nearest.empty() ? "; there are: " : nearest + " There are: ") + names);
  }

  static constexpr const char* tells_size = "Input array (.npy): tells the size of the input";

  CLI::App program_{introduction, "incuse"};
  Request request_{};
  cli::DumpRequest dump_{};
  cli::ReportRequest report_{};
  cli::AttributionRequest attribution_{};
  cli::NewProject project_{};
  CLI::App* new_ = nullptr;
  cli::FlagUses uses_{};
  std::vector<Verb> verbs_{};
  cli::CheckpointRequest checkpoint_{};
  std::vector<CheckpointVerb> checkpoint_verbs_{};
  std::vector<std::string> typed_{};  ///< the words of the command line
};

/// The same, with all that can go wrong in words.
cli::ExitCode answered(int argc, char** argv) {
  try {
    return CommandLine().execute(argc, argv);
  } catch (const cli::UsageError& error) {
    for (const std::string& line : error.lines) cli::say(stderr, "incuse: " + line);
  } catch (const std::bad_alloc&) {
    cli::say(stderr, "incuse: there is not enough memory");
  } catch (const std::exception& error) {
    cli::say(stderr, std::string("incuse: ") + error.what());
  }
  return cli::ExitCode::usage;
}

}  // namespace

int main(int argc, char** argv) {
  cli::prepare_standard_streams();
  cli::ExitCode code = answered(argc, argv);
  const cli::StandardOutput output = cli::finish_standard_output();
  if (!output.complete) code = cli::ExitCode::usage;
  if (!output.reason.empty()) cli::say(stderr, "incuse: " + output.reason);
  return static_cast<int>(code);
}
