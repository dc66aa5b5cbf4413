// An early exit on the MAX78002: pictures that a small classifier behind the first convolution is sure of leave there.
// Tells what that is worth on the test set of Fashion-MNIST: share of pictures that leave, cycles, accuracy. A few of
// them also run through the driver on a virtual chip, and in two stages on a MAX78000, which cannot end an inference
// itself.
//
//     early_exit [FOLDER]     FOLDER holds t10k-*-ubyte.gz; default: where Debian's dataset-fashion-mnist puts them
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <incuse/host/run.hpp>
#include <incuse/incuse.hpp>
#include <incuse/max7800x/driver.hpp>
#include <incuse/max7800x/virtual_chip.hpp>
#include <incuse/model/stages.hpp>

#include <examples/arguments.hpp>
#include <examples/fashion_mnist/fashion_parameters.hpp>
#include <examples/fashion_mnist/fashion_pictures.hpp>
#include <examples/fashion_mnist/picture_set.hpp>
#include "exit_net.hpp"

namespace {

using namespace fashion;

/// The parameters of the whole network, those of the exit's classifier behind those of the first convolution.
struct early_parameters {
  static constexpr const auto& whole = fashion_parameters::layers;
  static constexpr LayerParameters layers[] = {
      whole[0], {.name = "exit", .weight = {exit_weight, 10, 960}, .output_shift = exit_shift},
      whole[1], whole[2],
      whole[3], whole[4],
  };
};

using Chip = Deployment<EarlyFashionNet, max78002, early_parameters>;
using Plain = Deployment<FashionNet, max78002, fashion_parameters>;
using First = Deployment<FirstStage<EarlyFashionNet>, max78000, FirstParameters<EarlyFashionNet, early_parameters>>;
using Second = Deployment<SecondStage<EarlyFashionNet>, max78000, SecondParameters<EarlyFashionNet, early_parameters>>;

constexpr int last_layer = Chip::graph.size - 1, exit_layer = exit_layers(Chip::graph)[0];
constexpr int early_layer = tested_layer(Chip::graph, exit_layer);

using Picture = std::vector<signed char>;

Picture picture_of(const unsigned char* values) {
  Picture picture(pixels);
  for (std::size_t i = 0; i < pixels; ++i) picture[i] = static_cast<signed char>(network_value(values[i]));
  return picture;
}

template <class Values>
int best_of(const Values& values) {
  return static_cast<int>(std::max_element(std::begin(values), std::end(values)) - std::begin(values));
}

/// What became of a picture.
struct Answer {
  bool early = false;
  int label = 0;
  friend bool operator==(const Answer&, const Answer&) = default;
};

// On chips ------------------------------------------------------------------------------------------------------------

/// The MAX78002 decides by itself.
std::vector<Answer> on_chip(const std::vector<Picture>& pictures) {
  std::vector<Answer> answers;
  const auto chip = std::make_unique<max7800x::VirtualChip<max78002>>();
  auto run = [&](auto ready, const Picture& picture) {
    auto done = std::move(ready).load_input(picture.data()).start().wait();
    if (done.exit_taken() == 0) {
      signed char early[10];
      done.template unload_exit<0>(early);
      answers.push_back({true, best_of(early)});
    } else {
      int late[10];
      done.unload(late);
      answers.push_back({false, best_of(late)});
    }
    return done;
  };
  auto done =
      run(max7800x::accelerator<Chip>(*chip).enable().init().load_weights().load_bias().configure(), pictures.front());
  for (std::size_t i = 1; i < pictures.size(); ++i) done = run(std::move(done), pictures[i]);
  (void)std::move(done).disable();
  return chip->report().ok() ? answers : std::vector<Answer>{};
}

/// Switches the accelerator on and runs one picture through a network.
template <class Stage, class Bus>
auto run_once(Bus& bus, const signed char* input) {
  return max7800x::accelerator<Stage>(bus)
      .enable()
      .init()
      .load_weights()
      .load_bias()
      .configure()
      .load_input(input)
      .start()
      .wait();
}

/// The program decides between two networks. Both are loaded anew for every picture here; a program that has many would
/// run the first stage on all of them first.
std::vector<Answer> in_stages(const std::vector<Picture>& pictures) {
  std::vector<Answer> answers;
  bool right = true;
  const auto chip = std::make_unique<max7800x::VirtualChip<max78000>>();
  const auto switch_off = [&](auto done) {
    (void)std::move(done).disable();
    right = right && chip->report().ok();
    chip->power_cycle();
  };
  std::vector<signed char> trunk(static_cast<std::size_t>(Second::graph.input.elements()));
  for (const Picture& picture : pictures) {
    auto first = run_once<First>(*chip, picture.data());
    signed char early[10];
    first.unload(early);
    first.unload_each<0>(
        [&](int i, int value) { trunk[static_cast<std::size_t>(i)] = static_cast<signed char>(value); });
    switch_off(std::move(first));
    if (leaves_early<EarlyFashionNet>(early)) {
      answers.push_back({true, best_of(early)});
      continue;
    }
    auto second = run_once<Second>(*chip, trunk.data());
    int late[10];
    second.unload(late);
    answers.push_back({false, best_of(late)});
    switch_off(std::move(second));
  }
  return right ? answers : std::vector<Answer>{};
}

// In the executor -----------------------------------------------------------------------------------------------------

/// Counts over a set of pictures.
struct Figures {
  int pictures = 0, early = 0, early_right = 0, right = 0, whole_right = 0;
  std::vector<Answer> answers{};

