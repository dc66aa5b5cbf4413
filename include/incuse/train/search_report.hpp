// What a search has found, as a table, as JSON and as an SVG picture.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

#include <incuse/report/svg.hpp>
#include <incuse/report/table.hpp>
#include <incuse/train/search.hpp>

namespace incuse::train {

namespace detail {

inline double microseconds_of(const Candidate& candidate, const report::Supply& supply) {
  return incuse::microseconds_of(candidate.costs.cycles, supply.megahertz * 1e6);
}

/// A text as JSON has it; control characters become blanks.
inline std::string json_text(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c >= 0 && c < ' ' ? ' ' : c;
  }
  return result + '"';
}

inline std::string json_number(double number) {
  char text[40];
  std::snprintf(text, sizeof text, "%.9g", number);
  return number - number == 0 ? text : "null";  // JSON has no infinity
}

/// What a candidate reaches, for people.
inline std::string quality_text(const Candidate& candidate, LossKind loss) {
  return loss == LossKind::cross_entropy ? report::fixed(100 * candidate.score.accuracy, 2)
                                         : report::fixed(candidate.score.loss, 5);
}
inline const char* quality_name(LossKind loss) { return loss == LossKind::cross_entropy ? "% right" : "loss"; }

/// The candidates of the front, the fastest one first.
inline std::vector<const Candidate*> front_of(const std::vector<Candidate>& candidates) {
  std::vector<const Candidate*> front;
  for (const Candidate& candidate : candidates)
    if (candidate.front) front.push_back(&candidate);
  std::sort(front.begin(), front.end(), [](const Candidate* a, const Candidate* b) {
    return a->costs.cycles != b->costs.cycles ? a->costs.cycles < b->costs.cycles : a < b;  // else in their order
  });
  return front;
}

}  // namespace detail

/// One line for a candidate: its values, and what it reaches and takes, or why it is refused.
inline std::string candidate_text(const std::vector<Choice>& choices, const Candidate& candidate,
                                  const SearchSettings& settings) {
  std::string text = values_text(choices, candidate.values) + ": ";
  if (!candidate.fits()) return text + candidate.refusal;
  const LossKind loss = settings.training.loss;
  text += loss == LossKind::cross_entropy ? detail::quality_text(candidate, loss) + " % right"
                                          : "loss " + detail::quality_text(candidate, loss);
  text +=
      ", " +
      report::time_text({.total = candidate.costs.cycles, .estimated = candidate.costs.estimated}, settings.supply) +
      ", " + grouped(candidate.costs.weight_bytes) + " bytes of weights";
  return candidate.same_as < 0 ? text : text + "; the same layers as before";
}

/// The front as a table, the fastest network first, and behind it how many candidates there were.
inline std::string search_text(const std::vector<Choice>& choices, const std::vector<Candidate>& candidates,
                               const SearchSettings& settings) {
  const bool energy = settings.supply.watts > 0;
  std::vector<std::string> heading;
  heading.reserve(choices.size());
  for (const Choice& choice : choices) heading.push_back(choice.name);
  for (const char* name : {detail::quality_name(settings.training.loss), "cycles", "us", energy ? "uJ" : "",
                           "weight bytes", "% of weights"})
    heading.emplace_back(name);
  report::Table table(std::string(heading.size(), 'r'));
  table.add(heading);
  for (const Candidate* candidate : detail::front_of(candidates)) {
    const double microseconds = detail::microseconds_of(*candidate, settings.supply);
    std::vector<std::string> row;
    for (const int value : candidate->values) row.push_back(std::to_string(value));
    row.push_back(detail::quality_text(*candidate, settings.training.loss));
    row.push_back(grouped(candidate->costs.cycles));
    row.push_back(report::fixed(microseconds, 1));
    row.push_back(energy ? report::fixed(microseconds * settings.supply.watts, 2) : "");
    row.push_back(grouped(candidate->costs.weight_bytes));
    row.push_back(
        report::fixed(100.0 * candidate->costs.weight_bytes / std::max(1, candidate->costs.weight_capacity), 1));
    table.add(row);
  }
  std::size_t fitting = 0, repeated = 0, front = 0;
  for (const Candidate& candidate : candidates) {
    fitting += candidate.fits();
    repeated += candidate.same_as >= 0;
    front += candidate.front;
  }
  std::string text = front > 0 ? table.text() + '\n' : "";
  text += grouped(static_cast<long long>(candidates.size())) + " networks looked at, " +
          grouped(static_cast<long long>(fitting)) + " fit " + string_of(settings.device->name) + ", " +
          grouped(static_cast<long long>(front)) + " on the front of accuracy, cycles and weight memory";
  if (repeated > 0) text += "; " + grouped(static_cast<long long>(repeated)) + " have the layers of another one";
  return text + '\n';
}

