#include "data/features/features.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/scores/correlation.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;
using Names = std::vector<std::string>;

namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

// One window of 2 x 3 cells, and a second one that differs in SIF.
Dataset small_dataset() {
  Dataset dataset;
  dataset.grid.rows = 2;
  dataset.grid.columns = 3;
  dataset.windows = {"a", "b"};
  dataset.add({"sif_fine", "", "", {1, 2, 3, 4, 5, 6, 2, 2, missing, 1, 0, 3}});
  dataset.add({"sif", "", "", {1.5f, 2, 2.5f, missing, 5, 5.5f, 10, 20, 30, 40, 50, missing}});
  dataset.add({"ndvi", "", "", {0.5f, 0.2f, missing, 0.1f, 0.3f, 0.4f, 1, 1, 1, 1, 1, 1}});
  dataset.add({"nir", "", "", {0.2f, 0.4f, 0.1f, missing, 0.3f, 0.4f, 2, 2, 2, 2, 2, 2}});
  dataset.add({"sza", "", "", {0, 60, 90, missing, 0, 0, 0, 0, 0, 0, 0, 0}});
  return dataset;
}

}  // namespace

TEST_CASE("Channels are layers or made of layers, missing where one of theirs is") {
  const Dataset dataset = small_dataset();
  const FeatureStack stack =
      make_features(dataset, Names{"sif", "valid", "nirv", "kndvi", "cos_sza", "sif_difference"});
  CHECK(stack.shape() == Shape{2, 2, 3, 6});
  const auto view = stack.view();
  CHECK(view(0, 0, 0, 0) == 1.5f);
  CHECK(std::isnan(view(0, 1, 0, 0)));
  CHECK(view(0, 0, 0, 2) == doctest::Approx(0.1));
  CHECK(std::isnan(view(0, 0, 2, 2)));
  CHECK(std::isnan(view(0, 1, 0, 2)));
  CHECK(view(1, 0, 0, 2) == 2);
  CHECK(view(0, 0, 0, 3) == doctest::Approx(0.244919));  // tanh(0.25)
  CHECK(view(0, 0, 1, 4) == doctest::Approx(0.5));
  CHECK(view(0, 0, 0, 5) == -0.5f);
  CHECK(view(0, 1, 2, 5) == 0.5f);
  const std::vector<float> valid = {1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0};
  for (int i = 0; i < 12; ++i) CHECK(view.data[i * 6 + 1] == valid[size_t(i)]);
  CHECK(stack.present() == Mask{1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0});
}

TEST_CASE("The day of the year, of windows that are dates") {
  Dataset dataset = small_dataset();
  CHECK_THROWS_NAMING(UsageError, make_features(dataset, Names{"day_of_year"}), "day_of_year");
  dataset.windows = {"2019-05-25", "2020-12-31"};
  const FeatureStack stack = make_features(dataset, Names{"day_of_year"});
  CHECK(stack.view()(0, 1, 2, 0) == 145);
  CHECK(stack.view()(1, 0, 0, 0) == 366);
}

TEST_CASE("The season's code: the angle of the day in a year and in half a year") {
  Dataset dataset = small_dataset();
  CHECK_THROWS_NAMING(UsageError, make_features(dataset, season_code()), "cos_year");
  dataset.windows = {"2019-01-01", "2019-04-02"};  // 91 days later: a quarter of a year
  const FeatureStack stack = make_features(dataset, season_code());
  const double expected[2][4] = {{1, 0, 1, 0}, {0, 1, -1, 0}};
  for (int window : {0, 1})
    for (int k = 0; k < 4; ++k)
      CHECK(stack.view()(window, 1, 2, k) == doctest::Approx(expected[window][k]).epsilon(0.02));
}

