// Taking the stacks that BPF counted out of their map.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_LOADING_STACKS_H_
#define KNOTESTAT_PROBES_LOADING_STACKS_H_

#include <bpf/libbpf.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "probes/kns_shared.h"
#include "probes/probe.h"

namespace knotestat::probes {

// Removes the entries of `slot` from `map`, a hash from Key (which has a
// `slot`) to Value, and calls take(key, value) with each. Events of this slot
// that arrive during the call may be missed: set another slot, or detach,
// before.
template <class Key, class Value, class Take>
absl::Status TakeStacks(const bpf_map* map, int slot, Take take) {
  // All keys first: a deleted key would send the iteration back to the start.
  std::vector<Key> keys;
  Key next, current;
  const Key* previous = nullptr;
  while (bpf_map__get_next_key(map, previous, &next, sizeof(next)) == 0) {
    if (next.slot == static_cast<uint32_t>(slot)) keys.push_back(next);
    current = next;
    previous = &current;
  }
  for (const Key& key : keys) {
    Value value;
    const int error = bpf_map__lookup_and_delete_elem(
        map, &key, sizeof(key), &value, sizeof(value), /*flags=*/0);
    if (error != 0) {
      return absl::InternalError(absl::StrCat(
          "cannot read BPF map ", bpf_map__name(map), ": ", strerror(-error)));
    }
    take(key, value);
  }
  return absl::OkStatus();
}

// The first `depth` of `frames`, but not more than there are.
template <size_t kFrames>
std::vector<uint64_t> Frames(const kns_u64 (&frames)[kFrames], uint64_t depth) {
  return {frames, frames + std::min<uint64_t>(depth, kFrames)};
}

// Moves the losses to into.lost, and the stacks that were cut at the root to
// the counter `name`.truncated.
void TakeStackTotals(kns_stack_totals& totals, const std::string& name,
                     Observations& into);

// The stack probes with room for fewer stacks; what finds no room is lost.
// `planted_rounds` of delay make each sample dearer, some 20 ns each.
std::unique_ptr<Probe> MakeOnCpu(uint32_t max_stacks, uint32_t planted_rounds);
std::unique_ptr<Probe> MakeOffCpu(uint32_t max_stacks);
std::unique_ptr<Probe> MakeBlame(uint32_t max_stacks);
std::unique_ptr<Probe> MakeWaitChain(uint32_t max_stacks, uint32_t max_chains);

}  // namespace knotestat::probes

#endif  // KNOTESTAT_PROBES_LOADING_STACKS_H_
