#include "pipeline/evaluate/evaluation_pools.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "data/scores/window_variance.hpp"
#include "kernels/random.hpp"
#include "pipeline/evaluate/evaluation_tables.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

constexpr int rows = 40, columns = 48;
constexpr size_t cells_in_all = size_t(rows) * columns;

// A target, and maps that are off by noise of a given size and a constant.
struct Scene {
  std::vector<float> target, coarse;

  Scene() {
    Random random(1);
    for (size_t i = 0; i < cells_in_all; ++i) {
      coarse.push_back(float(1 + 0.3 * std::sin(0.2 * double(i % columns))));
      target.push_back(float(coarse.back() + 0.2 * random.normal()));
    }
  }
  ScoredScene scored() const {
    ScoredScene scene;
    scene.grid = {rows, columns, 0, 1000, 0, 1000, "EPSG:32615"};
    scene.windows = {"2019-05-25"};
    scene.target = windows_of(target, scene.grid);
    scene.coarse = windows_of(coarse, scene.grid);
    scene.coarse_cells = 2;
    scene.coarse_edges = true;
    return scene;
  }
  std::vector<float> map(double noise, double bias, uint64_t seed) const {
    Random random(seed, 7);
    std::vector<float> values = target;
    for (float& v : values) v += float(noise * random.normal() + bias);
    return values;
  }
};

data::Mask half(int fold) {
  data::Mask cells(cells_in_all);
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = int(i % columns >= columns / 2) == fold;
  return cells;
}

void add_baseline(const report::MapVariant& variant, const ScoredMap& scored, std::vector<ScoredBaseline>& to) {
  to.push_back({variant, scored});
}

struct Runs {
  Scene scene;
  MapScorer scorer{scene.scored()};
  std::vector<ScoredRun> runs;

  ScoredRun& add(const std::string& model, int fold, uint64_t seed, double noise, double bias = 0) {
    ScoredRun run;
    run.name = model + "-" + std::to_string(fold) + "-" + std::to_string(seed);
    run.model = model;
    run.seed = seed;
    run.features = {"sif"};
    run.settings = {{"loss", "mse"}};
    run.fold = {"columns", fold, 2};
    run.held_out = fold ? "east" : "west";
    run.own = scorer.score(scene.map(noise, bias, seed), half(fold), 0);
    const auto baselines = std::make_shared<std::vector<ScoredBaseline>>();
    add_baseline({"coarse"}, scorer.score(scene.coarse, half(fold), 0), *baselines);
    add_baseline({"bicubic"}, scorer.score(scene.map(0.15, 0, 99), half(fold), 0), *baselines);
    run.baselines = baselines;
    runs.push_back(std::move(run));
    return runs.back();
  }
  std::vector<report::Pool> pools() const { return pools_of(runs, scorer); }
};

std::vector<std::string> names(const report::Pool& pool) {
  std::vector<std::string> all;
  for (const auto& e : pool.entries) all.push_back(e.name);
  return all;
}

void check_same(const data::Metrics& got, const data::Metrics& expected) {
  CHECK(got.cells == expected.cells);
  for (const auto figure : {&data::Metrics::r2, &data::Metrics::pearson_r2, &data::Metrics::mae, &data::Metrics::rmse,
                            &data::Metrics::bias, &data::Metrics::slope})
    CHECK(got.*figure == doctest::Approx(expected.*figure).epsilon(1e-9));
}

}  // namespace

