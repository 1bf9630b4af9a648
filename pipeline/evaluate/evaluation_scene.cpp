#include "pipeline/evaluate/evaluation_scene.hpp"

#include <memory>

#include "data/dataset/land_cover.hpp"
#include "data/dataset/resample.hpp"
#include "data/dataset/scales.hpp"

namespace unetsr::pipeline {
namespace {

// Of tables: the paper's coarse SIF is the mean over the 3 x 3 cells around each.
constexpr int table_cells = 3;

bool by_wald(const ResolvedOptions& options) {
  return options.supervision == Supervision::wald;
}

std::span<const float> sounding_counts(const data::Dataset& wald) {
  return wald.has("sif_fine_count") ? wald.values("sif_fine_count") : std::span<const float>();
}

using Remeasure = decltype(ScoredScene::remeasure);

Remeasure against_blocks(const data::Dataset& scored_grid, int factor, std::vector<float> coarse,
                         std::span<const float> weights) {
  return [=, shape = scored_grid.shape()](std::span<const float> map, double) {
    return data::remeasure_blocks(map, shape, factor, coarse, weights);
  };
}

Remeasure against_coarse(const data::Dataset& scored_grid, const data::Dataset& dataset, bool fine,
                         const ResolvedOptions& options, const data::FootprintEstimate& footprints) {
  if (dataset.coarse_factor == 0)
    return [&scored_grid](std::span<const float> map, double) {
      return data::remeasure_neighbours(map, scored_grid.shape(), scored_grid.values(data::coarse_layer));
    };
  if (!fine)
    return against_blocks(scored_grid, *options.wald_factor,
                          data::block_mean(scored_grid.values(data::target_layer), scored_grid.shape(),
                                           *options.wald_factor, sounding_counts(scored_grid)),
                          sounding_counts(scored_grid));
  if (dataset.soundings.size() == 0) {
    const data::Dataset coarse = dataset.coarse();
    const std::span<const float> sif = coarse.values(data::coarse_layer);
    return against_blocks(scored_grid, dataset.coarse_factor, {sif.begin(), sif.end()}, {});
  }
  return [soundings = std::make_shared<data::SoundingCells>(dataset, footprints)](std::span<const float> map,
                                                                                  double shielding) {
    return data::remeasure_soundings(map, *soundings, shielding);
  };
}

}  // namespace

ScoredScene scored_scene(const data::Dataset& scored_grid, const data::Dataset& dataset, std::span<const float> target,
                         report::ScoredAgainst against, const ResolvedOptions& options,
                         const data::FootprintEstimate& footprints) {
  const bool tables = dataset.coarse_factor == 0, fine = against == report::ScoredAgainst::truth || !by_wald(options),
             soundings = against == report::ScoredAgainst::soundings;
  ScoredScene scene;
  scene.grid = scored_grid.grid;
  scene.windows = scored_grid.windows;
  scene.target = target;
  scene.coarse = scored_grid.values(data::coarse_layer);
  if (scored_grid.has(data::land_cover_layer)) scene.land_cover = scored_grid.values(data::land_cover_layer);
  scene.coarse_cells = tables ? table_cells : fine ? dataset.coarse_factor : *options.wald_factor;
  scene.coarse_edges = !tables && !soundings;
  // Scores on soundings are themselves differences of means over footprints.
  if (!soundings) scene.remeasure = against_coarse(scored_grid, dataset, fine, options, footprints);
  return scene;
}

data::Dataset granules_of_scale(const data::Dataset& dataset, const ResolvedOptions& options) {
  if (dataset.coarse_factor == 0) return data::tables_as_granules(dataset);
  return by_wald(options) ? data::wald_granules(dataset, *options.wald_factor) : dataset;
}

}  // namespace unetsr::pipeline
