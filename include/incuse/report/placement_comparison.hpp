// Plans of the same networks by hand and by the planner, side by side.
#pragma once

#include <string>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/max7800x/rules.hpp>
#include <incuse/model/unplaced.hpp>
#include <incuse/report/placement_figures.hpp>
#include <incuse/report/plan_text.hpp>
#include <incuse/report/table.hpp>

namespace incuse::report {

/// One network: what its placement by hand costs and what the planner's does.
struct PlacementComparison {
  std::string name{};
  PlacementFigures by_hand{};
  PlacementFigures planned{};
  long long least_peak_bytes = 0;  ///< of any placement of the layers that the planner has chosen
  int least_columns = 0;
  std::string problem{};  ///< why there is no plan; empty: there is one

  bool has_plan() const { return problem.empty(); }
  bool meets_least_peak() const { return planned.peak_bytes == least_peak_bytes; }
};

/// A network as its author has placed it, and as the planner places it when left alone. `planned` receives the latter.
template <int N>
PlacementComparison compare_placement(const std::string& name, const Graph<N>& graph, const max7800x::Plan<N>& plan,
                                      const max7800x::Device& device, const max7800x::Options& options,
                                      max7800x::PlannedNetwork<N>& planned) {
  PlacementComparison result{name, placement_figures(graph, plan, device, options)};
  planned = max7800x::arrange_and_plan<N>(without_placement(graph), device, options);
  const Findings findings = max7800x::inspect(planned.graph, planned.plan, device, planned.options);
  for (const Finding& finding : findings)
    if (finding.rule->severity == Severity::error && result.has_plan()) {
      const Sentence sentence = sentence_of(finding, device.name);
      result.problem = string_of(sentence);
    }
  if (!result.has_plan()) return result;
  result.planned = placement_figures(planned.graph, planned.plan, device, planned.options);
  const bool in_place = planned.plan.in_place || planned.options.overlap_data;
  result.least_peak_bytes = least_peak_bytes(planned.graph, planned.plan.input_format, in_place, device, planned.options);
  result.least_columns = least_columns(planned.graph, planned.options);
  return result;
}

namespace detail {

/// A figure that is compared: its title in texts, its key in CSV files, and its value.
struct ComparedFigure {
  const char* title;
  const char* key;
  long long (*of)(const PlacementFigures&);
};
inline constexpr ComparedFigure compared_figures[] = {
    {"peak bytes", "peak_bytes", [](const PlacementFigures& f) { return f.peak_bytes; }},
    {"weight columns", "weight_columns", [](const PlacementFigures& f) -> long long { return f.columns; }},
    {"copies", "copies", [](const PlacementFigures& f) -> long long { return f.copies; }},
    {"streaming", "streaming_layers", [](const PlacementFigures& f) -> long long { return f.streaming_layers; }},
    {"cycles", "cycles", [](const PlacementFigures& f) { return f.cycles; }},
};

/// For one figure: how many plans are lower than, equal to and higher than the placement by hand, and the sums of both.
struct FigureCount {
  int lower = 0, equal = 0, higher = 0;
  long long by_hand = 0, planned = 0;

  void add(long long hand, long long own) {
    (own < hand ? lower : own > hand ? higher : equal) += 1;
    by_hand += hand;
    planned += own;
  }
};

/// A text as one cell of a comma-separated line.
inline std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string cell = "\"";
  for (char c : text) cell.append(c == '"' ? 2 : 1, c);
  return cell + '"';
}

}  // namespace detail

/// A table with one line for each network: by hand, planned, for every figure; the least peak is marked where the plan
/// meets it.
inline std::string comparison_text(const std::vector<PlacementComparison>& rows) {
  Table table("lrrrrrrrrrrrl");
  table.add({"By hand, planned", "peak bytes", "", "least", "columns", "", "copies", "", "streaming", "", "cycles", "",
             "note"});
  for (const PlacementComparison& row : rows) {
    std::vector<std::string> cells{row.name};
    for (const detail::ComparedFigure& figure : detail::compared_figures) {
      cells.push_back(grouped(figure.of(row.by_hand)));
      cells.push_back(row.has_plan() ? grouped(figure.of(row.planned)) : "-");
      if (cells.size() == 3) cells.push_back(row.has_plan() ? grouped(row.least_peak_bytes) : "-");
    }
    cells.push_back(row.has_plan() ? (row.meets_least_peak() ? "least peak" : "") : "no plan: " + row.problem);
    table.add(cells);
  }
  return table.text();
}

/// How often plans are better, as good and worse than by hand.
inline std::string comparison_summary(const std::vector<PlacementComparison>& rows) {
  int plans = 0, least = 0;
  for (const PlacementComparison& row : rows) {
    plans += row.has_plan() ? 1 : 0;
    least += row.has_plan() && row.meets_least_peak() ? 1 : 0;
  }
  std::string text = std::to_string(rows.size()) + (rows.size() == 1 ? " network, " : " networks, ") +
                     std::to_string(plans) + " planned; " + std::to_string(least) +
                     " of the plans have the least peak that is possible\n";
  Table table("lrrrrr");
  table.add({"Planned against by hand", "lower", "equal", "higher", "sum by hand", "sum planned"});
  for (const detail::ComparedFigure& figure : detail::compared_figures) {
    detail::FigureCount count;
    for (const PlacementComparison& row : rows)
      if (row.has_plan()) count.add(figure.of(row.by_hand), figure.of(row.planned));
    table.add({figure.title, std::to_string(count.lower), std::to_string(count.equal), std::to_string(count.higher),
               grouped(count.by_hand), grouped(count.planned)});
  }
  return text + table.text();
}

/// The same figures for programs: a line for each network, separated by commas.
inline std::string comparison_csv(const std::vector<PlacementComparison>& rows) {
  std::string text = "network";
  for (const detail::ComparedFigure& figure : detail::compared_figures)
    text.append(",").append(figure.key).append("_by_hand,").append(figure.key).append("_planned");
  text += ",least_peak_bytes,least_weight_columns,problem\n";
  for (const PlacementComparison& row : rows) {
    text += detail::csv_cell(row.name);
    for (const detail::ComparedFigure& figure : detail::compared_figures)
      text += ',' + std::to_string(figure.of(row.by_hand)) + ',' +
              (row.has_plan() ? std::to_string(figure.of(row.planned)) : std::string());
    if (row.has_plan())
      text += ',' + std::to_string(row.least_peak_bytes) + ',' + std::to_string(row.least_columns) + ',';
    else
      text += ",,," + detail::csv_cell(row.problem);
    text += '\n';
  }
  return text;
}

}  // namespace incuse::report
