// Names for addresses of this process, of libraries that have gone, and of the
// kernel; and stacks of a live probe folded.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "collector/symbolizer.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <fstream>
#include <string>
#include <thread>

#include "absl/strings/str_split.h"
#include "record/run.h"
#include "tests/probes/live_probe.h"
#include "tests/probes/sleeping.h"

namespace symbols {

struct Environment {};
template <class Env>
struct Mechanism {};

// Return their own address, seen from inside.
[[gnu::noinline]] uint64_t Here() {
  uint64_t address;
  asm volatile("lea -1(%%rip), %0" : "=r"(address));
  return address;
}
template <class Strategy>
[[gnu::noinline]] uint64_t HereIn() {
  uint64_t address;
  asm volatile("lea -1(%%rip), %0" : "=r"(address));
  return address;
}
[[gnu::always_inline]] inline uint64_t Inlined() {
  uint64_t address;
  asm volatile("lea -1(%%rip), %0" : "=r"(address));
  return address;
}
[[gnu::noinline]] uint64_t Outer() { return Inlined(); }

[[gnu::noinline]] void SleepHere(int times) {
  for (int i = 0; i < times; i++) {
    knotestat::probes::SleepInline(200'000);
  }
}

}  // namespace symbols

namespace knotestat::collector {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

TEST(Symbolizer, NamesAFunctionOfOurOwn) {
  Symbolizer symbolizer;
  EXPECT_THAT(symbolizer.UserFrames(symbols::Here()),
              ElementsAre("symbols::Here"));
  // Cached answers are the same.
  EXPECT_THAT(symbolizer.UserFrames(symbols::Here()),
              ElementsAre("symbols::Here"));
}

TEST(Symbolizer, ShortensTemplateArguments) {
  Symbolizer symbolizer;
  const uint64_t address =
      symbols::HereIn<symbols::Mechanism<symbols::Environment>>();
  EXPECT_THAT(symbolizer.UserFrames(address),
              ElementsAre("symbols::HereIn<Mechanism>"));
}

// At -g1, clang notes the names of inlined functions without their namespaces.
TEST(Symbolizer, InlinedFunctionsHaveFrames) {
  Symbolizer symbolizer;
  EXPECT_THAT(
      symbolizer.UserFrames(symbols::Outer()),
      ElementsAre(AnyOf("symbols::Inlined", "Inlined"), "symbols::Outer"));
}

TEST(Symbolizer, NamesLibraryFunctions) {
  Symbolizer symbolizer;
  const auto address =
      reinterpret_cast<uint64_t>(dlsym(RTLD_DEFAULT, "ns_name_pton"));
  ASSERT_NE(address, 0u);
  EXPECT_THAT(symbolizer.UserFrames(address + 1),
              ElementsAre(HasSubstr("ns_name_pton")));
}

TEST(Symbolizer, ModulesThatHaveGoneStayKnown) {
  Symbolizer before;
  // Part of libc6, but not linked to this program.
  void* library = dlopen("libBrokenLocale.so.1", RTLD_NOW);
  ASSERT_NE(library, nullptr) << dlerror();
  const auto address =
      reinterpret_cast<uint64_t>(dlsym(library, "__ctype_get_mb_cur_max")) + 1;
  Symbolizer symbolizer;
  EXPECT_EQ(before.UserFrames(address)[0].find("__ctype_get_mb_cur_max"),
            std::string::npos);
  EXPECT_EQ(before.Snapshot(), absl::OkStatus());
  EXPECT_THAT(before.UserFrames(address),
              ElementsAre("__ctype_get_mb_cur_max"));
  dlclose(library);
  ASSERT_EQ(dlopen("libBrokenLocale.so.1", RTLD_NOW | RTLD_NOLOAD), nullptr);
  EXPECT_EQ(symbolizer.Snapshot(), absl::OkStatus());
  EXPECT_THAT(symbolizer.UserFrames(address),
              ElementsAre("__ctype_get_mb_cur_max"));
}

TEST(Symbolizer, SaysWhereUnknownCodeIs) {
  void* memory = mmap(nullptr, 4096, PROT_READ | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  Symbolizer symbolizer;
  EXPECT_THAT(symbolizer.UserFrames(reinterpret_cast<uint64_t>(memory) + 16),
              ElementsAre("[unknown in anonymous memory+0x10]"));
  munmap(memory, 4096);
  EXPECT_THAT(symbolizer.UserFrames(1), ElementsAre("[unknown]"));
  // The ELF header of this program is mapped, and is no function.
  const auto header =
      reinterpret_cast<uint64_t>(dlsym(RTLD_DEFAULT, "__executable_start"));
  if (header != 0) {
    EXPECT_THAT(symbolizer.UserFrames(header)[0],
                MatchesRegex("\\[unknown in .*_tests\\+0x0\\]"));
  }
}

// The address of a kernel function; 0 if it is hidden.
uint64_t KernelAddressOf(const std::string& wanted) {
  std::ifstream file("/proc/kallsyms");
  uint64_t address = 0;
  std::string type, name, rest;
  while (file >> std::hex >> address >> type >> name) {
    if (name == wanted) return address;
    std::getline(file, rest);
  }
  return 0;
}

TEST(Symbolizer, NamesKernelFunctionsIfItMay) {
  Symbolizer symbolizer;
  EXPECT_EQ(symbolizer.KernelFrame(1), "[kernel]");
  const uint64_t schedule = KernelAddressOf("schedule");
  if (schedule == 0) {
    EXPECT_EQ(symbolizer.KernelFrame(~uint64_t{0}), "[kernel]");
    GTEST_SKIP() << "/proc/kallsyms hides addresses (kptr_restrict)";
  }
  EXPECT_EQ(symbolizer.KernelFrame(schedule), "schedule");
  EXPECT_EQ(symbolizer.KernelFrame(schedule + 4), "schedule");
}

TEST(Symbolizer, FoldsRootFirstUserBeforeKernel) {
  Symbolizer symbolizer;
  probes::RawStack stack;
  stack.kind = "on_cpu";
  stack.user = {symbols::Outer(), symbols::Here()};
  stack.kernel = {1};
  EXPECT_THAT(symbolizer.Fold(stack),
              MatchesRegex("symbols::Here;symbols::Outer;(symbols::)?Inlined_"
                           "\\[i\\];\\[kernel\\]_\\[k\\]"));
  EXPECT_EQ(symbolizer.Fold(probes::RawStack()), "");
}

TEST(Symbolizer, WhatIsUnknownIsSpelledAlikeInStacks) {
  Symbolizer symbolizer;
  void* code = mmap(nullptr, 4096, PROT_READ | PROT_EXEC,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(code, MAP_FAILED);
  ASSERT_EQ(symbolizer.Snapshot(), absl::OkStatus());
  probes::RawStack stack;
  stack.kind = "on_cpu";
  stack.user = {reinterpret_cast<uint64_t>(code) + 16};
  // Mappings may be joined with a neighbour, so the offset is not known.
  EXPECT_THAT(symbolizer.Fold(stack),
              MatchesRegex("\\[unknown in anonymous memory\\+0x[0-9a-f]+\\]"));
  munmap(code, 4096);
}

TEST(Symbolizer, SaysThatNobodyIsToBlame) {
  Symbolizer symbolizer;
  probes::RawStack stack;
  stack.kind = "blame";
  EXPECT_EQ(symbolizer.Fold(stack), "[nobody woke the writer]");
  stack.user = {symbols::Here()};
  EXPECT_TRUE(symbolizer.Fold(stack).starts_with("symbols::Here"));
}

TEST(Symbolizer, BlamedStacksStandUnderTheFunctionThatWasLeft) {
  Symbolizer symbolizer;
  probes::RawStack stack;
  stack.kind = "blame";
  stack.user = {symbols::Outer()};
  const std::string alone = symbolizer.Fold(stack);
  stack.function = symbols::Here();
  EXPECT_EQ(symbolizer.Fold(stack), "symbols::Here_[left];" + alone);
  EXPECT_EQ(symbolizer.FoldWaker(stack), "");
}

TEST(Symbolizer, SaysWhoEndedASleep) {
  Symbolizer symbolizer;
  probes::RawStack stack;
  stack.kind = "off_cpu";
  stack.user = {symbols::Here()};
  EXPECT_EQ(symbolizer.FoldWaker(stack), record::kNoThread);
  stack.ended_by_thread = true;
  EXPECT_EQ(symbolizer.FoldWaker(stack), "[stack lost]");
  stack.waker = {symbols::Outer(), symbols::Here()};
  EXPECT_THAT(symbolizer.FoldWaker(stack),
              MatchesRegex("symbols::Here;symbols::Outer.*"));
}

uint32_t lock_word_of_test = 1;

TEST(Symbolizer, ChainsHaveALineForEachWait) {
  Symbolizer symbolizer;
  probes::RawChain chain;
  chain.links.resize(3);
  probes::RawLink& first = chain.links[0];
  first.waits = {symbols::Outer(), symbols::Here()};
  first.lock = reinterpret_cast<uint64_t>(&lock_word_of_test);
  first.ended_by_thread = true;
  first.wakes = {symbols::Here()};
  chain.links[1].waits = {symbols::Here()};
  chain.links[1].lock = 16;
  chain.links[2].ended_by_thread = true;
  const std::vector<std::string> lines =
      absl::StrSplit(symbolizer.FoldChain(chain), '\n');
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_THAT(lines[0], MatchesRegex("symbols::Here;symbols::Outer.*\tfutex "
                                     ".*lock_word_of_test\tsymbols::Here.*"));
  EXPECT_THAT(lines[1], MatchesRegex("symbols::Here.*\tfutex\t"));
  EXPECT_EQ(lines[2], "[stack lost]\t\t[stack lost]");
  EXPECT_EQ(symbolizer.Variable(symbols::Here()), std::nullopt) << "a function";
}

TEST(Symbolizer, ReturnAddressesBelongToTheCallBeforeThem) {
  Symbolizer symbolizer;
  const auto start = reinterpret_cast<uint64_t>(symbols::Here);
  probes::RawStack stack;
  stack.kind = "on_cpu";
  stack.user = {start, start};  // the second returns to where Here() begins
  const std::string folded = symbolizer.Fold(stack);
  EXPECT_TRUE(folded.ends_with(";symbols::Here")) << folded;
  EXPECT_FALSE(folded.starts_with("symbols::Here;")) << folded;
}

TEST(Symbolizer, FramesOfTheProbeItselfAreDropped) {
  const uint64_t schedule = KernelAddressOf("__schedule");
  if (schedule == 0) GTEST_SKIP() << "/proc/kallsyms hides addresses";
  Symbolizer symbolizer;
  probes::RawStack stack;
  stack.kernel = {1, schedule + 4, KernelAddressOf("schedule") + 4};
  stack.kind = "off_cpu";
  EXPECT_EQ(symbolizer.Fold(stack), "schedule_[k];__schedule_[k]");
  stack.kind = "on_cpu";
  EXPECT_EQ(symbolizer.Fold(stack), "schedule_[k];__schedule_[k];[kernel]_[k]");
}

class LiveStacks : public probes::LiveProbe {};

TEST_F(LiveStacks, ASleeperFoldsToItsNameAndTheKernelsSleep) {
  Start("off_cpu");
  std::thread(symbols::SleepHere, probes::kTwentyThree).join();
  Symbolizer symbolizer;
  std::vector<std::string> lines;
  for (const probes::RawStack& stack : Finish().stacks) {
    lines.push_back(symbolizer.Fold(stack));
  }
  EXPECT_THAT(
      lines, testing::Contains(testing::AllOf(HasSubstr(";symbols::SleepHere;"),
                                              testing::EndsWith("_[k]"))));
  if (KernelAddressOf("__schedule") != 0) {
    EXPECT_THAT(lines,
                testing::Contains(testing::AllOf(
                    HasSubstr(";symbols::SleepHere;"), HasSubstr("nanosleep"),
                    testing::EndsWith("__schedule_[k]"))));
  }
}

}  // namespace
}  // namespace knotestat::collector
