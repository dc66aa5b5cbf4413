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

using About = max7800x::CheckedRule::About;

bool needs_plan(About about) { return about == About::plan || about == About::placed_layer; }
bool needs_nothing(About about) { return !needs_plan(about) && about != About::proof; }
bool is_proof(About about) { return about == About::proof; }

void print_checked(bool (*wanted)(About)) {
  for (const max7800x::CheckedRule& row : max7800x::catalogue)
    if (wanted(row.about)) print_row(*row.rule);
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
  print_checked(needs_nothing);
  print_heading("MAX78000: planned networks", "Looked at with processors, offsets, weight columns and bias slots.");
  print_checked(needs_plan);
  print_heading("MAX78000: proof of the plan", "Found by following the data through the memories.");
  print_checked(is_proof);
  print_heading("Parameters", "Trained tensors against the network type.");
  print_rules(parameter::catalogue);
  print_heading("Model language", "Network types that are none.");
  print_rules(language::catalogue);
}
