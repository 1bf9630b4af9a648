#include "pipeline/validate/validation_maps.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "data/dataset/missing.hpp"
#include "data/footprints/raster_footprints.hpp"
#include "kernels/error.hpp"
#include "pipeline/inputs/isolated_readers.hpp"

namespace unetsr::pipeline {
namespace {

using Footprints = std::vector<data::FootprintCorners>;
// The means of a window over its footprints; none where there is no map of it.
using MeansOfWindow = std::function<std::vector<float>(size_t window, const Footprints&)>;

// Asks window by window for the means over all footprints.
std::vector<float> means_of(const ValidationSoundings& soundings, size_t windows, const MeansOfWindow& means) {
  std::vector<float> all(soundings.size(), data::missing);
  for (size_t window = 0; window < windows; ++window) {
    Footprints own;
    std::vector<size_t> indices;
    for (size_t i = 0; i < soundings.size(); ++i)
      if (soundings.window[i] == int(window)) own.push_back(soundings.corners[i]), indices.push_back(i);
    if (own.empty()) continue;
    const std::vector<float> found = means(window, own);
    for (size_t k = 0; k < found.size(); ++k) all[indices[k]] = found[k];
  }
  return all;
}

// Its place among the map's windows; as many as there are where it is none of them.
size_t place_of(const std::string& label, const std::vector<std::string>& windows) {
  return size_t(std::find(windows.begin(), windows.end(), label) - windows.begin());
}

void require_known(const std::vector<std::string>& names, const data::Dataset& dataset) {
  const std::vector<MapBaseline> known = map_baselines(dataset, dataset.soundings.size() > 0);
  std::vector<std::string> all;
  for (const MapBaseline& baseline : known) all.push_back(baseline.name);
  for (const std::string& name : names)
    if (std::find(all.begin(), all.end(), name) == all.end())
      throw UsageError(fmt::format("--baselines {}: the dataset has the layers for {}", name, fmt::join(all, ", ")));
}

}  // namespace

std::vector<float> layer_means(std::span<const float> layer, const data::Dataset& dataset,
                               const ValidationSoundings& soundings, const std::vector<std::string>& windows) {
  const data::RasterFootprints placed(dataset.grid);
  const size_t cells = size_t(dataset.grid.cells());
  return means_of(soundings, windows.size(), [&](size_t window, const Footprints& footprints) {
    std::vector<float> means;
    const size_t place = place_of(windows[window], dataset.windows);
    if (place == dataset.windows.size()) return means;
    for (const data::FootprintCorners& corners : footprints)
      means.push_back(data::RasterFootprints::mean(placed.cells(corners), layer.subspan(place * cells, cells)));
    return means;
  });
}

MapOnFootprints validated(const OwnMap& map, const ValidationSoundings& soundings,
                          const std::vector<std::string>& windows) {
  const auto bands = [&](const auto& of_window) {
    return means_of(soundings, windows.size(), [&](size_t window, const Footprints& footprints) {
      const size_t place = place_of(windows[window], map.windows);
      const std::optional<RasterBand> band = place < map.windows.size() ? of_window(place) : std::nullopt;
      return band ? isolated::raster_means(band->raster, band->number, footprints) : std::vector<float>();
    });
  };
  MapOnFootprints all{map.name, false, bands([&](size_t place) { return std::optional(map.sif[place]); }), {}};
  if (std::any_of(map.deviation.begin(), map.deviation.end(), [](const auto& band) { return band.has_value(); }))
    all.deviation = bands([&](size_t place) { return map.deviation[place]; });
  return all;
}

MapOnFootprints validated(const data::AuxiliaryBand& map, const ValidationSoundings& soundings,
                          const std::vector<std::string>& windows, int window_days, const Output& output) {
  MapOnFootprints all{map.name, true, {}, {}};
  all.mean = means_of(soundings, windows.size(), [&](size_t window, const Footprints& footprints) {
    const isolated::ComparedMeans own =
        isolated::compared_means(map, windows[window], windows.size(), window_days, footprints);
    output.line("compared with " + (own.line.empty() ? map.name + " " + windows[window] + ": nothing" : own.line));
    return own.means;
  });
  if (std::all_of(all.mean.begin(), all.mean.end(), [](float v) { return std::isnan(v); }))
    throw Error(map.file + ": has no value on any of the footprints: it lies elsewhere, or is of other days");
  return all;
}

std::vector<MapOnFootprints> validated_baselines(const data::Dataset& dataset, const std::vector<std::string>& names,
                                                 const SoundingsAsMeasured& measured,
                                                 const ValidationSoundings& soundings,
                                                 const std::vector<std::string>& windows,
                                                 const std::filesystem::path& folder, Steps& steps) {
  require_known(names, dataset);
  std::vector<MapOnFootprints> all;
  const WindowSoundings to_correct_by(dataset);
  BaselineMaps baselines(data::granule_windows(dataset), to_correct_by, measured, folder, steps, names);
  steps.expect(baselines.count() * (1 + size_t(baselines.can_correct())));
  const data::Mask everywhere(dataset.windows.size() * size_t(dataset.coarse_grid().cells()), 1);
  const auto made = baselines.of(everywhere),
             corrected = baselines.can_correct() ? baselines.corrected(made) : std::vector<BaselineMaps::Made>();
  const auto add = [&](const BaselineMaps::Made& map) {
    all.push_back({map.variant.name(), true, layer_means(map.maps->read_all(), dataset, soundings, windows), {}});
  };
  for (size_t k = 0; k < made.size(); ++k) {
    add(made[k]);
    if (k < corrected.size()) add(corrected[k]);
  }
  return all;
}

}  // namespace unetsr::pipeline
