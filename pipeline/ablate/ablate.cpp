#include "pipeline/ablate/ablate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/scales.hpp"
#include "data/features/features.hpp"
#include "kernels/error.hpp"
#include "pipeline/ablate/ablation_table.hpp"
#include "pipeline/ablate/variations.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/output_lock.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/crossvalidate/crossvalidate.hpp"
#include "pipeline/crossvalidate/train_runs.hpp"
#include "pipeline/evaluate/evaluate.hpp"
#include "pipeline/train/honest_protocol.hpp"
#include "pipeline/train/run_config.hpp"
#include "pipeline/train/supervision.hpp"
#include "pipeline/train/train.hpp"
#include "pipeline/train/train_defaults.hpp"
#include "pipeline/train/training_data.hpp"
#include "pipeline/train/training_loop.hpp"

namespace unetsr::pipeline {
namespace {

std::vector<uint64_t> seeds_of(const AblateOptions& o) {
  std::vector<uint64_t> seeds;
  for (const std::string& text : o.seeds) {
    uint64_t seed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
    if (error != std::errc() || end != text.data() + text.size())
      throw UsageError("--seeds " + text + " is not a number; give them with commas between, as in 1,2,3");
    if (std::find(seeds.begin(), seeds.end(), seed) == seeds.end()) seeds.push_back(seed);
  }
  if (seeds.empty()) seeds.push_back(o.training.seed);
  return seeds;
}

// The options `test` of all folds, one for each training of a variation.
std::vector<std::string> tests_of(const AblateOptions& o, const TrainingData& data) {
  require_in_range("folds", o.folds, fold_range);
  std::vector<std::string> tests;
  if (!o.folds) {
    tests = {o.test.value_or(TrainOptions().test)};
  } else {
    tests =
        tests_of_folds(o.test.value_or("blocks:auto"), o.folds, o.training.dataset, int(data.dataset.windows.size()));
  }
  for (std::string& test : tests) {
    TrainOptions reference = o.training;
    reference.test = test;
    test = resolve(reference, data.dataset, data.soundings.get()).options.test;
  }
  return tests;
}

// All windows of one coarse cell.
data::Dataset corner_of(const data::DatasetFile& file) {
  const data::Dataset& header = file.description();
  const int side = header.coarse_factor;
  return file.read_block({0, int(header.windows.size())},
                         {0, 0, std::min(side, header.grid.rows), std::min(side, header.grid.columns)});
}

// A feature that cannot be made would stop the trainings half way.
void require_features(const std::vector<Variation>& variations, const TrainingData& data) {
  const TrainOptions& reference = variations.front().training;
  const ResolvedOptions resolved = resolve(reference, data.dataset, data.soundings.get()).options;
  const data::Dataset grid = data.whole() ? training_grid(data.dataset, resolved.supervision, resolved.wald_factor)
                                          : data::fine_scale(corner_of(data::DatasetFile(reference.dataset)));
  std::vector<std::string> all;
  for (const Variation& v : variations) {
    if (reference.protocol == Protocol::honest) refuse_leaky_features(*v.training.features, reference.test);
    for (const std::string& feature : *v.training.features)
      if (std::find(all.begin(), all.end(), feature) == all.end()) all.push_back(feature);
  }
  data::make_features(grid, all);
}

// The runs of one variation after those of the other; all with the same cells between training and test.
struct Plan {
  std::vector<Variation> variations;
  std::vector<TrainOptions> runs;
  size_t runs_of_each = 0;
};

Plan plan_of(const AblateOptions& o, const TrainingData& data) {
  const bool honest = o.training.protocol == Protocol::honest;
  if (!honest && (o.folds || o.test))
    throw UsageError("--protocol paper holds out crops of its own; omit --folds and --test");
  Plan plan;
  const std::vector<uint64_t> seeds = seeds_of(o);
  const std::vector<std::string> tests = tests_of(o, data);
  TrainOptions reference = o.training;
  reference.test = tests.front();
  const ResolvedOptions resolved = resolve(reference, data.dataset, data.soundings.get()).options;
  reference.model = resolved.model, reference.features = resolved.features;
  plan.variations = variations_of(o, reference);
  plan.runs_of_each = tests.size() * seeds.size();
  std::optional<int> buffer = o.training.buffer;
  if (honest && !buffer)
    for (const Variation& v : plan.variations)
      buffer = std::max(buffer.value_or(0), resolve(v.training, data.dataset, data.soundings.get()).options.buffer);
  for (Variation& v : plan.variations) v.training.buffer = buffer;
  require_features(plan.variations, data);
  for (const Variation& v : plan.variations) {
    if (honest) check_held_out(v.training, data.dataset, tests, data.soundings.get());
    for (const uint64_t seed : seeds)
      for (size_t fold = 0; fold < tests.size(); ++fold) {
        TrainOptions run = v.training;
        run.test = tests[fold];
        run.seed = seed;
        run.run_directory =
            o.out_directory / "runs" /
            fmt::format("{}{}-seed-{}", v.directory(), tests.size() > 1 ? fmt::format("-fold-{}", fold) : "", seed);
        plan.runs.push_back(std::move(run));
      }
  }
  return plan;
}

// Runs of an earlier call may have left less room than those of this one need.
void require_same_buffer(const Plan& plan) {
  for (const TrainOptions& run : plan.runs) {
    const std::filesystem::path file = RunFiles{run.run_directory}.configuration();
    if (!std::filesystem::exists(file)) continue;
    const int before = read_run_config(file).buffer;
    if (run.buffer && before != *run.buffer)
      throw UsageError(
          fmt::format("{}: was trained with a buffer of {} cells, and these variations ask for {}; take "
                      "--buffer {}, or take another OUT_DIR",
                      run.run_directory.string(), before, *run.buffer, before));
  }
}

}  // namespace

void ablate(const AblateOptions& o, const Output& output) {
  const std::filesystem::path table = o.out_directory / "ablation.csv", json = o.out_directory / "ablation.json",
                              page = o.out_directory / "ablation.html", report_directory = o.out_directory / "report";
  refuse_outputs({table, json, page, report_directory / "report.html"}, {o.training.dataset}, o.overwrite);
  const Plan plan = plan_of(o, open_training_data(o.training, output));
  require_same_buffer(plan);
  output.line(
      fmt::format("{} variations of the reference, {} runs in all", plan.variations.size() - 1, plan.runs.size()));
  const OutputLock lock = OutputLock::of_folder(o.out_directory);
  train_runs(plan.runs, output);

  EvaluateOptions evaluation;
  evaluation.dataset = o.training.dataset;
  for (const TrainOptions& run : plan.runs) evaluation.runs.push_back(run.run_directory);
  evaluation.out_directory = report_directory;
  evaluation.truth = o.score_truth;
  evaluation.compute = o.training.compute;
  evaluation.overwrite = true;
  evaluation.reference = plan.runs.front().run_directory.filename().string();
  const report::EvaluateReport report = evaluate(evaluation, Output(Output::Mode::quiet));

  std::vector<std::pair<std::string, std::string>> first_runs;
  for (size_t i = 0; i < plan.variations.size(); ++i)
    first_runs.push_back({plan.variations[i].name, plan.runs[i * plan.runs_of_each].run_directory.filename().string()});
  const std::vector<AblatedEntry> entries = ablated_entries(report, first_runs);
  const report::Pool& pool = report.pools.front();
  if (pool.leaky) output.warning("leaky: the inputs contain the target, so that these scores mean little");
  output.line("\nRMSE and its difference from the reference's in mW m-2 sr-1 nm-1\n" +
              ablation_text(entries, output.width()));
  write_text_atomically(table, ablation_csv(entries, pool));
  write_text_atomically(json, ablation_json(entries, report.dataset, pool));
  write_text_atomically(page, report::ablate_page({report.dataset, pool.held_out, report.scored_against, pool.leaky,
                                                   entries, report.provenance}));
  output.line(fmt::format("wrote {} and {}", table.string(), json.string()));
  output.line(fmt::format("wrote {} and {}; open them in a browser", page.string(),
                          (report_directory / "report.html").string()));
}

}  // namespace unetsr::pipeline
