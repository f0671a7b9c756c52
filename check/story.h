// What happened in an execution, to be read by people.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_STORY_H_
#define KNOTESTAT_CHECK_STORY_H_

#include <span>
#include <string>

#include "check/memory.h"
#include "check/mutation.h"

namespace knotestat::check {

// One step that was taken.
struct Step {
  int thread = 0;
  std::string thread_name;
  OperationKind kind = OperationKind::kLoad;
  std::memory_order order = std::memory_order_relaxed;
  int location = -1;
  std::string place;    // "object lock", "knote A +96"
  uint64_t value = 0;   // read; or stored, by a store
  uint64_t stored = 0;  // by a read-modify-write
  Origin origin;        // of the value that was read
  std::string note;     // what is remarkable, if anything
  Site site;
};

// A place in the source that an execution passed.
struct SeenSite {
  Site site;
  OperationKind kind = OperationKind::kLoad;
  std::memory_order order = std::memory_order_relaxed;
};

// One line for each step: "#12 reader  load acquire  word -> 0x1 (#9 writer)
// epoch.h:94".
std::string Tell(std::span<const Step> steps);

// "epoch.h:94".
std::string ShortName(const Site& site);

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_STORY_H_
