/* SPDX-License-Identifier: BSD-2-Clause */
#include "knote/strategies/peer_ck_epoch/epoch_calls.h"

#include <ck_epoch.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>

struct ck_epoch* knotestat_ck_epoch_create(void) {
  struct ck_epoch* epoch = aligned_alloc(128, 128);
  _Static_assert(sizeof *epoch <= 128, "one pair of lines");
  if (epoch == NULL) abort();
  ck_epoch_init(epoch);
  return epoch;
}

void knotestat_ck_epoch_destroy(struct ck_epoch* epoch) {
  struct ck_stack_entry* entry = epoch->records.head;
  while (entry != NULL) {
    struct ck_epoch_record* record =
        (struct ck_epoch_record*)((char*)entry -
                                  offsetof(struct ck_epoch_record,
                                           record_next));
    entry = entry->next;
    free(record);
  }
  free(epoch);
}

struct ck_epoch_record* knotestat_ck_epoch_join(struct ck_epoch* epoch) {
  struct ck_epoch_record* record = ck_epoch_recycle(epoch, NULL);
  if (record != NULL) return record;
  const size_t bytes = (sizeof *record + 127) / 128 * 128;
  record = aligned_alloc(128, bytes);
  if (record == NULL) abort();
  ck_epoch_register(epoch, record, NULL);
  return record;
}

void knotestat_ck_epoch_leave(struct ck_epoch_record* record) {
  ck_epoch_unregister(record);
}

void knotestat_ck_epoch_begin(struct ck_epoch_record* record) {
  ck_epoch_begin(record, NULL);
}

void knotestat_ck_epoch_end(struct ck_epoch_record* record) {
  ck_epoch_end(record, NULL);
}

static void LetOthersRun(struct ck_epoch* epoch, struct ck_epoch_record* record,
                         void* argument) {
  (void)epoch;
  (void)record;
  (void)argument;
  sched_yield();
}

void knotestat_ck_epoch_synchronize(struct ck_epoch* epoch) {
  ck_epoch_synchronize_wait(epoch, LetOthersRun, NULL);
}
