// Misuse of kevent(): an errno, and nothing changed by it.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <stdexcept>

#include "knote/netbsd/user_memory.h"
#include "tests/knote/named_strategies.h"

namespace knote::netbsd {
namespace {

using Event = struct ::knote::kevent;

constexpr timespec kNow{0, 0};

class BadInputTest : public NamedStrategyTest {
 protected:
  void SetUp() override {
    NamedStrategyTest::SetUp();
    if (system == nullptr) return;
    process = system->NewProcess();
    here = std::make_unique<Attachment>(*process);
    kq = kqueue();
  }
  void TearDown() override {
    here.reset();
    process.reset();
  }

  static int Error(ssize_t result) { return result < 0 ? errno : 0; }
  static int Kevent(int fd, const Event* changes, size_t nchanges,
                    Event* events = nullptr, size_t nevents = 0,
                    const timespec* timeout = &kNow) {
    return Error(
        netbsd::kevent(fd, changes, nchanges, events, nevents, timeout));
  }
  int Change(uint32_t filter, uintptr_t ident, uint32_t flags,
             uint32_t fflags = 0, int64_t data = 0) {
    Event change;
    EV_SET(&change, ident, filter, flags, fflags, data, nullptr);
    return Kevent(kq, &change, 1);
  }
  // How many events there are now.
  int Events() {
    Event events[8];
    return netbsd::kevent(kq, nullptr, 0, events, 8, &kNow);
  }

