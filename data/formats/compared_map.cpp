#include "data/formats/compared_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "data/dataset/missing.hpp"
#include "data/dataset/screens.hpp"
#include "data/dataset/sif_quantity.hpp"
#include "data/formats/window_bands.hpp"
#include "data/formats/window_pattern.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

namespace fs = std::filesystem;

// "sif_map.nc:sif" of "dir/sif_map_{window}.nc:sif".
std::string name_of_file(const std::string& file) {
  std::string name = fs::path(file).filename().string();
  auto places = placeholders_in(name);
  for (auto place = places.rbegin(); place != places.rend(); ++place) {
    const auto [at, end] = *place;
    const size_t from = at > 0 && (name[at - 1] == '_' || name[at - 1] == '-') ? at - 1 : at;
    name.erase(from, end - from);
  }
  return name;
}

// NAME= stands before the first slash, colon and question mark.
size_t end_of_name(const std::string& text) {
  const size_t equals = text.find('=');
  return equals == std::string::npos || equals > text.find_first_of("/:?") ? std::string::npos : equals;
}

// A place where a raster with one window may be meant.
[[noreturn]] void refuse_undated(const RasterSource& source, const std::string& cause) {
  throw UsageError(fmt::format("{}: {}; put {} into the file's name, which stands for a window's first day",
                               source.name, cause, window_placeholder));
}

std::vector<int> bands_of(const AuxiliaryBand& map, const RasterSource& source, const std::string& window,
                          size_t windows, int window_days) {
  const bool one_window = windows == 1 || has_file_of_each_window(map);
  if (map.band > 0) {
    if (!one_window) refuse_undated(source, fmt::format("one band cannot stand for {} windows", windows));
    return {map.band};
  }
  const std::vector<int> bands = bands_of_values(source);
  if (source.bands[size_t(bands[0] - 1)].time) {
    if (bands.size() == 1 && has_file_of_each_window(map)) return bands;
    const auto first = parse_date(window);
    if (!first) throw UsageError(source.name + ": has time steps, but the window '" + excerpt(window) + "' is no date");
    return bands_in_window(source, bands, Window{*first, window_days});
  }
  if (bands.size() > 1)
    throw UsageError(fmt::format("{}: has {} bands without times; name one, as in FILE:2 ({}){}", source.name,
                                 bands.size(), list_of_bands(source),
                                 source.time_problem.empty() ? "" : "; " + source.time_problem));
  if (!one_window) refuse_undated(source, fmt::format("has no time, and cannot stand for {} windows", windows));
  return bands;
}

void require_fluorescence(const Raster& raster, const std::string& name) {
  for (const float v : raster.values)
    if (std::abs(v) > sounding_bounds::sif)
      throw Error(
          fmt::format("{}: holds the value {:.6g}, which is no SIF in mW m-2 sr-1 nm-1; state what its numbers "
                      "mean, as in ?scale=0.0001&nodata=32766,32767 behind the file",
                      name, v));
}

std::string line_of(const AuxiliaryBand& map, const RasterSource& source, const std::vector<int>& bands,
                    const ValueRules& rules, const std::string& window) {
  const RasterSource::Band& band = source.bands[size_t(bands[0] - 1)];
  std::string labels;
  for (const int b : bands)
    if (const std::string& label = source.bands[size_t(b - 1)].label; !label.empty())
      labels += (labels.empty() ? "" : ", ") + excerpt(label);
  return fmt::format("{} {}: {}{}{}, {}, {}{}", map.name, excerpt(window), source.name,
                     bands.size() > 1 ? fmt::format(", mean of {} bands", bands.size()) : "",
                     labels.empty() ? "" : " (" + labels + ")", to_string(rules, band),
                     source.units.empty() ? "no units" : excerpt(source.units),
                     source.note.empty() ? "" : ", " + source.note);
}

}  // namespace

AuxiliaryBand parse_compared_map(const std::string& text, const std::string& option) {
  const std::string given = option + " " + text;
  const size_t equals = end_of_name(text);
  AuxiliaryBand map = parse_raster_band(equals == std::string::npos ? text : text.substr(equals + 1), given);
  if (map.file.empty() || equals == 0) throw UsageError(given + ": " + compared_syntax + " is wanted");
  map.name = equals == std::string::npos ? name_of_file(map.file) : text.substr(0, equals);
  return map;
}

std::optional<ComparedWindow> compared_window(const AuxiliaryBand& map, const std::string& window, size_t windows,
                                              int window_days) {
  const std::string file = file_of(map, window);
  if (has_file_of_each_window(map) && !names_data_set(file) && !fs::exists(file) &&
      !fs::exists(file.substr(0, file.rfind(':'))))
    return std::nullopt;
  const std::unique_ptr<RasterSource> source = open_raster(file, map.vrt_sources);
  if (map.band > int(source->bands.size()))
    throw UsageError(fmt::format("{}: has {} bands, no band {}", source->name, source->bands.size(), map.band));
  const std::vector<int> bands = bands_of(map, *source, window, windows, window_days);
  if (bands.empty()) return std::nullopt;
  const ValueRules rules = value_rules(source->bands[size_t(bands[0] - 1)].attributes, map.stated);
  if (rules.classes)
    throw UsageError(source->name + ": holds classes" +
                     (rules.product.empty() ? "" : " (" + excerpt(rules.product) + ")") + ", not SIF");
  ComparedWindow result{read_bands(*source, bands, rules), line_of(map, *source, bands, rules, window)};
  require_fluorescence(result.raster, source->name);
  return result;
}

AuxiliaryLayer compared_layer(const AuxiliaryBand& map, const Grid& grid, const std::vector<std::string>& windows,
                              int window_days) {
  AuxiliaryLayer result;
  result.layer = {map.name, sif_units, "map to compare with", {}};
  bool found = false;
  for (const std::string& window : windows) {
    const auto own = compared_window(map, window, windows.size(), window_days);
    std::vector<float> values(size_t(grid.cells()), missing);
    if (own) values = on_grid(own->raster, grid, Resampling::average);
    const auto present = std::count_if(values.begin(), values.end(), [](float v) { return !std::isnan(v); });
    found = found || present > 0;
    result.lines.push_back(own ? fmt::format("{}: {:.1f} % of the cells have a value", own->line,
                                             100 * double(present) / double(values.size()))
                               : fmt::format("{} {}: nothing", map.name, excerpt(window)));
    result.layer.values.insert(result.layer.values.end(), values.begin(), values.end());
  }
  if (!found)
    throw Error(fmt::format("{}: has no value where and when the maps are compared ({} to {})", map.file,
                            excerpt(windows.front()), excerpt(windows.back())));
  return result;
}

}  // namespace unetsr::data
