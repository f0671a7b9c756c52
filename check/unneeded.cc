// SPDX-License-Identifier: BSD-2-Clause
#include "check/unneeded.h"

namespace knotestat::check {
namespace {

using enum MutationKind;

// A fault that breaks nothing which the programs can see. `function` is part
// of the name of the function that the site is in.
struct Unneeded {
  MutationKind kind;
  std::string_view file;
  std::string_view function;
  std::string_view why;
};

constexpr Unneeded kUnneeded[] = {
    {kDropRelease, "knote/detach.h", "knote_detach",
     "the filter's reference count is read by nobody: no program unregisters a "
     "filter"},
    {kDropAcquire, "knote/dispatch.h", "CallEvent",
     "stubs are constants, and a thread that may use a new knote got it "
     "through "
     "fd_lock or the object lock"},
    {kDropAcquire, "knote/filedesc.h", "Slot",
     "descriptor tables grow in set-up only"},
    {kDropAcquire, "knote/filedesc.h", "fd_getfile",
     "files are opened in set-up only; which of the two on ff_refcnt comes "
     "first needs atomicity alone, and kq_lock orders the rest"},
    {kDropRelease, "knote/filedesc.h", "fd_getfile",
     "which of the two on ff_refcnt comes first needs atomicity alone"},
    {kDropSeqCst, "knote/filedesc.h", "fd_getfile",
     "which of the two on ff_refcnt comes first needs atomicity alone"},
    {kDropSeqCst, "knote/filedesc.h", "fd_close_begin",
     "which of the two on ff_refcnt comes first needs atomicity alone"},
    {kDropAcquire, "knote/filedesc.h", "fd_close_begin",
     "which of the two on ff_refcnt comes first needs atomicity alone"},
    {kDropRelease, "knote/filedesc.h", "fd_close_begin",
     "which of the two on ff_refcnt comes first needs atomicity alone"},
    {kDropRelease, "knote/filedesc.h", "fd_putfile",
     "the kqueue's kq_lock orders the same accesses a second time"},
    {kDropAcquire, "knote/filedesc.h", "fd_close_end",
     "the kqueue's kq_lock orders the same accesses a second time"},
    {kDropRelease, "knote/filedesc.h", "fd_close_end",
     "no program reuses a descriptor's slot"},
    {kDropAcquire, "knote/filedesc.h", "closef",
     "no program closes two descriptors of one file at once"},
    {kDropRelease, "knote/filedesc.h", "closef",
     "no program closes two descriptors of one file at once"},
    {kIgnoreLoad, "locks/kcondvar.h", "cv_wait",
     "a wrong count only makes the wait return at once, as it may"},
    {kSplitUpdate, "locks/kcondvar.h", "",
     "the counts change under the mutex only"},
    {kIgnoreLoad, "locks/kmutex.h", "EnterSlow",
     "a hint: the compare-exchange decides"},
    {kIgnoreLoad, "locks/krwlock.h", "EnterSlow",
     "a hint: the compare-exchange decides, and tells what is there"},
    {kSplitUpdate, "strategies/reader_departure.h", "Wake",
     "while it is odd nobody but its reader changes it; needed where many "
     "readers share one, as in knote_lock.h"},
    {kSplitUpdate, "strategies/knote_lock.h", "Invalidate",
     "a hold is taken under the object lock, which unlinking, and so Retire(), "
     "needs first (K1)"},
    {kIgnoreLoad, "bravo/bravo.h", "Section",
     "a reader that finds no bias takes the lock, which is always right"},
    {kIgnoreLoad, "bravo/bravo.h", "EnterSlow",
     "a bias set once more, or too early, costs the next writer time only"},
    {kIgnoreLoad, "localcount/localcount.h", "Enter",
     "a reader that misses the mark is counted and finds the stubs: it costs "
     "the writer time"},
    {kIgnoreLoad, "strategies/percpu_count.h", "SleepUntilEmpty",
     "who takes what he saw for 0 looks again at once in place of sleeping: it "
     "costs time"},
    {kDropAcquire, "strategies/percpu_count.h", "EnteredOnAll",
     "of the two sums, `left` carries the order (N1); `entered` has to be "
     "coherent only"},
    {kIgnoreLoad, "strategies/noted_epoch.h", "Current",
     "who notes an older epoch than he saw costs the writer time"},
    {kIgnoreLoad, "strategies/noted_epoch.h", "IsWorthATry",
     "an attempt too many costs the writer time"},
    {kIgnoreLoad, "strategies/noted_epoch.h", "AllNote",
     "a look too many costs the writer time"},
    {kIgnoreLoad, "epoch/epoch.h", "Noted",
     "who is taken for one that notes nothing costs the writer time"},
    {kIgnoreLoad, "strategies/reference_slots.h", "Noted",
     "who is taken for one that notes nothing costs the writer time"},
    {kIgnoreLoad, "pserialize_refcount/pserialize_refcount.h", "Section",
     "what is not known is looked up under the mutex, again"},
    {kIgnoreLoad, "qsbr/qsbr.h", "Quiescent",
     "a thread that does not know what it has announced announces it again"},
    {kDropRelease, "qsbr/qsbr.h", "Online",
     "the fence of the announcement before orders the same, unless another "
     "thread goes on with the record, which no program does"},
    {kIgnoreLoad, "rms/rms.h", "LeaveWriter",
     "a writer that is not handed the lock passes the fence and the sums "
     "again"},
    {kIgnoreLoad, "strategies/scoped.h", "Of",
     "what is not known is looked up under the mutex, again"},
};

}  // namespace

std::string_view WhyUnneeded(MutationKind kind, const Site& site) {
  const std::string_view file = site.file, function = site.function;
  for (const Unneeded& each : kUnneeded) {
    if (each.kind == kind && file.ends_with(each.file) &&
        function.find(each.function) != function.npos)
      return each.why;
  }
  return "";
}

}  // namespace knotestat::check
