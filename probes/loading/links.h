// The attachments of one probe.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_LOADING_LINKS_H_
#define KNOTESTAT_PROBES_LOADING_LINKS_H_

#include <bpf/libbpf.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "probes/probe.h"

namespace knotestat::probes {

// Owns bpf_links; the destructor detaches. Not thread-safe.
class Links {
 public:
  Links() = default;
  ~Links() { Clear(); }
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  // Attaches `program` of `probe` to the USDT site knotestat:`site` of the
  // target's binary, in the target process alone.
  absl::Status AddUsdt(std::string_view probe, bpf_program* program,
                       const Target& target, const char* site);
  // Keeps what `attach` returns; it follows libbpf's rule (nullptr and errno).
  // `step` says in errors what was tried.
  absl::Status Add(std::string_view probe, const std::string& step,
                   const std::function<bpf_link*()>& attach);
  // Detaches all. Waits for the kernel: up to 100 ms.
  void Clear();

  bool empty() const { return links_.empty(); }

 private:
  absl::Status Keep(bpf_link* link, std::string_view probe,
                    const std::string& step, std::string_view log);

  std::vector<bpf_link*> links_;
};

}  // namespace knotestat::probes

#endif  // KNOTESTAT_PROBES_LOADING_LINKS_H_
