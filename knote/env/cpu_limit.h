// How many CPU numbers the kernel may hand out.
//
// Not what sysconf() counts: where /sys is missing that is the CPUs which this
// thread may use now, whose numbers can be any.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_ENV_CPU_LIMIT_H_
#define KNOTESTAT_KNOTE_ENV_CPU_LIMIT_H_

#include <string_view>

namespace knote {

// One above the highest number of a list of CPUs such as "0-3,8"; 0 if it is
// none.
int CpuLimitOf(std::string_view list);

// The bits of the kernel's CPU masks: at least one above the highest number.
int BitsOfCpuMask();

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_ENV_CPU_LIMIT_H_
