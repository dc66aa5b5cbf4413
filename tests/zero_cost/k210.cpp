// Layers of the KPU and of the processor, and the driver that runs them: tables are constants, working memory is the
// driver's, which the program places.
// rodata: 1900
#include <incuse/k210/driver.hpp>
#include <incuse/model/software.hpp>

#include <support/parameters.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<8, kernel<3>, pad<1>, ReLU>, MaxPool2d<2>,
                     Residual<Conv2d<8, kernel<3>, pad<1>, bias>, on_cpu>, Dequantize<>, GlobalAvgPool2d<>,
                     Linear<4, on_cpu>, Softmax<>> {};
using Chip = Deployment<Net, k210_kpu, test::RandomParameters<Net>>;

/// DMA is the program's.
struct Dma {
  void start_receiving(std::uint8_t* to, int count);
  bool finish_receiving();
};
using Kpu = k210::KpuDriver<Chip, k210::MemoryMappedKpu<k210_kpu, Dma>>;

bool classify(Kpu& kpu, const signed char (&picture)[768], float (&answers)[4]) {
  auto ready = kpu.init();
  auto loaded = ready.load_input(picture);
  return std::move(loaded).run(answers) == k210::RunResult::done;
}
