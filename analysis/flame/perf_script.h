// The text that `perf script` prints: blocks of a header and its call chain.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FLAME_PERF_SCRIPT_H_
#define KNOTESTAT_ANALYSIS_FLAME_PERF_SCRIPT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "analysis/flame/lines.h"
#include "analysis/flame/stack_tree.h"

namespace knotestat::flame {

// Reads text that arrives in pieces. A sample counts 1, whatever its period.
// The thread's name is the first frame. Kernel functions end in "_[k]"; what
// perf could not name is "[unknown in FILE+0xADDRESS]", or "[unknown]" without
// a file. A ';' in a name becomes ':'. Of several events only the first one's
// samples are taken: their sum would mean nothing. Not thread-safe.
class PerfScriptParser {
 public:
  // Adds to `tree`, which must outlive the parser.
  explicit PerfScriptParser(StackTree* tree) : tree_(tree) {}

  // Errors (kInvalidArgument) name the line that is neither a header nor a
  // frame.
  absl::Status Feed(std::string_view piece);
  absl::Status Finish();

  // A sentence on the samples of other events; empty if there are none.
  std::string Note() const;

 private:
  absl::Status Line(std::string_view line);
  void Begin(std::string_view header);
  absl::Status End();

  StackTree* tree_;
  LineSplitter lines_;
  uint64_t line_ = 0;
  bool in_sample_ = false;
  bool wanted_ = false;  // the sample is of event_
  std::string thread_;
  std::string frames_;  // ";outer;inner", grown at the front
  std::string event_;
  std::string other_event_;
  uint64_t others_ = 0;
};

// Whether `text` begins as that of `perf script` does.
bool LooksLikePerfScript(std::string_view text);

}  // namespace knotestat::flame

#endif  // KNOTESTAT_ANALYSIS_FLAME_PERF_SCRIPT_H_
