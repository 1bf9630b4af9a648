#include "pipeline/train/train.hpp"

#include <fmt/format.h>

#include <chrono>

#include "data/features/patches.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/memory.hpp"
#include "pipeline/console/output_lock.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/console/peak_memory.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/processes/processes.hpp"
#include "pipeline/train/end_mark.hpp"
#include "pipeline/train/held_out.hpp"
#include "pipeline/train/honest_protocol.hpp"
#include "pipeline/train/known_features.hpp"
#include "pipeline/train/run_config.hpp"
#include "pipeline/train/sounding_comparison.hpp"
#include "pipeline/train/split_file.hpp"
#include "pipeline/train/started_from.hpp"
#include "pipeline/train/supervision.hpp"
#include "pipeline/train/train_defaults.hpp"
#include "pipeline/train/train_messages.hpp"
#include "pipeline/train/train_on_cells.hpp"
#include "pipeline/train/train_on_footprints.hpp"
#include "pipeline/train/training_data.hpp"

namespace unetsr::pipeline {
namespace {

void require_same_dataset(const RunFiles& files, const ResolvedOptions& o, const data::Dataset& dataset) {
  if (split_dataset(files.split()) != dataset.identity)
    throw UsageError(fmt::format("{} was begun on other data than {} holds; take those, or --overwrite trains anew",
                                 files.directory.string(), o.dataset.string()));
}

// The run's own files must not replace inputs of the training, or files of other programs.
void check_outputs(const TrainOptions& o, const RunFiles& files) {
  std::vector<std::filesystem::path> inputs = files_of_pattern(o.truth);
  inputs.push_back(o.dataset);
  if (o.from) inputs.push_back(*o.from);
  refuse_input_as_output(files.directory, inputs);
  for (const auto& file : files.all()) {
    refuse_input_as_output(file, inputs);
    if (!o.resume) refuse_to_overwrite(file, true);  // resumed, it is read before it is replaced
  }
}

ResolvedRun resolve_with_time(const TrainOptions& asked, const TrainingData& data, const Output& output) {
  const Stage stage(output, "choose defaults from the dataset");
  return resolve(asked, data.dataset, data.soundings.get());
}

}  // namespace

void train(const TrainOptions& given, const Output& output) {
  const auto start = std::chrono::steady_clock::now();
  check(given);
  const nn::Execution execution = start_computing(resolve(given.compute), given.exact);
  std::optional<FinishedRun> from;
  if (given.from) from = open_honest_run(*given.from, execution);
  const TrainOptions asked = from ? started_from(*from, given) : given;
  const TrainingData data = open_training_data(asked, output);
  const data::Dataset& dataset = data.dataset;
  if (from) data::require_same_sif(from->directory.string(), from->sif, asked.dataset.string(), dataset.sif);
  if (asked.features) require_known_features(*asked.features, asked.dataset, asked.protocol);
  ResolvedRun run = resolve_with_time(asked, data, output);
  ResolvedOptions& o = run.options;
  refuse_beyond_memory(
      memory_of(nn::model_spec(o.model, int(o.features.size()) + 1), double(o.batch) * o.patch * o.patch, true),
      fmt::format("--model {} with --batch {} and --patch {}", o.model, o.batch, o.patch),
      "take a smaller batch, patch or model");
  const RunFiles files{o.run_directory};
  check_outputs(asked, files);
  const OutputLock lock = OutputLock::of_folder(o.run_directory);
  o.resume = processes().as_first(o.resume && std::filesystem::exists(files.last()));
  if (o.resume) {
    require_same_training(o, files.configuration());
    require_same_dataset(files, o, dataset);
  } else {
    refuse_to_overwrite(files.last(), o.overwrite);
  }

  if (processes().as_first(o.resume && has_ended(files))) {
    read_end_mark(files, o);
    output.line(fmt::format("{}: the training is finished; --overwrite trains anew", o.run_directory.string()));
    print_next(o, output);
    return;
  }

  output.detail("resolved options:\n" + to_toml(o));
  if (const int sharing = processes().size(); sharing > *o.shards)
    output.warning(fmt::format("{} processes share steps of {} shards: {} of them have none; see --shards", sharing,
                               *o.shards, sharing - *o.shards));
  Training training{o, dataset, run.training_grid, run.held_out, execution, files, output, from ? &*from : nullptr, {}};
  if (!data.whole()) {
    give_back_large_arrays();
    training.sample = sample_of(data, o, honest_options(training), output);
  }
  if (o.protocol == Protocol::paper)
    train_paper(training);
  else if (o.supervision == Supervision::footprints)
    train_on_footprints(training);
  else
    train_on_cells(training);
  write_end_mark(files, o.members, {dataset.identity});
  output.line(fmt::format("wrote {}: trained in {}, memory at most {:.0f} MiB", o.run_directory.string(),
                          format_duration(seconds_since(start)), peak_memory_mib()));
  print_next(o, output);
}

void check_held_out(const TrainOptions& asked, const data::Dataset& dataset, const std::vector<std::string>& tests,
                    const SoundingSource* soundings) {
  constexpr size_t counted = 50000;
  if (asked.features) require_known_features(*asked.features, asked.dataset, asked.protocol);
  for (const std::string& test : tests) {
    TrainOptions one = asked;
    one.test = test;
    const ResolvedRun run = resolve(one, dataset, soundings);
    HonestOptions options = honest_options(run.options, run.held_out.values);
    options.windows = used_windows(run.options, dataset.windows);
    const bool footprints = run.options.supervision == Supervision::footprints;
    const Shape patches_of = footprints ? dataset.shape() : run.training_grid.shape();
    const data::Split split = make_split(split_shape(run.options, dataset, run.training_grid), options, dataset);
    if (soundings) {
      require_tested(SoundingComparison(soundings->some(counted), split, {}).count(data::Role::test), "soundings",
                     run.options);
      continue;
    }
    const data::Mask training = split.mask(data::Role::train);
    data::PatchSampler(patches_of, options.patch, footprints ? fine_mask(dataset, training) : training,
                       least_training_share);
    if (footprints)
      require_tested(SoundingComparison(dataset, split, {}).count(data::Role::test), "soundings", run.options);
  }
}

}  // namespace unetsr::pipeline
