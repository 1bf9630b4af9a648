#include "data/formats/discovery_attributes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "data/geography/map_outline.hpp"

namespace unetsr::data {
namespace {

void add_extent(const Grid& grid, DiscoveryAttributes& a) {
  const std::optional<MapOutline> outline = map_outline(grid);
  if (!outline) return;
  a.numbers = {{"geospatial_lat_min", outline->box.south},
               {"geospatial_lat_max", outline->box.north},
               {"geospatial_lon_min", outline->box.west},  // above lon_max where the date line lies between
               {"geospatial_lon_max", outline->box.east}};
  a.texts.push_back({"geospatial_lat_units", "degrees_north"});
  a.texts.push_back({"geospatial_lon_units", "degrees_east"});
}

void add_coverage(const std::vector<Date>& dates, int window_days, DiscoveryAttributes& a) {
  const auto [first, last] = std::minmax_element(dates.begin(), dates.end());
  const int begin = day_number(*first), end = day_number(*last) + window_days;
  a.texts.push_back({"time_coverage_start", to_string(*first) + "T00:00:00Z"});
  a.texts.push_back({"time_coverage_end", to_string(date_of(end)) + "T00:00:00Z"});
  a.texts.push_back({"time_coverage_duration", fmt::format("P{}D", end - begin)});
  a.texts.push_back({"time_coverage_resolution", fmt::format("P{}D", window_days)});
}

}  // namespace

DiscoveryAttributes discovery_attributes(const RasterDescription& d, const std::vector<Date>& dates) {
  DiscoveryAttributes a;
  a.texts = {{"cdm_data_type", "Grid"}};
  if (!d.summary.empty()) a.texts.push_back({"summary", d.summary});
  if (!d.keywords.empty()) a.texts.push_back({"keywords", d.keywords});
  if (!d.created.empty()) a.texts.push_back({"date_created", d.created});
  if (!d.standard_name.empty()) a.texts.push_back({"standard_name_vocabulary", "CF Standard Name Table v93"});
  add_extent(d.grid, a);
  if (!dates.empty()) add_coverage(dates, d.window_days, a);
  return a;
}

}  // namespace unetsr::data
