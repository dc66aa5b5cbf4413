// Writes docs/rules.md: all rules of the catalogues, in Markdown.
#include <cstdio>
#include <map>
#include <string>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/description_rules.hpp>
#include <incuse/incuse.hpp>
#include <incuse/max7800x/devices.hpp>
#include <incuse/max7800x/notices.hpp>

#include <unit/max7800x/broken_networks.hpp>

#include "checks_rows.hpp"
#include "rules_table.hpp"

using namespace incuse;
using namespace incuse::docs;

namespace {

// Columns of the parts ------------------------------------------------------------------------------------------------

Findings findings_of(const test::broken::Broken& broken, const max7800x::Device& device) {
  const test::broken::Net graph = infer(broken.graph);
  auto plan = max7800x::plan_if_possible(graph, device, broken.options);
  if (broken.tamper != nullptr) broken.tamper(plan);
  Findings found = max7800x::inspect(graph, plan, device, broken.options);
  found.add(max7800x::notices(graph, device, broken.options));
  return found;
}

/// Limits of a part that are larger than the networks of the tests.
struct DeviceLimit {
  const Rule& rule;
  Quantity (*of)(const max7800x::Device& device);
};
using Part = max7800x::Device;
const DeviceLimit device_limits[] = {
    {max7800x::rules::layer_count, [](const Part& part) { return Quantity(part.max_layers); }},
    {max7800x::rules::first_layer, [](const Part& part) { return Quantity(part.max_first_layer); }},
    {max7800x::rules::repetitions, [](const Part& part) { return Quantity(part.max_layers); }},
    {max7800x::rules::dimension,
     [](const Part& part) {
       return Quantity(Extent{part.max_dimension, part.max_dimension});
     }},
    {max7800x::rules::channels, [](const Part& part) { return Quantity(part.max_channels); }},
    {max7800x::rules::frame_size, [](const Part& part) { return Quantity(part.max_frame - 1); }},
    {max7800x::rules::weight_memory, [](const Part& part) { return Quantity(part.weight_columns, "columns"); }},
    {max7800x::rules::bias_memory, [](const Part& part) { return Quantity(part.bias_values, "values"); }},
    {max7800x::rules::data_memory, [](const Part& part) { return Quantity(part.instance_bytes, "bytes"); }},
    {max7800x::rules::input_memory, [](const Part& part) { return Quantity(part.instance_bytes, "bytes"); }},
    {max7800x::rules::output_memory, [](const Part& part) { return Quantity(part.instance_bytes, "bytes"); }},
};

/// What the rules say of a part, by their names: the limit that it has, "yes" without one, nothing if no network breaks
/// the rule there.
using Cells = std::map<std::string, std::string>;
Cells cells_of(const max7800x::Device& device) {
  Cells cells;
  for (const DeviceLimit& limit : device_limits) {
    TextBuffer<120> text;
    append(text, limit.of(device));
    cells[string_of(limit.rule.id)] = string_of(text);
  }
  for (const test::broken::Broken& broken : test::broken::networks())
    for (const Finding& finding : findings_of(broken, device)) {
      std::string& cell = cells[string_of(finding.rule->id)];
      TextBuffer<120> limit;
      if (finding.has_whose.empty()) append(limit, finding.has);
      if (cell.empty() || cell == "yes") cell = limit.size > 0 ? string_of(limit) : "yes";
    }
  return cells;
}

void print_part_cells(const Rule& rule) {
  static const Cells parts[] = {cells_of(max78000), cells_of(max78002), cells_of(ai84)};
  for (const Cells& cells : parts) {
    const auto cell = cells.find(string_of(rule.id));
    std::printf(" %s |", cell == cells.end() ? "" : cell->second.c_str());
  }
}

void print_part_heading(const char* title, const char* words) {
  print_heading(title, words, " MAX78000 | MAX78002 | AI84 |", "---|---|---|");
}

/// Every row of the sheet with the rules that name it, or with a remark. False if a row has neither, or both.
bool print_sheet() {
  std::puts(
      "\n## The sheet of checks, row by row\n\n"
      "What the vendor's tool checks (max7800x-checks), and the rules that do.\n\n| row | rules |\n|---|---|");
  bool complete = true;
  for (const RowSeries& series : checks_sheet)
    for (int number = 1; number <= series.rows; ++number) {
      const std::string row = series.letter + std::to_string(number);
      std::string words;
      for (const Rule* rule : printed)
        if (description_rules::names(rule->source, {row.data(), static_cast<int>(row.size())}))
          words += (words.empty() ? "`" : ", `") + string_of(rule->id) + "`";
      for (const RowRemark& remark : row_remarks)
        if (remark.row == row) words = words.empty() ? remark.words : "";
      if (words.empty()) std::fprintf(stderr, "row %s needs either a rule or a remark\n", row.c_str());
      complete = complete && !words.empty();
      std::printf("| %s | %s |\n", row.c_str(), words.c_str());
    }
  return complete;
}

}  // namespace

int main() {
  std::puts(
      "# Rules\n\n"
      "Everything that Incuse refuses, or warns of, and what to do about it. This page is written by the program\n"
      "`incuse_rules_page` from the catalogues in the headers; do not edit it.\n\n"
      "A finding adds to the words of its rule the layer, what it needs and what there is. At run time that is a "
      "sentence,\n"
      "in a network type one compile error: [errors.md](errors.md) shows what each compiler prints. Sources name the\n"
      "project's specification sheets and headers: \"checks H22\" is row H22 of the sheet of checks.\n\n"
      "For the family there is a column per part: the limit that the part has, \"yes\" for a rule without a number, "
      "and\n"
      "nothing where none of the networks that the tests have for the rules breaks it on that part, because it can do\n"
      "what is asked, or refuses the network for another reason.");
  print_cells = print_part_cells;
  print_part_heading("MAX7800x: options, networks and layers", "Looked at before anything is placed.");
  print_rules(max7800x::feature_rules);
  print_rules(max7800x::option_rules);
  print_rules(max7800x::network_rules);
  print_rules(max7800x::map_rules);
  print_rules(max7800x::layer_rules);
  print_part_heading("MAX7800x: planned networks",
                     "Looked at with processors, offsets, weight columns and bias slots.");
  print_rules(max7800x::plan_rules);
  print_rules(max7800x::placed_layer_rules);
  print_part_heading(
      "MAX7800x: what the registers cannot say",
      "The vendor's tool accepts it, and the chip computes something else: looked at by deployments and by the\n"
      "program (`inspect`), not by the function `max7800x::check`.");
  print_rules(max7800x::datapath_option_rules);
  print_rules(max7800x::datapath_layer_rules);
  print_rules(max7800x::datapath_plan_rules);
  print_part_heading("MAX7800x: proof of the plan", "Found by following the data through the memories.");
  print_rules(max7800x::proof_rules);
  print_part_heading("MAX7800x: what could be better",
                     "Listed by `notices` and by the program; a deployment does not look at them.");
  print_rules(max7800x::network_notice_rules);
  print_rules(max7800x::notice_rules);
  print_row(max7800x::rules::zero_output);
  print_cells = [](const Rule&) {};
  print_heading("Parameters", "Trained tensors against the network type.");
  print_rules(parameter::catalogue);
  print_heading("Model language", "Network types that are none.");
  print_rules(language::catalogue);
  print_heading("Descriptions",
                "Problems of YAML files, and of files and weights together: with file, line and column.");
  print_rules(description_rules::catalogue);
  return print_sheet() ? 0 : 1;
}
