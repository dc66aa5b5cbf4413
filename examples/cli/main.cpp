// incuse: checks, plans, runs and imports networks that are described in YAML.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <incuse/version.hpp>

#include "compare_dump.hpp"
#include "deployment_options.hpp"
#include "kmodel.hpp"
#include "loaded_network.hpp"
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
    "  incuse plan net.yaml --checkpoint trained-q.pth.tar --format svg --output plan.svg\n"
    "  incuse run net.yaml --checkpoint trained-q.pth.tar --input picture.npy --expected logits.npy\n"
    "  incuse run detector.kmodel --input picture.npy --expected boxes.npy\n"
    "  incuse import net.yaml --checkpoint trained-q.pth.tar --name digits --output digits.hpp\n"
    "  incuse export net.yaml --checkpoint trained-q.pth.tar --input picture.npy --output project\n"
    "'incuse VERB --help' lists the options of a verb.";

void add_network_options(CLI::App& verb, Request& request) {
  verb.add_option("description", request.description, "Network description (YAML), or a model of the K210 (*.kmodel)")
      ->required()
      ->type_name("FILE");
  verb.add_option("--device", request.device, "Chip to check for: " + CLI::detail::join(cli::device_names(), ", "))
      ->capture_default_str()
      ->type_name("NAME");
  auto* weights =
      verb.add_option("--weights", request.weights,
                      "Weights: .npy files of integers, one array for each layer with weights, in order;\n"
                      "or a folder with <layer>.weight.npy for every layer with weights and, where they\n"
                      "exist, .bias.npy, .output_shift.npy and .weight_bits.npy. <layer> is the name in the\n"
                      "description, or the number");
  weights->type_name("FILE");
  verb.add_option("--bias", request.biases, "Biases in units of 128: .npy files of signed bytes, one array per layer")
      ->needs(weights)
      ->type_name("FILE");
  verb.add_option("--checkpoint,--checkpoint-file", request.checkpoint,
                  "Weights, biases, shifts and widths: a quantized PyTorch checkpoint (.pth.tar, .pt)")
      ->excludes(weights)
      ->type_name("FILE");
  verb.add_flag("--place", request.place,
                "Leave the placement to Incuse: the description needs no processors and offsets, and those that it\n"
                "has do not count");
  verb.add_option("--input-shape", request.input_shape, "Size of the input: CxHxW or CxL; else that of --input")
      ->type_name("SHAPE");
}

CLI::App* add_verb(CLI::App& program, Request& request, const char* name, const char* meaning) {
  CLI::App* verb = program.add_subcommand(name, meaning);
  verb->footer("");
  add_network_options(*verb, request);
  cli::add_flags(*verb, request.options);
  return verb;
}

/// Verbs that try the tables.
void add_proof_options(CLI::App& verb, Request& request) {
  verb.add_flag("--no-proof", request.no_proof,
                "Do not try the tables on a virtual chip. Else it runs them with a few random inputs, without weights\n"
                "with random ones, and a difference from what the network computes is an error");
}

