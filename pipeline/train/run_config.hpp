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
  visit("dataset", o.dataset, OptionHelp{data, "dataset of unetsr prepare"});
  visit("run-directory", o.run_directory, OptionHelp{data, "directory of the run; created if it does not exist"});
  of_network("model", o.model,
             "network: unet, unet-table1, unet-text, unet-pointwise, unet-attention, unet-residual, unet-dense, "
             "unet-temporal, sifnet, sifnet-small or paper-cnn; with changes as in unet:widths=16-32,bottleneck=64 or "
             "unet-pointwise:gates=yes");
  of_network("members", o.members,
             "number of networks, which differ in their initial weights; the map is the mean of theirs",
             OptionRange{1, 1000});
  of_network("from", o.from,
             "run to start from: its network, weights, features, first guess, scaling and supervision; by default with "
             "a quarter of the epochs and of the learning rate");
  of_data("protocol", o.protocol,
          "honest: training does not use the test cells; paper: the paper's own, whose scores are leaky");
  of_data(
      "supervision", o.supervision,
      "kind of target: footprints (each sounding, over its footprint), wald (Wald's protocol: the coarse SIF, with "
      "all inputs one step coarser), gridded (soundings averaged on the fine cells) or truth (of a simulated scene) "
      "(default: footprints; without soundings wald; tables: gridded)");
  of_data("truth", o.truth,
          "rasters of the true SIF for --supervision truth, mW m-2 sr-1 nm-1; {window} in the name is replaced by each "
          "window's date, {year}, {month}, {day} and {doy} by parts of it");
  of_data("wald-factor", o.wald_factor,
          "side in coarse cells of a cell that is one step coarser, for --supervision wald (default: the dataset's "
          "coarse factor)",
          OptionRange{2, 10000});
  of_data("footprints", o.footprints,
          "footprints of the soundings, for --supervision footprints: as-delivered (their corners), or estimated: the "
          "displacement of each orbit and the width of the response, from the training soundings");
  of_data("first-guess", o.first_guess,
          "feature to which the network's output is added: sif, sif_nirv (coarse SIF distributed by NIRv), nirv or "
          "another (default: with footprints nirv_denoised or nirv, where the features hold coarse SIF sif_nirv; else "
          "sif)");
  of_data(
      "features", o.features,
      "inputs of the network, separated by commas, as in sif,ndvi,nirv (default: with footprints the bands and their "
      "means over all windows; else coarse SIF and the bands of fine and coarse cells; protocol paper: the paper's; a "
      "network with season=yes: the season's code, these, and the bands one window earlier and later)");
  of_data(
      "test", o.test,
      "test cells: blocks:CELLS:FOLD/FOLDS, columns:FOLD/FOLDS or window:INDEX; FOLD and INDEX count from 0. Blocks "
      "lie where soundings are. CELLS is a block's side in cells, or auto: from the correlation lengths and the "
      "buffer, two blocks for each fold or more");
  of_data(
      "buffer", o.buffer,
      "width in cells of the buffer around test cells (default: the largest of footprint, receptive field radius and "
      "the errors' correlation length; less where under a third of the soundings would train)",
      OptionRange{0, 1e6});
  of_data("validation", o.validation,
          "share of the other cells, 0 to 0.5, that validates: an earlier epoch than the last counts where it is "
          "clearly better there; 0: the last epoch counts",
          OptionRange{0, 0.5});
  of_data("start", o.start, "first day, YYYY-MM-DD, on which a window that trains or tests may begin (default: any)");
  of_data("end", o.end, "last day, YYYY-MM-DD, on which a window that trains or tests may begin (default: any)");
  of_training(
      "epochs", o.epochs,
      "number of epochs; with footprints fewer by default where the region is so small that each sounding would be "
      "shown more than some 120 times",
      OptionRange{1, 1e6});
  of_training("batch", o.batch, "number of patches in a step", OptionRange{1, 65536});
  of_training("patch", o.patch,
              "side of a patch in cells (default: a third of the grid's shorter side, from 16 to 64, with wald to 40; "
              "gridded and paper-cnn 40)",
              OptionRange{8, 16384});
  of_training(
      "shards", o.shards,
      "number of shards of a batch, whose gradients are computed apart and then added, so that as many processes can "
      "share a step; results depend on it in the last digits alone (default: 4 for networks of up to 20000 parameters, "
      "which it costs nothing, else 1)",
      OptionRange{1, 1024});
  of_training("learning-rate", o.learning_rate, "peak of the learning rate", OptionRange{0, 1000, true});
  of_training("optimizer", o.optimizer, "optimizer: adam or adamw");
  of_training("weight-decay", o.weight_decay, "factor of the weight decay", OptionRange{0, 1000});
  of_training("schedule", o.schedule, "learning rate over the steps: constant, cosine or one-cycle");
  of_training("loss", o.loss, "loss function: mse, mae or huber");
  of_training("huber-delta", o.huber_delta, "difference above which huber is linear, mW m-2 sr-1 nm-1",
              OptionRange{0, 1e6, true});
  of_training("patience", o.patience,
              "number of epochs without a better validation score after which to stop; 0: never", OptionRange{0, 1e6});
  of_training("seed", o.seed, "seed for initial weights, patches and splits");
  of_training("memory", o.memory,
              "memory that footprint training may take, as in 500MB or 2GB: a larger dataset is trained on in samples, "
              "which are a function of this and of the seed (default: 2GB)");
  of_training("exact", o.exact, "compute convolutions as direct sums: slower, with a tenth of the rounding error");
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

// The options that weights follow from, as TOML values by their names: all but where dataset and run lie, threads, and
// memory, of which the metadata has the samples that follow from it.
std::map<std::string, std::string> training_options(const ResolvedOptions&);

// Throws Error naming the first option in which a run.toml differs from the metadata of its checkpoint, which a
// checksum protects: the weights would be used with the wrong options.
void require_same_run(const ResolvedOptions&, const nlohmann::json& metadata);

// Throws UsageError naming the first option in which a training that should go on differs from `file`, the run.toml it
// was started with. Dataset and directory may have moved; threads do not matter.
void require_same_training(const ResolvedOptions&, const std::filesystem::path& file);

}  // namespace unetsr::pipeline
