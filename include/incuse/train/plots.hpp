// Pictures of a training and of what has come out, as SVG files.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <incuse/host/average_precision.hpp>
#include <incuse/host/evaluation.hpp>
#include <incuse/hosted/named_tensor.hpp>
#include <incuse/report/measures.hpp>
#include <incuse/report/svg.hpp>
#include <incuse/report/table.hpp>
#include <incuse/train/agreement.hpp>
#include <incuse/train/predictions.hpp>
#include <incuse/train/samples.hpp>
#include <incuse/train/trainer.hpp>

namespace incuse::train {

namespace detail {

inline constexpr const char* training_colour = "#6b95c4";
inline constexpr const char* validation_colour = "#e07b28";

/// A number for each epoch.
struct EpochCurve {
  std::string name{};
  const char* colour = training_colour;
  std::vector<double> values{};
};

/// A number with four digits that count, and no more zeros than that needs.
inline std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

/// Curves over epochs in one frame. Behind the line at `rounding` epochs compute with the chip's rounding.
inline void draw_epochs(report::Svg& svg, report::SvgBox frame, const std::string& title,
                        const std::vector<EpochCurve>& curves, int first_epoch, double rounding) {
  double least = 1e300, most = -1e300;
  std::size_t count = 1;
  for (const EpochCurve& curve : curves) {
    for (const double value : curve.values) {
      least = std::min(least, value);
      most = std::max(most, value);
    }
    count = std::max(count, curve.values.size());
  }
  if (!(most > least)) most = least + 1;
  const double step = count > 1 ? frame.width / static_cast<double>(count - 1) : 0;
  const auto at_x = [&](double i) { return frame.x + step * i; };
  const auto at_y = [&](double value) { return frame.y + frame.height * (most - value) / (most - least); };
  svg.text(frame.x, frame.y - 12, title, 13, "start", "#222", true);
  constexpr int lines = 4;
  for (int i = 0; i <= lines; ++i) {
    const double value = least + (most - least) * i / lines;
    svg.line(frame.x, at_y(value), frame.x + frame.width, at_y(value), "#dddddd");
    svg.text(frame.x - 6, at_y(value) + 4, short_number(value), 11, "end");
  }
  const std::size_t every = std::max<std::size_t>(1, (count + 11) / 12);
  for (std::size_t i = 0; i < count; i += every)
    svg.text(at_x(static_cast<double>(i)), frame.y + frame.height + 16,
             std::to_string(first_epoch + 1 + static_cast<int>(i)), 11, "middle");
  if (rounding > 0) svg.line(at_x(rounding), frame.y, at_x(rounding), frame.y + frame.height, "#999999");
  double legend = frame.x + frame.width;
  for (const EpochCurve& curve : curves) {
    std::string commands;
    for (std::size_t i = 0; i < curve.values.size(); ++i)
      commands += (i == 0 ? "M" : " L") + report::svg_number(at_x(static_cast<double>(i))) + ' ' +
                  report::svg_number(at_y(curve.values[i]));
    svg.path(commands, curve.colour, 2, curve.name);
    svg.text(legend, frame.y - 12, curve.name, 11, "end", curve.colour);
    legend -= 80;
  }
}

}  // namespace detail

/// Loss, share of right answers and learning rate of every epoch; empty without epochs.
inline std::string training_svg(const std::vector<EpochReport>& reports, const std::string& title) {
  if (reports.empty()) return {};
  using detail::EpochCurve;
  EpochCurve loss{"training", detail::training_colour, {}}, accuracy = loss, rate{"", "#59a14f", {}};
  EpochCurve own_loss{"validation", detail::validation_colour, {}}, own_accuracy = own_loss;
  double rounding = 0;
  for (const EpochReport& report : reports) {
    loss.values.push_back(report.training.loss);
    accuracy.values.push_back(100 * report.training.accuracy);
    own_loss.values.push_back(report.validation.loss);
    own_accuracy.values.push_back(100 * report.validation.accuracy);
    rate.values.push_back(report.rate);
    if (!report.quantised) rounding = static_cast<double>(rate.values.size()) - 0.5;
  }
  if (rounding > static_cast<double>(reports.size()) - 1) rounding = 0;
  report::Svg svg;
  svg.text(20, 28, title, 16, "start", "#222", true);
  const int first = reports.front().epoch;
  detail::draw_epochs(svg, {80, 70, 520, 150}, "loss", {loss, own_loss}, first, rounding);
  detail::draw_epochs(svg, {80, 280, 520, 150}, "% right", {accuracy, own_accuracy}, first, rounding);
  detail::draw_epochs(svg, {80, 490, 520, 100}, "learning rate, by epoch", {rate}, first, rounding);
  if (rounding > 0) svg.text(80, 628, "Right of the grey line values are rounded as on the chip.", 11);
  return svg.document(640, 645);
}

/// Weights of a layer in units of what the chip has as 1.0, which is 2^shift.
struct WeightHistogram {
  std::string layer{};
  int bits = 8, shift = 0;
  double clipped = 0;            ///< share of weights beyond the chip's range, 0 to 1
  std::vector<double> shares{};  ///< in equal parts of -1.25 … 1.25, what lies outside in the first and the last
};

/// Of all layers of a state (`Model::state`), or of a checkpoint's tensors. Layers that were never rounded count as of
/// 8 bits with a shift of 0.
inline std::vector<WeightHistogram> weight_histograms(const std::vector<NamedTensor>& state) {
  constexpr int parts = 80;
  constexpr double widest = 1.25;
  std::map<std::string, double> facts;
  for (const NamedTensor& tensor : state)
    if (tensor.values.size() == 1) facts[tensor.name] = static_cast<double>(tensor.values[0]);
  std::vector<WeightHistogram> all;
  for (const NamedTensor& tensor : state) {
    const std::string end = ".op.weight";
    if (tensor.values.empty() || tensor.name.size() <= end.size() ||
        tensor.name.compare(tensor.name.size() - end.size(), end.size(), end) != 0)
      continue;
    WeightHistogram own;
    own.layer = tensor.name.substr(0, tensor.name.size() - end.size());
    if (const double bits = facts[own.layer + ".weight_bits"]; bits > 0) own.bits = static_cast<int>(bits);
    own.shift = static_cast<int>(facts[own.layer + ".output_shift"]);
    own.shares.resize(parts);
    const double unit = std::ldexp(1.0, own.bits - 1), one = 1.0 / static_cast<double>(tensor.values.size());
    for (const float weight : tensor.values) {
      const double value = std::ldexp(static_cast<double>(weight), -own.shift), whole = std::floor(value * unit + 0.5);
      if (whole < -unit || whole > unit - 1) own.clipped += one;
      const double part = (value + widest) / (2 * widest) * parts;
      own.shares[static_cast<std::size_t>(std::clamp(part, 0.0, parts - 1.0))] += one;
    }
    all.push_back(std::move(own));
  }
  return all;
}

/// Histograms one below the other; empty without layers.
inline std::string weights_svg(const std::vector<WeightHistogram>& layers, const std::string& title) {
  if (layers.empty()) return {};
  constexpr double left = 150, width = 400, row = 70, top = 60, height = 48;
  report::Svg svg;
  svg.text(20, 28, title, 16, "start", "#222", true);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const WeightHistogram& layer = layers[i];
    const double y = top + static_cast<double>(i) * row, base = y + height;
    const double most = *std::max_element(layer.shares.begin(), layer.shares.end());
    const double each = width / static_cast<double>(layer.shares.size());
    svg.text(left - 10, y + 20, layer.layer, 12, "end");
    for (std::size_t k = 0; k < layer.shares.size(); ++k)
      if (const double tall = most > 0 ? height * layer.shares[k] / most : 0; tall > 0)
        svg.box({left + each * static_cast<double>(k), base - tall, each, tall}, detail::training_colour);
    for (const double limit : {-1.0, 1.0}) {  // of the chip
      const double x = left + width * (limit + 1.25) / 2.5;
      svg.line(x, y, x, base, "#e15759");
    }
    svg.line(left, base, left + width, base, "#999999");
    svg.text(left + width + 12, y + 14, std::to_string(layer.bits) + " bits, shift " + std::to_string(layer.shift), 12);
    svg.text(left + width + 12, y + 32, report::fixed(100 * layer.clipped, 2) + " % clipped", 12);
  }
  const double end = top + static_cast<double>(layers.size()) * row;
  svg.text(left, end + 6, "Red lines: the least and the greatest weight that the chip has, -1 and 1.", 11);
  return svg.document(left + width + 150, end + 24);
}

