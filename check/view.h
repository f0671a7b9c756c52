// What a thread knows of memory in the release/acquire model.
//
// Entry i < kThreads is how far thread i is known to have come (for races);
// entry kThreads + l is the oldest store to location l that may still be read.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CHECK_VIEW_H_
#define KNOTESTAT_CHECK_VIEW_H_

#include <cstdint>
#include <cstring>

namespace knotestat::check {

inline constexpr int kMaxThreads = 6;

struct View {
  static constexpr int kThreads = 8, kLocations = 184,
                       kSize = kThreads + kLocations;

  // Only the first `used` entries are set; the others are 0 by definition.
  int used = 0;
  uint16_t at[kSize];

  View() = default;
  View(const View& other) { *this = other; }
  View& operator=(const View& other) {
    if (this == &other) return *this;
    used = other.used;
    std::memcpy(at, other.at, static_cast<size_t>(used) * sizeof(at[0]));
    return *this;
  }

  void Clear() { used = 0; }

  uint16_t Get(int index) const { return index < used ? at[index] : 0; }

  void Set(int index, uint16_t value) {
    Extend(index + 1);
    at[index] = value;
  }

  void Raise(int index, uint16_t value) {
    if (Get(index) < value) Set(index, value);
  }

  void Join(const View& other) {
    Extend(other.used);
    for (int i = 0; i < other.used; ++i)
      at[i] = at[i] < other.at[i] ? other.at[i] : at[i];
  }

 private:
  void Extend(int size) {
    if (size <= used) return;
    std::memset(at + used, 0, static_cast<size_t>(size - used) * sizeof(at[0]));
    used = size;
  }
};

}  // namespace knotestat::check

#endif  // KNOTESTAT_CHECK_VIEW_H_
