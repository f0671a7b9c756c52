// Where a world's softcs come from and go to.
//
// In measured runs a freed softc is poisoned (kDetached) and reused only after
// kQuarantine others: a reader that strays into it is seen by the oracle and
// harms nothing, so that even `none` can be measured with detaches. With
// `really_free`, memory goes back to the allocator, for AddressSanitizer.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_DRIVERS_SOFTC_POOL_H_
#define KNOTESTAT_KNOTE_DRIVERS_SOFTC_POOL_H_

#include <deque>

#include "knote/drivers/pulse.h"

namespace knote {

// One thread at a time.
template <class Env>
class SoftcPool {
 public:
  SoftcPool(bool really_free, PulseHold hold, int64_t pulses, Oracle* oracle)
      : really_free_(really_free),
        hold_(hold),
        pulses_(pulses),
        oracle_(oracle) {}
  SoftcPool(const SoftcPool&) = delete;
  SoftcPool& operator=(const SoftcPool&) = delete;
  ~SoftcPool() {
    for (auto* sc : freed_) delete sc;
  }

  pulse_softc<Env>* Allocate() {
    if (freed_.size() > kQuarantine) {
      auto* sc = freed_.front();
      freed_.pop_front();
      return sc;
    }
    auto* sc = new pulse_softc<Env>;
    sc->sc_hold = hold_;
    sc->sc_pulses = pulses_;
    sc->sc_oracle = oracle_;
    return sc;
  }

  void Free(pulse_softc<Env>* sc) {
    if (really_free_) {
      delete sc;
    } else {
      freed_.push_back(sc);
    }
  }

 private:
  static constexpr size_t kQuarantine = 4096;

  const bool really_free_;
  const PulseHold hold_;
  const int64_t pulses_;
  Oracle* const oracle_;
  std::deque<pulse_softc<Env>*> freed_;
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_DRIVERS_SOFTC_POOL_H_
