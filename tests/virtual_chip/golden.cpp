// The accepted networks of the reference tables in a virtual chip: once with the tables of the vendor's generator, once
// with those that Incuse makes.
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/rules.hpp>
#include <incuse/model/unplaced.hpp>

#include <support/one_in.hpp>
#include <support/round_trip.hpp>
#include "causes.hpp"
#include "replay.hpp"

namespace {

using conformance::CaseEntry;
using conformance::Chip;
using conformance::ReferenceCase;

const std::vector<CaseEntry>& accepted_cases() {
  static const std::vector<CaseEntry> cases = [] {
    std::vector<CaseEntry> list;
    long number = 0;
    for (const CaseEntry& entry : conformance::find_cases(conformance::golden_tables))
      if (entry.accepted && &conformance::device_of(entry) == &conformance::golden_device &&
          !incuse::test::left_out(number++))
        list.push_back(entry);
    return list;
  }();
  REQUIRE_MESSAGE(!cases.empty(), "there are reference tables, but no accepted case among them");
  return cases;
}

/// Whether the tables lie where they lay when the tests were configured; else says that the tests are skipped.
bool has_tables() {
  const std::string index = conformance::golden_tables + "/index.txt";
  if (std::filesystem::exists(index)) return true;
  std::cout << "golden tests skipped: no " << index << '\n';
  return false;
}

/// How many cases agree, and why others do not.
struct Tally {
  int agreeing = 0;
  std::map<std::string, std::vector<std::string>> causes{};

  /// `contradiction(cause)` tells what speaks against a cause of the difference.
  template <class Contradiction>
  void add(const ReferenceCase& reference, const std::string& difference, bool vendor_tables,
           const Contradiction& contradiction) {
    if (difference.empty()) {
      ++agreeing;
      return;
    }
    const conformance::Cause cause = conformance::cause_of_difference(reference, vendor_tables);
    const std::string against = contradiction(cause);
    if (against.empty())
      causes[conformance::sentence_of(cause)].push_back(reference.entry().name);
    else
      FAIL_CHECK(reference.entry().name << ": " << difference << "; " << conformance::sentence_of(cause) << ", but "
                                        << against);
  }

