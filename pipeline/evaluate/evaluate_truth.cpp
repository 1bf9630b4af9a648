#include "pipeline/evaluate/evaluate_truth.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/evaluate/baseline_maps.hpp"
#include "pipeline/evaluate/filled_maps.hpp"
#include "pipeline/evaluate/map_coverage.hpp"
#include "pipeline/evaluate/pair_sample.hpp"
#include "pipeline/evaluate/region_maps.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

// One run's maps, and which of its cells are scored.
struct RunMaps {
  CorrectedMaps product;                                       // as `predict` makes it
  std::vector<std::pair<Conservation, CorrectedMaps>> others;  // after other corrections
};

class TruthEvaluation {
 public:
  TruthEvaluation(const std::vector<FinishedRun>& runs, const std::vector<ScoredSplit>& splits, const FileScene& scene,
                  const std::vector<ComparedMap>& others, const std::vector<Conservation>& corrections, bool fill,
                  MapScorer& scorer, Steps& steps)
      : runs_(runs),
        splits_(splits),
        scene_(scene),
        others_(others),
        corrections_(corrections),
        fill_(fill),
        scorer_(scorer),
        steps_(steps),
        baselines_(scene.granules, scene.soundings, soundings_of_baselines(runs), scene.folder, steps) {}

  std::vector<RunEvaluation> evaluate() {
    steps_.expect(runs_.size() * (1 + corrections_.size()));
    for (size_t i = 0; i < runs_.size(); ++i) make_maps(i);
    const auto groups = same_held_out(evaluated_);
    expect_baselines(groups.size());
    TileChoice tiles;
    for (size_t g = 0; g < groups.size(); ++g) cells_.push_back(scored_cells(groups[g], g, tiles));
    scorer_.set_tiles(tiles.side());
    for (size_t g = 0; g < groups.size(); ++g) {
      const size_t first = groups[g].front();
      const auto baselines = score_baselines(
          coarse_cells_to_fit(splits_[first], runs_[first].options.supervision, scene_.header()), *cells_[g]);
      for (const size_t i : groups[g]) {
        evaluated_[i].scored.baselines = baselines;
        score_run(i, *cells_[g]);
      }
    }
    return std::move(evaluated_);
  }

 private:
  bool holds_out_coarse(size_t run) const { return holds_out_coarse_cells(runs_[run].options.supervision); }

  void make_maps(size_t i) {
    const FinishedRun& run = runs_[i];
    const std::shared_ptr<const MapStore> uncorrected = uncorrected_maps(run, scene_);
    steps_.done();
    const Conservation own = product_conservation(run, scene_.file);
    const auto corrected = [&](Conservation kind) {
      return corrected_maps(uncorrected, scene_, run, kind, [&](double share) { steps_.reached(share); });
    };
    RunMaps& maps = maps_.emplace_back();
    maps.product = corrected(own);
    for (const Conservation kind : corrections_) {
      if (kind != own) maps.others.push_back({kind, corrected(kind)});
      steps_.done();
    }
    RunEvaluation& e =
        evaluated_.emplace_back(evaluated(run, splits_[i], scene_.windows(), holds_out_coarse(i) ? "" : "fine cells"));
    e.shown.split = scene_.pictures.split(splits_[i].split, holds_out_coarse(i) ? scene_.header().coarse_factor : 1);
    e.scored.corrected = own == Conservation::footprints;
  }

  void expect_baselines(size_t groups) {
    const size_t each = 1 + size_t(baselines_.can_correct()), unfitted = baselines_.unfitted_count();
    steps_.expect(each * (unfitted + groups * (baselines_.count() - unfitted)));
  }

  data::Mask test_cells(size_t run, int window) const {
    return fine_cells(splits_[run].split, data::Role::test, window, scene_.header(), holds_out_coarse(run));
  }

  // Those of a group, but for cells where a fitted baseline has no value.
  std::shared_ptr<CellStore> scored_cells(const std::vector<size_t>& group, size_t number, TileChoice& tiles) {
    const auto cells = std::make_shared<CellStore>(scene_.folder, scene_.windows(), scene_.cells());
    const auto unfitted = baselines_.unfitted();
    for (int w = 0; w < scene_.windows(); ++w) {
      data::Mask own = test_cells(group.front(), w);
      keep_present(own, scene_.target(w));
      for (const size_t i : group) keep_present(own, maps_[i].product.maps->read(w));
      for (const auto& baseline : unfitted) keep_present(own, baseline.maps->read(w));
      for (const ComparedMap& other : others_) keep_present(own, other.maps->read(w));
      tiles.add(number, own, scene_.header().grid);
      cells->write(w, own);
    }
    return cells;
  }

