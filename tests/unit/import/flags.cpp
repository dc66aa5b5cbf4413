// Flags: every option of a deployment and every change of a network has one; names are unique.
#include <incuse/import/flags.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/max7800x/devices.hpp>
#include <incuse/max7800x/input.hpp>

namespace test_flags {

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
  add_names(flags::addresses, all);
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

// The names of the vendor's tool, that of the manual and later ones.
TEST_CASE("every flag of the vendor's tool is known, and few are refused") {
  const std::multiset<std::string> all = all_names();
  std::istringstream names(
      "--ai85 --device --avg-pool-rounding --simple1b -e --embedded-code --rtl --rtl-sim --rtl-preload "
      "--rtl-preload-weights --pipeline --no-pipeline --pll --no-pll --apb --balance-speed --max-speed --clock-divider "
      "--config-file "
      "--checkpoint-file --board-name --display-checkpoint --prefix --debugwait --define --define-default-arm "
      "--define-default-riscv --eclipse-includes --eclipse-variables --eclipse-openocd-args --overwrite --compact-data "
      "--no-compact-data --compact-weights --mexpress --no-mexpress --mlator --unroll-mlator --unroll-8bit "
      "--unroll-wide --softmax "
      "--fc-layer --unload --no-unload --no-kat --boost --start-layer --no-wfi --timer --no-timer --energy "
      "--switch-delay --output-width --c-filename --api-filename --weight-filename --sample-filename --sample-input "
      "--sample-output-filename --sample-numpy-filename --fifo --fast-fifo --fast-fifo-quad --no-fifo-wait --fifo-go "
      "--slow-load --debug-new-streaming --riscv --riscv-flash --no-riscv-flash --riscv-cache --no-riscv-cache "
      "--riscv-debug --riscv-exclusive -v --verbose -L --log --no-log --no-progress --log-intermediate --log-pooling "
      "--short-log --log-last-only --verbose-all --log-filename -D --debug --debug-computation --debug-latency "
      "--no-error-stop --stop-after --skip-checkpoint-layers --skip-yaml-layers --stop-start --one-shot "
      "--repeat-layers --clock-trim --fixed-input --reshape-inputs --forever --link-layer --read-ahead --calcx4 "
      "--ext-rdy --weight-start --ignore-bias-groups --kernel-format --debug-snoop --snoop-loop --ignore-hw-limits "
      "--ignore-bn --ignore-activation --ignore-energy-warning --ignore-mlator-warning --no-greedy-kernel "
      "--new-kernel-loader --old-kernel-loader --weight-input "
      "--bias-input --input-csv --input-csv-format --input-csv-retrace --input-csv-period --input-pix-clk --input-sync "
      "--input-fifo --autogen --autogen_list --input-filename --output-filename --output-config-filename "
      "--output-data-filename --output-weights-filename --output-bias-filename --output-pass-filename "
      "--runtest-filename --legacy-test "
      "--legacy-kernels --test-bist --test-dir --top-level --queue-name --timeout --result-output --overlap-data "
      "--override-start "
      "--increase-start --override-rollover --override-delta1 --increase-delta1 --override-delta2 --increase-delta2 "
      "--ignore-streaming --allow-streaming --no-bias --streaming-layers --powerdown --deepsleep --max-proc "
      "--input-offset --verify-writes --verify-kernels --mlator-noverify --write-zero-registers --init-tram "
      "--zero-sram --pretend-zero-sram --zero-unused --apb-base --ready-sel --ready-sel-fifo --ready-sel-aon "
      "--input-split --synthesize-input --synthesize-words --max-verify-length --max-checklines --no-version-check "
      "--version-check-interval --upstream --no-deduplicate-weights --no-warn-zero --yamllint");
  for (std::string name; names >> name;) {
    CAPTURE(name);
    CHECK(all.count(name) == 1);
  }
  // Those that would change the result and are not there say what to do instead.
  std::multiset<std::string> refused;
  add_names(flags::refused, refused);
  CHECK(refused == std::multiset<std::string>{"--bias-input", "--reshape-inputs", "--rtl", "--rtl-preload",
                                              "--rtl-preload-weights", "--rtl-sim", "--skip-checkpoint-layers",
                                              "--skip-yaml-layers", "--test-bist", "--weight-input"});
  for (const flags::Refused& row : flags::refused) CHECK(std::string_view(row.meaning).size() > 20);
}

TEST_CASE("a flag that asks for what a part lacks is none of those without effect there") {
  int refused = 0;
  for (const flags::Neutral& row : flags::neutral)
    for (const max7800x::Device* part : max7800x::Devices::all) {
      CAPTURE(row.names);
      const max7800x::FeatureName* missing = flags::missing_feature(row, *part);
      CHECK((missing != nullptr) == ((row.asked & ~part->features) != 0));
      refused += missing != nullptr ? 1 : 0;
    }
  CHECK(refused >= 1);
  CHECK(flags::missing_feature(*flags::row_of("--mexpress", flags::neutral), ai84) != nullptr);
  CHECK(flags::missing_feature(*flags::row_of("--mexpress", flags::neutral), max78000) == nullptr);
}

TEST_CASE("values of flags without effect are of their kind") {
  const auto takes = [](const char* flag, std::string_view value) {
    return is_possible(flags::row_of(flag, flags::neutral)->value, value);
  };
  for (const flags::Neutral& row : flags::neutral) {
    CAPTURE(row.names);
    const bool any = row.value.form == flags::Value::Form::none || row.value.form == flags::Value::Form::text;
    CHECK(words_of(row.value).empty() == any);
    CHECK((row.value.form == flags::Value::Form::none) == (*row.value.name == '\0'));
    for (const char* nonsense : {"", "abc", "-1", "1x", "0x", "1.2.3", " 1", "99999999999999999999"})
      CHECK(is_possible(row.value, nonsense) == any);
  }
  for (int number = 0; number < 2000; ++number) {
    CAPTURE(number);
    const std::string text = std::to_string(number);
    CHECK(takes("--timer", text) == (number <= 5));
    CHECK(takes("--input-split", text) == (number >= 1 && number <= 1024));
    CHECK(takes("--clock-divider", text) == (number == 1 || number == 2 || number == 4 || number == 8 || number == 16));
    CHECK(takes("--input-csv-format", text) == (number == 555 || number == 565 || number == 888));
    CHECK(takes("--boost", "2." + text) == (number <= 31));
    CHECK(takes("--slow-load", text));
    CHECK(takes("--clock-trim", "0x1e," + text + ",0"));
    CHECK(flags::changes_nothing(*flags::row_of("--skip-yaml-layers", flags::refused), text) == (number == 0));
  }
  for (const char* trims : {"1", "1,2", "1,2,3,4", "1,2,", "1,2,g", "1,2,0x1ffffffff"})
    CHECK(!takes("--clock-trim", trims));
  for (const char* pin : {"2", "q", "2.", ".5", "99.x", "2.5.1", "2,5"}) CHECK(!takes("--boost", pin));
  CHECK(flags::number_in("0xFf") == 255);
}

TEST_CASE("what begins a flag names flags that begin so; a flag with one wrong letter is named") {
  std::vector<std::string> names;
  for (const std::string& name : all_names())
    if (name.size() > 2) names.push_back(name);
  const auto is_flag = [&](const std::string& word) {
    return std::find(names.begin(), names.end(), word) != names.end();
  };
  const auto relatives = [&](const std::string& written) {
    return detail::relatives_of(written, names, [](const std::string& name) { return std::string_view(name); });
  };
  for (const std::string& name : names)
    for (std::size_t length = 5; length < name.size(); ++length) {
      const std::string written = name.substr(0, length);
      if (is_flag(written)) continue;
      CAPTURE(written);
      const auto found = relatives(written);
      CHECK(found.size() <= 4);
      CHECK(std::any_of(found.begin(), found.end(), [&](auto word) { return word.substr(0, length) == written; }));
    }
  const auto is_named = [&](const std::string& written, const std::string& name) {
    if (is_flag(written)) return;
    CAPTURE(written);
    const auto found = relatives(written);
    CHECK(found.size() <= 4);
    CHECK(std::find(found.begin(), found.end(), name) != found.end());
  };
  for (const std::string& name : names)
    for (std::size_t at = 2; at < name.size(); ++at) {
      // A letter is missing, too many, another one, or changes places with the next one: in turn, which is fast.
      std::string written = name;
      if (at % 4 == 0) written.erase(at, 1);
      if (at % 4 == 1) written.insert(at, 1, 'x');
      if (at % 4 == 2) written[at] = 'x';
      if (at % 4 == 3 && at + 1 < name.size()) std::swap(written[at], written[at + 1]);
      is_named(written, name);
    }
  // A part of a flag, and what is no flag at all.
  CHECK(relatives("--delta1").size() == 4);
  CHECK(relatives("--bo").size() == 2);
  CHECK(relatives("--qqq").empty());
}

TEST_CASE("a bus at another address: all but the fast FIFO moves") {
  FlagSettings settings;
  CHECK(device_with(settings, max78000).registers.base == max78000.registers.base);
  settings.apb_base = 0x4000'0000;
  const max7800x::Device moved = device_with(settings, max78000);
  for (const auto address : {&max7800x::Device::fifo_base, &max7800x::Device::always_on_control})
    CHECK(moved.*address == max78000.*address - 0x1000'0000);
  for (const auto memory : {&max7800x::Device::data, &max7800x::Device::weights, &max7800x::Device::bias,
                            &max7800x::Device::row_caches, &max7800x::Device::registers})
    CHECK((moved.*memory).base == (max78000.*memory).base - 0x1000'0000);
  CHECK(moved.fast_fifo_base == max78000.fast_fifo_base);
  CHECK(device_with(settings, moved).data.base == moved.data.base);
  CHECK(max7800x::with_apb_base(ai84, 0x5020'0000).registers.base == 0x5020'0000);
  CHECK(max7800x::with_apb_base(ai84, 0x5020'0000).always_on_control == 0);  // it has none
}

TEST_CASE("options that differ from the usual ones as types") {
  FlagSettings settings;
  CHECK(option_types(settings).empty());
  settings.overlap_data = true;
  settings.express_weights = false;
  settings.input_path = max7800x::InputPath::fast_fifo;
  settings.features = bit_of(incuse::max7800x::Feature::pll);
  settings.repetitions = 2;
  settings.output_width = 32;  // changes the network, not the deployment
  CHECK(option_types(settings) ==
        ", incuse::max7800x::overlap_data, incuse::max7800x::plain_weights, incuse::max7800x::fast_fifo_input, "
        "incuse::max7800x::with<incuse::max7800x::Feature::pll>, incuse::max7800x::repetitions<2>");
  settings.snoop.used = true;  // a description says these
  settings.snoop.values[1] = 7;
  settings.snoop.values[23] = 0xffff'ffff;
  CHECK(option_types(settings).find(", incuse::max7800x::snoop<0, 7, 0, ") != std::string::npos);
  CHECK(option_types(settings).find(", 0, 4294967295>") != std::string::npos);
}

TEST_CASE("options that differ from the usual ones as flags of the vendor's tool") {
  FlagSettings settings;
  CHECK(vendor_flags(settings) == "");
  settings.input_path = max7800x::InputPath::quad_fast_fifo;
  settings.average_pool_rounding = true;
  settings.express_weights = false;
  settings.repetitions = 2;
  settings.features = bit_of(max7800x::Feature::pipeline);
  settings.layers_without_bias = {1, 3};
  CHECK(vendor_flags(settings) ==
        " --avg-pool-rounding --no-mexpress --fast-fifo-quad --pipeline --repeat-layers 2 --no-bias 1 3");
  settings = {};
  settings.ignore_activation = true;  // the description says it
  CHECK(vendor_flags(settings) == "");
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

}  // namespace test_flags