TEST_CASE("folds put together give the metrics of all cells, seeds their mean and spread") {
  Runs r;
  for (const uint64_t seed : {1, 2, 3})
    for (const int fold : {1, 0}) r.add("unet", fold, seed, 0.1, 0.01 * double(seed));
  const auto pools = r.pools();
  REQUIRE(pools.size() == 1);
  const report::Pool& pool = pools[0];
  CHECK(pool.held_out == "columns, all 2 folds");
  CHECK(pool.complete);
  CHECK(names(pool) == std::vector<std::string>{"unet", "bicubic", "coarse"});
  CHECK(pool.entries[0].folds == 2);
  CHECK(pool.entries[0].seeds == 3);
  CHECK(pool.entries[0].runs.size() == 6);
  CHECK(pool.entries[1].baseline);
  CHECK(pool.entries[1].seeds == 0);
  check_same(pool.entries[1].metrics, data::score(r.scene.map(0.15, 0, 99), r.scene.target));
  std::vector<data::Metrics> whole;
  for (const uint64_t seed : {1, 2, 3})
    whole.push_back(data::score(r.scene.map(0.1, 0.01 * double(seed), seed), r.scene.target));
  const double mean = (whole[0].rmse + whole[1].rmse + whole[2].rmse) / 3;
  double squares = 0;
  for (const auto& m : whole) squares += std::pow(m.rmse - mean, 2);
  CHECK(pool.entries[0].metrics.rmse == doctest::Approx(mean).epsilon(1e-9));
  CHECK(pool.entries[0].metrics.cells == int64_t(cells_in_all));
  REQUIRE(pool.entries[0].spread);
  CHECK(pool.entries[0].spread->rmse == doctest::Approx(std::sqrt(squares / 2)).epsilon(1e-6));
  CHECK_FALSE(pool.entries[1].spread);
}

TEST_CASE("skill is against bicubic, and differences are of the same cells, with intervals") {
  Runs r;
  r.add("unet", 0, 1, 0.1), r.add("unet", 1, 1, 0.1);
  r.add("sifnet", 0, 1, 0.1001), r.add("sifnet", 1, 1, 0.1001);
  const report::Pool pool = r.pools().at(0);
  CHECK(names(pool) == std::vector<std::string>{"unet", "sifnet", "bicubic", "coarse"});
  CHECK(pool.skill_reference == "bicubic");
  CHECK(pool.best_baseline == "bicubic");
  const auto& unet = pool.entries[0];
  const double ratio = unet.metrics.rmse / pool.entries[2].metrics.rmse;
  CHECK(unet.map.skill.value == doctest::Approx(1 - ratio * ratio));
  CHECK(pool.entries[2].map.skill.value == doctest::Approx(0));
  CHECK_FALSE(pool.entries[2].map.skill.interval);
  CHECK(pool.freedom >= data::WindowVariance::least_freedom);
  CHECK(unet.less_best_baseline.value == doctest::Approx(unet.metrics.rmse - pool.entries[2].metrics.rmse));
  REQUIRE(unet.less_best_baseline.interval);
  CHECK(unet.less_best_baseline.interval->high < 0);
  CHECK(std::isnan(unet.less_first.value));
  CHECK(std::isnan(pool.entries[2].less_best_baseline.value));
  for (const auto& interval : {unet.intervals.rmse, unet.intervals.mae, unet.intervals.r2, unet.intervals.pearson_r2,
                               unet.intervals.bias, unet.intervals.slope, unet.map.ssim.interval})
    CHECK(interval);
  CHECK(unet.intervals.rmse->low < unet.metrics.rmse);
  CHECK(unet.intervals.rmse->high > unet.metrics.rmse);
  // Two maps with the same noise but for a thousandth: what blocks share does not widen the interval of the difference.
  const auto& sifnet = pool.entries[1];
  REQUIRE(sifnet.less_first.interval);
  const auto width = [](const data::Interval& i) { return i.high - i.low; };
  CHECK(width(*sifnet.less_first.interval) < 0.05 * width(*sifnet.intervals.rmse));
  CHECK(sifnet.less_first.interval->low > 0);
}

TEST_CASE("skill is against bicubic, or the first baseline, however good others are") {
  Runs r;
  r.add("unet", 0, 1, 0.1);
  const auto with_baselines = [&](const std::vector<std::pair<std::string, double>>& noise) {
    const auto baselines = std::make_shared<std::vector<ScoredBaseline>>();
    for (const auto& [name, sigma] : noise)
      add_baseline({name}, r.scorer.score(r.scene.map(sigma, 0, 5), half(0), 0), *baselines);
    r.runs[0].baselines = baselines;
    return r.pools().at(0);
  };
  CHECK(with_baselines({{"bilinear", 0.3}, {"bicubic", 0.2}, {"linear", 0.15}}).skill_reference == "bicubic");
  const report::Pool tables = with_baselines({{"coarse", 0.3}, {"linear", 0.15}});
  CHECK(tables.skill_reference == "coarse");
  CHECK(tables.best_baseline == "linear");
  CHECK(tables.entries[1].map.skill.value == doctest::Approx(0.75));
  CHECK(tables.entries[2].map.skill.value == doctest::Approx(0));
}

