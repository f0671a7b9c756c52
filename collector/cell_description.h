// A cell's row of the record, from its plan.
//
// SPDX-License-Identifier: BSD-2-Clause
#ifndef KNOTESTAT_COLLECTOR_CELL_DESCRIPTION_H_
#define KNOTESTAT_COLLECTOR_CELL_DESCRIPTION_H_

#include <string>

#include "collector/group_plan.h"
#include "record/run.h"

namespace knotestat::collector {

// "own", "peer" or "control".
std::string GroupName(knote::Group group);

record::Promises PromisesOf(const knote::StrategyInfo& info);

// The load that `strategy` gets: the plan's, with KNOTE() by contract where
// the strategy needs that.
knote::Load LoadFor(const GroupPlan& plan,
                    const knote::StrategyEntry& strategy);

// The cells of a group, in the order of its strategies.
std::vector<record::Cell> DescribeCells(const GroupPlan& plan);

// `refused` says why the strategy cannot run here, if it cannot.
record::Cell DescribeCell(const GroupPlan& plan,
                          const knote::StrategyEntry& strategy, int id);

}  // namespace knotestat::collector

#endif  // KNOTESTAT_COLLECTOR_CELL_DESCRIPTION_H_
