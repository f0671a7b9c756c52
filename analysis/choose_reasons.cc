// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/choose_reasons.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "analysis/phrases.h"

namespace knotestat::analysis {
namespace {

std::string FigureName(Figure figure) {
  if (figure == &Tradeoff::reader_ns) return "reader cost";
  if (figure == &Tradeoff::klist_fini_ns) return "klist_fini";
  return "memory";
}

std::string Value(const Tradeoff& tradeoff, Figure figure) {
  const double value = (tradeoff.*figure).median;
  return figure == &Tradeoff::bytes ? Size(value) : Duration(value);
}

// "36.1 ns per submit against 1.20 ns".
std::string Against(const Named& one, const Named& other, Figure figure,
                    const Wording& wording) {
  const bool fini = figure == &Tradeoff::klist_fini_ns;
  const bool reader = figure == &Tradeoff::reader_ns;
  return absl::StrCat(fini ? wording.quantile + " " : "",
                      Value(one.tradeoff, figure),
                      reader ? " per " + wording.path : "", " against ",
                      Value(other.tradeoff, figure));
}

std::vector<Figure> FiguresOf(const Wording& wording) {
  std::vector<Figure> figures(kDimensions.begin(), kDimensions.end());
  if (wording.quantile.empty()) {
    std::erase(figures, &Tradeoff::klist_fini_ns);
  }
  return figures;
}

// "better in memory (64 B against 1.0 KiB)"; empty without a figure.
std::string InEach(const std::string& how, const Named& one, const Named& other,
                   const std::vector<Figure>& figures, const Wording& wording) {
  std::vector<std::string> items;
  for (const Figure figure : figures) {
    items.push_back(absl::StrCat(FigureName(figure), " (",
                                 Against(one, other, figure, wording), ")"));
  }
  return items.empty() ? "" : absl::StrCat(how, Enumerate(items));
}

}  // namespace

std::string WhyDominated(const Named& loser, const Named& winner,
                         const Wording& wording) {
  std::vector<std::string> worse;
  std::vector<std::string> no_better;
  for (const Figure figure : FiguresOf(wording)) {
    if (CertainlyLess(winner.tradeoff.*figure, loser.tradeoff.*figure)) {
      const bool fini = figure == &Tradeoff::klist_fini_ns;
      worse.push_back(absl::StrCat(fini ? "klist_fini " : "",
                                   Against(loser, winner, figure, wording),
                                   worse.empty() ? " of " + winner.name : ""));
    } else {
      no_better.push_back(FigureName(figure));
    }
  }
  return absl::StrCat(absl::StrJoin(worse, ", "),
                      no_better.empty() ? "" : ", and no better in ",
                      absl::StrJoin(no_better, " or "));
}

std::string WhyOnFront(const Named& member, const Named& recommended,
                       const Wording& wording) {
  std::vector<Figure> better, perhaps, worse;
  for (const Figure figure : FiguresOf(wording)) {
    const auto& own = member.tradeoff.*figure;
    const auto& other = recommended.tradeoff.*figure;
    if (CertainlyLess(own, other)) {
      better.push_back(figure);
    } else if (CertainlyLess(other, own)) {
      worse.push_back(figure);
    } else if (!NoWorse(recommended.tradeoff, member.tradeoff, figure)) {
      perhaps.push_back(figure);
    }
  }
  if (better.empty() && worse.empty()) {
    return absl::StrCat("cannot be told apart from ", recommended.name,
                        ": the intervals overlap");
  }
  std::vector<std::string> parts = {
      InEach("better in ", member, recommended, better, wording),
      InEach("perhaps better in ", member, recommended, perhaps, wording),
      InEach("worse in ", member, recommended, worse, wording)};
  std::erase(parts, "");
  return absl::StrCat("against ", recommended.name, " ",
                      absl::StrJoin(parts, ", "));
}

std::string FiguresOf(const Named& candidate, const Wording& wording) {
  const Tradeoff& own = candidate.tradeoff;
  return absl::StrCat(
      DurationWithInterval(own.reader_ns), " per ", wording.path,
      wording.quantile.empty()
          ? ", klist_fini not measured"
          : absl::StrCat(", klist_fini ", wording.quantile, " ",
                         LatencyWithInterval(own.klist_fini_ns)),
      ", ", Size(own.bytes.median));
}

std::string WhyRecommended(const Named& recommended,
                           const std::vector<Named>& other_members,
                           const Wording& wording) {
  const Tradeoff& own = recommended.tradeoff;
  const std::string figures = FiguresOf(recommended, wording);
  // As Recommend() goes about it: one figure after the other.
  std::vector<Named> rivals = other_members;
  std::vector<std::string> tied_in;
  for (const Figure figure : FiguresOf(wording)) {
    const Tradeoff* lowest = &own;
    for (const Named& rival : rivals) {
      if ((rival.tradeoff.*figure).median < (lowest->*figure).median)
        lowest = &rival.tradeoff;
    }
    const record::Estimate least = lowest->*figure;
    std::erase_if(rivals, [&](const Named& rival) {
      return CertainlyLess(least, rival.tradeoff.*figure);
    });
    if (rivals.empty()) {
      return absl::StrCat(
          "lowest ", FigureName(figure),
          tied_in.empty() ? ""
                          : " of those with the lowest " + Enumerate(tied_in),
          ": ", figures);
    }
    tied_in.push_back(FigureName(figure));
  }
  std::vector<std::string> names;
  for (const Named& rival : rivals) names.push_back(rival.name);
  return absl::StrCat("lowest median, though not told apart from ",
                      Enumerate(names), ": ", figures);
}

}  // namespace knotestat::analysis
