#include "training_program.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string>
#include <system_error>

#include <stdlib.h>
#include <unistd.h>

#include "request.hpp"

namespace cli {

bool is_training(int argc, char** argv) {
  const std::string verb = argc > 1 ? argv[1] : "";
  return std::find(std::begin(training_verbs), std::end(training_verbs), verb) != std::end(training_verbs);
}

void become_training_program(char** argv) {
  std::error_code unknown;
  const std::filesystem::path own = std::filesystem::read_symlink("/proc/self/exe", unknown);
  const std::string beside = (own.parent_path() / "incuse-train").string();
  // Threads of OpenMP that wait for work leave the processor to others. It reads this before it starts.
  setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
  if (!unknown) execv(beside.c_str(), argv);
  execvp("incuse-train", argv);
  throw UsageError("the program incuse-train is not there: it is built where libtorch is found, see docs/training.md");
}

}  // namespace cli
