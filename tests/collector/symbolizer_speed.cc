// How fast addresses become names: 100,000 distinct ones, spread evenly over
// the text of this program, which has DWARF. Prints CPU time; a benchmark, not
// a test: docs/reference/speed.md has its figures.
//
//     build/release/tests/symbolizer_speed [ADDRESSES]
//
// SPDX-License-Identifier: BSD-2-Clause
#include <time.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "collector/symbolizer.h"

// Set by the linker: where the program begins and its text ends.
extern "C" const char __executable_start[];
extern "C" const char etext[];

namespace {

double CpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) / 1e9;
}

// Looks all of them up; the functions found, inlined ones included.
size_t LookUpAll(knotestat::collector::Symbolizer& symbolizer,
                 uint64_t addresses) {
  const auto begin = reinterpret_cast<uint64_t>(__executable_start);
  const auto end = reinterpret_cast<uint64_t>(etext);
  size_t functions = 0;
  for (uint64_t i = 0; i < addresses; ++i) {
    functions +=
        symbolizer.UserFrames(begin + (end - begin) * i / addresses).size();
  }
  return functions;
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t addresses =
      argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  knotestat::collector::Symbolizer symbolizer;
  const double start = CpuSeconds();
  LookUpAll(symbolizer, 1);
  const double opened = CpuSeconds();
  const size_t functions = LookUpAll(symbolizer, addresses);
  const double done = CpuSeconds();
  LookUpAll(symbolizer, addresses);
  const double again = CpuSeconds();
  std::printf("%zu bytes of text, %llu addresses, %zu functions\n",
              static_cast<size_t>(etext - __executable_start),
              static_cast<unsigned long long>(addresses), functions);
  std::printf("first address, which opens the files: %.3f s\n", opened - start);
  std::printf("all: %.3f s of CPU time\n", done - opened);
  std::printf("the same again: %.3f s\n", again - done);
}
