#include "pipeline/evaluate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "data/dataset_file.hpp"
#include "data/scales.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/atomic_file.hpp"
#include "pipeline/baselines.hpp"
#include "pipeline/evaluate_soundings.hpp"
#include "pipeline/evaluate_truth.hpp"
#include "pipeline/evaluation_pools.hpp"
#include "pipeline/finished_run.hpp"
#include "pipeline/noise_ceiling.hpp"
#include "pipeline/provenance.hpp"
#include "pipeline/report/evaluate_report.hpp"
#include "pipeline/supervision.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;

void describe(const FinishedRun& run, report::EvaluatedRun& e) {
  e.name = run.directory.filename().string();
  e.model = run.options.model;
  e.seed = run.options.seed;
  e.features = run.options.features;
  e.parameters = run.parameters;
  e.epochs = int(run.history.size());
  e.seconds = run.seconds();
  e.history = run.history;
  if (run.overlap) e.shared_cells = run.overlap->cells + run.overlap->soundings;
  if (run.options.protocol == Protocol::honest) e.buffer = run.options.buffer;
}

report::EvaluatedRun evaluate_honest(const data::Dataset& dataset, const FinishedRun& run) {
  report::EvaluatedRun e;
  const HonestProtocol protocol(dataset, honest_options(run.options));
  const std::span<const float> target = dataset.values(data::target_layer);
  const data::Mask cells = protocol.scored_cells(data::Role::test);
  e.held_out = protocol.split().description;
  e.split = protocol.split();
  e.prediction = protocol.predict(run.predictor, run.sizes);
  for (size_t i = 0; i < cells.size(); ++i)
    if (!cells[i]) e.prediction[i] = std::numeric_limits<float>::quiet_NaN();
  e.metrics = data::score(e.prediction, target, cells);
  for (const Baseline& b : baseline_predictions(dataset, protocol.scored_cells(data::Role::train)))
    e.baselines.push_back({b.name, data::score(b.prediction, target, cells)});
  return e;
}

report::EvaluatedRun evaluate_paper(const data::Dataset& dataset, const FinishedRun& run) {
  report::EvaluatedRun e;
  const PaperProtocol protocol(dataset, run.options.features, run.options.patch, run.options.seed);
  e.leaky = true;
  e.held_out = fmt::format("20 % of overlapping random crops (paper protocol, seed {})", run.options.seed);
  const auto score = [&](const std::vector<float>& prediction) {
    data::Metrics metrics = data::score(prediction, protocol.test_targets());
    metrics.r2 = protocol.score(prediction).r2;
    return metrics;
  };
  e.metrics = score(protocol.predict_test(run.predictor, 16));
  e.baselines.push_back({"coarse", score(protocol.coarse_unchanged())});
  e.baselines.push_back({"linear", score(protocol.linear_regression())});
  return e;
}

Json to_json(const data::Metrics& m) {
  return {{"r2", m.r2},     {"pearson_r2", m.pearson_r2}, {"mae", m.mae},    {"rmse", m.rmse},
          {"bias", m.bias}, {"slope", m.slope},           {"cells", m.cells}};
}

Json metrics_of(const report::EvaluateReport& report) {
  Json json;
  json["dataset"] = report.dataset;
  if (report.noise_ceiling_r2) json["noise_ceiling_r2"] = *report.noise_ceiling_r2;
  for (const auto& run : report.runs) {
    Json& entry = json["runs"][run.name];
    entry = to_json(run.metrics);
    entry["model"] = run.model;
    entry["seed"] = run.seed;
    entry["leaky"] = run.leaky;
    entry["held_out"] = run.held_out;
    entry["epochs"] = run.epochs;
    entry["seconds"] = run.seconds;
    for (const auto& c : run.conserved) entry["conserved"][c.name] = to_json(c.metrics);
    for (const auto& c : run.coverage) {
      auto& shares = entry["coverage"][c.of];
      for (size_t k = 0; k < interval_levels.size(); ++k)
        shares[fmt::format("{:.2f}", interval_levels[k])] = c.share[k];
      shares["values"] = c.values;
    }
    for (const auto& b : run.baselines) entry["baselines"][b.name] = to_json(b.metrics);
  }
  return json;
}

