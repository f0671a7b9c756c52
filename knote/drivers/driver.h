// Where the driver's code comes from.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_DRIVERS_DRIVER_H_
#define KNOTESTAT_KNOTE_DRIVERS_DRIVER_H_

#include "knote/env/hw_env.h"
#include "knote/knote.h"

namespace knote {

// The pulse driver that is linked into the program.
const filterops<HwEnv>* BuiltInDriver();
// The same without FILTEROP_MPSAFE, so that its functions run under
// KERNEL_LOCK.
const filterops<HwEnv>* BuiltInDriverUnderKernelLock();

// The addresses of its functions: [begin, end).
struct DriverText {
  uintptr_t begin = 0;
  uintptr_t end = 0;
};
DriverText BuiltInDriverText();

// What a driver in a shared object exports.
inline constexpr char kDriverEntryPoint[] = "knotestat_driver_filterops";
using DriverEntryPoint = const void* (*)();

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_DRIVERS_DRIVER_H_
