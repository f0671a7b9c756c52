// SPDX-License-Identifier: BSD-2-Clause
#include "cli/validators.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/nearest.h"

namespace knotestat::cli {
namespace {

// A validator of numbers of type Value, which `parse` reads.
template <class Value, class Parse>
CLI::Validator Between(const char* kind, Value least, Value most, Parse parse) {
  const std::string range = absl::StrCat(least, " to ", most);
  const auto check = [=](const std::string& text) -> std::string {
    Value value{};
    // NaN is neither below nor above anything, and not inside either.
    if (parse(text, &value) && value >= least && value <= most) return "";
    return absl::StrCat("'", text, "' is not a ", kind, " from ", range);
  };
  return CLI::Validator(check, absl::StrCat("in [", least, " - ", most, "]"));
}

}  // namespace

CLI::Validator OneOf(std::vector<std::string> known) {
  const std::string description =
      absl::StrCat("{", absl::StrJoin(known, ","), "}");
  const auto check = [known = std::move(known)](const std::string& text) {
    for (const std::string& name : known) {
      if (name == text) return std::string();
    }
    return std::string(Unknown("value", text, known).message());
  };
  return CLI::Validator(check, description);
}

CLI::Validator WholeNumber(uint64_t least, uint64_t most) {
  return Between("whole number", least, most,
                 [](const std::string& text, uint64_t* value) {
                   return absl::SimpleAtoi(text, value);
                 });
}

CLI::Validator Number(double least, double most) {
  return Between("number", least, most,
                 [](const std::string& text, double* value) {
                   return absl::SimpleAtod(text, value);
                 });
}

}  // namespace knotestat::cli