TEST_CASE("Channels of other windows: the window's own where there is none, which their own valid shows") {
  const FeatureStack stack = make_features(small_dataset(), Names{"sif@-1", "sif@+1", "valid@-1", "valid@+1", "valid"});
  const auto view = stack.view();
  // The first window has none before it; in the second the earlier one lacks cell (1, 0).
  CHECK(view(0, 0, 1, 0) == 2);
  CHECK(view(0, 0, 1, 2) == 0);
  CHECK(view(1, 0, 1, 0) == 2);
  CHECK(view(1, 0, 1, 2) == 1);
  CHECK(view(1, 1, 0, 0) == 40);
  CHECK(view(1, 1, 0, 2) == 0);
  CHECK(view(0, 0, 1, 1) == 20);
  CHECK(view(0, 0, 1, 3) == 1);
  // In the first the later one lacks cell (1, 2), and has cell (1, 0), which the first itself lacks.
  CHECK(view(0, 1, 2, 1) == 5.5f);
  CHECK(view(0, 1, 2, 3) == 0);
  CHECK(view(0, 1, 0, 1) == 40);
  CHECK(view(0, 1, 0, 3) == 1);
  // Missing in both windows that matter, or where the own value is missing and there is no other window.
  CHECK(std::isnan(view(0, 1, 0, 0)));
  CHECK(view(0, 1, 0, 4) == 0);
  CHECK(std::isnan(view(1, 1, 2, 1)));
  CHECK(view(1, 1, 2, 3) == 0);
  for (int i = 0; i < 12; ++i)
    for (const int valid : {2, 3, 4}) CHECK_FALSE(std::isnan(stack.values[size_t(i) * 5 + size_t(valid)]));
}

TEST_CASE("valid of another window is that of all channels with its offset") {
  const FeatureStack stack = make_features(small_dataset(), Names{"valid@-1", "sif@-1", "nirv@-1", "nirv"});
  // Window b: window a lacks SIF in (1, 0), NDVI in (0, 2), NIR in (1, 0).
  const std::vector<float> expected = {0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1};
  for (int i = 0; i < 12; ++i) CHECK(stack.values[size_t(i) * 4] == expected[size_t(i)]);
  CHECK(stack.view()(1, 0, 2, 2) == 2);
}

TEST_CASE("What channels of other windows are made of") {
  CHECK(needs_other_windows("ndvi@-1"));
  CHECK(is_computed("elevation@+2"));
  CHECK_FALSE(is_computed("elevation@home"));
  CHECK(holds_coarse_sif("sif_nirv@+1"));
  CHECK(holds_coarse_sif("sif_mean@-1"));
  CHECK_FALSE(holds_coarse_sif("nirv@+1"));
  CHECK(hold_sif_of_other_windows(Names{"ndvi", "sif_nirv@+1"}));
  CHECK(hold_sif_of_other_windows(Names{"sif_mean"}));
  CHECK_FALSE(hold_sif_of_other_windows(Names{"sif", "ndvi@-1", "ndvi_denoised"}));
  CHECK(leaks_target("sif_fine@-1"));
  CHECK(leaks_target("sif_difference_mean@+3"));
  CHECK(needs_whole_window("lbp_paper@-1"));
  CHECK(layers_behind(Names{"nirv@-1"}) == Names{"nirv", "ndvi", "nir"});
  CHECK(validity_channels(Names{"a@+1", "b", "c@-1", "d@+1"}) == Names{"valid@+1", "valid@-1", "valid"});
  CHECK(validity_channels(Names{"a"}) == Names{"valid"});
}

TEST_CASE("Indices of denoised bands") {
  Dataset dataset = small_dataset();
  const auto add = [&](const char* name, float value) {
    dataset.add({name, "", "", std::vector<float>(12, value)});
    dataset.layers.back().values[3] = missing;
  };
  add("red_denoised", 0.1f), add("nir_denoised", 0.4f), add("blue_denoised", 0.05f);
  const FeatureStack stack = make_features(dataset, Names{"ndvi_denoised", "nirv_denoised", "evi_denoised_mean"});
  const auto view = stack.view();
  CHECK(view(1, 1, 2, 0) == doctest::Approx(0.6));
  CHECK(view(1, 1, 2, 1) == doctest::Approx(0.24));
  CHECK(view(1, 1, 2, 2) == doctest::Approx(0.75 / 1.625));
  CHECK(std::isnan(view(0, 1, 0, 0)));
  CHECK(view(0, 1, 0, 2) == doctest::Approx(0.75 / 1.625));
}

