// Follows what klist_fini() waited for from thread to thread: the writer sleeps
// until a reader leaves, the reader slept on a lock, the holder of the lock
// slept as well.
//
// Each thread's last sleeps are kept in its task storage, each with the chain
// behind it: when a thread wakes another one, the wakee's sleep gets the stack
// of the waker and a copy of the chain of the waker's own sleep, that of its
// last ones which overlaps the wakee's most, cut to the time in which the wakee
// slept. So a chain is whole at the moment when its first thread wakes up, and
// no events have to be put together afterwards. knotestat:klist__fini fires on
// the writer's thread afterwards, says how long ago the wait began and ended,
// and counts the chain of the longest sleep between.
//
// Stacks are walked when a thread goes to sleep and when it wakes another one,
// and replaced by numbers, so that a chain is small.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/wait_chain/wait_chain.h"

#include "probes/kns_vmlinux.h"
// After the kernel's types, which these use:
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>

#include "probes/kns_sleep.bpf.h"
#include "probes/kns_stack.bpf.h"
#include "probes/kns_stack_number.bpf.h"
#include "probes/kns_target.bpf.h"
#include "probes/kns_waking.bpf.h"

volatile __u32 slot;
volatile __u32 attachment;  // grows with each attach: older sleeps are stale
struct kns_wait_totals seen[KNS_MAX_SLOTS];

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, KNS_MAX_CHAINS);
  __type(key, struct kns_chain);
  __type(value, struct kns_chain_times);
} chains SEC(".maps");

// One sleep of a thread, or of one that it waited for.
struct sleep {
  __u64 begin_ns;
  __u64 end_ns;  // 0: it lasts
  struct kns_link link;
};

// A sleep, and behind it those that it waited for.
struct sleep_chain {
  __u64 links;
  struct sleep sleep[KNS_LINKS];
};

struct sleeper {
  __u32 attachment;
  __u32 last;  // sleeps so far; the last one stands at last % KNS_SLEEPS
  struct sleep_chain chain[KNS_SLEEPS];
};

struct {
  __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, struct sleeper);
} sleepers SEC(".maps");

// The last of a thread's sleeps.
static __always_inline struct sleep_chain* last_of(struct sleeper* sleeper) {
  return &sleeper->chain[sleeper->last & (KNS_SLEEPS - 1)];
}

// How much of [begin, end) the thread slept in that sleep.
static __always_inline __u64 overlap(const struct sleep* sleep, __u64 begin,
                                     __u64 end) {
  __u64 from = sleep->begin_ns > begin ? sleep->begin_ns : begin;
  __u64 to = sleep->end_ns < end ? sleep->end_ns : end;
  return to > from ? to - from : 0;
}

// That of its last sleeps which takes most of [begin, end); null: none does.
static __always_inline struct sleep_chain* longest_within(
    struct sleeper* sleeper, __u64 begin, __u64 end) {
  struct sleep_chain* longest = 0;
  __u64 most = 0;
  if (sleeper->attachment != attachment) return 0;
  for (int i = 0; i < KNS_SLEEPS; i++) {
    struct sleep_chain* chain = &sleeper->chain[i];
    if (!chain->links) continue;
    __u64 ns = overlap(&chain->sleep[0], begin, end);
    if (ns > most) {
      most = ns;
      longest = chain;
    }
  }
  return longest;
}

