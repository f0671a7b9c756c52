// The pulse driver's filterops for HwEnv, to be included once by a program
// and once by a shared object.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_DRIVERS_PULSE_FILTEROPS_H_
#define KNOTESTAT_KNOTE_DRIVERS_PULSE_FILTEROPS_H_

#include "knote/drivers/driver_text.h"
#include "knote/drivers/pulse.h"
#include "knote/env/hw_env.h"

namespace knote {

KNOTESTAT_DRIVER_TEXT static int pulse_f_event(knote<HwEnv>* kn, long hint) {
  return pulse_event(kn, hint);
}

KNOTESTAT_DRIVER_TEXT static void pulse_f_detach(knote<HwEnv>* kn) {
  pulse_detach_knote(kn);
}

static constexpr filterops<HwEnv> pulse_filtops{
    .f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
    .f_detach = pulse_f_detach,
    .f_event = pulse_f_event};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_DRIVERS_PULSE_FILTEROPS_H_
