// The pulse driver as the program carries it.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/drivers/driver.h"
#include "knote/drivers/pulse_filterops.h"

// Set by the linker around section knote_driver_text.
extern "C" const char __start_knote_driver_text[];
extern "C" const char __stop_knote_driver_text[];

namespace knote {
namespace {

constexpr filterops<HwEnv> pulse_filtops_not_mpsafe{.f_flags = FILTEROP_ISFD,
                                                    .f_detach = pulse_f_detach,
                                                    .f_event = pulse_f_event};

}  // namespace

const filterops<HwEnv>* BuiltInDriver() { return &pulse_filtops; }

const filterops<HwEnv>* BuiltInDriverUnderKernelLock() {
  return &pulse_filtops_not_mpsafe;
}

DriverText BuiltInDriverText() {
  return {reinterpret_cast<uintptr_t>(__start_knote_driver_text),
          reinterpret_cast<uintptr_t>(__stop_knote_driver_text)};
}

}  // namespace knote
