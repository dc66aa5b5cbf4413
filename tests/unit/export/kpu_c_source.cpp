// Deployments on the K210 as C: a C compiler takes the header, and the program's words are those of the image.
#include <incuse/export/kpu_c_source.hpp>

#include <doctest/doctest.h>

#include <dlfcn.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <support/kmodel_comparison.hpp>
#include <support/parameters.hpp>
#include <support/processor_networks.hpp>
#include <support/random.hpp>
#include <support/temporary_folder.hpp>

namespace test_kpu_c_source {

using namespace incuse;

namespace {

using Net = Network<Input<3, 16, 20>, Conv2d<6, kernel<3>, pad<1>, ReLU, bias>,
                    Fused<MaxPool2d<2>, Conv2d<5, kernel<1>>>, DepthwiseConv2d<kernel<3>, pad<1>>>;
using Chip = Deployment<Net, k210_kpu, test::RandomParameters<Net>>;

/// What the header needs of the SDK: every member is a union with the bare register.
constexpr const char* sdk = R"(#pragma once
#include <stdint.h>
#define W(name) union { uint64_t reg; } name
typedef struct {
  W(interrupt_enabe); W(image_addr); W(image_channel_num); W(image_size); W(kernel_pool_type_cfg); W(kernel_load_cfg);
  W(kernel_offset); W(kernel_calc_type_cfg); W(write_back_cfg); W(conv_value); W(conv_value2); W(dma_parameter);
} kpu_layer_argument_t;
)";

/// Prints the words with their addresses taken away, and whether the tables are aligned.
constexpr const char* program = R"(#include "net.h"
#include <stdio.h>
int main(void) {
  kpu_layer_argument_t layers[NET_LAYERS];
  net_prepare(layers);
  for (int i = 0; i < NET_LAYERS; ++i) {
    const uint64_t* words = (const uint64_t*)&layers[i];
    for (int w = 0; w < 12; ++w)
      printf("%llx ", (unsigned long long)(w == 4 || w == 5 || w == 7 ? words[w] & 0xffffffffu : words[w]));
    printf("%d\n", (int)(words[5] >> 32) % 128 == 0 && (int)(words[4] >> 32) % 128 == 0 && (words[7] >> 32) % 256 == 0 &&
                       words[7] >> 32 != 0);
  }
  printf("%d %d\n", (int)sizeof net_layer0_weights, net_layer2_activation[143]);
  return 0;
}
)";

std::string expected() {
  std::string text;
  char number[32];
  for (const k210::StepImage& step : Chip::image.steps) {
    for (std::uint64_t word : step.words.words) {
      std::snprintf(number, sizeof number, "%llx ", static_cast<unsigned long long>(word));
      text += number;
    }
    text += "1\n";
  }
  return text + "162 " + std::to_string(Chip::image.steps[2].activation->bytes[143]) + '\n';
}

}  // namespace

TEST_CASE("a C compiler takes the header, and the layers are those of the image") {
  const incuse::test::TemporaryFolder folder;
  const auto write = [&](const char* file, const std::string& text) { std::ofstream(folder.file(file)) << text; };
  write("kpu.h", sdk);
  write("net.h", kpu_c_source::header(Chip::image, "net"));
  write("main.c", program);
  const std::string in = folder.text();
  const std::string command = "cc -std=c11 -Wall -Wextra -Werror -I" + in + ' ' + in + "/main.c -o " + in +
                              "/main && " + in + "/main > " + in + "/words.txt";
  REQUIRE(std::system(command.c_str()) == 0);
  std::ifstream words(folder.file("words.txt"));
  CHECK(std::string(std::istreambuf_iterator<char>(words), {}) == expected());
}

TEST_CASE("maps are described by macros") {
  const std::string text = kpu_c_source::header(Chip::image, "net");
  CHECK(text.find("#define NET_LAYERS 3\n") != std::string::npos);
  CHECK(text.find("#define NET_INPUT_ADDRESS 0\n") != std::string::npos);
  CHECK(text.find("#define NET_INPUT_GROUPS 2\n") != std::string::npos);
  CHECK(text.find("#define NET_OUTPUT0_ZERO_POINT 128\n") != std::string::npos);
  CHECK(text.find("#define NET_INPUT_SCALE 128.0f\n") != std::string::npos);
  CHECK(text.find("#define NET_OUTPUT0_SCALE 128.0f\n") != std::string::npos);
}

