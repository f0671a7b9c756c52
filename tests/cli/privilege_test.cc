// Without the privilege for eBPF: the run goes on and says so once, unless
// eBPF was required.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "tests/cli/program.h"

namespace knotestat::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

size_t CountOf(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + 1))
    ++count;
  return count;
}

// Nobody, and not one process or thread more.
void MayStartNoThread() {
  BecomeNobody();
  const rlimit one = {1, 1};
  if (setrlimit(RLIMIT_NPROC, &one) != 0) _exit(126);
}

class PrivilegeTest : public CliTest {
 protected:
  PrivilegeTest() : program_(Path("knotestat")) {
    // Wherever it was built, others may be locked out.
    std::filesystem::copy_file(KNOTESTAT_BINARY_DIR "/knotestat", program_);
  }

  Finished Run(const Arguments& more, std::function<void()> before) {
    Arguments arguments = {"run",    "--cpus",     "1",     "--seconds",  "0.1",
                           "--json", "--strategy", "epoch", "--detaches", "23"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(arguments,
                      {.before = std::move(before), .program = program_});
  }

  // It goes on without eBPF, or fails if eBPF is required; either way it says
  // `reason`.
  void ExpectNoBpf(std::function<void()> before, const std::string& reason) {
    const Finished run = Run({}, before);
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_EQ(CountOf(run.err, "without eBPF"), 1u) << run.err;
    EXPECT_THAT(run.err, HasSubstr(reason));
    const auto figures = ParseJson(run.out);
    EXPECT_EQ(figures["context"]["bpf"], false);
    EXPECT_THAT(figures["context"]["bpf_reason"].get<std::string>(),
                HasSubstr(reason));
    const auto cell = CellOf(figures, "epoch");
    EXPECT_EQ(cell["klist_fini_ns"]["count"], 23);
    EXPECT_THAT(cell["counters"].dump(), Not(HasSubstr("bpf.")));
    const Finished required = Run({"--require-bpf"}, before);
    EXPECT_EQ(required.code, 4);
    EXPECT_EQ(required.out, "");
    EXPECT_EQ(CountOf(required.err, "knotestat: "), 1u) << required.err;
    EXPECT_THAT(required.err, HasSubstr(reason));
  }

  const std::string program_;
};

// Makes `number` fail as a container's seccomp filter does.
void Refuse(unsigned number) {
  std::array<sock_filter, 4> code = {
      sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                           offsetof(seccomp_data, nr)),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog filter = {static_cast<unsigned short>(code.size()),
                             code.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
    _exit(126);
}

TEST_F(PrivilegeTest, ANobodyMeasuresWithoutEbpf) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  ExpectNoBpf(BecomeNobody, "CAP_BPF");
}

TEST_F(PrivilegeTest, ANobodysDoctorSaysWhatToDo) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  const Finished doctor =
      RunProgram({"doctor"}, {.before = BecomeNobody, .program = program_});
  EXPECT_EQ(doctor.code, 4);
  EXPECT_THAT(doctor.out, HasSubstr("CAP_BPF"));
  EXPECT_THAT(doctor.out, HasSubstr("setcap"));
  EXPECT_THAT(doctor.out, HasSubstr("strategy rwlock:klist "));
}

TEST_F(PrivilegeTest, ASeccompFilterForBpfIsLivedWith) {
  if (geteuid() != 0)
    GTEST_SKIP() << "needs root, so that only seccomp refuses";
  ExpectNoBpf([] { Refuse(__NR_bpf); }, "seccomp");
}

TEST_F(PrivilegeTest, ASeccompFilterForPerfEventsIsLivedWith) {
  if (geteuid() != 0)
    GTEST_SKIP() << "needs root, so that only seccomp refuses";
  ExpectNoBpf([] { Refuse(__NR_perf_event_open); }, "seccomp");
}

TEST_F(PrivilegeTest, AKernelWithoutBtfIsLivedWith) {
  const auto hide_btf = [] {
    if (unshare(CLONE_NEWNS) != 0 ||
        mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("none", "/sys/kernel/btf", "tmpfs", 0, nullptr) != 0)
      _exit(125);
  };
  if (!std::filesystem::exists("/sys/kernel/btf/vmlinux"))
    GTEST_SKIP() << "this kernel has no BTF to hide";
  if (RunProgram({"--version"}, {.before = hide_btf, .program = program_})
          .code == 125)
    GTEST_SKIP() << "cannot hide BTF in a mount namespace";
  ExpectNoBpf(hide_btf, "BTF");
}

TEST_F(PrivilegeTest, NoThreadToBeHadIsASentence) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to become nobody";
  for (const Arguments& arguments :
       {Arguments{"run", "--no-bpf", "--cpus", "1", "--seconds", "0.1"},
        Arguments{"calibrate", "--seconds", "0.1"},
        Arguments{"serve", "--port", "0", folder_.string()}}) {
    const Finished run = RunProgram(
        arguments, {.before = MayStartNoThread, .program = program_});
    EXPECT_EQ(run.code, 1) << arguments[0];
    EXPECT_THAT(run.err, HasSubstr("cannot start a")) << arguments[0];
    EXPECT_THAT(run.err, Not(HasSubstr("terminate"))) << arguments[0];
  }
}

}  // namespace
}  // namespace knotestat::cli
