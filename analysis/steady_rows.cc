// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/steady_rows.h"

#include <algorithm>
#include <map>

#include "analysis/quantile.h"
#include "analysis/steady_state.h"

namespace knotestat::analysis {
namespace {

// A cell's series by launch.
std::map<int, Series> ByLaunch(const Series& series) {
  std::map<int, Series> launches;
  for (const RoundValue& round : series) {
    launches[round.launch].push_back(round);
  }
  return launches;
}

class CellJudge {
 public:
  CellJudge(const CellRows& rows, const CellRows* floor)
      : rows_(rows), floor_(floor) {}

  record::CellState Judge() {
    for (const auto& path : PathsOf(rows_, record::BlockKind::kMean)) {
      JudgePath(path);
    }
    if (ranked_.empty()) return std::move(state_);
    state_.verdict = NameOf(Overall());
    return std::move(state_);
  }

  // By launch: the first steady round.
  const std::map<int, int>& steady_from() const { return steady_from_; }

 private:
  void JudgePath(const std::string& path) {
    const BlockFilter filter = {.path = path};
    const Series means = MeansByRound(rows_, filter);
    if (means.empty()) return;
    std::vector<double> costs = ValuesOf(means);
    const double tolerance = kSameLevel * Median(costs);
    JudgeSeries(means, path, "ns_per_op", tolerance, floor_ == nullptr);
    if (floor_ == nullptr) return;
    JudgeSeries(Difference(means, MeansByRound(*floor_, filter)), path,
                "marginal_ns", tolerance, true);
  }

  void JudgeSeries(const Series& series, const std::string& path,
                   const char* figure, double tolerance, bool ranked) {
    for (const auto& [launch, rounds] : ByLaunch(series)) {
      const SteadyState state = JudgeSteadyState(ValuesOf(rounds), tolerance);
      if (ranked) {
        Steadiness& worst = ranked_[launch];
        worst = std::max(worst, state.verdict);
      }
      if (state.verdict == Steadiness::kSteady ||
          state.verdict == Steadiness::kTooShort) {
        continue;
      }
      record::LaunchState noted = {launch, path, figure, NameOf(state.verdict),
                                   std::nullopt};
      if (state.verdict == Steadiness::kWarmUp) {
        noted.steady_from = rounds[state.steady_from].round;
        int& from = steady_from_.try_emplace(launch, 0).first->second;
        from = std::max(from, *noted.steady_from);
      }
      state_.launches.push_back(std::move(noted));
    }
  }

  // The verdicts are ordered from good to bad.
  Steadiness Overall() const {
    std::vector<Steadiness> verdicts;
    for (const auto& [launch, verdict] : ranked_) verdicts.push_back(verdict);
    std::sort(verdicts.begin(), verdicts.end(), std::greater<>());
    const size_t half = (verdicts.size() + 1) / 2;
    const Steadiness shared = verdicts[half - 1];
    if (NeverSteady(shared)) return shared;
    // Nothing to hold against it; but that rounds were dropped is said.
    return steady_from_.empty() ? std::min(shared, Steadiness::kSteady)
                                : Steadiness::kWarmUp;
  }

  const CellRows& rows_;
  const CellRows* floor_;
  record::CellState state_;
  std::map<int, Steadiness> ranked_;  // the worst of each launch
  std::map<int, int> steady_from_;
};

// Drops the mean blocks before that, and returns how many rounds that were.
// Other kinds of blocks number their rounds by themselves.
int Drop(CellRows& rows, const std::map<int, int>& steady_from) {
  const auto early = [&](const record::Block& block) {
    const auto from = steady_from.find(block.launch);
    return block.kind == record::BlockKind::kMean &&
           from != steady_from.end() && block.round < from->second;
  };
  std::set<Moment> rounds;
  for (const record::Block& block : rows.blocks) {
    if (early(block)) rounds.insert({block.launch, block.round});
  }
  std::erase_if(rows.blocks, early);
  return static_cast<int>(rounds.size());
}

}  // namespace

SteadyRows SteadyRowsOf(const record::Run& run) {
  SteadyRows steady;
  steady.all = RowsByCell(run);
  std::vector<std::map<int, int>> from;
  const FloorIndex floors(steady.all);
  for (const CellRows& rows : steady.all) {
    CellJudge judge(rows, floors.Of(rows));
    steady.state.push_back(judge.Judge());
    from.push_back(judge.steady_from());
  }
  // Afterwards, so that each is judged beside all of its floor's rounds.
  for (size_t i = 0; i < steady.all.size(); ++i) {
    if (from[i].empty()) continue;
    steady.state[i].dropped_rounds = Drop(steady.all[i], from[i]);
  }
  return steady;
}

}  // namespace knotestat::analysis
