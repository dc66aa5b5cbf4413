// Trains the classifier of the early exit and writes exit_parameters.hpp:
//
//     make_exit IMAGES LABELS exit_parameters.hpp
//
// IMAGES and LABELS are files of Fashion-MNIST's training set (idx, also gzipped); their first 10,000 pictures count.
// The first convolution keeps its weights. On its outputs, as the chip computes them, a linear layer is trained with
// softmax and gradient descent, on 8,000 pictures in their order; the other 2,000 choose the threshold: the lowest one
// at which 95 of 100 pictures that leave are right. All sums are of doubles in a fixed order, so a repetition on an
// x86-64 gives the same file.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include <incuse/host/run.hpp>
#include <incuse/incuse.hpp>

#include <examples/fashion_mnist/fashion_net.hpp>
#include <examples/fashion_mnist/fashion_parameters.hpp>
#include <examples/fashion_mnist/picture_set.hpp>

namespace {

using namespace fashion;

constexpr std::size_t pictures = 10'000, trained_on = 8'000;
constexpr int epochs = 30, lanes = 16;
constexpr double wanted = 0.95;

/// What the exit's classifier reads.
struct Front : Network<Input<1, 28, 28>, Conv2d<60, kernel<3>, pad<1>, ReLU, bias>, MaxPool2d<7>> {};
struct front_parameters {
  static constexpr LayerParameters layers[] = {fashion_parameters::layers[0]};
};
constexpr int features = graph_of<Front>().last().out.elements();

/// The classifier, in real numbers and in bytes.
struct Head {
  std::vector<double> weights = std::vector<double>(static_cast<std::size_t>(classes * features));
  std::vector<int> bytes{};
  int shift = 0;

  const double* of(int c) const { return weights.data() + static_cast<std::size_t>(c * features); }
  double* of(int c) { return weights.data() + static_cast<std::size_t>(c * features); }
  /// The output for a class as the chip computes it.
  int output(int c, const signed char* x) const {
    long long sum = 0;
    for (int i = 0; i < features; ++i) sum += 1LL * bytes[static_cast<std::size_t>(c * features + i)] * x[i];
    const double scaled = std::floor(0.5 + static_cast<double>(sum) * std::pow(2.0, shift) / 128);
    return static_cast<int>(std::clamp(scaled, -128.0, 127.0));
  }
};

std::vector<signed char> features_of(const PictureSet& set) {
  std::vector<signed char> values(pictures * static_cast<std::size_t>(features));
  host::Executor network(graph_of<Front>(), parameters_in<front_parameters>(), {max78002}, lanes);
  for (std::size_t first = 0; first < pictures; first += lanes) {
    for (int lane = 0; lane < lanes; ++lane) {
      signed char picture[pixels];
      set.copy_to(picture, static_cast<int>(first) + lane);
      network.set_input(picture, lane);
    }
    network.run();
    for (int lane = 0; lane < lanes; ++lane)
      for (int i = 0; i < features; ++i)
        values[(first + static_cast<std::size_t>(lane)) * static_cast<std::size_t>(features) +
               static_cast<std::size_t>(i)] = static_cast<signed char>(network.output(1, i, lane));
  }
  return values;
}

/// Gradient descent, one picture after the other.
Head trained(const std::vector<signed char>& x, const std::vector<unsigned char>& labels) {
  Head head;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    const double rate = 0.02 / (1 + epoch);
    for (std::size_t n = 0; n < trained_on; ++n) {
      const signed char* own = x.data() + n * static_cast<std::size_t>(features);
      double logits[classes]{}, sum = 0;
      for (int c = 0; c < classes; ++c)
        for (int i = 0; i < features; ++i) logits[c] += head.of(c)[i] * own[i] / 128;
      const double most = *std::max_element(logits, logits + classes);
      for (double& logit : logits) sum += logit = std::exp(logit - most);
      for (int c = 0; c < classes; ++c) {
        const double error = logits[c] / sum - (labels[n] == c ? 1 : 0);
        for (int i = 0; i < features; ++i) head.of(c)[i] -= rate * error * own[i] / 128;
      }
    }
  }
  return head;
}

/// Weights as bytes, and a shift that keeps nearly all outputs of the largest class inside of a byte.
void quantise(Head& head, const std::vector<signed char>& x) {
  double largest = 0;
  for (double weight : head.weights) largest = std::max(largest, std::fabs(weight));
  for (double weight : head.weights) head.bytes.push_back(static_cast<int>(std::lround(weight / largest * 127)));
  for (head.shift = 0; head.shift > -8; --head.shift) {
    int clipped = 0;
    for (std::size_t n = trained_on; n < pictures; ++n)
      for (int c = 0; c < classes; ++c)
        clipped += head.output(c, x.data() + n * static_cast<std::size_t>(features)) == 127 ? 1 : 0;
    if (clipped < 20) return;
  }
}

/// The lowest threshold at which enough of the pictures that leave are right.
int threshold_of(const Head& head, const std::vector<signed char>& x, const std::vector<unsigned char>& labels) {
  int leaving[129]{}, right[129]{};
  for (std::size_t n = trained_on; n < pictures; ++n) {
    int outputs[classes];
    for (int c = 0; c < classes; ++c) outputs[c] = head.output(c, x.data() + n * static_cast<std::size_t>(features));
    const int best = static_cast<int>(std::max_element(outputs, outputs + classes) - outputs);
    for (int t = 1; t <= outputs[best]; ++t) ++leaving[t], right[t] += best == labels[n] ? 1 : 0;
  }
  int threshold = 127;
  while (threshold > 1 && right[threshold - 1] >= wanted * leaving[threshold - 1]) --threshold;
  std::printf("threshold %d: of 2,000 pictures %d leave, %d of them rightly\n", threshold, leaving[threshold],
              right[threshold]);
  return threshold;
}

bool write(const char* path, const Head& head, int threshold) {
  std::FILE* file = std::fopen(path, "w");
  if (file == nullptr) return false;
  std::fprintf(file,
               "// The classifier of the early exit (exit_net.hpp). Generated by make_exit.cpp; do not edit.\n"
               "// clang-format off\n#pragma once\n\nnamespace fashion {\n\n"
               "inline constexpr int sure_from = %d;    ///< an output that is sure enough to leave with\n"
               "inline constexpr int exit_shift = %d;\n"
               "inline constexpr signed char exit_weight[] = {",
               threshold, head.shift);
  for (std::size_t i = 0; i < head.bytes.size(); ++i)
    std::fprintf(file, "%s%d,", i % 30 == 0 ? "\n    " : " ", head.bytes[i]);
  std::fprintf(file, "\n};\n\n}  // namespace fashion\n");
  const bool written = std::ferror(file) == 0;
  return std::fclose(file) == 0 && written;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: make_exit IMAGES LABELS exit_parameters.hpp\n");
    return 2;
  }
  const PictureSet set = read_pictures(argv[1], argv[2]);
  if (!set.ok() || set.labels.values.size() < pictures) {
    std::fprintf(stderr, "make_exit: %s\n", set.ok() ? "there are too few pictures" : set.error.c_str());
    return 1;
  }
  const std::vector<signed char> x = features_of(set);
  const std::vector<unsigned char>& labels = set.labels.values;
  Head head = trained(x, labels);
  quantise(head, x);
  const int threshold = threshold_of(head, x, labels);
  if (write(argv[3], head, threshold)) return 0;
  std::fprintf(stderr, "make_exit: %s cannot be written\n", argv[3]);
  return 1;
}
