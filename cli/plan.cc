// SPDX-License-Identifier: BSD-2-Clause
#include "cli/plan.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "cli/empty_values.h"
#include "cli/nearest.h"

namespace knotestat::cli {
namespace {

using nlohmann::json;

// Keys that a plan may have: every option that says what is measured.
const std::set<std::string>& Keys() {
  static const std::set<std::string> keys = {
      "strategies", "scopes",        "plugin",      "workloads",
      "cpus",       "cpu-order",     "writer-cpu",  "processes",
      "threads",    "devices",       "hold-ns",     "knotes-per-device",
      "hold",       "mix",           "detach-rate", "detaches",
      "seconds",    "launches",      "precision",   "max-time",
      "seed",       "oversubscribe", "anyway",      "no-bpf",
      "sample-hz"};
  return keys;
}

// The first key that is in an object twice: of two the parser would take the
// last one and say nothing.
class RepeatedKey {
 public:
  void Note(json::parse_event_t event, const json& parsed) {
    switch (event) {
      case json::parse_event_t::object_start:
        open_.emplace_back();
        break;
      case json::parse_event_t::object_end:
        open_.pop_back();
        break;
      case json::parse_event_t::key:
        if (!open_.back().insert(parsed.get<std::string>()).second &&
            !name_.has_value())
          name_ = parsed.get<std::string>();
        break;
      default:
        break;
    }
  }

  const std::optional<std::string>& name() const { return name_; }

 private:
  std::vector<std::set<std::string>> open_;  // keys of each object
  std::optional<std::string> name_;
};

// A value as the words that the command line would have; none if it is no
// word, number or true.
std::vector<std::string> Words(const json& value) {
  if (value.is_string()) return {value.get<std::string>()};
  if (value.is_number() || value.is_boolean()) return {value.dump()};
  std::vector<std::string> words;
  if (!value.is_array()) return words;
  for (const json& element : value) {
    if (element.is_array()) return {};
    const std::vector<std::string> word = Words(element);
    if (word.empty()) return {};
    words.push_back(word[0]);
  }
  return words;
}

// "cpus" is one option with a comma-separated value of its own.
void JoinIfSingle(const CLI::Option& option, std::vector<std::string>& words) {
  if (option.get_expected_max() > 1 || words.size() < 2) return;
  std::string joined;
  for (const std::string& word : words)
    absl::StrAppend(&joined, joined.empty() ? "" : ",", word);
  words = {joined};
}

absl::Status Bad(const std::string& source, const std::string& key,
                 const std::string& why) {
  return absl::InvalidArgumentError(
      absl::StrCat(source, ": \"", key, "\": ", why));
}

absl::Status Apply(const std::string& key, const json& value,
                   const std::string& source, CLI::App& app) {
  const std::vector<std::string> known(Keys().begin(), Keys().end());
  CLI::Option* option = app.get_option_no_throw("--" + key);
  if (Keys().count(key) == 0 || option == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(
        source, ": ", std::string(Unknown("key", key, known).message())));
  }
  std::vector<std::string> words = Words(value);
  if (words.empty()) {
    return Bad(source, key,
               absl::StrCat("expected a number, a string, true, or a list of "
                            "them that is not empty, not ",
                            value.dump()));
  }
  if (std::find(words.begin(), words.end(), "") != words.end())
    return Bad(source, key, "a value is empty: give one, or leave it out");
  for (const std::string& word : words) {
    absl::Status whole = CheckNoEmptyElement(
        *option, absl::StrCat(source, ": \"", key, "\""), word);
    if (!whole.ok()) return whole;
  }
  const bool flag = option->get_expected_max() == 0;
  if (flag != value.is_boolean())
    return Bad(source, key,
               absl::StrCat("expected ", flag ? "true or false" : "a value",
                            ", not ", value.dump()));
  if (option->count() > 0 || value == json(false)) return absl::OkStatus();
  JoinIfSingle(*option, words);
  try {
    option->add_result(words);
    option->run_callback();
  } catch (const CLI::Error& error) {
    return Bad(source, key, error.what());
  }
  return absl::OkStatus();
}

// A list, or the one element of it.
template <class Value>
void Put(json& plan, const char* key, const std::vector<Value>& values) {
  if (!values.empty()) plan[key] = values;
}

template <class Value>
void Put(json& plan, const char* key, const std::optional<Value>& value) {
  if (value) plan[key] = *value;
}

void Put(json& plan, const char* key, bool value) {
  if (value) plan[key] = true;
}

}  // namespace

json ToPlan(const MeasureOptions& options) {
  json plan = {
      {"workloads", options.workloads}, {"cpus", options.cpus},
      {"cpu-order", options.cpu_order}, {"writer-cpu", options.writer_cpu},
      {"sample-hz", options.sample_hz}, {"seed", options.seed}};
  Put(plan, "strategies", options.strategies);
  Put(plan, "scopes", options.scopes);
  Put(plan, "plugin", options.plugins);
  Put(plan, "processes", options.processes);
  Put(plan, "threads", options.threads);
  Put(plan, "devices", options.devices);
  Put(plan, "knotes-per-device", options.knotes_per_device);
  Put(plan, "hold-ns", options.hold_ns);
  Put(plan, "hold", options.hold);
  Put(plan, "mix", options.mix);
  Put(plan, "detach-rate", options.detach_hz);
  Put(plan, "detaches", options.detaches);
  Put(plan, "seconds", options.seconds);
  Put(plan, "launches", options.launches);
  if (!options.precision.empty()) plan["precision"] = options.precision;
  Put(plan, "max-time", options.max_seconds);
  Put(plan, "oversubscribe", options.oversubscribe);
  Put(plan, "anyway", options.anyway);
  Put(plan, "no-bpf", options.no_bpf);
  return plan;
}

absl::Status ApplyPlan(const json& plan, const std::string& source,
                       CLI::App& app) {
  for (const auto& [key, value] : plan.items()) {
    if (key == "$schema") continue;
    absl::Status applied = Apply(key, value, source, app);
    if (!applied.ok()) return applied;
  }
  return absl::OkStatus();
}

absl::StatusOr<json> ReadPlan(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::NotFoundError(
        absl::StrCat(path,
                     ": cannot be read: name a plan file, "
                     "docs/reference/plan.schema.json says what is in one"));
  }
  std::ostringstream text;
  if (!(text << file.rdbuf())) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": cannot be read, or is empty: name a plan file, not a folder"));
  }
  RepeatedKey repeated;
  try {
    json plan = json::parse(
        text.str(), [&](int, json::parse_event_t event, const json& parsed) {
          repeated.Note(event, parsed);
          return true;
        });
    if (repeated.name()) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": the key '", *repeated.name(),
                       "' is there twice: leave one of the two out"));
    }
    if (plan.is_object()) return plan;
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": expected a JSON object, found ", plan.type_name()));
  } catch (const json::exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": is not JSON: ", error.what()));
  }
}

}  // namespace knotestat::cli