static __always_inline void fall_asleep(void* context,
                                        struct task_struct* task) {
  __u32 index = slot;
  if (index >= KNS_MAX_SLOTS || !kns_is_target()) return;
  struct kns_stack_totals* totals = &seen[index].totals;
  struct sleeper* sleeper =
      bpf_task_storage_get(&sleepers, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
  if (!sleeper) {
    kns_add(&totals->lost, 1);
    return;
  }
  if (sleeper->attachment != attachment) {
    __builtin_memset(sleeper, 0, sizeof(*sleeper));
    sleeper->attachment = attachment;
  }
  sleeper->last++;
  struct sleep_chain* chain = last_of(sleeper);
  chain->links = 0;
  struct sleep* sleep = &chain->sleep[0];
  sleep->link.stack = kns_number_of_current_stack(context, totals);
  sleep->link.waker = KNS_NOBODY;
  sleep->link.lock = kns_futex_word(task);
  sleep->end_ns = 0;
  sleep->begin_ns = bpf_ktime_get_ns();
  chain->links = 1;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(kns_falls_asleep, bool preempt, struct task_struct* previous) {
  if (kns_goes_to_sleep(ctx, preempt, previous)) fall_asleep(ctx, previous);
  return 0;
}

// Puts what the waker itself waited for during `into`'s sleep behind that.
static __always_inline void add_links_of(struct sleeper* waker,
                                         struct sleep_chain* into) {
  __u64 begin = into->sleep[0].begin_ns;
  struct sleep_chain* from =
      longest_within(waker, begin, into->sleep[0].end_ns);
  if (!from) return;
  __u64 links = 1;
  for (__u32 i = 0; i + 1 < KNS_LINKS; i++) {
    if (i >= from->links) break;
    const struct sleep* source = &from->sleep[i];
    struct sleep* sleep = &into->sleep[i + 1];
    if (source->begin_ns > begin) begin = source->begin_ns;
    if (source->end_ns <= begin) break;
    sleep->begin_ns = begin;
    sleep->end_ns = source->end_ns;
    sleep->link = source->link;
    links++;
  }
  into->links = links;
}

SEC("tp_btf/sched_waking")
int BPF_PROG(kns_wakes, struct task_struct* wakee) {
  struct sleeper* sleeper = bpf_task_storage_get(&sleepers, wakee, 0, 0);
  if (!sleeper || sleeper->attachment != attachment) return 0;
  struct sleep_chain* chain = last_of(sleeper);
  // It may not have left its CPU yet; then it does not sleep.
  if (!chain->links || chain->sleep[0].end_ns) return 0;
  chain->sleep[0].end_ns = bpf_ktime_get_ns();
  __u32 index = slot;
  if (index >= KNS_MAX_SLOTS) return 0;
  kns_add(&seen[index].sleeps, 1);
  if (!kns_is_target()) return 0;
  if (!kns_wakes_by_itself(wakee)) return 0;
  chain->sleep[0].link.waker =
      kns_number_of_current_stack(ctx, &seen[index].totals);
  struct sleeper* waker =
      bpf_task_storage_get(&sleepers, bpf_get_current_task_btf(), 0, 0);
  if (waker && waker != sleeper) add_links_of(waker, chain);
  return 0;
}

// Adds the chain of a wait that took place in [begin, end).
static __always_inline int count_chain(const struct sleep_chain* chain,
                                       __u32 index, __u64 begin, __u64 end) {
  struct kns_chain key = {.slot = index};
  __u64 ns[KNS_LINKS] = {};
  for (__u32 i = 0; i < KNS_LINKS; i++) {
    if (i >= chain->links) break;
    __u64 part = overlap(&chain->sleep[i], begin, end);
    if (!part) break;
    key.link[i] = chain->sleep[i].link;
    ns[i] = part;
    key.links = i + 1;
  }
  struct kns_chain_times* times = bpf_map_lookup_elem(&chains, &key);
  if (!times) {
    struct kns_chain_times none = {};
    bpf_map_update_elem(&chains, &key, &none, BPF_NOEXIST);
    times = bpf_map_lookup_elem(&chains, &key);
  }
  if (!times) return -1;
  int failed = 0;
  kns_add(&times->count, 1);
  for (int i = 0; i < KNS_LINKS; i++) {
    if (!ns[i]) break;
    kns_add(&times->sum_ns[i], ns[i]);
    failed |= kns_raise(&times->max_ns[i], ns[i]);
  }
  return failed;
}

SEC("usdt")
int kns_wait_ends(struct pt_regs* ctx) {
  __u32 index = slot;
  if (index >= KNS_MAX_SLOTS) return 0;
  struct kns_wait_totals* into = &seen[index];
  long wait, since_wait_began, since_wait_ended;
  if (bpf_usdt_arg(ctx, 1, &wait) || bpf_usdt_arg(ctx, 5, &since_wait_began) ||
      bpf_usdt_arg(ctx, 6, &since_wait_ended)) {
    kns_add(&into->totals.lost, 1);
    return 0;
  }
  if (wait == 0) return 0;
  kns_add(&into->waits, 1);
  __u64 now = bpf_ktime_get_ns();
  __u64 begin = now - (__u64)since_wait_began;
  __u64 end = now - (__u64)since_wait_ended;
  struct sleeper* sleeper =
      bpf_task_storage_get(&sleepers, bpf_get_current_task_btf(), 0, 0);
  struct sleep_chain* chain = sleeper ? longest_within(sleeper, begin, end) : 0;
  if (!chain) {
    kns_add(&into->spun, 1);
    kns_add(&into->spun_ns, wait);
    return 0;
  }
  kns_add(&into->slept_ns, wait);
  if (count_chain(chain, index, begin, end)) kns_add(&into->totals.lost, 1);
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
