// Every errno of kevent(), as a C++ program and as a C program get it: each
// case also looks that nothing was left behind.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <thread>

#include "knote/netbsd/kqueue_c.h"
#include "tests/knote/named_strategies.h"

namespace knote::netbsd {
namespace {

using Event = struct ::knote::kevent;

constexpr timespec kNow{0, 0}, kNanosecondsTooMany{0, 1'000'000'000};

// The calls that the cases make, of one of the two interfaces.
struct Interface {
  int (*kqueue)();
  int (*kevent)(int, const Event*, size_t, Event*, size_t, const timespec*);
  int (*close)(int);
  int (*dup)(int);
  int (*pipe)(int*);
  int (*socketpair)(int*, int);
};

constexpr Interface kCpp{.kqueue = netbsd::kqueue,
                         .kevent = netbsd::kevent,
                         .close = netbsd::close,
                         .dup = netbsd::dup,
                         .pipe = netbsd::pipe,
                         .socketpair = netbsd::socketpair};

int KeventOfC(int kq, const Event* changes, size_t nchanges, Event* events,
              size_t nevents, const timespec* timeout) {
  return knotestat_kevent(kq, reinterpret_cast<const knotestat_event*>(changes),
                          nchanges, reinterpret_cast<knotestat_event*>(events),
                          nevents, timeout);
}

constexpr Interface kC{.kqueue = knotestat_kqueue,
                       .kevent = KeventOfC,
                       .close = knotestat_close,
                       .dup = knotestat_dup,
                       .pipe = knotestat_pipe,
                       .socketpair = knotestat_socketpair};

// Two pages, of which the second is read-only or not there at all.
class TwoPages {
 public:
  explicit TwoPages(int protection)
      : pages_(
            static_cast<char*>(mmap(nullptr, 2 * kPage, PROT_READ | PROT_WRITE,
                                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
    mprotect(pages_ + kPage, kPage, protection);
  }
  ~TwoPages() { munmap(pages_, 2 * kPage); }
  TwoPages(const TwoPages&) = delete;
  TwoPages& operator=(const TwoPages&) = delete;

  // So many of them fit before the second page begins.
  Event* Last(size_t events) const {
    return reinterpret_cast<Event*>(pages_ + kPage) - events;
  }
  Event* second() const { return Last(0); }

 private:
  const size_t kPage = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  char* const pages_;
};

// A module's filter that wants f_touch, which is the kernel's own.
struct Touching {
  static inline std::atomic<int> called{0};
  static int Attach(knote<HwEnv>*) { return ++called, 0; }
  static void Detach(knote<HwEnv>*) { ++called; }
  static int Look(knote<HwEnv>*, long) { return ++called, 1; }
  static int Touch(knote<HwEnv>*, Event*, long) { return ++called, 0; }
  static constexpr filterops<HwEnv> Filterops(int flags) {
    return {.f_flags = flags,
            .f_attach = Attach,
            .f_detach = Detach,
            .f_event = Look,
            .f_touch = Touch};
  }
};

class KeventErrnoTest : public NamedStrategyTest {
 protected:
  void SetUp() override {
    NamedStrategyTest::SetUp();
    if (system == nullptr) return;
    process = system->NewProcess();
    here = std::make_unique<Attachment>(*process);
    kq = netbsd::kqueue();
  }
  void TearDown() override {
    here.reset();
    process.reset();
  }

  static int Error(int result) { return result < 0 ? errno : 0; }

  static Event Change(uintptr_t ident, uint32_t filter, uint32_t flags,
                      uint32_t fflags = 0, int64_t data = 0) {
    Event change;
    EV_SET(&change, ident, filter, flags, fflags, data, nullptr);
    return change;
  }
  int Apply(const Interface& calls, const Event& change) const {
    return Error(calls.kevent(kq, &change, 1, nullptr, 0, nullptr));
  }
  // A user event that is there and active; no more, and no less.
  void ExpectOneEvent(const Interface& calls) const {
    Event events[8];
    EXPECT_EQ(calls.kevent(kq, nullptr, 0, events, 8, &kNow), 1);
    EXPECT_EQ(events[0].filter, EVFILT_USER);
  }
  void MakeOneEvent(const Interface& calls) const {
    ASSERT_EQ(Apply(calls, Change(1, EVFILT_USER, EV_ADD)), 0);
    ASSERT_EQ(Apply(calls, Change(1, EVFILT_USER, 0, NOTE_TRIGGER)), 0);
  }

  std::unique_ptr<Process> process;
  std::unique_ptr<Attachment> here;
  int kq = -1;
};

// NetBSD's kqueue_register() jumps to where it unlocks a mutex that it does not
// hold, and takes a knote off a list that it is not on.
TEST_P(KeventErrnoTest, AModulesTouchIsEnotsupAndLeavesNothingBehind) {
  for (const int flags : {FILTEROP_MPSAFE, 0, FILTEROP_MPSAFE | FILTEROP_ISFD,
                          int{FILTEROP_ISFD}}) {
    for (const Interface* calls : {&kCpp, &kC}) {
      const auto filtops = Touching::Filterops(flags);
      Touching::called = 0;
      uint32_t filter = 0;
      ASSERT_EQ(system->KfilterRegister("touching", &filtops, &filter), 0);
      int fds[2];
      ASSERT_EQ(calls->pipe(fds), 0);
      const auto ident = static_cast<uintptr_t>(fds[0]);
      MakeOneEvent(*calls);
      EXPECT_EQ(Apply(*calls, Change(ident, filter, EV_ADD)), ENOTSUP);
      // With room for it, it is an event, and those before it stay done.
      const Event changes[] = {Change(2, EVFILT_USER, EV_ADD),
                               Change(ident, filter, EV_ADD | EV_ENABLE)};
      Event result;
      ASSERT_EQ(calls->kevent(kq, changes, 2, &result, 1, &kNow), 1);
      EXPECT_EQ(result.flags, EV_ERROR);
      EXPECT_EQ(result.data, ENOTSUP);
      EXPECT_EQ(Apply(*calls, Change(2, EVFILT_USER, EV_DELETE)), 0);
      // No knote, no function that was called, no lock or reference that is
      // still held: another thread uses all of them, and the filter goes.
      EXPECT_EQ(Apply(*calls, Change(ident, filter, EV_DELETE)), ENOENT);
      EXPECT_EQ(Touching::called, 0);
      std::thread([&] {
        const Attachment there(*process);
        const int other = calls->kqueue();
        const Event add = Change(ident, EVFILT_READ, EV_ADD);
        EXPECT_EQ(calls->kevent(other, &add, 1, nullptr, 0, nullptr), 0);
        EXPECT_EQ(calls->close(other), 0);
        EXPECT_EQ(calls->close(fds[0]), 0);
        EXPECT_EQ(calls->close(fds[1]), 0);
      }).join();
      ExpectOneEvent(*calls);
      EXPECT_EQ(system->KfilterUnregister("touching"), 0);
      EXPECT_EQ(Apply(*calls, Change(ident, filter, EV_ADD)), EINVAL);
    }
  }
}

TEST_P(KeventErrnoTest, MisuseIsTheSameFromCppAndC) {
  for (const Interface* calls : {&kCpp, &kC}) {
    const auto error = [&](const Event* changes, size_t nchanges, Event* events,
                           size_t nevents, const timespec* timeout) {
      return Error(
          calls->kevent(kq, changes, nchanges, events, nevents, timeout));
    };
    Event event;
    MakeOneEvent(*calls);
    EXPECT_EQ(Error(calls->kevent(-1, nullptr, 0, &event, 1, &kNow)), EBADF);
    EXPECT_EQ(Error(calls->kevent(99, nullptr, 0, &event, 1, &kNow)), EBADF);
    EXPECT_EQ(Apply(*calls, Change(99, EVFILT_READ, EV_ADD)), EBADF);
    EXPECT_EQ(Apply(*calls, Change(7, EVFILT_USER, EV_DELETE)), ENOENT);
    EXPECT_EQ(Apply(*calls, Change(7, EVFILT_SYSCOUNT, EV_ADD)), EINVAL);
    EXPECT_EQ(error(nullptr, 0, &event, 1, &kNanosecondsTooMany), EINVAL);
    EXPECT_EQ(error(nullptr, 0, &event, static_cast<size_t>(-1), &kNow),
              EINVAL);
    EXPECT_EQ(error(nullptr, 0, &event, size_t{INT_MAX} + 1, &kNow), EINVAL);
    EXPECT_EQ(error(nullptr, 0, &event, 0, nullptr), 0);
    EXPECT_EQ(calls->kevent(kq, nullptr, 0, &event, INT_MAX, &kNow), 1);
    const int old = kq;
    EXPECT_EQ(calls->close(kq), 0);
    EXPECT_EQ(Error(calls->close(kq)), EBADF);
    EXPECT_EQ(error(nullptr, 0, &event, 1, &kNow), EBADF);
    kq = calls->kqueue();
    EXPECT_EQ(kq, old);
  }
}

TEST_P(KeventErrnoTest, AnInterruptedSleepIsEintr) {
  for (const Interface* calls : {&kCpp, &kC}) {
    Event event;
    here->Interrupt();
    EXPECT_EQ(Error(calls->kevent(kq, nullptr, 0, &event, 1, nullptr)), EINTR);
    EXPECT_EQ(Error(calls->kevent(kq, nullptr, 0, &event, 1, &kNow)), 0);
  }
}

// The one ENOMEM of NetBSD's kevent() that does not wait for memory instead.
TEST_P(KeventErrnoTest, TooManyTimersAreEnomem) {
  constexpr uintptr_t kMost = 4 * 1024 - 1;
  for (const Interface* calls : {&kCpp, &kC}) {
    const auto timer = [&](uintptr_t ident, uint32_t flags) {
      return Apply(*calls,
                   Change(ident, EVFILT_TIMER, flags, NOTE_SECONDS, 1'000));
    };
    for (uintptr_t ident = 0; ident < kMost; ++ident)
      ASSERT_EQ(timer(ident, EV_ADD), 0);
    EXPECT_EQ(timer(kMost, EV_ADD), ENOMEM);
    EXPECT_EQ(timer(kMost, EV_DELETE), ENOENT);
    EXPECT_EQ(timer(7, EV_DELETE), 0);
    EXPECT_EQ(timer(kMost, EV_ADD), 0);
    EXPECT_EQ(calls->close(kq), 0);  // takes them all away
    kq = calls->kqueue();
  }
}

TEST_P(KeventErrnoTest, AFullDescriptorTableIsEmfileUntilOneGoes) {
  for (const Interface* calls : {&kCpp, &kC}) {
    int last = -1, opened = 0, fd = -1;
    for (; (fd = calls->dup(kq)) >= 0; ++opened) last = fd;
    EXPECT_EQ(errno, EMFILE);
    EXPECT_GT(opened, 1'000);
    int fds[2];
    EXPECT_EQ(Error(calls->kqueue()), EMFILE);
    EXPECT_EQ(Error(calls->pipe(fds)), EMFILE);
    EXPECT_EQ(Error(calls->socketpair(fds, 0)), EMFILE);
    EXPECT_EQ(calls->close(last), 0);
    EXPECT_EQ(Error(calls->pipe(fds)), EMFILE);  // it has two, or none
    EXPECT_EQ(calls->kqueue(), last);
    // What is full is the table: knotes still find room.
    MakeOneEvent(*calls);
    ExpectOneEvent(*calls);
    for (fd = 0; fd <= last; ++fd) {
      if (fd != kq) {
        EXPECT_EQ(calls->close(fd), 0) << fd;
      }
    }
  }
}

TEST_P(KeventErrnoTest, ChangesThatCannotBeReadAreEfaultAndNoneIsApplied) {
  const TwoPages pages(PROT_NONE);
  for (const Interface* calls : {&kCpp, &kC}) {
    Event* const one = pages.Last(1);
    *one = Change(1, EVFILT_USER, EV_ADD);
    for (const size_t nchanges :
         {size_t{2}, size_t{8}, size_t{9}, size_t{100}, size_t{4'096},
          size_t{4'097}, size_t{INT_MAX}, size_t{1} << 59, SIZE_MAX})
      EXPECT_EQ(Error(calls->kevent(kq, one, nchanges, nullptr, 0, nullptr)),
                EFAULT)
          << nchanges;
    for (const Event* nowhere : {pages.second(), static_cast<Event*>(nullptr),
                                 reinterpret_cast<Event*>(uintptr_t{8}),
                                 reinterpret_cast<Event*>(UINTPTR_MAX - 7),
                                 reinterpret_cast<Event*>(uintptr_t{1} << 63)})
      EXPECT_EQ(Error(calls->kevent(kq, nowhere, 1, nullptr, 0, nullptr)),
                EFAULT);
    EXPECT_EQ(Apply(*calls, Change(1, EVFILT_USER, EV_DELETE)), ENOENT);
    EXPECT_EQ(Error(calls->kevent(kq, one, 1, nullptr, 0, nullptr)), 0);
    EXPECT_EQ(Apply(*calls, Change(1, EVFILT_USER, EV_DELETE)), 0);
  }
}

TEST_P(KeventErrnoTest, EventsThatCannotBeStoredAreEfault) {
  for (const int protection : {PROT_NONE, PROT_READ}) {
    const TwoPages pages(protection);
    for (const Interface* calls : {&kCpp, &kC}) {
      MakeOneEvent(*calls);
      for (const size_t nevents :
           {size_t{1}, size_t{64}, size_t{65}, size_t{INT_MAX}})
        EXPECT_EQ(Error(calls->kevent(kq, nullptr, 0, pages.second(), nevents,
                                      &kNow)),
                  EFAULT)
            << nevents;
      // A receipt is stored like an event; what it is for has happened.
      const Event change = Change(2, EVFILT_USER, EV_ADD | EV_RECEIPT);
      EXPECT_EQ(Error(calls->kevent(kq, &change, 1, pages.second(), 1, &kNow)),
                EFAULT);
      EXPECT_EQ(Apply(*calls, Change(2, EVFILT_USER, EV_DELETE)), 0);
      // Room that is not used need not be there.
      EXPECT_EQ(calls->kevent(kq, nullptr, 0, pages.Last(1), 9, &kNow), 1);
      EXPECT_EQ(pages.Last(1)->filter, EVFILT_USER);
      ASSERT_EQ(Apply(*calls, Change(3, EVFILT_USER, EV_ADD)), 0);
      ASSERT_EQ(Apply(*calls, Change(3, EVFILT_USER, 0, NOTE_TRIGGER)), 0);
      EXPECT_EQ(Error(calls->kevent(kq, nullptr, 0, pages.Last(1), 9, &kNow)),
                EFAULT);
      EXPECT_EQ(Apply(*calls, Change(3, EVFILT_USER, EV_DELETE)), 0);
      ExpectOneEvent(*calls);
    }
  }
}

TEST_P(KeventErrnoTest, ATimeoutThatCannotBeReadIsEfault) {
  const TwoPages pages(PROT_NONE);
  for (const Interface* calls : {&kCpp, &kC}) {
    Event event;
    for (const void* nowhere :
         {static_cast<void*>(pages.second()), reinterpret_cast<void*>(8)}) {
      const auto* timeout = static_cast<const timespec*>(nowhere);
      EXPECT_EQ(Error(calls->kevent(kq, nullptr, 0, &event, 1, timeout)),
                EFAULT);
      EXPECT_EQ(Error(calls->kevent(99, nullptr, 0, &event, 1, timeout)),
                EFAULT);
    }
  }
}

// As many as there are, though events are put together in smaller room first.
TEST_P(KeventErrnoTest, ManyEventsComeInOneCall) {
  constexpr uintptr_t kMany = 10'000;
  std::vector<Event> changes, events(kMany + 1);
  for (uintptr_t ident = 0; ident < kMany; ++ident) {
    changes.push_back(Change(ident, EVFILT_USER, EV_ADD));
    changes.push_back(Change(ident, EVFILT_USER, 0, NOTE_TRIGGER));
  }
  for (const Interface* calls : {&kCpp, &kC}) {
    ASSERT_EQ(
        calls->kevent(kq, changes.data(), changes.size(), nullptr, 0, nullptr),
        0);
    for (const size_t room : {size_t{63}, size_t{64}, size_t{65}, kMany})
      EXPECT_EQ(calls->kevent(kq, nullptr, 0, events.data(), room, &kNow),
                static_cast<int>(room));
    EXPECT_EQ(calls->kevent(kq, nullptr, 0, events.data(), kMany + 1, &kNow),
              static_cast<int>(kMany));
    std::vector<bool> seen(kMany);
    for (uintptr_t i = 0; i < kMany; ++i) seen[events[i].ident] = true;
    EXPECT_EQ(std::count(seen.begin(), seen.end(), true),
              static_cast<ptrdiff_t>(kMany));
  }
}

INSTANTIATE_TEST_SUITE_P(Strategies, KeventErrnoTest,
                         testing::ValuesIn(NamedStrategies()),
                         NameOfNamedStrategy);

}  // namespace
}  // namespace knote::netbsd
