#include "pipeline/evaluate/baseline_maps.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "baseline_maps.hpp"
#include "data/baselines/baseline_bands.hpp"
#include "data/dataset/resample.hpp"
#include "data/dataset/scales.hpp"
#include "kernels/random.hpp"
#include "pipeline/maps/conservation.hpp"
#include "pipeline/train/supervision.hpp"
#include "sounding_scene.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

constexpr int rows = 36, columns = 48, factor = 3;

// SIF of the western half is twice the NDVI, that of the other half once.
data::Dataset granules() {
  data::Dataset d;
  d.grid = {rows, columns, 0.5, 1, -0.5, -1, "EPSG:3857"};
  d.windows = {"2019-05-25"};
  d.coarse_factor = factor;
  Random random(6);
  std::vector<float> sif;
  for (const char* name : {"ndvi", "evi", "red", "nir"}) {
    std::vector<float> fine;
    for (int i = 0; i < rows * columns; ++i) fine.push_back(float(random.uniform(0.2, 0.8)));
    d.add({name, "1", "", fine});
    d.coarse_layers.push_back({name, "1", "", data::block_mean(fine, d.shape(), factor)});
  }
  for (int i = 0; i < rows * columns; ++i)
    sif.push_back((i % columns < columns / 2 ? 2.0f : 1.0f) * d.values("ndvi")[size_t(i)]);
  d.coarse_layers.push_back({"sif", "", "", data::block_mean(sif, d.shape(), factor)});
  return d;
}

data::Mask half(int side) {
  data::Mask cells(rows / factor * columns / factor);
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = int(i) % (columns / factor) / (columns / factor / 2) == side;
  return cells;
}

std::vector<std::string> names(const std::vector<BaselineMaps::Made>& made) {
  std::vector<std::string> all;
  for (const auto& m : made) all.push_back(m.variant.name());
  return all;
}

std::vector<std::string> names(const std::vector<MapBaseline>& baselines) {
  std::vector<std::string> all;
  for (const MapBaseline& b : baselines) all.push_back(b.name);
  return all;
}

// Also where both are missing.
bool same_map(const std::vector<float>& a, const std::vector<float>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](float x, float y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

// SIF is 3 NDVI, which soundings see without noise; EVI and red are noise.
data::Dataset scene_with_bands() {
  data::Dataset d = test::scene_of_soundings(0);
  Random random(8);
  for (const char* name : {"evi", "red"}) {
    std::vector<float> fine(size_t(d.shape().size()));
    for (float& v : fine) v = float(random.uniform(0.1, 0.3));
    d.add({name, "1", "", fine});
    d.coarse_layers.push_back({name, "1", "", data::block_mean(fine, d.shape(), d.coarse_factor)});
  }
  return d;
}

// The coarse cells of the western half.
data::Mask western(const data::Dataset& d) {
  const Shape s = d.coarse_shape();
  data::Mask cells(size_t(s.size()));
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = int(i) % s.w < s.w / 2;
  return cells;
}

// Baselines of a dataset that outlives them.
struct MapsOf {
  WindowSoundings soundings;
  BaselineMaps maps;

  MapsOf(const data::Dataset& d, Steps& steps, double shielding = 0)
      : soundings(d),
        maps(data::granule_windows(d), soundings, {shielding, {}}, std::filesystem::temp_directory_path(), steps) {}
};

std::vector<float> map_named(const std::vector<BaselineMaps::Made>& made, const std::string& name) {
  const auto found = std::find_if(made.begin(), made.end(), [&](const auto& m) { return m.variant.name() == name; });
  REQUIRE(found != made.end());
  return found->maps->read_all();
}

const std::vector<std::string> unfitted = {"coarse", "bilinear", "bicubic", "nirv", "evi"};
const std::vector<std::string> all = {"coarse",          "bilinear",     "bicubic",        "nirv", "evi",
                                      "linear-residual", "gwr-residual", "trees-residual", "atprk"};

}  // namespace

TEST_CASE("Baselines of a fold are fitted to its training cells, whatever was fitted before") {
  const data::Dataset d = granules();
  Steps steps;
  MapsOf of(d, steps);
  BaselineMaps& maps = of.maps;
  CHECK(names(maps.unfitted()) == unfitted);
  std::vector<std::vector<float>> west;
  for (const auto& made : maps.of(half(0))) west.push_back(made.maps->read_all());
  const auto east = maps.of(half(1));
  REQUIRE(names(east) == all);
  const std::vector<MapBaseline> baselines = map_baselines(d, false);
  for (size_t k = 0; k < all.size(); ++k) {
    CAPTURE(all[k]);
    const std::vector<float> map = east[k].maps->read_all();
    CHECK(map == test::maps_of(*baselines[k].fit(d, half(1)), d));
    CHECK((map == west[k]) == (baselines[k].fitted_to == FittedTo::nothing));
  }
  data::Mask few(half(0).size(), 0);
  std::fill_n(few.begin(), 49, uint8_t(1));
  CHECK(names(maps.of(few)) == unfitted);
}

