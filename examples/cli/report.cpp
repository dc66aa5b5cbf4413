#include "report.hpp"

#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/description_rules.hpp>
#include <incuse/k210/planning.hpp>
#include <incuse/max7800x/notices.hpp>
#include <incuse/max7800x/rules.hpp>
#include <incuse/model/parameter_rules.hpp>
#include <incuse/report/drawn_k210.hpp>
#include <incuse/report/drawn_max7800x.hpp>
#include <incuse/report/kpu_svg.hpp>
#include <incuse/report/plan_svg.hpp>

#include "content.hpp"
#include "loaded_network.hpp"
#include "onnx.hpp"
#include "output.hpp"
#include "output_files.hpp"
#include "verbs.hpp"

namespace cli {

namespace {

namespace max7800x = incuse::max7800x;
namespace k210 = incuse::k210;
using incuse::report::Page;
using incuse::report::PageRule;

std::string severity_text(incuse::Severity severity) { return incuse::detail::severity_word(severity); }

/// "digits (net.yaml)", or the file's name alone.
std::string title_of(const Request& request, const std::string& name) {
  const std::string file = std::filesystem::path(request.description).filename().string();
  return name.empty() ? file : name + " (" + file + ")";
}

bool names_rule(const Page& page, const std::string& id) {
  for (const incuse::report::PageFinding& finding : page.findings)
    if (finding.rule == id) return true;
  return false;
}

/// Adds what a rule says, if the page speaks of it and does not have it yet.
void add_rule(Page& page, const ReportRequest& wanted, const incuse::Rule& rule) {
  const std::string id = string_of(rule.id);
  if (!names_rule(page, id)) return;
  for (const PageRule& known : page.rules)
    if (known.id == id) return;
  page.rules.push_back(
      {id, string_of(rule.sentence), string_of(rule.remedy), wanted.rules.empty() ? "" : wanted.rules + "#" + id});
}
void add_rules(Page& page, const ReportRequest& wanted, const incuse::Findings& findings) {
  for (const incuse::Finding& finding : findings) add_rule(page, wanted, *finding.rule);
}

/// Messages speak of layers as described, the page shows them as planned: with copies in between.
int shown_layer(const LoadedNetwork& network, int layer) {
  const Graph& planned = network.planned.graph;
  if (!network.ok() || layer < 0) return layer;
  for (int i = 0; i < planned.size; ++i)
    if (!planned[i].inserted && (planned[i].author_layer >= 0 ? planned[i].author_layer : i) == layer) return i;
  return layer;
}

void add_findings(Page& page, const LoadedNetwork& network, const ReportRequest& wanted) {
  for (const Message& message : network.messages)
    page.findings.push_back(
        page_finding(severity_text(message.severity), message.text, shown_layer(network, message.layer)));
  page.notes = network.notes;
  for (const incuse::Rule& rule : incuse::description_rules::catalogue) add_rule(page, wanted, rule);
  for (const incuse::Rule* rule : incuse::parameter::catalogue) add_rule(page, wanted, *rule);
  if (network.graph.size == 0) return;
  const auto& [graph, options, plan, fits] = network.planned;
  add_rules(page, wanted, max7800x::inspect(graph, plan, *network.device, options));
  add_rules(page, wanted, max7800x::notices(network.graph, *network.device, network.options));
  add_rules(page, wanted, max7800x::notices_of_placement(graph, plan, *network.device, options));
}

/// The page of a network of the K210 that has been read from a model of another framework.
ExitCode report_model_k210(const Request& request, const ReportRequest& wanted) {
  const incuse::import::onnx::K210Network model = onnx_k210_network(request);
  Page page;
  page.network.name = title_of(request, "");
  for (const incuse::import::onnx::Refusal& refusal : model.refusals)
    page.findings.push_back({"error", refusal.text(), "", -1});
  using Checked = k210::CheckedPlan<decltype(model.graph)::capacity>;
  const auto checked = std::make_unique<const Checked>(k210::checked_plan(model.graph, incuse::k210_kpu));
  const auto& [plan, found] = *checked;
  for (const incuse::Finding& finding : found)
    page.findings.push_back({severity_text(finding.rule->severity),
                             string_of(incuse::sentence_of(finding, incuse::k210_kpu.name)),
                             string_of(finding.rule->id), -1});
  add_rules(page, wanted, found);
  page.fits = model.ok() && found.ok();
  if (page.fits) {
    const incuse::report::DrawnKpuNetwork drawn =
        incuse::report::drawn_network(page.network.name, plan, incuse::k210_kpu, request.kpu_supply());
    page.network = drawn.network;
    page.pictures = incuse::report::kpu_pictures(drawn);
  }
  page.verdict = std::string(page.fits ? "fits the " : "does not fit the ") + string_of(incuse::k210_kpu.name);
  return finish_page(request, wanted, page);
}

void write_page(const Request& request, const ReportRequest& wanted, const std::string& text) {
  if (request.output.empty()) return write_result(request, text);
  std::vector<std::string> inputs = inputs_of(request);
  inputs.insert(inputs.end(), wanted.measures.begin(), wanted.measures.end());
  write_files({{request.output, text}}, inputs);
}

/// An error of a page as a line for a terminal. Those that are about a place in a file begin with it.
std::string line_of(const Request& request, const incuse::report::PageFinding& finding) {
  const std::string place = request.description + ":";
  const bool placed = finding.text.compare(0, place.size(), place) == 0;
  const std::size_t end = placed ? finding.text.find(": ", place.size() - 1) + 2 : 0;
  return (placed ? finding.text.substr(0, end) : place + " ") + finding.severity + ": " + finding.text.substr(end) +
         (finding.rule.empty() ? "" : " [" + finding.rule + "]");
}

/// What is wrong with an address that a link of a page may lead to, of the web or from the page on, with "#" and a rule
/// behind it; nothing if it is well. Browsers take blanks and line ends out of an address, and run what begins with
/// javascript:.
std::string fault_of_address(const std::string& text) {
  if (text.empty()) return "the address is empty";
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= ' ' || c == 127) return "'" + text + "' has blanks in it";
  if (text.find('#') != std::string::npos)
    return "'" + text + "' has a #: the rule comes behind one, so give the page's address alone";
  const std::size_t colon = text.find(':');
  const bool relative = colon == std::string::npos || text.find_first_of("/?") < colon;
  const std::string scheme = relative ? "" : incuse::detail::lower_case(text.substr(0, colon));
  if (!relative && scheme != "http" && scheme != "https")
    return "'" + text + "' is no address of the web, which begins with http: or https:, nor a relative one";
  const std::string behind = relative ? text : text.substr(colon + 1);
  const bool has_host = behind.compare(0, 2, "//") == 0;
  if (has_host ? behind.size() == 2 || std::string("/?:").find(behind[2]) != std::string::npos : !relative)
    return "'" + text + "' names no host: https://host/page";
  return behind[0] == '?' ? "'" + text + "' names no page" : "";
}
const CLI::Validator web_address([](std::string& text) { return fault_of_address(text); }, "");

}  // namespace

