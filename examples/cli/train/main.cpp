// incuse-train: the verbs train, evaluate and search of incuse, which starts this program: only these need libtorch.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <incuse/train/process.hpp>

#include <examples/cli/choices.hpp>
#include <examples/cli/content.hpp>
#include <examples/cli/numbers.hpp>
#include <examples/cli/output.hpp>
#include <examples/cli/output_files.hpp>
#include "request.hpp"

namespace {

using cli::training::TrainRequest;
namespace train = incuse::train;

template <class Name, std::size_t Count>
CLI::Option* add_choice(CLI::App& verb, const char* option, std::string& value, const Name (&names)[Count],
                        const char* meaning) {
  std::vector<std::string> all;
  for (const Name& name : names) all.emplace_back(name.name);
  return cli::one_of(verb.add_option(option, value, meaning), all)->capture_default_str();
}

template <class Name, std::size_t Count>
auto kind_of(const std::string& text, const Name (&names)[Count]) {
  for (const Name& name : names)
    if (name.name == text) return name.kind;
  return names[0].kind;
}

class CommandLine {
 public:
  CommandLine() {
    program_.require_subcommand(1);
    add_train();
    add_evaluate();
    add_search();
  }

  cli::ExitCode execute(int argc, char** argv) {
    try {
      program_.parse(argc, argv);
    } catch (const CLI::Success& help) {
      program_.exit(help);
      return cli::ExitCode::success;
    } catch (const CLI::ParseError& error) {
      program_.exit(error);
      return cli::ExitCode::usage;
    }
    request_.network.place = true;
    request_.network.no_proof = true;
    cli::read_content(request_.network);
    request_.validation.sound_rate = request_.data.sound_rate;
    request_.validation.unit = request_.data.unit;
    request_.settings.augmentation.fill = cli::training::value_outside(request_.data);
    request_.data.boxes = request_.validation.boxes = request_.boxes;
    if (request_.boxes) request_.settings.loss = train::LossKind::detection;
    if (request_.targets) request_.settings.loss = train::LossKind::mean_squared_error;
    request_.settings.optimiser = kind_of(optimiser_, train::optimiser_names);
    request_.settings.schedule.kind = kind_of(schedule_, train::schedule_names);
    if (searches_->parsed()) {
      request_.settings.epochs = search_epochs_;
      return cli::training::search_networks(request_);
    }
    return evaluates_->parsed() ? cli::training::evaluate_network(request_) : cli::training::train_network(request_);
  }

 private:
  CLI::App* add(const char* name, const char* meaning,
                const char* description = "Network description (YAML). Layers say out_channels, or processors") {
    CLI::App* verb = program_.add_subcommand(name, meaning);
    verb->set_help_all_flag("--help-all", "Print all options: the same");
    add_text(*verb, "description", request_.network.description, description)->required();
    add_text(
        *verb, "--data", request_.data.samples,
        "Samples: a folder with a folder of pictures (PNG, JPEG, BMP, PPM) or sounds (WAV, FLAC, OGG) for each\n"
        "class, a CSV file with a class and numbers in each line, an idx file of pictures, or a .npy of bytes, one\n"
        "sample in each row")
        ->required();
    add_text(*verb, "--labels", request_.data.answers, "Labels of the samples: an idx file, or .npy");
    add_number(*verb, "--sound-rate", request_.data.sound_rate, "Values per second of sounds that the network reads");
    add_number(*verb, "--unit", request_.data.unit, "The number in CSV files that becomes 1.0");
    add_text(*verb, "--input-shape", request_.network.input_shape, "Size of the input: CxHxW or CxL")
        ->type_name("SHAPE");
    add_text(*verb, "--device", request_.network.device, "Chip")->type_name("NAME");
    verb->add_flag("--regression", request_.targets,
                   "--labels has targets in place of classes: a .npy with a row of numbers, in units of 1.0, for each\n"
                   "sample; the loss is their mean squared error");
    verb->add_flag("--json", request_.json, "Print JSON, for programs");
    verb->add_flag("--no-bias", request_.no_bias, "No layer has a bias; then there is no batch norm");
    verb->add_flag("--avg-pool-rounding", request_.model.average_pool_rounding, "The deployment rounds means");
    add_number(*verb, "--threads", request_.settings.threads,
               "Threads; 0: OMP_NUM_THREADS, or as many as the machine has");
    return verb;
  }
  static CLI::Option* add_text(CLI::App& verb, const char* option, std::string& value, const char* meaning) {
    return verb.add_option(option, value, meaning)->type_name("FILE");
  }
  template <class Number>
  static CLI::Option* add_number(CLI::App& verb, const char* option, Number& value, const char* meaning) {
    return verb.add_option(option, value, meaning)->capture_default_str()->type_name("NUMBER");
  }

