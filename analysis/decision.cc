// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/decision.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/bootstrap.h"
#include "analysis/choose_reasons.h"
#include "analysis/detaches.h"
#include "analysis/figures.h"
#include "analysis/pareto.h"
#include "analysis/phrases.h"
#include "analysis/preference.h"
#include "analysis/qualification.h"

namespace knotestat::analysis {
namespace {

using record::CellFigures;
using record::Estimate;

double ParameterOf(const record::Cell& cell, const char* name) {
  const auto parsed = nlohmann::json::parse(cell.parameters, nullptr, false);
  if (!parsed.is_object() || !parsed.contains(name)) return 1;
  return parsed[name].is_number() ? parsed[name].get<double>() : 1;
}

double TotalBytes(const record::Cell& cell) {
  const double devices = ParameterOf(cell, "devices");
  const double knotes = devices * ParameterOf(cell, "knotes_per_device");
  const record::Bytes& bytes = cell.bytes;
  return static_cast<double>(bytes.per_knote) * knotes +
         static_cast<double>(bytes.per_klist) * devices +
         static_cast<double>(bytes.per_thread) * cell.threads * cell.processes +
         static_cast<double>(bytes.per_cpu) * cell.cpus;
}

// A strategy that passed the filter.
struct Candidate {
  Verdict verdict;
  int cell = 0;
  std::vector<record::Detach> detaches;
  Replicates reader;
  Replicates klist_fini;
};

// `whole` plus `weight` times `part`; what was drawn apart is added draw by
// draw.
void AddPart(Replicates& whole, const Replicates& part, double weight) {
  whole.middle += weight * part.middle;
  whole.tail = std::min(whole.tail, part.tail);
  if (whole.values.empty()) whole.values.resize(part.values.size(), 0);
  for (size_t i = 0; i < part.values.size(); ++i) {
    whole.values[i] += weight * part.values[i];
  }
}

// Decides about one load.
class LoadDecision {
 public:
  LoadDecision(const std::vector<Evidence>& cells,
               const std::vector<Evidence>& mixed,
               const OracleFindings& findings, const Requirements& requirements,
               uint64_t seed)
      : requirements_(requirements),
        mixed_(mixed),
        findings_(findings),
        seed_(seed) {
    const record::Cell& first = cells.front().cell();
    decision_.workload = first.workload;
    decision_.parameters = NormalParameters(first);
    decision_.cpus = first.cpus;
    decision_.threads = first.threads;
    decision_.processes = first.processes;
    decision_.path = PathOf(cells);
    CountScopes(cells);
    Filter(cells);
  }

  Decision Run() {
    RankCandidates();
    std::stable_sort(
        decision_.verdicts.begin(), decision_.verdicts.end(),
        [](const Verdict& a, const Verdict& b) { return a.ruling < b.ruling; });
    return std::move(decision_);
  }

 private:
  // What was asked for, the path that gives the workload its name, or the
  // first that was measured.
  std::string PathOf(const std::vector<Evidence>& cells) const {
    if (!requirements_.path.empty()) return requirements_.path;
    if (!requirements_.mix.empty()) return "mix";
    const std::string& workload = cells.front().cell().workload;
    for (const std::string& path :
         {workload, std::string("scan"), std::string("submit"),
          std::string("register"), std::string("mix")}) {
      for (const Evidence& evidence : cells) {
        if (evidence.figures->paths.contains(path)) return path;
      }
    }
    return workload;
  }

  void CountScopes(const std::vector<Evidence>& cells) {
    for (const Evidence& evidence : cells) {
      ++scopes_[evidence.cell().strategy];
      const auto path = evidence.figures->paths.find(PathOfPart(evidence));
      if (path == evidence.figures->paths.end()) continue;
      any_marginal_ |= path->second.marginal_ns.has_value();
    }
    decision_.marginal = any_marginal_;
  }

  // In a mix each workload's own path counts.
  std::string PathOfPart(const Evidence& evidence) const {
    return requirements_.mix.empty() ? decision_.path
                                     : evidence.cell().workload;
  }

  // What the reader pays in `evidence` alone, drawn alike for all strategies;
  // nothing if it was not measured, or too little.
  std::optional<Replicates> ReaderOf(const Evidence& evidence) const {
    const BlockFilter filter = {.path = PathOfPart(evidence)};
    Series series = MeansByRound(*evidence.rows, filter);
    if (any_marginal_) {
      if (evidence.floor == nullptr) return std::nullopt;
      series = Difference(series, MeansByRound(*evidence.floor, filter));
    }
    if (series.size() < kMinRounds) return std::nullopt;
    return DrawJointly(series,
                       SeedFor(seed_, absl::StrCat("choose/", decision_.cpus,
                                                   "/", filter.path)),
                       kDecisionDraws);
  }

