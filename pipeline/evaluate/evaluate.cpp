#include "pipeline/evaluate/evaluate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/scales.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/memory.hpp"
#include "pipeline/console/output_lock.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/console/size_text.hpp"
#include "pipeline/evaluate/compared_maps.hpp"
#include "pipeline/evaluate/evaluate_soundings.hpp"
#include "pipeline/evaluate/evaluate_target.hpp"
#include "pipeline/evaluate/evaluate_truth.hpp"
#include "pipeline/evaluate/evaluation_memory.hpp"
#include "pipeline/evaluate/evaluation_messages.hpp"
#include "pipeline/evaluate/evaluation_pools.hpp"
#include "pipeline/evaluate/evaluation_scene.hpp"
#include "pipeline/evaluate/evaluation_tables.hpp"
#include "pipeline/evaluate/file_scene.hpp"
#include "pipeline/evaluate/noise_ceiling.hpp"
#include "pipeline/evaluate/region_maps.hpp"
#include "pipeline/explain/explain_memory.hpp"
#include "pipeline/explain/held_out_maps.hpp"
#include "pipeline/explain/permutation_importance.hpp"
#include "pipeline/maps/conservation.hpp"
#include "pipeline/predict/map_filling.hpp"
#include "pipeline/processes/processes.hpp"
#include "pipeline/report/provenance.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/supervision.hpp"
#include "pipeline/train/training_loop.hpp"
#include "pipeline/train/transfer.hpp"

