#include "pipeline/train/footprint_uncertainty.hpp"

#include "data/dataset/scales.hpp"

namespace unetsr::pipeline {
namespace {

constexpr int splits_of_days = 4;
// Correlation lengths in coarse cells; soundings are too noisy to fit them. Simulated scenes have these.
constexpr double length_uncorrected = 2.5, length_corrected = 1;

using Residuals = std::vector<data::SoundingResidual>;

// On soundings that trained, a network's error is smaller than elsewhere.
Residuals not_trained(Residuals residuals, const SoundingComparison& comparison) {
  std::erase_if(residuals,
                [&](const data::SoundingResidual& r) { return comparison.roles()[r.sounding] == data::Role::train; });
  return residuals;
}

// `network`: makes uncorrected maps. `unseen`: only by soundings that did not train, unless they are too few.
std::optional<data::ConservedUncertainty> estimated(const SoundingComparison& comparison,
                                                    const SoundingComparison::MapMaker& network, bool unseen,
                                                    bool of_coarse_sif, int coarse_factor,
                                                    const std::function<void(double share)>& reached) {
  constexpr double comparisons = 2.0 * 2 * splits_of_days;  // of two kinds of map, each half of each split
  double done = 0;
  const auto residuals_of = [&](const SoundingComparison::MapMaker& make_map) {
    return comparison.residuals({data::Role::train, data::Role::validation, data::Role::buffer}, make_map,
                                splits_of_days);
  };
  const auto uncorrected_map = [&](const data::Dataset& half, const auto& chosen) {
    std::vector<float> map = network(half, chosen);
    reached(++done / comparisons);
    return map;
  };
  std::optional<data::MapError> error;  // the same for all halves
  double typical_error_left = 1;
  const auto corrected_map = [&](const data::Dataset& half, const auto& chosen) {
    std::vector<float> corrected = network(half, chosen);
    if (!error) {
      std::vector<float> fully = corrected;
      const CorrectedBySoundings first = comparison.conserve(fully, chosen, of_coarse_sif);
      error = first.error, typical_error_left = first.fit.typical_error_left;
    }
    comparison.correct_roughly(corrected, chosen, *error);
    reached(++done / comparisons);
    return corrected;
  };
  const Residuals uncorrected = residuals_of(uncorrected_map), corrected = residuals_of(corrected_map);
  const auto fit = [&](const Residuals& of_uncorrected,
                       const Residuals& of_corrected) -> std::optional<data::ConservedUncertainty> {
    const auto fitted = [&](const Residuals& residuals, double coarse_cells) {
      return data::fit_map_uncertainty(comparison.soundings(), residuals, coarse_cells * coarse_factor);
    };
    const auto before = fitted(of_uncorrected, length_uncorrected), after = fitted(of_corrected, length_corrected);
    if (!before || !after) return std::nullopt;
    return data::ConservedUncertainty{*before, *after, typical_error_left};
  };
  if (unseen)
    if (const auto found = fit(not_trained(uncorrected, comparison), not_trained(corrected, comparison))) return found;
  return fit(uncorrected, corrected);
}

}  // namespace

std::optional<data::ConservedUncertainty> uncertainty_of(const SoundingComparison& comparison, const Mapper& mapper,
                                                         int coarse_factor,
                                                         const std::function<void(double share)>& reached) {
  const bool of_coarse_sif = mapper.uses_coarse_sif();
  const auto network = SoundingComparison::made_once(
      [&](const data::Dataset& half, const auto&) { return mapper.map(data::fine_scale(half)); }, of_coarse_sif);
  return estimated(comparison, network, true, of_coarse_sif, coarse_factor, reached);
}

std::optional<data::ConservedUncertainty> uncertainty_of(const SoundingComparison& comparison,
                                                         std::span<const float> maps, int coarse_factor,
                                                         const std::function<void(double share)>& reached) {
  const auto network = [&](const data::Dataset&, const auto&) { return std::vector<float>(maps.begin(), maps.end()); };
  return estimated(comparison, network, false, false, coarse_factor, reached);
}

}  // namespace unetsr::pipeline
