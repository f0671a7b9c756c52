// SPDX-License-Identifier: BSD-2-Clause
#include "check/partial_order.h"

#include <algorithm>

namespace knotestat::check {

void PartialOrder::Begin() {
  procs_.clear();
  taken_.clear();
  for (Clock& clock : clocks_) clock = {};
  object_count_ = 0;
}

PartialOrder::Object& PartialOrder::At(int object) {
  const auto index = static_cast<size_t>(object);
  if (index >= objects_.size()) objects_.resize(index + 64);
  for (; object_count_ <= index; ++object_count_) {
    Object& fresh = objects_[object_count_];
    fresh.last_write = -1;
    std::fill(std::begin(fresh.last_reads), std::end(fresh.last_reads), -1);
    fresh.writes = {};
    fresh.reads = {};
  }
  return objects_[index];
}

// Steps that did not have to come before this one, but did.
void PartialOrder::FindRaces(Proc proc, const Operation& operation,
                             const Clock& clock) {
  races_.clear();
  const auto race = [&](int step) {
    if (step >= 0 && procs_[static_cast<size_t>(step)] != proc &&
        !Before(step, clock))
      races_.push_back(step);
  };
  for (int i = 0; i < operation.access_count; ++i) {
    const Access access = operation.accesses[i];
    const Object& object = At(access.object);
    race(object.last_write);
    if (!access.write) continue;
    for (const int read : object.last_reads) race(read);
  }
}

// Who can begin the rest of the schedule without `step` and what depends on
// it. `proc` is about to take the step that has `clock`.
ProcSet PartialOrder::Initials(int step, Proc proc, const Clock& clock) const {
  ProcSet initials = 0, seen = 0;
  std::vector<int> rest;
  const auto add = [&](Proc p, const Clock& its) {
    if (seen & Only(p)) return;
    seen |= Only(p);
    for (const int earlier : rest) {
      if (Before(earlier, its)) return;
    }
    initials |= Only(p);
  };
  for (auto j = static_cast<size_t>(step) + 1; j < procs_.size(); ++j) {
    if (Before(step, taken_[j])) continue;
    add(procs_[j], taken_[j]);
    rest.push_back(static_cast<int>(j));
  }
  add(proc, clock);
  return initials;
}

void PartialOrder::Take(Proc proc, const Operation& operation,
                        std::vector<Reversal>* reversals) {
  Clock& clock = clocks_[proc];
  // What had to happen before this step could be taken at all.
  if (IsBuffer(proc)) {
    clock.Join(taken_[static_cast<size_t>(operation.stored_at)]);
  } else if (operation.drains) {
    clock.Join(clocks_[BufferOf(proc)]);
  }
  if (reversals != nullptr) FindRaces(proc, operation, clock);
  // A heavy fence waited for stores of others, but only because they came
  // first: that is no reason for them to.
  if (IsHeavyFence(operation.kind)) {
    for (int t = 0; t < kMaxThreads; ++t) clock.Join(clocks_[BufferOf(t)]);
  }
  const int step = static_cast<int>(procs_.size());
  for (int i = 0; i < operation.access_count; ++i) {
    const Access access = operation.accesses[i];
    Object& object = At(access.object);
    clock.Join(object.writes);
    if (access.write) clock.Join(object.reads);
  }
  if (reversals != nullptr) {
    for (const int race : races_)
      reversals->push_back({race, Initials(race, proc, clock)});
  }
  clock.at[proc] = static_cast<uint16_t>(step + 1);
  for (int i = 0; i < operation.access_count; ++i) {
    const Access access = operation.accesses[i];
    Object& object = At(access.object);
    if (access.write) {
      object.last_write = step;
      object.writes = clock;
    } else {
      object.last_reads[proc] = step;
      object.reads.Join(clock);
    }
  }
  procs_.push_back(static_cast<uint8_t>(proc));
  taken_.push_back(clock);
}

}  // namespace knotestat::check
