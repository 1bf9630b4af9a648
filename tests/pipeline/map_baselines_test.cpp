#include "pipeline/evaluate/map_baselines.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "data/dataset/resample.hpp"
#include "data/dataset/scales.hpp"
#include "kernels/random.hpp"
#include "pipeline/train/supervision.hpp"

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

template <class Made>
std::vector<std::string> names(const std::vector<Made>& made) {
  std::vector<std::string> all;
  for (const Made& m : made) all.push_back(m.name);
  return all;
}

const std::vector<std::string> unfitted = {"coarse", "bilinear", "bicubic", "nirv", "evi"};
const std::vector<std::string> all = {"coarse",          "bilinear",     "bicubic",        "nirv", "evi",
                                      "linear-residual", "gwr-residual", "trees-residual", "atprk"};

}  // namespace

TEST_CASE("Baselines of a fold are fitted to its training cells, whatever was fitted before") {
  const data::Dataset d = granules();
  BaselineMaps maps(d);
  CHECK(names(maps.unfitted()) == unfitted);
  std::vector<std::vector<float>> west;
  for (const auto& made : maps.of(half(0))) west.push_back(*made.map);
  const auto east = maps.of(half(1));
  REQUIRE(names(east) == all);
  const std::vector<MapBaseline> baselines = map_baselines(d);
  for (size_t k = 0; k < all.size(); ++k) {
    CAPTURE(all[k]);
    CHECK(*east[k].map == baselines[k].make(d, half(1)));
    CHECK((*east[k].map == west[k]) == !baselines[k].fits);
  }
  data::Mask few(half(0).size(), 0);
  std::fill_n(few.begin(), 49, uint8_t(1));
  CHECK(names(maps.of(few)) == unfitted);
}

TEST_CASE("Tables have the baselines that do not need coarse cells larger than fine ones; none without its bands") {
  data::Dataset tables = data::fine_scale(granules());
  CHECK(names(map_baselines(data::tables_as_granules(tables))) ==
        std::vector<std::string>{"nirv", "evi", "linear-residual", "gwr-residual", "trees-residual"});
  std::erase_if(tables.layers, [](const data::Layer& layer) { return layer.name == "red_coarse"; });
  CHECK(names(map_baselines(data::tables_as_granules(tables))) == std::vector<std::string>{"nirv", "evi"});
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
