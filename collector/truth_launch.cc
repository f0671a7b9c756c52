// SPDX-License-Identifier: BSD-2-Clause
#include "collector/truth_launch.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/str_cat.h"
#include "collector/channel.h"
#include "collector/child_process.h"
#include "collector/plugin_loader.h"
#include "collector/testimony_json.h"
#include "knote/drivers/driver.h"
#include "knote/truth/perform.h"
#include "probes/probe_set.h"

namespace knotestat::collector {
namespace {

using knote::truth::Ending;
using knote::truth::FindTruthWorkload;
using knote::truth::Testimony;
using nlohmann::json;

// The probe that knows who sleeps or migrates with driver code on its stack.
constexpr char kSectionProbe[] = "off_cpu";

std::string Encode(const TruthOrder& order) {
  return json{{"strategy", order.strategy},
              {"workload", order.workload},
              {"plugins", order.plugins},
              {"bpf", order.bpf},
              {"parameters", order.parameters}}
      .dump();
}

absl::StatusOr<TruthOrder> DecodeTruthOrder(const std::string& message) {
  const json sent = json::parse(message, nullptr, false);
  try {
    TruthOrder order;
    sent.at("strategy").get_to(order.strategy);
    sent.at("workload").get_to(order.workload);
    sent.at("plugins").get_to(order.plugins);
    sent.at("bpf").get_to(order.bpf);
    sent.at("parameters").get_to(order.parameters);
    return order;
  } catch (const json::exception& error) {
    return absl::FailedPreconditionError(
        absl::StrCat("no order for a truth workload: ", error.what()));
  }
}

// eBPF's eyes on this process while they live; blind if it cannot be used.
class SectionWatch {
 public:
  explicit SectionWatch(bool wanted) {
    if (!wanted) return;
    const knote::DriverText text = knote::BuiltInDriverText();
    const std::vector<std::string> names = {kSectionProbe};
    watching_ = probes_
                    .Load(names, {.pid = getpid(),
                                  .binary = "/proc/self/exe",
                                  .threads = {},
                                  .driver_text_begin = text.begin,
                                  .driver_text_end = text.end})
                    .ok() &&
                probes_.AttachAll().ok();
    if (watching_) probes_.SetSlot(0);
  }

  // Puts what was seen in the place of the model's own counts.
  void Take(Testimony& seen) {
    if (!watching_) return;
    probes_.SetSlot(probes::kNoSlot);
    const auto observed = probes_.Collect(0);
    if (!observed.ok()) return;
    const auto count = [&](const char* name) {
      const auto at = observed->counters.find(name);
      return at == observed->counters.end() ? uint64_t{0}
                                            : static_cast<uint64_t>(at->second);
    };
    seen.slept = count("bpf.section_sleep.count");
    seen.migrated =
        std::max(seen.migrated, count("bpf.section_migrated.count"));
    seen.seen_by_bpf = true;
  }

 private:
  probes::ProbeSet probes_;
  bool watching_ = false;
};

absl::StatusOr<Testimony> Play(const TruthOrder& order) {
  for (const std::string& path : order.plugins)
    if (const auto loaded = LoadPlugin(path); !loaded.ok())
      return loaded.status();
  const auto* strategy = knote::FindStrategy(order.strategy);
  const auto* workload = FindTruthWorkload(order.workload);
  if (strategy == nullptr || strategy->boot == nullptr || workload == nullptr) {
    return absl::FailedPreconditionError(absl::StrCat(
        "cannot play ", order.workload, " under ", order.strategy));
  }
  SectionWatch watch(order.bpf);
  Testimony seen =
      knote::truth::Perform(*workload, *strategy, order.parameters);
  watch.Take(seen);
  return seen;
}

Testimony Crashed(const std::string& how) {
  Testimony seen;
  seen.ending = Ending::kCrashed;
  seen.crash = how;
  return seen;
}

}  // namespace

absl::StatusOr<Testimony> RunTruth(const TruthOrder& order) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::InternalError(
        absl::StrCat("cannot make a socket: ", std::strerror(errno)));
  }
  const auto child = StartChild("perform", ends[1]);
  close(ends[1]);
  Channel channel(ends[0]);
  if (!child.ok()) return child.status();
  std::optional<absl::StatusOr<Testimony>> answer;
  if (channel.Send(Encode(order)).ok()) {
    if (const auto message = channel.Receive(); message.ok())
      answer = TestimonyOf(json::parse(*message, nullptr, false));
  }
  // It may be deadlocked, and has nothing more to say.
  if (answer) kill(*child, SIGKILL);
  const std::string how = AwaitChild(*child);
  return answer ? *answer : Crashed(how);
}

absl::Status ServeTruth(int socket) {
  Channel channel(socket);
  const auto message = channel.Receive();
  if (!message.ok()) return message.status();
  const auto order = DecodeTruthOrder(*message);
  if (!order.ok()) return order.status();
  const auto seen = Play(*order);
  if (!seen.ok()) return seen.status();
  if (absl::Status sent = channel.Send(ToJson(*seen).dump()); !sent.ok())
    return sent;
  // Until the parent kills this process, or is gone.
  static_cast<void>(channel.Receive());
  return absl::OkStatus();
}

}  // namespace knotestat::collector
