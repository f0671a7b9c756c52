// SPDX-License-Identifier: BSD-2-Clause
#include "analysis/flame/input.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "absl/strings/str_cat.h"

namespace knotestat::flame {
namespace {

constexpr size_t kBeginning = size_t{1} << 16;

// Filled by static initializers, hence made on first use; read-only after.
std::vector<Input>& RegisteredInputs() {
  static std::vector<Input> inputs;
  return inputs;
}

}  // namespace

InputRegistration::InputRegistration(const Input& input) {
  std::vector<Input>& inputs = RegisteredInputs();
  inputs.insert(std::upper_bound(inputs.begin(), inputs.end(), input,
                                 [](const Input& a, const Input& b) {
                                   return a.name < b.name;
                                 }),
                input);
}

const std::vector<Input>& Inputs() { return RegisteredInputs(); }

absl::StatusOr<std::string> BeginningOf(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) &&
      !std::filesystem::is_regular_file(path, ignored)) {
    return absl::InvalidArgumentError(absl::StrCat(
        path,
        ": is no regular file, which is what can be read twice; write "
        "the profile to a file first"));
  }
  const std::unique_ptr<FILE, int (*)(FILE*)> file(
      std::fopen(path.c_str(), "re"), &std::fclose);
  if (file == nullptr)
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  std::string beginning(kBeginning, '\0');
  beginning.resize(
      std::fread(beginning.data(), 1, beginning.size(), file.get()));
  if (std::ferror(file.get()) != 0)
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path));
  return beginning;
}

absl::StatusOr<Profile> ReadProfile(const std::string& path) {
  const absl::StatusOr<std::string> beginning = BeginningOf(path);
  if (!beginning.ok()) return beginning.status();
  const Input* chosen = nullptr;
  for (const Input& input : Inputs()) {
    if (input.recognizes(*beginning)) return input.read(path);
    if (input.name == "folded") chosen = &input;
  }
  if (beginning->find('\0') != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat(
        path,
        ": is of no form that --from knows: expected folded stacks (a;b;c "
        "12), the output of `perf script`, or perf.data"));
  }
  return chosen->read(path);
}

}  // namespace knotestat::flame
