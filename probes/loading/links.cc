// SPDX-License-Identifier: BSD-2-Clause
#include "probes/loading/links.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "probes/loading/libbpf_log.h"
#include "probes/refusal.h"

namespace knotestat::probes {

absl::Status Links::AddUsdt(std::string_view probe, bpf_program* program,
                            const Target& target, const char* site) {
  LibbpfLog log;
  bpf_link* link =
      bpf_program__attach_usdt(program, target.pid, target.binary.c_str(),
                               "knotestat", site, /*opts=*/nullptr);
  if (link == nullptr && errno == ENOENT) {
    return absl::NotFoundError(absl::StrCat(
        "probe ", std::string(probe), ": ", target.binary,
        " is missing or has no USDT site knotestat:", site,
        "; watch a program that links probes/usdt (readelf -n lists its "
        "sites)"));
  }
  return Keep(link, probe, absl::StrCat("attach to USDT knotestat:", site),
              log.text());
}

absl::Status Links::Add(std::string_view probe, const std::string& step,
                        const std::function<bpf_link*()>& attach) {
  LibbpfLog log;
  return Keep(attach(), probe, step, log.text());
}

absl::Status Links::Keep(bpf_link* link, std::string_view probe,
                         const std::string& step, std::string_view log) {
  if (link == nullptr) return Refusal(probe, step, errno, log);
  links_.push_back(link);
  return absl::OkStatus();
}

void Links::Clear() {
  LibbpfLog log;
  for (bpf_link* link : links_) bpf_link__destroy(link);
  links_.clear();
}

}  // namespace knotestat::probes
