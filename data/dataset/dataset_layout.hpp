#pragma once
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/dataset/hdf5_file.hpp"

// Names in the file of a dataset, for what writes and what reads it.
namespace unetsr::data::layout {

inline const std::string format_name = "unetsr dataset";
inline constexpr int format_version = 4;

// Where the layers of a grid are. Fine layers are those variables of the root that are none of its others.
struct LayerGroup {
  std::string group, window, y, x;  // places of the group and of its dimensions; the root's is empty
  std::string place(const std::string& name) const { return group + "/" + name; }
};
inline LayerGroup fine_group(bool dated) {
  return {"", dated ? "/time" : "/window", "/y", "/x"};
}
inline LayerGroup coarse_group(bool dated) {
  return {"/coarse", dated ? "/coarse/time" : "/coarse/window", "/coarse/coarse_y", "/coarse/coarse_x"};
}

inline const std::string crs = "crs", region = "region", bounds = "bounds", time_bounds = "time_bounds";
inline const std::vector<std::string> no_layers = {"time", "window",    "y",      "x",        crs,        region,
                                                   bounds, time_bounds, "coarse", "coarse_y", "coarse_x", "soundings"};

// Attributes of the root: what the SIF is. Files without them hold that at the overpass and 740 nm.
inline const std::string sif_kind = "sif_kind", sif_wavelength = "sif_wavelength", sif_fit_window = "sif_fit_window";

// The runs of soundings that lie near each other: columns of /soundings/runs.
inline const std::string runs_group = "soundings/runs";
inline const std::vector<std::string> run_columns = {"window", "first", "count", "row", "column", "rows", "columns"};

// The first days of windows whose labels are dates in their order; else none.
inline std::optional<std::vector<int32_t>> first_days(const std::vector<std::string>& windows) {
  std::vector<int32_t> days;
  for (const std::string& label : windows) {
    const std::optional<Date> date = parse_date(label);
    if (!date || (!days.empty() && day_number(*date) <= days.back())) return std::nullopt;
    days.push_back(day_number(*date));
  }
  return days;
}

}  // namespace unetsr::data::layout
