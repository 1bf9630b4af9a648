#include "data/baselines/proportional.hpp"

#include <algorithm>
#include <cmath>

#include "data/dataset/resample.hpp"
#include "data/features/features.hpp"

namespace unetsr::data {
namespace {

// Over water the index is near 0 on both grids: a coarse one of `least` or less distributes nothing.
std::vector<float> share_out(const Dataset& granules, const std::string& index, float least) {
  const std::vector<std::string> names = {index};
  const Dataset coarse = granules.coarse();
  const auto refined = [&](std::span<const float> values) {
    return refine(values, granules.shape(), granules.coarse_factor, Interpolation::bilinear);
  };
  const std::vector<float> fine = make_features(granules, names).values;
  const std::vector<float> mean = refined(make_features(coarse, names).values);
  std::vector<float> sif = refined(coarse.values(coarse_layer));
  const float most = float(granules.coarse_factor * granules.coarse_factor);  // the largest share of one cell
  for (size_t i = 0; i < sif.size(); ++i) {
    const float share = mean[i] > least ? fine[i] / mean[i] : 1;
    sif[i] *= std::isnan(fine[i]) || std::isnan(mean[i]) ? std::nanf("") : std::clamp(share, -most, most);
  }
  return sif;
}

}  // namespace

std::vector<float> downscale_nirv(const Dataset& granules) {
  return share_out(granules, "nirv", 0.005f);
}

std::vector<float> downscale_evi(const Dataset& granules) {
  return share_out(granules, "evi", 0.02f);
}

}  // namespace unetsr::data
