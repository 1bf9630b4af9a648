#include "pipeline/train/held_out.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "data/footprints/sounding_cells.hpp"
#include "kernels/random.hpp"
#include "pipeline/crossvalidate/crossvalidate.hpp"
#include "pipeline/train/honest_protocol.hpp"
#include "pipeline/train/supervision.hpp"
#include "pipeline/train/train.hpp"
#include "sounding_scene.hpp"
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

HeldOutBasis basis(const std::string& model, const std::string& supervision, const data::Dataset& dataset) {
  const ResolvedOptions o = options(model, supervision, 16);
  return held_out_basis(o, dataset,
                        o.supervision == Supervision::footprints
                            ? data::Dataset()
                            : training_grid(dataset, o.supervision, o.wald_factor));
}

HonestOptions held_out(const std::string& test, int buffer) {
  HonestOptions o;
  o.test = test, o.buffer = buffer, o.validation_share = 0;
  return o;
}

}  // namespace

TEST_CASE("A buffer spans the SIF behind inputs, a footprint, the receptive field and the errors' correlation") {
  const auto separation = [](const std::string& model, const std::string& supervision, const data::Dataset& dataset) {
    const Separation s = basis(model, supervision, dataset).separation;
    return std::vector<int>{s.coarse, s.sif, s.footprint, s.network};
  };
  data::Dataset tables = empty(0), granules = empty(4);
  tables.add({data::target_layer, "", "", std::vector<float>(size_t(tables.grid.cells()), 1)});
  granules.coarse_layers.push_back({"sif", "", "", std::vector<float>(size_t(40 * 60), 1)});
  CHECK(separation("unet", "gridded", tables) == std::vector<int>{2, 2, 0, 107});
  CHECK(separation("paper-cnn", "gridded", tables) == std::vector<int>{2, 2, 0, 39});
  CHECK(separation("sifnet-small", "wald", granules) == std::vector<int>{6, 6, 0, 3});
  CHECK(separation("unet", "footprints", granules) == std::vector<int>{1, 1, 0, 27});
  // Footprints of 3.6 x 1.8 cells, turned: on 4 or 5 cells, some on 6.
  const data::Dataset soundings = test::scene_of_soundings(0.3);
  CHECK(separation("sifnet", "footprints", soundings) == std::vector<int>{1, 1, 2, 2});
  CHECK(separation("sifnet", "wald", soundings) == std::vector<int>{6, 8, 2, 6});
}

TEST_CASE("The errors' correlation length is in the buffer, on the grid that is split") {
  data::Dataset granules = empty(4);
  Random random(8);
  std::vector<float> sif, ndvi;
  for (int i = 0; i < 40; ++i)
    for (int j = 0; j < 60; ++j) {
      ndvi.push_back(float((i / 5 + j / 5) % 2 + 0.01 * random.normal()));
      sif.push_back(ndvi.back() + 0.2f * float(std::cos(0.2 * j)));
    }
  granules.coarse_layers = {{"sif", "", "", sif}, {"ndvi", "", "", ndvi}};
  const HeldOutBasis coarse = basis("sifnet", "footprints", granules), fine = basis("sifnet", "truth", granules);
  CHECK(coarse.lengths.sif < 2.5);
  CHECK(coarse.lengths.errors > 6);
  CHECK(coarse.lengths.longer() == coarse.lengths.errors);
  CHECK(coarse.separation.errors == int(std::ceil(coarse.lengths.errors)));
  CHECK(coarse.separation.widest() == coarse.separation.errors);
  CHECK(fine.lengths.sif == 4 * coarse.lengths.sif);
  CHECK(fine.separation.errors == int(std::ceil(4 * coarse.lengths.errors)));
  CHECK(coarse.values == std::vector<int32_t>(size_t(40 * 60), 1));  // one window
  CHECK(fine.values.size() == size_t(160 * 240));
}

TEST_CASE("Values are the soundings in the middle of their footprints") {
  const data::Dataset soundings = test::scene_of_soundings(0.3);
  const HeldOutBasis held_out = basis("sifnet", "footprints", soundings);
  int64_t sum = 0;
  for (const int32_t n : held_out.values) sum += n;
  CHECK(sum == int64_t(data::SoundingCells(soundings).size()));
}

TEST_CASE("Which reason decided on a buffer is said in words") {
  const Separation s{1, 1, 3, 2, 4};
  CHECK(s.in_words(4).starts_with("decided by the correlation length of the errors (errors 4, footprint 3, "));
  CHECK(s.in_words(9).starts_with("wider than"));
  CHECK(s.in_words(3).starts_with("narrower than"));
  CHECK(Separation{1, 1, 3, 2, 2}.in_words(3).starts_with("decided by the footprint"));
  CHECK(Separation{1, 1, 3, 5, 2}.in_words(5).starts_with("decided by the receptive field"));
  CHECK(Separation{6, 9, 3, 5, 2}.in_words(9).starts_with("decided by the SIF behind inputs"));
}

