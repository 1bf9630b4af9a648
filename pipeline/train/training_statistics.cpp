#include "pipeline/train/training_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "data/footprints/cloud_shielding.hpp"
#include "data/footprints/estimate_footprints.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::pipeline {
namespace {

using AllAreas = std::span<const AreaOfStatistics>;

std::vector<data::Mask> present_training_cells(AllAreas areas) {
  std::vector<data::Mask> all;
  for (const auto& [area, dataset] : areas) {
    data::Mask& cells = all.emplace_back(area.inputs().channels.present());
    for (size_t i = 0; i < cells.size(); ++i) cells[i] = cells[i] && area.training_cells()[i];
  }
  return all;
}

data::Scaling scaling_of(AllAreas areas, const std::vector<data::Mask>& cells) {
  std::vector<data::ChosenCells> stacks;
  for (size_t a = 0; a < areas.size(); ++a)
    stacks.push_back({std::as_const(areas[a].area).inputs().channels.view(), cells[a]});
  const std::vector<std::string>& channels = areas.front().area.inputs().channels.names;
  return data::fit_scaling(data::ScalingKind::z_score, stacks, channels, data::validity_channels(channels));
}

std::vector<std::vector<uint8_t>> training_soundings(AllAreas areas) {
  std::vector<std::vector<uint8_t>> chosen;
  for (const auto& [area, dataset] : areas) chosen.push_back(area.comparison().chosen(data::Role::train));
  return chosen;
}

double shielding_of(AllAreas areas, const std::vector<std::vector<uint8_t>>& chosen) {
  std::vector<data::GuessOfSoundings> guesses;
  for (size_t a = 0; a < areas.size(); ++a)
    guesses.push_back({areas[a].area.comparison().soundings(), areas[a].area.inputs().first_guess, chosen[a]});
  return data::fit_cloud_shielding(guesses);
}

// The bands, and the first guess where it is made of bands.
std::vector<float> predictors_of(const TrainingArea& area, const HonestOptions& o, int& count) {
  const std::vector<std::string>& channels = area.inputs().channels.names;
  const std::vector<float>&guess = area.inputs().first_guess, &stack = area.inputs().channels.values;
  const size_t width = channels.size();
  std::vector<size_t> bands;
  for (size_t c = 0; c < width; ++c)
    if (!data::holds_coarse_sif(channels[c])) bands.push_back(c);
  const bool with_guess = !data::holds_coarse_sif(o.first_guess);
  count = int(bands.size()) + (with_guess ? 1 : 0);
  std::vector<float> values;
  values.reserve(guess.size() * size_t(count));
  for (size_t i = 0; i < guess.size(); ++i) {
    for (const size_t c : bands) values.push_back(stack[i * width + c]);
    if (with_guess) values.push_back(guess[i]);
  }
  return values;
}

// Of the training soundings, on the bands and the first guess.
data::FootprintEstimate footprints_of(AllAreas areas, const HonestOptions& o) {
  std::vector<std::vector<float>> values;
  int count = 0;
  for (const auto& [area, dataset] : areas) values.push_back(predictors_of(area, o, count));
  if (count < 2) return {};  // a constant has no edges
  const std::vector<std::vector<uint8_t>> chosen = training_soundings(areas);
  std::vector<data::AreaOfFootprints> all;
  for (size_t a = 0; a < areas.size(); ++a)
    all.push_back({areas[a].dataset, areas[a].area.comparison().soundings(), chosen[a], {values[a], count}});
  return data::estimate_footprints(all, shielding_of(areas, chosen));
}

// Least squares of the training soundings, each by its error, on the guess's means over their footprints.
double unit_of(AllAreas areas, const HonestOptions& o) {
  double products = 0, squares = 0;
  for (const auto& [area, dataset] : areas) {
    const SoundingComparison& comparison = area.comparison();
    const std::span<const float> guess = area.inputs().first_guess;
    const size_t cells = size_t(comparison.dataset().grid.cells());
    for (size_t i = 0; i < comparison.clear().size(); ++i) {
      const auto& s = comparison.clear()[i];
      const double mean = comparison.clear().mean(i, guess.subspan(size_t(s.window) * cells, cells)) / double(s.error);
      if (comparison.roles()[i] != data::Role::train || std::isnan(mean)) continue;
      products += double(s.sif) / double(s.error) * mean, squares += mean * mean;
    }
  }
  if (!(products > 0))
    throw UsageError("--first-guess " + o.first_guess + " is not correlated with the soundings' SIF; take another");
  return products / squares;
}

void count_soundings(AllAreas areas, int patch, TrainingStatistics& statistics) {
  double errors = 0;
  for (const auto& [area, dataset] : areas)
    for (size_t i = 0; i < area.comparison().soundings().size(); ++i) {
      if (area.comparison().roles()[i] != data::Role::train) continue;
      const auto& s = area.comparison().soundings()[i];
      errors += double(s.error), ++statistics.soundings;
      statistics.too_wide += s.last_row - s.row >= patch || s.last_column - s.column >= patch;
    }
  if (statistics.soundings == 0)
    throw UsageError("no sounding lies wholly on training cells: hold out less, or take a larger region");
  if (statistics.too_wide == statistics.soundings)
    throw UsageError("no footprint fits into a patch of " + std::to_string(patch) + " cells; choose a larger --patch");
  statistics.error_unit = errors / double(statistics.soundings);
}

double spread_of(AllAreas areas, const std::vector<data::Mask>& chosen) {
  const auto each = [&](const auto& visit) {
    for (size_t a = 0; a < areas.size(); ++a) {
      const std::vector<float>& sif = areas[a].area.inputs().first_guess;
      for (size_t i = 0; i < sif.size(); ++i)
        if (chosen[a][i]) visit(double(sif[i]));
    }
  };
  double sum = 0, n = 0, squares = 0;
  each([&](double v) { sum += v, ++n; });
  const double mean = n > 0 ? sum / n : 0;
  each([&](double v) { squares += std::pow(v - mean, 2); });
  return squares > 0 ? std::sqrt(squares / n) : 1;
}

}  // namespace

