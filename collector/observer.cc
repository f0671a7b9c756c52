// SPDX-License-Identifier: BSD-2-Clause
#include "collector/observer.h"

#include <unistd.h>

#include "knote/drivers/driver.h"

namespace knotestat::collector {

Observer::Observer(bool wanted, const std::vector<pid_t>& thread_ids,
                   Symbolizer& symbolizer)
    : symbolizer_(symbolizer) {
  if (!wanted) {
    status_ = absl::FailedPreconditionError("switched off by --no-bpf");
    return;
  }
  const knote::DriverText driver = knote::BuiltInDriverText();
  probes::Target target;
  target.pid = getpid();
  target.binary = "/proc/self/exe";
  target.threads = thread_ids;
  target.driver_text_begin = driver.begin;
  target.driver_text_end = driver.end;
  status_ = probes_.Load({}, target);
}

absl::Status Observer::Attach() {
  if (!active() || attached_) return absl::OkStatus();
  absl::Status status = probes_.AttachAll();
  attached_ = status.ok();
  return status;
}

absl::Status Observer::AttachOnly(std::string_view probe) {
  if (!active() || attached_) return absl::OkStatus();
  absl::Status status = probes_.Attach(probe);
  attached_ = status.ok();
  return status;
}

void Observer::Detach() {
  if (!attached_) return;
  probes_.DetachAll();
  attached_ = false;
}

void Observer::SetSlot(std::optional<int> slot) {
  if (active()) probes_.SetSlot(slot.value_or(probes::kNoSlot));
}

absl::Status Observer::Collect(int slot, int cell, record::Batch& batch) {
  if (!active()) return absl::OkStatus();
  auto seen = probes_.Collect(slot);
  if (!seen.ok()) return seen.status();
  for (const auto& [name, buckets] : seen->histograms) {
    for (const probes::Bucket& bucket : buckets)
      batch.buckets.push_back(
          {cell, name, bucket.lower_ns, bucket.upper_ns, bucket.count});
  }
  for (const auto& [name, value] : seen->counters)
    batch.counters.push_back({cell, name, value});
  for (const probes::RawStack& stack : seen->stacks)
    batch.stacks.push_back(
        {cell, stack.kind, symbolizer_.Fold(stack), stack.value});
  for (const probes::RawChain& chain : seen->chains) {
    const std::string folded = symbolizer_.FoldChain(chain);
    for (size_t i = 0; i < chain.links.size(); ++i)
      batch.wait_links.push_back({cell, folded, static_cast<int>(i),
                                  chain.count, chain.links[i].sum_ns,
                                  chain.links[i].max_ns});
  }
  batch.counters.push_back(
      {cell, "events_lost", static_cast<double>(seen->lost)});
  return absl::OkStatus();
}

}  // namespace knotestat::collector
