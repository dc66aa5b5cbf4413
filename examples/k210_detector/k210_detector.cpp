// A detector of the K210 on a picture: reads a kmodel, shows its plan and its memory, runs it bit for bit like the
// vendor's simulator, and prints the boxes that it finds.
//   k210_detector [FOLDER]    FOLDER holds model.kmodel and input.npy; output0.npy, if there, is compared
// Without a folder it runs a small network of its own on a virtual KPU.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <incuse/host/detection.hpp>
#include <incuse/host/kmodel_run.hpp>
#include <incuse/import/kmodel.hpp>
#include <incuse/import/npy.hpp>
#include <incuse/k210/virtual_bus.hpp>
#include <incuse/report/kmodel_text.hpp>
#include <incuse/report/kpu_plan_text.hpp>

#include <examples/arguments.hpp>
#include "strokes.hpp"

namespace {

using incuse::host::Anchor;

/// A detector: what it was trained to see, and the region layer behind its last convolution.
struct Detector {
  std::vector<std::string> labels{};
  incuse::host::RegionLayer region{};
};

constexpr Anchor twenty_anchors[] = {{1.08f, 1.19f}, {3.42f, 4.41f}, {6.63f, 11.38f}, {9.42f, 5.11f}, {16.62f, 10.52f}};
constexpr Anchor face_anchors[] = {
    {1.889f, 2.5245f}, {2.9465f, 3.94056f}, {3.99987f, 5.3658f}, {5.155437f, 6.92275f}, {6.718375f, 9.01025f}};

/// Detectors of the vendor's examples, told apart by how many numbers they put out.
const std::vector<Detector> detectors = {
    {{"aeroplane",   "bicycle", "bird",  "boat",      "bottle", "bus",         "car",   "cat",  "chair", "cow",
      "diningtable", "dog",     "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor"},
     incuse::host::yolo2(twenty_anchors, 20, 7, 10)},
    {{"face"}, incuse::host::yolo2(face_anchors, 1, 15, 20)},
};

std::vector<float> floats_of(const std::vector<std::uint8_t>& bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

/// The picture as characters, dark to light.
void print_picture(const std::vector<std::uint8_t>& planar, int height, int width) {
  const char* shades = " .:-=+*#%@";
  const int step = (width + 79) / 80;
  const auto plane = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  for (int y = 0; y + 2 * step <= height; y += 2 * step) {  // characters are twice as high as wide
    std::string line;
    for (int x = 0; x + step <= width; x += step) {
      const std::size_t at =
          static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
      const int light = (planar[at] + 2 * planar[plane + at] + planar[2 * plane + at]) / 4;
      line += shades[light * 10 / 256];
    }
    std::printf("  %s\n", line.c_str());
  }
}

void print_boxes(const Detector& detector, const std::vector<float>& values, int height, int width) {
  incuse::host::Detections<100> found;
  decode(detector.region, values.data(), 0.5f, found);
  incuse::host::suppress(found, 0.3f);
  std::printf("Boxes (pixels of the picture)\n");
  for (const incuse::host::Detection& one : found) {
    const auto columns = static_cast<double>(width), rows = static_cast<double>(height);
    std::printf("  %-12s %4.1f %%  left %4.0f, top %4.0f, width %4.0f, height %4.0f\n",
                detector.labels[static_cast<std::size_t>(one.label)].c_str(), 100 * static_cast<double>(one.score),
                static_cast<double>(one.box.left) * columns, static_cast<double>(one.box.top) * rows,
                static_cast<double>(one.box.width) * columns, static_cast<double>(one.box.height) * rows);
  }
  if (found.empty()) std::printf("  none\n");
}

int fail(const std::string& reason) {
  std::fprintf(stderr, "k210_detector: %s\n", reason.c_str());
  return 2;
}

int run_model(const std::string& folder) {
  const incuse::KmodelFile file = incuse::read_kmodel(folder + "/model.kmodel");
  if (!file.ok()) return fail(file.error);
  const incuse::k210::Kmodel model = file.model();
  const incuse::NpyTensor picture = incuse::read_npy_tensor(folder + "/input.npy");
  if (!picture.ok()) return fail(picture.error);
  std::printf("%s/model.kmodel: ", folder.c_str());
  std::printf("%s\n%s\n%s\n", incuse::report::kmodel_summary(model).c_str(),
              incuse::report::kmodel_nodes(model).c_str(), incuse::report::kmodel_memory_map(model).c_str());

  incuse::host::KmodelExecutor executor(model);
  if (model.input_count != 1 || !executor.set_input(0, picture.bytes))
    return fail(folder + "/input.npy does not have the shape that the model reads");
  if (!executor.run()) return fail(executor.error());
  const std::vector<std::uint8_t> output = executor.output(0);

  const incuse::k210::KmodelShape& shape = model.inputs[0].shape;
  const std::vector<float> values = floats_of(output);
  if (shape[1] == 3 && picture.bytes.size() == shape.elements()) {
    std::printf("Picture\n");
    print_picture(picture.bytes, shape[2], shape[3]);
  }
  const auto known = std::find_if(detectors.begin(), detectors.end(), [&](const Detector& detector) {
    return model.outputs[0].type == incuse::k210::KmodelType::f32 &&
           static_cast<std::size_t>(detector.region.values()) == values.size();
  });
  if (known != detectors.end())
    print_boxes(*known, values, shape[2], shape[3]);
  else
    std::printf("Output: %zu values; boxes are printed for the detectors that are known here\n", values.size());

  const std::string expected_path = folder + "/output0.npy";
  if (!std::filesystem::exists(expected_path)) return 0;
  const incuse::NpyTensor expected = incuse::read_npy_tensor(expected_path);
  if (!expected.ok()) return fail(expected.error);
  const bool same = expected.bytes == output;
  std::printf("The output %s that of the vendor's simulator, bit for bit.\n", same ? "equals" : "differs from");
  return same ? 0 : 1;
}

int run_strokes() {
  using Chip = demo::strokes::Chip;
  std::printf("No detector here (a folder with model.kmodel and input.npy): a small network of our own instead.\n\n");
  std::printf("Plan\n%s\n", incuse::report::kpu_plan_text(Chip::plan, Chip::device).c_str());

  signed char picture[demo::strokes::side * demo::strokes::side];
  demo::strokes::draw(picture);
  for (int y = 0; y < demo::strokes::side; y += 1) {
    std::printf("  ");
    for (int x = 0; x < demo::strokes::side; ++x)
      std::printf("%s", picture[y * demo::strokes::side + x] > 0 ? "##" : "..");
    std::printf("\n");
  }

  using Storage = incuse::k210::KpuStorage<incuse::k210_kpu>;
  const auto storage = std::make_unique<Storage>();
  incuse::k210::VirtualKpuBus<incuse::k210_kpu, Storage> bus(*storage);
  incuse::k210::KpuDriver<Chip, incuse::k210::VirtualKpuBus<incuse::k210_kpu, Storage>> kpu(bus);
  float answers[4];
  auto ready = kpu.init();
  auto loaded = ready.load_input(picture);
  if (std::move(loaded).run(answers) != incuse::k210::RunResult::done)
    return fail("the virtual KPU did not run the network");
  const auto best = std::max_element(std::begin(answers), std::end(answers)) - std::begin(answers);
  std::printf("\nThe strokes are: %s (", demo::strokes::names[best]);
  for (int c = 0; c < 4; ++c)
    std::printf("%s%s %.1f %%", c > 0 ? ", " : "", demo::strokes::names[c], 100 * static_cast<double>(answers[c]));
  std::printf(")\n");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  examples::expect_arguments(argc, argv, 1, "k210_detector [FOLDER]\nFOLDER holds model.kmodel and input.npy");
  return argc > 1 ? run_model(argv[1]) : run_strokes();
}
