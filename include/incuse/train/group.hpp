// Several processes that train one model, each with its part of every batch: which one this is, and where they meet.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <functional>
#include <string>

namespace incuse::train {

/// A process among others. One process alone has a size of 1, and no address.
struct Group {
  int rank = 0;           ///< 0 … size - 1; process 0 writes files and reports
  int size = 1;           ///< processes
  std::string address{};  ///< of the machine of process 0
  int port = 29500;       ///< where process 0 listens
  int timeout = 300;      ///< seconds after which a process that does not answer counts as lost

  bool alone() const { return size <= 1; }
};

/// A group, or why the environment describes none.
struct GroupOfEnvironment {
  Group group{};
  std::string error{};  ///< empty if all is well

  bool ok() const { return error.empty(); }
};

/// Value of an environment variable; null: it is not set.
using Environment = std::function<const char*(const char*)>;

namespace detail {

/// "node[01-04,07],other" has the first host node01: as Slurm writes lists of hosts.
inline std::string first_host(const std::string& list) {
  const std::size_t open = list.find('['), comma = list.find(',');
  if (open == std::string::npos || comma < open) return list.substr(0, comma);
  const std::size_t end = list.find_first_of("-,]", open);
  return list.substr(0, open) + list.substr(open + 1, end == std::string::npos ? end : end - open - 1);
}

class GroupReader {
 public:
  explicit GroupReader(Environment environment) : environment_(std::move(environment)) {}

  GroupOfEnvironment read() {
    if (has("WORLD_SIZE"))
      read_place("RANK", "WORLD_SIZE");
    else if (has("OMPI_COMM_WORLD_SIZE"))
      read_place("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE");
    else if (has("SLURM_PROCID") && has("SLURM_NTASKS"))
      read_place("SLURM_PROCID", "SLURM_NTASKS");
    if (result_.ok() && !result_.group.alone()) read_meeting_place();
    return result_;
  }

 private:
  static constexpr int most_processes = 1 << 16;

  std::string text(const char* name) const {
    const char* value = environment_(name);
    return value == nullptr ? "" : value;
  }
  bool has(const char* name) const { return !text(name).empty(); }
  void refuse(const std::string& reason) {
    if (result_.ok()) result_.error = reason;
  }
  int number(const char* name, int least, int most) {
    const std::string value = text(name);
    char* end = nullptr;
    const long number = std::strtol(value.c_str(), &end, 10);
    if (!value.empty() && *end == '\0' && number >= least && number <= most) return static_cast<int>(number);
    refuse(std::string("the environment variable ") + name + " is a number from " + std::to_string(least) + " to " +
           std::to_string(most) + (value.empty() ? ", and is missing" : ", not '" + value + "'"));
    return least;
  }
  void read_place(const char* rank, const char* size) {
    result_.group.size = number(size, 1, most_processes);
    if (result_.ok()) result_.group.rank = number(rank, 0, result_.group.size - 1);
  }
  void read_meeting_place() {
    Group& group = result_.group;
    group.address = text("MASTER_ADDR");
    if (group.address.empty() && text("OMPI_COMM_WORLD_LOCAL_SIZE") == std::to_string(group.size))
      group.address = "127.0.0.1";
    if (group.address.empty()) group.address = first_host(text("SLURM_STEP_NODELIST"));
    if (group.address.empty())
      refuse("there are " + std::to_string(group.size) +
             " processes, and the environment variable MASTER_ADDR does not say on which machine number 0 runs");
    if (has("MASTER_PORT")) group.port = number("MASTER_PORT", 1, 65535);
  }

  Environment environment_;
  GroupOfEnvironment result_{};
};

}  // namespace detail

/// The group that torchrun (RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT), Open MPI's mpirun or Slurm's srun have started
/// this process in; without their variables it is alone.
inline GroupOfEnvironment group_of_environment(const Environment& environment = [](const char* name) -> const char* {
  return std::getenv(name);
}) {
  return detail::GroupReader(environment).read();
}

}  // namespace incuse::train
