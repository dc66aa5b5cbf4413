// Kmodels of version 5: container and layers of the KPU; whatever is damaged is refused.
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/kmodel5.hpp>
#include <incuse/import/kmodel_faults.hpp>
#include <incuse/k210/tables/layer_arguments.hpp>
#include <incuse/report/drawn_kmodel5.hpp>
#include <incuse/report/kmodel5_text.hpp>
#include <incuse/report/kpu_svg.hpp>

#include <support/kmodel_files.hpp>
#include <support/kpu_layers.hpp>

namespace test_kmodel5 {

using namespace incuse;

namespace {

const k210::KpuLayer small = test::kpu_layer({2, 4, 4}, 3);

kmodel_files::FileBytes small_file() {
  return kmodel_files::one_layer5(encode(arguments_of(small, {}, k210_kpu)).words);
}

std::string error_with(std::size_t at, std::uint32_t number) {
  return parse_kmodel5(small_file().put(at, number).text()).error;
}

}  // namespace

TEST_CASE("modules, functions, tensors and layers") {
  const std::string bytes = small_file().text();
  CHECK(begins_kmodel5(bytes));
  const Kmodel5File file = parse_kmodel5(bytes);
  REQUIRE_MESSAGE(file.ok(), file.error);
  REQUIRE(file.modules.size() == 1);
  CHECK(std::string(file.modules[0].kind) == "k210");
  CHECK(file.modules[0].ram_bytes == 2 << 20);
  CHECK(file.model().main_bytes() == 1000);
  CHECK(file.transfers == 1);
  REQUIRE(file.inputs.size() == 1);
  REQUIRE(file.inputs[0].rank == 3);
  CHECK(file.inputs[0].sizes[0] == 2);
  CHECK(file.inputs[0].sizes[2] == 4);
  REQUIRE(file.outputs.size() == 1);
  CHECK(file.outputs[0].range.memory == k210::Kmodel5Memory::output);
  REQUIRE(file.layers.size() == 1);
  CHECK(file.layers[0].layer.in == small.in);
  CHECK(file.layers[0].layer.out_channels == 3);
  CHECK(file.layers[0].batches == 1);
  CHECK(file.layers[0].batch_norm.start == 8);
  const std::string text = report::kmodel5_text(file.model());
  CHECK(text.find("1x1   2x4x4  3x4x4") != std::string::npos);
  CHECK(text.find("i_ch_num 1, o_ch_num 2") != std::string::npos);
}

TEST_CASE("what the processor does has names") {
  // A shape of 1x2, then a conversion from bytes to float32, a difference, and a call of function 0 of module 0.
  const std::string shape("\x04\x02\x02\0\0\0\x31\x07\x02", 9);
  const std::string convert("\x5e\x0b\0\x04\x09\x07\x07\x07", 8);
  const std::string binary = std::string("\x5e\x01\0\x09\x07\x07\x07\x07\x07\x07\x01", 11) + std::string(8, '\0');
  const std::string tensor("\x17\x03\0\0\0\0\0\x03\x03\x03", 10);
  const std::string call("\x5e\x03\0\0\0\0\0\0\0\x01\x00", 11);
  const auto program = [](std::string text) {
    return text + std::string((4 - text.size() % 4) % 4, '\0');  // instructions without effect
  };
  const auto read = [](const std::string& text) { return parse_kmodel5(kmodel_files::one_program5(text).text()); };
  const Kmodel5File file = read(program(shape + convert + binary + tensor + call + "\x59"));
  REQUIRE_MESSAGE(file.ok(), file.error);
  REQUIRE(file.steps_known);
  REQUIRE(file.steps.size() == 3);
  CHECK(std::string(file.steps[0].name) == "Dequantize");
  CHECK(file.steps[0].type == 4);
  CHECK(file.steps[0].made_type == 9);
  CHECK(file.steps[0].rank == 2);
  CHECK(file.steps[0].sizes[0] == 1);
  CHECK(file.steps[0].sizes[1] == 2);
  CHECK(file.steps[2].called_function == 0);
  const std::string text = report::kmodel5_text(file.model());
  CHECK(text.find("the processor's 3 functions: 1 Binary, 1 Call, 1 Dequantize") != std::string::npos);
  CHECK(text.find("1  Binary sub       1  f32        1x2") != std::string::npos);
  CHECK(text.find("function 0 of stackvm") != std::string::npos);
  // All or nothing: a register without a shape, a type and a function that do not exist, a call of another function,
  // too few values for a call, an instruction that is cut off, and one that branches.
  for (const std::string& other :
       {convert + shape, shape + "\x5e\x0b" + std::string("\0\x0c\x09\x07\x07\x07", 6),
        shape + std::string("\x5e\x2d\0", 3), tensor + std::string("\x5e\x03\0\x01\0\0\0\0\0\x01\0", 11),
        std::string("\x03", 1) + call, shape + convert + "\x02\x01", std::string("\x56\0\0\0\0", 5)}) {
    const std::string damaged(other + std::string(other.size() % 4 == 0 ? 0 : (4 - other.size() % 4), '\x02'));
    const Kmodel5File unknown = read(damaged);
    REQUIRE_MESSAGE(unknown.ok(), unknown.error);
    CHECK(!unknown.steps_known);
    CHECK(unknown.steps.empty());
    CHECK(report::kmodel5_text(unknown.model()).find("is not named") != std::string::npos);
  }
}

TEST_CASE("layers and their maps as a picture") {
  const std::string bytes = small_file().text();
  const Kmodel5File file = parse_kmodel5(bytes);
  REQUIRE_MESSAGE(file.ok(), file.error);
  const k210::Kmodel5Layer& only = file.layers[0];
  k210::Kmodel5Layer layers[3] = {only, only, only};
  const auto move = [](k210::Kmodel5Layer& layer, int from, int to) {
    k210::KpuAddresses at;
    at.src_line = from;
    at.dst_line = to;
    layer.words = encode(arguments_of(small, at, k210_kpu));
  };
  move(layers[0], 0, 8);
  move(layers[1], 8, 16);
  move(layers[2], 8, 24);  // reads what the first has written
  k210::Kmodel5 model = file.model();
  model.layers = layers;
  model.layer_count = 3;
  const report::DrawnKpuNetwork drawn = report::drawn_network("net", model);
  REQUIRE(drawn.network.layers.size() == 3);
  CHECK(drawn.network.layers[0].reads == std::vector<int>{0});
  CHECK(drawn.network.layers[1].reads == std::vector<int>{1});
  CHECK(drawn.network.layers[2].reads == std::vector<int>{1});
  // 2 * 3 * 16 windows are 96, a clock and a half; the processor's part of a model is not known.
  CHECK(drawn.latency.total == 3 * 2);
  CHECK(drawn.latency.least);
  CHECK(drawn.latency.incomplete);
  CHECK(drawn.cycles.size() == 3);
  REQUIRE(drawn.ai_ram.size() == 4);
  CHECK(drawn.ai_ram[0].tensor == 0);  // loaded from main memory for the first layer, and not kept
  CHECK(drawn.ai_ram[0].last_step == 0);
  CHECK(drawn.ai_ram[1].tensor == 1);
  CHECK(drawn.ai_ram[1].first == 8);
  CHECK(drawn.ai_ram[1].last_step == 2);
  CHECK(drawn.ai_ram[2].last_step == 1);
  const std::string picture = report::kpu_svg(drawn);
  CHECK(picture.find("K210, 3 steps") != std::string::npos);
  CHECK(picture.find("layer 0: lines 8 to ") != std::string::npos);
  CHECK(picture.find("from main memory: lines 0 to ") != std::string::npos);
}

TEST_CASE("no part of a file is a file") {
  const std::string whole = small_file().text();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    const Kmodel5File file = parse_kmodel5(whole.substr(0, size));
    CHECK(!file.ok());
    CHECK(file.layers.empty());
  }
}

