#include "pipeline/train/held_out.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "data/dataset/scales.hpp"
#include "kernels/random.hpp"
#include "pipeline/crossvalidate/crossvalidate.hpp"
#include "pipeline/train/honest_protocol.hpp"
#include "pipeline/train/train.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

data::Dataset empty(int coarse_factor) {
  data::Dataset dataset;
  dataset.grid.rows = 160, dataset.grid.columns = 240;
  dataset.windows = {"2019-05-25"};
  dataset.coarse_factor = coarse_factor;
  return dataset;
}

ResolvedOptions options(const std::string& model, const std::string& supervision, int patch) {
  ResolvedOptions o;
  o.model = model, o.supervision = parse<Supervision>(supervision), o.patch = patch, o.wald_factor = 4;
  return o;
}

HonestOptions held_out(const std::string& test, int buffer) {
  HonestOptions o;
  o.test = test, o.buffer = buffer, o.validation_share = 0;
  return o;
}

}  // namespace

TEST_CASE("A buffer spans what the network sees, a patch and a coarse cell, in cells of the split's grid") {
  const auto separation = [](const std::string& model, const std::string& supervision, int patch, int factor) {
    const Separation s = separation_of(options(model, supervision, patch), empty(factor));
    return std::vector<int>{s.network, s.patch, s.coarse, s.buffer()};
  };
  CHECK(separation("unet", "gridded", 40, 0) == std::vector<int>{107, 40, 2, 107});
  CHECK(separation("sifnet", "gridded", 40, 0) == std::vector<int>{6, 40, 2, 40});
  CHECK(separation("sifnet-small", "wald", 2, 4) == std::vector<int>{3, 2, 6, 6});
  CHECK(separation("sifnet", "truth", 40, 4) == std::vector<int>{6, 40, 6, 40});
  CHECK(separation("unet", "footprints", 65, 4) == std::vector<int>{27, 17, 1, 27});
  CHECK(separation("paper-cnn", "gridded", 40, 0) == std::vector<int>{39, 40, 2, 40});
}

TEST_CASE("Blocks are as large as the SIF correlates, no smaller than a patch, and two for each fold where it can be") {
  data::Dataset granules = empty(4);
  std::vector<float> sif(size_t(40 * 60));
  for (int i = 0; i < 40; ++i)
    for (int j = 0; j < 60; ++j) sif[size_t(i * 60 + j)] = float((i / 5 + j / 5) % 2);  // a board of 5 x 5 cells
  granules.coarse_layers.push_back({"sif", "", "", sif});
  const data::Dataset scale = data::fine_scale(granules);
  const auto side = [&](const std::string& supervision, int patch, const std::string& test = "blocks:auto:1/5") {
    return with_block_side(test, options("sifnet", supervision, patch), granules, scale);
  };
  // Covariances 1, 0.6, 0.2 fall below 1/e at 1.58 coarse cells.
  CHECK(side("footprints", 4) == "blocks:2:1/5");
  CHECK(side("gridded", 4) == "blocks:7:1/5");
  CHECK(side("footprints", 64) == "blocks:16:1/5");
  CHECK(side("wald", 20) == "blocks:20:1/5");
  CHECK(side("footprints", 64, "blocks:7:1/5") == "blocks:7:1/5");
  CHECK(side("footprints", 64, "columns:1/5") == "columns:1/5");
  CHECK(side("footprints", 64, "blocks:auto:1/5 ") == "blocks:auto:1/5 ");
  for (int i = 0; i < 40 * 60; ++i) granules.coarse_layers[0].values[size_t(i)] = float(i % 60);
  CHECK(side("footprints", 4) == "blocks:19:1/5");  // of 20 cells there were 6; of 19 there are 3 x 4
}

TEST_CASE("Where errors are alike farther than the SIF, blocks are as large as they ask for") {
  data::Dataset granules = empty(4);
  Random random(8);
  std::vector<float> sif, ndvi;
  for (int i = 0; i < 40; ++i)
    for (int j = 0; j < 60; ++j) {
      ndvi.push_back(float((i / 5 + j / 5) % 2 + 0.01 * random.normal()));
      sif.push_back(ndvi.back() + 0.2f * float(std::cos(0.2 * j)));
    }
  granules.coarse_layers = {{"sif", "", "", sif}, {"ndvi", "", "", ndvi}};
  const ResolvedOptions o = options("sifnet", "footprints", 4);
  const CorrelationLengths lengths = correlation_lengths(o, granules, granules);
  CHECK(lengths.sif < 2.5);
  CHECK(lengths.errors > 6);
  CHECK(lengths.longer() == lengths.errors);
  CHECK(with_block_side("blocks:auto:0/5", o, granules, granules) ==
        "blocks:" + std::to_string(int(std::ceil(lengths.errors))) + ":0/5");
  CHECK(correlation_lengths(options("sifnet", "truth", 4), granules, granules).sif == 4 * lengths.sif);
}

TEST_CASE("A split that leaves nothing says what to do, and that works") {
  const Shape shape{1, 30, 100, 1};
  CHECK(make_split(shape, held_out("columns:0/4", 20)).count(data::Role::train) == 30 * 55);
  CHECK_THROWS_NAMING(UsageError, make_split(shape, held_out("columns:1/4", 60)), "no train cells", "buffer of 60",
                      "--buffer 18");
  const data::Split said = make_split(shape, held_out("columns:1/4", 18));
  CHECK(2 * said.count(data::Role::train) >= 30 * 75);
  CHECK(2 * make_split(shape, held_out("columns:1/4", 19)).count(data::Role::train) < 30 * 75);
  for (const char* wrong : {"columns:0", "columns:0/4x", "blocks:auto:0/4", "blocks:0/4", "window", "rows:0/4", ""})
    CHECK_THROWS_NAMING(UsageError, make_split(shape, held_out(wrong, 0)), "--test", "columns:FOLD/FOLDS");
  CHECK_THROWS_NAMING(UsageError, make_split(shape, held_out("columns:4/4", 0)), "fold 4 of 4");
}

TEST_CASE("Blocks are the same for every seed, so that seeds differ in the training alone") {
  HonestOptions one = held_out("blocks:10:0/3", 0), two = one;
  two.seed = 2;
  CHECK(make_split({1, 60, 60, 1}, one).roles == make_split({1, 60, 60, 1}, two).roles);
}

TEST_CASE("Folds of a cross-validation") {
  CHECK(test_of_fold("columns", 2, 5) == "columns:2/5");
  CHECK(test_of_fold("blocks:auto", 0, 5) == "blocks:auto:0/5");
  CHECK(test_of_fold("blocks:12", 4, 5) == "blocks:12:4/5");
  CHECK(test_of_fold("window", 1, 2) == "window:1");
  for (const char* wrong : {"columns:0/4", "blocks:12:0/4", "window:1", "blocks"})
    CHECK_THROWS_NAMING(UsageError, test_of_fold(wrong, 0, 4), wrong, "blocks:auto");
}
