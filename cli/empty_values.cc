// SPDX-License-Identifier: BSD-2-Clause
#include "cli/empty_values.h"

#include <string_view>

#include "absl/strings/str_cat.h"

namespace knotestat::cli {
namespace {

bool HasEmptyElement(std::string_view list, char delimiter) {
  const std::string two(2, delimiter);
  return list.starts_with(delimiter) || list.ends_with(delimiter) ||
         list.find(two) != list.npos;
}

// `option` is null for what is no option's value.
absl::Status CheckValue(const CLI::Option* option, const std::string& name,
                        const std::string& value) {
  if (value.empty()) {
    return absl::InvalidArgumentError(
        name.empty()
            ? "an argument is empty: give a value, or leave it out"
            : absl::StrCat(name,
                           ": its value is empty: give one, or leave the "
                           "option out"));
  }
  return option == nullptr ? absl::OkStatus()
                           : CheckNoEmptyElement(*option, name, value);
}

}  // namespace

absl::Status CheckNoEmptyElement(const CLI::Option& option,
                                 const std::string& name,
                                 const std::string& value) {
  if (option.get_delimiter() == '\0' ||
      !HasEmptyElement(value, option.get_delimiter()))
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(name, ": '", value,
                   "' has an empty element: give a list such as a,b without "
                   "blanks"));
}

absl::Status CheckNoEmptyValue(const CLI::App& app,
                               const std::vector<std::string>& arguments) {
  const CLI::Option* option = nullptr;
  std::string name;
  for (const std::string& argument : arguments) {
    std::string value = argument;
    if (argument.size() > 1 && argument[0] == '-') {
      const size_t equals = argument.find('=');
      name = argument.substr(0, equals);
      option = app.get_option_no_throw(name);
      if (equals == argument.npos) {
        const bool takes_one =
            option != nullptr && option->get_expected_max() > 0;
        if (takes_one) continue;
        option = nullptr;
        name.clear();
        continue;
      }
      value = argument.substr(equals + 1);
    }
    absl::Status status = CheckValue(option, name, value);
    if (!status.ok()) return status;
    // Only a list takes more than one argument.
    if (option != nullptr && option->get_expected_max() <= 1) {
      option = nullptr;
      name.clear();
    }
  }
  return absl::OkStatus();
}

}  // namespace knotestat::cli
