// SPDX-License-Identifier: BSD-2-Clause
#include "dashboards/load_names.h"

#include <nlohmann/json.hpp>

#include "record/json.h"

namespace knotestat::dashboards {
namespace {

std::string NameOf(const record::Cell& cell) {
  std::string name = cell.workload + "/" + cell.strategy + ":" + cell.scope +
                     "/cpus:" + std::to_string(cell.cpus);
  if (cell.threads != 1 || cell.processes != cell.cpus) {
    name += "/processes:" + std::to_string(cell.processes) +
            "/threads:" + std::to_string(cell.threads);
  }
  return name;
}

}  // namespace

std::map<int, std::string> CellNames(const record::Figures& figures) {
  std::map<std::string, int> uses;
  for (const auto& cell : figures.cells) ++uses[NameOf(cell.cell)];
  std::map<int, std::string> names;
  for (const auto& cell : figures.cells) {
    std::string name = NameOf(cell.cell);
    if (uses[name] > 1) name += "/cell:" + std::to_string(cell.cell.id);
    names[cell.cell.id] = std::move(name);
  }
  return names;
}

std::string TextOfParameters(const std::string& parameters) {
  const auto object = nlohmann::json::parse(parameters, nullptr, false);
  if (!object.is_object()) return parameters;
  std::string line;
  for (const auto& [name, value] : object.items()) {
    if (!line.empty()) line += ", ";
    line += name + " ";
    line +=
        value.is_string() ? value.get<std::string>() : record::Dump(value, -1);
  }
  return line;
}

}  // namespace knotestat::dashboards
