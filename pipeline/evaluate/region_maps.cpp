#include "pipeline/evaluate/region_maps.hpp"

#include <algorithm>
#include <map>

#include "data/dataset/resample.hpp"
#include "data/dataset/scales.hpp"
#include "pipeline/evaluate/baseline_maps.hpp"
#include "pipeline/evaluate/evaluation.hpp"
#include "pipeline/maps/uncertainty.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

// The coarse SIF of each fine cell's coarse cell; of tables, whose coarse SIF has the fine cells, itself.
std::vector<float> coarse_cells_of(const data::Dataset& dataset) {
  if (dataset.coarse_factor == 0) {
    const std::span<const float> sif = dataset.values(data::coarse_layer);
    return {sif.begin(), sif.end()};
  }
  const data::Dataset coarse = dataset.coarse();
  return data::refine(coarse.values(data::coarse_layer), dataset.shape(), dataset.coarse_factor,
                      data::Interpolation::nearest);
}

void add_best_baseline(report::EvaluateReport& report, const FinishedRun& run, const ScoredSplit& split,
                       const data::Dataset& dataset, SoundingsAsMeasured measured) {
  const report::PooledEntry* best = report::best_baseline(report);
  if (!best || dataset.coarse_factor == 0) return;
  const data::Mask to_fit = cells_to_fit(split),
                   training = holds_out_coarse_cells(run.options.supervision) ? to_fit : coarse_mask(dataset, to_fit);
  Steps steps;
  report.best_baseline_map = BaselineMaps(dataset, std::move(measured), steps).map_of(best->variant, training);
}

}  // namespace

std::vector<float> uncorrected_maps(const FinishedRun& run, const data::DatasetFile& file) {
  return run.mapper.map(file);
}

CorrectedMaps corrected_maps(std::vector<float> maps, const data::DatasetFile& file, const FinishedRun& run,
                             Conserver& conserver) {
  const data::Dataset& header = file.description();
  const size_t cells = size_t(header.grid.cells());
  const Conserver::MapKind as = {run.mapper.uses_coarse_sif(), run.cloud_shielding, run.footprints};
  CorrectedMaps result{std::move(maps), {}};
  for (int window = 0; window < int(header.windows.size());) {
    const data::WindowRange range = conserver.together(window);
    std::vector<float> left =
        conserver
            .correct(range, as, std::span(result.maps).subspan(size_t(window) * cells, size_t(range.count) * cells))
            .error_left;
    left.resize(size_t(range.count) * cells, 1);
    result.error_left.insert(result.error_left.end(), left.begin(), left.end());
    window += range.count;
  }
  return result;
}

Conservation product_conservation(const FinishedRun& run, const data::Dataset& dataset) {
  return dataset.soundings.size() > 0 ? own_conservation(run.options) : Conservation::none;
}

void set_map(report::EvaluatedRun& shown, const FinishedRun& run, CorrectedMaps product) {
  shown.map = std::move(product.maps);
  shown.deviation.clear();
  if (run.uncertainty) shown.deviation = deviations(*run.uncertainty, shown.map, product.error_left);
}

void add_region_maps(report::EvaluateReport& report, const std::vector<FinishedRun>& runs,
                     const std::vector<ScoredSplit>& splits, const data::DatasetFile& file,
                     const data::Dataset& dataset) {
  report.map_grid = dataset.grid;
  report.coarse_cells = coarse_cells_of(dataset);
  const std::vector<size_t> shown = report::runs_on_map(report);
  std::map<Conservation, Conserver> conservers;
  for (size_t i = 0; i < runs.size(); ++i) {
    report::EvaluatedRun& run = report.runs[i];
    if (std::find(shown.begin(), shown.end(), i) == shown.end()) {
      run.map.clear(), run.deviation.clear();
      continue;
    }
    if (!run.map.empty()) continue;
    const Conservation kind = product_conservation(runs[i], dataset);
    set_map(run, runs[i],
            corrected_maps(uncorrected_maps(runs[i], file), file, runs[i],
                           conservers.try_emplace(kind, kind, file).first->second));
    runs[i].network->release_memory();
  }
  if (!shown.empty())
    add_best_baseline(report, runs[shown.front()], splits[shown.front()], dataset, soundings_of_baselines(runs));
}

}  // namespace unetsr::pipeline