  void add(const host::Executor<Chip::graph.capacity>& network, int lane, int label) {
    const int early_answer = best_of(network.output_of(early_layer, lane));
    const int whole_answer = best_of(network.output_of(last_layer, lane));
    const bool left = network.exit_taken(lane) >= 0;
    const Answer answer{left, left ? early_answer : whole_answer};
    ++pictures;
    early += left ? 1 : 0;
    early_right += left && answer.label == label ? 1 : 0;
    right += answer.label == label ? 1 : 0;
    whole_right += whole_answer == label ? 1 : 0;
    answers.push_back(answer);
  }
};

Figures classify(const std::vector<Picture>& pictures, const std::vector<int>& labels) {
  constexpr int lanes = 16;
  host::Executor network(Chip::graph, Chip::parameters, {max78002}, lanes);
  Figures figures;
  for (std::size_t first = 0; first < pictures.size(); first += lanes) {
    const int count = static_cast<int>(std::min<std::size_t>(lanes, pictures.size() - first));
    for (int i = 0; i < count; ++i) network.set_input(pictures[first + static_cast<std::size_t>(i)].data(), i);
    network.run();
    for (int i = 0; i < count; ++i) figures.add(network, i, labels[first + static_cast<std::size_t>(i)]);
  }
  return figures;
}

void print(const Figures& figures) {
  const auto percent = [](double part, double all) { return all > 0 ? 100 * part / all : 0.0; };
  constexpr long long full = Chip::report.cycles, early = Chip::report.exit_cycles[0], plain = Plain::report.cycles;
  const double share = static_cast<double>(figures.early) / figures.pictures;
  const double mean = share * static_cast<double>(early) + (1 - share) * static_cast<double>(full);
  std::printf("Cycles (estimated): %lld without the exit, %lld with it to the end, %lld where it is taken\n", plain,
              full, early);
  std::printf("%d pictures: %d leave early (%.1f %%), %.2f %% of them right\n", figures.pictures, figures.early,
              100 * share, percent(figures.early_right, figures.early));
  std::printf("Mean cycles: %.0f, %.1f %% fewer than without the exit\n", mean,
              percent(static_cast<double>(plain) - mean, static_cast<double>(plain)));
  std::printf("Accuracy: %.2f %%, of the whole network %.2f %%\n", percent(figures.right, figures.pictures),
              percent(figures.whole_right, figures.pictures));
}

}  // namespace

int main(int argc, char** argv) {
  examples::expect_arguments(argc, argv, 1,
                             "early_exit [FOLDER]\n"
                             "FOLDER holds t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz");
  std::vector<Picture> few, pictures;
  std::vector<int> few_labels, labels;
  for (const TestPicture& own : test_pictures) {
    few.push_back(picture_of(own.pixels));
    few_labels.push_back(own.label);
  }
  const Figures own = classify(few, few_labels);
  const bool alike = on_chip(few) == own.answers && in_stages(few) == own.answers;
  std::printf("Ten pictures, of which %d leave early: MAX78002 and two stages on the MAX78000 %s\n", own.early,
              alike ? "answer like the executor" : "DIFFER from the executor");

  const std::string folder = argc > 1 ? argv[1] : "/usr/share/datasets/fashion-mnist";
  const PictureSet set = read_pictures(folder + "/t10k-images-idx3-ubyte.gz", folder + "/t10k-labels-idx1-ubyte.gz");
  for (int i = 0; set.ok() && i < set.size(); ++i) {
    pictures.push_back(picture_of(set.picture(i)));
    labels.push_back(set.label(i));
  }
  if (!set.ok()) std::printf("%s\n", set.error.c_str());
  print(set.ok() ? classify(pictures, labels) : own);
  if (!set.ok() && argc > 1) return 2;  // a folder was named that has no pictures
  return alike ? 0 : 1;
}
