#include "pipeline/fill/fill_gaps.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "data/dataset/missing.hpp"
#include "files.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "pipeline/fill/gap_inputs.hpp"
#include "pipeline/fill/planted_gaps.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;
using data::missing;

namespace {

constexpr int rows = 64, columns = 60;
constexpr double noise = 0.03;

// A season of two covers in patches of 5 cells, one later than the other; each window is brighter or darker by a field
// that changes over 40 cells; noise from cell to cell. The last column is water, missing in all windows.
struct Scene {
  MapStack maps;
  std::vector<float> truth;
  data::StoredArray<uint8_t> gaps;
};

float value(int window, int row, int column) {
  const bool late = (row / 5 * 7 + column / 5 * 3) % 4 < 2;
  const double season = std::exp(-std::pow((window - (late ? 4.5 : 3.0)) / 1.5, 2));
  const double weather = std::sin(2 * std::numbers::pi * (row + 13 * window) / 40.0) *
                         std::cos(2 * std::numbers::pi * (column + 29 * window) / 40.0);
  return float(0.2 + (late ? 1.5 : 2.0) * season * (1 + 0.2 * weather));
}

Scene scene_of(int windows, uint64_t seed = 3) {
  Scene scene;
  MapStack& maps = scene.maps;
  maps.windows = windows, maps.rows = rows, maps.columns = columns;
  Random random(seed);
  for (int w = 0; w < windows; ++w) {
    maps.days.push_back(18000 + 16 * w);
    data::Mask clouds(maps.cells(), 0);
    for (int k = 0; k < 12; ++k) {
      const int i = int(random.below(rows - 4)), j = int(random.below(columns - 4));
      for (int a = 0; a < 4; ++a)
        for (int b = 0; b < 4; ++b) clouds[size_t(i + a) * columns + size_t(j + b)] = 1;
    }
    for (int i = 0; i < rows; ++i)
      for (int j = 0; j < columns; ++j) {
        const float v = float(double(value(w, i, j)) + noise * random.normal());
        const bool gone = j == columns - 1 || clouds[size_t(i) * columns + size_t(j)];
        scene.truth.push_back(v);
        maps.sif.push_back(gone ? missing : v);
      }
  }
  scene.gaps = gaps_to_fill(maps, {});
  return scene;
}

const auto quietly = [](double) {};

// With the cells that are filled.
struct Filled : FilledGaps {
  std::vector<FilledCell> cells;
};

Filled fill(const MapStack& maps, const data::StoredArray<uint8_t>& gaps, uint64_t seed) {
  Filled filled;
  const auto take = [&](std::span<const FilledCell> some) {
    filled.cells.insert(filled.cells.end(), some.begin(), some.end());
  };
  static_cast<FilledGaps&>(filled) = fill_gaps(maps, gaps, seed, take, quietly);
  CHECK(filled.FilledGaps::cells == int64_t(filled.cells.size()));
  return filled;
}

// The same maps in scratch files.
MapStack in_files(const MapStack& maps, const data::ArrayStore& store) {
  MapStack stored(store);
  stored.windows = maps.windows, stored.rows = maps.rows, stored.columns = maps.columns;
  stored.days = maps.days, stored.land_cover = maps.land_cover;
  stored.sif.append(maps.sif.span()), stored.coarse_sif.append(maps.coarse_sif.span());
  stored.hazy.append(maps.hazy.span());
  return stored;
}

double rmse(const Scene& scene, const Filled& filled, float FilledCell::*estimate) {
  double squares = 0;
  for (const FilledCell& c : filled.cells) {
    const double error = double(c.*estimate - scene.truth[size_t(c.at.window) * scene.maps.cells() + c.at.cell]);
    squares += error * error;
  }
  return std::sqrt(squares / double(filled.cells.size()));
}

bool same(const Filled& a, const Filled& b) {
  return std::equal(a.cells.begin(), a.cells.end(), b.cells.begin(), b.cells.end(),
                    [](const FilledCell& x, const FilledCell& y) {
                      return x.at.cell == y.at.cell && x.sif == y.sif && x.deviation == y.deviation;
                    });
}

}  // namespace

TEST_CASE("gaps to fill are cells with a value in another window; of one window the land that is missing") {
  const Scene scene = scene_of(3);
  for (size_t i = 0; i < scene.gaps.size(); ++i) {
    const bool water = i % columns == columns - 1;
    if (water) CHECK(!scene.gaps[i]);
    if (!std::isnan(scene.maps.sif[i])) CHECK(!scene.gaps[i]);
  }
  CHECK(std::count(scene.gaps.begin(), scene.gaps.end(), 1) > 300);
  Scene one = scene_of(1);
  CHECK(std::count(one.gaps.begin(), one.gaps.end(), 1) == 0);
  data::Mask land(one.maps.cells(), 1);
  for (size_t i = columns - 1; i < land.size(); i += columns) land[i] = 0;
  const data::StoredArray<uint8_t> gaps = gaps_to_fill(one.maps, land);
  for (size_t i = 0; i < gaps.size(); ++i) CHECK(bool(gaps[i]) == (std::isnan(one.maps.sif[i]) && land[i]));
}