// Both folds of a network trained on footprints and one by Wald's protocol, each uncorrected and corrected, and
// baselines in all variants.
Runs runs_with_variants() {
  Runs r;
  const auto scored = [&](double noise, int fold) { return r.scorer.score(r.scene.map(noise, 0, 3), half(fold), 0); };
  for (const int fold : {0, 1}) {
    const auto baselines = std::make_shared<std::vector<ScoredBaseline>>();
    const auto add = [&](const std::string& method, const std::array<double, 4>& noise) {
      for (int k = 0; k < 4; ++k)
        if (noise[size_t(k)] > 0)
          add_baseline({method, k % 2 == 1, k >= 2}, scored(noise[size_t(k)], fold), *baselines);
    };
    add("bicubic", {0.30, 0, 0.25, 0});
    add("linear-residual", {0.20, 0.19, 0.16, 0.15});
    add("footprint-regression", {0.28, 0.27, 0.14, 0.13});
    add("first-guess", {0.31, 0.31, 0.18, 0.17});
    for (const bool footprints : {true, false}) {
      ScoredRun& run = r.add(footprints ? "unet-pointwise" : "unet", fold, 1, 0.1);
      run.settings.push_back({"supervision", footprints ? "footprints" : "wald"});
      run.own = scored(footprints ? 0.10 : 0.21, fold);
      run.corrected = footprints;
      run.conserved = {{footprints ? "none" : "footprints", scored(footprints ? 0.24 : 0.12, fold)}};
      run.baselines = baselines;
    }
  }
  return r;
}

TEST_CASE("the best baseline is the best of all variants; it is named among uncorrected and corrected ones too") {
  const Runs r = runs_with_variants();
  const report::Pool pool = pools_of(r.runs, r.scorer).at(0);
  CHECK(pool.best_baseline == "footprint-regression, denoised bands, corrected by soundings");
  CHECK(pool.best_corrected_baseline == pool.best_baseline);
  CHECK(pool.best_uncorrected_baseline == "linear-residual, denoised bands");
  CHECK(pool.skill_reference == "bicubic");
  const auto entry = [&](const std::string& name) {
    const auto found =
        std::find_if(pool.entries.begin(), pool.entries.end(), [&](const auto& e) { return e.name == name; });
    REQUIRE(found != pool.entries.end());
    return *found;
  };
  const auto &network = entry("unet-pointwise"), &uncorrected = entry("linear-residual, denoised bands"),
             &corrected = entry(pool.best_corrected_baseline);
  CHECK(network.variant == report::MapVariant{"unet-pointwise", false, true});
  CHECK(entry("unet-pointwise, uncorrected").variant == report::MapVariant{"unet-pointwise", false, false});
  CHECK(uncorrected.variant == report::MapVariant{"linear-residual", true, false});
  CHECK(network.less_best_uncorrected.value == doctest::Approx(network.metrics.rmse - uncorrected.metrics.rmse));
  CHECK(network.less_best_corrected.value == doctest::Approx(network.metrics.rmse - corrected.metrics.rmse));
  CHECK(network.less_best_baseline.value == doctest::Approx(network.less_best_corrected.value));
  REQUIRE(network.less_best_uncorrected.interval);
  CHECK(network.less_best_uncorrected.interval->high < network.less_best_corrected.interval->high);
}

