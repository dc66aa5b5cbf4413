#include "new_project.hpp"

#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "choices.hpp"
#include "output.hpp"
#include "output_files.hpp"
#include "templates.hpp"

namespace cli {

namespace {

/// What differs from board to board. Sizes of memories are those of linker scripts.
struct BoardFacts {
  const char* name;
  const char* title;
  const char* family;      ///< folder of the templates
  const char* part;        ///< the library's value
  const char* part_name;   ///< the vendor's word
  const char* board_type;  ///< the library's board
  const char* sdk_board;   ///< the vendor's word
  const char* flash;
  const char* ram;
};
constexpr BoardFacts boards[] = {
    {"max78000fthr", "MAX78000FTHR", "max7800x", "max78000", "MAX78000", "Max78000Board", "FTHR_RevA", "512K", "128K"},
    {"max78000evkit", "MAX78000EVKIT", "max7800x", "max78000", "MAX78000", "Max78000Board", "EvKit_V1", "512K", "128K"},
    {"max78002evkit", "MAX78002EVKIT", "max7800x", "max78002", "MAX78002", "Max78002Board", "EvKit_V1", "2560K",
     "384K"},
    {"maix-bit", "Maix Bit", "k210", "k210_kpu", "K210", "", "", "", ""},
};

const BoardFacts& board_of(const std::string& name) {
  std::string known;
  for (const BoardFacts& board : boards) {
    if (name == board.name) return board;
    known += (known.empty() ? "" : ", ") + std::string(board.name);
  }
  throw UsageError("unknown board '" + name + "'; there are: " + known);
}

/// Names of projects are targets of CMake and Make, and parts of file names.
void expect_project_name(const std::string& name) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const bool good = !name.empty() && letters.find(name[0]) != std::string_view::npos &&
                    name.find_first_not_of(std::string(letters) + "0123456789_-") == std::string::npos;
  if (!good) throw UsageError("a project's name is a letter, then letters, digits, _ and -; not '" + name + "'");
  for (const char* taken :
       {"simulated", "run", "all", "ALL_BUILD", "clean", "edit_cache", "help", "install", "INSTALL", "package",
        "PACKAGE", "package_source", "preinstall", "rebuild_cache", "RUN_TESTS", "test", "ZERO_CHECK"})
    if (name == taken) throw UsageError("'" + name + "' is a target of every project: choose another name");
}

std::string filled_in(std::string text, const std::vector<std::pair<std::string, std::string>>& words) {
  for (const auto& [word, value] : words)
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + value.size()))
      text.replace(at, word.size(), value);
  return text;
}

}  // namespace

void add_new_options(CLI::App& verb, NewProject& project) {
  std::vector<std::string> names;
  for (const BoardFacts& board : boards) names.emplace_back(board.name);
  listing(verb.add_option("--board", project.board, "Board that the firmware is for"), names)->required();
  verb.add_option("name", project.name,
                  "Name of the project, or the path of a new folder for it: its last part is the name")
      ->required()
      ->type_name("PATH");
}

ExitCode new_project(const NewProject& project) {
  const BoardFacts& board = board_of(project.board);
  std::filesystem::path folder(project.name);
  if (!folder.has_filename()) folder = folder.parent_path();
  const std::string name = folder.filename().string();
  expect_project_name(name);
  std::error_code failure;
  if (std::filesystem::exists(folder, failure) &&
      (!std::filesystem::is_directory(folder, failure) || !std::filesystem::is_empty(folder, failure)))
    throw UsageError(folder.string() + " is there already, and not an empty folder");
  std::vector<OutputFile> files;
  for (const Template& part : templates)
    if (part.folder == std::string_view("common") || part.folder == std::string_view(board.family))
      files.push_back({(folder / part.file).string(), filled_in(part.text, {{"@NAME@", name},
                                                                            {"@BOARD@", board.name},
                                                                            {"@BOARD_NAME@", board.title},
                                                                            {"@PART@", board.part},
                                                                            {"@PART_UPPER@", board.part_name},
                                                                            {"@BOARD_TYPE@", board.board_type},
                                                                            {"@SDK_BOARD@", board.sdk_board},
                                                                            {"@FLASH@", board.flash},
                                                                            {"@RAM@", board.ram}})});
  std::filesystem::create_directories(folder, failure);
  if (failure) throw UsageError(folder.string() + ": cannot be made: " + failure.message());
  write_files(files, {});
  for (const OutputFile& file : files) say(stdout, file.path);
  return ExitCode::success;
}

}  // namespace cli
