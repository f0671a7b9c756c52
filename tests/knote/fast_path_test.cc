// What the compiler makes of reader sections: a fast path that promises to do
// without atomic read-modify-writes and fences has none in its machine code.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
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

template <class S>
class FastPath : public testing::Test {
 protected:
  static std::vector<std::string> Code() {
    return CodeAt(reinterpret_cast<const void*>(&SectionOf<S>));
  }
};
TYPED_TEST_SUITE(FastPath, AllStrategies, StrategyName);

TYPED_TEST(FastPath, KeepsWhatItPromises) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    !defined(__OPTIMIZE__) || !defined(__x86_64__)
  GTEST_SKIP() << "looks at optimized x86-64 code without sanitizers";
#endif
  if (std::system("objdump --version >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "needs objdump (Debian package binutils)";
  const std::vector<std::string> code = this->Code();
  ASSERT_GE(code.size(), 1u);
  int heavy = 0;
  for (const std::string& instruction : code) heavy += IsHeavy(instruction);
  this->RecordProperty("instructions", static_cast<int>(code.size()));
  std::printf("%-28s %3zu instructions, %d atomic or fence\n",
              StrategyName::GetName<TypeParam>(0).c_str(), code.size(), heavy);
  if (TypeParam::kInfo.plain_reader) {
    for (const std::string& instruction : code)
      EXPECT_FALSE(IsHeavy(instruction)) << instruction;
  } else {
    EXPECT_GT(heavy, 0) << "it could promise a plain reader";
  }
}

}  // namespace
}  // namespace knote
