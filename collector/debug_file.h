// Debug information that lies in files of its own, found by build-id.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_DEBUG_FILE_H_
#define KNOTESTAT_COLLECTOR_DEBUG_FILE_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace knotestat::collector {

// Where they are kept: /usr/lib/debug, by packages such as libc6-dbg, and
// ~/.debug, by perf.
std::vector<std::string> DebugFolders();

struct DebugFile {
  std::string path;
  int descriptor = -1;  // open for reading; the caller's
};

// The debug file of the program or library whose build-id has these bytes, in
// the first folder that has it: FOLDER/.build-id/ab/cdef.debug, or
// FOLDER/.build-id/ab/cdef/debug. A file there that has another build-id is
// passed over.
std::optional<DebugFile> OpenDebugFile(std::span<const unsigned char> build_id,
                                       std::span<const std::string> folders);

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_DEBUG_FILE_H_
