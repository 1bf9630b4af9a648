#include "pipeline/evaluate/evaluate_soundings.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/evaluate/baseline_maps.hpp"
#include "pipeline/evaluate/map_coverage.hpp"
#include "pipeline/evaluate/region_maps.hpp"
#include "pipeline/evaluate/sounding_groups.hpp"
#include "pipeline/maps/levels.hpp"
#include "pipeline/train/sounding_comparison.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

// The R2 that the noise of the scored soundings leaves to a perfect map.
class Ceiling {
 public:
  void add(const SoundingGroup& group) {
    for (size_t i = 0; i < group.measured.size(); ++i)
      if (!std::isnan(group.measured[i])) {
        sums_.add(group.measured[i], group.measured[i]);
        noise_ += group.noise_variance[i];
      }
  }
  double r2() const {
    const double mean = sums_.t / sums_.n;
    return 1 - noise_ / (sums_.tt - sums_.n * mean * mean);
  }

 private:
  double noise_ = 0;
  data::ScoreSums sums_;
};

std::vector<uint8_t> common(std::vector<uint8_t> chosen, const std::vector<uint8_t>& others) {
  for (size_t i = 0; i < chosen.size(); ++i) chosen[i] = chosen[i] && others[i];
  return chosen;
}

// The soundings of a run, with halves of the days.
struct Halves {
  SoundingComparison comparison;
  std::vector<uint8_t> of_days;
  std::array<std::vector<uint8_t>, 2> chosen;  // the soundings of each
  std::array<data::CoarseSif, 2> coarse_sif;   // of these

  Halves(const FileScene& scene, const FinishedRun& run, const data::Split& split)
      : comparison(scene.file, split, run.cloud_shielding, run.footprints, scene.store), of_days(comparison.halves(0)) {
    for (uint8_t half = 0; half < 2; ++half) {
      chosen[half] = soundings_of_half(of_days, half);
      coarse_sif[half] = data::coarse_sif(comparison.soundings(), comparison.dataset(), chosen[half]);
    }
  }
};

// Scores runs and baselines on the soundings that the runs held out.
class SoundingsEvaluation {
 public:
  SoundingsEvaluation(const FileScene& scene, const std::vector<ComparedMap>& others, const MapScorer& scorer,
                      Steps& steps)
      : scene_(scene),
        others_(others),
        scorer_(scorer),
        steps_(steps),
        source_(scene.granules, scene.soundings.any()) {}

  // Uncorrected and corrected, of both halves of the days.
  static constexpr size_t maps_of_each = 4;
  size_t baselines() const { return source_.baselines().size(); }

  // All but the scores of runs that held out the same cells; the first of them also gives the baselines'.
  SoundingGroup predict(const std::vector<FinishedRun>& runs, const std::vector<ScoredSplit>& splits,
                        const std::vector<size_t>& members, std::vector<RunEvaluation>& evaluated) {
    std::optional<SoundingGroup> group;
    for (const size_t i : members) {
      split_ = &splits[i].split;
      const Halves halves(scene_, runs[i], *split_);
      if (!group) {
        group.emplace(halves.comparison, compared_soundings(halves.comparison, halves.of_days, scene_.windows()));
        add_baselines(halves, cells_to_fit(splits[i]), *group);
        add_others(halves, *group);
      }
      evaluated[i].shown.split = scene_.pictures.split(*split_, scene_.header().coarse_factor);
      add_network(runs[i], halves, evaluated[i].shown, *group);
    }
    group->keep_common();
    ceiling_.add(*group);
    return std::move(*group);
  }

  void score(const SoundingGroup& group, const std::vector<size_t>& members,
             std::vector<RunEvaluation>& evaluated) const {
    const auto baselines = std::make_shared<std::vector<ScoredBaseline>>();
    std::vector<ScoredMap> scored = group.score(group.baselines, scorer_);
    for (size_t k = 0; k < scored.size(); ++k) baselines->push_back({group.baselines[k].variant, std::move(scored[k])});
    std::vector<ScoredMap> networks = group.score(group.networks, scorer_),
                           uncorrected = group.score(group.uncorrected, scorer_);
    for (size_t k = 0; k < members.size(); ++k) {
      RunEvaluation& e = evaluated[members[k]];
      e.scored.baselines = baselines;
      e.scored.own = std::move(networks[k]);
      e.scored.corrected = true;
      e.scored.conserved = {{to_string(Conservation::none), std::move(uncorrected[k])}};
      e.shown.measured = group.measured;
      e.shown.remeasured = group.networks[k].values;
      fill_shown(e);
    }
  }

