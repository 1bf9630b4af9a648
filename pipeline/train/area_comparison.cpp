#include "pipeline/train/area_comparison.hpp"

#include <cmath>

#include "data/correction/footprint_conservation.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/maps/conservation.hpp"

namespace unetsr::pipeline {
namespace {

struct Compared {
  size_t area = 0;
  SoundingComparison::Comparison comparison;
};

std::vector<Compared> compare(const Areas& areas, const std::vector<data::Role>& roles, const AreaMapMaker& make_maps,
                              int day_splits) {
  std::vector<Compared> all;
  for (int day_split = 0; day_split < day_splits; ++day_split) {
    AreaChoices halves;
    for (const SoundingComparison* area : areas) halves.push_back(area->halves(day_split));
    for (uint8_t half = 0; half < 2; ++half) {
      AreaChoices own;
      for (const std::vector<uint8_t>& of_area : halves) own.push_back(soundings_of_half(of_area, half));
      const AreaMaps maps = make_maps(own);
      for (size_t a = 0; a < areas.size(); ++a)
        for (SoundingComparison::Comparison c : areas[a]->compared(maps[a], halves[a], half, roles)) {
          c.half += 2 * day_split;
          all.push_back({a, c});
        }
    }
  }
  return all;
}

}  // namespace

ScoredSoundings scored(const Areas& areas, data::Role role, const AreaMapMaker& make_maps,
                       SoundingComparison::Sky sky) {
  ScoredSoundings scored;
  for (const auto& [a, c] : compare(areas, {role}, make_maps, 1)) {
    const SoundingComparison& area = *areas[a];
    const double seen =
        sky == SoundingComparison::Sky::clear ? area.soundings().clear_share(c.sounding, area.cloud_shielding()) : 1;
    const data::SoundingCells::Sounding& s = area.soundings()[c.sounding];
    scored.predicted.push_back(float(seen * c.mean));
    scored.measured.push_back(s.sif);
    scored.noise_variance.push_back(std::pow(double(s.error), 2));
  }
  return scored;
}

std::vector<std::vector<data::SoundingResidual>> residuals(const Areas& areas, const std::vector<data::Role>& roles,
                                                           const AreaMapMaker& make_maps, int day_splits) {
  std::vector<std::vector<data::SoundingResidual>> residuals(areas.size());
  for (const auto& [a, c] : compare(areas, roles, make_maps, day_splits)) {
    if (std::isnan(c.mean)) continue;
    const SoundingComparison& area = *areas[a];
    const data::SoundingCells::Sounding& s = area.soundings()[c.sounding];
    const double measured = double(s.sif) / area.soundings().clear_share(c.sounding, area.cloud_shielding());
    residuals[a].push_back({c.sounding, 2 * day_splits * s.window + c.half, measured - c.mean, c.mean});
  }
  return residuals;
}

data::MapError map_error_of(const Areas& areas, const AreaMaps& maps, const AreaChoices& chosen, bool of_coarse_sif) {
  std::vector<data::MapsOfSoundings> all;
  for (size_t a = 0; a < areas.size(); ++a)
    all.push_back({maps[a], areas[a]->dataset().grid, areas[a]->clear(), chosen[a]});
  return data::estimate_map_error(all, map_error_model(areas.front()->dataset().coarse_factor, of_coarse_sif));
}

void correct(const Areas& areas, AreaMaps& maps, const AreaChoices& chosen, const data::MapError& error,
             double tolerance) {
  parallel_for(int64_t(areas.size()), [&](int64_t k) {
    const size_t a = size_t(k);
    const std::vector<float> z =
        data::posterior_error(maps[a], areas[a]->dataset().grid, areas[a]->clear(), chosen[a], error, tolerance);
    for (size_t i = 0; i < z.size(); ++i)
      maps[a][i] = float(double(maps[a][i]) + data::positive(double(maps[a][i])) * double(z[i]));
  });
}

}  // namespace unetsr::pipeline
