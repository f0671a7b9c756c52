// The terminal as a screen that is drawn again and again.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_CLI_TERMINAL_SCREEN_H_
#define KNOTESTAT_CLI_TERMINAL_SCREEN_H_

#include <termios.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "dashboards/terminal_text.h"

namespace knotestat::cli {

// Whether a terminal is one that escape sequences mean something to: not if
// TERM is unset, empty or "dumb".
bool TerminalKnowsEscapes();

// Colour and block characters as standard output can show them: neither unless
// it is a terminal, no colour with NO_COLOR or without TerminalKnowsEscapes().
dashboards::TextStyle StyleOfOutput();

// Columns of standard output, from 40 to 160; without a terminal so many that
// no line is broken, because a program may look for it.
size_t WidthOfOutput();

struct ScreenSize {
  size_t width = 80;
  size_t height = 24;
};

// While it lives standard output shows another screen without a cursor, and
// standard input, if it is a terminal too, gives keys at once and unseen.
// Ctrl-C stays a signal; Ctrl-Z and Ctrl-\ do nothing, because they would leave
// the terminal like that. Not thread-safe.
class TerminalScreen {
 public:
  TerminalScreen();
  ~TerminalScreen();
  TerminalScreen(const TerminalScreen&) = delete;
  TerminalScreen& operator=(const TerminalScreen&) = delete;

  // Of now: people resize windows. 80 x 24 if the terminal does not say.
  ScreenSize size() const;

  // False if the terminal has gone.
  bool Draw(const std::vector<std::string>& lines) const;

  // The key that is pressed within `time`; 0: none, or a signal came.
  char AwaitKey(std::chrono::milliseconds time) const;

 private:
  termios before_ = {};
  bool keys_ = false;
};

}  // namespace knotestat::cli

#endif  // KNOTESTAT_CLI_TERMINAL_SCREEN_H_
