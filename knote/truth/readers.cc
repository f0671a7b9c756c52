// SPDX-License-Identifier: BSD-2-Clause
#include "knote/truth/readers.h"

namespace knote::truth {
namespace {

constexpr uint64_t kOthersPatienceNs = 100'000'000;

}  // namespace

void Readers::Start(Device& device, std::function<void(Actor&)> first) {
  for (int64_t i = 1; i <= count_; ++i) {
    const std::string name = i == 1 ? "reader" : "reader " + std::to_string(i);
    stage_.Start(name, [this, &device, first](Actor& me) {
      if (first) first(me);
      device.SetReady(true);
      me.Watch(device);
      if (watching_.fetch_add(1) + 1 == count_) device.Arm();
      me.Await("the other readers", [&] { return watching_.load() == count_; });
      me.Scan();
    });
  }
}

void Readers::AwaitInside(Actor& me) {
  me.Await("the reader", [&] { return inside_.load() != 0; });
  me.AwaitFor("the other readers", kOthersPatienceNs,
              [&] { return inside_.load() == count_; });
}

}  // namespace knote::truth
