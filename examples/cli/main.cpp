// incuse: checks, plans and runs networks that are described in YAML.
#include <cstdio>
#include <exception>
#include <functional>
#include <map>

#include <CLI/CLI.hpp>

#include <incuse/version.hpp>

#include "loaded_network.hpp"
#include "verbs.hpp"

namespace {

using cli::Request;

#define INCUSE_TEXT_(number) #number
#define INCUSE_TEXT(number) INCUSE_TEXT_(number)
constexpr const char* version =
    "incuse " INCUSE_TEXT(INCUSE_VERSION_MAJOR) "." INCUSE_TEXT(INCUSE_VERSION_MINOR) "." INCUSE_TEXT(
        INCUSE_VERSION_PATCH);

constexpr const char* introduction =
    "Convolutional networks on small accelerators: checks a network description (YAML) against a chip's limits, plans\n"
    "its memories and runs it bit for bit like the chip.";

constexpr const char* closing_words =
    "Exit codes: 0 all is well, 1 the network has errors or the output differs, 2 wrong usage or unreadable files.\n"
    "Examples:\n"
    "  incuse check net.yaml --weights conv1.npy conv2.npy fc.npy --input-shape 1x28x28\n"
    "  incuse plan net.yaml --checkpoint trained-q.pth.tar --format svg --output plan.svg\n"
    "  incuse run net.yaml --checkpoint trained-q.pth.tar --input picture.npy --expected logits.npy\n"
    "'incuse VERB --help' lists the options of a verb.";

void add_network_options(CLI::App& verb, Request& request) {
  verb.add_option("description", request.description, "Network description (YAML)")->required()->type_name("FILE");
  verb.add_option("--device", request.device, "Chip to check for: " + CLI::detail::join(cli::device_names(), ", "))
      ->capture_default_str()
      ->type_name("NAME");
  auto* weights = verb.add_option("--weights", request.weights,
                                  "Weights: .npy files of integers, one array for each layer with weights, in order; "
                                  "or a folder with <layer>.weight.npy, and where they exist <layer>.bias.npy, "
                                  "<layer>.output_shift.npy, <layer>.weight_bits.npy");
  weights->type_name("FILE...");
  verb.add_option("--bias", request.biases, "Biases in units of 128: .npy files of signed bytes, one array per layer")
      ->needs(weights)
      ->type_name("FILE...");
  verb.add_option("--checkpoint", request.checkpoint,
                  "Weights, biases, shifts and widths: a quantized PyTorch checkpoint (.pth.tar, .pt)")
      ->excludes(weights)
      ->type_name("FILE");
  verb.add_option("--input-shape", request.input_shape, "Size of the input: CxHxW or CxL; else that of --input")
      ->type_name("SHAPE");
}

void add_switch(CLI::App& verb, const char* names, bool& value, const char* meaning) {
  verb.add_flag(names, value, meaning)->group("Options of the deployment");
}

void add_number(CLI::App& verb, const char* names, int& value, int least, int most, const char* meaning) {
  verb.add_option(names, value, meaning)->check(CLI::Range(least, most))->group("Options of the deployment");
}

/// The same options have types of the same names in C++; vendor tools' names are understood too.
void add_deployment_options(CLI::App& verb, Request& request) {
  using incuse::max7800x::InputPath;
  incuse::max7800x::Options& options = request.options;
  const std::string group = "Options of the deployment";
  add_switch(verb, "--average-pool-rounding,--avg-pool-rounding", options.average_pool_rounding,
             "Average pooling rounds instead of truncating");
  add_switch(verb, "--overlap-data", options.overlap_data, "A layer may write over its input, at a safe distance");
  add_switch(verb, "--no-bias", request.no_bias, "Leave all biases out");
  verb.add_option("--output-width", request.output_width, "Bits of the last layer's output, whatever it says")
      ->check(CLI::IsMember({8, 32}))
      ->group(group);
  const std::map<std::string, InputPath> paths{{"memory", InputPath::data_memory},
                                               {"fifo", InputPath::fifo},
                                               {"fast-fifo", InputPath::fast_fifo},
                                               {"quad-fast-fifo", InputPath::quad_fast_fifo}};
  verb.add_option("--input-path", options.input_path, "How the input arrives: memory, fifo, fast-fifo, quad-fast-fifo")
      ->transform(CLI::CheckedTransformer(paths))
      ->type_name("PATH")
      ->group(group);
  const auto path = [&verb, &options, &group](const char* name, InputPath chosen, const char* meaning) {
    verb.add_flag_callback(name, [&options, chosen] { options.input_path = chosen; }, meaning)->group(group);
  };
  path("--fifo", InputPath::fifo, "Same as --input-path fifo");
  path("--fast-fifo", InputPath::fast_fifo, "Same as --input-path fast-fifo");
  path("--fast-fifo-quad,--quad-fast-fifo", InputPath::quad_fast_fifo, "Same as --input-path quad-fast-fifo");
  add_number(verb, "--stream-start-margin,--increase-start", options.stream_start_margin, 0, 1 << 13,
             "Words that a streaming layer waits for beyond what it needs");
  add_number(verb, "--stream-delta1-margin,--increase-delta1", options.stream_delta1_margin, 0, 1 << 13,
             "The same between columns");
  add_number(verb, "--stream-delta2-margin,--increase-delta2", options.stream_delta2_margin, 0, 1 << 13,
             "The same between rows");
  add_number(verb, "--first-weight-column,--weight-start", options.first_weight_column, 0, 767,
             "Leave the weight memory below free");
  add_number(verb, "--processors-per-pass,--max-proc", options.processors_per_pass, 1, 64,
             "Split channels into passes of at most so many");
}

CLI::App* add_verb(CLI::App& program, Request& request, const char* name, const char* meaning) {
  CLI::App* verb = program.add_subcommand(name, meaning);
  add_network_options(*verb, request);
  add_deployment_options(*verb, request);
  return verb;
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

  CLI::App* check = add_verb(program, request, "check", "List everything that is wrong with a network, and how to mend it");
  check->add_option("--input", request.input, "Input array (.npy): tells the size of the input")->type_name("FILE");

  CLI::App* plan = add_verb(program, request, "plan", "Show the plan: layers, memories, time");
  plan->add_option("--input", request.input, "Input array (.npy): tells the size of the input")->type_name("FILE");
  plan->add_option("--format", request.format, "text or svg")
      ->check(CLI::IsMember({"text", "svg"}))
      ->capture_default_str()
      ->type_name("FORMAT");
  add_output(*plan, request, "File to write instead of standard output");

  CLI::App* run = add_verb(program, request, "run", "Run the network on an input, bit for bit like the chip");
  run->add_option("--input", request.input, "Input array (.npy) of signed bytes: C x H x W or C x L")
      ->required()
      ->type_name("FILE");
  run->add_option("--expected", request.expected, "Expected output (.npy): exit with 1 if it differs")->type_name("FILE");
  run->add_option("--layer", request.layer, "Show this layer's output, by number or name, instead of the last one's")
      ->type_name("LAYER");
  add_output(*run, request, "Write the output there (.npy)");

  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = program.exit(error);
    return static_cast<int>(code == 0 ? cli::ExitCode::success : cli::ExitCode::usage);
  }
  try {
    if (check->parsed()) return static_cast<int>(cli::check(request));
    if (plan->parsed()) return static_cast<int>(cli::plan(request));
    return static_cast<int>(cli::run(request));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "incuse: %s\n", error.what());
    return static_cast<int>(cli::ExitCode::usage);
  }
}
