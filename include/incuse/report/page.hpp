// A report as one page of HTML: a network drawn, a card for each layer, what lies where in the memories, what takes how
// long, and what is wrong. Style and script are in the page, which asks no network for anything; it is XML, too.
#pragma once

#include <string>
#include <vector>

#include <incuse/report/canvas.hpp>
#include <incuse/report/drawn_network.hpp>
#include <incuse/report/graph_svg.hpp>
#include <incuse/report/page_parts.hpp>

namespace incuse::report {

/// A line about what is wrong or doubtful.
struct PageFinding {
  std::string severity{};  ///< error, warning or notice
  std::string text{};
  std::string rule{};  ///< its id; empty: none
  int layer = -1;      ///< -1: none in particular
};

/// What a rule says, for those that have been found.
struct PageRule {
  std::string id{}, sentence{}, remedy{};
  std::string link{};  ///< of its page; empty: there is none
};

struct Page {
  DrawnNetwork network{};
  bool fits = false;
  std::string verdict{};  ///< one sentence
  std::vector<std::string> notes{};
  std::vector<PageFinding> findings{};
  std::vector<PageRule> rules{};
  std::vector<Picture> pictures{};
  std::vector<Fact> measures{};  ///< accuracy and the like
};

namespace detail {

inline std::string element(const std::string& name, const std::string& content, const std::string& attributes = {}) {
  return "<" + name + (attributes.empty() ? "" : " " + attributes) + ">" + content + "</" + name + ">";
}
inline std::string facts_list(const std::vector<Fact>& facts) {
  std::string list;
  for (const Fact& fact : facts)
    list += element("div", element("dt", svg_escaped(fact.what)) + element("dd", svg_escaped(fact.value))) + '\n';
  return facts.empty() ? list : element("dl", list);
}
inline std::string section(const std::string& id, const std::string& title, const std::string& explanation,
                           const std::string& content) {
  return "<section id=\"" + id + "\">\n" + element("h2", svg_escaped(title)) + '\n' +
         (explanation.empty() ? "" : element("p", svg_escaped(explanation), "class=\"how\"") + '\n') + content +
         "\n</section>\n";
}

inline std::string card(const DrawnNetwork& network, int tensor, const std::string& title, const std::string& steps,
                        const std::vector<Fact>& facts, const std::string& anchor) {
  std::string reads;
  const bool is_layer = tensor >= 1 && tensor <= static_cast<int>(network.layers.size());
  if (is_layer)
    for (int read : network.layers[static_cast<std::size_t>(tensor) - 1].reads) {
      std::string name = read > 0 && read <= static_cast<int>(network.layers.size())
                             ? network.layers[static_cast<std::size_t>(read) - 1].title
                             : std::string();
      for (const DrawnSource& source : network.sources)
        if (source.tensor == read) name = source.title;
      reads += (reads.empty() ? "" : ", ") + name;
    }
  std::vector<Fact> all;
  if (!reads.empty()) all.push_back({"Reads", reads});
  all.insert(all.end(), facts.begin(), facts.end());
  const std::string colour = tensor_colour(tensor > static_cast<int>(network.layers.size()) ? -1 : tensor - 1);
  return "<article class=\"card\" id=\"" + anchor + "\" data-tensor=\"" + std::to_string(tensor) +
         "\" tabindex=\"0\" style=\"border-left-color: " + colour + "\">\n" + element("h3", svg_escaped(title)) +
         element("p", svg_escaped(steps)) + facts_list(all) + "</article>\n";
}

inline std::string cards(const DrawnNetwork& network) {
  std::string all;
  for (const DrawnSource& source : network.sources)
    all += card(network, source.tensor, source.title, source.shape, {}, "tensor-" + std::to_string(source.tensor));
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const DrawnLayer& layer = network.layers[i];
    all += card(network, static_cast<int>(i) + 1, layer.title, layer.steps, layer.facts, "layer-" + std::to_string(i));
  }
  return element("div", "\n" + all, "class=\"cards\"");
}

inline std::string findings_list(const Page& page) {
  if (page.findings.empty() && page.notes.empty()) return "<p>Nothing is wrong or doubtful.</p>";
  std::string list;
  for (const PageFinding& finding : page.findings) {
    std::string words = element("b", svg_escaped(finding.severity)) + ' ' + svg_escaped(finding.text);
    if (!finding.rule.empty())
      words += ' ' + element("a", svg_escaped(finding.rule), "href=\"#rule-" + svg_escaped(finding.rule) + "\"");
    const bool has_layer = finding.layer >= 0 && finding.layer < static_cast<int>(page.network.layers.size());
    list += element("li", words,
                    "class=\"" + svg_escaped(finding.severity) + "\"" +
                        (has_layer ? " data-tensor=\"" + std::to_string(finding.layer + 1) + "\"" : "")) +
            '\n';
  }
  for (const std::string& note : page.notes) list += element("li", svg_escaped(note), "class=\"note\"") + '\n';
  return element("ul", "\n" + list, "class=\"findings\"");
}

inline std::string rules_list(const Page& page) {
  std::string list;
  for (const PageRule& rule : page.rules) {
    std::string id = svg_escaped(rule.id);
    if (!rule.link.empty()) id = element("a", id, "href=\"" + svg_escaped(rule.link) + "\"");
    std::vector<Fact> facts{{"What is wrong", rule.sentence}};
    if (!rule.remedy.empty()) facts.push_back({"What to change", rule.remedy});
    list += element("article", element("h3", id) + facts_list(facts),
                    "class=\"card\" id=\"rule-" + svg_escaped(rule.id) + "\"") +
            '\n';
  }
  return element("div", "\n" + list, "class=\"cards\"");
}

}  // namespace detail

/// The whole page.
inline std::string html_page(const Page& page) {
  using namespace detail;
  const std::string name = svg_escaped(page.network.name);
  std::string body = "<header>\n" + element("h1", name) +
                     element("p", svg_escaped(page.verdict), page.fits ? "class=\"fits\"" : "class=\"fails\"") +
                     facts_list(page.network.facts) + facts_list(page.measures) + "</header>\n";
  std::string links, main;
  const auto add = [&](const std::string& id, const std::string& title, const std::string& how,
                       const std::string& what) {
    links += element("a", svg_escaped(title), "href=\"#" + id + "\"") + '\n';
    main += section(id, title, how, what);
  };
  add("findings", "Findings", "", findings_list(page));
  if (!page.network.layers.empty())
    add("graph", "Network",
        "layers in the order of their execution, shapes at the edges; point at a tensor to see it in all pictures, "
        "click "
        "to keep it",
        element("div", graph_svg(page.network), "class=\"picture graph\""));
  for (const Picture& picture : page.pictures)
    add(picture.id, picture.title, picture.explanation, element("div", picture.svg, "class=\"picture\""));
  if (!page.network.layers.empty()) add("cards", "Layers", "", cards(page.network));
  if (!page.rules.empty()) add("rules", "Rules", "what the rules say that have been found", rules_list(page));
  body += element("nav", "\n" + links) + "\n<div class=\"columns\">\n<main>\n" + main +
          "</main>\n<aside id=\"inspector\" aria-live=\"polite\"><p>Point at a tensor.</p></aside>\n</div>\n";
  return "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n<meta "
         "charset=\"utf-8\"/>\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n" +
         element("title", name) + "\n<style>" + page_style + "</style>\n</head>\n<body>\n" + body + "<script>" +
         page_script + "</script>\n</body>\n</html>\n";
}

}  // namespace incuse::report
