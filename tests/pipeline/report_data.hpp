#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "kernels/random.hpp"
#include "pipeline/report/ablate_report.hpp"
#include "pipeline/report/evaluate_report.hpp"
#include "pipeline/report/explain_report.hpp"
#include "pipeline/report/reproduce_report.hpp"

// Made-up results of the size of the real ones, for tests of the pages.
namespace unetsr::test {

namespace report = pipeline::report;

inline constexpr int rows = 97, columns = 173;
inline constexpr float nan = std::numeric_limits<float>::quiet_NaN();

inline const std::vector<std::string> windows = {"25 May - 9 June 2019", "10 June - 25 June 2019"};

inline data::Grid grid() {
  return {rows, columns, -100.9616, 0.04586, 43.7262, 0.062882};
}

// A smooth field with finer and finer detail and a ragged edge of missing cells.
inline std::vector<float> field(int window, double detail, double noise, uint64_t seed) {
  Random random(seed, uint64_t(window));
  std::vector<float> values;
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j) {
      const double broad = std::sin(0.045 * j + window) * std::cos(0.06 * i),
                   fine = std::sin(0.5 * j) * std::sin(0.7 * i + 1);
      const bool missing = j < 12 + 6 * std::sin(0.3 * i) || (i > 70 && j > 150);
      const double value = 0.8 + 0.25 * window + 0.5 * broad + detail * fine + noise * random.normal();
      values.push_back(missing ? nan : float(value));
    }
  return values;
}

inline report::WindowMaps window_maps(int window) {
  return {windows[size_t(window)],
          field(window, 0.03, 0.05, 1),
          field(window, 0.2, 0.15, 2),
          {{"unet", field(window, 0.18, 0.04, 3)}}};
}

inline std::vector<pipeline::Epoch> epochs(int count, double start, double end, uint64_t seed) {
  Random random(seed, 9);
  std::vector<pipeline::Epoch> all;
  for (int e = 1; e <= count; ++e) {
    const double r2 = end - (end - start) * std::exp(-e / (0.15 * count)) + 0.01 * random.normal();
    const double rmse = 0.54 * std::sqrt(std::max(1 - r2, 0.001));
    all.push_back({e, rmse * rmse, 2e-3, 1.5, pipeline::Scores{r2, 0.75 * rmse, rmse, 0, 128000}});
  }
  return all;
}

inline report::RunProvenance provenance() {
  report::RunProvenance p;
  p.files = {{"tables/SIF_MODIS_Integrated_3.5x7km_25_MAY_09_JUNE.csv", std::string(64, 'a'), 2412345},
             {"tables/SIF_MODIS_Integrated_7x14km_25_MAY_09_JUNE.csv", std::string(64, 'b'), 2398765}};
  p.options = {{"epochs", "500"}, {"threads <auto>", "2 & more"}};
  p.seeds = {1, 2, 3};
  p.command = "unetsr reproduce tables out --seeds 3";
  p.version = "0.1.0";
  p.device = "cpu (avx512)";
  p.created = "2019-07-01T12:00:00Z";
  p.threads = 2;
  p.stages = {{"training, paper protocol", 3912}, {"training, honest protocol", 1421.5}, {"reading tables", 0.84}};
  return p;
}

// Scores in order of the seeds: r2, MAE, RMSE.
inline std::vector<report::ScoreRow> paper_scores() {
  return {{"unet", false, {0.987, 0.989, 0.991}, {0.041, 0.043, 0.045}, {0.056, 0.058, 0.06}},
          {"paper-cnn", false, {0.541, 0.558, 0.569}, {0.281, 0.284, 0.29}, {0.371, 0.375, 0.378}},
          {"coarse", true, {0.8311, 0.8325, 0.8336}, {0.162, 0.163, 0.164}, {0.217, 0.218, 0.219}},
          {"linear", true, {0.981, 0.9801, 0.98}, {0.05, 0.051, 0.052}, {0.07, 0.071, 0.072}}};
}

