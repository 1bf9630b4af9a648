#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "data/correction/map_uncertainty.hpp"
#include "pipeline/maps/mapper.hpp"
#include "pipeline/train/sounding_comparison.hpp"
#include "pipeline/train/training_area.hpp"

namespace unetsr::pipeline {

// The standard deviation of a mapper's maps of some areas, by cross-validation: the days are split in halves, four
// times, and each sounding is compared with the map made without its half. Soundings that test are left out, and so are
// those that trained, unless the others are too few. Nothing where all are too few to estimate it. `reached` is given
// the share that is done, and may throw to stop.
std::optional<data::ConservedUncertainty> uncertainty_of(
    const std::vector<std::shared_ptr<TrainingArea>>&, const Mapper&,
    const std::function<void(double share)>& reached = [](double) {});

// The same of maps that are there already (windows, rows, columns), which no sounding was an input of, by all soundings
// that do not test. Maps that are made of them, and what is made of all soundings, lie in the store.
std::optional<data::ConservedUncertainty> uncertainty_of(const SoundingComparison&,
                                                         const data::StoredArray<float>& maps, const data::ArrayStore&,
                                                         const std::function<void(double share)>& reached);

}  // namespace unetsr::pipeline
