// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/lockstat_report.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dashboards/terminal_text.h"
#include "dashboards/units.h"

namespace knotestat::dashboards {
namespace {

using record::CellFigures;

constexpr char kWriter[] = "bpf.writer_waiting";
constexpr char kReader[] = "bpf.reader_blocked";
constexpr char kByWriter[] = "bpf.reader_blocked.by_writer";
constexpr char kByWaitingWriter[] = "bpf.reader_blocked.by_waiting_writer";

// Events of one class at one lock.
struct Row {
  double count = 0;
  double ns = 0;
  std::string lock;
  std::string caller;
};

std::optional<Row> Totals(const CellFigures& cell, const std::string& name) {
  const auto count = cell.counters.find(name + ".count");
  const auto sum = cell.counters.find(name + ".sum_ns");
  if (count == cell.counters.end() || sum == cell.counters.end())
    return std::nullopt;
  return Row{count->second, sum->second, "", ""};
}

std::string Plain(const std::string& name) { return SafeText(name, {}); }

std::string LockOf(const record::Cell& cell) {
  return Plain(cell.strategy + ":" + cell.scope);
}

std::string CallerOf(const char* function, const record::Cell& cell) {
  return Plain(absl::StrCat(function, " (", cell.workload, ", ", cell.cpus,
                            cell.cpus == 1 ? " CPU)" : " CPUs)"));
}

// The measuring time in which the probes were attached.
double ProbedSeconds(const record::Run& run) {
  std::map<std::tuple<int, int, record::BlockKind>, double> blocks;
  for (const record::Block& block : run.rows.blocks) {
    if (block.kind != record::BlockKind::kProbed &&
        block.kind != record::BlockKind::kLatency)
      continue;
    double& longest = blocks[{block.cell, block.round, block.kind}];
    longest = std::max(longest, block.elapsed_ns);
  }
  double ns = 0;
  for (const auto& [block, longest] : blocks) ns += longest;
  return ns / 1e9;
}

class Tables {
 public:
  Tables(LockstatColumns columns, double seconds) : columns_(columns) {
    text_ = absl::StrCat("Elapsed time: ", Decimals(seconds, 2), " seconds.\n");
  }

  void Add(const std::string& title, const std::string& if_empty,
           const char* readers, std::vector<Row> rows) {
    std::erase_if(rows, [](const Row& row) { return row.count <= 0; });
    absl::StrAppend(&text_, "\n-- ", title, "\n\n");
    if (rows.empty()) {
      absl::StrAppend(&text_, "   ", if_empty, "\n");
      return;
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Row& a, const Row& b) { return a.ns > b.ns; });
    Row all{0, 0, "<all>", "<all>"};
    for (const Row& row : rows) {
      all.count += row.count;
      all.ns += row.ns;
    }
    if (columns_ == LockstatColumns::kNetbsd) {
      Netbsd(all, rows);
    } else {
      Solaris(all, rows, readers);
    }
  }

  std::string Take() { return std::move(text_); }

 private:
  static double Percent(double part, double whole) {
    return whole > 0 ? 100 * part / whole : 0;
  }

  void Line(const char* numbers, const Row& row) {
    std::string lock = row.lock;
    if (lock.size() < 22) lock.resize(22, ' ');
    absl::StrAppend(&text_, numbers, " ", lock, " ", row.caller, "\n");
  }

  void Netbsd(const Row& all, const std::vector<Row>& rows) {
    text_ +=
        "Total%    Count      Time/ms Lock                   Caller\n"
        "------ -------- ------------ ---------------------- "
        "------------------------------\n";
    const auto line = [&](const Row& row) {
      char numbers[96];
      std::snprintf(numbers, sizeof numbers, "%6.2f %8.0f %12.2f",
                    Percent(row.ns, all.ns), row.count, row.ns / 1e6);
      Line(numbers, row);
    };
    line(all);
    for (const Row& row : rows) line(row);
  }

