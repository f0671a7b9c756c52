// SPDX-License-Identifier: BSD-2-Clause
#include "collector/launch.h"

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
#include "record/row_stream.h"

namespace knotestat::collector {
namespace {

using nlohmann::json;

// First byte of what a child sends.
constexpr char kRows = 'r', kEnd = 'e';
constexpr char kStored[] = "stored", kStop[] = "stop";

std::string Encode(const LaunchOrder& order) {
  return json{{"plan", order.plan},
              {"group", order.group},
              {"id", order.id},
              {"finished", order.finished},
              {"begun", order.begun},
              {"launches", order.launches},
              {"ns_per_tick", order.timer.ns_per_tick},
              {"quantum_ns", order.timer.quantum_ns},
              {"cost_ns", order.timer.cost_ns},
              {"bpf", order.bpf}}
      .dump();
}

absl::StatusOr<LaunchOrder> DecodeOrder(const std::string& message) {
  const json sent = json::parse(message, nullptr, false);
  try {
    LaunchOrder order;
    sent.at("plan").get_to(order.plan);
    sent.at("group").get_to(order.group);
    sent.at("id").get_to(order.id);
    sent.at("finished").get_to(order.finished);
    sent.at("begun").get_to(order.begun);
    sent.at("launches").get_to(order.launches);
    sent.at("ns_per_tick").get_to(order.timer.ns_per_tick);
    sent.at("quantum_ns").get_to(order.timer.quantum_ns);
    sent.at("cost_ns").get_to(order.timer.cost_ns);
    sent.at("bpf").get_to(order.bpf);
    return order;
  } catch (const json::exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("no order for a launch: ", error.what()));
  }
}

// Stores what the child sends until it says how it ended. Nothing if it went
// without a word.
std::optional<absl::Status> TakeRows(Channel& channel, const CommitRows& commit,
                                     const ShowProgress& progress,
                                     const std::atomic<bool>& interrupted) {
  while (true) {
    const auto message = channel.Receive();
    if (!message.ok() || message->size() < 1 + sizeof(double)) return {};
    const std::string_view body = std::string_view(*message).substr(1);
    if (message->front() == kEnd) {
      int code = 0;
      std::memcpy(&code, body.data(), sizeof code);
      return absl::Status(static_cast<absl::StatusCode>(code),
                          std::string(body.substr(sizeof(double))));
    }
    double done = 0;
    std::memcpy(&done, body.data(), sizeof done);
    const auto rows = record::DecodeBatch(body.substr(sizeof done));
    if (!rows.ok()) return rows.status();
    if (absl::Status stored = commit(*rows); !stored.ok()) return stored;
    if (progress) progress(done);
    const bool stop = interrupted.load(std::memory_order_relaxed);
    if (!channel.Send(stop ? kStop : kStored).ok()) return {};
  }
}

}  // namespace

absl::Status RunLaunch(const LaunchOrder& order, const CommitRows& commit,
                       const ShowProgress& progress,
                       const std::atomic<bool>& interrupted) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::InternalError(
        absl::StrCat("cannot make a socket: ", std::strerror(errno)));
  }
  std::optional<absl::Status> ended;
  const auto child = StartChild("launch", ends[1]);
  close(ends[1]);
  {
    Channel channel(ends[0]);
    if (!child.ok()) return child.status();
    if (channel.Send(Encode(order)).ok())
      ended = TakeRows(channel, commit, progress, interrupted);
  }
  // The closed channel ends a child that has more to send; one that is stuck
  // is not asked.
  if (ended && absl::IsDeadlineExceeded(*ended)) kill(*child, SIGKILL);
  const std::string how = AwaitChild(*child);
  if (ended) return *ended;
  return absl::InternalError(
      absl::StrCat("the process that measured it ", how));
}

absl::Status ServeLaunch(int socket, const Measure& measure) {
  Channel channel(socket);
  const auto message = channel.Receive();
  if (!message.ok()) return message.status();
  const auto order = DecodeOrder(*message);
  if (!order.ok()) return order.status();
  double done = 0;
  const auto commit = [&](const record::Batch& rows) {
    std::string sent(1, kRows);
    sent.append(reinterpret_cast<const char*>(&done), sizeof done);
    sent += record::EncodeBatch(rows);
    if (absl::Status status = channel.Send(sent); !status.ok()) return status;
    const auto answer = channel.Receive();
    if (answer.ok() && *answer == kStop)
      return absl::CancelledError("interrupted");
    return answer.status();
  };
  const absl::Status ended =
      measure(*order, commit, [&](double share) { done = share; });
  std::string sent(1, kEnd);
  sent.resize(1 + sizeof(double));
  const int code = static_cast<int>(ended.code());
  std::memcpy(&sent[1], &code, sizeof code);
  sent += std::string(ended.message());
  // A parent that is gone needs no answer.
  static_cast<void>(channel.Send(sent));
  return absl::OkStatus();
}

}  // namespace knotestat::collector
