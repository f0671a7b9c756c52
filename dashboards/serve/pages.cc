// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/serve/pages.h"

#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "dashboards/live/live_assets.h"
#include "dashboards/terminal_text.h"

namespace knotestat::dashboards {
namespace {

std::string Document(const std::string& title, const std::string& kind,
                     const std::string& body) {
  return absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light "
      "dark\">\n<link rel=\"icon\" href=\"data:,\">\n"
      "<link rel=\"stylesheet\" href=\"/live.css\">\n<title>",
      Escaped(title), "</title>\n</head>\n<body class=\"", kind, "\">\n", body,
      "</body>\n</html>\n");
}

// A page that is content from top to bottom.
std::string ContentPage(const std::string& title, const std::string& kind,
                        const std::string& content) {
  return Document(title, kind, absl::StrCat("<main>\n", content, "</main>\n"));
}

std::string Row(const std::vector<std::string>& cells, const char* element) {
  std::string row = "<tr>";
  for (const std::string& cell : cells)
    absl::StrAppend(&row, "<", element, ">", cell, "</", element, ">");
  return row + "</tr>\n";
}

// The beginning of a table that may be wider than the page: the keyboard can
// scroll it, too.
std::string ScrollingTable(const std::string& name) {
  return absl::StrCat(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"",
      name, "\"><table>\n<thead>");
}

std::string FileRow(const Listed& file) {
  if (!file.problem.empty()) {
    return absl::StrCat("<tr><td>", Escaped(file.name),
                        "</td><td colspan=\"5\" class=\"bad\">",
                        Escaped(file.problem), "</td></tr>\n");
  }
  return Row(
      {absl::StrCat("<a href=\"/run/", PathComponent(file.name), "\">",
                    Escaped(file.name), "</a>"),
       absl::StrCat("<span class=\"", file.state, "\">", Escaped(file.sentence),
                    "</span>"),
       std::to_string(file.cells), Escaped(file.host), Escaped(file.started_at),
       absl::StrCat("<code>", Escaped(file.command_line), "</code>")},
      "td");
}

std::string CompareForm(const std::vector<Listed>& files) {
  std::string options;
  int usable = 0;
  for (const Listed& file : files) {
    if (!file.problem.empty()) continue;
    ++usable;
    absl::StrAppend(&options, "<option value=\"", Escaped(file.name), "\">",
                    Escaped(file.name), "</option>");
  }
  if (usable < 2) return "";
  return absl::StrCat(
      "<h2>Compare two</h2>\n<form action=\"/compare\" method=\"get\">\n"
      "<label>Before <select name=\"before\">",
      options, "</select></label>\n<label>After <select name=\"after\">",
      options, "</select></label>\n<button>Compare</button>\n</form>\n");
}

}  // namespace

std::string Escaped(const std::string& text) {
  constexpr TextStyle kUnicode{.color = false, .unicode = true};
  return absl::StrReplaceAll(SafeText(text, kUnicode), {{"&", "&amp;"},
                                                        {"<", "&lt;"},
                                                        {">", "&gt;"},
                                                        {"\"", "&quot;"},
                                                        {"'", "&#39;"}});
}

std::string PathComponent(const std::string& name) {
  std::string component;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                       c == '.';
    if (plain) {
      component += c;
    } else {
      absl::StrAppendFormat(&component, "%%%02X",
                            static_cast<unsigned char>(c));
    }
  }
  return component;
}

std::string ListPage(const std::string& folder,
                     const std::vector<Listed>& files) {
  std::string body = absl::StrCat("<h1>Result files</h1>\n<p class=\"quiet\">",
                                  Escaped(folder), "</p>\n");
  if (files.empty()) {
    absl::StrAppend(&body,
                    "<p class=\"nothing\">No result files are here yet. "
                    "<code>knotestat sweep -o FILE.db</code> writes one; then "
                    "load this page again.</p>\n");
    return ContentPage("knotestat: result files", "list", body);
  }
  absl::StrAppend(
      &body, ScrollingTable("Result files"),
      Row({"File", "State", "Cells", "Host", "Started", "Command"}, "th"),
      "</thead>\n<tbody>\n");
  for (const Listed& file : files) absl::StrAppend(&body, FileRow(file));
  absl::StrAppend(&body, "</tbody></table></div>\n", CompareForm(files));
  return ContentPage("knotestat: result files", "list", body);
}

std::string RunPage(const std::string& name, bool with_list) {
  return Document(
      absl::StrCat("knotestat: ", name), "run",
      absl::StrReplaceAll(
          std::string(kLiveTemplate),
          {{"@NAME@", Escaped(name)},
           {"@FILE@", PathComponent(name)},
           {"@LIST@", with_list ? "<a href=\"/\">All files</a>" : ""}}));
}

std::string ComparePage(const std::string& before, const std::string& after,
                        const ComparisonTable& table) {
  std::string body =
      absl::StrCat("<p><a href=\"/\">All files</a></p>\n<h1>", Escaped(before),
                   " and ", Escaped(after),
                   "</h1>\n<p class=\"quiet\">The first is before, the "
                   "second after. Lower is better; differences have their 95 % "
                   "intervals.</p>\n");
  for (const std::string& warning : table.warnings)
    absl::StrAppend(&body, "<p class=\"notice\">", Escaped(warning), "</p>\n");
  if (table.rows.empty()) {
    absl::StrAppend(&body,
                    "<p class=\"nothing\">The two files have no cell in "
                    "common: same strategy, workload, parameters and CPUs are "
                    "needed.</p>\n");
  } else {
    absl::StrAppend(&body, ScrollingTable("Differences"), Row(table.head, "th"),
                    "</thead>\n<tbody>\n");
    for (const ComparisonTable::Row& row : table.rows) {
      absl::StrAppend(&body, "<tr data-verdict=\"", Escaped(row.verdict),
                      "\">");
      for (const std::string& value : row.values)
        absl::StrAppend(&body, "<td>", Escaped(value), "</td>");
      absl::StrAppend(&body, "</tr>\n");
    }
    absl::StrAppend(&body, "</tbody></table></div>\n");
  }
  for (const std::string& note : table.notes)
    absl::StrAppend(&body, "<p class=\"quiet\">", Escaped(note), "</p>\n");
  return ContentPage("knotestat: comparison", "list", body);
}

std::string ProblemPage(const std::string& title, const std::string& problem) {
  return ContentPage(
      "knotestat: " + title, "list",
      absl::StrCat("<h1>", Escaped(title),
                   "</h1>\n<p id=\"problem\" "
                   "class=\"notice\">",
                   Escaped(problem),
                   "</p>\n<p><a href=\"/\">All files</a></p>\n"));
}

std::string PagePolicy() {
  return "default-src 'none'; script-src 'self'; style-src 'self'; "
         "connect-src 'self'; frame-src 'self'; img-src data:; base-uri "
         "'none'; form-action 'self'; frame-ancestors 'none'";
}

std::string ReportPolicy(const std::string& report) {
  constexpr std::string_view kBegin =
      "http-equiv=\"Content-Security-Policy\" content=\"";
  std::string policy = "default-src 'none'";
  const std::string_view head =
      std::string_view(report).substr(0, report.find("</head>"));
  const size_t begin = head.find(kBegin);
  if (begin != std::string_view::npos) {
    const std::string_view rest = head.substr(begin + kBegin.size());
    const std::string_view carried = rest.substr(0, rest.find('"'));
    if (carried.find_first_of("\r\n&") == std::string_view::npos)
      policy = std::string(carried);
  }
  return policy + "; frame-ancestors 'self'";
}

}  // namespace knotestat::dashboards
