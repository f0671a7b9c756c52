// What a cell is called where a name has to tell it from all others, and its
// parameters as text.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_DASHBOARDS_LOAD_NAMES_H_
#define KNOTESTAT_DASHBOARDS_LOAD_NAMES_H_

#include <map>
#include <string>

#include "record/figures.h"

namespace knotestat::dashboards {

// One name for each cell id, "scan/rwlock:global/cpus:2". Processes and threads
// are added where they are not one thread for each CPU, and the id ("/cell:7")
// where names would still be equal, as those of other parameters are.
std::map<int, std::string> CellNames(const record::Figures& figures);

// "devices 8, hold_ns 0" of a JSON object; any other text as it is.
std::string TextOfParameters(const std::string& parameters);

}  // namespace knotestat::dashboards

#endif  // KNOTESTAT_DASHBOARDS_LOAD_NAMES_H_
