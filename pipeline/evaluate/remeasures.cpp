#include "pipeline/evaluate/remeasures.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "data/scores/reaggregation.hpp"

namespace unetsr::pipeline {

Remeasure against_blocks(Shape fine, int factor, std::vector<float> coarse, std::vector<float> weights) {
  return [fine, factor, coarse = std::move(coarse), weights = std::move(weights)](std::span<const float> map, double) {
    return data::remeasure_blocks(map, fine, factor, coarse, weights);
  };
}

Remeasure against_soundings(const WindowSoundings& soundings, int window, const data::FootprintEstimate& footprints) {
  return [cells = std::make_shared<std::optional<data::SoundingCells>>(soundings.of(window, footprints))](
             std::span<const float> map, double shielding) {
    return *cells ? data::remeasure_soundings(map, **cells, shielding) : std::vector<data::Remeasured>();
  };
}

}  // namespace unetsr::pipeline
