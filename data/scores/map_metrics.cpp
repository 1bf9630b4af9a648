#include "data/scores/map_metrics.hpp"

#include <cmath>

namespace unetsr::data {

void MapSums::add(const MapSums& other, double times) {
  score.add(other.score, times);
  ssim_cells += times * other.ssim_cells, ssim += times * other.ssim;
  cells += times * other.cells, negative += times * other.negative;
  remeasured += times * other.remeasured, remeasured_squares += times * other.remeasured_squares;
  detail += times * other.detail, target_detail += times * other.target_detail;
}

MapMetrics map_metrics_of(const MapSums& s, const ScoreSums& reference) {
  // 0 / 0 is NaN: there is nothing to compute.
  MapMetrics m;
  if (reference.squared > 0) m.skill.value = 1 - s.score.squared / reference.squared;
  m.ssim.value = s.ssim / s.ssim_cells;
  m.spectral_ratio.value = s.detail / s.target_detail;
  m.reaggregation_rmse.value = std::sqrt(s.remeasured_squares / s.remeasured);
  m.negative_share.value = s.negative / s.cells;
  return m;
}

}  // namespace unetsr::data
