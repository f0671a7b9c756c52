// SPDX-License-Identifier: BSD-2-Clause
#include "collector/child_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace knotestat::collector {
namespace {

// Returns only if it fails.
void Become(const char* subcommand, const char* socket, int number,
            pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent says when to stop. Ignored signals stay so across the exec.
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  if (getppid() != parent) _exit(1);
  fcntl(number, F_SETFD, 0);
  execl("/proc/self/exe", "knotestat", subcommand, socket, nullptr);
}

}  // namespace

absl::StatusOr<pid_t> StartChild(const char* subcommand, int socket) {
  const pid_t parent = getpid();
  const std::string name = std::to_string(socket);
  const pid_t child = fork();
  if (child == 0) {
    Become(subcommand, name.c_str(), socket, parent);
    _exit(127);
  }
  if (child > 0) return child;
  return absl::InternalError(
      absl::StrCat("cannot start a process: ", std::strerror(errno)));
}

std::string AwaitChild(pid_t child) {
  int how = 0;
  while (waitpid(child, &how, 0) < 0 && errno == EINTR) {
  }
  if (!WIFSIGNALED(how))
    return absl::StrCat("ended early, with code ", WEXITSTATUS(how));
  return absl::StrCat("was ended by signal ", WTERMSIG(how), " (",
                      strsignal(WTERMSIG(how)), ")");
}

}  // namespace knotestat::collector
