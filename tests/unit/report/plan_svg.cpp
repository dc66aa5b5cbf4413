// Pictures of plans, read back: every box stands where its tensor or its weights lie, and nothing leaves the page.
#include <incuse/report/plan_svg.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include <incuse/incuse.hpp>

namespace test_plan_svg {

using namespace incuse;

namespace {

// clang-format off
struct Chain : Network<
    Input<3, 16, 16, hwc>,
    Conv2d<20, kernel<3>, pad<1>, ReLU>,
    Conv2d<70, kernel<3>, pad<1>, ReLU>,
    Conv2d<70, kernel<1>, bits<4>>,
    Fused<MaxPool2d<2>, Conv2d<5, kernel<3>, pad<1>, output>>,
    Conv2d<9, kernel<1>>,
    Conv2d<8, kernel<1>>,
    Conv2d<7, kernel<3>, pad<1>>,
    Flatten,
    Linear<10, wide>> {};

/// The operands of the sum take turns in the memories.
struct Turns : Network<
    Input<4, 8, 8, hwc>,
    Conv2d<16, kernel<3>, pad<1>, ReLU>,
    Residual<Conv2d<16, kernel<3>, pad<1>, ReLU>, Conv2d<16, kernel<3>, pad<1>>>,
    Conv2d<8, kernel<1>>> {};
// clang-format on

/// Rows outlast an inference.
struct Rolling : Network<Input<4, 3, 3>, RollingBuffer<4, 6, as<"past">>, MaxPool2d<3, as<"seen">>, ShiftBuffer<1>,
                         Identity<buffer_insert<1>>, Conv1d<4, kernel<3>, from<"past">>> {};

struct Box {
  double x = 0, y = 0, width = 0, height = 0;
  std::string fill{}, title{};
};
struct Words {
  double x = 0, y = 0;
  std::string text{};
};

/// The value of an attribute of the element that begins at `at`.
std::string attribute(const std::string& picture, std::size_t at, const std::string& name) {
  const std::size_t begin = picture.find(' ' + name + "=\"", at) + name.size() + 3;
  return picture.substr(begin, picture.find('"', begin) - begin);
}
double number(const std::string& picture, std::size_t at, const char* name) {
  return std::atof(attribute(picture, at, name).c_str());
}

struct Picture {
  double width = 0, height = 0;
  std::vector<Box> boxes{};  ///< without the background
  std::vector<Words> words{};
  std::vector<Box> lines{};  ///< from x, y by width, height

  explicit Picture(const std::string& text) {
    const std::size_t root = text.find("<svg");
    width = number(text, root, "width");
    height = number(text, root, "height");
    for (std::size_t at = text.find("<rect", text.find("<rect") + 1); at != std::string::npos;
         at = text.find("<rect", at + 1)) {
      Box box{number(text, at, "x"), number(text, at, "y"), number(text, at, "width"), number(text, at, "height"),
              attribute(text, at, "fill")};
      const std::size_t end = text.find('>', at) + 1;
      if (text.compare(end, 7, "<title>") == 0) box.title = text.substr(end + 7, text.find('<', end + 7) - end - 7);
      boxes.push_back(box);
    }
    for (std::size_t at = text.find("<text"); at != std::string::npos; at = text.find("<text", at + 1)) {
      const std::size_t begin = text.find('>', at) + 1;
      words.push_back(
          {number(text, at, "x"), number(text, at, "y"), text.substr(begin, text.find('<', begin) - begin)});
    }
    for (std::size_t at = text.find("<line"); at != std::string::npos; at = text.find("<line", at + 1))
      lines.push_back({number(text, at, "x1"), number(text, at, "y1"), number(text, at, "x2") - number(text, at, "x1"),
                       number(text, at, "y2") - number(text, at, "y1")});
  }
  /// Boxes of frames: one for each layer's memory, then the fullest instance and the weights.
  std::vector<std::size_t> frames() const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < boxes.size(); ++i)
      if (boxes[i].fill == "#fafafa") found.push_back(i);
    return found;
  }
  bool says(const std::string& text) const {
    return std::any_of(words.begin(), words.end(), [&](const Words& w) { return w.text == text; });
  }
};

bool near(double a, double b) { return a - b < 0.03 && b - a < 0.03; }
bool inside(const Box& box, const Box& frame) {
  return box.x >= frame.x - 0.03 && box.y >= frame.y - 0.03 && box.x + box.width <= frame.x + frame.width + 0.03 &&
         box.y + box.height <= frame.y + frame.height + 0.03;
}

template <int N>
struct Subject {
  const Graph<N>& graph;
  const max7800x::Plan<N>& plan;
  std::vector<report::MappedTensor> tensors;
  Picture picture;

  Subject(const Graph<N>& g, const max7800x::Plan<N>& p, const max7800x::Options& options)
      : graph(g),
        plan(p),
        tensors(report::mapped_tensors(g, p, max78000, options)),
        picture(report::plan_svg("net", g, p, max78000, options)) {}

