#include "pipeline/evaluate/evaluate_target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/dataset/resample.hpp"
#include "pipeline/evaluate/baseline_maps.hpp"
#include "pipeline/evaluate/baselines.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

// The cells that the pixels of crops (none of them turned) are, one after the other.
std::vector<int64_t> cells_of(const std::vector<kernels::Crop>& crops, int patch, const data::Dataset& scored_grid) {
  std::vector<int64_t> cells;
  for (const kernels::Crop& crop : crops)
    for (int i = 0; i < patch; ++i)
      for (int j = 0; j < patch; ++j)
        cells.push_back(crop.image * scored_grid.grid.cells() + int64_t(crop.row + i) * scored_grid.grid.columns +
                        crop.column + j);
  return cells;
}

data::Mask window_of(const data::Mask& cells, int window, const data::Grid& grid) {
  const auto first = cells.begin() + std::ptrdiff_t(window * grid.cells());
  return {first, first + std::ptrdiff_t(grid.cells())};
}

// The coarse SIF of each fine cell's coarse cell; of tables, whose coarse SIF has the fine cells, itself.
std::vector<float> coarse_cells_of(const data::Dataset& dataset) {
  if (dataset.coarse_factor == 0) return dataset.layer(data::coarse_layer).values;
  const data::Dataset coarse = dataset.coarse();
  return data::refine(coarse.values(data::coarse_layer), dataset.shape(), dataset.coarse_factor,
                      data::Interpolation::nearest);
}

// The cells where a map can be made and compared.
data::Mask comparable_cells(const MapInputs& inputs, std::span<const float> target) {
  data::Mask cells = inputs.channels.present();
  for (size_t i = 0; i < cells.size(); ++i)
    cells[i] = cells[i] && !std::isnan(inputs.first_guess[i]) && !std::isnan(target[i]);
  return cells;
}

// Predictions of cells of all windows.
ScoredMap score_cells(std::span<const float> predicted, std::span<const float> measured,
                      const std::vector<int64_t>& cells, const MapScorer& scorer) {
  ScoredMap scored = scorer.empty();
  for (int w = 0; w < scorer.windows(); ++w) {
    std::vector<float> p, m;
    std::vector<int64_t> own;
    for (size_t i = 0; i < cells.size(); ++i) {
      if (cells[i] / scorer.grid().cells() != w) continue;
      p.push_back(predicted[i]), m.push_back(measured[i]), own.push_back(cells[i] % scorer.grid().cells());
    }
    scorer.window(w).add(p, m, own, scored);
  }
  return scored;
}

data::Mask of_role(data::Mask cells, const data::Split& split, data::Role role) {
  keep_chosen(cells, split.mask(role));
  return cells;
}

}  // namespace

