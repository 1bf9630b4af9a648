#include "data/dataset/cf_attributes.hpp"

#include <map>

namespace unetsr::data {
namespace {

using Texts = std::vector<std::pair<std::string, std::string>>;

const std::map<std::string, Texts>& columns() {
  static const std::map<std::string, Texts> all = {
      {"longitude",
       {{"units", "degrees_east"}, {"standard_name", "longitude"}, {"long_name", "centre"}, {"bounds", "longitudes"}}},
      {"latitude",
       {{"units", "degrees_north"}, {"standard_name", "latitude"}, {"long_name", "centre"}, {"bounds", "latitudes"}}},
      {"longitudes", {{"units", "degrees_east"}, {"long_name", "corners of the footprint"}}},
      {"latitudes", {{"units", "degrees_north"}, {"long_name", "corners of the footprint"}}},
      {"time",
       {{"units", "seconds since 1970-01-01 00:00:00"},
        {"calendar", "standard"},
        {"standard_name", "time"},
        {"long_name", "time of the measurement, UTC"}}},
      {"sza", {{"units", "degree"}, {"standard_name", "solar_zenith_angle"}, {"long_name", "sun zenith angle"}}},
      {"vza", {{"units", "degree"}, {"standard_name", "sensor_zenith_angle"}, {"long_name", "viewing zenith angle"}}},
      {"cloud_fraction", {{"units", "1"}, {"long_name", "cloud fraction"}}},
      {"file", {{"long_name", "file among the inputs of the provenance, from 0; -1: not known"}}},
      {"orbit", {{"long_name", "orbit; -1: not known"}}},
      {"scanline", {{"long_name", "scanline of the file; -1: not known"}}},
      {"pixel", {{"long_name", "ground pixel of the scanline; -1: not known"}}},
      {"window",
       {{"long_name",
         "first day of the window in which this entry counts, days since 1970-01-01; -1: that of its "
         "day"}}}};
  return all;
}

}  // namespace

CfAttributes layer_attributes(const std::string& layer, bool granules) {
  CfAttributes a;
  if (layer == "ndvi") a.texts.push_back({"standard_name", "normalized_difference_vegetation_index"});
  if (!granules) return a;
  if (layer == "sif" || layer == "sif_fine")
    a.texts.push_back({"ancillary_variables", layer + "_error " + layer + "_count"});
  if (layer == "reliability") {
    a.flag_values = {0, 1, 2, 3};
    a.texts.push_back({"flag_meanings", "good marginal snow_or_ice cloudy"});
  }
  if (layer == "viirs_reliability") {
    a.flag_values = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    a.texts.push_back({"flag_meanings",
                       "excellent good acceptable marginal pass questionable poor cloud_shadow snow_or_ice cloud "
                       "estimated long_term_average"});
  }
  if (layer == "vi_quality")
    a.texts.push_back(
        {"comment",
         "bit field of the product, as a number: bits 0-1 quality, 2-5 usefulness (0 best, 15 worst), 6-7 "
         "aerosol, 8 adjacent cloud, 9 BRDF correction, 10 mixed clouds, 11-13 land or water, 14 snow or "
         "ice, 15 shadow"});
  return a;
}

CfAttributes column_attributes(const std::string& column, const SifQuantity& sif) {
  if (column == "sif")
    return {{{"units", sif_units}, {"long_name", sif_name(sif)}, {"ancillary_variables", "error"}}, {}};
  if (column == "error") return {{{"units", sif_units}, {"long_name", "1 sigma of " + sif_name(sif)}}, {}};
  const auto found = columns().find(column);
  return {found == columns().end() ? Texts{} : found->second, {}};
}

}  // namespace unetsr::data
