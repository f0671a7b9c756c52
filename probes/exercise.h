// How to provoke a probe's events, so that CheckProbes() can try each probe for
// real. A probe registers its exercise beside itself.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_EXERCISE_H_
#define KNOTESTAT_PROBES_EXERCISE_H_

#include <cstdint>
#include <string_view>

#include "probes/probe.h"

namespace knotestat::probes {

struct Exercise {
  std::string_view probe;
  // The counter of Observations that must show the events.
  std::string_view counter;
  // Whether it must show exactly as many as were provoked; a sampling probe
  // only has to show some.
  bool exact = true;
  // Provokes `events` events in this process, with nothing else in between.
  void (*provoke)(uint64_t events) = nullptr;
  // Makes about `events` events as fast as it can, to measure what one costs.
  void (*strain)(uint64_t events) = nullptr;
  uint64_t strain_events = 0;  // enough for a few ms
  // Adds to the target what the exercise needs, or nullptr.
  void (*prepare)(Target& target) = nullptr;
};

// `static const ExerciseRegistration e({.probe = "x", ...});`
class ExerciseRegistration {
 public:
  explicit ExerciseRegistration(const Exercise& exercise);
};
// nullptr if `probe` has none.
const Exercise* FindExercise(std::string_view probe);

}  // namespace knotestat::probes

#endif  // KNOTESTAT_PROBES_EXERCISE_H_
