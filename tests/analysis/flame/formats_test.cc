// The formats of flame graphs: what was folded comes back whole.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "analysis/flame/folded.h"
#include "analysis/flame/format.h"

namespace knotestat::flame {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

StackTree ParsedTree(std::string_view folded) {
  absl::StatusOr<StackTree> tree = ParseFolded(folded);
  EXPECT_TRUE(tree.ok()) << tree.status();
  return *std::move(tree);
}

std::string Written(const char* format, const StackTree& tree,
                    const char* unit = "samples") {
  Graph graph{tree};
  graph.unit = unit;
  const auto document = FindFormat(format)->write(graph);
  EXPECT_TRUE(document.ok()) << document.status();
  return document.value_or("");
}

std::string Line(const std::vector<std::string>& frames, uint64_t value) {
  return absl::StrCat(absl::StrJoin(frames, ";"), " ", value, "\n");
}

std::string Sorted(std::vector<std::string> lines) {
  std::sort(lines.begin(), lines.end());
  return absl::StrJoin(lines, "");
}

std::string FoldedFromSpeedscope(const std::string& text) {
  const json file = json::parse(text);
  const json& profile = file["profiles"][0];
  std::vector<std::string> lines;
  for (size_t i = 0; i < profile["samples"].size(); ++i) {
    std::vector<std::string> frames;
    for (const json& frame : profile["samples"][i])
      frames.push_back(file["shared"]["frames"][frame.get<size_t>()]["name"]);
    lines.push_back(Line(frames, profile["weights"][i].get<uint64_t>()));
  }
  return Sorted(lines);
}

std::string FoldedFromFirefox(const std::string& text) {
  const json thread = json::parse(text)["threads"][0];
  const json& stacks = thread["stackTable"];
  std::vector<std::string> lines;
  for (size_t i = 0; i < thread["samples"]["length"]; ++i) {
    std::vector<std::string> frames;
    for (json at = thread["samples"]["stack"][i]; !at.is_null();
         at = stacks["prefix"][at.get<size_t>()]) {
      const size_t frame = stacks["frame"][at.get<size_t>()];
      const size_t function = thread["frameTable"]["func"][frame];
      const size_t name = thread["funcTable"]["name"][function];
      frames.insert(frames.begin(), thread["stringArray"][name]);
    }
    lines.push_back(Line(frames, thread["samples"]["weight"][i]));
  }
  return Sorted(lines);
}

std::string Gunzipped(const std::string& compressed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string out(size_t{1} << 24, '\0');
  stream.next_in =
      reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

// A message's fields by number: integers, or the bytes of the others. Written
// from the specification of the wire format, without our encoder.
struct Message {
  explicit Message(std::string_view text) {
    while (!text.empty()) {
      const uint64_t tag = Varint(text);
      if ((tag & 7) == 0) {
        numbers[tag >> 3].push_back(Varint(text));
      } else {
        EXPECT_EQ(tag & 7, 2u);
        const uint64_t length = Varint(text);
        EXPECT_LE(length, text.size());
        bytes[tag >> 3].push_back(text.substr(0, length));
        text.remove_prefix(length);
      }
    }
  }
  static uint64_t Varint(std::string_view& text) {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(text.front());
      text.remove_prefix(1);
      value |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
  }
  static std::vector<uint64_t> Unpacked(std::string_view text) {
    std::vector<uint64_t> values;
    while (!text.empty()) values.push_back(Varint(text));
    return values;
  }
  std::map<uint64_t, std::vector<uint64_t>> numbers;
  std::map<uint64_t, std::vector<std::string_view>> bytes;
};

std::string FoldedFromPprof(const std::string& compressed) {
  const std::string text = Gunzipped(compressed);
  Message profile(text);
  const auto& strings = profile.bytes[6];
  EXPECT_EQ(strings[0], "");
  std::map<uint64_t, std::string> functions, locations;
  for (const auto part : profile.bytes[5]) {
    Message function(part);
    functions[function.numbers[1][0]] =
        strings[function.numbers[2].empty() ? 0 : function.numbers[2][0]];
  }
  for (const auto part : profile.bytes[4]) {
    Message location(part);
    locations[location.numbers[1][0]] =
        functions[Message(location.bytes[4][0]).numbers[1][0]];
  }
  std::vector<std::string> lines;
  for (const auto part : profile.bytes[2]) {
    Message sample(part);
    std::vector<std::string> frames;
    for (const uint64_t id : Message::Unpacked(sample.bytes[1][0]))
      frames.insert(frames.begin(), locations[id]);
    lines.push_back(Line(frames, Message::Unpacked(sample.bytes[2][0])[0]));
  }
  return Sorted(lines);
}

// Stacks that share names and beginnings, with values of every size.
std::string RandomFolded() {
  std::mt19937_64 random(3);
  std::map<std::string, uint64_t> stacks;
  while (stacks.size() < 3000) {
    std::string stack = absl::StrCat("thread ", random() % 3);
    for (auto depth = random() % 30; depth > 0; --depth)
      absl::StrAppend(&stack, ";f\"\\<", random() % 200, ">\t\u00fc");
    stacks[stack] = random() >> (14 + random() % 50) | 1;
  }
  std::vector<std::string> lines;
  for (const auto& [stack, value] : stacks)
    lines.push_back(Line({stack}, value));
  return Sorted(lines);
}

TEST(Formats, AreKnownByName) {
  std::vector<std::string> names;
  for (const Format& format : Formats()) names.push_back(format.name);
  EXPECT_THAT(names, ElementsAre("firefox", "folded", "html", "pprof",
                                 "speedscope", "svg"));
  EXPECT_EQ(FindFormat("sgv"), nullptr);
}

TEST(Formats, GiveBackWhatWasFolded) {
  const std::string folded = RandomFolded();
  const StackTree tree = ParsedTree(folded);
  EXPECT_EQ(FoldedFromSpeedscope(Written("speedscope", tree)), folded);
  EXPECT_EQ(FoldedFromPprof(Written("pprof", tree)), folded);
  EXPECT_EQ(FoldedFromFirefox(Written("firefox", tree)), folded);
  // The comparison can fail.
  EXPECT_NE(FoldedFromPprof(Written("pprof", ParsedTree(folded + "x 1\n"))),
            folded);
}

TEST(Formats, AreTheSameForEqualTreesWhateverTheOrder) {
  const StackTree one = ParsedTree("a;b 1\nc 2\na;d 3\n");
  const StackTree other = ParsedTree("a;d 3\nc 1\na;b 1\nc 1\n");
  for (const Format& format : Formats())
    EXPECT_EQ(Written(format.name.c_str(), one),
              Written(format.name.c_str(), other))
        << format.name;
}

TEST(Formats, WriteDeepStacks) {
  std::string folded = "f0";
  for (int i = 1; i < 1000; ++i) absl::StrAppend(&folded, ";f", i);
  folded += " 7\n";
  const StackTree tree = ParsedTree(folded);
  EXPECT_EQ(FoldedFromSpeedscope(Written("speedscope", tree)), folded);
  EXPECT_EQ(FoldedFromPprof(Written("pprof", tree)), folded);
  EXPECT_EQ(FoldedFromFirefox(Written("firefox", tree)), folded);
  EXPECT_THAT(Written("html", tree), HasSubstr("\"f999\"]}"));
}

TEST(Formats, WriteProfilesWithoutStacks) {
  const StackTree none;
  EXPECT_EQ(Written("folded", none), "");
  EXPECT_EQ(FoldedFromSpeedscope(Written("speedscope", none)), "");
  EXPECT_EQ(FoldedFromPprof(Written("pprof", none)), "");
  EXPECT_EQ(FoldedFromFirefox(Written("firefox", none)), "");
  EXPECT_THAT(Written("html", none), HasSubstr("No samples."));
  EXPECT_THAT(Written("html", none), Not(HasSubstr("<table>")));
}

TEST(Formats, MakeOddBytesVisible) {
  const StackTree tree = ParsedTree("a\xff\x01;<script>x</script> 1\n");
  EXPECT_EQ(FoldedFromSpeedscope(Written("speedscope", tree)),
            "a\\xff\x01;<script>x</script> 1\n");
  EXPECT_EQ(FoldedFromPprof(Written("pprof", tree)),
            "a\\xff\x01;<script>x</script> 1\n");
  EXPECT_EQ(FoldedFromFirefox(Written("firefox", tree)),
            "a\\xff\x01;<script>x</script> 1\n");
  const std::string page = Written("html", tree);
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;x&lt;/script&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<script>x")));
}

TEST(Formats, HoldTimesAsSuch) {
  const StackTree tree = ParsedTree("a 1500000\nb 2\n");
  const json scope = json::parse(Written("speedscope", tree, "ns"));
  EXPECT_EQ(scope["profiles"][0]["unit"], "nanoseconds");
  EXPECT_EQ(scope["profiles"][0]["endValue"], 1500002);
  const json samples =
      json::parse(Written("firefox", tree, "ns"))["threads"][0]["samples"];
  EXPECT_EQ(samples["weightType"], "tracing-ms");
  EXPECT_EQ(samples["weight"], json::parse("[1.5, 0.000002]"));
  EXPECT_EQ(samples["time"], json::parse("[0.0, 1.5]"));
  const std::string text = Gunzipped(Written("pprof", tree, "ns"));
  EXPECT_THAT(text, HasSubstr("nanoseconds"));
}

TEST(Formats, PprofRefusesWhatItCannotHold) {
  const StackTree largest = ParsedTree("a 9223372036854775807\n");
  const Graph graph{largest};
  EXPECT_TRUE(FindFormat("pprof")->write(graph).ok());
  const StackTree larger = ParsedTree("a 9223372036854775807\nb 1\n");
  const absl::Status status =
      FindFormat("pprof")->write(Graph{larger}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(status.message()), HasSubstr("9223372036854775808"));
  EXPECT_EQ(FoldedFromSpeedscope(Written("speedscope", larger)),
            "a 9223372036854775807\nb 1\n");
}

TEST(Formats, ThePageCountsRecursionOnce) {
  const std::string page = Written("html", ParsedTree("m;f;g;f 30\nm 10\n"));
  EXPECT_THAT(page, HasSubstr("<tr><td>30 samples</td><td>75.00 %</td>"
                              "<td>75.00 %</td><th scope=\"row\">f</th>"));
  EXPECT_THAT(page, HasSubstr("<tr><td>10 samples</td><td>25.00 %</td>"
                              "<td>100.00 %</td><th scope=\"row\">m</th>"));
}

TEST(Formats, ThePageSaysWhatItHasNoPlaceFor) {
  const std::string page = Written(
      "html", ParsedTree("a 900000\nb;small 8\n[unknown in x+1] 99992\n"));
  EXPECT_THAT(page,
              HasSubstr("<p id=\"summary\">Total 1,000,000 samples, 10.00 "
                        "% in functions without a name, 0.00 % in frames "
                        "too small to be on this page.</p>"));
  EXPECT_THAT(page, HasSubstr("\"names\":[\"[unknown in x+1]\",\"a\"]"));
  EXPECT_THAT(page, HasSubstr("\"frames\":[[-1,0,99992],[-1,1,900000]]"));
  EXPECT_THAT(page, HasSubstr(">small</th>")) << "the table has all";
}

}  // namespace
}  // namespace knotestat::flame
