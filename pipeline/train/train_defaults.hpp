#pragma once
#include <optional>
#include <string>

#include "data/dataset/dataset.hpp"
#include "pipeline/train/held_out_basis.hpp"
#include "pipeline/train/sounding_source.hpp"
#include "pipeline/train/train_options.hpp"

// Defaults of a training that follow from its mode, and from the dataset: test cells and buffer (held_out.hpp), patch,
// features, first guess, epochs.
namespace unetsr::pipeline {

// Those that follow from the mode alone: the paper's own, and those that gave the best scores in the honest protocol.
struct ModeDefaults {
  std::string model;
  int members, epochs, batch;
  double learning_rate;
  Optimizer optimizer;
  double weight_decay;
  nn::ScheduleKind schedule;
};
ModeDefaults mode_defaults(Protocol, Supervision, const std::optional<std::string>& model);

// The default of an option of `train` in each mode, as --help prints it ("80 with footprints, else 60 (sifnet: 20);
// protocol paper 500"); empty where it is the option's own value.
std::string default_in_words(const std::string& option);

// Throws UsageError for what is wrong whatever the dataset.
void check(const TrainOptions&);

struct ResolvedRun {
  ResolvedOptions options;
  data::Dataset training_grid;  // the grid of the training; empty for footprints, which learn on the dataset itself
  HeldOutBasis held_out;        // honest
};
// `soundings`: of a dataset that is read in parts (training_data.hpp). Throws UsageError where options do not fit the
// dataset.
ResolvedRun resolve(const TrainOptions&, const data::Dataset&, const SoundingSource* soundings = nullptr);

}  // namespace unetsr::pipeline
