#include "data/baselines/interpolation.hpp"

#include "data/dataset/resample.hpp"

namespace unetsr::data {
namespace {

std::vector<float> refined_sif(const Dataset& granules, Interpolation kind) {
  return refine(granules.coarse().values(coarse_layer), granules.shape(), granules.coarse_factor, kind);
}

}  // namespace

std::vector<float> downscale_nearest(const Dataset& granules) {
  return refined_sif(granules, Interpolation::nearest);
}

std::vector<float> downscale_bilinear(const Dataset& granules) {
  return refined_sif(granules, Interpolation::bilinear);
}

std::vector<float> downscale_bicubic(const Dataset& granules) {
  return refined_sif(granules, Interpolation::bicubic);
}

}  // namespace unetsr::data