  void Solaris(const Row& all, const std::vector<Row>& rows,
               const char* readers) {
    text_ +=
        "   Count indv cuml rcnt         nsec Lock                   Caller\n"
        "---------------------------------------------------------------------"
        "----------\n";
    double cumulated = 0;
    for (const Row& row : rows) {
      cumulated += row.ns;
      char numbers[128];
      std::snprintf(numbers, sizeof numbers, "%8.0f %3.0f%% %3.0f%% %4s %12.0f",
                    row.count, Percent(row.ns, all.ns),
                    Percent(cumulated, all.ns), readers, row.ns / row.count);
      Line(numbers, row);
    }
  }

  LockstatColumns columns_;
  std::string text_;
};

// The classes of a run's events.
struct Classes {
  std::vector<Row> writer_by_readers;
  std::vector<Row> reader_by_writer;
  std::vector<Row> reader_by_waiting_writer;
  std::vector<Row> reader_by_either;
  std::vector<std::string> left_out;
  bool seen = false;  // any cell with these counters
};

void AddCell(const CellFigures& cell, Classes* classes) {
  const std::optional<Row> writer = Totals(cell, kWriter);
  const std::optional<Row> reader = Totals(cell, kReader);
  if (!writer.has_value() || !reader.has_value()) return;
  classes->seen = true;
  if (cell.counters.contains("refused_by_certificate")) {
    classes->left_out.push_back(
        absl::StrCat(LockOf(cell.cell), ", ", CallerOf("load", cell.cell)));
    return;
  }
  const auto add = [&](std::vector<Row>* rows, Row row, const char* function) {
    row.lock = LockOf(cell.cell);
    row.caller = CallerOf(function, cell.cell);
    rows->push_back(std::move(row));
  };
  add(&classes->writer_by_readers, *writer, "klist_fini");
  const Row by_writer = Totals(cell, kByWriter).value_or(Row{});
  const Row by_waiting = Totals(cell, kByWaitingWriter).value_or(Row{});
  add(&classes->reader_by_writer, by_writer, "filterops");
  add(&classes->reader_by_waiting_writer, by_waiting, "filterops");
  add(&classes->reader_by_either,
      {reader->count - by_writer.count - by_waiting.count,
       reader->ns - by_writer.ns - by_waiting.ns, "", ""},
      "filterops");
}

}  // namespace

absl::StatusOr<std::string> LockstatReport(const record::Run& run,
                                           const record::Figures& figures,
                                           LockstatColumns columns) {
  Classes classes;
  for (const CellFigures& cell : figures.cells) AddCell(cell, &classes);
  if (!classes.seen) {
    return absl::FailedPreconditionError(absl::StrCat(
        "this result does not say who waited for whom, which eBPF counts, and ",
        figures.context.bpf ? "no cell was measured with it yet"
                            : "it was measured without eBPF",
        "; `knotestat doctor` says what eBPF needs, `knotestat run "
        "--require-bpf` measures with it or not at all"));
  }
  Tables tables(columns, ProbedSeconds(run));
  tables.Add("Writer blocked by writer",
             "none: a run has one klist_fini() at a time", "1.00", {});
  tables.Add("Writer blocked by readers", "none", "1.00",
             std::move(classes.writer_by_readers));
  tables.Add("Reader blocked by writer", "none was seen", "-",
             std::move(classes.reader_by_writer));
  tables.Add("Reader blocked by waiting writer", "none was seen", "-",
             std::move(classes.reader_by_waiting_writer));
  std::vector<Row>& untold = classes.reader_by_either;
  std::erase_if(untold, [](const Row& row) { return row.count <= 0; });
  if (!untold.empty()) {
    tables.Add(
        "Reader blocked by writer or waiting writer, which its lock cannot "
        "tell;\n   if it is a mutex, perhaps by another reader",
        "", "-", std::move(untold));
  }
  std::string text = tables.Take();
  for (const std::string& cell : classes.left_out) {
    absl::StrAppend(&text,
                    "\nLeft out, because the probes slowed it by more "
                    "than 5 %: ",
                    cell, "\n");
  }
  return text;
}

}  // namespace knotestat::dashboards
