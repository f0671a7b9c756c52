// Readers of one device that are inside its f_event together.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_TRUTH_READERS_H_
#define KNOTESTAT_KNOTE_TRUTH_READERS_H_

#include "knote/truth/stage.h"

namespace knote::truth {

// Lives until Stage::Join() has returned.
class Readers {
 public:
  static constexpr Parameter kReaders{.name = "readers",
                                      .summary = "threads inside f_event",
                                      .unit = "threads",
                                      .usual = 1,
                                      .least = 1,
                                      .most = 64};

  // So many as `stage` says of kReaders.
  explicit Readers(Stage& stage)
      : stage_(stage), count_(stage.Value(kReaders)) {}
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

  // Each watches the device, with a process and a kqueue of its own; once all
  // do, its script runs, once in each of them. `first` is done before that.
  void Start(Device& device, std::function<void(Actor&)> first = nullptr);

  // Of the script: the calling reader is inside.
  void Enter() { inside_.fetch_add(1); }

  // Until all are inside; or some, where a section lets in one at a time.
  void AwaitInside(Actor& me);

 private:
  Stage& stage_;
  const int64_t count_;
  std::atomic<int64_t> watching_{0}, inside_{0};
};

}  // namespace knote::truth

#endif  // KNOTESTAT_KNOTE_TRUTH_READERS_H_
