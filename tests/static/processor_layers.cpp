// Layers of the K210's processor are constants as well: who runs what, where tensors lie, and the numbers of a sum.
#include <incuse/k210/deployment.hpp>
#include <incuse/max7800x/deployment.hpp>
#include <incuse/model/software.hpp>

using namespace incuse;
using k210::Element;
using k210::Task;

namespace {

// clang-format off
struct Small : Network<
    Input<2, 8, 8>,
    Residual<Conv2d<2, kernel<1>, shift<7>>, on_cpu, as<"sum">>,
    Upload<>,
    Conv2d<3, kernel<1>, ReLU, output>,
    Dequantize<>,
    GlobalAvgPool2d<>,
    Linear<2, bias, on_cpu>> {};
// clang-format on

struct Trained {
  static constexpr LayerParameters layers[] = {
      {.weight = {"\1\0\0\1", 2, 2, 1, 1}},
      {.weight = {"abcdef", 3, 2, 1, 1}},
      {.weight = {"ghijkl", 2, 3}, .bias = {"mn", 2}},
  };
};

using OnKpu = Network<Input<2, 8, 8>, Conv2d<2, kernel<1>>, MaxPool2d<2>>;
using Refused = Network<Input<2, 8, 8>, Flatten, Linear<3>>;
static_assert(fits<Small, k210_kpu> && !all_on_kpu<Small>);
static_assert(fits<OnKpu, k210_kpu> && all_on_kpu<OnKpu>);
static_assert(!fits<Refused, k210_kpu> && !all_on_kpu<Refused>);
static_assert(!fits<Small, max78000>);  // it does not run layers on its processor

using Chip = Deployment<Small, k210_kpu, Trained>;
constexpr const auto& image = Chip::image;

// Two layers of the KPU, five of the processor: sum and upload between them, the others behind them.
static_assert(image.step_count == 2 && image.cpu_step_count == 5 && image.output_count == 2);
static_assert(image.cpu_steps[0].layer.task == Task::quantized_add && image.cpu_steps[0].before == 1);
static_assert(image.cpu_steps[1].layer.task == Task::upload && image.cpu_steps[1].before == 1);
static_assert(image.cpu_steps[2].layer.task == Task::dequantize && image.cpu_steps[2].before == 2);
static_assert(image.cpu_steps[3].layer.task == Task::global_average_pool);
static_assert(image.cpu_steps[4].layer.task == Task::fully_connected && image.cpu_steps[4].before == 2);
static_assert(!image.ends_on_kpu() && image.does(Task::upload) && !image.does(Task::softmax));

// The sum reads the input and what the first layer sends to main memory.
static_assert(image.input.in_ram() && image.input.in_main());
static_assert(image.cpu_steps[0].operands == 2 && image.cpu_steps[0].sources[0] == image.input.main_byte);
static_assert(image.cpu_steps[0].sources[1] == image.steps[0].main_byte);
static_assert(image.cpu_steps[0].elements[0] == 128 && image.steps[0].elements == 128);
static_assert(image.cpu_steps[1].sources[0] == image.cpu_steps[0].result);
static_assert(k210::decode(image.steps[1].words).image_src_addr == image.cpu_steps[1].result);
static_assert(k210::decode(image.steps[0].words).send_data_out == 1);

// Of one scale: a - 128 + b - 128 + 128, in parts of 2^22 that are rounded once.
constexpr k210::SumScales sum = image.cpu_steps[0].parameters.sum;
static_assert(sum.a.multiplier == 1 << 22 && sum.b.multiplier == 1 << 22 && sum.out.shift == 22);
static_assert(k210::quantized_sum(130, sum.a, 121, sum.b, sum.out) == 123);
static_assert(k210::quantized_sum(255, sum.a, 255, sum.b, sum.out) == 255);
static_assert(k210::quantized_sum(0, sum.a, 3, sum.b, sum.out) == 0);

// Codes of the KPU and numbers of the processor.
static_assert(image.outputs[0].element == Element::code && image.outputs[0].in_ram());
static_assert(image.outputs[0].scale == k210::CodeScale{128, 128.0f});
static_assert(image.outputs[1].element == Element::real && !image.outputs[1].in_ram());
static_assert(image.cpu_steps[2].parameters.code.scale == 1.0f / 128.0f);
static_assert(image.cpu_steps[4].parameters.byte_weights[5] == 'l' &&
              image.cpu_steps[4].parameters.byte_bias[1] == 'n');
static_assert(image.cpu_steps[4].parameters.byte_unit == 1.0f / 128.0f);

// Three maps of 128 codes at once in main memory: two lines each. Later 192 numbers beside as many codes.
static_assert(Chip::report.steps == 2 && Chip::report.cpu_steps == 5 && Chip::report.copies == 0);
static_assert(Chip::report.least_main_bytes == 192 + 4 * 192 && image.main_bytes == 192 + 4 * 192);
static_assert(Chip::plan.main.complete() && image.main_bytes % 64 == 0);

// A network of the processor alone has no tables.
struct Alone : Network<Input<4, 1, 1, real>, Logistic<>, Softmax<>> {};
struct Nothing {};
using Numbers = Deployment<Alone, k210_kpu, Nothing>;
static_assert(Numbers::image.step_count == 0 && Numbers::image.input.element == Element::real);
static_assert(Numbers::report.weight_bytes == 0 && Numbers::report.ram_lines == 0);

}  // namespace
