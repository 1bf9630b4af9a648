#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "data/scene/composite.hpp"
#include "data/scene/landscape.hpp"
#include "data/scene/noise_field.hpp"
#include "data/scene/phenology.hpp"
#include "data/scene/scene_region.hpp"
#include "data/scene/sun.hpp"
#include "data/scene/vegetation.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr uint64_t seed = 5;

Window window_on(int day_of_year) {
  return {date_of(2019, day_of_year)};
}

// Every so many cells of the region one coarse cell of 7 x 14 cells, inside the region's box.
std::vector<Grid> coarse_cells(int stride) {
  const SceneRegion region = region_of(Land::minnesota, false);
  std::vector<Grid> cells;
  for (int row = 0; row + 14 <= region.grid.rows; row += stride)
    for (int column = 0; column + 7 <= region.grid.columns; column += stride) {
      const Grid cell = part_of(region.grid, {row, column, 14, 7});
      const GeoPoint p = from_sinusoidal({cell.x(3), cell.y(7)});
      if (p.longitude > region.box.west && p.longitude < region.box.east && p.latitude > region.box.south &&
          p.latitude < region.box.north)
        cells.push_back(cell);
    }
  return cells;
}

struct Layers {
  std::map<std::string, std::vector<double>> by_name;

  double quantile(const std::string& name, double share) const {
    std::vector<double> sorted = by_name.at(name);
    std::sort(sorted.begin(), sorted.end());
    return sorted[size_t(share * double(sorted.size() - 1))];
  }
};

// Means over coarse cells.
Layers coarse_layers(const std::vector<Landscape>& cells, const Window& window) {
  Layers layers;
  for (const Landscape& land : cells) {
    const Vegetation v = vegetation_on(land, window, seed, StressKind::smooth);
    std::map<std::string, double> sum;
    for (size_t i = 0; i < v.sif.size(); ++i) {
      const Reflectance& r = v.reflectance[i];
      sum["sif"] += double(v.sif[i]), sum["ndvi"] += ndvi(r), sum["evi"] += evi(r);
      sum["nir"] += r.nir, sum["red"] += r.red, sum["blue"] += r.blue;
    }
    for (const auto& [name, total] : sum) layers.by_name[name].push_back(total / double(v.sif.size()));
  }
  return layers;
}

bool equal(const Reflectance& a, const Reflectance& b) {
  return a.red == b.red && a.nir == b.nir && a.blue == b.blue && a.mir == b.mir;
}

}  // namespace

TEST_CASE("Noise fields: mean 0, variance 1, smooth, another one for another stream") {
  double sum = 0, squares = 0, product = 0, step = 0;
  const NoiseField field(1, 2, 10), other(1, 3, 10);
  const int count = 40000;
  for (int i = 0; i < count; ++i) {
    const double x = 7.3 * (i % 200), y = 7.7 * double(i / 200), z = field.at(x, y);
    sum += z, squares += z * z, product += z * other.at(x, y);
    step = std::max(step, std::abs(field.at(x + 0.01, y) - z));
  }
  CHECK(std::abs(sum / count) < 0.05);
  CHECK(squares / count == doctest::Approx(1).epsilon(0.05));
  CHECK(std::abs(product / count) < 0.05);
  CHECK(step < 0.03);
  CHECK(normal_share(0) == 0.5);
  CHECK(normal_share(1.2815515655) == doctest::Approx(0.9));
}

TEST_CASE("The sun stands where it does") {
  struct Row {
    Date date;
    double zenith;
  };
  // 13:30 over 46.5 N; these come from a simpler formula, a degree off in autumn.
  for (const Row& row :
       {Row{{2019, 1, 15}, 70.8}, Row{{2019, 4, 15}, 41.8}, Row{{2019, 5, 25}, 31.5}, Row{{2019, 6, 10}, 29.7},
        Row{{2019, 7, 15}, 30.9}, Row{{2019, 8, 15}, 37.7}, Row{{2019, 9, 15}, 48.3}, Row{{2019, 10, 15}, 59.5}})
    CHECK(std::abs(sun_at_local_time(day_number(row.date), 13.5, {-95, 46.5}).zenith - row.zenith) < 1);
  // At the solstices noon is 23.44 degrees from the equator's; the almanac's noons of the year's extremes.
  CHECK(std::abs(sun_at_local_time(day_number({2019, 6, 21}), 12, {-95, 46.5}).zenith - (46.5 - 23.44)) < 0.1);
  CHECK(std::abs(sun_at_local_time(day_number({2019, 12, 21}), 12, {-95, 46.5}).zenith - (46.5 + 23.44)) < 0.1);
  const double november = day_number({2019, 11, 3}) * 86400.0 + 11 * 3600 + 43.6 * 60;
  const double february = day_number({2019, 2, 11}) * 86400.0 + 12 * 3600 + 14.2 * 60;
  CHECK(std::abs(std::abs(Sun(november).over({0, 60}).azimuth) - 180) < 0.2);
  CHECK(std::abs(std::abs(Sun(february).over({0, 60}).azimuth) - 180) < 0.2);
  // 95 W: 13:30 is 19:50 UTC; the sun is past south.
  const double time = day_number({2019, 6, 10}) * 86400.0 + (19 * 60 + 50) * 60;
  const SkyDirection sun = Sun(time).over({-95, 46.5});
  CHECK(sun.zenith == doctest::Approx(sun_at_local_time(day_number({2019, 6, 10}), 13.5, {-95, 46.5}).zenith));
  CHECK(sun.azimuth < -120);
  CHECK(sun.azimuth > -145);
  // At an equinox on the equator the mean of the positive cosine is 1 / pi.
  CHECK(day_length_factor(day_number({2019, 3, 21}), 0, 60) == doctest::Approx(2 / 3.14159265).epsilon(0.01));
  CHECK(day_length_factor(day_number({2019, 12, 21}), 80, 60) == doctest::Approx(0));
}

