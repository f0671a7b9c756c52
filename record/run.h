// One run as it was measured: raw rows, nothing derived from them.
//
// This is the narrow waist of knotestat. The collector writes these structs,
// record/store.h keeps them in SQLite, analysis/ turns them into the figures
// of record/figures.h. All durations are nanoseconds, all sizes bytes.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_RECORD_RUN_H_
#define KNOTESTAT_RECORD_RUN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/truth.h"

namespace knotestat::record {

// Version of the result file and of the JSON made from it. A reader refuses
// newer versions.
inline constexpr int kSchemaVersion = 5;

// An empty timed bracket took `ns` so many times: what the timer adds to each
// sampled operation.
struct TimerBracket {
  double ns = 0;
  uint64_t count = 0;
};

// A CPU was away from a busy thread for `ns` so many times.
struct Interruption {
  double ns = 0;
  uint64_t count = 0;
};

// Where, when and how a run was made.
struct Context {
  std::string host;
  std::string kernel;  // uname -r
  std::string cpu_model;
  int cpus = 0;            // online CPUs of the machine
  std::string started_at;  // ISO 8601, UTC
  std::string command_line;
  std::string build;            // "release g++ 12.2.0", sanitizer if any
  uint64_t seed = 0;            // of every random choice of the run
  double timer_quantum_ns = 0;  // smallest step of the timer
  double timer_cost_ns = 0;     // cost of one timed bracket
  // Most that a reading on one CPU was behind an earlier one on another;
  // absent: one CPU, or not measured.
  std::optional<double> timer_skew_ns;
  bool bpf = false;        // eBPF probes were attached
  std::string bpf_reason;  // why not; empty if they were
  std::vector<TimerBracket> timer_brackets;
  // For how long the CPUs were watched for interruptions, one CPU's time added
  // to the other's; 0: not. And what was seen, shortest first.
  double watched_ns = 0;
  std::vector<Interruption> interruptions;
  std::string plan;  // JSON: what to measure, for --resume; empty: cannot
};

// A process that measured one group of cells: its memory layout is fixed when
// it starts, so what it measured shares one draw of that.
struct Launch {
  int id = 0;          // unique within the run, from 1
  int first_cell = 0;  // the group's
  std::string started_at;
  bool finished = false;  // false: still running, interrupted or killed
};

// Bytes that a strategy needs beyond the unsynchronized dispatch.
struct Bytes {
  int64_t per_knote = 0;
  int64_t per_klist = 0;
  int64_t per_thread = 0;
  int64_t per_cpu = 0;
};

// One measured configuration: a strategy under a workload on some CPUs.
struct Cell {
  int id = 0;            // unique within the run
  std::string strategy;  // "epoch"
  std::string group;     // "own", "peer" or "control"
  std::string scope;     // "global", "klist" or "knote"
  std::string workload;  // "submit"
  int cpus = 0;
  int threads = 0;  // per process
  int processes = 0;
  std::string cpu_list;           // "0,1"
  std::string parameters;         // JSON object: devices, hold_ns, mix, ...
  std::string submit_protection;  // "section" or "contract"
  std::string refused;            // why it was not measured; empty if it was
  Bytes bytes;
  Promises promises;
};

// What a block was run for.
enum class BlockKind {
  kMean,     // no probes, no sampling: the source of the means
  kBare,     // the sampled loop without probes: base of the certificate
  kProbed,   // the sampled loop with all probes: top of the certificate
  kLatency,  // probes, sampling and detaches: the source of distributions
};

// One thread's share of one block. Blocks of one round belong together; rounds
// of different launches have different numbers.
struct Block {
  int cell = 0;
  int round = 0;
  BlockKind kind = BlockKind::kMean;
  std::string path;  // "scan", "submit", "register"; "mix" if several
  int thread = 0;    // 0 .. processes * threads - 1
  uint64_t operations = 0;
  double elapsed_ns = 0;
  int launch = 0;  // 0: not by a launch of its own (and in schema 1)
  // kProbed: the one probe that was attached; empty: all
  std::string probe = "";
  // How long a cycle of the CPU's clock was just before it; absent: not known.
  std::optional<double> cycle_ns = {};
  int place = 0;  // which of the places that the launch had the cell's world in
};

// One klist_fini().
struct Detach {
  int cell = 0;
  int round = 0;
  uint64_t knotes = 0;          // on the klist when it began
  double from_intended_ns = 0;  // schedule's start to klist_fini()'s end
  double total_ns = 0;          // its call to its end
  double publish_ns = 0;
  double wait_ns = 0;
  double reclaim_ns = 0;
  int launch = 0;
};

// `count` values v with lower_ns <= v < upper_ns.
struct Bucket {
  int cell = 0;
  std::string histogram;  // "sampled.scan", "bpf.klist_fini.wait", ...
  uint64_t lower_ns = 0;
  uint64_t upper_ns = 0;
  uint64_t count = 0;
};

// What was seen of one stack: root first, frames separated by ';'. Empty text
// and a `cpu` of -1 mean that the file does not say: an older one, or a stack
// that is nobody's.
struct Stack {
  int cell = 0;
  std::string kind;  // "on_cpu" (value in samples), "off_cpu", "blame" (in ns)
  std::string folded;
  uint64_t value = 0;
  uint64_t events = 0;  // samples, sleeps or waits; 0: not recorded
  // "off_cpu": the stack that ended the sleeps, or kNoThread.
  std::string waker = {};
  // Whose stack it is: "thread 3" (block.thread), "writer", "other"; and where.
  std::string thread = {};
  int cpu = -1;
  // Of the cell's measuring time, in the order of time: what differs between
  // parts by chance tells how much the whole does. Always 0 for "on_cpu".
  int part = 0;
};

// Stack::waker of sleeps that none of our threads ended.
inline constexpr char kNoThread[] = "[timer, device or other process]";

// One wait of a chain of waits: the caller of klist_fini() waited for a thread
// that itself waited, and so on. Equal chains share their rows.
struct WaitLink {
  int cell = 0;
  // A line for each wait, three fields separated by tabs: the folded stack
  // where the thread waited; the lock ("futex", "futex NAME"), empty if it was
  // none; the folded stack that ended the wait, empty if no thread of ours did.
  std::string chain;
  int link = 0;           // whose times: 0 is the first line of `chain`
  uint64_t count = 0;     // how often the chain was seen
  uint64_t total_ns = 0;  // of this link; each within the one before
  uint64_t max_ns = 0;
};

// Counter of a cell; see below.
inline constexpr char kForbiddenLoad[] = "forbidden_load";

// A named total of a cell. Absent means not measured, never 0.
//   events_lost, steal_ns, involuntary_switches, oracle_violations,
//   sampled.PATH.max_ns (exact maximum of that histogram),
//   bpf.klist_fini.count, bpf.reader_blocked.count, ...
//   forbidden_load (1: measured although the strategy forbids this load)
struct Counter {
  int cell = 0;
  std::string name;
  double value = 0;
};

// Rows that become durable together: all or none.
struct Batch {
  std::vector<Block> blocks;
  std::vector<Detach> detaches;
  std::vector<Bucket> buckets;    // added to buckets already stored
  std::vector<Stack> stacks;      // added to stacks already stored
  std::vector<Counter> counters;  // added, but *.max_ns keep the maximum
  std::vector<WaitLink> wait_links = {};  // likewise
};

// A whole run in memory.
struct Run {
  Context context;
  bool finished = false;  // false: still running, or killed
  std::vector<Launch> launches;
  std::vector<Cell> cells;
  Batch rows;
  std::vector<Truth> truths = {};  // of truth workloads; by id
};

}  // namespace knotestat::record

#endif  // KNOTESTAT_RECORD_RUN_H_
