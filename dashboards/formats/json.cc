// The figures as JSON. SPDX-License-Identifier: BSD-2-Clause
#include "record/json.h"

#include "dashboards/format.h"

namespace knotestat::dashboards {
namespace {

const FormatRegistration json_registration({
    "json",
    "all figures, with a published schema",
    [](const FormatInput& input) -> absl::StatusOr<std::string> {
      return record::Dump(record::ToJson(input.figures)) + "\n";
    },
});

}  // namespace
}  // namespace knotestat::dashboards
