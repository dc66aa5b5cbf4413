// Random networks in which the KPU and the processor take turns: each is refused with a message, or its plan is run,
// in memories full of rubbish, and computes what the layers of the graph compute one by one.
#include <incuse/k210/tables/byte_networks.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <incuse/host/run.hpp>
#include <incuse/k210/cpu/cpu_run.hpp>
#include <incuse/k210/deployment.hpp>
#include <incuse/model/activations.hpp>

#include <support/random.hpp>
#include <support/stored_parameters.hpp>

namespace test_mixed_networks {

using namespace incuse;
using namespace incuse::k210;

namespace {

constexpr int most_layers = 10;
using Net = Graph<most_layers>;
using Codes = std::vector<std::uint8_t>;
using Numbers = std::vector<float>;

using test::Random;

std::size_t size_of(int count) { return static_cast<std::size_t>(count); }

// Networks ------------------------------------------------------------------------------------------------------------

Layer random_pooling(Random& random) {
  Layer layer;
  layer.pooling = random.one_in(3) ? Pooling::average : Pooling::max;
  const int window = 1 + random.below(4), step = random.one_in(2) ? window : 1 + random.below(3);
  layer.pool = {window, random.one_in(6) ? 1 : window};
  layer.pool_stride = {step, step};
  layer.pool_same = random.one_in(6);
  return layer;
}

Layer random_convolution(Random& random) {
  Layer layer = random.one_in(3) ? random_pooling(random) : Layer{};
  layer.op = Operator::conv2d;
  const int kernel = random.one_in(2) ? 1 : 3;
  layer.kernel = {kernel, kernel};
  layer.padding = {kernel / 2, kernel / 2};
  layer.out_channels = 1 + random.below(6);
  if (random.one_in(5)) layer.out_channels = layer.groups = 0;
  layer.activation = random.one_in(2) ? Activation::relu : Activation::none;
  layer.output_shift = random.below(6) - 4;
  layer.bias = random.one_in(2);
  layer.on_cpu = random.one_in(5);
  if (layer.on_cpu && random.one_in(2)) {
    layer.stride = {1 + random.below(3), 1 + random.below(3)};
    layer.dilation = {1 + random.below(2), 1 + random.below(2)};
    layer.with.border = {random.below(3), random.below(3), random.below(3), random.below(3)};
  }
  return layer;
}

/// Numbers of layers that move, reduce or combine values; some do not fit.
SoftwareOptions random_options(Random& random) {
  SoftwareOptions with;
  const int orders[][tensor_dimensions] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  const auto& order = orders[random.below(6)];
  for (int d = 0; d < tensor_dimensions; ++d) {
    with.order[d] = order[d];
    with.before[d] = random.below(4) - 1;
    with.after[d] = random.below(4) - 1;
    if (random.one_in(2)) with.parts[d] = {random.below(3), random.below(14), 1 + random.below(2)};
    if (random.one_in(6)) with.parts[d] = {random.below(10), -1, -1};
    with.reduced[d] = random.one_in(2);
  }
  with.block = 1 + random.below(3);
  with.channels_first = random.one_in(2);
  with.shape = {1 + random.below(64), random.one_in(2) ? 1 : 4, random.one_in(2) ? 1 : 4};
  with.reduction = static_cast<Reduction>(random.below(4));
  return with;
}

Layer random_software(Random& random) {
  Layer layer;
  layer.on_cpu = true;
  const int kind = 1 + random.below(static_cast<int>(Software::upload) + 4);
  layer.software = kind > static_cast<int>(Software::upload) ? Software::upload : static_cast<Software>(kind);
  layer.with = random_options(random);
  if (layer.software == Software::combine) {
    layer.with = {};
    layer.with.pairing = static_cast<Pairing>(random.below(6));
    if (layer.with.pairing == Pairing::divide) layer.with.pairing = Pairing::add;  // 0 / 0 equals nothing
  }
  if (layer.software == Software::pad) layer.pad_value = static_cast<float>(random.below(256) - 128);
  if (layer.software == Software::apply) {
    layer.activation = random.one_in(2) ? Activation::relu : Activation::function;
    if (layer.activation == Activation::function) layer.function = activations::sigmoid;
  }
  if (layer.software == Software::resize) {
    if (random.one_in(2))
      layer.with.scale_factor = {1 + random.below(2), 1 + random.below(2)};
    else
      layer.resized = {1 + random.below(12), 1 + random.below(12)};
  }
  if (layer.software == Software::requantize && random.one_in(2)) {
    layer.activation = Activation::function;
    layer.function = activations::sigmoid;
  }
  return layer;
}

Layer random_layer(Random& random) {
  Layer layer;
  switch (random.below(9)) {
    case 0:
    case 1:
      return random_convolution(random);
    case 2:
      layer = random_pooling(random);
      layer.on_cpu = random.one_in(2);
      if (layer.on_cpu && random.one_in(3)) layer.with.border = {random.below(2), random.below(2), random.below(2), 0};
      return layer;
    case 3:
      layer.on_cpu = !random.one_in(8);
      layer.elementwise = random.one_in(12) ? Elementwise::sub : Elementwise::add;
      layer.operands = random.one_in(10) ? 3 : 2;
      return layer;
    case 4:
      layer.op = Operator::linear;
      layer.out_channels = 1 + random.below(12);
      layer.flatten = !random.one_in(3);
      layer.output_shift = random.below(3) - 1;
      layer.activation = random.one_in(3) ? Activation::relu : Activation::none;
      layer.bias = random.one_in(2);
      layer.on_cpu = !random.one_in(10);
      return layer;
    case 5:
      layer.on_cpu = !random.one_in(3);
      return layer;  // copies or joins
    default:
      return random_software(random);
  }
}

/// Sources as random as the layer: its own number of them, mostly late ones.
void add_sources(Random& random, Layer& layer, int index) {
  const bool joins = layer.op == Operator::none && layer.elementwise == Elementwise::none &&
                     layer.software == Software::none && layer.pooling == Pooling::none;
  const int count = layer.elementwise != Elementwise::none ? layer.operands - (random.one_in(20) ? 1 : 0)
                    : layer.software == Software::combine  ? 2
                    : joins && layer.on_cpu                ? 1 + random.below(3)
                                                           : 1;
  for (int i = 0; i < count; ++i)
    layer.sources.push(random.one_in(2) ? index - 1 : index - 1 - random.below(index + 1));
}

bool accepted(const Net& graph) {
  return k210::check(graph, plan_if_possible(graph, k210_kpu), k210_kpu).ok() && check_bytes(graph, k210_kpu).ok();
}

/// As an author writes it, without shapes. `careful`: layers that break a rule are tried again.
Net random_network(Random& random, bool careful) {
  Net graph;
  graph.input = {1 + random.below(5), 4 + random.below(13), 4 + random.below(13)};
  if (random.one_in(4)) graph.input = {1 + random.below(20), 1, 1};
  if (random.one_in(6)) graph.input = {1 + random.below(20), 4, 4};
  graph.real_input = random.one_in(5);
  const int layers = 1 + random.below(most_layers);
  for (int i = 0; i < layers; ++i) {
    Net next;
    int tries = careful ? 40 : 1;
    do {
      next = graph;
      Layer& layer = next[next.size++] = random_layer(random);
      add_sources(random, layer, i);
      layer.output = random.one_in(5);
    } while (--tries > 0 && !accepted(infer(next)));
    graph = next;
    graph[i].output = next[i].output && (i + 1 == layers || random.one_in(5));
  }
  return graph;
}

// Parameters ----------------------------------------------------------------------------------------------------------

test::StoredParameters random_parameters(const Net& graph, Random& random) {
  return {graph, [&](int, int bits, int) { return random.signed_bits(bits); }};
}

// What the layers compute, one by one ---------------------------------------------------------------------------------

/// A tensor of codes or of real numbers.
struct Values {
  Codes codes{};
  Numbers reals{};

