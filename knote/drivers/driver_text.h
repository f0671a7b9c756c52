// A text section of its own for drivers' functions: a thread with one of these
// addresses on its stack is inside a driver, and so inside a reader section;
// that is how eBPF knows, at no cost to the reader.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_KNOTE_DRIVERS_DRIVER_TEXT_H_
#define KNOTESTAT_KNOTE_DRIVERS_DRIVER_TEXT_H_

#define KNOTESTAT_DRIVER_TEXT \
  [[gnu::section("knote_driver_text"), gnu::noinline]]

#endif  // KNOTESTAT_KNOTE_DRIVERS_DRIVER_TEXT_H_
