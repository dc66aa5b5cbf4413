// Writes docs/rules.md: all rules of the catalogues, in Markdown.
#include <cstdio>

#include <incuse/incuse.hpp>

using namespace incuse;

namespace {

/// Markdown would take < and | for its own.
void print(Text text) {
  for (int i = 0; i < text.size; ++i) {
    if (text[i] == '<' || text[i] == '|') std::putchar('\\');
    std::putchar(text[i]);
  }
}

void print_row(const Rule& rule) {
  std::fputs("| `", stdout);
  print(rule.id);
  std::fputs(rule.severity == Severity::warning ? "` (warning) | " : "` | ", stdout);
  print(rule.sentence);
  std::fputs(" | ", stdout);
  print(rule.remedy);
  std::fputs(" | ", stdout);
  print(rule.source);
  std::puts(" |");
}

void print_heading(const char* title, const char* words) {
  std::printf("\n## %s\n\n%s\n\n| rule | what is wrong | what to change | source |\n|---|---|---|---|\n", title, words);
}

template <std::size_t N>
void print_rules(const Rule* const (&catalogue)[N]) {
  for (const Rule* rule : catalogue) print_row(*rule);
}

template <class Subject, std::size_t N>
void print_rules(const max7800x::CheckedRule<Subject> (&list)[N]) {
  for (const max7800x::CheckedRule<Subject>& row : list) print_row(*row.rule);
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
  print_heading("MAX78000: proof of the plan", "Found by following the data through the memories.");
  print_rules(max7800x::proof_rules);
  print_heading("Parameters", "Trained tensors against the network type.");
  print_rules(parameter::catalogue);
  print_heading("Model language", "Network types that are none.");
  print_rules(language::catalogue);
}