std::vector<RunEvaluation> evaluate_on_target(const std::vector<FinishedRun>& runs,
                                              const std::vector<ScoredSplit>& splits, const data::Dataset& scored_grid,
                                              const data::Dataset& granules, const std::vector<data::Layer>& others,
                                              const std::filesystem::path& folder, MapScorer& scorer, Steps& steps) {
  std::vector<RunEvaluation> all;
  std::vector<data::Mask> test, training;
  for (size_t i = 0; i < runs.size(); ++i) {
    const FinishedRun& run = runs[i];
    const data::Split& split = splits[i].split;
    const MapInputs inputs = run.mapper.inputs_of(scored_grid);
    all.push_back(evaluated(run, splits[i], int(scored_grid.windows.size())));
    all.back().shown.split = split;
    all.back().shown.prediction = run.mapper.map(inputs, whole(scored_grid.grid));
    run.network->release_memory();
    const data::Mask comparable = comparable_cells(inputs, scored_grid.values(data::target_layer));
    test.push_back(of_role(comparable, split, data::Role::test));
    training.push_back(of_role(comparable, split, data::Role::train));
  }
  const WindowSoundings soundings(granules);
  BaselineMaps maps(data::granule_windows(granules), soundings, {}, folder, steps);
  const auto groups = same_held_out(all);
  steps.expect(maps.unfitted_count() + groups.size() * (maps.count() - maps.unfitted_count()));
  std::vector<data::Mask> cells;
  TileChoice tiles;
  for (size_t g = 0; g < groups.size(); ++g) {
    cells.push_back(test[groups[g].front()]);
    for (const size_t i : groups[g]) keep_chosen(cells.back(), test[i]);
    for (const auto& baseline : maps.unfitted()) keep_present(cells.back(), baseline.maps->read_all());
    for (const data::Layer& other : others) keep_present(cells.back(), other.values);
    for (int w = 0; w < scorer.windows(); ++w)
      tiles.add(g, window_of(cells.back(), w, scored_grid.grid), scored_grid.grid);
  }
  scorer.set_tiles(tiles.side());
  for (size_t g = 0; g < groups.size(); ++g) {
    const size_t first = groups[g].front();
    const auto made = maps.of(coarse_mask(granules, cells_to_fit(splits[first])));
    std::vector<Baseline> of_target;
    // A regression on the target itself has to learn it elsewhere.
    if (!splits[first].independent) of_target = baseline_predictions(scored_grid, training[first]);
    std::erase_if(of_target, [&](const Baseline& b) {
      return std::any_of(made.begin(), made.end(), [&](const auto& m) { return m.variant.name() == b.name; });
    });
    for (const Baseline& b : of_target) keep_present(cells[g], b.prediction);
    for (const auto& m : made) keep_present(cells[g], m.maps->read_all());
    const auto scored = std::make_shared<std::vector<ScoredBaseline>>();
    const auto add = [&](const report::MapVariant& variant, const std::vector<float>& map) {
      scored->push_back({variant, scorer.score(map, cells[g], 0)});
    };
    for (const Baseline& b : of_target) add({b.name}, b.prediction);
    for (const auto& m : made) add(m.variant, m.maps->read_all());
    for (const data::Layer& other : others) add({other.name}, other.values);
    for (const size_t i : groups[g]) {
      RunEvaluation& e = all[i];
      keep_cells(e.shown.prediction, cells[g]);
      e.scored.baselines = scored;
      e.scored.own = scorer.score(e.shown.prediction, cells[g], 0);
      fill_shown(e);
    }
  }
  return all;
}

std::vector<RunEvaluation> evaluate_paper(const std::vector<FinishedRun>& runs, const data::Dataset& scored_grid,
                                          const MapScorer& scorer) {
  std::vector<RunEvaluation> all;
  for (const FinishedRun& run : runs) {
    const PaperProtocol protocol(scored_grid, run.options.features, run.options.patch, run.options.seed,
                                 run.mapper.device);
    const std::vector<int64_t> cells = cells_of(protocol.split().test, protocol.patch(), scored_grid);
    const auto score = [&](const std::vector<float>& prediction) {
      ScoredMap scored = score_cells(prediction, protocol.test_targets(), cells, scorer);
      scored.position_r2 = protocol.score(prediction).r2;
      return scored;
    };
    all.push_back(evaluated(run,
                            fmt::format("20 % of overlapping random crops (paper protocol, seed {})", run.options.seed),
                            {"20 % of overlapping random crops (paper protocol)", 0, 1}));
    all.back().scored.own = score(protocol.predict_test(run.mapper.predictor, 16));
    run.network->release_memory();
    all.back().scored.baselines = std::make_shared<std::vector<ScoredBaseline>>(std::vector<ScoredBaseline>{
        {{"coarse"}, score(protocol.coarse_unchanged())}, {{"linear"}, score(protocol.linear_regression())}});
    fill_shown(all.back());
  }
  return all;
}

void add_region_maps(report::EvaluateReport& report, const std::vector<FinishedRun>& runs,
                     const std::vector<ScoredSplit>& splits, const data::DatasetFile& file,
                     const data::Dataset& dataset, const std::filesystem::path& folder) {
  report.map_grid = dataset.grid;
  report.coarse_cells = coarse_cells_of(dataset);
  const std::vector<size_t> shown = report::runs_on_map(report);
  for (const size_t i : shown) {
    report.runs[i].map = runs[i].mapper.map(file);
    runs[i].network->release_memory();
  }
  const report::PooledEntry* best = report::best_baseline(report);
  if (shown.empty() || !best || dataset.coarse_factor == 0) return;
  const data::Mask training =
      coarse_cells_to_fit(splits[shown.front()], runs[shown.front()].options.supervision, dataset);
  Steps steps;
  const WindowSoundings soundings(dataset);
  if (const auto made =
          BaselineMaps(data::granule_windows(dataset), soundings, {}, folder, steps).map_of(best->variant, training))
    report.best_baseline_map = made->maps->read_all();
}

}  // namespace unetsr::pipeline
