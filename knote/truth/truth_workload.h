// A truth workload: a play that puts a promise of a strategy to the test, or
// that repeats a failure which this code has had in a real kernel.
//
// Its question has an answer, yes or no, that does not depend on how fast the
// machine is. (A Workload is a load, whose answer is a figure.)
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_TRUTH_TRUTH_WORKLOAD_H_
#define KNOTESTAT_KNOTE_TRUTH_TRUTH_WORKLOAD_H_

#include <string_view>
#include <vector>

#include "knote/truth/stage.h"

namespace knote::truth {

struct TruthWorkload {
  std::string_view name;      // "recursion"
  std::string_view summary;   // one line
  std::string_view question;  // what the answer tells
  std::string_view expected;  // of which strategies, and why; sentences
  // What a strategy has to promise for this to go well, as its kInfo has it;
  // and in words. Without one, being safe is enough.
  bool StrategyInfo::*promise = nullptr;
  std::string_view promise_text = "no driver code runs after klist_fini()";
  // A sighting that is against the rules where the promise is not given.
  std::atomic<uint64_t> Sightings::*sighting = nullptr;
  // Breaks the driver's contract itself. It must fail, or checks are blind.
  bool control = false;
  std::vector<Parameter> parameters = {};
  void (*play)(Stage&) = nullptr;
};

// They register themselves, one file each in knote/workloads/.
class TruthWorkloadRegistration {
 public:
  explicit TruthWorkloadRegistration(const TruthWorkload& workload);
};

// All, by name.
const std::vector<TruthWorkload>& TruthWorkloads();

// Null if there is none of that name.
const TruthWorkload* FindTruthWorkload(std::string_view name);

// True if the strategy promises that this goes well.
bool Promised(const TruthWorkload& workload, const StrategyInfo& info);

// What is expected of a strategy: "kept" if it promises that this goes well,
// "caught" of a control, "may fail" of any other.
std::string_view ExpectedOf(const TruthWorkload& workload,
                            const StrategyInfo& info);

}  // namespace knote::truth

#endif  // KNOTESTAT_KNOTE_TRUTH_TRUTH_WORKLOAD_H_
