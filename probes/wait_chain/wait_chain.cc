// Loader of the wait_chain probe: what klist_fini() waited for, thread by
// thread.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/wait_chain/wait_chain.h"

#include "probes/exercise.h"
#include "probes/histogram.h"
#include "probes/loading/numbered_stacks.h"
#include "probes/loading/skeleton_probe.h"
#include "probes/loading/stacks.h"
#include "probes/loading/system_calls.h"
#include "probes/loading/target.h"
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
    absl::Status named = NameTarget(name(), target(), *skeleton.rodata);
    if (!named.ok()) return named;
    NameSystemCalls(*skeleton.rodata);
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
    stacks_.Read(skeleton.maps.stacks, skeleton.bss->last_number);
    return TakeStacks<kns_chain, kns_chain_times>(
        skeleton.maps.chains, slot,
        [&](const kns_chain& chain, const kns_chain_times& times) {
          into.chains.push_back(ChainOf(chain, times));
        });
  }

  RawChain ChainOf(const kns_chain& chain, const kns_chain_times& times) const {
    RawChain raw;
    raw.count = times.count;
    for (uint32_t i = 0; i < std::min<uint32_t>(chain.links, KNS_LINKS); i++) {
      const kns_link& link = chain.link[i];
      RawLink& added = raw.links.emplace_back();
      added.waits = stacks_.Of(link.stack);
      added.lock = link.lock;
      added.ended_by_thread = link.waker != KNS_NOBODY;
      added.wakes = stacks_.Of(link.waker);
      added.sum_ns = times.sum_ns[i];
      added.max_ns = times.max_ns[i];
    }
    return raw;
  }

  const uint32_t max_stacks_;
  const uint32_t max_chains_;
  NumberedStacks stacks_;
};

const Registration kRegistration(
    {.name = "wait_chain",
     .summary = "what klist_fini() waited for, from thread to thread",
     .cost = "3.8 us per sleep, who ends it included",
     .make = [] {
       return MakeWaitChain(KNS_MAX_NUMBERED_STACKS, KNS_MAX_CHAINS);
     }});
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
