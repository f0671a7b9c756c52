// A page: the picture, and the functions by their own time. It loads nothing,
// and its policy lets no other script run than the picture's.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/flame/format.h"
#include "analysis/flame/listing.h"
#include "analysis/flame/svg.h"
#include "analysis/flame/svg_assets.h"
#include "analysis/flame/svg_text.h"

namespace knotestat::flame {
namespace {

constexpr size_t kRowsShown = 100;

struct Function {
  std::string_view name;
  uint64_t self = 0;
  uint64_t total = 0;  // stacks that hold it at all: recursion counts once
};

// By their own values, then by those with what they call, then by name.
std::vector<Function> FunctionsOf(const StackTree& tree) {
  const Listing listing(tree);
  std::vector<Function> functions;
  for (const std::string_view name : listing.names) functions.push_back({name});
  std::vector<uint64_t> totals(listing.frames.size());
  for (size_t i = listing.frames.size(); i-- > 0;) {
    const Listing::Frame& frame = listing.frames[i];
    totals[i] += frame.self;
    functions[frame.name].self += frame.self;
    if (frame.parent != Listing::kNone) totals[frame.parent] += totals[i];
  }
  // The names on the way to the frame, each with how often it is there.
  std::vector<uint32_t> path, uses(listing.names.size());
  for (size_t i = 0; i < listing.frames.size(); ++i) {
    const Listing::Frame& frame = listing.frames[i];
    for (; path.size() > frame.depth; path.pop_back()) --uses[path.back()];
    path.push_back(frame.name);
    if (uses[frame.name]++ == 0) functions[frame.name].total += totals[i];
  }
  std::sort(functions.begin(), functions.end(),
            [](const Function& a, const Function& b) {
              return std::tie(b.self, b.total, a.name) <
                     std::tie(a.self, a.total, b.name);
            });
  return functions;
}

std::string Share(uint64_t part, uint64_t whole) {
  return absl::StrFormat(
      "%.2f %%", 100 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string TableOf(const Graph& graph) {
  const std::vector<Function> functions = FunctionsOf(graph.tree);
  std::string rows;
  size_t shown = 0;
  for (const Function& function : functions) {
    if (shown == kRowsShown) break;
    ++shown;
    absl::StrAppend(
        &rows, "<tr><td>", EscapeXml(FormatValue(function.self, graph.unit)),
        "</td><td>", Share(function.self, graph.tree.total()), "</td><td>",
        Share(function.total, graph.tree.total()), "</td><th scope=\"row\">",
        EscapeXml(Printable(function.name)), "</th></tr>\n");
  }
  if (rows.empty()) return "";
  return absl::StrCat(
      "<table>\n<caption>Functions by their own share: ", shown, " of ",
      functions.size(),
      "</caption>\n<thead><tr><th scope=\"col\">own</th><th scope=\"col\">own"
      "</th><th scope=\"col\">with callees</th><th scope=\"col\">function</th>"
      "</tr></thead>\n<tbody>\n",
      rows, "</tbody>\n</table>\n");
}

absl::StatusOr<std::string> WriteHtml(const Graph& graph) {
  const std::string svg = FlameSvg(
      graph.tree,
      {.title = graph.title, .unit = graph.unit, .why_empty = graph.why_empty});
  return absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
      "'none'; style-src 'unsafe-inline'; script-src 'sha256-",
      std::string(kSvgScriptSha256), "'\">\n<title>",
      EscapeXml(Printable(graph.title)),
      "</title>\n<style>\nbody { margin: 0 auto; width: max-content; "
      "font: 14px sans-serif; color-scheme: light dark; }\n"
      "table { margin: 16px 10px; border-collapse: collapse; }\n"
      "caption { text-align: left; padding: 4px 0; font-weight: bold; }\n"
      "td, thead th { text-align: right; padding: 1px 16px 1px 0; }\n"
      "th:last-child { text-align: left; font: 12px monospace; }\n"
      "</style>\n</head>\n<body>\n",
      svg.substr(svg.find("<svg")), TableOf(graph), "</body>\n</html>\n");
}

const FormatRegistration html_registration(
    {"html", "a page: the picture, and a table of the functions", WriteHtml});

}  // namespace
}  // namespace knotestat::flame