TEST_CASE("Tables have the baselines that do not need coarse cells larger than fine ones; none without its bands") {
  data::Dataset tables = data::fine_scale(granules());
  CHECK(names(map_baselines(data::tables_as_granules(tables), false)) ==
        std::vector<std::string>{"nirv", "evi", "linear-residual", "gwr-residual", "trees-residual"});
  std::erase_if(tables.layers, [](const data::Layer& layer) { return layer.name == "red_coarse"; });
  CHECK(names(map_baselines(data::tables_as_granules(tables), false)) == std::vector<std::string>{"nirv", "evi"});
}

TEST_CASE("What is fitted to soundings finds their law, by the soundings on training cells alone") {
  data::Dataset d = scene_with_bands();
  const data::Mask training = western(d);
  // Soundings that touch other cells are wrong.
  const std::vector<uint8_t> own = soundings_on(data::SoundingCells(d), d, training);
  REQUIRE(std::count(own.begin(), own.end(), 1) > 8000);
  for (size_t i = 0; i < own.size(); ++i)
    if (!own[i]) d.soundings.sif[i] += 5;
  d.layers[0].values[77] = NAN;
  Steps steps;
  MapsOf of(d, steps);
  BaselineMaps& maps = of.maps;
  const auto made = maps.of(training);
  const std::vector<float> regression = map_named(made, "footprint-regression");
  const std::vector<float> scaled = map_named(made, "first-guess");
  double ratio = 0;
  for (size_t i = 0; i < regression.size(); ++i) {
    const float ndvi = d.values("ndvi")[i], nirv = ndvi * d.values("nir")[i];
    CHECK(std::isnan(regression[i]) == (i == 77));
    CHECK(std::isnan(scaled[i]) == (i == 77));
    if (i == 77) continue;
    REQUIRE(regression[i] == doctest::Approx(test::slope * double(ndvi)).epsilon(1e-3));
    if (i == 0) ratio = double(scaled[i] / nirv);
    REQUIRE(scaled[i] == doctest::Approx(ratio * double(nirv)).epsilon(1e-5));
  }
  CHECK(ratio == doctest::Approx(test::slope / 0.3).epsilon(0.05));  // the mean of NIR is 0.3
}

TEST_CASE("A window with few soundings takes the regression of all windows") {
  data::Dataset d = scene_with_bands();
  // One sounding in a hundred of the second window, all too high.
  data::Soundings& s = d.soundings;
  size_t kept = 0;
  const data::SoundingCells cells(d);
  for (size_t i = 0; i < s.size(); ++i)
    if (cells[i].window == 1) s.sif[i] = kept++ % 100 == 0 ? 2 * s.sif[i] : NAN;
  std::vector<uint8_t> chosen(s.size());
  for (size_t i = 0; i < s.size(); ++i) chosen[i] = !std::isnan(s.sif[i]);
  for (const MapBaseline& baseline : map_baselines(d, true)) {
    if (baseline.name != "footprint-regression") continue;
    const data::SoundingCells soundings(d);
    const std::vector<float> map = test::maps_of(*baseline.fit(d, {}), d, &soundings, chosen);
    for (size_t i = 0; i < map.size(); i += 97) {
      const double law = test::slope * double(d.values("ndvi")[i]);
      CHECK(std::abs(double(map[i]) - law) < (i < map.size() / 2 ? 1e-3 : 0.1));
    }
  }
}

