// Which sources this program was built from.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_REVISION_H_
#define KNOTESTAT_CHECK_REVISION_H_

#include <string_view>

namespace knotestat::check {

// The git commit in 12 hexadecimal digits, with a '+' if the tree had changes
// that were not committed; "unknown" if it was built outside of git.
// Defined in a file that cmake/Revision.cmake writes at each build.
std::string_view Revision();

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_REVISION_H_
