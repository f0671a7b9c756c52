// Log-linear buckets of a value in ns: C, shared by BPF and C++.
//
// Values below 16 have a bucket each; above, every power of two is cut into 16
// equal buckets, so a bucket is at most 1/16 of its lower bound wide and a
// quantile read from the counts is good to about 6 %. Values of 2^40 ns (18
// minutes) and more share the last bucket, whose upper bound is the largest
// signed 64-bit number, so that any store can hold it.
// The scheme is that of HdrHistogram with four bits of precision.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_LOG_LINEAR_H_
#define KNOTESTAT_PROBES_LOG_LINEAR_H_

#ifdef __bpf__
#include <linux/types.h>
typedef __u64 kns_u64;
typedef __u32 kns_u32;
typedef __u16 kns_u16;
typedef __u8 kns_u8;
#else
#include <stdint.h>
typedef uint64_t kns_u64;
typedef uint32_t kns_u32;
typedef uint16_t kns_u16;
typedef uint8_t kns_u8;
#endif

#define KNS_SUB_BUCKET_BITS 4
#define KNS_SUB_BUCKETS (1u << KNS_SUB_BUCKET_BITS)
#define KNS_VALUE_BITS 40
// One row for 0..15, one for each power of two up to 2^39, one for the rest.
#define KNS_BUCKETS \
  ((KNS_VALUE_BITS - KNS_SUB_BUCKET_BITS + 1u) * KNS_SUB_BUCKETS + 1u)

// Position of the highest bit of `value`, which must not be 0: all bits below
// it are set, then counted (Warren, Hacker's Delight, 5-1). BPF has no
// instruction for it, and without branches its verifier has one path to walk.
static inline kns_u32 kns_log2(kns_u64 value) {
  value |= value >> 1;
  value |= value >> 2;
  value |= value >> 4;
  value |= value >> 8;
  value |= value >> 16;
  value |= value >> 32;
  value -= (value >> 1) & 0x5555555555555555u;
  value = (value & 0x3333333333333333u) + ((value >> 2) & 0x3333333333333333u);
  value = (value + (value >> 4)) & 0x0f0f0f0f0f0f0f0fu;
  return (kns_u32)((value * 0x0101010101010101u) >> 56) - 1;
}

// The bucket of `ns`: 0 .. KNS_BUCKETS - 1.
static inline kns_u32 kns_bucket_of(kns_u64 ns) {
  if (ns < KNS_SUB_BUCKETS) return (kns_u32)ns;
  if (ns >> KNS_VALUE_BITS) return KNS_BUCKETS - 1;
  // 0 for 16..31: there the sub-bucket is the value's low four bits.
  kns_u32 shift = kns_log2(ns) - KNS_SUB_BUCKET_BITS;
  return (shift << KNS_SUB_BUCKET_BITS) + (kns_u32)(ns >> shift);
}

// The smallest value of `bucket`, in ns.
static inline kns_u64 kns_bucket_lower(kns_u32 bucket) {
  if (bucket < 2 * KNS_SUB_BUCKETS) return bucket;
  kns_u32 shift = (bucket >> KNS_SUB_BUCKET_BITS) - 1;
  return (kns_u64)(KNS_SUB_BUCKETS + (bucket & (KNS_SUB_BUCKETS - 1))) << shift;
}

// The smallest value above `bucket`, in ns; INT64_MAX for the last bucket.
static inline kns_u64 kns_bucket_upper(kns_u32 bucket) {
  if (bucket + 1 < KNS_BUCKETS) return kns_bucket_lower(bucket + 1);
  return ~(kns_u64)0 >> 1;
}

#endif  // KNOTESTAT_PROBES_LOG_LINEAR_H_
