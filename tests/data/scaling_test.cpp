#include "data/features/scaling.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;
using Names = std::vector<std::string>;

namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

// Two windows of 1 x 3 cells, two channels.
const Shape shape{2, 1, 3, 2};
const std::vector<float> values = {1, 10, 3, missing, 5, 30, 7, 70, 9, 50, missing, 40};
const Names names = {"a", "b"};
const View<const float> view{values.data(), shape};

std::vector<float> scaled(const Scaling& scaling, std::vector<float> x = values) {
  scaling.apply({x.data(), shape});
  return x;
}

void check_equal(const std::vector<float>& a, const std::vector<float>& b) {
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    CHECK(std::isnan(a[i]) == std::isnan(b[i]));
    if (!std::isnan(b[i])) CHECK(a[i] == doctest::Approx(b[i]));
  }
}

}  // namespace

TEST_CASE("Min-max over all windows and per window") {
  check_equal(scaled(fit_scaling(ScalingKind::min_max, false, view, names)),
              {0, 0, 0.25f, missing, 0.5f, 1 / 3.f, 0.75f, 1, 1, 2 / 3.f, missing, 0.5f});
  check_equal(scaled(fit_scaling(ScalingKind::min_max, true, view, names)),
              {0, 0, 0.5f, missing, 1, 1, 0, 1, 1, 1 / 3.f, missing, 0});
}

TEST_CASE("Z-scores use mean and standard deviation of the present values") {
  const Scaling scaling = fit_scaling(ScalingKind::z_score, false, view, names);
  CHECK(scaling.offset[0] == doctest::Approx(5));
  CHECK(scaling.spread[0] == doctest::Approx(std::sqrt(8.0)));
  CHECK(scaling.offset[1] == doctest::Approx(40));
  CHECK(scaling.spread[1] == doctest::Approx(20));
  const Scaling per_window = fit_scaling(ScalingKind::z_score, true, view, names);
  CHECK(per_window.offset[2] == doctest::Approx(8));
  CHECK(per_window.spread[2] == doctest::Approx(1));
}

TEST_CASE("Statistics come from the chosen cells only") {
  const Scaling scaling = fit_scaling(ScalingKind::min_max, false, view, names, Mask{0, 1, 1, 0, 0, 1});
  CHECK(scaling.offset == std::vector<double>{3, 30});
  CHECK(scaling.spread == std::vector<double>{2, 10});
  check_equal(scaled(scaling), {-1, -2, 0, missing, 1, 0, 2, 4, 3, 2, missing, 1});
}

TEST_CASE("Channels may be left alone; constant and missing ones keep their spread") {
  const Scaling some = fit_scaling(ScalingKind::min_max, false, view, names, {}, {"b"});
  check_equal(scaled(some), {0, 10, 0.25f, missing, 0.5f, 30, 0.75f, 70, 1, 50, missing, 40});
  check_equal(scaled(fit_scaling(ScalingKind::none, false, view, names)), values);
  const Scaling one_cell = fit_scaling(ScalingKind::z_score, false, view, names, Mask{0, 1, 0, 0, 0, 0});
  CHECK(one_cell.offset == std::vector<double>{3, 0});
  CHECK(one_cell.spread == std::vector<double>{1, 1});
}

TEST_CASE("Scaling survives JSON") {
  for (const ScalingKind kind : {ScalingKind::none, ScalingKind::min_max, ScalingKind::z_score})
    for (const bool per_window : {false, true}) {
      const Scaling fitted = fit_scaling(kind, per_window, view, names);
      const Scaling scaling = scaling_from_json(nlohmann::json::parse(to_json(fitted).dump()));
      CHECK(scaling.offset == fitted.offset);
      CHECK(scaling.spread == fitted.spread);
      CHECK(scaling.names == names);
      CHECK(scaling.kind == kind);
      CHECK(scaling.per_window == per_window);
      check_equal(scaled(scaling), scaled(fitted));
    }
}

TEST_CASE("What does not fit is refused") {
  std::vector<float> x(12);
  const Scaling scaling = fit_scaling(ScalingKind::min_max, true, view, names);
  CHECK_THROWS_AS(scaling.apply({x.data(), 2, 1, 6, 1}), ShapeError);
  CHECK_THROWS_AS(scaling.apply({x.data(), 1, 2, 3, 2}), ShapeError);
  CHECK_THROWS_AS(scaling.blanking({1, 2, 3, 2}), ShapeError);
  CHECK_THROWS_AS(fit_scaling(ScalingKind::none, false, view, Names{"a"}), ShapeError);
  CHECK_THROWS_AS(fit_scaling(ScalingKind::none, false, view, names, Mask{1}), ShapeError);
  CHECK_THROWS_NAMING(UsageError, parse<ScalingKind>("log"), "scaling log", "z-score");
  CHECK_THROWS_NAMING(Error, scaling_from_json(nlohmann::json::parse("{\"kind\": \"none\"}")), "scaling", "per_window");
  nlohmann::json json = to_json(scaling);
  json["spread"].erase(0);
  CHECK_THROWS_NAMING(Error, scaling_from_json(json), "4 offsets", "3 spreads");
}

TEST_CASE("Several stacks are scaled by the statistics of all their chosen cells") {
  const std::vector<std::string> one = {"a"};
  const std::vector<float> all = {1, 2, 3, 4, 5, 9}, first = {1, 2, 3}, second = {4, 5, 9, 100};
  const Mask cells(6, 1), of_first(3, 1), of_second = {1, 1, 1, 0};
  const Scaling whole = fit_scaling(ScalingKind::z_score, false, View<const float>(all.data(), 1, 1, 6, 1), one, cells);
  const ChosenCells stacks[] = {{View<const float>(first.data(), 1, 1, 3, 1), of_first},
                                {View<const float>(second.data(), 1, 2, 2, 1), of_second}};
  const Scaling parts = fit_scaling(ScalingKind::z_score, stacks, one, {});
  CHECK(parts.offset == whole.offset);
  CHECK(parts.spread == whole.spread);
  CHECK(fit_scaling(ScalingKind::z_score, stacks, one, one).spread == std::vector<double>{1});
}
