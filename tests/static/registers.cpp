// Register writes are constants (max7800x-examples, example 7; register sheet, sections 2 and 4).
#include <incuse/max7800x/plan/plan.hpp>
#include <incuse/max7800x/registers/register_names.hpp>
#include <incuse/max7800x/tables/registers.hpp>
#include <incuse/model/network.hpp>

using namespace incuse;
using namespace incuse::max7800x;

namespace {

// clang-format off
struct Example7 : Network<
    Input<3, 64, 64>,
    Fused<MaxPool2d<16, stride<8>>, Conv2d<1, kernel<3>, pad<1>, bias, place<processors<7>, out_offset<0>>>>,
    Flatten,
    Linear<3, wide, bias, place<processors<0x10>, out_offset<0x1000>>>> {};
// clang-format on

constexpr const auto& graph = graph_of<Example7>();
constexpr auto planned = plan(graph, max78000);
constexpr Options options{};

struct Writes {
  RegisterWrite items[40]{};
  int count = 0;
  constexpr void operator()(const RegisterWrite& write) { items[count++] = write; }
};

constexpr Writes configured = [] {
  Writes writes;
  emit_configure(graph, planned, max78000, options, writes);
  return writes;
}();

constexpr RegisterWrite expected[] = {
    {0x50100010, 0x10041},   {0x50100090, 0x10041},  // rows, columns
    {0x50100190, 0xf},       {0x50100210, 0xf},      // pooling
    {0x50100290, 7},         {0x50100310, 0x2000},   // stride, write pointer
    {0x50100410, 0x2000},    {0x50100590, 0x9a0},    // mask offset, layer control
    {0x50100690, 6},         {0x50100790, 0x1003},   // TRAM, post processing
    {0x50100710, 0x70007},                           // enables
    {0x50100314, 0x400},     {0x50100394, 1},        {0x50100414, 0x2000}, {0x50100594, 0x10920},
    {0x50100a14, 0x1000},    {0x50100614, 0x490},    {0x50100114, 0x100},  {0x50100694, 0x300061},
    {0x50100794, 0x80c1000}, {0x50100714, 0x100010},
};

constexpr bool equal = [] {
  if (configured.count != static_cast<int>(sizeof(expected) / sizeof(expected[0]))) return false;
  for (int i = 0; i < configured.count; ++i)
    if (!(configured.items[i] == expected[i])) return false;
  return true;
}();
static_assert(equal);

constexpr Writes started = [] {
  Writes writes;
  emit_start(graph, planned, max78000, options, writes);
  return writes;
}();
static_assert(started.count == 2);
static_assert(started.items[0] == RegisterWrite{0x50100000, 0x100808});
static_assert(started.items[1] == RegisterWrite{0x50100000, 0x100009});

// Fields of every register are found from its address alone.
static_assert(register_at(max78000, 0x50100a14).layer == 1);
static_assert(register_at(max78000, 0x50100a14).description->name == Text("layer control 2"));

}  // namespace