TEST_CASE("what each step brings is a difference of two maps of the same cells, with its interval") {
  const Runs r = runs_with_variants();
  const report::Pool pool = pools_of(r.runs, r.scorer).at(0);
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"linear-residual", "linear-residual, denoised bands"},
      {"linear-residual, denoised bands", "linear-residual, denoised bands, corrected by soundings"},
      {"unet-pointwise, uncorrected", "unet-pointwise"},
      {"linear-residual, denoised bands, corrected by soundings",
       "footprint-regression, denoised bands, corrected by soundings"},
      {"unet, corrected by soundings", "unet-pointwise"},
      {"footprint-regression, denoised bands, corrected by soundings", "unet-pointwise"},
      {"first-guess, denoised bands, corrected by soundings", "unet-pointwise"}};
  REQUIRE(pool.contributions.size() == expected.size());
  for (size_t k = 0; k < expected.size(); ++k) {
    const report::Contribution& c = pool.contributions[k];
    CAPTURE(c.what);
    CHECK(c.from == expected[k].first);
    CHECK(c.to == expected[k].second);
    CHECK(c.difference.value < 0);
    CHECK(c.difference.interval);
  }
  CHECK(pool.contributions[2].difference.value == doctest::Approx(0.10 - 0.24).epsilon(0.05));
  Runs bare;
  bare.add("unet", 0, 1, 0.1);
  CHECK(bare.pools().at(0).contributions.empty());
}

TEST_CASE("two of three folds are not compared with one of them alone") {
  Runs r;
  r.add("unet", 0, 1, 0.1), r.add("unet", 1, 1, 0.1);
  r.add("sifnet", 0, 1, 0.12);
  for (ScoredRun& run : r.runs) run.fold.folds = 3;
  const auto pools = r.pools();
  REQUIRE(pools.size() == 2);
  CHECK(pools[0].held_out == "columns, 2 of 3 folds");
  CHECK(names(pools[0]) == std::vector<std::string>{"unet", "bicubic", "coarse"});
  CHECK(names(pools[1]) == std::vector<std::string>{"unet", "sifnet", "bicubic", "coarse"});
}

TEST_CASE("what held out less is compared on what it held out, and nothing else") {
  Runs r;
  r.add("unet", 0, 1, 0.1), r.add("unet", 1, 1, 0.1), r.add("unet", 0, 2, 0.1);
  r.add("sifnet", 0, 1, 0.12);
  const auto pools = r.pools();
  REQUIRE(pools.size() == 2);
  CHECK(names(pools[0]) == std::vector<std::string>{"unet", "bicubic", "coarse"});
  CHECK(pools[0].complete);
  CHECK(pools[0].entries[0].seeds == 1);  // seed 2 lacks a fold
  CHECK(pools[1].held_out == "west");
  CHECK_FALSE(pools[1].complete);
  CHECK(names(pools[1]) == std::vector<std::string>{"unet", "sifnet", "bicubic", "coarse"});
  CHECK(pools[1].entries[0].seeds == 2);
  for (const auto& e : pools[1].entries) CHECK(e.metrics.cells == int64_t(cells_in_all / 2));
  check_same(pools[1].entries[1].metrics, data::score(r.scene.map(0.12, 0, 1), r.scene.target, half(0)));
}

TEST_CASE("runs that differ in more than fold and seed are entries of their own, named by what parts them") {
  Runs r;
  r.add("unet", 0, 1, 0.1);
  r.add("unet", 0, 1, 0.11).features = {"sif", "lbp"};
  r.add("unet", 0, 1, 0.12).settings = {{"loss", "mae"}};
  r.add("sifnet", 0, 1, 0.13).settings = {{"loss", "huber"}};
  r.add("sifnet", 0, 1, 0.14).settings = {{"loss", "huber"}};  // the same again
  r.runs.back().name = "again";
  r.add("unet", 0, 1, 0.01).leaky = true;
  r.runs[0].conserved = {{"footprints", r.scorer.score(r.scene.map(0.09, 0, 1), half(0), 0)}};
  const auto pools = r.pools();
  REQUIRE(pools.size() == 2);
  CHECK(names(pools[0]) == std::vector<std::string>{"unet, loss mse, corrected by soundings", "unet, loss mse",
                                                    "unet, with lbp, loss mse", "unet, loss mae", "sifnet, sifnet-0-1",
                                                    "sifnet, again", "bicubic", "coarse"});
  CHECK(pools[0].entries[0].runs.empty());
  CHECK(pools[0].entries[1].runs == std::vector<std::string>{"unet-0-1"});
  CHECK(pools[1].leaky);
  CHECK(names(pools[1]) == std::vector<std::string>{"unet", "bicubic", "coarse"});
}

