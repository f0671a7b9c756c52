// Keeps what libbpf says, so that it reaches the user as part of an error and
// never on stderr by itself.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_PROBES_LOADING_LIBBPF_LOG_H_
#define KNOTESTAT_PROBES_LOADING_LIBBPF_LOG_H_

#include <string>

namespace knotestat::probes {

// While one lives, libbpf's warnings of this thread are kept in it; warnings
// while none lives are dropped. Nests: the innermost one gets the messages.
class LibbpfLog {
 public:
  LibbpfLog();
  ~LibbpfLog();
  LibbpfLog(const LibbpfLog&) = delete;
  LibbpfLog& operator=(const LibbpfLog&) = delete;

  const std::string& text() const { return text_; }
  void Append(const char* text) { text_ += text; }

 private:
  std::string text_;
  LibbpfLog* outer_;
};

}  // namespace knotestat::probes

#endif  // KNOTESTAT_PROBES_LOADING_LIBBPF_LOG_H_
