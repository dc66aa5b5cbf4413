// Reports as pages, read back: well-formed, complete in themselves, and every link and every tensor has its target.
#include <incuse/report/page.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include <incuse/incuse.hpp>
#include <incuse/k210/planning.hpp>
#include <incuse/report/drawn_max7800x.hpp>
#include <incuse/report/kpu_svg.hpp>
#include <incuse/report/measures.hpp>
#include <incuse/report/plan_svg.hpp>
#include <support/xml.hpp>

namespace test_page {

using namespace incuse;
using tests::Xml;
using tests::XmlElement;

namespace {

// clang-format off
/// Branches, a sum, and a name that means something in XML.
struct Branched : Network<
    Input<4, 8, 8, hwc>,
    Conv2d<16, kernel<3>, pad<1>, ReLU, bias, as<"a<b>&\"c">>,
    Residual<Conv2d<16, kernel<3>, pad<1>, ReLU>, Conv2d<16, kernel<3>, pad<1>>>,
    Conv2d<8, kernel<1>>> {};

struct OnKpu : Network<
    Input<3, 16, 16>,
    Conv2d<8, kernel<3>, pad<1>, ReLU>,
    Fused<MaxPool2d<2>, Conv2d<8, kernel<1>>>> {};
// clang-format on

report::Measures measured() {
  report::Measures measures;
  measures.facts = {{"Accuracy", "92.50 %"}};
  measures.layer_errors = {{0, 0.25}, {1, 0}};
  measures.classes = {"cat", "dog & pup"};
  measures.confusion = {{10, 2}, {0, 0}};
  measures.curves = {{"loss", {1, 0.5, 0.25}}, {"other", {}}};
  measures.worst = {{"cat, says dog", 2, 1, {0, 255}}, {"red", 1, 1, {255, 0, 0}}};
  return measures;
}

template <class Net>
report::Page page_of() {
  const auto planned = max7800x::arrange_and_plan<12>(graph_of<Net>(), max78000, {});
  REQUIRE(planned.fits);
  const auto& [graph, options, plan, fits] = planned;
  report::Page page;
  page.network = report::drawn_network("net <1>", graph, plan, max78000, options, {50, 0.02});
  page.pictures = report::plan_pictures(graph, plan, max78000, options, {50, 0.02});
  for (auto& picture : report::measure_pictures(measured(), page.network)) page.pictures.push_back(picture);
  page.measures = measured().facts;
  page.findings = {{"error", "layer 0: <wrong> & more", "kernel_size", 0}, {"notice", "no rule", "", -1}};
  page.rules = {{"kernel_size", "a kernel", "another", "rules.md#kernel_size"}};
  page.fits = true;
  page.verdict = "fits";
  return page;
}

/// What every page promises.
void check_page(const std::string& text, int tensors) {
  const Xml xml(text);
  REQUIRE(xml.error == "");
  std::set<std::string> ids;
  std::set<int> carded;
  for (const XmlElement& element : xml.elements)
    if (const auto id = element.attributes.find("id"); id != element.attributes.end())
      CHECK_MESSAGE(ids.insert(id->second).second, "twice: " << id->second);
  for (const XmlElement& element : xml.elements) {
    const auto tensor = element.attributes.find("data-tensor");
    if (tensor != element.attributes.end()) CHECK(std::stoi(tensor->second) < tensors);
    if (tensor != element.attributes.end() && element.name == "article") carded.insert(std::stoi(tensor->second));
    if (const auto link = element.attributes.find("href"); link != element.attributes.end()) {
      const std::string& target = link->second;
      if (target.starts_with("#")) CHECK_MESSAGE(ids.contains(target.substr(1)), target);
      CHECK((target.starts_with("data:") || target.find("//") == std::string::npos));  // nothing from a network
    }
    CHECK(!element.attributes.contains("src"));
    CHECK(element.name != "link");
  }
  CHECK(static_cast<int>(carded.size()) == tensors);  // every tensor has a card
  CHECK(text.find("@import") == std::string::npos);
  CHECK(text.find("url(") == std::string::npos);
}

}  // namespace

TEST_CASE("a page of the MAX7800x family") {
  const report::Page page = page_of<Branched>();
  const std::string text = html_page(page);
  check_page(text, page.network.tensors());
  for (const char* id : {"findings", "graph", "memory-over-time", "data-memory", "processors", "weight-memory",
                         "bias-memory", "cycles", "quantisation", "confusion", "curves", "worst", "cards", "rules"})
    CHECK_MESSAGE(text.find("<section id=\"" + std::string(id) + "\"") != std::string::npos, id);
  CHECK(text.find("href=\"rules.md#kernel_size\"") != std::string::npos);
  CHECK(text.find("92.50 %") != std::string::npos);
  CHECK(text.find(" uJ") != std::string::npos);
}

TEST_CASE("every tensor that a picture of memories shows is in the graph, too") {
  const report::Page page = page_of<Branched>();
  std::set<std::string> in_graph;
  for (const XmlElement& element : Xml(report::graph_svg(page.network)).elements)
    if (const auto tensor = element.attributes.find("data-tensor"); tensor != element.attributes.end())
      in_graph.insert(tensor->second);
  CHECK(in_graph.size() == static_cast<std::size_t>(page.network.tensors()));
  for (const report::Picture& picture : page.pictures)
    for (const XmlElement& element : Xml(picture.svg).elements)
      if (const auto tensor = element.attributes.find("data-tensor"); tensor != element.attributes.end())
        CHECK_MESSAGE(in_graph.contains(tensor->second), picture.id);
}

TEST_CASE("a page without a plan, of a network that nothing can be said of") {
  report::Page page;
  page.network.name = "broken\xff\x01";
  page.findings = {{"error", "no layers", "", -1}};
  check_page(html_page(page), 0 + static_cast<int>(page.network.sources.size()));
}

TEST_CASE("a page of the K210") {
  const auto plan = k210::plan_if_possible(graph_of<OnKpu>(), k210_kpu);
  REQUIRE(plan.complete());
  const report::DrawnKpuNetwork drawn = report::drawn_network("kpu", plan, k210_kpu);
  report::Page page;
  page.network = drawn.network;
  page.pictures = report::kpu_pictures(drawn);
  const std::string text = html_page(page);
  check_page(text, page.network.tensors());
  CHECK(text.find("AI RAM over time") != std::string::npos);
  CHECK(text.find(report::grouped(plan.needed_lines) + " of 32,768 lines of 64 bytes at once") != std::string::npos);
  CHECK(Xml(report::kpu_svg(drawn)).error == "");
  CHECK(drawn.cycles.size() == static_cast<std::size_t>(plan.graph.count(false)));
  const std::string time = report::time_text(k210::least_cycles_of(plan.graph, k210_kpu), {400});
  CHECK(text.find("<section id=\"cycles\"") != std::string::npos);
  CHECK(text.find("of each layer; together at least ") != std::string::npos);
  CHECK(text.find(time) != std::string::npos);
  for (const report::DrawnLayer& layer : drawn.network.layers) {
    const report::Fact& fact = layer.facts.back();
    CHECK(fact.what == "Time");
    CHECK(fact.value.find(layer.steps.find("processor: ") == 0 ? "not known: it is no layer" : "at least ") == 0);
  }
  // Every map of AI RAM is drawn where the plan put it.
  for (const report::Band& band : drawn.ai_ram) {
    const k210::PlacedMap& map = plan.map(band.tensor - 1);
    CHECK(band.first == map.line);
    CHECK(band.end == map.line + map.lines);
  }
}

TEST_CASE("colours of layers are not given twice") {
  for (int a = -1; a < 128; ++a)
    for (int b = a + 1; b < 128; ++b) CHECK(report::tensor_colour(a) != report::tensor_colour(b));
}

TEST_CASE("texts fit where they are written") {
  for (const char* words : {"layer 3 (conv3)", "a", "", "layer 17 (backbone_conv2_3_res_with_a_long_name)",
                            "Größe: äöüäöüäöüäöüäöüäöüäöüäöüäöüäöü"}) {
    const report::FittedText fitted = report::fitted_to(words, 100, 12);
    CHECK(report::text_width(fitted.words, fitted.size) <= 100.01);
    CHECK(report::svg_escaped(fitted.words).find('?') == std::string::npos);  // no half character
    std::string joined;
    for (const std::string& line : report::lines_of(words, 60, 12)) {
      CHECK(report::text_width(line, 12) <= 60 + report::character_width(' ') * 12);
      joined += line;
    }
    CHECK(joined == words);
  }
}

TEST_CASE("scales have round ticks") {
  for (long long highest : {1LL, 3LL, 64LL, 1000LL, 32'768LL, 2'000'001LL}) {
    const long long step = report::tick_step(highest);
    CHECK((step & (step - 1)) == 0);
    CHECK(highest / step <= 6);
    CHECK((highest < 4 || highest / step >= 3));
  }
  const int steps[][2] = {{0, 1}, {1, 1}, {2, 2}, {3, 5}, {5, 5}, {6, 10}, {11, 20}, {21, 50}, {51, 100}, {101, 200}};
  for (const auto& [least, step] : steps) CHECK(report::round_step(least) == step);
  CHECK(report::round_step(1.01) == 2);
  CHECK(report::counted(1, "step") == "1 step");
  CHECK(report::counted(2000, "step") == "2,000 steps");
}

TEST_CASE("numbers of boxes never lie on each other") {
  report::LabelledBoxes boxes(3);
  boxes.add({0, 0, 40, 20}, 1, "below");
  boxes.add({0, 4, 40, 20}, 2, "above");
  boxes.add({100, 0, 40, 4}, 3, "thin");
  report::Svg svg;
  boxes.draw(svg);
  const std::string text = svg.document(200, 50);
  std::size_t numbers = 0;
  for (const XmlElement& element : Xml(text).elements) numbers += element.name == "text" ? 1 : 0;
  CHECK(numbers == 1);
}

TEST_CASE("pixels become a bitmap") {
  CHECK(report::detail::base64("M") == "TQ==");
  CHECK(report::detail::base64("Ma") == "TWE=");
  CHECK(report::detail::base64("Man") == "TWFu");
  const std::string file = report::detail::bitmap({"", 2, 2, {1, 2, 3, 4}});
  CHECK(file.size() == 54 + 16);
  CHECK(file.substr(54) == std::string("\3\3\3\4\4\4\0\0\1\1\1\2\2\2\0\0", 16));
  CHECK(report::detail::bitmap({"", 1, 1, {1, 2, 3}}).substr(54, 3) == "\3\2\1");
}

}  // namespace test_page