  void add_boxes(CLI::App& verb) {
    verb.add_flag("--boxes", request_.boxes,
                  "For a detector: --data is a folder of pictures, and --labels a CSV file with the lines\n"
                  "image,class,x,y,width,height in pixels, one for each box")
        ->excludes("--regression");
    add_text(
        verb, "--anchors", request_.anchors,
        "Typical boxes in cells of the detector's grid, as 1.7x1.7,2.8x2.8; else those of the samples, which train\n"
        "tells and evaluate needs")
        ->type_name("SIZES")
        ->needs("--boxes");
  }
  void add_train() {
    CLI::App& verb = *add("train", "Train a network, with the chip's rounding in the last epochs");
    add_text(
        verb, "-o,--output", request_.output,
        "Folder for last.pth.tar, best.pth.tar and quantised.pth.tar, which the other verbs take, the file log.json\n"
        "with a line for each epoch, and the pictures training.svg and weights.svg")
        ->required();
    add_boxes(verb);
    add_validation(verb);
    add_number(verb, "--epochs", request_.settings.epochs, "Times that every sample is seen");
    add_loop(verb);
    add_teacher(verb);
    add_quantisation(verb);
    add_augmentation(verb);
    add_text(verb, "--start", request_.start, "Begin with the parameters of this checkpoint");
    add_number(verb, "--prune", request_.pruning.share,
               "Take this share of the channels out of --start, those with the least weights, and write pruned.yaml")
        ->check(CLI::Range(0.0, 0.99).description(""));
    add_number(verb, "--prune-multiple", request_.pruning.multiple, "Layers keep a multiple of so many channels");
    add_text(verb, "--tensorboard", request_.events,
             "Folder for an event file of TensorBoard: loss, accuracy and rate, histograms of weights, precision and\n"
             "recall of every epoch, and the worst pictures in the end")
        ->type_name("FOLDER");
    add_text(verb, "--resume", request_.resume, "Go on behind the epoch of this checkpoint, with the same options");
  }
  void add_validation(CLI::App& verb) {
    add_text(verb, "--validation-data", request_.validation.samples, "Other samples that tell how good the network is");
    add_text(verb, "--validation-labels", request_.validation.answers, "Their labels");
    add_number(verb, "--split", request_.split, "Share of the samples that validate where no others are given")
        ->check(CLI::Range(0.0, 0.9).description(""));
  }
  void add_loop(CLI::App& verb) {
    train::Settings& settings = request_.settings;
    add_number(verb, "--batch", settings.batch, "Samples in a step");
    add_choice(verb, "--optimizer", optimiser_, train::optimiser_names, "sgd, adam or adamw");
    add_number(verb, "--rate", settings.rate, "Learning rate");
    add_number(verb, "--momentum", settings.momentum, "Momentum of sgd");
    add_number(verb, "--weight-decay", settings.weight_decay, "Weight decay");
    add_choice(verb, "--schedule", schedule_, train::schedule_names, "How the learning rate changes");
    verb.add_option("--milestones", settings.schedule.milestones, "Epochs before which multi-step changes the rate")
        ->type_name("EPOCH");
    add_text(verb, "--schedule-file,--compress", request_.schedule,
             "The vendor's schedule file (YAML): learning rate, in place of --schedule");
    add_number(verb, "--every", settings.schedule.every, "Epochs between two steps of the schedule step");
    add_number(verb, "--factor", settings.schedule.factor, "By which step and multi-step multiply the rate");
    add_number(verb, "--label-smoothing", settings.label_smoothing, "Share of a label that all classes get");
    add_number(verb, "--clip-gradient", settings.most_gradient, "Greatest norm of gradients; 0: any");
    add_number(verb, "--dropout", request_.model.dropout, "Share of the inputs of Linear layers that are left out");
    add_number(verb, "--patience", settings.patience, "End behind so many epochs without a better result; 0: do not");
    add_number(verb, "--seed", settings.seed, "The same seed gives the same result");
    verb.add_flag("--deterministic", settings.deterministic, "Refuse what libtorch may do in several ways");
    verb.add_flag("--no-batch-norm", request_.no_batch_norm, "No batch norm behind convolutions");
  }
  void add_teacher(CLI::App& verb) {
    train::Teacher& teacher = request_.settings.teacher;
    add_text(verb, "--teacher", request_.teacher,
             "Checkpoint of a network whose answers, in real numbers, are learned");
    add_text(verb, "--teacher-network", request_.teacher_network, "Its description, if it is another one");
    add_number(verb, "--temperature", teacher.temperature, "By which answers are divided to compare them");
    add_number(verb, "--teacher-share", teacher.share, "Share of the teacher in the loss, 0 to 1");
  }
  void add_quantisation(CLI::App& verb) {
    CLI::Option* policy = add_text(verb, "--policy,--qat-policy", request_.policy,
                                   "The vendor's policy file (YAML): when rounding starts, bits of layers");
    add_rounding(verb);
    verb.add_flag("--no-qat", request_.no_qat, "Never round: incuse quantize does, later")->excludes(policy);
  }
  void add_rounding(CLI::App& verb) {
    add_number(verb, "--qat-epochs", request_.qat_epochs,
               "The last epochs, which round; -1: a third, or by the policy");
  }
  void add_augmentation(CLI::App& verb) {
    train::Augmentation& how = request_.settings.augmentation;
    verb.add_flag("--flip", how.flip, "Mirror every second sample");
    add_number(verb, "--shift", how.shift, "Move samples by up to so many pixels");
    add_number(verb, "--crop", how.crop, "Stretch parts that are smaller by up to so many pixels");
    add_number(verb, "--noise", how.noise, "Add noise of this deviation; 128 is 1.0");
    add_number(verb, "--gain", how.gain, "Multiply by 1 - gain to 1 + gain");
  }
  void add_evaluate() {
    evaluates_ = add("evaluate", "Compare a trained network in real numbers, rounded, and in the chip's integers");
    add_boxes(*evaluates_);
    add_text(*evaluates_, "--checkpoint", request_.checkpoint, "Checkpoint of incuse train")->required();
    add_text(*evaluates_, "-o,--output", request_.output,
             "SVG picture: confusion, precision and recall, layers against real numbers, worst samples");
    add_text(*evaluates_, "--save-csv", request_.tables,
             "Write PREFIX_x.csv with the samples, PREFIX_ytrue.csv with their classes, PREFIX_ypred.csv with the\n"
             "probabilities of classes on the chip, PREFIX_ypred_real.csv with those of real numbers")
        ->type_name("PREFIX");
    add_text(*evaluates_, "--features", request_.features,
             "Layer whose outputs on the chip PREFIX_x.csv has, in place of the samples")
        ->type_name("LAYER")
        ->needs("--save-csv");
  }

