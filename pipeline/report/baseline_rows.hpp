#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "pipeline/report/map_variant.hpp"

namespace unetsr::pipeline::report {

// The columns of a table of baselines.
inline constexpr std::array<const char*, 4> variant_columns = {"as it is", "denoised bands", "corrected", "both"};

// The maps of one baseline, in the order of these columns; null: there is no such map.
template <class Map>
struct BaselineRow {
  std::string method;
  std::array<const Map*, variant_columns.size()> maps = {};

  // The one of the least RMSE; null where none is finite.
  const Map* best() const {
    const Map* best = nullptr;
    for (const Map* map : maps)
      if (map && std::isfinite(map->metrics.rmse) && (!best || map->metrics.rmse < best->metrics.rmse)) best = map;
    return best;
  }
};

// One row a method, the least RMSE first. `baselines`: pointers to maps with a `variant` and `metrics`.
template <class Map>
std::vector<BaselineRow<Map>> baseline_rows(const std::vector<const Map*>& baselines) {
  std::vector<BaselineRow<Map>> rows;
  for (const Map* map : baselines) {
    const auto known =
        std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.method == map->variant.method; });
    BaselineRow<Map>& row = known == rows.end() ? rows.emplace_back(BaselineRow<Map>{map->variant.method}) : *known;
    row.maps[size_t(map->variant.denoised) + 2 * size_t(map->variant.corrected)] = map;
  }
  const auto least = [](const BaselineRow<Map>& row) { return row.best() ? row.best()->metrics.rmse : INFINITY; };
  std::stable_sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return least(a) < least(b); });
  return rows;
}

// Whether a column has maps.
template <class Map>
bool has_column(const std::vector<BaselineRow<Map>>& rows, size_t column) {
  return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.maps[column]; });
}

}  // namespace unetsr::pipeline::report
