/* ck_epoch behind plain calls, because its header does not compile as C++.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef KNOTESTAT_KNOTE_STRATEGIES_PEER_CK_EPOCH_EPOCH_CALLS_H_
#define KNOTESTAT_KNOTE_STRATEGIES_PEER_CK_EPOCH_EPOCH_CALLS_H_

#ifdef __cplusplus
extern "C" {
#endif

struct ck_epoch;
struct ck_epoch_record;

/* An epoch; destroy it when no thread is in it any more. */
struct ck_epoch* knotestat_ck_epoch_create(void);
void knotestat_ck_epoch_destroy(struct ck_epoch* epoch);

/* The calling thread's record: a given-back one if there is one. */
struct ck_epoch_record* knotestat_ck_epoch_join(struct ck_epoch* epoch);
void knotestat_ck_epoch_leave(struct ck_epoch_record* record);

/* A section of the thread with that record. */
void knotestat_ck_epoch_begin(struct ck_epoch_record* record);
void knotestat_ck_epoch_end(struct ck_epoch_record* record);

/* Returns when all sections that were open have ended. */
void knotestat_ck_epoch_synchronize(struct ck_epoch* epoch);

#ifdef __cplusplus
}
#endif

#endif /* KNOTESTAT_KNOTE_STRATEGIES_PEER_CK_EPOCH_EPOCH_CALLS_H_ */