inline report::ProtocolAudit protocol_audit() {
  report::ProtocolAudit audit;
  audit.shared_pixel_fraction = {0.9961, 0.9958, 0.9966};
  audit.linear_fits = {
      {windows[0], {"sif", "sif_difference"}, 1.0, false},
      {windows[1], {"sif", "sif_difference"}, 1.0, false},
      {"both windows pooled", {"sif", "ndvi", "evi", "nir", "lbp_paper", "sif_difference"}, 0.9803, true}};
  audit.unet_without_difference = report::ScoreRow{
      "unet-without-difference", false, {0.931, 0.935, 0.937}, {0.1, 0.101, 0.102}, {0.133, 0.134, 0.135}};
  return audit;
}

inline std::vector<report::ScoreRow> honest_scores() {
  return {{"coarse", true, {0.823}, {0.169}, {0.223}},
          {"linear", true, {0.828}, {0.166}, {0.22}},
          {"linear-5x5", true, {0.867}, {0.146}, {0.193}},
          {"unet", false, {0.913, 0.915, 0.92}, {0.116, 0.117, 0.118}, {0.153, 0.155, 0.157}},
          {"sifnet", false, {0.901, 0.903, 0.906}, {0.125, 0.126, 0.127}, {0.166, 0.167, 0.168}},
          {"sifnet-small", false, {0.883, 0.886, 0.889}, {0.135, 0.136, 0.137}, {0.179, 0.18, 0.181}},
          {"paper-cnn", false, {0.541, 0.56, 0.58}, {0.28, 0.281, 0.282}, {0.35, 0.36, 0.37}}};
}

inline report::HonestPart honest_protocol() {
  report::HonestPart honest;
  honest.features = {"sif", "ndvi", "evi", "nir", "red", "nirv", "lbp"};
  honest.folds = 4;
  honest.buffer_cells = 8;
  honest.epochs = 25;
  honest.scored_cells = 32699;
  honest.training_cells_near_test = 0;
  honest.columns = honest_scores();
  honest.windows = {{windows[0],
                     windows[1],
                     {{"unet", false, {0.85, 0.86, 0.855}, {0.17, 0.17, 0.17}, {0.22, 0.22, 0.22}},
                      {"coarse", true, {0.757}, {0.2}, {0.26}}}},
                    {windows[1],
                     windows[0],
                     {{"unet", false, {0.88, 0.882, 0.884}, {0.12, 0.12, 0.12}, {0.15, 0.15, 0.15}},
                      {"coarse", true, {0.845}, {0.14}, {0.18}}}}};
  honest.ceilings = {
      {windows[0], 0.18, 0.849, false}, {windows[1], 0.27, 0.744, false}, {"all windows pooled", 0.229, 0.812, true}};
  for (int window = 0; window < 2; ++window) honest.maps.push_back(window_maps(window));
  honest.scatter = {{"unet", honest.maps[0].target, honest.maps[0].predictions[0].values},
                    {"coarse", honest.maps[0].target, honest.maps[0].coarse}};
  return honest;
}

// With one coefficient that is not known.
inline data::CorrelationMatrix correlation_matrix() {
  data::CorrelationMatrix matrix;
  matrix.names = {"sif_fine", "sif", "ndvi", "evi", "nir", "red", "blue", "mir", "sza", "vza", "raa", "reliability"};
  for (size_t i = 0; i < matrix.names.size(); ++i)
    for (size_t j = 0; j < matrix.names.size(); ++j)
      matrix.r.push_back(i == j ? 1 : std::cos(0.5 * double(i + j)) * 0.9);
  matrix.r[11] = matrix.r[11 * 12] = std::numeric_limits<double>::quiet_NaN();
  return matrix;
}

