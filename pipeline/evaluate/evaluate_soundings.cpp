#include "pipeline/evaluate/evaluate_soundings.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/baselines/interpolation.hpp"
#include "data/dataset/scales.hpp"
#include "pipeline/evaluate/baseline_maps.hpp"
#include "pipeline/evaluate/map_coverage.hpp"
#include "pipeline/maps/levels.hpp"
#include "pipeline/maps/mapper.hpp"
#include "pipeline/train/sounding_comparison.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

using MapMaker = SoundingComparison::MapMaker;

// What one map maker made of the soundings, and of the cells that were held out.
struct Predicted {
  report::MapVariant variant;
  std::vector<float> values;
  ScoredMap negatives;  // of its maps
};

Predicted predicted(const report::MapVariant& variant, const SoundingComparison& comparison, const data::Mask& test,
                    const MapScorer& scorer, SoundingComparison::Sky sky, const MapMaker& make_map) {
  Predicted p{variant, {}, scorer.score({}, {}, std::span<const int64_t>())};
  const MapMaker counted = [&](const data::Dataset& half, const std::vector<uint8_t>& chosen) {
    std::vector<float> map = make_map(half, chosen);
    scorer.count_negatives(map, test, p.negatives);
    return map;
  };
  p.values = comparison.scored(data::Role::test, counted, sky).predicted;
  return p;
}

// What the runs that held out the same cells have in common.
struct Group {
  std::vector<float> measured;
  std::vector<double> noise_variance;                       // of each sounding, by its stated error
  std::vector<int64_t> cells;                               // in the middle of each footprint
  std::vector<Predicted> baselines, networks, uncorrected;  // uncorrected: of the networks
};

void read_soundings(const SoundingComparison& comparison, const MapMaker& any_map, Group& group) {
  SoundingComparison::Scored scored = comparison.scored(data::Role::test, any_map, SoundingComparison::Sky::as_seen);
  group.measured = std::move(scored.measured);
  for (const size_t i : scored.soundings) {
    group.cells.push_back(comparison.soundings().middle(i));
    group.noise_variance.push_back(std::pow(double(comparison.soundings()[i].error), 2));
  }
}

// Soundings on which a map has no value are scored for no map.
void keep_common(Group& group) {
  for (const auto* from : {&group.baselines, &group.networks, &group.uncorrected})
    for (const Predicted& p : *from)
      for (size_t i = 0; i < group.measured.size(); ++i)
        if (std::isnan(p.values[i])) group.measured[i] = std::numeric_limits<float>::quiet_NaN();
}

// The level of maps of a run from elsewhere, by the soundings that the maps are made with: not by those that they are
// compared with.
void fit_to_half(std::vector<float>& maps, const SoundingComparison& comparison, const std::vector<uint8_t>& chosen) {
  if (const auto levels = fit_levels(maps, comparison.clear(), chosen, comparison.dataset().windows.size()))
    set_levels(maps, *levels);
}

ScoredMap score(const Predicted& p, const Group& group, const MapScorer& scorer) {
  ScoredMap scored = scorer.score(p.values, group.measured, group.cells);
  for (size_t b = 0; b < scored.blocks.size(); ++b) scored.blocks[b].add(p.negatives.blocks[b]);
  return scored;
}