TEST_CASE("names") {
  CHECK(kpu_c_source::is_name("face_2"));
  CHECK_FALSE(kpu_c_source::is_name(""));
  CHECK_FALSE(kpu_c_source::is_name("2face"));
  CHECK_FALSE(kpu_c_source::is_name("a-b"));
}

namespace {

/// The C calls this for a layer of the KPU: `layer` are its words.
using RunLayer = int (*)(const std::uint64_t* layer, std::uint8_t* to, std::uint32_t bytes, void* context);

/// A virtual KPU that runs the layers that the C wants to run.
template <class Net>
struct LayersForC {
  using Storage = k210::KpuStorage<k210_kpu>;
  using Bus = k210::VirtualKpuBus<k210_kpu, Storage>;
  std::unique_ptr<Storage> storage = std::make_unique<Storage>();
  std::unique_ptr<Bus> bus = std::make_unique<Bus>(*storage);
  std::vector<std::uint8_t> ram = std::vector<std::uint8_t>(static_cast<std::size_t>(k210_kpu.ram_bytes()));
  int next = 0, wrong_words = 0;

  LayersForC() {
    const auto write = [&](std::uint32_t offset, std::uint64_t value) {
      bus->write(k210_kpu.registers + offset, value);
    };
    write(k210_kpu.offset.interrupt_clear, 7);
    write(k210_kpu.offset.fifo_threshold, 10 | 1 << 4);
    write(k210_kpu.offset.eight_bit_mode, 1);
    write(k210_kpu.offset.interrupt_mask, 6);
  }
  static int run(const std::uint64_t* words, std::uint8_t* to, std::uint32_t bytes, void* context) {
    return static_cast<LayersForC*>(context)->run(words, to, static_cast<int>(bytes));
  }
  int run(const std::uint64_t* given, std::uint8_t* to, int bytes) {
    if (next == Net::image.step_count) return 1;
    const k210::StepImage& step = Net::image.steps[next++];
    k210::LayerWords words =
        with_addresses(step.words, bus->address_of(step.batch_norm).value, bus->address_of(step.weights).value,
                       bus->address_of(step.activation).value);
    words.words[0] |= 1;
    for (int w = 0; w < 12; ++w) {
      const std::uint64_t mask = w == 4 || w == 5 || w == 7 ? 0xffffffff : ~std::uint64_t{0};
      wrong_words += (given[w] & mask) != (words.words[w] & mask) ? 1 : 0;
    }
    bus->store(k210_kpu.ram, ram.data(), static_cast<int>(ram.size()));
    if (to != nullptr) bus->start_receiving(to, bytes);
    for (const std::uint64_t word : words.words)
      bus->write(k210_kpu.registers + k210_kpu.offset.layer_argument_fifo, word);
    const bool done = (bus->read(k210_kpu.registers + k210_kpu.offset.interrupt_status) & 1) != 0;
    bus->write(k210_kpu.registers + k210_kpu.offset.interrupt_clear, 7);
    const bool received = to == nullptr || bus->finish_receiving();
    bus->load(k210_kpu.ram, ram.data(), static_cast<int>(ram.size()));
    return done && received ? 0 : 2;
  }
};

constexpr const char* glue = R"(#include "net.h"
int run(uint8_t* memory, volatile uint8_t* ram,
        int (*layer)(const kpu_layer_argument_t*, uint8_t*, uint32_t, void*), void* context);
int run(uint8_t* memory, volatile uint8_t* ram,
        int (*layer)(const kpu_layer_argument_t*, uint8_t*, uint32_t, void*), void* context) {
  static kpu_layer_argument_t layers[NET_LAYERS + 1];
  net_prepare(layers);
  return net_run(layers, memory, ram, layer, context);
}
)";

