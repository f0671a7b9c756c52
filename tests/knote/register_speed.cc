// Prints what a million knotes cost: memory, and time to register, against a
// thousand. Not a test: nothing here fails.
//
//   register_speed [STRATEGY]        "epoch" unless given
//
// A thousand processes with a kqueue each watch the same thousand devices. A
// small system, one process and the same devices, registers its thousand again
// and again in between, so that both see the same machine.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <fstream>
#include <vector>

#include "knote/netbsd/kqueue.h"
#include "knote/world.h"

namespace knote {
namespace {

constexpr int kProcesses = 1'000, kDevices = 1'000;

// Memory of this process in bytes.
uint64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  uint64_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

// Devices that nothing happens to.
class Devices {
 public:
  Devices() : devices_(kDevices) {}
  file<HwEnv>& FileOf(int device) {
    return devices_[static_cast<size_t>(device)].handle;
  }

 private:
  struct Device {
    Device() {
      klist_init(&knotes, &lock);
      handle.f_ops = &kFileops;
      handle.f_data = this;
    }
    kmutex<HwEnv> lock{LockRank::kObject};
    klist<HwEnv> knotes;
    file<HwEnv> handle;
  };

  static int Attach(file<HwEnv>* fp, knote<HwEnv>* kn) {
    auto& device = *static_cast<Device*>(fp->f_data);
    kmutex_guard guard(device.lock);
    kn->kn_hook = &device;
    kn->kn_fop.store(&kFiltops, std::memory_order_release);
    klist_insert(&device.knotes, kn);
    return 0;
  }
  // Of the newest knote in O(1); a klist has no way back to the one before.
  static void Detach(knote<HwEnv>* kn) {
    auto& device = *static_cast<Device*>(kn->kn_hook);
    kmutex_guard guard(device.lock);
    klist_remove(&device.knotes, kn);
  }
  static int Event(knote<HwEnv>*, long) { return 0; }

  static constexpr filterops<HwEnv> kFiltops{
      .f_flags = FILTEROP_ISFD | FILTEROP_MPSAFE,
      .f_detach = Detach,
      .f_event = Event};
  static constexpr fileops<HwEnv> kFileops{.fo_kqfilter = Attach};

  std::deque<Device> devices_;
};

// Opens and watches all devices in a fresh process. ns per registration.
double Register(netbsd::Process& process, Devices& devices) {
  const auto thread = process.NewThread();
  const int kq = thread->Kqueue();
  std::vector<kevent> changes;
  for (int device = 0; device < kDevices; ++device) {
    const int fd = thread->Open(devices.FileOf(device));
    changes.push_back({.ident = static_cast<uintptr_t>(fd),
                       .filter = EVFILT_READ,
                       .flags = EV_ADD});
  }
  const uint64_t begin = HwEnv::Now();
  for (const kevent& change : changes)
    if (thread->Kevent(kq, &change, 1, nullptr, 0, nullptr) != 0) return -1;
  return static_cast<double>(HwEnv::Now() - begin) / kDevices;
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2,
                   values.end());
  return values[values.size() / 2];
}

int Main(const char* strategy) {
  const auto system = netbsd::Boot(strategy);
  if (system == nullptr) {
    std::fprintf(stderr, "register_speed: no strategy '%s' here\n", strategy);
    return 2;
  }
  Devices many, few;
  std::vector<double> large, small;
  std::vector<std::unique_ptr<netbsd::Process>> processes;
  const uint64_t before = ResidentBytes();
  for (int i = 0; i < kProcesses; ++i) {
    processes.push_back(system->NewProcess());
    large.push_back(Register(*processes.back(), many));
    small.push_back(Register(*system->NewProcess(), few));
  }
  const double bytes = static_cast<double>(ResidentBytes() - before);
  const std::vector<double> last(large.end() - kProcesses / 10, large.end());
  constexpr double kKnotes = 1.0 * kProcesses * kDevices;
  std::printf(
      "%s: 1,000,000 knotes on 1,000 kqueues\n"
      "memory      %.0f MiB, %.0f bytes a knote with its descriptor\n"
      "            (sizeof(knote) %zu, struct knote of the filters)\n"
      "register    %.0f ns each, %.0f in the last tenth; %.0f with 1,000 "
      "knotes\n"
      "ratio       %.2f, %.2f in the last tenth\n",
      strategy, bytes / (1 << 20), bytes / kKnotes, sizeof(knote<HwEnv>),
      Median(large), Median(last), Median(small), Median(large) / Median(small),
      Median(last) / Median(small));
  return 0;
}

}  // namespace
}  // namespace knote

int main(int argc, char** argv) {
  return knote::Main(argc > 1 ? argv[1] : "epoch");
}
