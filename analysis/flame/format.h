// The forms in which a flame graph can be written, one file each in
// analysis/flame/formats, which register themselves.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_ANALYSIS_FLAME_FORMAT_H_
#define KNOTESTAT_ANALYSIS_FLAME_FORMAT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/flame/stack_tree.h"

namespace knotestat::flame {

// What is drawn. Refers to the tree.
struct Graph {
  const StackTree& tree;
  std::string title = "Flame graph";
  std::string unit = "samples";  // of the values: "samples" or "ns"
  std::string why_empty = {};    // a sentence for a tree without samples
};

struct Format {
  std::string name;     // of --format
  std::string summary;  // one line
  // The whole document: equal graphs give identical bytes. Names stay text
  // whatever they contain. kOutOfRange if the format cannot hold a value.
  // Thread-safe.
  absl::StatusOr<std::string> (*write)(const Graph& graph);
};

class FormatRegistration {
 public:
  explicit FormatRegistration(const Format& format);
};

// All formats, by name.
const std::vector<Format>& Formats();

// Null if there is none of that name.
const Format* FindFormat(std::string_view name);

}  // namespace knotestat::flame

#endif  // KNOTESTAT_ANALYSIS_FLAME_FORMAT_H_