  friend bool operator==(const Values&, const Values&) = default;
};

/// A layer that knows signed bytes only.
Codes run_on_bytes(const Layer& layer, const LayerParameters& own, const std::vector<Values>& sources,
                   const std::vector<Shape>& shapes) {
  std::vector<std::vector<int>> ints;
  std::vector<host::ConstView> views;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    ints.emplace_back();
    for (int code : sources[s].codes) ints.back().push_back(code - byte_zero_point);
    views.push_back({ints.back().data(), shapes[s]});
  }
  std::vector<int> out(size_of(layer.out.elements())), scratch(size_of(host::scratch_size(layer)) + 1);
  host::run_layer(host::ByteArithmetic(k210_kpu), layer, own, views.data(), static_cast<int>(views.size()),
                  host::View{out.data(), layer.out}, scratch.data());
  Codes codes;
  for (int value : out) codes.push_back(code_of(value));
  return codes;
}

/// Sums of products. False if the task has none.
bool run_sums(const Layer& layer, Task task, const LayerParameters& own, const Numbers& in, Numbers& out) {
  float* const to = out.data();
  switch (task) {
    case Task::fully_connected:
      fully_connected(in.data(), layer.in.elements(), own.weight, layer.bias ? own.bias : Tensor{}, layer.out.channels,
                      static_cast<float>(incuse::detail::power_of_two(layer.output_shift - 7)),
                      layer.activation == Activation::relu ? Clamp{.lowest = 0} : Clamp{}, to);
      break;
    case Task::convolution:
      convolve(
          in.data(), cpu_convolution_of(layer, layer.in, layer.out), own.weight,
          [&](int o) { return layer.bias ? static_cast<float>(own.bias[o]) : 0.0f; }, to);
      for (float& value : out) {
        value *= static_cast<float>(incuse::detail::power_of_two(layer.output_shift - 7));
        if (layer.activation == Activation::relu && value < 0) value = 0;
      }
      break;
    default:
      return false;
  }
  return true;
}

/// Windows, and values that change their places. False if the task is neither.
bool run_places(const Layer& layer, Task task, const Numbers& in, Numbers& out) {
  float* const to = out.data();
  switch (task) {
    case Task::average_pool:
      average_pool(in.data(), layer.in, layer.out, cpu_window_of(layer), to);
      break;
    case Task::global_average_pool:
      global_average_pool(in.data(), layer.in.pixels(), layer.in.channels, to);
      break;
    case Task::resize:
      resize_nearest(in.data(), layer.in, layer.out.extent(), to);
      break;
    case Task::flatten:
      flatten(in.data(), layer.in, to);
      break;
    case Task::real_max_pool:
      max_pool(in.data(), layer.in, layer.out, cpu_window_of(layer), layer.pool_dilation, to);
      break;
    case Task::pad:
      pad_values(in.data(), layer.in, layer.out, layer.with.before, layer.pad_value / 128.0f, to);
      break;
    case Task::move:
      move_values(in.data(), walk_of(layer.with, layer.software, layer.in), to);
      break;
    case Task::reduce:
      reduce(in.data(), layer.in, layer.out, layer.with.reduction, to);
      break;
    default:
      return false;
  }
  return true;
}

/// A layer that reads or makes real numbers.
Values run_on_numbers(const Layer& layer, Task task, const LayerParameters& own, const std::vector<Values>& sources,
                      const std::vector<Shape>& shapes) {
  const Numbers& in = sources[0].reals;
  const int count = layer.in.elements();
  Values out;
  out.reals.resize(size_of(layer.out.elements()));
  if (run_sums(layer, task, own, in, out.reals) || run_places(layer, task, in, out.reals)) return out;
  float* to = out.reals.data();
  switch (task) {
    case Task::dequantize:
      for (std::size_t i = 0; i < sources[0].codes.size(); ++i)
        out.reals[i] = static_cast<float>(sources[0].codes[i] - 128) / 128.0f;
      break;
    case Task::quantize:
      out.codes.resize(in.size());
      quantize(in.data(), count, {1.0f / 128.0f, -1.0f}, out.codes.data());
      out.reals.clear();
      break;
    case Task::add:
      for (int i = 0; i < count; ++i) out.reals[size_of(i)] = in[size_of(i)] + sources[1].reals[size_of(i)];
      break;
    case Task::concat:
      out.reals.clear();
      for (const Values& source : sources) out.reals.insert(out.reals.end(), source.reals.begin(), source.reals.end());
      break;
    case Task::softmax:
      softmax(in.data(), count, to);
      break;
    case Task::logistic:
      logistic(in.data(), count, to);
      break;
    case Task::l2_normalize:
      l2_normalize(in.data(), count, to);
      break;
    case Task::combine:
      for_each_pair(shapes[0], shapes[1], layer.out, [&](int a, int b) {
        *to++ = paired(layer.with.pairing, in[size_of(a)], sources[1].reals[size_of(b)]);
      });
      break;
    case Task::apply:
      for (std::size_t i = 0; i < in.size(); ++i)
        out.reals[i] = layer.activation == Activation::function ? layer.function(in[i]) : in[i] < 0 ? 0.0f : in[i];
      break;
    default:
      FAIL("a task that does not belong here");
  }
  return out;
}

std::vector<Values> run_graph(const Net& graph, Parameters trained, const Values& input) {
  const auto elements = elements_of(graph);
  std::vector<Values> outputs;
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    std::vector<Values> sources;
    std::vector<Shape> shapes;
    for (int source : layer.sources) {
      sources.push_back(source == network_input ? input : outputs[size_of(source)]);
      shapes.push_back(source_shape(graph, source));
    }
    const LayerParameters own = layer.weighted() ? parameters_of(graph, trained, i) : LayerParameters{};
    const bool bytes_only = elements.reads[i] == Element::code && elements.makes[i] == Element::code;
    if (bytes_only)
      outputs.push_back({run_on_bytes(layer, own, sources, shapes), {}});
    else
      outputs.push_back(run_on_numbers(layer, elements.tasks[i], own, sources, shapes));
  }
  return outputs;
}

