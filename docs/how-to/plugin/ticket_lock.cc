// SPDX-License-Identifier: BSD-2-Clause
#include "ticket_lock.h"

#include "check/plugin.h"
#include "knote/plugin.h"

KNOTESTAT_PLUGIN(TicketLock)
KNOTESTAT_PLUGIN_CHECK(TicketLock)