TEST_CASE("Means over windows: of what is present, the same in every window") {
  const FeatureStack stack = make_features(small_dataset(), Names{"sif_mean", "nirv_mean"});
  const auto view = stack.view();
  for (int window : {0, 1}) {
    CHECK(view(window, 0, 0, 0) == doctest::Approx((1.5 + 10) / 2));
    CHECK(view(window, 1, 0, 0) == 40);
    CHECK(view(window, 1, 2, 0) == 5.5f);
    CHECK(view(window, 0, 0, 1) == doctest::Approx((0.1 + 2) / 2));
    CHECK(view(window, 0, 2, 1) == 2);
  }
  Dataset dataset = small_dataset();
  for (float& v : dataset.layers[1].values) v = missing;
  CHECK(std::isnan(make_features(dataset, Names{"sif_mean"}).values[0]));
  CHECK(needs_other_windows("sif_mean"));
  CHECK(needs_other_windows("ndvi_denoised"));
  CHECK_FALSE(needs_other_windows("sif"));
  CHECK(leaks_target("sif_fine_mean"));
  CHECK(layers_behind(Names{"nirv_mean"}) == Names{"nirv", "ndvi", "nir"});
}

TEST_CASE("Missing values are filled only when asked to") {
  FeatureStack stack = make_features(small_dataset(), Names{"sif"});
  stack.fill_missing(-7);
  CHECK(stack.values == std::vector<float>{1.5f, 2, 2.5f, -7, 5, 5.5f, 10, 20, 30, 40, 50, -7});
}

TEST_CASE("The paper's LBP scales each window and takes missing for 0") {
  // Window a: (v - 1.5) / 4 x 255 truncated: 0 31 63 / 0 223 255. Bits: right 1, right up 2, up 4, left up 8, left 16,
  // left down 32, down 64, right down 128, where up is the next row.
  const FeatureStack stack = make_features(small_dataset(), Names{"lbp_paper"});
  const std::vector<float> expected = {(1 + 2) / 2.f, (1 + 2 + 4) / 2.f, (4 + 8) / 2.f, (1 + 128) / 2.f, 1 / 2.f, 0,
                                       // window b: 0 63 127 / 191 255 0
                                       (1 + 2 + 4) / 2.f, (1 + 4 + 8) / 2.f, 8 / 2.f, 1 / 2.f, 0, (16 + 32 + 64) / 2.f};
  CHECK(stack.values == expected);
}

TEST_CASE("Other LBP variants are missing where a neighbour is") {
  Dataset dataset;
  dataset.grid.rows = dataset.grid.columns = 3;
  dataset.windows = {"a"};
  dataset.add({"sif", "", "", {1, 2, 3, 4, 5, 6, 7, 8, 9}});
  for (const std::string name : {"lbp", "lbp_uniform", "lbp_rotation_invariant", "lbp_rotation_invariant_uniform"}) {
    const FeatureStack stack = make_features(dataset, Names{name});
    for (int i = 0; i < 9; ++i) CHECK(std::isnan(stack.values[size_t(i)]) == (i != 4));
  }
  // Counter-clockwise from the east, rows growing downwards: 6 3 2 1 4 7 8 9 against 5.
  CHECK(make_features(dataset, Names{"lbp"}).values[4] == 1 + 32 + 64 + 128);
  CHECK(make_features(dataset, Names{"lbp_rotation_invariant"}).values[4] == 15);
  CHECK(make_features(dataset, Names{"lbp_rotation_invariant_uniform"}).values[4] == 4);
}

