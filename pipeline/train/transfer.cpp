#include "pipeline/train/transfer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "data/footprints/cloud_shielding.hpp"
#include "data/footprints/estimate_footprints.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/memory.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/maps/footprints_file.hpp"
#include "pipeline/maps/levels.hpp"
#include "pipeline/train/footprint_uncertainty.hpp"
#include "pipeline/train/sounding_comparison.hpp"

namespace unetsr::pipeline {
namespace {

// Holds nothing out.
SoundingComparison all_soundings(const data::Dataset& dataset) {
  const Shape coarse = dataset.coarse_shape();
  data::Split split{"none held out", coarse.n, coarse.h, coarse.w, {}};
  split.roles.assign(size_t(coarse.pixels()), data::Role::train);
  return {dataset, std::move(split), {}};
}

std::vector<float> maps_in_stage(const FinishedRun& run, const data::DatasetFile& file, const Output& output) {
  Stage stage(output, "map the dataset to fit its soundings");
  return run.mapper.map(file, [&](double share) {
    stop_if_interrupted();
    stage.reached(share);
  });
}

void estimate_deviation(const SoundingComparison& soundings, std::span<const float> maps, FinishedRun& run,
                        const Output& output) {
  if (run.mapper.uses_coarse_sif()) {
    output.line("  standard deviation: as where the run was trained, because its inputs are made of soundings");
    return;
  }
  Stage stage(output, "estimate the standard deviation");
  run.uncertainty = uncertainty_of(soundings, maps, [&](double share) {
    stop_if_interrupted();
    stage.reached(share);
  });
  output.line(run.uncertainty ? "  standard deviation: estimated from the soundings of this dataset"
                              : "  standard deviation: none, too few soundings to estimate it");
}

void estimate_places(SoundingComparison& soundings, std::span<const float> maps, const std::vector<uint8_t>& all,
                     const data::Dataset& dataset, FinishedRun& run, const Output& output) {
  run.footprints = {};
  if (run.options.footprints != FootprintPlaces::estimated) return;
  const Stage stage(output, "estimate the footprints");
  const double shielding = data::fit_cloud_shielding(soundings.soundings(), maps, all);
  run.footprints = data::estimate_footprints(dataset, soundings.soundings(), all, shielding, {maps, 1});
  soundings.lay_footprints(dataset, run.footprints);
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

FinishedRun fitted_to(FinishedRun run, const data::DatasetFile& file, const Output& output) {
  data::Dataset header = file.description();
  if (!trained_elsewhere(run, header)) return run;
  header.soundings = file.read_soundings();
  const std::string elsewhere = run.name + ": was trained on another dataset";
  if (run.options.supervision != Supervision::footprints || header.coarse_factor == 0 || header.soundings.size() == 0) {
    output.warning(elsewhere + "; level and standard deviation of the map are those that it has there");
    return run;
  }
  refuse_beyond_memory(8.0 * double(header.windows.size()) * double(header.grid.cells()), "a run of another dataset",
                       "prepare a smaller --bbox, or fewer windows");
  SoundingComparison soundings = all_soundings(header);
  std::vector<float> maps = maps_in_stage(run, file, output);
  const std::vector<uint8_t> all(soundings.soundings().size(), 1);
  estimate_places(soundings, maps, all, header, run, output);
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
  estimate_deviation(soundings, maps, run, output);
  return run;
}

}  // namespace unetsr::pipeline
