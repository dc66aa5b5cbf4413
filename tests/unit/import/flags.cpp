// Flags: every option of a deployment and every change of a network has one; names are unique.
#include <incuse/import/flags.hpp>

#include <doctest/doctest.h>

#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include <incuse/max7800x/input.hpp>

using namespace incuse;

namespace {

template <class Table>
void add_names(const Table& table, std::multiset<std::string>& all) {
  for (const auto& row : table) {
    std::string_view names = row.names;
    while (!names.empty()) {
      const std::size_t comma = names.find(',');
      all.insert(std::string(names.substr(0, comma)));
      names = comma == std::string_view::npos ? std::string_view() : names.substr(comma + 1);
    }
  }
}

std::multiset<std::string> all_names() {
  std::multiset<std::string> all;
  add_names(flags::switches, all);
  add_names(flags::numbers, all);
  add_names(flags::layers, all);
  add_names(flags::paths, all);
  add_names(flags::feature_flags, all);
  add_names(flags::neutral, all);
  add_names(flags::refused, all);
  add_names(flags::renamed, all);
  return all;
}

}  // namespace

TEST_CASE("no name stands for two flags") {
  const std::multiset<std::string> all = all_names();
  for (const std::string& name : all) {
    CAPTURE(name);
    CHECK(all.count(name) == 1);
    CHECK((name.rfind("--", 0) == 0 || (name.size() == 2 && name[0] == '-')));
  }
  CHECK(flags::row_of("--mlator", flags::switches)->member == &FlagSettings::mlator_unload);
  CHECK(flags::row_of("--mlat", flags::switches) == nullptr);
}

TEST_CASE("every flag of the vendor's manual is known, and most of those that came later") {
  const std::multiset<std::string> all = all_names();
  std::istringstream names(
      "--device --avg-pool-rounding --simple1b --config-file --checkpoint-file --display-checkpoint --prefix "
      "--board-name --compact-data --compact-weights --mexpress --mlator --softmax --boost --timer "
      "--c-filename --api-filename --weight-filename --sample-filename --sample-input --fifo --fast-fifo "
      "--fast-fifo-quad --riscv --riscv-debug --riscv-exclusive -v --verbose -L --log --log-intermediate "
      "--log-pooling --log-filename -D --debug --debug-computation --stop-after --one-shot --overlap-data "
      "--override-start --increase-start --override-rollover --override-delta1 --increase-delta1 "
      "--override-delta2 --increase-delta2 --ignore-streaming --powerdown --deepsleep --input-offset "
      "--mlator-noverify --write-zero-registers --init-tram --zero-sram --zero-unused --ready-sel "
      "--ready-sel-fifo --ready-sel-aon --energy --test-dir --autogen --rtl --ignore-bias-groups --forever "
      "--no-unload --fixed-input --apb-base --verify-kernels --no-wfi --no-kat --max-verify-length --max-proc "
      "--no-mexpress --start-layer --repeat-layers --weight-start --synthesize-input --synthesize-words "
      "--no-bias --streaming-layers --output-width --pipeline --no-pipeline --pll --no-pll --max-speed "
      "--clock-divider --switch-delay --no-fifo-wait --fifo-go --link-layer --read-ahead --calcx4 --ext-rdy "
      "--snoop-loop --debug-snoop --ignore-hw-limits --ignore-bn --ignore-activation --no-deduplicate-weights "
      "--allow-streaming --no-error-stop --input-split --stop-start --verify-writes --old-kernel-loader");
  for (std::string name; names >> name;) {
    CAPTURE(name);
    CHECK(all.count(name) == 1);
  }
}

TEST_CASE("options that differ from the usual ones as types") {
  FlagSettings settings;
  CHECK(option_types(settings).empty());
  settings.overlap_data = true;
  settings.express_weights = false;
  settings.input_path = max7800x::InputPath::fast_fifo;
  settings.features = bit_of(max7800x::Feature::pll);
  settings.repetitions = 2;
  settings.output_width = 32;  // changes the network, not the deployment
  CHECK(option_types(settings) ==
        ", max7800x::overlap_data, max7800x::plain_weights, max7800x::fast_fifo_input, "
        "max7800x::with<max7800x::Feature::pll>, max7800x::repetitions<2>");
}

