// Ctrl-C, SIGTERM and SIGHUP.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_INTERRUPTION_H_
#define KNOTESTAT_CLI_INTERRUPTION_H_

#include <atomic>

namespace knotestat::cli {

// From now on the first of each signal sets Interrupted() and a second one
// ends the process at once.
void HandleSignals();

const std::atomic<bool>& Interrupted();

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_INTERRUPTION_H_
