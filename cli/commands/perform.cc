// knotestat perform: what `run` starts to play a truth workload.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <memory>

#include "cli/command.h"
#include "collector/truth_launch.h"

namespace knotestat::cli {
namespace {

std::function<ExitCode()> Setup(CLI::App& app, const std::string&) {
  auto socket = std::make_shared<int>(-1);
  app.add_option("SOCKET", *socket)->required();
  return [socket] {
    const absl::Status served = collector::ServeTruth(*socket);
    return served.ok()
               ? kOk
               : Fail(absl::FailedPreconditionError(
                     "perform is what run starts to play a truth workload: "
                     "use run"));
  };
}

const CommandRegistration perform_registration({
    .name = "perform",
    .summary = "(internal) play one truth workload for run",
    .examples = "",
    .setup = Setup,
    .hidden = true,
});

}  // namespace
}  // namespace knotestat::cli
