#include "data/map_error.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "data/footprint_conservation.hpp"
#include "data/resample.hpp"
#include "data/spatial_correlation.hpp"
#include "footprint_scene.hpp"
#include "kernels/parallel.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

using test::rough_map;
using Scene = test::FootprintScene;

constexpr int side = 150;
constexpr double noise = 0.4;

double estimate(const Scene& scene, const std::vector<float>& map, double length) {
  return estimate_map_error(map, scene.dataset.grid, 4, SoundingCells(scene.dataset), 0, length).sigma;
}

// A field of this standard deviation and correlation.
std::vector<float> smooth_field(double sigma, double length) {
  constexpr int margin = 40, wide_side = side + 2 * margin;
  std::vector<double> wide;
  Random random(11);
  for (int p = 0; p < wide_side * wide_side; ++p) wide.push_back(random.normal());
  correlate(wide, wide_side, wide_side, length);
  std::vector<float> field;
  double squares = 0;
  for (int i = 0; i < side; ++i)
    for (int j = 0; j < side; ++j) {
      field.push_back(float(wide[size_t((i + margin) * wide_side + j + margin)]));
      squares += std::pow(double(field.back()), 2);
    }
  for (float& v : field) v *= float(sigma / std::sqrt(squares / double(field.size())));
  return field;
}

// `map` with the soundings' noise in it, as far as their coarse SIF has it. The soundings are of `truth`.
std::vector<float> with_noise_of(const Scene& scene, const std::vector<float>& truth, std::vector<float> map) {
  Dataset noise_alone = scene.dataset;
  const SoundingCells cells(scene.dataset);
  for (size_t i = 0; i < cells.size(); ++i) noise_alone.soundings.sif[i] -= float(cells.mean(i, truth));
  std::vector<float> coarse = coarse_sif(SoundingCells(noise_alone), noise_alone, data::Mask(cells.size(), 1)).sif;
  for (float& v : coarse)
    if (std::isnan(v)) v = 0;
  const std::vector<float> fine = refine(coarse, {1, side, side, 1}, 4, Interpolation::bilinear);
  for (size_t p = 0; p < map.size(); ++p) map[p] += fine[p];
  return map;
}

double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double squares = 0;
  for (size_t p = 0; p < a.size(); ++p) squares += std::pow(double(a[p]) - double(b[p]), 2);
  return std::sqrt(squares / double(a.size()));
}

}  // namespace

TEST_CASE("sigma comes out of the soundings that the map was made of") {
  Scene scene(side, side);
  const std::vector<float> truth = rough_map(scene.cells(), 1), error = smooth_field(0.25, 6);
  std::vector<float> off = truth;
  for (size_t p = 0; p < off.size(); ++p) off[p] -= error[p];
  for (const int soundings : {3000, 12000}) {
    CAPTURE(soundings);
    scene.dataset.soundings = {};
    scene.add_soundings(soundings, truth, noise, noise);
    const std::vector<float> map = with_noise_of(scene, truth, off);
    const double sigma = estimate(scene, map, 6);
    CHECK(sigma == doctest::Approx(0.25).epsilon(0.15));
    CHECK(estimate(scene, with_noise_of(scene, truth, truth), 6) < 0.06);

    std::vector<float> conserved = map;
    conserve_footprints(conserved, scene.dataset.grid, SoundingCells(scene.dataset), 0, {sigma, 6});
    CHECK(distance(conserved, truth) < 0.8 * distance(map, truth));
  }
}

TEST_CASE("One sounding alone tells nothing of sigma, and a sigma of 0 changes nothing") {
  Scene scene(side, side);
  const std::vector<float> truth = rough_map(scene.cells(), 1);
  scene.add(2, 0.5, 30, 20, 31, 21);
  CHECK(estimate(scene, truth, 8) == 0);
  std::vector<float> same = truth;
  conserve_footprints(same, scene.dataset.grid, SoundingCells(scene.dataset), 0, {0, 8});
  CHECK(same == truth);
}

TEST_CASE("The same bits at any number of threads") {
  Scene scene(side, side);
  scene.add_soundings(3000, rough_map(scene.cells(), 2), noise, noise);
  const std::vector<float> map = rough_map(scene.cells(), 1);
  set_threads(1);
  const double one = estimate(scene, map, 8);
  set_threads(3);
  const double three = estimate(scene, map, 8);
  set_threads(0);
  CHECK(one > 0);
  CHECK(one == three);
}