  // The weighted sum over the mix; of what is missing the name.
  std::optional<Replicates> MixedReader(const Evidence& evidence,
                                        std::string& missing) const {
    Replicates sum;
    sum.tail = 0.5;
    double total = 0;
    for (const auto& [workload, part] : requirements_.mix) total += part;
    for (const auto& [workload, part] : requirements_.mix) {
      const Evidence* found = PartOf(evidence, workload);
      const auto reader = found ? ReaderOf(*found) : std::nullopt;
      if (!reader || !found->figures->not_ranked.empty()) {
        missing = workload;
        return std::nullopt;
      }
      AddPart(sum, *reader, part / total);
    }
    return sum;
  }

  // The cell of the same mechanism under another workload of the mix.
  const Evidence* PartOf(const Evidence& evidence,
                         const std::string& workload) const {
    if (evidence.cell().workload == workload) return &evidence;
    for (const Evidence& other : mixed_) {
      if (other.cell().workload == workload &&
          other.cell().strategy == evidence.cell().strategy &&
          other.cell().scope == evidence.cell().scope &&
          other.cell().refused.empty()) {
        return &other;
      }
    }
    return nullptr;
  }

  // Of the cell itself, and of those that stand for it in the other workloads
  // of a mix.
  std::optional<Verdict> OutOfQuestionInAnyPart(
      const Evidence& evidence) const {
    auto out = OutOfQuestion(*evidence.figures, findings_, requirements_);
    for (const auto& [workload, share] : requirements_.mix) {
      if (out.has_value()) break;
      const Evidence* part = PartOf(evidence, workload);
      if (part == nullptr) continue;
      out = OutOfQuestion(*part->figures, findings_, requirements_);
      if (out.has_value())
        out->reason = absl::StrCat("under ", workload, ": ", out->reason);
    }
    return out;
  }

  void Reject(Verdict verdict, Ruling ruling, std::string reason) {
    verdict.ruling = ruling;
    verdict.reason = std::move(reason);
    decision_.verdicts.push_back(std::move(verdict));
  }

  void Filter(const std::vector<Evidence>& cells) {
    for (const Evidence& evidence : cells) {
      auto out = OutOfQuestionInAnyPart(evidence);
      if (out.has_value()) {
        decision_.verdicts.push_back(*std::move(out));
      } else {
        Weigh(evidence);
      }
    }
    ChooseQuantile();
    TakeDetaches();
    KeepWithinBudget();
  }

  // A budget is broken by what certainly costs more.
  std::string OverBudget(const Verdict& verdict) const {
    const auto& [reader, fini, bytes] =
        std::tie(requirements_.max_reader_ns, requirements_.max_klist_fini_ns,
                 requirements_.max_bytes);
    if (reader && verdict.reader_ns->lo > *reader) {
      return absl::StrCat(DurationWithInterval(*verdict.reader_ns), " per ",
                          decision_.path, ", over the budget of ",
                          Duration(*reader));
    }
    if (fini && verdict.klist_fini_ns && verdict.klist_fini_ns->lo > *fini) {
      return absl::StrCat("klist_fini ", QuantileName(*decision_.quantile), " ",
                          LatencyWithInterval(*verdict.klist_fini_ns),
                          ", over the budget of ", Duration(*fini));
    }
    if (bytes && *verdict.bytes > *bytes) {
      return absl::StrCat(Size(*verdict.bytes), ", over the budget of ",
                          Size(*bytes));
    }
    return "";
  }

  void KeepWithinBudget() {
    std::vector<Candidate> kept;
    for (Candidate& candidate : candidates_) {
      std::string over = OverBudget(candidate.verdict);
      if (over.empty()) {
        kept.push_back(std::move(candidate));
      } else {
        Reject(std::move(candidate.verdict), Ruling::kRejected,
               std::move(over));
      }
    }
    candidates_ = std::move(kept);
  }

  // The highest that everybody with any klist_fini() to speak of has enough
  // for: a strategy whose writers starve has the fewest.
  void ChooseQuantile() {
    for (const Candidate& candidate : candidates_) {
      const auto highest = HighestQuantile(candidate.detaches.size());
      if (!highest.has_value()) continue;
      decision_.quantile = std::min(decision_.quantile.value_or(1), *highest);
    }
  }

  void TakeDetaches() {
    if (!decision_.quantile.has_value()) return;
    std::vector<Candidate> measured;
    for (Candidate& candidate : candidates_) {
      Verdict& verdict = candidate.verdict;
      auto drawn = ResampleDetaches(
          candidate.detaches, *decision_.quantile,
          SeedFor(seed_, absl::StrCat(candidate.cell, "/klist_fini")));
      if (drawn.has_value()) {
        verdict.klist_fini_ns = drawn->Interval();
        candidate.klist_fini = *std::move(drawn);
        measured.push_back(std::move(candidate));
        continue;
      }
      Reject(std::move(verdict), Ruling::kNotRanked,
             absl::StrCat("no evidence: fewer than ",
                          DetachesNeeded(*decision_.quantile),
                          " klist_fini() that its probes did not distort: run "
                          "it longer or with more detaches"));
    }
    candidates_ = std::move(measured);
  }