TEST_CASE("changes of a network") {
  NetworkDescription description = parse_description(
      "arch: test\ndataset: digits\nlayers:\n"
      "- {processors: 1, out_offset: 0, op: conv2d, activate: relu}\n"
      "- {processors: 1, out_offset: 0, op: conv2d, streaming: true}\n",
      "net.yaml", max78000);
  NetworkChanges changes;
  changes.ignore_activation = changes.ignore_streaming = true;
  changes.streaming_layers = {0};
  changes.stop_after = 0;
  apply(changes, description);
  CHECK(description.layers[0].layer.activation == Activation::none);
  CHECK(description.layers[0].layer.streaming);
  CHECK_FALSE(description.layers[1].layer.streaming);
  CHECK(description.layers[0].next == DescribedLayer::stop);

  Graph<2> graph;
  graph.size = 2;
  graph[1].same_weights_as = 0;
  changes.output_width = 32;
  changes.input_offset = 64;
  changes.separate_weights = true;
  apply(changes, graph);
  apply_to_bound(changes, graph);
  CHECK(graph[1].wide);
  CHECK(graph.input_offset == 64);
  CHECK(graph[1].same_weights_as == -1);

  changes.layers_without_bias = {1};
  CHECK_FALSE(changes.drops_bias(0));
  CHECK(changes.drops_bias(1));
  changes.no_bias = true;
  CHECK(changes.drops_bias(0));
}

TEST_CASE("an input that is synthesized is made from 8 words, unless a flag says otherwise") {
  FlagSettings settings;
  complete(settings);
  CHECK(settings.synthesized_words == 0);
  settings.synthesized_step = 16;
  complete(settings);
  CHECK(settings.synthesized_words == 8);
  settings.synthesized_words = 4;
  complete(settings);
  CHECK(settings.synthesized_words == 4);
}

TEST_CASE("words of a synthesized input: each is the one so many words in front, plus a step") {
  max7800x::Options options;
  options.synthesized_words = 2;
  options.synthesized_step = 0x0180;  // carries from lane to lane
  const int first[3][6] = {{1, 2, 0, 0, 0, 0}, {10, -1, 0, 0, 0, 0}, {127, 0, 0, 0, 0, 0}};
  const auto value = [&](int i) { return first[i / 6][i % 6]; };
  const auto channel = [&](int c) {
    std::string text;
    for (int p = 0; p < 6; ++p)
      text += std::to_string(max7800x::synthesized_value({3, 2, 3}, options, value, 6 * c + p)) + " ";
    return text;
  };
  CHECK(channel(0) == "1 2 -127 -126 1 2 ");
  CHECK(channel(1) == "10 -1 11 0 13 2 ");
  CHECK(channel(2) == "127 0 127 1 127 1 ");
}

TEST_CASE("a layer that becomes the last one writes where it wrote before") {
  const auto map_of_last = [](const std::string& keys, int last) {
    NetworkDescription description = parse_description(
        "arch: test\ndataset: digits\nlayers:\n"
        "- {processors: 1, out_offset: 0, op: conv2d" +
            keys + "}\n- {processors: 0xf0, out_offset: 0, op: conv2d}\n",
        "net.yaml", max78000);
    REQUIRE(description.complete);
    NetworkChanges changes;
    changes.stop_after = last;
    apply(changes, description);
    return description.layers[static_cast<std::size_t>(last)].layer.placement.output_processors;
  };
  CHECK(map_of_last("", 0) == 0xf0);
  CHECK(map_of_last(", next_sequence: 1", 0) == 0xf0);
  CHECK(map_of_last(", output_processors: 0xf00", 0) == 0xf00);
  CHECK(map_of_last(", next_sequence: stop", 0) == 0);
  CHECK(map_of_last("", 1) == 0);
}
