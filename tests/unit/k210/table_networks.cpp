// Tables of networks that bring their own: each changed in length, left out and added.
#include <incuse/hosted/strings.hpp>
#include <incuse/k210/tables/table_networks.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <support/processor_networks.hpp>

namespace test_table_networks {

using namespace incuse;
using namespace incuse::k210;
using namespace incuse::test;

namespace {

/// What is wrong with changed tables of a network: "rule layer needs has (part)".
template <class Net, class Change>
std::vector<std::string> wrong_after(const Change& change) {
  constexpr auto net = graph_of<Net>();
  constexpr auto planned = plan_if_possible(net, k210_kpu);
  k210::detail::NetworkTables given = k210::detail::tables_in<TableProcessorParameters>();
  std::vector<LayerTables> layers(given.layers, given.layers + given.layer_count);
  std::vector<CpuTables> cpu(given.cpu, given.cpu + given.cpu_count);
  change(layers, cpu);
  given = {layers.data(), static_cast<int>(layers.size()), cpu.data(), static_cast<int>(cpu.size())};
  std::vector<std::string> said;
  const auto text = [](Text words) { return string_of(words); };
  for (const Finding& finding : k210::detail::TableCheck(net, planned, given).run())
    said.push_back(text(finding.rule->id) + ' ' + text(finding.layer_name) + ' ' +
                   std::to_string(finding.needs.values[0]) + ' ' + std::to_string(finding.has.values[0]) + ' ' +
                   text(finding.part));
  return said;
}

}  // namespace

TEST_CASE("every table of a network has the length that its layer asks for, and there are as many as layers") {
  using Layers = std::vector<LayerTables>;
  using Cpu = std::vector<CpuTables>;
  using Said = std::vector<std::string>;
  CHECK(wrong_after<TableProcessor>([](Layers&, Cpu&) {}) == Said{});
  for (int change : {-1, 1}) {
    const auto changed = [&](int length) { return std::to_string(length) + ' ' + std::to_string(length + change); };
    CHECK(wrong_after<TableProcessor>([&](Layers& l, Cpu&) { l[0].weights.count += change; }) ==
          Said{"tensor_shape kpu " + changed(18) + " weights"});
    CHECK(wrong_after<TableProcessor>([&](Layers& l, Cpu&) { l[0].batch_norm.count += change; }) ==
          Said{"tensor_shape kpu " + changed(3) + " batch norm"});
    CHECK(wrong_after<TableProcessor>([&](Layers& l, Cpu&) { l[0].activation.count += change; }) ==
          Said{"tensor_shape kpu " + changed(1) + " activation"});
    CHECK(wrong_after<TableProcessor>([&](Layers&, Cpu& c) { c[0].weights.count += change; }) ==
          Said{"tensor_shape begin " + changed(24) + " weights"});
    CHECK(wrong_after<TableProcessor>([&](Layers&, Cpu& c) { c[0].bias.count += change; }) ==
          Said{"tensor_shape begin " + changed(6) + " bias"});
    CHECK(wrong_after<TableProcessor>([&](Layers&, Cpu& c) { c[2].channels.count += change; }) ==
          Said{"tensor_shape channels " + changed(3) + " channels"});
  }
  // The option bias is neither dropped nor added.
  CHECK(wrong_after<TableProcessor>([](Layers&, Cpu& c) { c[0].bias.count = 0; }) ==
        Said{"tensor_shape begin 6 0 bias"});
  CHECK(wrong_after<TableProcessor>([](Layers&, Cpu& c) { c[2].channels.count = 0; }) == Said{});
  CHECK(wrong_after<TableProcessor>([](Layers& l, Cpu&) { l.push_back(l[0]); }) == Said{"extra_parameters  1 2 "});
  CHECK(wrong_after<TableProcessor>([](Layers&, Cpu& c) { c.push_back(c[0]); }) == Said{"extra_parameters  3 4 "});
  CHECK(wrong_after<TableProcessor>([](Layers& l, Cpu&) { l.clear(); }) == Said{"missing_weights kpu 0 0 "});
  CHECK(wrong_after<TableProcessor>([](Layers&, Cpu& c) { c.pop_back(); }) == Said{"missing_weights channels 0 0 "});
}

}  // namespace test_table_networks