  // True if the path whose cost counts was run outside of sections.
  bool OutsideSections(const record::Cell& cell) const {
    return decision_.path == "submit" && cell.submit_protection == "contract";
  }

  void Weigh(const Evidence& evidence) {
    const record::Cell& cell = evidence.cell();
    const CellFigures& figures = *evidence.figures;
    Verdict verdict{cell.strategy,    cell.scope, Ruling::kRejected, {}, {},
                    TotalBytes(cell), ""};
    std::string missing = decision_.path;
    std::optional<Replicates> reader;
    if (!requirements_.mix.empty()) {
      reader = MixedReader(evidence, missing);
      if (reader) verdict.reader_ns = reader->Interval();
    } else if (const auto path = figures.paths.find(decision_.path);
               path != figures.paths.end()) {
      verdict.reader_ns =
          any_marginal_ ? path->second.marginal_ns : path->second.ns_per_op;
      reader = ReaderOf(evidence);
    }
    std::string unmet = UnmetRequirement(cell, requirements_);
    const auto rounds = figures.counters.find(kRoundsCounter);
    if (!unmet.empty()) {
      Reject(std::move(verdict), Ruling::kRejected, std::move(unmet));
    } else if (OutsideSections(cell)) {
      Reject(std::move(verdict), Ruling::kNotRanked,
             "it submits outside of sections, by contract with the driver: "
             "there is no reader cost to compare");
    } else if (!verdict.reader_ns.has_value()) {
      Reject(
          std::move(verdict), Ruling::kNotRanked,
          absl::StrCat("no evidence: the path ", missing, " was not measured"));
    } else if (!figures.not_ranked.empty()) {
      Reject(std::move(verdict), Ruling::kNotRanked,
             "no evidence: " + figures.not_ranked);
    } else if (!reader.has_value() || rounds == figures.counters.end() ||
               rounds->second < static_cast<double>(kMinRounds)) {
      Reject(std::move(verdict), Ruling::kNotRanked,
             absl::StrCat("no evidence: fewer than ", kMinRounds,
                          " rounds: run it longer"));
    } else {
      Candidate candidate{
          std::move(verdict), cell.id, {}, *std::move(reader), {}};
      // Absent also if the certificate has refused them.
      if (figures.klist_fini.has_value()) {
        candidate.detaches = evidence.rows->detaches;
      }
      candidates_.push_back(std::move(candidate));
    }
  }

  Named NamedOf(const Verdict& verdict) const {
    // The scope only where it tells two apart.
    const std::string name = scopes_.at(verdict.strategy) > 1
                                 ? verdict.strategy + ":" + verdict.scope
                                 : verdict.strategy;
    const double bytes = *verdict.bytes;
    return {name,
            {*verdict.reader_ns,
             verdict.klist_fini_ns.value_or(Estimate()),
             {bytes, bytes, bytes}}};
  }

  void RankCandidates() {
    if (candidates_.empty()) {
      const bool any_rejected =
          std::any_of(decision_.verdicts.begin(), decision_.verdicts.end(),
                      [](const Verdict& verdict) {
                        return verdict.ruling == Ruling::kRejected;
                      });
      decision_.confidence =
          any_rejected ? "nothing that was measured meets all that is required"
                       : "no evidence: no strategy that qualifies was measured";
      return;
    }
    std::vector<Named> named;
    std::vector<Tradeoff> tradeoffs;
    for (const Candidate& candidate : candidates_) {
      named.push_back(NamedOf(candidate.verdict));
      tradeoffs.push_back(named.back().tradeoff);
    }
    const std::vector<size_t> front = ParetoFront(tradeoffs);
    const size_t best = Prefer(tradeoffs, requirements_);
    TellHowFirm(tradeoffs, named, best);
    const Wording wording = {
        decision_.path,
        decision_.quantile ? QuantileName(*decision_.quantile) : ""};
    for (size_t i = 0; i < candidates_.size(); ++i) {
      Rule(i, best, front, named, wording);
    }
    SortByReaderCost();
    decision_.confidence = Confidence();
    for (Candidate& candidate : candidates_) {
      decision_.verdicts.push_back(std::move(candidate.verdict));
    }
  }

