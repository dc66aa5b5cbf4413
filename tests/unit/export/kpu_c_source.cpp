// Deployments on the K210 as C: a C compiler takes the header, and the program's words are those of the image.
#include <incuse/export/kpu_c_source.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <support/parameters.hpp>
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
}

TEST_CASE("names") {
  CHECK(kpu_c_source::is_name("face_2"));
  CHECK_FALSE(kpu_c_source::is_name(""));
  CHECK_FALSE(kpu_c_source::is_name("2face"));
  CHECK_FALSE(kpu_c_source::is_name("a-b"));
}

}  // namespace test_kpu_c_source