void add_report_options(CLI::App& verb, ReportRequest& report) {
  const CLI::Validator some_name([](std::string& name) { return name.empty() ? std::string("the name is empty") : ""; },
                                 "");
  verb.add_option("--measures", report.measures,
                  "What has been measured (JSON): a file of accuracy, quantisation_error, confusion, curves, worst,\n"
                  "or what incuse train and evaluate print with --json")
      ->check(some_name)
      ->type_name("FILE");
  verb.add_option(
          "--rules-page", report.rules,
          "Address of the page docs/rules.md, to which findings then lead: http, https, or relative to the page")
      ->check(web_address)
      ->type_name("ADDRESS");
}

incuse::report::PageFinding page_finding(const std::string& severity, const std::string& text, int layer) {
  const std::string marker = severity + ": ";
  const std::size_t said = text.find(marker);
  std::string words = said == std::string::npos ? text : text.substr(0, said) + text.substr(said + marker.size());
  const std::size_t open = words.rfind(" [");
  if (open == std::string::npos || words.back() != ']') return {severity, words, "", layer};
  const std::string rule = words.substr(open + 2, words.size() - open - 3);
  return {severity, words.substr(0, open), rule, layer};
}

ExitCode finish_page(const Request& request, const ReportRequest& wanted, Page page) {
  if (!wanted.measures.empty()) {
    const incuse::report::Measures measures = read_measures(wanted.measures, page.network);
    page.measures = measures.facts;
    for (incuse::report::Picture& picture : incuse::report::measure_pictures(measures, page.network))
      page.pictures.push_back(std::move(picture));
  }
  if (!page.fits) {
    for (const incuse::report::PageFinding& finding : page.findings)
      if (finding.severity == "error") say(stderr, line_of(request, finding));
    say(stderr, request.description + ": " + page.verdict);
  }
  // A rule that the page does not have is no link.
  for (incuse::report::PageFinding& finding : page.findings) {
    bool known = false;
    for (const PageRule& rule : page.rules) known = known || rule.id == finding.rule;
    if (!known && !finding.rule.empty()) {
      finding.text += " [" + finding.rule + "]";
      finding.rule.clear();
    }
  }
  write_page(request, wanted, incuse::report::html_page(page));
  return page.fits ? ExitCode::success : ExitCode::findings;
}

ExitCode report(const Request& request, const ReportRequest& wanted) {
  if (is_model(request) && is_device(request.device, incuse::k210_kpu.name)) return report_model_k210(request, wanted);
  LoadedNetwork network = load(request);
  prove(request, network);
  const std::string name = title_of(request, network.description.arch);
  const std::string chip = string_of(network.device->name);
  Page page;
  page.fits = network.ok();
  page.verdict = (page.fits ? "fits the " : "does not fit the ") + chip;
  if (page.fits && network.proved_inputs > 0)
    page.verdict += "; tables proved with " + incuse::report::counted(network.proved_inputs, "random input") +
                    (network.has_weights ? "" : " and random weights");
  const auto& [graph, options, plan, fits] = network.planned;
  const incuse::report::Supply supply = request.supply();
  if (page.fits) {
    page.network = incuse::report::drawn_network(name, graph, plan, *network.device, options, supply);
    page.pictures = incuse::report::plan_pictures(graph, plan, *network.device, options, supply);
  } else {
    page.network = incuse::report::drawn_network(name, network.graph, *network.device);
  }
  add_findings(page, network, wanted);
  return finish_page(request, wanted, page);
}

}  // namespace cli
