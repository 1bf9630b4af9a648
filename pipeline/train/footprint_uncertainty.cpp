#include "pipeline/train/footprint_uncertainty.hpp"

#include "data/correction/footprint_conservation.hpp"
#include "data/dataset/scales.hpp"
#include "pipeline/train/area_comparison.hpp"

namespace unetsr::pipeline {
namespace {

constexpr int splits_of_days = 4;
// Correlation lengths in coarse cells; soundings are too noisy to fit them. Simulated scenes have these.
constexpr double length_uncorrected = 2.5, length_corrected = 1;

constexpr double tolerance = 1e-2;  // of the errors by which residuals correct maps

using Residuals = std::vector<std::vector<data::SoundingResidual>>;  // of each area

// On soundings that trained, a network's error is smaller than elsewhere.
Residuals not_trained(Residuals residuals, const Areas& areas) {
  for (size_t a = 0; a < areas.size(); ++a)
    std::erase_if(residuals[a],
                  [&](const data::SoundingResidual& r) { return areas[a]->roles()[r.sounding] == data::Role::train; });
  return residuals;
}

// The share of its error that the full correction of the largest area leaves.
double typical_error_left(const Areas& areas, const AreaMaps& maps, const AreaChoices& chosen,
                          const data::MapError& error) {
  size_t largest = 0;
  for (size_t a = 0; a < areas.size(); ++a)
    if (areas[a]->soundings().size() > areas[largest]->soundings().size()) largest = a;
  std::vector<float> corrected = maps[largest];
  return data::conserve_footprints(corrected, areas[largest]->dataset().grid, areas[largest]->clear(), chosen[largest],
                                   error)
      .typical_error_left;
}

// `network`: makes uncorrected maps. `unseen`: only by soundings that did not train, unless they are too few.
std::optional<data::ConservedUncertainty> estimated(const Areas& areas, const AreaMapMaker& network, bool unseen,
                                                    bool of_coarse_sif,
                                                    const std::function<void(double share)>& reached) {
  constexpr double comparisons = 2.0 * 2 * splits_of_days;  // of two kinds of map, each half of each split
  double done = 0;
  const auto residuals_of = [&](const AreaMapMaker& make_maps) {
    return residuals(areas, {data::Role::train, data::Role::validation, data::Role::buffer}, make_maps, splits_of_days);
  };
  const auto uncorrected_maps = [&](const AreaChoices& chosen) {
    AreaMaps maps = network(chosen);
    reached(++done / comparisons);
    return maps;
  };
  std::optional<data::MapError> error;  // the same for all halves
  double error_left = 1;
  const auto corrected_maps = [&](const AreaChoices& chosen) {
    AreaMaps maps = network(chosen);
    if (!error) {
      error = map_error_of(areas, maps, chosen, of_coarse_sif);
      error_left = typical_error_left(areas, maps, chosen, *error);
    }
    correct(areas, maps, chosen, *error, tolerance);
    reached(++done / comparisons);
    return maps;
  };
  const Residuals uncorrected = residuals_of(uncorrected_maps), corrected = residuals_of(corrected_maps);
  const int coarse_factor = areas.front()->dataset().coarse_factor;
  const auto fit = [&](const Residuals& of_uncorrected,
                       const Residuals& of_corrected) -> std::optional<data::ConservedUncertainty> {
    const auto fitted = [&](const Residuals& residuals, double coarse_cells) {
      std::vector<data::ResidualsOfArea> all;
      for (size_t a = 0; a < areas.size(); ++a) all.push_back({areas[a]->soundings(), residuals[a]});
      return data::fit_map_uncertainty(all, coarse_cells * coarse_factor);
    };
    const auto before = fitted(of_uncorrected, length_uncorrected), after = fitted(of_corrected, length_corrected);
    if (!before || !after) return std::nullopt;
    return data::ConservedUncertainty{*before, *after, error_left};
  };
  if (unseen)
    if (const auto found = fit(not_trained(uncorrected, areas), not_trained(corrected, areas))) return found;
  return fit(uncorrected, corrected);
}

}  // namespace

std::optional<data::ConservedUncertainty> uncertainty_of(const std::vector<std::shared_ptr<TrainingArea>>& areas,
                                                         const Mapper& mapper,
                                                         const std::function<void(double share)>& reached) {
  const bool of_coarse_sif = mapper.uses_coarse_sif();
  Areas comparisons;
  for (const auto& area : areas) comparisons.push_back(&area->comparison());
  std::vector<std::pair<AreaChoices, AreaMaps>> made;  // once for all choices, where the coarse SIF is not used
  const auto network = [&](const AreaChoices& chosen) -> AreaMaps {
    for (const auto& [choices, maps] : made)
      if (!of_coarse_sif || choices == chosen) return maps;
    AreaMaps maps;
    for (size_t a = 0; a < areas.size(); ++a)
      maps.push_back(areas[a]->map(mapper, {0, 0, areas[a]->rows(), areas[a]->columns()}, chosen[a]));
    made.push_back({chosen, maps});
    return maps;
  };
  return estimated(comparisons, network, true, of_coarse_sif, reached);
}

std::optional<data::ConservedUncertainty> uncertainty_of(const SoundingComparison& comparison,
                                                         std::span<const float> maps,
                                                         const std::function<void(double share)>& reached) {
  const auto network = [&](const AreaChoices&) { return AreaMaps{{maps.begin(), maps.end()}}; };
  return estimated({&comparison}, network, false, false, reached);
}

}  // namespace unetsr::pipeline
