#include "data/tables/table_bands.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/dataset/sif_quantity.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();
constexpr double largest_sif = 30;
constexpr std::array<double, 2> index_limits = {-0.2, 1.0}, reflectance_limits = {-0.2, 1.6};

}  // namespace

const std::vector<Band>& table_bands() {
  static const std::vector<Band> all = {
      {"sif",
       {"sif_mean_743", "sif_743"},
       1,
       "mW m-2 sr-1 nm-1",
       sif_name({.fit_window = 743}),
       {-largest_sif, largest_sif},
       {-unlimited, unlimited}},
      {"sif735",
       {"sif_mean_735", "sif_735"},
       1,
       "mW m-2 sr-1 nm-1",
       sif_name({.fit_window = 735}),
       {-largest_sif, largest_sif},
       {-unlimited, unlimited}},
      {"ndvi", {"NDVI_mean", "NDVI"}, 1e-4, "1", "normalized difference vegetation index", index_limits, {-0.2, 1}},
      {"evi", {"EVI_mean", "EVI"}, 1e-4, "1", "enhanced vegetation index", index_limits, {-0.2, 1}},
      {"nir", {"NIR_REFL_mean", "NIR_REFL"}, 1e-4, "1", "near-infrared reflectance", reflectance_limits, {0, 1}},
      {"red", {"R_REFL_mean", "R_REFL"}, 1e-4, "1", "red reflectance", reflectance_limits, {0, 1}},
      {"blue", {"B_REFL_mean", "B_REFL"}, 1e-4, "1", "blue reflectance", reflectance_limits, {0, 1}},
      {"mir", {"MIR_REFL_mean", "MIR_REFL"}, 1e-4, "1", "mid-infrared reflectance", reflectance_limits, {0, 1}},
      {"sza", {"SZA_mean", "SZA"}, 1e-2, "degree", "sun zenith angle", {0, 180}, {0, 90}},
      {"vza", {"VZA_mean", "VZA"}, 1e-2, "degree", "view zenith angle", {0, 180}, {0, 90}},
      {"raa", {"RAA_mean", "RAA"}, 1e-2, "degree", "relative azimuth angle", {-360, 360}, {-180, 180}},
      {"reliability", {"PXL_REL_mean", "PXL_REL"}, 1, "1", "pixel reliability rank", {-1, 255}, {0, 3}},
      {"composite_day", {"COMP_mean", "COMP"}, 1, "1", "composite day of the year", {-1, 366}, {1, 366}},
  };
  return all;
}

void require_units(const Table& table, const Band& band, const std::vector<double>& raw) {
  const std::string hint = band.scale == 1e-4   ? "raw MODIS integers (x 10000)"
                           : band.scale == 1e-2 ? "raw MODIS integers (x 100)"
                                                : "mW m-2 sr-1 nm-1 (SIF) or raw MODIS integers";
  const double slack = 1e-9;
  double largest = 0;
  for (size_t i = 0; i < raw.size(); ++i) {
    const double value = raw[i] * band.scale;
    if (value < band.possible[0] - slack || value > band.possible[1] + slack)
      throw Error(table.file.string() + ", line " + std::to_string(table.lines[i]) + ", column '" + band.columns[0] +
                  "': wrong units: " + std::to_string(raw[i]) + " cannot be; expected " + hint);
    if (!std::isnan(value)) largest = std::max(largest, std::abs(value));
  }
  // Indices and reflectances that were scaled already would come out ten thousand times too small.
  if (band.scale == 1e-4 && largest > 0 && largest < 0.01)
    throw Error(table.file.string() + ", column '" + band.columns[0] + "': wrong units: nowhere above " +
                std::to_string(largest / band.scale) + "; expected " + hint);
}

}  // namespace unetsr::data