/// Compiles the header as C, loads it, and compares what it makes of an input with what a driver does.
template <class Net>
void check_run() {
  REQUIRE(kpu_c_source::problem_of(Net::image) == "");
  const incuse::test::TemporaryFolder folder;
  const auto write = [&](const char* file, const std::string& text) { std::ofstream(folder.file(file)) << text; };
  write("kpu.h", sdk);
  write("net.h", kpu_c_source::header(Net::image, "net"));
  write("glue.c", glue);
  const std::string in = folder.text(), library = in + "/net.so";
  const std::string command =
      "cc -std=c11 -O1 -Wall -Wextra -Werror -shared -fPIC -I" + in + ' ' + in + "/glue.c -o " + library;
  REQUIRE(std::system(command.c_str()) == 0);
  void* const loaded = dlopen(library.c_str(), RTLD_NOW);
  REQUIRE(loaded != nullptr);
  void* const found = dlsym(loaded, "run");
  int (*run)(std::uint8_t*, std::uint8_t*, RunLayer, void*) = nullptr;
  std::memcpy(&run, &found, sizeof run);
  LayersForC<Net> kpu;
  std::vector<std::uint64_t> aligned(static_cast<std::size_t>(kpu_c_source::detail::working_bytes(Net::image)) / 8 + 1);
  auto* const memory = reinterpret_cast<std::uint8_t*>(aligned.data());
  const k210::MapImage& from = Net::image.input;
  const std::vector<std::uint8_t> input =
      test::patterned_input(from.layout.shape.elements(), from.element == k210::Element::real);
  if (from.in_ram()) pack(from.layout, input.data(), kpu.ram.data() + from.line * k210::line_bytes);
  if (from.in_main()) std::memcpy(memory + from.main_byte, input.data(), input.size());
  CHECK(run(memory, kpu.ram.data(), LayersForC<Net>::run, &kpu) == 0);
  CHECK(kpu.next == Net::image.step_count);
  CHECK(kpu.wrong_words == 0);
  std::vector<std::vector<float>> outputs;
  for (int o = 0; o < Net::image.output_count; ++o) {
    const k210::MapImage& map = Net::image.outputs[o];
    const auto count = static_cast<std::size_t>(map.layout.shape.elements());
    std::vector<float>& numbers = outputs.emplace_back(count);
    const std::uint8_t* const place = memory + map.main_byte;
    if (map.element == k210::Element::real) {
      std::memcpy(numbers.data(), place, 4 * count);
      continue;
    }
    std::vector<std::uint8_t> codes(count);
    if (map.in_ram())
      unpack(map.layout, kpu.ram.data() + map.line * k210::line_bytes, codes.data());
    else
      codes.assign(place, place + count);
    if (o + 1 == Net::image.output_count && Net::image.ends_on_kpu())
      CHECK(std::memcmp(memory + kpu_c_source::detail::streamed_byte(Net::image), codes.data(), count) == 0);
    k210::dequantize(codes.data(), static_cast<int>(count), linear_scale(map.scale), numbers.data());
  }
  CHECK(test::differences(test::driver_outputs<Net>(input), outputs) == 0);
  dlclose(loaded);
}

}  // namespace

TEST_CASE("the C runs all layers, the processor's among them, as a driver does") {
  check_run<Chip>();
  check_run<test::ByteProcessorChip>();
  check_run<test::RealProcessorChip>();
  check_run<test::TableProcessorChip>();
}

namespace {

bool has_c(k210::Task task) { return kpu_c_source::detail::c_function_of(task) != nullptr; }
template <class... Chips>
constexpr bool one_does(k210::Task task) {
  return (Chips::image.does(task) || ...);
}

}  // namespace

TEST_CASE("so does the C of layers that only kmodels of version 4 have") {
  check_run<test::MovesChip>();
  check_run<test::OperationsChip>();
  check_run<test::CodesChip>();
  // Every task that there is runs in one of these networks.
  for (int i = 1; i <= static_cast<int>(k210::Task::last); ++i) {
    const auto task = static_cast<k210::Task>(i);
    CAPTURE(i);
    CHECK(has_c(task));
    CHECK((one_does<test::ByteProcessorChip, test::RealProcessorChip, test::TableProcessorChip, test::MovesChip,
                    test::OperationsChip, test::CodesChip>(task)));
  }
}