TEST_CASE("A landscape is a function of place and seed") {
  const SceneRegion region = region_of(Land::minnesota, true);
  const Landscape whole = make_landscape(part_of(region.grid, {40, 50, 30, 40}), seed, Land::minnesota);
  const Landscape part = make_landscape(part_of(region.grid, {50, 60, 10, 12}), seed, Land::minnesota);
  for (int row = 0; row < 10; ++row)
    for (int column = 0; column < 12; ++column)
      CHECK(part.shares[size_t(row * 12 + column)] == whole.shares[size_t((row + 10) * 40 + column + 10)]);
  CHECK(make_landscape(whole.grid, seed + 1, Land::minnesota).shares != whole.shares);
}

TEST_CASE("Nothing depends on the number of threads") {
  const SceneRegion region = region_of(Land::minnesota, true);
  const Grid grid = part_of(region.grid, {0, 0, 40, 40});
  set_threads(1);
  const Landscape land = make_landscape(grid, seed, Land::minnesota);
  const Vegetation vegetation = vegetation_on(land, window_on(145), seed, StressKind::smooth);
  const Mod13a2Pixels pixels = composite(land, vegetation, window_on(145), grid, seed, PixelResponse{});
  set_threads(3);
  CHECK(make_landscape(grid, seed, Land::minnesota).shares == land.shares);
  const Vegetation again = vegetation_on(land, window_on(145), seed, StressKind::smooth);
  CHECK(again.sif == vegetation.sif);
  CHECK(std::equal(again.reflectance.begin(), again.reflectance.end(), vegetation.reflectance.begin(), equal));
  const Mod13a2Pixels same = composite(land, vegetation, window_on(145), grid, seed, PixelResponse{});
  CHECK(same.ndvi == pixels.ndvi);
  CHECK(same.quality == pixels.quality);
  set_threads(0);
}

TEST_CASE("The small scene has all covers, pure cells and mixed ones") {
  const Landscape land = make_landscape(region_of(Land::minnesota, true).grid, 1, Land::minnesota);
  std::array<int, cover_count> main = {};
  int mixed = 0;
  for (const CoverShares& shares : land.shares) {
    float sum = 0;
    for (const float share : shares) sum += share;
    CHECK(sum == doctest::Approx(1).epsilon(1e-5));
    ++main[size_t(main_cover(shares))];
    mixed += *std::max_element(shares.begin(), shares.end()) < 0.95f;
  }
  for (const Cover c : covers_of(Land::minnesota)) CHECK_MESSAGE(main[size_t(c)] > 100, cover_name(c));
  for (const Cover c : {Cover::maize, Cover::savanna, Cover::evergreen}) CHECK(main[size_t(c)] == 0);
  CHECK(mixed > 0.2 * double(land.shares.size()));
  CHECK(mixed < 0.8 * double(land.shares.size()));
}

