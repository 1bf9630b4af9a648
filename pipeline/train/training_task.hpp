#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "data/dataset/dataset.hpp"
#include "data/features/scaling.hpp"
#include "data/scores/metrics.hpp"
#include "data/splits/split.hpp"
#include "nn/execution.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/train/dataset_sample.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/honest_protocol.hpp"
#include "pipeline/train/members.hpp"
#include "pipeline/train/run_audit.hpp"
#include "pipeline/train/split_file.hpp"
#include "pipeline/train/train_options.hpp"
#include "pipeline/train/training_loop.hpp"

// Common to all kinds of training: the networks' task, and its description in checkpoints and in the run directory.
namespace unetsr::pipeline {

// A training that is about to begin.
struct Training {
  const ResolvedOptions& options;
  const data::Dataset& dataset;
  const data::Dataset& training_grid;  // as ResolvedRun has it
  const HeldOutBasis& held_out;        // likewise
  nn::Execution execution;
  RunFiles files;
  const Output& output;
  const FinishedRun* from = nullptr;                 // the run that it starts from
  std::shared_ptr<const DatasetSample> sample = {};  // of a dataset that is not whole

  std::string title() const;
};

// Those of honest_options(), on this training's device, with what it takes over from an earlier run.
HonestOptions honest_options(const Training&);

// Refuses what leaks, but for the paper's protocol, before anything is written: also where the run that it starts from
// was trained on cells that it holds out. Resumed, nothing more; else removes an
// earlier run, and writes run.toml, split.json and audit.json.
void begin_run(const Training&, const RunAudit&, const SplitPlaces&);
// Of the paper's protocol, which has its own kind of split.
void begin_run(const Training&, const RunAudit&, const std::function<void(const std::filesystem::path&)>& write_split);

// The contents of split.json for a split of the dataset, whose cells are those of `grid`.
SplitPlaces places_of(const Training&, const data::Split&, const data::Grid& grid);

// The metadata of a checkpoint about its training data on `grid`; equal for equal options, data and weights to start
// from.
nlohmann::ordered_json metadata_of(const Training&, const data::Dataset& grid, const data::Scaling&);

// `unit`: what a target of 1 is in mW m-2 sr-1 nm-1.
MembersTask members_task(const Training&, int channels, double unit);

// A member's task: its length, and the metadata of its checkpoints.
TrainingTask task_of(const ResolvedOptions&, int64_t steps_per_epoch, const nlohmann::ordered_json& metadata);

Scores scores_of(const data::Metrics&);

}  // namespace unetsr::pipeline
