// Layers in the fast executor and in its peers, on one thread and with the same instructions.
//   bench_host_layers [--level=portable|avx2|avx-vnni|avx512-vnni|amx] [--batch=N] [options of Google Benchmark]
// The repetitions of all are run in random order; the table at the end has the median of each in microseconds of the
// thread's time, and ratios of ours to a peer's: of the medians, and of the fastest and slowest pairs. It also says how
// much of what the multipliers can do is reached, and how many outputs of a peer are not those of the chip.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <incuse/host/fast/executor.hpp>

#include "peers/layer.hpp"
#include "peers/peak.hpp"
#ifdef INCUSE_BENCH_ONEDNN
#include "peers/onednn.hpp"
#endif
#ifdef INCUSE_BENCH_XNNPACK
#include "peers/xnnpack.hpp"
#endif

namespace {

namespace fast = incuse::host::fast;

struct Settings {
  fast::Level level = fast::best_level();
  int batch = 1;
};

/// Times of one benchmark, by repetition.
using Times = std::vector<double>;
std::map<std::string, Times> times;
std::map<std::string, long> differences;  ///< outputs that are not those of the reference executor

class Collector : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs)
      if (run.run_type == Run::RT_Iteration && !run.error_occurred)
        times[run.run_name.function_name].push_back(1e6 * run.cpu_accumulated_time / static_cast<double>(run.iterations));
  }
};

double median(Times list) {
  std::sort(list.begin(), list.end());
  return list.empty() ? 0 : list[list.size() / 2];
}

template <class Runner>
void add(const std::string& name, std::shared_ptr<Runner> runner) {
  benchmark::RegisterBenchmark(name.c_str(), [runner](benchmark::State& state) {
    for (auto _ : state) runner->run();
  });
}

/// Our own layer, once for every input of the batch.
struct OwnLayer {
  fast::PackedNetwork<1> packed;
  std::vector<fast::Executor<1>> executors{};

  OwnLayer(const bench::LayerData& data, const Settings& settings)
      : packed(data.graph, data.parameters.view(), {}, settings.level) {
    for (int i = 0; i < settings.batch; ++i) {
      executors.emplace_back(packed);
      executors.back().set_input(data.input.data());
    }
  }
  void run() {
    for (auto& executor : executors) executor.run();
  }
  std::vector<int> output() const { return executors.front().output_of(0); }
};

struct Peak {
  fast::Level level;
  void run() const {
    if (level == fast::Level::amx) fast::begin_tiles();
    bench::peak_loop(level, 10'000);
    if (level == fast::Level::amx) fast::end_tiles();
  }
};

template <class Runner>
void add_checked(const std::string& name, std::shared_ptr<Runner> runner, const std::vector<int>& expected) {
  runner->run();
  const std::vector<int> actual = runner->output();
  long count = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) count += actual[i] != expected[i];
  differences[name] = count;
  add(name, runner);
}

void add_layer(const bench::LayerShape& shape, const Settings& settings) {
  const bench::LayerData data(shape);
  std::vector<int> memory(static_cast<std::size_t>(incuse::host::memory_size(data.graph)));
  const auto bound = bind(data.graph, data.parameters.view());
  incuse::host::run(bound, data.parameters.view(), data.input.data(), memory.data());
  const std::string name = shape.name;
  add_checked(name + "/incuse", std::make_shared<OwnLayer>(data, settings), memory);
#ifdef INCUSE_BENCH_ONEDNN
  for (bool is_signed : {false, true})
    add_checked(name + (is_signed ? "/oneDNN s8" : "/oneDNN u8"),
                std::make_shared<bench::OneDnnLayer>(shape, data, settings.batch, is_signed), memory);
#endif
#ifdef INCUSE_BENCH_XNNPACK
  const auto xnnpack = std::make_shared<bench::XnnpackLayer>(shape, data, settings.batch);
  if (xnnpack->ready()) add_checked(name + "/XNNPACK", xnnpack, memory);
#endif
}

/// "0.71 [0.66..0.74]": ours to a peer's.
std::string ratio(const Times& own, const Times& peer) {
  if (own.empty() || peer.empty()) return "-";
  double least = 1e9, most = 0;
  for (std::size_t i = 0; i < std::min(own.size(), peer.size()); ++i) {
    least = std::min(least, own[i] / peer[i]);
    most = std::max(most, own[i] / peer[i]);
  }
  char text[64];
  std::snprintf(text, sizeof text, "%.2f [%.2f..%.2f]", median(own) / median(peer), least, most);
  return text;
}

void print_table(const Settings& settings) {
  const double peak = bench::peak_products(settings.level) * 1e4 / median(times["peak"]) / 1e3;  // 10^9 a second
  std::printf("\nlevel %s, batch %d, peak of the multipliers %.0f GMAC/s\n", fast::name_of(settings.level),
              settings.batch, settings.level == fast::Level::portable ? 0 : peak);
  const char* const peers[] = {"oneDNN u8", "oneDNN s8", "XNNPACK"};
  std::printf("%-27s %9s %8s %6s", "layer", "incuse us", "GMAC/s", "peak");
  for (const char* peer : peers) std::printf("  %10s %-18s %5s", peer, "ratio", "diff");
  std::puts("");
  for (const bench::LayerShape& shape : bench::layers) {
    const std::string name = shape.name;
    const Times& own = times[name + "/incuse"];
    if (own.empty()) continue;
    const double speed = shape.products() * settings.batch / median(own) / 1e3;
    std::printf("%-27s %9.3f %8.0f %4.0f %%", shape.name, median(own), speed, 100 * speed / peak);
    for (const char* peer : peers) {
      const std::string other = name + "/" + peer;
      std::printf("  %10.3f %-18s %5ld", median(times[other]), ratio(own, times[other]).c_str(), differences[other]);
    }
    std::puts(differences[name + "/incuse"] == 0 ? "" : "  WRONG");
  }
}

/// Takes the program's own options out of the arguments.
bool read_settings(int& argc, char** argv, Settings& settings) {
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    if (std::strncmp(argv[i], "--batch=", 8) == 0) {
      settings.batch = std::max(1, std::atoi(argv[i] + 8));
    } else if (std::strncmp(argv[i], "--level=", 8) == 0) {
      bool found = false;
      for (fast::Level level : fast::all_levels)
        if (std::strcmp(argv[i] + 8, fast::name_of(level)) == 0) {
          settings.level = level;
          found = fast::is_supported(level);
        }
      if (!found) return std::fprintf(stderr, "this machine does not have %s\n", argv[i] + 8), false;
    } else {
      argv[kept++] = argv[i];
    }
  }
  argc = kept;
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  if (!read_settings(argc, argv, settings)) return 2;
#ifdef INCUSE_BENCH_ONEDNN
  bench::limit_onednn(settings.level);
#else
  std::puts("without oneDNN (Debian: libdnnl-dev)");
#endif
#ifndef INCUSE_BENCH_XNNPACK
  std::puts("without XNNPACK (Debian: libxnnpack-dev, libpthreadpool-dev)");
#endif
  std::vector<char*> arguments(argv, argv + argc);
  char repetitions[] = "--benchmark_repetitions=9", time[] = "--benchmark_min_time=0.005";
  char order[] = "--benchmark_enable_random_interleaving=true";
  arguments.insert(arguments.begin() + 1, {repetitions, time, order});
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  add("peak", std::make_shared<Peak>(Peak{settings.level}));
  for (const bench::LayerShape& shape : bench::layers) add_layer(shape, settings);
  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector);
  print_table(settings);
}
