// The pages of the server, besides the report itself. Names stay text whatever
// they contain. All functions are thread-safe.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_SERVE_PAGES_H_
#define KNOTESTAT_DASHBOARDS_SERVE_PAGES_H_

#include <string>
#include <vector>

namespace knotestat::dashboards {

// One file of the list.
struct Listed {
  std::string name;
  std::string problem;   // why it cannot be shown; empty if it can
  std::string state;     // "measuring", "finished", "silent"
  std::string sentence;  // of its progress
  std::string host;
  std::string started_at;
  std::string command_line;
  size_t cells = 0;
};

// Two runs side by side, in words.
struct ComparisonTable {
  std::vector<std::string> warnings;
  std::vector<std::string> head;
  struct Row {
    std::vector<std::string> values;  // as many as `head` has
    std::string verdict;              // "better", "worse", "same", "can't tell"
  };
  std::vector<Row> rows;
  std::vector<std::string> notes;
};

// `text` in HTML, also within an attribute.
std::string Escaped(const std::string& text);

// `name` as one component of a path.
std::string PathComponent(const std::string& name);

std::string ListPage(const std::string& folder,
                     const std::vector<Listed>& files);

// The page that watches `name`: live.js fills it and shows the report in it.
// `with_list`: there is a list to go back to.
std::string RunPage(const std::string& name, bool with_list);

std::string ComparePage(const std::string& before, const std::string& after,
                        const ComparisonTable& table);

// A page that says what is wrong. `title` is a few words.
std::string ProblemPage(const std::string& title, const std::string& problem);

// The content security policy of the pages above: nothing from elsewhere.
std::string PagePolicy();

// The policy that a report carries in its head, for the header, and that only
// our own pages may show it. Nothing is allowed if it carries none.
std::string ReportPolicy(const std::string& report);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_SERVE_PAGES_H_
