// Writes docs/rules-k210.md: all rules of the K210's catalogue, in Markdown.
#include <incuse/k210/rules.hpp>

#include "rules_table.hpp"

using namespace incuse;
using namespace incuse::docs;

int main() {
  std::puts(
      "# Rules of the K210\n\n"
      "Everything that Incuse refuses on the K210's KPU, or warns of, and what to do about it. This page is written "
      "by\n"
      "the program `incuse_rules_k210_page` from the catalogue in k210/rules.hpp; do not edit it. Rules about\n"
      "parameters and about the model language are on the page of the MAX78000; how findings are shown too.\n\n"
      "Sources: \"kpu 3\" is section 3 of the KPU sheet (k210-kpu), \"kmodel\" stands for k210-kmodel, "
      "\"quantisation\"\n"
      "for k210-quantisation, \"pitfalls 15\" for row 15 of k210-pitfalls.");
  print_heading("Layers of the model", "Looked at before layers are turned into those of the KPU.");
  print_rules(k210::layer_rules);
  print_heading("Layers of the KPU", "Looked at wherever a layer comes from: a network type or a model file.");
  print_rules(k210::step_rules);
  print_rules(k210::word_rules);
  print_heading("Parameters", "Looked at when they are turned into the KPU's tables.");
  print_rules(k210::byte_rules);
  print_rules(k210::count_rules);
  print_rules(k210::parameter_rules);
  print_heading("Values", "Decided from the actual weights and tables of a layer.");
  print_rules(k210::value_rules);
  print_heading("Planned networks", "Looked at when all maps have their place in AI RAM.");
  print_rules(k210::plan_rules);
}
