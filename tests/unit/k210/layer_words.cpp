// The twelve words: fields, signs, overflows, and what a layer fills in.
#include <incuse/hosted/strings.hpp>
#include <incuse/k210/registers/layer_words.hpp>

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

#include <incuse/k210/kmodel/kmodel_fields.hpp>
#include <incuse/k210/tables/layer_arguments.hpp>

#include <support/kpu_layers.hpp>

namespace test_layer_words {

using namespace incuse;
using namespace incuse::k210;

namespace {

/// 256 channels in, 1024 out, of KPU sheet, section 5: "real values, for checking by hand".
constexpr KpuLayer wide_layer() { return test::kpu_layer({256, 7, 7}, 1024); }

}  // namespace

TEST_CASE("no two fields share a bit, and all names differ") {
  std::uint64_t used[fifo_words]{};
  for (const Argument& a : layer_arguments) {
    CHECK(a.low + a.width <= 64);
    CHECK((used[a.word] & a.mask()) == 0);
    used[a.word] |= a.mask();
    int same = 0;
    for (const Argument& b : layer_arguments) same += a.name == b.name;
    CHECK(same == 1);
  }
}

TEST_CASE("every field comes back with its sign") {
  for (const Argument& a : layer_arguments)
    for (long long value : {a.lowest(), a.highest(), 0LL}) {
      LayerArguments arguments;
      arguments.*a.value = value;
      CHECK(overflow_of(arguments) == nullptr);
      const LayerArguments back = decode(encode(arguments));
      for (const Argument& b : layer_arguments) CHECK(back.*b.value == arguments.*b.value);
    }
}

TEST_CASE("values that do not fit are named") {
  for (const Argument& a : layer_arguments)
    for (long long value : {a.lowest() - 1, a.highest() + 1}) {
      LayerArguments arguments;
      arguments.*a.value = value;
      REQUIRE(overflow_of(arguments) != nullptr);
      CHECK(overflow_of(arguments)->name == a.name);
    }
}

TEST_CASE("weights come in loads of 30 KiB") {
  const LayerArguments a = arguments_of(wide_layer(), {}, k210_kpu);
  CHECK(a.o_ch_num_coef == 119);
  CHECK(a.para_size == 30720);
  CHECK(a.load_time == 8);

  KpuLayer layer = wide_layer();
  layer.in.channels = 1024;
  layer.out_channels = 512;
  CHECK(arguments_of(layer, {}, k210_kpu).o_ch_num_coef == 29);
  CHECK(arguments_of(layer, {}, k210_kpu).load_time == 17);
  layer.weight_bytes = 2;  // twice the bytes in twice the room
  CHECK(arguments_of(layer, {}, k210_kpu).o_ch_num_coef == 29);
  CHECK(arguments_of(layer, {}, k210_kpu).para_size == 2 * 30 * 1024);
}

TEST_CASE("depth-wise weights are loaded at once") {
  KpuLayer layer = test::kpu_layer({512, 14, 14}, 512, 3);
  layer.depthwise = true;
  const LayerArguments a = arguments_of(layer, {}, k210_kpu);
  CHECK(a.depth_wise_layer == 1);
  CHECK(a.o_ch_num_coef == 511);
  CHECK(a.para_size == 512 * 9);
  CHECK(a.load_time == 0);
}

TEST_CASE("more than 64 loads do not fit the field") {
  KpuLayer layer = test::kpu_layer({512, 7, 7}, 512, 3);
  const LayerArguments a = arguments_of(layer, {}, k210_kpu);
  CHECK(a.load_time == 85);
  REQUIRE(overflow_of(a) != nullptr);
  CHECK(overflow_of(a)->name == Text("load_time"));
}

TEST_CASE("pooling changes the output's layout") {
  KpuLayer layer = test::kpu_layer({3, 20, 20}, 8, 3);
  layer.pool = KpuPool::max_2x2;
  const LayerArguments a = arguments_of(layer, {}, k210_kpu);
  CHECK(a.coef_group == 2);
  CHECK(a.wb_group == 4);
  CHECK(a.channel_switch_addr == 20);
  CHECK(a.wb_channel_switch_addr == 10);
  CHECK(a.o_row_wid == 9);
  CHECK(a.channel_byte_num == 99);
  CHECK(a.dma_total_byte == 799);
}

TEST_CASE("words of a kmodel are accepted only if a layer has exactly these") {
  // How weights are loaded and where the output is streamed to does not say what is computed.
  const std::string free =
      " o_ch_num_coef load_time para_size dma_burst_size coef_column_offset coef_row_offset "
      "coef_size send_data_out channel_byte_num dma_total_byte ";
  int accepted = 0, refused = 0;
  const auto check = [&](const LayerArguments& words) {
    if (!problem_of(words).empty()) return void(++refused);
    ++accepted;
    KpuAddresses at{static_cast<int>(words.image_src_addr), static_cast<int>(words.image_dst_addr)};
    at.batch_norm = static_cast<std::uint32_t>(words.bwsx_base_addr);
    at.weights = static_cast<std::uint32_t>(words.para_start_addr);
    at.activation = static_cast<std::uint32_t>(words.active_addr);
    at.interrupts = words.int_en != 0;
    const LayerArguments again = arguments_of(layer_of(words, 1), at, k210_kpu);
    for (const Argument& a : layer_arguments) {
      const std::string name = string_of(a.name);
      CAPTURE(name);
      if (free.find(' ' + name + ' ') == std::string::npos) CHECK(again.*a.value == words.*a.value);
    }
  };
  for (int kernel : {1, 3})
    for (int pool = 0; pool < pool_types; ++pool)
      for (Shape in : {Shape{3, 8, 8}, Shape{5, 9, 17}, Shape{2, 6, 40}}) {
        KpuLayer layer = test::kpu_layer(in, 3, kernel);
        layer.pool = static_cast<KpuPool>(pool);
        layer.depthwise = in.channels == 3;
        const LayerArguments words = arguments_of(layer, {}, k210_kpu);
        REQUIRE(problem_of(words).empty());
        for (const Argument& a : layer_arguments)
          for (long long value :
               {0LL, 1LL, 2LL, 3LL, words.*a.value - 1, words.*a.value + 1, a.lowest(), a.highest()}) {
            LayerArguments changed = words;
            changed.*a.value = value;
            if (a.holds(value)) check(changed);
          }
      }
  CHECK(accepted > 1000);
  CHECK(refused > 1000);
}

}  // namespace test_layer_words
