// The stacks that a BPF program of kns_stack_number.bpf.h has given numbers.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_LOADING_NUMBERED_STACKS_H_
#define KNOTESTAT_PROBES_LOADING_NUMBERED_STACKS_H_

#include <bpf/libbpf.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "probes/kns_shared.h"

namespace knotestat::probes {

// Stacks keep their numbers for as long as the program is loaded, because
// sleeps that have not ended refer to them; so they are read once. Not
// thread-safe.
class NumberedStacks {
 public:
  // Reads the program's map `stacks` if `last_number` says that there are new
  // ones.
  void Read(const bpf_map* stacks, const volatile uint32_t& last_number);

  // Innermost first; empty if there is none of that number.
  const std::vector<uint64_t>& Of(uint32_t number) const;

 private:
  uint32_t last_read_ = 0;
  std::unordered_map<uint32_t, std::vector<uint64_t>> frames_;
};

}  // namespace knotestat::probes

#endif  // KNOTESTAT_PROBES_LOADING_NUMBERED_STACKS_H_
