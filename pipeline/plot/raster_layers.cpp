#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "kernels/error.hpp"
#include "pipeline/inputs/isolated_readers.hpp"
#include "pipeline/plot/layers.hpp"
#include "pipeline/plot/windows.hpp"

namespace unetsr::pipeline::picture {
namespace {

const std::string deviation_suffix = " standard deviation", deviation_data_set = "_error";
const std::string flag_suffix = " filled", flag_data_set = "_filled";

// One of a file's bands: data set and number.
struct Band {
  std::string raster;
  int number = 0;
};

// A band of values, by its label, and that of their standard deviation, where there is one.
struct Bands {
  std::string label;
  Band values;
  std::optional<Band> deviation;
};

bool is_number(const std::string& text) {
  return !text.empty() && text.size() < 7 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
}

bool is_deviation(const isolated::RasterHead& head, size_t band) {
  return head.labels[band].ends_with(deviation_suffix) || head.field.ends_with(deviation_data_set);
}

// What a file has data sets for: X and X_error, X_filled, or both.
std::optional<std::string> with_its_own(const std::vector<std::string>& sets) {
  for (const std::string& own : sets) {
    const auto belongs = [&](const std::string& set) {
      return set == own || set == own + deviation_data_set || set == own + flag_data_set;
    };
    if (sets.size() > 1 && std::all_of(sets.begin(), sets.end(), belongs)) return own;
  }
  return std::nullopt;
}

std::vector<Bands> bands_of(const std::string& raster, const isolated::RasterHead& head) {
  std::vector<Bands> bands;
  for (size_t b = 0; b < head.labels.size(); ++b) {
    const Band band{raster, int(b) + 1};
    const std::string& label = head.labels[b];
    const bool follows = !bands.empty();
    if (follows && label == bands.back().label + deviation_suffix)
      bands.back().deviation = band;
    else if (!(follows && label == bands.back().label + flag_suffix))
      bands.push_back({label, band, std::nullopt});
  }
  return bands;
}

// What `look` finds in a file that may be no map.
template <class Look>
auto in_a_map(const Look& look, const std::string& raster) try {
  return look(raster);
} catch (const Error& e) {
  throw Error(std::string(e.what()) + "; plot draws maps (GeoTIFF, NetCDF), datasets and run directories");
}

isolated::RasterHead head_of(const std::string& raster) {
  return in_a_map(isolated::raster_head, raster);
}

std::string units_of(const std::string& units) {
  return units == "1" ? "" : units;
}

MapLayer read(const Source& source, const Band& band, const isolated::RasterHead& head) {
  const size_t index = size_t(band.number - 1);
  data::Raster raster = isolated::raster_band(band.raster, band.number);
  const std::string& label = head.labels[index];
  const bool fluorescence = head.units.starts_with("mW"), deviation = is_deviation(head, index);
  MapLayer layer;
  layer.quantity = deviation ? Quantity::deviation : fluorescence ? Quantity::sif : Quantity::other;
  layer.title = deviation ? "Standard deviation" : fluorescence ? "SIF" : source.title();
  layer.subtitle = label.substr(0, label.size() - (label.ends_with(deviation_suffix) ? deviation_suffix.size() : 0));
  layer.name = deviation                         ? "standard deviation"
               : fluorescence                    ? "SIF"
               : !head.long_names[index].empty() ? head.long_names[index]
                                                 : label;
  layer.units = units_of(head.units);
  layer.grid = raster.grid;
  layer.values = std::move(raster.values);
  return layer;
}

LayerTable selected_band(const Source& source, const std::string& raster, int number) {
  const isolated::RasterHead head = head_of(raster);
  if (number < 1 || number > int(head.labels.size()))
    throw UsageError(fmt::format("{}: has {} bands, no band {}", raster, head.labels.size(), number));
  return {{{read(source, {raster, number}, head)}}, 1};
}

}  // namespace

LayerTable raster_layers(const Source& source, const WindowChoice& choice) {
  const size_t colon = source.selection.rfind(':');
  const std::string last = source.selection.substr(colon == std::string::npos ? 0 : colon + 1);
  if (is_number(last)) {
    const size_t tail = last.size() + 1;
    return selected_band(source, source.text.substr(0, source.text.size() - tail), std::stoi(last));
  }
  std::string raster = source.text;
  std::optional<std::string> error;
  if (source.selection.empty()) {
    const std::vector<std::string> sets = in_a_map(isolated::data_sets_of, raster);
    if (const auto values = with_its_own(sets)) {
      if (std::find(sets.begin(), sets.end(), *values + deviation_data_set) != sets.end())
        error = raster + ":" + *values + deviation_data_set;
      raster += ":" + *values;
    }
  }
  const isolated::RasterHead head = head_of(raster);
  std::vector<Bands> bands = bands_of(raster, head);
  if (error)
    for (Bands& b : bands) b.deviation = {*error, b.values.number};
  std::vector<std::string> labels;
  for (const Bands& b : bands) labels.push_back(b.label);
  LayerTable table{{}, bands.size()};
  // A file of one band is of any window.
  const WindowChoice possible = bands.size() == 1 ? WindowChoice{} : choice;
  for (const int window : chosen_windows(labels, possible, source.path.string())) {
    const Bands& b = bands[size_t(window)];
    std::vector<MapLayer>& row = table.rows.emplace_back();
    row.push_back(read(source, b.values, head));
    if (b.deviation) row.push_back(read(source, *b.deviation, error ? head_of(*error) : head));
  }
  return table;
}

}  // namespace unetsr::pipeline::picture
