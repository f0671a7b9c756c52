// The same planted section, as bpftrace and a plain rdtsc pair report it: what
// a profiler of sections of 5 ns has to do better. A benchmark, not a test:
//
//   sudo build/release/tests/side_by_side
//
// prints what each tool says. planted_section() takes kPlantedCycles longer
// than empty_section() does; what a tool says of the one minus what it says of
// the other should be that. `knotestat calibrate` plants the same section.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <fcntl.h>
#include <signal.h>
#include <sys/sdt.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "knote/env/cycle_chain.h"

namespace {

using std::chrono::steady_clock;

constexpr int kPlantedCycles = 18;
constexpr int kCyclesOfBoth = 8;  // in which a pipeline starts
constexpr int kTurns = 200'000;

double NsSince(steady_clock::time_point begin) {
  return std::chrono::duration<double, std::nano>(steady_clock::now() - begin)
      .count();
}

template <int kCycles>
double LeastNsOf() {
  double least = 1e9;
  for (int turn = 0; turn < kTurns; ++turn) {
    const auto begin = steady_clock::now();
    knote::FencedCycleChain<kCycles>();
    least = std::min(least, NsSince(begin));
  }
  return least;
}

// The clock and the fences are in both.
double NsOfACycle() { return (LeastNsOf<4000>() - LeastNsOf<2000>()) / 2000; }

double NsOfATick() {
  const auto begin = steady_clock::now();
  const uint64_t ticks = __rdtsc();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  return NsSince(begin) / static_cast<double>(__rdtsc() - ticks);
}

}  // namespace

// What the tools attach to.
extern "C" {
[[gnu::noinline]] void empty_section() {
  DTRACE_PROBE(side_by_side, empty__enter);
  knote::FencedCycleChain<kCyclesOfBoth>();
  DTRACE_PROBE(side_by_side, empty__leave);
}
[[gnu::noinline]] void planted_section() {
  DTRACE_PROBE(side_by_side, planted__enter);
  knote::FencedCycleChain<kCyclesOfBoth + kPlantedCycles>();
  DTRACE_PROBE(side_by_side, planted__leave);
}
}

namespace {

void RunBoth() {
  for (int turn = 0; turn < kTurns; ++turn) {
    empty_section();
    planted_section();
  }
}

struct Pair {
  double empty_ns = 0, planted_ns = 0;
};

void Print(const char* tool, const std::optional<Pair>& pair,
           double planted_ns) {
  if (!pair) {
    std::printf("%-24s not measured\n", tool);
    return;
  }
  const double found = pair->planted_ns - pair->empty_ns;
  std::printf("%-24s %9.2f %9.2f %9.2f %+9.2f\n", tool, pair->empty_ns,
              pair->planted_ns, found, found - planted_ns);
}

template <class Value>
Value Median(std::vector<Value>& values) {
  const auto middle =
      values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Around each call, as one would by hand, and the median of them.
Pair ByRdtsc() {
  const double tick_ns = NsOfATick();
  std::vector<uint64_t> empty, planted;
  for (int turn = 0; turn < kTurns; ++turn) {
    const uint64_t a = __rdtsc();
    empty_section();
    const uint64_t b = __rdtsc();
    planted_section();
    const uint64_t c = __rdtsc();
    empty.push_back(b - a);
    planted.push_back(c - b);
  }
  return {static_cast<double>(Median(empty)) * tick_ns,
          static_cast<double>(Median(planted)) * tick_ns};
}

// In alternating blocks of one kind, as knotestat measures.
Pair ByBlocks() {
  constexpr int kBlocks = 201, kOperations = 10'000;
  const auto time = [](void (*section)()) {
    const auto begin = steady_clock::now();
    for (int i = 0; i < kOperations; ++i) section();
    return NsSince(begin) / kOperations;
  };
  std::vector<double> empty, planted;
  for (int block = 0; block < kBlocks; ++block) {
    empty.push_back(time(empty_section));
    planted.push_back(time(planted_section));
  }
  return {Median(empty), Median(planted)};
}

// The mean time between two probes of bpftrace around each section, that
// `enter` and `leave` name after "empty" and "planted".
std::optional<Pair> ByBpftrace(const std::string& enter_empty,
                               const std::string& leave_empty,
                               const std::string& enter_planted,
                               const std::string& leave_planted) {
  const auto timed = [](const std::string& enter, const std::string& leave,
                        const std::string& name) {
    return enter + " { @t" + name + " = nsecs; } " + leave + " /@t" + name +
           "/ { @" + name + " = stats(nsecs - @t" + name + "); } ";
  };
  const std::string program = timed(enter_empty, leave_empty, "e") +
                              timed(enter_planted, leave_planted, "p") +
                              "END { clear(@te); clear(@tp); }";
  const std::string pid = std::to_string(getpid());
  const std::string output = "/tmp/side_by_side." + pid;
  const pid_t child = fork();
  if (child == 0) {
    const int file = open(output.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);  // its complaints are not JSON: ignored
    execlp("bpftrace", "bpftrace", "-p", pid.c_str(), "-f", "json", "-e",
           program.c_str(), nullptr);
    _exit(127);
  }
  // Nothing says when it has attached but that the sections get slow.
  for (int i = 0; i < 100; ++i) {
    const auto begin = steady_clock::now();
    for (int turn = 0; turn < 100; ++turn) planted_section();
    if (NsSince(begin) / 100 > 500) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  RunBoth();
  kill(child, SIGINT);
  waitpid(child, nullptr, 0);
  std::optional<Pair> pair;
  std::ifstream file(output);
  nlohmann::json maps;
  for (std::string line; std::getline(file, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (json.is_object() && json.value("type", "") == "stats")
      maps.update(json["data"]);
  }
  unlink(output.c_str());
  if (maps.contains("@e") && maps.contains("@p"))
    pair = {maps["@e"]["average"], maps["@p"]["average"]};
  return pair;
}

std::string SiteOf(const std::string& path, const char* name) {
  return "usdt:" + path + ":side_by_side:" + name;
}

}  // namespace

int main() {
  char path[4096] = {};
  if (readlink("/proc/self/exe", path, sizeof(path) - 1) <= 0) return 1;
  const std::string self = path;
  const double planted_ns = kPlantedCycles * NsOfACycle();
  std::printf("planted: %d cycles, %.2f ns\n\n", kPlantedCycles, planted_ns);
  std::printf("%-24s %9s %9s %9s %9s\n", "ns", "empty", "planted", "found",
              "error");
  Print("blocks of one kind", ByBlocks(), planted_ns);
  Print("rdtsc pair", ByRdtsc(), planted_ns);
  Print("bpftrace, USDT pair",
        ByBpftrace(SiteOf(self, "empty__enter"), SiteOf(self, "empty__leave"),
                   SiteOf(self, "planted__enter"),
                   SiteOf(self, "planted__leave")),
        planted_ns);
  Print("bpftrace, uprobe pair",
        ByBpftrace("uprobe:" + self + ":empty_section",
                   "uretprobe:" + self + ":empty_section",
                   "uprobe:" + self + ":planted_section",
                   "uretprobe:" + self + ":planted_section"),
        planted_ns);
  return 0;
}
