// Filters by number and by name; those that a module registers.
//
// A registered filter is in use from the EV_ADD of a knote until after that
// knote's f_detach, and can be unregistered only while it is not: then the
// module may be unloaded. A function that throws has failed: see dispatch.h.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_KFILTER_H_
#define KNOTESTAT_KNOTE_KFILTER_H_

#include <string_view>

#include "knote/kernel.h"

namespace knote {

// The kernel's own filters, by number; not all are there (filtops is null).
inline constexpr std::array<std::string_view, EVFILT_SYSCOUNT>
    kSystemFilterNames = {"EVFILT_READ",  "EVFILT_WRITE", "EVFILT_AIO",
                          "EVFILT_VNODE", "EVFILT_PROC",  "EVFILT_SIGNAL",
                          "EVFILT_TIMER", "EVFILT_FS",    "EVFILT_USER",
                          "EVFILT_EMPTY"};

constexpr bool IsSystemFilter(uint32_t filter) {
  return filter < EVFILT_SYSCOUNT;
}

// Holds kqueue_filter_lock for a scope.
template <krw_t kHow, class Env>
class [[nodiscard]] krw_guard {
 public:
  explicit krw_guard(krwlock<Env>& lock) : lock_(lock) {
    if constexpr (kFollowed) LockOrder::Enter(LockRank::kFilter);
    lock_.template rw_enter<kHow>();
  }
  ~krw_guard() {
    lock_.template rw_exit<kHow>();
    if constexpr (kFollowed) LockOrder::Exit(LockRank::kFilter);
  }
  krw_guard(const krw_guard&) = delete;
  krw_guard& operator=(const krw_guard&) = delete;

 private:
  static constexpr bool kFollowed = kInvariants && requires {
    Env::kThreadLocals;
  };
  krwlock<Env>& lock_;
};

// The filter of that number, or null; its filtops is null if it is not there.
// kqueue_filter_lock held.
template <class S>
kfilter<typename S::Env>* kfilter_byfilter(kernel<S>& k, uint32_t filter) {
  if (IsSystemFilter(filter)) return &k.kfilters[filter];
  const size_t index = filter - EVFILT_SYSCOUNT;
  return index < k.user_kfilters.size() ? k.user_kfilters[index].get()
                                        : nullptr;
}

namespace internal {

inline bool IsSystemFilterName(std::string_view name) {
  return std::find(kSystemFilterNames.begin(), kSystemFilterNames.end(),
                   name) != kSystemFilterNames.end();
}

// The registered filter of that name, or null; "" finds a number that is free
// again. kqueue_filter_lock held.
template <class S>
kfilter<typename S::Env>* UserFilterByName(kernel<S>& k,
                                           std::string_view name) {
  for (const auto& filter : k.user_kfilters) {
    if (filter->name == name) return filter.get();
  }
  return nullptr;
}

}  // namespace internal

// Registers a copy of `filtops` as `name`, which becomes number `*filter`.
// 0; EINVAL without a name, filterops or one of f_attach, f_detach, f_event;
// EEXIST. Thread-safe.
template <class S>
int kfilter_register(kernel<S>& k, std::string_view name,
                     const filterops<typename S::Env>* filtops,
                     uint32_t* filter) {
  using Env = typename S::Env;
  if (name.empty() || filtops == nullptr || filtops->f_attach == nullptr ||
      filtops->f_detach == nullptr || filtops->f_event == nullptr)
    return EINVAL;
  krw_guard<RW_WRITER, Env> guard(k.kqueue_filter_lock);
  if (internal::IsSystemFilterName(name) || internal::UserFilterByName(k, name))
    return EEXIST;
  auto* free = internal::UserFilterByName(k, "");
  if (free == nullptr) {
    free = k.user_kfilters.emplace_back(std::make_unique<kfilter<Env>>()).get();
  }
  free->name = name;
  free->registered = std::make_unique<filterops<Env>>(*filtops);
  free->registered->f_flags |= FILTEROP_REGISTERED;
  free->filtops = free->registered.get();
  for (uint32_t i = 0; filter != nullptr && i < k.user_kfilters.size(); ++i) {
    if (k.user_kfilters[i].get() == free) *filter = EVFILT_SYSCOUNT + i;
  }
  return 0;
}

// Takes the filter `name` out of use; its number may be given to another. 0;
// EINVAL without a name or for one of the kernel's; ENOENT; EBUSY while knotes
// use it. Thread-safe. Once it has returned 0, nobody is inside the filter's
// functions or enters them.
template <class S>
int kfilter_unregister(kernel<S>& k, std::string_view name) {
  if (name.empty() || internal::IsSystemFilterName(name)) return EINVAL;
  krw_guard<RW_WRITER, typename S::Env> guard(k.kqueue_filter_lock);
  auto* filter = internal::UserFilterByName(k, name);
  if (filter == nullptr) return ENOENT;
  // Pairs with knote_detach(), which has left f_detach.
  if (filter->refcnt.load(std::memory_order_acquire) != 0) return EBUSY;
  filter->name.clear();
  filter->filtops = nullptr;
  filter->registered.reset();
  return 0;
}

}  // namespace knote

#endif  // KNOTESTAT_KNOTE_KFILTER_H_
