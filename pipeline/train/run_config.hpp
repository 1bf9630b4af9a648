#pragma once
#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "pipeline/train/train_options.hpp"

// Options of a training as a TOML file: the keys are the long names of the command line's options.
namespace unetsr::pipeline {

// Calls visit(name, field, OptionHelp) for every option that belongs to the configuration of a run, as asked or
// resolved. (--resume and --overwrite do not: they are about an earlier run.)
template <class Options, class Visit>
void visit_run_options(Options& o, Visit&& visit) {
  constexpr const char *data = "Data", *network = "Network", *training = "Training";
  const auto add = [&](const char* group) {
    return [&visit, group](const char* name, auto& field, const char* text, std::optional<OptionRange> range = {}) {
      visit(name, field, OptionHelp{group, text, range});
    };
  };
  const auto of_data = add(data), of_network = add(network), of_training = add(training);
  visit("dataset", o.dataset, OptionHelp{data, "dataset that unetsr prepare wrote"});
  visit("run-directory", o.run_directory, OptionHelp{data, "directory of the run; created if it does not exist"});
  of_network("model", o.model,
             "unet, unet-table1, unet-text, unet-pointwise, sifnet, sifnet-small, paper-cnn, or one with changes "
             "(unet:widths=16-32,bottleneck=64)");
  of_network("members", o.members, "networks with different initial weights, whose mean is the run's",
             OptionRange{1, 1000});
  of_data("protocol", o.protocol, "honest; or paper, the paper's own, whose scores are leaky");
  of_data("supervision", o.supervision,
          "what is learnt from: footprints (the soundings themselves), wald (one step coarser), gridded (soundings on "
          "the fine cells) or truth (of a simulated scene, an upper bound) (default: footprints; without soundings "
          "wald; tables: gridded)");
  of_data("truth", o.truth, "supervision truth: its rasters; {window} in the name is replaced by each window's date");
  of_data("wald-factor", o.wald_factor,
          "supervision wald: coarse cells on the side of a coarser cell (default: the dataset's coarse factor)",
          OptionRange{2, 10000});
  of_data(
      "first-guess", o.first_guess,
      "feature that the network corrects: sif, sif_nirv (coarse SIF distributed by NIRv), nirv (default: footprints "
      "nirv_denoised, or sif_nirv where the features hold coarse SIF; else sif)");
  of_data("features", o.features,
          "input channels, separated by commas (default: footprints: bands and their means over windows; on cells: "
          "coarse SIF and bands, fine and coarse; protocol paper: the paper's)");
  of_data("test", o.test,
          "test cells: columns:FOLD/FOLDS, blocks:CELLS:FOLD/FOLDS or window:INDEX. CELLS is a block's side; auto: the "
          "correlation length of the SIF, or of a linear regression's residual if that is longer");
  of_data("buffer", o.buffer,
          "width in cells of the gap around test cells (default: the largest of receptive field, patch and coarse "
          "cell)",
          OptionRange{0, 1e6});
  of_data("validation", o.validation, "share of the remaining cells that validates; 0: the last epoch counts",
          OptionRange{0, 0.5});
  of_training("epochs", o.epochs, "passes of the schedule", OptionRange{1, 1e6});
  of_training("batch", o.batch, "patches in a step", OptionRange{1, 65536});
  of_training("patch", o.patch,
              "cells on the side of a patch (default: 40, at least 16 where the grid is small; "
              "footprints up to 64)",
              OptionRange{8, 16384});
  of_training("learning-rate", o.learning_rate, "its peak", OptionRange{0, 1000, true});
  of_training("optimizer", o.optimizer, "adam or adamw");
  of_training("weight-decay", o.weight_decay, "weight decay", OptionRange{0, 1000});
  of_training("schedule", o.schedule, "of the learning rate: constant, cosine or one-cycle");
  of_training("loss", o.loss, "mse, mae or huber");
  of_training("huber-delta", o.huber_delta, "where huber turns linear, mW m-2 sr-1 nm-1", OptionRange{0, 1e6, true});
  of_training("patience", o.patience, "stop after this many epochs without a better validation score; 0: never",
              OptionRange{0, 1e6});
  of_training("seed", o.seed, "seed for initial weights, patches and splits");
  of_training("exact", o.exact, "compute convolutions as direct sums: slower, a tenth of the rounding error");
  visit_compute_options(o.compute, visit);
}

// Throws UsageError for a number that is out of its option's range.
template <class Options>
void require_in_range(const Options& options) {
  visit_run_options(options, [](const std::string& name, const auto& field, const OptionHelp& help) {
    if constexpr (has_range<decltype(field)>) require_in_range(name, field, help.range.value());
  });
}

std::string to_toml(const ResolvedOptions&);

// The run.toml of a run. Throws UsageError naming file, line and key: unreadable, an unknown key, a missing one, a
// value of the wrong type, out of range, or that no run has.
ResolvedOptions read_run_config(const std::filesystem::path& file);

// The options that weights follow from, as TOML values by their names: all but where dataset and run lie, and threads.
std::map<std::string, std::string> training_options(const ResolvedOptions&);

// Throws Error naming the first option in which a run.toml differs from the metadata of its checkpoint, which a
// checksum protects: the weights would be used with the wrong options.
void require_same_run(const ResolvedOptions&, const nlohmann::json& metadata);

// Throws UsageError naming the first option in which a training that should go on differs from `file`, the run.toml it
// was started with. Dataset and directory may have moved; threads do not matter.
void require_same_training(const ResolvedOptions&, const std::filesystem::path& file);

}  // namespace unetsr::pipeline
