// The pulse driver as the program carries it.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/drivers/driver.h"
#include "knote/drivers/pulse_filterops.h"

// Set by the linker around section knote_driver_text.
extern "C" const char __start_knote_driver_text[];
extern "C" const char __stop_knote_driver_text[];

namespace knote {

const filterops<HwEnv>* BuiltInDriver() { return &pulse_filtops; }

DriverText BuiltInDriverText() {
  return {reinterpret_cast<uintptr_t>(__start_knote_driver_text),
          reinterpret_cast<uintptr_t>(__stop_knote_driver_text)};
}

}  // namespace knote