TEST_CASE("any word of a file may be anything") {
  const std::string whole = small_file().text();
  int refused = 0;
  for (std::size_t at = 8; at + 4 <= whole.size(); at += 4)
    for (std::uint32_t number : {0u, 1u, 0x7fffffffu, 0x80000000u, 0xffffffffu}) {
      const Kmodel5File file = parse_kmodel5(small_file().put(at, number).text());
      refused += file.ok() ? 0 : 1;
      CHECK((file.ok() || !file.error.empty()));
      if (file.ok()) CHECK(!report::kmodel5_text(file.model()).empty());
    }
  CHECK(refused > 100);
}

TEST_CASE("what makes no sense is refused with its reason") {
  const std::size_t layer = small_file().text().size() - 152;
  CHECK(error_with(20, 100).find("100 is no number of modules of a file of this size") != std::string::npos);
  CHECK(error_with(24, 1) == "the function with which the model begins does not exist");
  CHECK(error_with(80 + 16 + 28, 196 * 2) == "function 0 has instructions outside of its module's");
  CHECK(error_with(56, 100000) == "byte 32: the module reaches beyond the end of the file");
  CHECK(error_with(layer, 9) == "byte " + std::to_string(layer) + ": there is no instruction 9");
  CHECK(error_with(layer + 12, 5) ==
        "byte " + std::to_string(layer) + ": layer 0: the table of weights needs 6 bytes, its range has 5");
  CHECK(error_with(layer + 20, 160).find("the table of the batch norm does not lie in the module's constants") !=
        std::string::npos);
  CHECK(error_with(layer + 56 + 8 * 4, 0x0f0405).find("neither 1x1 nor 3x3") != std::string::npos);
  CHECK(parse_kmodel5("LDMK\4\0\0\0").error == "this is not a kmodel of version 5");
}

TEST_CASE("more memory than the chip has") {
  CHECK(main_memory_fault(6'291'456 - 100, 100).empty());
  CHECK(main_memory_fault(6'291'456 - 100, 101).find("needs 6,291,356 bytes to work in and 101 bytes for the file") !=
        std::string::npos);
}

}  // namespace test_kmodel5
