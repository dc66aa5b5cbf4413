// Several processes of this machine train one model: with the same result as one process, and they end together.
//   group              starts them, and compares
//   group WORK FOLDER  what each of them does
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <incuse/import/tensor_files.hpp>
#include <incuse/train/group.hpp>
#include <incuse/train/trainer.hpp>

#include <support/temporary_folder.hpp>
#include "bars.hpp"

namespace {

using namespace incuse;

// What a process does -------------------------------------------------------------------------------------------------

constexpr int steps = 20, joint_batch = 122;  // which neither 4 nor 8 divides

/// 20 steps of SGD with rounding.
train::Settings settings_of_steps() {
  train::Settings settings;
  settings.epochs = 1;
  settings.batch = joint_batch;
  settings.optimiser = train::OptimiserKind::sgd;
  settings.rate = 0.05;
  settings.weight_decay = 1e-4;
  settings.policy.start_epoch = 0;
  settings.threads = 1;
  return settings;
}

train::Settings settings_of_epochs(int epochs) {
  train::Settings settings;
  settings.epochs = epochs;
  settings.batch = 32;
  settings.rate = 0.01;
  settings.policy.start_epoch = epochs / 2;
  settings.threads = 1;
  return settings;
}

int work(const std::string& name, const std::string& folder) {
  const train::GroupOfEnvironment read = train::group_of_environment();
  if (!read.ok()) throw std::runtime_error(read.error);
  const bool counts_steps = name == "steps" || name == "weights";
  train::Settings settings = counts_steps ? settings_of_steps() : settings_of_epochs(name == "endless" ? 100000 : 4);
  if (name == "weights") settings.class_weights = {1, 4, 0.5};
  settings.group = read.group;
  settings.group.timeout = 20;
  settings.folder = folder;
  train::ModelOptions options;
  options.batch_norm = !counts_steps;
  options.seed = static_cast<unsigned long long>(1 + read.group.rank);  // process 0's start is taken
  train::Model model(train::network_of<test::Small>(), options);
  train::Trainer trainer(model, settings);
  const train::Samples samples = train::read_samples(test::Bars(counts_steps ? steps * joint_batch : 1920, 1));
  const std::vector<train::EpochReport> reports =
      trainer.fit(samples, counts_steps ? train::Samples{} : train::read_samples(test::Bars(600, 2)));
  if (read.group.rank == 0)
    std::ofstream(folder + "/accuracy") << (reports.empty() ? 0 : reports.back().validation.accuracy);
  return 0;
}

// Processes -----------------------------------------------------------------------------------------------------------

int failures = 0;

void check(bool holds, const std::string& what) {
  if (holds) return;
  std::printf("group.cpp: %s\n", what.c_str());
  ++failures;
}

int free_port() {
  const int socket_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
  close(socket_);
  return ntohs(address.sin_port);
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Processes that work together; what they say on standard error is in FOLDER/<rank>.
class Processes {
 public:
  Processes(const std::string& name, const std::string& folder, int count) : folder_(folder) {
    std::filesystem::create_directories(folder);
    const int port = free_port();
    for (int rank = 0; rank < count; ++rank) start(name, rank, count, port);
  }
  ~Processes() {
    for (const pid_t process : processes_)
      if (process > 0) kill(process, SIGKILL), waitpid(process, nullptr, 0);
  }

  void end(int rank) { kill(processes_[static_cast<std::size_t>(rank)], SIGKILL); }
  /// Exit code, 128 and more for signals; -1: it still runs after so many seconds.
  int wait(int rank, int seconds) {
    pid_t& process = processes_[static_cast<std::size_t>(rank)];
    for (int i = 0; i < seconds * 20; ++i) {
      int status = 0;
      if (waitpid(process, &status, WNOHANG) == process) {
        process = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return -1;
  }
  std::string said(int rank) const { return text_of(folder_ + '/' + std::to_string(rank)); }

 private:
  void start(const std::string& name, int rank, int count, int port) {
    std::vector<std::string> environment = {"RANK=" + std::to_string(rank), "WORLD_SIZE=" + std::to_string(count),
                                            "MASTER_ADDR=127.0.0.1", "MASTER_PORT=" + std::to_string(port)};
    for (char** own = environ; *own != nullptr; ++own) environment.emplace_back(*own);
    std::vector<char*> variables;
    for (std::string& variable : environment) variables.push_back(variable.data());
    variables.push_back(nullptr);
    std::string program = "/proc/self/exe", work = name, folder = folder_;
    char* arguments[] = {program.data(), work.data(), folder.data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    const std::string output = folder_ + '/' + std::to_string(rank);
    posix_spawn_file_actions_addopen(&actions, 2, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t process = 0;
    check(posix_spawn(&process, program.c_str(), &actions, nullptr, arguments, variables.data()) == 0, "no process");
    posix_spawn_file_actions_destroy(&actions);
    processes_.push_back(process);
  }

  std::string folder_;
  std::vector<pid_t> processes_{};
};

/// Runs a group to its end; its folder.
std::string run(const test::TemporaryFolder& folder, const std::string& name, int count) {
  const std::string own = folder.file(name + std::to_string(count));
  Processes processes(name, own, count);
  for (int rank = 0; rank < count; ++rank) {
    const int code = processes.wait(rank, 120);
    check(code == 0, name + ": process " + std::to_string(rank) + " of " + std::to_string(count) + " ends with " +
                         std::to_string(code) + ": " + processes.said(rank));
  }
  return own;
}

// Tests ---------------------------------------------------------------------------------------------------------------

/// The greatest difference between parameters of two checkpoints.
double difference(const std::string& first, const std::string& second) {
  const import::NamedTensors a = import::read_tensors(first + "/last.pth.tar"),
                             b = import::read_tensors(second + "/last.pth.tar");
  double most = a.ok() && b.ok() && a.tensors.size() == b.tensors.size() && !a.tensors.empty() ? 0 : 1e9;
  for (std::size_t i = 0; most < 1e9 && i < a.tensors.size(); ++i)
    for (std::size_t k = 0; k < a.tensors[i].values.size(); ++k)
      most = std::max(most, std::fabs(static_cast<double>(a.tensors[i].values[k] - b.tensors[i].values[k])));
  return most;
}

void compare_steps(const test::TemporaryFolder& folder, const std::string& name) {
  const std::string one = run(folder, name, 1);
  for (const int count : {2, 4}) {
    const double most = difference(one, run(folder, name, count));
    std::printf("%s: %d processes differ from one by at most %.3g\n", name.c_str(), count, most);
    check(most <= 1e-6, "that is too much");
  }
}

void compare_accuracy(const test::TemporaryFolder& folder) {
  const double one = std::stod(text_of(run(folder, "epochs", 1) + "/accuracy"));
  for (const int count : {2, 4}) {
    const double several = std::stod(text_of(run(folder, "epochs", count) + "/accuracy"));
    std::printf("one process %.2f %% right, %d processes %.2f %%\n", 100 * one, count, 100 * several);
    check(one > 0.95 && std::fabs(one - several) <= 0.01, "batch norm in parts learns worse");
  }
}

/// Kills process `victim` of two; the other one has to end with one line, and its checkpoint goes on.
void lose(const test::TemporaryFolder& folder, int victim) {
  const std::string own = folder.file("lost" + std::to_string(victim)), checkpoint = own + "/last.pth.tar";
  {
    Processes processes("endless", own, 2);
    for (int i = 0; i < 1200 && !std::filesystem::exists(checkpoint); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    processes.end(victim);
    const auto start = std::chrono::steady_clock::now();
    const int other = 1 - victim, code = processes.wait(other, 30);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const std::string said = processes.said(other);
    std::printf("process %d was killed; behind %.1f s the other one: %s", victim, seconds, said.c_str());
    check(code == 1, "it ends with " + std::to_string(code));
    check(std::count(said.begin(), said.end(), '\n') == 1 && said.find(" ends, since another one has ended") < 40,
          "that is not one clear line");
  }
  train::Settings settings = settings_of_epochs(100000);
  train::ModelOptions options;
  options.batch_norm = true;
  train::Model model(train::network_of<test::Small>(), options);
  train::Trainer trainer(model, settings);
  trainer.resume(checkpoint);
  const auto once = [](const train::EpochReport& report) { return report.epoch < 0; };
  check(trainer.fit(train::read_samples(test::Bars(320, 1)), {}, {{}, once}).size() == 1, "the checkpoint is none");
}

void test_all() {
  const test::TemporaryFolder folder;
  compare_steps(folder, "steps");
  compare_steps(folder, "weights");
  compare_accuracy(folder);
  lose(folder, 1);
  lose(folder, 0);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc == 3) return work(argv[1], argv[2]);
    test_all();
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 1;
  }
  return failures == 0 ? 0 : 1;
}
