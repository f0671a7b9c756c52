// SPDX-License-Identifier: BSD-2-Clause
#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "cli/terminal_screen.h"

namespace knotestat::cli {

Progress::Progress()
    : terminal_(isatty(STDERR_FILENO) && TerminalKnowsEscapes()),
      begin_(absl::Now()) {}

Progress::~Progress() {
  if (terminal_ && drawn_ != absl::InfinitePast()) std::cerr << "\r\x1b[K";
}

void Progress::Show(double done, const std::string& what) {
  const absl::Time now = absl::Now();
  if (!terminal_ || now - drawn_ < absl::Milliseconds(100)) return;
  drawn_ = now;
  constexpr int kWidth = 24;
  const int filled = std::clamp(static_cast<int>(done * kWidth), 0, kWidth);
  const double left_s =
      done > 0.005 ? absl::ToDoubleSeconds(now - begin_) * (1 - done) / done
                   : 0;
  std::cerr << absl::StrFormat(
                   "\r[%s%s] %3.0f %%  %d:%02d left  %s\x1b[K",
                   std::string(static_cast<size_t>(filled), '#'),
                   std::string(static_cast<size_t>(kWidth - filled), '.'),
                   done * 100, static_cast<int>(left_s) / 60,
                   static_cast<int>(left_s) % 60, what)
            << std::flush;
}

}  // namespace knotestat::cli
