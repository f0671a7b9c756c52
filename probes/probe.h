// What the collector knows of a probe: load once, attach and detach around
// groups of blocks, say which cell runs, read the aggregates out.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_PROBE_H_
#define KNOTESTAT_PROBES_PROBE_H_

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace knotestat::probes {

// Cells that one loaded probe can tell apart.
inline constexpr int kMaxSlots = 64;

// The process to watch: always our own.
struct Target {
  pid_t pid = 0;
  std::string binary;               // "/proc/self/exe"
  std::vector<pid_t> threads;       // to sample on CPU
  uintptr_t driver_text_begin = 0;  // code that runs only inside sections
  uintptr_t driver_text_end = 0;
  int sample_hz = 99;  // at most: less often if samples took 1 % of the time
  bool sample_hz_is_fixed = false;  // and never less
};

// `count` values v with lower_ns <= v < upper_ns.
struct Bucket {
  uint64_t lower_ns = 0;
  uint64_t upper_ns = 0;
  uint64_t count = 0;
};

// Addresses of one stack, innermost first, as the kernel recorded them.
struct RawStack {
  std::string kind;  // "on_cpu" (value in samples), "off_cpu", "blame" (in ns)
  std::vector<uint64_t> user;
  std::vector<uint64_t> kernel;
  uint64_t value = 0;
  uint64_t events = 0;  // sleeps, waits or samples that `value` is the sum of
  // Whose stack it is; 0: of none of the process's threads.
  pid_t thread = 0;  // its id in the process's own pid namespace
  int cpu = -1;      // where it ran, or went to sleep; -1: nobody's
  // "off_cpu": where the thread that ended the sleep did that.
  bool ended_by_thread = false;  // false: a timer, a device, another process
  std::vector<uint64_t> waker = {};  // empty although a thread did: lost
  // "blame": the function of a filter that the thread had called last; 0: none.
  uint64_t function = 0;
};

// One wait of a chain of waits. Stacks are innermost first.
struct RawLink {
  std::vector<uint64_t> waits;   // where the thread waited; empty: lost
  uint64_t lock = 0;             // the futex word; 0: no futex
  bool ended_by_thread = false;  // false: by a timer, a device, another process
  std::vector<uint64_t> wakes;   // where that thread ended it; empty: lost
  uint64_t sum_ns = 0;           // over all times that the chain was seen
  uint64_t max_ns = 0;
};

// A thread waited for one that itself waited, and so on; the first is the
// caller of klist_fini().
struct RawChain {
  std::vector<RawLink> links;
  uint64_t count = 0;
};

// What a probe saw for one slot since the last Collect().
struct Observations {
  std::map<std::string, std::vector<Bucket>>
      histograms;                          // "bpf.klist_fini.wait"
  std::map<std::string, double> counters;  // "bpf.klist_fini.count"
  std::vector<RawStack> stacks;
  std::vector<RawChain> chains;
  uint64_t lost = 0;  // events that a full map or a failed helper dropped
};

// One probe. Not thread-safe. The destructor detaches and unloads.
class Probe {
 public:
  virtual ~Probe() = default;

  // Folder name, e.g. "klist_fini".
  virtual std::string_view name() const = 0;

  // Opens and loads the BPF object. kPermissionDenied without the privileges,
  // kUnimplemented where the kernel lacks the feature; the message says which
  // and what to do.
  virtual absl::Status Load(const Target& target) = 0;

  // Attach takes about 10 ms, Detach about 100 ms: never inside a block.
  virtual absl::Status Attach() = 0;
  virtual void Detach() = 0;

  // Events from now on belong to `slot` (0 .. kMaxSlots - 1). A plain store.
  virtual void SetSlot(int slot) = 0;

  // Takes what was seen for `slot` since the last call, resetting it.
  virtual absl::Status Collect(int slot, Observations& into) = 0;
};

// Probes register themselves: `static const Registration r("x", MakeX);`
using ProbeFactory = std::unique_ptr<Probe> (*)();
struct ProbeEntry {
  std::string_view name;
  std::string_view summary;  // one line for `knotestat list probes`
  std::string_view cost;     // what one event costs, from measurement
  ProbeFactory make;
};
class Registration {
 public:
  explicit Registration(const ProbeEntry& entry);
};
// All registered probes, by name.
std::vector<ProbeEntry> RegisteredProbes();

}  // namespace knotestat::probes

#endif  // KNOTESTAT_PROBES_PROBE_H_