inline report::LbpMaps lbp_maps(int window, const std::vector<float>& coarse) {
  report::LbpMaps maps{windows[size_t(window)], coarse, {}, {}};
  Random random(5, uint64_t(window));
  for (const float sif : maps.coarse) {
    const float code = float(random.below(256));
    maps.paper.push_back(code / 2);
    maps.standard.push_back(std::isnan(sif) ? nan : code);
  }
  return maps;
}

// Cut out of the maps of a window; the U-Net comes near the target, the other network does not.
inline report::SampleCrop sample_crop(const report::WindowMaps& maps, Random& random) {
  report::SampleCrop crop{windows[0], 40, {}, {}, {{"unet", {}}, {"paper-cnn", {}}}};
  for (int i = 0; i < 1600; ++i) {
    const size_t cell = size_t((20 + i / 40) * columns + 60 + i % 40);
    const float truth = maps.target[cell];
    crop.coarse.push_back(maps.coarse[cell]);
    crop.target.push_back(truth);
    crop.predictions[0].values.push_back(truth + 0.05f * float(random.normal()));
    crop.predictions[1].values.push_back(0.8f + 0.3f * float(random.normal()));
  }
  return crop;
}

// One cell of many crops, in some of which it is 0.
inline report::PointSeries point_series(const report::SampleCrop& crop, Random& random) {
  report::PointSeries point{20, 20, {}, {{"unet", {}}, {"paper-cnn", {}}}};
  for (int i = 0; i < 80; ++i) {
    const float truth = i % 9 == 0 ? 0 : crop.target[size_t(i * 17)];
    point.actual.push_back(truth);
    point.predictions[0].values.push_back(truth + 0.05f * float(random.normal()));
    point.predictions[1].values.push_back(0.5f * truth + 0.4f + 0.2f * float(random.normal()));
  }
  return point;
}

inline std::vector<report::Curve> paper_curves() {
  std::vector<report::Curve> curves;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    curves.push_back({"unet", seed, epochs(500, -3, 0.985, seed)});
    curves.push_back({"paper-cnn", seed, epochs(500, -1, 0.56, 10 + seed)});
  }
  return curves;
}

inline report::ReproduceReport full_reproduction() {
  report::ReproduceReport r;
  r.seeds = 3;
  r.paper_epochs = 500;
  r.windows = windows;
  r.grid = grid();
  r.cells_per_window = {16603, 16586};
  r.paper_scores = paper_scores();
  r.crop_draws = {{"coarse", true, {0.81, 0.83, 0.85, 0.83}, {}, {}},
                  {"linear", true, {0.98, 0.98, 0.98, 0.98}, {}, {}}};
  r.audit = protocol_audit();
  const report::HonestPart honest = honest_protocol();
  r.honest = honest;
  r.correlation = correlation_matrix();
  r.correlation_cells = "all cells of both windows";
  for (int window = 0; window < 2; ++window) r.lbp.push_back(lbp_maps(window, honest.maps[size_t(window)].coarse));
  Random random(3, 3);
  const report::SampleCrop crop = sample_crop(honest.maps[0], random);
  r.samples = {crop};
  r.point = point_series(crop, random);
  r.paper_scatter = {{"unet", crop.target, crop.predictions[0].values},
                     {"paper-cnn", crop.target, crop.predictions[1].values}};
  r.paper_curves = paper_curves();
  r.provenance = provenance();
  return r;
}

