// Keeps a CPU's store buffer busy, so that controls with a missing fence show
// it: stores to lines that other threads write as well take about 100 ns each,
// stores behind them wait for their turn, and loads do not.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_SLOW_STORES_H_
#define KNOTESTAT_KNOTE_STRATEGIES_SLOW_STORES_H_

#include <cstdint>

namespace knote {

template <class Env>
class SlowStores {
 public:
  // Whatever the caller stores next becomes visible later than what it then
  // loads was read.
  [[gnu::always_inline]] void Issue() {
    for (Line& line : lines_) line.word.store(1, std::memory_order_relaxed);
  }

 private:
  struct alignas(128) Line {
    typename Env::template Atomic<uint64_t> word{0};
  };
  Line lines_[Env::Capacity(16)];
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_SLOW_STORES_H_