  static std::string title_of(const report::MappedTensor& tensor) {
    return tensor.name + ": bytes " + std::to_string(tensor.first) + " to " + std::to_string(tensor.end - 1);
  }
  /// All panels have one scale: the end of the highest tensor.
  double highest_byte() const {
    long long highest = 1;
    for (const auto& tensor : tensors) highest = std::max(highest, tensor.end);
    return static_cast<double>(highest);
  }

  void check_page() const {
    const Box page{0, 0, picture.width, picture.height};
    for (const Box& box : picture.boxes) CHECK_MESSAGE(inside(box, page), box.title);
    for (const Box& line : picture.lines) CHECK(inside(line, page));
    for (const Words& words : picture.words)
      CHECK_MESSAGE((words.x > 0 && words.x < picture.width && words.y > 0 && words.y < picture.height), words.text);
    double last = 0;  // the sections stand below each other
    for (const char* heading : {"net", "Layers", "Data memory while each layer runs", "The fullest instance over time",
                                "Processors", "Weight memory", "Bias memory"}) {
      const auto found = std::find_if(picture.words.begin(), picture.words.end(),
                                      [&](const Words& words) { return words.text == heading; });
      REQUIRE(found != picture.words.end());
      CHECK(found->y > last);
      last = found->y;
    }
  }

  /// A panel shows what is needed while its layer runs, and nothing else.
  void check_data_memory(int step, std::size_t first, std::size_t end) const {
    const Box& panel = picture.boxes[first];
    const double scale = panel.height / highest_byte(), cell = panel.width / 16;
    for (std::size_t t = 0; t < tensors.size(); ++t) {
      const report::MappedTensor& tensor = tensors[t];
      const double share = static_cast<double>(tensor.run) / static_cast<double>(tensor.step);
      const double inset = static_cast<double>(tensor.first % tensor.step) / static_cast<double>(tensor.step);
      unsigned drawn = 0;
      for (std::size_t i = first + 1; i < end; ++i) {
        const Box& box = picture.boxes[i];
        if (box.title != title_of(tensor)) continue;
        CHECK(inside(box, panel));
        const double from = (box.x - panel.x) / cell - (share < 1 ? inset : 0), count = box.width / cell / share;
        for (int k = 0; k < 16; ++k)
          if (k > from - 0.1 && k + 1 < from + count + 0.1) drawn |= 1u << k;
        CHECK(near(count, static_cast<double>(static_cast<int>(count + 0.5))));
        const double bottom = panel.y + panel.height - static_cast<double>(tensor.first) * scale;
        const double height = std::max(4.0, static_cast<double>(tensor.end - tensor.first) * scale);
        CHECK(near(box.height, height));
        CHECK(near(box.y, std::max(panel.y, bottom - height)));
      }
      const bool needed = tensor.born <= step && step <= tensor.last_use;
      CAPTURE(tensor.name);
      CHECK(drawn == (needed ? tensor.instances : 0u));
    }
  }

  void check_fullest_instance(std::size_t first, std::size_t end) const {
    const Box& panel = picture.boxes[first];
    unsigned instances = 0xffff;
    long long highest = 0;
    for (const auto& tensor : tensors) highest = std::max(highest, tensor.end);
    const double scale = panel.height / static_cast<double>(highest), cell = panel.width / graph.size;
    int drawn = 0;
    for (const auto& tensor : tensors)
      for (std::size_t i = first + 1; i < end; ++i) {
        const Box& box = picture.boxes[i];
        if (box.title != title_of(tensor)) continue;
        ++drawn;
        instances &= tensor.instances;
        CHECK(inside(box, panel));
        CHECK(near(box.x, panel.x + cell * std::max(tensor.born, 0)));
        CHECK(near(box.x + box.width, panel.x + cell * (std::min(tensor.last_use, graph.size - 1) + 1)));
        if (tensor.step > tensor.run) continue;  // drawn one above the other
        const double bottom = panel.y + panel.height - static_cast<double>(tensor.first) * scale;
        const double height = std::max(3.0, static_cast<double>(tensor.end - tensor.first) * scale);
        CHECK(near(box.height, height));
        CHECK(near(box.y, std::max(panel.y, bottom - height)));
      }
    CHECK(drawn > 0);
    CHECK(instances != 0);  // all of them lie in one instance
    int most = 0;
    for (int k = 0; k < 16; ++k) {
      bool holds_highest = false;
      int count = 0;
      for (const auto& tensor : tensors)
        if ((tensor.instances >> k & 1) != 0) ++count, holds_highest = holds_highest || tensor.end == highest;
      if (holds_highest) most = std::max(most, count);
    }
    CHECK(drawn == most);
  }

