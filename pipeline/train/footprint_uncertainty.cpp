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

// On soundings that trained, a network's error is smaller than elsewhere.
AreaResiduals not_trained(const AreaResiduals& residuals, const Areas& areas) {
  AreaResiduals others(areas.size());
  for (size_t a = 0; a < areas.size(); ++a)
    for (const data::SoundingResidual& r : residuals[a])
      if (areas[a]->roles()[r.sounding] != data::Role::train) others[a].push_back(r);
  return others;
}

// The share of its error that the full correction of the largest area leaves.
double typical_error_left(const Areas& areas, const AreaMaps& maps, const AreaChoices& chosen,
                          const data::MapError& error, const data::ArrayStore& store) {
  size_t largest = 0;
  for (size_t a = 0; a < areas.size(); ++a)
    if (areas[a]->soundings().size() > areas[largest]->soundings().size()) largest = a;
  data::StoredArray<float> corrected = maps[largest];
  return data::conserve_footprints(
             corrected, areas[largest]->dataset().grid, areas[largest]->clear(), chosen[largest], error, [](double) {},
             store)
      .typical_error_left;
}

// `network`: makes uncorrected maps. `unseen`: only by soundings that did not train, unless they are too few.
std::optional<data::ConservedUncertainty> estimated(const Areas& areas, const AreaMapMaker& network, bool unseen,
                                                    bool of_coarse_sif, const data::ArrayStore& store,
                                                    const std::function<void(double share)>& reached) {
  constexpr double comparisons = 2.0 * 2 * splits_of_days;  // of two kinds of map, each half of each split
  double done = 0;
  const auto residuals_of = [&](const AreaMapMaker& make_maps) {
    return residuals(areas, {data::Role::train, data::Role::validation, data::Role::buffer}, make_maps, splits_of_days,
                     store);
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
      error = map_error_of(areas, maps, chosen, of_coarse_sif, store);
      error_left = typical_error_left(areas, maps, chosen, *error, store);
    }
    correct(areas, maps, chosen, *error, tolerance, store);
    reached(++done / comparisons);
    return maps;
  };
  const AreaResiduals uncorrected = residuals_of(uncorrected_maps), corrected = residuals_of(corrected_maps);
  const int coarse_factor = areas.front()->dataset().coarse_factor;
  const auto fit = [&](const AreaResiduals& of_uncorrected,
                       const AreaResiduals& of_corrected) -> std::optional<data::ConservedUncertainty> {
    const auto fitted = [&](const AreaResiduals& residuals, double coarse_cells) {
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
      maps.push_back(stored(areas[a]->map(mapper, {0, 0, areas[a]->rows(), areas[a]->columns()}, chosen[a])));
    made.push_back({chosen, maps});
    return maps;
  };
  return estimated(comparisons, network, true, of_coarse_sif, {}, reached);
}

std::optional<data::ConservedUncertainty> uncertainty_of(const SoundingComparison& comparison,
                                                         const data::StoredArray<float>& maps,
                                                         const data::ArrayStore& store,
                                                         const std::function<void(double share)>& reached) {
  const auto network = [&](const AreaChoices&) { return AreaMaps{maps}; };
  return estimated({&comparison}, network, false, false, store, reached);
}

}  // namespace unetsr::pipeline
