// What a strategy keeps for a klist goes with the klist's last knote, also if
// there is never a klist_fini(): pipes and sockets just close.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include <vector>

#include "knote/env/hw_env.h"
#include "knote/filters/file.h"
#include "knote/io_syscalls.h"
#include "knote/strategies/pserialize_refcount/pserialize_refcount.h"
#include "knote/strategies/refcount/refcount.h"

namespace knote {
namespace {

int objects;  // that there are

// The real machine, with a count of the kernel's objects.
struct CountingEnv : HwEnv {
  struct Object {
    Object() { ++objects; }
    ~Object() { --objects; }
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;
  };
};

template <class S>
void ExpectNothingIsLeftOfPipes() {
  ASSERT_EQ(HwEnv::HeavyFenceMissing(), std::nullopt);
  kernel<S> k(HwEnv::CpuLimit());
  kfilter_init(k);
  typename kernel<S>::proc process(k);
  typename kernel<S>::lwp lwp(process);
  const int kq = kqueue1<S>(lwp);
  std::vector<int> opened;
  for (int i = 0; i < 200; ++i) opened.push_back(dup<S>(lwp, kq));
  for (const int fd : opened) close<S>(lwp, fd);  // the table stays as large
  opened.clear();
  const int before = objects;
  for (int i = 0; i < 100; ++i) {
    int fds[2];
    ASSERT_EQ(pipe1<S>(lwp, fds), 0);
    opened.insert(opened.end(), {fds[0], fds[1]});
    const kevent changes[] = {{.ident = static_cast<uintptr_t>(fds[0]),
                               .filter = EVFILT_READ,
                               .flags = EV_ADD},
                              {.ident = static_cast<uintptr_t>(fds[1]),
                               .filter = EVFILT_WRITE,
                               .flags = EV_ADD}};
    ASSERT_EQ(kevent1<S>(lwp, kq, changes, {}, 0), 0);
  }
  EXPECT_GE(objects, before + 300) << "a pipe and two klists' each";
  for (const int fd : opened) EXPECT_EQ(close<S>(lwp, fd), 0);
  EXPECT_EQ(objects, before);
  close<S>(lwp, kq);
}

TEST(KlistMemory, NothingIsLeftOfPipes) {
  ExpectNothingIsLeftOfPipes<PserializeRefcount<CountingEnv>>();
  ExpectNothingIsLeftOfPipes<Refcount<CountingEnv>>();
  EXPECT_EQ(objects, 0);
}

}  // namespace
}  // namespace knote
