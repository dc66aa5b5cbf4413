// Writes docs/rules.md: all rules of the catalogues, in Markdown.
#include <cstddef>
#include <cstdio>
#include <iterator>
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
  found.add(max7800x::notices_of_placement(graph, plan, device, broken.options));
  return found;
}

/// Limits of a part that are larger than the networks of the tests.
struct DeviceLimit {
  const Rule& rule;
  Quantity (*of)(const max7800x::Device& device);
  unsigned features = 0;  ///< that a part with this limit has, one bit each
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
    {max7800x::rules::buffer_memory, [](const Part& part) { return Quantity(part.instance_bytes, "bytes"); }},
    {max7800x::rules::tensor_outside, [](const Part& part) { return Quantity(part.instance_bytes, "bytes"); }},
    {max7800x::rules::bias_outside, [](const Part& part) { return Quantity(part.bias_values, "values"); }},
    {max7800x::rules::output_offset, [](const Part& part) { return Quantity(part.max_out_offset - 1); }},
    {max7800x::rules::write_gap, [](const Part& part) { return Quantity(part.max_write_gap); }},
    {max7800x::rules::dilation_range, [](const Part& part) { return Quantity(part.max_dimension - 1); },
     bit_of(max7800x::Feature::dilation)},
    // Of rows and columns, which large tensors exceed first.
    {max7800x::rules::register_field, [](const Part& part) { return Quantity((1 << part.fields.count_width) - 1); }},
};

/// What the rules say of a part, by their names: the limit that it has, "yes" without one, nothing if no network breaks
/// the rule there.
using Cells = std::map<std::string, std::string>;
Cells cells_of(const max7800x::Device& device) {
  Cells cells;
  for (const DeviceLimit& limit : device_limits) {
    if ((limit.features & ~device.features) != 0) continue;
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

constexpr const max7800x::Device* shown_parts[] = {&max78000, &max78002, &ai84};
constexpr std::size_t shown_part_count = std::size(shown_parts);

/// Rules with a limit that a part does not have: it can do what is asked without one, or lacks what the rule is about.
const std::string without_limit[shown_part_count] = {
    " first_layer_fifo exit_count column_rows column_pooling elementwise_bias padded_passes read_gap_passes exit_width "
    "layer_numbers repeated_first_layer repeated_jump dilated_maximum ",
    " convolution_groups column_rows column_pooling pool_in_passes elementwise_passes ",
    " first_layer_fifo exit_count kernel_length transposed_kernel linear_kernel dilation_operator dilation_range "
    "dilation_one_tap dilation_taps dilation_padding pool_in_passes pool_last_operands operand_count "
    "elementwise_conv1d read_gap_passes elementwise_passes passthrough_padding passthrough_shift passthrough_wide "
    "flatten_pixels exit_width layer_numbers chw_passes fifo_processors fifo_operands fast_fifo_channels "
    "synthesized_input repeated_first_layer dilated_maximum padded_passes unaligned_weights repeated_input input_once "
    "repeated_jump chw_flatten "};

/// Whether no part lacks a limit that another one has, unless the list above says that it has none.
bool limits_are_complete = true;

void print_part_cells(const Rule& rule) {
  static const Cells parts[shown_part_count] = {cells_of(max78000), cells_of(max78002), cells_of(ai84)};
  const std::string id = string_of(rule.id);
  std::string cells[shown_part_count];
  bool limited = false;
  for (std::size_t i = 0; i < shown_part_count; ++i) {
    const auto cell = parts[i].find(id);
    if (cell != parts[i].end()) cells[i] = cell->second;
    limited = limited || (!cells[i].empty() && cells[i] != "yes");
    std::printf(" %s |", cells[i].c_str());
  }
  for (std::size_t i = 0; i < shown_part_count; ++i) {
    if (!limited || !cells[i].empty() || without_limit[i].find(' ' + id + ' ') != std::string::npos) continue;
    std::fprintf(stderr, "%s: which limit does %s have?\n", id.c_str(), string_of(shown_parts[i]->name).c_str());
    limits_are_complete = false;
  }
}

void print_part_heading(const char* title, const char* words) {
  print_heading(title, words, " MAX78000 | MAX78002 | AI84 |", "---|---|---|");
}

/// True if every row of the sheet of checks has a rule that names it as its source, or a remark, and not both.
bool covers_sheet() {
  bool complete = true;
  for (const RowSeries& series : checks_sheet)
    for (int number = 1; number <= series.rows; ++number) {
      const std::string row = series.letter + std::to_string(number);
      bool has_rule = false, has_remark = false;
      for (const Rule* rule : printed)
        has_rule = has_rule || description_rules::names(rule->source, {row.data(), static_cast<int>(row.size())});
      for (const RowRemark& remark : row_remarks) has_remark = has_remark || remark.row == row;
      if (has_rule == has_remark) std::fprintf(stderr, "row %s needs either a rule or a remark\n", row.c_str());
      complete = complete && has_rule != has_remark;
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
      "in a network type one compile error: [errors.md](errors.md) shows what each compiler prints.\n\n"
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
  print_rules(max7800x::placement_notice_rules);
  print_row(max7800x::rules::zero_output);
  print_cells = [](const Rule&) {};
  print_heading("Parameters", "Trained tensors against the network type.");
  print_rules(parameter::catalogue);
  print_heading("Model language", "Network types that are none.");
  print_rules(language::catalogue);
  print_heading("Descriptions",
                "Problems of YAML files, and of files and weights together: with file, line and column.");
  print_rules(description_rules::catalogue);
  const bool sheet_is_complete = covers_sheet();
  return sheet_is_complete && limits_are_complete ? 0 : 1;
}
