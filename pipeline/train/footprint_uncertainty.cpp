#include "pipeline/train/footprint_uncertainty.hpp"

#include "data/dataset/scales.hpp"

namespace unetsr::pipeline {
namespace {

constexpr int splits_of_days = 4;
// Correlation lengths in coarse cells; soundings are too noisy to fit them. Simulated scenes have these.
constexpr double length_uncorrected = 2.5, length_corrected = 1;

// On soundings that trained, a network's error is smaller than elsewhere.
const std::vector<data::Role> unseen_roles = {data::Role::validation, data::Role::buffer},
                              all_but_test = {data::Role::train, data::Role::validation, data::Role::buffer};

// `network`: makes uncorrected maps. `roles`: of the soundings that maps are compared with.
std::optional<data::ConservedUncertainty> estimated(const SoundingComparison& comparison,
                                                    const SoundingComparison::MapMaker& network,
                                                    const std::vector<data::Role>& roles, bool of_coarse_sif,
                                                    int coarse_factor,
                                                    const std::function<void(double share)>& reached) {
  constexpr double comparisons = 2.0 * 2 * splits_of_days;  // of two kinds of map, each half of each split
  double done = 0;
  const auto fitted = [&](const SoundingComparison::MapMaker& make_map, double coarse_cells) {
    return data::fit_map_uncertainty(comparison.soundings(), comparison.residuals(roles, make_map, splits_of_days),
                                     coarse_cells * coarse_factor);
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
  const auto uncorrected = fitted(uncorrected_map, length_uncorrected),
             corrected = fitted(corrected_map, length_corrected);
  if (!uncorrected || !corrected) return std::nullopt;
  return data::ConservedUncertainty{*uncorrected, *corrected, typical_error_left};
}

}  // namespace

std::optional<data::ConservedUncertainty> uncertainty_of(const SoundingComparison& comparison, const Mapper& mapper,
                                                         int coarse_factor,
                                                         const std::function<void(double share)>& reached) {
  const bool of_coarse_sif = mapper.uses_coarse_sif();
  const auto network = SoundingComparison::made_once(
      [&](const data::Dataset& half, const auto&) { return mapper.map(data::fine_scale(half)); }, of_coarse_sif);
  if (const auto unseen = estimated(comparison, network, unseen_roles, of_coarse_sif, coarse_factor, reached))
    return unseen;
  return estimated(comparison, network, all_but_test, of_coarse_sif, coarse_factor, reached);
}

std::optional<data::ConservedUncertainty> uncertainty_of(const SoundingComparison& comparison,
                                                         std::span<const float> maps, int coarse_factor,
                                                         const std::function<void(double share)>& reached) {
  const auto network = [&](const data::Dataset&, const auto&) { return std::vector<float>(maps.begin(), maps.end()); };
  return estimated(comparison, network, all_but_test, false, coarse_factor, reached);
}

}  // namespace unetsr::pipeline
