#include "pipeline/train/area_comparison.hpp"

#include <cmath>

#include "data/correction/footprint_conservation.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/maps/conservation.hpp"

namespace unetsr::pipeline {
namespace {

void for_compared(const Areas& areas, const std::vector<data::Role>& roles, const AreaMapMaker& make_maps,
                  int day_splits, const std::function<void(size_t area, const SoundingComparison::Comparison&)>& f) {
  for (int day_split = 0; day_split < day_splits; ++day_split) {
    AreaChoices halves;
    for (const SoundingComparison* area : areas) halves.push_back(area->halves(day_split));
    for (uint8_t half = 0; half < 2; ++half) {
      AreaChoices own;
      for (const std::vector<uint8_t>& of_area : halves) own.push_back(soundings_of_half(of_area, half));
      const AreaMaps maps = make_maps(own);
      for (size_t a = 0; a < areas.size(); ++a)
        areas[a]->for_compared(maps[a], halves[a], half, roles, [&](SoundingComparison::Comparison c) {
          c.half += 2 * day_split;
          f(a, c);
        });
    }
  }
}

}  // namespace

ScoredSoundings scored(const Areas& areas, data::Role role, const AreaMapMaker& make_maps,
                       SoundingComparison::Sky sky) {
  ScoredSoundings scored;
  for_compared(areas, {role}, make_maps, 1, [&](size_t a, const SoundingComparison::Comparison& c) {
    const SoundingComparison& area = *areas[a];
    const double seen =
        sky == SoundingComparison::Sky::clear ? area.soundings().clear_share(c.sounding, area.cloud_shielding()) : 1;
    const data::SoundingCells::Sounding& s = area.soundings()[c.sounding];
    scored.predicted.push_back(float(seen * c.mean));
    scored.measured.push_back(s.sif);
    scored.noise_variance.push_back(std::pow(double(s.error), 2));
  });
  return scored;
}

AreaResiduals residuals(const Areas& areas, const std::vector<data::Role>& roles, const AreaMapMaker& make_maps,
                        int day_splits, const data::ArrayStore& store) {
  constexpr size_t at_once = 1 << 16;  // that are released together
  AreaResiduals residuals;
  for (size_t a = 0; a < areas.size(); ++a) residuals.emplace_back(store);
  for_compared(areas, roles, make_maps, day_splits, [&](size_t a, const SoundingComparison::Comparison& c) {
    if (std::isnan(c.mean)) return;
    const SoundingComparison& area = *areas[a];
    const data::SoundingCells::Sounding& s = area.soundings()[c.sounding];
    const double measured = double(s.sif) / area.soundings().clear_share(c.sounding, area.cloud_shielding());
    residuals[a].push_back({c.sounding, 2 * day_splits * s.window + c.half, measured - c.mean, c.mean});
    if (const size_t count = residuals[a].size(); count % at_once == 0) residuals[a].release(count - at_once, at_once);
  });
  return residuals;
}

data::MapError map_error_of(const Areas& areas, const AreaMaps& maps, const AreaChoices& chosen, bool of_coarse_sif,
                            const data::ArrayStore& store) {
  const data::MapErrorModel model = map_error_model(areas.front()->dataset().coarse_factor, of_coarse_sif);
  if (areas.size() == 1)
    return data::estimate_map_error(
        maps[0], areas[0]->dataset().grid, areas[0]->clear(), chosen[0], model, [](double) {}, store);
  std::vector<data::MapsOfSoundings> all;
  for (size_t a = 0; a < areas.size(); ++a)
    all.push_back({maps[a], areas[a]->dataset().grid, areas[a]->clear(), chosen[a]});
  return data::estimate_map_error(all, model);
}

void correct(const Areas& areas, AreaMaps& maps, const AreaChoices& chosen, const data::MapError& error,
             double tolerance, const data::ArrayStore& store) {
  parallel_for(int64_t(areas.size()), [&](int64_t k) {
    const size_t a = size_t(k);
    data::add_posterior_error(
        maps[a], areas[a]->dataset().grid, areas[a]->clear(), chosen[a], error, [](double) {}, store, tolerance);
  });
}

data::StoredArray<float> stored(std::span<const float> maps) {
  data::StoredArray<float> array;
  array.append(maps);
  return array;
}

}  // namespace unetsr::pipeline