// What the plan computes ----------------------------------------------------------------------------------------------

struct EveryTask {
  constexpr bool does(Task) const { return true; }
};
constexpr EveryTask every_task{};

/// Both memories.
class Machine {
 public:
  using NetPlan = Plan<Net::capacity>;

  Machine(const Net& graph, const NetPlan& plan, Parameters trained, unsigned seed)
      : graph_(graph), plan_(plan), trained_(trained), ram_(size_of(k210_kpu.ram_bytes())) {
    main_.resize(size_of(plan.main.used_lines() * line_bytes / 4));
    Random random(seed);
    for (std::uint8_t& byte : ram_) byte = static_cast<std::uint8_t>(random.below(256));
    for (float& number : main_) number = static_cast<float>(random.below(1000));
  }

  void run(const Values& input) {
    if (plan_.input.placed()) pack(MapLayout(graph_.input), input.codes.data(), ram_at(plan_.input.line));
    if (plan_.main.input.placed()) {
      if (graph_.real_input)
        copy(input.reals, reinterpret_cast<float*>(main_at(network_input)));
      else
        copy(input.codes, main_at(network_input));
    }
    for (int i = 0; i < plan_.graph.size; ++i)
      if (plan_.graph[i].on_cpu())
        run_on_cpu<every_task>(k210::detail::cpu_step_image(plan_, i, cpu_step(i).parameters), memory(), *this);
      else
        run_on_kpu(i);
  }

