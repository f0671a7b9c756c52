// EVFILT_READ, EVFILT_WRITE, EVFILT_EMPTY on a descriptor: hands the knote to
// what the descriptor names.
//
// Not MPSAFE on purpose, as in NetBSD: f_attach runs under KERNEL_LOCK until
// the device's own filterops have taken its place.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_FILTERS_FILE_H_
#define KNOTESTAT_KNOTE_FILTERS_FILE_H_

#include "knote/filters/timer.h"
#include "knote/filters/user.h"

namespace knote {

template <class S>
struct file_filter {
  using Env = typename S::Env;

  static int filt_fileattach(knote<Env>* kn) {
    if (kn->kn_obj->f_ops->fo_kqfilter == nullptr) return EINVAL;
    return kn->kn_obj->f_ops->fo_kqfilter(kn->kn_obj, kn);
  }

  static constexpr filterops<Env> file_filtops{.f_flags = FILTEROP_ISFD,
                                               .f_attach = filt_fileattach};
};

// Registers the filters that every kernel has.
template <class S>
void kfilter_init(kernel<S>& k) {
  for (const uint32_t filter : {EVFILT_READ, EVFILT_WRITE, EVFILT_EMPTY})
    k.kfilters[filter].filtops = &file_filter<S>::file_filtops;
  k.kfilters[EVFILT_TIMER].filtops = &timer_filter<S>::timer_filtops;
  k.kfilters[EVFILT_USER].filtops = &user_filter<S>::user_filtops;
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_FILTERS_FILE_H_
