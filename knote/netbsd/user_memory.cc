// SPDX-License-Identifier: BSD-2-Clause
#include "knote/netbsd/user_memory.h"

#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace knote::netbsd {
namespace {

constexpr size_t kPagesAtATime = 1024;  // IOV_MAX

// The last call failed, though the memory may be there.
bool Forbidden() { return errno == EPERM || errno == ENOSYS; }

}  // namespace

bool Readable(const void* begin, size_t bytes) {
  if (bytes == 0) return true;
  const auto first = reinterpret_cast<uintptr_t>(begin);
  uintptr_t last = 0;
  if (begin == nullptr || __builtin_add_overflow(first, bytes - 1, &last))
    return false;
  const auto page_size = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const uintptr_t last_page = last / page_size * page_size;
  std::array<iovec, kPagesAtATime> pages;
  std::array<char, kPagesAtATime> bytes_of_pages;
  // A byte of each page, copied by the kernel, which stops where it cannot.
  for (uintptr_t page = first / page_size * page_size;;) {
    size_t n = 0;
    for (; n < kPagesAtATime && page <= last_page; ++n, page += page_size) {
      pages[n] = {reinterpret_cast<void*>(page), 1};  // NOLINT
      if (page == last_page) break;
    }
    const bool done = n < kPagesAtATime && page == last_page;
    if (done) ++n;
    const iovec into{bytes_of_pages.data(), n};
    const ssize_t read =
        process_vm_readv(getpid(), &into, 1, pages.data(), n, 0);
    if (read < 0 && Forbidden()) return true;
    if (read != static_cast<ssize_t>(n)) return false;
    if (done) return true;
  }
}

bool CopyOut(const void* from, void* to, size_t bytes) {
  if (bytes == 0) return true;
  if (to == nullptr) return false;
  const iovec local{const_cast<void*>(from), bytes}, remote{to, bytes};
  const ssize_t copied = process_vm_writev(getpid(), &local, 1, &remote, 1, 0);
  if (copied < 0 && Forbidden()) {
    std::memcpy(to, from, bytes);
    return true;
  }
  return copied == static_cast<ssize_t>(bytes);
}

}  // namespace knote::netbsd
