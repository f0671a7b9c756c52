// What is known about findings and mutants beforehand, with the reasons.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_UNNEEDED_H_
#define KNOTESTAT_CHECK_UNNEEDED_H_

#include <string_view>

#include "check/mutation.h"

namespace knotestat::check {

// Why a fault of this kind at this place breaks nothing that is checked here;
// empty if it is expected to be found.
std::string_view WhyUnneeded(MutationKind kind, const Site& site);

// Why `strategy`, though it promises safety, fails in `program`; empty if it is
// expected to pass.
std::string_view KnownFailure(std::string_view strategy,
                              std::string_view program);
inline bool KnownToFail(std::string_view strategy, std::string_view program) {
  return !KnownFailure(strategy, program).empty();
}

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_UNNEEDED_H_
