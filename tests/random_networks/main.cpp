// Networks by the thousand: random ones, and all small ones of a kind. One program, because most of what its commands
// take to compile is for what they share.
//   incuse_random_networks COMMAND [arguments: see the files]
#include <cstdio>
#include <string_view>

#include "commands.hpp"

int main(int argc, char** argv) {
  struct Command {
    std::string_view name;
    int (*run)(int argc, char** argv);
  };
  using namespace random_networks;
  constexpr Command commands[] = {{"early_exits", early_exits},
                                  {"enumeration", enumeration},
                                  {"mixtures", mixtures},
                                  {"soundness", soundness},
                                  {"stress", stress}};
  for (const Command& command : commands)
    if (argc > 1 && command.name == argv[1]) return command.run(argc - 1, argv + 1);
  std::fprintf(stderr, "usage: incuse_random_networks early_exits|enumeration|mixtures|soundness|stress [arguments]\n");
  return 2;
}
