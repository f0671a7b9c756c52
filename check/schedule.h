// A schedule as a short string, which takes the same steps again.
//
//   k2:a69425d8f010:epoch/close/tso:5f3a9c01:c1a3:fence@epoch.h,94,7
//
// It names the revision that it is of, strategy, program and model, a checksum
// over the steps that shows whether the program still is the same, the choices
// that differ from the default, each as the number of choices skipped before it
// and what was taken instead, and the planted fault, if any.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_SCHEDULE_H_
#define KNOTESTAT_CHECK_SCHEDULE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "check/engine.h"

namespace knotestat::check {

struct Schedule {
  std::string revision;  // of the build that wrote it: see Revision()
  std::string strategy, program;
  Model model = Model::kTso;
  uint32_t fingerprint = 0;
  std::vector<uint8_t> choices;  // trailing defaults left out
  MutationKind mutation = MutationKind::kNone;
  std::string mutation_file;  // without folders
  uint32_t mutation_line = 0, mutation_column = 0;

  Schedule() = default;
  // One of this build.
  Schedule(std::string strategy_name, std::string program_name, Model m,
           uint32_t checksum, std::vector<uint8_t> chosen,
           const Mutation& fault);
};

std::string Write(const Schedule& schedule);

// kInvalidArgument: says what is wrong with `text`.
absl::StatusOr<Schedule> ReadSchedule(std::string_view text);

// kInvalidArgument: says that `schedule` does not fit this build because of
// `what`, which revision it is of and which this one is, and what to do.
absl::Status OfAnotherBuild(const Schedule& schedule, std::string_view what);

// Takes the given choices, then the default ones.
class Replay final : public Chooser {
 public:
  explicit Replay(std::vector<uint8_t> choices)
      : choices_(std::move(choices)) {}
  void Begin() override { position_ = 0; }
  Proc PickProc(const Pending&, ProcSet enabled, Proc current) override;
  int PickValue(int count) override;

 private:
  int NextChoice(int count);

  const std::vector<uint8_t> choices_;
  size_t position_ = 0;
};

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_SCHEDULE_H_
