// Layers in the fast executor and in its peers, on one thread and with the same instructions as far as a peer can be
// kept to them: XNNPACK takes what it knows, and so does oneDNN at the level "portable".
//   bench_host_layers [--level=portable|avx2|avx-vnni|avx512-vnni|amx] [--batch=N] [--networks | --growth]
//                     [options of Google Benchmark]
// With --networks whole networks, of which peers run the convolutions and Linear layers only, one after the other, and
// the time of a picture with one and with two threads, by the clock. With --growth how the time of ours grows with
// channels, with size and with the batch.
// The repetitions of all are run in random order; the table at the end has the median of each in microseconds of the
// thread's time, and ratios of ours to a peer's: of the medians, and of the fastest and slowest pairs. It also says how
// much of what the multipliers can do is reached, and how many outputs of a peer are not those of the chip. Products with
// padding count, although some are left out: a share can be more than 100 %.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include <benchmark/benchmark.h>

#include <incuse/host/fast/batch.hpp>
#include <incuse/host/run.hpp>

#include "peers/layer.hpp"
#include "peers/networks.hpp"
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
  bool networks = false, growth = false;
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
        times[run.run_name.function_name].push_back(1e6 * run.cpu_accumulated_time /
                                                    static_cast<double>(run.iterations));
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

/// Our own layer or network, once for every input of the batch.
template <int N>
struct Own {
  fast::PackedNetwork<N> packed;
  std::vector<fast::Executor<N>> executors{};

  Own(const incuse::Graph<N>& graph, incuse::Parameters parameters, const std::vector<int>& input, fast::Level level,
      int batch)
      : packed(graph, parameters, {}, level) {
    for (int i = 0; i < batch; ++i) {
      executors.emplace_back(packed);
      executors.back().set_input(input.data());
    }
  }
  void run() {
    for (auto& executor : executors) executor.run();
  }
  std::vector<int> output() const { return executors.front().output_of(packed.graph().size - 1); }
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
  const int batch = settings.batch * shape.batch;
  add_checked(name + "/incuse",
              std::make_shared<Own<1>>(data.graph, data.parameters.view(), data.input, settings.level, batch), memory);
  if (settings.growth) return;
#ifdef INCUSE_BENCH_ONEDNN
  for (bool is_signed : {false, true})
    add_checked(name + (is_signed ? "/oneDNN s8" : "/oneDNN u8"),
                std::make_shared<bench::OneDnnLayer>(shape, data, batch, is_signed), memory);
#endif
#ifdef INCUSE_BENCH_XNNPACK
  const auto xnnpack = std::make_shared<bench::XnnpackLayer>(shape, data, batch);
  if (xnnpack->ready()) add_checked(name + "/XNNPACK", xnnpack, memory);
#endif
}

/// The convolutions and Linear layers of a network in a peer, one after the other; nothing else of it. `Peer(shape,
/// data, batch, more...)` makes one.
template <class Peer>
struct PeerConvolutions {
  std::vector<std::unique_ptr<Peer>> layers{};

  template <int N, class... More>
  PeerConvolutions(const incuse::Graph<N>& graph, int batch, More... more) {
    for (int i = 0; i < graph.size; ++i) {
      const incuse::Layer& layer = graph[i];
      if (!layer.weighted()) continue;
      const incuse::Shape in = layer.flatten ? incuse::Shape{layer.pooled.elements(), 1, 1} : layer.pooled;
      const bench::LayerShape shape{"",           in.channels,  in.height, in.width, layer.out.channels,
                                    layer.kernel, layer.padding};
      layers.push_back(std::make_unique<Peer>(shape, bench::LayerData(shape), batch, more...));
    }
  }
  void run() {
    for (auto& layer : layers) layer->run();
  }
};

struct NetworkFigures {
  std::string name;
  double products;                 ///< of one picture
  double one_thread, two_threads;  ///< microseconds of a picture, by the clock
};
std::vector<NetworkFigures> networks;

/// Microseconds that a picture takes on so many threads, by the clock: the median of 9 batches of 64.
template <int N>
double batch_time(const fast::PackedNetwork<N>& packed, const std::vector<int>& input, int threads) {
  constexpr int pictures = 64;
  fast::Batch<N> batch(packed, threads);
  Times each;
  for (int i = 0; i < 9; ++i) {
    const auto start = std::chrono::steady_clock::now();
    batch.run(pictures, [&](fast::Executor<N>& executor, int) {
      executor.set_input(input.data());
      executor.run();
    });
    each.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
  }
  return median(each) / pictures;
}

template <class Net>
void add_network(const std::string& name, const Settings& settings) {
  const auto& graph = incuse::graph_of<Net>();
  const incuse::host::RandomParameters parameters = incuse::host::random_parameters(graph);
  const std::vector<int> input = incuse::host::random_input(graph);
  incuse::host::Executor reference(graph, parameters.view());
  reference.set_input(input.data());
  reference.run();
  double products = 0;
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].weighted())
      products += 1.0 * graph[i].out.elements() * graph[i].weight_in_channels() *
                  (graph[i].flatten ? graph[i].pooled.pixels() : graph[i].kernel.area());
  using Runner = Own<std::remove_cvref_t<decltype(graph)>::capacity>;
  const auto own = std::make_shared<Runner>(graph, parameters.view(), input, settings.level, settings.batch);
  networks.push_back({name, products, batch_time(own->packed, input, 1), batch_time(own->packed, input, 2)});
  add_checked(name + "/incuse", own, reference.output_of(graph.size - 1));
#ifdef INCUSE_BENCH_ONEDNN
  add(name + "/oneDNN", std::make_shared<PeerConvolutions<bench::OneDnnLayer>>(graph, settings.batch, false));
