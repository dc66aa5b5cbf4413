// Memory maps as text and as a picture.
#include <string>

#include <doctest/doctest.h>

#include <incuse/incuse.hpp>
#include <incuse/report/memory_text.hpp>
#include <incuse/report/plan_svg.hpp>

namespace test_memory {

using namespace incuse;

namespace {

struct Net : Network<Input<3, 8, 8, hwc>,
                     Conv2d<4, kernel<3>, pad<1>, bias, as<"a<b">, place<processors<0x7>, out_offset<0x1000>>>,
                     Fused<MaxPool2d<2>, Conv2d<2, kernel<1>, place<processors<0xf0>, out_offset<0x20>>>>> {};

// `a<b` writes to processors 4 to 7, whose instance is number 1.
const auto& graph = graph_of<Net>();
const auto planned = max7800x::plan(graph, max78000);

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t found = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("memory maps as text") {
  CHECK(report::memory_text(graph, planned, max78000, {}) ==
        R"(Data memory (32,768 bytes in each instance of 4 processors)
  Tensor         Instances  Bytes in each    Count  Written by        Needed until
  input          0          0x0000 - 0x00ff    256  before the start  layer 0
  layer 0 (a<b)  1          0x1000 - 0x10ff    256  layer 0           layer 1
  layer 1        0          0x0020 - 0x005f     64  layer 1           the end

Use of the instances (r read, w written, b both, h holds something still needed)
  Step           Instances 0 to 15
  layer 0 (a<b)  rw.. .... .... ....
  layer 1        wr.. .... .... ....

Weight memory (768 columns of 9 bytes in each processor)
  Processors  Columns  Layers and their columns
  0 - 2             4  layer 0: 0 - 3
  3                 0  none
  4 - 7             1  layer 1: 0 - 0
  8 - 63            0  none

Bias memory (512 values in each group of 16 processors)
  Group  Values  Layers and their values
  0           4  layer 0: 0 - 3
  1           0  none
  2           0  none
  3           0  none
)");
}

TEST_CASE("layers that stream write from the start, each its own tensor") {
  using Streams = Network<
      Input<3, 16, 16, hwc>,
      Conv2d<4, kernel<3>, pad<1>, streaming, place<processors<0x7>, output_processors<0xf0>, out_offset<0x1000>>>,
      Conv2d<4, kernel<3>, pad<1>, streaming, place<processors<0xf0>, output_processors<0xf00>, out_offset<0x2000>>>,
      Conv2d<4, kernel<3>, pad<1>, place<processors<0xf00>, output_processors<0xf>, out_offset<0x3000>>>>;
  const auto network = graph_of<Streams>();
  max7800x::Options options;
  options.input_path = max7800x::InputPath::fifo;
  const std::string text = report::memory_text(network, max7800x::plan(network, max78000, options), max78000, options);
  CHECK(text.find("layer 0  1          0x1000 - 0x10ab    172  all the time  layer 1") != std::string::npos);
  CHECK(text.find("layer 1  2          0x2000 - 0x23ff  1,024  layer 1       layer 2") != std::string::npos);
  CHECK(text.find("layer -1") == std::string::npos);
}

TEST_CASE("memory maps as a picture") {
  const std::string picture = report::plan_svg("a & b", graph, planned, max78000, {});
  CHECK(picture.find("<svg ") != std::string::npos);
  CHECK(picture.find(">a &amp; b<") != std::string::npos);
  CHECK(picture.find("layer 0 (a&lt;b): bytes 4096 to 4351") != std::string::npos);
  CHECK(picture.find("layer 1: columns 0 to 0") != std::string::npos);
  CHECK(picture.find("instance 1, layer after layer from left to right, bytes 0 to 4,351") != std::string::npos);
  CHECK(count(picture, "<text") == count(picture, "</text>"));
  CHECK(picture.find("nan") == std::string::npos);
  CHECK(picture.substr(picture.size() - 7) == "</svg>\n");
}

TEST_CASE("numbers and texts for attributes") {
  CHECK(report::svg_number(1) == "1");
  CHECK(report::svg_number(-0.001) == "0");
  CHECK(report::svg_number(12.340) == "12.34");
  CHECK(report::svg_escaped("<a & \"b\">\n") == "&lt;a &amp; &quot;b&quot;&gt;?");
}

}  // namespace test_memory
