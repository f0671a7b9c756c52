// Known costs that were planted in a run, and what the run says of them.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_PLANTED_H_
#define KNOTESTAT_ANALYSIS_PLANTED_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "record/figures.h"
#include "record/run.h"

namespace knotestat::analysis {

// What `strategy` takes more than `base`, by construction.
struct Plant {
  std::string strategy;
  std::string base;
  std::string figure;  // a path, such as "submit", or "klist_fini"
  double planted_ns = 0;
  double uncertain_ns = 0;  // how well that is known
};

enum class Recovered {
  kYes,         // reported within what is allowed
  kCannotTell,  // not, but its interval reaches there; or nothing measured
  kNo,
};

struct Recovery {
  Plant plant;
  std::optional<record::Estimate> reported_ns;  // strategy minus base
  double allowed_ns =
      0;  // error: max(0.05 ns, 1 %) of a reader, 1 % of a writer
  Recovered recovered = Recovered::kCannotTell;
};

// Reader costs are paired by round; of klist_fini() the medians are compared.
std::vector<Recovery> RecoverPlants(const record::Run& run,
                                    std::span<const Plant> plants);

// "yes", "can't tell" or "no".
std::string NameOf(Recovered recovered);

// [{"strategy", "base", "figure", "planted_ns", "reported_ns", "allowed_ns",
// "recovered"}].
nlohmann::json ToJson(std::span<const Recovery> recoveries);

}  // namespace knotestat::analysis

#endif  // KNOTESTAT_ANALYSIS_PLANTED_H_
