// How often to sample a thread, so that it loses less than 1 % of its time.
//
// What a sample takes depends on the machine (an interrupt of a virtual machine
// is dearer) and on how deep the stacks are. So it is measured, once as a
// whole, by what a thread loses to it; and ever after by what the BPF program
// says that it took, by which the whole is corrected.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_ON_CPU_SAMPLING_RATE_H_
#define KNOTESTAT_PROBES_ON_CPU_SAMPLING_RATE_H_

#include <cstdint>

namespace knotestat::probes {

// Not thread-safe.
class SamplingRate {
 public:
  // The part of a thread's time that samples may take: below 1 %, with room for
  // deeper stacks of the next moment and for what an interrupt leaves behind in
  // the caches.
  static constexpr double kMostShare = 0.006;

  // Samples at most `most_hz` times a second, which is above 0.
  explicit SamplingRate(int most_hz) : most_hz_(most_hz) {}

  // A sample took `cost_ns` of a thread's time, and the BPF program, which is
  // part of that, `handling_ns`. Until then a usual cost is assumed.
  void Calibrate(double cost_ns, double handling_ns);

  // The BPF program took `handling_ns` for these `samples`, which nobody has
  // told yet. Few samples are kept until there are enough.
  void Saw(uint64_t samples, uint64_t handling_ns);

  // What a sample takes, in ns.
  double cost_ns() const;

  // Samples per second of a thread's time; at least 1.
  int hz() const;

 private:
  int most_hz_;
  double outside_ns_ = 6'000;  // the interrupt and perf's own part
  double handling_ns_ = 7'000;
  uint64_t new_samples_ = 0;
  uint64_t new_handling_ns_ = 0;
};

}  // namespace knotestat::probes

#endif  // KNOTESTAT_PROBES_ON_CPU_SAMPLING_RATE_H_
