// Several probes handled as one: what the collector attaches around its blocks.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_PROBE_SET_H_
#define KNOTESTAT_PROBES_PROBE_SET_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "probes/probe.h"
#include "probes/probe_check.h"  // IWYU pragma: export

namespace knotestat::probes {

// SetSlot() with this makes the probes count nothing.
inline constexpr int kNoSlot = -1;

// Not thread-safe. The destructor detaches and unloads everything; so does the
// kernel, should the process be killed.
class ProbeSet {
 public:
  // Loads the probes called `names` (empty: all registered ones) for `target`,
  // with no slot set. All or none: after an error the set is empty.
  // kUnimplemented if built without eBPF or the kernel lacks a feature,
  // kPermissionDenied without the privileges, kNotFound for an unknown name;
  // the message says what is missing and what to do.
  absl::Status Load(std::span<const std::string> names, const Target& target);

  // Attaches all or none. About 10 ms: never inside a block.
  absl::Status AttachAll();
  // Attaches one of names(). kNotFound for any other.
  absl::Status Attach(std::string_view name);
  // Up to 100 ms, in which the kernel waits for its readers.
  void DetachAll();

  // Events from now on belong to `slot` (0 .. kMaxSlots - 1), or to none with
  // kNoSlot. A plain store per probe. A sleep belongs to a slot if it begins
  // and ends there.
  void SetSlot(int slot);

  // Takes what all probes saw for `slot` since the last call. Set another slot
  // or detach before: stacks that arrive during the call may be missed.
  absl::StatusOr<Observations> Collect(int slot);

  bool empty() const { return probes_.empty(); }
  std::vector<std::string> names() const;

 private:
  std::vector<std::unique_ptr<Probe>> probes_;
};

}  // namespace knotestat::probes

#endif  // KNOTESTAT_PROBES_PROBE_SET_H_
