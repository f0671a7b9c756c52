// This program once more, as a child that does one thing and is gone.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_CHILD_PROCESS_H_
#define KNOTESTAT_COLLECTOR_CHILD_PROCESS_H_

#include <sys/types.h>

#include <string>

#include "absl/status/statusor.h"

namespace knotestat::collector {

// Starts `knotestat SUBCOMMAND SOCKET`, which inherits that socket. The child
// does not outlive its parent, and leaves Ctrl-C, SIGTERM and SIGHUP to it.
// kInternal if no process can be started.
absl::StatusOr<pid_t> StartChild(const char* subcommand, int socket);

// Waits until the child is gone and returns how that came, to follow "the
// process ...": "ended early, with code 1", "was ended by signal 11 (...)".
std::string AwaitChild(pid_t child);

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_CHILD_PROCESS_H_
