// Writes docs/rules-k210.md: all rules of the K210's catalogue, in Markdown.
#include <incuse/k210/kmodel/firmware_rules.hpp>
#include <incuse/k210/rules.hpp>

#include <cstdio>
#include <iterator>

#include "rules_table.hpp"

using namespace incuse;
using namespace incuse::docs;

namespace {

int listed = 0;

template <class... Lists>
void print_lists(const Lists&... lists) {
  (print_rules(lists), ...);
  listed += (0 + ... + static_cast<int>(std::size(lists)));
}

}  // namespace

int main() {
  examples_page = "rules-k210-examples.md";
  std::puts(
      "# Rules of the K210\n\n"
      "Everything that Incuse refuses on the K210, or warns of, and what to do about it. This page is written "
      "by\n"
      "the program `incuse_rules_k210_page` from the catalogue in k210/rules.hpp; do not edit it. Rules about\n"
      "parameters and about the model language are in [rules.md](rules.md), which also says how findings are shown.");
  print_heading("Layers of the model",
                "Looked at before layers are turned into those of the KPU and of the processor.");
  print_lists(k210::layer_rules, k210::exit_rules, k210::processor_rules, k210::tensor_rules, k210::layout_rules);
  print_heading("Layers of the KPU", "Looked at wherever a layer comes from: a network type or a model file.");
  print_lists(k210::step_rules, k210::word_rules);
  print_heading("Parameters", "Looked at when they are turned into tables.");
  print_lists(k210::byte_rules, k210::number_rules, k210::table_rules, k210::count_rules, k210::input_rules,
              k210::parameter_rules, k210::joining_rules, k210::sum_rules, k210::copy_rules);
  print_heading("Values", "Decided from the actual weights and tables of a layer.");
  print_lists(k210::value_rules);
  print_heading("Planned networks", "Looked at when all maps have their place in AI RAM and in main memory.");
  print_lists(k210::plan_rules, k210::memory_rules);
  int known = 0;
  k210::for_each_rule([&](const Rule&) { ++known; });

  print_heading("Kmodels of deployments",
                "Looked at when a network becomes a kmodel: what the vendor's firmware cannot do.");
  print_rules(firmware::exported_step_rules);
  print_rules(firmware::exported_number_rules);
  if (listed == known) return 0;
  std::fprintf(stderr, "the catalogue has %d rules, this page lists %d\n", known, listed);
  return 1;
}