  double ceiling_r2() const { return ceiling_.r2(); }

 private:
  using Sky = SoundingComparison::Sky;

  PredictedSoundings nothing_predicted(const report::MapVariant& variant) const {
    PredictedSoundings none;
    none.variant = variant;
    none.negatives = scorer_.empty();
    return none;
  }

  // Adds what maps of a half make of the soundings of the other one.
  void compare(const MapStore& maps, int half, Sky sky, const Halves& halves, const SoundingGroup& group,
               PredictedSoundings& predicted) const {
    const SoundingComparison& comparison = halves.comparison;
    for (const ComparedSoundings& some : group.compared) {
      if (some.half != half) continue;
      const std::vector<float> map = maps.read(some.window);
      for (const size_t i : some.soundings) {
        const double seen = sky == Sky::clear ? comparison.soundings().clear_share(i, comparison.cloud_shielding()) : 1;
        predicted.values.push_back(float(seen * comparison.mean_of(i, map)));
      }
      const data::Mask test = fine_cells(*split_, data::Role::test, some.window, scene_.header(), true);
      scorer_.count_negatives(map, test, predicted.negatives);
      if (!some.soundings.empty()) comparison.soundings().release(some.soundings.front(), some.soundings.back() + 1);
    }
  }

  std::shared_ptr<MapStore> corrected(const MapStore& maps, const Halves& halves, int half, bool of_coarse_sif) const {
    data::StoredArray<float> all = maps.read_into(scene_.store, 0, scene_.windows());
    correct_map(
        all, halves.comparison.dataset(), halves.comparison.clear(), halves.chosen[size_t(half)], of_coarse_sif,
        [&](double share) { steps_.reached(share); }, scene_.store);
    std::shared_ptr<MapStore> result = scene_.new_store();
    result->write_from(all, 0, scene_.windows());
    return result;
  }

  // Those that can be fitted to either half of the soundings on training cells.
  std::vector<BaselineOfBands> possible(const Halves& halves, const data::Mask& training,
                                        const std::vector<uint8_t>& on_training_cells) {
    std::vector<BaselineOfBands> all = source_.baselines();
    for (size_t half = 0; half < 2; ++half) {
      source_.set_coarse_sif(halves.coarse_sif[half].sif, halves.coarse_sif[half].error);
      const std::vector<uint8_t> own = common(halves.chosen[half], on_training_cells);
      const bool cells = enough_to_fit(source_.coarse(), training),
                 soundings = std::count(own.begin(), own.end(), 1) >= least_to_fit;
      std::erase_if(all, [&](const BaselineOfBands& b) {
        const FittedTo to = b.baseline.fitted_to;
        return (to != FittedTo::nothing && !cells) || (to == FittedTo::soundings && !soundings);
      });
    }
    return all;
  }

  void add_baselines(const Halves& halves, const data::Mask& training, SoundingGroup& group) {
    const SoundingComparison& comparison = halves.comparison;
    const std::vector<uint8_t> on_training_cells = soundings_on(comparison.soundings(), comparison.dataset(), training);
    const std::vector<BaselineOfBands> baselines = possible(halves, training, on_training_cells);
    for (const BaselineOfBands& b : baselines)
      for (const bool is_corrected : {false, true})
        group.baselines.push_back(nothing_predicted(b.variant(is_corrected)));
    // The comparison outlives the fits.
    const std::shared_ptr<const data::SoundingCells> clear(std::shared_ptr<void>(), &comparison.clear());
    for (int half = 0; half < 2; ++half) {
      const data::CoarseSif& sif = halves.coarse_sif[size_t(half)];
      source_.set_coarse_sif(sif.sif, sif.error);
      const std::vector<uint8_t> own = common(halves.chosen[size_t(half)], on_training_cells);
      const auto to_fit = [&](int window) -> std::optional<SoundingsToFit> {
        clear->release(0, clear->size());  // the window before
        std::vector<uint8_t> in_window = own;
        for (size_t i = 0; i < in_window.size(); ++i) in_window[i] &= comparison.clear()[i].window == window;
        return SoundingsToFit{clear, std::move(in_window)};
      };
      const auto made =
          make_baselines(source_, baselines, training, to_fit, scene_.folder, [&](double) { steps_.reached(0); });
      for (size_t k = 0; k < made.size(); ++k) {
        const bool of_coarse_sif = made[k].baseline.baseline.of_coarse_sif();
        compare(*made[k].maps, half, of_coarse_sif ? Sky::as_seen : Sky::clear, halves, group, group.baselines[2 * k]);
        steps_.done();
        compare(*corrected(*made[k].maps, halves, half, of_coarse_sif), half, Sky::clear, halves, group,
                group.baselines[2 * k + 1]);
        steps_.done();
      }
    }
  }

