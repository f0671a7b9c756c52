// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/testimony.h"

namespace knote::truth {
namespace {

std::string Calls(uint64_t count) {
  return std::to_string(count) + (count == 1 ? " call" : " calls");
}

}  // namespace

std::string Failure(const TruthWorkload& workload, const StrategyInfo& info,
                    const Testimony& seen) {
  switch (seen.ending) {
    case Ending::kDeadlock:
      return "deadlock";
    case Ending::kStuck:
      return "stuck";
    case Ending::kCrashed:
      return "crashed: " + seen.crash;
    case Ending::kFinished:
      break;
  }
  if (seen.after_fini != 0)
    return Calls(seen.after_fini) + " after klist_fini()";
  if (!seen.wrongs.empty()) return seen.wrongs.front();
  if (workload.promise != nullptr && !(info.*workload.promise) && seen.sighted)
    return "did what it forbids";
  return "";
}

Verdict Judge(const TruthWorkload& workload, const StrategyInfo& info,
              const Testimony& seen) {
  const bool failed = !Failure(workload, info, seen).empty();
  if (workload.control) return failed ? Verdict::kCaught : Verdict::kMissed;
  if (Promised(workload, info))
    return failed ? Verdict::kBroken : Verdict::kKept;
  return failed ? Verdict::kAsDeclared : Verdict::kUnpromised;
}

std::string_view VerdictText(Verdict verdict) {
  switch (verdict) {
    case Verdict::kKept:
      return "kept";
    case Verdict::kBroken:
      return "BROKEN";
    case Verdict::kAsDeclared:
      return "as declared";
    case Verdict::kUnpromised:
      return "unpromised";
    case Verdict::kCaught:
      return "caught";
    case Verdict::kMissed:
      return "MISSED";
  }
  return "";
}

bool IsDifference(Verdict verdict) {
  return verdict == Verdict::kBroken || verdict == Verdict::kMissed;
}

}  // namespace knote::truth
