// SPDX-License-Identifier: BSD-2-Clause
#include "collector/observer.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "knote/drivers/driver.h"

namespace knotestat::collector {
namespace {

// As record::Stack::thread has them.
std::unordered_map<pid_t, std::string> NamesOf(
    const std::vector<pid_t>& thread_ids) {
  std::unordered_map<pid_t, std::string> names;
  for (size_t i = 0; i < thread_ids.size(); ++i) {
    names[thread_ids[i]] =
        i + 1 == thread_ids.size() ? "writer" : absl::StrCat("thread ", i);
  }
  return names;
}

}  // namespace

Observer::Observer(bool wanted, const std::vector<pid_t>& thread_ids,
                   Symbolizer& symbolizer, int sample_hz)
    : symbolizer_(symbolizer), thread_names_(NamesOf(thread_ids)) {
  if (!wanted) {
    status_ = absl::FailedPreconditionError("switched off by --no-bpf");
    return;
  }
  const knote::DriverText driver = knote::BuiltInDriverText();
  probes::Target target;
  target.pid = getpid();
  target.binary = "/proc/self/exe";
  target.threads = thread_ids;
  target.sample_hz = sample_hz;
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

record::Stack Observer::RowOf(const probes::RawStack& stack, int cell,
                              int part) {
  record::Stack row;
  row.cell = cell;
  row.kind = stack.kind;
  row.folded = symbolizer_.Fold(stack);
  row.value = stack.value;
  row.events = stack.events;
  row.waker = symbolizer_.FoldWaker(stack);
  if (stack.thread != 0) {
    const auto name = thread_names_.find(stack.thread);
    row.thread = name == thread_names_.end() ? "other" : name->second;
  }
  row.cpu = stack.cpu;
  // Samples are independent of each other; sleeps and waits are not.
  row.part = stack.kind == "on_cpu" ? 0 : part;
  return row;
}

absl::Status Observer::Collect(int slot, int cell, int part,
                               record::Batch& batch) {
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
    batch.stacks.push_back(RowOf(stack, cell, part));
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
