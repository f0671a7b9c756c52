// SPDX-License-Identifier: BSD-2-Clause
#include "check/schedule.h"

#include <array>
#include <charconv>
#include <cstdio>

#include "check/revision.h"

namespace knotestat::check {
namespace {

constexpr std::string_view kFormat = "k2";
constexpr size_t kMostRevision = 40;
constexpr std::array<std::pair<MutationKind, std::string_view>, 9> kMutations =
    {{{MutationKind::kDropFence, "fence"},
      {MutationKind::kDropRestart, "restart"},
      {MutationKind::kDropAcquire, "acquire"},
      {MutationKind::kDropRelease, "release"},
      {MutationKind::kDropSeqCst, "seq_cst"},
      {MutationKind::kDropWake, "wake"},
      {MutationKind::kSplitUpdate, "split"},
      {MutationKind::kStaleCpu, "cpu"},
      {MutationKind::kIgnoreLoad, "check"}}};

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// The whole of `text` as a number.
bool Number(std::string_view text, int base, uint32_t& number) {
  const char* end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, number, base);
  return error == std::errc() && after == end;
}

// Each choice that is not 0: how many zeros before it, as a number to the base
// of 26 in letters, then the choice in digits: "c1" is 0 0 1.
std::string WriteChoices(const std::vector<uint8_t>& choices) {
  std::string text;
  int zeros = 0;
  for (const uint8_t choice : choices) {
    if (choice == 0) {
      ++zeros;
      continue;
    }
    std::string letters;
    do {
      letters.insert(letters.begin(), static_cast<char>('a' + zeros % 26));
      zeros /= 26;
    } while (zeros > 0);
    text += letters + std::to_string(choice);
    zeros = 0;
  }
  return text.empty() ? "-" : text;
}

bool ReadChoices(std::string_view text, std::vector<uint8_t>& choices) {
  if (text == "-") return true;
  constexpr size_t kMost = 1'000'000;
  while (!text.empty()) {
    size_t zeros = 0;
    size_t i = 0;
    for (; i < text.size() && text[i] >= 'a' && text[i] <= 'z'; ++i) {
      zeros = zeros * 26 + static_cast<size_t>(text[i] - 'a');
      if (zeros > kMost) return false;
    }
    size_t end = i;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    uint32_t choice = 0;
    if (i == 0 || !Number(text.substr(i, end - i), 10, choice) || choice == 0 ||
        choice > 255)
      return false;
    choices.insert(choices.end(), zeros, 0);
    choices.push_back(static_cast<uint8_t>(choice));
    text.remove_prefix(end);
  }
  return true;
}

absl::Status Malformed(std::string_view text, std::string_view what) {
  return absl::InvalidArgumentError(
      "'" + std::string(text) + "' is not a schedule: " + std::string(what) +
      "; expected what `knotestat check` printed after 'replay:', such as "
      "k2:a69425d8f010:epoch/close/tso:5f3a9c01:c1f2");
}

absl::Status ReadMutation(std::string_view text, std::string_view part,
                          Schedule& schedule) {
  const auto halves = Split(part, '@');
  if (halves.size() != 2) return Malformed(text, "the fault has no '@'");
  for (const auto& [kind, name] : kMutations) {
    if (name == halves[0]) schedule.mutation = kind;
  }
  const auto place = Split(halves[1], ',');
  if (schedule.mutation == MutationKind::kNone || place.size() != 3 ||
      !Number(place[1], 10, schedule.mutation_line) ||
      !Number(place[2], 10, schedule.mutation_column))
    return Malformed(text, "the fault is none that can be planted");
  schedule.mutation_file = std::string(place[0]);
  return absl::OkStatus();
}

}  // namespace

Schedule::Schedule(std::string strategy_name, std::string program_name, Model m,
                   uint32_t checksum, std::vector<uint8_t> chosen,
                   const Mutation& fault)
    : revision(Revision()),
      strategy(std::move(strategy_name)),
      program(std::move(program_name)),
      model(m),
      fingerprint(checksum),
      choices(std::move(chosen)),
      mutation(fault.kind),
      mutation_file(fault.site.file),
      mutation_line(fault.site.line),
      mutation_column(fault.site.column) {
  mutation_file.erase(0, mutation_file.rfind('/') + 1);
}

