// The Firefox Profiler's processed profile, one thread. Format:
// docs-developer/processed-profile-format.md and CHANGELOG-formats.md of
// https://github.com/firefox-devtools/profiler; it upgrades this version.
//
// SPDX-License-Identifier: BSD-2-Clause
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/flame/format.h"
#include "analysis/flame/json_text.h"
#include "analysis/flame/listing.h"

namespace knotestat::flame {
namespace {

constexpr int kVersion = 48;

class FirefoxProfile {
 public:
  explicit FirefoxProfile(const Graph& graph)
      : graph_(graph), listing_(graph.tree) {}

  std::string Write() {
    Meta();
    out_ +=
        "\"libs\":[],\"pages\":[],\"threads\":[{\"name\":\"all stacks\","
        "\"processType\":\"default\",\"processName\":\"knotestat\","
        "\"processStartupTime\":0,\"processShutdownTime\":null,"
        "\"registerTime\":0,\"unregisterTime\":null,\"pausedRanges\":[],"
        "\"isMainThread\":true,\"pid\":\"1\",\"tid\":1,";
    Samples();
    Stacks();
    Functions();
    out_ +=
        "\"resourceTable\":{\"length\":0,\"lib\":[],\"name\":[],\"host\":[],"
        "\"type\":[]},\"nativeSymbols\":{\"length\":0,\"libIndex\":[],"
        "\"address\":[],\"name\":[],\"functionSize\":[]},"
        "\"markers\":{\"length\":0,\"category\":[],\"data\":[],"
        "\"endTime\":[],\"name\":[],\"phase\":[],\"startTime\":[]},"
        "\"stringArray\":[";
    for (size_t i = 0; i < listing_.names.size(); ++i) {
      if (i > 0) out_ += ',';
      AppendJsonString(&out_, listing_.names[i]);
    }
    out_ += "]}]}\n";
    return std::move(out_);
  }

 private:
  bool InTime() const { return graph_.unit == "ns"; }

  // The kernel's functions are told by their ending.
  static int CategoryOf(std::string_view name) {
    return name.ends_with("_[k]") || name.starts_with("[kernel") ? 1 : 0;
  }

  void Meta() {
    out_ = absl::StrCat(
        "{\"meta\":{\"interval\":1,\"startTime\":0,\"processType\":0,"
        "\"stackwalk\":1,\"debug\":false,\"version\":27,"
        "\"preprocessedProfileVersion\":",
        kVersion, ",\"symbolicated\":true,\"product\":");
    AppendJsonString(&out_, graph_.title);
    out_ +=
        ",\"sampleUnits\":{\"time\":\"ms\",\"eventDelay\":\"ms\","
        "\"threadCPUDelta\":\"ns\"},\"markerSchema\":[],"
        "\"categories\":[{\"name\":\"User\",\"color\":\"blue\","
        "\"subcategories\":[\"Other\"]},{\"name\":\"Kernel\","
        "\"color\":\"orange\",\"subcategories\":[\"Other\"]}]},";
  }

  // A duration as ms, with all digits.
  std::string Milliseconds(uint64_t ns) const {
    return absl::StrFormat("%u.%06u", ns / 1'000'000, ns % 1'000'000);
  }

  // Each distinct stack once, one after the other.
  void Samples() {
    std::vector<uint32_t> stacks;
    std::vector<std::string> weights, times;
    uint64_t time = 0;
    for (uint32_t i = 0; i < listing_.frames.size(); ++i) {
      const uint64_t self = listing_.frames[i].self;
      if (self == 0) continue;
      stacks.push_back(i);
      weights.push_back(InTime() ? Milliseconds(self) : absl::StrCat(self));
      times.push_back(InTime() ? Milliseconds(time) : absl::StrCat(time));
      time += self;
    }
    absl::StrAppend(&out_, "\"samples\":{\"length\":", stacks.size(),
                    ",\"weightType\":\"", InTime() ? "tracing-ms" : "samples",
                    "\",\"stack\":");
    AppendJsonArray(&out_, stacks);
    out_ += ",\"time\":";
    AppendJsonArray(&out_, times);
    out_ += ",\"weight\":";
    AppendJsonArray(&out_, weights);
    out_ += "},";
  }

  void Stacks() {
    const size_t length = listing_.frames.size();
    std::string prefixes, names, categories;
    for (const Listing::Frame& frame : listing_.frames) {
      const char* comma = prefixes.empty() ? "" : ",";
      absl::StrAppend(&prefixes, comma,
                      frame.parent == Listing::kNone
                          ? std::string("null")
                          : absl::StrCat(frame.parent));
      absl::StrAppend(&names, comma, frame.name);
      absl::StrAppend(&categories, comma,
                      CategoryOf(listing_.names[frame.name]));
    }
    absl::StrAppend(&out_, "\"stackTable\":{\"length\":", length,
                    ",\"prefix\":[", prefixes, "],\"frame\":[", names,
                    "],\"category\":[", categories, "],\"subcategory\":");
    AppendRepeated(&out_, "0", length);
    out_ += "},";
  }

  void Column(const char* name, const char* literal) {
    absl::StrAppend(&out_, ",\"", name, "\":");
    AppendRepeated(&out_, literal, listing_.names.size());
  }

  // A frame, a function and a string for each name, of the same number.
  void Functions() {
    std::vector<uint32_t> numbers;
    std::vector<int> categories;
    for (const std::string_view name : listing_.names) {
      numbers.push_back(static_cast<uint32_t>(numbers.size()));
      categories.push_back(CategoryOf(name));
    }
    absl::StrAppend(&out_, "\"frameTable\":{\"length\":", numbers.size(),
                    ",\"func\":");
    AppendJsonArray(&out_, numbers);
    out_ += ",\"category\":";
    AppendJsonArray(&out_, categories);
    for (const char* name : {"subcategory", "inlineDepth", "innerWindowID"})
      Column(name, "0");
    Column("address", "-1");
    for (const char* name :
         {"nativeSymbol", "implementation", "line", "column"})
      Column(name, "null");
    absl::StrAppend(&out_, "},\"funcTable\":{\"length\":", numbers.size(),
                    ",\"name\":");
    AppendJsonArray(&out_, numbers);
    for (const char* name : {"isJS", "relevantForJS"}) Column(name, "false");
    Column("resource", "-1");
    for (const char* name : {"fileName", "lineNumber", "columnNumber"})
      Column(name, "null");
    out_ += "},";
  }

  const Graph& graph_;
  const Listing listing_;
  std::string out_;
};

const FormatRegistration firefox_registration({
    "firefox",
    "for https://profiler.firefox.com",
    [](const Graph& graph) -> absl::StatusOr<std::string> {
      return FirefoxProfile(graph).Write();
    },
});

}  // namespace
}  // namespace knotestat::flame