  std::unique_ptr<Process> process;
  std::unique_ptr<Attachment> here;
  int kq = -1;
};

TEST_P(BadInputTest, ADescriptorThatIsNoKqueueIsEbadf) {
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  Event event;
  for (const int fd : {-1, INT_MIN, INT_MAX, 99, 65'536, fds[0], fds[1]}) {
    EXPECT_EQ(Kevent(fd, nullptr, 0), EBADF) << fd;
    EXPECT_EQ(Kevent(fd, nullptr, 0, &event, 1, nullptr), EBADF) << fd;
    EXPECT_EQ(Kevent(fd, nullptr, 1), EBADF) << fd;
  }
  for (const int fd : {-1, INT_MIN, INT_MAX, 99, 65'536}) {
    EXPECT_EQ(Error(close(fd)), EBADF) << fd;
    EXPECT_EQ(Error(dup(fd)), EBADF) << fd;
    EXPECT_EQ(Error(read(fd, &event, 1)), EBADF) << fd;
    EXPECT_EQ(Error(write(fd, &event, 1)), EBADF) << fd;
  }
}

TEST_P(BadInputTest, ClosingTwiceIsEbadfAndClosesNothingElse) {
  EXPECT_EQ(Error(close(kq)), 0);
  EXPECT_EQ(Error(close(kq)), EBADF);
  EXPECT_EQ(kqueue(), kq);
  EXPECT_EQ(Events(), 0);
}

TEST_P(BadInputTest, ADescriptorOutOfRangeCannotBeWatched) {
  for (const uintptr_t ident :
       {static_cast<uintptr_t>(-1), static_cast<uintptr_t>(INT_MIN),
        static_cast<uintptr_t>(INT_MAX), uintptr_t{1} << 63, uintptr_t{99},
        uintptr_t{65'535}, uintptr_t{65'536}}) {
    for (const uint32_t filter : {EVFILT_READ, EVFILT_WRITE, EVFILT_EMPTY}) {
      for (const uint32_t flags : {EV_ADD, EV_DELETE, EV_ENABLE, 0u})
        EXPECT_EQ(Change(filter, ident, flags), EBADF) << ident;
    }
  }
}

// Any number names a user event or a timer.
TEST_P(BadInputTest, AnyIdentWillDoThatIsNoDescriptor) {
  for (const uintptr_t ident :
       {static_cast<uintptr_t>(-1), static_cast<uintptr_t>(INT_MAX),
        uintptr_t{1} << 63, uintptr_t{0}}) {
    EXPECT_EQ(Change(EVFILT_USER, ident, EV_DELETE), ENOENT) << ident;
    EXPECT_EQ(Change(EVFILT_USER, ident, EV_ADD | EV_ONESHOT), 0) << ident;
    EXPECT_EQ(Change(EVFILT_USER, ident, 0, NOTE_TRIGGER), 0) << ident;
    EXPECT_EQ(Events(), 1) << ident;
    EXPECT_EQ(Change(EVFILT_USER, ident, EV_DELETE), ENOENT) << ident;
  }
}

TEST_P(BadInputTest, WhatIsNotThereIsEnoent) {
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  for (const uint32_t flags :
       {EV_DELETE, EV_ENABLE, EV_DISABLE, EV_CLEAR, EV_ONESHOT, 0u}) {
    EXPECT_EQ(Change(EVFILT_READ, static_cast<uintptr_t>(fds[0]), flags),
              ENOENT);
    EXPECT_EQ(Change(EVFILT_USER, 1, flags, NOTE_TRIGGER), ENOENT);
    EXPECT_EQ(Change(EVFILT_TIMER, 1, flags, 0, 1), ENOENT);
  }
}

TEST_P(BadInputTest, AFilterThatIsNotThereIsEinval) {
  // AIO, VNODE, PROC, SIGNAL and FS are not modelled.
  for (const uint32_t filter :
       {2u, 3u, 4u, 5u, 7u, EVFILT_SYSCOUNT, 1'000u, 0x80000000u, UINT32_MAX})
    EXPECT_EQ(Change(filter, 1, EV_ADD), EINVAL) << filter;
}

TEST_P(BadInputTest, ATimerThatMakesNoSenseIsEinval) {
  EXPECT_EQ(Change(EVFILT_TIMER, 1, EV_ADD, 0, 0), EINVAL);
  EXPECT_EQ(Change(EVFILT_TIMER, 1, EV_ADD, 0xffffff00, 1), EINVAL);
  EXPECT_EQ(Change(EVFILT_TIMER, 1, EV_DELETE), ENOENT);  // none was made
  EXPECT_EQ(Change(EVFILT_TIMER, 1, EV_ADD, NOTE_SECONDS, INT64_MAX), 0);
  EXPECT_EQ(Change(EVFILT_TIMER, 2, EV_ADD, NOTE_SECONDS, INT64_MIN), 0);
}

// kq_calloutmax is a limit of the whole system.
TEST_P(BadInputTest, OneTimerTooManyIsEnomemUntilOneGoes) {
  constexpr uintptr_t kMost = 4 * 1024 - 1;
  for (uintptr_t ident = 0; ident < kMost; ++ident)
    ASSERT_EQ(Change(EVFILT_TIMER, ident, EV_ADD, NOTE_SECONDS, 1'000), 0);
  EXPECT_EQ(Change(EVFILT_TIMER, kMost, EV_ADD, NOTE_SECONDS, 1'000), ENOMEM);
  EXPECT_EQ(Change(EVFILT_TIMER, kMost, EV_DELETE), ENOENT);
  EXPECT_EQ(Change(EVFILT_TIMER, 0, EV_DELETE), 0);
  EXPECT_EQ(Change(EVFILT_TIMER, kMost, EV_ADD, NOTE_SECONDS, 1'000), 0);
}

TEST_P(BadInputTest, RoomForEventsIsNoneOrAtMostIntMax) {
  Event event;
  ASSERT_EQ(Change(EVFILT_USER, 1, EV_ADD), 0);
  ASSERT_EQ(Change(EVFILT_USER, 1, 0, NOTE_TRIGGER), 0);
  EXPECT_EQ(Kevent(kq, nullptr, 0, &event, 0, nullptr), 0);  // does not wait
  EXPECT_EQ(Kevent(kq, nullptr, 0, &event, static_cast<size_t>(-1)), EINVAL);
  EXPECT_EQ(Kevent(kq, nullptr, 0, &event, size_t{INT_MAX} + 1), EINVAL);
  // More than there are events; only those are stored.
  EXPECT_EQ(netbsd::kevent(kq, nullptr, 0, &event, INT_MAX, &kNow), 1);
  EXPECT_EQ(Kevent(kq, nullptr, 0, nullptr, 1), EFAULT);
  EXPECT_EQ(Events(), 1);  // still there
}

// Two pages of memory, the second of which nobody may touch.
class Fence {
 public:
  Fence()
      : pages_(mmap(nullptr, 2 * kPage, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    mprotect(static_cast<char*>(pages_) + kPage, kPage, PROT_NONE);
  }
  ~Fence() { munmap(pages_, 2 * kPage); }
  Fence(const Fence&) = delete;
  Fence& operator=(const Fence&) = delete;
  // Ends where the second page begins.
  Event* LastEvent() const {
    return reinterpret_cast<Event*>(static_cast<char*>(pages_) + kPage) - 1;
  }

 private:
  const size_t kPage = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* const pages_;
};

TEST_P(BadInputTest, MoreChangesThanMemoryIsEfaultAndNoneIsApplied) {
  const Fence fence;
  Event* change = fence.LastEvent();
  EV_SET(change, 1, EVFILT_USER, EV_ADD, 0, 0, nullptr);
  for (const size_t nchanges :
       {static_cast<size_t>(-1), size_t{INT_MAX}, size_t{INT_MAX} + 1,
        size_t{1} << 59, size_t{5'000}})
    EXPECT_EQ(Kevent(kq, change, nchanges), EFAULT) << nchanges;
  EXPECT_EQ(Kevent(kq, nullptr, static_cast<size_t>(-1)), EFAULT);
  EXPECT_EQ(Change(EVFILT_USER, 1, EV_DELETE), ENOENT);
  EXPECT_EQ(Kevent(kq, change, 1), 0);
  EXPECT_EQ(Kevent(kq, change, 0), 0);
  EXPECT_EQ(Change(EVFILT_USER, 1, EV_DELETE), 0);
}

TEST_P(BadInputTest, ManyChangesThatAreThereAreApplied) {
  std::vector<Event> changes(10'000);
  for (uintptr_t i = 0; i < changes.size(); ++i)
    EV_SET(&changes[i], i, EVFILT_USER, EV_ADD, 0, 0, nullptr);
  EXPECT_EQ(Kevent(kq, changes.data(), changes.size()), 0);
  EXPECT_EQ(Change(EVFILT_USER, 9'999, EV_DELETE), 0);
}

TEST(Readable, IsWhatIsMapped) {
  const Fence fence;
  const auto* last = reinterpret_cast<const char*>(fence.LastEvent() + 1) - 1;
  EXPECT_TRUE(Readable(last, 1));
  EXPECT_TRUE(Readable(last - 99, 100));
  EXPECT_FALSE(Readable(last, 2));
  EXPECT_TRUE(Readable(last + 1, 0));
  EXPECT_FALSE(Readable(last + 1, 1));
  EXPECT_FALSE(Readable(nullptr, 1));
  EXPECT_FALSE(Readable(last, SIZE_MAX));
  const std::vector<char> large(20 << 20, 'x');  // several calls
  EXPECT_TRUE(Readable(large.data(), large.size()));
  EXPECT_TRUE(Readable(large.data(), size_t{4} << 20));
}

// A module whose f_event returns what no filter should, whose f_attach fails
// with an errno that nobody knows, and whose functions throw.
struct Nonsense {
  static inline int attach = 0, event = 0, detached = 0;
  static inline bool attach_throws = false, event_throws = false,
                     detach_throws = false;
  static int Attach(knote<HwEnv>*) {
    if (attach_throws) throw std::runtime_error("f_attach");
    return attach;
  }
  static void Detach(knote<HwEnv>*) {
    ++detached;
    if (detach_throws) throw std::runtime_error("f_detach");
  }
  static int Event(knote<HwEnv>*, long) {
    if (event_throws) throw std::runtime_error("f_event");
    return event;
  }
  static constexpr filterops<HwEnv> kFilterops{.f_flags = FILTEROP_MPSAFE,
                                               .f_attach = Attach,
                                               .f_detach = Detach,
                                               .f_event = Event};
};

TEST_P(BadInputTest, NonsenseFromAModuleLeavesNothingBehind) {
  uint32_t filter = 0;
  ASSERT_EQ(system->KfilterRegister("nonsense", &Nonsense::kFilterops, &filter),
            0);
  for (const int value : {-EPERM, -1, INT_MIN, INT_MAX, 1 << 20}) {
    Nonsense::event = value;  // anything but 0 is "active"
    EXPECT_EQ(Change(filter, 1, EV_ADD), 0) << value;
    EXPECT_EQ(Events(), 1) << value;
    EXPECT_EQ(Change(filter, 1, EV_DELETE), 0) << value;
  }
  for (const int value : {1 << 20, INT_MAX}) {
    Nonsense::attach = value;
    EXPECT_EQ(Change(filter, 1, EV_ADD), value);
    EXPECT_EQ(Change(filter, 1, EV_DELETE), ENOENT) << value;
  }
  for (const int value : {-EPERM, -1, INT_MIN}) {
    Nonsense::attach = value;
    EXPECT_EQ(Change(filter, 1, EV_ADD), EINVAL) << value;
    EXPECT_EQ(Change(filter, 1, EV_DELETE), ENOENT) << value;
  }
  Nonsense::attach = 0;
  EXPECT_EQ(system->KfilterUnregister("nonsense"), 0);
}

TEST_P(BadInputTest, AModuleThatThrowsHasFailedAndNothingElse) {
  uint32_t filter = 0;
  ASSERT_EQ(system->KfilterRegister("nonsense", &Nonsense::kFilterops, &filter),
            0);
  Nonsense::event = 1;
  Nonsense::attach_throws = true;
  EXPECT_EQ(Change(filter, 1, EV_ADD), EFAULT);
  Nonsense::attach_throws = false;
  EXPECT_EQ(Change(filter, 1, EV_ADD), 0);
  Nonsense::event_throws = true;
  EXPECT_EQ(Events(), 0);
  EXPECT_EQ(Change(filter, 1, EV_ADD), 0);
  Nonsense::event_throws = false;
  EXPECT_EQ(Change(filter, 1, EV_ADD), 0);
  EXPECT_EQ(Events(), 1);
  Nonsense::detach_throws = true;
  const int detached = Nonsense::detached;
  EXPECT_EQ(Change(filter, 1, EV_DELETE), 0);
  EXPECT_EQ(Nonsense::detached, detached + 1);
  EXPECT_EQ(Change(filter, 1, EV_DELETE), ENOENT);
  Nonsense::detach_throws = false;
  EXPECT_EQ(system->KfilterUnregister("nonsense"), 0);
}

INSTANTIATE_TEST_SUITE_P(Strategies, BadInputTest,
                         testing::ValuesIn(NamedStrategies()),
                         NameOfNamedStrategy);

}  // namespace
}  // namespace knote::netbsd