  // `training`: coarse cells.
  std::shared_ptr<const std::vector<ScoredBaseline>> score_baselines(const data::Mask& training, CellStore& cells) {
    const auto made = baselines_.of(training);
    for (int w = 0; w < scene_.windows(); ++w) {
      data::Mask own = cells.read(w);
      for (const auto& baseline : made) keep_present(own, baseline.maps->read(w));
      cells.write(w, own);
    }
    // A corrected map is missing where the uncorrected one is.
    std::vector<BaselineMaps::Made> all;
    const auto corrected = baselines_.can_correct() ? baselines_.corrected(made) : std::vector<BaselineMaps::Made>();
    for (size_t k = 0; k < made.size(); ++k) {
      all.push_back(made[k]);
      if (k < corrected.size()) all.push_back(corrected[k]);
    }
    for (const ComparedMap& other : others_) all.push_back({{other.name}, other.maps});
    const auto scored = std::make_shared<std::vector<ScoredBaseline>>();
    for (const auto& baseline : all) scored->push_back({baseline.variant, scorer_.empty()});
    for (int w = 0; w < scene_.windows(); ++w) {
      const WindowScorer scorer = scorer_.window(w);
      const data::Mask own = cells.read(w);
      for (size_t k = 0; k < all.size(); ++k) {
        const bool clear_sky = all[k].variant.corrected || !all[k].of_coarse_sif;
        scorer.add(all[k].maps->read(w), own, clear_sky ? baselines_.cloud_shielding() : 0, (*scored)[k].scored);
        steps_.reached(0);
      }
    }
    return scored;
  }

  void score_run(size_t i, const CellStore& cells) {
    RunEvaluation& e = evaluated_[i];
    const FinishedRun& run = runs_[i];
    RunMaps& maps = maps_[i];
    std::vector<std::pair<const CorrectedMaps*, ScoredMap>> scored = {{&maps.product, scorer_.empty()}};
    for (const auto& [kind, other] : maps.others) scored.push_back({&other, scorer_.empty()});
    std::vector<CoverageCounts> coverage(scored.size());
    PairSample pairs(scene_);
    for (int w = 0; w < scene_.windows(); ++w) {
      const WindowScorer scorer = scorer_.window(w);
      const data::Mask own = cells.read(w);
      for (size_t k = 0; k < scored.size(); ++k) {
        const std::vector<float> map = scored[k].first->maps->read(w);
        scorer.add(map, own, run.cloud_shielding, scored[k].second);
        if (run.uncertainty)
          add_coverage(map, scorer.target(), own, scored[k].first->left_in(w), *run.uncertainty, coverage[k]);
        if (k == 0) show(e.shown, map, own, scorer.target(), pairs);
      }
    }
    e.scored.own = std::move(scored.front().second);
    for (size_t k = 0; k < maps.others.size(); ++k)
      e.scored.conserved.push_back({to_string(maps.others[k].first), std::move(scored[k + 1].second)});
    if (run.uncertainty) {
      e.shown.coverage = {coverage.front().coverage("truth")};
      for (size_t k = 0; k < maps.others.size(); ++k)
        e.shown.coverage.push_back(coverage[k + 1].coverage("truth, " + conserved_in_words(maps.others[k].first)));
    }
    if (fill_) add_filled(e.shown, run, scene_, maps.product, [&](int w) { return test_cells(i, w); });
    set_map(e.shown, run, maps.product, scene_.pictures);
    maps = {};
    fill_shown(e);
  }

  void show(report::EvaluatedRun& shown, std::vector<float> map, const data::Mask& cells, std::span<const float> truth,
            PairSample& pairs) const {
    pairs.add(map, truth, cells, shown);
    keep_cells(map, cells);
    scene_.pictures.append(map, shown.prediction);
  }

  const std::vector<FinishedRun>& runs_;
  const std::vector<ScoredSplit>& splits_;
  const FileScene& scene_;
  const std::vector<ComparedMap>& others_;
  std::vector<Conservation> corrections_;
  bool fill_;
  MapScorer& scorer_;
  Steps& steps_;
  BaselineMaps baselines_;
  std::vector<RunMaps> maps_;
  std::vector<RunEvaluation> evaluated_;
  std::vector<std::shared_ptr<CellStore>> cells_;  // that are scored, of each group of runs
};

}  // namespace

std::vector<RunEvaluation> evaluate_against_truth(const std::vector<FinishedRun>& runs,
                                                  const std::vector<ScoredSplit>& splits, const FileScene& scene,
                                                  const std::vector<ComparedMap>& others,
                                                  const std::vector<Conservation>& corrections, bool fill,
                                                  MapScorer& scorer, Steps& steps) {
  return TruthEvaluation(runs, splits, scene, others, corrections, fill, scorer, steps).evaluate();
}

}  // namespace unetsr::pipeline
