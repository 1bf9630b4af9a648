#include "pipeline/evaluate/evaluate_truth.hpp"

#include <cmath>
#include <map>

#include "pipeline/evaluate/baseline_maps.hpp"
#include "pipeline/evaluate/filled_maps.hpp"
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

// One run's maps.
struct RunMaps {
  std::vector<float> uncorrected, product, error_left;  // product: as `predict` makes it
};

class TruthEvaluation {
 public:
  TruthEvaluation(const std::vector<FinishedRun>& runs, const data::DatasetFile& file, const data::Dataset& dataset,
                  const data::Layer& truth, std::vector<Conserver>& conservers, bool fill, MapScorer& scorer,
                  Steps& steps)
      : runs_(runs),
        file_(file),
        dataset_(dataset),
        truth_(truth),
        conservers_(conservers),
        fill_(fill),
        scorer_(scorer),
        steps_(steps),
        baselines_(dataset, soundings_of_baselines(runs), steps) {}

  std::vector<RunEvaluation> evaluate(const std::vector<ScoredSplit>& scored_splits) {
    steps_.expect(runs_.size() * (1 + conservers_.size()));
    for (size_t i = 0; i < runs_.size(); ++i) make_maps(i, scored_splits[i]);
    const auto groups = same_held_out(evaluated_);
    expect_baselines(groups.size());
    std::vector<data::Mask> cells;
    for (const auto& group : groups) cells.push_back(scored_cells(group));
    scorer_.choose_tiles(cells);
    for (size_t g = 0; g < groups.size(); ++g) {
      const auto baselines = score_baselines(splits_[groups[g].front()].to_fit, cells[g]);
      for (const size_t i : groups[g]) {
        evaluated_[i].scored.baselines = baselines;
        score_run(i, cells[g]);
      }
    }
    return std::move(evaluated_);
  }

 private:
  void make_maps(size_t i, const ScoredSplit& scored) {
    const FinishedRun& run = runs_[i];
    splits_.push_back(fine_split_of(run, scored, dataset_));
    RunMaps& maps = maps_.emplace_back();
    maps.uncorrected = uncorrected_maps(run, file_);
    run.network->release_memory();
    const Conservation kind = product_conservation(run, dataset_);
    CorrectedMaps product =
        corrected_maps(maps.uncorrected, file_, run, own_.try_emplace(kind, kind, file_).first->second);
    maps.product = std::move(product.maps), maps.error_left = std::move(product.error_left);
    RunEvaluation& e = evaluated_.emplace_back(
        evaluated(run, scored, int(dataset_.windows.size()), splits_.back().fine_cells ? "fine cells" : ""));
    e.shown.split = splits_.back().fine;
    e.scored.corrected = kind == Conservation::footprints;
    steps_.done();
  }

  void expect_baselines(size_t groups) {
    const size_t each = 1 + size_t(baselines_.can_correct()), unfitted = baselines_.unfitted_count();
    steps_.expect(each * (unfitted + groups * (baselines_.count() - unfitted)));
  }

  // Those of a group, but for cells where a fitted baseline has no value.
  data::Mask scored_cells(const std::vector<size_t>& group) {
    data::Mask cells = splits_[group.front()].fine.mask(data::Role::test);
    keep_present(cells, truth_.values);
    for (const size_t i : group) keep_present(cells, maps_[i].product);
    for (const auto& baseline : baselines_.unfitted()) keep_present(cells, *baseline.map);
    return cells;
  }

  // A corrected map is missing where the uncorrected one is, so that it can be dropped once it is scored.
  std::shared_ptr<const std::vector<ScoredBaseline>> score_baselines(const data::Mask& to_fit, data::Mask& cells) {
    const auto made = baselines_.of(to_fit);
    for (const auto& baseline : made) keep_present(cells, *baseline.map);
    const auto scored = std::make_shared<std::vector<ScoredBaseline>>();
    for (size_t k = 0; k < made.size(); ++k) {
      const BaselineMaps::Made& baseline = made[k];
      report::MapVariant variant = baseline.variant;
      scored->push_back(
          {variant, scorer_.score(*baseline.map, cells, baseline.of_coarse_sif ? 0 : baselines_.cloud_shielding())});
      if (!baselines_.can_correct()) continue;
      variant.corrected = true;
      scored->push_back({variant, scorer_.score(baselines_.corrected(made, k), cells, baselines_.cloud_shielding())});
    }
    return scored;
  }

  void score_run(size_t i, const data::Mask& cells) {
    RunEvaluation& e = evaluated_[i];
    const FinishedRun& run = runs_[i];
    RunMaps& maps = maps_[i];
    e.scored.own = scorer_.score(maps.product, cells, run.cloud_shielding);
    if (run.uncertainty)
      e.shown.coverage = {
          coverage_of_truth("truth", maps.product, truth_.values, cells, maps.error_left, *run.uncertainty)};
    for (Conserver& conserver : conservers_) {
      if (conserver.kind() != product_conservation(run, dataset_)) score_corrected(i, conserver, cells);
      steps_.done();
    }
    if (fill_)
      add_filled(e.shown, run, file_, {maps.product, maps.error_left}, truth_.values,
                 splits_[i].fine.mask(data::Role::test));
    e.shown.prediction = maps.product;
    keep_cells(e.shown.prediction, cells);
    set_map(e.shown, run, {std::move(maps.product), std::move(maps.error_left)});
    maps = {};
    fill_shown(e);
  }

  void score_corrected(size_t i, Conserver& conserver, const data::Mask& cells) {
    RunEvaluation& e = evaluated_[i];
    const FinishedRun& run = runs_[i];
    const CorrectedMaps other = corrected_maps(maps_[i].uncorrected, file_, run, conserver);
    e.scored.conserved.push_back({to_string(conserver.kind()), scorer_.score(other.maps, cells, run.cloud_shielding)});
    if (run.uncertainty)
      e.shown.coverage.push_back(coverage_of_truth("truth, " + conserved_in_words(conserver.kind()), other.maps,
                                                   truth_.values, cells, other.error_left, *run.uncertainty));
  }

  const std::vector<FinishedRun>& runs_;
  const data::DatasetFile& file_;
  const data::Dataset& dataset_;
  const data::Layer& truth_;
  std::vector<Conserver>& conservers_;
  bool fill_;
  MapScorer& scorer_;
  Steps& steps_;
  BaselineMaps baselines_;
  std::vector<RunSplit> splits_;
  std::vector<RunMaps> maps_;
  std::vector<RunEvaluation> evaluated_;
  std::map<Conservation, Conserver> own_;  // by kind
};

}  // namespace

std::vector<RunEvaluation> evaluate_against_truth(const std::vector<FinishedRun>& runs,
                                                  const std::vector<ScoredSplit>& splits, const data::DatasetFile& file,
                                                  const data::Dataset& dataset, const data::Layer& truth,
                                                  std::vector<Conserver>& conservers, bool fill, MapScorer& scorer,
                                                  Steps& steps) {
  return TruthEvaluation(runs, file, dataset, truth, conservers, fill, scorer, steps).evaluate(splits);
}

}  // namespace unetsr::pipeline
