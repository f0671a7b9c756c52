// What is said when the kernel refuses: for planted facts, and for real, with
// privileges dropped, BTF hidden and bpf() filtered.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "probes/refusal.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstddef>
#include <functional>

#include "live_probe.h"

namespace knotestat::probes {
namespace {

using absl::StatusCode;
using testing::HasSubstr;
using testing::Not;

Privileges Everything() {
  Privileges privileges;
  privileges.cap_bpf = privileges.cap_perfmon = privileges.btf = true;
  privileges.kernel = "6.1.0-test";
  return privileges;
}

std::string Message(const absl::Status& status) {
  return std::string(status.message());
}

TEST(Refusal, NamesProbeStepAndMissingCapability) {
  Privileges privileges = Everything();
  privileges.cap_perfmon = false;
  const absl::Status status = Refusal(privileges, "off_cpu", "load", EPERM, "");
  EXPECT_EQ(status.code(), StatusCode::kPermissionDenied);
  EXPECT_THAT(Message(status), HasSubstr("probe off_cpu: cannot load"));
  EXPECT_THAT(Message(status), HasSubstr("CAP_PERFMON is missing"));
  EXPECT_THAT(Message(status), Not(HasSubstr("CAP_BPF and")));
  EXPECT_THAT(RemedyOf(status), HasSubstr("sudo"));
}

TEST(Refusal, SeccompIsTheReasonOnlyIfTheCapabilitiesAreThere) {
  Privileges privileges = Everything();
  privileges.seccomp_filter = true;
  EXPECT_THAT(Message(Refusal(privileges, "x", "load", EPERM, "")),
              HasSubstr("seccomp"));
  privileges.cap_bpf = false;
  EXPECT_THAT(Message(Refusal(privileges, "x", "load", EPERM, "")),
              HasSubstr("CAP_BPF is missing"));
}

TEST(Refusal, UserNamespace) {
  Privileges privileges = Everything();
  privileges.user_namespace = true;
  EXPECT_THAT(Message(Refusal(privileges, "x", "load", EPERM, "")),
              HasSubstr("user namespace"));
}

TEST(Refusal, MissingBtfAndOldKernelsAreUnimplemented) {
  Privileges privileges = Everything();
  absl::Status status = Refusal(privileges, "x", "load", EINVAL, "");
  EXPECT_EQ(status.code(), StatusCode::kUnimplemented);
  EXPECT_THAT(Message(status), HasSubstr("6.1.0-test"));
  EXPECT_THAT(RemedyOf(status), HasSubstr("5.15"));
  privileges.btf = false;
  status = Refusal(privileges, "x", "load", ESRCH, "");
  EXPECT_EQ(status.code(), StatusCode::kUnimplemented);
  EXPECT_THAT(Message(status), HasSubstr("/sys/kernel/btf/vmlinux"));
}

TEST(Refusal, ResourcesAndTheUnexpected) {
  EXPECT_EQ(Refusal(Everything(), "x", "load", EMFILE, "").code(),
            StatusCode::kResourceExhausted);
  EXPECT_EQ(Refusal(Everything(), "x", "load", EIO, "").code(),
            StatusCode::kInternal);
}

TEST(Refusal, LibbpfsWordsFollowOnLinesOfTheirOwn) {
  const absl::Status status =
      Refusal(Everything(), "x", "load", EINVAL, "libbpf: bad\n");
  EXPECT_THAT(Message(status), testing::EndsWith("\nlibbpf: bad"));
  EXPECT_THAT(RemedyOf(status), Not(HasSubstr("libbpf: bad")));
}

TEST(Refusal, OtherStatusesHaveNoRemedy) {
  EXPECT_EQ(RemedyOf(absl::OkStatus()), "");
  EXPECT_EQ(RemedyOf(absl::InternalError("x")), "");
}

class RefusalForReal : public LiveProbe {
 protected:
  // What loading and attaching off_cpu says in a child after `hinder`, and
  // what the child wrote to stderr.
  std::string SaidAfter(const std::function<bool()>& hinder) {
    int ends[2];
    if (pipe(ends) != 0) return "no pipe";
    const pid_t child = fork();
    if (child == 0) {
      dup2(ends[1], STDERR_FILENO);  // nothing but our words may be there
      if (!hinder()) Say(ends[1], "cannot hinder");
      const std::vector<std::string> names = {"off_cpu"};
      ProbeSet set;
      absl::Status status = set.Load(names, ThisProcess());
      if (status.ok()) status = set.AttachAll();
      if (set.empty() == status.ok()) Say(ends[1], "half loaded");
      Say(ends[1], status.ToString());
    }
    close(ends[1]);
    std::string said;
    char buffer[4096];
    ssize_t length;
    while ((length = read(ends[0], buffer, sizeof(buffer))) > 0) {
      said.append(buffer, static_cast<size_t>(length));
    }
    close(ends[0]);
    waitpid(child, nullptr, 0);
    return said;
  }

 private:
  [[noreturn]] static void Say(int to, const std::string& words) {
    const ssize_t written = write(to, words.data(), words.size());
    _exit(written < 0);
  }
};

TEST_F(RefusalForReal, ControlNothingIsHindered) {
  EXPECT_EQ(SaidAfter([] { return true; }), "OK");
}

TEST_F(RefusalForReal, WithoutPrivileges) {
  const std::string said =
      SaidAfter([] { return setresuid(65534, 65534, 65534) == 0; });
  EXPECT_THAT(said, testing::StartsWith("PERMISSION_DENIED: probe off_cpu"));
  EXPECT_THAT(said, HasSubstr("CAP_BPF and CAP_PERFMON are missing"));
  EXPECT_THAT(said, HasSubstr("sudo"));
}

TEST_F(RefusalForReal, WithoutBtf) {
  const std::string said = SaidAfter([] {
    return unshare(CLONE_NEWNS) == 0 &&
           mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           mount("none", "/sys/kernel/btf", "tmpfs", 0, nullptr) == 0;
  });
  if (said == "cannot hinder") GTEST_SKIP() << "cannot mount over BTF here";
  EXPECT_THAT(said, testing::StartsWith("UNIMPLEMENTED: probe off_cpu"));
  EXPECT_THAT(said, HasSubstr("has no BTF"));
}

TEST_F(RefusalForReal, WithSeccomp) {
  const std::string said = SaidAfter([] {
    sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    const sock_fprog filter{std::size(program), program};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
  });
  EXPECT_THAT(said, testing::StartsWith("PERMISSION_DENIED: probe off_cpu"));
  EXPECT_THAT(said, HasSubstr("seccomp"));
}

}  // namespace
}  // namespace knotestat::probes
