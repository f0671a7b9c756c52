// SPDX-License-Identifier: BSD-2-Clause
#include "record/truth_store.h"

#include <sqlite3.h>

#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "record/sqlite.h"

namespace knotestat::record {
namespace {

absl::Status StoreTruthItself(sqlite3* database, const Truth& truth) {
  Statement insert(
      database,
      "INSERT INTO truths VALUES(:id, :strategy, :strategy_group, :scope, "
      ":title, :reader_may_block, :reader_may_recurse, :reader_may_migrate, "
      ":enter_under_spin_lock, :safe, :covers_submit, :writer_waits_for, "
      ":workload, :question, :expected, :promise, :promise_name, :promised, "
      ":parameters, :verdict, :difference, :failure, :ending, :crash, "
      ":against_the_promise, :seen_by_ebpf, :wait_cycle)");
  const Promises& promises = truth.promises;
  absl::Status stored = insert.Run(
      truth.id, truth.strategy, truth.group, truth.scope, truth.title,
      promises.reader_may_block, promises.reader_may_recurse,
      promises.reader_may_migrate, promises.enter_under_spin_lock,
      promises.safe, promises.covers_submit, promises.writer_waits_for,
      truth.workload, truth.question, truth.expected, truth.promise,
      truth.promise_name, truth.promised, truth.parameters, truth.verdict,
      truth.difference, truth.failure, truth.ending, truth.crash,
      truth.against_the_promise, truth.seen_by_ebpf, truth.wait_cycle);
  if (sqlite3_extended_errcode(database) == SQLITE_CONSTRAINT_PRIMARYKEY) {
    return absl::AlreadyExistsError(absl::StrCat(
        FileOf(database), ": truth ", truth.id, " was added before"));
  }
  return stored;
}

absl::Status StoreRemarks(sqlite3* database, int truth, const char* kind,
                          const std::vector<std::string>& remarks) {
  Statement insert(database,
                   "INSERT INTO truth_remarks(truth, kind, text) "
                   "VALUES(:truth, :kind, :text)");
  for (const std::string& remark : remarks) {
    absl::Status stored = insert.Run(truth, std::string_view(kind), remark);
    if (!stored.ok()) return stored;
  }
  return absl::OkStatus();
}

absl::Status StoreSightings(sqlite3* database, const Truth& truth) {
  Statement insert(database,
                   "INSERT INTO truth_sightings(truth, name, count) "
                   "VALUES(:truth, :name, :count)");
  for (const Sighting& seen : truth.sightings) {
    absl::Status stored = insert.Run(truth.id, seen.name, seen.count);
    if (!stored.ok()) return stored;
  }
  return absl::OkStatus();
}

absl::Status StoreFigures(sqlite3* database, const Truth& truth) {
  Statement insert(database,
                   "INSERT INTO truth_figures(truth, text, value, unit) "
                   "VALUES(:truth, :text, :value, :unit)");
  for (const TruthFigure& figure : truth.figures) {
    absl::Status stored =
        insert.Run(truth.id, figure.text, figure.value, figure.unit);
    if (!stored.ok()) return stored;
  }
  return absl::OkStatus();
}

absl::Status StoreWaits(sqlite3* database, const Truth& truth) {
  Statement insert(database,
                   "INSERT INTO truth_waits(truth, actor, holds, wants, "
                   "waits_for, state) VALUES(:truth, :actor, :holds, :wants, "
                   ":waits_for, :state)");
  for (const TruthWait& wait : truth.waits) {
    absl::Status stored = insert.Run(truth.id, wait.actor, wait.holds,
                                     wait.wants, wait.waits_for, wait.state);
    if (!stored.ok()) return stored;
  }
  return absl::OkStatus();
}

Truth TruthOf(const Statement& row) {
  Truth truth;
  truth.id = row.Int(0);
  truth.strategy = row.Text(1);
  truth.group = row.Text(2);
  truth.scope = row.Text(3);
  truth.title = row.Text(4);
  truth.promises = {.reader_may_block = row.Bool(5),
                    .reader_may_recurse = row.Bool(6),
                    .reader_may_migrate = row.Bool(7),
                    .enter_under_spin_lock = row.Bool(8),
                    .safe = row.Bool(9),
                    .covers_submit = row.Bool(10),
                    .writer_waits_for = row.Text(11)};
  truth.workload = row.Text(12);
  truth.question = row.Text(13);
  truth.expected = row.Text(14);
  truth.promise = row.Text(15);
  truth.promise_name = row.Text(16);
  truth.promised = row.Bool(17);
  truth.parameters = row.Text(18);
  truth.verdict = row.Text(19);
  truth.difference = row.Bool(20);
  truth.failure = row.Text(21);
  truth.ending = row.Text(22);
  truth.crash = row.Text(23);
  truth.against_the_promise = row.Bool(24);
  truth.seen_by_ebpf = row.Bool(25);
  truth.wait_cycle = row.Bool(26);
  return truth;
}

// What the tables' CHECKs refuse, which PRAGMA quick_check leaves out.
absl::Status CheckValues(sqlite3* database) {
  Statement impossible(
      database,
      "SELECT 1 FROM truths WHERE ending NOT IN ('finished', 'deadlock', "
      "'stuck', 'crashed') UNION ALL SELECT 1 FROM truth_remarks WHERE kind "
      "NOT IN ('wrong', 'note') UNION ALL SELECT 1 FROM truth_sightings WHERE "
      "count < 0");
  const absl::StatusOr<bool> row = impossible.Next();
  if (!row.ok()) return row.status();
  return *row ? Damaged(FileOf(database), "a play that cannot be")
              : absl::OkStatus();
}

// Reads rows that refer to truths, and adds each to its own.
class Loader {
 public:
  Loader(sqlite3* database, std::vector<Truth>& truths) : database_(database) {
    for (Truth& truth : truths) by_id_[truth.id] = &truth;
  }