  /// As the driver unloads it.
  Values output(int step) {
    const Shape shape = plan_.graph[step].out();
    Values values;
    if (plan_.graph[step].element() == Element::real) {
      const float* from = reinterpret_cast<const float*>(main_at(step));
      values.reals.assign(from, from + shape.elements());
    } else if (plan_.maps[step].placed()) {
      values.codes.resize(size_of(shape.elements()));
      unpack(MapLayout(shape), ram_at(plan_.maps[step].line), values.codes.data());
    } else {
      values.codes.assign(main_at(step), main_at(step) + shape.elements());
    }
    return values;
  }

  void store(int line, int offset, const std::uint8_t* codes, int count) {
    for (int i = 0; i < count; ++i) ram_[size_of(line * line_bytes + offset + i)] = codes[i];
  }

 private:
  CpuStep cpu_step(int step) const { return byte_cpu_step(graph_, plan_.graph, trained_, step); }

  void run_on_kpu(int index) {
    const ByteStep step = byte_step(graph_, plan_.graph, trained_, index);
    const KpuLayer& layer = step.layer;
    CHECK(check(layer, k210_kpu, k210::detail::addresses_of(plan_, index)).ok());
    Codes in(size_of(layer.in.elements())), out(size_of(layer.out().elements()));
    unpack(MapLayout(layer.in), ram_at(plan_.map(plan_.graph[index].source()).line), in.data());
    const ScratchSizes sizes = scratch_sizes(layer);
    const std::size_t plane = size_of(sizes.plane);
    Codes padded(size_of(sizes.padded)), activated(plane), pooled(plane), weights(size_of(layer.channel_weights()));
    std::vector<long long> terms(plane), sums(plane);
    const Excess excess = run_layer(
        layer, in.data(),
        [&](int o) {
          step.copy_codes(o, weights.data());
          return weights.data();
        },
        [&](int o) { return step.batch_norm(o); }, step.activation(), k210_kpu.value_bits,
        {padded.data(), terms.data(), sums.data(), activated.data(), pooled.data()}, PlanarOutput{out.data()});
    CHECK(excess.none());
    pack(MapLayout(layer.out()), out.data(), ram_at(plan_.maps[index].line));
    if (plan_.main.maps[index].placed()) copy(out, main_at(index));
  }

