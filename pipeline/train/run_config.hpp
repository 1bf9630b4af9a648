#pragma once
#include <filesystem>
#include <string>

#include "pipeline/train/train.hpp"

// TrainOptions as a TOML file: the keys are the long names of the command line's options.
namespace unetsr::pipeline {

std::string to_string(Protocol);
Protocol protocol(const std::string& name);  // honest, paper; throws UsageError

// Calls visit(name, field, help) for every option that belongs to the configuration of a run. (--resume and --overwrite
// do not: they tell what to do with an earlier run.)
template <class Options, class Visit>
void visit_run_options(Options& o, Visit&& visit) {
  visit("dataset", o.dataset, "dataset that unetsr prepare wrote");
  visit("run-directory", o.run_directory, "directory of the run; made if it is not there");
  visit("model", o.model,
        "network: unet, unet-table1, unet-text, unet-pointwise, sifnet, sifnet-small, paper-cnn, or one with changes; "
        "none: the supervision's own");
  visit("members", o.members, "networks that begin differently and whose mean is the run's; 0: the supervision's own");
  visit("protocol", o.protocol, "honest; or paper, the paper's own, whose scores are leaky");
  visit("supervision", o.supervision,
        "granules: footprints (the soundings themselves), wald (one step coarser), gridded (the soundings on the "
        "fine cells) or truth (of a simulated scene, as a bound for the others); none: footprints");
  visit("truth", o.truth, "supervision truth: its rasters; {window} in the name stands for each window's date");
  visit("wald-factor", o.wald_factor, "wald: coarse cells on the side of those it learns from; 0: the coarse factor");
  visit("first-guess", o.first_guess,
        "honest: what the network's output is added to: sif, or sif_nirv (shared out by NIRv); none: the supervision's "
        "own");
  visit("features", o.features, "channels, with commas between; none: the protocol's own");
  visit(
      "test", o.test,
      "honest: cells held out: columns:FOLD/FOLDS, blocks:CELLS:FOLD/FOLDS (CELLS: a block's side; auto: as far as the "
      "SIF, or what a linear regression leaves of it, correlates) or window:INDEX");
  visit("buffer", o.buffer,
        "honest: cells between test cells and others; 0: the most of what the network sees, the patch and one coarse "
        "cell");
  visit("validation", o.validation, "honest: share of the training side that validates; 0: the last epoch counts");
  visit("epochs", o.epochs, "0: the protocol's own");
  visit("batch", o.batch, "patches a step; 0: the protocol's own");
  visit("patch", o.patch, "cells on a side; 0: 40, less where the grid is small");
  visit("learning-rate", o.learning_rate, "its peak; 0: the protocol's own");
  visit("optimizer", o.optimizer, "adam or adamw; none: the protocol's own");
  visit("weight-decay", o.weight_decay, "negative: the protocol's own");
  visit("schedule", o.schedule, "constant, cosine or one-cycle; none: the protocol's own");
  visit("loss", o.loss, "mse, mae or huber");
  visit("huber-delta", o.huber_delta, "where huber turns linear, mW m-2 sr-1 nm-1");
  visit("patience", o.patience, "stop after so many epochs without a better validation score; 0: never");
  visit("seed", o.seed, "of initial weights, patches and splits");
  visit("exact", o.exact, "convolutions keep to direct sums: slower, rounding errors a tenth");
  visit_compute_options(o.compute, visit);
}

std::string to_toml(const TrainOptions&);

// Throws UsageError naming file, line and key: unreadable, an unknown key, a value of the wrong type.
TrainOptions read_run_config(const std::filesystem::path& file);

// Throws UsageError naming the first option in which a training that should go on differs from `file`, the run.toml it
// was started with. Dataset and directory may have moved; threads do not matter.
void require_same_training(const TrainOptions&, const std::filesystem::path& file);

}  // namespace unetsr::pipeline
