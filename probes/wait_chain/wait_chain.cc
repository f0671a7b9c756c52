// Loader of the wait_chain probe: what klist_fini() waited for, thread by
// thread.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/wait_chain/wait_chain.h"

#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>
#include <unordered_map>

#include "probes/exercise.h"
#include "probes/histogram.h"
#include "probes/loading/skeleton_probe.h"
#include "probes/loading/stacks.h"
#include "probes/off_cpu/sleepers.h"
// Generated, and in need of the types above:
#include "wait_chain.skel.h"

namespace knotestat::probes {
namespace {

class WaitChain final : public SkeletonProbe<wait_chain_bpf> {
 public:
  WaitChain(uint32_t max_stacks, uint32_t max_chains)
      : max_stacks_(max_stacks), max_chains_(max_chains) {}
  std::string_view name() const override { return "wait_chain"; }

 private:
  absl::Status Configure(wait_chain_bpf& skeleton) override {
    struct stat pid_namespace {};
    if (stat("/proc/self/ns/pid", &pid_namespace) != 0) {
      return absl::ErrnoToStatus(
          errno,
          "probe wait_chain: cannot read /proc/self/ns/pid; mount /proc "
          "(mount -t proc proc /proc)");
    }
    skeleton.rodata->pid_namespace_device = pid_namespace.st_dev;
    skeleton.rodata->pid_namespace_inode = pid_namespace.st_ino;
    skeleton.rodata->target_process = static_cast<uint32_t>(target().pid);
    skeleton.rodata->futex_number = SYS_futex;
    skeleton.rodata->exit_number = SYS_exit;
    skeleton.rodata->nanosleep_number = SYS_nanosleep;
    skeleton.rodata->clock_nanosleep_number = SYS_clock_nanosleep;
    bpf_map__set_max_entries(skeleton.maps.stacks, max_stacks_);
    bpf_map__set_max_entries(skeleton.maps.chains, max_chains_);
    return absl::OkStatus();
  }

  absl::Status AttachTo(wait_chain_bpf& skeleton, Links& links) override {
    skeleton.bss->attachment++;  // nothing is attached that could read it
    absl::Status status = links.AddUsdt(name(), skeleton.progs.kns_wait_ends,
                                        target(), "klist__fini");
    if (status.ok()) {
      status = links.Add(name(), "attach to tp_btf/sched_waking", [&]() {
        return bpf_program__attach(skeleton.progs.kns_wakes);
      });
    }
    if (!status.ok()) return status;
    return links.Add(name(), "attach to tp_btf/sched_switch", [&]() {
      return bpf_program__attach(skeleton.progs.kns_falls_asleep);
    });
  }

  absl::Status Take(wait_chain_bpf& skeleton, int slot,
                    Observations& into) override {
    kns_wait_totals& seen = skeleton.bss->seen[slot];
    const auto take = [&](const char* counter, kns_u64& value) {
      into.counters[counter] = static_cast<double>(TakeCounter(value));
    };
    take("bpf.wait_chain.sleeps", seen.sleeps);
    take("bpf.wait_chain.count", seen.waits);
    take("bpf.wait_chain.spun.count", seen.spun);
    take("bpf.wait_chain.spun.sum_ns", seen.spun_ns);
    take("bpf.wait_chain.sum_ns", seen.slept_ns);
    TakeStackTotals(seen.totals, "bpf.wait_chain", into);
    ReadStacks(skeleton);
    return TakeStacks<kns_chain, kns_chain_times>(
        skeleton.maps.chains, slot,
        [&](const kns_chain& chain, const kns_chain_times& times) {
          into.chains.push_back(ChainOf(chain, times));
        });
  }

  // Stacks keep their numbers for as long as the probe is loaded, because
  // sleeps that have not ended refer to them.
  void ReadStacks(wait_chain_bpf& skeleton) {
    const uint32_t last =
        *const_cast<volatile uint32_t*>(&skeleton.bss->last_number);
    if (last == last_read_) return;
    last_read_ = last;
    kns_wait_stack next, current;
    const kns_wait_stack* previous = nullptr;
    const bpf_map* map = skeleton.maps.stacks;
    while (bpf_map__get_next_key(map, previous, &next, sizeof(next)) == 0) {
      uint32_t number = 0;
      if (bpf_map__lookup_elem(map, &next, sizeof(next), &number,
                               sizeof(number), /*flags=*/0) == 0) {
        stacks_[number] = Frames(next.user, next.depth);
      }
      current = next;
      previous = &current;
    }
  }

  RawChain ChainOf(const kns_chain& chain, const kns_chain_times& times) const {
    RawChain raw;
    raw.count = times.count;
    for (uint32_t i = 0; i < std::min<uint32_t>(chain.links, KNS_LINKS); i++) {
      const kns_link& link = chain.link[i];
      RawLink& added = raw.links.emplace_back();
      added.waits = StackOf(link.stack);
      added.lock = link.lock;
      added.ended_by_thread = link.waker != KNS_NOBODY;
      added.wakes = StackOf(link.waker);
      added.sum_ns = times.sum_ns[i];
      added.max_ns = times.max_ns[i];
    }
    return raw;
  }

  std::vector<uint64_t> StackOf(uint32_t number) const {
    const auto found = stacks_.find(number);
    return found == stacks_.end() ? std::vector<uint64_t>() : found->second;
  }

  const uint32_t max_stacks_;
  const uint32_t max_chains_;
  uint32_t last_read_ = 0;
  std::unordered_map<uint32_t, std::vector<uint64_t>> stacks_;
};

const Registration kRegistration(
    {.name = "wait_chain",
     .summary = "what klist_fini() waited for, from thread to thread",
     .cost = "3.8 us per sleep, who ends it included",
     .make = [] { return MakeWaitChain(KNS_MAX_STACKS, KNS_MAX_CHAINS); }});
const ExerciseRegistration kExercise({.probe = "wait_chain",
                                      .counter = "bpf.wait_chain.sleeps",
                                      .provoke = SleepInSection,
                                      .strain = HandOff,
                                      .strain_events = 1'000});

}  // namespace

std::unique_ptr<Probe> MakeWaitChain(uint32_t max_stacks, uint32_t max_chains) {
  return std::make_unique<WaitChain>(max_stacks, max_chains);
}

}  // namespace knotestat::probes