inline report::Pool pool() {
  report::Pool p;
  p.held_out = "columns, 2 of 4 folds";
  p.skill_reference = p.best_baseline = "coarse";
  p.window_cells = 12;
  p.freedom = 13;
  report::PooledEntry unet{"unet, features sif,ndvi", false, {"unet-fold0", "unet-fold1"}, 2, 1, {}, {}, {}, {}};
  unet.metrics = {0.914, 0.916, 0.117, 0.156, -0.003, 0.902, 15868};
  unet.intervals.r2 = data::Interval{0.901, 0.927};
  unet.intervals.rmse = data::Interval{0.149, 0.163};
  unet.intervals.bias = data::Interval{-0.012, 0.004};
  unet.map.skill = {0.517, data::Interval{0.48, 0.55}};
  unet.map.spectral_ratio = {0.61, {}};
  unet.less_best_baseline = {-0.067, data::Interval{-0.071, -0.062}};
  report::PooledEntry sifnet = unet;
  sifnet.name = "sifnet";
  unet.variant = {unet.name}, sifnet.variant = {sifnet.name};
  sifnet.runs.clear();
  sifnet.seeds = 3;
  sifnet.less_first = {0.010, data::Interval{-0.001, 0.021}};
  sifnet.metrics = {0.902, 0.91, 0.125, 0.166, -0.001, 0.88, 15868};
  sifnet.spread = data::Metrics{0.004, 0.004, 0.002, 0.003, 0.001, 0.01, 15868};
  report::PooledEntry coarse{"coarse", true, {}, 2, 0, {}, {}, {}, {}};
  coarse.metrics = {0.823, 0.84, 0.169, 0.223, 0.001, 0.71, 15868};
  coarse.variant = {"coarse"};
  coarse.map.skill = {0, {}};
  p.entries = {unet, sifnet, coarse};
  for (const std::string& window : windows) {
    std::vector<data::Metrics> metrics;
    for (const auto& e : p.entries) metrics.push_back(e.metrics);
    metrics[1].cells = 0;
    p.strata.push_back({"window", window, metrics});
  }
  p.strata.push_back({"land cover", "crops", {{0.7, 0.7, 0.2, 0.31, 0, 1, 4000}, {}, {}}});
  report::Spectra spectra{{}, 14, {{"target", {}}, {"unet, features sif,ndvi", {}}, {"coarse", {}}}};
  for (int k = 1; k <= 40; ++k) {
    spectra.wavelength_km.push_back(200.0 / k);
    for (size_t i = 0; i < 3; ++i) spectra.lines[i].power.push_back(std::exp(-0.05 * k * double(i)) / (k * k));
  }
  p.spectra = spectra;
  return p;
}

inline report::EvaluateReport full_evaluation() {
  report::EvaluateReport r;
  r.dataset = "paper.h5";
  r.windows = windows;
  r.grid = grid();
  std::vector<float> prediction;
  for (int window = 0; window < 2; ++window) {
    const report::WindowMaps maps = window_maps(window);
    r.coarse.insert(r.coarse.end(), maps.coarse.begin(), maps.coarse.end());
    r.target.insert(r.target.end(), maps.target.begin(), maps.target.end());
    prediction.insert(prediction.end(), maps.predictions[0].values.begin(), maps.predictions[0].values.end());
  }
  r.map_grid = r.grid;
  r.coarse_cells = r.coarse;
  r.noise_ceiling_r2 = 0.812;
  for (int fold = 0; fold < 2; ++fold) {
    report::EvaluatedRun run;
    run.name = "unet-fold" + std::to_string(fold);
    run.model = "unet";
    run.seed = 1;
    run.held_out = fold ? "columns 43-86 of 173" : "columns 0-43 of 173";
    run.features = {"sif", "ndvi", "evi", "nir", "lbp"};
    run.parameters = 1941537;
    run.epochs = 60;
    run.seconds = 754;
    run.metrics = {0.9151, 0.916, 0.1171, 0.1552, -0.0031, 0.902, 7934};
    run.histories = {epochs(60, -1, 0.91, uint64_t(fold + 1))};
    data::Split split{run.held_out, 2, rows, columns,
                      std::vector<data::Role>(size_t(2 * rows * columns), data::Role::train)};
    run.prediction.assign(prediction.size(), nan);
    run.map = prediction;
    for (size_t i = 0; i < split.roles.size(); ++i) {
      const int column = int(i % columns) - 43 * fold;
      if (column >= -8 && column < 51) split.roles[i] = data::Role::buffer;
      if (column >= 0 && column < 43) split.roles[i] = data::Role::test, run.prediction[i] = prediction[i];
      if (column >= 150 - 43 * fold) split.roles[i] = data::Role::validation;
    }
    run.split = split;
    r.runs.push_back(run);
  }
  report::EvaluatedRun leaky;
  leaky.name = "paper-run";
  leaky.model = "paper-cnn";
  leaky.leaky = true;
  leaky.held_out = "20 % of overlapping random crops";
  leaky.metrics = {0.5583, 0.57, 0.2841, 0.3752, 0.01, 0.5, 128000};
  leaky.histories = {epochs(500, -1, 0.56, 4)};
  r.runs.push_back(leaky);
  r.runs[0].shared_cells = r.runs[1].shared_cells = 0;
  r.runs[0].buffer = r.runs[1].buffer = 8;
  r.runs[0].importance = {{"sif", {"sif"}, 0.41, 0.02, 0.5, 0.02, 0.3},
                          {"ndvi", {"ndvi"}, 0.052, 0.004, 0.1, 0.01, 0.08},
                          {"lbp", {"lbp"}, -0.001, 0.002, 0, 0.001, 0.01}};
  r.runs[0].coverage = {{"truth", {0.51, 0.8, 0.9, 0.95}, 7934}};
  r.runs[0].deviation.assign(prediction.size(), 0.1f);
  r.pools = {pool()};
  r.provenance = provenance();
  return r;
}

