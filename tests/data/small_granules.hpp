#pragma once
#include <cmath>

#include "data/dataset/dataset.hpp"
#include "data/dataset/resample.hpp"

namespace unetsr::data {

// Coarse SIF = 2 NDVI + 0.5 and bands of one window on 8 x 8 coarse cells of 3 x 3 fine ones.
inline Dataset small_granules() {
  Dataset d;
  d.grid = {24, 24, 0.5, 1, -0.5, -1, "EPSG:3857"};
  d.windows = {"2019-05-25"};
  d.coarse_factor = 3;
  std::vector<float> ndvi(576), nir(576);
  for (size_t i = 0; i < 576; ++i) ndvi[i] = 0.4f + 0.2f * float(std::sin(double(i))), nir[i] = 0.3f;
  const auto add = [&](const std::string& name, const std::vector<float>& fine) {
    d.add({name, "1", "", fine});
    d.coarse_layers.push_back({name, "1", "", block_mean(fine, d.shape(), 3)});
  };
  add("ndvi", ndvi), add("nir", nir), add("evi", ndvi), add("red", ndvi);
  std::vector<float> sif;
  for (const float v : d.coarse_layers[0].values) sif.push_back(2 * v + 0.5f);
  d.coarse_layers.insert(d.coarse_layers.begin(), {"sif", "mW m-2 sr-1 nm-1", "", sif});
  return d;
}

}  // namespace unetsr::data