  void add_others(const Halves& halves, SoundingGroup& group) const {
    for (const ComparedMap& other : others_) {
      report::MapVariant variant;
      variant.method = other.name;
      group.baselines.push_back(nothing_predicted(variant));
      for (int half = 0; half < 2; ++half)
        compare(*other.maps, half, Sky::as_seen, halves, group, group.baselines.back());
    }
  }

  // A run's own level of another dataset is fitted to the soundings that the maps are made with, not to those that they
  // are compared with.
  std::shared_ptr<MapStore> network_maps(const FinishedRun& run, const Halves& halves, int half) const {
    const bool of_coarse_sif = run.mapper.uses_coarse_sif();
    const std::shared_ptr<MapStore> maps =
        uncorrected_maps(run, scene_, of_coarse_sif ? &halves.coarse_sif[size_t(half)] : nullptr);
    if (run.mapper.levels.empty()) return maps;
    data::StoredArray<float> all = maps->read_into(scene_.store, 0, scene_.windows());
    if (const auto levels =
            fit_levels(all, halves.comparison.clear(), halves.chosen[size_t(half)], size_t(scene_.windows())))
      set_levels(all, *levels);
    maps->write_from(all, 0, scene_.windows());
    return maps;
  }

  void add_network(const FinishedRun& run, const Halves& halves, report::EvaluatedRun& shown,
                   SoundingGroup& group) const {
    const bool of_coarse_sif = run.mapper.uses_coarse_sif(), differ = of_coarse_sif || !run.mapper.levels.empty();
    group.uncorrected.push_back(nothing_predicted({shown.name, false, false}));
    group.networks.push_back(nothing_predicted({shown.name, false, true}));
    std::shared_ptr<MapStore> maps;
    for (int half = 0; half < 2; ++half) {
      if (!maps || differ) maps = network_maps(run, halves, half);
      compare(*maps, half, Sky::clear, halves, group, group.uncorrected.back());
      compare(*corrected(*maps, halves, half, of_coarse_sif), half, Sky::clear, halves, group, group.networks.back());
      steps_.done();
    }
    if (run.uncertainty)
      shown.coverage = {
          coverage_of_soundings(halves.comparison, residuals(halves.comparison, group), run.uncertainty->corrected)};
  }

  // Of the soundings under a clear sky, from the last network's corrected maps.
  static std::vector<data::SoundingResidual> residuals(const SoundingComparison& comparison,
                                                       const SoundingGroup& group) {
    std::vector<data::SoundingResidual> residuals;
    size_t next = 0;
    for (const ComparedSoundings& some : group.compared)
      for (const size_t i : some.soundings) {
        const double share = comparison.soundings().clear_share(i, comparison.cloud_shielding()),
                     mean = double(group.networks.back().values[next++]) / share;
        if (std::isnan(mean)) continue;
        const double measured = double(comparison.soundings()[i].sif) / share;
        residuals.push_back({i, 2 * some.window + some.half, measured - mean, mean});
      }
    return residuals;
  }

  const FileScene& scene_;
  const std::vector<ComparedMap>& others_;
  const MapScorer& scorer_;
  Steps& steps_;
  BaselineSource source_;
  Ceiling ceiling_;
  const data::Split* split_ = nullptr;  // of the run at hand
};

}  // namespace

SoundingScores evaluate_on_soundings(const std::vector<FinishedRun>& runs, const std::vector<ScoredSplit>& splits,
                                     const FileScene& scene, const std::vector<ComparedMap>& others,
                                     const MapScorer& scorer, Steps& steps) {
  SoundingScores result;
  for (size_t i = 0; i < runs.size(); ++i) result.runs.push_back(evaluated(runs[i], splits[i], scene.windows()));
  SoundingsEvaluation evaluation(scene, others, scorer, steps);
  const auto groups = same_held_out(result.runs);
  steps.expect(groups.size() * evaluation.baselines() * SoundingsEvaluation::maps_of_each + 2 * runs.size());
  for (const auto& members : groups)
    evaluation.score(evaluation.predict(runs, splits, members, result.runs), members, result.runs);
  result.noise_ceiling_r2 = evaluation.ceiling_r2();
  return result;
}

}  // namespace unetsr::pipeline
