// Writes docs/flags.md: all flags of the program, with the C++ types that say the same, in Markdown.
#include <cstdio>
#include <string>
#include <string_view>

#include <incuse/import/flags.hpp>

using namespace incuse;

namespace {

std::string names_text(std::string_view names) {
  std::string text;
  while (!names.empty()) {
    const std::size_t comma = names.find(',');
    text += (text.empty() ? "`" : ", `") + std::string(names.substr(0, comma)) + '`';
    names = comma == std::string_view::npos ? std::string_view() : names.substr(comma + 1);
  }
  return text;
}

std::string type_text(const std::string& type) { return type.empty() ? "" : '`' + type + '`'; }

void print_row(const char* names, const std::string& value, const std::string& type, const char* meaning) {
  std::printf("| %s | %s | %s | %s |\n", names_text(names).c_str(), value.c_str(), type.c_str(), meaning);
}

void print_heading(const char* title, const char* words) {
  std::printf("\n## %s\n\n%s\n\n| flag | value | type | effect |\n|---|---|---|---|\n", title, words);
}

std::string range_text(const flags::Number& row) {
  return std::to_string(row.least) + (row.step == 1 ? " to " : " or ") + std::to_string(row.most);
}

/// Rows of options (`of_options`) or of changes of the network.
void print_settings(bool of_options) {
  for (const flags::Switch& row : flags::switches)
    if ((*row.type != '\0') == of_options) print_row(row.names, "", type_text(row.type), row.meaning);
  if (of_options)
    for (const flags::Path& row : flags::paths) print_row(row.names, "", type_text(row.type), row.meaning);
  for (const flags::Number& row : flags::numbers)
    if ((*row.type != '\0') == of_options)
      print_row(row.names, range_text(row), *row.type == '\0' ? "" : type_text(std::string(row.type) + "<...>"),
                row.meaning);
  if (of_options) {
    for (const flags::Address& row : flags::addresses)
      print_row(row.names, "address", type_text(std::string(row.type) + "(Device, ...)"), row.meaning);
    return;
  }
  for (const flags::Layers& row : flags::layers) {
    const std::string names = std::string(row.names) + (*row.name_with_list == '\0' ? "" : ",") + row.name_with_list;
    print_row(names.c_str(), "numbers of layers, as 0,2 or 0 2", "", row.meaning);
  }
}

/// What a flag without effect takes: the name of its value, or the possible ones.
std::string value_text(const flags::Value& value) {
  const std::string words = words_of(value);
  return words.empty() ? value.name : words;
}

template <class Table>
void print_plain(const Table& table) {
  for (const auto& row : table) print_row(row.names, value_text(row.value), "", row.meaning);
}

}  // namespace

int main() {
  std::puts(
      "# Flags\n\n"
      "Every flag of the program `incuse` that is about networks and tables, and every flag of the vendor's tool. This "
      "page\n"
      "is written by the program `incuse_flags_page` from the tables in `import/flags.hpp`; do not edit it.\n\n"
      "A flag is called like the C++ type that says the same to a `Deployment`, `max7800x::mlator_unload` for "
      "instance;\n"
      "the vendor's names are understood too, so that a script for the vendor's tool can be pasted behind a verb. "
      "Numbers\n"
      "may be hexadecimal. An unknown flag is answered with those that begin like it, or else the nearest ones.");
  print_heading("Options of a deployment", "They change tables, arithmetic or checks.");
  print_settings(true);
  print_heading("Options of a deployment without a flag",
                "The program has nothing that they would say, or says it in the description.");
  print_row("", "", type_text("max7800x::strict"), "Warnings are errors");
  print_row("", "", type_text("max7800x::accept_warnings"), "The compiler does not repeat warnings");
  print_row("", "", type_text("max7800x::snoop<...>"),
            "Registers of the units for conditional execution; in a description the key snoop");
  print_row("", "", type_text("max7800x::input_through<InputPath::fifo>"), "What the options of FIFOs are made of");
  print_row("", "", type_text("k210::strict"), "On the K210: warnings are errors");
  print_heading("Changes of the network", "They change what the description says.");
  print_settings(false);
  print_heading("Features of other chips", "Asked for on a chip that does not have one, it is an error.");
  for (const flags::FeatureFlag& row : flags::feature_flags)
    print_row(row.names, "", type_text("max7800x::with<max7800x::Feature::" + std::string(row.type) + '>'),
              row.meaning);
  print_heading("Files and folders", "The vendor's names for what the program has itself.");
  print_plain(flags::renamed);
  print_heading(
      "Without effect",
      "Taken, so that scripts can be pasted; what does the same is said beside them. Their values are checked.");
  print_plain(flags::neutral);
  print_heading("Refused",
                "They would change the result, and are not there. What they say is what to do instead. A number 0 "
                "changes nothing\nand is taken.");
  for (const flags::Refused& row : flags::refused)
    print_row(row.names, value_text(row.value), "",
              row.for_export_only ? (std::string(row.meaning) + "; refused by export only").c_str() : row.meaning);
  return 0;
}