namespace {

/// Some program of a function, which may take from an empty stack and end early.
std::vector<std::uint8_t> random_program(test::Random& random) {
  using k210::ProgramCode;
  std::vector<std::uint8_t> bytes{k210::opcode_of(ProgramCode::load_x)};
  for (int i = random.between(1, 12); i > 0; --i) {
    const int kind = random.between(0, 9);
    if (kind < 4)
      bytes.push_back(k210::opcode_of(static_cast<k210::UnaryOp>(random.between(0, 9))));
    else if (kind < 6)
      bytes.push_back(k210::opcode_of(static_cast<Pairing>(random.between(0, 5))));
    else if (kind < 9)
      bytes.push_back(static_cast<std::uint8_t>(random.between(1, 5)));
    else
      bytes.insert(bytes.end(), {6, 0, 0, 0x20, 0x40, 6, 0, 0, 0xc0, 0xc0, 0x80});  // 2.5, -6, clamp
  }
  if (random.between(0, 3) == 0) bytes.push_back(k210::opcode_of(ProgramCode::end_value));
  return bytes;
}

}  // namespace

TEST_CASE("programs of functions in C compute what the driver's do, bit for bit") {
  namespace detail = kpu_c_source::detail;
  test::Random random(3);
  std::vector<std::vector<std::uint8_t>> programs;
  for (int op = 0; op <= static_cast<int>(k210::UnaryOp::last); ++op)
    programs.push_back({3, k210::opcode_of(static_cast<k210::UnaryOp>(op))});
  for (int i = 0; i < 60; ++i) programs.push_back(random_program(random));
  std::string text = "#include <stdint.h>\n#include <string.h>\n";
  for (const char* part : {detail::c_basics, detail::c_exponential, detail::c_elementary, detail::c_operations})
    text += detail::named(part, "net");
  std::string all;
  for (std::size_t i = 0; i < programs.size(); ++i) {
    const std::string name = "function" + std::to_string(i);
    text += detail::CProgram(programs[i].data(), static_cast<int>(programs[i].size()), "net").text(name);
    all += name + ", ";
  }
  text += "float (*const functions[])(float) = {" + all + "};\n";
  const incuse::test::TemporaryFolder folder;
  std::ofstream(folder.file("programs.c")) << text;
  const std::string in = folder.text(), library = in + "/programs.so";
  const std::string command = "cc -std=c11 -O1 -Wall -Wextra -Werror -shared -fPIC " + in + "/programs.c -o " + library;
  REQUIRE(std::system(command.c_str()) == 0);
  void* const loaded = dlopen(library.c_str(), RTLD_NOW);
  REQUIRE(loaded != nullptr);
  auto* const functions = static_cast<float (*const*)(float)>(dlsym(loaded, "functions"));
  REQUIRE(functions != nullptr);
  for (std::size_t i = 0; i < programs.size(); ++i)
    for (int k = -60; k <= 60; ++k) {
      const float x = static_cast<float>(k) * static_cast<float>(std::abs(k)) / 37.0f;
      const float wanted = k210::evaluate(programs[i].data(), static_cast<int>(programs[i].size()), x);
      const float got = functions[i](x);
      CAPTURE(i);
      CAPTURE(x);
      const bool same = std::memcmp(&wanted, &got, sizeof got) == 0 || (wanted != wanted && got != got);
      if (!same) CHECK(wanted == got);
      REQUIRE(same);
    }
  dlclose(loaded);
}

namespace {

constexpr float cubed(float x) { return x * x * x; }

}  // namespace

TEST_CASE("functions that the C does not know are named with their layer") {
  using Cubing = Network<Input<2, 8, 8>, Conv2d<2, kernel<3>, pad<1>>, Dequantize<>, Apply<Activate<cubed>>>;
  using Other = Deployment<Cubing, k210_kpu, test::RandomParameters<Cubing>>;
  CHECK(kpu_c_source::problem_of(Other::image)
            .starts_with("layer 1 of the processor: the C for the SDK has no functions"));
  CHECK(kpu_c_source::header(Other::image, "net").starts_with("#error \"layer 1 of the processor: "));
}

}  // namespace test_kpu_c_source