CLI::Option* add_output(CLI::App& verb, Request& request, const char* meaning) {
  return verb.add_option("-o,--output", request.output, meaning)->type_name("FILE");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program(introduction, "incuse");
  program.footer(closing_words);
  program.set_version_flag("--version", version);
  program.require_subcommand(1);
  Request request;

  CLI::App* check =
      add_verb(program, request, "check", "List everything that is wrong with a network, and how to mend it");
  check->add_option("--input,--sample-input", request.input, "Input array (.npy): tells the size of the input")
      ->type_name("FILE");
  add_proof_options(*check, request);

  CLI::App* plan = add_verb(program, request, "plan", "Show the plan: layers, memories, time");
  plan->add_option("--input,--sample-input", request.input, "Input array (.npy): tells the size of the input")
      ->type_name("FILE");
  plan->add_flag("--compare", request.compare,
                 "Leave the placement to Incuse, and compare: memory, weight columns, copies, cycles")
      ->excludes("--place");
  plan->add_option("--format", request.format, "text, svg, or with --compare csv")
      ->check(CLI::IsMember({"text", "svg", "csv"}))
      ->capture_default_str()
      ->type_name("FORMAT");
  add_output(*plan, request, "File to write instead of standard output");

  CLI::App* run = add_verb(program, request, "run", "Run the network on an input, bit for bit like the chip");
  run->add_option("--input,--sample-input", request.input, "Input array (.npy) of signed bytes: C x H x W or C x L")
      ->required()
      ->type_name("FILE");
  run->add_option("--expected", request.expected, "Expected output (.npy): exit with 1 if it differs")
      ->type_name("FILE");
  run->add_option("--layer", request.layer, "Show this layer's output, by number or name, instead of the last one's")
      ->type_name("LAYER");
  add_output(*run, request, "Write the output there (.npy)");
  cli::add_kmodel_options(*run, request);

  CLI::App* import = add_verb(program, request, "import", "Turn the network and its weights into a C++ header");
  import->add_option("--input,--sample-input", request.input, "Input array (.npy): tells the size of the input")
      ->type_name("FILE");
  import->add_option("--name", request.name, "Namespace of what the header defines")->required()->type_name("NAME");
  add_output(*import, request, "Header to write instead of standard output");
  add_proof_options(*import, request);

  CLI::App* exporting =
      add_verb(program, request, "export", "Turn the network and its weights into C for the vendor's SDK");
  exporting
      ->add_option("--input,--sample-input", request.input, "Input array (.npy) of the sample that the program runs")
      ->type_name("FILE");
  exporting->add_option("--prefix", request.name, "Prefix of all names: for several networks in one program")
      ->type_name("NAME");
  add_output(*exporting, request, "Folder to write the files to")->type_name("FOLDER");
  add_proof_options(*exporting, request);
  exporting->add_option("--test-dir", request.test_folder, "Write to the folder in this one that --prefix names")
      ->type_name("FOLDER");

  cli::DumpRequest dump;
  CLI::App* compare_dump =
      add_verb(program, request, "compare-dump", "Find where a chip goes wrong: compare its memories, layer by layer");
  cli::add_dump_options(*compare_dump, request, dump);

  for (CLI::App* verb : program.get_subcommands([](CLI::App*) { return true; })) cli::add_vendor_flags(*verb);
  try {
    std::vector<std::string> words = cli::pasted(argc, argv);
    std::reverse(words.begin(), words.end());
    program.parse(std::move(words));
    complete(request.options);
  } catch (const CLI::ExtrasError& error) {
    std::fprintf(stderr, "incuse: %s\n", cli::unknown_flag(program, error.what()).c_str());
    return static_cast<int>(cli::ExitCode::usage);
  } catch (const CLI::ParseError& error) {
    const int code = program.exit(error);
    return static_cast<int>(code == 0 ? cli::ExitCode::success : cli::ExitCode::usage);
  }
  try {
    if (compare_dump->parsed()) return static_cast<int>(cli::compare_dump(request, dump));
    if (cli::is_kmodel(request)) {
      if (exporting->parsed()) throw cli::UsageError("kmodels cannot be exported as C");
      if (check->parsed()) return static_cast<int>(cli::check_kmodel(request));
      if (plan->parsed()) return static_cast<int>(cli::plan_kmodel(request));
      if (run->parsed()) return static_cast<int>(cli::run_kmodel(request));
      return static_cast<int>(cli::import_kmodel(request));
    }
    if (check->parsed()) return static_cast<int>(cli::check(request));
    if (plan->parsed()) return static_cast<int>(request.compare ? cli::compare(request) : cli::plan(request));
    if (run->parsed()) return static_cast<int>(cli::run(request));
    if (exporting->parsed()) return static_cast<int>(cli::export_c(request));
    return static_cast<int>(cli::import_header(request));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "incuse: %s\n", error.what());
    return static_cast<int>(cli::ExitCode::usage);
  }
}
