// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/hdr_histogram.h"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <vector>

#include "absl/strings/escaping.h"

namespace knotestat::dashboards {
namespace {

// Values below 2^11 have a slot each; each further power of two has 2^10, so
// that three digits are kept.
constexpr int kDigits = 3;
constexpr int kHalfBits = 10;
constexpr uint64_t kHalfCount = uint64_t{1} << kHalfBits;
constexpr uint64_t kSubBuckets = 2 * kHalfCount;

// Low bits that a slot of `value` does not tell apart.
int ShiftOf(uint64_t value) {
  return static_cast<int>(std::bit_width(value | (kSubBuckets - 1))) -
         (kHalfBits + 1);
}

uint32_t IndexOf(uint64_t value) {
  const int shift = ShiftOf(value);
  return static_cast<uint32_t>((static_cast<uint64_t>(shift) << kHalfBits) +
                               (value >> shift));
}

struct Slot {
  uint64_t lowest = 0;
  uint64_t width = 1;
  uint64_t highest() const { return lowest + width - 1; }
  uint64_t middle() const { return lowest + width / 2; }
};

Slot SlotOf(uint32_t index) {
  if (index < kSubBuckets) return {index, 1};
  const uint32_t shift = (index >> kHalfBits) - 1;
  return {(kHalfCount + (index & (kHalfCount - 1))) << shift,
          uint64_t{1} << shift};
}

void PutBigEndian(uint64_t value, int bytes, std::string* text) {
  for (int byte = bytes - 1; byte >= 0; --byte)
    *text += static_cast<char>(value >> (8 * byte));
}

// ZigZag LEB128 of at most nine bytes, the last of which has all eight bits.
void PutZigZag(int64_t number, std::string* text) {
  constexpr int kLastByte = 8;
  uint64_t value = (static_cast<uint64_t>(number) << 1) ^
                   static_cast<uint64_t>(number >> 63);
  for (int byte = 0; byte < kLastByte && value > 0x7f; ++byte) {
    *text += static_cast<char>(0x80 | (value & 0x7f));
    value >>= 7;
  }
  *text += static_cast<char>(value);
}

template <typename... Values>
std::string Printed(const char* format, Values... values) {
  char line[160];
  const int length = std::snprintf(line, sizeof line, format, values...);
  return std::string(line, static_cast<size_t>(std::clamp<int>(
                               length, 0, static_cast<int>(sizeof line) - 1)));
}

// The percentiles that a distribution is printed at: each time the distance to
// 100 % halves, there are five more.
class Ticks {
 public:
  double at() const { return at_; }
  void Next() {
    constexpr double kTicksPerHalf = 5;
    const double halvings = std::trunc(std::log2(100 / (100 - at_))) + 1;
    at_ += 100 / (kTicksPerHalf * std::exp2(halvings));
  }

