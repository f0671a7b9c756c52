// knotestat top: a run in the terminal, while it is measured.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <sys/resource.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/time/clock.h"
#include "analysis/figures.h"
#include "cli/command.h"
#include "cli/interruption.h"
#include "cli/terminal_screen.h"
#include "dashboards/live/terminal_view.h"
#include "record/json.h"
#include "record/store.h"

namespace knotestat::cli {
namespace {

constexpr absl::Duration kBetweenDraws = absl::Seconds(1);
// Of computing figures, rest in multiples of what it took.
constexpr int kRest = 20;

// What is known of the file, looked at again as often as it is cheap.
class Watched {
 public:
  explicit Watched(const std::string& file) : file_(file) {}

  absl::Status Look() {
    absl::StatusOr<record::Glance> glance =
        record::Watch(file_, history_.known_detaches());
    if (!glance.ok()) return glance.status();
    history_.Add(*glance, Unix(absl::Now()));
    glance_ = *std::move(glance);
    return absl::Now() < next_figures_ ? absl::OkStatus() : Compute();
  }

  // What the view shows, and all figures besides.
  nlohmann::json Json() const {
    return {{"schema", 1},
            {"file", file_},
            {"progress", dashboards::ToJson(Progress())},
            {"figures", record::ToJson(figures_)}};
  }

  // Nothing will be added, and the figures are of all that there is.
  bool Complete() const {
    return Progress().state == dashboards::RunProgress::State::kFinished &&
           of_figures_ == Stored();
  }

  std::vector<std::string> View(ScreenSize size,
                                const dashboards::TextStyle& style) const {
    return dashboards::TerminalView(
        {file_, glance_, Progress(), history_, figures_}, size.width,
        size.height, style);
  }

 private:
  static double Unix(absl::Time time) {
    return absl::ToDoubleSeconds(time - absl::UnixEpoch());
  }

  dashboards::RunProgress Progress() const {
    return dashboards::ProgressOf(glance_, Unix(absl::Now()));
  }
  int64_t Stored() const { return glance_.blocks + glance_.detaches; }

  absl::Status Compute() {
    const int64_t stored = Stored();
    if (stored == of_figures_) return absl::OkStatus();
    const absl::Time begin = absl::Now();
    const absl::StatusOr<record::Run> run = record::Read(file_);
    if (!run.ok()) return run.status();
    figures_ = analysis::Analyze(*run);
    of_figures_ = stored;
    const absl::Time end = absl::Now();
    next_figures_ = end + kRest * (end - begin);
    return absl::OkStatus();
  }

  const std::string file_;
  record::Glance glance_;
  dashboards::LatencyHistory history_;
  record::Figures figures_;
  int64_t of_figures_ = -1;
  absl::Time next_figures_ = absl::InfinitePast();
};

void PrintOnce(const Watched& watched) {
  constexpr size_t kEverything = 100'000;
  for (const std::string& line :
       watched.View({.width = 80, .height = kEverything}, {}))
    std::cout << line << "\n";
}

void Follow(Watched& watched) {
  HandleSignals();
  const dashboards::TextStyle style = StyleOfOutput();
  const TerminalScreen screen;
  std::string problem;
  while (!Interrupted()) {
    const ScreenSize size = screen.size();
    std::vector<std::string> lines =
        watched.View({size.width, size.height - 1}, style);
    lines.resize(size.height - 1);
    lines.push_back(dashboards::Painted(
        dashboards::Shorten(problem.empty() ? "q or Ctrl-C leaves" : problem,
                            size.width),
        problem.empty() ? dashboards::Paint::kDim : dashboards::Paint::kBad,
        style));
    if (!screen.Draw(lines)) return;
    if (screen.AwaitKey(absl::ToChronoMilliseconds(kBetweenDraws)) == 'q')
      return;
    const absl::Status looked = watched.Look();
    problem = dashboards::SafeText(std::string(looked.message()), style);
  }
}

// A line for each look, to the end of the run.
ExitCode FollowInJson(Watched& watched) {
  HandleSignals();
  while (true) {
    std::cout << record::Dump(watched.Json(), -1) << std::endl;
    if (watched.Complete()) return kOk;
    const absl::Time next = absl::Now() + kBetweenDraws;
    while (absl::Now() < next) {
      if (Interrupted()) return kOk;
      absl::SleepFor(absl::Milliseconds(50));
    }
    const absl::Status looked = watched.Look();
    if (!looked.ok()) return Fail(looked, kFailed);
  }
}

ExitCode Top(const std::string& file, bool as_json) {
  // A thread that measures comes first, on every CPU.
  setpriority(PRIO_PROCESS, 0, 19);
  Watched watched(file);
  const absl::Status looked = watched.Look();
  if (!looked.ok()) return Fail(looked, kFailed);
  if (as_json) return FollowInJson(watched);
  if (isatty(STDOUT_FILENO) && TerminalKnowsEscapes()) {
    Follow(watched);
  } else {
    PrintOnce(watched);
  }
  return kOk;
}

std::function<ExitCode()> Setup(CLI::App& app, const std::string&) {
  auto file = std::make_shared<std::string>();
  app.add_option("FILE", *file, "Result file")->required();
  auto as_json = std::make_shared<bool>(false);
  app.add_flag("--json", *as_json,
               "A line of JSON a second, until the run is finished");
  return [file, as_json] { return Top(*file, *as_json); };
}

const CommandRegistration top_registration({
    "top",
    "Follow a run in the terminal while it is measured",
    "  knotestat top sweep.db\n"
    "  knotestat top sweep.db | cat\n"
    "  knotestat top sweep.db --json | jq -r .progress.sentence\n",
    Setup,
});

}  // namespace
}  // namespace knotestat::cli
