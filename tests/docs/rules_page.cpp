// Writes docs/rules.md: all rules of the catalogues, in Markdown.
#include <cstdio>
#include <string>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/description_rules.hpp>
#include <incuse/incuse.hpp>
#include <incuse/max7800x/notices.hpp>

#include "checks_rows.hpp"
#include "rules_table.hpp"

using namespace incuse;
using namespace incuse::docs;

namespace {

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
      "in a network type it is one compile error per finding, with the numbers as types: `facts::layer<3>`,\n"
      "`facts::needs<812>`, `facts::has<768>`. Sources name the project's specification sheets and headers: \"checks "
      "H22\" is\n"
      "row H22 of the sheet of checks.");
  print_heading("MAX78000: options, networks and layers", "Looked at before anything is placed.");
  print_rules(max7800x::feature_rules);
  print_rules(max7800x::option_rules);
  print_rules(max7800x::network_rules);
  print_rules(max7800x::layer_rules);
  print_heading("MAX78000: planned networks", "Looked at with processors, offsets, weight columns and bias slots.");
  print_rules(max7800x::plan_rules);
  print_rules(max7800x::placed_layer_rules);
  print_heading(
      "MAX78000: what the registers cannot say",
      "The vendor's tool accepts it, and the chip computes something else: looked at by deployments and by the\n"
      "program (`inspect`), not by the function `max7800x::check`.");
  print_rules(max7800x::datapath_option_rules);
  print_rules(max7800x::datapath_layer_rules);
  print_rules(max7800x::datapath_plan_rules);
  print_heading("MAX78000: proof of the plan", "Found by following the data through the memories.");
  print_rules(max7800x::proof_rules);
  print_heading("MAX78000: what could be better",
                "Listed by `notices` and by the program; a deployment does not look at them.");
  print_rules(max7800x::notice_rules);
  print_row(max7800x::rules::zero_output);
  print_heading("Parameters", "Trained tensors against the network type.");
  print_rules(parameter::catalogue);
  print_heading("Model language", "Network types that are none.");
  print_rules(language::catalogue);
  print_heading("Descriptions",
                "Problems of YAML files, and of files and weights together: with file, line and column.");
  print_rules(description_rules::catalogue);
  return print_sheet() ? 0 : 1;
}
