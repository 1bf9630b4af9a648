#include "data/formats/sounding_layout.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

constexpr SifKind now = SifKind::instantaneous, daily = SifKind::daily;

SoundingLayout troposif() {
  const std::string product = "PRODUCT/", support = product + "SUPPORT_DATA/", places = support + "GEOLOCATIONS/";
  const std::string factor = support + "DETAILED_RESULTS/DayLength_fac";
  return {.product = "TROPOSIF",
          .sif = {{{now}, product + "SIF_743", product + "SIF_ERROR_743", ""},
                  {{daily}, product + "SIF_Corr_743", product + "SIF_ERROR_743", factor},
                  {{now, 740, 735}, product + "SIF_735", product + "SIF_ERROR_735", ""},
                  {{daily, 740, 735}, product + "SIF_Corr_735", product + "SIF_ERROR_735", factor}},
          .latitude = product + "latitude",
          .longitude = product + "longitude",
          .latitudes = places + "latitude_bounds",
          .longitudes = places + "longitude_bounds",
          .time = product + "delta_time",
          .sza = places + "solar_zenith_angle",
          .vza = places + "viewing_zenith_angle",
          .cloud = support + "INPUT_DATA/cloud_fraction_L2"};
}

SoundingLayout caltech() {
  return {.product = "Caltech",
          .sif = {{{now}, "sif", "sif_err", ""}, {{daily}, "dcSIF", "sif_err", "daily_correction_factor"}},
          .latitude = "lat",
          .longitude = "lon",
          .latitudes = "lat_bnds",
          .longitudes = "lon_bnds",
          .time = "TIME",
          .sza = "sza",
          .vza = "vza",
          .cloud = "cloud_fraction",
          .time_units = "seconds since 1970-01-01"};
}

// The A-band preprocessor's cloud flag, 0 clear and 1 cloudy, is taken as a cloud fraction.
SoundingLayout oco_lite() {
  return {.product = "OCO SIF Lite",
          .sif = {{{now}, "SIF_740nm", "SIF_Uncertainty_740nm", ""},
                  {{daily}, "Daily_SIF_740nm", "SIF_Uncertainty_740nm", "Science/daily_correction_factor"}},
          .latitude = "Latitude",
          .longitude = "Longitude",
          .latitudes = "Latitude_Corners",
          .longitudes = "Longitude_Corners",
          .time = "Delta_Time",
          .sza = "SZA",
          .vza = "VZA",
          .cloud = "Cloud/cloud_flag_abp",
          .orbit = "Metadata/OrbitId",
          .pixel = "Metadata/FootprintId",
          .time_units = "seconds since 1990-01-01",
          .missing = {-9999, -999999},
          .screens = {{"Quality_Flag", {0, 1}}, {"Cloud/cloud_flag_abp", {0, 1}}}};
}

std::string what_it_has(const SoundingLayout& layout) {
  std::string list;
  for (const SifColumns& columns : layout.sif)
    list += (list.empty() ? "" : ", ") + to_string(columns.quantity.kind) + " " + sif_name(columns.quantity);
  return list;
}

}  // namespace

bool CodeScreen::passes(double value) const {
  if (values.empty()) return value >= least && value <= most;
  return std::find(values.begin(), values.end(), value) != values.end();
}

const std::vector<SoundingLayout>& sounding_layouts() {
  static const std::vector<SoundingLayout> all = {troposif(), caltech(), oco_lite()};
  return all;
}

const SifColumns& columns_for(const SifChoice& choice, const SoundingLayout& layout, const std::string& file) {
  const auto found = std::find_if(layout.sif.begin(), layout.sif.end(), [&](const SifColumns& columns) {
    return columns.quantity.kind == choice.kind && columns.quantity.fit_window == choice.fit_window;
  });
  if (found != layout.sif.end()) return *found;
  throw UsageError(file + " (" + layout.product + ") has no " + to_string(choice.kind) + " SIF" +
                   (choice.fit_window ? " of a fit window from " + std::to_string(choice.fit_window) + " nm on" : "") +
                   "; it has " + what_it_has(layout));
}

std::optional<double> constant_of(const std::string& name) {
  double value = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value);
  if (error != std::errc() || end != name.data() + name.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace unetsr::data