  // The first column of `sql` is the truth's id.
  template <class Add>
  absl::Status Rows(const char* sql, Add add) {
    Statement query(database_, sql);
    for (;;) {
      const absl::StatusOr<bool> row = query.Next();
      if (!row.ok()) return row.status();
      if (!*row) return absl::OkStatus();
      const auto truth = by_id_.find(query.Int(0));
      if (truth == by_id_.end())
        return Damaged(FileOf(database_), "a row of a truth that is not there");
      add(*truth->second, query);
    }
  }

 private:
  sqlite3* database_;
  std::map<int, Truth*> by_id_;
};

}  // namespace

absl::Status StoreTruth(sqlite3* database, const Truth& truth) {
  if (!nlohmann::json::parse(truth.parameters, nullptr, false).is_object()) {
    return absl::InvalidArgumentError(
        absl::StrCat(FileOf(database), ": the parameters of truth ", truth.id,
                     " are no JSON object: ", truth.parameters));
  }
  absl::Status stored = StoreTruthItself(database, truth);
  if (stored.ok()) stored = StoreSightings(database, truth);
  if (stored.ok())
    stored = StoreRemarks(database, truth.id, "wrong", truth.wrongs);
  if (stored.ok())
    stored = StoreRemarks(database, truth.id, "note", truth.notes);
  if (stored.ok()) stored = StoreFigures(database, truth);
  if (stored.ok()) stored = StoreWaits(database, truth);
  return stored;
}

absl::StatusOr<std::vector<Truth>> LoadTruths(sqlite3* database) {
  if (absl::Status checked = CheckValues(database); !checked.ok())
    return checked;
  std::vector<Truth> truths;
  Statement query(
      database,
      "SELECT id, strategy, strategy_group, scope, title, reader_may_block, "
      "reader_may_recurse, reader_may_migrate, enter_under_spin_lock, safe, "
      "covers_submit, writer_waits_for, workload, question, expected, promise, "
      "promise_name, promised, parameters, verdict, difference, failure, "
      "ending, crash, against_the_promise, seen_by_ebpf, wait_cycle "
      "FROM truths ORDER BY id");
  for (;;) {
    const absl::StatusOr<bool> row = query.Next();
    if (!row.ok()) return row.status();
    if (!*row) break;
    truths.push_back(TruthOf(query));
  }
  Loader loader(database, truths);
  absl::Status loaded =
      loader.Rows("SELECT truth, name, count FROM truth_sightings ORDER BY id",
                  [](Truth& truth, const Statement& row) {
                    truth.sightings.push_back({row.Text(1), row.Unsigned(2)});
                  });
  if (loaded.ok())
    loaded =
        loader.Rows("SELECT truth, kind, text FROM truth_remarks ORDER BY id",
                    [](Truth& truth, const Statement& row) {
                      (row.Text(1) == "wrong" ? truth.wrongs : truth.notes)
                          .push_back(row.Text(2));
                    });
  if (loaded.ok())
    loaded = loader.Rows(
        "SELECT truth, text, value, unit FROM truth_figures ORDER BY id",
        [](Truth& truth, const Statement& row) {
          truth.figures.push_back({row.Text(1), row.Real(2), row.Text(3)});
        });
  if (loaded.ok())
    loaded = loader.Rows(
        "SELECT truth, actor, holds, wants, waits_for, state "
        "FROM truth_waits ORDER BY id",
        [](Truth& truth, const Statement& row) {
          truth.waits.push_back({row.Text(1), row.Text(2), row.Text(3),
                                 row.Text(4), row.Text(5)});
        });
  if (!loaded.ok()) return loaded;
  return truths;
}

}  // namespace knotestat::record
