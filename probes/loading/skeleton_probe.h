// What all probes have in common around the skeleton that bpftool generates
// from X.bpf.c: open, configure, load, attach, the slot.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_LOADING_SKELETON_PROBE_H_
#define KNOTESTAT_PROBES_LOADING_SKELETON_PROBE_H_

#include <cerrno>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "probes/loading/libbpf_log.h"
#include "probes/loading/links.h"
#include "probes/probe.h"
#include "probes/refusal.h"

namespace knotestat::probes {

// `Skeleton` has a global `slot` in its .bss.
template <class Skeleton>
class SkeletonProbe : public Probe {
 public:
  absl::Status Load(const Target& target) final {
    target_ = target;
    LibbpfLog log;
    skeleton_.reset(Skeleton::open());
    if (skeleton_ == nullptr) {
      return Refusal(name(), "open", errno, log.text());
    }
    if (absl::Status status = Configure(*skeleton_); !status.ok()) {
      return status;
    }
    if (int error = Skeleton::load(skeleton_.get()); error != 0) {
      skeleton_.reset();
      return Refusal(name(), "load", -error, log.text());
    }
    return absl::OkStatus();
  }

  absl::Status Attach() final {
    if (skeleton_ == nullptr) return NotLoaded();
    if (!links_.empty()) return absl::OkStatus();
    absl::Status status = AttachTo(*skeleton_, links_);
    if (!status.ok()) links_.Clear();
    return status;
  }

  void Detach() final { links_.Clear(); }

  void SetSlot(int slot) final {
    // Through a volatile: BPF reads it at any moment.
    volatile auto& shared = skeleton_->bss->slot;
    shared = static_cast<uint32_t>(slot);
  }

  absl::Status Collect(int slot, Observations& into) final {
    if (skeleton_ == nullptr) return NotLoaded();
    if (slot < 0 || slot >= kMaxSlots) {
      return absl::InvalidArgumentError(
          absl::StrCat("slot ", slot, " is not in 0 .. ", kMaxSlots - 1));
    }
    return Take(*skeleton_, slot, into);
  }

 protected:
  const Target& target() const { return target_; }

 private:
  // Sets constants and map sizes between open and load.
  virtual absl::Status Configure(Skeleton&) { return absl::OkStatus(); }
  virtual absl::Status AttachTo(Skeleton& skeleton, Links& links) = 0;
  virtual absl::Status Take(Skeleton& skeleton, int slot,
                            Observations& into) = 0;

  absl::Status NotLoaded() const {
    return absl::FailedPreconditionError(
        absl::StrCat("probe ", std::string(name()), " is not loaded"));
  }

  struct Destroy {
    void operator()(Skeleton* skeleton) const { Skeleton::destroy(skeleton); }
  };
  Target target_;
  std::unique_ptr<Skeleton, Destroy> skeleton_;
  Links links_;  // after the skeleton: detached before it is unloaded
};

}  // namespace knotestat::probes

#endif  // KNOTESTAT_PROBES_LOADING_SKELETON_PROBE_H_