namespace unetsr::pipeline {
namespace {

std::string names_of(const std::vector<Conservation>& kinds) {
  std::vector<std::string> names;
  for (const Conservation kind : kinds) names.push_back(to_string(kind));
  return fmt::format("{}", fmt::join(names, ","));
}

data::Dataset scored_grid_of(const data::Dataset& dataset, const std::vector<FinishedRun>& runs) {
  return training_grid(dataset, runs.front().options.supervision, runs.front().options.wald_factor);
}

// Without a known truth all runs are scored on the grid that they learnt on.
void require_one_target(const std::vector<FinishedRun>& runs) {
  const ResolvedOptions& first = runs.front().options;
  for (const FinishedRun& run : runs)
    if (run.options.supervision != first.supervision || run.options.wald_factor != first.wald_factor)
      throw UsageError(fmt::format("{} learnt by --supervision {} --wald-factor {}, {} by {} {}: evaluate them apart",
                                   runs.front().directory.string(), to_string(first.supervision),
                                   first.wald_factor.value_or(0), run.directory.string(),
                                   to_string(run.options.supervision), run.options.wald_factor.value_or(0)));
}

report::ScoredAgainst scored_against(const EvaluateOptions& options, const std::vector<FinishedRun>& runs) {
  if (!options.truth.empty()) return report::ScoredAgainst::truth;
  return runs.front().options.supervision == Supervision::footprints ? report::ScoredAgainst::soundings
                                                                     : report::ScoredAgainst::target;
}

bool is_paper(const FinishedRun& run) {
  return run.options.protocol == Protocol::paper;
}

// Runs of the two protocols apart, and together again in the order that they came in.
std::vector<RunEvaluation> evaluate_on_grid(const std::vector<FinishedRun>& runs,
                                            const std::vector<ScoredSplit>& splits, const data::Dataset& scored_grid,
                                            const data::Dataset& granules, const std::vector<data::Layer>& others,
                                            const std::filesystem::path& folder, MapScorer& scorer, Steps& steps) {
  std::vector<FinishedRun> of_paper, honest;
  std::vector<ScoredSplit> of_honest;
  for (size_t i = 0; i < runs.size(); ++i) {
    (is_paper(runs[i]) ? of_paper : honest).push_back(runs[i]);
    if (!is_paper(runs[i])) of_honest.push_back(splits[i]);
  }
  std::vector<RunEvaluation> from_paper = evaluate_paper(of_paper, scored_grid, scorer),
                             from_honest = evaluate_on_target(honest, of_honest, scored_grid, granules, others, folder,
                                                              scorer, steps),
                             all;
  auto paper = from_paper.begin(), other = from_honest.begin();
  for (const FinishedRun& run : runs) all.push_back(std::move(is_paper(run) ? *paper++ : *other++));
  return all;
}

constexpr int importance_draws = 5;

void add_importance(const data::DatasetFile& file, const std::vector<FinishedRun>& runs,
                    const std::vector<ScoredSplit>& splits, const std::string& truth, const data::ArrayStore& store,
                    report::EvaluateReport& report, const Output& output) {
  constexpr uint64_t seed = 1;
  for (size_t i = 0; i < runs.size(); ++i)
    if (!is_paper(runs[i]))
      report.runs[i].importance = permutation_importance(held_out_maps(runs[i], splits[i], file, truth, "", store),
                                                         importance_draws, seed, output)
                                      .features;
}

report::RunProvenance provenance_of(const EvaluateOptions& options, const data::Dataset& dataset,
                                    const std::vector<FinishedRun>& runs) {
  report::RunProvenance provenance = run_provenance(dataset.provenance, resolve(options.compute));
  provenance.options = {{"dataset", options.dataset.string()}};
  if (!options.truth.empty()) provenance.options.push_back({"truth", options.truth});
  for (const std::string& other : options.compare) provenance.options.push_back({"compare", other});
  if (!options.conserve.empty()) provenance.options.push_back({"conserve", names_of(options.conserve)});
  for (const FinishedRun& run : runs) {
    provenance.seeds.push_back(run.options.seed);
    provenance.stages.push_back({"training of " + run.name, run.seconds});
  }
  return provenance;
}

std::vector<FinishedRun> open_runs(const EvaluateOptions& options, const nn::Execution& execution) {
  const std::vector<std::string> names = names_of_runs(options.runs);
  std::vector<FinishedRun> runs;
  for (size_t i = 0; i < names.size(); ++i) {
    runs.push_back(open_run(options.runs[i], execution));
    runs.back().name = names[i];
  }
  return runs;
}

void check_truth(const EvaluateOptions& options, const std::vector<FinishedRun>& runs) {
  if (options.truth.empty()) {
    if (!options.conserve.empty())
      throw UsageError("--conserve scores corrected maps against a known truth; give --truth too");
    if (options.fill) throw UsageError("--fill scores filled gaps against a known truth; give --truth too");
    return;
  }
  for (const FinishedRun& run : runs)
    if (is_paper(run))
      throw UsageError(run.directory.string() + ": a run of the paper's protocol held nothing out; omit --truth");
}

void refuse_comparison_by_paper(const std::vector<data::AuxiliaryBand>& compare, const std::vector<FinishedRun>& runs) {
  for (const FinishedRun& run : runs)
    if (!compare.empty() && is_paper(run))
      throw UsageError(run.directory.string() + ": a run of the paper's protocol held nothing out; omit --compare");
}

// Those of runs of the paper's protocol, which have their crops, are empty.
std::vector<ScoredSplit> splits_of(const std::vector<FinishedRun>& runs, const EvaluateOptions& options,
                                   const data::Dataset& dataset, const Output& output) {
  std::vector<ScoredSplit> splits;
  for (const FinishedRun& run : runs) {
    if (is_paper(run)) {
      if (options.independent)
        throw UsageError(run.directory.string() + ": a run of the paper's protocol cannot be scored --independent");
      require_own_dataset(run, dataset, options.dataset.string());
      splits.emplace_back();
      continue;
    }
    splits.push_back(scored_split(run, dataset, options.dataset.string(), options.independent));
    if (splits.back().other_times > 0)
      output.line(fmt::format("{}: it trained at other times in {} of the {} cells", run.name,
                              splits.back().other_times, dataset.grid.cells()));
  }
  return splits;
}

report::EvaluateReport start_report(const EvaluateOptions& options, const data::Dataset& dataset,
                                    const std::vector<FinishedRun>& runs) {
  report::EvaluateReport report;
  report.dataset = options.dataset.filename().string();
  report.sif = dataset.sif;
  report.scored_against = scored_against(options, runs);
  report.provenance = provenance_of(options, dataset, runs);
  return report;
}

// By which corrections networks' maps are scored, beside what `predict` makes: none and by soundings wherever there are
// some, as baselines are, and what is asked for.
std::vector<Conservation> corrections_to_score(const EvaluateOptions& options, const data::DatasetFile& file) {
  std::vector<Conservation> kinds;
  if (file.soundings() > 0) kinds = {Conservation::none, Conservation::footprints};
  for (const Conservation kind : options.conserve)
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
  for (const Conservation kind : options.conserve) Conserver(kind, file);  // throws where that cannot be
  return kinds;
}

void require_score(const report::EvaluatedRun& run) {
  if (run.metrics.cells < 2 || !std::isfinite(run.metrics.r2))
    throw UsageError(fmt::format(
        "{}: {} can be scored of what it holds out ({}), too few for a score; train it with another --test, "
        "for example blocks:auto:0/4",
        run.name, run.metrics.cells == 1 ? "1 value" : fmt::format("{} values", run.metrics.cells), run.held_out));
}

// Fills in the report's runs and pools.
void add_scores(std::vector<RunEvaluation> evaluations, const MapScorer& scorer, const std::string& reference,
                report::EvaluateReport& report, const Output& output) {
  std::vector<ScoredRun> scored;
  for (RunEvaluation& run : evaluations) {
    require_score(run.shown);
    report.runs.push_back(std::move(run.shown));
    scored.push_back(std::move(run.scored));
  }
  report.pools = in_stage(output, "compute intervals", [&] { return pools_of(scored, scorer, reference); });
}

std::vector<RunEvaluation> in_steps(const Output& output,
                                    const std::function<std::vector<RunEvaluation>(Steps&)>& score) {
  Stage stage(output, "score the maps");
  Steps steps([&](double share) { stage.reached(share); });
  return score(steps);
}

// On the fine cells of the file, window by window.
void evaluate_file(const EvaluateOptions& options, const data::DatasetFile& file, const std::vector<FinishedRun>& runs,
                   const std::vector<ScoredSplit>& splits, const std::vector<data::AuxiliaryBand>& compare,
                   const data::ArrayStore& store, report::EvaluateReport& report, const Output& output) {
  const std::vector<Conservation> corrections = corrections_to_score(options, file);
  const FileScene scene = in_stage(output, "read " + file_with_size(options.dataset),
                                   [&] { return FileScene(file, options.out_directory, options.truth, store); });
  const std::vector<ComparedMap> others = compared_maps_of(scene, compare, output);
  MapScorer scorer(scored_scene(scene, report.scored_against, runs.front().footprints));
  auto evaluations = in_steps(output, [&](Steps& steps) {
    if (scene.truth)
      return evaluate_against_truth(runs, splits, scene, others, corrections, options.fill, scorer, steps);
    SoundingScores scores = evaluate_on_soundings(runs, splits, scene, others, scorer, steps);
    report.noise_ceiling_r2 = scores.noise_ceiling_r2;
    return std::move(scores.runs);
  });
  add_scene_pictures(scene, report);
  add_scores(std::move(evaluations), scorer, options.reference, report, output);
  in_stage(output, "map the whole region", [&] { add_region_maps(report, runs, splits, scene); });
}

// On the grid that runs learnt on, which is held as a whole.
void evaluate_grid(const EvaluateOptions& options, const data::DatasetFile& file, const std::vector<FinishedRun>& runs,
                   const std::vector<ScoredSplit>& splits, const std::vector<data::AuxiliaryBand>& compare,
                   report::EvaluateReport& report, const Output& output) {
  const data::Dataset dataset =
      in_stage(output, "read " + file_with_size(options.dataset), [&] { return file.read_all(); });
  const data::Dataset scored_grid = scored_grid_of(dataset, runs),
                      granules = granules_of_scale(dataset, runs.front().options);
  const std::span<const float> coarse = scored_grid.values(data::coarse_layer),
                               target = scored_grid.values(data::target_layer);
  report.windows = scored_grid.windows;
  report.grid = scored_grid.grid;
  report.coarse.assign(coarse.begin(), coarse.end());
  report.target.assign(target.begin(), target.end());
  report.noise_ceiling_r2 = pooled_noise_ceiling(scored_grid).r2;
  const std::vector<data::Layer> others =
      compared_layers(compare, scored_grid.grid, scored_grid.windows, scored_grid.window_days, output);
  MapScorer scorer(scored_scene(scored_grid, dataset, runs.front().options, runs.front().footprints));
  add_scores(in_steps(output,
                      [&](Steps& steps) {
                        return evaluate_on_grid(runs, splits, scored_grid, granules, others, options.out_directory,
                                                scorer, steps);
                      }),
             scorer, options.reference, report, output);
  in_stage(output, "map the whole region",
           [&] { add_region_maps(report, runs, splits, file, dataset, options.out_directory); });
}

ArrayMemory memory_needed(const EvaluateOptions& options, const data::DatasetFile& file,
                          const std::vector<FinishedRun>& runs, const std::vector<ScoredSplit>& splits) {
  const report::ScoredAgainst against = scored_against(options, runs);
  ArrayMemory memory = against == report::ScoredAgainst::target ? ArrayMemory{copies_to_score * file.bytes(), 0}
                                                                : memory_to_evaluate(file, runs, splits, against);
  if (options.fill) {
    const ArrayMemory filling = memory_to_fill(file.description());
    memory = {std::max(memory.held, filling.held), memory.stored + filling.stored};
  }
  for (size_t i = 0; i < runs.size(); ++i) {
    if (splits[i].independent) memory = larger(memory, memory_to_fit(runs[i], file));
    if (options.importance && !is_paper(runs[i]))
      memory = larger(memory, memory_to_permute(file, runs[i], splits[i], options.truth, importance_draws));
  }
  return memory;
}

void check_outputs(const EvaluateOptions& o, const std::vector<data::AuxiliaryBand>& compare,
                   const std::vector<std::filesystem::path>& files) {
  if (std::filesystem::exists(RunFiles{o.out_directory}.last()))
    throw UsageError("OUT_DIR is missing: " + o.out_directory.string() + ", which stands last, is a run");
  std::vector<std::filesystem::path> inputs = o.runs;
  inputs.push_back(o.dataset);
  for (const auto& file : files_of_pattern(o.truth)) inputs.push_back(file);
  for (const auto& file : files_of_compared(compare)) inputs.push_back(file);
  refuse_input_as_output(o.out_directory, inputs);
  refuse_outputs(files, inputs, o.overwrite);
}

}  // namespace

report::EvaluateReport evaluate(const EvaluateOptions& options, const Output& output) {
  if (options.runs.empty()) throw UsageError("evaluate: give at least one run directory");
  const nn::Execution execution = start_computing(resolve(options.compute));
  const std::filesystem::path metrics = options.out_directory / "metrics.json",
                              table = options.out_directory / "metrics.csv",
                              page = options.out_directory / "report.html";
  const std::vector<data::AuxiliaryBand> compare = compared_maps(options.compare);
  check_outputs(options, compare, {metrics, table, page});
  const OutputLock lock = OutputLock::of_folder(options.out_directory);
  processes().wait_for_all();  // each makes scratch files there
  const data::DatasetFile file(options.dataset);
  const data::Dataset& header = file.description();
  std::vector<FinishedRun> runs = in_stage(output, "open the runs", [&] { return open_runs(options, execution); });
  const std::vector<ScoredSplit> splits = splits_of(runs, options, header, output);
  check_truth(options, runs);
  refuse_comparison_by_paper(compare, runs);
  if (options.truth.empty()) require_one_target(runs);
  const data::ArrayStore store = place_arrays(memory_needed(options, file, runs, splits), options, output);
  for (size_t i = 0; i < runs.size(); ++i)
    if (splits[i].independent) runs[i] = fitted_to(std::move(runs[i]), file, output, store);
  report::EvaluateReport report = start_report(options, header, runs);
  if (report.scored_against == report::ScoredAgainst::target)
    evaluate_grid(options, file, runs, splits, compare, report, output);
  else
    evaluate_file(options, file, runs, splits, compare, store, report, output);
  if (options.importance) add_importance(file, runs, splits, options.truth, store, report, output);
  print_scores(report, output);
  in_stage(output, "write the report", [&] {
    write_text_atomically(metrics, metrics_json(report));
    write_text_atomically(table, metrics_csv(report));
    write_text_atomically(page, report::evaluate_page(report));
  });
  output.line(fmt::format("wrote {} and {}", metrics.string(), table.string()));
  output.line("wrote " + page.string() + "; open it in a browser");
  return report;
}

}  // namespace unetsr::pipeline