/// An answer of a classifier that is wrong, or nearly so.
struct WorstAnswer {
  std::size_t sample = 0;
  int label = 0, answer = 0;
  double distance = 0;  ///< of the answer's output to the label's, or of the label's to the second best, below 0
};

/// The `count` samples whose labels have the lowest outputs, compared with the best other output. `outputs` has
/// `classes` numbers for each sample.
inline std::vector<WorstAnswer> worst_answers(const std::vector<float>& outputs, int classes, const Samples& samples,
                                              std::size_t count) {
  std::vector<WorstAnswer> all;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const float* own = outputs.data() + i * static_cast<std::size_t>(classes);
    const int label = samples.labels[i];
    int best = label == 0 ? 1 : 0;  // other than the label
    for (int k = 0; k < classes; ++k)
      if (k != label && own[k] > own[best]) best = k;
    if (classes < 2 || label < 0 || label >= classes) continue;
    const double distance = static_cast<double>(own[best]) - static_cast<double>(own[label]);
    all.push_back({i, label, distance > 0 ? best : label, distance});
  }
  count = std::min(count, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count), all.end(),
                    [](const WorstAnswer& a, const WorstAnswer& b) {
                      return a.distance != b.distance ? a.distance > b.distance : a.sample < b.sample;
                    });
  all.resize(count);
  return all;
}

