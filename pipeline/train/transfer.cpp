#include "pipeline/train/transfer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "data/footprints/cloud_shielding.hpp"
#include "data/footprints/estimate_footprints.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/maps/conservation.hpp"
#include "pipeline/maps/footprints_file.hpp"
#include "pipeline/maps/levels.hpp"
#include "pipeline/train/footprint_uncertainty.hpp"
#include "pipeline/train/sounding_comparison.hpp"

namespace unetsr::pipeline {
namespace {

// Holds nothing out.
data::Split all_cells(const data::Dataset& dataset) {
  const Shape coarse = dataset.coarse_shape();
  data::Split split{"none held out", coarse.n, coarse.h, coarse.w, {}};
  split.roles.assign(size_t(coarse.pixels()), data::Role::train);
  return split;
}

bool learns_from_soundings(const FinishedRun& run, const data::DatasetFile& file) {
  return run.options.supervision == Supervision::footprints && file.description().coarse_factor > 0 &&
         file.soundings() > 0;
}

data::StoredArray<float> maps_in_stage(const FinishedRun& run, const data::DatasetFile& file,
                                       const data::ArrayStore& store, const Output& output) {
  Stage stage(output, "map the dataset to fit its soundings");
  const data::Dataset& header = file.description();
  data::StoredArray<float> maps(store);
  maps.assign_zeros(header.windows.size() * size_t(header.grid.cells()));
  run.mapper.map_into(maps, file, [&](double share) {
    stop_if_interrupted();
    stage.reached(share);
  });
  return maps;
}

void estimate_deviation(const SoundingComparison& soundings, const data::StoredArray<float>& maps, FinishedRun& run,
                        const data::ArrayStore& store, const Output& output) {
  if (run.mapper.uses_coarse_sif()) {
    output.line("  standard deviation: as where the run was trained, because its inputs are made of soundings");
    return;
  }
  Stage stage(output, "estimate the standard deviation");
  run.uncertainty = uncertainty_of(soundings, maps, store, [&](double share) {
    stop_if_interrupted();
    stage.reached(share);
  });
  output.line(run.uncertainty ? "  standard deviation: estimated from the soundings of this dataset"
                              : "  standard deviation: none, too few soundings to estimate it");
}

data::FootprintEstimate estimated_footprints(const FinishedRun& run, const data::DatasetFile& file,
                                             const data::StoredArray<float>& maps, const data::ArrayStore& store,
                                             const Output& output) {
  if (run.options.footprints != FootprintPlaces::estimated) return {};
  const Stage stage(output, "estimate the footprints");
  const data::Dataset& header = file.description();
  const data::SoundingCells delivered(file, {0, int(header.windows.size())}, {}, 0, store);
  const std::vector<uint8_t> all(delivered.size(), 1);
  const data::StoredPlaces places(file, store);
  const data::AreaOfFootprints areas[] = {{header.grid, places.places(), delivered, all, {maps, 1}}};
  return data::estimate_footprints(areas, data::fit_cloud_shielding(delivered, maps, all));
}

std::string levels_text(const std::vector<double>& levels) {
  const auto [least, most] = std::minmax_element(levels.begin(), levels.end());
  if (levels.size() == 1) return fmt::format("{:.3f}", *least);
  return fmt::format("{:.3f} to {:.3f}, window by window", *least, *most);
}

}  // namespace

bool trained_elsewhere(const FinishedRun& run, const data::Dataset& dataset) {
  return run.dataset != dataset.identity;
}

FinishedRun fitted_to(FinishedRun run, const data::DatasetFile& file, const Output& output,
                      const data::ArrayStore& store) {
  const data::Dataset& header = file.description();
  if (!trained_elsewhere(run, header)) return run;
  const std::string elsewhere = run.name + ": was trained on another dataset";
  if (!learns_from_soundings(run, file)) {
    output.warning(elsewhere + "; level and standard deviation of the map are those that it has there");
    return run;
  }
  data::StoredArray<float> maps = maps_in_stage(run, file, store, output);
  run.footprints = estimated_footprints(run, file, maps, store, output);
  SoundingComparison soundings(file, all_cells(header), 0, run.footprints, store);
  const std::vector<uint8_t> all(soundings.soundings().size(), 1);
  const double shielding = data::fit_cloud_shielding(soundings.soundings(), maps, all);
  soundings.set_cloud_shielding(shielding);
  const auto levels = fit_levels(maps, soundings.clear(), all, header.windows.size());
  if (!levels) {
    output.warning(elsewhere +
                   ", and soundings here are too few to fit it: level and standard deviation of the map are "
                   "those that it has there");
    return run;
  }
  run.cloud_shielding = shielding;
  run.mapper.levels = *levels;
  set_levels(maps, *levels);
  output.line(elsewhere + "; fitted to the soundings of this one:");
  output.line(fmt::format("  level: SIF times {}; a full cloud cover hides {:.0f} % of it", levels_text(*levels),
                          100 * shielding));
  output.line("  footprints: " + footprints_in_words(run.footprints));
  estimate_deviation(soundings, maps, run, store, output);
  return run;
}

ArrayMemory memory_to_fit(const FinishedRun& run, const data::DatasetFile& file) {
  constexpr double map_cell = sizeof(float);                          // beside what a correction takes
  constexpr double choices = 10, as_measured = 700, residuals = 256;  // of a sounding
  const data::Dataset& header = file.description();
  if (!trained_elsewhere(run, header) || !learns_from_soundings(run, file)) return {};
  const double soundings = double(file.soundings()),
               cells = double(header.windows.size()) * double(header.grid.cells());
  ArrayMemory memory =
      memory_of_correction(Conservation::footprints, header.windows.size(), header.grid.cells(), file.soundings());
  memory.held = std::max(memory.held, memory_of_block(run, header.grid, map_block_side)) + choices * soundings;
  memory.stored += map_cell * cells + (as_measured + residuals) * soundings;
  return memory;
}

}  // namespace unetsr::pipeline
