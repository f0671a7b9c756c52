// What a strategy keeps for each klist, found by the klist's address.
//
// A hash table of a fixed number of chains. The entries are the caller's:
// `Entry` has `const klist<Env>* key` and `Entry* next_in_table`. The address
// is only compared, never followed.
//
// Cost: one look at a chain, met once in a knote's life; 8 KiB.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_STRATEGIES_KLIST_TABLE_H_
#define KNOTESTAT_KNOTE_STRATEGIES_KLIST_TABLE_H_

#include "knote/knote.h"

namespace knote {

// Not thread-safe: the caller's mutex guards table and entries.
template <class Env, class Entry>
class KlistTable {
 public:
  // Null if there is none.
  Entry* Find(const klist<Env>* key) const {
    for (Entry* entry = chains_[ChainOf(key)]; entry != nullptr;
         entry = entry->next_in_table) {
      if (entry->key == key) return entry;
    }
    return nullptr;
  }

  // There is none of this key yet.
  void Add(Entry& entry) {
    Entry*& first = chains_[ChainOf(entry.key)];
    entry.next_in_table = first;
    first = &entry;
  }

  // It is in the table.
  void Remove(Entry& entry) {
    Entry** link = &chains_[ChainOf(entry.key)];
    while (*link != &entry) link = &(*link)->next_in_table;
    *link = entry.next_in_table;
  }

 private:
  static constexpr unsigned kChains = Env::Capacity(1024);

  // Drivers' structures are multiples of some cache lines apart.
  static size_t ChainOf(const klist<Env>* key) {
    const auto address = reinterpret_cast<uintptr_t>(key);
    return (address >> 6 ^ address >> 16) % kChains;
  }

  Entry* chains_[kChains] = {};
};

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_STRATEGIES_KLIST_TABLE_H_
