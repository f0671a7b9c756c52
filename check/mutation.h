// A fault that the environment plants at one place of the code under check.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_MUTATION_H_
#define KNOTESTAT_CHECK_MUTATION_H_

#include <cstring>
#include <source_location>
#include <string_view>

namespace knotestat::check {

enum class MutationKind {
  kNone,
  kDropFence,    // light, heavy, restart or thread fence
  kDropRestart,  // of a restart fence only the fence is left
  kDropAcquire,  // the operation no longer acquires
  kDropRelease,  // it no longer releases
  kDropSeqCst,   // acquires and releases, but is not sequentially consistent
  kDropWake,     // futex wake does nothing
  kSplitUpdate,  // a read-modify-write becomes a load and a store
  kStaleCpu,     // the per-CPU add is not restarted when preempted
  kIgnoreLoad,   // what is loaded is taken for 0: a missing check
};

// "light fence dropped" and so on.
std::string_view NameOf(MutationKind kind);

// A place in the source.
struct Site {
  const char* file = "";
  const char* function = "";
  uint32_t line = 0;
  uint32_t column = 0;

  Site() = default;
  explicit Site(const std::source_location& where)
      : file(where.file_name()),
        function(where.function_name()),
        line(where.line()),
        column(where.column()) {}
  // `file` may lack folders.
  bool Is(const std::source_location& where) const {
    return where.line() == line && where.column() == column &&
           std::string_view(where.file_name()).ends_with(file);
  }
};

struct Mutation {
  MutationKind kind = MutationKind::kNone;
  Site site;
};

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_MUTATION_H_
