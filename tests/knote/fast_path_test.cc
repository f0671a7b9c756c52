// What the compiler makes of reader sections: a fast path that promises to do
// without atomic read-modify-writes and fences has none in its machine code.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "tests/knote/strategies.h"

// Where the program begins, by the linker.
extern "C" const char __executable_start;

namespace knote {
namespace {

// A section around nothing that the compiler may take away.
template <class S>
[[gnu::noinline, gnu::used]] void SectionOf(S& strategy,
                                            typename S::ThreadState& thread,
                                            knote<HwEnv>& kn,
                                            typename S::KnoteState& state) {
  typename S::Section section(strategy, thread, kn, state);
  asm volatile("" ::: "memory");
}

// The end of an operation, for a strategy whose threads announce it.
template <class S>
[[gnu::noinline, gnu::used]] void QuiescentOf(S& strategy,
                                              typename S::ThreadState& thread) {
  strategy.Quiescent(thread);
}

// The machine code of `function`, an instruction each, as objdump prints it.
std::vector<std::string> CodeAt(const void* function) {
  // Position-independent: where the program lies in its file.
  const auto start = reinterpret_cast<uintptr_t>(function) -
                     reinterpret_cast<uintptr_t>(&__executable_start);
  char command[160];
  std::snprintf(command, sizeof(command),
                "objdump -d --no-show-raw-insn --start-address=%#zx "
                "--stop-address=%#zx /proc/%d/exe",
                start, start + 1024, getpid());
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command, "r"), pclose);
  std::vector<std::string> code;
  std::array<char, 512> line;
  bool inside = false;
  while (pipe && fgets(line.data(), line.size(), pipe.get()) != nullptr) {
    const std::string text(line.data());
    const bool label = text.ends_with(">:\n");
    if (label && inside) break;  // the next function
    if (label) inside = true;
    const size_t tab = text.find('\t');
    if (inside && tab != text.npos) code.push_back(text.substr(tab + 1));
  }
  // What pads the function, and what follows its last jump or return.
  while (!code.empty() &&
         (code.back().starts_with("nop") || code.back().starts_with("cs nop") ||
          code.back().starts_with("data16") ||
          code.back().starts_with("xchg   %ax,%ax")))
    code.pop_back();
  return code;
}

bool IsHeavy(const std::string& instruction) {
  return instruction.starts_with("lock ") ||
         instruction.find("fence") != instruction.npos ||
         (instruction.starts_with("xchg") &&
          instruction.find('(') != instruction.npos);
}

// Prints how long `code` is, and returns the instructions that a plain reader
// must not have.
std::vector<std::string> HeavyOnesOf(const std::string& name,
                                     const std::vector<std::string>& code) {
  std::vector<std::string> heavy;
  std::copy_if(code.begin(), code.end(), std::back_inserter(heavy), IsHeavy);
  std::printf("%-28s %3zu instructions, %zu atomic or fence\n", name.c_str(),
              code.size(), heavy.size());
  return heavy;
}

template <class S>
class FastPath : public testing::Test {};
TYPED_TEST_SUITE(FastPath, AllStrategies, StrategyName);

TYPED_TEST(FastPath, KeepsWhatItPromises) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    !defined(__OPTIMIZE__) || !defined(__x86_64__)
  GTEST_SKIP() << "looks at optimized x86-64 code without sanitizers";
#endif
  if (std::system("objdump --version >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "needs objdump (Debian package binutils)";
  const std::string name = StrategyName::GetName<TypeParam>(0);
  const auto code =
      CodeAt(reinterpret_cast<const void*>(&SectionOf<TypeParam>));
  ASSERT_GE(code.size(), 1u);
  const auto heavy = HeavyOnesOf(name, code);
  if (TypeParam::kInfo.plain_reader) {
    EXPECT_THAT(heavy, testing::IsEmpty());
  } else {
    EXPECT_THAT(heavy, testing::Not(testing::IsEmpty()))
        << "it could promise a plain reader";
  }
  if constexpr (AnnouncesQuiescence<TypeParam>) {
    const auto end =
        CodeAt(reinterpret_cast<const void*>(&QuiescentOf<TypeParam>));
    ASSERT_GE(end.size(), 3u);
    EXPECT_THAT(HeavyOnesOf(name + ", mi_userret", end), testing::IsEmpty());
  }
}

}  // namespace
}  // namespace knote