  void check_processors(std::size_t first, std::size_t end) const {
    int layer = -1;
    double top = 0;
    ProcessorMap drawn[2]{};
    for (std::size_t i = first; i <= end; ++i) {
      const bool row = i == end || picture.boxes[i].fill == "#f5f5f5";
      if (row) {
        if (layer >= 0) CHECK(drawn[0] == plan[layer].processors);
        if (layer >= 0) CHECK(drawn[1] == plan[layer].output_processors);
        ++layer;
        drawn[0] = drawn[1] = 0;
        top = i < end ? picture.boxes[i].y : 0;
        continue;
      }
      if (layer < 0) continue;
      const Box& box = picture.boxes[i];
      const double cell = 12.5, left = 240;
      for (int p = 0; p < 64; ++p)
        if (left + p * cell > box.x - 1 && left + (p + 1) * cell < box.x + box.width + 1)
          drawn[box.y > top + 3 ? 1 : 0] |= ProcessorMap{1} << p;
    }
    CHECK(layer == graph.size);
  }

  void check_weights(std::size_t first, std::size_t end) const {
    const Box& panel = picture.boxes[first];
    int highest = 4;
    for (int p = 0; p < 64; ++p)
      for (const auto& run : report::column_runs(graph, plan, p)) highest = std::max(highest, run.end);
    const double cell = panel.width / 64, scale = panel.height / highest;
    for (int p = 0; p < 64; ++p) {
      std::vector<std::string> expected, found;
      for (const auto& run : report::column_runs(graph, plan, p))
        expected.push_back(report::layer_title(graph[run.layer], run.layer) + ": columns " + std::to_string(run.first) +
                           " to " + std::to_string(run.end - 1));
      for (std::size_t i = first + 1; i < end; ++i) {
        const Box& box = picture.boxes[i];
        CHECK(inside(box, panel));
        if (panel.x + cell * p < box.x - 1 || panel.x + cell * (p + 1) > box.x + box.width + 1) continue;
        found.push_back(box.title);
        for (const auto& run : report::column_runs(graph, plan, p))
          if (found.size() <= expected.size() && expected[found.size() - 1] == box.title &&
              box.title.find("columns " + std::to_string(run.first) + " to") != std::string::npos) {
            CHECK(near(box.height, (run.end - run.first) * scale));
            CHECK(near(box.y + box.height, panel.y + panel.height - run.first * scale));
          }
      }
      CAPTURE(p);
      CHECK(found == expected);
    }
  }

  /// Each group's strip holds the biases that the plan gave it.
  void check_biases(std::size_t first_frame) const {
    const std::vector<std::size_t> frames = picture.frames();
    for (int g = 0; g < max7800x::groups; ++g) {
      const std::size_t first = frames[first_frame + static_cast<std::size_t>(g)];
      const std::size_t end =
          g + 1 < max7800x::groups ? frames[first_frame + static_cast<std::size_t>(g) + 1] : picture.boxes.size();
      const Box& strip = picture.boxes[first];
      int drawn = 0, values = 0;
      for (std::size_t i = first + 1; i < end; ++i, ++drawn) CHECK(inside(picture.boxes[i], strip));
      for (int i = 0; i < graph.size; ++i)
        if (graph[i].bias && plan[i].bias_group == g) ++values;
      CHECK(drawn == values);
    }
  }

  void check() const {
    check_page();
    const std::vector<std::size_t> frames = picture.frames();
    const auto layers = static_cast<std::size_t>(graph.size);
    REQUIRE(frames.size() == layers + 2 + max7800x::groups);
    for (std::size_t i = 0; i < layers; ++i) check_data_memory(static_cast<int>(i), frames[i], frames[i + 1]);
    std::size_t rows = frames[layers];
    while (rows < picture.boxes.size() && picture.boxes[rows].fill != "#f5f5f5") ++rows;
    check_fullest_instance(frames[layers], rows);
    check_processors(rows, frames[layers + 1]);
    check_weights(frames[layers + 1], frames[layers + 2]);
    check_biases(layers + 2);
    for (int p = 0; p < 64; p += 4) CHECK(picture.says(std::to_string(p)));
  }
};

template <class Net>
void check_picture() {
  const auto planned = max7800x::arrange_and_plan<12>(graph_of<Net>(), max78000, {});
  REQUIRE(planned.fits);
  Subject<12>(planned.graph, planned.plan, planned.options).check();
}

}  // namespace

TEST_CASE("a chain of layers, in more than one row of panels") { check_picture<Chain>(); }

TEST_CASE("operands that take turns in the memories") { check_picture<Turns>(); }

TEST_CASE("a rolling buffer has a line in the legend, and a word in place of a layer's number") {
  const auto planned = max7800x::arrange_and_plan<12>(graph_of<Rolling>(), max78000, {});
  REQUIRE(planned.fits);
  const Picture picture(report::plan_svg("net", planned.graph, planned.plan, max78000, planned.options));
  CHECK(picture.says("past"));
  CHECK(picture.says("4x6x1"));
  CHECK(picture.says("buf"));
}

}  // namespace test_plan_svg
