#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

#include "data/features/features.hpp"
#include "data/features/scaling.hpp"
#include "data/regression/linear_regression.hpp"
#include "data/scores/correlation.hpp"
#include "data/scores/metrics.hpp"
#include "data/scores/noise.hpp"
#include "data/splits/leak_audit.hpp"
#include "data/splits/overlap.hpp"
#include "data/splits/split.hpp"
#include "data/tables/table_pair.hpp"
#include "files.hpp"

// The paper's own tables against figures measured on them by other programs.

using namespace unetsr;
using namespace unetsr::data;
using Names = std::vector<std::string>;

namespace {

const Dataset* paper_dataset() {
  static const std::optional<Dataset> dataset = []() -> std::optional<Dataset> {
    const auto directory = test::shared_data("paper");
    if (!directory) return std::nullopt;
    return dataset_from_tables(find_table_pairs(*directory));
  }();
  return dataset ? &*dataset : nullptr;
}

bool within(double value, double expected, double tolerance) {
  return std::abs(value - expected) <= tolerance;
}

Mask window_cells(const Dataset& dataset, int window) {
  Mask cells(size_t(dataset.shape().size()), 0);
  const auto first = cells.begin() + window * dataset.grid.cells();
  std::fill(first, first + dataset.grid.cells(), uint8_t(1));
  return cells;
}

const Names fine_bands = {"ndvi", "evi", "nir", "red"},
            coarse_bands = {"ndvi_coarse", "evi_coarse", "nir_coarse", "red_coarse"};

Names joined(std::initializer_list<Names> lists) {
  Names all;
  for (const Names& names : lists) all.insert(all.end(), names.begin(), names.end());
  return all;
}

// Four folds of columns, scores pooled over them, on the cells with target, coarse SIF and all bands.
Metrics column_fold_score(const Dataset& dataset, const Names& channels, int neighbourhood) {
  const Mask present = dataset.present(joined({{"sif_fine", "sif"}, fine_bands, coarse_bands}));
  const FeatureStack features = make_features(dataset, channels);
  std::vector<float> prediction(present.size(), std::numeric_limits<float>::quiet_NaN());
  for (int fold = 0; fold < 4; ++fold) {
    SplitOptions options;
    options.validation_share = 0;
    const Split split = columns_split(dataset.shape(), fold, 4, options);
    Mask train = split.mask(Role::train);
    for (size_t i = 0; i < train.size(); ++i) train[i] &= present[i];
    const LinearRegression regression(features.view(), dataset.values("sif_fine"), train, neighbourhood);
    const std::vector<float> fold_prediction = regression.predict(features.view());
    for (size_t i = 0; i < train.size(); ++i)
      if (split.roles[i] == Role::test) prediction[i] = fold_prediction[i];
  }
  return score(prediction, dataset.values("sif_fine"), present);
}

}  // namespace

TEST_CASE("Grid, windows and cells") {
  const Dataset* dataset = paper_dataset();
  if (!dataset) return;
  CHECK(dataset->shape() == Shape{2, 97, 173, 1});
  CHECK(dataset->windows == Names{"25_MAY_09_JUNE", "10_JUNE_25_JUNE"});
  CHECK(within(dataset->grid.y_step, 0.062882, 1e-6));
  CHECK(within(dataset->grid.x_step, 0.04586, 1e-6));
  CHECK(within(dataset->grid.y(0), 43.7262, 1e-4));
  CHECK(within(dataset->grid.y(96), 49.7629, 1e-4));
  CHECK(within(dataset->grid.x(0), -100.9616, 1e-4));
  CHECK(within(dataset->grid.x(172), -93.0736, 1e-4));

  const Mask with_target = dataset->present(Names{"sif_fine", "sif"});
  const Mask with_all = dataset->present(joined({{"sif_fine", "sif"}, fine_bands, coarse_bands}));
  const auto middle = ptrdiff_t(dataset->grid.cells());
  CHECK(std::count(with_target.begin(), with_target.begin() + middle, 1) == 16603);
  CHECK(std::count(with_target.begin() + middle, with_target.end(), 1) == 16586);
  CHECK(std::count(with_all.begin(), with_all.begin() + middle, 1) == 16603);
  CHECK(std::count(with_all.begin() + middle, with_all.end(), 1) == 16096);
}

TEST_CASE("Percentiles of the coarse SIF") {
  const Dataset* dataset = paper_dataset();
  if (!dataset) return;
  const double expected[2][3] = {{0.12, 0.65, 1.41}, {0.40, 1.06, 1.90}};
  for (int w = 0; w < 2; ++w) {
    std::vector<float> sif;
    for (int i = 0; i < 97 * 173; ++i)
      if (const float v = dataset->view("sif").data[w * 97 * 173 + i]; !std::isnan(v)) sif.push_back(v);
    std::sort(sif.begin(), sif.end());
    const double shares[] = {0.05, 0.5, 0.95};
    for (int p = 0; p < 3; ++p) CHECK(within(sif[size_t(shares[p] * double(sif.size() - 1))], expected[w][p], 0.006));
  }
}

TEST_CASE("The paper's choice of bands") {
  const Dataset* dataset = paper_dataset();
  if (!dataset) return;
  const auto bands = correlations_with_target(*dataset, Names{"evi", "ndvi", "nir"});
  CHECK(within(bands[0].per_window[0], 0.82, 0.005));
  CHECK(within(bands[1].per_window[0], 0.74, 0.005));
  CHECK(within(bands[2].per_window[0], 0.68, 0.005));
  CHECK(most_correlated(*dataset, auxiliary_bands(*dataset), 3, window_cells(*dataset, 0)) ==
        Names{"evi", "ndvi", "nir"});
}