TEST_CASE("planted gaps have the shape of gaps, lie on known cells, and differ from draw to draw") {
  const Scene scene = scene_of(4);
  const data::StoredArray<uint8_t> planted = planted_gaps(scene.maps, scene.gaps, 7, 0);
  const auto is_planted = [&](uint64_t seed, uint64_t draw) {
    return std::ranges::equal(planted, planted_gaps(scene.maps, scene.gaps, seed, draw));
  };
  CHECK(is_planted(7, 0));
  CHECK(!is_planted(7, 1));
  CHECK(!is_planted(8, 0));
  long count = 0, pairs = 0;
  for (size_t i = 0; i < planted.size(); ++i)
    if (planted[i]) {
      REQUIRE(!std::isnan(scene.maps.sif[i]));
      ++count, pairs += i + 1 < planted.size() && planted[i + 1];
    }
  const long gaps = std::count(scene.gaps.begin(), scene.gaps.end(), 1);
  CHECK(count > gaps / 2);
  CHECK(count < gaps * 2);
  CHECK(double(pairs) > 0.5 * double(count));  // of squares of 4 x 4 three in four have a neighbour to the right
}

TEST_CASE("a planted cell keeps a value in another window") {
  const Scene scene = scene_of(2);
  const size_t cells = scene.maps.cells();
  for (uint64_t draw = 0; draw < 8; ++draw) {
    const data::StoredArray<uint8_t> planted = planted_gaps(scene.maps, scene.gaps, 7, draw);
    for (size_t i = 0; i < cells; ++i) {
      REQUIRE(!(planted[i] && planted[cells + i]));
      REQUIRE(!(planted[i] && std::isnan(scene.maps.sif[cells + i])));
    }
  }
}

TEST_CASE("what the network is given of a cell does not depend on the cell's own value") {
  const Scene scene = scene_of(4);
  const std::vector<WindowCell> cells = {{1, 20 * columns + 17}, {3, 40 * columns + 2}, {0, 5 * columns + 50}};
  data::StoredArray<float> without = scene.maps.sif;
  for (const WindowCell& c : cells) without[size_t(c.window) * scene.maps.cells() + c.cell] = missing;
  MapStack changed = scene.maps;
  for (const WindowCell& c : cells) changed.sif[size_t(c.window) * changed.cells() + c.cell] = 50;
  const GapInputs a = gap_inputs(scene.maps, without, cells, 0.5), b = gap_inputs(changed, without, cells, 0.5);
  CHECK(a.values == b.values);
  for (const float v : a.values) CHECK(std::isfinite(v));
  // A neighbour in space and one in time count.
  for (const auto& [window, cell] : {std::pair(1, 20 * columns + 18), {2, 20 * columns + 17}}) {
    data::StoredArray<float> other = without;
    other[size_t(window) * scene.maps.cells() + size_t(cell)] += 1;
    CHECK(gap_inputs(scene.maps, other, cells, 0.5).values != a.values);
  }
}

TEST_CASE("filled gaps are nearer to the truth than interpolation in time, and their intervals hold") {
  const Scene scene = scene_of(8);
  const Filled filled = fill(scene.maps, scene.gaps, 1);
  REQUIRE(filled.scores);
  REQUIRE(int64_t(filled.cells.size()) == std::count(scene.gaps.begin(), scene.gaps.end(), 1));
  const double network = rmse(scene, filled, &FilledCell::sif);
  CHECK(network < 0.8 * rmse(scene, filled, &FilledCell::harmonic));
  CHECK(network < 0.8 * rmse(scene, filled, &FilledCell::linear));
  CHECK(network < 0.8 * rmse(scene, filled, &FilledCell::ratio));
  CHECK(network < 3 * noise);
  // The scores on planted gaps are those on real ones.
  CHECK(filled.scores->network == doctest::Approx(network).epsilon(0.25));
  CHECK(filled.scores->linear == doctest::Approx(rmse(scene, filled, &FilledCell::linear)).epsilon(0.25));
  CHECK(filled.scores->harmonic == doctest::Approx(rmse(scene, filled, &FilledCell::harmonic)).epsilon(0.25));
  for (size_t k = 0; k < fill_interval_levels.size(); ++k) {
    CAPTURE(k);
    CHECK(std::abs(filled.scores->coverage[k] - fill_interval_levels[k]) < 0.05);
  }
  double inside = 0;
  for (const FilledCell& c : filled.cells)
    inside +=
        std::abs(c.sif - scene.truth[size_t(c.at.window) * scene.maps.cells() + c.at.cell]) < 1.6449f * c.deviation;
  CHECK(std::abs(inside / double(filled.cells.size()) - 0.9) < 0.05);
}