/// One object: {"candidate": 0, "choices": {"width": 8}, "fits": true, "accuracy": …, "loss": …, "cycles": …,
/// "estimated": false, "microseconds": …, "microjoules": …, "weight_bytes": …, "weight_capacity": …, "data_bytes": …},
/// with "same_as" where the layers are those of another one; of one that does not fit "reason" behind "fits".
/// "microjoules" only where the power is given.
inline std::string json_of(const std::vector<Choice>& choices, const Candidate& candidate, std::size_t number,
                           const SearchSettings& settings) {
  using detail::json_number;
  std::string text = "{\"candidate\": " + std::to_string(number) + ", \"choices\": {";
  for (std::size_t i = 0; i < choices.size(); ++i)
    text += (i == 0 ? "" : ", ") + detail::json_text(choices[i].name) + ": " + std::to_string(candidate.values[i]);
  text += std::string("}, \"fits\": ") + (candidate.fits() ? "true" : "false");
  if (!candidate.fits()) return text + ", \"reason\": " + detail::json_text(candidate.refusal) + "}";
  const double microseconds = detail::microseconds_of(candidate, settings.supply);
  if (candidate.same_as >= 0) text += ", \"same_as\": " + std::to_string(candidate.same_as);
  if (settings.training.loss == LossKind::cross_entropy)
    text += ", \"accuracy\": " + json_number(candidate.score.accuracy);
  text += ", \"loss\": " + json_number(candidate.score.loss);
  text += ", \"cycles\": " + std::to_string(candidate.costs.cycles);
  text += std::string(", \"estimated\": ") + (candidate.costs.estimated ? "true" : "false");
  text += ", \"microseconds\": " + json_number(microseconds);
  if (settings.supply.watts > 0) text += ", \"microjoules\": " + json_number(microseconds * settings.supply.watts);
  text += ", \"weight_bytes\": " + std::to_string(candidate.costs.weight_bytes);
  text += ", \"weight_capacity\": " + std::to_string(candidate.costs.weight_capacity);
  return text + ", \"data_bytes\": " + std::to_string(candidate.costs.data_bytes) + "}";
}

/// {"front": [3, 0, 7]}: numbers of candidates, the fastest one first.
inline std::string front_json(const std::vector<Candidate>& candidates) {
  std::string text = "{\"front\": [";
  for (const Candidate* candidate : detail::front_of(candidates))
    text += (text.back() == '[' ? "" : ", ") + std::to_string(candidate - candidates.data());
  return text + "]}";
}

namespace detail {

/// Numbers at round distances that cover a range, at most seven.
inline std::vector<double> round_steps(double least, double most) {
  double step = 1e-9;
  for (int i = 0; (most - least) / step > 6; ++i) step *= i % 3 == 1 ? 2.5 : 2;
  std::vector<double> steps;
  for (double at = std::floor(least / step); (at - 1) * step < most; ++at) steps.push_back(at * step);
  return steps;
}

/// Candidates as points: up what they reach, to the right what it costs.
struct CandidatePlot {
  std::string title{};
  std::vector<double> costs{}, qualities{};  ///< of each candidate
};

inline std::string axis_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return value >= 1000 && value == std::floor(value) ? grouped(static_cast<long long>(value)) : text;
}