// The R2 that the noise of the scored soundings leaves to a perfect map.
class Ceiling {
 public:
  void add(const Group& group) {
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

// Scores runs and baselines on the soundings that the runs held out.
class SoundingsEvaluation {
 public:
  SoundingsEvaluation(const data::Dataset& dataset, const MapScorer& scorer, Steps& steps)
      : dataset_(dataset),
        scorer_(scorer),
        steps_(steps),
        denoised_(data::denoised_bands(dataset)),
        possible_(baselines_of_bands(dataset, denoised_)) {
    for (const BaselineOfBands& b : possible_)
      for (const std::string& band : b.baseline.bands) bands_.push_back(band), bands_.push_back(band + "_coarse");
  }

  // Uncorrected and corrected, of both halves of the days.
  static constexpr size_t maps_of_each = 4;
  size_t baselines() const { return possible_.size(); }

  // All but the scores of runs that held out the same cells; the first of them also gives the baselines'.
  Group predict(const std::vector<FinishedRun>& runs, const std::vector<ScoredSplit>& splits,
                const std::vector<size_t>& members, std::vector<RunEvaluation>& evaluated) {
    Group group;
    for (const size_t i : members) {
      const FinishedRun& run = runs[i];
      const SoundingComparison comparison(dataset_, splits[i].split, needed_by(run), run.cloud_shielding,
                                          run.footprints);
      const data::Split split = fine_split(splits[i].split, dataset_);
      const data::Mask test = split.mask(data::Role::test);
      if (i == members.front()) add_baselines(comparison, cells_to_fit(splits[i]), test, group);
      evaluated[i].shown.split = split;
      add_network(run, comparison, test, evaluated[i].shown, group);
    }
    keep_common(group);
    ceiling_.add(group);
    return group;
  }

  void score(const Group& group, const std::vector<size_t>& members, std::vector<RunEvaluation>& evaluated) const {
    const auto baselines = std::make_shared<std::vector<ScoredBaseline>>();
    for (const Predicted& p : group.baselines) baselines->push_back({p.variant, pipeline::score(p, group, scorer_)});
    for (size_t k = 0; k < members.size(); ++k) {
      RunEvaluation& e = evaluated[members[k]];
      e.scored.baselines = baselines;
      e.scored.own = pipeline::score(group.networks[k], group, scorer_);
      e.scored.corrected = true;
      e.scored.conserved = {{to_string(Conservation::none), pipeline::score(group.uncorrected[k], group, scorer_)}};
      e.shown.measured = group.measured;
      e.shown.remeasured = group.networks[k].values;
      fill_shown(e);
    }
  }

  double ceiling_r2() const { return ceiling_.r2(); }

 private:
  std::vector<std::string> needed_by(const FinishedRun& run) const {
    std::vector<std::string> features = bands_;
    features.insert(features.end(), run.mapper.features.begin(), run.mapper.features.end());
    return needed_features(std::move(features), run.mapper.first_guess);
  }

  // Of the half's days alone: what is fitted to soundings is fitted to those of them that lie on training cells.
  MapMaker maker_of(const BaselineOfBands& b, const SoundingComparison& comparison, const data::Mask& training,
                    const std::vector<uint8_t>& on_training_cells) const {
    return [&](const data::Dataset& half, const std::vector<uint8_t>& chosen) {
      const std::vector<uint8_t> own = common(chosen, on_training_cells);
      const data::SoundingCells& soundings = comparison.clear();
      return b.denoised ? b.baseline.make({data::with_bands(half, denoised_), training, &soundings, own})
                        : b.baseline.make({half, training, &soundings, own});
    };
  }

  // A map as each half of the days makes it, uncorrected and then corrected by the same half.
  void add_both(const report::MapVariant& variant, const SoundingComparison& comparison, const data::Mask& test,
                SoundingComparison::Sky uncorrected_sky, bool of_coarse_sif, const MapMaker& make,
                std::vector<Predicted>& uncorrected, std::vector<Predicted>& corrected) const {
    const MapMaker once = SoundingComparison::made_once(make, true);
    const auto counted = [&](const MapMaker& map) -> MapMaker {
      return [&](const data::Dataset& half, const std::vector<uint8_t>& chosen) {
        std::vector<float> maps = map(half, chosen);
        steps_.done();
        return maps;
      };
    };
    const MapMaker corrects = [&](const data::Dataset& half, const std::vector<uint8_t>& chosen) {
      std::vector<float> maps = once(half, chosen);
      correct_map(maps, comparison.dataset(), comparison.clear(), chosen, of_coarse_sif,
                  [&](double share) { steps_.reached(share); });
      return maps;
    };
    report::MapVariant after = variant;
    after.corrected = true;
    uncorrected.push_back(predicted(variant, comparison, test, scorer_, uncorrected_sky, counted(once)));
    corrected.push_back(predicted(after, comparison, test, scorer_, SoundingComparison::Sky::clear, counted(corrects)));
  }

  void add_baselines(const SoundingComparison& comparison, const data::Mask& training, const data::Mask& test,
                     Group& group) const {
    using Sky = SoundingComparison::Sky;
    const std::vector<uint8_t> on_training_cells = soundings_on(comparison.soundings(), dataset_, training);
    bool enough_cells = true, enough_soundings = true;
    read_soundings(
        comparison,
        [&](const data::Dataset& half, const std::vector<uint8_t>& chosen) {
          enough_cells = enough_cells && enough_to_fit(half, training);
          enough_soundings = enough_soundings && enough_to_fit(common(chosen, on_training_cells));
          return data::downscale_bilinear(half);
        },
        group);
    for (const BaselineOfBands& b : possible_) {
      const FittedTo to = b.baseline.fitted_to;
      if ((to != FittedTo::nothing && !enough_cells) || (to == FittedTo::soundings && !enough_soundings)) continue;
      const bool of_coarse_sif = b.baseline.of_coarse_sif();
      add_both(b.variant(), comparison, test, of_coarse_sif ? Sky::as_seen : Sky::clear, of_coarse_sif,
               maker_of(b, comparison, training, on_training_cells), group.baselines, group.baselines);
    }
  }

  void add_network(const FinishedRun& run, const SoundingComparison& comparison, const data::Mask& test,
                   report::EvaluatedRun& shown, Group& group) const {
    const bool of_coarse_sif = run.mapper.uses_coarse_sif();
    const bool from_elsewhere = !run.mapper.levels.empty();
    const MapMaker network = SoundingComparison::made_once(
        [&](const data::Dataset& half, const std::vector<uint8_t>& chosen) {
          std::vector<float> maps = run.mapper.map(data::fine_scale(half));
          if (from_elsewhere) fit_to_half(maps, comparison, chosen);
          return maps;
        },
        of_coarse_sif || from_elsewhere);
    const MapMaker corrected = SoundingComparison::made_once(
        [&](const data::Dataset& half, const std::vector<uint8_t>& chosen) {
          std::vector<float> maps = network(half, chosen);
          comparison.conserve(maps, chosen, of_coarse_sif);
          steps_.done();
          return maps;
        },
        true);
    const auto add = [&](bool is_corrected, const MapMaker& make, std::vector<Predicted>& to) {
      to.push_back(predicted({shown.name, false, is_corrected}, comparison, test, scorer_,
                             SoundingComparison::Sky::clear, make));
    };
    add(false, network, group.uncorrected);
    add(true, corrected, group.networks);
    if (run.uncertainty)
      shown.coverage = {coverage_of_soundings(comparison, comparison.residuals({data::Role::test}, corrected),
                                              run.uncertainty->corrected)};
    run.network->release_memory();
  }

  const data::Dataset& dataset_;
  const MapScorer& scorer_;
  Steps& steps_;
  data::BaselineBands denoised_;
  std::vector<BaselineOfBands> possible_;
  std::vector<std::string> bands_;  // that these need
  Ceiling ceiling_;
};

}  // namespace

SoundingScores evaluate_on_soundings(const std::vector<FinishedRun>& runs, const std::vector<ScoredSplit>& splits,
                                     const data::Dataset& dataset, const MapScorer& scorer, Steps& steps) {
  SoundingScores result;
  for (size_t i = 0; i < runs.size(); ++i)
    result.runs.push_back(evaluated(runs[i], splits[i], int(dataset.windows.size())));
  SoundingsEvaluation evaluation(dataset, scorer, steps);
  const auto groups = same_held_out(result.runs);
  steps.expect(groups.size() * evaluation.baselines() * SoundingsEvaluation::maps_of_each + 2 * runs.size());
  for (const auto& members : groups)
    evaluation.score(evaluation.predict(runs, splits, members, result.runs), members, result.runs);
  result.noise_ceiling_r2 = evaluation.ceiling_r2();
  return result;
}

}  // namespace unetsr::pipeline
