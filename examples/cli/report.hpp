// The verb report: a page about a network, for a browser.
#pragma once

#include <string>
#include <vector>

#include <incuse/report/measures.hpp>
#include <incuse/report/page.hpp>

#include "request.hpp"

namespace CLI {
class App;
}

namespace cli {

/// What the command line says beyond a request.
struct ReportRequest {
  std::vector<std::string> measures{};  ///< JSON files of what has been measured
  std::string rules{};                  ///< where the page of rules is, for links; empty: no links out of the report
};

void add_report_options(CLI::App& verb, ReportRequest& report);

ExitCode report(const Request& request, const ReportRequest& wanted);
ExitCode report_kmodel(const Request& request, const ReportRequest& wanted);

/// Reads files of measured values, and takes their layers by number or name for those of a network. Throws UsageError.
incuse::report::Measures read_measures(const std::vector<std::string>& files,
                                       const incuse::report::DrawnNetwork& network);

/// Adds what has been measured, writes the page, and says on the terminal why a network does not fit. The pictures are drawn
/// already.
ExitCode finish_page(const Request& request, const ReportRequest& wanted, incuse::report::Page page);

/// The page's line of a message: a message ends with its rule in brackets.
incuse::report::PageFinding page_finding(const std::string& severity, const std::string& text, int layer);

}  // namespace cli
