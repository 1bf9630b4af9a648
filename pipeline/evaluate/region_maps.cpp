#include "pipeline/evaluate/region_maps.hpp"

#include <algorithm>

#include "data/features/features.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/evaluate/baseline_maps.hpp"
#include "pipeline/evaluate/evaluation.hpp"
#include "pipeline/maps/network_output.hpp"
#include "pipeline/maps/uncertainty.hpp"
#include "pipeline/processes/processes.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

void add_best_baseline(report::EvaluateReport& report, const FinishedRun& run, const ScoredSplit& split,
                       const FileScene& scene, SoundingsAsMeasured measured) {
  const report::PooledEntry* best = report::best_baseline(report);
  if (!best) return;
  const data::Mask training = coarse_cells_to_fit(split, run.options.supervision, scene.header());
  Steps steps;
  BaselineMaps baselines(scene.granules, scene.soundings, std::move(measured), scene.folder, steps, {}, scene.store);
  const auto made = baselines.map_of(best->variant, training);
  for (int w = 0; made && w < scene.windows(); ++w)
    scene.pictures.append(made->maps->read(w), report.best_baseline_map);
}

// Blocks of a window in turn: each process makes some, and has all.
std::vector<float> window_map(const FinishedRun& run, const data::DatasetFile& file, int window,
                              const data::CoarseSif* coarse_sif) {
  const data::Grid& grid = file.description().grid;
  const std::vector<data::Part> blocks = blocks_to_map(run.mapper, grid);
  const Processes& all = processes();
  std::vector<float> map(size_t(grid.cells()));
  std::vector<std::vector<float>> own(blocks.size());
  for (size_t k = size_t(all.rank()); k < blocks.size(); k += size_t(all.size())) {
    own[k] = run.mapper.map(file, window, blocks[k], coarse_sif);
    stop_if_interrupted();
  }
  for (size_t k = 0; k < blocks.size(); ++k) {
    own[k].resize(size_t(blocks[k].rows) * size_t(blocks[k].columns));
    all.broadcast(own[k].data(), own[k].size() * sizeof(float), int(k % size_t(all.size())));
    paste(own[k], blocks[k], grid.columns, map);
  }
  return map;
}

// All of the error is left where there are no soundings.
void write_left(const data::StoredArray<float>& error_left, const data::WindowRange& range, MapStore& left) {
  if (error_left.size() > 0) return left.write_from(error_left, range.first, range.count);
  const std::vector<float> all(left.cells(), 1);
  for (int k = 0; k < range.count; ++k) left.write(range.first + k, all);
}

}  // namespace

std::shared_ptr<MapStore> uncorrected_maps(const FinishedRun& run, const FileScene& scene,
                                           const data::CoarseSif* coarse_sif) {
  std::shared_ptr<MapStore> maps = scene.new_store();
  for (int w = 0; w < scene.windows(); ++w) maps->write(w, window_map(run, scene.file, w, coarse_sif));
  run.network->release_memory();
  return maps;
}

CorrectedMaps corrected_maps(const std::shared_ptr<const MapStore>& maps, const FileScene& scene,
                             const FinishedRun& run, Conservation kind, const data::ShareReached& reached) {
  if (kind == Conservation::none) return {maps, nullptr};
  Conserver conserver(kind, scene.file);
  const Conserver::MapKind as = {run.mapper.uses_coarse_sif(), run.cloud_shielding, run.footprints};
  const std::shared_ptr<MapStore> corrected = scene.new_store();
  const std::shared_ptr<MapStore> left = kind == Conservation::footprints ? scene.new_store() : nullptr;
  for (int window = 0; window < scene.windows();) {
    const data::WindowRange range = conserver.together(window);
    data::StoredArray<float> together = maps->read_into(scene.store, range.first, range.count);
    const Conserver::StoredOutcome outcome = conserver.correct(range, as, together, scene.store, reached);
    corrected->write_from(together, range.first, range.count);
    if (left) write_left(outcome.error_left, range, *left);
    window += range.count;
  }
  return {corrected, left};
}

Conservation product_conservation(const FinishedRun& run, const data::DatasetFile& file) {
  return file.soundings() > 0 ? own_conservation(run.options) : Conservation::none;
}

void set_map(report::EvaluatedRun& shown, const FinishedRun& run, const CorrectedMaps& product,
             const PictureScale& pictures) {
  shown.map.clear(), shown.deviation.clear();
  for (int w = 0; w < product.maps->windows(); ++w) {
    const std::vector<float> map = product.maps->read(w);
    pictures.append(map, shown.map);
    if (run.uncertainty) pictures.append(deviations(*run.uncertainty, map, product.left_in(w)), shown.deviation);
  }
}

void add_region_maps(report::EvaluateReport& report, const std::vector<FinishedRun>& runs,
                     const std::vector<ScoredSplit>& splits, const FileScene& scene) {
  const std::vector<size_t> shown = report::runs_on_map(report);
  for (size_t i = 0; i < runs.size(); ++i) {
    report::EvaluatedRun& run = report.runs[i];
    if (std::find(shown.begin(), shown.end(), i) == shown.end()) {
      run.map.clear(), run.deviation.clear();
      continue;
    }
    if (run.map.empty())
      set_map(run, runs[i],
              corrected_maps(uncorrected_maps(runs[i], scene), scene, runs[i],
                             product_conservation(runs[i], scene.file), [](double) {}),
              scene.pictures);
  }
  if (!shown.empty())
    add_best_baseline(report, runs[shown.front()], splits[shown.front()], scene, soundings_of_baselines(runs));
}

}  // namespace unetsr::pipeline