  void print() const {
    std::string text = std::to_string(agreeing) + " of " + std::to_string(accepted_cases().size()) + " agree";
    for (const auto& [cause, names] : causes) {
      text += "\n  " + std::to_string(names.size()) + ": " + cause + ":";
      for (const std::string& name : names) text += " " + name;
    }
    MESSAGE(text);
  }
};

/// What is wrong after the vendor's tables have been carried out; empty: nothing.
std::string difference_after_replay(const ReferenceCase& reference) {
  Chip& chip = conformance::fresh_chip();
  try {
    conformance::replay(chip, reference);
  } catch (const conformance::DamagedCase& damage) {
    return damage.what();
  }
  if (!chip.interrupt_pending()) return "the inference does not end";
  std::string difference = conformance::difference_in_expected(chip, reference);
  if (difference.empty()) difference = incuse::test::complaint(conformance::golden_device, chip);
  if (!conformance::golden_device.interrupts) return difference;
  conformance::replay_interrupt(chip, reference);
  if (difference.empty() && chip.interrupt_pending()) return "the interrupt handler does not clear the interrupt";
  return difference;
}

/// Of how many of the public tables the replay agrees: docs/proofs.md. Others have no figure.
int published_figure(std::size_t cases) {
  if (&conformance::golden_device == &incuse::max78000 && cases == 375) return 361;
  if (&conformance::golden_device == &incuse::max78002 && cases == 494) return 468;
  if (&conformance::golden_device == &incuse::ai84 && cases == 120) return 111;
  return -1;
}

TEST_CASE("the vendor's tables leave the expected output in the memories") {
  if (!has_tables()) return;
  Tally tally;
  for (const CaseEntry& entry : accepted_cases()) {
    const ReferenceCase reference(entry);
    const std::string difference = difference_after_replay(reference);
    tally.add(reference, difference, true, [&](const conformance::Cause& cause) {
      return conformance::contradiction_of_vendor_tables(cause, reference, difference);
    });
  }
  tally.print();
  CHECK(tally.agreeing >= 0.92 * static_cast<double>(accepted_cases().size()));
  if (const int figure = published_figure(accepted_cases().size()); figure >= 0) CHECK(tally.agreeing == figure);
}

bool is_conditional(const incuse::max7800x::Options& options) {
  return options.snoop.used || options.asks_for(incuse::max7800x::Feature::snooping);
}

/// The rule that refuses to deploy a network; empty: none does.
std::string refusal(const conformance::Subject& subject) {
  for (const incuse::Finding& finding : inspect(subject.graph, subject.plan, subject.device, subject.options))
    if (finding.rule->severity == incuse::Severity::error) return string_of(finding.rule->id);
  return {};
}

TEST_CASE("the tables of Incuse give the answer of the reference executor") {
  if (!has_tables()) return;
  Tally tally;
  for (const CaseEntry& entry : accepted_cases()) {
    const ReferenceCase reference(entry);
    const conformance::AcceptedCase loaded = conformance::load_accepted(entry, false);
    if (!loaded.not_supported.empty()) {
      MESSAGE("not planned: " << entry.name << ": " << loaded.not_supported.front());
      continue;
    }
    const auto& [device, options, graph, plan, parameters, input, skipped, order] = loaded.subject;
    const incuse::host::DeployedNetwork<incuse::max7800x::most_layers> network{graph, plan, device, options,
                                                                               parameters.parameters()};
    const std::string difference = incuse::test::round_trip(network, input, conformance::fresh_chip());
    tally.add(reference, difference, false, [&](const conformance::Cause& cause) {
      return conformance::contradiction_of_own_tables(cause, reference);
    });
    if ((options.features & device.ignored_features) != 0) continue;  // refused, although it makes no difference
    if (is_conditional(options)) continue;                            // which layers are executed depends on values
    // A case is refused if, and only if, its tables compute something else than the executor.
    const std::string rule = refusal(loaded.subject);
    CHECK_MESSAGE(rule.empty() == difference.empty(), entry.name << ": " << rule);
  }
  tally.print();
  CHECK(tally.agreeing >= 0.95 * static_cast<double>(accepted_cases().size()));
}

/// Whether the proof says of a layer that its operands are parts of one image, which no placement helps.
template <int N>
bool divides_source(const incuse::host::DeployedNetwork<N>& network, int layer) {
  for (const incuse::Finding& finding : verify(network.graph, network.plan, network.device, network.options))
    if (*finding.rule == incuse::max7800x::rules::divided_source && finding.layer == layer) return true;
  return false;
}

TEST_CASE("networks that are placed by the planner give the answer of the reference executor") {
  if (!has_tables()) return;
  int agreeing = 0;
  for (const CaseEntry& entry : accepted_cases()) {
    const conformance::AcceptedCase loaded = conformance::load_accepted(entry, false);
    if (!loaded.not_supported.empty()) continue;
    const auto& [device, options, graph, plan, parameters, input, skipped, order] = loaded.subject;
    if (is_conditional(options)) continue;  // the chip computes something else on purpose
    if (conformance::cause_of_difference(ReferenceCase(entry), false).kind == conformance::Cause::not_expressible)
      continue;
    constexpr int capacity = incuse::max7800x::most_layers;
    const auto planned =
        incuse::max7800x::arrange_and_plan<capacity>(incuse::without_placement(graph), device, options);
    if (!planned.fits) {
      MESSAGE("not planned: " << entry.name);
      continue;
    }
    const incuse::host::DeployedNetwork<capacity> network{planned.graph, planned.plan, device, planned.options,
                                                          parameters.parameters()};
    const std::string difference = incuse::test::round_trip(network, input, conformance::fresh_chip());
    if (difference.empty())
      ++agreeing;
    else if (divides_source(network, incuse::test::first_wrong_layer(network, input, conformance::fresh_chip())))
      MESSAGE("differs: " << entry.name << ": " << difference);
    else
      FAIL_CHECK(entry.name << ": " << difference);
  }
  MESSAGE(agreeing << " of " << accepted_cases().size() << " agree");
  CHECK(agreeing >= 0.9 * static_cast<double>(accepted_cases().size()));
}

}  // namespace