#endif
#ifdef INCUSE_BENCH_XNNPACK
  const auto xnnpack = std::make_shared<PeerConvolutions<bench::XnnpackLayer>>(graph, settings.batch);
  bool ready = true;
  for (const auto& layer : xnnpack->layers) ready = ready && layer->ready();
  if (ready) add(name + "/XNNPACK", xnnpack);
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

std::vector<bench::LayerShape> shapes_of(const Settings& settings) {
  if (settings.growth) return {std::begin(bench::growing_layers), std::end(bench::growing_layers)};
  return {std::begin(bench::layers), std::end(bench::layers)};
}

/// What the multipliers can do, in 10^9 products a second; 0: not known.
double measured_peak(fast::Level level) {
  const double time = median(times["peak"]);
  return level == fast::Level::portable || time == 0 ? 0 : bench::peak_products(level) * 1e4 / time / 1e3;
}

/// False if an output of ours was wrong.
bool print_networks(const Settings& settings) {
  const double peak = measured_peak(settings.level);
  std::printf("\nlevel %s, batch %d, peak of the multipliers %.0f GMAC/s\n", fast::name_of(settings.level),
              settings.batch, peak);
  bool right = true;
  std::printf("%-10s %10s %8s %6s  %10s %-18s  %10s %-18s %12s %12s\n", "network", "incuse us", "GMAC/s", "peak",
              "oneDNN us", "ratio", "XNNPACK us", "ratio", "1 thread us", "2 threads us");
  for (const NetworkFigures& own : networks) {
    const Times &ours = times[own.name + "/incuse"], &theirs = times[own.name + "/oneDNN"],
                &others = times[own.name + "/XNNPACK"];
    const double speed = own.products * settings.batch / median(ours) / 1e3;
    std::printf("%-10s %10.3f %8.0f %4.0f %%  %10.3f %-18s  %10.3f %-18s %12.2f %12.2f%s\n", own.name.c_str(),
                median(ours), speed, peak > 0 ? 100 * speed / peak : 0, median(theirs), ratio(ours, theirs).c_str(),
                median(others), ratio(ours, others).c_str(), own.one_thread, own.two_threads,
                differences[own.name + "/incuse"] == 0 ? "" : "  WRONG");
    right = right && differences[own.name + "/incuse"] == 0;
  }
  return right;
}

/// False if an output of ours was wrong.
bool print_table(const Settings& settings) {
  const double peak = measured_peak(settings.level);
  std::printf("\nlevel %s, batch %d", fast::name_of(settings.level), settings.batch);
  if (peak > 0) std::printf(", peak of the multipliers %.0f GMAC/s", peak);
  std::puts("");
  bool right = true;
  const char* const peers[] = {"oneDNN u8", "oneDNN s8", "XNNPACK"};
  std::printf("%-27s %9s %8s %6s", "layer", "incuse us", "GMAC/s", "peak");
  for (const char* peer : peers) std::printf("  %10s %-18s %5s", peer, "ratio", "diff");
  std::puts("");
  for (const bench::LayerShape& shape : shapes_of(settings)) {
    const std::string name = shape.name;
    const Times& own = times[name + "/incuse"];
    if (own.empty()) continue;
    const double speed = shape.products() * settings.batch * shape.batch / median(own) / 1e3;
    std::printf("%-27s %9.3f %8.0f", shape.name, median(own), speed);
    if (peak > 0)
      std::printf(" %4.0f %%", 100 * speed / peak);
    else
      std::printf(" %6s", "-");
    for (const char* peer : peers) {
      const std::string other = name + "/" + peer;
      std::printf("  %10.3f %-18s %5ld", median(times[other]), ratio(own, times[other]).c_str(), differences[other]);
    }
    const bool own_right = differences[name + "/incuse"] == 0;
    std::puts(own_right ? "" : "  WRONG");
    right = right && own_right;
  }
  return right;
}

bool read_level(const char* name, fast::Level& level) {
  for (fast::Level own : fast::all_levels)
    if (std::strcmp(name, fast::name_of(own)) == 0 && fast::is_supported(own)) return level = own, true;
  return std::fprintf(stderr, "this machine does not have %s\n", name), false;
}
bool read_batch(const char* number, int& batch) {
  char* end = nullptr;
  const long value = std::strtol(number, &end, 10);
  batch = static_cast<int>(value);
  if (*number != 0 && *end == 0 && value >= 1 && value <= 4096) return true;
  return std::fprintf(stderr, "--batch needs a number, 1 to 4096, not '%s'\n", number), false;
}

/// Takes the program's own options out of the arguments.
bool read_settings(int& argc, char** argv, Settings& settings) {
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    if (std::strncmp(argv[i], "--batch=", 8) == 0) {
      if (!read_batch(argv[i] + 8, settings.batch)) return false;
    } else if (std::strncmp(argv[i], "--level=", 8) == 0) {
      if (!read_level(argv[i] + 8, settings.level)) return false;
    } else if (std::strcmp(argv[i], "--networks") == 0) {
      settings.networks = true;
    } else if (std::strcmp(argv[i], "--growth") == 0) {
      settings.growth = true;
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
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  add("peak", std::make_shared<Peak>(Peak{settings.level}));
  if (settings.networks) {
    add_network<fashion::FashionNet>("Fashion", settings);
    add_network<bench::KeywordNet>("keyword", settings);
    add_network<bench::ResidualNet>("residual", settings);
    add_network<bench::DetectorNet>("detector", settings);
  } else {
    for (const bench::LayerShape& shape : shapes_of(settings)) add_layer(shape, settings);
  }
  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector);
  return (settings.networks ? print_networks(settings) : print_table(settings)) ? 0 : 1;
}