TEST_CASE("runs that lack one of many features are named by what they lack") {
  Runs r;
  const std::vector<std::string> all = {"sif", "ndvi", "evi", "nir", "red", "lbp"};
  r.add("unet", 0, 1, 0.1).features = all;
  for (size_t i = 1; i < all.size(); ++i) {
    ScoredRun& run = r.add("unet", 0, 1, 0.1 + 0.01 * double(i));
    run.name += all[i];
    run.features = all;
    std::erase(run.features, all[i]);
  }
  CHECK(names(r.pools()[0]) == std::vector<std::string>{"unet, with ndvi and 4 more", "unet, without ndvi",
                                                        "unet, without evi", "unet, without nir", "unet, without red",
                                                        "unet, without lbp", "bicubic", "coarse"});
}

TEST_CASE("differences to the entry of a run that is named") {
  Runs r;
  for (const uint64_t seed : {1, 2})
    for (const int fold : {0, 1}) r.add("unet", fold, seed, 0.1), r.add("sifnet", fold, seed, 0.12);
  const std::vector<report::Pool> without = r.pools();
  for (const auto& e : without[0].entries) CHECK(std::isnan(e.less_reference.value));
  const report::Pool pool = pools_of(r.runs, r.scorer, "sifnet-1-2").at(0);
  REQUIRE(names(pool) == std::vector<std::string>{"unet", "sifnet", "bicubic", "coarse"});
  CHECK(std::isnan(pool.entries[1].less_reference.value));
  CHECK(pool.entries[0].less_reference.value ==
        doctest::Approx(pool.entries[0].metrics.rmse - pool.entries[1].metrics.rmse));
  REQUIRE(pool.entries[0].less_reference.interval);
  CHECK(pool.entries[0].less_reference.interval->high < 0);
  CHECK(pool.entries[2].less_reference.interval->low > 0);
}

TEST_CASE("seeds that deal the cells out in different ways are put together where all folds are there") {
  Runs r;
  for (const uint64_t seed : {1, 2})
    for (const int fold : {0, 1}) r.add("unet", fold, seed, 0.1).held_out += " of seed " + std::to_string(seed);
  CHECK(r.pools().size() == 1);
  check_same(r.pools()[0].entries[1].metrics, data::score(r.scene.map(0.15, 0, 99), r.scene.target));
  r.runs.pop_back();
  r.runs.erase(r.runs.begin());
  CHECK(r.pools().size() == 2);  // west of the one is not west of the other
}

TEST_CASE("a pool has strata, spectra and map metrics of its entries") {
  Runs r;
  TileChoice tiles;
  for (const int fold : {0, 1}) tiles.add(size_t(fold), half(fold), r.scorer.grid());
  r.scorer.set_tiles(tiles.side());
  r.add("unet", 0, 1, 0.1), r.add("unet", 1, 1, 0.1);
  const report::Pool pool = r.pools().at(0);
  CHECK(pool.entries[0].map.ssim.value > pool.entries[2].map.ssim.value);
  CHECK(pool.entries[2].map.spectral_ratio.value < 0.1);
  CHECK(pool.entries[0].map.spectral_ratio.value == doctest::Approx(1 + 0.01 / 0.04).epsilon(0.1));
  REQUIRE(pool.spectra);
  CHECK(pool.spectra->wavelength_km.front() == 16);  // no larger tiles fit into 24 columns
  CHECK(pool.spectra->coarse_wavelength_km == 4);
  REQUIRE(pool.spectra->lines.size() == 4);
  CHECK(pool.spectra->lines[0].name == "target");
  std::vector<std::string> families;
  int64_t quarters = 0;
  for (const auto& s : pool.strata) {
    if (families.empty() || families.back() != s.family) families.push_back(s.family);
    REQUIRE(s.metrics.size() == 3);
    if (s.family == "coarse SIF") quarters += s.metrics[0].cells;
  }
  CHECK(families == std::vector<std::string>{"coarse SIF"});  // cells of 2 x 2 are all at the edge; one window
  CHECK(quarters == int64_t(cells_in_all));
}

