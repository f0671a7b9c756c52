// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/latency_histograms.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "dashboards/load_names.h"

namespace knotestat::dashboards {
namespace {

constexpr char kSampled[] = "sampled.", kMaximum[] = ".max_ns";

// A bucket that reaches the end of 63 bits has no upper bound.
bool IsOpen(const record::Bucket& bucket) {
  return bucket.upper_ns >= static_cast<uint64_t>(INT64_MAX);
}

uint64_t WholeNs(double ns) {
  return ns > 0 ? static_cast<uint64_t>(std::llround(ns)) : 0;
}

std::string Tag(const std::string& name) {
  std::string tag = name;
  for (char& c : tag) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte >= 0x7f || c == ',' || c == '"') c = '_';
  }
  return tag;
}

double SecondsOf(const record::Run& run, int cell) {
  std::map<int, double> rounds;
  for (const record::Block& block : run.rows.blocks) {
    if (block.cell != cell || block.kind != record::BlockKind::kLatency)
      continue;
    double& longest = rounds[block.round];
    longest = std::max(longest, block.elapsed_ns);
  }
  double ns = 0;
  for (const auto& [round, longest] : rounds) ns += longest;
  return ns / 1e9;
}

HdrHistogram FromBuckets(std::vector<record::Bucket> buckets, double max_ns) {
  std::erase_if(buckets, [](const auto& bucket) { return bucket.count == 0; });
  std::sort(buckets.begin(), buckets.end(), [](const auto& a, const auto& b) {
    return a.lower_ns < b.lower_ns;
  });
  HdrHistogram histogram;
  for (const record::Bucket& bucket : buckets) {
    const bool last = &bucket == &buckets.back();
    const auto largest = last ? std::optional(WholeNs(max_ns)) : std::nullopt;
    if (!IsOpen(bucket)) {
      histogram.RecordEvenly(bucket.lower_ns, bucket.upper_ns, bucket.count,
                             largest);
    } else {
      histogram.Record(bucket.lower_ns, bucket.count - 1);
      histogram.Record(*largest);
    }
  }
  return histogram;
}

class Collection {
 public:
  explicit Collection(const record::Run& run) : run_(run) {
    for (const record::Bucket& bucket : run.rows.buckets) {
      if (bucket.histogram.starts_with(kSampled))
        buckets_[{bucket.cell, bucket.histogram}].push_back(bucket);
    }
    for (const record::Counter& counter : run.rows.counters) {
      if (counter.name.ends_with(kMaximum))
        maxima_[{counter.cell, counter.name}] = counter.value;
    }
    for (const record::Detach& detach : run.rows.detaches) {
      auto& [total, intended] = detaches_[detach.cell];
      total.Record(WholeNs(detach.total_ns));
      intended.Record(WholeNs(detach.from_intended_ns));
    }
  }

  void Add(const record::CellFigures& cell, const std::string& name) {
    const double seconds = SecondsOf(run_, cell.cell.id);
    const auto add = [&](const std::string& what, HdrHistogram histogram) {
      if (histogram.count() == 0) return;
      taken_.push_back({Tag(name + "/" + what), seconds, std::move(histogram)});
    };
    for (const auto& [path, figures] : cell.paths) {
      if (!figures.sampled_ns.has_value()) continue;
      const std::string histogram = kSampled + path;
      const auto max = maxima_.find({cell.cell.id, histogram + kMaximum});
      // Counted as it was timed, like the buckets.
      add(path, FromBuckets(buckets_[{cell.cell.id, histogram}],
                            max != maxima_.end() ? max->second
                                                 : figures.sampled_ns->max));
    }
    if (!cell.klist_fini.has_value()) return;
    const auto& [total, intended] = detaches_[cell.cell.id];
    add("klist_fini", total);
    add("klist_fini_from_intended", intended);
  }

  std::vector<LatencyHistogram> Take() { return std::move(taken_); }

 private:
  const record::Run& run_;
  std::map<std::pair<int, std::string>, std::vector<record::Bucket>> buckets_;
  std::map<std::pair<int, std::string>, double> maxima_;
  std::map<int, std::pair<HdrHistogram, HdrHistogram>> detaches_;
  std::vector<LatencyHistogram> taken_;
};

}  // namespace

absl::StatusOr<std::vector<LatencyHistogram>> LatencyHistograms(
    const record::Run& run, const record::Figures& figures) {
  Collection collection(run);
  const auto names = CellNames(figures);
  for (const record::CellFigures& cell : figures.cells)
    collection.Add(cell, names.at(cell.cell.id));
  std::vector<LatencyHistogram> taken = collection.Take();
  if (!taken.empty()) return taken;
  return absl::FailedPreconditionError(
      "this result holds no distributions: no cell has sampled operations or "
      "klist_fini() calls (it ended too early, or the certificate refused "
      "them); run it again for longer");
}

}  // namespace knotestat::dashboards