TEST_CASE("haze around gaps does not darken what fills them") {
  Scene scene = scene_of(6);
  MapStack& maps = scene.maps;
  maps.hazy.assign_zeros(maps.sif.size());
  constexpr float darkening = 0.2f;
  constexpr int reach = 2;
  for (size_t i = 0; i < maps.sif.size(); ++i) {
    if (!scene.gaps[i]) continue;
    const int row = int(i % maps.cells()) / columns, column = int(i % columns);
    for (int a = std::max(0, row - reach); a <= std::min(rows - 1, row + reach); ++a)
      for (int b = std::max(0, column - reach); b <= std::min(columns - 1, column + reach); ++b)
        maps.hazy[i / maps.cells() * maps.cells() + size_t(a) * columns + size_t(b)] = 1;
  }
  for (size_t i = 0; i < maps.sif.size(); ++i)
    if (maps.hazy[i]) maps.sif[i] -= darkening;
  const data::StoredArray<uint8_t> planted = planted_gaps(maps, scene.gaps, 1, 0);
  for (size_t i = 0; i < planted.size(); ++i) REQUIRE(!(planted[i] && maps.hazy[i]));
  const auto bias = [&] {
    double sum = 0;
    const Filled filled = fill(maps, scene.gaps, 1);
    for (const FilledCell& c : filled.cells)
      sum += double(c.sif - scene.truth[size_t(c.at.window) * maps.cells() + c.at.cell]);
    return sum / double(filled.cells.size());
  };
  CHECK(std::abs(bias()) < 0.06);
  maps.hazy = {};
  CHECK(bias() < -0.08);
}

TEST_CASE("filling is the same at any number of threads, and differs by the seed") {
  const Scene scene = scene_of(2);
  const Filled filled = fill(scene.maps, scene.gaps, 1);
  REQUIRE(filled.scores);
  CHECK(filled.scores->network < filled.scores->linear);
  {
    const ThreadScope one(1);
    CHECK(same(filled, fill(scene.maps, scene.gaps, 1)));
  }
  CHECK(!same(filled, fill(scene.maps, scene.gaps, 2)));
}

TEST_CASE("filling is the same where maps lie in scratch files") {
  Scene scene = scene_of(3);
  MapStack& maps = scene.maps;
  maps.hazy.assign_zeros(maps.sif.size());
  for (size_t i = 0; i < maps.sif.size(); ++i) {
    maps.hazy[i] = i % 11 == 0;
    maps.coarse_sif.push_back(scene.truth[i / 4 * 4]);
  }
  const test::TemporaryDirectory directory;
  const MapStack stored = in_files(maps, {directory / "map.tif"});
  const Filled filled = fill(maps, scene.gaps, 1);
  REQUIRE(!filled.cells.empty());
  CHECK(same(filled, fill(stored, gaps_to_fill(stored, {}), 1)));
}

TEST_CASE("a window without any value is filled from the others, a single window from its own cells") {
  Scene scene = scene_of(5);
  std::fill_n(scene.maps.sif.begin() + std::ptrdiff_t(2 * scene.maps.cells()), scene.maps.cells(), missing);
  scene.gaps = gaps_to_fill(scene.maps, {});
  const Filled filled = fill(scene.maps, scene.gaps, 1);
  const auto lost =
      std::count_if(filled.cells.begin(), filled.cells.end(), [](const FilledCell& c) { return c.at.window == 2; });
  CHECK(lost > long(0.95 * rows * (columns - 1)));
  for (const FilledCell& c : filled.cells) REQUIRE((std::isfinite(c.sif) && c.deviation > 0));

  Scene one = scene_of(1);
  const data::Mask land(one.maps.cells(), 1);
  one.gaps = gaps_to_fill(one.maps, land);
  const Filled alone = fill(one.maps, one.gaps, 1);
  REQUIRE(!alone.cells.empty());
  for (const FilledCell& c : alone.cells) REQUIRE((std::isfinite(c.sif) && c.deviation > 0));
}

TEST_CASE("maps without gaps, and maps without any value, are left as they are") {
  Scene scene = scene_of(2);
  data::StoredArray<uint8_t> none;
  none.assign_zeros(scene.gaps.size());
  CHECK(fill(scene.maps, none, 1).cells.empty());
  std::fill(scene.maps.sif.begin(), scene.maps.sif.end(), missing);
  CHECK(fill(scene.maps, gaps_to_fill(scene.maps, {}), 1).cells.empty());
}

TEST_CASE("filling stops where its progress says so") {
  const Scene scene = scene_of(2);
  CHECK_THROWS_AS(fill_gaps(
                      scene.maps, scene.gaps, 1, [](std::span<const FilledCell>) {},
                      [](double share) {
                        if (share > 0.5) throw std::runtime_error("stop");
                      }),
                  std::runtime_error);
}
