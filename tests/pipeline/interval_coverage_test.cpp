#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "correlated_field.hpp"
#include "pipeline/evaluate/evaluation_pools.hpp"
#include "pipeline/report/interval_words.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

// How often intervals of scores hold a truth that is known: errors of maps are drawn with a given variance and
// correlation length, again and again.
namespace {

constexpr int fields = 200;
constexpr double baseline_rmse = 1.1;

// One map with an RMSE of 1 and a baseline, on a scene that is scored in column folds.
class Trial {
 public:
  Trial(int side, int folds, double length, uint64_t seed) : side_(side), folds_(folds), target_(cells()) {
    const auto common = test::correlated_field(side, length, 3 * seed),
               own = test::correlated_field(side, length, 3 * seed + 1),
               other = test::correlated_field(side, length, 3 * seed + 2);
    Random random(seed, 9);
    for (size_t i = 0; i < cells(); ++i) {
      target_[i] = float(random.normal());
      map_.push_back(target_[i] + float(std::sqrt(0.5)) * (common[i] + own[i]));
      baseline_.push_back(target_[i] + float(std::sqrt(0.5) * baseline_rmse) * (common[i] + other[i]));
    }
  }

  // Of the first `scored` folds.
  report::Pool pool(int scored) const {
    ScoredScene scene;
    scene.grid = {side_, side_, 0, 1000, 0, 1000, "EPSG:32615"};
    scene.windows = {"2019-05-25"};
    scene.target = scene.coarse = windows_of(target_, scene.grid);
    scene.coarse_cells = 1;
    const MapScorer scorer(scene);
    std::vector<ScoredRun> runs;
    for (int fold = 0; fold < scored; ++fold) {
      data::Mask held_out(cells());
      for (size_t i = 0; i < cells(); ++i) held_out[i] = int(i) % side_ / (side_ / folds_) == fold;
      ScoredRun& run = runs.emplace_back();
      run.name = run.held_out = std::to_string(fold);
      run.model = "unet";
      run.fold = {"columns", fold, folds_};
      run.own = scorer.score(map_, held_out, 0);
      const auto baselines = std::make_shared<std::vector<ScoredBaseline>>(1);
      baselines->front().variant.method = "bicubic";
      baselines->front().scored = scorer.score(baseline_, held_out, 0);
      run.baselines = baselines;
    }
    return pools_of(runs, scorer).at(0);
  }

 private:
  size_t cells() const { return size_t(side_) * size_t(side_); }

  int side_, folds_;
  std::vector<float> target_, map_, baseline_;
};

bool holds(const std::optional<data::Interval>& interval, double truth) {
  REQUIRE(interval);
  return interval->low <= truth && interval->high >= truth;
}

// Shares of the fields.
struct Held {
  double rmse = 0, bias = 0, r2 = 0, difference = 0, warned = 0;
};

Held held(int side, int folds, int scored, double length) {
  Held share;
  for (uint64_t seed = 0; seed < fields; ++seed) {
    const report::Pool pool = Trial(side, folds, length, seed).pool(scored);
    const report::PooledEntry& map = pool.entries[0];
    share.rmse += holds(map.intervals.rmse, 1) / double(fields);
    share.bias += holds(map.intervals.bias, 0) / double(fields);
    share.r2 += holds(map.intervals.r2, 0) / double(fields);
    share.difference += holds(map.less_best_baseline.interval, 1 - baseline_rmse) / double(fields);
    share.warned += map.intervals.rmse->too_narrow / double(fields);
  }
  return share;
}

}  // namespace

TEST_CASE("95 % intervals of scores hold the truth at correlation lengths up to a sixteenth of the held-out side") {
  for (const double length : {0.0, 1.0, 3.0}) {
    CAPTURE(length);
    const Held share = held(48, 1, 1, length);
    CHECK(share.bias >= 0.92);
    CHECK(share.difference >= 0.92);
    for (const double each : {share.rmse, share.bias, share.r2, share.difference}) {
      CHECK(each >= 0.89);
      CHECK(each <= 0.985);  // of 200 fields; 0.95 and two of their standard deviations
    }
    if (length < 3) CHECK(share.warned < 0.05);
  }
}

TEST_CASE("all folds give an interval of the scene; one strip's is marked as too narrow where errors reach across it") {
  constexpr int side = 48, folds = 4;
  constexpr double length = 3;  // a sixteenth of the scene's side, an eighth of that of a strip's area
  const Held scene = held(side, folds, folds, length), strip = held(side, folds, 1, length);
  CHECK(scene.rmse > 0.89);
  CHECK(scene.difference > 0.92);
  CHECK(strip.warned > scene.warned + 0.2);
  const Trial trial(side, folds, length, 1);
  CHECK(report::area_of_intervals(trial.pool(folds)).starts_with("the whole scene"));
  CHECK(report::area_of_intervals(trial.pool(1)).starts_with("the held-out cells alone"));
}