 private:
  double at_ = 0;
};

std::string PercentileLine(double value, double percentile, uint64_t count) {
  std::string line = Printed("%12.3f %2.12f %10llu", value, percentile / 100,
                             static_cast<unsigned long long>(count));
  if (percentile < 100) line += Printed(" %14.2f", 1 / (1 - percentile / 100));
  return line + "\n";
}

}  // namespace

void HdrHistogram::Record(uint64_t value, uint64_t count) {
  if (count == 0) return;
  counts_[IndexOf(value)] += count;
  count_ += count;
  max_ = std::max(max_, value);
}

void HdrHistogram::RecordEvenly(uint64_t lower, uint64_t upper, uint64_t count,
                                std::optional<uint64_t> largest) {
  if (count == 0) return;
  uint64_t left = count;
  if (largest.has_value()) {
    Record(*largest);
    --left;
  }
  const double ranks_per_ns =
      static_cast<double>(count) / static_cast<double>(upper - lower);
  uint64_t done = 0;
  for (uint64_t at = lower; done < left && at < upper;) {
    const uint64_t end = std::min(SlotOf(IndexOf(at)).highest() + 1, upper);
    // Ranks whose value is below `end`.
    const double below =
        std::ceil(static_cast<double>(end - lower) * ranks_per_ns + 0.5) - 1;
    const uint64_t to =
        end == upper ? left : std::min(left, static_cast<uint64_t>(below));
    Record(largest.has_value() ? std::min(at, *largest) : at, to - done);
    done = to;
    at = end;
  }
}

double HdrHistogram::Mean() const {
  double sum = 0;
  for (const auto& [index, count] : counts_)
    sum += static_cast<double>(SlotOf(index).middle()) *
           static_cast<double>(count);
  return count_ == 0 ? 0 : sum / static_cast<double>(count_);
}

double HdrHistogram::StandardDeviation(double mean) const {
  double sum = 0;
  for (const auto& [index, count] : counts_) {
    const double off = static_cast<double>(SlotOf(index).middle()) - mean;
    sum += off * off * static_cast<double>(count);
  }
  return count_ == 0 ? 0 : std::sqrt(sum / static_cast<double>(count_));
}

std::string HdrHistogram::PercentileText(double unit) const {
  std::string text = Printed("%12s %14s %10s %14s\n\n", "Value", "Percentile",
                             "TotalCount", "1/(1-Percentile)");
  Ticks ticks;
  uint64_t seen = 0;
  double value = 0;
  for (const auto& [index, count] : counts_) {
    seen += count;
    value = static_cast<double>(SlotOf(index).highest()) / unit;
    const double reached =
        100 * static_cast<double>(seen) / static_cast<double>(count_);
    // The last slot reaches 100 %, which no tick does: one line is enough.
    for (bool first = true; reached >= ticks.at() && (first || seen < count_);
         first = false) {
      text += PercentileLine(value, ticks.at(), seen);
      ticks.Next();
    }
  }
  if (count_ != 0) text += PercentileLine(value, 100, count_);
  const double mean = Mean();
  text += Printed("#[Mean    = %12.3f, StdDeviation   = %12.3f]\n", mean / unit,
                  StandardDeviation(mean) / unit);
  const double max =
      count_ == 0 ? 0 : static_cast<double>(SlotOf(IndexOf(max_)).highest());
  text += Printed("#[Max     = %12.3f, Total count    = %12llu]\n", max / unit,
                  static_cast<unsigned long long>(count_));
  text += Printed("#[Buckets = %12d, SubBuckets     = %12llu]\n",
                  ShiftOf(std::max(max_, kSubBuckets)) + 1,
                  static_cast<unsigned long long>(kSubBuckets));
  return text;
}

std::string HdrHistogram::EncodedV2() const {
  std::string slots;
  uint32_t next = 0;
  for (const auto& [index, count] : counts_) {
    if (index == next + 1) PutZigZag(0, &slots);
    if (index > next + 1)
      PutZigZag(-static_cast<int64_t>(index - next), &slots);
    PutZigZag(static_cast<int64_t>(count), &slots);
    next = index + 1;
  }
  constexpr uint64_t kCookie = 0x1c849313;
  std::string encoded;
  PutBigEndian(kCookie, 4, &encoded);
  PutBigEndian(slots.size(), 4, &encoded);
  PutBigEndian(0, 4, &encoded);  // normalizing index offset
  PutBigEndian(kDigits, 4, &encoded);
  PutBigEndian(1, 8, &encoded);  // lowest discernible value
  PutBigEndian(std::bit_ceil(std::max(max_, kSubBuckets) + 1) - 1, 8, &encoded);
  PutBigEndian(std::bit_cast<uint64_t>(1.0), 8, &encoded);  // to double: as is
  return encoded + slots;
}

absl::StatusOr<std::string> HdrHistogram::CompressedBase64() const {
  const std::string plain = EncodedV2();
  uLongf size = compressBound(plain.size());
  std::vector<Bytef> deflated(size);
  if (compress2(deflated.data(), &size,
                reinterpret_cast<const Bytef*>(plain.data()), plain.size(),
                Z_BEST_COMPRESSION) != Z_OK)
    return absl::ResourceExhaustedError("no memory to compress a histogram");
  constexpr uint64_t kCompressedCookie = 0x1c849314;
  std::string framed;
  PutBigEndian(kCompressedCookie, 4, &framed);
  PutBigEndian(size, 4, &framed);
  framed.append(reinterpret_cast<const char*>(deflated.data()), size);
  return absl::Base64Escape(framed);
}

}  // namespace knotestat::dashboards
