// What became of one strategy's promise in one play: a truth workload, which
// answers yes or no where a measured workload answers with a figure.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_TRUTH_H_
#define KNOTESTAT_RECORD_TRUTH_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace knotestat::record {

// Verdicts of a play: promised, and held or failed; not promised, and failed or
// went well; of a control, which must fail: it did, or did not.
inline constexpr std::string_view kKept = "kept", kBroken = "BROKEN",
                                  kAsDeclared = "as declared",
                                  kUnpromised = "unpromised",
                                  kCaught = "caught", kMissed = "MISSED";

// What a strategy promises; the hard requirements of `choose` filter on it.
struct Promises {
  bool reader_may_block = false;       // f_event may sleep in a section
  bool reader_may_recurse = false;     // while a writer waits
  bool reader_may_migrate = false;     // between CPUs in a section
  bool enter_under_spin_lock = false;  // also: under an object lock
  bool safe = false;                   // false for `none` and controls
  bool covers_submit = false;          // knote() runs inside a section
  std::string writer_waits_for;        // "all readers", "readers of the klist"
};

// How often the play saw something.
struct Sighting {
  std::string name;  // "slept_in_section"
  uint64_t count = 0;
};

// One measured figure of the play, in words that stand alone.
struct TruthFigure {
  std::string text;  // "klist_fini() behind a reader that slept for 20 ms"
  double value = 0;
  std::string unit;  // "ms"
};

// One link of the chain of who waits for whom, where the play did not end.
struct TruthWait {
  std::string actor;      // "writer"
  std::string holds;      // "a section of A"; empty: nothing
  std::string wants;      // "in klist_fini() of A"
  std::string waits_for;  // another actor, or itself; empty: nobody known
  std::string state;      // "asleep", "spinning"; empty: not known
};

struct Truth {
  int id = 0;            // unique within the run, from 1
  std::string strategy;  // "rwlock"
  std::string group;     // "own", "peer" or "control"
  std::string scope;     // "klist"
  std::string title;     // "rwlock:klist", or "rwlock" at its default scope
  Promises promises;     // of the strategy
  std::string workload;  // "recursion"
  std::string question;
  std::string expected;      // of which strategies, and why
  std::string promise;       // what is tested, in words
  std::string promise_name;  // as in Promises: "safe", ...; empty: a control
  bool promised = false;     // the strategy promises that it goes well
  std::string parameters;    // JSON object: name to value
  std::string verdict;       // kKept, ...
  bool difference = false;   // what a user has to know of
  std::string failure;       // what went wrong; empty: nothing
  std::string ending;        // "finished", "deadlock", "stuck", "crashed"
  std::string crash;         // how the process ended; empty: it did not crash
  bool against_the_promise = false;  // it did what the promise is about
  bool seen_by_ebpf = false;         // sleeps and migrations are eBPF's
  bool wait_cycle = false;           // the chain ends where it began
  std::vector<Sighting> sightings;
  std::vector<std::string> wrongs;
  std::vector<std::string> notes;
  std::vector<TruthFigure> figures;
  std::vector<TruthWait> waits;
};

// "writer in klist_fini() of A, asleep: waits for reader".
std::string ToText(const TruthWait& wait);

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_TRUTH_H_