inline report::ExplainReport explained() {
  report::ExplainReport r;
  r.dataset = "paper.h5";
  r.run = "unet-<fold0>";
  r.model = "unet";
  r.held_out = "columns 0-43 of 173";
  r.metrics = {0.9151, 0.916, 0.1171, 0.1552, -0.0031, 0.902, 7934};
  r.importance = {{"sif*", {"sif", "sif_mean"}, 0.45, 0.03, 0.6, 0.02},
                  {"sif", {"sif"}, 0.41, 0.02, 0.5, 0.02, 0.31},
                  {"ndvi", {"ndvi"}, 0.052, 0.004, 0.1, 0.01, 0.08},
                  {"sif_mean", {"sif_mean"}, -0.001, 0.002, 0, 0.001, 0.01}};
  r.draws = 5, r.block_cells = 12, r.seed = 1, r.steps = 32;
  r.explained_cells = 7934;
  r.change = 123.4, r.attributed = 123.5, r.gap = 0.0012;
  r.channels = {"sif", "ndvi", "sif_mean"};
  r.windows = {"25 May - 9 June 2019", "10 June - 25 June 2019"};
  r.grid = grid();
  for (int map = 0; map < 6; ++map) {
    const std::vector<float> values = field(map, 0.1, 0.05, 4);
    r.attributions.insert(r.attributions.end(), values.begin(), values.end());
  }
  r.provenance = provenance();
  return r;
}