  void TellHowFirm(const std::vector<Tradeoff>& tradeoffs,
                   const std::vector<Named>& named, size_t best) {
    std::vector<Replicates> reader;
    std::vector<Replicates> klist_fini;
    std::vector<std::string> names;
    for (size_t i = 0; i < candidates_.size(); ++i) {
      reader.push_back(candidates_[i].reader);
      klist_fini.push_back(candidates_[i].klist_fini);
      names.push_back(named[i].name);
    }
    decision_.probability =
        ShareOfDraws(tradeoffs, reader, klist_fini, best, requirements_);
    decision_.turning_points = TurningPointsOf(tradeoffs, best, names);
    if (tradeoffs.size() < 2) return;
    std::vector<Tradeoff> others = tradeoffs;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(best));
    names.erase(names.begin() + static_cast<std::ptrdiff_t>(best));
    const size_t next = Prefer(others, requirements_);
    const auto change = [](double from, double to, const std::string& text) {
      return absl::StrCat(to < from ? "-" : "+", text);
    };
    const Tradeoff& own = tradeoffs[best];
    const Tradeoff& other = others[next];
    const double reads = other.reader_ns.median - own.reader_ns.median;
    const double detach = other.klist_fini_ns.median - own.klist_fini_ns.median;
    const double bytes = other.bytes.median - own.bytes.median;
    decision_.next = absl::StrCat(
        "next: ", names[next], ", at ",
        change(0, reads, Duration(std::fabs(reads))), " per ", decision_.path,
        decision_.quantile
            ? absl::StrCat(", ", change(0, detach, Duration(std::fabs(detach))),
                           " per klist_fini")
            : "",
        ", ", change(0, bytes, Size(std::fabs(bytes))));
  }

  void Rule(size_t i, size_t best, const std::vector<size_t>& front,
            const std::vector<Named>& named, const Wording& wording) {
    Verdict& verdict = candidates_[i].verdict;
    const bool on_front =
        std::find(front.begin(), front.end(), i) != front.end();
    if (i == best) {
      std::vector<Named> others;
      for (const size_t member : front) {
        if (member != best) others.push_back(named[member]);
      }
      verdict.ruling = Ruling::kRecommended;
      verdict.reason = Weighed() ? absl::StrCat(LowestBy(requirements_), ": ",
                                                FiguresOf(named[best], wording))
                                 : WhyRecommended(named[best], others, wording);
    } else if (on_front) {
      verdict.ruling = Ruling::kFront;
      verdict.reason = WhyOnFront(named[i], named[best], wording);
    } else {
      verdict.ruling = Ruling::kRejected;
      verdict.reason =
          WhyDominated(named[i], DominatorOf(named[i], best, named), wording);
    }
  }

  // The recommended one if it dominates, else the cheapest that does.
  static const Named& DominatorOf(const Named& loser, size_t best,
                                  const std::vector<Named>& named) {
    const Named* found = &named[best];
    if (Dominates(found->tradeoff, loser.tradeoff)) return *found;
    double lowest = 0;
    bool any = false;
    for (const Named& other : named) {
      const double reader = other.tradeoff.reader_ns.median;
      if (!Dominates(other.tradeoff, loser.tradeoff)) continue;
      if (any && reader >= lowest) continue;
      found = &other;
      lowest = reader;
      any = true;
    }
    return *found;
  }

  void SortByReaderCost() {
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [](const Candidate& a, const Candidate& b) {
                       return a.verdict.reader_ns->median <
                              b.verdict.reader_ns->median;
                     });
  }

  bool Weighed() const {
    return requirements_.weights || requirements_.reads_per_detach;
  }

  std::string Confidence() const {
    return absl::StrCat(
        "only what 95 % intervals separate is ranked",
        absl::StrFormat("; the recommendation holds in %.0f %% of resamplings",
                        100 * decision_.probability.value_or(0)),
        any_marginal_ ? ""
                      : "; reader cost is absolute, because the floor was not "
                        "measured",
        KlistFiniNote());
  }

  std::string KlistFiniNote() const {
    if (!decision_.quantile) return "; klist_fini() was not measured";
    if (*decision_.quantile == kTail) return "";
    return absl::StrCat("; klist_fini() is weighed at ",
                        QuantileName(*decision_.quantile), ", as ",
                        QuantileName(kTail), " needs ", DetachesNeeded(kTail),
                        " of each strategy");
  }

  static constexpr double kTail = 0.99;

  const Requirements& requirements_;
  const std::vector<Evidence>& mixed_;
  const OracleFindings& findings_;
  uint64_t seed_;
  Decision decision_;
  std::map<std::string, int> scopes_;  // cells of each strategy
  bool any_marginal_ = false;
  std::vector<Candidate> candidates_;
};

}  // namespace

Decision Decide(const std::vector<Evidence>& cells,
                const std::vector<Evidence>& mixed,
                const OracleFindings& findings,
                const Requirements& requirements, uint64_t seed) {
  return LoadDecision(cells, mixed, findings, requirements, seed).Run();
}

}  // namespace knotestat::analysis