TEST_CASE("Coarse cells have the statistics of the measured windows") {
  struct Row {
    std::string layer;
    std::array<double, 3> measured;  // p5, median, p95
    double within;                   // absolute
  };
  const std::map<int, std::vector<Row>> windows = {{145,
                                                    {{"sif", {0.12, 0.65, 1.41}, 0.22},
                                                     {"ndvi", {0.29, 0.44, 0.66}, 0.07},
                                                     {"evi", {0.15, 0.25, 0.38}, 0.05},
                                                     {"nir", {0.16, 0.23, 0.28}, 0.03},
                                                     {"red", {0.046, 0.086, 0.115}, 0.012},
                                                     {"blue", {0.026, 0.046, 0.061}, 0.008}}},
                                                   {161,
                                                    {{"sif", {0.40, 1.06, 1.90}, 0.22},
                                                     {"ndvi", {0.36, 0.51, 0.81}, 0.07},
                                                     {"evi", {0.20, 0.30, 0.52}, 0.05},
                                                     {"nir", {0.19, 0.26, 0.33}, 0.03},
                                                     {"red", {0.026, 0.082, 0.111}, 0.014},
                                                     {"blue", {0.016, 0.043, 0.058}, 0.008}}}};
  std::vector<Landscape> cells;
  for (const Grid& grid : coarse_cells(45)) cells.push_back(make_landscape(grid, seed, Land::minnesota));
  REQUIRE(cells.size() > 150);
  for (const auto& [day, rows] : windows) {
    const Layers layers = coarse_layers(cells, window_on(day));
    for (const Row& row : rows)
      for (size_t k = 0; k < 3; ++k) {
        const double quantile = layers.quantile(row.layer, std::array{0.05, 0.5, 0.95}[k]);
        CHECK_MESSAGE(std::abs(quantile - row.measured[k]) <= row.within, "day ", day, " ", row.layer, " quantile ", k,
                      ": ", quantile, ", measured ", row.measured[k]);
      }
  }
}

TEST_CASE("In July and August covers differ as they do in the field") {
  struct Range {
    Cover cover;
    std::array<double, 2> sif, ndvi, evi;
  };
  const Landscape land = make_landscape(region_of(Land::minnesota, true).grid, seed, Land::minnesota);
  for (const int day : {193, 209, 225}) {
    const Vegetation v = vegetation_on(land, window_on(day), seed, StressKind::smooth);
    for (const Range& range : {Range{Cover::corn, {1.8, 2.8}, {0.80, 0.90}, {0.55, 0.75}},
                               Range{Cover::soy, {1.6, 2.8}, {0.78, 0.90}, {0.55, 0.75}},
                               Range{Cover::forest, {1.2, 1.9}, {0.80, 0.90}, {0.45, 0.60}},
                               Range{Cover::wetland, {0.7, 1.3}, {0.6, 0.85}, {0.3, 0.55}},
                               Range{Cover::water, {0, 0}, {-1, 0.1}, {-0.2, 0.1}}}) {
      double count = 0, sif = 0, index = 0, enhanced = 0;
      for (size_t i = 0; i < v.sif.size(); ++i) {
        if (land.shares[i][size_t(range.cover)] < 0.99f) continue;
        count += 1, sif += double(v.sif[i]), index += ndvi(v.reflectance[i]), enhanced += evi(v.reflectance[i]);
      }
      REQUIRE(count > 20);
      INFO(cover_name(range.cover), " on day ", day);
      CHECK(sif / count >= range.sif[0]);
      CHECK(sif / count <= range.sif[1]);
      CHECK(index / count >= range.ndvi[0]);
      CHECK(index / count <= range.ndvi[1]);
      CHECK(enhanced / count >= range.evi[0]);
      CHECK(enhanced / count <= range.evi[1]);
    }
  }
  CHECK(green_share(Cover::corn, 305, 0) < 0.1);  // withered in November
  CHECK(green_share(Cover::corn, 165, 10) < green_share(Cover::corn, 165, 0));
}

TEST_CASE("No linear function of NDVI, EVI and NIR tells SIF") {
  const Landscape land = make_landscape(region_of(Land::minnesota, true).grid, seed, Land::minnesota);
  for (const int day : {145, 161, 209}) {
    const Vegetation v = vegetation_on(land, window_on(day), seed, StressKind::smooth);
    const Eigen::Index count = Eigen::Index(v.sif.size());
    Eigen::MatrixXd bands(count, 5);
    Eigen::VectorXd sif(count);
    for (Eigen::Index i = 0; i < count; ++i) {
      const Reflectance& r = v.reflectance[size_t(i)];
      bands.row(i) << 1, ndvi(r), evi(r), r.nir, nirv(r);
      sif[i] = double(v.sif[size_t(i)]);
    }
    const Eigen::VectorXd fit = bands.colPivHouseholderQr().solve(sif);
    const double r2 = 1 - (sif - bands * fit).squaredNorm() / (sif.array() - sif.mean()).square().sum();
    CHECK_MESSAGE(r2 < 0.88, "day ", day, ": R2 ", r2);
    CHECK_MESSAGE(r2 > 0.4, "day ", day, ": R2 ", r2);
  }
}

