// Rules as tables in Markdown, for the pages that list them.
#pragma once

#include <cstddef>
#include <cstdio>
#include <vector>

#include <incuse/core/checked_rule.hpp>

namespace incuse::docs {

/// Markdown would take < and | for its own.
inline void print(Text text) {
  for (int i = 0; i < text.size; ++i) {
    if (text[i] == '<' || text[i] == '|') std::putchar('\\');
    std::putchar(text[i]);
  }
}

/// Every rule that was printed so far.
inline std::vector<const Rule*> printed;

/// Cells of further columns of a rule, one behind the other; none by default.
inline void (*print_cells)(const Rule& rule) = [](const Rule&) {};

/// The page with a program that breaks each rule.
inline const char* examples_page = "rules-examples.md";

inline void print_row(const Rule& rule) {
  printed.push_back(&rule);
  std::fputs("| <a id=\"", stdout);  // reports lead here
  print(rule.id);
  std::fputs("\"></a>`", stdout);
  print(rule.id);
  std::fputs(rule.severity == Severity::error     ? "` | "
             : rule.severity == Severity::warning ? "` (warning) | "
                                                  : "` (notice) | ",
             stdout);
  print(rule.sentence);
  std::fputs(" | ", stdout);
  print(rule.remedy);
  std::printf(" | [example](%s#", examples_page);
  print(rule.id);
  std::fputs(") |", stdout);
  print_cells(rule);
  std::puts("");
}

/// `columns` and `line`: heads of further columns, and the line below them.
inline void print_heading(const char* title, const char* words, const char* columns = "", const char* line = "") {
  std::printf(
      "\n## %s\n\n%s\n\n| rule | what is wrong | what to change | breaks it |%s\n|---|---|---|---|%s\n",
      title, words, columns, line);
}

template <std::size_t N>
void print_rules(const Rule* const (&catalogue)[N]) {
  for (const Rule* rule : catalogue) print_row(*rule);
}

template <std::size_t N>
void print_rules(const Rule (&catalogue)[N]) {
  for (const Rule& rule : catalogue) print_row(rule);
}

/// `Row` is a CheckedRule: it has a pointer to its rule.
template <class Row, std::size_t N>
  requires requires(const Row& row) { row.rule->sentence; }
void print_rules(const Row (&list)[N]) {
  for (const Row& row : list) print_row(*row.rule);
}

}  // namespace incuse::docs