/// Places of numbers on an axis.
struct Axis {
  std::vector<double> marks{};
  double first = 0, last = 1;  ///< where the least and the greatest mark are

  double at(double value) const {
    return first + (last - first) * (value - marks.front()) / (marks.back() - marks.front());
  }
};

inline Axis axis_over(const std::vector<double>& values, double first, double last) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return {round_steps(*least, *most > *least ? *most : *least + 1), first, last};
}

inline void draw_candidates(report::Svg& svg, report::SvgBox frame, const CandidatePlot& plot,
                            const std::vector<const Candidate*>& candidates, const std::vector<std::string>& titles) {
  const Axis x = axis_over(plot.costs, frame.x, frame.x + frame.width);
  const Axis y = axis_over(plot.qualities, frame.y + frame.height, frame.y);
  svg.text(frame.x, frame.y - 12, plot.title, 13, "start", "#222", true);
  for (const double mark : y.marks) {
    svg.line(frame.x, y.at(mark), frame.x + frame.width, y.at(mark), "#dddddd");
    svg.text(frame.x - 6, y.at(mark) + 4, axis_number(mark), 11, "end");
  }
  for (const double mark : x.marks) {
    svg.line(x.at(mark), frame.y, x.at(mark), frame.y + frame.height, "#eeeeee");
    svg.text(x.at(mark), frame.y + frame.height + 16, axis_number(mark), 11, "middle");
  }
  for (const bool front : {false, true})  // the front is drawn on top
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (candidates[i]->front != front) continue;
      const double size = front ? 10 : 7;
      svg.box({x.at(plot.costs[i]) - size / 2, y.at(plot.qualities[i]) - size / 2, size, size},
              front ? "#e07b28" : "#a9b8c9", titles[i], "#ffffff", 1, size / 2);
    }
}

}  // namespace detail

/// Trained candidates, what they reach against cycles, weight memory and, with the power, energy; empty if there are
/// none. Pointing at one tells its values.
inline std::string search_svg(const std::vector<Choice>& choices, const std::vector<Candidate>& candidates,
                              const SearchSettings& settings, const std::string& title) {
  std::vector<const Candidate*> shown;
  std::vector<std::string> titles;
  detail::CandidatePlot cycles, bytes, energy;
  const LossKind loss = settings.training.loss;
  for (const Candidate& candidate : candidates) {
    const double quality = loss == LossKind::cross_entropy ? 100 * candidate.score.accuracy : candidate.score.loss;
    if (!candidate.fits() || candidate.same_as >= 0 || quality - quality != 0) continue;
    shown.push_back(&candidate);
    titles.push_back(candidate_text(choices, candidate, settings));
    cycles.qualities.push_back(quality);
    cycles.costs.push_back(static_cast<double>(candidate.costs.cycles));
    bytes.costs.push_back(candidate.costs.weight_bytes);
    energy.costs.push_back(detail::microseconds_of(candidate, settings.supply) * settings.supply.watts);
  }
  if (shown.empty()) return {};
  bytes.qualities = energy.qualities = cycles.qualities;
  const std::string against = std::string(detail::quality_name(loss)) + " against ";
  cycles.title = against + "cycles";
  bytes.title = against + "bytes of weights";
  energy.title = against + "uJ at " + report::fixed(settings.supply.watts * 1000, 1) + " mW";
  std::vector<const detail::CandidatePlot*> plots{&cycles, &bytes};
  if (settings.supply.watts > 0) plots.push_back(&energy);
  report::Svg svg;
  svg.text(20, 28, title, 16, "start", "#222", true);
  double top = 76;
  for (const detail::CandidatePlot* plot : plots) {
    detail::draw_candidates(svg, {80, top, 520, 220}, *plot, shown, titles);
    top += 290;
  }
  svg.text(20, top - 30,
           "Orange: no other network here is better in one thing and as good in accuracy, cycles and weights.", 11);
  return svg.document(640, top - 10);
}

}  // namespace incuse::train
