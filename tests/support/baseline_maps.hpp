#pragma once
#include <memory>
#include <span>
#include <vector>

#include "data/baselines/fitted_baseline.hpp"
#include "data/baselines/granule_windows.hpp"

namespace unetsr::test {

// The maps of a baseline in all windows of a dataset. `training`: of soundings.
inline std::vector<float> maps_of(data::FittedBaseline& baseline, const data::Dataset& dataset,
                                  const data::SoundingCells* soundings = nullptr,
                                  std::span<const uint8_t> training = {}) {
  std::vector<float> maps;
  for (const bool adds : {true, false})
    for (int w = 0; w < int(dataset.windows.size()); ++w) {
      std::vector<uint8_t> own(training.begin(), training.end());
      for (size_t i = 0; i < own.size(); ++i) own[i] = own[i] && (*soundings)[i].window == w;
      const data::Dataset granules = data::window_of(dataset, w);
      const data::BaselineWindow window{w, granules, soundings, own};
      if (adds) {
        baseline.add(window);
        continue;
      }
      const std::vector<float> map = baseline.map(window);
      maps.insert(maps.end(), map.begin(), map.end());
    }
  return maps;
}

}  // namespace unetsr::test
