#include "data/scores/map_metrics.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/dataset/land_cover.hpp"
#include "data/scores/reaggregation.hpp"
#include "data/scores/ssim.hpp"
#include "data/scores/strata.hpp"
#include "footprint_scene.hpp"
#include "kernels/error.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();
const Shape square{1, 15, 15, 1};
constexpr size_t middle = 7 * 15 + 7;

std::vector<float> ramp(float mean, float slope) {
  std::vector<float> values;
  for (int i = 0; i < 15 * 15; ++i) values.push_back(mean + slope * float(i % 15 - 7));
  return values;
}

}  // namespace

TEST_CASE("SSIM of alike images is 1, of levels and of contrasts by hand") {
  const Mask all(225, 1);
  const std::vector<float> target = ramp(1, 0.1f);
  for (const float v : ssim(target, target, all, square, 2)) CHECK((std::isnan(v) || v == doctest::Approx(1)));
  CHECK(ssim(target, target, all, square, 2)[middle] == doctest::Approx(1));

  // Levels a and b without any detail: (2 a b + C1) / (a^2 + b^2 + C1), C1 = (0.01 x 2)^2.
  const float level = ssim(std::vector<float>(225, 0.5f), std::vector<float>(225, 0.7f), all, square, 2)[middle];
  CHECK(level == doctest::Approx((2 * 0.5 * 0.7 + 0.0004) / (0.25 + 0.49 + 0.0004)));

  // A third of the contrast, at the same mean: variance of the steps -5 .. 5 under the Gaussian, times 0.1^2.
  double weight = 0, variance = 0;
  for (int k = -5; k <= 5; ++k) {
    const double g = std::exp(-k * k / 4.5);
    weight += g, variance += g * k * k * 0.01;
  }
  variance /= weight;
  const double c2 = 0.06 * 0.06, third = 1.0 / 3;
  CHECK(ssim(ramp(1, 0.1f / 3), target, all, square, 2)[middle] ==
        doctest::Approx((2 * third * variance + c2) / ((1 + third * third) * variance + c2)).epsilon(1e-5));
}

TEST_CASE("SSIM looks at chosen and present cells alone, and not where they are few") {
  const std::vector<float> target = ramp(1, 0.1f);
  std::vector<float> map = target;
  Mask cells(225, 1);
  for (int i = 0; i < 15; ++i) {
    map[size_t(i * 15 + 9)] = 50, cells[size_t(i * 15 + 9)] = 0;
    map[size_t(i * 15 + 10)] = missing;
  }
  std::vector<float> similar = ssim(map, target, cells, square, 2);
  CHECK(similar[middle] == doctest::Approx(1));
  CHECK(std::isnan(similar[middle + 2]));
  CHECK(std::isnan(similar[0]));  // a corner holds a third of the weight
  cells.assign(225, 0);
  cells[middle] = 1;
  CHECK(std::isnan(ssim(map, target, cells, square, 2)[middle]));
  CHECK_THROWS_AS(ssim(map, target, Mask(3, 1), square, 2), ShapeError);
}

TEST_CASE("figures of a map out of sums that add up") {
  MapSums sums, reference;
  for (const float p : {1.0f, 2.0f, 4.0f}) sums.score.add(p, 2), reference.score.add(p + 1, 2);
  sums.ssim_cells = 2, sums.ssim = 1.5;
  sums.cells = 10, sums.negative = 1;
  sums.remeasured = 4, sums.remeasured_squares = 1;
  sums.detail = 0.5, sums.target_detail = 2;
  MapSums both;
  both.add(sums);
  both.add(sums, 2);
  for (const MapSums& s : {sums, both}) {
    ScoreSums other;
    other.add(reference.score, &s == &sums ? 1 : s.cells / sums.cells);
    const MapMetrics m = map_metrics_of(s, other);
    CHECK(m.skill.value == doctest::Approx(1 - 5.0 / 10));  // 1 + 0 + 4 of 0 + 1 + 9
    CHECK(m.ssim.value == doctest::Approx(0.75));
    CHECK(m.negative_share.value == doctest::Approx(0.1));
    CHECK(m.reaggregation_rmse.value == doctest::Approx(0.5));
    CHECK(m.spectral_ratio.value == doctest::Approx(0.25));
  }
  const MapMetrics none = map_metrics_of({}, {});
  for (const Estimate& e : {none.skill, none.ssim, none.spectral_ratio, none.reaggregation_rmse, none.negative_share})
    CHECK(std::isnan(e.value));
}

TEST_CASE("means over footprints against the soundings, dimmed by clouds where the map is of a clear sky") {
  test::FootprintScene scene(8, 8);
  scene.add(1.5, 0.1, 1, 1, 3, 3);  // cells of row 1 and 2, column 1 and 2
  scene.dataset.soundings.cloud_fraction[0] = 0.5;
  std::vector<float> map(64, 0.0f);
  map[9] = 1, map[10] = 2, map[17] = 3, map[18] = 4;
  const SoundingCells soundings(scene.dataset);
  const auto seen = remeasure_soundings(map, soundings, 0);
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].difference == doctest::Approx(1));
  CHECK(seen[0].cell == 9);
  CHECK(remeasure_soundings(map, soundings, 0.4)[0].difference == doctest::Approx(0.8 * 2.5 - 1.5));
  map[9] = map[10] = missing;
  CHECK(remeasure_soundings(map, soundings, 0).empty());
}

