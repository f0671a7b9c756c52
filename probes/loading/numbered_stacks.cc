// SPDX-License-Identifier: BSD-2-Clause
#include "probes/loading/numbered_stacks.h"

#include "probes/loading/stacks.h"

namespace knotestat::probes {

void NumberedStacks::Read(const bpf_map* stacks,
                          const volatile uint32_t& last_number) {
  const uint32_t last = last_number;
  if (last == last_read_) return;
  last_read_ = last;
  kns_stack next, current;
  const kns_stack* previous = nullptr;
  while (bpf_map__get_next_key(stacks, previous, &next, sizeof(next)) == 0) {
    uint32_t number = 0;
    if (bpf_map__lookup_elem(stacks, &next, sizeof(next), &number,
                             sizeof(number), /*flags=*/0) == 0) {
      frames_[number] = Frames(next.user, next.depth);
    }
    current = next;
    previous = &current;
  }
}

const std::vector<uint64_t>& NumberedStacks::Of(uint32_t number) const {
  static const std::vector<uint64_t> none;
  const auto found = frames_.find(number);
  return found == frames_.end() ? none : found->second;
}

}  // namespace knotestat::probes