  template <class Value>
  static void copy(const std::vector<Value>& from, Value* to) {
    for (Value value : from) *to++ = value;
  }
  unsigned char* memory() { return reinterpret_cast<unsigned char*>(main_.data()); }
  std::uint8_t* main_at(int tensor) { return memory() + plan_.main.map(tensor).line * line_bytes; }
  std::uint8_t* ram_at(int line) {
    REQUIRE(line != not_placed);
    return ram_.data() + line * line_bytes;
  }

  const Net& graph_;
  const NetPlan& plan_;
  Parameters trained_;
  Codes ram_;
  std::vector<float> main_{};
};

Values random_input(const Net& graph, Random& random) {
  Values input;
  for (int i = 0; i < graph.input.elements(); ++i)
    if (graph.real_input)
      input.reals.push_back(static_cast<float>(random.below(512) - 256) / 128.0f);
    else
      input.codes.push_back(static_cast<std::uint8_t>(random.below(256)));
  return input;
}

/// Runs a network both ways.
void compare(const Net& graph, Random& random) {
  const test::StoredParameters stored = random_parameters(graph, random);
  const Parameters trained = stored.parameters();
  const Values input = random_input(graph, random);
  const Plan<Net::capacity> planned = plan(graph, k210_kpu);
  REQUIRE(planned.complete());
  Machine machine(graph, planned, trained, random.word());
  machine.run(input);
  const std::vector<Values> expected = run_graph(graph, trained, input);
  int step = 0;
  for (int i = 0; i < graph.size; ++i) {
    if (!graph[i].output) continue;
    while (step < planned.graph.size && !planned.graph[step].output) ++step;
    REQUIRE(step < planned.graph.size);
    CAPTURE(i);
    CHECK(planned.graph[step].out() == graph[i].out);
    CHECK(machine.output(step++) == expected[size_of(i)]);
  }
  while (step < planned.graph.size && !planned.graph[step].output) ++step;
  CHECK(step == planned.graph.size);
  CHECK(planned.graph[planned.graph.size - 1].output);
}