TEST_CASE("Blocks are as large as correlation and buffer ask for, two for each fold, where values are") {
  const Shape shape{2, 40, 60, 1};
  HeldOutBasis held_out;
  held_out.values.assign(size_t(40 * 60), 1);
  const auto side = [&](const std::string& test = "blocks:auto:1/5") { return with_block_side(test, shape, held_out); };
  held_out.separation.footprint = 1, held_out.separation.network = 100;
  CHECK(side() == "blocks:8:1/5");
  CHECK(side("blocks:7:1/5") == "blocks:7:1/5");
  CHECK(side("columns:1/5") == "columns:1/5");
  CHECK(side("blocks:auto:1/5 ") == "blocks:auto:1/5 ");
  held_out.lengths = {9.2, 3};
  CHECK(side() == "blocks:10:1/5");  // four fill 40 cells
  held_out.separation.errors = 5;
  CHECK(side() == "blocks:14:1/5");  // of 20 cells there were 6; of 14 there are 3 x 5
  held_out.separation.errors = 0, held_out.lengths = {};
  for (int i = 0; i < 40; ++i)
    for (int j = 0; j < 60; ++j) held_out.values[size_t(i * 60 + j)] = i >= 10 && i < 30 && j >= 20;
  CHECK(side() == "blocks:7:1/5");  // of 10 cells there were 2 x 4
}

TEST_CASE("The default buffer leaves a third of the values to train in every fold, but keeps SIF out") {
  const Shape shape{1, 40, 60, 1};
  HeldOutBasis held_out;
  held_out.values.assign(size_t(40 * 60), 1);
  ResolvedOptions o = options("sifnet", "gridded", 4);
  o.validation = 0;
  const auto buffer = [&](const std::string& test, int sif, int errors) {
    o.test = test, held_out.separation.sif = sif, held_out.separation.errors = errors;
    return default_buffer(shape, o, held_out);
  };
  CHECK(buffer("columns:0/4", 2, 10) == 10);
  CHECK(buffer("columns:0/4", 2, 30) == 15);  // of fold 1, which has neighbours on both sides
  CHECK(buffer("columns:0/4", 20, 30) == 20);
  CHECK(buffer("window:0", 2, 30) == 30);
  CHECK(buffer("columns:0/4", 0, 0) == 1);
  for (int i = 0; i < 40; ++i)
    for (int j = 0; j < 60; ++j) held_out.values[size_t(i * 60 + j)] = j < 30;
  CHECK(buffer("blocks:10:0/3", 2, 30) < buffer("columns:0/4", 2, 30));
}

TEST_CASE("A split that leaves nothing says what to do, and that works") {
  const Shape shape{1, 30, 100, 1};
  CHECK(make_split(shape, held_out("columns:0/4", 20)).count(data::Role::train) == 30 * 55);
  CHECK_THROWS_NAMING(UsageError, make_split(shape, held_out("columns:1/4", 60)), "no train cells", "buffer of 60",
                      "--buffer 25");
  const data::Split said = make_split(shape, held_out("columns:1/4", 25));
  CHECK(3 * said.count(data::Role::train) >= 30 * 75);
  CHECK(3 * make_split(shape, held_out("columns:1/4", 26)).count(data::Role::train) < 30 * 75);
  for (const char* wrong : {"columns:0", "columns:0/4x", "blocks:auto:0/4", "blocks:0/4", "window", "rows:0/4", ""})
    CHECK_THROWS_NAMING(UsageError, make_split(shape, held_out(wrong, 0)), "--test", "columns:FOLD/FOLDS");
  CHECK_THROWS_NAMING(UsageError, make_split(shape, held_out("columns:4/4", 0)), "fold 4 of 4");
}

TEST_CASE("Blocks are the same for every seed, so that seeds differ in the training alone") {
  HonestOptions one = held_out("blocks:10:0/3", 0), two = one;
  two.seed = 2;
  CHECK(make_split({1, 60, 60, 1}, one).roles == make_split({1, 60, 60, 1}, two).roles);
}

TEST_CASE("Windows that begin before --start or after --end have no role; the others' roles are the same") {
  const Shape shape{3, 30, 100, 1};
  HonestOptions o = held_out("columns:0/4", 5);
  const data::Split all = make_split(shape, o);
  ResolvedOptions dated;
  dated.start = "2019-06-01", dated.end = "2019-06-10";
  o.windows = used_windows(dated, {"2019-05-25", "2019-06-10", "2019-06-26"});
  CHECK(o.windows == std::vector<int>{1});
  const data::Split some = make_split(shape, o);
  for (size_t i = 0; i < all.roles.size(); ++i)
    CHECK(some.roles[i] == (i / 3000 == 1 ? all.roles[i] : data::Role::buffer));
  CHECK(used_windows({}, {"2019-05-25"}).empty());
  dated.start = "2020-01-01", dated.end = std::nullopt;
  CHECK_THROWS_NAMING(UsageError, used_windows(dated, {"2019-05-25"}), "--start 2020-01-01", "2019-05-25");
}

TEST_CASE("Folds of a cross-validation") {
  CHECK(test_of_fold("columns", 2, 5) == "columns:2/5");
  CHECK(test_of_fold("blocks:auto", 0, 5) == "blocks:auto:0/5");
  CHECK(test_of_fold("blocks:12", 4, 5) == "blocks:12:4/5");
  CHECK(test_of_fold("window", 1, 2) == "window:1");
  for (const char* wrong : {"columns:0/4", "blocks:12:0/4", "window:1", "blocks"})
    CHECK_THROWS_NAMING(UsageError, test_of_fold(wrong, 0, 4), wrong, "blocks:auto");
}
