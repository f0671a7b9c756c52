// A page: the graph, which d3-flame-graph draws from the data in it, and the
// functions by their own time. It loads nothing, and its policy lets no other
// script run than its own.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "analysis/flame/format.h"
#include "analysis/flame/json_text.h"
#include "analysis/flame/listing.h"
#include "analysis/flame/page_assets.h"
#include "analysis/flame/svg_text.h"

namespace knotestat::flame {
namespace {

constexpr size_t kRowsShown = 100;
// Frames of a smaller part of the total stay out of the page: a tenth of a
// pixel of its width.
constexpr uint64_t kSmallestPart = 11800;

struct Function {
  std::string_view name;
  uint64_t self = 0;
  uint64_t total = 0;  // stacks that hold it at all: recursion counts once
};

// Per frame: its own value and all of its descendants'.
std::vector<uint64_t> TotalsOf(const Listing& listing) {
  std::vector<uint64_t> totals(listing.frames.size());
  for (size_t i = listing.frames.size(); i-- > 0;) {
    const Listing::Frame& frame = listing.frames[i];
    totals[i] += frame.self;
    if (frame.parent != Listing::kNone) totals[frame.parent] += totals[i];
  }
  return totals;
}

// By their own values, then by those with what they call, then by name.
std::vector<Function> FunctionsOf(const Listing& listing,
                                  const std::vector<uint64_t>& totals) {
  std::vector<Function> functions;
  for (const std::string_view name : listing.names) functions.push_back({name});
  for (const Listing::Frame& frame : listing.frames)
    functions[frame.name].self += frame.self;
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

std::string TableOf(const Graph& graph,
                    const std::vector<Function>& functions) {
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

// {"unit":...,"total":...,"names":[...],"frames":[[parent,name,value],...]}
// without the smallest frames, the sum of whose own values is added to
// `hidden`. A parent is an index in "frames", or -1 for the root.
std::string DataOf(const Graph& graph, const Listing& listing,
                   const std::vector<uint64_t>& totals, uint64_t* hidden) {
  std::string out = "{\"unit\":";
  AppendJsonString(&out, Printable(graph.unit));
  absl::StrAppend(&out, ",\"total\":", graph.tree.total(), ",\"frames\":[");
  std::vector<int64_t> places(listing.frames.size());
  std::vector<int64_t> name_places(listing.names.size(), -1);
  std::vector<std::string_view> names;
  int64_t shown = 0;
  for (size_t i = 0; i < listing.frames.size(); ++i) {
    const Listing::Frame& frame = listing.frames[i];
    if (totals[i] < graph.tree.total() / kSmallestPart) {
      *hidden += frame.self;
      continue;
    }
    int64_t& name = name_places[frame.name];
    if (name < 0) {
      name = static_cast<int64_t>(names.size());
      names.push_back(listing.names[frame.name]);
    }
    absl::StrAppend(&out, shown > 0 ? ",[" : "[",
                    frame.parent == Listing::kNone ? -1 : places[frame.parent],
                    ",", name, ",", totals[i], "]");
    places[i] = shown++;
  }
  out += "],\"names\":[";
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += ',';
    AppendJsonString(&out, Printable(names[i]));
  }
  return out + "]}";
}

// What stands above the graph, or in its place.
std::string SummaryOf(const Graph& graph, uint64_t hidden) {
  const uint64_t total = graph.tree.total();
  if (total == 0) return Printable("No samples. " + graph.why_empty);
  std::string text = "Total " + FormatValue(total, graph.unit);
  if (const uint64_t unknown = UnknownValue(graph.tree); unknown > 0) {
    absl::StrAppend(&text, ", ", Share(unknown, total),
                    " in functions without a name");
  }
  if (hidden > 0) {
    absl::StrAppend(&text, ", ", Share(hidden, total),
                    " in frames too small to be on this page");
  }
  return text + ".";
}

// Abseil's is not the standard one with Debian's.
absl::string_view View(std::string_view text) {
  return {text.data(), text.size()};
}

absl::StatusOr<std::string> WriteHtml(const Graph& graph) {
  const Listing listing(graph.tree);
  const std::vector<uint64_t> totals = TotalsOf(listing);
  uint64_t hidden = 0;
  const std::string data = DataOf(graph, listing, totals, &hidden);
  // One pass: what is put in is not looked at again.
  return absl::StrReplaceAll(
      View(kPageTemplate),
      {{"@TITLE@", EscapeXml(Printable(graph.title))},
       {"@STYLE@", View(kPageStyle)},
       {"@STYLE_SHA256@", View(kPageStyleSha256)},
       {"@SUMMARY@", EscapeXml(SummaryOf(graph, hidden))},
       {"@TABLE@", TableOf(graph, FunctionsOf(listing, totals))},
       {"@SCRIPT@", View(kPageScript)},
       {"@SCRIPT_SHA256@", View(kPageScriptSha256)},
       {"@DATA@", data}});
}

const FormatRegistration html_registration(
    {"html", "a page: the graph, and a table of the functions", WriteHtml});

}  // namespace
}  // namespace knotestat::flame
