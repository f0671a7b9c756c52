// SPDX-License-Identifier: BSD-2-Clause
#include "cli/terminal_screen.h"

#include <langinfo.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace knotestat::cli {
namespace {

constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J";
constexpr std::string_view kLeave = "\x1b[?25h\x1b[?1049l";

bool WriteTerminal(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(STDOUT_FILENO, text.data(), text.size());
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) text.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

}  // namespace

bool TerminalKnowsEscapes() {
  const char* term = std::getenv("TERM");
  return term != nullptr && *term != '\0' && std::strcmp(term, "dumb") != 0;
}

dashboards::TextStyle StyleOfOutput() {
  dashboards::TextStyle style;
  if (!isatty(STDOUT_FILENO)) return style;
  const char* no_color = std::getenv("NO_COLOR");
  style.color =
      (no_color == nullptr || *no_color == '\0') && TerminalKnowsEscapes();
  std::setlocale(LC_CTYPE, "");
  style.unicode = std::strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
  return style;
}

size_t WidthOfOutput() {
  constexpr size_t kWithoutBreaks = 10'000;
  if (!isatty(STDOUT_FILENO)) return kWithoutBreaks;
  winsize window{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0)
    return ScreenSize().width;
  return std::clamp<size_t>(window.ws_col, 40, 160);
}

TerminalScreen::TerminalScreen() {
  keys_ = tcgetattr(STDIN_FILENO, &before_) == 0;
  if (keys_) {
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VSUSP] = _POSIX_VDISABLE;
    raw.c_cc[VQUIT] = _POSIX_VDISABLE;
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  }
  WriteTerminal(kEnter);
}

TerminalScreen::~TerminalScreen() {
  WriteTerminal(kLeave);
  if (keys_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
}

ScreenSize TerminalScreen::size() const {
  winsize window{};
  ScreenSize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0)
    return size;
  size.width = std::clamp<size_t>(window.ws_col, 20, 120);
  size.height = std::max<size_t>(window.ws_row, 4);
  return size;
}

bool TerminalScreen::Draw(const std::vector<std::string>& lines) const {
  std::string text = "\x1b[H";
  for (size_t i = 0; i < lines.size(); ++i)
    text += (i == 0 ? "" : "\r\n") + lines[i] + "\x1b[K";
  return WriteTerminal(text + "\x1b[J");
}

char TerminalScreen::AwaitKey(std::chrono::milliseconds time) const {
  pollfd input = {keys_ ? STDIN_FILENO : -1, POLLIN, 0};
  if (poll(&input, 1, static_cast<int>(time.count())) <= 0) return 0;
  char key = 0;
  return read(STDIN_FILENO, &key, 1) == 1 ? key : '\0';
}

}  // namespace knotestat::cli
