// Profiles that others made, one file a form in analysis/flame/inputs, which
// register themselves.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FLAME_INPUT_H_
#define KNOTESTAT_ANALYSIS_FLAME_INPUT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/flame/stack_tree.h"

namespace knotestat::flame {

// What a file held.
struct Profile {
  StackTree tree;
  std::string note = {};  // a sentence on what was left out; empty: nothing
};

struct Input {
  std::string name;
  std::string summary;  // one line
  // Whether a file that begins so is of this form. Only one form may say so of
  // a file; what none recognizes is taken for folded stacks.
  bool (*recognizes)(std::string_view beginning);
  // Errors name the file, and the line if there is one.
  absl::StatusOr<Profile> (*read)(const std::string& path);
};

class InputRegistration {
 public:
  explicit InputRegistration(const Input& input);
};

// All forms, by name.
const std::vector<Input>& Inputs();

// Reads a profile of any form. Errors name the file and say what is wrong with
// it: it cannot be read, is of no known form, is damaged.
absl::StatusOr<Profile> ReadProfile(const std::string& path);

// The file's first bytes, enough for recognizes(). Errors name the file.
absl::StatusOr<std::string> BeginningOf(const std::string& path);

}  // namespace knotestat::flame

#endif  // KNOTESTAT_ANALYSIS_FLAME_INPUT_H_
