// SPDX-License-Identifier: BSD-2-Clause
#include <map>

#include "probes/exercise.h"
#include "probes/probe.h"

namespace knotestat::probes {
namespace {

// Filled by static initializers, hence made on first use; read-only after.
std::map<std::string_view, ProbeEntry>& Entries() {
  static auto* entries = new std::map<std::string_view, ProbeEntry>;
  return *entries;
}

std::map<std::string_view, Exercise>& Exercises() {
  static auto* exercises = new std::map<std::string_view, Exercise>;
  return *exercises;
}

}  // namespace

Registration::Registration(const ProbeEntry& entry) {
  Entries().emplace(entry.name, entry);
}

std::vector<ProbeEntry> RegisteredProbes() {
  std::vector<ProbeEntry> entries;
  for (const auto& [name, entry] : Entries()) entries.push_back(entry);
  return entries;
}

ExerciseRegistration::ExerciseRegistration(const Exercise& exercise) {
  Exercises().emplace(exercise.probe, exercise);
}

const Exercise* FindExercise(std::string_view probe) {
  auto found = Exercises().find(probe);
  return found == Exercises().end() ? nullptr : &found->second;
}

}  // namespace knotestat::probes