TEST_CASE("The coarse SIF unchanged, and linear regression, window by window") {
  const Dataset* dataset = paper_dataset();
  if (!dataset) return;
  const auto target = dataset->values("sif_fine");
  const Mask first = window_cells(*dataset, 0), second = window_cells(*dataset, 1);
  CHECK(within(score(dataset->values("sif"), target, first).r2, 0.845, 0.0005));
  CHECK(within(score(dataset->values("sif"), target, second).r2, 0.757, 0.003));

  const FeatureStack features = make_features(*dataset, Names{"sif", "ndvi_coarse", "evi_coarse", "nir_coarse"});
  CHECK(within(least_squares_r2(features.view(), target, first), 0.849, 0.0005));
  CHECK(within(least_squares_r2(features.view(), target, second), 0.760, 0.0005));
  const LinearRegression fitted_to_first(features.view(), target, first);
  CHECK(within(score(fitted_to_first.predict(features.view()), target, second).r2, 0.755, 0.0005));
}

TEST_CASE("Honest column folds") {
  const Dataset* dataset = paper_dataset();
  if (!dataset) return;
  const Mask present = dataset->present(joined({{"sif_fine", "sif"}, fine_bands, coarse_bands}));
  const Metrics unchanged = score(dataset->values("sif"), dataset->values("sif_fine"), present);
  CHECK(unchanged.cells == 16603 + 16096);
  CHECK(within(unchanged.r2, 0.823, 0.0005));
  CHECK(within(unchanged.rmse, 0.223, 0.0005));
  CHECK(within(unchanged.mae, 0.169, 0.0005));

  const Metrics linear = column_fold_score(*dataset, joined({{"sif"}, fine_bands, coarse_bands}), 1);
  CHECK(linear.cells == 16603 + 16096);
  CHECK(within(linear.r2, 0.828, 0.0005));
  CHECK(within(linear.rmse, 0.220, 0.0005));
  CHECK(within(linear.mae, 0.166, 0.0005));

  // Above the 0.671 and 0.867 of a program that handles missing neighbours in another way: the coarse cells overlap, so
  // their neighbourhood alone tells much of the fine cell, and the more so the better its gaps are filled.
  CHECK(within(column_fold_score(*dataset, joined({fine_bands, {"nirv"}}), 5).r2, 0.684, 0.0005));
  CHECK(within(column_fold_score(*dataset, {"sif"}, 5).r2, 0.896, 0.0005));
  CHECK(within(column_fold_score(*dataset, joined({{"sif"}, fine_bands}), 5).r2, 0.8995, 0.0005));
}

TEST_CASE("The target's noise") {
  const Dataset* dataset = paper_dataset();
  if (!dataset) return;
  const auto noise = cell_noise(dataset->view("sif_fine")), variance = variance_per_window(dataset->view("sif_fine"));
  CHECK(within(noise[0], 0.18, 0.005));
  CHECK(within(noise[1], 0.27, 0.005));
  CHECK(within(noise_ceiling(noise[0], variance[0]), 0.838, 0.002));
  CHECK(within(noise_ceiling(noise[1], variance[1]), 0.736, 0.002));
}

TEST_CASE("The difference channel is the target in disguise") {
  const Dataset* dataset = paper_dataset();
  if (!dataset) return;
  const Names names = {"sif", "sif_difference"};
  FeatureStack features = make_features(*dataset, names);
  const auto target = dataset->values("sif_fine");
  for (int w = 0; w < 2; ++w) CHECK(least_squares_r2(features.view(), target, window_cells(*dataset, w)) > 0.9999);
  fit_scaling(ScalingKind::min_max, true, features.view(), names).apply(features.view());
  CHECK(within(least_squares_r2(features.view(), target), 0.98, 0.005));
}

TEST_CASE("The paper's protocol: shared pixels, and the coarse SIF unchanged") {
  const Dataset* dataset = paper_dataset();
  if (!dataset) return;
  const auto zero_filled = [&](const std::string& name) {
    std::vector<float> values(dataset->values(name).begin(), dataset->values(name).end());
    for (float& v : values)
      if (std::isnan(v)) v = 0;
    return values;
  };
  const std::vector<float> target = zero_filled("sif_fine"), coarse = zero_filled("sif");
  Queue queue(Device::cpu);
  double r2 = 0, mae = 0, rmse = 0, shared = 0;
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const CropsSplit split = random_crops_split(dataset->shape(), seed);
    shared += shared_pixel_share(dataset->shape(), 40, split.train, split.test) / 5;
    const int patches = int(split.test.size());
    const Shape shape{patches, 40, 40, 1};
    std::vector<float> t(size_t(shape.size())), p(t.size());
    kernels::crop(queue, {target.data(), dataset->shape()}, split.test, {t.data(), shape});
    kernels::crop(queue, {coarse.data(), dataset->shape()}, split.test, {p.data(), shape});
    const Metrics pooled = score(p, t);
    r2 += position_r2(p, t, patches) / 5;
    mae += pooled.mae / 5;
    rmse += pooled.rmse / 5;
  }
  CHECK(within(shared, 0.996, 0.001));
  CHECK(within(r2, 0.832, 0.006));
  CHECK(within(mae, 0.163, 0.006));
  CHECK(within(rmse, 0.218, 0.006));
}

TEST_CASE("Four tables are read in little time") {
  const auto directory = test::shared_data("paper");
  if (!directory) return;
  const auto start = std::chrono::steady_clock::now();
  dataset_from_tables(find_table_pairs(*directory));
  CHECK(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < 10);
}