TEST_CASE("the paper's R2 is that of positions, and has no interval") {
  Runs r;
  for (const uint64_t seed : {1, 2}) {
    ScoredRun& run = r.add("unet", 0, seed, 0.1);
    run.leaky = true;
    run.fold = {"random crops", 0, 1};
    run.held_out = "crops of seed " + std::to_string(seed);
    run.own.position_r2 = seed == 1 ? 0.5 : 0.7;
  }
  const report::Pool pool = r.pools().at(0);
  CHECK(pool.held_out == "random crops");
  CHECK(pool.entries[0].metrics.r2 == doctest::Approx(0.6));
  CHECK(pool.entries[0].spread->r2 == doctest::Approx(std::sqrt(0.02)));
  CHECK_FALSE(pool.entries[0].intervals.r2);
  CHECK(pool.entries[0].intervals.rmse);
  CHECK(pool.entries[1].metrics.r2 < 1);
}

TEST_CASE("what --test says as a fold of a scheme") {
  const auto check = [](const std::string& test, const std::string& scheme, int index, int folds) {
    const Fold fold = fold_of(test, 3);
    CHECK(fold.scheme == scheme);
    CHECK(fold.index == index);
    CHECK(fold.folds == folds);
  };
  check("columns:1/4", "columns", 1, 4);
  check("blocks:24:3/5", "blocks of 24 cells", 3, 5);
  check("window:2", "whole windows", 2, 3);
}

TEST_CASE("settings leave out what a fold, a seed and a machine are") {
  ResolvedOptions a, b;
  b.seed = 3, b.test = "columns:1/4", b.run_directory = "elsewhere", b.compute.threads = 7;
  CHECK(settings_of(a) == settings_of(b));
  b.epochs = 5;
  CHECK(settings_of(a) != settings_of(b));
}

TEST_CASE("the figures as JSON and as a table of one row an entry") {
  Runs r;
  r.add("unet", 0, 1, 0.1), r.add("unet", 1, 1, 0.1);
  report::EvaluateReport report;
  report.scored_against = report::ScoredAgainst::truth;
  report.pools = r.pools();
  report.pools[0].held_out = "so \"called\"";
  report.runs.resize(1);
  report.runs[0].name = "first", report.runs[0].held_out = "west";
  const auto json = nlohmann::json::parse(metrics_json(report));
  CHECK(json["scored_against"] == "truth");
  CHECK(json["runs"]["first"]["held_out"] == "west, against the truth");
  const auto& unet = json["pools"][0]["entries"]["unet"];
  CHECK(unet["rmse"]["value"] == report.pools[0].entries[0].metrics.rmse);
  CHECK(unet["rmse"]["low"] == report.pools[0].entries[0].intervals.rmse->low);
  CHECK(unet["runs"].size() == 2);
  CHECK_FALSE(unet.contains("spectral_ratio"));  // no tiles were chosen
  CHECK(unet["method"] == "unet");
  CHECK(json["pools"][0]["best_uncorrected_baseline"] == "bicubic");
  report.pools = pools_of(runs_with_variants().runs, r.scorer);
  const auto variants = nlohmann::json::parse(metrics_json(report))["pools"][0];
  CHECK(variants["entries"]["bicubic, corrected by soundings"]["corrected"] == true);
  CHECK(variants["contributions"][2]["to"] == "unet-pointwise");
  CHECK(variants["contributions"][2]["rmse_difference"]["high"].get<double>() < 0);
  report.pools = r.pools();
  report.pools[0].held_out = "so \"called\"";
  CHECK(json["pools"][0]["strata"]["coarse SIF"].size() == 4);

  std::istringstream table(metrics_csv(report));
  std::vector<std::string> lines;
  for (std::string line; std::getline(table, line);) lines.push_back(line);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].starts_with(
      "held_out,complete,leaky,entry,baseline,denoised,corrected,folds,seeds,cells,r2,r2_low,r2_high,r2_sd,"));
  CHECK(lines[1].starts_with("\"so \"\"called\"\"\",1,0,\"unet\",0,0,0,2,1,1920,"));
  for (const std::string& line : lines)
    CHECK(std::count(line.begin(), line.end(), ',') == std::count(lines[0].begin(), lines[0].end(), ','));
}