// The grid that all runs are scored on: the fine one where the truth is known, else that which they learnt on.
data::Dataset scored_scale(const data::Dataset& dataset, const std::vector<FinishedRun>& runs) {
  const TrainOptions& first = runs.front().options;
  for (const FinishedRun& run : runs)
    if (run.options.supervision != first.supervision || run.options.wald_factor != first.wald_factor)
      throw UsageError(fmt::format("{} learnt by --supervision {} --wald-factor {}, {} by {} {}: evaluate them apart",
                                   runs.front().directory.string(), first.supervision, first.wald_factor,
                                   run.directory.string(), run.options.supervision, run.options.wald_factor));
  return training_scale(dataset, first.supervision, first.wald_factor);
}

}  // namespace

void evaluate(const EvaluateOptions& options, const Output& output) {
  if (options.runs.empty()) throw UsageError("evaluate: give at least one run directory");
  const nn::Execution execution = start_computing(options.compute);
  const std::filesystem::path metrics = options.out_directory / "metrics.json",
                              page = options.out_directory / "report.html";
  refuse_to_overwrite(metrics, options.overwrite);
  refuse_to_overwrite(page, options.overwrite);
  const data::DatasetFile file(options.dataset);
  const data::Dataset granules = file.read_all();
  std::vector<FinishedRun> runs;
  for (const auto& directory : options.runs) runs.push_back(open_run(directory, execution));
  std::optional<data::Layer> truth;
  if (!options.truth.empty()) truth = truth_layer(options.truth, granules);
  if (!truth && !options.conserve.empty())
    throw UsageError("--conserve scores corrected maps against a known truth; give --truth too");
  std::vector<Conserver> conservers;
  for (const std::string& kind : options.conserve) conservers.emplace_back(kind, file);
  const data::Dataset dataset = truth ? data::fine_scale(granules) : scored_scale(granules, runs);
  const std::span<const float> coarse = dataset.values(data::coarse_layer),
                               target = truth ? truth->values : dataset.values(data::target_layer);

  report::EvaluateReport report;
  report.dataset = options.dataset.filename().string();
  report.windows = dataset.windows;
  report.grid = dataset.grid;
  report.coarse.assign(coarse.begin(), coarse.end());
  report.target.assign(target.begin(), target.end());
  if (!truth && runs.front().options.supervision != "footprints")
    report.noise_ceiling_r2 = pooled_noise_ceiling(dataset).r2;
  report.provenance = run_provenance(dataset.provenance, options.compute);
  report.provenance.options = {{"dataset", options.dataset.string()}};
  if (truth) report.provenance.options.push_back({"truth", options.truth});
  if (!conservers.empty())
    report.provenance.options.push_back({"conserve", fmt::format("{}", fmt::join(options.conserve, ","))});
  for (const FinishedRun& run : runs) {
    const bool paper = run.options.protocol == Protocol::paper;
    if (paper && truth)
      throw UsageError(run.directory.string() + ": a run of the paper's protocol held nothing out; leave --truth away");
    const bool footprints = run.options.supervision == "footprints";
    double ceiling = 0;
    report.runs.push_back(truth        ? evaluate_against_truth(run, file, granules, *truth, conservers)
                          : paper      ? evaluate_paper(dataset, run)
                          : footprints ? evaluate_on_soundings(run, granules, ceiling)
                                       : evaluate_honest(dataset, run));
    if (footprints && !truth) report.noise_ceiling_r2 = ceiling;
    describe(run, report.runs.back());
    report.provenance.seeds.push_back(run.options.seed);
    report.provenance.stages.push_back({"training of " + report.runs.back().name, run.seconds()});
    const auto line = [&](const std::string& name, const data::Metrics& m) {
      output.line(fmt::format("{}: R2 {:.3f} RMSE {:.3f} MAE {:.3f} on {}", name, m.r2, m.rmse, m.mae,
                              report.runs.back().held_out));
    };
    line(report.runs.back().name, report.runs.back().metrics);
    for (const Coverage& c : report.runs.back().coverage)
      output.line(fmt::format("{}: {}", report.runs.back().name, in_words(c)));
    for (const auto& c : report.runs.back().conserved)
      line(report.runs.back().name + " + conserved " + c.name, c.metrics);
    if (&run == &runs.back())
      for (const auto& baseline : report.runs.back().baselines) line(baseline.name, baseline.metrics);
  }
  report.pools = pools_of(report.runs);
  std::filesystem::create_directories(options.out_directory);
  write_text_atomically(metrics, metrics_of(report).dump(2) + "\n");
  write_text_atomically(page, report::evaluate_page(report));
  output.line(fmt::format("wrote {} and {}", metrics.string(), page.string()));
}

}  // namespace unetsr::pipeline