TEST_CASE("A composite follows the truth, and says where clouds stayed in it") {
  const Landscape land = make_landscape(region_of(Land::minnesota, true).grid, seed, Land::minnesota);
  const Vegetation v = vegetation_on(land, window_on(161), seed, StressKind::smooth);
  const Mod13a2Pixels pixels = composite(land, v, window_on(161), land.grid, seed, PixelResponse{});
  std::map<int, double> count;
  double difference = 0, cloudy_drop = 0;
  for (size_t i = 0; i < pixels.size(); ++i) {
    const int rank = pixels.reliability[i];
    ++count[rank];
    if (rank < 0) {
      CHECK(pixels.ndvi[i] == -3000);
      CHECK(pixels.red[i] == -1000);
      CHECK(pixels.sun_zenith[i] == -10000);
      CHECK(pixels.relative_azimuth[i] == -4000);
      CHECK(pixels.composite_day[i] == -1);
      CHECK(pixels.quality[i] == 65535);
      continue;
    }
    CHECK((pixels.quality[i] & 3) == std::map<int, int>{{0, 0}, {1, 1}, {3, 2}}.at(rank));
    CHECK((pixels.quality[i] >> 10 & 1) == (rank == 3));
    CHECK((pixels.quality[i] >> 11 & 7) == (main_cover(land.shares[i]) == Cover::water ? 3 : 1));
    CHECK(pixels.composite_day[i] >= 161);
    CHECK(pixels.composite_day[i] <= 176);
    const double truth = ndvi(v.reflectance[i]), stored = pixels.ndvi[i] * 1e-4;
    if (rank == 0) difference += (stored - truth) * (stored - truth);
    if (rank == 3) cloudy_drop += truth - stored;
    const double red = pixels.red[i], nir = pixels.nir[i];
    if (main_cover(land.shares[i]) != Cover::water) CHECK(std::abs((nir - red) / (nir + red) - stored) < 2e-3);
  }
  const double all = double(pixels.size());
  CHECK(count[0] / all > 0.65);
  CHECK(count[1] / all > 0.05);
  CHECK(count[3] / all > 0.01);
  CHECK(count[-1] / all > 0.0005);
  CHECK(count[-1] / all < 0.04);
  CHECK(std::sqrt(difference / count[0]) < 0.04);
  CHECK(cloudy_drop / count[3] > 0.1);
}

TEST_CASE("A composite is fill beyond the landscape, and has to lie on its cells") {
  const SceneRegion region = region_of(Land::minnesota, true);
  const Landscape land = make_landscape(part_of(region.grid, {10, 10, 20, 20}), seed, Land::minnesota);
  const Vegetation v = vegetation_on(land, window_on(145), seed, StressKind::smooth);
  const Mod13a2Pixels pixels =
      composite(land, v, window_on(145), part_of(region.grid, {0, 0, 40, 40}), seed, PixelResponse{});
  const Mod13a2Pixels exact = composite(land, v, window_on(145), land.grid, seed, PixelResponse{});
  for (int row = 0; row < 40; ++row)
    for (int column = 0; column < 40; ++column) {
      const bool inside = row >= 10 && row < 30 && column >= 10 && column < 30;
      const int16_t value = pixels.nir[size_t(row * 40 + column)];
      CHECK(value == (inside ? exact.nir[size_t((row - 10) * 20 + column - 10)] : Mod13a2Fill::reflectance));
    }
  Grid shifted = land.grid;
  shifted.x_origin += shifted.x_step / 3;
  CHECK_THROWS_AS(composite(land, v, window_on(145), shifted, seed, PixelResponse{}), ShapeError);
}

TEST_CASE("The region is the paper's box; the small one lies in it") {
  const SceneRegion large = region_of(Land::minnesota, false), small = region_of(Land::minnesota, true);
  CHECK(large.tiles.size() == 2);
  CHECK(large.tiles[0].h == 10);
  CHECK(large.tiles[1].grid == modis_tile_grid(11, 4));
  CHECK(small.tiles.size() == 1);
  CHECK(small.grid.cells() == 192 * 192);
  CHECK(small.box.west > large.box.west - 0.5);
  CHECK(small.box.east < large.box.east + 1);
  // Cells of the tile.
  const double column = (large.grid.x_origin - modis_tile_grid(11, 4).x_origin) / modis_cell;
  CHECK(std::abs(column - std::round(column)) < 1e-6);
  for (const GeoPoint corner : {GeoPoint{-101, 43.7}, {-101, 49.8}, {-93, 43.7}, {-93, 49.8}}) {
    const MapPoint p = to_sinusoidal(corner);
    CHECK(p.x > large.grid.x(0) - modis_cell);
    CHECK(p.x < large.grid.x(large.grid.columns - 1) + modis_cell);
    CHECK(p.y < large.grid.y(0) + modis_cell);
    CHECK(p.y > large.grid.y(large.grid.rows - 1) - modis_cell);
  }
}
