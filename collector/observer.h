// The probes around a group of cells, and what they saw as rows of the record.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_OBSERVER_H_
#define KNOTESTAT_COLLECTOR_OBSERVER_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "collector/symbolizer.h"
#include "probes/probe_set.h"
#include "record/run.h"

namespace knotestat::collector {

// Without eBPF an observer does nothing and says why. Not thread-safe.
class Observer {
 public:
  // Loads all probes for threads `thread_ids` of this process, the writer's
  // last, whose stacks are sampled at most `sample_hz` times per second of
  // their time. With `wanted` false none is loaded. A failure to load is kept,
  // not returned.
  Observer(bool wanted, const std::vector<pid_t>& thread_ids,
           Symbolizer& symbolizer, int sample_hz = probes::Target().sample_hz);

  bool active() const { return status_.ok(); }
  // Why it is not active.
  const absl::Status& status() const { return status_; }

  // All probes, or the one of probe_names() alone. Outside of blocks only: 10
  // ms and 100 ms. Detach() before anything else is attached.
  absl::Status Attach();
  absl::Status AttachOnly(std::string_view probe);
  void Detach();
  bool attached() const { return attached_; }
  std::vector<std::string> probe_names() const { return probes_.names(); }

  // What happens from now on belongs to `slot`; nullopt: to nobody.
  void SetSlot(std::optional<int> slot);

  // Appends what was seen for `slot` since the last call as rows of `cell`;
  // `part` is record::Stack::part.
  absl::Status Collect(int slot, int cell, int part, record::Batch& batch);

 private:
  record::Stack RowOf(const probes::RawStack& stack, int cell, int part);

  absl::Status status_;
  Symbolizer& symbolizer_;
  std::unordered_map<pid_t, std::string> thread_names_;
  probes::ProbeSet probes_;
  bool attached_ = false;
};

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_OBSERVER_H_