TrainingStatistics fit_statistics(std::span<const AreaOfStatistics> areas, const HonestOptions& o) {
  TrainingStatistics statistics;
  const std::vector<data::Mask> cells = present_training_cells(areas);
  statistics.scaling = scaling_of(areas, cells);
  if (o.estimate_footprints) {
    statistics.footprints = footprints_of(areas, o);
    parallel_for(int64_t(areas.size()), [&](int64_t a) {
      const auto& [area, dataset] = areas[size_t(a)];
      area.comparison().lay_footprints(dataset, statistics.footprints);
    });
  }
  for (const auto& [area, dataset] : areas) area.order_soundings();
  count_soundings(areas, o.patch, statistics);
  statistics.cloud_shielding = shielding_of(areas, training_soundings(areas));
  for (const auto& [area, dataset] : areas) area.comparison().set_cloud_shielding(statistics.cloud_shielding);
  if (!data::holds_coarse_sif(o.first_guess)) {
    statistics.first_guess_unit = unit_of(areas, o);
    for (const auto& [area, dataset] : areas) area.set_first_guess_unit(statistics.first_guess_unit);
  }
  statistics.target_spread = spread_of(areas, cells);
  if (o.start) {
    // The network's output keeps its size beside the first guess, whose unit is that of the soundings here.
    statistics.scaling = o.start->scaling;
    statistics.target_spread = o.start->target_spread * statistics.first_guess_unit / o.start->first_guess_unit;
  }
  return statistics;
}

void apply_statistics(const AreaOfStatistics& of, const TrainingStatistics& statistics) {
  of.area.comparison().lay_footprints(of.dataset, statistics.footprints);
  of.area.order_soundings();
  of.area.comparison().set_cloud_shielding(statistics.cloud_shielding);
  if (statistics.first_guess_unit != 1) of.area.set_first_guess_unit(statistics.first_guess_unit);
}

}  // namespace unetsr::pipeline
