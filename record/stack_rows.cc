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

}  // namespace

StackStore::StackStore(sqlite3* database)
    : text_(database,
            "INSERT INTO folded_stacks(folded) VALUES(:folded) "
            "ON CONFLICT DO NOTHING"),
      sum_(database,
           "INSERT INTO stack_sums(cell, kind, stack, waker, thread, cpu, "
           "part, events, value) VALUES(:cell, :kind, "
           "(SELECT id FROM folded_stacks WHERE folded = :folded), "
           "(SELECT id FROM folded_stacks WHERE folded = nullif(:waker, '')), "
           "nullif(:thread, ''), nullif(:cpu, -1), :part, :events, :value) "
           "ON CONFLICT DO UPDATE SET events = events + excluded.events, "
           "value = value + excluded.value") {}

absl::Status StackStore::Add(const Stack& stack) {
  absl::Status stored = text_.Run(stack.folded);
  if (stored.ok() && !stack.waker.empty()) stored = text_.Run(stack.waker);
  if (!stored.ok()) return stored;
  return sum_.Run(stack.cell, stack.kind, stack.folded, stack.waker,
                  stack.thread, stack.cpu, stack.part, stack.events,
                  stack.value);
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
