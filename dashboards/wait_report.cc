// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/wait_report.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dashboards/table.h"
#include "dashboards/terminal_text.h"
#include "dashboards/text_sections.h"
#include "dashboards/units.h"
#include "dashboards/wait_chains.h"
#include "nlohmann/json.hpp"
#include "record/json.h"

namespace knotestat::dashboards {
namespace {

constexpr size_t kChainsShown = 20;
constexpr size_t kFramesShown = 4;    // of a stack in a sentence
constexpr size_t kNumbersWidth = 46;  // of the table's columns but the names
constexpr char kNotOurs[] = "a timer, a device or another process";

// What was counted beside the chains, over all cells.
struct WaitTotals {
  double waits = 0;    // klist_fini() with a wait phase, however short
  double ns = 0;       // of those that slept, the whole wait
  double spun = 0;     // those that did not
  double spun_ns = 0;  // and their time
  double lost = 0;     // events, of all probes
};

std::optional<WaitTotals> TotalsOfWaits(const record::Run& run) {
  std::map<std::string, double> sums;
  for (const record::Counter& counter : run.rows.counters)
    sums[counter.name] += counter.value;
  if (!sums.contains("bpf.wait_chain.count")) return std::nullopt;
  return WaitTotals{sums["bpf.wait_chain.count"], sums["bpf.wait_chain.sum_ns"],
                    sums["bpf.wait_chain.spun.count"],
                    sums["bpf.wait_chain.spun.sum_ns"], sums["events_lost"]};
}

// The chains of `run`, and what was counted beside them.
struct Waits {
  std::vector<WaitChain> chains;
  WaitTotals totals;
};

absl::StatusOr<Waits> WaitsOfRun(const record::Run& run) {
  const std::optional<WaitTotals> totals = TotalsOfWaits(run);
  if (!totals) {
    return absl::FailedPreconditionError(absl::StrCat(
        "this result does not say what klist_fini() waited for, which the "
        "probe wait_chain records: it was measured ",
        run.context.bpf ? "before that was there, or has no cell yet"
                        : "without eBPF",
        "; `knotestat doctor` says what eBPF needs, `knotestat run "
        "--require-bpf` measures with it or not at all"));
  }
  auto chains = WaitChains(run);
  if (!chains.ok()) return chains.status();
  return Waits{*std::move(chains), *totals};
}

std::map<int, const record::Cell*> CellsById(const record::Run& run) {
  std::map<int, const record::Cell*> cells;
  for (const record::Cell& cell : run.cells) cells[cell.id] = &cell;
  return cells;
}

std::string NameOfLoad(const record::Cell* cell) {
  if (cell == nullptr) return "?";
  return absl::StrCat(cell->strategy, " ", cell->scope, ", ", cell->workload,
                      ", ", cell->cpus, cell->cpus == 1 ? " CPU" : " CPUs");
}

// "Leave < ReadExit < kqueue_scan": the innermost functions, and who called.
// Those in which all our system calls are made say nothing.
std::string Innermost(const std::vector<std::string>& stack, size_t frames) {
  std::string text;
  size_t i = stack.size();
  while (i > 1 && (stack[i - 1].starts_with("knote::SystemCall<") ||
                   stack[i - 1].starts_with("knote::HwEnv::"))) {
    --i;
  }
  for (; i-- > 0 && frames > 0; --frames)
    absl::StrAppend(&text, text.empty() ? "" : " < ", stack[i]);
  return text.empty() ? "[no stack]" : text;
}

double Ns(uint64_t ns) { return static_cast<double>(ns); }

std::string Introduction(const Waits& waits) {
  uint64_t chained_ns = 0;
  for (const WaitChain& chain : waits.chains) chained_ns += chain.total_ns();
  const WaitTotals& totals = waits.totals;
  return absl::StrCat(
      FormatCount(totals.waits), " klist_fini() had a wait phase. In ",
      FormatCount(totals.waits - totals.spun), " the writer slept (",
      FormatNs(totals.ns), " in all), of which the chains below tell ",
      FormatNs(Ns(chained_ns)), "; in ", FormatCount(totals.spun),
      " it did not (", FormatNs(totals.spun_ns),
      "). Events lost: ", FormatCount(totals.lost), ".");
}

TextLines TableOfChains(const Waits& waits, const Page& page) {
  Table table(2);
  table.Column("chain");
  table.Column("thread sleeps in");
  for (const char* head : {"count", "total", "longest", "share"})
    table.Column(head);
  for (size_t i = 0; i < std::min(waits.chains.size(), kChainsShown); ++i) {
    const WaitChain& chain = waits.chains[i];
    for (size_t link = 0; link < chain.waits.size(); ++link) {
      const WaitOfChain& wait = chain.waits[link];
      const double share =
          100 * Ns(wait.total_ns) / std::max(1.0, Ns(chain.total_ns()));
      table.Row(
          {link == 0 ? absl::StrCat("#", i + 1) : "",
           Shorten(std::string(2 * link, ' ') +
                       SafeText(Innermost(wait.waits, 1), page.style),
                   std::max(page.width, kNumbersWidth + 10) - kNumbersWidth),
           link == 0 ? FormatCount(Ns(chain.count)) : "",
           FormatNs(Ns(wait.total_ns)), FormatNs(Ns(wait.max_ns)),
           Decimals(share, 0) + " %"});
    }
  }
  return table.Lines(page.width, page.style);
}

// "klist_fini() sleeps 3 ms on a futex in A < B; ended by C < D."
std::string SentenceOf(const WaitOfChain& wait, bool first) {
  std::string text = first ? "The writer" : "That thread";
  absl::StrAppend(&text, " sleeps ", FormatNs(Ns(wait.total_ns)));
  if (wait.lock == "futex") {
    text += " on a futex";
  } else if (!wait.lock.empty()) {
    absl::StrAppend(&text, " on ", wait.lock);
  }
  absl::StrAppend(
      &text, " in ", Innermost(wait.waits, kFramesShown), ", ended by ",
      wait.wakes.empty() ? kNotOurs : Innermost(wait.wakes, kFramesShown), ".");
  return text;
}

TextLines SentencesOf(const WaitChain& chain, size_t number,
                      const record::Cell* cell, const Page& page) {
  TextLines lines =
      Wrap(SafeText(absl::StrCat("#", number, " ", NameOfLoad(cell), ": ",
                                 FormatCount(Ns(chain.count)),
                                 chain.count == 1 ? " time, " : " times, ",
                                 FormatNs(Ns(chain.total_ns())), ", longest ",
                                 FormatNs(Ns(chain.waits.front().max_ns))),
                    page.style),
           page.width, "  ", "  ");
  for (size_t link = 0; link < chain.waits.size(); ++link) {
    const std::string indent(4 + 2 * link, ' ');
    Append(&lines,
           Wrap(SafeText(SentenceOf(chain.waits[link], link == 0), page.style),
                page.width, indent, indent + "  "));
  }
  return lines;
}

TextLines LinesOf(const Waits& waits, const record::Run& run,
                  const Page& page) {
  TextLines lines = Wrap(Introduction(waits), page.width, "  ", "  ");
  if (waits.chains.empty()) return lines;
  lines.push_back("");
  Append(&lines, TableOfChains(waits, page));
  const auto cells = CellsById(run);
  for (size_t i = 0; i < std::min(waits.chains.size(), kChainsShown); ++i) {
    const auto cell = cells.find(waits.chains[i].cell);
    lines.push_back("");
    Append(&lines,
           SentencesOf(waits.chains[i], i + 1,
                       cell == cells.end() ? nullptr : cell->second, page));
  }
  if (waits.chains.size() <= kChainsShown) return lines;
  uint64_t rest_ns = 0;
  for (size_t i = kChainsShown; i < waits.chains.size(); ++i)
    rest_ns += waits.chains[i].total_ns();
  lines.push_back("");
  Append(&lines, Wrap(absl::StrCat(waits.chains.size() - kChainsShown,
                                   " shorter ones are not shown, ",
                                   FormatNs(Ns(rest_ns)),
                                   " in all; --format waits-json has them."),
                      page.width, "  ", "  "));
  return lines;
}

nlohmann::json JsonOf(const WaitOfChain& wait) {
  return {{"waits", wait.waits},
          {"lock", wait.lock},
          {"ended_by", wait.wakes},
          {"total_ns", wait.total_ns},
          {"max_ns", wait.max_ns}};
}

}  // namespace

absl::StatusOr<std::string> WaitReport(const FormatInput& input) {
  const auto waits = WaitsOfRun(input.run);
  if (!waits.ok()) return waits.status();
  Page page;
  page.width = static_cast<size_t>(std::max(input.text.width, 40));
  page.style = {input.text.color, input.text.unicode};
  std::string text = Painted("WAIT CHAINS", Paint::kBold, page.style) + "\n";
  for (const std::string& line : LinesOf(*waits, input.run, page))
    text.append(line).append("\n");
  return text;
}

absl::StatusOr<std::string> WaitJson(const FormatInput& input) {
  const auto waits = WaitsOfRun(input.run);
  if (!waits.ok()) return waits.status();
  const auto cells = CellsById(input.run);
  nlohmann::json chains = nlohmann::json::array();
  for (const WaitChain& chain : waits->chains) {
    nlohmann::json links = nlohmann::json::array();
    for (const WaitOfChain& wait : chain.waits) links.push_back(JsonOf(wait));
    nlohmann::json row = {{"cell", chain.cell},
                          {"count", chain.count},
                          {"total_ns", chain.total_ns()},
                          {"max_ns", chain.waits.front().max_ns},
                          {"links", std::move(links)}};
    if (const auto cell = cells.find(chain.cell); cell != cells.end()) {
      row["strategy"] = cell->second->strategy;
      row["scope"] = cell->second->scope;
      row["workload"] = cell->second->workload;
      row["cpus"] = cell->second->cpus;
    }
    chains.push_back(std::move(row));
  }
  const WaitTotals& totals = waits->totals;
  return record::Dump({{"schema", record::kSchemaVersion},
                       {"waits", totals.waits},
                       {"slept_ns", totals.ns},
                       {"spun", totals.spun},
                       {"spun_ns", totals.spun_ns},
                       {"events_lost", totals.lost},
                       {"chains", std::move(chains)}},
                      2) +
         "\n";
}

}  // namespace knotestat::dashboards
