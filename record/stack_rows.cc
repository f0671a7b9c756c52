// SPDX-License-Identifier: BSD-2-Clause
#include "record/stack_rows.h"

namespace knotestat::record {
namespace {

constexpr std::string_view kTotalsAlone =
    "SELECT cell, kind, folded, value, 0, '', '', -1, 0 FROM stacks "
    "ORDER BY cell, kind, folded";
constexpr std::string_view kSums =
    "SELECT cell, kind, texts.folded, value, events, "
    "ifnull(wakers.folded, ''), ifnull(thread, ''), ifnull(cpu, -1), part "
    "FROM stack_sums JOIN folded_stacks AS texts ON texts.id = stack "
    "LEFT JOIN folded_stacks AS wakers ON wakers.id = waker "
    "ORDER BY cell, kind, texts.folded, wakers.folded, thread, cpu, part";

// FNV-1a (Fowler, Noll, Vo), of 1 to INT64_MAX. The same in every process that
// goes on with a file.
int64_t IdOfHash(std::string_view folded) {
  uint64_t hash = 14695981039346656037u;
  for (const char byte : folded)
    hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211u;
  return static_cast<int64_t>(hash % INT64_MAX) + 1;
}

}  // namespace

StackStore::StackStore(sqlite3* database)
    : same_(database,
            "SELECT folded = :folded FROM folded_stacks "
            "WHERE id = :id"),
      text_(database, "INSERT INTO folded_stacks VALUES(:id, :folded)"),
      sum_(database,
           "INSERT INTO stack_sums(cell, kind, stack, waker, thread, cpu, "
           "part, events, value) VALUES(:cell, :kind, :stack, "
           "nullif(:waker, 0), nullif(:thread, ''), nullif(:cpu, -1), :part, "
           ":events, :value) "
           "ON CONFLICT DO UPDATE SET events = events + excluded.events, "
           "value = value + excluded.value") {}

absl::StatusOr<int64_t> StackStore::IdOf(std::string_view folded) {
  // Two stacks of one hash stand one behind the other.
  for (int64_t id = IdOfHash(folded);; id = id % INT64_MAX + 1) {
    const auto same = same_.Query(folded, id);
    if (!same.ok()) return same.status();
    if (!same->has_value()) {
      const absl::Status stored = text_.Run(id, folded);
      if (!stored.ok()) return stored;
      return id;
    }
    if (**same != 0) return id;
  }
}

absl::Status StackStore::Add(const Stack& stack) {
  const auto id = IdOf(stack.folded);
  if (!id.ok()) return id.status();
  const auto waker =
      stack.waker.empty() ? absl::StatusOr<int64_t>(0) : IdOf(stack.waker);
  if (!waker.ok()) return waker.status();
  return sum_.Run(stack.cell, stack.kind, *id, *waker, stack.thread, stack.cpu,
                  stack.part, stack.events, stack.value);
}

absl::Status LoadStacks(sqlite3* database, int schema,
                        std::vector<Stack>& stacks) {
  Statement rows(database, schema < kStackTablesSince ? kTotalsAlone : kSums);
  while (true) {
    const absl::StatusOr<bool> row = rows.Next();
    if (!row.ok()) return row.status();
    if (!*row) return absl::OkStatus();
    Stack& stack = stacks.emplace_back();
    stack.cell = rows.Int(0);
    stack.kind = rows.Text(1);
    stack.folded = rows.Text(2);
    stack.value = rows.Unsigned(3);
    stack.events = rows.Unsigned(4);
    stack.waker = rows.Text(5);
    stack.thread = rows.Text(6);
    stack.cpu = rows.Int(7);
    stack.part = rows.Int(8);
  }
}

}  // namespace knotestat::record
