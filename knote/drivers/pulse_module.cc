// The pulse driver as a shared object that can really be unloaded.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "knote/drivers/pulse_filterops.h"

extern "C" const void* knotestat_driver_filterops() {
  return &knote::pulse_filtops;
}
