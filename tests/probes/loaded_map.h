// Finds a BPF map of a probe that a test has loaded, to plant something in it.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_TESTS_PROBES_LOADED_MAP_H_
#define KNOTESTAT_TESTS_PROBES_LOADED_MAP_H_

#include <bpf/bpf.h>
#include <unistd.h>

#include <cstdint>
#include <string_view>
#include <utility>

namespace knotestat::probes {

// The map of that name and size of a key that was loaded last, on the whole
// machine, as a descriptor to close; -1 if there is none.
inline int MapLoadedLast(std::string_view name, uint32_t key_bytes) {
  int found = -1;
  for (uint32_t id = 0; bpf_map_get_next_id(id, &id) == 0;) {
    int map = bpf_map_get_fd_by_id(id);
    bpf_map_info info{};
    uint32_t size = sizeof(info);
    if (map >= 0 && bpf_obj_get_info_by_fd(map, &info, &size) == 0 &&
        info.key_size == key_bytes && name == info.name)
      std::swap(found, map);
    if (map >= 0) close(map);
  }
  return found;
}

}  // namespace knotestat::probes

#endif  // KNOTESTAT_TESTS_PROBES_LOADED_MAP_H_
