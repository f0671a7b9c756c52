// pprof's profile: a protocol buffer, compressed by gzip. Field numbers are
// those of proto/profile.proto of https://github.com/google/pprof. A frame's
// name is a function and a location of its own; there are no addresses.
//
// SPDX-License-Identifier: BSD-2-Clause
#include <zlib.h>

#include <cstdint>
#include <map>

#include "absl/strings/str_cat.h"
#include "analysis/flame/format.h"
#include "analysis/flame/listing.h"
#include "analysis/flame/protobuf_text.h"
#include "analysis/flame/svg_text.h"

namespace knotestat::flame {
namespace {

// Names are proto3 strings: UTF-8. Control characters may stay.
std::string AsUtf8(std::string_view name) {
  std::string text;
  while (!name.empty()) {
    const size_t bytes = Utf8Bytes(name);
    text += bytes > 0 ? std::string(name.substr(0, bytes))
                      : Printable(name.substr(0, 1));
    name.remove_prefix(bytes > 0 ? bytes : 1);
  }
  return text;
}

// The strings of a profile; number 0 is "".
class StringTable {
 public:
  explicit StringTable(ProtobufMessage* profile) : profile_(profile) {
    Index("");
  }
  uint64_t Index(const std::string& text) {
    const auto [entry, is_new] = indexes_.try_emplace(text, indexes_.size());
    if (is_new) profile_->Bytes(6, text);
    return entry->second;
  }

 private:
  ProtobufMessage* profile_;
  std::map<std::string, uint64_t> indexes_;
};

// ValueType: what a sample's value means.
ProtobufMessage ValueTypeOf(const std::string& unit, StringTable* strings) {
  const bool time = unit == "ns";
  ProtobufMessage type;
  type.Number(1, strings->Index(time ? "time" : unit));
  type.Number(2, strings->Index(time ? "nanoseconds" : "count"));
  return type;
}

// The Function and the Location `id` of a name.
void AddName(uint64_t id, std::string_view name, StringTable* strings,
             ProtobufMessage* profile) {
  ProtobufMessage line;
  line.Number(1, id);
  ProtobufMessage location;
  location.Number(1, id);
  location.Bytes(4, line.text());
  profile->Bytes(4, location.text());
  ProtobufMessage function;
  function.Number(1, id);
  function.Number(2, strings->Index(AsUtf8(name)));
  profile->Bytes(5, function.text());
}

// Without a time, so that equal profiles are equal files.
absl::StatusOr<std::string> Gzip(const std::string& content) {
  constexpr int kFast = 1, kGzip = 15 + 16, kMemory = 8;
  z_stream stream{};
  if (deflateInit2(&stream, kFast, Z_DEFLATED, kGzip, kMemory,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    return absl::ResourceExhaustedError("pprof: no memory to compress with");
  std::string out(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  size_t in_left = content.size(), out_left = out.size();
  int result = Z_OK;
  while (result == Z_OK) {  // zlib counts in 32 bits
    const auto in = static_cast<uInt>(std::min<size_t>(in_left, 1u << 30));
    const auto space = static_cast<uInt>(std::min<size_t>(out_left, 1u << 30));
    stream.avail_in = in;
    stream.avail_out = space;
    result = deflate(&stream, in == in_left ? Z_FINISH : Z_NO_FLUSH);
    in_left -= in - stream.avail_in;
    out_left -= space - stream.avail_out;
  }
  deflateEnd(&stream);
  if (result != Z_STREAM_END)
    return absl::InternalError(absl::StrCat("pprof: zlib failed: ", result));
  out.resize(out.size() - out_left);
  return out;
}

absl::StatusOr<std::string> WritePprof(const Graph& graph) {
  if (graph.tree.total() > INT64_MAX) {
    return absl::OutOfRangeError(absl::StrCat(
        "pprof holds values up to 2^63 - 1, and the total is ",
        graph.tree.total(), "; write another format, such as speedscope"));
  }
  const Listing listing(graph.tree);
  ProtobufMessage profile;
  StringTable strings(&profile);
  profile.Bytes(1, ValueTypeOf(graph.unit, &strings).text());
  for (uint32_t i = 0; i < listing.frames.size(); ++i) {
    if (listing.frames[i].self == 0) continue;
    std::vector<uint32_t> locations = listing.LeafFirst(i);
    for (uint32_t& location : locations) ++location;  // 0 means none
    ProtobufMessage sample;
    sample.Packed(1, locations);
    sample.Packed(2, std::vector<uint64_t>{listing.frames[i].self});
    profile.Bytes(2, sample.text());
  }
  for (size_t i = 0; i < listing.names.size(); ++i)
    AddName(i + 1, listing.names[i], &strings, &profile);
  profile.Number(13, strings.Index(AsUtf8(graph.title)));  // a comment
  return Gzip(profile.text());
}

const FormatRegistration pprof_registration(
    {"pprof", "for `go tool pprof` and what else reads its profiles",
     WritePprof});

}  // namespace
}  // namespace knotestat::flame