TEST_CASE("means over blocks and over neighbours against the coarse SIF, where no cell is missing") {
  const Shape shape{1, 4, 5, 1};
  std::vector<float> map;
  for (int i = 0; i < 20; ++i) map.push_back(float(i));
  const std::vector<float> coarse = {3, 5.5f, 0, 13, 15, 0};  // means are 3, 5, -, 13, 15, -
  const auto blocks = remeasure_blocks(map, shape, 2, coarse);
  REQUIRE(blocks.size() == 4);  // the fifth column is no whole block
  CHECK(blocks[1].difference == doctest::Approx(-0.5));
  CHECK(blocks[1].cell == 1 * 5 + 3);
  CHECK(blocks[3].difference == doctest::Approx(0));
  std::vector<float> weights(20, 1.0f);
  weights[6] = 3;  // of 0, 1, 5 and 6: (6 + 3 x 6) / 6
  CHECK(remeasure_blocks(map, shape, 2, coarse, weights)[0].difference == doctest::Approx(4 - 3));

  std::vector<float> same = map;
  same[7] += 0.25f;  // its mean is 7
  auto around = remeasure_neighbours(map, shape, same);
  REQUIRE(around.size() == 2 * 3);
  CHECK(around[1].cell == 7);
  CHECK(around[1].difference == doctest::Approx(-0.25));
  CHECK(around[0].difference == doctest::Approx(0));
  map[0] = missing;
  CHECK(remeasure_neighbours(map, shape, same).size() == 5);
  CHECK(remeasure_blocks(map, shape, 2, coarse).size() == 3);
}

namespace {

// Of a layer's two parts.
StratumFamily quarters_of(std::span<const float> first, std::span<const float> second) {
  QuarterBounds bounds;
  bounds.count(first), bounds.count(second);
  bounds.refine(first), bounds.refine(second);
  return bounds.family("coarse SIF");
}

StratumFamily classes_of(const std::vector<float>& layer) {
  ClassCounts counts;
  counts.add(layer);
  return counts.family("land cover", land_cover_names(counts.classes()));
}

}  // namespace

TEST_CASE("strata: windows, seasons, classes, quarters and distances to an edge") {
  const std::vector<std::string> windows = {"2019-05-25", "2019-06-10"};
  const std::vector<float> cells(4, 0.0f);
  CHECK(by_window(windows).of_window(1, cells) == std::vector<int16_t>{1, 1, 1, 1});
  const StratumFamily seasons = by_season(windows);
  CHECK(seasons.strata == std::vector<std::string>{"March to May", "June to August"});
  CHECK(seasons.of_window(0, cells) == std::vector<int16_t>{0, 0, 0, 0});
  CHECK(seasons.of_window(1, cells) == std::vector<int16_t>{1, 1, 1, 1});
  CHECK(by_season(std::vector<std::string>{"a", "b"}).strata.empty());

  const std::vector<float> layer = {112, 110, 110.2f, missing, 112, 112, 107, 112};
  const StratumFamily classes = classes_of(layer);
  CHECK(classes.strata == std::vector<std::string>{"class 112", "class 110", "class 107"});
  CHECK(classes.of_window(0, layer) == std::vector<int16_t>{0, 1, 1, -1, 0, 0, 2, 0});
  std::vector<float> many;
  for (int c = 0; c < 15; ++c) many.insert(many.end(), size_t(20 - c), float(c));
  CHECK(classes_of(many).strata.size() == 13);
  CHECK(classes_of(many).of_window(0, many).back() == 12);

  // IGBP's legend names its numbers; one that is not of it says that the layer has another.
  CHECK(classes_of({12, 12, 12, missing, 4, 4, 255}).strata ==
        std::vector<std::string>{"croplands", "deciduous broadleaf forests", "class 255"});
  CHECK(classes_of({40, 40, 10}).strata == std::vector<std::string>{"class 40", "class 10"});

  const std::vector<float> first = {4, 1, 3, 2, missing}, second = {8, 7, 6, 5};
  const StratumFamily quarters = quarters_of(first, second);
  CHECK(quarters.of_window(0, first) == std::vector<int16_t>{1, 0, 1, 0, -1});
  CHECK(quarters.of_window(1, second) == std::vector<int16_t>{3, 3, 2, 2});
  CHECK(quarters.strata == std::vector<std::string>{"below 3.00", "3.00 to 5.00", "5.00 to 7.00", "from 7.00"});

  const StratumFamily edges = by_edge_distance(5, 5, 5);
  CHECK(edges.strata.size() == 3);
  const std::vector<int16_t> distance = edges.of_window(0, {});
  CHECK(distance[2 * 5 + 2] == 2);
  CHECK(distance[1 * 5 + 2] == 1);
  CHECK(distance[4 * 5 + 2] == 0);
}

TEST_CASE("the bounds of quarters are values themselves, as a sort finds them, of either sign") {
  std::vector<float> values;
  for (int i = 0; i < 4001; ++i) values.push_back(float(std::sin(1.7 * i)) * (i % 3 == 0 ? 1e-3f : 2.0f));
  const size_t half = values.size() / 2;
  const StratumFamily quarters = quarters_of(std::span(values).first(half), std::span(values).subspan(half));
  std::vector<float> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const std::vector<int16_t> of = quarters.of_window(0, values);
  for (size_t i = 0; i < values.size(); ++i) {
    int16_t expected = 0;
    for (size_t k = 1; k < 4; ++k) expected += values[i] >= sorted[sorted.size() * k / 4];
    REQUIRE(of[i] == expected);
  }
}