TEST_CASE("Unknown, repeated and impossible channels are refused") {
  const Dataset dataset = small_dataset();
  CHECK_THROWS_NAMING(UsageError, make_features(dataset, Names{"ndwi"}), "'ndwi'", "nirv", "lbp_paper", "valid");
  CHECK_THROWS_NAMING(UsageError, make_features(dataset, Names{"sif", "sif"}), "'sif'", "twice");
  CHECK_THROWS_NAMING(UsageError, make_features(dataset, Names{"nirv_coarse"}), "'nirv_coarse'");
  CHECK_THROWS_NAMING(UsageError, make_features(dataset, Names{}), "no features");
  const Names names = feature_names(dataset);
  CHECK(std::find(names.begin(), names.end(), "nirv") != names.end());
  CHECK(std::find(names.begin(), names.end(), "nirv_coarse") == names.end());
  for (const std::string& name : names) CHECK(make_features(dataset, Names{name}).values.size() == 12);
}

TEST_CASE("Channels made from the target are known") {
  for (const std::string name : {"sif_fine", "sif735_fine", "sif_difference"}) CHECK(leaks_target(name));
  for (const std::string name : {"sif", "sif735", "ndvi", "lbp_paper", "valid"}) CHECK(!leaks_target(name));
}

TEST_CASE("Pearson's r by hand, over the cells where both are present") {
  const std::vector<float> a = {1, 2, 3, missing, 100}, b = {1, 3, 2, 50, missing}, constant = {4, 4, 4, 4, 4};
  CHECK(pearson(a, b) == doctest::Approx(0.5));
  CHECK(pearson(a, a) == doctest::Approx(1));
  CHECK(std::isnan(pearson(a, constant)));
  CHECK(std::isnan(pearson(std::vector<float>{1, 2, missing}, std::vector<float>{1, 2, 3})));
  CHECK_THROWS_AS(pearson(a, std::vector<float>{1}), ShapeError);
}

TEST_CASE("Correlations go by window, pooled, and over chosen cells") {
  Dataset dataset;
  dataset.grid.rows = 1;
  dataset.grid.columns = 4;
  dataset.windows = {"a", "b"};
  dataset.add({"sif_fine", "", "", {1, 2, 3, 4, 4, 3, 2, 1}});
  dataset.add({"sif", "", "", {1, 2, 3, 4, 4, 3, 2, 2}});
  dataset.add({"up", "", "", {1, 2, 3, 4, 1, 2, 3, 4}});
  dataset.add({"weak", "", "", {1, 2, 1, 2, 2, 1, 2, 1}});
  dataset.add({"flat_coarse", "", "", {1, 1, 1, 1, 1, 1, 1, 1}});
  CHECK(auxiliary_bands(dataset) == Names{"up", "weak"});
  CHECK(auxiliary_bands(dataset, true) == Names{"flat_coarse"});

  const auto bands = correlations_with_target(dataset, Names{"up", "weak"});
  CHECK(bands[0].per_window[0] == doctest::Approx(1));
  CHECK(bands[0].per_window[1] == doctest::Approx(-1));
  CHECK(bands[0].pooled == doctest::Approx(0).epsilon(1e-9));
  CHECK(bands[1].pooled == doctest::Approx(0.4472136));  // 1 / sqrt(5)
  CHECK(correlations_with_target(dataset, Names{"up"}, Mask{1, 1, 1, 1, 0, 0, 0, 0})[0].pooled == doctest::Approx(1));

  const Names all = {"up", "weak", "flat_coarse"};
  CHECK(most_correlated(dataset, all, 2) == Names{"weak", "up"});
  CHECK(most_correlated(dataset, all, 1, Mask{0, 0, 0, 0, 1, 1, 1, 1}) == Names{"up"});  // r = -1
  CHECK_THROWS_NAMING(UsageError, most_correlated(dataset, all, 3), "3 most correlated of 2");

  const CorrelationMatrix matrix = correlation_matrix(dataset, all, 0);
  CHECK(matrix.at(0, 0) == doctest::Approx(1));
  CHECK(matrix.at(0, 1) == doctest::Approx(0.4472136));
  CHECK(matrix.at(1, 0) == matrix.at(0, 1));
  CHECK(std::isnan(matrix.at(0, 2)));
  CHECK_THROWS_AS(correlation_matrix(dataset, all, 2), UsageError);
  CHECK_THROWS_AS(correlation_matrix(dataset, all, 0, Mask{1}), ShapeError);
}