  void add_search() {
    searches_ =
        add("search", "Train networks that differ in channels, depth, bits ... and show the best ones that fit a chip",
            "Description (YAML) with the key search, which names lists of numbers; $name stands for one");
    CLI::App& verb = *searches_;
    add_text(
        verb, "-o,--output", request_.output,
        "Folder for search.json with a line for each network, the picture search.svg, and the descriptions of the\n"
        "best networks")
        ->required();
    add_number(verb, "--candidates", request_.candidates,
               "Networks that are trained, at most; of more a random choice, by --seed");
    add_number(verb, "--epochs", search_epochs_, "Times that every sample is seen by each network");
    add_validation(verb);
    add_loop(verb);
    add_rounding(verb);
    add_augmentation(verb);
    verb.add_option("--megahertz", request_.network.megahertz, "The accelerator's clock, 50 by default: tells the time")
        ->check(cli::above_0)
        ->type_name("NUMBER");
    verb.add_option("--watts", request_.network.watts, "What the accelerator takes while it computes: tells the energy")
        ->check(cli::above_0)
        ->type_name("NUMBER");
  }

  CLI::App program_{"Trains networks for small accelerators", "incuse"};
  CLI::App *evaluates_ = nullptr, *searches_ = nullptr;
  int search_epochs_ = 3;
  TrainRequest request_{};
  std::string optimiser_ = "adamw", schedule_ = "one-cycle";
};

cli::ExitCode answered(int argc, char** argv) {
  try {
    return CommandLine().execute(argc, argv);
  } catch (const cli::UsageError& error) {
    for (const std::string& line : error.lines) cli::say(stderr, "incuse: " + line);
  } catch (const std::exception& error) {
    cli::say(stderr, std::string("incuse: ") + error.what());
  }
  return cli::ExitCode::usage;
}

}  // namespace

int main(int argc, char** argv) {
  train::keep_freed_memory();
  cli::prepare_standard_streams();
  const cli::ExitCode code = answered(argc, argv);
  const cli::StandardOutput output = cli::finish_standard_output();
  return static_cast<int>(output.complete ? code : cli::ExitCode::usage);
}
