// BPF side: recording values into the histograms of kns_shared.h.
//
// The histograms are shared by all CPUs and updated atomically. Per-CPU copies
// would not be exact either: programs on uprobes run with preemption enabled.
// The events are rare (slow paths), so the line transfer does not matter.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_KNS_RECORD_BPF_H_
#define KNOTESTAT_PROBES_KNS_RECORD_BPF_H_

#include <bpf/bpf_helpers.h>

#include "probes/kns_shared.h"

// Tries of the maximum's compare-and-swap before the event counts as lost;
// BPF wants a bound. Each failure means that another CPU raised the maximum.
#define KNS_MAX_TRIES 16

static __always_inline void kns_add(__u64* counter, __u64 value) {
  __sync_fetch_and_add(counter, value);
}

// Raises *max to `value`. 0, or -1 if others kept changing it.
static __always_inline int kns_raise(__u64* max, __u64 value) {
  __u64 seen = *(volatile __u64*)max;
  for (int i = 0; i < KNS_MAX_TRIES; i++) {
    if (seen >= value) return 0;
    __u64 was = __sync_val_compare_and_swap(max, seen, value);
    if (was == seen) return 0;
    seen = was;
  }
  return -1;
}

// Counts `value`. 0, or -1 if the maximum could not be updated.
static __always_inline int kns_record(struct kns_histogram* histogram,
                                      __u64 value) {
  __u32 bucket = kns_bucket_of(value);
  // The compiler knows the range and would drop the test the verifier needs.
  asm volatile("" : "+r"(bucket));
  if (bucket >= KNS_BUCKETS) bucket = KNS_BUCKETS - 1;
  kns_add(&histogram->buckets[bucket], 1);
  kns_add(&histogram->count, 1);
  kns_add(&histogram->sum, value);
  return kns_raise(&histogram->max, value);
}

// Adds one event of `value` to the entry of `key` in `map`, a hash to kns_sum.
// 0, or -1 if the map is full.
static __always_inline int kns_sum_up(void* map, const void* key, __u64 value) {
  struct kns_sum* sum = bpf_map_lookup_elem(map, key);
  if (!sum) {
    // Another CPU may insert it first: the lookup decides.
    struct kns_sum none = {};
    bpf_map_update_elem(map, key, &none, BPF_NOEXIST);
    sum = bpf_map_lookup_elem(map, key);
  }
  if (!sum) return -1;
  kns_add(&sum->value, value);
  kns_add(&sum->events, 1);
  return 0;
}

#endif  // KNOTESTAT_PROBES_KNS_RECORD_BPF_H_
