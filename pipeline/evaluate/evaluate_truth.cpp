#include "pipeline/evaluate/evaluate_truth.hpp"

#include <cmath>
#include <map>

#include "pipeline/evaluate/map_baselines.hpp"
#include "pipeline/evaluate/map_coverage.hpp"
#include "pipeline/evaluate/region_maps.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

struct RunSplit {
  data::Split fine;
  data::Mask to_fit;        // coarse cells that baselines may be fitted to
  bool fine_cells = false;  // were held out, by themselves
};

RunSplit fine_split_of(const FinishedRun& run, const ScoredSplit& scored, const data::Dataset& dataset) {
  const data::Mask to_fit = cells_to_fit(scored);
  return holds_out_coarse_cells(run.options.supervision) ? RunSplit{fine_split(scored.split, dataset), to_fit, false}
                                                         : RunSplit{scored.split, coarse_mask(dataset, to_fit), true};
}

}  // namespace

std::vector<RunEvaluation> evaluate_against_truth(const std::vector<FinishedRun>& runs,
                                                  const std::vector<ScoredSplit>& scored_splits,
                                                  const data::DatasetFile& file, const data::Dataset& dataset,
                                                  const data::Layer& truth, std::vector<Conserver>& conservers,
                                                  MapScorer& scorer) {
  std::vector<RunEvaluation> evaluated_runs;
  std::vector<RunSplit> splits;
  std::vector<std::vector<float>> raw, maps, left;  // as the network has them; as `predict` makes them
  std::map<Conservation, Conserver> own;            // by kind
  for (size_t i = 0; i < runs.size(); ++i) {
    const FinishedRun& run = runs[i];
    splits.push_back(fine_split_of(run, scored_splits[i], dataset));
    raw.push_back(uncorrected_maps(run, file));
    run.network->release_memory();
    const Conservation kind = product_conservation(run, dataset);
    CorrectedMaps product = corrected_maps(raw.back(), file, run, own.try_emplace(kind, kind, file).first->second);
    maps.push_back(std::move(product.maps));
    left.push_back(std::move(product.error_left));
    evaluated_runs.push_back(
        evaluated(run, scored_splits[i], int(dataset.windows.size()), splits.back().fine_cells ? "fine cells" : ""));
    evaluated_runs.back().shown.split = splits.back().fine;
  }
  const auto groups = same_held_out(evaluated_runs);
  BaselineMaps baselines(dataset);
  std::vector<data::Mask> cells;
  for (const auto& group : groups) {
    cells.push_back(splits[group.front()].fine.mask(data::Role::test));
    keep_present(cells.back(), truth.values);
    for (const size_t i : group) keep_present(cells.back(), maps[i]);
    for (const auto& baseline : baselines.unfitted()) keep_present(cells.back(), *baseline.map);
  }
  scorer.choose_tiles(cells);
  for (size_t g = 0; g < groups.size(); ++g) {
    const auto made = baselines.of(splits[groups[g].front()].to_fit);
    for (const auto& baseline : made) keep_present(cells[g], *baseline.map);
    const auto scored = std::make_shared<std::vector<NamedMap>>();
    for (const auto& baseline : made) scored->push_back({baseline.name, scorer.score(*baseline.map, cells[g], 0)});
    for (const size_t i : groups[g]) {
      RunEvaluation& e = evaluated_runs[i];
      const FinishedRun& run = runs[i];
      e.scored.baselines = scored;
      e.scored.own = scorer.score(maps[i], cells[g], run.cloud_shielding);
      if (run.uncertainty)
        e.shown.coverage = {coverage_of_truth("truth", maps[i], truth.values, cells[g], left[i], *run.uncertainty)};
      for (Conserver& conserver : conservers) {
        if (conserver.kind() == own_conservation(run.options)) continue;
        const CorrectedMaps other = corrected_maps(raw[i], file, run, conserver);
        e.scored.conserved.push_back(
            {to_string(conserver.kind()), scorer.score(other.maps, cells[g], run.cloud_shielding)});
        if (run.uncertainty)
          e.shown.coverage.push_back(coverage_of_truth("truth, " + conserved_in_words(conserver.kind()), other.maps,
                                                       truth.values, cells[g], other.error_left, *run.uncertainty));
      }
      e.shown.prediction = maps[i];
      keep_cells(e.shown.prediction, cells[g]);
      set_map(e.shown, run, {std::move(maps[i]), std::move(left[i])});
      fill_shown(e);
    }
  }
  return evaluated_runs;
}

}  // namespace unetsr::pipeline