/// Samples of other than one and three channels are shown as their first channel.
inline report::WrongPicture picture_of(const Samples& samples, std::size_t index, std::string title) {
  const Shape shape = samples.shape;
  report::WrongPicture picture{std::move(title), shape.width, shape.height, {}};
  const std::int8_t* values = samples.sample(index);
  const int pixels = shape.width * shape.height, channels = shape.channels == 3 ? 3 : 1;
  for (int i = 0; i < pixels; ++i)
    for (int c = 0; c < channels; ++c)
      picture.values.push_back(static_cast<std::uint8_t>(values[c * pixels + i] + 128));
  return picture;
}
inline report::WrongPicture picture_of(const Samples& samples, const WorstAnswer& answer) {
  return picture_of(samples, answer.sample,
                    class_name(samples, answer.label) + " taken for " + class_name(samples, answer.answer));
}

/// A box over a picture at `frame`, with words above it, or inside where there is no room, and not beyond the frame.
inline void draw_box(report::Svg& svg, report::SvgBox frame, const host::Box& box, const std::string& words,
                     const std::string& colour) {
  const auto place = [](float part, double from, double size) { return from + static_cast<double>(part) * size; };
  const double x = place(box.left, frame.x, frame.width), y = place(box.top, frame.y, frame.height);
  const double wide = static_cast<double>(box.width) * frame.width,
               high = static_cast<double>(box.height) * frame.height;
  svg.box({x, y, wide, high}, "none", words, colour, 2);
  constexpr double size = 11, tall = 13;
  const double length = report::text_width(words, size) + 4;
  const double top = y - tall < frame.y ? y : y - tall, left = std::min(x - 1, frame.x + frame.width - length);
  svg.box({left, top, length, tall}, colour);
  svg.text(left + 2, top + size, words, size, "start", "white");
}

/// What an evaluation shows; every part may be missing.
struct EvaluationPicture {
  host::Evaluation counts{};              ///< of answers
  std::vector<PrecisionRecall> curves{};  ///< of classes
  std::vector<LayerAgreement> layers{};   ///< real numbers against the chip
  std::vector<WorstAnswer> worst{};       ///< the samples that the network is most wrong about
};

/// Counts of answers, a row for each class; precision and recall; layers; and samples.
inline std::string evaluation_svg(const EvaluationPicture& shown, const Samples& samples, const std::string& title) {
  report::Measures measures;
  const host::Evaluation& counts = shown.counts;
  for (int c = 0; c < counts.classes; ++c) {
    measures.classes.push_back(class_name(samples.classes, c));
    measures.confusion.emplace_back();
    for (int k = 0; k < counts.classes; ++k) measures.confusion.back().push_back(counts.count(c, k));
  }
  for (const WorstAnswer& answer : shown.worst) measures.worst.push_back(picture_of(samples, answer));
  report::Canvas canvas(report::Canvas::Kind::file);
  canvas.title(title, report::fixed(100 * counts.accuracy(), 2) + " % of " + std::to_string(counts.total()) + " right");
  report::detail::draw_confusion(canvas, measures);
  draw_precision_recall(canvas, shown.curves, samples.classes);
  draw_agreement(canvas, shown.layers);
  report::detail::draw_worst(canvas, measures);
  return canvas.file();
}

/// The first `count` samples side by side, with a box around each thing that has been found with a score of at least
/// `least`, and its class and score in per cent. `pictures` belong to the samples, in their order.
inline std::string detections_svg(const Samples& samples, const std::vector<host::DetectedPicture>& pictures,
                                  std::size_t count, float least = 0.5F) {
  constexpr double height = 192, gap = 12;
  const double width = height * samples.shape.width / samples.shape.height;
  report::Svg svg;
  double x = gap;
  for (std::size_t i = 0; i < std::min({count, pictures.size(), samples.size()}); ++i, x += width + gap) {
    const report::SvgBox frame{x, gap, width, height};
    const report::WrongPicture picture = picture_of(samples, i, "");
    svg.image(frame, "data:image/bmp;base64," + report::detail::base64(report::detail::bitmap(picture)), "");
    for (const host::Detection& one : pictures[i].found)
      if (one.score >= least)
        draw_box(svg, frame, one.box,
                 class_name(samples, one.label) + ' ' + std::to_string(static_cast<int>(100 * one.score)),
                 report::tensor_colour(one.label));
  }
  return svg.document(x, height + 2 * gap);
}

}  // namespace incuse::train
