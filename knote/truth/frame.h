// What an actor is in the middle of, for the table of who waits for whom.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_TRUTH_FRAME_H_
#define KNOTESTAT_KNOTE_TRUTH_FRAME_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace knote::truth {

class Device;

enum class Doing : uint8_t {
  kAwaiting,         // what the script says must come first
  kWantsObjectLock,  // of the device
  kHoldsObjectLock,
  kSubmitting,  // KNOTE(): enters or leaves a section, or is between two
  kScanning,    // kevent(): the same
  kInEvent,     // the device's f_event, inside a section
  kKlistFini,   // of the device's list
};

struct Frame {
  Doing doing = Doing::kAwaiting;
  const Device* device = nullptr;  // null where none is meant
  std::string_view awaited;        // kAwaiting: what
};

// An actor as it was at one moment, its outermost frame first.
struct ActorState {
  std::string name;
  pid_t thread_id = 0;
  bool done = false;
  std::vector<Frame> frames;
};

}  // namespace knote::truth

#endif  // KNOTESTAT_KNOTE_TRUTH_FRAME_H_