// Eight networks and as many baselines on the same cells, some of these corrected and of denoised bands, with strata of
// all families.
inline report::EvaluateReport evaluation_of_many() {
  static const char* const baselines[] = {"coarse",          "bilinear",     "bicubic",        "nirv",
                                          "linear-residual", "gwr-residual", "trees-residual", "atprk"};
  report::EvaluateReport r = full_evaluation();
  report::Pool& p = r.pools[0];
  const report::PooledEntry network = p.entries[1], baseline = p.entries[2];
  const report::Spectra::Line target = p.spectra->lines[0];
  p.entries.clear(), p.strata.clear(), p.spectra->lines = {target};
  p.best_baseline = p.best_corrected_baseline = "atprk, denoised bands, corrected by soundings";
  p.best_uncorrected_baseline = "atprk";
  const auto add = [&](report::PooledEntry entry, const std::string& name, double rmse) {
    entry.name = name;
    entry.metrics.rmse = rmse;
    if (entry.intervals.rmse) entry.intervals.rmse = data::Interval{rmse - 0.007, rmse + 0.007};
    entry.less_best_baseline = entry.less_best_corrected = {rmse - 0.16, data::Interval{rmse - 0.168, rmse - 0.152}};
    entry.less_best_uncorrected = {rmse - 0.19, data::Interval{rmse - 0.198, rmse - 0.182}};
    p.entries.push_back(entry);
    report::Spectra::Line line = target;
    line.name = name;
    for (double& power : line.power) power *= 0.9 - rmse;
    p.spectra->lines.push_back(line);
  };
  const report::EvaluatedRun run = r.runs[0];
  r.runs.clear();
  for (int k = 0; k < 8; ++k) {
    r.runs.push_back(run);
    r.runs.back().name = "fold-0-model-" + std::to_string(k);
    for (float& value : r.runs.back().map) value += 0.02f * float(k);
    r.runs.back().coverage = {{"truth", {0.45 + 0.01 * k, 0.75 + 0.01 * k, 0.86 + 0.01 * k, 0.93}, 7934}};
    report::PooledEntry entry = network;
    entry.runs = {r.runs.back().name};
    entry.variant.method = k == 0 ? "unet-pointwise" : "unet:widths=" + std::to_string(8 * k) + "-32-64";
    add(entry, entry.variant.method, 0.15 + 0.005 * k);
  }
  for (int k = 0; k < 8; ++k) {
    report::PooledEntry entry = baseline;
    for (int variant = 0; variant < 4; ++variant) {
      entry.variant = {baselines[k], variant % 2 == 1, variant >= 2};
      if (k >= 3 || !entry.variant.denoised)
        add(entry, entry.variant.name(), 0.225 - 0.005 * k - 0.004 * (variant % 2) - 0.026 * (variant / 2));
    }
  }
  p.contributions = {{"Correction, of the best uncorrected baseline",
                      "atprk",
                      "atprk, corrected by soundings",
                      {-0.026, data::Interval{-0.03, -0.022}}},
                     {"Footprints instead of coarse cells, of a network",
                      "unet:widths=8-32-64",
                      "unet-pointwise",
                      {-0.004, data::Interval{-0.009, 0.001}}}};
  for (const auto& [family, names] :
       {std::pair<std::string, std::vector<std::string>>{"window", windows},
        {"land cover", {"evergreen needleleaf forest", "croplands", "grasslands", "urban", "other"}},
        {"coarse SIF", {"below 0.31", "0.31 to 0.52", "0.52 to 0.80", "from 0.80"}}})
    for (const std::string& name : names) {
      std::vector<data::Metrics> metrics;
      for (const report::PooledEntry& e : p.entries) {
        metrics.push_back(e.metrics);
        metrics.back().rmse *= 0.8 + 0.02 * double(name.size());
      }
      p.strata.push_back({family, name, metrics});
    }
  return r;
}

inline report::AblateReport ablation() {
  report::AblateReport r{"paper.h5", "columns 0-43 of 173", report::ScoredAgainst::target, false, {}, provenance()};
  const auto add = [&](const std::string& name, double difference, std::optional<data::Interval> interval) {
    r.entries.push_back({name, "unet", {"sif", "ndvi", "lbp"}, 1941537, 1, 3, {}, {}, {difference, interval}});
    r.entries.back().metrics.rmse = 0.155 + difference;
    r.entries.back().metrics.r2 = 0.91 - difference;
  };
  add("without lbp", -0.004, data::Interval{-0.007, -0.001});
  add("reference", 0, {});
  add("with <red>", 0.001, data::Interval{-0.002, 0.004});
  add("without ndvi*", 0.031, data::Interval{0.024, 0.04});
  return r;
}

}  // namespace unetsr::test
