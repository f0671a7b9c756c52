// What is known about mutants beforehand, with the reasons.
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

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_UNNEEDED_H_
