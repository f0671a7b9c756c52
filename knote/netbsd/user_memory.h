// What a program hands to a system call, looked at before it is believed.
//
// The kernel reads and writes it for us, by process_vm_readv() and _writev() of
// this process, and says where it cannot. Where those are forbidden (a seccomp
// filter), every pointer but null is believed.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_NETBSD_USER_MEMORY_H_
#define KNOTESTAT_KNOTE_NETBSD_USER_MEMORY_H_

#include <cstddef>

namespace knote::netbsd {

// True if all of the memory is mapped for reading at the moment. One system
// call for each 4 MiB, which ends at the first page that is not. Thread-safe.
bool Readable(const void* begin, size_t bytes);

// Copies `bytes` to where a program wants them: false if it may not write
// there; what came before that is copied. One system call. Thread-safe.
bool CopyOut(const void* from, void* to, size_t bytes);

}  // namespace knote::netbsd

#endif  // KNOTESTAT_KNOTE_NETBSD_USER_MEMORY_H_