std::string Write(const Schedule& schedule) {
  char checksum[16];
  std::snprintf(checksum, sizeof(checksum), "%08x", schedule.fingerprint);
  std::string text = std::string(kFormat) + ":" + schedule.revision + ":" +
                     schedule.strategy + "/" + schedule.program + "/" +
                     std::string(NameOf(schedule.model)) + ":" + checksum +
                     ":" + WriteChoices(schedule.choices);
  for (const auto& [kind, name] : kMutations) {
    if (kind != schedule.mutation) continue;
    text += ":" + std::string(name) + "@" + schedule.mutation_file + "," +
            std::to_string(schedule.mutation_line) + "," +
            std::to_string(schedule.mutation_column);
  }
  return text;
}

absl::StatusOr<Schedule> ReadSchedule(std::string_view text) {
  const size_t format = text.find(':');
  if (format == text.npos || text.substr(0, format) != kFormat)
    return Malformed(text, "it does not begin with k2");
  const size_t begin = text.find(':', kFormat.size() + 1);
  const auto revision = text.substr(kFormat.size() + 1, begin - format - 1);
  if (begin == text.npos || revision.empty() ||
      revision.size() > kMostRevision || revision.find('/') != text.npos)
    return Malformed(text, "its second part is no revision");
  // A strategy's name may hold a colon itself: NAME:SCOPE.
  const size_t model = text.rfind('/');
  const size_t end = text.find(':', model == text.npos ? 0 : model);
  if (model == text.npos || model < begin || end == text.npos)
    return Malformed(text, "its third part is not STRATEGY/PROGRAM/MODEL");
  const auto names = Split(text.substr(begin + 1, end - begin - 1), '/');
  if (names.size() != 3)
    return Malformed(text, "its third part is not STRATEGY/PROGRAM/MODEL");
  const auto parts = Split(text.substr(end + 1), ':');
  if (parts.size() != 2 && parts.size() != 3)
    return Malformed(text, "it has not 5 or 6 parts");
  Schedule schedule;
  schedule.revision = std::string(revision);
  schedule.strategy = std::string(names[0]);
  schedule.program = std::string(names[1]);
  if (names[2] != "tso" && names[2] != "ra")
    return Malformed(text, "its model is neither tso nor ra");
  schedule.model = names[2] == "tso" ? Model::kTso : Model::kReleaseAcquire;
  if (!Number(parts[0], 16, schedule.fingerprint))
    return Malformed(text, "its checksum is not hexadecimal");
  if (!ReadChoices(parts[1], schedule.choices))
    return Malformed(text, "its choices are not letters and digits in turn");
  if (parts.size() == 3) {
    if (auto status = ReadMutation(text, parts[2], schedule); !status.ok())
      return status;
  }
  return schedule;
}

absl::Status OfAnotherBuild(const Schedule& schedule, std::string_view what) {
  const std::string mine(Revision());
  const bool same = schedule.revision == mine;
  const bool exact = same && mine != "unknown" && mine.back() != '+';
  return absl::InvalidArgumentError(
      "the schedule is of " +
      (same ? "another build of revision " + mine
            : "revision " + schedule.revision + ", and this is " + mine) +
      ": " + std::string(what) + ". " +
      (exact  ? "Replay it with the compiler and the plug-in that it came from"
       : same ? "Replay it with the sources that it came from"
              : "Replay it there") +
      ", or check again to find the schedule of this build");
}

int Replay::NextChoice(int count) {
  const int choice = position_ < choices_.size() ? choices_[position_] : 0;
  ++position_;
  return choice < count ? choice : 0;
}

Proc Replay::PickProc(const Pending&, ProcSet enabled, Proc current) {
  const int count = CountOf(enabled);
  if (count == 1) return __builtin_ctz(enabled);
  return ProcAt(enabled, current, NextChoice(count));
}

int Replay::PickValue(int count) { return NextChoice(count); }

}  // namespace knotestat::check
