#include "pipeline/validate/own_map.hpp"

#include <algorithm>
#include <charconv>

#include "data/dataset/calendar.hpp"
#include "data/dataset/dated_windows.hpp"
#include "kernels/error.hpp"
#include "pipeline/inputs/isolated_readers.hpp"

namespace unetsr::pipeline {
namespace {

const std::string deviation_suffix = " standard deviation";

[[noreturn]] void refuse(const std::filesystem::path& file) {
  throw Error(file.string() +
              ": is no map of unetsr predict, whose bands are windows of SIF; give maps of others with --compare");
}

// Maps of versions that had windows of 16 days alone do not state it.
int window_days_of(const std::filesystem::path& file) {
  const std::string text = isolated::map_metadata(file, "window_days");
  if (text.empty()) return data::Window::composite_days;
  int days = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), days);
  if (error != std::errc() || end != text.data() + text.size() || days < 1 || days > data::Window::composite_days)
    refuse(file);
  return days;
}

// NetCDF keeps the standard deviation in a data set of its own.
void add_data_sets(const std::string& file, OwnMap& map) {
  const std::string sif = file + ":sif", error = file + ":sif_error";
  const std::vector<std::string> sets = isolated::data_sets_of(file);
  const bool with_error = std::find(sets.begin(), sets.end(), "sif_error") != sets.end();
  const isolated::RasterHead head = isolated::raster_head(sets.empty() ? file : sif);
  map.grid = head.grid;
  for (size_t b = 0; b < head.labels.size(); ++b) {
    map.windows.push_back(head.labels[b]);
    map.sif.push_back({sif, int(b) + 1});
    map.deviation.push_back(with_error ? std::optional(RasterBand{error, int(b) + 1}) : std::nullopt);
  }
}

void add_bands(const std::string& file, OwnMap& map) {
  const isolated::RasterHead head = isolated::raster_head(file);
  map.grid = head.grid;
  for (size_t b = 0; b < head.labels.size(); ++b) {
    const RasterBand band{file, int(b) + 1};
    const std::string& label = head.labels[b];
    if (data::parse_date(label)) {
      map.windows.push_back(label), map.sif.push_back(band), map.deviation.emplace_back();
    } else if (!map.windows.empty() && label == map.windows.back() + deviation_suffix) {
      map.deviation.back() = band;
    }
  }
}

}  // namespace

OwnMap open_own_map(const std::filesystem::path& file) {
  OwnMap map;
  map.name = file.filename().string();
  map.sif_kind = isolated::map_metadata(file, "sif_kind");
  map.window_days = window_days_of(file);
  if (file.extension() == ".nc")
    add_data_sets(file.string(), map);
  else
    add_bands(file.string(), map);
  if (map.windows.empty() || !data::are_dates(map.windows)) refuse(file);
  return map;
}

}  // namespace unetsr::pipeline
