#include "data/correction/map_error.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "data/correction/footprint_conservation.hpp"
#include "data/correction/spatial_correlation.hpp"
#include "data/dataset/resample.hpp"
#include "footprint_scene.hpp"
#include "kernels/parallel.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

using test::rough_map;
using Scene = test::FootprintScene;

constexpr int side = 150;
constexpr double noise = 0.4;

MapError estimate_all(const Scene& scene, const std::vector<float>& maps, std::vector<double> lengths, int factor) {
  return estimate_map_error(maps, scene.dataset.grid, SoundingCells(scene.dataset), {}, {std::move(lengths), factor});
}

double sigma(const Scene& scene, const std::vector<float>& map, double length) {
  return std::sqrt(estimate_all(scene, map, {length}, 4).parts.at(0).passing);
}

// A field of this standard deviation and correlation.
std::vector<float> smooth_field(double sigma, double length, uint64_t seed = 11) {
  constexpr int margin = 40, wide_side = side + 2 * margin;
  std::vector<double> wide;
  Random random(seed);
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

TEST_CASE("The error comes out of the soundings that the map was made of") {
  Scene scene(side, side);
  const std::vector<float> truth = rough_map(scene.cells(), 1), error = smooth_field(0.15, 6);
  std::vector<float> off = truth;
  for (size_t p = 0; p < off.size(); ++p) off[p] /= 1 + error[p];
  for (const int soundings : {3000, 12000}) {
    CAPTURE(soundings);
    scene.dataset.soundings = {};
    scene.add_soundings(soundings, truth, noise, noise);
    const std::vector<float> map = with_noise_of(scene, truth, off);
    CHECK(sigma(scene, map, 6) == doctest::Approx(0.15).epsilon(0.2));
    CHECK(sigma(scene, with_noise_of(scene, truth, truth), 6) < 0.06);

    std::vector<float> conserved = map;
    conserve_footprints(conserved, scene.dataset.grid, SoundingCells(scene.dataset), {}, {{{6, 0.0225, 0}}});
    CHECK(distance(conserved, truth) < 0.8 * distance(map, truth));
  }
}

TEST_CASE("Two lengths, and what lasts from window to window, come out of soundings that the maps do not know") {
  Scene scene(side, side);
  scene.dataset.windows.push_back("2019-06-10");
  const std::vector<float> near = smooth_field(0.2, 5, 1), near_one = smooth_field(0.2, 5, 2),
                           near_other = smooth_field(0.2, 5, 3), far = smooth_field(0.15, 30, 4);
  std::vector<float> maps(2 * scene.cells(), 1.5f);
  for (const bool second : {false, true}) {
    std::vector<float> truth(scene.cells());
    for (size_t p = 0; p < truth.size(); ++p)
      truth[p] = 1.5f * (1 + 0.8f * near[p] + 0.6f * (second ? near_other : near_one)[p] + far[p]);
    const size_t first = scene.dataset.soundings.size();
    scene.add_soundings(9000, truth, noise, noise);
    for (size_t i = first; second && i < scene.dataset.soundings.size(); ++i)
      scene.dataset.soundings.time[i] += 16 * 86400.0;
  }
  const MapError found = estimate_all(scene, maps, {5, 30}, 0);
  REQUIRE(found.parts.size() == 2);
  CHECK(found.parts[0].passing == doctest::Approx(0.36 * 0.04).epsilon(0.3));
  CHECK(found.parts[0].lasting == doctest::Approx(0.64 * 0.04).epsilon(0.3));
  CHECK(found.parts[1].lasting == doctest::Approx(0.0225).epsilon(0.5));
  CHECK(found.parts[1].passing < 0.004);
}

TEST_CASE("One sounding alone tells nothing of the error, and no error changes nothing") {
  Scene scene(side, side);
  const std::vector<float> truth = rough_map(scene.cells(), 1);
  scene.add(2, 0.5, 30, 20, 31, 21);
  CHECK(sigma(scene, truth, 8) == 0);
  std::vector<float> same = truth;
  conserve_footprints(same, scene.dataset.grid, SoundingCells(scene.dataset), {}, {{{8, 0, 0}}});
  CHECK(same == truth);
}

TEST_CASE("The same bits at any number of threads") {
  Scene scene(side, side);
  scene.add_soundings(3000, rough_map(scene.cells(), 2), noise, noise);
  const std::vector<float> map = rough_map(scene.cells(), 1);
  set_threads(1);
  const double one = sigma(scene, map, 8);
  set_threads(3);
  const double three = sigma(scene, map, 8);
  set_threads(0);
  CHECK(one > 0);
  CHECK(one == three);
}

TEST_CASE("The error of several areas comes from the soundings of all, each compared with its own map") {
  Scene scene(side, side), other(side, side);
  const std::vector<float> truth = rough_map(scene.cells(), 1);
  const auto off = [&](const std::vector<float>& error) {
    std::vector<float> map = truth;
    for (size_t p = 0; p < map.size(); ++p) map[p] /= 1 + error[p];
    return map;
  };
  const std::vector<float> small = off(smooth_field(0.1, 6)), large = off(smooth_field(0.2, 6, 12));
  scene.add_soundings(6000, truth, noise, noise), other.add_soundings(6000, truth, noise, noise);
  const SoundingCells cells(scene.dataset), other_cells(other.dataset);
  const auto variance = [&](const std::vector<MapsOfSoundings>& areas) {
    return estimate_map_error(areas, {{6}, 0}).parts.at(0).passing;
  };
  const MapsOfSoundings one = {small, scene.dataset.grid, cells}, two = {large, other.dataset.grid, other_cells};
  const double of_one = variance({one}), of_two = variance({two}), of_both = variance({one, two});
  CHECK(of_one == estimate_map_error(small, scene.dataset.grid, cells, {}, {{6}, 0}).parts.at(0).passing);
  CHECK(of_both == doctest::Approx((of_one + of_two) / 2).epsilon(0.1));
  for (const int count : {1, 3}) {
    const ThreadScope scope(count);
    CHECK(variance({one, two}) == of_both);
  }
  other.dataset.soundings = {};
  const SoundingCells far = [&] {
    other.add_soundings(1, truth, noise, noise);
    return SoundingCells(other.dataset);
  }();
  const std::vector<uint8_t> none(far.size(), 0);
  CHECK(variance({one, {large, other.dataset.grid, far, none}}) == doctest::Approx(of_one));
}
