// SPDX-License-Identifier: BSD-2-Clause
#include "record/row_stream.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>

// What is absent travels as null.
template <>
struct nlohmann::adl_serializer<std::optional<double>> {
  static void to_json(json& value, const std::optional<double>& number) {
    value = number ? json(*number) : json(nullptr);
  }
  static void from_json(const json& value, std::optional<double>& number) {
    number =
        value.is_null() ? std::nullopt : std::optional(value.get<double>());
  }
};

namespace knotestat::record {
namespace {

using nlohmann::json;

// Each row as a tuple of references to its fields; for reading and writing.
auto Fields(auto& row) requires
    std::is_same_v<std::remove_cvref_t<decltype(row)>, Block> {
  return std::tie(row.cell, row.round, row.kind, row.path, row.thread,
                  row.operations, row.elapsed_ns, row.launch, row.probe,
                  row.cycle_ns, row.place);
}

auto Fields(auto& row) requires
    std::is_same_v<std::remove_cvref_t<decltype(row)>, Detach> {
  return std::tie(row.cell, row.round, row.knotes, row.from_intended_ns,
                  row.total_ns, row.publish_ns, row.wait_ns, row.reclaim_ns,
                  row.launch);
}

auto Fields(auto& row) requires
    std::is_same_v<std::remove_cvref_t<decltype(row)>, Bucket> {
  return std::tie(row.cell, row.histogram, row.lower_ns, row.upper_ns,
                  row.count);
}

auto Fields(auto& row) requires
    std::is_same_v<std::remove_cvref_t<decltype(row)>, Stack> {
  return std::tie(row.cell, row.kind, row.folded, row.value, row.events,
                  row.waker, row.thread, row.cpu, row.part);
}

auto Fields(auto& row) requires
    std::is_same_v<std::remove_cvref_t<decltype(row)>, Counter> {
  return std::tie(row.cell, row.name, row.value);
}

auto Fields(auto& row) requires
    std::is_same_v<std::remove_cvref_t<decltype(row)>, WaitLink> {
  return std::tie(row.cell, row.chain, row.link, row.count, row.total_ns,
                  row.max_ns);
}

template <class Row>
json Encode(const std::vector<Row>& rows) {
  json list = json::array();
  for (const Row& row : rows)
    std::apply(
        [&](const auto&... field) {
          list.push_back(json::array({json(field)...}));
        },
        Fields(row));
  return list;
}

template <class Row>
void Decode(const json& list, std::vector<Row>& rows) {
  for (const json& values : list) {
    Row row;
    size_t index = 0;
    std::apply([&](auto&... field) { (values.at(index++).get_to(field), ...); },
               Fields(row));
    rows.push_back(std::move(row));
  }
}

}  // namespace

std::string EncodeBatch(const Batch& batch) {
  const json rows = json::array(
      {Encode(batch.blocks), Encode(batch.detaches), Encode(batch.buckets),
       Encode(batch.stacks), Encode(batch.counters), Encode(batch.wait_links)});
  std::string bytes;
  json::to_cbor(rows, bytes);
  return bytes;
}

absl::StatusOr<Batch> DecodeBatch(std::string_view bytes) {
  // The library says what does not fit by exceptions.
  try {
    const json rows = json::from_cbor(bytes);
    Batch batch;
    Decode(rows.at(0), batch.blocks);
    Decode(rows.at(1), batch.detaches);
    Decode(rows.at(2), batch.buckets);
    Decode(rows.at(3), batch.stacks);
    Decode(rows.at(4), batch.counters);
    Decode(rows.at(5), batch.wait_links);
    return batch;
  } catch (const json::exception& error) {
    return absl::DataLossError(std::string("rows that cannot be read: ") +
                               error.what());
  }
}

}  // namespace knotestat::record
