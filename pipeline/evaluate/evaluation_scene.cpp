#include "pipeline/evaluate/evaluation_scene.hpp"

#include <memory>

#include "data/baselines/granule_windows.hpp"
#include "data/dataset/land_cover.hpp"
#include "data/dataset/resample.hpp"
#include "data/dataset/scales.hpp"
#include "pipeline/evaluate/remeasures.hpp"
#include "pipeline/evaluate/window_soundings.hpp"

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

// Of tables the coarse SIF around each cell; of Wald's protocol that of blocks; else the soundings, where there are
// some, or the coarse cells.
std::function<Remeasure(int)> remeasure_of(const data::Dataset& scored_grid, const data::Dataset& dataset,
                                           const ResolvedOptions& options, const data::FootprintEstimate& footprints) {
  const data::Grid& grid = scored_grid.grid;
  const Shape fine = {1, grid.rows, grid.columns, 1};
  if (dataset.coarse_factor == 0)
    return [fine, coarse_of = windows_of(scored_grid.values(data::coarse_layer), grid)](int window) -> Remeasure {
      return [fine, coarse = coarse_of(window)](std::span<const float> map, double) {
        return data::remeasure_neighbours(map, fine, coarse);
      };
    };
  if (by_wald(options))
    return [&scored_grid, fine, factor = *options.wald_factor](int window) {
      const std::span<const float> counts = sounding_counts(scored_grid);
      const std::vector<float> target = windows_of(scored_grid.values(data::target_layer), scored_grid.grid)(window),
                               weights =
                                   counts.empty() ? std::vector<float>() : windows_of(counts, scored_grid.grid)(window);
      return against_blocks(fine, factor, data::block_mean(target, fine, factor, weights), weights);
    };
  if (dataset.soundings.size() > 0)
    return [soundings = std::make_shared<WindowSoundings>(dataset), footprints](int window) {
      return against_soundings(*soundings, window, footprints);
    };
  return [&dataset, fine](int window) {
    return against_blocks(fine, dataset.coarse_factor,
                          data::window_of(dataset, window).coarse().layer(data::coarse_layer).values);
  };
}

}  // namespace

ScoredScene scored_scene(const data::Dataset& scored_grid, const data::Dataset& dataset, const ResolvedOptions& options,
                         const data::FootprintEstimate& footprints) {
  const bool tables = dataset.coarse_factor == 0;
  ScoredScene scene;
  scene.grid = scored_grid.grid;
  scene.windows = scored_grid.windows;
  scene.target = windows_of(scored_grid.values(data::target_layer), scored_grid.grid);
  scene.coarse = windows_of(scored_grid.values(data::coarse_layer), scored_grid.grid);
  if (scored_grid.has(data::land_cover_layer))
    scene.land_cover = windows_of(scored_grid.values(data::land_cover_layer), scored_grid.grid);
  scene.coarse_cells = tables ? table_cells : by_wald(options) ? *options.wald_factor : dataset.coarse_factor;
  scene.coarse_edges = !tables;
  scene.remeasure = remeasure_of(scored_grid, dataset, options, footprints);
  return scene;
}

data::Dataset granules_of_scale(const data::Dataset& dataset, const ResolvedOptions& options) {
  if (dataset.coarse_factor == 0) return data::tables_as_granules(dataset);
  return by_wald(options) ? data::wald_granules(dataset, *options.wald_factor) : dataset;
}

}  // namespace unetsr::pipeline