void expect_words(const Findings& found) {
  for (const Finding& finding : found) {
    CHECK(finding.layer >= -1);
    CHECK(sentence_of(finding, k210_kpu.name).text().size > 20);
  }
}

}  // namespace

namespace {

/// Tasks that only networks of real parameters, or with tables of their own, have.
bool needs_tables(Task task) {
  return task == Task::requantize || task == Task::quantized_convolution || task == Task::quantized_combine;
}

}  // namespace

TEST_CASE("random networks are refused with words, or compute what they say") {
  Random random(1);
  int accepted_ones = 0, refused = 0, tasks[static_cast<int>(Task::last) + 1]{}, copies = 0;
  for (int n = 0; n < 600; ++n) {
    const Net graph = infer(random_network(random, n % 3 != 0));
    const Findings found = k210::check(graph, plan_if_possible(graph, k210_kpu), k210_kpu);
    const Findings of_bytes = check_bytes(graph, k210_kpu);
    expect_words(found);
    expect_words(of_bytes);
    CAPTURE(n);
    if (found.ok() && of_bytes.ok()) {
      compare(graph, random);
      ++accepted_ones;
      const KpuGraph<Net::capacity> steps = convert(graph);
      for (int i = 0; i < steps.size; ++i) {
        ++tasks[static_cast<int>(steps[i].cpu.task)];
        copies += steps[i].copies;
      }
    } else {
      ++refused;
    }
  }
  MESSAGE(accepted_ones, " networks ran, ", refused, " were refused");
  CHECK(accepted_ones > 300);
  CHECK(refused > 100);
  CHECK(copies > 20);
  for (int task = 0; task <= static_cast<int>(Task::upload); ++task)
    if (!needs_tables(static_cast<Task>(task))) CHECK_MESSAGE(tasks[task] > 1, task);
}

TEST_CASE("layers with numbers that make no sense are refused, or run") {
  Random random(2);
  const int sizes[] = {-1, 0, 1, 2, 3, 4, 16, 1000, 1 << 20};
  const auto any = [&] { return sizes[random.below(9)]; };
  int refused = 0;
  for (int n = 0; n < 2000; ++n) {
    Net graph = random_network(random, false);
    Layer& layer = graph[random.below(graph.size)];
    switch (random.below(11)) {
      case 0:
        layer.pool = {any(), any()};
        break;
      case 1:
        layer.pool_stride = {any(), any()};
        break;
      case 2:
        if (layer.op == Operator::conv2d) layer.kernel = {any(), any()};
        break;
      case 3:
        layer.in_channels = any();
        layer.in_extent = {any(), any()};
        break;
      case 4:
        if (layer.weighted()) layer.out_channels = any();
        break;
      case 5:
        layer.resized = {any(), any()};
        break;
      case 6:
        layer.with.scale_factor = {any(), any()};
        break;
      case 7:
        graph.input = {sizes[2 + random.below(7)], sizes[2 + random.below(7)], sizes[2 + random.below(7)]};
        break;
      case 8:
        if (layer.elementwise != Elementwise::none) layer.operands = 2 + random.below(15);
        if (layer.op == Operator::conv2d) layer.padding = {any(), any()};
        break;
      case 9:
        layer.with.before[1] = any();
        layer.with.after[2] = any();
        layer.with.block = any();
        layer.with.parts[random.below(3)] = {any(), any(), any()};
        layer.with.shape = layer.software == Software::combine ? Shape{} : Shape{any(), any(), any()};
        break;
      case 10:
        if (layer.on_cpu) layer.with.border = {any(), any(), any(), any()};
        if (layer.op == Operator::conv2d) layer.stride = layer.dilation = {any(), any()};
        break;
    }
    graph = infer(graph);
    const Findings found = k210::check(graph, plan_if_possible(graph, k210_kpu), k210_kpu);
    expect_words(found);
    refused += !found.ok();
    CAPTURE(n);
    if (found.ok() && check_bytes(graph, k210_kpu).ok()) compare(graph, random);
  }
  CHECK(refused > 1000);
}

}  // namespace test_mixed_networks
