// How fast a million samples become flame graphs, from the BPF map on: out of
// the map, addresses to names, into the result file, out of it again, and into
// each format. The samples are planted in the map of the loaded on_cpu probe:
// 8192 distinct stacks of 18 to 39 addresses, or those given, all over the text
// of this program, which has DWARF, so that a stack has several times as many
// frames. Prints CPU time; a benchmark, not a test: docs/reference/speed.md has
// its figures.
//
//     build/release/tests/maps_to_formats_speed [STACKS [FEWEST MOST]]
//
// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

#include "analysis/flame/format.h"
#include "analysis/flame/selection.h"
#include "collector/observer.h"
#include "collector/symbolizer.h"
#include "probes/on_cpu/on_cpu.h"
#include "record/store.h"
#include "tests/probes/loaded_map.h"

// Set by the linker: where the program begins and its text ends.
extern "C" const char __executable_start[];
extern "C" const char etext[];

namespace {

using knotestat::collector::Observer;
using knotestat::collector::Symbolizer;

constexpr uint64_t kSamples = 1'000'000;
constexpr int kFunctions = 3000;

double CpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) / 1e9;
}

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "maps_to_formats_speed: %s\n", why.c_str());
  std::exit(1);
}

// Stacks that share beginnings, as those of one program do.
kns_on_cpu_stack DrawStack(std::mt19937& random, unsigned fewest,
                           unsigned most) {
  const auto begin = reinterpret_cast<uint64_t>(__executable_start);
  const auto end = reinterpret_cast<uint64_t>(etext);
  kns_on_cpu_stack stack{};
  stack.thread = static_cast<uint32_t>(getpid());
  stack.user_depth =
      static_cast<uint16_t>(fewest + random() % (most - fewest + 1));
  auto function = static_cast<unsigned>(random() % 5);
  for (int i = stack.user_depth; i > 0; --i) {
    stack.user[i - 1] = begin + (end - begin) / kFunctions * function;
    const unsigned steps[] = {1, 1, 1, 2, 3, 5};
    function = (function * 7 + steps[random() % 6]) % kFunctions;
  }
  return stack;
}

void Plant(int map, uint64_t stacks, unsigned fewest, unsigned most) {
  std::mt19937 random(1);
  uint64_t planted = 0, samples = 0;
  while (planted < stacks) {
    const kns_on_cpu_stack stack = DrawStack(random, fewest, most);
    uint64_t count = kSamples / stacks;
    if (planted + 1 == stacks) count = kSamples - samples;
    if (bpf_map_update_elem(map, &stack, &count, BPF_NOEXIST) != 0) {
      if (errno == EEXIST) continue;
      Fail(std::string("the map takes no more: ") + std::strerror(errno));
    }
    ++planted;
    samples += count;
  }
}

class Steps {
 public:
  void Took(const std::string& what) {
    const double now = CpuSeconds();
    std::printf("%-28s %7.3f s\n", what.c_str(), now - last_);
    last_ = CpuSeconds();
  }
  void Start() { begin_ = last_ = CpuSeconds(); }
  double total() const { return last_ - begin_; }

 private:
  double begin_ = 0, last_ = 0;
};

knotestat::record::Run StoreAndRead(const knotestat::record::Batch& batch,
                                    Steps& steps) {
  using knotestat::record::Read;
  using knotestat::record::Writer;
  std::string path = "/tmp/maps_to_formats_XXXXXX";
  if (mkdtemp(path.data()) == nullptr) Fail("cannot make a folder in /tmp");
  const std::string folder = path;
  path += "/run.db";
  auto writer = Writer::Create(path, {});
  if (!writer.ok()) Fail(writer.status().ToString());
  knotestat::record::Cell cell;
  cell.id = 1;
  cell.strategy = "epoch";
  absl::Status stored = (*writer)->AddCell(cell);
  if (stored.ok()) stored = (*writer)->Commit(batch);
  if (stored.ok()) stored = (*writer)->Finish();
  if (!stored.ok()) Fail(stored.ToString());
  steps.Took("into the result file");
  auto run = Read(path);
  unlink(path.c_str());
  rmdir(folder.c_str());
  if (!run.ok()) Fail(run.status().ToString());
  steps.Took("out of it");
  return *std::move(run);
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t stacks = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 8192;
  if (stacks == 0 || stacks > KNS_MAX_STACKS)
    Fail("expected 1 to " + std::to_string(KNS_MAX_STACKS) + " stacks");
  const auto fewest = static_cast<unsigned>(argc > 3 ? std::atoi(argv[2]) : 18);
  const auto most = static_cast<unsigned>(argc > 3 ? std::atoi(argv[3]) : 39);
  if (fewest < 5 || most < fewest || most > KNS_USER_FRAMES)
    Fail("expected 5 to " + std::to_string(KNS_USER_FRAMES) + " addresses");
  Symbolizer symbolizer;
  Observer observer(/*wanted=*/true, {getpid()}, symbolizer);
  if (!observer.active()) Fail(observer.status().ToString());
  const int map =
      knotestat::probes::MapLoadedLast("stacks", sizeof(kns_on_cpu_stack));
  if (map < 0) Fail("the probe on_cpu has no map of samples");
  Plant(map, stacks, fewest, most);

  Steps steps;
  steps.Start();
  knotestat::record::Batch batch;
  if (const auto taken = observer.Collect(0, 1, 0, batch); !taken.ok())
    Fail(taken.ToString());
  steps.Took("out of the maps, named");
  const knotestat::record::Run run = StoreAndRead(batch, steps);
  const auto tree = knotestat::flame::SelectStacks(run, {});
  if (!tree.ok()) Fail(tree.status().ToString());
  if (tree->total() != kSamples) Fail("samples are missing");
  steps.Took("merged");
  for (const auto& format : knotestat::flame::Formats()) {
    const auto document = format.write({.tree = *tree});
    if (!document.ok()) Fail(document.status().ToString());
    steps.Took(format.name);
  }
  std::printf("%-28s %7.3f s\n", "all", steps.total());
}
