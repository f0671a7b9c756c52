// speedscope's own file format, one sampled profile: each distinct stack is a
// sample whose weight is its value. Source: its published JSON schema,
// https://www.speedscope.app/file-format-schema.json.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "absl/strings/str_cat.h"
#include "analysis/flame/format.h"
#include "analysis/flame/json_text.h"
#include "analysis/flame/listing.h"

namespace knotestat::flame {
namespace {

absl::StatusOr<std::string> WriteSpeedscope(const Graph& graph) {
  const Listing listing(graph.tree);
  std::string out =
      "{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\","
      "\"exporter\":\"knotestat\",\"name\":";
  AppendJsonString(&out, graph.title);
  out += ",\"shared\":{\"frames\":[";
  for (size_t i = 0; i < listing.names.size(); ++i) {
    out += i > 0 ? ",{\"name\":" : "{\"name\":";
    AppendJsonString(&out, listing.names[i]);
    out += '}';
  }
  out += "]},\"profiles\":[{\"type\":\"sampled\",\"name\":";
  AppendJsonString(&out, graph.title);
  absl::StrAppend(&out, ",\"unit\":\"",
                  graph.unit == "ns" ? "nanoseconds" : "none",
                  "\",\"startValue\":0,\"endValue\":", graph.tree.total(),
                  ",\"samples\":[");
  std::vector<uint64_t> weights;
  for (uint32_t i = 0; i < listing.frames.size(); ++i) {
    if (listing.frames[i].self == 0) continue;
    if (!weights.empty()) out += ',';
    AppendJsonArray(&out, listing.RootFirst(i));
    weights.push_back(listing.frames[i].self);
  }
  out += "],\"weights\":";
  AppendJsonArray(&out, weights);
  out += "}]}\n";
  return out;
}

const FormatRegistration speedscope_registration(
    {"speedscope", "for https://www.speedscope.app", WriteSpeedscope});

}  // namespace
}  // namespace knotestat::flame