TEST_CASE("Soundings correct a baseline as they correct a network's map; missing cells stay missing") {
  data::Dataset d = scene_with_bands();
  for (float& cloud : d.soundings.cloud_fraction) cloud = 0.5f;
  // All SIF of the south is lower than the bands show.
  const data::SoundingCells measured(d);
  for (size_t i = 0; i < measured.size(); ++i)
    if (measured[i].row > test::side / 2) d.soundings.sif[i] *= 0.7f;
  d.layers[0].values[77] = NAN;
  constexpr double shielding = 0.4;
  Steps steps;
  MapsOf of(d, steps, shielding);
  BaselineMaps& maps = of.maps;
  REQUIRE(maps.can_correct());
  data::SoundingCells clear(d);
  clear.clear_clouds(shielding);
  const auto all = maps.of(western(d)), corrected = maps.corrected(all);
  for (size_t k = 0; k < all.size(); ++k) {
    const auto& made = all[k];
    if (made.variant.method != "nirv" && made.variant.method != "first-guess") continue;
    const std::vector<float> uncorrected = made.maps->read_all();
    std::vector<float> expected = uncorrected;
    correct_by_soundings(expected, d.grid, clear, {}, map_error_model(d.coarse_factor, made.variant.method == "nirv"));
    CHECK(std::isnan(expected[77]));
    CHECK_FALSE(same_map(expected, uncorrected));
    CHECK(same_map(corrected[k].maps->read_all(), expected));
    CHECK(same_map(maps.map_of({made.variant.method, false, true}, western(d))->maps->read_all(), expected));
  }
  CHECK_FALSE(maps.map_of({"no-such", false, true}, western(d)));
}

TEST_CASE("What is fitted to nothing is made and corrected once for all splits, and counted") {
  const data::Dataset d = scene_with_bands();
  double last = 0;
  Steps steps([&](double share) { last = share; });
  MapsOf of(d, steps);
  BaselineMaps& maps = of.maps;
  const size_t fitted = maps.count() - maps.unfitted_count();
  CHECK(maps.unfitted_count() == unfitted.size());
  CHECK(fitted == 6);
  steps.expect(2 * maps.unfitted_count() + 4 * fitted);
  const auto first = maps.corrected(maps.unfitted());
  for (int split = 0; split < 2; ++split) {
    const auto made = maps.of(western(d)), corrected = maps.corrected(made);
    CHECK(made.size() == maps.count());
    for (size_t k = 0; k < first.size(); ++k) CHECK(corrected[k].maps == first[k].maps);
  }
  CHECK(last == doctest::Approx(1));
}

TEST_CASE("Each baseline of bands is there of denoised bands too, made of those alone") {
  data::Dataset d = scene_with_bands();
  const std::vector<float> red(d.values("red").begin(), d.values("red").end()),
      nir(d.values("nir").begin(), d.values("nir").end());
  std::vector<float> smooth_nir = nir;
  for (size_t i = 0; i < nir.size(); ++i) smooth_nir[i] = 0.3f + 0.001f * float(i % 7);
  d.add({"red_denoised", "1", "", red}), d.add({"nir_denoised", "1", "", smooth_nir});
  const data::BaselineBands bands = data::denoised_bands(d);
  REQUIRE(bands.fine.size() == 3);  // no EVI, which needs blue
  const std::vector<float> coarse_nir = data::block_mean(smooth_nir, d.shape(), d.coarse_factor);
  for (size_t i = 0; i < coarse_nir.size(); ++i)
    CHECK(bands.coarse[2].values[i] == doctest::Approx(double(coarse_nir[i])).epsilon(1e-5));
  for (size_t i = 0; i < nir.size(); i += 97)
    CHECK(bands.fine[0].values[i] == doctest::Approx((smooth_nir[i] - red[i]) / (smooth_nir[i] + red[i])));
  Steps steps;
  MapsOf of(d, steps);
  BaselineMaps& maps = of.maps;
  std::vector<std::string> denoised;
  for (const auto& made : maps.of(western(d)))
    if (made.variant.denoised) denoised.push_back(made.variant.method);
  CHECK(denoised == std::vector<std::string>{"nirv", "first-guess"});
  const data::Dataset replaced = data::with_bands(d, bands);
  const std::vector<float> nirv = maps.map_of({"nirv", true, false}, {})->maps->read_all();
  CHECK(same_map(nirv, test::maps_of(*map_baselines(replaced, true)[3].fit(replaced, {}), replaced)));
  CHECK_FALSE(same_map(nirv, maps.map_of({"nirv", false, false}, {})->maps->read_all()));
}

TEST_CASE("Coarse cells train where all of their fine cells do") {
  const data::Dataset d = granules();
  CHECK(coarse_mask(d, fine_mask(d, half(1))) == half(1));
  data::Mask fine = fine_mask(d, half(1));
  fine[size_t(columns - 1)] = 0;
  data::Mask without_corner = half(1);
  without_corner[size_t(columns / factor - 1)] = 0;
  CHECK(coarse_mask(d, fine) == without_corner);
}
